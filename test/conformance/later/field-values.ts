/** Conformance cases of HGETDEL, HGETEX and HSETEX (Redis 8.0). */
import type { Family } from "../notation.js";

const LATE = "33177117420";
const LATE_MS = "33177117420000";

export const fieldValues: Family = {
  name: "field values",
  cases: {
    HGETDEL: `
      HSET h a 1 b 2 c 3
      HGETDEL h FIELDS 1 a
      HGETDEL h FIELDS 2 a b
      HGETDEL h fields 2 c c
      EXISTS h
      HGETDEL missing FIELDS 2 a b
      HSET h a 1 b 2
      HEXPIRE h 100 FIELDS 2 a b
      HGETDEL h FIELDS 1 a
      HSET h a 1
      HTTL h FIELDS 1 a
      HGETDEL h
      HGETDEL h FIELDS
      HGETDEL h FIELDS 1
      HGETDEL h FIELDS 0 a
      HGETDEL h FIELDS -1 a
      HGETDEL h FIELDS x a
      HGETDEL h FIELDS 2 a
      HGETDEL h FIELDS 1 a b
      HGETDEL h WORDS 1 a
      HGETDEL h FIELDS 99999999999 a
      HGETDEL missing FIELDS 0 a
      HGETDEL missing WORDS 1 a
      SET s v
      HGETDEL s FIELDS 1 a
      HGETDEL s FIELDS 0 a
      HGETDEL s FIELDS 2 a
    `,
    HGETEX: `
      HSET h a 1 b 2 c 3
      HGETEX h FIELDS 2 a missing
      HGETEX h EX 1000 FIELDS 1 a
      @round:10 HTTL h FIELDS 1 a
      HGETEX h PX 2000000 FIELDS 1 a
      @round:10 HTTL h FIELDS 1 a
      HGETEX h EXAT ${LATE} FIELDS 2 a b
      HGETEX h FIELDS 1 a
      HEXPIRETIME h FIELDS 3 a b c
      HGETEX h PXAT ${LATE_MS} FIELDS 2 c c
      HPEXPIRETIME h FIELDS 3 a b c
      HGETEX h PERSIST FIELDS 3 a c missing
      HTTL h FIELDS 2 a c
      hgetex h persist fields 1 b
      HGETEX missing EX 10 FIELDS 2 a b
      HGETEX missing PERSIST FIELDS 1 a
      HGETEX h EXAT 1 FIELDS 1 a
      HEXISTS h a
      HGETEX h PXAT 1 FIELDS 2 b c
      EXISTS h
      HSET h a 1
      HGETEX h EX 0 FIELDS 1 a
      EXISTS h
    `,
    "wrong HGETEX": `
      HSET h a 1
      HGETEX h
      HGETEX h FIELDS
      HGETEX h FIELDS 1
      HGETEX h FIELDS 0 a
      HGETEX h FIELDS -1 a
      HGETEX h FIELDS x a
      HGETEX h FIELDS 2 a
      HGETEX h FIELDS 1 a b
      HGETEX h WORDS 1 a
      HGETEX h EX FIELDS 1 a
      HGETEX h EX x FIELDS 1 a
      HGETEX h EX -1 FIELDS 1 a
      HGETEX h EX 9223372036854775807 FIELDS 1 a
      HGETEX h PX 9223372036854775807 FIELDS 1 a
      HGETEX h EXAT 70368744178 FIELDS 1 a
      HGETEX h PXAT -5 FIELDS 1 a
      HGETEX h PXAT 70368744177664 FIELDS 1 a
      HGETEX h EX 10 PX 10 FIELDS 1 a
      HGETEX h EX 10 PERSIST FIELDS 1 a
      HGETEX h PERSIST EX 10 FIELDS 1 a
      HGETEX h PERSIST PERSIST FIELDS 1 a
      HGETEX h FIELDS 1 a EX 10
      HGETEX h FIELDS 1 a PERSIST
      HGETEX h KEEPTTL FIELDS 1 a
      HGETEX h NX EX 10 FIELDS 1 a
      HGETEX h EX
      HGETEX h EX 10
      HGETEX h EX 10 FIELDS
      HGETEX h EX 10 FIELDS 1
      HGETEX missing EX x FIELDS 1 a
      HGETEX missing FIELDS 0 a
      SET s v
      HGETEX s FIELDS 1 a
      HGETEX s EX x FIELDS 1 a
      HGETEX s FIELDS 0 a
      TTL h
      HTTL h FIELDS 1 a
    `,
    HSETEX: `
      HSETEX h FIELDS 2 a 1 b 2
      @pairs HGETALL h
      HTTL h FIELDS 2 a b
      HSETEX h EX 1000 FIELDS 1 a 3
      @round:10 HTTL h FIELDS 2 a b
      HSETEX h PX 2000000 FIELDS 1 a 4
      @round:10 HTTL h FIELDS 1 a
      HSETEX h EXAT ${LATE} FIELDS 2 a 5 c 6
      HEXPIRETIME h FIELDS 3 a b c
      HSETEX h PXAT ${LATE_MS} FIELDS 1 b 7
      HPEXPIRETIME h FIELDS 3 a b c
      HSETEX h KEEPTTL FIELDS 2 a 8 d 9
      HEXPIRETIME h FIELDS 2 a d
      HSETEX h FIELDS 1 a 10
      HTTL h FIELDS 1 a
      HSETEX h FNX FIELDS 2 a 1 x 1
      HSETEX h FNX FIELDS 2 y 1 x 1
      HSETEX h FXX FIELDS 2 a 11 z 1
      HSETEX h FXX EX 1000 FIELDS 2 a 12 b 13
      hsetex h ex 1000 fxx fields 1 a 14
      @pairs HGETALL h
      HSETEX missing FXX FIELDS 1 a 1
      EXISTS missing
      HSETEX fresh FNX KEEPTTL FIELDS 1 a 1
      HSETEX twice FIELDS 2 a 1 a 2
      HGET twice a
      HSETEX twice FNX FIELDS 2 b 1 b 2
      HGET twice b
      OBJECT ENCODING h
      OBJECT ENCODING fresh
      HSETEX h EXAT 1 FIELDS 1 a 1
      HEXISTS h a
      HSETEX past PXAT 1 FIELDS 1 a 1
      EXISTS past
      HSETEX past EX 0 FIELDS 1 a 1
      EXISTS past
    `,
    "wrong HSETEX": `
      HSET h a 1
      HSETEX h
      HSETEX h FIELDS
      HSETEX h FIELDS 1
      HSETEX h FIELDS 1 a
      HSETEX h FIELDS 0 a 1
      HSETEX h FIELDS -1 a 1
      HSETEX h FIELDS x a 1
      HSETEX h FIELDS 2 a 1
      HSETEX h FIELDS 2 a 1 b
      HSETEX h FIELDS 1 a 1 b
      HSETEX h FIELDS 1 a 1 b 2
      HSETEX h FIELDS 99999999999 a 1
      HSETEX h WORDS 1 a 1
      HSETEX h EX FIELDS 1 a 1
      HSETEX h EX x FIELDS 1 a 1
      HSETEX h EX -1 FIELDS 1 a 1
      HSETEX h EX 9223372036854775807 FIELDS 1 a 1
      HSETEX h EXAT 70368744178 FIELDS 1 a 1
      HSETEX h PXAT 70368744177664 FIELDS 1 a 1
      HSETEX h EX 10 PX 10 FIELDS 1 a 1
      HSETEX h EX 10 KEEPTTL FIELDS 1 a 1
      HSETEX h KEEPTTL EX 10 FIELDS 1 a 1
      HSETEX h KEEPTTL KEEPTTL FIELDS 1 a 1
      HSETEX h FNX FXX FIELDS 1 a 1
      HSETEX h FNX FNX FIELDS 1 a 1
      HSETEX h NX FIELDS 1 a 1
      HSETEX h PERSIST FIELDS 1 a 1
      HSETEX h FIELDS 1 a 1 EX 10
      HSETEX h FIELDS 1 a 1 FNX
      HSETEX h FIELDS 1 a 1 FIELDS 1 b 2
      HSETEX h EX 10 FNX a 1 b
      HSETEX h a 1 FIELDS 1 b 2
      HSETEX h FNX EX 10 FIELDS 1
      SET s v
      HSETEX s FIELDS 1 a 1
      HSETEX s EX x FIELDS 1 a 1
      HSETEX s FIELDS 0 a 1
      @pairs HGETALL h
    `,
    "events of HGETDEL, HGETEX and HSETEX": `
      CONFIG SET notify-keyspace-events KEA
      b> PSUBSCRIBE __key*__:*
      HSETEX h FIELDS 2 a 1 b 2
      HSETEX h EX 1000 FIELDS 2 a 1 b 2
      HSETEX h KEEPTTL FIELDS 1 a 1
      HSETEX h FXX FIELDS 1 none 1
      HSETEX h FIELDS 1 a 1
      b<
      HGETEX h FIELDS 1 a
      HGETEX h EX 1000 FIELDS 2 a none
      HGETEX h EX 1000 FIELDS 1 none
      HGETEX h PERSIST FIELDS 2 a b
      HGETEX h PERSIST FIELDS 1 a
      HGETEX h EXAT 1 FIELDS 1 a
      b<
      HSETEX h EXAT 1 FIELDS 1 c 1
      HSETEX new EXAT 1 FIELDS 1 c 1
      b<
      HGETDEL h FIELDS 1 none
      HGETDEL h FIELDS 1 b
      b<
      HSETEX h PX 10 FIELDS 2 x 1 y 2
      until 0 EXISTS h
      b<
    `,
    "WATCH and scripts": `
      HSET h a 1
      WATCH h
      b> HGETEX h FIELDS 1 a
      MULTI
      PING
      EXEC
      WATCH h
      b> HGETEX h EX 100 FIELDS 1 a
      MULTI
      PING
      EXEC
      WATCH h
      b> HGETEX h EX 100 FIELDS 1 none
      b> HGETDEL h FIELDS 1 none
      b> HSETEX h FXX FIELDS 1 none 1
      MULTI
      HGETDEL h FIELDS 1 a
      HSETEX h EX 100 FIELDS 1 a 1
      HGETEX h PERSIST FIELDS 1 a
      EXEC
      EVAL "return redis.call('HGETDEL', KEYS[1], 'FIELDS', '2', 'a', 'b')" 1 h
      EVAL "return redis.call('HSETEX', KEYS[1], 'EX', '100', 'FIELDS', '1', 'a', 'b')" 1 h
      EVAL_RO "return redis.call('HGETEX', KEYS[1], 'FIELDS', '1', 'a')" 1 h
    `,
  },
};
