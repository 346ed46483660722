/** The option `cache`: its check and its defaults. */
import { keyText } from "../connection/touched-keys.js";
import { checkInteger, checkKeys, refuse } from "../options/option-checks.js";
import type { PoolOptions } from "../options/pool-options.js";

/** The option with its defaults. */
export interface CacheSettings {
  readonly maxBytes: number;
  /** Milliseconds; `Infinity`: as long as nothing changes. */
  readonly ttl: number;
  /** Of the keys that are kept, as {@link keyText} has them; none: all keys are. */
  readonly prefixes: readonly string[];
}

const MAX_BYTES = 64 * 1024 * 1024;
const TTL = 60_000;

/** @returns `undefined` where there is to be no cache. @throws OptionError */
export function cacheOf({ cache, protocol, parser }: PoolOptions): CacheSettings | undefined {
  if (cache === undefined || cache === false) return undefined;
  const given = cache === true ? {} : cache;
  checkKeys("cache", given, ["maxBytes", "ttl", "prefixes"]);
  if (protocol === 2 || parser === "redis-parser") {
    const rest =
      'false under RESP2 (protocol: 2, the parser "redis-parser"), where the server cannot say what has changed';
    refuse("cache", "on", rest);
  }
  const ttl = checkInteger("cache.ttl", given.ttl, 0, 2 ** 31 - 1, TTL);
  return {
    maxBytes: checkInteger("cache.maxBytes", given.maxBytes, 1, 2 ** 40, MAX_BYTES),
    ttl: ttl === 0 ? Number.POSITIVE_INFINITY : ttl,
    prefixes: prefixesOf(given.prefixes),
  };
}

function prefixesOf(given: unknown): readonly string[] {
  if (given === undefined) return [];
  const allowed = "an array of texts, none of which begins with another";
  if (!Array.isArray(given)) refuse("cache.prefixes", given, allowed);
  for (const one of given) {
    if (typeof one !== "string" || one === "" || !one.isWellFormed()) refuse("cache.prefixes", one, allowed);
    // The server refuses them, because a key would be told of twice.
    if (given.some((other) => other !== one && String(other).startsWith(one))) {
      refuse("cache.prefixes", one, allowed);
    }
  }
  return [...new Set<string>(given)].map(keyText);
}
