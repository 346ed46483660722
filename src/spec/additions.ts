/**
 * The wire facts of what came to the server after Redis 7.0: Redis 7.2 to 8.4, Valkey 8 and 9.
 * Where both have a command, the row is that of Redis.
 */
import type { Rows } from "./row.js";

/** By type; {@link Rows} says how a row is read. */
export const laterCommands = () =>
  ({
    // Expiry of single fields of hashes
    HEXPIRE: "-6 one write fast, hash 7.4.0",
    HEXPIREAT: "-6 one write fast, hash 7.4.0",
    HEXPIRETIME: "-5 one readonly fast, hash 7.4.0",
    HGETDEL: "-5 one write fast, hash 8.0.0",
    HGETEX: "-5 one write fast, hash 8.0.0",
    HPERSIST: "-5 one write fast, hash 7.4.0",
    HPEXPIRE: "-6 one write fast, hash 7.4.0",
    HPEXPIREAT: "-6 one write fast, hash 7.4.0",
    HPEXPIRETIME: "-5 one readonly fast, hash 7.4.0",
    HPTTL: "-5 one readonly fast, hash 7.4.0",
    HSETEX: "-6 one write denyoom fast, hash 8.0.0",
    HTTL: "-5 one readonly fast, hash 7.4.0",
    // Strings
    DELEX: "-2 one write fast, string 8.4.0",
    DELIFEQ: "3 one write, string valkey 9.0.0",
    DIGEST: "2 one readonly fast, string 8.4.0",
    MSETEX: "-4 none write denyoom movablekeys, string 8.4.0",
    // Streams
    XACKDEL: "-6 one write fast, stream 8.2.0",
    XDELEX: "-5 one write fast, stream 8.2.0",
    // Vector sets
    VADD: "-5 one write denyoom, module 8.0.0",
    VCARD: "2 one readonly fast, module 8.0.0",
    VDIM: "2 one readonly fast, module 8.0.0",
    VEMB: "-3 one readonly fast, module 8.0.0",
    VGETATTR: "3 one readonly fast, module 8.0.0",
    VINFO: "2 one readonly fast, module 8.0.0",
    VISMEMBER: "3 one readonly fast, module 8.0.0",
    VLINKS: "-3 one readonly fast, module 8.0.0",
    VRANDMEMBER: "-2 one readonly, module 8.0.0",
    VRANGE: "-4 one readonly, module 8.4.0",
    VREM: "3 one write, module 8.0.0",
    VSETATTR: "4 one write fast, module 8.0.0",
    VSIM: "-4 one readonly, module 8.0.0",
    // Keys
    WAITAOF: "4 none blocking, generic 7.2.0",
    // Connections
    "CLIENT CAPA": "-3 none noscript loading stale, connection valkey 8.0.0",
    "CLIENT IMPORT-SOURCE": "3 none noscript loading stale, connection valkey 8.1.0",
    "CLIENT NO-TOUCH": "3 none noscript loading stale, connection 7.2.0",
    "CLIENT SETINFO": "4 none noscript loading stale, connection 7.2.0",
    // Server
    COMMANDLOG: "-2 none container, server valkey 8.1.0",
    "COMMANDLOG GET": "-4 none admin loading stale, server valkey 8.1.0",
    "COMMANDLOG HELP": "2 none loading stale, server valkey 8.1.0",
    "COMMANDLOG LEN": "3 none admin loading stale, server valkey 8.1.0",
    "COMMANDLOG RESET": "3 none admin loading stale, server valkey 8.1.0",
    "SCRIPT SHOW": "3 none noscript, scripting valkey 8.0.0",
    // Cluster; the cursor of CLUSTERSCAN routes like a key, but is none
    CLUSTERSCAN: "-2 none readonly, cluster valkey 9.1.0",
    "CLUSTER CANCELSLOTMIGRATIONS": "2 none admin stale no_async_loading, cluster valkey 9.0.0",
    "CLUSTER FLUSHSLOT": "-3 none admin stale no_async_loading, cluster valkey 9.0.0",
    "CLUSTER GETSLOTMIGRATIONS": "2 none admin stale no_async_loading, cluster valkey 9.0.0",
    "CLUSTER MIGRATESLOTS": "-4 none admin stale no_async_loading, cluster valkey 9.0.0",
    "CLUSTER MIGRATION": "-4 none admin stale no_async_loading, cluster 8.4.0",
    "CLUSTER MYSHARDID": "2 none stale, cluster 7.2.0",
    "CLUSTER SLOT-STATS": "-4 none loading stale, cluster 8.2.0",
  }) satisfies Rows;
