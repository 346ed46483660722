/** Cases of the string commands. */
import { type Family, range } from "../notation.js";

export const strings: Family = {
  name: "strings",
  cases: {
    "SET and GET": String.raw`
      SET number:1 1
      GET number:1
      GET missing
      SET k ""
      GET k
      STRLEN k
      SET "" "empty key"
      GET ""
      EXISTS ""
      SET k "a\x00b\r\nc\xff\xfe \"quoted\" \\"
      GET k
      STRLEN k
      SET emoji "grüße 😀"
      GET emoji
      STRLEN emoji
      set k v
      Get k
      SET k
      SET
      GET
      GET a b
      SET k v bad
      SET k v NX XX
      SET k v XX NX
      SET k v EX
      SET k v EX 10 PX 10
      SET k v EX 10 KEEPTTL
      SET k v KEEPTTL EX 10
      SET k v EX 10 EX 10
      SET k v EXAT 1 PXAT 1
      SET k v EX 0
      SET k v EX -1
      SET k v EX abc
      SET k v EX 1.5
      SET k v EX " 1"
      SET k v EX 9223372036854775807
      SET k v EX 9223372036854775808
      SET k v EX 9223372036854775
      SET k v EX 9223372036854776
      SET k v PX 0
      SET k v PX 9223372036854775807
      SET k v EXAT 0
      SET k v EXAT -1
      SET k v PXAT -5
      SET k v EXAT 9223372036854775807
      GET k
      TTL k
    `,
    "SET NX, XX and GET": `
      SET k 1 NX
      SET k 2 NX
      GET k
      SET k 3 XX
      SET none 1 XX
      EXISTS none
      SET k 4 GET
      SET fresh 1 GET
      SET fresh 2 NX GET
      SET newer 1 NX GET
      SET newer 2 XX GET
      SET none 1 XX GET
      SET none 1 XX GET EX 10
      MGET k fresh newer none
      SET k v GET NX XX
      RPUSH list a
      SET list v NX
      SET list v GET
      SET list v XX GET
      TYPE list
      SET list v XX
      TYPE list
      SET k v nx get px 100000
      set k v px 100000 xx
      @round:10000 PTTL k
    `,
    "SET and the time to live": `
      SET k v EX 100
      @round:10 TTL k
      SET k w
      TTL k
      SET k v PX 100000
      @round:10000 PTTL k
      SET k w KEEPTTL
      GET k
      @round:10 TTL k
      SET k w KEEPTTL GET
      @round:10 TTL k
      SET k w XX KEEPTTL
      @round:10 TTL k
      SET none w KEEPTTL
      TTL none
      SET k v EXAT 33177117420
      EXPIRETIME k
      SET k v PXAT 33177117420123
      PEXPIRETIME k
      EXPIRETIME k
      SET k w NX EX 5
      PEXPIRETIME k
      SET gone v EXAT 1
      EXISTS gone
      GET gone
      SET k v PXAT 1
      EXISTS k
      SET k 2 PX 15
      until 0 EXISTS k
      GET k
      TTL k
    `,
    "GETSET, GETDEL and GETEX": `
      GETSET k 1
      GETSET k 2
      SET k v EX 100
      GETSET k w
      TTL k
      GETDEL k
      GETDEL k
      EXISTS k
      GETDEL
      GETSET k
      SADD s a
      GETDEL s
      GETSET s x
      GETEX s
      GETEX s EX 10
      TTL s
      SET k v
      GETEX k
      TTL k
      GETEX k EX 100
      @round:10 TTL k
      GETEX k
      @round:10 TTL k
      GETEX k PERSIST
      TTL k
      GETEX k PX 100000
      @round:10 TTL k
      GETEX k EXAT 33177117420
      EXPIRETIME k
      GETEX k PXAT 33177117420123
      PEXPIRETIME k
      GETEX k EX 0
      GETEX k EX -1
      GETEX k EX abc
      GETEX k PX 9223372036854775807
      GETEX k EX 10 PX 10
      GETEX k EX 10 PERSIST
      GETEX k PERSIST EX 10
      GETEX k PERSIST PERSIST
      GETEX k EX
      GETEX k KEEPTTL
      GETEX k NX
      GETEX k bad
      GETEX
      PEXPIRETIME k
      GETEX none EX 10
      GETEX none EX 0
      EXISTS none
      GETEX k EXAT 1
      EXISTS k
      SET k v
      GETEX k PXAT 1
      GET k
      SET k v
      getex k persist
    `,
    "SETEX, PSETEX, SETNX": `
      SETEX k 100 v
      GET k
      @round:10 TTL k
      PSETEX k 100000 w
      GET k
      @round:10000 PTTL k
      SETEX k 0 v
      SETEX k -1 v
      SETEX k a v
      SETEX k 9223372036854775807 v
      PSETEX k 0 v
      PSETEX k -7 v
      PSETEX k a v
      PSETEX k 9223372036854775807 v
      GET k
      SETEX k 1
      PSETEX k
      SETNX k v
      SETNX fresh v
      SETNX fresh w
      GET fresh
      SETNX k
      RPUSH l a
      SETNX l v
      SETEX l 100 v
      GET l
    `,
    "MSET, MSETNX, MGET": `
      MSET a 10 b 20 c 30
      MGET a b c
      MGET a missing a
      MGET a
      MGET
      MSET
      MSET a
      MSET a 1 b
      MSET a 1 a 2
      GET a
      MSETNX a 1 z 2
      EXISTS z
      MSETNX y 1 z 2
      MGET y z
      MSETNX x 1 x 2
      GET x
      MSETNX a
      MSETNX a 1 b
      RPUSH l 1
      MGET a l
      MSETNX l 1 q 2
      SET t v EX 100
      MSET t w l str
      TTL t
      MGET t l
    `,
    "APPEND, STRLEN, GETRANGE, SETRANGE, SUBSTR": String.raw`
      APPEND k Hello
      APPEND k " World"
      GET k
      STRLEN k
      STRLEN missing
      APPEND k ""
      APPEND fresh ""
      EXISTS fresh
      GET fresh
      APPEND k
      STRLEN
      GETRANGE k 0 4
      GETRANGE k -5 -1
      GETRANGE k 0 -1
      GETRANGE k 4 0
      GETRANGE k 100 200
      GETRANGE k 0 200
      GETRANGE k -200 3
      GETRANGE k -200 -100
      GETRANGE k -1 -5
      GETRANGE k 3 3
      GETRANGE missing 0 -1
      GETRANGE k a 1
      GETRANGE k 0 b
      GETRANGE k 0
      GETRANGE k 0 9223372036854775807
      GETRANGE k -9223372036854775808 9223372036854775807
      SUBSTR k 0 4
      SUBSTR k -3 -1
      SUBSTR k x 1
      SETRANGE k 6 Redis
      GET k
      SETRANGE k 20 x
      GET k
      SETRANGE padded 5 abc
      GET padded
      SETRANGE none 0 ""
      SETRANGE none 10 ""
      EXISTS none
      SETRANGE k 3 ""
      SETRANGE k -1 x
      SETRANGE none -1 x
      SETRANGE none -1 ""
      SETRANGE k a x
      SETRANGE k 536870912 x
      SETRANGE k 536870911 ""
      SETRANGE k 9223372036854775807 x
      SETRANGE k 1
      SET n 12345
      GETRANGE n 1 2
      SETRANGE n 1 99
      GET n
      INCR n
      APPEND n 0
      OBJECT ENCODING n
      INCR n
      OBJECT ENCODING n
      SETRANGE bytes 2 "\xff\x00"
      GET bytes
      SET t abc EX 100
      APPEND t d
      @round:10 TTL t
      SETRANGE t 1 x
      @round:10 TTL t
      LPUSH l x
      APPEND l x
      STRLEN l
      GETRANGE l 0 1
      SUBSTR l 0 1
      SETRANGE l 0 x
      SETRANGE l 0 ""
    `,
    LCS: String.raw`
      MSET a ohmytext b mynewtext empty ""
      LCS a b
      LCS a b LEN
      LCS a b IDX
      LCS a b IDX MINMATCHLEN 4
      LCS a b IDX WITHMATCHLEN
      LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN
      LCS a b IDX MINMATCHLEN 0
      LCS a b IDX MINMATCHLEN -1
      LCS a b IDX MINMATCHLEN 100
      LCS a b MINMATCHLEN 2
      LCS a b WITHMATCHLEN
      LCS a b IDX LEN
      LCS a b LEN IDX
      LCS a b MINMATCHLEN
      LCS a b IDX MINMATCHLEN x
      LCS a b bad
      LCS a
      LCS a missing
      LCS a missing LEN
      LCS a missing IDX
      LCS missing missing2
      LCS a empty IDX
      LCS a a IDX WITHMATCHLEN
      MSET x "a\x00b\xffc" y "\x00\xff"
      LCS x y
      LCS x y IDX
      MSET x abcbdab y bdcaba
      LCS x y
      LCS x y IDX
      lcs x y len
      LPUSH l 1
      LCS a l
      LCS l a
    `,
    "encodings of strings": `
      SET k 1
      OBJECT ENCODING k
      SET k -9223372036854775808
      OBJECT ENCODING k
      SET k 9223372036854775808
      OBJECT ENCODING k
      SET k 01
      OBJECT ENCODING k
      SET k ${"x".repeat(44)}
      OBJECT ENCODING k
      SET k ${"x".repeat(45)}
      OBJECT ENCODING k
      SET k ""
      OBJECT ENCODING k
      APPEND k a
      OBJECT ENCODING k
      SET k abc
      SETRANGE k 0 b
      OBJECT ENCODING k
      SET k 12
      APPEND k 3
      OBJECT ENCODING k
      GET k
      INCR k
      OBJECT ENCODING k
      APPEND fresh 12
      OBJECT ENCODING fresh
      SETRANGE ranged 0 12
      OBJECT ENCODING ranged
      SETBIT bits 7 1
      OBJECT ENCODING bits
      MSET m 12 n text
      OBJECT ENCODING m
      OBJECT ENCODING n
      GETSET m 13
      OBJECT ENCODING m
      SETNX o 5
      OBJECT ENCODING o
      SETEX p 100 55
      OBJECT ENCODING p
      COPY ranged copied
      OBJECT ENCODING copied
      RENAME ranged renamed
      OBJECT ENCODING renamed
    `,
    "many keys": `
      MSET ${range(1, 300, "v")}
      MGET ${range(1, 300, "v")}
      DBSIZE
    `,
  },
};
