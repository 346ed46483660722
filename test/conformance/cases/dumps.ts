/** Cases of DUMP, RESTORE and MIGRATE. */
import type { Family } from "../notation.js";
import { ONE_OF_EACH } from "./one-of-each.js";

export const dumps: Family = {
  name: "dumps",
  cases: {
    "payloads whose checksum nobody looks at": `
      RESTORE k 0 "\\x00\\x01v\\x0a\\x0012345678"
      DEBUG SET-SKIP-CHECKSUM-VALIDATION 1
      RESTORE k 0 "\\x00\\x01v\\x0a\\x0012345678"
      GET k
      RESTORE later 0 "\\x00\\x01v\\x0b\\x0012345678"
      RESTORE short 0 "\\x00\\x0a\\x00123456"
      RESTORE "empty node" 0 "\\x12\\x01\\x01\\x00\\x0a\\x0012345678"
      RESTORE "empty zipmap" 0 "\\x09\\x02\\x00\\xff\\x0a\\x0012345678"
      RESTORE "empty set" 0 "\\x02\\x00\\x0a\\x0012345678"
      FUNCTION RESTORE "\\xf5\\x04#!no\\x0a\\x0012345678"
      DEBUG SET-SKIP-CHECKSUM-VALIDATION 0
      RESTORE other 0 "\\x00\\x01v\\x0a\\x0012345678"
    `,
    "DEBUG RELOAD": `
      ${ONE_OF_EACH}
      RPUSH long ${"x".repeat(9000)} 12 -1 70000
      SADD numbers 1 2 3
      SADD words a b c
      ZADD inf inf a -inf b 1.5 c
      HSET wide f ${"y".repeat(100)}
      XADD s 1-1 f v
      XADD s 2-1 f v g w
      XGROUP CREATE s g 0
      XREADGROUP GROUP g me COUNT 1 STREAMS s >
      XDEL s 2-1
      SET stays x PX 100000000
      SELECT 9
      SET elsewhere "\\x00\\xff"
      DEBUG DIGEST
      DEBUG RELOAD
      DEBUG DIGEST
      SELECT 0
      @round:1000000 PTTL stays
      OBJECT ENCODING numbers
      OBJECT ENCODING words
      OBJECT ENCODING wide
      OBJECT ENCODING inf
      XINFO STREAM s
      XPENDING s g
      DEBUG RELOAD bad
      DEBUG RELOAD NOFLUSH NONSENSE
    `,
    "DEBUG RELOAD and those who watch and wait": `
      FUNCTION LOAD "#!lua name=kept\\nredis.register_function('kept', function() return 7 end)"
      SET k 1
      WATCH k missing
      DEBUG RELOAD
      MULTI
      PING
      EXEC
      FCALL kept 0
      w& BLPOP list 0
      b> SUBSCRIBE __keyspace@0__:k
      CONFIG SET notify-keyspace-events KEA
      DEBUG RELOAD
      b<
      CONFIG SET notify-keyspace-events ""
      RPUSH list a
      w<
      DEBUG RELOAD NOFLUSH MERGE
      GET k
      FCALL kept 0
      FUNCTION FLUSH
    `,
    "DUMP and RESTORE": `
      ${ONE_OF_EACH}
      RPUSH long ${"x".repeat(100)} 12 -1 70000 -9223372036854775808
      HSET wide f ${"y".repeat(100)}
      SADD words a b c
      ZADD inf inf a -inf b 1.5 c
      SET number 1234567
      SET repeated ${"ab".repeat(200)}
      @kind @save:s DUMP string
      @kind @save:l DUMP list
      @kind @save:h DUMP hash
      @kind @save:t DUMP set
      @kind @save:z DUMP zset
      @kind @save:long DUMP long
      @kind @save:wide DUMP wide
      @kind @save:words DUMP words
      @kind @save:inf DUMP inf
      @kind @save:number DUMP number
      @kind @save:repeated DUMP repeated
      DUMP missing
      DUMP
      RESTORE string2 0 $s
      GET string2
      RESTORE list2 0 $l
      LRANGE list2 0 -1
      RESTORE hash2 0 $h
      HGETALL hash2
      RESTORE set2 0 $t
      SMEMBERS set2
      OBJECT ENCODING set2
      RESTORE zset2 0 $z
      ZRANGE zset2 0 -1 WITHSCORES
      RESTORE long2 0 $long
      LRANGE long2 0 -1
      RESTORE wide2 0 $wide
      OBJECT ENCODING wide2
      HGETALL wide2
      RESTORE words2 0 $words
      @sorted SMEMBERS words2
      RESTORE inf2 0 $inf
      ZRANGE inf2 0 -1 WITHSCORES
      RESTORE number2 0 $number
      GET number2
      OBJECT ENCODING number2
      RESTORE repeated2 0 $repeated
      GET repeated2
      RESTORE string2 0 $s
      RESTORE string2 0 $l REPLACE
      TYPE string2
      RESTORE timed 100000 $s
      @round:10 TTL timed
      RESTORE at 33177117420000 $s ABSTTL
      EXPIRETIME at
      RESTORE past 1 $s ABSTTL
      EXISTS past
      RESTORE past 1 $s ABSTTL REPLACE
      RESTORE at 0 $s REPLACE
      TTL at
      RESTORE idle 0 $s IDLETIME 1000
      RESTORE freq 0 $s FREQ 100
      RESTORE x -1 $s
      RESTORE x abc $s
      RESTORE x 0 $s bad
      RESTORE x 0 $s IDLETIME -1
      RESTORE x 0 $s IDLETIME abc
      RESTORE x 0 $s FREQ 256
      RESTORE x 0 $s FREQ -1
      RESTORE x 0 $s IDLETIME
      RESTORE x 0 garbage
      RESTORE x 0 ""
      RESTORE x 0
      RESTORE string2 0 garbage
      EXISTS x
    `,
    "the bytes of DUMP": String.raw`
      SET text hello
      SET empty ""
      SET bytes "\x00\xff\r\n"
      SET int8 -12
      SET int16 1234
      SET int32 -1234567
      SET int64 12345678901
      SET repeated ${"ab".repeat(200)}
      SET long ${"0123456789abcdefghijklmnopqrstuvwxyz".repeat(3)}
      RPUSH list a 1 -70000 "" 12345678901 ${"x".repeat(70)} 0 4095 -4096 100 -9223372036854775808
      HSET hash f v n 12
      SADD ints 1 2 -3
      SADD wide 1 70000
      SADD huge 1 12345678901
      SADD one word
      ZADD zset 1.5 a -inf b 3 c
      DUMP text
      DUMP empty
      DUMP bytes
      DUMP int8
      DUMP int16
      DUMP int32
      DUMP int64
      DUMP repeated
      DUMP long
      DUMP list
      DUMP hash
      DUMP ints
      DUMP wide
      DUMP huge
      DUMP one
      DUMP zset
      ZADD single 2.5 ${"m".repeat(65)}
      DUMP single
      HSET field f ${"v".repeat(65)}
      DUMP field
    `,
    "RESTORE of what redis-server has dumped": String.raw`
      RESTORE string 0 "\x00\x05hello\x0a\x00cr\xdfve4 \x0a"
      RESTORE-ASKING asked 0 "\x00\x05hello\x0a\x00cr\xdfve4 \x0a"
      GET asked
      RESTORE number 0 "\x00\xc1\xc7\xcf\x0a\x00g\xed\xa26\xb4\xdb&\xd0"
      RESTORE long 0 "\x00\xc3\x0a@P\x02aba\xe0B\x01\x01ab\x0a\x00\x94\x9d_\x0e\xb1\xde\xa4E"
      RESTORE list 0 "\x12\x01\x02\x18\x18\x00\x00\x00\x04\x00\x81a\x02\x01\x01\xf2\x90\xee\xfe\x04\x85xxxxx\x06\xff\x0a\x00\xcf\x03K\xa6\xf4\xd7h\x0e"
      RESTORE hash 0 "\x10\x12\x12\x00\x00\x00\x04\x00\x81f\x02\x81v\x02\x81n\x02\x0c\x01\xff\x0a\x00\x016\x94\x81\xd3[\x89t"
      RESTORE intset 0 "\x0b\x14\x04\x00\x00\x00\x03\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00p\x11\x01\x00\x0a\x00\x85\xd5\xc1\x06[\x1d\xd0U"
      RESTORE set 0 "\x02\x02\x01b\x01a\x0a\x00u\xd9\x9d\x83^\xf8_e"
      RESTORE zset 0 "\x11\x18\x18\x00\x00\x00\x04\x00\x81b\x02\x84-inf\x05\x81a\x02\x831.5\x04\xff\x0a\x00b\x83\xbcb{\xc9G\x81"
      RESTORE bighash 0 "\x04\x04\x02f2\x01v\x02f1\x01v\x02f0\x01v\x04long\xc3\x09@A\x01yy\xe04\x00\x01yy\x0a\x00\xd3u\xa2#s\x1d.z"
      RESTORE bigzset 0 "\x05\x02\x01b\x00\x00\x00\x00\x00\x00\x00@\xc3\x09@A\x01zz\xe04\x00\x01zz\x00\x00\x00\x00\x00\x00\xf0?\x0a\x00\xf0\xfe\xf7x8\x88f\xc0"
      MGET string number long
      OBJECT ENCODING number
      LRANGE list 0 -1
      HGETALL hash
      SMEMBERS intset
      @sorted SMEMBERS set
      ZRANGE zset 0 -1 WITHSCORES
      @pairs HGETALL bighash
      OBJECT ENCODING bighash
      ZRANGE bigzset 0 -1 WITHSCORES
      OBJECT ENCODING bigzset
      RESTORE string 0 "\x00\x05hellO\x0a\x00cr\xdfve4 \x0a" REPLACE
      RESTORE string 0 "\x00\x05hello\x0b\x00cr\xdfve4 \x0a" REPLACE
      GET string
    `,
    MIGRATE: `
      SET k v
      MIGRATE
      MIGRATE 127.0.0.1 1 missing 0 100
      MIGRATE 127.0.0.1 1 k a 100
      MIGRATE 127.0.0.1 1 k 0 a
      MIGRATE 127.0.0.1 1 k 0 100 bad
      MIGRATE 127.0.0.1 1 k 0 100 KEYS k
      COMMAND GETKEYS MIGRATE h 1 "" 0 1 KEYS a b
    `,
  },
};
