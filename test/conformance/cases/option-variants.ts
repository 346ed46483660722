/** Options, branches and repetitions that the cases of the families make no use of; see `option-coverage.test.ts`. */
import type { Family } from "../notation.js";

export const optionVariants: Family = {
  name: "option variants",
  cases: {
    "conditions of expiry": `
      SET a 1
      EXPIREAT a 33177117420 NX
      EXPIREAT a 33177117421 NX
      EXPIREAT a 33177117422 XX
      EXPIRETIME a
      PEXPIREAT a 33177117420000 LT
      PEXPIREAT a 33177117420001 LT
      PEXPIREAT a 33177117419000 XX
      PEXPIRETIME a
      PERSIST a
      PEXPIREAT a 33177117419000 XX
      PEXPIREAT a 33177117419000 LT
      PERSIST a
      PEXPIRE a 100000 XX
      PEXPIRE a 100000 NX
      PEXPIRE a 100000 NX
      PEXPIRE a 90000 LT
      PEXPIRE a 200000 LT
      PEXPIRE a 300000 XX
      @round:10000 PTTL a
    `,
    "bitmaps and strings": `
      BITFIELD f SET u8 0 200 SET i16 8 -5
      BITFIELD_RO f GET u8 0 GET i16 8
      BITFIELD_RO f GET u4 #1
      MSET a 1
      MSETNX b 2
      MSETNX b 3
      MGET a b
    `,
    "sets and sorted sets of one key and of several": `
      SADD s 1 2 3
      SDIFF s
      ZADD z 1 a 2 b 3 c
      ZADD y 10 b 20 c 30 d
      ZINTER 1 z WITHSCORES
      ZINTER 1 z WEIGHTS 2 WITHSCORES
      ZINTER 2 z y AGGREGATE MIN WITHSCORES
      ZINTER 2 z y AGGREGATE SUM WITHSCORES
      ZINTER 2 z y WEIGHTS 1 0.5 AGGREGATE SUM WITHSCORES
      ZINTERCARD 1 z
      ZINTERSTORE out 1 z
      ZINTERSTORE out 1 z WEIGHTS 3
      ZRANGE out 0 -1 WITHSCORES
      ZINTERSTORE out 2 z y WEIGHTS 2 -1 AGGREGATE SUM
      ZRANGE out 0 -1 WITHSCORES
      ZINTERSTORE out 2 z y AGGREGATE MAX
      ZRANGE out 0 -1 WITHSCORES
      ZINTERSTORE out 2 z y AGGREGATE MIN
      ZRANGE out 0 -1 WITHSCORES
      ZUNIONSTORE out 2 z y WEIGHTS 2 3 AGGREGATE SUM
      ZRANGE out 0 -1 WITHSCORES
      ZUNIONSTORE out 2 z y AGGREGATE MIN
      ZRANGE out 0 -1 WITHSCORES
      ZUNIONSTORE out 2 z y AGGREGATE MAX
      ZRANGE out 0 -1 WITHSCORES
      BZPOPMIN missing y z 1
      BZPOPMAX missing y z 1
    `,
    SORT_RO: `
      MSET w_1 9 w_2 8 w_3 7 v_1 x v_2 y v_3 z
      RPUSH l 1 3 2
      SORT_RO l ASC
      SORT_RO l ALPHA DESC
      SORT_RO l BY w_* GET v_* GET # GET w_*
      SORT_RO l LIMIT 1 1 ALPHA
    `,
    "units and columns of positions": `
      GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania
      GEORADIUS g 15 37 700000 FT ASC
      GEORADIUS g 15 37 200 MI ASC WITHCOORD
      GEORADIUS_RO g 15 37 700000 FT DESC
      GEORADIUS_RO g 15 37 200 MI WITHCOORD WITHHASH ASC
      GEORADIUS_RO g 15 37 200000 M COUNT 1
      GEORADIUS_RO g 15 37 200000 M COUNT 1 ANY
      GEORADIUSBYMEMBER g Palermo 200000 M ASC
      GEORADIUSBYMEMBER g Palermo 200000 M COUNT 5 ANY ASC
      GEORADIUSBYMEMBER_RO g Palermo 200000 M WITHCOORD WITHDIST WITHHASH DESC
      GEORADIUSBYMEMBER_RO g Palermo 200 KM COUNT 1
      GEORADIUSBYMEMBER_RO g Palermo 700000 FT COUNT 5 ANY ASC
      GEORADIUSBYMEMBER_RO g Palermo 200 MI ASC WITHDIST
      GEOSEARCH g FROMLONLAT 15 37 BYBOX 1400000 1400000 FT ASC WITHDIST
      GEOSEARCHSTORE out g FROMLONLAT 15 37 BYBOX 1400000 1400000 FT
      GEOSEARCHSTORE out g FROMLONLAT 15 37 BYBOX 400000 400000 M ASC
      GEOSEARCHSTORE out g FROMLONLAT 15 37 BYBOX 400 400 MI
      GEOSEARCHSTORE out g FROMLONLAT 15 37 BYRADIUS 700000 FT
      GEOSEARCHSTORE out g FROMLONLAT 15 37 BYRADIUS 200 MI COUNT 5 ANY STOREDIST
      @round:1 ZRANGE out 0 -1
    `,
    "groups that begin at the end": `
      XADD s 5-1 f v
      XGROUP CREATE s g $
      XGROUP CREATE s h 0
      XGROUP SETID s h $
      XGROUP SETID s h $ ENTRIESREAD 1
      XGROUP CREATE none g $ MKSTREAM
      XINFO GROUPS s
    `,
    "scripts and functions with several keys and words": `
      MSET a 1 b 2
      SCRIPT LOAD "return {KEYS, ARGV}"
      EVALSHA 2b36d1c83e9ba9b4c8f8a3cbbef57e8dd7f4f9f5 2 a b c d
      @save:sha SCRIPT LOAD "return {KEYS[1], KEYS[2] or '', ARGV[1] or '', #ARGV}"
      EVALSHA $sha 1 a
      EVALSHA $sha 2 a b c d
      EVALSHA_RO $sha 1 a b
      EVALSHA_RO $sha 2 a b c d
      EVAL_RO "return redis.call('GET', KEYS[1]) .. ARGV[1]" 1 a x
      EVAL_RO "return redis.call('MGET', KEYS[1], KEYS[2])" 2 a b
      EVAL_RO "return {#KEYS, #ARGV}" 2 a b c d
      FUNCTION LOAD "#!lua name=lib\\nredis.register_function{function_name='f', callback=function(keys, args) return {keys, args} end, flags={'no-writes'}}"
      FCALL f 2 a b c d
      FCALL_RO f 1 a b
      FCALL_RO f 2 a b c d
    `,
    "debugging of scripts": `
      SCRIPT DEBUG NO
    `,
    "leaving several channels": `
      SUBSCRIBE a b c
      UNSUBSCRIBE a b
      UNSUBSCRIBE c
      SSUBSCRIBE a b c
      SUNSUBSCRIBE a b
      SUNSUBSCRIBE c
    `,
    "CLIENT KILL and its filters": `
      b> @kind @save:id CLIENT ID
      CLIENT KILL TYPE normal ID 999999
      CLIENT KILL TYPE master
      CLIENT KILL TYPE slave
      CLIENT KILL TYPE replica
      CLIENT KILL TYPE pubsub ID 999999 USER default
      CLIENT KILL ID $id TYPE NORMAL
      b<
    `,
    "CLIENT LIST of several": `
      @kind @save:a CLIENT ID
      b> @kind @save:b CLIENT ID
      @fields CLIENT LIST ID $a $b
      @fields CLIENT LIST ID $b 999999
    `,
    "CLIENT PAUSE of all": `
      CLIENT PAUSE 1 ALL
      PING
    `,
    "CLIENT UNBLOCK and how": `
      b> @kind @save:b CLIENT ID
      b& BLPOP l 0
      CLIENT UNBLOCK $b TIMEOUT
      b<
      b& BLPOP l 0
      CLIENT UNBLOCK $b ERROR
      b<
      CLIENT UNBLOCK $b
    `,
    "COMMAND and its subcommands": `
      @kind COMMAND LIST
      @kind COMMAND DOCS
      @kind COMMAND DOCS get set
    `,
    "cluster commands of a server that is in no cluster": `
      CLUSTER ADDSLOTS 1 2 3
      CLUSTER ADDSLOTSRANGE 1 2 4 5
      CLUSTER DELSLOTS 1 2
      CLUSTER DELSLOTSRANGE 1 2 4 5
      CLUSTER FAILOVER FORCE
      CLUSTER FAILOVER TAKEOVER
      CLUSTER MEET 127.0.0.1 7000 17000
      CLUSTER RESET HARD
      CLUSTER RESET SOFT
      CLUSTER SETSLOT 1 NODE abc
      RESTORE-ASKING k 0 bad REPLACE ABSTTL IDLETIME 5 FREQ 5
      RESTORE-ASKING k 0 bad REPLACE ABSTTL FREQ 5
      RESTORE-ASKING k 0 bad IDLETIME 5
    `,
    "what replicas say of themselves": `
      REPLCONF
      REPLCONF listening-port
      REPLCONF listening-port 7000 capa eof CAPA psync2 capa unheard-of
      REPLCONF listening-port x
      REPLCONF ip-address 10.0.0.1
      REPLCONF rdb-only 1
      REPLCONF rdb-only 2
      REPLCONF rdb-only 0
      REPLCONF rdb-filter-only keys
      REPLCONF unheard-of 1
      CONFIG SET min-replicas-to-write 1
      SET k v
      GET k
      MULTI
      SET k v
      EXEC
      EVAL "return redis.call('set', KEYS[1], 'v')" 1 k
      EVAL "return redis.call('get', KEYS[1])" 1 k
      CONFIG SET min-replicas-max-lag 0
      SET k v
    `,
    "FAILOVER without replicas": `
      FAILOVER ABORT
      FAILOVER TIMEOUT 100
      FAILOVER TO 127.0.0.1 1
      FAILOVER TO 127.0.0.1 1 FORCE
      FAILOVER TO 127.0.0.1 1 FORCE TIMEOUT 100
      FAILOVER TO 127.0.0.1 1 FORCE TIMEOUT 0
      FAILOVER TIMEOUT 0 BAD
      FAILOVER TIMEOUT abc
      FAILOVER TO 127.0.0.1 abc
      FAILOVER TO 127.0.0.1 1 TO 127.0.0.1 2
      FAILOVER FORCE FORCE
      FAILOVER ABORT TIMEOUT 5
    `,
    "MIGRATE of keys that do not exist": `
      MIGRATE 127.0.0.1 1 none 0 10
      MIGRATE 127.0.0.1 1 none 0 10 COPY
      MIGRATE 127.0.0.1 1 none 0 10 COPY REPLACE
      MIGRATE 127.0.0.1 1 none 0 10 AUTH secret
      MIGRATE 127.0.0.1 1 none 0 10 REPLACE AUTH2 user secret
      MIGRATE 127.0.0.1 1 "" 0 10 KEYS none
      MIGRATE 127.0.0.1 1 "" 0 10 COPY REPLACE KEYS none nothing
      MIGRATE 127.0.0.1 1 x 0 10 KEYS none nothing
      MIGRATE 127.0.0.1 1 "" 0 10 KEYS
    `,
    "modules cannot be loaded": `
      MODULE LOAD /nowhere a
      MODULE LOAD /nowhere a b
      MODULE LOADEX /nowhere CONFIG a b
      MODULE LOADEX /nowhere CONFIG a b CONFIG c d
      MODULE LOADEX /nowhere ARGS a
      MODULE LOADEX /nowhere ARGS a b
      MODULE LOADEX /nowhere CONFIG a b ARGS a b
    `,
    "SHUTDOWN that is refused": `
      SHUTDOWN ABORT
      SHUTDOWN ABORT NOW
      SHUTDOWN NOSAVE SAVE
      SHUTDOWN NONSENSE
    `,
  },
};
