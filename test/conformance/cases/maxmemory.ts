/** Cases of `maxmemory`: with a limit of one byte every server is beyond it, so that each reply is certain. */
import type { Family } from "../notation.js";

export const maxmemory: Family = {
  name: "maxmemory",
  cases: {
    "maxmemory refuses what needs memory": `
      SET k v
      RPUSH l a
      CONFIG SET maxmemory 1
      SET k w
      GET k
      DEL nothing
      APPEND k x
      RPUSH l b
      LPOP l
      COPY k k2
      RENAME k k3
      EXPIRE k3 100
      PUBLISH a b
      MULTI
      GET k3
      EXEC
      MULTI
      DISCARD
      b> MULTI
      CONFIG SET maxmemory 0
      b> SET k3 1
      CONFIG SET maxmemory 1
      b> EXEC
      b> MULTI
      CONFIG SET maxmemory 0
      b> GET k3
      CONFIG SET maxmemory 1
      b> EXEC
      CONFIG SET maxmemory 0
      SET k w
    `,
    "maxmemory in scripts": String.raw`
      SET k v
      CONFIG SET maxmemory 1
      EVAL "return redis.call('SET', 'k', 'x')" 0
      EVAL "return redis.call('GET', 'k')" 0
      EVAL "redis.call('DEL', 'nokey') return redis.call('SET', 'k', 'x')" 0
      EVAL "redis.call('PUBLISH', 'a', 'b') return redis.call('SET', 'k', 'x')" 0
      EVAL "#!lua\nreturn redis.call('SET', 'k', 'y')" 0
      EVAL "#!lua flags=allow-oom\nreturn redis.call('SET', 'k', 'y')" 0
      EVAL "#!lua flags=no-writes\nreturn redis.call('GET', 'k')" 0
      EVAL_RO "return redis.call('GET', 'k')" 0
      EVAL_RO "#!lua flags=no-writes\nreturn redis.call('GET', 'k')" 0
      EVAL_RO "#!lua\nreturn redis.call('GET', 'k')" 0
      @kind SCRIPT LOAD "return 1"
      FUNCTION LOAD "#!lua name=lib\nredis.register_function('f', function() return redis.call('GET', 'k') end)"
      CONFIG SET maxmemory 0
      FUNCTION LOAD "#!lua name=lib\nredis.register_function('f', function() return redis.call('GET', 'k') end) redis.register_function{function_name='r', callback=function() return redis.call('GET', 'k') end, flags={'no-writes'}}"
      CONFIG SET maxmemory 1
      FCALL f 0
      FCALL r 0
      FCALL_RO r 0
      FCALL_RO f 0
    `,
    "maxmemory evicts": `
      CONFIG SET notify-keyspace-events KEA
      CONFIG RESETSTAT
      SET keep v
      SET go v EX 1000
      WATCH go
      s> PSUBSCRIBE *
      CONFIG SET maxmemory-policy volatile-ttl maxmemory 1
      until 1 DBSIZE
      s<
      GET keep
      GET go
      SET go w
      TTL go
      MULTI
      DISCARD
      CONFIG SET maxmemory-policy allkeys-lru
      GET keep
      s<
      DBSIZE
      SET k v
      CONFIG SET maxmemory 0 maxmemory-policy noeviction
      SET k v
      WATCH k
      CONFIG SET maxmemory-policy allkeys-random maxmemory 1
      until 0 DBSIZE
      CONFIG SET maxmemory 0
      MULTI
      PING
      EXEC
    `,
    "maxmemory evicts behind the transaction that sets it": `
      CONFIG SET maxmemory-policy allkeys-lru
      MULTI
      INCR x
      CONFIG SET maxmemory 1
      INCR x
      EXEC
      until 0 DBSIZE
      CONFIG SET maxmemory 0
    `,
    "maxmemory evicts for every policy": ["lru", "lfu", "random"]
      .flatMap((by) => [`allkeys-${by}`, `volatile-${by}`])
      .concat("volatile-ttl", "noeviction")
      .map(
        (policy) => `
      CONFIG SET maxmemory 0
      FLUSHALL
      MSET a 1 b 2
      SETEX c 1000 3
      SELECT 1
      SETEX d 1000 4
      SELECT 0
      CONFIG SET maxmemory-policy ${policy} maxmemory 1
      SET e 5
      @sorted KEYS *
      SELECT 1
      @sorted KEYS *
      SELECT 0
    `,
      )
      .join(""),
    "maxmemory-clients": `
      CONFIG GET maxmemory-clients
      CONFIG SET maxmemory-clients 5%
      CONFIG GET maxmemory-clients
      CONFIG SET maxmemory-clients -5%
      CONFIG SET maxmemory-clients 101%
      CONFIG SET maxmemory-clients x%
      CONFIG SET maxmemory-clients %
      CONFIG SET maxmemory-clients 5kb%
      CONFIG SET maxmemory-clients -1
      CONFIG SET maxmemory-clients 0%
      CONFIG GET maxmemory-clients
      DEBUG CLIENT-EVICTION
      CONFIG SET maxmemory-clients 1000kb
      CONFIG GET maxmemory-clients
    `,
    "maxmemory keeps access times of small integers apart": `
      SET a 1
      CONFIG SET maxmemory 1073741824 maxmemory-policy allkeys-lru
      SET b 1
      OBJECT REFCOUNT b
      CONFIG SET maxmemory-policy volatile-lfu
      SET b 2
      OBJECT REFCOUNT b
      CONFIG SET maxmemory-policy allkeys-random
      SET b 3
      OBJECT REFCOUNT b
    `,
    "maxmemory parameters": `
      CONFIG GET maxmemory
      CONFIG GET maxmemory-samples
      CONFIG SET maxmemory-samples 0
      CONFIG SET maxmemory-samples 10
      CONFIG GET maxmemory-samples
      CONFIG SET maxmemory-policy none
      CONFIG SET maxmemory -1
      CONFIG SET maxmemory 1xb
      CONFIG SET maxmemory 100mb maxmemory-policy Volatile-LRU
      CONFIG GET maxmemory-policy
      CONFIG SET maxmemory-eviction-tenacity 101
      CONFIG SET maxmemory-eviction-tenacity 100
      CONFIG SET lfu-log-factor -1
      CONFIG SET lfu-decay-time -1
    `,
  },
};
