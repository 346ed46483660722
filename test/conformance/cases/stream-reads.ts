/** Cases of XREAD. */
import type { Family } from "../notation.js";
import { entries, GREATEST } from "./stream-entries.js";

export const streamReads: Family = {
  name: "stream-reads",
  cases: {
    XREAD: `
      XREAD STREAMS s 0
      XREAD STREAMS s $
      XADD s 1-1 a 1
      XADD s 1-2 b 2
      XADD t 5 c 3
      XREAD STREAMS s 0
      XREAD STREAMS s 0-0
      XREAD STREAMS s 1-1
      XREAD STREAMS s 1
      XREAD STREAMS s 1-2
      XREAD STREAMS s $
      XREAD STREAMS s t 0 0
      XREAD STREAMS s t 1-1 5
      XREAD STREAMS s t 9 0
      XREAD STREAMS missing t 0 0
      XREAD STREAMS s s 0 1-1
      XREAD COUNT 1 STREAMS s t 0 0
      XREAD COUNT 0 STREAMS s 0
      XREAD COUNT -1 STREAMS s 0
      XREAD count 1 block 100 streams s 0
      XREAD BLOCK 100 COUNT 1 STREAMS s 1-1
      XREAD BLOCK 1 STREAMS s $
      XREAD BLOCK 1 STREAMS missing 0
      XREAD BLOCK 0 STREAMS s 0
      XREAD STREAMS s ${GREATEST}-${GREATEST}
      XDEL s 1-2
      XREAD STREAMS s 1-1
      XREAD STREAMS s $
      XDEL s 1-1
      XREAD STREAMS s 0
      XREAD STREAMS s
      XREAD STREAMS s t 0
      XREAD STREAMS s 0 t
      XREAD COUNT STREAMS s 0
      XREAD COUNT abc STREAMS t 0
      XREAD COUNT 1 COUNT 2 STREAMS t 0
      XREAD BLOCK abc STREAMS t 0
      XREAD BLOCK -1 STREAMS t 0
      XREAD BLOCK 1.5 STREAMS t 0
      XREAD BLOCK 9223372036854775808 STREAMS t 0
      XREAD BLOCK
      XREAD STREAMS
      XREAD
      XREAD bad STREAMS t 0
      XREAD t 0 1
      XREAD NOACK STREAMS t 0
      XREAD GROUP g c STREAMS t 0
      XREAD GROUP g STREAMS
      XREAD STREAMS t >
      XREAD STREAMS t abc
      XREAD STREAMS t -
      XREAD STREAMS t +
      XREAD STREAMS t (0
      XREAD STREAMS t missing 0 >
      SET str x
      XREAD STREAMS str 0
      XREAD STREAMS t str 0 0
      XREAD STREAMS str t 0 abc
      XREAD STREAMS t str abc 0
      ${entries("u", 1, 250)}
      XREAD COUNT 3 STREAMS u 98
      XREAD STREAMS u 245
      COMMAND GETKEYS XREAD COUNT 1 STREAMS a b 0 0
    `,
    "XREAD waits": `
      b& XREAD BLOCK 0 STREAMS s $
      XADD s 1-1 f v
      b<
      b& XREAD BLOCK 0 STREAMS s t $ $
      XADD t 7-7 f v
      b<
      b& XREAD BLOCK 0 STREAMS s 1-1
      XADD s 1-2 f v
      b<
      b& XREAD BLOCK 0 STREAMS s 5
      XADD s 3 f v
      XADD s 5-0 f v
      XADD s 6 f v
      b<
      b& XREAD BLOCK 0 STREAMS s $
      c& XREAD BLOCK 0 STREAMS s $
      XADD s 7 f v
      b<
      c<
      b& XREAD BLOCK 0 COUNT 2 STREAMS s 8
      MULTI
      XADD s 9 a 1
      XADD s 10 b 2
      XADD s 11 c 3
      EXEC
      b<
      b& XREAD BLOCK 0 STREAMS s $
      MULTI
      XADD s 12 f v
      XDEL s 12
      EXEC
      b<
      b& XREAD BLOCK 0 STREAMS s $
      EVAL "redis.call('XADD', KEYS[1], '13', 'f', 'v'); return redis.call('XLEN', KEYS[1])" 1 s
      b<
      b& XREAD BLOCK 0 STREAMS s s 13 14
      XADD s 14 f v
      b<
      b& XREAD BLOCK 20 STREAMS s $
      b<
      b& XREAD BLOCK 20 STREAMS missing 0
      b<
    `,
    "what wakes a waiting XREAD": `
      b& XREAD BLOCK 0 STREAMS s 0
      SET s string
      DEL s
      RPUSH s a
      DEL s
      XADD t 1 f v
      RENAME t s
      b<
      b& XREAD BLOCK 0 STREAMS s $
      DEL s
      XADD s 0-5 f v
      XADD s 1-5 f v
      b<
      XADD other 9 f v
      b& XREAD BLOCK 0 STREAMS s 2
      COPY other s REPLACE
      b<
      b& XREAD BLOCK 0 STREAMS s 20
      SELECT 1
      XADD s 21 f v
      MOVE s 0
      SELECT 0
      DEL s
      SELECT 1
      MOVE s 0
      SELECT 0
      b<
      b& XREAD BLOCK 0 STREAMS s 30
      SELECT 1
      XADD s 31 f v
      SELECT 0
      SWAPDB 0 1
      b<
      b& XREAD BLOCK 0 STREAMS s 40
      FLUSHALL
      XADD s 41 f v
      b<
      b& XREAD BLOCK 0 STREAMS s 50
      XSETID s 60
      XADD s 61 f v
      b<
      b& XREAD BLOCK 0 STREAMS s 70
      XGROUP CREATE s g $
      XGROUP DESTROY s g
      XTRIM s MAXLEN 0
      SET s x
      DEL s
      XADD s 71 f v
      b<
      @kind @save:d DUMP s
      b& XREAD BLOCK 0 STREAMS r 70
      RESTORE r 0 $d
      b<
    `,
    "XREAD does not wait in MULTI and scripts": `
      XADD s 1 f v
      MULTI
      XREAD BLOCK 0 STREAMS s $
      XREAD BLOCK 0 STREAMS s 0
      EXEC
      EVAL "return redis.call('XREAD', 'BLOCK', '0', 'STREAMS', KEYS[1], '$')" 1 s
      EVAL "return redis.call('xread', 'BLOCK', 'abc', 'bad')" 1 s
      EVAL "return redis.call('XREAD', 'COUNT', '1', 'STREAMS', KEYS[1], '0')" 1 s
      EVAL "redis.setresp(3); return redis.call('XREAD', 'STREAMS', KEYS[1], '0')" 1 s
      EVAL "return redis.call('XRANGE', KEYS[1], '-', '+')" 1 s
    `,
    "unblocking a client that waits": `
      b> @kind @save:id CLIENT ID
      b& XREAD BLOCK 0 STREAMS s $
      CLIENT UNBLOCK $id
      b<
      b& XREAD BLOCK 0 STREAMS s $
      CLIENT UNBLOCK $id ERROR
      b<
    `,
  },
};
