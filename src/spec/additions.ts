/**
 * The wire facts of what came to the server after Redis 7.0: Redis 7.2 to 8.4, Valkey 8 and 9.
 * Where both have a command, the row is that of Redis.
 */
import { type CommandSpec, Flag } from "./command-spec.js";
import { NONE, ONE, row } from "./row.js";

const { WRITE, READONLY, DENYOOM, ADMIN, NOSCRIPT, BLOCKING, LOADING, STALE, FAST } = Flag;
const { MOVABLEKEYS, NO_ASYNC_LOADING } = Flag;

/** One row a command; a function, so that nobody pays for them at load. */
export function laterCommands() {
  const topology = NO_ASYNC_LOADING | ADMIN | STALE;
  const session = NOSCRIPT | LOADING | STALE;
  return {
    // Expiry of single fields of hashes
    HEXPIRE: row(-6, WRITE | FAST, ONE, "hash", "7.4.0"),
    HEXPIREAT: row(-6, WRITE | FAST, ONE, "hash", "7.4.0"),
    HEXPIRETIME: row(-5, READONLY | FAST, ONE, "hash", "7.4.0"),
    HGETDEL: row(-5, WRITE | FAST, ONE, "hash", "8.0.0"),
    HGETEX: row(-5, WRITE | FAST, ONE, "hash", "8.0.0"),
    HPERSIST: row(-5, WRITE | FAST, ONE, "hash", "7.4.0"),
    HPEXPIRE: row(-6, WRITE | FAST, ONE, "hash", "7.4.0"),
    HPEXPIREAT: row(-6, WRITE | FAST, ONE, "hash", "7.4.0"),
    HPEXPIRETIME: row(-5, READONLY | FAST, ONE, "hash", "7.4.0"),
    HPTTL: row(-5, READONLY | FAST, ONE, "hash", "7.4.0"),
    HSETEX: row(-6, WRITE | DENYOOM | FAST, ONE, "hash", "8.0.0"),
    HTTL: row(-5, READONLY | FAST, ONE, "hash", "7.4.0"),
    // Strings
    DELEX: row(-2, WRITE | FAST, ONE, "string", "8.4.0"),
    DELIFEQ: row(3, WRITE, ONE, "string", "valkey 9.0.0"),
    DIGEST: row(2, READONLY | FAST, ONE, "string", "8.4.0"),
    MSETEX: row(-4, WRITE | DENYOOM | MOVABLEKEYS, NONE, "string", "8.4.0"),
    // Streams
    XACKDEL: row(-6, WRITE | FAST, ONE, "stream", "8.2.0"),
    XDELEX: row(-5, WRITE | FAST, ONE, "stream", "8.2.0"),
    // Vector sets
    VADD: row(-5, WRITE | DENYOOM, ONE, "module", "8.0.0"),
    VCARD: row(2, READONLY | FAST, ONE, "module", "8.0.0"),
    VDIM: row(2, READONLY | FAST, ONE, "module", "8.0.0"),
    VEMB: row(-3, READONLY | FAST, ONE, "module", "8.0.0"),
    VGETATTR: row(3, READONLY | FAST, ONE, "module", "8.0.0"),
    VINFO: row(2, READONLY | FAST, ONE, "module", "8.0.0"),
    VISMEMBER: row(3, READONLY | FAST, ONE, "module", "8.0.0"),
    VLINKS: row(-3, READONLY | FAST, ONE, "module", "8.0.0"),
    VRANDMEMBER: row(-2, READONLY, ONE, "module", "8.0.0"),
    VRANGE: row(-4, READONLY, ONE, "module", "8.4.0"),
    VREM: row(3, WRITE, ONE, "module", "8.0.0"),
    VSETATTR: row(4, WRITE | FAST, ONE, "module", "8.0.0"),
    VSIM: row(-4, READONLY, ONE, "module", "8.0.0"),
    // Keys
    WAITAOF: row(4, BLOCKING, NONE, "generic", "7.2.0"),
    // Connections
    "CLIENT CAPA": row(-3, session, NONE, "connection", "valkey 8.0.0"),
    "CLIENT IMPORT-SOURCE": row(3, session, NONE, "connection", "valkey 8.1.0"),
    "CLIENT NO-TOUCH": row(3, session, NONE, "connection", "7.2.0"),
    "CLIENT SETINFO": row(4, session, NONE, "connection", "7.2.0"),
    // Server
    COMMANDLOG: row(-2, 0, NONE, "server", "valkey 8.1.0"),
    "COMMANDLOG GET": row(-4, ADMIN | LOADING | STALE, NONE, "server", "valkey 8.1.0"),
    "COMMANDLOG HELP": row(2, LOADING | STALE, NONE, "server", "valkey 8.1.0"),
    "COMMANDLOG LEN": row(3, ADMIN | LOADING | STALE, NONE, "server", "valkey 8.1.0"),
    "COMMANDLOG RESET": row(3, ADMIN | LOADING | STALE, NONE, "server", "valkey 8.1.0"),
    "SCRIPT SHOW": row(3, NOSCRIPT, NONE, "scripting", "valkey 8.0.0"),
    // Cluster; the cursor of CLUSTERSCAN routes like a key, but is none
    CLUSTERSCAN: row(-2, READONLY, NONE, "cluster", "valkey 9.1.0"),
    "CLUSTER CANCELSLOTMIGRATIONS": row(2, topology, NONE, "cluster", "valkey 9.0.0"),
    "CLUSTER FLUSHSLOT": row(-3, topology, NONE, "cluster", "valkey 9.0.0"),
    "CLUSTER GETSLOTMIGRATIONS": row(2, topology, NONE, "cluster", "valkey 9.0.0"),
    "CLUSTER MIGRATESLOTS": row(-4, topology, NONE, "cluster", "valkey 9.0.0"),
    "CLUSTER MIGRATION": row(-4, topology, NONE, "cluster", "8.4.0"),
    "CLUSTER MYSHARDID": row(2, STALE, NONE, "cluster", "7.2.0"),
    "CLUSTER SLOT-STATS": row(-4, LOADING | STALE, NONE, "cluster", "8.2.0"),
  } satisfies Record<string, CommandSpec>;
}
