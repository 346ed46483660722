/** What each method on the search module sends. */
import type { WireCase } from "./wire-cases.js";

const bytes = (text: string) => new TextEncoder().encode(text);

const indexes: readonly WireCase[] = [
  [(c) => c.ftAliasadd("a", "i"), "FT.ALIASADD a i"],
  [(c) => c.ftAliasdel("a"), "FT.ALIASDEL a"],
  [(c) => c.ftAliasupdate("a", "i"), "FT.ALIASUPDATE a i"],
  [(c) => c.ftAlter("i", { isbn: "tag" }), "FT.ALTER i SCHEMA ADD isbn TAG"],
  [
    (c) => c.ftAlter("i", { n: "numeric" }, { skipInitialScan: true }),
    "FT.ALTER i SKIPINITIALSCAN SCHEMA ADD n NUMERIC",
  ],
  [(c) => c.ftConfigGet("*"), "FT.CONFIG GET *"],
  [(c) => c.ftConfigSet("TIMEOUT", 42), "FT.CONFIG SET TIMEOUT 42"],
  [
    (c) => c.ftCreate("i", { t: "text", g: "geo", s: "geoshape" }),
    "FT.CREATE i SCHEMA t TEXT g GEO s GEOSHAPE",
  ],
  [
    (c) =>
      c.ftCreate(
        "i",
        { t: "text" },
        {
          on: "json",
          indexAll: true,
          prefix: ["a:", "b:"],
          filter: "@age>16",
          language: "german",
          languageField: "lang",
          score: 0.5,
          scoreField: "rank",
          payloadField: "p",
          maxTextFields: true,
          temporary: 60,
          noOffsets: true,
          noHl: true,
          noFields: true,
          noFreqs: true,
          stopWords: ["a", "the"],
          skipInitialScan: true,
        },
      ),
    "FT.CREATE i ON JSON INDEXALL ENABLE PREFIX 2 a: b: FILTER @age>16 LANGUAGE german LANGUAGE_FIELD lang " +
      "SCORE 0.5 SCORE_FIELD rank PAYLOAD_FIELD p MAXTEXTFIELDS TEMPORARY 60 NOOFFSETS NOHL NOFIELDS NOFREQS " +
      "STOPWORDS 2 a the SKIPINITIALSCAN SCHEMA t TEXT",
  ],
  [
    (c) => c.ftCreate("i", { t: "text" }, { prefix: "a:", stopWords: [], indexAll: false }),
    "FT.CREATE i INDEXALL DISABLE PREFIX 1 a: STOPWORDS 0 SCHEMA t TEXT",
  ],
  [
    (c) =>
      c.ftCreate("i", {
        "$.t": {
          type: "text",
          as: "t",
          noStem: true,
          weight: 5,
          phonetic: "dm:en",
          withSuffixTrie: true,
          indexEmpty: true,
          indexMissing: true,
          sortable: "unf",
          noIndex: true,
        },
        tags: { type: "tag", separator: ";", caseSensitive: true, withSuffixTrie: true, sortable: true },
        place: { type: "geoshape", coordinates: "flat" },
        year: { type: "numeric", sortable: true, indexMissing: true },
        at: { type: "geo", as: "where" },
      }),
    "FT.CREATE i SCHEMA $.t AS t TEXT NOSTEM WEIGHT 5 PHONETIC dm:en WITHSUFFIXTRIE INDEXEMPTY INDEXMISSING " +
      "SORTABLE UNF NOINDEX tags TAG SEPARATOR ; CASESENSITIVE WITHSUFFIXTRIE SORTABLE place GEOSHAPE FLAT " +
      "year NUMERIC INDEXMISSING SORTABLE at AS where GEO",
  ],
  [
    (c) =>
      c.ftCreate("i", {
        v: { type: "vector", algorithm: "flat", dataType: "float32", dimensions: 4, distance: "cosine" },
      }),
    "FT.CREATE i SCHEMA v VECTOR FLAT 6 TYPE FLOAT32 DIM 4 DISTANCE_METRIC COSINE",
  ],
  [
    (c) =>
      c.ftCreate("i", {
        v: {
          type: "vector",
          as: "w",
          algorithm: "hnsw",
          dataType: "float64",
          dimensions: 4,
          distance: "l2",
          attributes: { M: 40, EF_CONSTRUCTION: 250 },
        },
      }),
    "FT.CREATE i SCHEMA v AS w VECTOR HNSW 10 TYPE FLOAT64 DIM 4 DISTANCE_METRIC L2 M 40 EF_CONSTRUCTION 250",
  ],
  [(c) => c.ftDictadd("d", "a", "b"), "FT.DICTADD d a b"],
  [(c) => c.ftDictdel("d", ["a"]), "FT.DICTDEL d a"],
  [(c) => c.ftDictdump("d"), "FT.DICTDUMP d"],
  [(c) => c.ftDropindex("i"), "FT.DROPINDEX i"],
  [(c) => c.ftDropindex("i", { deleteDocuments: true }), "FT.DROPINDEX i DD"],
  [(c) => c.ftInfo("i"), "FT.INFO i"],
  [(c) => c.ftList(), "FT._LIST"],
  [(c) => c.ftSyndump("i"), "FT.SYNDUMP i"],
  [(c) => c.ftSynupdate("i", "g", "boy"), "FT.SYNUPDATE i g boy"],
  [
    (c) => c.ftSynupdate("i", "g", ["boy", "child"], { skipInitialScan: true }),
    "FT.SYNUPDATE i g SKIPINITIALSCAN boy child",
  ],
  [(c) => c.ftTagvals("i", "f"), "FT.TAGVALS i f"],
];

const queries: readonly WireCase[] = [
  [(c) => c.ftSearch("i", "*"), "FT.SEARCH i *"],
  [
    (c) =>
      c.ftSearch("i", "@t:x", {
        noContent: true,
        verbatim: true,
        noStopWords: true,
        withScores: true,
        withPayloads: true,
        withSortKeys: true,
        filter: { field: "n", min: "(1", max: "+inf" },
        geoFilter: [{ field: "g", longitude: 1, latitude: 2, radius: 3, unit: "km" }],
        inKeys: ["a", "b"],
        inFields: ["t"],
        return: ["t", { field: "$.n", as: "n" }],
        summarize: { fields: ["t"], frags: 2, length: 10, separator: "..." },
        highlight: { fields: ["t"], tags: ["<i>", "</i>"] },
        slop: 1,
        inOrder: true,
        language: "german",
        expander: "SBSTEM",
        scorer: "TFIDF",
        explainScore: true,
        payload: "p",
        sortBy: { field: "n", order: "desc" },
        limit: { offset: 0, count: 5 },
        timeout: 500,
        params: { a: 1, b: "x" },
        dialect: 2,
      }),
    "FT.SEARCH i @t:x NOCONTENT VERBATIM NOSTOPWORDS WITHSCORES WITHPAYLOADS WITHSORTKEYS FILTER n (1 +inf " +
      "GEOFILTER g 1 2 3 km INKEYS 2 a b INFIELDS 1 t RETURN 4 t $.n AS n " +
      "SUMMARIZE FIELDS 1 t FRAGS 2 LEN 10 SEPARATOR ... HIGHLIGHT FIELDS 1 t TAGS <i> </i> SLOP 1 INORDER " +
      "LANGUAGE german EXPANDER SBSTEM SCORER TFIDF EXPLAINSCORE PAYLOAD p SORTBY n DESC LIMIT 0 5 TIMEOUT 500 " +
      "PARAMS 4 a 1 b x DIALECT 2",
  ],
  [
    (c) =>
      c.ftSearch("i", "x", {
        return: [],
        summarize: true,
        highlight: true,
        sortBy: { field: "n" },
        filter: [
          { field: "n", min: 0, max: 1 },
          { field: "m", min: 2, max: 3 },
        ],
      }),
    "FT.SEARCH i x FILTER n 0 1 FILTER m 2 3 RETURN 0 SUMMARIZE HIGHLIGHT SORTBY n",
  ],
  [
    (c) =>
      c.ftSearch("i", "*=>[KNN 3 @v $vec]", {
        params: [["vec", bytes("aaaa")]],
        summarize: {},
        highlight: {},
        dialect: 2,
      }),
    "FT.SEARCH i *=>[KNN 3 @v $vec] SUMMARIZE HIGHLIGHT PARAMS 2 vec aaaa DIALECT 2",
  ],
  [(c) => c.ftExplain("i", "x"), "FT.EXPLAIN i x"],
  [(c) => c.ftExplain("i", "x", { dialect: 2 }), "FT.EXPLAIN i x DIALECT 2"],
  [(c) => c.ftExplaincli("i", "x", { dialect: 2 }), "FT.EXPLAINCLI i x DIALECT 2"],
  [(c) => c.ftProfileSearch("i", "x"), "FT.PROFILE i SEARCH QUERY x"],
  [
    (c) => c.ftProfileSearch("i", "x", { noContent: true }, { limited: true }),
    "FT.PROFILE i SEARCH LIMITED QUERY x NOCONTENT",
  ],
  [(c) => c.ftSpellcheck("i", "x"), "FT.SPELLCHECK i x"],
  [
    (c) => c.ftSpellcheck("i", "x", { distance: 2, include: ["d", "e"], exclude: "f", dialect: 2 }),
    "FT.SPELLCHECK i x DISTANCE 2 TERMS INCLUDE d TERMS INCLUDE e TERMS EXCLUDE f DIALECT 2",
  ],
  [(c) => c.ftSugadd("s", "hello", 1), "FT.SUGADD s hello 1"],
  [(c) => c.ftSugadd("s", "hello", 1, { incr: true, payload: "p" }), "FT.SUGADD s hello 1 INCR PAYLOAD p"],
  [(c) => c.ftSugdel("s", "hello"), "FT.SUGDEL s hello"],
  [(c) => c.ftSugget("s", "he"), "FT.SUGGET s he"],
  [
    (c) => c.ftSugget("s", "he", { fuzzy: true, withScores: true, withPayloads: true, max: 3 }),
    "FT.SUGGET s he FUZZY WITHSCORES WITHPAYLOADS MAX 3",
  ],
  [(c) => c.ftSuglen("s"), "FT.SUGLEN s"],
];

const aggregations: readonly WireCase[] = [
  [(c) => c.ftAggregate("i", "*"), "FT.AGGREGATE i *"],
  [
    (c) =>
      c.ftAggregate("i", "@t:x", {
        verbatim: true,
        scorer: "BM25STD",
        addScores: true,
        load: ["@a", { field: "$.b", as: "b" }],
        steps: [
          { apply: "sqrt(@a)", as: "r" },
          { groupBy: ["@b", "@c"], reduce: { function: "count", as: "n" } },
          {
            groupBy: "@b",
            reduce: [
              { function: "sum", args: ["@n"] },
              { function: "quantile", args: ["@n", 0.5], as: "q" },
            ],
          },
          { groupBy: [] },
          { filter: "@n > 1" },
          { sortBy: "@n" },
          { sortBy: [{ property: "@n", order: "desc" }, "@b"], max: 10 },
          { limit: { offset: 0, count: 5 } },
        ],
        timeout: 100,
        params: { p: 1 },
        dialect: 4,
      }),
    "FT.AGGREGATE i @t:x VERBATIM SCORER BM25STD ADDSCORES LOAD 4 @a $.b AS b APPLY sqrt(@a) AS r " +
      "GROUPBY 2 @b @c REDUCE COUNT 0 AS n GROUPBY 1 @b REDUCE SUM 1 @n REDUCE QUANTILE 2 @n 0.5 AS q GROUPBY 0 " +
      "FILTER @n > 1 SORTBY 1 @n SORTBY 3 @n DESC @b MAX 10 LIMIT 0 5 TIMEOUT 100 PARAMS 2 p 1 DIALECT 4",
  ],
  [
    (c) => c.ftAggregate("i", "*", { load: "*", cursor: { count: 100, maxIdle: 5000 } }),
    "FT.AGGREGATE i * LOAD * WITHCURSOR COUNT 100 MAXIDLE 5000",
  ],
  [(c) => c.ftAggregate("i", "*", { cursor: {} }), "FT.AGGREGATE i * WITHCURSOR"],
  [
    (c) => c.ftAggregate("i", "*", { steps: [{ sortBy: { property: "@n", order: "asc" } }] }),
    "FT.AGGREGATE i * SORTBY 2 @n ASC",
  ],
  [(c) => c.ftCursorDel("i", "42"), "FT.CURSOR DEL i 42"],
  [(c) => c.ftCursorRead("i", "42"), "FT.CURSOR READ i 42"],
  [(c) => c.ftCursorRead("i", "42", { count: 10 }), "FT.CURSOR READ i 42 COUNT 10"],
  [
    (c) => c.ftProfileAggregate("i", "*", { load: "*" }, { limited: true }),
    "FT.PROFILE i AGGREGATE LIMITED QUERY * LOAD *",
  ],
  [(c) => c.ftProfileAggregate("i", "*"), "FT.PROFILE i AGGREGATE QUERY *"],
  [
    (c) => c.ftHybrid("i", { search: { query: "laptop" }, vsim: { field: "@v", vector: "$vec" } }),
    "FT.HYBRID i SEARCH laptop VSIM @v $vec",
  ],
  [
    (c) =>
      c.ftHybrid("i", {
        search: { query: "laptop", scorer: "TFIDF", yieldScoreAs: "text" },
        vsim: {
          field: "@v",
          vector: "$vec",
          knn: { k: 20, efRuntime: 200 },
          filter: "@price:[1 5]",
          yieldScoreAs: "near",
        },
        combine: { method: "rrf", constant: 80, window: 50, yieldScoreAs: "score" },
        load: ["@title"],
        steps: [{ sortBy: "@score" }, { limit: { offset: 0, count: 20 } }],
        params: [["vec", bytes("aaaa")]],
        timeout: 100,
      }),
    "FT.HYBRID i SEARCH laptop SCORER TFIDF YIELD_SCORE_AS text VSIM @v $vec KNN 4 K 20 EF_RUNTIME 200 " +
      "FILTER @price:[1 5] YIELD_SCORE_AS near COMBINE RRF 6 CONSTANT 80 WINDOW 50 YIELD_SCORE_AS score " +
      "LOAD 1 @title SORTBY 1 @score LIMIT 0 20 TIMEOUT 100 PARAMS 2 vec aaaa",
  ],
  [
    (c) =>
      c.ftHybrid("i", {
        search: { query: "laptop" },
        vsim: { field: "@v", vector: "$vec", range: { radius: 0.8, epsilon: 0.1 } },
        combine: { method: "linear", alpha: 0.7, beta: 0.3 },
        load: "*",
        noSort: true,
      }),
    "FT.HYBRID i SEARCH laptop VSIM @v $vec RANGE 4 RADIUS 0.8 EPSILON 0.1 COMBINE LINEAR 4 ALPHA 0.7 BETA 0.3 " +
      "LOAD * NOSORT",
  ],
];

/** Everything on the search module. */
export const searchCases: readonly WireCase[] = [...indexes, ...queries, ...aggregations];
