/** Replies of the search module, after the examples of its documentation and its tests. */
import type { ReplyCase } from "./reply-cases.js";
import { array, bulk, bulks, double, int, map, nil, set, simple } from "./reply-notation.js";

/** RESP3's frame around results. */
const results = (total: number, ...documents: string[]) =>
  map(
    ...[bulk("attributes"), array(), bulk("warning"), array(), bulk("total_results"), int(total)],
    ...[bulk("format"), bulk("STRING"), bulk("results"), array(...documents)],
  );
const values = [bulk("values"), array()];

/** Searches, aggregations, indexes and suggestions. */
export const searchReplyCases: readonly ReplyCase[] = [
  {
    title: "FT.SEARCH",
    call: (c) => c.ftSearch("i", "*"),
    resp2: array(int(2), bulk("doc2"), bulks("f1", "3", "f2", "2"), bulk("doc1"), bulk(null)),
    resp3: results(
      2,
      map(
        bulk("id"),
        bulk("doc2"),
        bulk("extra_attributes"),
        map(...["f1", "3", "f2", "2"].map(bulk)),
        ...values,
      ),
      map(bulk("id"), bulk("doc1"), bulk("extra_attributes"), nil, ...values),
    ),
    value: (t) => ({
      total: 2,
      documents: [
        { id: t("doc2"), fields: { f1: t("3"), f2: t("2") } },
        { id: t("doc1"), fields: {} },
      ],
    }),
  },
  {
    title: "FT.SEARCH NOCONTENT",
    call: (c) => c.ftSearch("i", "*", { noContent: true }),
    resp2: array(int(7), bulk("doc2"), bulk("doc1")),
    resp3: results(7, map(bulk("id"), bulk("doc2"), ...values), map(bulk("id"), bulk("doc1"), ...values)),
    value: (t) => ({
      total: 7,
      documents: [
        { id: t("doc2"), fields: {} },
        { id: t("doc1"), fields: {} },
      ],
    }),
  },
  {
    title: "FT.SEARCH with everything",
    call: (c) =>
      c.ftSearch("i", "*", { withScores: true, explainScore: true, withPayloads: true, withSortKeys: true }),
    resp2: array(
      int(1),
      bulk("doc2"),
      array(bulk("0.5"), array(bulk("Final TFIDF"), bulks("(TFIDF 1.00)"))),
      bulk(null),
      bulk("$3"),
      bulks("f1", "3"),
    ),
    resp3: results(
      1,
      map(
        ...[bulk("id"), bulk("doc2"), bulk("score")],
        array(double(0.5), array(bulk("Final TFIDF"), bulks("(TFIDF 1.00)"))),
        ...[bulk("payload"), nil, bulk("sortkey"), bulk("$3")],
        ...[bulk("extra_attributes"), map(bulk("f1"), bulk("3")), ...values],
      ),
    ),
    value: (t) => ({
      total: 1,
      documents: [
        {
          id: t("doc2"),
          fields: { f1: t("3") },
          score: 0.5,
          explanation: [t("Final TFIDF"), [t("(TFIDF 1.00)")]],
          payload: null,
          sortKey: t("$3"),
        },
      ],
    }),
  },
  {
    title: "FT.PROFILE SEARCH",
    call: (c) =>
      (c.ftProfileSearch("i", "*", { noContent: true }) as { result: unknown } | undefined)?.result,
    resp2: array(array(int(1), bulk("1")), array(bulks("Total profile time", "0.5"))),
    resp3: map(
      bulk("Results"),
      results(1, map(...values, bulk("id"), bulk("1"))),
      bulk("Profile"),
      map(bulk("Shards"), array()),
    ),
    value: (t) => ({ total: 1, documents: [{ id: t("1"), fields: {} }] }),
  },
  {
    title: "FT.AGGREGATE",
    call: (c) => c.ftAggregate("i", "*"),
    resp2: array(int(2), array(bulk("city"), bulk("Oslo"), bulk("years"), bulks("1990", "1991")), array()),
    resp3: results(
      2,
      map(
        bulk("extra_attributes"),
        map(bulk("city"), bulk("Oslo"), bulk("years"), bulks("1990", "1991")),
        ...values,
      ),
      map(bulk("extra_attributes"), map(), ...values),
    ),
    value: (t) => ({ total: 2, rows: [{ city: t("Oslo"), years: [t("1990"), t("1991")] }, {}] }),
  },
  {
    title: "FT.AGGREGATE WITHCURSOR and FT.CURSOR READ",
    call: (c) => [c.ftAggregate("i", "*", { cursor: { count: 1 } }), c.ftCursorRead("i", "42")],
    resp2: array(array(int(1), bulks("f1", "3")), int(42)),
    resp3: array(results(1, map(bulk("extra_attributes"), map(bulk("f1"), bulk("3")), ...values)), int(42)),
    value: (t) => {
      const page = { total: 1, rows: [{ f1: t("3") }], cursor: "42" };
      return [page, page];
    },
  },
  {
    title: "FT.HYBRID",
    call: (c) => c.ftHybrid("i", { search: { query: "x" }, vsim: { field: "@v", vector: "$v" } }),
    resp2: array(
      ...[bulk("total_results"), int(3), bulk("results"), array(bulks("__key", "item:1", "__score", "0.5"))],
      ...[bulk("warnings"), bulks("Timeout limit was reached"), bulk("execution_time"), bulk("0.25")],
    ),
    resp3: map(
      ...[bulk("total_results"), int(3), bulk("results")],
      array(map(...["__key", "item:1", "__score", "0.5"].map(bulk))),
      ...[bulk("warnings"), bulks("Timeout limit was reached"), bulk("execution_time"), double(0.25)],
    ),
    value: (t) => ({
      total: 3,
      rows: [{ __key: t("item:1"), __score: t("0.5") }],
      warnings: ["Timeout limit was reached"],
      executionTime: 0.25,
    }),
  },
  {
    title: "FT.SPELLCHECK",
    call: (c) => c.ftSpellcheck("i", "tooni"),
    resp2: array(array(bulk("TERM"), bulk("tooni"), array(bulks("0.5", "toonie"), bulks("0", "Toonif")))),
    resp3: map(
      bulk("results"),
      map(bulk("tooni"), array(map(bulk("toonie"), double(0.5)), map(bulk("Toonif"), double(0)))),
    ),
    value: (t) => [
      {
        term: t("tooni"),
        suggestions: [
          { suggestion: t("toonie"), score: 0.5 },
          { suggestion: t("Toonif"), score: 0 },
        ],
      },
    ],
  },
  {
    title: "FT.SYNDUMP",
    call: (c) => c.ftSyndump("i"),
    resp2: array(bulk("boy"), bulks("g1"), bulk("child"), bulks("g1", "g2")),
    resp3: map(bulk("boy"), bulks("g1"), bulk("child"), bulks("g1", "g2")),
    value: () => ({ boy: ["g1"], child: ["g1", "g2"] }),
  },
  {
    title: "FT.CONFIG GET",
    call: (c) => c.ftConfigGet("*"),
    resp2: array(bulks("TIMEOUT", "501"), bulks("EXTLOAD", null)),
    resp3: map(bulk("TIMEOUT"), bulk("501"), bulk("EXTLOAD"), nil),
    value: () => ({ TIMEOUT: "501", EXTLOAD: null }),
  },
  {
    title: "FT._LIST",
    call: (c) => c.ftList(),
    resp2: bulks("a", "b"),
    resp3: set(bulk("a"), bulk("b")),
    value: () => ["a", "b"],
  },
  {
    title: "FT.INFO",
    call: (c) => c.ftInfo("i"),
    resp2: array(
      ...[simple("index_name"), simple("i"), simple("index_options"), array(simple("NOFREQS"))],
      simple("index_definition"),
      array(
        ...["key_type", "HASH"].map(simple),
        simple("prefixes"),
        bulks("doc"),
        simple("default_score"),
        bulk("1"),
      ),
      simple("attributes"),
      array(
        array(
          ...["identifier", "f1", "attribute", "t", "type", "TEXT", "WEIGHT"].map(simple),
          bulk("1"),
          simple("SORTABLE"),
        ),
      ),
      ...[simple("num_docs"), bulk("3"), simple("indexing"), bulk("0"), simple("percent_indexed"), bulk("1")],
      ...[simple("num_terms"), bulk("4"), simple("gc_stats"), array(simple("bytes_collected"), bulk("0"))],
    ),
    resp3: map(
      ...[simple("index_name"), simple("i"), simple("index_options"), array(simple("NOFREQS"))],
      simple("index_definition"),
      map(
        ...["key_type", "HASH"].map(simple),
        simple("prefixes"),
        bulks("doc"),
        simple("default_score"),
        double(1),
      ),
      simple("attributes"),
      array(
        map(
          ...["identifier", "f1", "attribute", "t", "type", "TEXT", "WEIGHT"].map(simple),
          double(1),
          simple("flags"),
          array(simple("SORTABLE")),
        ),
      ),
      ...[simple("num_docs"), int(3), simple("indexing"), int(0), simple("percent_indexed"), double(1)],
      ...[simple("num_terms"), int(4), simple("gc_stats"), map(simple("bytes_collected"), int(0))],
    ),
    value: () => ({
      indexName: "i",
      indexOptions: ["NOFREQS"],
      definition: { keyType: "HASH", prefixes: ["doc"], defaultScore: 1 },
      fields: [
        { identifier: "f1", attribute: "t", type: "TEXT", flags: ["SORTABLE"], options: { WEIGHT: "1" } },
      ],
      numDocs: 3,
      indexing: false,
      percentIndexed: 1,
      statistics: { numTerms: 4 },
    }),
  },
  {
    title: "FT.SUGGET",
    call: (c) => c.ftSugget("s", "he", { withScores: true, withPayloads: true }),
    resp2: bulks("hello", "0.5", "p", "help", "0.25", null),
    resp3: array(bulk("hello"), double(0.5), bulk("p"), bulk("help"), double(0.25), nil),
    value: (t) => [
      { suggestion: t("hello"), score: 0.5, payload: t("p") },
      { suggestion: t("help"), score: 0.25, payload: null },
    ],
  },
  {
    title: "FT.SUGGET of no key",
    call: (c) => c.ftSugget("s", "he"),
    resp2: array(),
    resp3: nil,
    value: () => [],
  },
];
