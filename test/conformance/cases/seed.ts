/** The command rows that define the product: what every release must show. */
import type { Family } from "../notation.js";

export const seed: Family = {
  name: "seed",
  cases: {
    "strings and counters": `
      SET number:1 1
      GET number:1
      TYPE number:1
      EXISTS number:1
      INCR number:1
      INCRBY number:1 10
      DECR number:1
      DECRBY number:1 5
      GETSET number:1 100
      GET number:1
      DEL number:1
      EXISTS number:1
      MSET a 10 b 20 c 30
      MGET a b c
      SET counter 101
      INCR counter
      INCRBY counter 50
      SET key v
      EXPIRE key 5
      @round:5 TTL key
      SET key 100 EX 10
      @round:10 TTL key
      SET key gone PX 20
      until 0 EXISTS key
      GET key
      APPEND text Hello
      APPEND text " World"
      GETRANGE text 0 4
      SETRANGE text 6 Redis
      GET text
      SETBIT bits 7 1
      GETBIT bits 7
      BITCOUNT bits
      INCRBYFLOAT price 10.5
      INCRBYFLOAT price 0.1
    `,
    lists: `
      RPUSH mylist A
      RPUSH mylist B
      LPUSH mylist first
      LRANGE mylist 0 -1
      RPUSH mylist 1 2 3 4 5 "foo bar"
      LRANGE mylist 0 -1
      RPOP mylist
      LPOP mylist
      LLEN mylist
      LINDEX mylist 1
      LTRIM mylist 0 2
      LRANGE mylist 0 -1
      b& BLPOP tasks 0
      RPUSH tasks do_something
      b<
      b& BRPOP tasks:1 tasks:2 0
      RPUSH tasks:2 a
      b<
      BLPOP tasks 0.05
      BRPOP tasks:1 tasks:2 0.05
      RPUSH new 1
      EXISTS new
      LPOP new
      EXISTS new
      SET foo bar
      LPUSH foo 1 2 3
      TYPE foo
      RPUSH members Alice
      RPUSH members Bob
      LPUSH members Carol
      LRANGE members 0 -1
      LLEN members
      LINDEX members 1
      RPOP members
      LPOP members
    `,
    hashes: `
      HMSET user:1000 username antirez birthyear 1977 verified 1
      HGET user:1000 username
      HGET user:1000 birthyear
      HGETALL user:1000
      HMGET user:1000 username birthyear no-such-field
      HINCRBY user:1000 birthyear 10
      HINCRBYFLOAT user:1000 score 1.5
    `,
    sets: `
      SADD myset 1 2 3
      SMEMBERS myset
      SISMEMBER myset 3
      SISMEMBER myset 30
      SCARD myset
      SADD news:1000:tags 1 2 5 77
      SADD tag:1:news 1000
      SADD tag:2:news 1000
      SADD tag:5:news 1000
      SADD tag:77:news 1000
      SMEMBERS news:1000:tags
      SINTER tag:1:news tag:2:news tag:5:news tag:77:news
      SADD other 3 4
      SDIFF myset other
      SUNION myset other
      SUNIONSTORE both myset other
      SCARD both
      @of:1,2,3,4 SRANDMEMBER both
      @of:1,2,3,4 SPOP both
      SCARD both
      SADD people Carol
      SADD people Carol
      SMEMBERS people
    `,
    "sorted sets": `
      ZADD hackers 1940 "Alan Kay"
      ZADD hackers 1957 "Sophie Wilson"
      ZADD hackers 1953 "Richard Stallman"
      ZADD hackers 1949 "Anita Borg"
      ZADD hackers 1965 "Yukihiro Matsumoto"
      ZADD hackers 1914 "Hedy Lamarr"
      ZADD hackers 1916 "Claude Shannon"
      ZADD hackers 1969 "Linus Torvalds"
      ZADD hackers 1912 "Alan Turing"
      ZRANGE hackers 0 -1
      ZREVRANGE hackers 0 -1
      ZRANGE hackers 0 -1 WITHSCORES
      ZRANGEBYSCORE hackers -inf 1950
      ZREMRANGEBYSCORE hackers 1940 1960
      ZRANK hackers "Anita Borg"
      ZRANK hackers "Alan Turing"
      ZADD stories:frontpage 10 a 5.5 b
      ZINCRBY stories:frontpage 2 b
      ZREVRANGE stories:frontpage 0 -1 WITHSCORES
    `,
    "scripts and transactions": `
      EVAL "return redis.call('SET', KEYS[1], ARGV[1])" 1 foo bar
      @save:sha SCRIPT LOAD "return redis.call('GET', KEYS[1])"
      EVALSHA $sha 1 foo
      MULTI
      INCR foo2
      INCR foo2
      EXEC
      WATCH foo2
      b> SET foo2 changed
      MULTI
      INCR foo2
      EXEC
      GET foo2
    `,
    "publish and subscribe": `
      b> SUBSCRIBE my-first-channel my-second-channel
      b> PSUBSCRIBE my-*
      PUBLISH my-channel Hello
      PUBLISH my-first-channel Hello
      b< @sorted
    `,
  },
};
