/** Cases of the times to live of keys. */
import type { Family } from "../notation.js";
import { ONE_OF_EACH } from "./one-of-each.js";

export const expiry: Family = {
  name: "expiry",
  cases: {
    "EXPIRE and its relatives": `
      SET k v
      TTL k
      PTTL k
      EXPIRETIME k
      PEXPIRETIME k
      TTL missing
      PTTL missing
      EXPIRETIME missing
      PEXPIRETIME missing
      EXPIRE k 100
      @round:10 TTL k
      @round:10000 PTTL k
      PEXPIRE k 100000
      @round:10 TTL k
      EXPIREAT k 33177117420
      EXPIRETIME k
      PEXPIRETIME k
      PEXPIREAT k 33177117420999
      EXPIRETIME k
      PEXPIRETIME k
      PERSIST k
      PERSIST k
      PERSIST missing
      TTL k
      EXPIRE missing 10
      PEXPIRE missing 10
      EXPIREAT missing 33177117420
      PEXPIREAT missing 33177117420000
      EXPIRE k 0
      EXISTS k
      SET k v
      EXPIRE k -1
      EXISTS k
      SET k v
      PEXPIRE k -1
      EXISTS k
      SET k v
      EXPIREAT k 1
      EXISTS k
      SET k v
      PEXPIREAT k -1
      EXISTS k
      SET k v
      EXPIRE k abc
      EXPIRE k 1.5
      EXPIRE k ""
      EXPIRE k 9223372036854775807
      EXPIRE k 9223372036854776
      EXPIRE k -9223372036854775808
      EXPIRE k -9223372036854776
      EXPIRE k 9223372036854775
      PEXPIRE k 9223372036854775807
      PEXPIRE k 9223372036854775808
      EXPIREAT k 9223372036854775807
      PEXPIREAT k 9223372036854775807
      PEXPIRETIME k
      PEXPIREAT k abc
      EXPIRE k
      PEXPIRE k
      EXPIREAT k
      PEXPIREAT k
      TTL
      PTTL
      PERSIST
      EXPIRETIME
      PEXPIRETIME
      TTL k k
      EXPIRE missing abc
    `,
    "EXPIRE with NX, XX, GT, LT": `
      SET k v
      EXPIRE k 100 XX
      EXPIRE k 100 GT
      EXPIRE k 100 NX
      EXPIRE k 200 NX
      @round:10 TTL k
      EXPIRE k 200 XX
      @round:10 TTL k
      EXPIRE k 100 GT
      EXPIRE k 300 GT
      @round:10 TTL k
      EXPIRE k 400 LT
      EXPIRE k 100 LT
      @round:10 TTL k
      PERSIST k
      EXPIRE k 100 LT
      @round:10 TTL k
      EXPIRE k 50 XX LT
      @round:10 TTL k
      EXPIRE k 50 XX GT
      EXPIRE k 500 GT XX
      @round:10 TTL k
      EXPIRE k 100 NX XX
      EXPIRE k 100 NX GT
      EXPIRE k 100 LT NX
      EXPIRE k 100 GT LT
      EXPIRE k 100 AB
      EXPIRE k 100 XX bad
      EXPIRE k 100 "line\\r\\nend\\r\\n"
      EXPIRE k 100 "nul\\x00end"
      EXPIRE k 100 nx
      PEXPIRE k 900000 gt
      @round:10 TTL k
      EXPIREAT k 33177117420 LT
      EXPIREAT k 33177117420 GT
      PEXPIREAT k 33177117421000 GT
      EXPIRETIME k
      PEXPIREAT k 33177117421000 NX
      EXPIRE k -1 GT
      EXISTS k
      EXPIRE k -1 LT
      EXISTS k
      EXPIRE missing 100 NX XX
      EXPIRE missing 100 XX
      SET k v
      EXPIRE k -1 XX
      EXISTS k
      EXPIRE k -1 NX
      EXISTS k
    `,
    "keys vanish when their time has come": `
      ${ONE_OF_EACH}
      PEXPIRE string 10
      PEXPIRE list 10
      PEXPIRE hash 10
      PEXPIRE set 10
      PEXPIRE zset 10
      until 0 EXISTS string list hash set zset
      DBSIZE
      KEYS *
      GET string
      LLEN list
      HGETALL hash
      SMEMBERS set
      ZRANGE zset 0 -1
      APPEND string x
      TTL string
      RPUSH list z
      TTL list
    `,
    "writes keep or drop the time to live": `
      ${ONE_OF_EACH}
      EXPIRE string 100
      EXPIRE list 100
      EXPIRE hash 100
      EXPIRE set 100
      EXPIRE zset 100
      APPEND string x
      LPUSH list z
      LPOP list
      HSET hash h i
      HDEL hash h
      SADD set 9
      SREM set 9
      ZADD zset 9 z
      ZREM zset z
      @round:10 TTL string
      @round:10 TTL list
      @round:10 TTL hash
      @round:10 TTL set
      @round:10 TTL zset
      SUNIONSTORE set set
      TTL set
      ZUNIONSTORE zset 1 zset
      TTL zset
      SORT list ALPHA STORE list
      TTL list
      GETSET string y
      TTL string
      BITOP NOT hash string
      TTL hash
    `,
  },
};
