/** Which versions of Redis this server can follow. */

/** The version whose behaviour this server follows unless it is told otherwise, as HELLO and INFO report it. */
export const SERVER_VERSION = "7.0.15";

/** The versions whose commands this server can have, the oldest first. */
export const COMPAT_VERSIONS = ["7.0", "7.2", "7.4", "8.0", "8.2", "8.4"] as const;

/** One of {@link COMPAT_VERSIONS}. */
export type CompatVersion = (typeof COMPAT_VERSIONS)[number];

/** Is it a version that `compat` takes? */
export function isCompatVersion(text: string): text is CompatVersion {
  return COMPAT_VERSIONS.some((version) => version === text);
}

/** The version of RDB that a version of Redis writes; newer ones it does not read. */
export function rdbVersionOf(compat: CompatVersion): number {
  if (compat === "7.0") return 10;
  return compat === "7.2" ? 11 : 12;
}

/** What HELLO and INFO report: the first release of a later version, `7.0.15` for 7.0. */
export function reportedVersion(compat: CompatVersion): string {
  return compat === "7.0" ? SERVER_VERSION : `${compat}.0`;
}
