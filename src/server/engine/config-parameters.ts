/** The configuration parameters that change what this server does: names, defaults and what values they take. */
import { UNUSED_PARAMETERS } from "./config-unused.js";
import {
  type BadValue,
  type ConfigParameter,
  choice,
  IMMUTABLE,
  INT32,
  INT64,
  integer,
  memory,
  memoryOrPercent,
  NOT_WHILE_LOADING,
  OF_PORTS,
  octal,
  text,
  yesNo,
} from "./config-values.js";
import { parseEnding } from "./ending.js";
import { parseNotifyClasses } from "./notify.js";
import { INITIAL_OUTPUT_LIMITS, mergeOutputLimits } from "./output-limits.js";
import { parseSave } from "./save-points.js";

function parseNotify(value: string): number | BadValue {
  const mask = parseNotifyClasses(value);
  return mask ?? { reason: "Invalid event class character. Use 'Ag$lshzxeKEtmdn'." };
}

function parseFileName(value: string): string | BadValue {
  return /[/\\]/.test(value) ? { reason: "dbfilename can't be a path, just a filename" } : value;
}

/** The name of a file or directory in `dir`. */
function fileName(name: string, initial: string): ConfigParameter {
  const parse = (value: string): string | BadValue => {
    if (value === "") return { reason: `${name} can't be empty` };
    return /[/\\]/.test(value)
      ? { reason: `${name} can't be a path, just a ${name === "appenddirname" ? "dirname" : "filename"}` }
      : value;
  };
  return { ...text(name, initial, IMMUTABLE), parse };
}

function parsePercentiles(value: string): string | BadValue {
  const words = value.split(" ").filter((word) => word !== "");
  if (words.some((word) => !/^\d+(\.\d+)?$/.test(word))) {
    return { reason: "Invalid latency-tracking-info-percentiles parameters" };
  }
  if (words.every((word) => Number(word) <= 100)) return words.map((word) => String(Number(word))).join(" ");
  return { reason: "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]" };
}

const OOM_LIMIT = 2000;

function parseOomValues(value: string): string | BadValue {
  const words = value.split(" ").filter((word) => word !== "");
  if (words.length !== 3) return { reason: "wrong number of arguments" };
  const fits = words.every((word) => /^-?\d+$/.test(word) && Math.abs(Number(word)) <= OOM_LIMIT);
  if (fits) return words.join(" ");
  return {
    reason: `Invalid oom-score-adj-values, elements must be between -${OOM_LIMIT} and ${OOM_LIMIT}.`,
  };
}

/** Its two names for one thing are shown as the first. */
function oomScoreMode(): ConfigParameter {
  const parameter = choice("oom-score-adj", "no", ["no", "yes", "relative", "absolute"]);
  const parse: ConfigParameter["parse"] = (value, before) => {
    const word = parameter.parse(value, before);
    return word === "relative" ? "yes" : word;
  };
  return { ...parameter, parse };
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

const USED_PARAMETERS: readonly ConfigParameter[] = [
  choice("acl-pubsub-default", "resetchannels", ["allchannels", "resetchannels"]),
  text("aclfile", "", IMMUTABLE),
  integer("acllog-max-len", 128),
  yesNo("always-show-logo", false, IMMUTABLE),
  yesNo("aof-disable-auto-gc", false),
  yesNo("aof-load-truncated", true),
  yesNo("aof-timestamp-enabled", false),
  yesNo("aof-use-rdb-preamble", true),
  fileName("appenddirname", "appendonlydir"),
  fileName("appendfilename", "appendonly.aof"),
  choice("appendfsync", "everysec", ["everysec", "always", "no"]),
  yesNo("appendonly", false, NOT_WHILE_LOADING),
  memory("auto-aof-rewrite-min-size", 67108864),
  integer("auto-aof-rewrite-percentage", 100, 0, INT32),
  text("bind", "127.0.0.1", { ofPorts: true, manyWords: true }),
  integer("busy-reply-threshold", 5000, 0, INT64, { alias: "lua-time-limit" }),
  {
    ...text("client-output-buffer-limit", INITIAL_OUTPUT_LIMITS, { manyWords: true }),
    parse: (value, before) => mergeOutputLimits(value, String(before)),
  },
  memory("client-query-buffer-limit", 1073741824, 1048576),
  yesNo("crash-log-enabled", true),
  integer("databases", 16, 1, INT32, IMMUTABLE),
  { ...text("dbfilename", "dump.rdb", { protected: true }), parse: parseFileName },
  text("dir", "/", { protected: true, ...NOT_WHILE_LOADING }),
  choice("enable-debug-command", "yes", ["no", "yes", "local"], IMMUTABLE),
  choice("enable-module-command", "no", ["no", "yes", "local"], IMMUTABLE),
  choice("enable-protected-configs", "no", ["no", "yes", "local"], IMMUTABLE),
  integer("hash-max-listpack-entries", 512, 0, INT64, { alias: "hash-max-ziplist-entries" }),
  memory("hash-max-listpack-value", 64, 0, INT64, { alias: "hash-max-ziplist-value" }),
  memory("hll-sparse-max-bytes", 3000),
  integer("key-load-delay", 0, -INT32 - 1, INT32, { hidden: true }),
  integer("latency-monitor-threshold", 0),
  yesNo("latency-tracking", true),
  {
    ...text("latency-tracking-info-percentiles", "50 99 99.9", { manyWords: true }),
    parse: parsePercentiles,
  },
  yesNo("lazyfree-lazy-eviction", false),
  yesNo("lazyfree-lazy-expire", false),
  yesNo("lazyfree-lazy-user-del", false),
  integer("lfu-decay-time", 1, 0, INT32),
  integer("lfu-log-factor", 10, 0, INT32),
  integer("list-max-listpack-size", -2, -INT32 - 1, INT32, { alias: "list-max-ziplist-size" }),
  text("logfile", "", IMMUTABLE),
  choice("loglevel", "notice", ["debug", "verbose", "notice", "warning"]),
  integer("maxclients", 10000, 1, 4294967295),
  memory("maxmemory", 0),
  memoryOrPercent("maxmemory-clients", 0),
  choice("maxmemory-policy", "noeviction", EVICTION_POLICIES),
  integer("maxmemory-samples", 5, 1, INT32),
  integer("min-replicas-max-lag", 10, 0, INT32, { alias: "min-slaves-max-lag" }),
  integer("min-replicas-to-write", 0, 0, INT32, { alias: "min-slaves-to-write" }),
  yesNo("no-appendfsync-on-rewrite", false),
  { name: "notify-keyspace-events", initial: 0, kind: "notify", parse: parseNotify },
  oomScoreMode(),
  { ...text("oom-score-adj-values", "0 200 800", { manyWords: true }), parse: parseOomValues },
  text("pidfile", "", IMMUTABLE),
  integer("port", 0, 0, 65535, OF_PORTS),
  yesNo("protected-mode", true),
  memory("proto-max-bulk-len", 536870912, 1048576),
  integer("rdb-key-save-delay", 0, -INT32 - 1, INT32, { hidden: true }),
  yesNo("rdbchecksum", true, IMMUTABLE),
  yesNo("rdbcompression", true),
  memory("repl-backlog-size", 1048576, 1),
  integer("repl-backlog-ttl", 3600),
  integer("repl-ping-replica-period", 10, 1, INT32, { alias: "repl-ping-slave-period" }),
  integer("repl-timeout", 60, 1, INT32),
  text("requirepass"),
  { ...text("save", "", { manyWords: true }), parse: parseSave },
  integer("set-max-intset-entries", 512),
  ...["shutdown-on-sigint", "shutdown-on-sigterm"].map((name) => ({
    ...text(name, "default", { manyWords: true }),
    parse: parseEnding,
  })),
  integer("shutdown-timeout", 10, 0, INT32),
  integer("slowlog-log-slower-than", 10000, -1),
  integer("slowlog-max-len", 128),
  yesNo("stop-writes-on-bgsave-error", true),
  memory("stream-node-max-bytes", 4096),
  integer("stream-node-max-entries", 100),
  integer("tcp-backlog", 511, 0, INT32, IMMUTABLE),
  integer("tcp-keepalive", 300, 0, INT32),
  integer("timeout", 0, 0, INT32),
  choice("tls-auth-clients", "yes", ["no", "yes", "optional"], OF_PORTS),
  text("tls-ca-cert-dir", "", OF_PORTS),
  text("tls-ca-cert-file", "", OF_PORTS),
  text("tls-cert-file", "", OF_PORTS),
  text("tls-ciphers", "", OF_PORTS),
  text("tls-ciphersuites", "", OF_PORTS),
  text("tls-dh-params-file", "", OF_PORTS),
  text("tls-key-file", "", OF_PORTS),
  text("tls-key-file-pass", "", OF_PORTS),
  integer("tls-port", 0, 0, 65535, OF_PORTS),
  yesNo("tls-prefer-server-ciphers", false, OF_PORTS),
  text("tls-protocols", "", OF_PORTS),
  text("unixsocket", "", IMMUTABLE),
  integer("tracking-table-max-keys", 1000000),
  octal("unixsocketperm", 0, 0o777, IMMUTABLE),
  integer("zset-max-listpack-entries", 128, 0, INT64, { alias: "zset-max-ziplist-entries" }),
  memory("zset-max-listpack-value", 64, 0, INT64, { alias: "zset-max-ziplist-value" }),
];

/** All parameters of redis-server 7.0. */
export const CONFIG_PARAMETERS: readonly ConfigParameter[] = [...USED_PARAMETERS, ...UNUSED_PARAMETERS].sort(
  (a, b) => (a.name < b.name ? -1 : 1),
);
