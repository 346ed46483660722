/** Replies of Redis 7.2 to 8.4, of Valkey, and of filters and sketches, after the examples of their documentation. */
import { replyError } from "../../src/errors.js";
import type { ReplyCase } from "./reply-cases.js";
import { array, bool, bulk, bulks, double, failure, int, map, nil, simple } from "./reply-notation.js";

/** Hashes, strings, vector sets, the server. */
export const modernReplyCases: readonly ReplyCase[] = [
  {
    title: "HEXPIRE",
    call: (c) => c.hexpire("h", 10, ["a", "b", "c"]),
    resp2: array(int(1), int(1), int(-2)),
    value: (_, i) => [i(1), i(1), i(-2)],
  },
  {
    title: "HGETEX and HGETDEL",
    call: (c) => [c.hgetex("h", ["a", "b"]), c.hgetdel("h", ["a", "b"])],
    resp2: bulks("v", null),
    resp3: array(bulk("v"), nil),
    value: (t) => [
      [t("v"), null],
      [t("v"), null],
    ],
  },
  { title: "HSETEX", call: (c) => c.hsetex("h", { a: 1 }), resp2: int(1), value: () => true },
  {
    title: "HSCAN NOVALUES",
    call: (c) => c.hscan("h", 0, { noValues: true }),
    resp2: array(bulk("17"), bulks("a", "b")),
    value: (t) => ({ cursor: "17", fields: [t("a"), t("b")] }),
  },
  {
    title: "SET IFEQ",
    call: (c) => c.set("k", "v", { ifeq: "u" }),
    resp2: bulk(null),
    resp3: nil,
    value: () => null,
  },
  {
    title: "SET IFEQ that was met",
    call: (c) => c.set("k", "v", { ifeq: "u" }),
    resp2: simple("OK"),
    value: () => "OK",
  },
  { title: "DELEX", call: (c) => c.delex("k", { ifeq: "v" }), resp2: int(0), value: () => false },
  { title: "DELIFEQ", call: (c) => c.delifeq("k", "v"), resp2: int(1), value: () => true },
  { title: "MSETEX", call: (c) => c.msetex({ a: 1 }), resp2: int(1), value: () => true },
  {
    title: "DIGEST",
    call: (c) => c.digest("k"),
    resp2: bulk("b6acb9d84a38ff74"),
    value: () => "b6acb9d84a38ff74",
  },
  {
    title: "DIGEST of nothing",
    call: (c) => c.digest("k"),
    resp2: bulk(null),
    resp3: nil,
    value: () => null,
  },
  {
    title: "XDELEX",
    call: (c) => c.xdelex("s", ["1-0", "2-0"]),
    resp2: array(int(-1), int(2)),
    value: (_, i) => [i(-1), i(2)],
  },
  {
    title: "WAITAOF",
    call: (c) => c.waitaof(1, 2, 0),
    resp2: array(int(1), int(2)),
    value: () => ({ local: 1, replicas: 2 }),
  },
  { title: "VADD", call: (c) => c.vadd("v", [1], "e"), resp2: int(1), resp3: bool(true), value: () => true },
  {
    title: "VEMB",
    call: (c) => c.vemb("v", "e"),
    resp2: bulks("0.18208661675453186", "-0.165"),
    resp3: array(double(0.18208661675453186), double(-0.165)),
    value: () => [0.18208661675453186, -0.165],
  },
  {
    title: "VEMB of nothing",
    call: (c) => c.vemb("v", "e"),
    resp2: bulk(null),
    resp3: nil,
    value: () => null,
  },
  {
    title: "VEMB RAW",
    call: (c) => c.vembRaw("v", "e"),
    resp2: array(simple("q8"), bulk("\x01\x7f"), bulk("3.5"), bulk("0.25")),
    resp3: array(simple("q8"), bulk("\x01\x7f"), double(3.5), double(0.25)),
    value: () => ({ quantization: "q8", data: Buffer.from([1, 127]), norm: 3.5, range: 0.25 }),
  },
  {
    title: "VEMB RAW without a range",
    call: (c) => c.vembRaw("v", "e"),
    resp2: array(simple("bin"), bulk("\x01"), bulk("3.5")),
    resp3: array(simple("bin"), bulk("\x01"), double(3.5)),
    value: () => ({ quantization: "bin", data: Buffer.from([1]), norm: 3.5 }),
  },
  {
    title: "VGETATTR",
    call: (c) => c.vgetattr("v", "e"),
    resp2: bulk('{"len":5}'),
    value: () => ({ len: 5 }),
  },
  {
    title: "VINFO",
    call: (c) => c.vinfo("v"),
    resp2: array(
      simple("quant-type"),
      simple("int8"),
      simple("vector-dim"),
      int(300),
      simple("hnsw-m"),
      int(16),
    ),
    resp3: map(
      simple("quant-type"),
      simple("int8"),
      simple("vector-dim"),
      int(300),
      simple("hnsw-m"),
      int(16),
    ),
    value: () => ({ quantType: "int8", vectorDim: 300, hnswM: 16 }),
  },
  { title: "VINFO of nothing", call: (c) => c.vinfo("v"), resp2: "*-1\r\n", resp3: nil, value: () => null },
  {
    title: "VLINKS",
    call: (c) => c.vlinks("v", "e"),
    resp2: array(bulks("a"), bulks("a", "b")),
    value: (t) => [[t("a")], [t("a"), t("b")]],
  },
  {
    title: "VLINKS WITHSCORES",
    call: (c) => c.vlinks("v", "e", { withScores: true }),
    resp2: array(bulks("a", "0.5"), array()),
    resp3: array(map(bulk("a"), double(0.5)), map()),
    value: (t) => [[{ member: t("a"), score: 0.5 }], []],
  },
  {
    title: "VLINKS of nothing",
    call: (c) => c.vlinks("v", "e", { withScores: true }),
    resp2: bulk(null),
    resp3: nil,
    value: () => null,
  },
  {
    title: "VSIM",
    call: (c) => c.vsim("v", { element: "apple" }),
    resp2: bulks("apple", "pear"),
    value: (t) => [t("apple"), t("pear")],
  },
  {
    title: "VSIM WITHSCORES",
    call: (c) => c.vsim("v", { element: "apple" }, { withScores: true }),
    resp2: bulks("apple", "0.9998867657923256", "pear", "0.5"),
    resp3: map(bulk("apple"), double(0.9998867657923256), bulk("pear"), double(0.5)),
    value: (t) => [
      { member: t("apple"), score: 0.9998867657923256 },
      { member: t("pear"), score: 0.5 },
    ],
  },
  {
    title: "VSIM WITHATTRIBS",
    call: (c) => c.vsim("v", { element: "apple" }, { withAttributes: true }),
    resp2: bulks("apple", '{"len": 5}', "pear", null),
    resp3: map(bulk("apple"), bulk('{"len": 5}'), bulk("pear"), nil),
    value: (t) => [
      { member: t("apple"), attributes: { len: 5 } },
      { member: t("pear"), attributes: null },
    ],
  },
  {
    title: "VSIM WITHSCORES WITHATTRIBS",
    call: (c) => c.vsim("v", { element: "apple" }, { withScores: true, withAttributes: true }),
    resp2: bulks("apple", "1", '{"len": 5}', "pear", "0.5", null),
    resp3: map(bulk("apple"), array(double(1), bulk('{"len": 5}')), bulk("pear"), array(double(0.5), nil)),
    value: (t) => [
      { member: t("apple"), score: 1, attributes: { len: 5 } },
      { member: t("pear"), score: 0.5, attributes: null },
    ],
  },
  {
    title: "VSIM in vain",
    call: (c) => c.vsim("v", { element: "apple" }, { withScores: true, withAttributes: true }),
    resp2: array(),
    resp3: map(),
    value: () => [],
  },
  {
    title: "CLUSTER SLOT-STATS",
    call: (c) => c.clusterSlotStats({ range: [0, 1] }),
    resp2: array(array(int(0), array(bulk("key-count"), int(3), bulk("cpu-usec"), int(51)))),
    resp3: array(array(int(0), map(bulk("key-count"), int(3), bulk("cpu-usec"), int(51)))),
    value: () => [{ slot: 0, keyCount: 3, cpuUsec: 51 }],
  },
  {
    title: "CLUSTER MIGRATION STATUS",
    call: (c) => c.clusterMigrationStatus("all"),
    resp2: array(
      array(...["id", "24cf", "slots", "0-10", "last_error", ""].map(bulk), bulk("write_pause_ms"), int(9)),
    ),
    resp3: array(
      map(...["id", "24cf", "slots", "0-10", "last_error", ""].map(bulk), bulk("write_pause_ms"), int(9)),
    ),
    value: () => [{ id: "24cf", slots: "0-10", lastError: "", writePauseMs: 9 }],
  },
  {
    title: "CLUSTER GETSLOTMIGRATIONS",
    call: (c) => c.clusterGetslotmigrations(),
    resp2: array(
      array(...["name", "24cf", "slot_ranges", "0-10"].map(bulk), bulk("create_time"), int(1700000000)),
    ),
    resp3: array(
      map(...["name", "24cf", "slot_ranges", "0-10"].map(bulk), bulk("create_time"), int(1700000000)),
    ),
    value: () => [{ name: "24cf", slotRanges: "0-10", createTime: 1700000000 }],
  },
  {
    title: "COMMANDLOG GET",
    call: (c) => c.commandlogGet(1, "large-reply"),
    resp2: array(
      array(int(3), int(1700000000), int(1048590), bulks("GET", "huge"), bulk("127.0.0.1:51234"), bulk("")),
    ),
    value: (t) => [
      {
        id: 3,
        time: 1700000000,
        args: [t("GET"), t("huge")],
        client: "127.0.0.1:51234",
        clientName: "",
        amount: 1048590,
      },
    ],
  },
  {
    title: "SCRIPT SHOW",
    call: (c) => c.scriptShow("24cf"),
    resp2: bulk("return 1"),
    value: (t) => t("return 1"),
  },
];

const bloomInfo = ["Capacity", 100, "Size", 240, "Number of filters", 1, "Number of items inserted", 3];
const words = (flat: readonly (string | number)[]) =>
  flat.map((one) => (typeof one === "string" ? simple(one) : int(one)));

/** Bloom and Cuckoo filters, count-min sketches, top-k lists, t-digests. */
export const filterReplyCases: readonly ReplyCase[] = [
  { title: "BF.ADD", call: (c) => c.bfAdd("b", "x"), resp2: int(0), resp3: bool(false), value: () => false },
  {
    title: "BF.MADD to a filter that becomes full",
    call: (c) => [c.bfMadd("b", "x", "y"), c.bfInsert("b", ["x", "y"])],
    resp2: array(int(1), failure("ERR non scaling filter is full")),
    resp3: array(bool(true), failure("ERR non scaling filter is full")),
    value: () => {
      const error = replyError("ERR non scaling filter is full");
      return [
        [true, error],
        [true, error],
      ];
    },
  },
  {
    title: "BF.INFO",
    call: (c) => c.bfInfo("b"),
    resp2: array(...words(bloomInfo), simple("Expansion rate"), bulk(null)),
    resp3: map(...words(bloomInfo), simple("Expansion rate"), nil),
    value: () => ({
      capacity: 100,
      size: 240,
      numberOfFilters: 1,
      numberOfItemsInserted: 3,
      expansionRate: null,
    }),
  },
  {
    title: "BF.SCANDUMP",
    call: (c) => c.bfScandump("b", 0),
    resp2: array(int(9), bulk("\x01\x08")),
    value: () => ({ iterator: 9, data: Buffer.from([1, 8]) }),
  },
  {
    title: "CF.SCANDUMP at its end",
    call: (c) => c.cfScandump("b", 9),
    resp2: array(int(0), bulk(null)),
    resp3: array(int(0), nil),
    value: () => ({ iterator: 0, data: new Uint8Array(0) }),
  },
  {
    title: "CF.INSERT into a filter that becomes full",
    call: (c) => c.cfInsert("f", ["x", "y"]),
    resp2: array(int(1), int(-1)),
    resp3: array(bool(true), int(-1)),
    value: () => [true, null],
  },
  {
    title: "CF.INSERTNX",
    call: (c) => c.cfInsertnx("f", ["x", "y"]),
    resp2: array(int(0), int(1)),
    value: () => [false, true],
  },
  {
    title: "CF.INFO",
    call: (c) => c.cfInfo("f"),
    resp2: array(
      ...words(["Size", 80, "Number of items deleted", 1, "Bucket size", 2, "Max iterations", 20]),
    ),
    resp3: map(...words(["Size", 80, "Number of items deleted", 1, "Bucket size", 2, "Max iterations", 20])),
    value: () => ({ size: 80, numberOfItemsDeleted: 1, bucketSize: 2, maxIterations: 20 }),
  },
  {
    title: "CMS.INFO",
    call: (c) => c.cmsInfo("m"),
    resp2: array(...words(["width", 2000, "depth", 7, "count", 5, "cell size", 4])),
    resp3: map(...words(["width", 2000, "depth", 7, "count", 5, "cell size", 4])),
    value: () => ({ width: 2000, depth: 7, count: 5, cellSize: 4 }),
  },
  {
    title: "CMS.QUERY",
    call: (c) => c.cmsQuery("m", "x", "y"),
    resp2: array(int(10), int(3)),
    value: (_, i) => [i(10), i(3)],
  },
  {
    title: "TOPK.ADD",
    call: (c) => c.topkAdd("k", "x", "y"),
    resp2: bulks(null, "z"),
    resp3: array(nil, bulk("z")),
    value: (t) => [null, t("z")],
  },
  {
    title: "TOPK.LIST WITHCOUNT",
    call: (c) => c.topkList("k", { withCount: true }),
    resp2: array(bulk("foo"), int(12), bulk("42"), int(7)),
    value: (t) => [
      { item: t("foo"), count: 12 },
      { item: t("42"), count: 7 },
    ],
  },
  {
    title: "TOPK.INFO",
    call: (c) => c.topkInfo("k"),
    resp2: array(...words(["k", 2, "width", 50, "depth", 5, "decay"]), bulk("0.9")),
    resp3: map(...words(["k", 2, "width", 50, "depth", 5, "decay"]), double(0.9)),
    value: () => ({ k: 2, width: 50, depth: 5, decay: 0.9 }),
  },
  {
    title: "TOPK.QUERY",
    call: (c) => c.topkQuery("k", "x", "y"),
    resp2: array(int(1), int(0)),
    resp3: array(bool(true), bool(false)),
    value: () => [true, false],
  },
  {
    title: "TDIGEST.QUANTILE",
    call: (c) => c.tdigestQuantile("q", 0, 1),
    resp2: bulks("1.5", "nan"),
    resp3: array(double(1.5), double("nan")),
    value: () => [1.5, Number.NaN],
  },
  {
    title: "TDIGEST.BYRANK",
    call: (c) => c.tdigestByrank("q", 9),
    resp2: bulks("inf"),
    resp3: array(double("inf")),
    value: () => [Number.POSITIVE_INFINITY],
  },
  {
    title: "TDIGEST.INFO",
    call: (c) => c.tdigestInfo("q"),
    resp2: array(
      ...words(["Compression", 100, "Merged nodes", 51, "Total compressions", 17, "Memory usage", 9840]),
    ),
    resp3: map(
      ...words(["Compression", 100, "Merged nodes", 51, "Total compressions", 17, "Memory usage", 9840]),
    ),
    value: () => ({ compression: 100, mergedNodes: 51, totalCompressions: 17, memoryUsage: 9840 }),
  },
];
