/**
 * What `COMMAND INFO` and `COMMAND DOCS` report besides the table. Only a server needs it.
 *
 * An entry of `COMMAND INFO` in redis-server 7.0 is an array of ten: name (bulk string, lower case, a
 * subcommand as `config|get`), arity, flags, first key, last key, step, ACL categories, tips, key
 * specifications, subcommands (entries of the same form).
 *
 * - Flags, categories (with `@`), tips and key specifications are sets in RESP3 and arrays in RESP2. So
 *   are the subcommands when there are none; when there are some, they are an array in both.
 * - Flags, categories and the flags of a key specification are simple strings; all else is bulk strings
 *   and integers.
 * - A key specification, its two rules and their `spec` are maps in RESP3 and flat arrays in RESP2, in
 *   the order `notes` (left out where there are none), `flags`, `begin_search`, `find_keys`, and `type`,
 *   `spec`.
 * - A name that is no command gives a null: `_` in RESP3, the null bulk string in RESP2.
 * - Commands, and subcommands within a container, come in the order of a hash table with a random
 *   seed, so any order is right.
 * - `COMMAND COUNT` counts neither subcommands nor the commands of sentinel mode.
 */
import { Flag } from "./command-spec.js";
import type { Command } from "./lookup.js";
import { namesIn } from "./row.js";

/** The reported flags in the order in which they are printed; `MAY_REPLICATE` is not. */
const flagWords: readonly (readonly [bit: number, word: string])[] = [
  [Flag.WRITE, "write"],
  [Flag.READONLY, "readonly"],
  [Flag.DENYOOM, "denyoom"],
  [Flag.ADMIN, "admin"],
  [Flag.PUBSUB, "pubsub"],
  [Flag.NOSCRIPT, "noscript"],
  [Flag.BLOCKING, "blocking"],
  [Flag.LOADING, "loading"],
  [Flag.STALE, "stale"],
  [Flag.SKIP_MONITOR, "skip_monitor"],
  [Flag.SKIP_SLOWLOG, "skip_slowlog"],
  [Flag.ASKING, "asking"],
  [Flag.FAST, "fast"],
  [Flag.NO_AUTH, "no_auth"],
  [Flag.NO_MANDATORY_KEYS, "no_mandatory_keys"],
  [Flag.NO_ASYNC_LOADING, "no_async_loading"],
  [Flag.NO_MULTI, "no_multi"],
  [Flag.MOVABLEKEYS, "movablekeys"],
  [Flag.ALLOW_BUSY, "allow_busy"],
];

/** The flags of a command as `COMMAND INFO` prints them. */
export function flagWordsOf(command: Command): string[] {
  return flagWords.filter(([bit]) => command.flags & bit).map(([, word]) => word);
}

/** The name of a command as `COMMAND INFO`, `ACL` and error texts print it: `get`, `config|get`. */
export function reportedNameOf(command: Command): string {
  return command.name.toLowerCase().replace(" ", "|");
}

/** Names of commands that share their tips, and these in order. */
const tips: readonly (readonly [names: string, tips: string])[] = [
  [
    `CLIENT|INFO CLIENT|LIST CLUSTER|BUMPEPOCH CLUSTER|COUNT-FAILURE-REPORTS CLUSTER|GETKEYSINSLOT
    CLUSTER|INFO CLUSTER|LINKS CLUSTER|NODES CLUSTER|REPLICAS CLUSTER|SHARDS CLUSTER|SLAVES
    CLUSTER|SLOTS DUMP HRANDFIELD HSCAN LASTSAVE MIGRATE OBJECT|ENCODING OBJECT|FREQ OBJECT|IDLETIME
    OBJECT|REFCOUNT PTTL SPOP SRANDMEMBER SSCAN TIME TTL XADD XAUTOCLAIM XCLAIM XINFO|CONSUMERS XPENDING
    XTRIM ZRANDMEMBER ZSCAN`,
    "nondeterministic_output",
  ],
  [
    "LATENCY|DOCTOR LATENCY|GRAPH LATENCY|HISTOGRAM LATENCY|HISTORY LATENCY|LATEST",
    "nondeterministic_output request_policy:all_nodes response_policy:special",
  ],
  [
    "FUNCTION|STATS INFO MEMORY|DOCTOR MEMORY|MALLOC-STATS MEMORY|STATS",
    "nondeterministic_output request_policy:all_shards response_policy:special",
  ],
  ["SCAN", "nondeterministic_output request_policy:special"],
  [
    `COMMAND COMMAND|DOCS COMMAND|INFO COMMAND|LIST FUNCTION|LIST HGETALL HKEYS HVALS MODULE|LIST SDIFF
    SINTER SMEMBERS SUNION`,
    "nondeterministic_output_order",
  ],
  ["SLOWLOG|GET", "request_policy:all_nodes nondeterministic_output"],
  ["SLOWLOG|LEN", "request_policy:all_nodes response_policy:agg_sum nondeterministic_output"],
  [
    "CONFIG|SET LATENCY|RESET SCRIPT|FLUSH SCRIPT|LOAD SLOWLOG|RESET",
    "request_policy:all_nodes response_policy:all_succeeded",
  ],
  ["RANDOMKEY", "request_policy:all_shards nondeterministic_output"],
  ["KEYS", "request_policy:all_shards nondeterministic_output_order"],
  ["SCRIPT|EXISTS", "request_policy:all_shards response_policy:agg_logical_and"],
  ["WAIT", "request_policy:all_shards response_policy:agg_min"],
  ["DBSIZE", "request_policy:all_shards response_policy:agg_sum"],
  [
    `FLUSHALL FLUSHDB FUNCTION|DELETE FUNCTION|FLUSH FUNCTION|LOAD FUNCTION|RESTORE MEMORY|PURGE PING`,
    "request_policy:all_shards response_policy:all_succeeded",
  ],
  ["FUNCTION|KILL SCRIPT|KILL", "request_policy:all_shards response_policy:one_succeeded"],
  ["MGET", "request_policy:multi_shard"],
  ["MSETNX", "request_policy:multi_shard response_policy:agg_min"],
  ["DEL EXISTS TOUCH UNLINK", "request_policy:multi_shard response_policy:agg_sum"],
  ["MSET", "request_policy:multi_shard response_policy:all_succeeded"],
];

let tipTable: Map<string, readonly string[]> | undefined;

/**
 * The hints of a command for clients and proxies, as `COMMAND INFO` prints them.
 * @see https://redis.io/docs/latest/develop/reference/command-tips/
 */
export function tipsOf(command: Command): readonly string[] {
  tipTable ??= new Map(
    tips.flatMap(([names, words]) => namesIn(names).map((name) => [name, words.split(" ")] as const)),
  );
  return tipTable.get(command.name) ?? [];
}

const deprecated: ReadonlyMap<string, string> = new Map([
  ["BRPOPLPUSH", "6.2.0"],
  ["CLUSTER SLAVES", "5.0.0"],
  ["CLUSTER SLOTS", "7.0.0"],
  ["GEORADIUS", "6.2.0"],
  ["GEORADIUSBYMEMBER", "6.2.0"],
  ["GEORADIUSBYMEMBER_RO", "6.2.0"],
  ["GEORADIUS_RO", "6.2.0"],
  ["GETSET", "6.2.0"],
  ["HMSET", "4.0.0"],
  ["RPOPLPUSH", "6.2.0"],
  ["SENTINEL SLAVES", "5.0.0"],
  ["SLAVEOF", "5.0.0"],
  ["SUBSTR", "2.0.0"],
  ["ZRANGEBYLEX", "6.2.0"],
  ["ZRANGEBYSCORE", "6.2.0"],
  ["ZREVRANGE", "6.2.0"],
  ["ZREVRANGEBYLEX", "6.2.0"],
  ["ZREVRANGEBYSCORE", "6.2.0"],
]);

const internal: ReadonlySet<string> = new Set([
  "DEBUG",
  "PFDEBUG",
  "PFSELFTEST",
  "REPLCONF",
  "RESTORE-ASKING",
]);

/** The Redis version since which another command is preferred, as `COMMAND DOCS` says it. */
export function deprecatedSince(command: Command): string | undefined {
  return deprecated.get(command.name);
}

/** `doc_flags` of `COMMAND DOCS`: `deprecated`, or `syscmd` for what servers and developers use among themselves. */
export function docFlagsOf(command: Command): readonly ("deprecated" | "syscmd")[] {
  if (deprecated.has(command.name)) return ["deprecated"];
  return internal.has(command.name) ? ["syscmd"] : [];
}
