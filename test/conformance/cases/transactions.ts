/** Cases of MULTI, EXEC, DISCARD, WATCH and UNWATCH. */
import type { Family } from "../notation.js";

export const transactions: Family = {
  name: "transactions",
  cases: {
    "MULTI and EXEC": `
      MULTI
      SET a 1
      INCR a
      GET a
      RPUSH l x y
      LRANGE l 0 -1
      HSET h f v
      HGETALL h
      SADD s 1
      SMEMBERS s
      ZADD z 1 a
      ZRANGE z 0 -1 WITHSCORES
      ZSCORE z a
      EXEC
      MULTI
      EXEC
      EXEC
      DISCARD
      MULTI
      SET a 9
      DISCARD
      GET a
      MULTI
      MULTI
      SET a 2
      EXEC
      GET a
      MULTI x
      EXEC x
      DISCARD x
      MULTI
      GET missing
      BLPOP missing 0
      EXEC
      b> GET a
    `,
    "errors within": `
      SET a x
      MULTI
      SET b 1
      INCR a
      LPUSH a v
      SET c 2 BAD
      EXPIRE b abc
      SET d 3
      EXEC
      MGET a b d
      MULTI
      SET a 1
      NOSUCH command
      SET b 2
      EXEC
      EXEC
      MULTI
      GET
      EXEC
      MULTI
      SET a
      GET a
      DISCARD
      GET a
      MULTI
      CONFIG BAD
      EXEC
      MULTI
      OBJECT ENCODING
      EXEC
      MULTI
      WATCH a
      EXEC
      MULTI
      SET a 5
      MULTI
      EXEC
      GET a
      MULTI
      UNWATCH
      EXEC
      MULTI
      EXEC extra
      SET a 6
      EXEC
      GET a
    `,
    WATCH: `
      SET a 1
      WATCH a
      SET a 2
      MULTI
      SET a 3
      EXEC
      GET a
      WATCH a
      MULTI
      SET a 3
      EXEC
      GET a
      WATCH a
      b> SET a 4
      MULTI
      INCR a
      EXEC
      GET a
      WATCH a b c
      b> SET c 1
      MULTI
      GET a
      EXEC
      WATCH a
      b> SET a 5
      UNWATCH
      MULTI
      GET a
      EXEC
      WATCH a
      b> SET a 6
      MULTI
      DISCARD
      MULTI
      GET a
      EXEC
      WATCH a
      b> GET a
      b> EXPIRE a 100
      MULTI
      GET a
      EXEC
      WATCH a
      b> DEL a
      MULTI
      EXEC
      WATCH missing
      b> DEL missing
      MULTI
      PING
      EXEC
      WATCH missing
      b> SET missing 1
      MULTI
      PING
      EXEC
      WATCH missing
      b> SET missing 1 NX
      b> SETNX missing 1
      b> HDEL nothing f
      MULTI
      PING
      EXEC
      WATCH l
      b> LPUSHX l a
      MULTI
      PING
      EXEC
      WATCH
      WATCH a
      WATCH b
      b> SET b 1
      MULTI
      SET d 1 BAD
      NOSUCH
      EXEC
      EXISTS d
      UNWATCH x
      UNWATCH
    `,
    "WATCH and the keys of other databases, flushing, renaming, expiring": `
      SET a 1
      WATCH a
      b> SELECT 1
      b> SET a other
      MULTI
      PING
      EXEC
      WATCH a
      b> FLUSHDB
      MULTI
      PING
      EXEC
      WATCH a
      b> FLUSHALL
      MULTI
      PING
      EXEC
      SET a 1
      WATCH a
      b> FLUSHALL
      MULTI
      PING
      EXEC
      WATCH none
      b> FLUSHALL
      MULTI
      PING
      EXEC
      SET x 1
      WATCH x y
      RENAME x y
      MULTI
      PING
      EXEC
      SET x 1
      WATCH x
      COPY x y REPLACE
      MULTI
      PING
      EXEC
      WATCH x
      SWAPDB 0 1
      MULTI
      PING
      EXEC
      SET k v PX 120
      WATCH k
      until 0 EXISTS k
      MULTI
      PING
      EXEC
      SET k v PX 1
      until 0 EXISTS k
      WATCH k
      MULTI
      PING
      EXEC
      SET k v
      WATCH k
      EXPIRE k 100
      MULTI
      PING
      EXEC
      WATCH k
      PERSIST k
      MULTI
      PING
      EXEC
      WATCH k
      PERSIST k
      TOUCH k
      GETEX k
      MULTI
      PING
      EXEC
      WATCH k
      GETEX k EX 100
      MULTI
      PING
      EXEC
    `,
    "all types are watched": `
      RPUSH l a
      HSET h f v
      SADD s a
      ZADD z 1 a
      WATCH l
      b> RPOP l
      MULTI
      EXEC
      WATCH h
      b> HSET h f v
      MULTI
      EXEC
      WATCH s
      b> SADD s a
      MULTI
      EXEC
      WATCH s
      b> SADD s b
      MULTI
      EXEC
      WATCH z
      b> ZADD z 1 a
      MULTI
      EXEC
      WATCH z
      b> ZINCRBY z 1 a
      MULTI
      EXEC
      WATCH h
      b> HINCRBY h n 0
      MULTI
      EXEC
      SET str v
      WATCH str
      b> APPEND str ""
      MULTI
      EXEC
      WATCH str
      b> SETRANGE str 0 ""
      MULTI
      EXEC
      WATCH str
      b> SETBIT str 1 1
      MULTI
      EXEC
      WATCH str
      b> SETBIT str 1 1
      MULTI
      EXEC
      WATCH str
      b> LPUSH str a
      MULTI
      EXEC
      WATCH dest
      b> SUNIONSTORE dest nothing
      MULTI
      EXEC
      WATCH l2
      b> LINSERT l2 BEFORE a b
      b> LSET l2 0 x
      b> LTRIM l2 0 0
      MULTI
      EXEC
    `,
    "connection state in a transaction": `
      MULTI
      SELECT 1
      SET k one
      SELECT 0
      SET k zero
      EXEC
      GET k
      SELECT 1
      GET k
      SELECT 0
      MULTI
      RESET
      EXEC
      MULTI
      CLIENT SETNAME inside
      CLIENT GETNAME
      PING
      ECHO hello
      EXEC
      MULTI
      EVAL "redis.call('SET', KEYS[1], 'by script'); return redis.call('GET', KEYS[1])" 1 k
      GET k
      EVAL "return redis.call('INCR', KEYS[1])" 1 k
      EVAL "return {1, 'two', {3}}" 0
      EXEC
      WATCH k
      EVAL "redis.call('SET', KEYS[1], 'changed')" 1 k
      MULTI
      EXEC
      MULTI
      QUIT
      b> MULTI
      b> SET k b
      b!
      c> GET k
      c> WATCH k
      d> MULTI
      d> SET k d
      d> EXEC
      c> MULTI
      c> GET k
      c> EXEC
    `,
    "WATCH and SWAPDB of keys that have expired unnoticed": `
      DEBUG SET-ACTIVE-EXPIRE 0
      SELECT 1
      SET gone v PX 1
      until 1 EVAL "local now = redis.call('TIME'); return now[2] % 20000 > 10000 and 1 or 0" 0
      until 1 EVAL "local now = redis.call('TIME'); return now[2] % 20000 < 10000 and 1 or 0" 0
      WATCH gone
      SWAPDB 0 1
      MULTI
      PING
      EXEC
      SELECT 0
      FLUSHALL
      SET stale v PX 1
      until 1 EVAL "local now = redis.call('TIME'); return now[2] % 20000 > 10000 and 1 or 0" 0
      until 1 EVAL "local now = redis.call('TIME'); return now[2] % 20000 < 10000 and 1 or 0" 0
      SELECT 1
      WATCH stale
      SWAPDB 0 1
      MULTI
      PING
      EXEC
      FLUSHALL
      SET both v PX 1
      SELECT 0
      SET both w PX 1
      until 1 EVAL "local now = redis.call('TIME'); return now[2] % 20000 > 10000 and 1 or 0" 0
      until 1 EVAL "local now = redis.call('TIME'); return now[2] % 20000 < 10000 and 1 or 0" 0
      SELECT 1
      WATCH both
      SWAPDB 0 1
      MULTI
      PING
      EXEC
      SET live v
      WATCH live
      SWAPDB 0 1
      MULTI
      PING
      EXEC
      DEBUG SET-ACTIVE-EXPIRE 1
    `,
  },
};
