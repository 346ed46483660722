/** Cases of the bitmap commands. */
import type { Family } from "../notation.js";

export const bitmaps: Family = {
  name: "bitmaps",
  cases: {
    "SETBIT and GETBIT": `
      SETBIT k 7 1
      GETBIT k 7
      GETBIT k 0
      GETBIT k 100
      GET k
      SETBIT k 7 0
      GET k
      SETBIT k 100 1
      STRLEN k
      GET k
      GETBIT missing 0
      SETBIT fresh 20 0
      STRLEN fresh
      SETBIT k 1 2
      SETBIT k 1 -1
      SETBIT k 1 a
      SETBIT k -1 1
      SETBIT k a 1
      SETBIT k 4294967296 1
      SETBIT k 1.5 1
      GETBIT k 4294967295
      GETBIT k 4294967296
      GETBIT k -1
      GETBIT k a
      SETBIT k 1
      GETBIT k
      SETBIT
      SET n 5
      GETBIT n 2
      SETBIT n 6 1
      GET n
      SET t abc EX 100
      SETBIT t 0 1
      GET t
      @round:10 TTL t
      LPUSH l x
      SETBIT l 0 1
      GETBIT l 0
    `,
    BITCOUNT: String.raw`
      SET k foobar
      BITCOUNT k
      BITCOUNT k 0 0
      BITCOUNT k 1 1
      BITCOUNT k 0 -1
      BITCOUNT k -2 -1
      BITCOUNT k 5 1
      BITCOUNT k 100 200
      BITCOUNT k -100 100
      BITCOUNT k 0 5 BYTE
      BITCOUNT k 5 30 BIT
      BITCOUNT k 0 0 BIT
      BITCOUNT k -1 -1 BIT
      BITCOUNT k -9 -1 BIT
      BITCOUNT k 3 2 BIT
      BITCOUNT k 0 1000 BIT
      BITCOUNT k 5 30 bit
      BITCOUNT k 0
      BITCOUNT k a 1
      BITCOUNT k 0 b
      BITCOUNT k 0 1 BAD
      BITCOUNT k 0 1 BIT x
      BITCOUNT
      BITCOUNT missing
      BITCOUNT missing 0 1
      BITCOUNT missing 0
      BITCOUNT missing a b
      SET empty ""
      BITCOUNT empty
      BITCOUNT empty 0 -1
      SET bytes "\xff\x00\xf0"
      BITCOUNT bytes
      BITCOUNT bytes 1 2
      SET n 12345
      BITCOUNT n
      LPUSH l x
      BITCOUNT l
      BITCOUNT l 0 1
    `,
    BITPOS: String.raw`
      SET k "\xff\xf0\x00"
      BITPOS k 0
      BITPOS k 1
      BITPOS k 0 1
      BITPOS k 1 1
      BITPOS k 1 2
      BITPOS k 0 2
      BITPOS k 0 0 0
      BITPOS k 1 0 -1
      BITPOS k 1 -2 -1
      BITPOS k 1 5
      BITPOS k 0 5
      BITPOS k 0 2 1
      BITPOS k 0 0 -1 BYTE
      BITPOS k 0 0 -1 BIT
      BITPOS k 0 0 11 BIT
      BITPOS k 0 4 20 BIT
      BITPOS k 1 12 23 BIT
      BITPOS k 1 -30 -1 BIT
      BITPOS k 1 7 15 bit
      BITPOS k 2
      BITPOS k -1
      BITPOS k a
      BITPOS k 1 a
      BITPOS k 1 0 a
      BITPOS k 1 0 1 BAD
      BITPOS k 1 0 1 BIT x
      BITPOS k
      BITPOS
      SET ones "\xff\xff"
      BITPOS ones 0
      BITPOS ones 0 0
      BITPOS ones 0 0 -1
      BITPOS ones 0 0 -1 BIT
      SET zeros "\x00\x00"
      BITPOS zeros 1
      BITPOS zeros 1 0
      BITPOS zeros 0
      BITPOS missing 0
      BITPOS missing 1
      BITPOS missing 0 5
      BITPOS missing 1 0 -1
      SET empty ""
      BITPOS empty 0
      BITPOS empty 1
      LPUSH l x
      BITPOS l 1
    `,
    BITOP: String.raw`
      SET a foobar
      SET b abcdef
      SET short "\x0f"
      BITOP AND d a b
      GET d
      BITOP OR d a b
      GET d
      BITOP XOR d a b
      GET d
      BITOP NOT d a
      GET d
      BITOP AND d a short
      GET d
      BITOP OR d a short
      GET d
      BITOP XOR d short a
      GET d
      BITOP AND d a missing
      GET d
      BITOP OR d a missing b
      GET d
      BITOP NOT d missing
      EXISTS d
      SET d old
      BITOP AND d missing missing2
      EXISTS d
      SET n 123
      BITOP OR d n a
      GET d
      OBJECT ENCODING d
      BITOP NOT d a b
      BITOP NAND d a
      BITOP AND d
      BITOP and d a
      GET d
      BITOP OR a a b
      GET a
      SET d x EX 100
      BITOP AND d b
      TTL d
      LPUSH l x
      BITOP AND d l
      BITOP AND d a l
      BITOP OR l a
      TYPE l
    `,
    "BITFIELD get and set": `
      BITFIELD k
      EXISTS k
      BITFIELD k GET u8 0
      EXISTS k
      BITFIELD k SET u8 0 255
      BITFIELD k GET u8 0 GET i8 0 GET u4 2 GET u1 7
      BITFIELD k SET i8 0 -1 SET i8 8 127 GET u16 0
      BITFIELD k SET u8 #2 65 GET u8 #2 GET u8 16
      GET k
      BITFIELD k SET i64 0 -9223372036854775808 GET i64 0
      BITFIELD k SET i64 0 9223372036854775807 GET i64 0 GET u63 1 GET u63 0
      BITFIELD k SET u63 3 9223372036854775807 GET u63 3 GET i64 2
      BITFIELD k SET u8 0 256 GET u8 0
      BITFIELD k SET u8 0 -1 GET u8 0
      BITFIELD k SET i8 0 200 GET i8 0
      BITFIELD k SET i5 3 -7 GET i5 3 GET u5 3
      BITFIELD k GET u8 1000
      BITFIELD k GET u0 0
      BITFIELD k GET u64 0
      BITFIELD k GET i65 0
      BITFIELD k GET i64 0
      BITFIELD k GET x8 0
      BITFIELD k GET 8 0
      BITFIELD k GET u 0
      BITFIELD k GET u8 -1
      BITFIELD k GET u8 #-1
      BITFIELD k GET u8 a
      BITFIELD k GET u8 #
      BITFIELD k GET u8
      BITFIELD k SET u8 0
      BITFIELD k SET u8 0 abc
      BITFIELD k SET u8 0 9223372036854775808
      BITFIELD k GET u8 4294967295
      BITFIELD k GET u8 4294967288
      BITFIELD k SET u8 #536870912 1
      BITFIELD k BAD u8 0
      BITFIELD k OVERFLOW
      BITFIELD k OVERFLOW BAD
      BITFIELD
      SET n 5
      BITFIELD n GET u8 0
      BITFIELD n SET u8 0 54
      GET n
      LPUSH l x
      BITFIELD l GET u8 0
      BITFIELD l SET u8 0 1
      BITFIELD fresh GET u8 0 SET u8 100 1 GET u8 100
      STRLEN fresh
    `,
    "BITFIELD INCRBY and overflow": `
      BITFIELD k INCRBY u2 0 1 INCRBY u2 0 1 INCRBY u2 0 1 INCRBY u2 0 1
      BITFIELD k OVERFLOW SAT INCRBY u2 0 10
      BITFIELD k OVERFLOW FAIL INCRBY u2 0 1
      BITFIELD k OVERFLOW FAIL INCRBY u2 0 1 OVERFLOW WRAP INCRBY u2 0 1 GET u2 0
      BITFIELD k INCRBY i8 8 100 INCRBY i8 8 100
      BITFIELD k OVERFLOW SAT INCRBY i8 8 100 INCRBY i8 8 100
      BITFIELD k OVERFLOW SAT INCRBY i8 8 -128 INCRBY i8 8 -128 INCRBY i8 8 -128
      BITFIELD k OVERFLOW FAIL INCRBY i8 8 -1
      BITFIELD k OVERFLOW FAIL SET i8 8 200
      BITFIELD k OVERFLOW SAT SET i8 8 200 GET i8 8
      BITFIELD k OVERFLOW SAT SET i8 8 -200 GET i8 8
      BITFIELD k OVERFLOW SAT SET u8 8 300 GET u8 8
      BITFIELD k OVERFLOW FAIL SET u8 8 300 GET u8 8
      BITFIELD k OVERFLOW SAT INCRBY u8 8 -300
      BITFIELD k OVERFLOW WRAP INCRBY u8 8 -1
      BITFIELD k INCRBY i64 64 9223372036854775807 INCRBY i64 64 1
      BITFIELD k OVERFLOW SAT INCRBY i64 64 -9223372036854775808 INCRBY i64 64 -9223372036854775808
      BITFIELD k OVERFLOW FAIL INCRBY i64 64 -1
      BITFIELD k INCRBY u63 200 9223372036854775807 INCRBY u63 200 1
      BITFIELD k OVERFLOW SAT INCRBY u63 200 9223372036854775807 INCRBY u63 200 9223372036854775807
      BITFIELD k INCRBY u8 0 abc
      BITFIELD k INCRBY u8 0
      BITFIELD k overflow sat incrby u8 #0 300
      bitfield k get u8 #0
      GET k
    `,
    BITFIELD_RO: `
      SET k abc
      BITFIELD_RO k GET u8 0
      BITFIELD_RO k GET u8 0 GET i4 4 GET u8 #2
      BITFIELD_RO k
      BITFIELD_RO missing GET u8 0
      BITFIELD_RO k SET u8 0 1
      BITFIELD_RO k INCRBY u8 0 1
      BITFIELD_RO k GET u8 0 SET u8 0 1
      BITFIELD_RO k OVERFLOW SAT GET u8 0
      BITFIELD_RO k GET u8
      BITFIELD_RO
      LPUSH l x
      BITFIELD_RO l GET u8 0
    `,
  },
};
