/**
 * The configuration parameters that are there for those who ask for them: they are taken and shown, and change
 * nothing. What somebody would rely on in vain (files, replicas, a cluster) is refused.
 */
import { parseInteger } from "./arguments.js";
import {
  type BadValue,
  type ConfigParameter,
  choice,
  type Extra,
  INT32,
  integer,
  memory,
  NOT_WHILE_LOADING,
  refusing,
  text,
  yesNo,
} from "./config-values.js";

/** Options that share the reason why they change nothing. */
function without(unused: string, build: (unused: Extra, immutable: Extra) => readonly ConfigParameter[]) {
  return build({ unused }, { unused, immutable: true });
}

/** The address of a master is checked, and refused even so. */
function parseReplicaOf(value: string): string | BadValue {
  const words = value.split(" ");
  if (value === "" || /^no one$/i.test(value)) return "";
  if (words.length !== 2) return { reason: "wrong number of arguments" };
  const port = parseInteger(words[1]);
  if (port === undefined || port < 0 || port > 65535) return { reason: "Invalid master port" };
  return { reason: NO_REPLICAS };
}

const TITLE_VARIABLE = /\{(?:\{|(config-file|listen-addr|port|server-mode|title|tls-port|unixsocket)\})/g;

/** A title without its variables must not end within one; and it must not be empty where `title` is. */
function parseTitleTemplate(value: string): string | BadValue {
  const rest = value.replace(TITLE_VARIABLE, (_all, name?: string) => (name === "title" ? "" : "x"));
  if (!rest.includes("{") && rest.trim() !== "") return value;
  return { reason: "template format is invalid or contains unknown variables" };
}

const NO_CLUSTER = "this server is no node of a cluster";
const NO_REPLICAS = "this server cannot be a replica, and sends what it has to its own at once";
const NO_SYSLOG = "this server writes its log to standard output or a file";
const STAYS = "this server stays in the foreground: let the shell or a service manager put it elsewhere";

/** All parameters without effect. */
export const UNUSED_PARAMETERS: readonly ConfigParameter[] = [
  ...without("files are written as a whole, and are nobody's but this server's", (unused) => [
    yesNo("aof-rewrite-incremental-fsync", true, unused),
    yesNo("rdb-del-sync-files", false, unused),
    yesNo("rdb-save-incremental-fsync", true, unused),
  ]),
  ...without(NO_REPLICAS, (unused, immutable) => [
    text("masterauth", "", unused),
    text("masteruser", "", unused),
    choice("propagation-error-behavior", "ignore", ["ignore", "panic", "panic-on-replicas"], unused),
    yesNo("repl-disable-tcp-nodelay", false, unused),
    choice("repl-diskless-load", "disabled", ["disabled", "on-empty-db", "swapdb"], {
      ...unused,
      ...NOT_WHILE_LOADING,
    }),
    yesNo("repl-diskless-sync", true, unused),
    integer("repl-diskless-sync-delay", 5, 0, INT32, unused),
    integer("repl-diskless-sync-max-replicas", 0, 0, INT32, unused),
    text("replica-announce-ip", "", { ...unused, alias: "slave-announce-ip" }),
    integer("replica-announce-port", 0, 0, 65535, { ...unused, alias: "slave-announce-port" }),
    yesNo("replica-announced", true, unused),
    yesNo("replica-ignore-disk-write-errors", false, unused),
    yesNo("replica-ignore-maxmemory", true, { ...unused, alias: "slave-ignore-maxmemory" }),
    yesNo("replica-lazy-flush", false, { ...unused, alias: "slave-lazy-flush" }),
    integer("replica-priority", 100, 0, INT32, { ...unused, alias: "slave-priority" }),
    yesNo("replica-read-only", true, { ...unused, alias: "slave-read-only" }),
    yesNo("replica-serve-stale-data", true, { ...unused, alias: "slave-serve-stale-data" }),
    {
      ...text("replicaof", "", { ...immutable, alias: "slaveof", manyWords: true }),
      parse: parseReplicaOf,
    },
    refusing(yesNo("tls-replication", false, unused), true, NO_REPLICAS),
  ]),
  ...without(NO_CLUSTER, (unused, immutable) => [
    yesNo("cluster-allow-pubsubshard-when-down", true, unused),
    yesNo("cluster-allow-reads-when-down", false, unused),
    yesNo("cluster-allow-replica-migration", true, unused),
    integer("cluster-announce-bus-port", 0, 0, 65535, unused),
    text("cluster-announce-hostname", "", unused),
    text("cluster-announce-ip", "", unused),
    integer("cluster-announce-port", 0, 0, 65535, unused),
    integer("cluster-announce-tls-port", 0, 0, 65535, unused),
    text("cluster-config-file", "nodes.conf", immutable),
    refusing(yesNo("cluster-enabled", false, immutable), true, NO_CLUSTER),
    memory("cluster-link-sendbuf-limit", 0, 0, undefined, unused),
    integer("cluster-migration-barrier", 1, 0, INT32, unused),
    integer("cluster-node-timeout", 15000, 0, undefined, unused),
    integer("cluster-port", 0, 0, 65535, immutable),
    choice("cluster-preferred-endpoint-type", "ip", ["ip", "hostname", "unknown-endpoint"], unused),
    yesNo("cluster-replica-no-failover", false, { ...unused, alias: "cluster-slave-no-failover" }),
    integer("cluster-replica-validity-factor", 10, 0, INT32, {
      ...unused,
      alias: "cluster-slave-validity-factor",
    }),
    yesNo("cluster-require-full-coverage", true, unused),
    refusing(yesNo("tls-cluster", false, unused), true, NO_CLUSTER),
  ]),
  ...without("memory is freed by the garbage collector of JavaScript", (unused) => [
    yesNo("activedefrag", false, unused),
    integer("active-defrag-cycle-max", 25, 1, 99, unused),
    integer("active-defrag-cycle-min", 1, 1, 99, unused),
    memory("active-defrag-ignore-bytes", 104857600, 1, undefined, unused),
    integer("active-defrag-max-scan-fields", 1000, 1, undefined, unused),
    integer("active-defrag-threshold-lower", 10, 0, 1000, unused),
    integer("active-defrag-threshold-upper", 100, 0, 1000, unused),
    yesNo("activerehashing", true, unused),
    yesNo("jemalloc-bg-thread", true, unused),
    yesNo("lazyfree-lazy-server-del", false, unused),
    yesNo("lazyfree-lazy-user-flush", false, unused),
  ]),
  ...without("this server has one thread, and timers instead of a cycle", (unused, immutable) => [
    integer("active-expire-effort", 1, 1, 10, unused),
    text("aof_rewrite_cpulist", "", immutable),
    text("bgsave_cpulist", "", immutable),
    text("bio_cpulist", "", immutable),
    yesNo("dynamic-hz", true, unused),
    integer("hz", 10, 0, INT32, unused),
    integer("io-threads", 1, 1, 128, immutable),
    yesNo("io-threads-do-reads", false, immutable),
    integer("maxmemory-eviction-tenacity", 10, 0, 100, unused),
    text("server_cpulist", "", immutable),
  ]),
  ...without("it is the business of the operating system or of Node.js here", (unused, immutable) => [
    text("bind-source-addr", "", unused),
    yesNo("crash-memcheck-enabled", true, unused),
    yesNo("disable-thp", true, immutable),
    text("ignore-warnings", "", unused),
    {
      ...text("proc-title-template", "{title} {listen-addr} {server-mode}", unused),
      parse: parseTitleTemplate,
    },
    yesNo("set-proc-title", true, immutable),
    integer("socket-mark-id", 0, 0, 4294967295, immutable),
    choice("supervised", "no", ["upstart", "systemd", "auto", "no"], immutable),
    text("tls-client-cert-file", "", unused),
    text("tls-client-key-file", "", unused),
    text("tls-client-key-file-pass", "", unused),
    integer("tls-session-cache-size", 20480, 0, INT32, unused),
    integer("tls-session-cache-timeout", 300, 0, INT32, unused),
    yesNo("tls-session-caching", true, unused),
  ]),
  ...without("a file is read in steps of a few milliseconds", (unused) => [
    integer("loading-process-events-interval-bytes", 2097152, 1024, INT32, { ...unused, hidden: true }),
  ]),
  ...without("a fault of this server ends up in its log, and the server goes on", (unused) => [
    yesNo("use-exit-on-panic", false, { ...unused, hidden: true }),
    integer("watchdog-period", 0, 0, INT32, { ...unused, hidden: true }),
  ]),
  ...without("lists are not compressed", (unused) => [integer("list-compress-depth", 0, 0, INT32, unused)]),
  ...without("RESTORE looks through every payload", (unused) => [
    choice("sanitize-dump-payload", "no", ["no", "yes", "clients"], unused),
  ]),
  ...without(STAYS, (_unused, immutable) => [refusing(yesNo("daemonize", false, immutable), true, STAYS)]),
  ...without(NO_SYSLOG, (_unused, immutable) => [
    refusing(yesNo("syslog-enabled", false, immutable), true, NO_SYSLOG),
    choice(
      "syslog-facility",
      "local0",
      ["user", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"],
      immutable,
    ),
    text("syslog-ident", "redis", immutable),
  ]),
];
