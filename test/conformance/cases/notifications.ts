/** Cases of keyspace notifications. */
import type { Family } from "../notation.js";

export const notifications: Family = {
  name: "notifications",
  cases: {
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
