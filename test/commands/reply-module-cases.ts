/** Replies of JSON and time series, after the examples and the tests of these modules. */
import { replyError } from "../../src/errors.js";
import type { ReplyCase } from "./reply-cases.js";
import { array, bulk, bulks, double, failure, int, map, nil, set, simple } from "./reply-notation.js";

/** Documents. */
export const jsonReplyCases: readonly ReplyCase[] = [
  {
    title: "JSON.GET",
    call: (c) => c.jsonGet("d", "$..b"),
    resp2: bulk("[3,null]"),
    value: () => [3, null],
  },
  {
    title: "JSON.GET of nothing",
    call: (c) => c.jsonGet("d"),
    resp2: bulk(null),
    resp3: nil,
    value: () => null,
  },
  {
    title: "JSON.MGET",
    call: (c) => c.jsonMget(["d", "e"], "$.a"),
    resp2: bulks("[2]", null),
    resp3: array(bulk("[2]"), nil),
    value: () => [[2], null],
  },
  {
    title: "JSON.SET NX",
    call: (c) => c.jsonSet("d", "$", 1, { nx: true }),
    resp2: bulk(null),
    resp3: nil,
    value: () => null,
  },
  { title: "JSON.SET", call: (c) => c.jsonSet("d", "$", 1), resp2: simple("OK"), value: () => "OK" },
  {
    title: "JSON.NUMINCRBY",
    call: (c) => c.jsonNumincrby("d", "$..c", 2),
    resp2: bulk("[4,4.2,null]"),
    resp3: array(int(4), double(4.2), nil),
    value: () => [4, 4.2, null],
  },
  {
    title: "JSON.NUMMULTBY with a legacy path",
    call: (c) => c.jsonNummultby("d", ".c", 2),
    resp2: bulk("8"),
    resp3: array(int(8)),
    value: () => [8],
  },
  {
    title: "JSON.TYPE",
    call: (c) => c.jsonType("d", "$..c"),
    resp2: bulks("null", "integer", "boolean"),
    resp3: array(bulks("null", "integer", "boolean")),
    value: () => ["null", "integer", "boolean"],
  },
  {
    title: "JSON.TYPE of one match",
    call: (c) => c.jsonType("d", "$.a"),
    resp2: bulks("integer"),
    resp3: array(bulks("integer")),
    value: () => ["integer"],
  },
  {
    title: "JSON.TYPE without a match",
    call: (c) => c.jsonType("d", "$.no"),
    resp2: array(),
    resp3: array(array()),
    value: () => [],
  },
  {
    title: "JSON.TYPE of no key",
    call: (c) => c.jsonType("d"),
    resp2: bulk(null),
    resp3: array(nil),
    value: () => null,
  },
  {
    title: "JSON.TYPE with a legacy path",
    call: (c) => c.jsonType("d", "."),
    resp2: bulk("object"),
    resp3: bulks("object"),
    value: () => ["object"],
  },
  {
    title: "JSON.ARRLEN",
    call: (c) => c.jsonArrlen("d", "$..l"),
    resp2: array(int(4), bulk(null)),
    resp3: array(int(4), nil),
    value: (_, i) => [i(4), null],
  },
  {
    title: "JSON.ARRLEN with a legacy path",
    call: (c) => c.jsonArrlen("d", ".l"),
    resp2: int(4),
    value: (_, i) => [i(4)],
  },
  {
    title: "JSON.STRLEN of no key",
    call: (c) => c.jsonStrlen("d"),
    resp2: bulk(null),
    resp3: nil,
    value: () => null,
  },
  {
    title: "JSON.ARRPOP",
    call: (c) => c.jsonArrpop("d", "$..l", 0),
    resp2: bulks('{"a":80}', null),
    resp3: array(bulk('{"a":80}'), nil),
    value: () => [{ a: 80 }, null],
  },
  {
    title: "JSON.ARRPOP with a legacy path",
    call: (c) => c.jsonArrpop("d", ".l"),
    resp2: bulk("80"),
    value: () => [80],
  },
  {
    title: "JSON.OBJKEYS",
    call: (c) => c.jsonObjkeys("d", "$..o"),
    resp2: array(bulk(null), bulks("a", "b")),
    resp3: array(nil, bulks("a", "b")),
    value: (t) => [null, [t("a"), t("b")]],
  },
  {
    title: "JSON.OBJKEYS with a legacy path",
    call: (c) => c.jsonObjkeys("d", "."),
    resp2: bulks("a", "b"),
    value: (t) => [[t("a"), t("b")]],
  },
  {
    title: "JSON.TOGGLE",
    call: (c) => c.jsonToggle("d", "$..b"),
    resp2: array(int(1), int(0), bulk(null)),
    resp3: array(int(1), int(0), nil),
    value: () => [true, false, null],
  },
  {
    title: "JSON.TOGGLE with a legacy path",
    call: (c) => c.jsonToggle("d", ".b"),
    resp2: bulk("true"),
    value: () => [true],
  },
  {
    title: "JSON.DEBUG MEMORY",
    call: (c) => c.jsonDebugMemory("d", "$.a"),
    resp2: array(int(24)),
    value: (_, i) => [i(24)],
  },
];

const sample2 = (timestamp: number, value: number) => array(int(timestamp), simple(String(value)));
const sample3 = (timestamp: number, value: number) => array(int(timestamp), double(value));

/** Time series. */
export const timeSeriesReplyCases: readonly ReplyCase[] = [
  {
    title: "TS.GET",
    call: (c) => c.tsGet("t"),
    resp2: sample2(1035, 40.5),
    resp3: sample3(1035, 40.5),
    value: () => ({ timestamp: 1035, value: 40.5 }),
  },
  { title: "TS.GET of an empty series", call: (c) => c.tsGet("t"), resp2: array(), value: () => null },
  {
    title: "TS.RANGE",
    call: (c) => c.tsRange("t", "-", "+"),
    resp2: array(sample2(1000, 30), array(int(1010), simple("NaN"))),
    resp3: array(sample3(1000, 30), array(int(1010), double("nan"))),
    value: () => [
      { timestamp: 1000, value: 30 },
      { timestamp: 1010, value: Number.NaN },
    ],
  },
  {
    title: "TS.MADD with an error",
    call: (c) => c.tsMadd([{ key: "a", timestamp: 1, value: 2 }]),
    resp2: array(int(1), failure("ERR TSDB: the key does not exist")),
    value: (_, i) => [i(1), replyError("ERR TSDB: the key does not exist")],
  },
  {
    title: "TS.QUERYINDEX",
    call: (c) => c.tsQueryindex("a=b"),
    resp2: bulks("t", "u"),
    resp3: set(bulk("t"), bulk("u")),
    value: (t) => [t("t"), t("u")],
  },
  {
    title: "TS.MGET",
    call: (c) => c.tsMget("type=temp", { withLabels: true }),
    resp2: array(
      array(bulk("temp:JLM"), array(bulks("type", "temp"), bulks("location", null)), sample2(1035, 40)),
      array(bulk("temp:TLV"), array(), array()),
    ),
    resp3: map(
      bulk("temp:JLM"),
      array(map(bulk("type"), bulk("temp"), bulk("location"), nil), sample3(1035, 40)),
      bulk("temp:TLV"),
      array(map(), array()),
    ),
    value: (t) => [
      {
        key: t("temp:JLM"),
        labels: { type: t("temp"), location: null },
        sample: { timestamp: 1035, value: 40 },
      },
      { key: t("temp:TLV"), labels: {}, sample: null },
    ],
  },
  {
    title: "TS.MRANGE",
    call: (c) => c.tsMrange("-", "+", "metric=cpu", { withLabels: true }),
    resp2: array(
      array(bulk("ts1"), array(bulks("metric", "cpu")), array(sample2(1000, 90), sample2(1005, 45))),
    ),
    resp3: map(
      bulk("ts1"),
      array(
        map(bulk("metric"), bulk("cpu")),
        map(bulk("aggregators"), array()),
        array(sample3(1000, 90), sample3(1005, 45)),
      ),
    ),
    value: (t) => [
      {
        key: t("ts1"),
        labels: { metric: t("cpu") },
        samples: [
          { timestamp: 1000, value: 90 },
          { timestamp: 1005, value: 45 },
        ],
      },
    ],
  },
  {
    title: "TS.MRANGE GROUPBY",
    call: (c) =>
      c.tsMrange("-", "+", "type=stock", { withLabels: true, groupBy: { label: "type", reduce: "max" } }),
    resp2: array(
      array(
        bulk("type=stock"),
        array(bulks("type", "stock"), bulks("__reducer__", "max"), bulks("__source__", "stock:A,stock:B")),
        array(sample2(1000, 120)),
      ),
    ),
    resp3: map(
      bulk("type=stock"),
      array(
        map(bulk("type"), bulk("stock")),
        map(bulk("reducers"), bulks("max")),
        map(bulk("sources"), bulks("stock:A", "stock:B")),
        array(sample3(1000, 120)),
      ),
    ),
    value: (t) => [
      { key: t("type=stock"), labels: { type: t("stock") }, samples: [{ timestamp: 1000, value: 120 }] },
    ],
  },
  {
    title: "TS.INFO",
    call: (c) => c.tsInfo("t", { debug: true }),
    resp2: array(
      ...[simple("totalSamples"), int(2), simple("chunkType"), simple("compressed")],
      ...[simple("duplicatePolicy"), bulk(null), simple("labels"), array(bulks("room", "study"))],
      ...[simple("sourceKey"), bulk(null), simple("rules")],
      array(array(bulk("u"), int(1000), simple("AVG"), int(5))),
      ...[simple("ignoreMaxValDiff"), simple("0.5"), simple("Chunks")],
      array(array(simple("samples"), int(0), simple("bytesPerSample"), bulk("inf"))),
    ),
    resp3: map(
      ...[simple("totalSamples"), int(2), simple("chunkType"), simple("compressed")],
      ...[simple("duplicatePolicy"), nil, simple("labels"), map(bulk("room"), bulk("study"))],
      ...[simple("sourceKey"), nil, simple("rules")],
      map(bulk("u"), array(int(1000), simple("AVG"), int(5))),
      ...[simple("ignoreMaxValDiff"), double(0.5), simple("Chunks")],
      array(map(simple("samples"), int(0), simple("bytesPerSample"), double("inf"))),
    ),
    value: (t) => ({
      totalSamples: 2,
      chunkType: "compressed",
      duplicatePolicy: null,
      labels: { room: t("study") },
      sourceKey: null,
      rules: [{ key: t("u"), bucketDuration: 1000, aggregator: "AVG", alignment: 5 }],
      ignoreMaxValDiff: 0.5,
      chunks: [{ samples: 0, bytesPerSample: Number.POSITIVE_INFINITY }],
    }),
  },
];
