/** Cases of the set commands. */
import { type Family, range } from "../notation.js";

export const sets: Family = {
  name: "sets",
  cases: {
    members: String.raw`
      SADD myset 1 2 3
      SADD myset 3 4 4
      SMEMBERS myset
      SISMEMBER myset 3
      SISMEMBER myset 30
      SISMEMBER missing 1
      SMISMEMBER myset 1 9 2
      SMISMEMBER missing a b
      SCARD myset
      SCARD missing
      SREM myset 1 9 1
      SREM missing a
      SREM myset 2 3 4
      EXISTS myset
      SMEMBERS myset
      SADD s a "" "\x00" "\xff\r\n" "😀"
      @sorted SMEMBERS s
      SISMEMBER s ""
      SISMEMBER s "\x00"
      SREM s "" x
      SCARD s
      SADD
      SADD s
      SREM s
      SISMEMBER s
      SISMEMBER s a b
      SMISMEMBER s
      SCARD
      SMEMBERS
      SMEMBERS s s
      SADD n 10 9 -1 0 9223372036854775807 -9223372036854775808
      SMEMBERS n
      SADD n 9223372036854775808
      @sorted SMEMBERS n
      SADD m 1 01 +1 1.0
      @sorted SMEMBERS m
    `,
    "wrong type": `
      SET x v
      SADD s a
      SADD x a
      SREM x a
      SMEMBERS x
      SISMEMBER x a
      SMISMEMBER x a
      SCARD x
      SPOP x
      SPOP x 2
      SPOP x -2
      SPOP x a
      SRANDMEMBER x
      SRANDMEMBER x 2
      SRANDMEMBER x a
      SMOVE x s a
      SMOVE s x a
      SMOVE missing x a
      SMOVE s x nothere
      SINTER s x
      SINTER missing x
      SINTER x missing
      SUNION s x
      SDIFF s x
      SDIFF missing x
      SINTERSTORE d s x
      SUNIONSTORE d s x
      SDIFFSTORE d s x
      SINTERCARD 2 s x
      SINTERCARD 2 missing x
      SSCAN x 0
      SUNIONSTORE x s
      TYPE x
    `,
    SMOVE: `
      SADD a 1 2 3
      SADD b 3 4
      SMOVE a b 1
      SMOVE a b 3
      SMOVE a b 9
      SMOVE missing b 1
      SMOVE a fresh 2
      EXISTS a
      SMEMBERS b
      SMEMBERS fresh
      SMOVE b b 4
      SMOVE b b 99
      SMOVE b text x
      SADD b x
      SMOVE b fresh x
      OBJECT ENCODING fresh
      SMOVE a b
    `,
    "SPOP and SRANDMEMBER": `
      SPOP missing
      SPOP missing 3
      SPOP missing 0
      SRANDMEMBER missing
      SRANDMEMBER missing 3
      SRANDMEMBER missing -3
      SADD s a b c
      @of:a,b,c SRANDMEMBER s
      @sorted SRANDMEMBER s 3
      @sorted SRANDMEMBER s 10
      @of:a,b,c SRANDMEMBER s 2
      @of:a,b,c SRANDMEMBER s -6
      SRANDMEMBER s 0
      SRANDMEMBER s abc
      SRANDMEMBER s 1.5
      SRANDMEMBER s 9223372036854775808
      SRANDMEMBER s -9223372036854775808
      SRANDMEMBER s 1 2
      SRANDMEMBER
      SPOP s 0
      SPOP s -1
      SPOP s abc
      SPOP s 1 2
      SPOP
      @of:a,b,c SPOP s
      SCARD s
      @of:a,b,c SPOP s 1
      SCARD s
      @of:a,b,c SPOP s 5
      EXISTS s
      SADD s a b c
      @sorted SPOP s 3
      EXISTS s
      SADD n 1 2 3
      @of:1,2,3 SPOP n
      @of:1,2,3 SPOP n 1
      @of:1,2,3 SPOP n
      EXISTS n
      SADD n ${range(1, 300)}
      @count SPOP n 100
      SCARD n
      OBJECT ENCODING n
      @count SRANDMEMBER n 50
      @count SRANDMEMBER n 190
      @count SRANDMEMBER n -400
      @count SPOP n 195
      SCARD n
      @count SPOP n 5
      EXISTS n
      SADD big ${range(1, 600, "m")}
      @count SPOP big 10
      @count SPOP big 580
      SCARD big
      OBJECT ENCODING big
    `,
    "union, intersection, difference": `
      SADD news:1000:tags 1 2 5 77
      SADD tag:1:news 1000
      SADD tag:2:news 1000
      SADD tag:5:news 1000
      SADD tag:77:news 1000
      SINTER tag:1:news tag:2:news tag:5:news tag:77:news
      SADD a 1 2 3 4
      SADD b 3 4 5
      SADD c x y 3
      SINTER a b
      SUNION a b
      SDIFF a b
      SDIFF b a
      @sorted SUNION a b c
      @sorted SINTER a b c
      @sorted SDIFF c a
      @sorted SDIFF a c
      SDIFF a a
      @sorted SINTER a a
      SINTER a missing
      SUNION missing
      SINTER missing
      SDIFF missing a
      @sorted SUNION missing c
      @sorted SDIFF c missing missing2
      SINTERSTORE d a b
      SMEMBERS d
      OBJECT ENCODING d
      SUNIONSTORE d a b
      SMEMBERS d
      SUNIONSTORE d a c
      OBJECT ENCODING d
      @sorted SMEMBERS d
      SDIFFSTORE d a b
      SMEMBERS d
      OBJECT ENCODING d
      SINTERSTORE d a missing
      EXISTS d
      SET str v EX 100
      SUNIONSTORE str a
      TTL str
      SMEMBERS str
      SET str v
      SDIFFSTORE str missing a
      EXISTS str
      SET str v
      SINTERSTORE str missing
      EXISTS str
      SDIFFSTORE a a b
      SMEMBERS a
      SINTERSTORE missing nothing nothing2
      SINTER
      SUNION
      SDIFF
      SINTERSTORE d
      SUNIONSTORE d
      SDIFFSTORE d
      @sorted SDIFF c b a b
      SADD small 1
      SADD large ${range(1, 200)}
      SDIFF small large
      SDIFF small a b c large
      @sorted SDIFF large small a b c missing
    `,
    SINTERCARD: `
      SADD a 1 2 3 4
      SADD b 2 3 4 5
      SINTERCARD 2 a b
      SINTERCARD 2 a b LIMIT 2
      SINTERCARD 2 a b LIMIT 0
      SINTERCARD 2 a b LIMIT 100
      SINTERCARD 1 a
      SINTERCARD 2 a missing
      SINTERCARD 0 a
      SINTERCARD -1 a
      SINTERCARD abc a
      SINTERCARD 3 a b
      SINTERCARD 1 a b
      SINTERCARD 2 a b LIMIT -1
      SINTERCARD 2 a b LIMIT abc
      SINTERCARD 2 a b LIMIT
      SINTERCARD 2 a b BAD 1
      SINTERCARD 2 a b LIMIT 1 LIMIT 2
      SINTERCARD 2
      SINTERCARD
      sintercard 2 a b limit 1
    `,
    SSCAN: `
      SADD n 1 2 3
      SSCAN n 0
      SSCAN n 0 MATCH 1*
      SSCAN n 0 COUNT 1
      SSCAN n 5
      SSCAN n x
      SSCAN n 0 COUNT 0
      SSCAN n 0 COUNT
      SSCAN n 0 TYPE set
      SSCAN n
      SSCAN missing 0
      SADD big ${range(1, 300, "m")}
      scan SSCAN big
      scan SSCAN big COUNT 3 MATCH m1?
      scan SSCAN big COUNT 1000
      SADD ints ${range(1, 300)}
      scan SSCAN ints MATCH 29?
    `,
    "encodings of sets": `
      SADD s 1 2 3
      OBJECT ENCODING s
      SADD s a
      OBJECT ENCODING s
      SREM s a
      OBJECT ENCODING s
      SADD big ${range(1, 512)}
      OBJECT ENCODING big
      SADD big 513
      OBJECT ENCODING big
      SADD words a b
      OBJECT ENCODING words
      SADD n 01
      OBJECT ENCODING n
      SADD max 9223372036854775807 -9223372036854775808
      OBJECT ENCODING max
      SADD max 9223372036854775808
      OBJECT ENCODING max
      CONFIG SET set-max-intset-entries 2
      SADD few 1 2
      OBJECT ENCODING few
      SADD few 3
      OBJECT ENCODING few
      SUNIONSTORE u few few
      OBJECT ENCODING u
      SINTERSTORE u s few
      OBJECT ENCODING u
      SDIFFSTORE u big few
      OBJECT ENCODING u
    `,
  },
};
