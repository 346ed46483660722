/** Cases of publish and subscribe. */
import type { Family } from "../notation.js";

export const pubsub: Family = {
  name: "pubsub",
  cases: {
    "confirmations and messages": String.raw`
      b> SUBSCRIBE my-first-channel my-second-channel
      b> PSUBSCRIBE my-*
      PUBLISH my-channel Hello
      PUBLISH my-first-channel both
      PUBLISH nobody x
      b<
      b> SUBSCRIBE my-first-channel
      b> UNSUBSCRIBE my-first-channel
      b> UNSUBSCRIBE not-there
      PUBLISH my-first-channel one
      b<
      b> UNSUBSCRIBE
      b> PUNSUBSCRIBE
      b> UNSUBSCRIBE
      b> PUNSUBSCRIBE
      b> PUNSUBSCRIBE a* b*
      b> GET k
      PUBLISH my-channel nobody
      b> SUBSCRIBE "" "\x00\r\n" "\xff" a a
      PUBLISH "" ""
      PUBLISH "\x00\r\n" "\x00\xff\r\n"
      PUBLISH "\xff" "😀"
      b<
      SUBSCRIBE
      PSUBSCRIBE
      PUBLISH a
      PUBLISH
    `,
    patterns: String.raw`
      b> PSUBSCRIBE h?llo h[ae]* news.* "a\\*" * news.*
      PUBLISH hello 1
      PUBLISH hallo 2
      PUBLISH news.tech 3
      PUBLISH a* 4
      PUBLISH ab 5
      PUBLISH "" 6
      b< @sorted
      PUBSUB NUMPAT
      b> PUNSUBSCRIBE h?llo nothing*
      c> PSUBSCRIBE news.*
      PUBSUB NUMPAT
      PUBLISH news.x y
      b< @sorted
      c< @sorted
    `,
    "what a subscriber may send": `
      b> SUBSCRIBE ch
      b> GET k
      b> PING
      b> PING hello
      b> SET k v
      b> EXEC
      b> NOSUCH
      b> SUBSCRIBE
      b> RESET
      b> GET k
      b> PSUBSCRIBE p*
      b> PUBLISH ch x
      b> @hello HELLO 3
      b> QUIT
    `,
    "a subscriber of RESP3 may send everything": `
      b> @hello HELLO 3
      b> SUBSCRIBE ch
      b> SET k v
      b> GET k
      b> PING
      b> PING hello
      b> PUBLISH ch self
      b> INCR n
      PUBLISH ch other
      b<
      b> PUBLISH ch again
      b> PSUBSCRIBE c*
      b> PUBLISH ch twice
      b> UNSUBSCRIBE ch
      b> UNSUBSCRIBE
      b> PUNSUBSCRIBE
    `,
    PUBSUB: `
      PUBSUB CHANNELS
      PUBSUB NUMPAT
      PUBSUB NUMSUB
      PUBSUB NUMSUB none
      b> SUBSCRIBE a b ab
      c> SUBSCRIBE a
      c> PSUBSCRIBE x*
      @sorted PUBSUB CHANNELS
      @sorted PUBSUB CHANNELS a*
      PUBSUB CHANNELS z*
      PUBSUB NUMSUB a b none a
      PUBSUB NUMPAT
      PUBSUB SHARDCHANNELS
      PUBSUB SHARDNUMSUB a
      PUBSUB SHARDNUMSUB
      d> SSUBSCRIBE s1 s2
      @sorted PUBSUB SHARDCHANNELS
      PUBSUB SHARDCHANNELS s1*
      PUBSUB SHARDNUMSUB s1 none
      @sorted PUBSUB CHANNELS
      PUBSUB
      PUBSUB BAD
      PUBSUB NUMPAT x
      PUBSUB CHANNELS a b
      @kind PUBSUB HELP
      c!
      PUBSUB NUMSUB a
      PUBSUB NUMPAT
    `,
    "sharded channels": `
      b> SSUBSCRIBE ch other
      SPUBLISH ch hello
      PUBLISH ch not-here
      SPUBLISH nobody x
      b<
      b> SUBSCRIBE ch
      PUBLISH ch plain
      SPUBLISH ch sharded
      b<
      b> SUNSUBSCRIBE ch
      b> SUNSUBSCRIBE
      b> SUNSUBSCRIBE
      b> UNSUBSCRIBE
      b> SSUBSCRIBE
      SPUBLISH ch
      SPUBLISH
    `,
    "order of messages from one publisher": `
      b> SUBSCRIBE a b
      PUBLISH a 1
      PUBLISH b 2
      PUBLISH a 3
      MULTI
      PUBLISH a 4
      PUBLISH b 5
      EXEC
      EVAL "redis.call('PUBLISH', 'a', '6'); return redis.call('PUBLISH', 'none', 'x')" 0
      b<
      EVAL "return redis.call('SUBSCRIBE', 'a')" 0
      b!
      PUBLISH a 7
    `,
    "keyspace notifications": `
      CONFIG SET notify-keyspace-events KEA
      CONFIG GET notify-keyspace-events
      b> PSUBSCRIBE __key*__:*
      SET k v
      SET k v EX 100
      SET k v NX
      GET k
      APPEND k x
      SETRANGE k 0 y
      SETBIT k 0 1
      INCR n
      DECRBY n 2
      INCRBYFLOAT n 1.5
      MSET a 1 b 2
      MSETNX c 1 d 2
      GETSET a 2
      GETDEL a
      GETEX b EX 100
      GETEX b PERSIST
      SETEX b 100 x
      PSETEX b 100000 x
      SETNX fresh v
      BITOP NOT bits k
      BITFIELD k SET u8 0 1
      EXPIRE k 100
      PEXPIRE k 100000
      EXPIREAT k 33177117420
      PERSIST k
      PERSIST k
      EXPIRE k -1
      RENAME n m
      RENAMENX m b
      COPY b copied
      MOVE copied 1
      DEL b c nothing
      UNLINK d
      b<
      RPUSH l a b c
      LPUSH l z
      LPUSHX l y
      RPUSHX l w
      LPOP l
      RPOP l 2
      LINSERT l BEFORE a x
      LSET l 0 q
      LREM l 0 q
      LREM l 0 nothing
      LTRIM l 0 0
      LMOVE l l2 LEFT RIGHT
      RPOPLPUSH l2 l
      LMPOP 1 l LEFT
      RPUSH l 3 1 2
      SORT l STORE sorted
      SORT nothing STORE sorted
      DEL l
      b<
      HSET h f v g w
      HSETNX h f x
      HMSET h x y
      HINCRBY h n 1
      HINCRBYFLOAT h n 1
      HDEL h f g nothing
      HDEL h x n
      b<
      SADD s 1 2 3
      SADD s 1
      SREM s 1 9
      SMOVE s s2 2
      SPOP s2
      SINTERSTORE i s nothing
      SUNIONSTORE u s
      SDIFFSTORE u nothing
      SPOP s 10
      b<
      ZADD z 1 a 2 b 3 c 4 d 5 e
      ZADD z 1 a
      ZADD z INCR 1 a
      ZINCRBY z 1 a
      ZREM z a nothing
      ZPOPMIN z
      ZPOPMAX z 1
      ZMPOP 1 z MIN
      ZREMRANGEBYRANK z 5 6
      ZREMRANGEBYSCORE z -inf inf
      ZADD y 1 a 2 b
      ZUNIONSTORE x 1 y
      ZINTERSTORE x 2 y nothing
      ZRANGESTORE x y 0 -1
      ZDIFFSTORE x 1 y
      ZRANGESTORE x y 5 6
      ZREMRANGEBYLEX y - +
      b<
      SET e v PX 15
      until 0 EXISTS e
      b<
      SELECT 2
      SET other db
      FLUSHDB
      EVAL "redis.call('SET', KEYS[1], 1); redis.call('DEL', KEYS[1])" 1 scripted
      MULTI
      SET t 1
      DEL t
      EXEC
      b<
    `,
    "notifications by class": `
      CONFIG SET notify-keyspace-events ""
      CONFIG GET notify-keyspace-events
      b> PSUBSCRIBE __key*
      SET k v
      b<
      CONFIG SET notify-keyspace-events K$
      CONFIG GET notify-keyspace-events
      SET k v
      LPUSH l a
      DEL k
      b<
      CONFIG SET notify-keyspace-events Elg
      CONFIG GET notify-keyspace-events
      SET k v
      LPUSH l a
      DEL k
      b<
      CONFIG SET notify-keyspace-events KEshzxetdm
      CONFIG GET notify-keyspace-events
      SADD s a
      HSET h f v
      ZADD z 1 a
      SET k v
      GET missing
      b<
      CONFIG SET notify-keyspace-events KEn
      CONFIG GET notify-keyspace-events
      SET fresh v
      b<
      CONFIG SET notify-keyspace-events g
      CONFIG GET notify-keyspace-events
      DEL fresh
      b<
      CONFIG SET notify-keyspace-events bad
      CONFIG GET notify-keyspace-events
    `,
    "a blocked client's effects are notified": `
      CONFIG SET notify-keyspace-events EA
      b> PSUBSCRIBE __keyevent*
      c& BLPOP l 0
      RPUSH l a
      c<
      c& BLMOVE l m LEFT LEFT 0
      RPUSH l a
      c<
      c& BZPOPMIN z 0
      ZADD z 1 a
      c<
      b<
    `,
  },
};
