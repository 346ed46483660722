/** What each method on commands of the modules sends. */
import type { WireCase } from "./wire-cases.js";
import { searchCases } from "./wire-search-cases.js";

const bytes = (text: string) => new TextEncoder().encode(text);

const json: readonly WireCase[] = [
  [(c) => c.jsonSet("d", "$", { a: [1, null, "x"] }), 'JSON.SET d $ {"a":[1,null,"x"]}'],
  [(c) => c.jsonSet("d", "$.a", "text", { nx: true }), 'JSON.SET d $.a "text" NX'],
  [(c) => c.jsonSet("d", "$.a", null, { xx: true }), "JSON.SET d $.a null XX"],
  [(c) => c.jsonGet("d"), "JSON.GET d"],
  [(c) => c.jsonGet("d", "$..b"), "JSON.GET d $..b"],
  [(c) => c.jsonGet("d", ["$.a", "$..b"]), "JSON.GET d $.a $..b"],
  [(c) => c.jsonMget(["d", "e"], "$.a"), "JSON.MGET d e $.a"],
  [
    (c) =>
      c.jsonMset([
        { key: "d", value: { a: 1 } },
        { key: "e", path: "$.a", value: 2 },
      ]),
    'JSON.MSET d $ {"a":1} e $.a 2',
  ],
  [(c) => c.jsonMerge("d", "$", { b: null }), 'JSON.MERGE d $ {"b":null}'],
  [(c) => c.jsonDel("d"), "JSON.DEL d"],
  [(c) => c.jsonDel("d", "$.a"), "JSON.DEL d $.a"],
  [(c) => c.jsonForget("d", "$.a"), "JSON.FORGET d $.a"],
  [(c) => c.jsonClear("d"), "JSON.CLEAR d"],
  [(c) => c.jsonClear("d", "$.a"), "JSON.CLEAR d $.a"],
  [(c) => c.jsonType("d"), "JSON.TYPE d $"],
  [(c) => c.jsonType("d", "$..a"), "JSON.TYPE d $..a"],
  [(c) => c.jsonNumincrby("d", "$.a", 0.5), "JSON.NUMINCRBY d $.a 0.5"],
  [(c) => c.jsonNummultby("d", "$.a", 2), "JSON.NUMMULTBY d $.a 2"],
  [(c) => c.jsonStrappend("d", "$.s", "x"), 'JSON.STRAPPEND d $.s "x"'],
  [(c) => c.jsonStrlen("d", "$.s"), "JSON.STRLEN d $.s"],
  [(c) => c.jsonArrappend("d", "$.l", [1, [2], "x"]), 'JSON.ARRAPPEND d $.l 1 [2] "x"'],
  [(c) => c.jsonArrindex("d", "$.l", "x"), 'JSON.ARRINDEX d $.l "x"'],
  [(c) => c.jsonArrindex("d", "$.l", 1, { start: 2 }), "JSON.ARRINDEX d $.l 1 2"],
  [(c) => c.jsonArrindex("d", "$.l", 1, { stop: -1 }), "JSON.ARRINDEX d $.l 1 0 -1"],
  [(c) => c.jsonArrinsert("d", "$.l", -1, [true, null]), "JSON.ARRINSERT d $.l -1 true null"],
  [(c) => c.jsonArrlen("d", "$.l"), "JSON.ARRLEN d $.l"],
  [(c) => c.jsonArrpop("d"), "JSON.ARRPOP d $"],
  [(c) => c.jsonArrpop("d", "$.l", 0), "JSON.ARRPOP d $.l 0"],
  [(c) => c.jsonArrtrim("d", "$.l", 0, -2), "JSON.ARRTRIM d $.l 0 -2"],
  [(c) => c.jsonObjkeys("d"), "JSON.OBJKEYS d $"],
  [(c) => c.jsonObjlen("d", "$.o"), "JSON.OBJLEN d $.o"],
  [(c) => c.jsonToggle("d", "$.b"), "JSON.TOGGLE d $.b"],
  [(c) => c.jsonResp("d"), "JSON.RESP d"],
  [(c) => c.jsonResp("d", "$.a"), "JSON.RESP d $.a"],
  [(c) => c.jsonDebugMemory("d", "$.a"), "JSON.DEBUG MEMORY d $.a"],
];

const timeSeries: readonly WireCase[] = [
  [(c) => c.tsAdd("t", "*", 1.5), "TS.ADD t * 1.5"],
  [
    (c) =>
      c.tsAdd("t", 1000, 1, {
        retention: 60,
        encoding: "uncompressed",
        chunkSize: 128,
        duplicatePolicy: "last",
        onDuplicate: "sum",
        ignore: { maxTimeDiff: 5, maxValDiff: 0.5 },
        labels: { room: "study", floor: 2 },
      }),
    "TS.ADD t 1000 1 RETENTION 60 ENCODING uncompressed CHUNK_SIZE 128 DUPLICATE_POLICY last IGNORE 5 0.5 " +
      "ON_DUPLICATE sum LABELS room study floor 2",
  ],
  [(c) => c.tsAlter("t", { retention: 5, labels: {} }), "TS.ALTER t RETENTION 5 LABELS"],
  [(c) => c.tsCreate("t"), "TS.CREATE t"],
  [
    (c) => c.tsCreate("t", { encoding: "compressed", labels: { a: "b" } }),
    "TS.CREATE t ENCODING compressed LABELS a b",
  ],
  [(c) => c.tsCreaterule("a", "b", "avg", 1000), "TS.CREATERULE a b AGGREGATION avg 1000"],
  [(c) => c.tsCreaterule("a", "b", "std.p", 1000, 5), "TS.CREATERULE a b AGGREGATION std.p 1000 5"],
  [(c) => c.tsDeleterule("a", "b"), "TS.DELETERULE a b"],
  [(c) => c.tsDecrby("t", 2), "TS.DECRBY t 2"],
  [
    (c) => c.tsIncrby("t", 2, { timestamp: 1000, chunkSize: 128, labels: { a: "b" } }),
    "TS.INCRBY t 2 TIMESTAMP 1000 CHUNK_SIZE 128 LABELS a b",
  ],
  [(c) => c.tsDel("t", 1, 2), "TS.DEL t 1 2"],
  [(c) => c.tsGet("t"), "TS.GET t"],
  [(c) => c.tsGet("t", { latest: true }), "TS.GET t LATEST"],
  [(c) => c.tsInfo("t"), "TS.INFO t"],
  [(c) => c.tsInfo("t", { debug: true }), "TS.INFO t DEBUG"],
  [
    (c) =>
      c.tsMadd([
        { key: "a", timestamp: 1, value: 2 },
        { key: "b", timestamp: "*", value: 3 },
      ]),
    "TS.MADD a 1 2 b * 3",
  ],
  [(c) => c.tsMget("a=b"), "TS.MGET FILTER a=b"],
  [
    (c) => c.tsMget(["a=b", "c!="], { latest: true, withLabels: true }),
    "TS.MGET LATEST WITHLABELS FILTER a=b c!=",
  ],
  [(c) => c.tsMget("a=b", { selectedLabels: ["x", "y"] }), "TS.MGET SELECTED_LABELS x y FILTER a=b"],
  [(c) => c.tsMrange("-", "+", "a=b"), "TS.MRANGE - + FILTER a=b"],
  [
    (c) =>
      c.tsMrange(1, 2, ["a=b", "c=d"], {
        latest: true,
        filterByTimestamp: [1, 2],
        filterByValue: { min: 0, max: 9.5 },
        withLabels: true,
        count: 10,
        aggregation: {
          aggregator: "twa",
          bucketDuration: 1000,
          align: "start",
          bucketTimestamp: "mid",
          empty: true,
        },
        groupBy: { label: "a", reduce: "max" },
      }),
    "TS.MRANGE 1 2 LATEST FILTER_BY_TS 1 2 FILTER_BY_VALUE 0 9.5 WITHLABELS COUNT 10 ALIGN start " +
      "AGGREGATION twa 1000 BUCKETTIMESTAMP mid EMPTY FILTER a=b c=d GROUPBY a REDUCE max",
  ],
  [
    (c) => c.tsMrevrange("-", "+", "a=b", { selectedLabels: ["x"] }),
    "TS.MREVRANGE - + SELECTED_LABELS x FILTER a=b",
  ],
  [(c) => c.tsQueryindex("a=b"), "TS.QUERYINDEX a=b"],
  [(c) => c.tsQueryindex(["a=b", "c="]), "TS.QUERYINDEX a=b c="],
  [(c) => c.tsRange("t", "-", "+"), "TS.RANGE t - +"],
  [
    (c) => c.tsRange("t", 1, "+", { count: 5, aggregation: { aggregator: "avg", bucketDuration: 10 } }),
    "TS.RANGE t 1 + COUNT 5 AGGREGATION avg 10",
  ],
  [(c) => c.tsRevrange("t", "-", 9, { latest: true }), "TS.REVRANGE t - 9 LATEST"],
];

const chunk = { iterator: 9, data: bytes("x") };

const filters: readonly WireCase[] = [
  [(c) => c.bfAdd("b", "x"), "BF.ADD b x"],
  [(c) => c.bfCard("b"), "BF.CARD b"],
  [(c) => c.bfExists("b", 1), "BF.EXISTS b 1"],
  [(c) => c.bfInfo("b"), "BF.INFO b"],
  [(c) => c.bfInsert("b", "x"), "BF.INSERT b ITEMS x"],
  [
    (c) => c.bfInsert("b", ["x", "y"], { capacity: 9, error: 0.01, expansion: 4, noCreate: true }),
    "BF.INSERT b CAPACITY 9 ERROR 0.01 EXPANSION 4 NOCREATE ITEMS x y",
  ],
  [(c) => c.bfInsert("b", "x", { nonScaling: true }), "BF.INSERT b NONSCALING ITEMS x"],
  [(c) => c.bfLoadchunk("b", chunk), "BF.LOADCHUNK b 9 x"],
  [(c) => c.bfMadd("b", "x", "y"), "BF.MADD b x y"],
  [(c) => c.bfMexists("b", ["x", "y"]), "BF.MEXISTS b x y"],
  [(c) => c.bfReserve("b", 0.01, 100), "BF.RESERVE b 0.01 100"],
  [(c) => c.bfReserve("b", 0.01, 100, { expansion: 2 }), "BF.RESERVE b 0.01 100 EXPANSION 2"],
  [(c) => c.bfReserve("b", 0.01, 100, { nonScaling: true }), "BF.RESERVE b 0.01 100 NONSCALING"],
  [(c) => c.bfScandump("b", 0), "BF.SCANDUMP b 0"],
  [(c) => c.cfAdd("f", "x"), "CF.ADD f x"],
  [(c) => c.cfAddnx("f", "x"), "CF.ADDNX f x"],
  [(c) => c.cfCount("f", "x"), "CF.COUNT f x"],
  [(c) => c.cfDel("f", "x"), "CF.DEL f x"],
  [(c) => c.cfExists("f", "x"), "CF.EXISTS f x"],
  [(c) => c.cfInfo("f"), "CF.INFO f"],
  [(c) => c.cfInsert("f", ["x", "y"]), "CF.INSERT f ITEMS x y"],
  [(c) => c.cfInsert("f", "x", { capacity: 9, noCreate: true }), "CF.INSERT f CAPACITY 9 NOCREATE ITEMS x"],
  [(c) => c.cfInsertnx("f", "x", { capacity: 9 }), "CF.INSERTNX f CAPACITY 9 ITEMS x"],
  [(c) => c.cfLoadchunk("f", chunk), "CF.LOADCHUNK f 9 x"],
  [(c) => c.cfMexists("f", "x", "y"), "CF.MEXISTS f x y"],
  [(c) => c.cfReserve("f", 100), "CF.RESERVE f 100"],
  [
    (c) => c.cfReserve("f", 100, { bucketSize: 4, maxIterations: 30, expansion: 2 }),
    "CF.RESERVE f 100 BUCKETSIZE 4 MAXITERATIONS 30 EXPANSION 2",
  ],
  [(c) => c.cfScandump("f", 9), "CF.SCANDUMP f 9"],
];

const sketches: readonly WireCase[] = [
  [(c) => c.cmsIncrby("m", { x: 1, y: 2 }), "CMS.INCRBY m x 1 y 2"],
  [(c) => c.cmsInfo("m"), "CMS.INFO m"],
  [(c) => c.cmsInitbydim("m", 2000, 5), "CMS.INITBYDIM m 2000 5"],
  [(c) => c.cmsInitbyprob("m", 0.001, 0.01), "CMS.INITBYPROB m 0.001 0.01"],
  [(c) => c.cmsMerge("d", "a"), "CMS.MERGE d 1 a"],
  [(c) => c.cmsMerge("d", ["a", "b"], { weights: [1, 2] }), "CMS.MERGE d 2 a b WEIGHTS 1 2"],
  [(c) => c.cmsQuery("m", "x", "y"), "CMS.QUERY m x y"],
  [(c) => c.topkAdd("k", "x", "y"), "TOPK.ADD k x y"],
  [(c) => c.topkCount("k", "x"), "TOPK.COUNT k x"],
  [(c) => c.topkIncrby("k", new Map([["x", 3]])), "TOPK.INCRBY k x 3"],
  [(c) => c.topkInfo("k"), "TOPK.INFO k"],
  [(c) => c.topkList("k"), "TOPK.LIST k"],
  [(c) => c.topkList("k", { withCount: true }), "TOPK.LIST k WITHCOUNT"],
  [(c) => c.topkQuery("k", "x", "y"), "TOPK.QUERY k x y"],
  [(c) => c.topkReserve("k", 50), "TOPK.RESERVE k 50"],
  [(c) => c.topkReserve("k", 50, { width: 2000, depth: 7, decay: 0.925 }), "TOPK.RESERVE k 50 2000 7 0.925"],
  [(c) => c.tdigestAdd("q", 1, 2.5), "TDIGEST.ADD q 1 2.5"],
  [(c) => c.tdigestByrank("q", 0, 1), "TDIGEST.BYRANK q 0 1"],
  [(c) => c.tdigestByrevrank("q", 0), "TDIGEST.BYREVRANK q 0"],
  [(c) => c.tdigestCdf("q", 1, 2), "TDIGEST.CDF q 1 2"],
  [(c) => c.tdigestCreate("q"), "TDIGEST.CREATE q"],
  [(c) => c.tdigestCreate("q", { compression: 200 }), "TDIGEST.CREATE q COMPRESSION 200"],
  [(c) => c.tdigestInfo("q"), "TDIGEST.INFO q"],
  [(c) => c.tdigestMax("q"), "TDIGEST.MAX q"],
  [(c) => c.tdigestMerge("d", "a"), "TDIGEST.MERGE d 1 a"],
  [
    (c) => c.tdigestMerge("d", ["a", "b"], { compression: 100, override: true }),
    "TDIGEST.MERGE d 2 a b COMPRESSION 100 OVERRIDE",
  ],
  [(c) => c.tdigestMin("q"), "TDIGEST.MIN q"],
  [(c) => c.tdigestQuantile("q", 0.5, 0.99), "TDIGEST.QUANTILE q 0.5 0.99"],
  [(c) => c.tdigestRank("q", 1, 2), "TDIGEST.RANK q 1 2"],
  [(c) => c.tdigestReset("q"), "TDIGEST.RESET q"],
  [(c) => c.tdigestRevrank("q", [1, 2]), "TDIGEST.REVRANK q 1 2"],
  [(c) => c.tdigestTrimmedMean("q", 0.1, 0.9), "TDIGEST.TRIMMED_MEAN q 0.1 0.9"],
];

/** Everything on modules. */
export const moduleCases: readonly WireCase[] = [
  ...json,
  ...timeSeries,
  ...filters,
  ...sketches,
  ...searchCases,
];
