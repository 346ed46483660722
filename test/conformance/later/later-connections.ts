/** Conformance cases of what Redis 7.2 has added to connections, keys and scripts. */
import type { Family } from "../notation.js";

export const laterConnections: Family = {
  name: "later connections",
  cases: {
    "CLIENT SETINFO": `
      CLIENT SETINFO LIB-NAME lib
      CLIENT SETINFO lib-ver 1.2.3
      @fields CLIENT INFO
      CLIENT SETINFO LIB-NAME ""
      CLIENT SETINFO LIB-VER "a b"
      CLIENT SETINFO LIB-NAME "a\\nb"
      CLIENT SETINFO lib-name "\\xff"
      CLIENT SETINFO LIB-NAME "a(b;c)"
      CLIENT SETINFO OTHER x
      CLIENT SETINFO
      CLIENT SETINFO LIB-NAME
      CLIENT SETINFO LIB-NAME a b
      MULTI
      CLIENT SETINFO LIB-VER 2
      EXEC
      RESET
      @fields CLIENT INFO
      EVAL "return redis.call('CLIENT', 'SETINFO', 'LIB-VER', '2')" 0
    `,
    "CLIENT NO-TOUCH": `
      CLIENT NO-TOUCH ON
      @fields CLIENT INFO
      CLIENT NO-TOUCH off
      @fields CLIENT INFO
      CLIENT NO-TOUCH x
      CLIENT NO-TOUCH
      CLIENT NO-TOUCH ON ON
      SET k v
      OBJECT IDLETIME k
      CLIENT NO-TOUCH ON
      GET k
      TOUCH k
      RESET
      @fields CLIENT INFO
      CLIENT NO-TOUCH ON
      CLIENT NO-EVICT ON
      @fields CLIENT INFO
      EVAL "return redis.call('CLIENT', 'NO-TOUCH', 'ON')" 0
    `,
    WAITAOF: `
      WAITAOF 0 0 0
      WAITAOF 0 0 10
      WAITAOF 0 1 10
      WAITAOF 1 0 10
      WAITAOF 1 1 10
      WAITAOF 2 0 0
      WAITAOF -1 0 0
      WAITAOF x 0 0
      WAITAOF 0 -1 0
      WAITAOF 0 x 0
      WAITAOF 0 0 -1
      WAITAOF 0 0 x
      WAITAOF 0 0
      WAITAOF 0 0 0 0
      MULTI
      WAITAOF 0 0 0
      WAITAOF 0 1 0
      EXEC
      EVAL "return redis.call('WAITAOF', 0, 0, 0)" 0
    `,
    "ZRANK WITHSCORE": `
      ZADD z 1 a 2.5 b inf c
      ZRANK z a WITHSCORE
      ZRANK z b withscore
      ZRANK z c WITHSCORE
      ZRANK z x WITHSCORE
      ZRANK missing x WITHSCORE
      ZREVRANK z a WITHSCORE
      ZREVRANK z x WITHSCORE
      ZRANK z a WITHSCORES
      ZRANK z a x
      ZRANK z a WITHSCORE x
      ZRANK z
      SET s v
      ZRANK s a WITHSCORE
      ZRANK s a x
      EVAL "return redis.call('ZRANK', KEYS[1], 'a', 'WITHSCORE')" 1 z
    `,
    "XREAD from the last entry": `
      XREAD STREAMS s +
      XADD s 1-1 f v
      XADD s 2-1 f w
      XREAD STREAMS s +
      XREAD COUNT 5 STREAMS s +
      XADD t 5-1 g x
      XREAD STREAMS s t + +
      XREAD STREAMS s t + 0
      XDEL s 2-1
      XREAD STREAMS s +
      XDEL s 1-1
      XREAD STREAMS s +
      XREAD BLOCK 10 STREAMS s +
      b& XREAD BLOCK 3000 STREAMS s +
      XADD s 9-1 f v
      b<
      XREAD BLOCK 10 STREAMS missing +
      XGROUP CREATE s g 0
      XREADGROUP GROUP g c STREAMS s +
      XREADGROUP GROUP g c STREAMS s $
    `,
    "CLIENT LIST and CLIENT KILL": `
      b> @kind @save:b CLIENT ID
      CLIENT KILL MAXAGE 100000
      CLIENT KILL MAXAGE x
      CLIENT KILL MAXAGE 0 x
      CLIENT KILL ID $b MAXAGE 100000
      CLIENT KILL MAXAGE -5
      @fields CLIENT LIST ID $b
      CLIENT KILL ID $b
    `,
    "SET with NX and GET": `
      SET k v NX GET
      SET k w NX GET
      GET k
      SET k x XX GET
      LPUSH l a
      SET l v NX GET
      SET l v GET
      SET k v NX XX
      SET k v NX XX GET
    `,
    "arguments that are read otherwise": `
      BITCOUNT missing 0 -1 BIT
      BITPOS missing 1 0 -1 x
      LPUSH list a
      BITCOUNT list x
      BITCOUNT list x y
      BITCOUNT list 0 1 BIT
      BITPOS list 1 x
      BITPOS list 1 0 1 x
      BITPOS list 1 0 1 BIT x
      ZCOUNT missing 0x10 5
      ZCOUNT missing "( 1" 5
      ZRANGE missing 0x1 5 BYSCORE
      ZRANGE missing " 1" 5 BYSCORE
      ZRANGE missing 0x1 5
      LREM list -9223372036854775808 a
      ZADD z 1 a 2 b 3 c 4 d 5 e
      ZRANGEBYSCORE z 2 4 LIMIT -1 5
      CONFIG SET zset-max-listpack-entries 2
      ZADD z 6 f
      ZRANGEBYSCORE z 2 4 LIMIT -2 5
      ZRANGEBYSCORE z 2 4 LIMIT -4 5
      ZREVRANGEBYSCORE z 4 2 LIMIT -2 -1
      ZRANGE z [d [b BYLEX REV LIMIT -1 5
      EVAL "return redis.call('BLPOP', 'none', 0)" 0
      SUBSTR missing 0 1
      PFCOUNT missing
      PUBSUB SHARDNUMSUB
      PUBSUB SHARDCHANNELS
    `,
  },
};
