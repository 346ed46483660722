/** The table of configuration parameters: names, defaults and what values they take. */
import { parseInteger } from "./arguments.js";
import { parseNotifyClasses } from "./notify.js";

/** A validated value. */
export type ConfigValue = number | boolean | string;

/** What CONFIG SET may be told of a bad value. */
export interface BadValue {
  readonly reason: string;
}

/** One parameter. */
export interface ConfigParameter {
  readonly name: string;
  /** The older name that still works. */
  readonly alias?: string;
  readonly initial: ConfigValue;
  readonly kind: "integer" | "boolean" | "choice" | "text" | "notify";
  /** Can only be set before the server starts. */
  readonly immutable?: boolean;
  /** Can only be set at run time when `enable-protected-configs` says so. */
  readonly protected?: boolean;
  readonly parse: (text: string) => ConfigValue | BadValue;
}

type Extra = Pick<ConfigParameter, "alias" | "immutable" | "protected">;

const IMMUTABLE: Extra = { immutable: true };
const INT32 = 2147483647;
const INT64 = Number.MAX_SAFE_INTEGER;

/** Prints limits as redis-server does; the greatest int64 is no exact number. */
function limit(value: number): string {
  return value === INT64 ? "9223372036854775807" : String(value);
}

function integer(name: string, initial: number, min = 0, max = INT64, extra: Extra = {}): ConfigParameter {
  const parse = (text: string): number | BadValue => {
    const value = parseInteger(text);
    if (value === undefined) return { reason: "argument couldn't be parsed into an integer" };
    return inRange(Number(value), min, max);
  };
  return { name, initial, kind: "integer", parse, ...extra };
}

function inRange(value: number, min: number, max: number): number | BadValue {
  if (value >= min && value <= max) return value;
  return { reason: `argument must be between ${limit(min)} and ${limit(max)} inclusive` };
}

const UNITS: { readonly [unit: string]: number } = {
  "": 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1000 ** 2,
  mb: 1024 ** 2,
  g: 1000 ** 3,
  gb: 1024 ** 3,
};

/** An amount of memory such as `100`, `64kb`, `1G`, in bytes; `undefined` when it is none. */
export function parseMemory(text: string): number | undefined {
  const match = /^(\d+)([a-z]*)$/i.exec(text);
  const unit = match === null ? undefined : UNITS[match[2].toLowerCase()];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

function memory(name: string, initial: number, min = 0, max = INT64, extra: Extra = {}): ConfigParameter {
  const parse = (text: string): number | BadValue => {
    const bytes = parseMemory(text);
    return bytes === undefined ? { reason: "argument must be a memory value" } : inRange(bytes, min, max);
  };
  return { name, initial, kind: "integer", parse, ...extra };
}

function yesNo(name: string, initial: boolean, extra: Extra = {}): ConfigParameter {
  const parse = (text: string): boolean | BadValue => {
    const word = text.toLowerCase();
    if (word === "yes") return true;
    return word === "no" ? false : { reason: "argument must be 'yes' or 'no'" };
  };
  return { name, initial, kind: "boolean", parse, ...extra };
}

function choice(name: string, initial: string, words: readonly string[], extra: Extra = {}): ConfigParameter {
  const reason = `argument(s) must be one of the following: ${words.join(", ")}`;
  const parse = (text: string): string | BadValue => {
    const word = text.toLowerCase();
    return words.includes(word) ? word : { reason };
  };
  return { name, initial, kind: "choice", parse, ...extra };
}

function text(name: string, initial = "", extra: Extra = {}): ConfigParameter {
  return { name, initial, kind: "text", parse: (value) => value, ...extra };
}

/** What would need a file is refused: better than data that somebody believes to be safe. */
function noFiles(value: ConfigValue | BadValue): ConfigValue | BadValue {
  return value === true ? { reason: "this server keeps no files" } : value;
}

function parseSave(value: string): string | BadValue {
  const words = value.split(" ").filter((word) => word !== "");
  const bad = { reason: "Invalid save parameters" };
  if (words.length % 2 !== 0) return bad;
  for (let i = 0; i < words.length; i++) {
    const number = parseInteger(words[i]);
    if (number === undefined || number < (i % 2 === 0 ? 1 : 0)) return bad;
  }
  return words.join(" ");
}

function parseNotify(value: string): number | BadValue {
  const mask = parseNotifyClasses(value);
  return mask ?? { reason: "Invalid event class character. Use 'Ag$lshzxeKEtmdn'." };
}

const EVICTION_POLICIES = [
  "volatile-lru",
  "volatile-lfu",
  "volatile-random",
  "volatile-ttl",
  "allkeys-lru",
  "allkeys-lfu",
  "allkeys-random",
  "noeviction",
];

/** All parameters that this server knows. */
export const CONFIG_PARAMETERS: readonly ConfigParameter[] = [
  choice("acl-pubsub-default", "resetchannels", ["allchannels", "resetchannels"]),
  text("aclfile", "", IMMUTABLE),
  integer("acllog-max-len", 128),
  integer("active-expire-effort", 1, 1, 10),
  yesNo("activedefrag", false),
  yesNo("activerehashing", true),
  yesNo("aof-load-truncated", true),
  yesNo("aof-use-rdb-preamble", true),
  text("appenddirname", "appendonlydir", IMMUTABLE),
  text("appendfilename", "appendonly.aof", IMMUTABLE),
  choice("appendfsync", "everysec", ["everysec", "always", "no"]),
  { ...yesNo("appendonly", false), parse: (text) => noFiles(yesNo("appendonly", false).parse(text)) },
  integer("auto-aof-rewrite-percentage", 100, 0, INT32),
  memory("auto-aof-rewrite-min-size", 67108864),
  text("bind", "127.0.0.1", IMMUTABLE),
  integer("busy-reply-threshold", 5000, 0, INT64, { alias: "lua-time-limit" }),
  text("client-output-buffer-limit", "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"),
  memory("client-query-buffer-limit", 1073741824, 1048576),
  yesNo("cluster-enabled", false, IMMUTABLE),
  integer("cluster-node-timeout", 15000),
  yesNo("daemonize", false, IMMUTABLE),
  integer("databases", 16, 1, INT32, IMMUTABLE),
  text("dbfilename", "dump.rdb", { protected: true }),
  text("dir", "/", { protected: true }),
  yesNo("dynamic-hz", true),
  choice("enable-debug-command", "yes", ["no", "yes", "local"], IMMUTABLE),
  choice("enable-module-command", "no", ["no", "yes", "local"], IMMUTABLE),
  choice("enable-protected-configs", "no", ["no", "yes", "local"], IMMUTABLE),
  integer("hash-max-listpack-entries", 512, 0, INT64, { alias: "hash-max-ziplist-entries" }),
  memory("hash-max-listpack-value", 64, 0, INT64, { alias: "hash-max-ziplist-value" }),
  memory("hll-sparse-max-bytes", 3000),
  integer("hz", 10, 0, INT32),
  integer("io-threads", 1, 1, 128, IMMUTABLE),
  integer("latency-monitor-threshold", 0),
  yesNo("latency-tracking", true),
  yesNo("lazyfree-lazy-eviction", false),
  yesNo("lazyfree-lazy-expire", false),
  yesNo("lazyfree-lazy-server-del", false),
  yesNo("lazyfree-lazy-user-del", false),
  yesNo("lazyfree-lazy-user-flush", false),
  integer("lfu-decay-time", 1, 0, INT32),
  integer("lfu-log-factor", 10, 0, INT32),
  integer("list-compress-depth", 0, 0, INT32),
  integer("list-max-listpack-size", -2, -INT32 - 1, INT32, { alias: "list-max-ziplist-size" }),
  text("logfile", "", IMMUTABLE),
  choice("loglevel", "notice", ["debug", "verbose", "notice", "warning"]),
  text("masterauth"),
  text("masteruser"),
  integer("maxclients", 10000, 1, 4294967295),
  memory("maxmemory", 0),
  memory("maxmemory-clients", 0),
  integer("maxmemory-eviction-tenacity", 10, 0, 100),
  choice("maxmemory-policy", "noeviction", EVICTION_POLICIES),
  integer("maxmemory-samples", 5, 1, INT32),
  integer("min-replicas-max-lag", 10, 0, INT32, { alias: "min-slaves-max-lag" }),
  integer("min-replicas-to-write", 0, 0, INT32, { alias: "min-slaves-to-write" }),
  { name: "notify-keyspace-events", initial: 0, kind: "notify", parse: parseNotify },
  text("pidfile", "", IMMUTABLE),
  integer("port", 0, 0, 65535, IMMUTABLE),
  yesNo("protected-mode", true),
  memory("proto-max-bulk-len", 536870912, 1048576),
  yesNo("rdbchecksum", true, IMMUTABLE),
  yesNo("rdbcompression", true),
  memory("repl-backlog-size", 1048576, 1),
  integer("repl-backlog-ttl", 3600),
  yesNo("repl-diskless-sync", true),
  integer("repl-diskless-sync-delay", 5, 0, INT32),
  integer("repl-ping-replica-period", 10, 1, INT32, { alias: "repl-ping-slave-period" }),
  integer("repl-timeout", 60, 1, INT32),
  text("replica-announce-ip", "", { alias: "slave-announce-ip" }),
  integer("replica-announce-port", 0, 0, 65535, { alias: "slave-announce-port" }),
  yesNo("replica-ignore-maxmemory", true, { alias: "slave-ignore-maxmemory" }),
  yesNo("replica-lazy-flush", false, { alias: "slave-lazy-flush" }),
  integer("replica-priority", 100, 0, INT32, { alias: "slave-priority" }),
  yesNo("replica-read-only", true, { alias: "slave-read-only" }),
  yesNo("replica-serve-stale-data", true, { alias: "slave-serve-stale-data" }),
  text("replicaof", "", { alias: "slaveof", immutable: true }),
  text("requirepass"),
  { name: "save", initial: "", kind: "text", parse: parseSave },
  integer("set-max-intset-entries", 512),
  integer("slowlog-log-slower-than", 10000, -1),
  integer("slowlog-max-len", 128),
  yesNo("stop-writes-on-bgsave-error", true),
  memory("stream-node-max-bytes", 4096),
  integer("stream-node-max-entries", 100),
  integer("tcp-backlog", 511, 0, INT32, IMMUTABLE),
  integer("tcp-keepalive", 300, 0, INT32),
  integer("timeout", 0, 0, INT32),
  integer("tls-port", 0, 0, 65535, IMMUTABLE),
  integer("tracking-table-max-keys", 1000000),
  text("unixsocket", "", IMMUTABLE),
  integer("zset-max-listpack-entries", 128, 0, INT64, { alias: "zset-max-ziplist-entries" }),
  memory("zset-max-listpack-value", 64, 0, INT64, { alias: "zset-max-ziplist-value" }),
];
