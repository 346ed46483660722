/** What each method on streams sends. */
import type { WireCase } from "./wire-cases.js";

const bytes = (text: string) => new TextEncoder().encode(text);

/** Everything on streams, their groups, and what is known of them. */
export const streamCases: readonly WireCase[] = [
  [(c) => c.xadd("s", { a: 1, b: "x" }), "XADD s * a 1 b x"],
  [(c) => c.xadd("s", new Map([["a", 1]]), { id: "1-*" }), "XADD s 1-* a 1"],
  [(c) => c.xadd("s", [[bytes("a"), bytes("b")]], { id: 5n }), "XADD s 5 a b"],
  [(c) => c.xadd("s", { a: 1 }, { noMkStream: true, maxLen: 5 }), "XADD s NOMKSTREAM MAXLEN 5 * a 1"],
  [(c) => c.xadd("s", { a: 1 }, { noMkStream: false, maxLen: 0 }), "XADD s MAXLEN 0 * a 1"],
  [
    (c) => c.xadd("s", { a: 1 }, { minId: "5-1", approximate: true, limit: 9, id: "7-0" }),
    "XADD s MINID ~ 5-1 LIMIT 9 7-0 a 1",
  ],
  [(c) => c.xdel("s", "1-1", 2), "XDEL s 1-1 2"],
  [(c) => c.xdel("s", ["1-1"]), "XDEL s 1-1"],
  [(c) => c.xlen("s"), "XLEN s"],
  [(c) => c.xrange("s", "-", "+"), "XRANGE s - +"],
  [(c) => c.xrange("s", "(1-1", 5, { count: 2 }), "XRANGE s (1-1 5 COUNT 2"],
  [(c) => c.xread({ a: 0, b: "$" }), "XREAD STREAMS a b 0 $"],
  [(c) => c.xread({ a: "0-0" }, { count: 2, block: 0 }), "XREAD COUNT 2 BLOCK 0 STREAMS a 0-0"],
  [(c) => c.xread(new Map([["a", "$"]])), "XREAD STREAMS a $"],
  [
    (c) =>
      c.xread([
        [bytes("b"), 1],
        ["a", 2],
      ]),
    "XREAD STREAMS b a 1 2",
  ],
  [(c) => c.xrevrange("s", "+", "-"), "XREVRANGE s + -"],
  [(c) => c.xrevrange("s", "+", "-", { count: 1 }), "XREVRANGE s + - COUNT 1"],
  [(c) => c.xsetid("s", "9-1"), "XSETID s 9-1"],
  [
    (c) => c.xsetid("s", "9-1", { entriesAdded: 100, maxDeletedId: "5-1" }),
    "XSETID s 9-1 ENTRIESADDED 100 MAXDELETEDID 5-1",
  ],
  [(c) => c.xadd("s", { a: 1 }, { maxLen: 5, refs: "delref" }), "XADD s MAXLEN 5 delref * a 1"],
  [(c) => c.xadd("s", { a: 1 }, { minId: 5, refs: "keepref", id: "7-0" }), "XADD s MINID 5 keepref 7-0 a 1"],
  [(c) => c.xtrim("s", { maxLen: 5 }), "XTRIM s MAXLEN 5"],
  [
    (c) => c.xtrim("s", { maxLen: 5, approximate: true, limit: 9, refs: "acked" }),
    "XTRIM s MAXLEN ~ 5 LIMIT 9 acked",
  ],
  [(c) => c.xtrim("s", { maxLen: 5, approximate: true, limit: 0 }), "XTRIM s MAXLEN ~ 5 LIMIT 0"],
  [(c) => c.xtrim("s", { minId: "5-1", approximate: false }), "XTRIM s MINID 5-1"],
  [(c) => c.xack("s", "g", "1-1", "2-1"), "XACK s g 1-1 2-1"],
  [(c) => c.xack("s", "g", ["1-1"]), "XACK s g 1-1"],
  [(c) => c.xautoclaim("s", "g", "c", 60, "0-0"), "XAUTOCLAIM s g c 60 0-0"],
  [
    (c) => c.xautoclaim("s", "g", "c", 60, 0, { count: 5, justId: true }),
    "XAUTOCLAIM s g c 60 0 COUNT 5 JUSTID",
  ],
  [(c) => c.xclaim("s", "g", "c", 60, "1-1"), "XCLAIM s g c 60 1-1"],
  [
    (c) => c.xclaim("s", "g", "c", 0, ["1-1", 2], { idle: 5, force: true, justId: true, lastId: "3-1" }),
    "XCLAIM s g c 0 1-1 2 IDLE 5 FORCE JUSTID LASTID 3-1",
  ],
  [
    (c) => c.xclaim("s", "g", "c", 0, "1-1", { time: 1700000000000, retryCount: 0 }),
    "XCLAIM s g c 0 1-1 TIME 1700000000000 RETRYCOUNT 0",
  ],
  [(c) => c.xgroupCreate("s", "g", "$"), "XGROUP CREATE s g $"],
  [
    (c) => c.xgroupCreate("s", "g", 0, { mkStream: true, entriesRead: 5 }),
    "XGROUP CREATE s g 0 MKSTREAM ENTRIESREAD 5",
  ],
  [(c) => c.xgroupCreateconsumer("s", "g", "c"), "XGROUP CREATECONSUMER s g c"],
  [(c) => c.xgroupDelconsumer("s", "g", "c"), "XGROUP DELCONSUMER s g c"],
  [(c) => c.xgroupDestroy("s", "g"), "XGROUP DESTROY s g"],
  [(c) => c.xgroupSetid("s", "g", "$"), "XGROUP SETID s g $"],
  [(c) => c.xgroupSetid("s", "g", 0, { entriesRead: 0 }), "XGROUP SETID s g 0 ENTRIESREAD 0"],
  [(c) => c.xpending("s", "g"), "XPENDING s g"],
  [(c) => c.xpending("s", "g", { count: 10 }), "XPENDING s g - + 10"],
  [
    (c) => c.xpending("s", "g", { idle: 9, start: "(1-1", end: 5, count: 10, consumer: "c" }),
    "XPENDING s g IDLE 9 (1-1 5 10 c",
  ],
  [(c) => c.xreadgroup("g", "c", { s: ">" }), "XREADGROUP GROUP g c STREAMS s >"],
  [
    (c) => c.xreadgroup("g", "c", { s: ">", t: "0" }, { count: 1, block: 5, noAck: true }),
    "XREADGROUP GROUP g c COUNT 1 BLOCK 5 NOACK STREAMS s t > 0",
  ],
  [
    (c) => c.xreadgroup("g", "c", { s: ">" }, { count: 1, block: 5, claim: 0, noAck: true }),
    "XREADGROUP GROUP g c COUNT 1 BLOCK 5 CLAIM 0 NOACK STREAMS s >",
  ],
  [(c) => c.xinfoConsumers("s", "g"), "XINFO CONSUMERS s g"],
  [(c) => c.xinfoGroups("s"), "XINFO GROUPS s"],
  [(c) => c.xinfoStream("s"), "XINFO STREAM s"],
  [(c) => c.xinfoStream("s", { full: true }), "XINFO STREAM s FULL"],
  [(c) => c.xinfoStream("s", { full: true, count: 0 }), "XINFO STREAM s FULL COUNT 0"],
];
