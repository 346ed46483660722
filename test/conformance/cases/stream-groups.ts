/** Cases of consumer groups of streams: XGROUP, XREADGROUP, XINFO. */
import type { Family } from "../notation.js";
import { GREATEST, STREAM_WITH_GROUP } from "./stream-entries.js";

export const streamGroups: Family = {
  name: "stream-groups",
  cases: {
    "XGROUP CREATE": `
      XGROUP CREATE s g 0
      XGROUP CREATE s g $ MKSTREAM
      XGROUP CREATE s g $ MKSTREAM
      XGROUP CREATE s g 0
      XADD s 1-1 f v
      XADD s 1-2 f v
      XGROUP CREATE s zero 0
      XGROUP CREATE s last $
      XGROUP CREATE s id 1-1
      XGROUP CREATE s later 99-1
      XGROUP CREATE s read 1-1 ENTRIESREAD 1
      XGROUP CREATE s unread 0 ENTRIESREAD 0
      XGROUP CREATE s unknown 0 ENTRIESREAD -1
      XGROUP CREATE s much 0 ENTRIESREAD 9223372036854775807
      XGROUP CREATE s both 0 MKSTREAM ENTRIESREAD 5
      XGROUP CREATE s twice 0 entriesread 5 mkstream
      XGROUP CREATE s 10 0
      XGROUP CREATE s "" 0
      XGROUP CREATE s "a\\x00b" 0
      XINFO GROUPS s
      XGROUP CREATE s bad abc
      XGROUP CREATE s bad -
      XGROUP CREATE s bad +
      XGROUP CREATE s bad >
      XGROUP CREATE s bad 0 ENTRIESREAD -2
      XGROUP CREATE s bad 0 ENTRIESREAD abc
      XGROUP CREATE s bad 0 ENTRIESREAD
      XGROUP CREATE s bad 0 bad
      XGROUP CREATE s bad 0 MKSTREAM MKSTREAM
      XGROUP CREATE s bad 0 MKSTREAM MKSTREAM MKSTREAM MKSTREAM
      XGROUP CREATE s bad
      XGROUP CREATE missing bad 0
      XGROUP CREATE missing bad abc
      XGROUP CREATE missing bad abc MKSTREAM
      XGROUP CREATE missing bad 0 bad
      EXISTS missing
      SET str x
      XGROUP CREATE str g 0
      XGROUP CREATE str g 0 MKSTREAM
      XGROUP CREATE str g abc bad
      XGROUP
      XGROUP bad
      XGROUP bad s g
      @kind XGROUP HELP
      XGROUP HELP x
    `,
    "XGROUP SETID, DESTROY and consumers": `
      ${STREAM_WITH_GROUP}
      XGROUP SETID s g 3
      XINFO GROUPS s
      XGROUP SETID s g $
      XINFO GROUPS s
      XGROUP SETID s g 3 ENTRIESREAD 3
      XINFO GROUPS s
      XGROUP SETID s g - ENTRIESREAD -1
      XINFO GROUPS s
      XGROUP SETID s g +
      XINFO GROUPS s
      XGROUP SETID s g abc
      XGROUP SETID s g 0 ENTRIESREAD
      XGROUP SETID s g 0 ENTRIESREAD abc
      XGROUP SETID s g 0 ENTRIESREAD -5
      XGROUP SETID s g 0 MKSTREAM
      XGROUP SETID s g 0 ENTRIESREAD 1 ENTRIESREAD 2
      XGROUP SETID s nogroup 0
      XGROUP SETID s nogroup abc
      XGROUP SETID missing g 0
      XGROUP SETID s g
      XGROUP CREATECONSUMER s g alice
      XGROUP CREATECONSUMER s g alice
      XGROUP CREATECONSUMER s g ""
      XGROUP CREATECONSUMER s nogroup alice
      XGROUP CREATECONSUMER missing g alice
      XGROUP CREATECONSUMER s g
      XGROUP CREATECONSUMER s g a b
      @times XINFO CONSUMERS s g
      XGROUP SETID s g 0
      XREADGROUP GROUP g alice COUNT 2 STREAMS s >
      XREADGROUP GROUP g bob COUNT 1 STREAMS s >
      XGROUP DELCONSUMER s g alice
      XGROUP DELCONSUMER s g alice
      XGROUP DELCONSUMER s g nobody
      XGROUP DELCONSUMER s nogroup alice
      XGROUP DELCONSUMER missing g alice
      XGROUP DELCONSUMER s g
      @times XINFO STREAM s FULL
      XGROUP DESTROY s g
      XGROUP DESTROY s g
      XGROUP DESTROY missing g
      XGROUP DESTROY s
      XGROUP DESTROY s g x
      XINFO GROUPS s
      SET str x
      XGROUP SETID str g 0
      XGROUP DESTROY str g
      XGROUP CREATECONSUMER str g c
      XGROUP DELCONSUMER str g c
    `,
    XREADGROUP: `
      ${STREAM_WITH_GROUP}
      XREADGROUP GROUP g alice COUNT 2 STREAMS s >
      XREADGROUP GROUP g bob COUNT 1 STREAMS s >
      XREADGROUP GROUP g alice STREAMS s 0
      XREADGROUP GROUP g alice STREAMS s 1
      XREADGROUP GROUP g alice STREAMS s 1-5
      XREADGROUP GROUP g alice COUNT 1 STREAMS s 0
      XREADGROUP GROUP g bob STREAMS s 3
      XREADGROUP GROUP g bob STREAMS s 2
      XREADGROUP GROUP g nobody STREAMS s 0
      @times XPENDING s g - + 10
      XREADGROUP GROUP g carol NOACK COUNT 1 STREAMS s >
      XREADGROUP GROUP g carol STREAMS s 0
      XDEL s 1 3
      XREADGROUP GROUP g alice STREAMS s 0
      XREADGROUP GROUP g bob STREAMS s 0
      XREADGROUP GROUP g bob STREAMS s >
      XREADGROUP GROUP g bob STREAMS s >
      XREADGROUP GROUP g dave STREAMS s >
      @times XINFO STREAM s FULL
      @times XINFO CONSUMERS s g
      XINFO GROUPS s
      XREADGROUP GROUP g bob STREAMS s ${GREATEST}-${GREATEST}
      XADD s 7 f 7
      XREADGROUP GROUP g bob STREAMS s ${GREATEST}-${GREATEST}
      XADD t 1 f v
      XGROUP CREATE t g 0
      XADD s 8 f 8
      XREADGROUP GROUP g bob STREAMS s t > >
      XADD t 2 f v
      XREADGROUP GROUP g bob STREAMS s t > >
      XREADGROUP GROUP g bob COUNT 1 STREAMS s t 0 0
      XREADGROUP GROUP g bob STREAMS t s 5 >
      XADD t 3 f v
      XADD t 4 f v
      XREADGROUP GROUP g bob COUNT 1 STREAMS t t > >
      XREADGROUP COUNT 5 GROUP g alice NOACK STREAMS t >
      XREADGROUP group g alice group g bob streams t >
      XREADGROUP GROUP g bob BLOCK 1 STREAMS t >
      @times XINFO STREAM t FULL
      MULTI
      XREADGROUP GROUP g bob BLOCK 0 STREAMS t >
      EXEC
      EVAL "return redis.call('XREADGROUP', 'GROUP', 'g', 'bob', 'BLOCK', '0', 'STREAMS', KEYS[1], '>')" 1 t
      EVAL "return redis.call('XREADGROUP', 'GROUP', 'g', 'bob', 'STREAMS', KEYS[1], '0')" 1 t
    `,
    "wrong XREADGROUP": `
      ${STREAM_WITH_GROUP}
      XREADGROUP GROUP g c STREAMS s
      XREADGROUP GROUP g c STREAMS s t >
      XREADGROUP GROUP g c STREAMS
      XREADGROUP GROUP g c COUNT 1
      XREADGROUP GROUP g c COUNT 1 NOACK
      XREADGROUP GROUP g STREAMS s >
      XREADGROUP STREAMS s t u 1 2 3
      XREADGROUP COUNT 1 STREAMS s t > >
      XREADGROUP COUNT 1 NOACK STREAMS s >
      XREADGROUP GROUP nogroup c STREAMS s >
      XREADGROUP GROUP nogroup c STREAMS s abc
      XREADGROUP GROUP g c STREAMS missing >
      XREADGROUP GROUP g c STREAMS missing s > >
      XREADGROUP GROUP g c STREAMS s missing > >
      XREADGROUP GROUP g c STREAMS s $
      XREADGROUP GROUP g c STREAMS s abc
      XREADGROUP GROUP g c STREAMS s -
      XREADGROUP GROUP g c STREAMS s +
      XREADGROUP GROUP g c STREAMS s missing abc >
      XREADGROUP GROUP g c COUNT abc STREAMS s >
      XREADGROUP GROUP g c BLOCK abc STREAMS s >
      XREADGROUP GROUP g c BLOCK -1 STREAMS s >
      XREADGROUP GROUP g c bad STREAMS s >
      XREADGROUP bad
      XREADGROUP
      SET str x
      XREADGROUP GROUP g c STREAMS str >
      XREADGROUP GROUP g c STREAMS s str > >
      XREADGROUP GROUP "g\\x00x" c STREAMS "s\\x00y" >
      XREADGROUP GROUP "a b\\r\\n" c STREAMS "s\\nt" >
      @times XINFO STREAM s FULL
      COMMAND GETKEYS XREADGROUP GROUP g c COUNT 1 STREAMS a b > >
    `,
    "XREADGROUP waits": `
      XGROUP CREATE s g $ MKSTREAM
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      XADD s 1 f v
      b<
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      c& XREADGROUP GROUP g carol BLOCK 0 STREAMS s >
      XADD s 2 f v
      b<
      XADD s 3 f v
      c<
      b& XREADGROUP GROUP g bob COUNT 1 BLOCK 0 STREAMS s >
      c& XREADGROUP GROUP g carol BLOCK 0 NOACK STREAMS s >
      d& XREAD BLOCK 0 STREAMS s $
      MULTI
      XADD s 4 f v
      XADD s 5 f v
      XADD s 6 f v
      EXEC
      b<
      c<
      d<
      @times XINFO STREAM s FULL
      b& XREADGROUP GROUP g new BLOCK 0 STREAMS s >
      MULTI
      XADD s 7 f v
      XDEL s 7
      EXEC
      b<
      @times XINFO STREAM s FULL
      XGROUP CREATE t g $ MKSTREAM
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s t > >
      XADD t 1 f v
      b<
      b& XREADGROUP GROUP g bob BLOCK 20 STREAMS s t > >
      b<
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      XGROUP SETID s g 0
      XADD s 8 f v
      b<
      @times XPENDING s g - + 20
    `,
    "waiting for a group that goes": `
      XGROUP CREATE s g $ MKSTREAM
      XGROUP CREATE s h $
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      c& XREADGROUP GROUP h carol BLOCK 0 STREAMS s >
      XGROUP DESTROY s g
      b<
      DEL s
      c<
      XGROUP CREATE s g $ MKSTREAM
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      UNLINK s
      b<
      XGROUP CREATE s g $ MKSTREAM
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      SET s x
      b<
      DEL s
      XGROUP CREATE s g $ MKSTREAM
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      RENAME s t
      b<
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS t >
      XADD u 1 f v
      RENAME u t
      b<
      DEL t
      XGROUP CREATE s g $ MKSTREAM
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      MOVE s 1
      b<
      XGROUP CREATE s g $ MKSTREAM
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      FLUSHDB
      b<
      XGROUP CREATE s g $ MKSTREAM
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      FLUSHALL
      b<
      XGROUP CREATE s g $ MKSTREAM
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      SWAPDB 0 1
      b<
      FLUSHALL
      XGROUP CREATE s g $ MKSTREAM
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      EXPIRE s -1
      b<
      XGROUP CREATE s g $ MKSTREAM
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      PEXPIRE s 10
      until 0 EXISTS s
      b<
      XGROUP CREATE s g $ MKSTREAM
      XADD l 1 f v
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      COPY l s REPLACE
      b<
      DEL s
      XGROUP CREATE s g $ MKSTREAM
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      RPUSH list 3 1 2
      SORT list STORE s
      b<
      DEL s
      XGROUP CREATE s g $ MKSTREAM
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      MULTI
      DEL s
      SADD s a
      EXEC
      b<
      DEL s
      XGROUP CREATE s g $ MKSTREAM
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      MULTI
      DEL s
      XGROUP CREATE s g $ MKSTREAM
      XADD s 1 f v
      EXEC
      b<
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      MULTI
      XADD s 2 f v
      XGROUP DESTROY s g
      EXEC
      b<
      XGROUP CREATE s g $
      b& XREADGROUP GROUP g bob BLOCK 0 STREAMS s >
      MULTI
      XADD s 3 f v
      DEL s
      EXEC
      b<
    `,
    "entries read and lag": `
      ${STREAM_WITH_GROUP}
      XINFO GROUPS s
      XREADGROUP GROUP g c COUNT 2 STREAMS s >
      XINFO GROUPS s
      XDEL s 4
      XINFO GROUPS s
      XREADGROUP GROUP g c COUNT 1 STREAMS s >
      XINFO GROUPS s
      XREADGROUP GROUP g c COUNT 1 STREAMS s >
      XINFO GROUPS s
      XREADGROUP GROUP g c COUNT 1 STREAMS s >
      XINFO GROUPS s
      XADD s 7 f 7
      XINFO GROUPS s
      XGROUP CREATE s middle 2
      XGROUP CREATE s first 1
      XGROUP CREATE s before 0
      XGROUP CREATE s last 7
      XGROUP CREATE s after 8
      XINFO GROUPS s
      XDEL s 1
      XINFO GROUPS s
      XTRIM s MAXLEN 2
      XINFO GROUPS s
      XREADGROUP GROUP before c STREAMS s >
      XREADGROUP GROUP middle c COUNT 1 STREAMS s >
      XINFO GROUPS s
      XTRIM s MAXLEN 0
      XINFO GROUPS s
      XADD s 9 f 9
      XINFO GROUPS s
      XGROUP SETID s g 9 ENTRIESREAD 3
      XINFO GROUPS s
      XSETID s 20 ENTRIESADDED 100
      XINFO GROUPS s
      XADD s 21 f v
      XREADGROUP GROUP after c STREAMS s >
      XINFO GROUPS s
      XSETID s 30 MAXDELETEDID 25
      XADD s 31 f v
      XREADGROUP GROUP g c STREAMS s >
      XINFO GROUPS s
      XGROUP CREATE empty g $ MKSTREAM
      XGROUP CREATE empty h 5 ENTRIESREAD 7
      XINFO GROUPS empty
      XADD empty 1 f v
      XINFO GROUPS empty
      XREADGROUP GROUP g c STREAMS empty >
      XREADGROUP GROUP h c STREAMS empty >
      XINFO GROUPS empty
      XDEL empty 1
      XINFO GROUPS empty
      XGROUP SETID empty g 0
      XINFO GROUPS empty
      XGROUP SETID empty g 0 ENTRIESREAD 0
      XADD empty 2 f v
      XINFO GROUPS empty
    `,
    "XINFO GROUPS and CONSUMERS": `
      ${STREAM_WITH_GROUP}
      XINFO GROUPS missing
      XINFO GROUPS s x
      XINFO GROUPS
      XINFO CONSUMERS s g
      XINFO CONSUMERS s nogroup
      XINFO CONSUMERS missing g
      XINFO CONSUMERS s
      XINFO CONSUMERS s g x
      XREADGROUP GROUP g zoe COUNT 1 STREAMS s >
      XREADGROUP GROUP g adam COUNT 2 STREAMS s >
      XREADGROUP GROUP g ada COUNT 1 STREAMS s >
      @times XINFO CONSUMERS s g
      @times XINFO STREAM s FULL
      @times XINFO STREAM s FULL COUNT 1
      @times XINFO STREAM s FULL COUNT 0
      XPENDING s g
      SET str x
      XINFO GROUPS str
      XINFO CONSUMERS str g
    `,
  },
};
