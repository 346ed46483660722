/** Configuration parameters that later versions have added or changed. */
import { type ConfigParameter, INT64, integer, memory } from "../config-values.js";
import type { CompatVersion } from "../version.js";

const SINCE: readonly (readonly [version: CompatVersion, parameter: ConfigParameter])[] = [
  ["7.2", integer("set-max-listpack-entries", 128)],
  ["7.2", memory("set-max-listpack-value", 64, 0, INT64)],
  ["8.0", integer("maxmemory-samples", 5, 1, 64)],
];

/** The parameters of a version that 7.0 does not have, or has with other limits. */
export function laterParameters(compat: CompatVersion): ConfigParameter[] {
  return SINCE.flatMap(([version, parameter]) => (version <= compat ? [parameter] : []));
}
