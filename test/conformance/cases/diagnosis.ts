/** Cases of what shows the inside of a server: DEBUG, LATENCY, OBJECT under LFU, MEMORY, LOLWUT. */
import type { Family } from "../notation.js";

export const diagnosis: Family = {
  name: "diagnosis",
  cases: {
    "DEBUG PROTOCOL": `
      DEBUG PROTOCOL string
      DEBUG PROTOCOL integer
      DEBUG PROTOCOL double
      DEBUG PROTOCOL null
      DEBUG PROTOCOL array
      DEBUG PROTOCOL set
      DEBUG PROTOCOL map
      DEBUG PROTOCOL attrib
      DEBUG PROTOCOL bignum
      DEBUG PROTOCOL verbatim
      DEBUG PROTOCOL true
      DEBUG PROTOCOL false
      DEBUG PROTOCOL bad
      EVAL "redis.setresp(3) return redis.call('DEBUG', 'PROTOCOL', 'attrib')" 0
      EVAL "return redis.call('DEBUG', 'PROTOCOL', 'attrib')" 0
      PING
    `,
    "DEBUG subcommands": `
      SET k v
      SET n 12
      HSET h a b
      RPUSH l a b c
      SADD ints 1 2
      DEBUG SDSLEN n
      DEBUG SDSLEN h
      DEBUG SDSLEN missing
      DEBUG SDSLEN
      @kind DEBUG SDSLEN k
      DEBUG LISTPACK h
      DEBUG LISTPACK k
      DEBUG LISTPACK ints
      DEBUG LISTPACK missing
      DEBUG LISTPACK
      DEBUG QUICKLIST l
      DEBUG QUICKLIST l 1
      DEBUG QUICKLIST h
      DEBUG QUICKLIST missing
      DEBUG QUICKLIST l 1 2
      @kind DEBUG OBJECT k
      @kind DEBUG OBJECT l
      DEBUG OBJECT missing
      DEBUG LEAK x
      DEBUG LEAK
      DEBUG LOG x
      DEBUG PAUSE-CRON 1
      DEBUG PAUSE-CRON 0
      DEBUG PAUSE-CRON x
      DEBUG PAUSE-CRON
      DEBUG STRINGMATCH-TEST
      DEBUG STRINGMATCH-TEST x
      DEBUG CLIENT-EVICTION
      DEBUG DROP-CLUSTER-PACKET-FILTER -1
      DEBUG DROP-CLUSTER-PACKET-FILTER x
      DEBUG CLUSTERLINK KILL to x
      DEBUG AOF-FLUSH-SLEEP 0
      DEBUG QUICKLIST-PACKED-THRESHOLD 100b
      DEBUG QUICKLIST-PACKED-THRESHOLD x
      DEBUG QUICKLIST-PACKED-THRESHOLD 5gb
      DEBUG QUICKLIST-PACKED-THRESHOLD 0
      DEBUG SET-ACTIVE-EXPIRE 0
      DEBUG SET-ACTIVE-EXPIRE x
      DEBUG SET-ACTIVE-EXPIRE 1
      DEBUG SET-SKIP-CHECKSUM-VALIDATION 0
      DEBUG REPLYBUFFER RESIZING 1
      DEBUG REPLYBUFFER PEAK-RESET-TIME 100
      DEBUG REPLYBUFFER PEAK-RESET-TIME NEVER
      DEBUG REPLYBUFFER PEAK-RESET-TIME x
      DEBUG REPLYBUFFER PEAK-RESET-TIME RESET
      DEBUG REPLYBUFFER BAD 1
      DEBUG CHANGE-REPL-ID
      DEBUG JMAP
      DEBUG SLEEP 0.01
      DEBUG SLEEP x
      DEBUG ERROR "MYCODE some text"
      DEBUG ERROR ""
      DEBUG POPULATE 3 p 5
      MGET p:0 p:1 p:2
      debug sleep 0
    `,
    "DEBUG SET-ACTIVE-EXPIRE leaves expired keys": `
      DEBUG SET-ACTIVE-EXPIRE 0
      SET other v
      SET k v PX 1
      DEBUG SLEEP 0.01
      DBSIZE
      DEBUG SET-ACTIVE-EXPIRE 1
      until 1 DBSIZE
    `,
    "LATENCY with a threshold": `
      LATENCY RESET
      CONFIG SET latency-monitor-threshold 20
      @kind LATENCY DOCTOR
      PING
      LATENCY LATEST
      DEBUG SLEEP 0.03
      @first:1 LATENCY LATEST
      @count LATENCY HISTORY command
      LATENCY HISTORY COMMAND
      LATENCY HISTORY fast-command
      @kind LATENCY GRAPH command
      LATENCY GRAPH COMMAND
      @kind LATENCY DOCTOR
      LATENCY RESET nosuch command
      LATENCY RESET command
      LATENCY LATEST
      DEBUG SLEEP 0.03
      LATENCY RESET
      LATENCY LATEST
      CONFIG SET latency-monitor-threshold 0
      DEBUG SLEEP 0.03
      LATENCY LATEST
      @kind LATENCY DOCTOR
      LATENCY GRAPH
      LATENCY DOCTOR x
    `,
    "LATENCY HISTOGRAM": `
      CONFIG RESETSTAT
      SET k v
      @count LATENCY HISTOGRAM set
      @count LATENCY HISTOGRAM SET
      LATENCY HISTOGRAM nosuch
      LATENCY HISTOGRAM get
      LATENCY HISTOGRAM config|get
      LATENCY HISTOGRAM nosuch|get
      LATENCY HISTOGRAM config|get|x
      CONFIG GET maxmemory
      @count LATENCY HISTOGRAM config
      @count LATENCY HISTOGRAM config|get
      @count LATENCY HISTOGRAM set set config|get
      CONFIG SET latency-tracking no
      GET k
      LATENCY HISTOGRAM get
      CONFIG SET latency-tracking yes
      CONFIG RESETSTAT
      LATENCY HISTOGRAM set
    `,
    "SLOWLOG notes DEBUG SLEEP": `
      SLOWLOG RESET
      DEBUG SLEEP 0.02
      SLOWLOG LEN
      SLOWLOG RESET
      CONFIG SET slowlog-log-slower-than 50000
      DEBUG SLEEP 0.02
      SLOWLOG LEN
      CONFIG SET slowlog-log-slower-than -1
      DEBUG SLEEP 0.06
      SLOWLOG LEN
      CONFIG SET slowlog-log-slower-than 0
      SLOWLOG LEN
      PING
      SLOWLOG LEN
    `,
    "OBJECT FREQ and IDLETIME": `
      SET k v
      OBJECT FREQ k
      OBJECT IDLETIME k
      OBJECT FREQ missing
      OBJECT IDLETIME missing
      CONFIG SET maxmemory-policy allkeys-lfu
      SET k v
      SET f v
      OBJECT FREQ f
      OBJECT IDLETIME f
      OBJECT FREQ missing
      OBJECT IDLETIME missing
      GET f
      OBJECT FREQ f
      CONFIG SET lfu-log-factor 0
      GET f
      GET f
      OBJECT FREQ f
      TOUCH f
      OBJECT FREQ f
      CONFIG SET maxmemory-policy volatile-lfu
      OBJECT FREQ f
      DUMP missing
      @save:x DUMP f
      RESTORE r 0 $x FREQ 100
      OBJECT FREQ r
      CONFIG SET maxmemory-policy volatile-lru
      OBJECT FREQ f
      RESTORE i 0 $x IDLETIME 1000
      @round:10 OBJECT IDLETIME i
      @kind OBJECT IDLETIME f
    `,
    "MEMORY subcommands": `
      SET k v
      @kind MEMORY USAGE k SAMPLES 5 SAMPLES 6
      MEMORY USAGE k SAMPLES 1 x
      MEMORY PURGE x
      MEMORY DOCTOR x
      MEMORY STATS x
      MEMORY MALLOC-STATS x
      SELECT 3
      SET k v
      @count MEMORY STATS
    `,
    LOLWUT: `
      LOLWUT
      LOLWUT 1
      LOLWUT VERSION
      LOLWUT VERSION x
      LOLWUT VERSION 99
      LOLWUT version 7 x
      LOLWUT VERSION 5 x
      LOLWUT VERSION 5 10 x
      LOLWUT VERSION 5 10 1 1
      LOLWUT VERSION 5 66 8 2
      LOLWUT VERSION 5 20 3 1
      LOLWUT VERSION 5 1 2 1 4
      LOLWUT VERSION 5 -5 0 -1
      LOLWUT VERSION 5 33 7 2
      LOLWUT VERSION 5 100 1 2
      LOLWUT VERSION 5 5 2 1
      LOLWUT VERSION 5 3 200 2
      @kind LOLWUT VERSION 5
      LOLWUT VERSION 6 x
      LOLWUT VERSION 6 10 x
      @kind LOLWUT VERSION 6
      @kind LOLWUT VERSION 6 1 1
    `,
    "RESET of a connection": `
      CLIENT SETNAME name
      SELECT 2
      MULTI
      SET k v
      RESET
      EXEC
      CLIENT GETNAME
      SET k 0
      SELECT 0
      EXISTS k
      c> SUBSCRIBE ch
      c> RESET
      c> PING
      RESET x
    `,
  },
};
