/** Cases of the commands that work on keys of any type. */
import { type Family, range } from "../notation.js";
import { ONE_OF_EACH } from "./one-of-each.js";

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
  },
};
