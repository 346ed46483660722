/** What each method on commands of Redis 7.2 and later, and of Valkey, sends. */
import type { WireCase } from "./wire-cases.js";

const bytes = (text: string) => new TextEncoder().encode(text);
const sha = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";

const hashes: readonly WireCase[] = [
  [(c) => c.hexpire("h", 300, "f"), "HEXPIRE h 300 FIELDS 1 f"],
  [(c) => c.hexpire("h", 300, ["f", "g"], { nx: true }), "HEXPIRE h 300 NX FIELDS 2 f g"],
  [(c) => c.hpexpire("h", 300, bytes("f"), { xx: true }), "HPEXPIRE h 300 XX FIELDS 1 f"],
  [(c) => c.hexpireat("h", 1700000000, "f", { gt: true }), "HEXPIREAT h 1700000000 GT FIELDS 1 f"],
  [(c) => c.hpexpireat("h", 1700000000000, ["f"], { lt: true }), "HPEXPIREAT h 1700000000000 LT FIELDS 1 f"],
  [(c) => c.hexpiretime("h", ["f", "g"]), "HEXPIRETIME h FIELDS 2 f g"],
  [(c) => c.hpexpiretime("h", "f"), "HPEXPIRETIME h FIELDS 1 f"],
  [(c) => c.httl("h", ["f", "g"]), "HTTL h FIELDS 2 f g"],
  [(c) => c.hpttl("h", "f"), "HPTTL h FIELDS 1 f"],
  [(c) => c.hpersist("h", "f"), "HPERSIST h FIELDS 1 f"],
  [(c) => c.hgetdel("h", ["f", "g"]), "HGETDEL h FIELDS 2 f g"],
  [(c) => c.hgetex("h", "f"), "HGETEX h FIELDS 1 f"],
  [(c) => c.hgetex("h", ["f", "g"], { ex: 10 }), "HGETEX h EX 10 FIELDS 2 f g"],
  [(c) => c.hgetex("h", "f", { pxat: 10 }), "HGETEX h PXAT 10 FIELDS 1 f"],
  [(c) => c.hgetex("h", "f", { persist: true }), "HGETEX h PERSIST FIELDS 1 f"],
  [(c) => c.hsetex("h", { f: 1, g: "v" }), "HSETEX h FIELDS 2 f 1 g v"],
  [(c) => c.hsetex("h", new Map([["f", 1]]), { fnx: true, ex: 60 }), "HSETEX h FNX EX 60 FIELDS 1 f 1"],
  [
    (c) => c.hsetex("h", [[bytes("f"), "v"]], { fxx: true, keepTtl: true }),
    "HSETEX h FXX KEEPTTL FIELDS 1 f v",
  ],
  [(c) => c.hsetex("h", { f: 1 }, { nx: true, px: 5 }), "HSETEX h NX PX 5 FIELDS 1 f 1"],
  [(c) => c.hsetex("h", { f: 1 }, { xx: true }), "HSETEX h XX FIELDS 1 f 1"],
  [(c) => c.hscan("h", 0, { match: "a*", noValues: true }), "HSCAN h 0 MATCH a* NOVALUES"],
  [(c) => c.hscan("h", 0, { noValues: false }), "HSCAN h 0"],
];

const sortedSets: readonly WireCase[] = [
  [(c) => c.zrank("z", "m", { withScore: true }), "ZRANK z m WITHSCORE"],
  [(c) => c.zrank("z", "m", { withScore: false }), "ZRANK z m"],
  [(c) => c.zrevrank("z", "m", { withScore: true }), "ZREVRANK z m WITHSCORE"],
];

const strings: readonly WireCase[] = [
  [(c) => c.set("k", "v", { ifeq: "old" }), "SET k v IFEQ old"],
  [(c) => c.set("k", "v", { ifne: bytes("old"), ex: 5 }), "SET k v EX 5 IFNE old"],
  [(c) => c.set("k", "v", { ifdeq: "b6acb9d84a38ff74", get: true }), "SET k v IFDEQ b6acb9d84a38ff74 GET"],
  [(c) => c.set("k", "v", { ifdne: "b6acb9d84a38ff74" }), "SET k v IFDNE b6acb9d84a38ff74"],
  [(c) => c.delex("k"), "DELEX k"],
  [(c) => c.delex("k", { ifeq: "v" }), "DELEX k IFEQ v"],
  [(c) => c.delex("k", { ifne: 1 }), "DELEX k IFNE 1"],
  [(c) => c.delex("k", { ifdeq: "b6acb9d84a38ff74" }), "DELEX k IFDEQ b6acb9d84a38ff74"],
  [(c) => c.delex("k", { ifdne: "b6acb9d84a38ff74" }), "DELEX k IFDNE b6acb9d84a38ff74"],
  [(c) => c.delifeq("k", "v"), "DELIFEQ k v"],
  [(c) => c.digest("k"), "DIGEST k"],
  [(c) => c.msetex({ a: 1, b: "x" }), "MSETEX 2 a 1 b x"],
  [(c) => c.msetex({ a: 1 }, { nx: true, ex: 60 }), "MSETEX 1 a 1 NX EX 60"],
  [(c) => c.msetex([["a", 1]], { xx: true, keepTtl: true }), "MSETEX 1 a 1 XX KEEPTTL"],
  [(c) => c.bitop("diff", "d", "a", "b"), "BITOP diff d a b"],
  [(c) => c.bitop("diff1", "d", "a", "b"), "BITOP diff1 d a b"],
  [(c) => c.bitop("andor", "d", ["a", "b"]), "BITOP andor d a b"],
  [(c) => c.bitop("one", "d", "a", "b"), "BITOP one d a b"],
];

const streams: readonly WireCase[] = [
  [(c) => c.xdelex("s", "1-0"), "XDELEX s IDS 1 1-0"],
  [(c) => c.xdelex("s", ["1-0", "2-0"], { refs: "acked" }), "XDELEX s acked IDS 2 1-0 2-0"],
  [(c) => c.xackdel("s", "g", ["1-0", "2-0"]), "XACKDEL s g IDS 2 1-0 2-0"],
  [(c) => c.xackdel("s", "g", "1-0", { refs: "delref" }), "XACKDEL s g delref IDS 1 1-0"],
];

const vectors: readonly WireCase[] = [
  [(c) => c.vadd("v", [0.1, 1.2, 0.5], "e"), "VADD v VALUES 3 0.1 1.2 0.5 e"],
  [(c) => c.vadd("v", bytes("aaaabbbb"), "e"), "VADD v FP32 aaaabbbb e"],
  [(c) => c.vadd("v", new Float32Array(bytes("aaaabbbb").buffer), "e"), "VADD v FP32 aaaabbbb e"],
  [
    (c) =>
      c.vadd("v", [1, 2], "e", {
        reduce: 1,
        cas: true,
        quantization: "noquant",
        ef: 200,
        attributes: { len: 5 },
        m: 16,
      }),
    'VADD v REDUCE 1 VALUES 2 1 2 e CAS noquant EF 200 SETATTR {"len":5} M 16',
  ],
  [(c) => c.vcard("v"), "VCARD v"],
  [(c) => c.vdim("v"), "VDIM v"],
  [(c) => c.vemb("v", "e"), "VEMB v e"],
  [(c) => c.vembRaw("v", "e"), "VEMB v e RAW"],
  [(c) => c.vgetattr("v", "e"), "VGETATTR v e"],
  [(c) => c.vinfo("v"), "VINFO v"],
  [(c) => c.vismember("v", "e"), "VISMEMBER v e"],
  [(c) => c.vlinks("v", "e"), "VLINKS v e"],
  [(c) => c.vlinks("v", "e", { withScores: true }), "VLINKS v e WITHSCORES"],
  [(c) => c.vrandmember("v"), "VRANDMEMBER v"],
  [(c) => c.vrandmember("v", -3), "VRANDMEMBER v -3"],
  [(c) => c.vrange("v", "-", "+"), "VRANGE v - +"],
  [(c) => c.vrange("v", "[a", "(b", 10), "VRANGE v [a (b 10"],
  [(c) => c.vrem("v", "e"), "VREM v e"],
  [(c) => c.vsetattr("v", "e", { len: 5 }), 'VSETATTR v e {"len":5}'],
  [(c) => c.vsetattr("v", "e", null), 'VSETATTR v e ""'],
  [(c) => c.vsim("v", { element: "e" }), "VSIM v ELE e"],
  [(c) => c.vsim("v", [1, 2]), "VSIM v VALUES 2 1 2"],
  [(c) => c.vsim("v", bytes("aaaabbbb")), "VSIM v FP32 aaaabbbb"],
  [
    (c) =>
      c.vsim(
        "v",
        { element: "e" },
        {
          withScores: true,
          withAttributes: true,
          count: 3,
          epsilon: 0.2,
          ef: 100,
          filter: ".len < 6",
          filterEf: 500,
          truth: true,
          noThread: true,
        },
      ),
    "VSIM v ELE e WITHSCORES WITHATTRIBS COUNT 3 EPSILON 0.2 EF 100 FILTER .len < 6 FILTER-EF 500 TRUTH NOTHREAD",
  ],
];

const node = "07c37dfeb235213a872192d90877d0cd55635b91";

const server: readonly WireCase[] = [
  [(c) => c.waitaof(1, 2, 500), "WAITAOF 1 2 500"],
  [(c) => c.clientNoTouch(true), "CLIENT NO-TOUCH ON"],
  [(c) => c.clientNoTouch(false), "CLIENT NO-TOUCH OFF"],
  [(c) => c.clientKill({ maxAge: 3600 }), "CLIENT KILL MAXAGE 3600"],
  [(c) => c.scriptShow(sha), `SCRIPT SHOW ${sha}`],
  [(c) => c.commandlogGet(-1, "slow"), "COMMANDLOG GET -1 slow"],
  [(c) => c.commandlogLen("large-request"), "COMMANDLOG LEN large-request"],
  [(c) => c.commandlogReset("large-reply"), "COMMANDLOG RESET large-reply"],
  [(c) => c.clusterMyshardid(), "CLUSTER MYSHARDID"],
  [(c) => c.clusterSlotStats({ range: [0, 100] }), "CLUSTER SLOT-STATS SLOTSRANGE 0 100"],
  [(c) => c.clusterSlotStats({ orderBy: "cpu-usec" }), "CLUSTER SLOT-STATS ORDERBY cpu-usec"],
  [
    (c) => c.clusterSlotStats({ orderBy: "key-count", limit: 3, order: "asc" }),
    "CLUSTER SLOT-STATS ORDERBY key-count LIMIT 3 asc",
  ],
  [
    (c) =>
      c.clusterMigrationImport([
        [0, 100],
        [200, 300],
      ]),
    "CLUSTER MIGRATION IMPORT 0 100 200 300",
  ],
  [(c) => c.clusterMigrationCancel({ id: "x" }), "CLUSTER MIGRATION CANCEL ID x"],
  [(c) => c.clusterMigrationCancel("all"), "CLUSTER MIGRATION CANCEL ALL"],
  [(c) => c.clusterMigrationStatus({ id: "x" }), "CLUSTER MIGRATION STATUS ID x"],
  [(c) => c.clusterMigrationStatus("all"), "CLUSTER MIGRATION STATUS ALL"],
  [
    (c) => c.clusterMigrateslots({ ranges: [[0, 100]], node }),
    `CLUSTER MIGRATESLOTS SLOTSRANGE 0 100 NODE ${node}`,
  ],
  [
    (c) =>
      c.clusterMigrateslots([
        {
          ranges: [
            [0, 1],
            [5, 6],
          ],
          node,
        },
        { ranges: [[8, 9]], node },
      ]),
    `CLUSTER MIGRATESLOTS SLOTSRANGE 0 1 5 6 NODE ${node} SLOTSRANGE 8 9 NODE ${node}`,
  ],
  [(c) => c.clusterGetslotmigrations(), "CLUSTER GETSLOTMIGRATIONS"],
  [(c) => c.clusterCancelslotmigrations(), "CLUSTER CANCELSLOTMIGRATIONS"],
  [(c) => c.clusterscan(0), "CLUSTERSCAN 0"],
  [
    (c) => c.clusterscan("0-{06S}-0", { match: "a*", count: 5, type: "set", slot: 7 }),
    "CLUSTERSCAN 0-{06S}-0 MATCH a* COUNT 5 TYPE set SLOT 7",
  ],
  [(c) => c.clusterFlushslot(7), "CLUSTER FLUSHSLOT 7"],
  [(c) => c.clusterFlushslot(7, "async"), "CLUSTER FLUSHSLOT 7 async"],
];

/** Everything that came after Redis 7.0, but for the modules. */
export const modernCases: readonly WireCase[] = [
  ...hashes,
  ...sortedSets,
  ...strings,
  ...streams,
  ...vectors,
  ...server,
];
