/** Cases of the commands that wait. */
import type { Family } from "../notation.js";

export const blocking: Family = {
  name: "blocking",
  cases: {
    "what has expired before EXEC ends wakes nobody": `
      DEBUG SET-ACTIVE-EXPIRE 0
      b& BLPOP k 0
      MULTI
      RPUSH k a
      PEXPIRE k 10
      DEBUG SLEEP 0.05
      EXEC
      EXISTS k
      RPUSH k b
      b<
      SELECT 1
      RPUSH l a
      PEXPIRE l 1
      DEBUG SLEEP 0.02
      c> SELECT 9
      c& BRPOP l 0
      SWAPDB 1 9
      SELECT 9
      RPUSH l b
      c<
      DEBUG SET-ACTIVE-EXPIRE 1
    `,
    "BLPOP and BRPOP with something there": `
      RPUSH l a b c
      BLPOP l 0
      BRPOP l 0
      BLPOP missing l 0
      EXISTS l
      RPUSH a 1
      RPUSH b 2
      BRPOP missing b a 0
      BLPOP a b 1.5
      RPUSH l a
      BLPOP l abc
      BLPOP l -1
      BLPOP l -0.002
      BLPOP l ""
      BLPOP l inf
      BLPOP l nan
      BLPOP l 9223372036854775807
      BLPOP l
      BLPOP
      BRPOP l
      BRPOP l x
      SET s x
      BLPOP s 0
      BRPOP s l 0
      BLPOP s abc
      BLPOP missing s l 0
      LRANGE l 0 -1
    `,
    "waiting until another client pushes": `
      b& BLPOP l 0
      RPUSH l a
      b<
      EXISTS l
      b& BRPOP l 0
      RPUSH l a b c
      b<
      LRANGE l 0 -1
      b& BLPOP x y z 0
      LPUSH z 1
      b<
      b& BRPOP x y z 0
      RPUSH y 1 2
      b<
      LRANGE y 0 -1
      b& BLPOP q 0
      SET q string
      DEL q
      SADD q member
      DEL q
      RPUSH q real
      b<
      b& BLPOP q 0
      RPUSH other a
      RENAME other q
      b<
      b& BLPOP q 0
      RPUSH other a
      COPY other q
      b<
      b& BLPOP q 0
      SORT other ALPHA STORE q
      b<
      b& BLPOP q 0
      RPOPLPUSH other q
      b<
      b& BLPOP q 0
      SELECT 1
      RPUSH q moved
      MOVE q 0
      b<
      RPUSH q swapped
      SELECT 0
      b& BLPOP q 0
      SWAPDB 0 1
      b<
      DBSIZE
    `,
    "first come, first served": `
      a& BLPOP l 0
      b& BLPOP l 0
      c& BRPOP l 0
      RPUSH l 1 2 3 4
      a<
      b<
      c<
      LRANGE l 0 -1
      DEL l
      a& BLPOP l 0
      b& BRPOP x l 0
      RPUSH l only
      a<
      RPUSH l second
      b<
      a& BLPOP one two 0
      MULTI
      RPUSH two 2
      RPUSH one 1
      EXEC
      a<
      LRANGE one 0 -1
      LRANGE two 0 -1
      DEL two one
      a& BLPOP l 0
      MULTI
      RPUSH l x
      DEL l
      EXEC
      RPUSH l y
      a<
      EXISTS l
      a& BLPOP l 0
      EVAL "redis.call('RPUSH', KEYS[1], 'a', 'b'); return redis.call('LLEN', KEYS[1])" 1 l
      a<
      LRANGE l 0 -1
    `,
    "requests behind a blocked one wait": `
      b& BLPOP l 0
      b- SET after blocked
      b- GET after
      EXISTS after
      RPUSH l a
      b<
      GET after
    `,
    "time-outs": `
      BLPOP l 0.01
      BRPOP l 0.01
      BLMOVE l m LEFT RIGHT 0.01
      BRPOPLPUSH l m 0.01
      BLMPOP 0.01 1 l LEFT
      BZPOPMIN z 0.01
      BZPOPMAX z 0.01
      BZMPOP 0.01 1 z MIN
      b- BLPOP l 0.05
      b<
      b- BLPOP l 0.05
      b- BLPOP l 0.05
      b<
      RPUSH l a
      LLEN l
    `,
    "BLMOVE and BRPOPLPUSH": `
      RPUSH l a b c
      BLMOVE l m LEFT RIGHT 0
      BRPOPLPUSH l m 0
      LRANGE m 0 -1
      b& BLMOVE src dst RIGHT LEFT 0
      RPUSH src 1 2
      b<
      LRANGE src 0 -1
      LRANGE dst 0 -1
      DEL src dst
      b& BRPOPLPUSH src dst 0
      LPUSH src x
      b<
      EXISTS src
      LRANGE dst 0 -1
      a& BLMOVE one two LEFT LEFT 0
      b& BLMOVE two three LEFT LEFT 0
      RPUSH one chained
      a<
      b<
      LRANGE three 0 -1
      b& BLMOVE self self LEFT RIGHT 0
      RPUSH self 1 2 3
      b<
      LRANGE self 0 -1
      SET s x
      BLMOVE s m LEFT RIGHT 0
      BLMOVE m s LEFT RIGHT 0
      BRPOPLPUSH m s 0
      b& BLMOVE nothing s LEFT RIGHT 0
      RPUSH nothing a
      b<
      LRANGE nothing 0 -1
      BLMOVE l m UP RIGHT 0
      BLMOVE l m LEFT DOWN 0
      BLMOVE l m LEFT RIGHT abc
      BLMOVE l m LEFT RIGHT -1
      BLMOVE l m LEFT RIGHT
      BRPOPLPUSH l m abc
      BRPOPLPUSH l m -1
      BRPOPLPUSH l m
    `,
    BLMPOP: `
      RPUSH l a b c
      BLMPOP 0 1 l LEFT
      BLMPOP 0 2 missing l RIGHT COUNT 5
      b& BLMPOP 0 2 x y LEFT COUNT 2
      RPUSH y 1 2 3
      b<
      LRANGE y 0 -1
      BLMPOP abc 1 l LEFT
      BLMPOP -1 1 l LEFT
      BLMPOP 0 0 l LEFT
      BLMPOP 0 abc l LEFT
      BLMPOP 0 2 l LEFT
      BLMPOP 0 1 l UP
      BLMPOP 0 1 l LEFT COUNT 0
      BLMPOP 0 1 l LEFT COUNT abc
      BLMPOP 0 1 l LEFT BAD
      BLMPOP 0 1 l
      BLMPOP
      SET s x
      BLMPOP 0 1 s LEFT
    `,
    "BZPOPMIN, BZPOPMAX, BZMPOP": `
      ZADD z 1 a 2.5 b 3 c
      BZPOPMIN z 0
      BZPOPMAX missing z 0
      BZMPOP 0 1 z MIN
      EXISTS z
      b& BZPOPMIN z 0
      ZADD z 5 x 4 y
      b<
      ZRANGE z 0 -1 WITHSCORES
      b& BZPOPMAX q z2 0
      ZADD z2 inf i
      b<
      b& BZPOPMIN n 0
      ZINCRBY n 1.5 m
      b<
      b& BZMPOP 0 2 p q MAX COUNT 2
      ZADD q 1 a 2 b 3 c
      b<
      ZRANGE q 0 -1
      b& BZPOPMIN stored 0
      ZUNIONSTORE stored 1 q
      b<
      b& BZPOPMIN stored 0
      ZRANGESTORE stored q 0 -1
      b<
      a& BZPOPMIN w 0
      b& BZPOPMAX w 0
      ZADD w 1 a 2 b 3 c
      a<
      b<
      ZRANGE w 0 -1
      b& BZPOPMIN t 0
      RPUSH t wrong
      DEL t
      ZADD t 1 right
      b<
      BZPOPMIN z abc
      BZPOPMIN z -1
      BZPOPMIN z
      BZPOPMAX z x
      BZPOPMAX
      BZMPOP abc 1 z MIN
      BZMPOP -1 1 z MIN
      BZMPOP 0 0 z MIN
      BZMPOP 0 2 z MIN
      BZMPOP 0 1 z UP
      BZMPOP 0 1 z MIN COUNT 0
      BZMPOP 0 1 z MIN BAD
      BZMPOP 0 1 z
      SET s x
      BZPOPMIN s 0
      BZPOPMAX s z 0
      BZMPOP 0 1 s MIN
    `,
    "in MULTI and in scripts nothing waits": `
      MULTI
      BLPOP l 0
      BRPOP l 0
      BLMOVE l m LEFT RIGHT 0
      BRPOPLPUSH l m 0
      BLMPOP 0 1 l LEFT
      BZPOPMIN z 0
      BZPOPMAX z 0
      BZMPOP 0 1 z MIN
      RPUSH l a b
      BLPOP l 0
      BLPOP l abc
      EXEC
      EVAL "return redis.call('BLPOP', 'none', 0)" 0
      EVAL "return redis.call('BLPOP', KEYS[1], 0)" 1 l
      EVAL "return redis.call('BZPOPMIN', 'none', 0)" 0
      EVAL "return redis.call('BLMOVE', 'none', 'x', 'LEFT', 'LEFT', 0)" 0
    `,
    "CLIENT UNBLOCK": `
      b> @kind @save:b CLIENT ID
      CLIENT UNBLOCK $b
      b& BLPOP l 0
      CLIENT UNBLOCK $b
      b<
      b& BLPOP l 0
      CLIENT UNBLOCK $b TIMEOUT
      b<
      b& BLPOP l 0
      CLIENT UNBLOCK $b ERROR
      b<
      b& BZPOPMIN z 0
      CLIENT UNBLOCK $b error
      b<
      b& BLMOVE l m LEFT LEFT 0
      CLIENT UNBLOCK $b
      b<
      b& BLMPOP 0 1 l LEFT
      CLIENT UNBLOCK $b
      b<
      b& WAIT 5 0
      CLIENT UNBLOCK $b
      b<
      CLIENT UNBLOCK $b BAD
      CLIENT UNBLOCK abc
      CLIENT UNBLOCK 0
      CLIENT UNBLOCK
      RPUSH l a
      LLEN l
    `,
    "a client that leaves while it waits": `
      a& BLPOP l 0
      b& BLPOP l 0
      a!
      RPUSH l x
      b<
      LLEN l
      b& BLPOP l 0
      b!
      RPUSH l y
      LRANGE l 0 -1
    `,
    "a key that is overwritten does not wake": `
      b& BLPOP l 0
      SET l string
      RPUSH other x
      SORT other ALPHA STORE l
      RPUSH l y
      LRANGE l 0 -1
      c& BZPOPMIN z 0
      SET z string
      ZADD scores 1 a
      ZUNIONSTORE z 1 scores
      ZCARD z
      RENAME l away
      RENAME away l
      b<
      COPY scores z REPLACE
      c<
    `,
    "keys that expire or are flushed do not wake": `
      b& BLPOP l 0
      SET l x PX 1
      until 0 EXISTS l
      FLUSHALL
      RPUSH l a
      b<
    `,
  },
};
