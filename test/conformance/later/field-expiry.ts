/** Conformance cases of fields that expire (Redis 7.4): HEXPIRE and its kind, HTTL and its kind, HPERSIST. */
import type { Family } from "../notation.js";

/** A moment far ahead that does not depend on now, s since 1970. */
const LATE = "33177117420";
const LATE_MS = "33177117420000";

export const fieldExpiry: Family = {
  name: "field expiry",
  cases: {
    "HEXPIRE and HTTL": `
      HSET h a 1 b 2 c 3
      HEXPIRE h 1000 FIELDS 1 a
      HEXPIRE h 2000 FIELDS 3 a b missing
      @round:10 HTTL h FIELDS 4 a b c missing
      @round:10000 HPTTL h FIELDS 4 a b c missing
      HTTL missing FIELDS 2 a b
      HPTTL missing FIELDS 1 a
      HEXPIRE missing 100 FIELDS 2 a b
      HEXPIRE h 100 FIELDS 2 a a
      @round:10 HTTL h FIELDS 2 a a
      OBJECT ENCODING h
      @pairs HGETALL h
      TTL h
    `,
    "the kinds of HEXPIRE": `
      HSET h a 1 b 2 c 3 d 4
      HPEXPIRE h 1000000 FIELDS 1 a
      HEXPIREAT h ${LATE} FIELDS 1 b
      HPEXPIREAT h ${LATE_MS} FIELDS 1 c
      @round:10 HTTL h FIELDS 1 a
      HEXPIRETIME h FIELDS 5 b c d missing b
      HPEXPIRETIME h FIELDS 5 b c d missing b
      HEXPIRETIME missing FIELDS 1 a
      HPEXPIRETIME missing FIELDS 1 a
      hpexpireat h 33177117420001 fields 1 d
      HEXPIRETIME h FIELDS 1 d
      HPEXPIRETIME h FIELDS 1 d
    `,
    "conditions of HEXPIRE": `
      HSET h a 1 b 2
      HEXPIREAT h ${LATE} XX FIELDS 2 a b
      HEXPIREAT h ${LATE} GT FIELDS 1 a
      HEXPIREAT h ${LATE} LT FIELDS 1 a
      HEXPIREAT h ${LATE} NX FIELDS 2 a b
      HEXPIREAT h 33177117421 NX FIELDS 2 a b
      HEXPIREAT h 33177117421 gt FIELDS 1 a
      HEXPIREAT h 33177117421 GT FIELDS 1 a
      HEXPIREAT h 33177117419 GT FIELDS 1 a
      HEXPIREAT h 33177117419 LT FIELDS 1 a
      HEXPIREAT h 33177117419 LT FIELDS 1 a
      HEXPIREAT h 33177117422 XX FIELDS 3 a b missing
      HEXPIRETIME h FIELDS 2 a b
      HEXPIRE h 100 NX XX FIELDS 1 a
      HEXPIRE h 100 NX GT FIELDS 1 a
      HEXPIRE h 100 FIELDS 1 a NX
      HEXPIRE h 100 KEEP FIELDS 1 a
      HEXPIREAT h 1 GT FIELDS 1 a
      HEXPIREAT h 1 NX FIELDS 1 a
      HEXPIREAT h 1 LT FIELDS 1 a
      HEXISTS h a
    `,
    "times that have passed": `
      HSET h a 1 b 2 c 3
      HEXPIRE h 0 FIELDS 2 a missing
      HPEXPIRE h 0 FIELDS 1 a
      HEXPIREAT h 1 FIELDS 1 b
      HKEYS h
      HPEXPIREAT h 0 FIELDS 1 c
      EXISTS h
      HSET h a 1
      HEXPIRE h 0 FIELDS 2 a a
      EXISTS h
    `,
    "fields expire": `
      HSET h a 1 b 2
      HPEXPIRE h 20 FIELDS 1 a
      until 0 HEXISTS h a
      HGETALL h
      HLEN h
      HPEXPIRE h 20 FIELDS 1 b
      until 0 EXISTS h
      TYPE h
      HSET x a 1 b 2 c 3
      HPEXPIRE x 20 FIELDS 2 a c
      until 1 HLEN x
      HGETALL x
      HMGET x a b c
      HTTL x FIELDS 3 a b c
    `,
    HPERSIST: `
      HSET h a 1 b 2
      HPERSIST h FIELDS 2 a missing
      HEXPIRE h 1000 FIELDS 1 a
      HPERSIST h FIELDS 3 a b missing
      HPERSIST h FIELDS 1 a
      HTTL h FIELDS 1 a
      HPERSIST missing FIELDS 2 a b
      OBJECT ENCODING h
    `,
    "wrong calls": `
      HSET h a 1
      SET s v
      HEXPIRE s 10 FIELDS 1 a
      HEXPIRE s x FIELDS 1 a
      HTTL s FIELDS 1 a
      HTTL s FIELDS x a
      HPERSIST s FIELDS 1 a
      HEXPIRE h
      HEXPIRE h 10 FIELDS 1
      HEXPIRE h 10 FIELDS a a
      HEXPIRE h 10 FIELDS 0 a
      HEXPIRE h 10 FIELDS -1 a
      HEXPIRE h 10 FIELDS 2 a
      HEXPIRE h 10 FIELDS 1 a b
      HEXPIRE h 10 FIELDS 99999999999 a
      HEXPIRE h 10 FIELDS 4294967297 a
      HEXPIRE h 10 WORDS 1 a
      HEXPIRE h 10 a FIELDS 1 a
      HEXPIRE h x FIELDS 1 a
      HEXPIRE h 1.5 FIELDS 1 a
      HEXPIRE h -1 FIELDS 1 a
      HPEXPIRE h -1 FIELDS 1 a
      HEXPIREAT h -1 FIELDS 1 a
      HPEXPIREAT h -1 FIELDS 1 a
      HEXPIRE h -1 FIELDS 0 a
      HEXPIRE missing -1 FIELDS 1 a
      HEXPIRE missing x FIELDS 1 a
      HEXPIRE missing 10 FIELDS 0 a
      HEXPIRE h 9223372036854775807 FIELDS 1 a
      HEXPIRE h 9223372036854775808 FIELDS 1 a
      HEXPIRE h 70368744177 FIELDS 1 a
      HPEXPIRE h 70368744177663 FIELDS 1 a
      HEXPIREAT h 70368744178 FIELDS 1 a
      HPEXPIREAT h 70368744177664 FIELDS 1 a
      HPEXPIREAT h 70368744177663 FIELDS 1 a
      HPEXPIRETIME h FIELDS 1 a
      HPEXPIREAT h 9223372036854775807 FIELDS 1 a
      HTTL h
      HTTL h FIELDS 1
      HTTL h FIELDS 0 a
      HTTL h FIELDS -1 a
      HTTL h FIELDS x a
      HTTL h FIELDS 2 a
      HTTL h FIELDS 1 a b
      HTTL h WORDS 1 a
      HTTL missing FIELDS 0 a
      HTTL missing WORDS 1 a
      HEXPIRETIME h FIELDS x a
      HPERSIST h FIELDS 0 a
      HPERSIST h FIELDS x a
      HPERSIST h FIELDS 2 a
      HPERSIST h FIELDS 1 a b
      HPERSIST h WORDS 1 a
      HPERSIST missing FIELDS 0 a
    `,
    "commands that write fields": `
      HSET h a 1 b 2 c 3 n 10 f 1.5
      HEXPIREAT h ${LATE} FIELDS 5 a b c n f
      HSET h a 2
      HMSET h b 3
      HSETNX h c 4
      HINCRBY h n 1
      HINCRBYFLOAT h f 0.5
      HEXPIRETIME h FIELDS 5 a b c n f
      HDEL h c
      HSET h c 1
      HEXPIRETIME h FIELDS 1 c
      HSETNX h new 1
      HEXPIRETIME h FIELDS 1 new
      HSET h a 5 x 1
      HEXPIREAT h ${LATE} FIELDS 2 a x
      HSET h a 6 x 7 y 8
      HEXPIRETIME h FIELDS 3 a x y
    `,
    "hashes that move": `
      HSET h a 1 b 2
      HEXPIREAT h ${LATE} FIELDS 1 a
      RENAME h g
      HEXPIRETIME g FIELDS 2 a b
      COPY g copy
      HEXPIRETIME copy FIELDS 2 a b
      HPEXPIRE copy 20 FIELDS 1 a
      until 1 HLEN copy
      HEXPIRETIME g FIELDS 2 a b
      MOVE g 2
      SELECT 2
      HEXPIRETIME g FIELDS 2 a b
      HPEXPIRE g 30 FIELDS 1 a
      SWAPDB 2 3
      SELECT 3
      until 0 HEXISTS g a
      HGETALL g
      SET g v
      TYPE g
      DEL g
      HSET g a 1
      HTTL g FIELDS 1 a
    `,
    "reading hashes with fields that expire": `
      HSET h a 1 b 2 c 3
      HEXPIREAT h ${LATE} FIELDS 1 b
      @pairs HGETALL h
      @sorted HKEYS h
      @sorted HVALS h
      HLEN h
      HSTRLEN h b
      HGET h b
      HMGET h b x
      HEXISTS h b
      @of:a,b,c HRANDFIELD h
      @count HRANDFIELD h 2 WITHVALUES
      HSCAN h 0 MATCH b
      scan HSCAN h
      HSCAN h 0 NOVALUES
      HSCAN h 0 MATCH b NOVALUES COUNT 5
      HSCAN h 0 NOVALUES NOVALUES
      HSCAN h 0 NOVALUES COUNT
      HSCAN h 0 NOVALUES COUNT 0
      HSCAN missing 0 NOVALUES
      SADD s a
      SSCAN s 0 NOVALUES
      ZSCAN missing 0 NOVALUES
      ZADD z 1 a
      ZSCAN z 0 NOVALUES
      SORT s BY nosort GET h->b
    `,
    "encodings of hashes whose fields expire": `
      HSET h a 1
      OBJECT ENCODING h
      HEXPIRE h 1000 FIELDS 1 a
      OBJECT ENCODING h
      HSET h long aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggg
      OBJECT ENCODING h
      @round:10 HTTL h FIELDS 2 a long
      CONFIG SET hash-max-listpack-entries 2
      HSET g a 1 b 2
      HEXPIRE g 1000 FIELDS 1 b
      OBJECT ENCODING g
      HSET g c 3
      OBJECT ENCODING g
      @round:10 HTTL g FIELDS 3 a b c
      HSET none a 1
      HEXPIRE none 1000 XX FIELDS 1 a
      OBJECT ENCODING none
      HSET gone a 1
      HEXPIRE gone 1000 FIELDS 1 x
      OBJECT ENCODING gone
      HTTL gone FIELDS 1 a
      OBJECT ENCODING gone
      HPERSIST gone FIELDS 1 a
      OBJECT ENCODING gone
    `,
    "the order of fields that expire": `
      HSET h a 1 b 2 c 3 d 4
      HEXPIRE h 3000 FIELDS 1 b
      HGETALL h
      HEXPIRE h 2000 FIELDS 1 d
      HGETALL h
      HEXPIRE h 1000 FIELDS 1 a
      HGETALL h
      HPERSIST h FIELDS 1 a
      HGETALL h
      HSET h e 5
      HGETALL h
      HSET h d 6
      HGETALL h
      HEXPIRE h 3500 FIELDS 1 c
      HKEYS h
      HINCRBY h b 5
      HVALS h
      HDEL h b
      HSCAN h 0
    `,
    "events of field expiry": `
      CONFIG SET notify-keyspace-events KEA
      b> PSUBSCRIBE __key*__:*
      HSET h a 1 b 2 c 3 d 4
      HEXPIRE h 1000 FIELDS 2 a b
      HEXPIRE h 1000 FIELDS 1 missing
      HEXPIRE h 1000 NX FIELDS 1 a
      HEXPIRE missing 1000 FIELDS 1 a
      HPERSIST h FIELDS 2 a c
      HPERSIST h FIELDS 1 c
      HEXPIRE h 0 FIELDS 1 b
      HEXPIREAT h 1 FIELDS 1 c
      HTTL h FIELDS 1 a
      HPEXPIRE h 10 FIELDS 1 d
      until 1 HLEN h
      HEXPIRE h 0 FIELDS 1 a
      b<
      HSET x a 1
      HPEXPIRE x 10 FIELDS 1 a
      until 0 EXISTS x
      b<
    `,
    "WATCH, MULTI and scripts": `
      HSET h a 1 b 2
      WATCH h
      b> HEXPIRE h 100 FIELDS 1 a
      MULTI
      PING
      EXEC
      WATCH h
      b> HEXPIRE h 100 NX FIELDS 1 a
      MULTI
      HEXPIREAT h ${LATE} FIELDS 1 a
      HEXPIRETIME h FIELDS 2 a b
      HPERSIST h FIELDS 1 a
      EXEC
      EVAL "return redis.call('HEXPIREAT', KEYS[1], ARGV[1], 'FIELDS', '1', 'a')" 1 h ${LATE}
      EVAL_RO "return redis.call('HEXPIRETIME', KEYS[1], 'FIELDS', '2', 'a', 'b')" 1 h
      EVAL_RO "return redis.call('HPERSIST', KEYS[1], 'FIELDS', '2', 'a', 'b')" 1 h
    `,
    "sizes in INFO": `
      HSET h a 1 b 2
      INFO keyspace
      HEXPIRE h 1000 FIELDS 1 a
      INFO keyspace
      HEXPIRE h 1000 FIELDS 2 a b
      DEL h
      INFO keyspace
    `,
  },
};
