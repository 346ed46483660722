/**
 * Key specifications: the rules by which `COMMAND INFO` tells clients where keys stand and what is done
 * with them. Words are counted from the command's name (word 0).
 * @see https://redis.io/docs/latest/develop/reference/key-specs/
 */
import { type CallArgs, keysOf } from "./keys.js";
import type { Command } from "./lookup.js";
import { namesIn } from "./row.js";
import { isOption } from "./words.js";

/** One half of a key specification, as `COMMAND INFO` prints it: `spec` in the order of its properties. */
export interface KeyRule {
  readonly type: "index" | "keyword" | "range" | "keynum" | "unknown";
  readonly spec: Readonly<Record<string, number | string>>;
}

/** One key specification of a command. */
export interface KeySpec {
  /** Printed before the flags where there are any. */
  readonly notes: string | undefined;
  /** `RO`, `RW`, `OW` or `RM`, then what is done to the value, then how far the rule can be trusted. */
  readonly flags: readonly string[];
  /** Where the keys begin. */
  readonly beginSearch: KeyRule;
  /** How many there are from that place on. */
  readonly findKeys: KeyRule;
}

/** One key at word `index`. */
function at(index: number, flags: string, notes?: string): KeySpec {
  return range(index, 0, 1, flags, notes);
}

/** Keys from word `index` on; `lastkey` counts from there, or from the end of the call when negative. */
function range(index: number, lastkey: number, keystep: number, flags: string, notes?: string): KeySpec {
  return keySpec(flags, notes, { type: "index", spec: { index } }, rangeRule(lastkey, keystep, 0));
}

/** The number of keys stands at word `index`, the keys follow it. */
function counted(index: number, flags: string, notes?: string): KeySpec {
  const keynum: KeyRule = { type: "keynum", spec: { keynumidx: 0, firstkey: 1, keystep: 1 } };
  return keySpec(flags, notes, { type: "index", spec: { index } }, keynum);
}

/** A count at word 1, and that many keys behind it, each followed by a value. */
function countedPairs(flags: string): KeySpec {
  const keynum: KeyRule = { type: "keynum", spec: { keynumidx: 0, firstkey: 1, keystep: 2 } };
  return keySpec(flags, undefined, { type: "index", spec: { index: 1 } }, keynum);
}

/** Keys after `keyword`, looked for from word `startfrom` on; a `limit` of 2 takes half of what follows. */
function after(keyword: string, startfrom: number, lastkey: number, limit: number, flags: string): KeySpec {
  const begin: KeyRule = { type: "keyword", spec: { keyword, startfrom } };
  return keySpec(flags, undefined, begin, rangeRule(lastkey, 1, limit));
}

/** Keys that no rule can find. */
function unknown(flags: string, notes: string): KeySpec {
  return keySpec(flags, notes, { type: "unknown", spec: {} }, { type: "unknown", spec: {} });
}

function rangeRule(lastkey: number, keystep: number, limit: number): KeyRule {
  return { type: "range", spec: { lastkey, keystep, limit } };
}

function keySpec(flags: string, notes: string | undefined, beginSearch: KeyRule, findKeys: KeyRule): KeySpec {
  return { notes, flags: flags.split(" "), beginSearch, findKeys };
}

const WORST_OF_WRITES = "We cannot tell how the keys will be used so we assume the worst, RW and UPDATE";
const WORST_OF_READS = "We cannot tell how the keys will be used so we assume the worst, RO and ACCESS";
const BY_PATTERN =
  "For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from the content of the key we sort";
const SORT_STORE =
  "For the optional STORE keyword. It is marked 'unknown' because the keyword can appear anywhere in the argument array";
const PFCOUNT_WRITES =
  "RW because it may change the internal representation of the key, and propagate to replicas";

/** Names of commands that share their key specifications, and these in order. */
const rows: readonly (readonly [names: string, ...specs: KeySpec[]])[] = [
  ["XREAD", after("STREAMS", 1, -1, 2, "RO access")],
  ["XREADGROUP", after("STREAMS", 4, -1, 2, "RO access")],
  ["SETNX", at(1, "OW insert")],
  ["PSETEX RESTORE RESTORE-ASKING SETEX", at(1, "OW update")],
  [
    `BITCOUNT BITFIELD_RO BITPOS DUMP EXPIRETIME GEODIST GEOHASH GEOPOS GEORADIUSBYMEMBER_RO GEORADIUS_RO
    GEOSEARCH GET GETBIT GETRANGE HGET HGETALL HKEYS HMGET HRANDFIELD HSCAN HVALS LINDEX LPOS LRANGE
    PEXPIRETIME PTTL SMEMBERS SMISMEMBER SRANDMEMBER SSCAN SUBSTR TTL XPENDING XRANGE XREVRANGE ZCOUNT
    ZLEXCOUNT ZMSCORE ZRANDMEMBER ZRANGE ZRANGEBYLEX ZRANGEBYSCORE ZRANK ZREVRANGE ZREVRANGEBYLEX
    ZREVRANGEBYSCORE ZREVRANK ZSCAN ZSCORE`,
    at(1, "RO access"),
  ],
  ["HEXISTS HLEN HSTRLEN LLEN SCARD SISMEMBER STRLEN TYPE XLEN ZCARD", at(1, "RO")],
  ["GETDEL LPOP RPOP SPOP ZPOPMAX ZPOPMIN", at(1, "RW access delete")],
  ["SET", at(1, "RW access update variable_flags", "RW and ACCESS due to the optional `GET` argument")],
  [
    "BITFIELD",
    at(1, "RW access update variable_flags", "This command allows both access and modification of the key"),
  ],
  [
    `DECR DECRBY GETSET HINCRBY HINCRBYFLOAT INCR INCRBY INCRBYFLOAT MOVE SETBIT ZINCRBY`,
    at(1, "RW access update"),
  ],
  ["GETEX", at(1, "RW access update", "RW and UPDATE because it changes the TTL")],
  [
    `HDEL LREM LTRIM SREM XAUTOCLAIM XDEL XTRIM ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE`,
    at(1, "RW delete"),
  ],
  ["APPEND HSETNX LINSERT LPUSH LPUSHX PFADD RPUSH RPUSHX SADD", at(1, "RW insert")],
  [
    `EXPIRE EXPIREAT GEOADD HMSET HSET LSET PERSIST PEXPIRE PEXPIREAT SETRANGE XACK XCLAIM XSETID ZADD`,
    at(1, "RW update"),
  ],
  ["XADD", at(1, "RW update", "UPDATE instead of INSERT because of the optional trimming feature")],
  ["SPUBLISH", at(1, "not_key")],
  ["XINFO|CONSUMERS XINFO|GROUPS XINFO|STREAM", at(2, "RO access")],
  ["MEMORY|USAGE OBJECT|ENCODING OBJECT|FREQ OBJECT|IDLETIME OBJECT|REFCOUNT", at(2, "RO")],
  ["PFDEBUG", at(2, "RW access")],
  ["XGROUP|DELCONSUMER XGROUP|DESTROY", at(2, "RW delete")],
  ["XGROUP|CREATE XGROUP|CREATECONSUMER", at(2, "RW insert")],
  ["XGROUP|SETID", at(2, "RW update")],
  ["SINTERCARD ZDIFF ZINTER ZINTERCARD ZUNION", counted(1, "RO access")],
  ["LMPOP ZMPOP", counted(1, "RW access delete")],
  ["EVALSHA_RO", counted(2, "RO access")],
  ["EVAL_RO FCALL_RO", counted(2, "RO access", WORST_OF_READS)],
  ["BLMPOP BZMPOP", counted(2, "RW access delete")],
  ["EVALSHA", counted(2, "RW access update")],
  ["EVAL FCALL", counted(2, "RW access update", WORST_OF_WRITES)],
  ["DEL UNLINK", range(1, -1, 1, "RM delete")],
  ["MGET SDIFF SINTER SUNION", range(1, -1, 1, "RO access")],
  ["EXISTS TOUCH WATCH", range(1, -1, 1, "RO")],
  ["PFCOUNT", range(1, -1, 1, "RW access", PFCOUNT_WRITES)],
  ["SSUBSCRIBE SUNSUBSCRIBE", range(1, -1, 1, "not_key")],
  ["MSETNX", range(1, -1, 2, "OW insert")],
  ["MSET", range(1, -1, 2, "OW update")],
  ["BLPOP BRPOP BZPOPMAX BZPOPMIN", range(1, -2, 1, "RW access delete")],
  ["LCS", range(1, 1, 1, "RO access")],
  ["GEOSEARCHSTORE ZRANGESTORE", at(1, "OW update"), at(2, "RO access")],
  ["ZDIFFSTORE ZINTERSTORE ZUNIONSTORE", at(1, "OW update"), counted(2, "RO access")],
  ["SDIFFSTORE SUNIONSTORE", at(1, "OW update"), range(2, -1, 1, "RO access")],
  ["COPY", at(1, "RO access"), at(2, "OW update")],
  ["SORT_RO", at(1, "RO access"), unknown("RO access", BY_PATTERN)],
  ["RENAMENX", at(1, "RW access delete"), at(2, "OW insert")],
  ["RENAME", at(1, "RW access delete"), at(2, "OW update")],
  ["BLMOVE BRPOPLPUSH LMOVE RPOPLPUSH SMOVE", at(1, "RW access delete"), at(2, "RW insert")],
  ["PFMERGE", at(1, "RW access insert"), range(2, -1, 1, "RO access")],
  ["SINTERSTORE", at(1, "RW update"), range(2, -1, 1, "RO access")],
  ["BITOP", at(2, "OW update"), range(3, -1, 1, "RO access")],
  ["MIGRATE", at(3, "RW access delete"), after("KEYS", -2, -1, 0, "RW access delete incomplete")],
  [
    "GEORADIUSBYMEMBER",
    at(1, "RO access"),
    after("STORE", 5, 0, 0, "OW update"),
    after("STOREDIST", 5, 0, 0, "OW update"),
  ],
  [
    "GEORADIUS",
    at(1, "RO access"),
    after("STORE", 6, 0, 0, "OW update"),
    after("STOREDIST", 6, 0, 0, "OW update"),
  ],
  ["SORT", at(1, "RO access"), unknown("RO access", BY_PATTERN), unknown("OW update", SORT_STORE)],
  // Since 7.0
  ["DIGEST HEXPIRETIME HPEXPIRETIME HPTTL HTTL", at(1, "RO access")],
  ["HEXPIRE HEXPIREAT HPERSIST HPEXPIRE HPEXPIREAT HSETEX", at(1, "RW update")],
  ["DELEX HGETDEL", at(1, "RW access delete")],
  ["HGETEX", at(1, "RW access update")],
  ["MSETEX", countedPairs("OW update")],
  ["XACKDEL", at(1, "RW update delete")],
  ["XDELEX", at(1, "RW delete")],
];

let table: Map<string, readonly KeySpec[]> | undefined;

/** The key specifications of a command in the order of `COMMAND INFO`; empty when it takes no keys. */
export function keySpecsOf(command: Command): readonly KeySpec[] {
  // Built when first asked for: few servers ever are.
  table ??= new Map(
    rows.flatMap(([names, ...specs]) => namesIn(names).map((name) => [name, specs] as const)),
  );
  return table.get(command.name) ?? [];
}

/** A key of a call, and what the call does with it. */
export interface KeyUse {
  /** Index in the arguments. */
  readonly at: number;
  readonly flags: readonly string[];
}

/**
 * The keys of a call with the flags of each, as `COMMAND GETKEYSANDFLAGS` reports them.
 * @param args the words after the command's name
 */
export function keyUsesOf(command: Command, args: CallArgs): KeyUse[] {
  const specs = keySpecsOf(command);
  const first = specs[0]?.flags ?? [];
  return keysOf(command, args).map((at, nth) => {
    if (command.name === "SET") return { at, flags: setFlags(args) };
    if (command.name === "BITFIELD") return { at, flags: bitfieldFlags(args) };
    // Where a command has several specifications, the first one is of exactly one key.
    if (nth === 0 || specs.length === 1 || command.name === "MIGRATE") return { at, flags: first };
    return { at, flags: specs[specs.length - 1].flags };
  });
}

const CHANGES = ["RW", "access", "update"];

function setFlags(args: CallArgs): readonly string[] {
  for (let at = 2; at < args.length; at++) if (isOption(args[at], "GET")) return CHANGES;
  return ["OW", "update"];
}

function bitfieldFlags(args: CallArgs): readonly string[] {
  for (let at = 1; at < args.length; at++) {
    if (isOption(args[at], "GET")) at += 2;
    else if (isOption(args[at], "OVERFLOW")) at++;
    else return CHANGES;
  }
  return ["RO", "access"];
}
