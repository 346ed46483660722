/** Cases of streams as keys: XINFO STREAM, commands of all types, payloads, events. */
import { type Family, range } from "../notation.js";
import { entries, GREATEST } from "./stream-entries.js";

export const streamKeys: Family = {
  name: "stream-keys",
  cases: {
    "XINFO STREAM": `
      XINFO STREAM missing
      XADD s 1-1 f v g w
      XINFO STREAM s
      XADD s 2-1 f v
      XINFO STREAM s
      XINFO STREAM s FULL
      XINFO STREAM s full count 1
      XINFO STREAM s FULL COUNT 0
      XINFO STREAM s FULL COUNT -1
      XINFO STREAM s FULL COUNT abc
      XINFO STREAM s FULL COUNT
      XINFO STREAM s FULL bad 1
      XINFO STREAM s bad
      XINFO STREAM s FULL COUNT 1 x
      XINFO STREAM
      XINFO STREAM missing bad
      ${entries("s", 3, 15)}
      XINFO STREAM s FULL
      XINFO bad s
      XINFO
      @kind XINFO HELP
      XINFO HELP x
      SET str x
      XINFO STREAM str
      XINFO STREAM str bad
    `,
    "streams and commands of all types": `
      XADD s 1-1 f v
      XADD s 1-2 f v
      XGROUP CREATE s g 0
      XREADGROUP GROUP g c COUNT 1 STREAMS s >
      TYPE s
      OBJECT ENCODING s
      OBJECT REFCOUNT s
      COPY s copy
      XRANGE copy - +
      @times XINFO STREAM copy FULL
      XADD copy 1-3 f v
      XACK copy g 1-1
      @times XINFO STREAM s FULL
      RENAME copy other
      XLEN other
      MOVE other 1
      SELECT 1
      XRANGE other - +
      @times XPENDING other g - + 10
      SELECT 0
      EXPIRE s 100
      @round:10 TTL s
      PERSIST s
      @kind MEMORY USAGE s
      scan SCAN TYPE stream
      scan SCAN TYPE hash
      GET s
      LPUSH s a
      HSET s f v
      SADD s a
      ZADD s 1 a
      SORT s
      APPEND s x
      INCR s
      SINTER s
      ZUNION 1 s
      SUNIONSTORE d s
      BITCOUNT s
      XADD d 1 f v
      SET d x
      GET d
      DEL s
      EXISTS s
      XADD e 1 f v
      XDEL e 1
      EXISTS e
      TYPE e
      XLEN e
      XRANGE e - +
      DBSIZE
    `,
    digests: `
      XADD s 1-1 f v
      XADD s 1-2 f v g w
      DEBUG DIGEST-VALUE s
      DEBUG DIGEST
      XDEL s 1-1
      DEBUG DIGEST-VALUE s
      XADD s ${GREATEST}-${GREATEST} "" ""
      XGROUP CREATE s g 0
      DEBUG DIGEST-VALUE s missing
      EXPIRE s 100
      DEBUG DIGEST
    `,
    "DUMP and RESTORE of streams": `
      XADD s 1-1 f v
      DUMP s
      XADD s 1-2 f v2
      XADD s 1-3 g 12
      XADD s 2-0 a 1 b 2
      XADD s 300-5 f ${"x".repeat(100)}
      DUMP s
      XDEL s 1-1 2-0
      DUMP s
      XGROUP CREATE s g 0
      XGROUP CREATE s 12 $
      XGROUP CREATE s h 1-2 ENTRIESREAD 2
      DUMP s
      XADD e 1 f v
      XDEL e 1
      DUMP e
      XGROUP CREATE m g 0 MKSTREAM
      DUMP m
      XADD max ${GREATEST}-${GREATEST} f -9223372036854775808
      DUMP max
      XREADGROUP GROUP g alice COUNT 1 STREAMS s >
      XREADGROUP GROUP g bob STREAMS s >
      XDEL s 300-5
      @kind @save:s DUMP s
      RESTORE copy 0 $s
      XRANGE copy - +
      @times XINFO STREAM copy FULL
      XACK copy g 1-2
      @times XINFO STREAM copy FULL
      @kind @save:e DUMP e
      RESTORE empty 0 $e
      XINFO STREAM empty
      RESTORE empty 0 $s
      RESTORE empty 0 $s REPLACE
      XLEN empty
      DEBUG DIGEST-VALUE s copy empty
      ${entries("long", 1, 205)}
      XADD long 206 ${range(1, 200)}
      XDEL long 1 2 3 4 150
      DUMP long
      @kind @save:long DUMP long
      RESTORE twin 0 $long
      XINFO STREAM twin
      XRANGE twin 195 +
      XADD twin 207 f v
      XINFO STREAM twin
      XINFO STREAM long
    `,
    "keyspace events of streams": `
      CONFIG SET notify-keyspace-events KEA
      b> PSUBSCRIBE __key*__:*
      XADD s 1 f v
      XADD s NOMKSTREAM 2 f v
      XADD s MAXLEN 1 3 f v
      XADD s MAXLEN 10 4 f v
      XADD s 4 f v
      XADD missing NOMKSTREAM 4 f v
      XDEL s 99
      XDEL s 4
      XTRIM s MAXLEN 5
      XTRIM s MAXLEN 0
      XSETID s 10
      XGROUP CREATE s g 0
      XGROUP CREATE new g 0 MKSTREAM
      XGROUP SETID s g 5
      XGROUP CREATECONSUMER s g c
      XGROUP CREATECONSUMER s g c
      XGROUP DELCONSUMER s g c
      XGROUP DELCONSUMER s g c
      XADD s 11 f v
      XREADGROUP GROUP g c STREAMS s >
      XREADGROUP GROUP g d STREAMS s 0
      XREADGROUP GROUP g d STREAMS s >
      XACK s g 11
      XCLAIM s g e 0 11 FORCE
      XCLAIM s g x 0 99
      XAUTOCLAIM s g y 0 0
      XGROUP DESTROY s g
      XGROUP DESTROY s g
      b<
      XGROUP CREATE s g $
      c& XREADGROUP GROUP g waiting BLOCK 0 STREAMS s >
      XADD s 12 f v
      c<
      b<
      CONFIG SET notify-keyspace-events KEmn
      XADD fresh 1 f v
      XREAD STREAMS none 0
      XLEN none
      XACK none g 1
      XPENDING none g
      XREADGROUP GROUP g c STREAMS none >
      b<
    `,
    "what WATCH sees of streams": `
      XADD s 1 f v
      XGROUP CREATE s g 0
      WATCH s
      XREADGROUP GROUP g c STREAMS s >
      XACK s g 1
      XCLAIM s g c 0 1 FORCE
      XAUTOCLAIM s g d 0 0
      XGROUP CREATE s h 0
      XGROUP SETID s g 0
      XGROUP CREATECONSUMER s g x
      XGROUP DELCONSUMER s g x
      XGROUP DESTROY s h
      XSETID s 2
      XTRIM s MAXLEN 5
      XDEL s 9
      MULTI
      PING
      EXEC
      WATCH s
      XADD s 3 f v
      MULTI
      PING
      EXEC
      WATCH s
      XDEL s 3
      MULTI
      PING
      EXEC
      WATCH s
      XTRIM s MAXLEN 0
      MULTI
      PING
      EXEC
      WATCH new
      XGROUP CREATE new g 0 MKSTREAM
      MULTI
      PING
      EXEC
    `,
  },
};
