/** Cases of pending entries of consumer groups: XACK, XPENDING, XCLAIM, XAUTOCLAIM. */
import { type Family, range } from "../notation.js";
import { GREATEST, STREAM_WITH_GROUP } from "./stream-entries.js";

export const streamPending: Family = {
  name: "stream-pending",
  cases: {
    XACK: `
      ${STREAM_WITH_GROUP}
      XREADGROUP GROUP g alice COUNT 3 STREAMS s >
      XREADGROUP GROUP g bob STREAMS s >
      XACK s g 1
      XACK s g 1
      XACK s g 2-0 2-0 4 99
      XACK s g abc
      XACK s g 3 abc
      XACK s g -
      XPENDING s g
      @times XPENDING s g - + 10
      XDEL s 5
      XACK s g 5
      XACK s nogroup 1
      XACK s nogroup abc
      XACK missing g 1
      XACK missing g abc
      XACK s g
      XACK s
      SET str x
      XACK str g 1
      XACK s g 3 6
      XPENDING s g
    `,
    XPENDING: `
      ${STREAM_WITH_GROUP}
      XPENDING s g
      XPENDING s g - + 10
      XREADGROUP GROUP g alice COUNT 2 STREAMS s >
      XREADGROUP GROUP g bob COUNT 3 STREAMS s >
      XGROUP CREATECONSUMER s g idle
      XPENDING s g
      @times XPENDING s g - + 10
      @times XPENDING s g - + 2
      @times XPENDING s g 2 4 10
      @times XPENDING s g (2 (4 10
      @times XPENDING s g 4 + 10 bob
      @times XPENDING s g - + 10 alice
      XPENDING s g - + 10 idle
      XPENDING s g - + 10 nobody
      XPENDING s g + - 10
      XPENDING s g - + 0
      XPENDING s g - + -5
      XCLAIM s g alice 0 1 IDLE 7200000
      XCLAIM s g alice 0 4 TIME 1000
      @times XPENDING s g IDLE 0 - + 10
      @times XPENDING s g IDLE 3600000 - + 10
      @times XPENDING s g idle 3600000 - + 10 alice
      @times XPENDING s g IDLE 36000000 - + 10
      @times XPENDING s g IDLE 3600000 - + 1
      @times XPENDING s g IDLE -1 - + 2
      XPENDING s g IDLE 3600000 - + 10 bob
      XPENDING s g IDLE 3600000 - + 10 nobody
      XPENDING s g IDLE 0 - +
      XPENDING s g IDLE abc - + 10
      XPENDING s g IDLE abc - +
      XPENDING s g IDLE 10
      XPENDING s g -
      XPENDING s g - +
      XPENDING s g - + abc
      XPENDING s g abc + 10
      XPENDING s g - abc 10
      XPENDING s g abc + abc
      XPENDING s g (${GREATEST}-${GREATEST} + 10
      XPENDING s g - (0-0 10
      @times XPENDING s g - + 1 alice extra
      @times XPENDING s g - + 1 alice extra words
      XPENDING s g - + 1 alice more extra words
      XPENDING s g IDLE 1 - + 10 alice extra
      XPENDING s nogroup
      XPENDING s nogroup - + 10
      XPENDING s nogroup - + abc
      XPENDING missing g
      XPENDING missing g - + 10 c
      XPENDING s
      SET str x
      XPENDING str g
      XPENDING str g - + abc
    `,
    XCLAIM: `
      ${STREAM_WITH_GROUP}
      XREADGROUP GROUP g alice COUNT 4 STREAMS s >
      XCLAIM s g bob 0 1
      @times XPENDING s g - + 10
      XCLAIM s g bob 3600000 2
      XCLAIM s g bob -5 2
      XCLAIM s g bob 0 1 2 3 JUSTID
      @times XPENDING s g - + 10
      XCLAIM s g bob 0 4 RETRYCOUNT 10
      XCLAIM s g bob 0 4 RETRYCOUNT 10 JUSTID
      XCLAIM s g bob 0 3 RETRYCOUNT 0 JUSTID
      XCLAIM s g bob 0 2 RETRYCOUNT -3
      XCLAIM s g bob 0 1 RETRYCOUNT 9223372036854775807 JUSTID
      @times XPENDING s g - + 10
      XCLAIM s g carol 0 1
      @times XPENDING s g - + 10
      XCLAIM s g carol 0 5
      XCLAIM s g carol 0 5 FORCE
      XCLAIM s g carol 0 6 FORCE JUSTID
      XCLAIM s g carol 0 99 FORCE
      XCLAIM s g carol 3600000 5 FORCE
      @times XPENDING s g - + 10
      XCLAIM s g alice 0 1 IDLE 7200000
      XCLAIM s g alice 3600000 1
      XCLAIM s g alice 0 2 TIME 5000
      XCLAIM s g alice 0 3 TIME -1
      XCLAIM s g alice 0 4 TIME 9223372036854775807
      XCLAIM s g alice 0 5 IDLE -1
      XCLAIM s g alice 0 6 IDLE 9223372036854775807
      @times XINFO STREAM s FULL
      XCLAIM s g alice 0 1 LASTID 9-9
      XINFO GROUPS s
      XCLAIM s g alice 0 1 LASTID 1-1
      XINFO GROUPS s
      XCLAIM s g alice 0 1 1 1-0 JUSTID
      XDEL s 1
      XCLAIM s g alice 0 1
      XPENDING s g
      XDEL s 2 3
      XCLAIM s g alice 3600000 2 FORCE
      XCLAIM s g alice 0 JUSTID
      XCLAIM s g alice 0 3 4 5
      @times XPENDING s g - + 10
      XCLAIM s g newcomer 0 99
      @times XINFO CONSUMERS s g
      XCLAIM s g alice 0 4 IDLE
      XCLAIM s g alice 0 4 IDLE abc
      XCLAIM s g alice 0 4 TIME abc
      XCLAIM s g alice 0 4 RETRYCOUNT abc
      XCLAIM s g alice 0 4 LASTID abc
      XCLAIM s g alice 0 4 LASTID
      XCLAIM s g alice 0 4 bad
      XCLAIM s g alice 0 4 FORCE 5
      XCLAIM s g alice 0 4 "bad\\x00cut"
      XCLAIM s g alice 0 abc
      XCLAIM s g alice 0 -
      XCLAIM s g alice abc 4
      XCLAIM s g alice 0
      XCLAIM s nogroup alice 0 4
      XCLAIM s nogroup alice abc abc
      XCLAIM missing g alice 0 4
      SET str x
      XCLAIM str g alice 0 4
    `,
    XAUTOCLAIM: `
      ${STREAM_WITH_GROUP}
      XREADGROUP GROUP g alice STREAMS s >
      XAUTOCLAIM s g bob 0 0 COUNT 2
      XAUTOCLAIM s g bob 0 3 COUNT 2
      XAUTOCLAIM s g bob 0 5 COUNT 2
      XAUTOCLAIM s g bob 0 0 COUNT 6
      XAUTOCLAIM s g bob 0 (2 COUNT 1 JUSTID
      XAUTOCLAIM s g bob 0 -
      XAUTOCLAIM s g bob 0 +
      @times XPENDING s g - + 10
      XAUTOCLAIM s g carol 3600000 0
      XCLAIM s g alice 0 2 5 IDLE 7200000 JUSTID
      XAUTOCLAIM s g carol 3600000 0 COUNT 1
      XAUTOCLAIM s g carol 3600000 2-1 JUSTID
      @times XPENDING s g - + 10
      XDEL s 1 3 6
      XAUTOCLAIM s g dave 0 0 COUNT 2
      XAUTOCLAIM s g dave 3600000 0 COUNT 2
      XAUTOCLAIM s g dave -1 4 JUSTID
      @times XINFO STREAM s FULL
      XAUTOCLAIM s g dave 0 0 COUNT 0
      XAUTOCLAIM s g dave 0 0 COUNT -1
      XAUTOCLAIM s g dave 0 0 COUNT abc
      XAUTOCLAIM s g dave 0 0 COUNT
      XAUTOCLAIM s g dave 0 0 COUNT 9223372036854775807
      XAUTOCLAIM s g dave 0 0 COUNT 500000000000000000
      XAUTOCLAIM s g dave 0 0 bad
      XAUTOCLAIM s g dave 0 0 JUSTID JUSTID COUNT 1 COUNT 2
      XAUTOCLAIM s g dave abc 0
      XAUTOCLAIM s g dave 0 abc
      XAUTOCLAIM s g dave 0 (${GREATEST}-${GREATEST}
      XAUTOCLAIM s g dave 0
      XAUTOCLAIM s nogroup dave 0 0
      XAUTOCLAIM s nogroup dave 0 0 bad
      XAUTOCLAIM missing g dave 0 0
      SET str x
      XAUTOCLAIM str g dave 0 0
      XGROUP CREATE s many $
      XCLAIM s many alice 0 4 FORCE JUSTID
      XAUTOCLAIM s many newcomer 3600000 0
      @times XINFO CONSUMERS s many
    `,
    "XAUTOCLAIM looks at ten for each one wanted": `
      ${range(1, 30, "XADD s ")
        .replaceAll(" XADD", "\nXADD")
        .replace(/(\d+)$/gm, "$1 f v")}
      XGROUP CREATE s g 0
      XREADGROUP GROUP g alice STREAMS s >
      XCLAIM s g alice 0 30 IDLE 7200000 JUSTID
      XAUTOCLAIM s g bob 3600000 0 COUNT 1
      XAUTOCLAIM s g bob 3600000 11 COUNT 1
      XAUTOCLAIM s g bob 3600000 0 COUNT 2
      XAUTOCLAIM s g bob 3600000 0 COUNT 3
    `,
    "who is seen": `
      ${STREAM_WITH_GROUP}
      XREADGROUP GROUP g alice STREAMS s >
      DEBUG SLEEP 0.06
      XCLAIM s g alice 0 99
      XCLAIM s g alice 100000 1
      XAUTOCLAIM s g alice 100000 0
      XREADGROUP GROUP g alice STREAMS s >
      XGROUP CREATECONSUMER s g alice
      XACK s g 1
      @round:100 XINFO CONSUMERS s g
      XCLAIM s g alice 0 2 JUSTID
      @round:100 XINFO CONSUMERS s g
    `,
    "a read entry that another consumer gets again": `
      ${STREAM_WITH_GROUP}
      XREADGROUP GROUP g alice STREAMS s >
      XCLAIM s g alice 0 2 RETRYCOUNT 9 JUSTID
      XGROUP SETID s g 1
      XREADGROUP GROUP g bob COUNT 2 STREAMS s >
      XREADGROUP GROUP g alice COUNT 1 STREAMS s >
      @times XPENDING s g - + 10
      XREADGROUP GROUP g alice STREAMS s 0
      XREADGROUP GROUP g bob STREAMS s 0
      XGROUP DELCONSUMER s g alice
      XPENDING s g
      XINFO GROUPS s
    `,
  },
};
