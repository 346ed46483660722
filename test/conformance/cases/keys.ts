/** Cases of the commands that work on keys of any type. */
import { type Family, range } from "../notation.js";

const ONE_OF_EACH = `
      SET string v
      RPUSH list a b c
      HSET hash f v g w
      SADD set 3 1 2
      ZADD zset 1 a 2 b
`;

export const keys: Family = {
  name: "keys",
  cases: {
    "DEL, UNLINK, EXISTS, TOUCH, TYPE": `
      ${ONE_OF_EACH}
      TYPE string
      TYPE list
      TYPE hash
      TYPE set
      TYPE zset
      TYPE missing
      TYPE
      TYPE a b
      EXISTS string list missing string
      EXISTS missing
      EXISTS
      TOUCH string list missing string
      TOUCH
      DEL string
      EXISTS string
      DEL string
      DEL list list hash missing
      DEL
      UNLINK set set missing zset
      UNLINK
      UNLINK missing
      DBSIZE
    `,
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
    "RENAME, RENAMENX": `
      ${ONE_OF_EACH}
      RENAME string renamed
      GET renamed
      EXISTS string
      RENAME missing x
      RENAMENX missing x
      RENAME list renamed
      TYPE renamed
      LRANGE renamed 0 -1
      RENAMENX hash set
      RENAMENX hash fresh
      HGETALL fresh
      RENAME set set
      RENAMENX set set
      RENAME missing missing
      RENAME a
      RENAMENX a b c
      EXPIRE set 100
      RENAME set moved
      @round:10 TTL moved
      TTL set
      EXPIRE zset 500
      RENAME fresh zset
      TTL zset
      TYPE zset
      EXPIRE moved 700
      RENAMENX moved again
      @round:10 TTL again
      RENAME again ""
      TYPE ""
      @sorted KEYS *
    `,
    COPY: `
      ${ONE_OF_EACH}
      COPY string copy
      GET copy
      APPEND copy more
      MGET string copy
      COPY list l2
      RPUSH l2 d
      LRANGE list 0 -1
      LRANGE l2 0 -1
      COPY hash h2
      HSET h2 f changed
      HGETALL hash
      HGETALL h2
      COPY set s2
      SADD s2 99
      SMEMBERS set
      SMEMBERS s2
      COPY zset z2
      ZADD z2 50 a
      ZRANGE zset 0 -1 WITHSCORES
      ZRANGE z2 0 -1 WITHSCORES
      COPY string list
      COPY string list REPLACE
      GET list
      COPY missing x
      COPY missing list REPLACE
      EXISTS list
      COPY string string
      COPY string string REPLACE
      COPY string string DB 1
      COPY string string DB 1
      COPY string string DB 1 REPLACE
      COPY string string DB 0
      COPY string x DB 16
      COPY string x DB -1
      COPY string x DB abc
      COPY string x DB
      COPY string x bad
      COPY string
      COPY string x REPLACE REPLACE
      EXPIRE string 100
      COPY string timed
      @round:10 TTL timed
      COPY zset string REPLACE
      TTL string
      SELECT 1
      GET string
      DBSIZE
    `,
    "MOVE, SELECT and SWAPDB": `
      SET k v EX 100
      SET stays 0
      MOVE k 1
      EXISTS k
      MOVE k 1
      MOVE stays 0
      MOVE stays 16
      MOVE stays -1
      MOVE stays abc
      MOVE stays
      SELECT 1
      GET k
      @round:10 TTL k
      SET stays 1
      SELECT 0
      MOVE stays 1
      GET stays
      SELECT 16
      SELECT -1
      SELECT abc
      SELECT
      SELECT 15
      DBSIZE
      SET only 15
      SWAPDB 0 15
      GET only
      GET stays
      SELECT 0
      GET only
      SWAPDB 0 0
      SWAPDB 0 16
      SWAPDB abc 0
      SWAPDB 0 abc
      SWAPDB -1 0
      SWAPDB 0
      DBSIZE
      b> DBSIZE
      b> GET only
    `,
    "KEYS, RANDOMKEY, DBSIZE": String.raw`
      RANDOMKEY
      KEYS *
      MSET one 1 two 2 three 3 "a*b" 4 "new\nline" 5 "" 6 "[x]" 7 "h\x00i" 8 hello 9 hallo 10 hxllo 11 hllo 12 "\xff" 13
      @sorted KEYS *
      @sorted KEYS *o*
      @sorted KEYS t*
      KEYS ""
      KEYS one
      KEYS ONE
      @sorted KEYS ???
      @sorted KEYS h?llo
      @sorted KEYS h*llo
      @sorted KEYS h[ae]llo
      @sorted KEYS h[^e]llo
      @sorted KEYS h[a-b]llo
      @sorted KEYS h[b-a]llo
      @sorted KEYS h[a
      @sorted KEYS h[
      @sorted KEYS h[]llo
      @sorted KEYS h[^]llo
      @sorted KEYS [\[]x]
      @sorted KEYS "a\\*b"
      @sorted KEYS "a\\"
      @sorted KEYS "\\*"
      @sorted KEYS *\n*
      @sorted KEYS "*\n*"
      @sorted KEYS "h\x00?"
      @sorted KEYS "\xff"
      @sorted KEYS **
      @sorted KEYS *?
      @sorted KEYS ?
      @sorted KEYS [t]*
      @sorted KEYS [a-z]*[a-z]
      @sorted KEYS [^a-z]*
      KEYS
      KEYS a b
      @of:one,two,three,a*b,hello,hallo,hxllo,hllo RANDOMKEY a
      DBSIZE
      DBSIZE x
      FLUSHDB
      SET only 1
      RANDOMKEY
      DBSIZE
    `,
    SCAN: `
      ${ONE_OF_EACH}
      MSET ${range(1, 60, "key:").replaceAll(/(key:\d+)/g, "$1 x")}
      scan SCAN
      scan SCAN COUNT 3
      scan SCAN COUNT 1000
      scan SCAN MATCH key:1*
      scan SCAN MATCH key:?5 COUNT 7
      scan SCAN TYPE string MATCH *1
      scan SCAN TYPE list
      scan SCAN TYPE zset COUNT 1
      scan SCAN TYPE hash
      scan SCAN TYPE set
      scan SCAN TYPE stream
      scan SCAN TYPE nonsense
      scan SCAN TYPE STRING MATCH key:1
      scan SCAN MATCH nothing:*
      scan SCAN match list count 5 type list
      scan SCAN MATCH a MATCH key:7
      SCAN
      SCAN abc
      SCAN 1.5
      @count SCAN -1
      @count SCAN ""
      @count SCAN 18446744073709551615
      SCAN 18446744073709551616
      SET "" x
      scan SCAN MATCH *
      scan SCAN MATCH **
      scan SCAN MATCH ""
      SCAN 0 COUNT
      SCAN 0 COUNT 0
      SCAN 0 COUNT -1
      SCAN 0 COUNT abc
      SCAN 0 MATCH
      SCAN 0 TYPE
      SCAN 0 bad
      SCAN 0 COUNT 10 bad
      SCAN 0 NOVALUES
      SELECT 3
      SCAN 0
      SCAN 0 COUNT 100
    `,
    OBJECT: `
      ${ONE_OF_EACH}
      OBJECT ENCODING string
      OBJECT ENCODING list
      OBJECT ENCODING hash
      OBJECT ENCODING set
      OBJECT ENCODING zset
      OBJECT ENCODING missing
      @kind OBJECT REFCOUNT string
      OBJECT REFCOUNT list
      OBJECT REFCOUNT missing
      @kind OBJECT IDLETIME string
      OBJECT IDLETIME missing
      OBJECT FREQ string
      OBJECT FREQ missing
      OBJECT
      OBJECT BAD
      OBJECT BAD string
      OBJECT ENCODING
      OBJECT ENCODING a b
      @kind OBJECT HELP
      OBJECT HELP x
      object encoding string
    `,
    SORT: `
      RPUSH l 3 10 1 2 -5 2
      SORT l
      SORT l DESC
      SORT l ASC
      SORT l ALPHA
      SORT l ALPHA DESC
      SORT l LIMIT 0 2
      SORT l LIMIT 1 3 DESC
      SORT l LIMIT -1 2
      SORT l LIMIT 0 -1
      SORT l LIMIT 3 -5
      SORT l LIMIT 10 10
      SORT l LIMIT a 1
      SORT l LIMIT 0
      SORT l LIMIT 0 0
      SORT l bad
      SORT
      SORT missing
      SORT missing STORE x
      RPUSH mixed 1 a 2
      SORT mixed
      SORT mixed ALPHA
      RPUSH floats 1.5 1.25 -inf 1e2 +3 inf
      SORT floats
      RPUSH bad nan
      SORT bad
      SADD s 5 3 11 4
      SORT s
      SORT s DESC LIMIT 0 2
      ZADD z 3 7 2 8 1 9
      SORT z
      SORT z DESC
      SORT z BY nosort
      SORT z BY nosort DESC
      SORT z BY nosort LIMIT 1 2
      SORT z BY nosort DESC LIMIT 0 1
      SORT l BY nosort
      SORT l BY nosort LIMIT 1 2
      SORT l BY nosort DESC
      SET str x
      SORT str
      HSET h f v
      SORT h
      SORT l STORE out
      LRANGE out 0 -1
      OBJECT ENCODING out
      SORT l ALPHA STORE str
      TYPE str
      SORT missing STORE str
      EXISTS str
      SORT l LIMIT 10 10 STORE out
      EXISTS out
      RPUSH words banana apple Cherry ""
      SORT words ALPHA
      SORT words
      sort l desc limit 0 1
    `,
    "SORT BY and GET": `
      RPUSH ids 1 2 3 4
      MSET w_1 30 w_2 10 w_3 20
      MSET n_1 one n_2 two n_4 four
      HSET u_1 age 5 name ann
      HSET u_2 age 7 name bob
      HSET u_3 age 6
      SORT ids BY w_*
      SORT ids BY w_* DESC
      SORT ids BY w_* GET n_*
      SORT ids BY w_* GET # GET n_*
      SORT ids GET u_*->name
      SORT ids BY u_*->age GET # GET u_*->name GET u_*->age
      SORT ids BY u_*->missing
      SORT ids BY n_* ALPHA
      SORT ids BY n_*
      SORT ids GET nostar
      SORT ids GET n_*-> 
      SORT ids GET ids_*
      SORT ids BY w_* GET n_* STORE out
      LRANGE out 0 -1
      SORT ids BY w_* LIMIT 1 2 GET #
      SORT ids BY *_w
      SORT ids BY w_*_* GET #
      SORT ids GET u_*
      SORT ids GET
      SORT ids BY
      SORT ids STORE
      SADD set 1 2 3
      SORT set BY w_* GET #
      SORT set BY nosort GET n_* STORE out2
      LRANGE out2 0 -1
      SORT_RO ids BY w_* GET n_* DESC
      SORT_RO ids LIMIT 0 2
      SORT_RO ids STORE out
      SORT_RO missing
      SORT_RO
      SORT_RO w_1
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
    "RESTORE of what redis-server has dumped": String.raw`
      RESTORE string 0 "\x00\x05hello\x0a\x00cr\xdfve4 \x0a"
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
    WAIT: `
      SET k v
      WAIT 0 0
      WAIT 0 100
      WAIT 1 1
      WAIT a 1
      WAIT 1 a
      WAIT 1 -1
      WAIT 1
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
