/**
 * What may be kept: replies to commands that read nothing but the keys they name, and say the same until one of
 * these changes. Not kept are random choices, times and ages (TTL, OBJECT IDLETIME), pages of a scan, what follows patterns
 * to other keys (SORT_RO), scripts, and queries that find their keys themselves.
 */
import { latin1Slice } from "../../protocol/bytes.js";

const CACHEABLE: ReadonlySet<string> = new Set(
  [
    "EXISTS TYPE EXPIRETIME PEXPIRETIME",
    "GET MGET GETRANGE SUBSTR STRLEN LCS DIGEST GETBIT BITCOUNT BITPOS BITFIELD_RO",
    "HGET HMGET HGETALL HKEYS HVALS HLEN HSTRLEN HEXISTS",
    "LRANGE LINDEX LLEN LPOS",
    "SMEMBERS SISMEMBER SMISMEMBER SCARD SINTER SUNION SDIFF SINTERCARD",
    "ZRANGE ZREVRANGE ZRANGEBYSCORE ZREVRANGEBYSCORE ZRANGEBYLEX ZREVRANGEBYLEX ZSCORE ZMSCORE ZCARD ZCOUNT",
    "ZLEXCOUNT ZRANK ZREVRANK ZDIFF ZINTER ZUNION ZINTERCARD",
    "GEOPOS GEODIST GEOHASH GEOSEARCH GEORADIUS_RO GEORADIUSBYMEMBER_RO",
    "XRANGE XREVRANGE XLEN",
    "JSON.GET JSON.MGET JSON.TYPE JSON.STRLEN JSON.OBJKEYS JSON.OBJLEN JSON.ARRLEN JSON.ARRINDEX",
  ]
    .join(" ")
    .split(" "),
);

/** May the replies to the command of this name be kept? */
export function isCacheable(name: string): boolean {
  return CACHEABLE.has(name);
}

/**
 * A call as one text: the same for the same words under the same wants, and for no others.
 * @returns `undefined` where an argument is none
 */
export function callText(name: string, args: readonly unknown[], wants: number): string | undefined {
  // No name begins with a digit, or holds a control character.
  const head = wants === 0 ? name : wants + name;
  if (args.length === 1 && typeof args[0] === "string") return `${head}\x01${args[0]}`;
  let text = `${head}\x02`;
  for (const arg of args) {
    const word = wordText(arg);
    if (word === undefined) return undefined;
    text += `${word.length}:${word}`;
  }
  return text;
}

/** Text is told from bytes, which are not looked at. */
function wordText(arg: unknown): string | undefined {
  if (typeof arg === "string") return arg;
  if (arg instanceof Uint8Array) return `\x03${latin1Slice(arg, 0, arg.length)}`;
  return typeof arg === "bigint" || Number.isFinite(arg) ? String(arg) : undefined;
}
