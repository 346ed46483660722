/** Cases of the CLIENT commands. */
import type { Family } from "../notation.js";

export const clients: Family = {
  name: "clients",
  cases: {
    "CLIENT names and ids": String.raw`
      @kind CLIENT ID
      CLIENT GETNAME
      CLIENT SETNAME myname
      CLIENT GETNAME
      CLIENT SETNAME "with space"
      CLIENT SETNAME "new\nline"
      CLIENT SETNAME "\xff"
      CLIENT SETNAME ""
      CLIENT GETNAME
      CLIENT SETNAME
      CLIENT GETNAME x
      CLIENT ID x
      CLIENT GETREDIR
      CLIENT TRACKINGINFO
      CLIENT NO-EVICT ON
      CLIENT NO-EVICT OFF
      CLIENT NO-EVICT BAD
      CLIENT NO-EVICT
      @kind CLIENT HELP
    `,
    "a reply beyond the output limit is not made": `
      HSET h f v
      SADD s m
      ZADD z 1 m
      CONFIG SET client-output-buffer-limit "normal 1000000 0 0"
      b> HRANDFIELD h -999999999
      c> SRANDMEMBER s -999999999
      d> ZRANDMEMBER z -999999999 WITHSCORES
      e> HRANDFIELD h -999999999 WITHVALUES
      HRANDFIELD h -2
    `,
    "CLIENT LIST counts the words that are queued": `
      b> @save:b @kind CLIENT ID
      b> MULTI
      b> SET k value
      b> GET k
      @fields CLIENT LIST ID $b
      b> @fields CLIENT INFO
      b> @fields EXEC
      @fields CLIENT LIST ID $b
    `,
    "CLIENT LIST and INFO": `
      CLIENT SETNAME first
      @fields CLIENT INFO
      @save:me @kind CLIENT ID
      @fields CLIENT LIST ID $me
      b> SELECT 3
      b> @save:b @kind CLIENT ID
      b> CLIENT SETNAME second
      @fields CLIENT LIST ID $b
      @fields CLIENT LIST ID $me $b
      @fields CLIENT LIST
      @fields CLIENT LIST TYPE normal
      @fields CLIENT LIST TYPE pubsub
      CLIENT LIST TYPE master
      CLIENT LIST TYPE replica
      CLIENT LIST TYPE bad
      CLIENT LIST TYPE
      CLIENT LIST ID
      CLIENT LIST ID abc
      CLIENT LIST ID 999999999
      CLIENT LIST BAD
      b> MULTI
      b> SET a 1
      @fields CLIENT LIST ID $b
      b> EXEC
      b> WATCH a
      @fields CLIENT LIST ID $b
      SET a 2
      @fields CLIENT LIST ID $b
      b> UNWATCH
      c> @save:c @kind CLIENT ID
      c> SUBSCRIBE x y
      c> PSUBSCRIBE p*
      @fields CLIENT LIST ID $c
      @fields CLIENT LIST TYPE pubsub
      b& BLPOP none 0
      @fields CLIENT LIST ID $b
      CLIENT UNBLOCK $b
      b<
      d> @save:d @kind CLIENT ID
      d> CONFIG GET nothing
      @fields CLIENT LIST ID $d
      d> HELLO 3 x
      @fields CLIENT LIST ID $d
    `,
    "CLIENT KILL": `
      @save:me @kind CLIENT ID
      b> @save:b @kind CLIENT ID
      CLIENT KILL ID $b
      b<
      CLIENT KILL ID $b
      CLIENT KILL ID abc
      CLIENT KILL ID
      CLIENT KILL ID 0
      CLIENT KILL 1.2.3.4:5
      CLIENT KILL ADDR 1.2.3.4:5
      CLIENT KILL LADDR 1.2.3.4:5
      CLIENT KILL TYPE bad
      CLIENT KILL TYPE pubsub
      CLIENT KILL USER nobody
      CLIENT KILL SKIPME maybe
      CLIENT KILL BAD x
      CLIENT KILL
      c> SUBSCRIBE x
      CLIENT KILL TYPE pubsub
      c<
      d> PING
      d> @save:d @kind CLIENT ID
      CLIENT KILL ID $d TYPE pubsub
      d> PING
      CLIENT KILL ID $d TYPE normal SKIPME yes
      d<
      CLIENT KILL ID $me SKIPME yes
      CLIENT KILL ID $me SKIPME no
    `,
    "CLIENT REPLY": `
      CLIENT REPLY ON
      CLIENT REPLY BAD
      CLIENT REPLY
      - CLIENT REPLY OFF
      - SET a 1
      - GET a
      CLIENT REPLY ON
      GET a
      - CLIENT REPLY SKIP
      - SET a 2
      GET a
      - CLIENT REPLY SKIP
      - NOSUCH
      PING
      - CLIENT REPLY OFF
      - CLIENT REPLY SKIP
      - PING
      CLIENT REPLY ON
      - CLIENT REPLY SKIP
      - MULTI
      SET a 3
      EXEC
    `,
    "CLIENT PAUSE": `
      CLIENT PAUSE
      CLIENT PAUSE abc
      CLIENT PAUSE -1
      CLIENT PAUSE 10 BAD
      CLIENT PAUSE 100000 WRITE
      GET k
      b& SET k v
      GET k
      CLIENT UNPAUSE
      b<
      GET k
      CLIENT PAUSE 20
      GET k
      CLIENT PAUSE 100000 WRITE
      b& PUBLISH a b
      c& EVAL "return redis.call('SET', 'k', 'w')" 0
      d> MULTI
      d> GET k
      d> EXEC
      d> MULTI
      d& SET k x
      d- EXEC
      CLIENT UNPAUSE
      b<
      c<
      d<
      CLIENT UNPAUSE x
    `,
    "CLIENT PAUSE WRITE and scripts that never write": String.raw`
      SET k v
      @save:sha SCRIPT LOAD "#!lua flags=no-writes\nreturn 2"
      FUNCTION LOAD "#!lua name=paused\nredis.register_function{function_name='reads', callback=function() return 1 end, flags={'no-writes'}}\nredis.register_function('writes', function() return 2 end)"
      CLIENT PAUSE 100000 WRITE
      EVAL "#!lua flags=no-writes\nreturn redis.call('GET', KEYS[1])" 1 k
      EVAL_RO "return 1" 0
      EVALSHA $sha 0
      FCALL reads 0
      b> MULTI
      b> EVAL "#!lua flags=no-writes\nreturn 1" 0
      b> FCALL reads 0
      b> EXEC
      b& EVAL "#!lua\nreturn 1" 0
      c& FCALL writes 0
      d> MULTI
      d& FCALL writes 0
      d- EXEC
      CLIENT UNPAUSE
      b<
      c<
      d<
      FUNCTION FLUSH
    `,
    "CLIENT PAUSE WRITE keeps expired keys": `
      CONFIG RESETSTAT
      MULTI
      SET a 1 PX 1
      SET b 2 PX 1
      CLIENT PAUSE 100000 WRITE
      EXEC
      until 0 EXISTS a
      until 0 EXISTS b
      GET a
      TTL a
      TYPE a
      OBJECT ENCODING a
      DBSIZE
      SCAN 0
      CLIENT UNPAUSE
      GET a
      GET b
      DBSIZE
    `,
    "a command that has waited is timed and counted": `
      CONFIG SET slowlog-log-slower-than 0
      b> @save:b @kind CLIENT ID
      b& BLPOP l 0
      SLOWLOG RESET
      RPUSH l a
      b<
      SLOWLOG LEN
      CONFIG RESETSTAT
      SET wrong x
      b& BLMOVE l wrong LEFT LEFT 0
      RPUSH l a
      b<
      b& BLPOP none 0
      CLIENT UNBLOCK $b ERROR
      b<
      b& BLPOP none 0
      CLIENT UNBLOCK $b
      b<
      SLOWLOG LEN
      INFO errorstats
      CONFIG SET slowlog-log-slower-than 10000
    `,
    "tracking: what a command that has waited changes is told behind its reply": `
      b> @hello HELLO 3
      b> CLIENT TRACKING ON
      RPUSH to a
      b> LRANGE to 0 -1
      b& BLMOVE from to LEFT LEFT 0
      RPUSH from x
      b<
    `,
    "CLIENT TRACKING": `
      CLIENT TRACKING BAD
      CLIENT TRACKING
      CLIENT TRACKING ON REDIRECT 99999
      CLIENT TRACKING ON PREFIX a
      CLIENT TRACKING ON OPTIN OPTOUT
      CLIENT TRACKING ON BAD
      CLIENT TRACKING OFF
      CLIENT CACHING YES
      CLIENT CACHING BAD
      CLIENT TRACKINGINFO
      CLIENT GETREDIR
    `,
    "CLIENT TRACKING and invalidation": `
      b> @hello HELLO 3
      b> CLIENT TRACKING ON
      b> CLIENT TRACKINGINFO
      b> CLIENT GETREDIR
      b> MGET k l
      b> GET m
      SET k 2
      SET k 3
      RPUSH l a
      SET unread 1
      b<
      b> GET k
      DEL k
      b> GET k
      b> SET k own
      b<
      b> GET k
      FLUSHALL
      b<
      b> CLIENT TRACKING ON NOLOOP
      b> CLIENT TRACKING OFF
      b> CLIENT TRACKING ON NOLOOP
      b> GET k
      b> SET k own
      SET k other
      b<
      b> CLIENT TRACKINGINFO
      b> CLIENT TRACKING OFF
      b> CLIENT TRACKING ON OPTIN
      b> CLIENT TRACKINGINFO
      b> GET k
      SET k 1
      b<
      b> CLIENT CACHING YES
      b> GET k
      SET k 2
      b<
      b> CLIENT CACHING NO
      b> CLIENT TRACKING OFF
      b> CLIENT TRACKING ON OPTOUT
      b> CLIENT CACHING YES
      b> CLIENT CACHING NO
      b> GET k
      SET k 3
      b> GET k
      SET k 4
      b<
      b> CLIENT TRACKING ON BCAST
      b> CLIENT TRACKING OFF
      b> CLIENT TRACKING ON BCAST PREFIX user: PREFIX post:
      b> CLIENT TRACKINGINFO
      SET user:1 a
      SET other:1 a
      SET post:1 a
      b< @sorted
      b> CLIENT TRACKING ON BCAST PREFIX use
      b> CLIENT TRACKING OFF
      b> CLIENT TRACKINGINFO
      SET user:1 b
      b<
      b> CLIENT TRACKING ON
      b> GET e
      SET e v PX 150
      b<
      b> GET e
      until 0 EXISTS e
      b<
      b> MULTI
      b> GET k
      b> EXEC
      SET k 9
      b<
      b> EVAL "return redis.call('GET', KEYS[1])" 1 k
      EVAL "return redis.call('SET', KEYS[1], 'v')" 1 k
      b<
    `,
    "CLIENT TRACKING with redirection": `
      r> @save:r @kind CLIENT ID
      r> SUBSCRIBE __redis__:invalidate
      CLIENT TRACKING ON REDIRECT $r
      GET k
      b> SET k 1
      r<
      SET k 2
      r<
      b> FLUSHALL
      r<
      CLIENT TRACKING OFF
    `,
  },
};
