/** Conformance cases of DUMP and RESTORE since Redis 7.2: RDB 11 and 12, and hashes with fields that expire. */
import type { Family } from "../notation.js";

export const laterDumps: Family = {
  name: "later dumps",
  cases: {
    "the bytes of hashes whose fields expire": `
      HSET h a 1 b two c 3
      HPEXPIREAT h 33177117420000 FIELDS 1 b
      HPEXPIREAT h 33177117420001 FIELDS 1 c
      DUMP h
      HSET plain a 1
      HEXPIRE plain 1000 FIELDS 1 none
      DUMP plain
      HSET t f vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv
      HPEXPIREAT t 33177117420000 FIELDS 1 f
      DUMP t
      HPERSIST t FIELDS 1 f
      DUMP t
    `,
    "RESTORE of hashes whose fields expire": `
      HSET h a 1 b two c 3
      HPEXPIREAT h 33177117420000 FIELDS 1 b
      HPEXPIREAT h 33177117419999 FIELDS 1 c
      @kind @save:x DUMP h
      RESTORE g 0 $x
      HPEXPIRETIME g FIELDS 3 a b c
      HGETALL g
      OBJECT ENCODING g
      CONFIG SET hash-max-listpack-entries 2
      RESTORE many 0 $x
      OBJECT ENCODING many
      HPEXPIRETIME many FIELDS 3 a b c
      @kind @save:y DUMP many
      CONFIG SET hash-max-listpack-entries 100
      RESTORE back 0 $y
      OBJECT ENCODING back
      HPEXPIRETIME back FIELDS 3 a b c
      @pairs HGETALL back
      HPEXPIRE h 10 FIELDS 2 b c
      HSET s f v
      HPEXPIRE s 10 FIELDS 1 f
      @kind @save:z DUMP h
      @kind @save:w DUMP s
      until 0 EXISTS s
      until 1 HLEN h
      RESTORE late 0 $z
      until 0 HEXISTS late b
      HGETALL late
      RESTORE none 0 $w
      until 0 EXISTS none
    `,
    "the bytes of sets": `
      SADD s a
      DUMP s
      SADD s 12 foo
      DUMP s
      @save:x DUMP s
      RESTORE t 0 $x
      OBJECT ENCODING t
      SMEMBERS t
      SADD n 1 2
      DUMP n
      CONFIG SET set-max-listpack-entries 2
      RESTORE u 0 $x
      OBJECT ENCODING u
      @sorted SMEMBERS u
      CONFIG SET set-max-listpack-value 2
      SADD long abc
      OBJECT ENCODING long
      DUMP long
    `,
    "the bytes of consumers": `
      XADD s 1-1 f v
      XGROUP CREATE s g 0
      DUMP s
      XGROUP CREATECONSUMER s g c
      @kind @save:x DUMP s
      RESTORE t 0 $x
      @times XINFO CONSUMERS t g
    `,
    "payloads of older versions": `
      RESTORE a 0 "\\x00\\x05hello\\n\\x00cr\\xdfve4 \\n"
      GET a
      RESTORE b 0 "\\x02\\x01\\x04word\\n\\x00y\\xc2\\xed\\xa6\\xbb\\xfa\\x0b\\xc9"
      SMEMBERS b
      OBJECT ENCODING b
      RESTORE c 0 "\\x13\\x00\\x00\\x01\\x00\\x00\\x00\\x01\\x00\\x01\\x00\\n\\x00w\\x88\\"~\\x96\\x8c\\x8d\\xbc"
      TYPE c
    `,
  },
};
