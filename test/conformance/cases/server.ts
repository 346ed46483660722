/** Cases of the everyday server commands. */
import type { Family } from "../notation.js";

export const server: Family = {
  name: "server",
  cases: {
    "FLUSHDB, FLUSHALL, DBSIZE": `
      MSET a 1 b 2
      SELECT 1
      SET c 3
      DBSIZE
      FLUSHDB
      DBSIZE
      SELECT 0
      DBSIZE
      FLUSHALL
      DBSIZE
      FLUSHDB ASYNC
      FLUSHDB SYNC
      FLUSHDB BAD
      FLUSHDB SYNC x
      FLUSHALL ASYNC
      FLUSHALL sync
      FLUSHALL BAD
    `,
    "CONFIG GET and SET": `
      CONFIG GET maxmemory
      CONFIG GET maxmemory-policy
      CONFIG GET MAXMEMORY
      @pairs CONFIG GET maxmemory*y
      @pairs CONFIG GET timeout maxmemory timeout
      @pairs CONFIG GET hash-max-listpack-*
      @pairs CONFIG GET hash-max-*-entries
      @pairs CONFIG GET list-max-* set-max-* zset-max-*
      CONFIG GET databases
      CONFIG GET appendonly
      CONFIG GET save
      CONFIG GET nothing
      CONFIG GET proto-max-bulk-len
      CONFIG GET lua-time-limit
      CONFIG GET slowlog-log-slower-than
      CONFIG GET
      CONFIG SET maxmemory 100mb
      CONFIG GET maxmemory
      CONFIG SET maxmemory 1gb
      CONFIG GET maxmemory
      CONFIG SET maxmemory 0
      CONFIG SET maxmemory-policy allkeys-lru
      CONFIG GET maxmemory-policy
      CONFIG SET MaxMemory-Policy noeviction
      CONFIG SET maxmemory-policy bad
      CONFIG SET maxmemory abc
      CONFIG SET maxmemory -1
      CONFIG SET timeout 10 hash-max-listpack-entries 64
      @pairs CONFIG GET timeout hash-max-listpack-entries
      CONFIG SET timeout 5 nosuch 1
      CONFIG GET timeout
      CONFIG SET timeout 5 maxmemory-policy bad
      CONFIG GET timeout
      CONFIG SET timeout 5 timeout 6
      CONFIG SET timeout -1
      CONFIG SET timeout abc
      CONFIG SET timeout
      CONFIG SET timeout 1 maxmemory
      CONFIG SET nosuch 1
      CONFIG SET databases 32
      CONFIG SET appendonly maybe
      CONFIG SET hash-max-ziplist-entries 99
      CONFIG GET hash-max-listpack-entries
      CONFIG SET
      CONFIG RESETSTAT
      CONFIG RESETSTAT x
      CONFIG REWRITE
      @kind CONFIG HELP
    `,
    COMMAND: `
      @kind COMMAND COUNT
      @first:6 COMMAND INFO GET SET nosuch EVAL
      @first:6 COMMAND INFO config|get lpush zadd blpop lmpop
      @first:6 COMMAND INFO MSET SORT OBJECT MULTI subscribe
      COMMAND INFO nosuch
      @kind COMMAND INFO
      COMMAND GETKEYS GET k
      COMMAND GETKEYS SET k v
      COMMAND GETKEYS MSET a 1 b 2
      COMMAND GETKEYS EVAL "return 1" 2 k1 k2 a
      COMMAND GETKEYS ZUNIONSTORE d 2 a b WEIGHTS 1 2
      COMMAND GETKEYS SORT l BY w_* STORE out
      COMMAND GETKEYS BLPOP a b 0
      COMMAND GETKEYS BITOP AND d a b
      COMMAND GETKEYS LMPOP 2 a b LEFT
      COMMAND GETKEYS OBJECT ENCODING k
      COMMAND GETKEYS PING
      COMMAND GETKEYS NOSUCH a
      COMMAND GETKEYS GET
      COMMAND GETKEYS EVAL "return 1" 5 k
      COMMAND GETKEYS
      COMMAND GETKEYSANDFLAGS SET k v
      COMMAND GETKEYSANDFLAGS LMOVE a b LEFT LEFT
      @sorted COMMAND LIST FILTERBY PATTERN zr*
      @sorted COMMAND LIST FILTERBY PATTERN GET
      COMMAND LIST FILTERBY PATTERN nosuch
      @sorted COMMAND LIST FILTERBY ACLCAT transaction
      COMMAND LIST FILTERBY MODULE nosuch
      COMMAND LIST FILTERBY BAD x
      COMMAND LIST BAD
      @kind COMMAND
      @kind COMMAND DOCS get
      COMMAND DOCS nosuch
      @kind COMMAND DOCS config|get config nosuch
      COMMAND DOCS config|nosuch get|set config|get|x "" |get
      COMMAND BAD
      COMMAND COUNT x
      @kind COMMAND HELP
    `,
    INFO: `
      @sections INFO server
      @sections INFO clients
      @sections INFO memory
      @sections INFO keyspace
      @sections INFO replication cpu
      @sections INFO commandstats
      @sections INFO nosuch
      @sections INFO stats persistence modules errorstats cluster
      SET a 1
      SET b 1 EX 1000
      SELECT 3
      SET c 1
      @sections INFO
    `,
    "keyspace section of INFO": `
      SET a 1
      SELECT 3
      SET c 1
      INFO keyspace
      FLUSHALL
      INFO keyspace
      @kind INFO all
      @kind INFO everything
    `,
    "TIME, LASTSAVE, ROLE, SAVE": `
      @count TIME
      TIME x
      @kind LASTSAVE
      ROLE
      BGSAVE BAD
      SAVE x
      ROLE x
      REPLICAOF NO ONE
      SLAVEOF NO ONE
      REPLICAOF a
      FAILOVER
      LOLWUT VERSION
      @kind LOLWUT
      SHUTDOWN BAD
      SHUTDOWN ABORT
    `,
    "SAVE, BGSAVE and BGREWRITEAOF": `
      SAVE
      @kind BGSAVE
      @kind BGREWRITEAOF
      BGREWRITEAOF x
    `,
    MEMORY: `
      SET k v
      @kind MEMORY USAGE k
      @kind MEMORY USAGE k SAMPLES 5
      MEMORY USAGE missing
      MEMORY USAGE k SAMPLES -1
      MEMORY USAGE k SAMPLES abc
      MEMORY USAGE k SAMPLES
      MEMORY USAGE k BAD
      MEMORY USAGE
      MEMORY
      MEMORY BAD
      @kind MEMORY DOCTOR
      @kind MEMORY STATS
      @kind MEMORY MALLOC-STATS
      MEMORY PURGE
      @kind MEMORY HELP
    `,
    SLOWLOG: `
      SLOWLOG RESET
      SLOWLOG LEN
      SLOWLOG GET
      CONFIG SET slowlog-log-slower-than 0
      SLOWLOG RESET
      SET k v
      GET k
      CONFIG SET slowlog-log-slower-than 10000
      @count SLOWLOG GET
      @count SLOWLOG GET 1
      @count SLOWLOG GET -1
      SLOWLOG LEN
      SLOWLOG GET -2
      SLOWLOG GET abc
      SLOWLOG GET 1 2
      SLOWLOG RESET
      SLOWLOG LEN
      SLOWLOG
      SLOWLOG BAD
      @kind SLOWLOG HELP
    `,
    LATENCY: `
      LATENCY LATEST
      LATENCY HISTORY nosuch
      LATENCY RESET
      LATENCY RESET nosuch
      @kind LATENCY DOCTOR
      @kind LATENCY HISTOGRAM
      LATENCY GRAPH nosuch
      LATENCY
      LATENCY BAD
      LATENCY HISTORY
      @kind LATENCY HELP
    `,
    DEBUG: `
      DEBUG SLEEP 0
      DEBUG BAD
      DEBUG
      DEBUG SET-ACTIVE-EXPIRE 1
      DEBUG OBJECT missing
      @kind DEBUG HELP
    `,
    MONITOR: `
      m> MONITOR
      SET k "a\\r\\n\\"b"
      GET k
      NOSUCH
      SELECT 2
      GET k
      SELECT 0
      MULTI
      INCR n
      GET k
      EXEC
      EVAL "return redis.call('SET', 'k', 'v')" 0
      BLPOP none 0.01
      CONFIG GET timeout
      AUTH x
      m<
      m> GET k
      m!
      MONITOR x
    `,
    "MONITOR does not tell passwords": `
      m> MONITOR
      MIGRATE 127.0.0.1 1 none 9 5000
      MIGRATE 127.0.0.1 1 none 9 5000 AUTH secret
      MIGRATE 127.0.0.1 1 none 9 5000 COPY AUTH2 user secret REPLACE
      MIGRATE 127.0.0.1 1 "" 9 5000 AUTH secret KEYS none AUTH AUTH2 a b
      MIGRATE 127.0.0.1 1 none 9 5000 AUTH2 user
      m<
    `,
    "the title of a process": `
      CONFIG SET proc-title-template "TEST {{ {title} {listen-addr} {server-mode} {port} {tls-port} {config-file}"
      CONFIG GET proc-title-template
      CONFIG SET proc-title-template "{nosuch}"
      CONFIG SET proc-title-template "{title"
      CONFIG SET proc-title-template "a {"
      CONFIG SET proc-title-template "{title}"
      CONFIG SET proc-title-template ""
      CONFIG SET proc-title-template "}"
      CONFIG SET proc-title-template "{title} {listen-addr} {server-mode}"
    `,
    "MODULE and CLUSTER without modules and cluster": `
      MODULE
      MODULE LIST
      MODULE LOAD
      MODULE LOAD nosuch
      MODULE LOADEX nosuch
      MODULE UNLOAD nosuch
      MODULE BAD
      @kind MODULE HELP
      READONLY
      READWRITE
      ASKING
      CLUSTER
      CLUSTER BAD
      CLUSTER KEYSLOT
      CLUSTER KEYSLOT k
      CLUSTER INFO
      CLUSTER MYID
      CLUSTER ADDSLOTS 1
      CLUSTER ADDSLOTSRANGE 1 2
      CLUSTER BUMPEPOCH
      CLUSTER COUNT-FAILURE-REPORTS x
      CLUSTER COUNTKEYSINSLOT 1
      CLUSTER DELSLOTS 1
      CLUSTER DELSLOTSRANGE 1 2
      CLUSTER FAILOVER
      CLUSTER FLUSHSLOTS
      CLUSTER FORGET x
      CLUSTER GETKEYSINSLOT 1 1
      CLUSTER LINKS
      CLUSTER MEET 127.0.0.1 1
      CLUSTER NODES
      CLUSTER REPLICAS x
      CLUSTER REPLICATE x
      CLUSTER RESET
      CLUSTER SAVECONFIG
      CLUSTER SET-CONFIG-EPOCH 1
      CLUSTER SETSLOT 1 STABLE
      CLUSTER SHARDS
      CLUSTER SLAVES x
      CLUSTER SLOTS
      @kind CLUSTER HELP
    `,
    ACL: `
      ACL WHOAMI
      ACL USERS
      ACL LIST
      ACL CAT nosuch
      @sorted ACL CAT
      @sorted ACL CAT transaction
      ACL GETUSER nobody
      ACL SETUSER alice on >pw ~k:* +get
      @kind ACL GETUSER alice
      @sorted ACL USERS
      b> AUTH alice pw
      b> ACL WHOAMI
      b> GET k:1
      b> GET other
      b> SET k:1 v
      ACL DRYRUN alice GET k:1
      ACL DRYRUN alice SET k:1 v
      ACL DRYRUN alice GET x
      @count ACL LOG 1
      ACL LOG RESET
      ACL SETUSER alice bad-rule
      ACL DELUSER alice
      ACL DELUSER nobody
      ACL DELUSER default
      @kind ACL GENPASS
      ACL GENPASS 8 x
      ACL LOAD
      ACL SAVE
      ACL BAD
      @kind ACL HELP
    `,
  },
};
