/** Cases of trimming streams, and of the nodes that approximate trimming goes by. */
import { type Family, range } from "../notation.js";
import { entries, GREATEST } from "./stream-entries.js";

export const streamTrimming: Family = {
  name: "stream-trimming",
  cases: {
    "XADD with trimming": `
      ${entries("s", 1, 5)}
      XADD s MAXLEN 3 6 f v
      XRANGE s - +
      XADD s MAXLEN = 2 7 f v
      XADD s MAXLEN ~ 1 8 f v
      XLEN s
      XADD s MINID 8 9 f v
      XRANGE s - +
      XADD s MINID = 9-1 10 f v
      XADD s MINID ~ 10 11 f v
      XADD s MINID 100 12 f v
      XRANGE s - +
      XINFO STREAM s
      XADD s MAXLEN 0 13 f v
      XLEN s
      XINFO STREAM s
      EXISTS s
      XADD s MAXLEN ~ 10 LIMIT 5 14 f v
      XADD s MAXLEN ~ 10 LIMIT 0 15 f v
      XADD s LIMIT 5 MAXLEN ~ 10 16 f v
      XADD s MAXLEN 10 LIMIT 5 17 f v
      XADD s MAXLEN = 10 LIMIT 5 17 f v
      XADD s LIMIT 5 17 f v
      XADD s LIMIT 0 17 f v
      XADD s MAXLEN ~ 10 LIMIT -1 17 f v
      XADD s MAXLEN ~ 10 LIMIT abc 17 f v
      XADD s MAXLEN -1 17 f v
      XADD s MAXLEN abc 17 f v
      XADD s MAXLEN ~ 17
      XADD s MAXLEN ~ 17 f v
      XADD s MAXLEN = -1 17 f v
      XADD s MINID abc 17 f v
      XADD s MINID - 17 f v
      XADD s MINID ~ abc 17 f v
      XADD s MAXLEN 5 MINID 5 17 f v
      XADD s MINID 5 MAXLEN 5 17 f v
      XADD s MAXLEN 5 MAXLEN 6 17 f v
      XADD s MAXLEN
      XADD s MAXLEN 5 bad f v
      XADD s MAXLEN 9223372036854775807 18 f v
      XADD s MAXLEN 9223372036854775808 19 f v
      XLEN s
    `,
    XTRIM: `
      ${entries("s", 1, 10)}
      XTRIM s MAXLEN 8
      XTRIM s MAXLEN 8
      XTRIM s MAXLEN = 7
      XTRIM s MAXLEN ~ 2
      XTRIM s MINID 6
      XTRIM s MINID = 6-1
      XTRIM s MINID ~ 9
      XRANGE s - +
      XINFO STREAM s
      XTRIM s MAXLEN ~ 0
      XINFO STREAM s
      ${entries("s", 11, 13)}
      XTRIM s MINID ${GREATEST}-${GREATEST}
      XINFO STREAM s
      ${entries("s", 14, 16)}
      XTRIM s MAXLEN 0
      XTRIM missing MAXLEN 0
      XTRIM s
      XTRIM s MAXLEN
      XTRIM s MAXLEN abc
      XTRIM s MAXLEN -1
      XTRIM s MAXLEN ~
      XTRIM s MAXLEN = 5 6
      XTRIM s MINID
      XTRIM s MINID abc
      XTRIM s MINID 5-
      XTRIM s MAXLEN 5 MINID 5
      XTRIM s MAXLEN 5 LIMIT 10
      XTRIM s LIMIT 10
      XTRIM s LIMIT 0
      XTRIM s LIMIT
      XTRIM s LIMIT abc
      XTRIM s MAXLEN ~ 5 LIMIT
      XTRIM s MAXLEN ~ 5 LIMIT -1
      XTRIM s MAXLEN ~ 5 LIMIT abc
      XTRIM s MAXLEN ~ 5 LIMIT 0
      XTRIM s MAXLEN ~ 5 LIMIT 10
      XTRIM s LIMIT 10 MINID ~ 5
      XTRIM s NOMKSTREAM MAXLEN 5
      XTRIM s 5
      XTRIM s bad 5
      SET str x
      XTRIM str MAXLEN 5
      XTRIM str MAXLEN abc
    `,
    "approximate trimming removes whole nodes": `
      ${entries("s", 1, 350)}
      XINFO STREAM s
      XTRIM s MAXLEN ~ 300
      XTRIM s MAXLEN ~ 250
      XLEN s
      XTRIM s MAXLEN ~ 120 LIMIT 99
      XTRIM s MAXLEN ~ 120 LIMIT 100
      XTRIM s MINID ~ 250
      XTRIM s MINID ~ 301
      XINFO STREAM s
      ${entries("s", 351, 560)}
      XTRIM s MAXLEN 220
      XINFO STREAM s
      XTRIM s MAXLEN ~ 100
      XDEL s ${range(400, 420)}
      XTRIM s MAXLEN ~ 100 LIMIT 80
      XINFO STREAM s
      XTRIM s MAXLEN ~ 0
      CONFIG SET stream-node-max-entries 3
      ${entries("t", 1, 10)}
      XINFO STREAM t
      XTRIM t MAXLEN ~ 6
      XTRIM t MAXLEN ~ 4 LIMIT 2
      XTRIM t MINID ~ 9
      XINFO STREAM t
      CONFIG SET stream-node-max-entries 0
      ${entries("u", 1, 200)}
      XINFO STREAM u
      CONFIG SET stream-node-max-bytes 64
      ${entries("v", 1, 30)}
      ${entries("v", 31, 40, "number 12 wide 70000 text some-text-that-is-longer negative -1")}
      ${entries("v", 41, 45, `huge ${"x".repeat(100)}`)}
      XINFO STREAM v
      XTRIM v MAXLEN ~ 10
      XINFO STREAM v
      CONFIG SET stream-node-max-bytes 0
      ${entries("w", 1, 100, `f ${"x".repeat(70)}`)}
      XINFO STREAM w
    `,
    "nodes by their size in bytes": `
      ${entries("a", 1, 120, `f ${"x".repeat(60)}`)}
      XINFO STREAM a
      ${entries("b", 1, 120, `field ${"y".repeat(64)} other -4097`)}
      XINFO STREAM b
      XADD c 1 a 1 b 2
      XADD c 2 b 2 a 1
      ${entries("c", 1000, 1100, "a 123456789012 b 4096 c -32769 d 8388608")}
      XINFO STREAM c
      XADD d 1-1 a ${"z".repeat(4000)}
      XADD d 1-2 a ${"z".repeat(90)}
      XADD d 1-3 b ""
      XADD d ${GREATEST}-0 b 2147483648
      XADD d ${GREATEST}-${GREATEST} b 1
      XINFO STREAM d
      ${entries("e", 9007199254740, 9007199254800, "f v")}
      XADD e 18446744073709551000-5 f v
      XADD e 18446744073709551001-0 f v
      XINFO STREAM e
      XADD f 5-100 f v
      XADD f 6-0 f v
      XADD f 256-0 f v
      XADD f 65536-0 f v
      XADD f 16777216-0 f v
      XADD f 4294967296-0 f v
      CONFIG SET stream-node-max-entries 1
      XADD f 4294967296-1 f v
      XADD f 4294967296-256 f v
      XADD f 4294967297-0 f v
      XADD f 1099511627776-0 f v
      XADD f 72057594037927936-0 f v
      XINFO STREAM f
      XDEL f 256-0 4294967296-256
      XINFO STREAM f
      DUMP a
      DUMP c
      DUMP d
      DUMP f
    `,
  },
};
