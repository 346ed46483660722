/** Queries of the search module that find documents. Need Redis 8.0 or the search module. */
import type { RawReply } from "../protocol/parser.js";
import { RespMap } from "../protocol/parser.js";
import { type Arg, CommandSet, type Key, type OneOrMore, pushAll, pushCounted, type Value } from "./base.js";
import type { Mode, Reply, Text } from "./mode.js";
import { type Decode, double, flatPairs, record, status, texts } from "./replies.js";
import {
  type LoadedField,
  pushLimit,
  pushLoaded,
  pushQueryOptions,
  pushWithLength,
  type QueryOptions,
  type SearchLimit,
} from "./search-options.js";
import { profiled, type SearchResult, searchResult } from "./search-replies.js";

/** Show only the parts of fields in which something was found. */
export interface Summarize {
  /** All fields unless you say so. */
  fields?: readonly string[];
  /** How many parts (3 unless you say so). */
  frags?: number;
  /** Words of a part (20 unless you say so). */
  length?: number;
  /** What stands between parts (`... ` unless you say so). */
  separator?: string;
}

/** Mark what was found. */
export interface Highlight {
  /** All fields unless you say so. */
  fields?: readonly string[];
  /** What stands before and behind (`<b>` and `</b>` unless you say so). */
  tags?: readonly [open: string, close: string];
}

/** Options of {@link SearchQueryCommands.ftSearch}. */
export interface FtSearchOptions extends QueryOptions {
  /** Reply with keys alone. */
  noContent?: boolean;
  /** Do not look for other forms of words. */
  verbatim?: boolean;
  /** Look for stop words too. */
  noStopWords?: boolean;
  withScores?: boolean;
  /** Out of use since version 2.0 of the module. */
  withPayloads?: boolean;
  withSortKeys?: boolean;
  /** Only documents with numbers in a range; the query itself can say so since version 2.10. */
  filter?: OneOrMore<{ field: string; min: Value; max: Value }>;
  /** Only documents near a point; the query itself can say so since version 2.6. */
  geoFilter?: OneOrMore<{
    field: string;
    longitude: number;
    latitude: number;
    radius: number;
    unit: "m" | "km" | "mi" | "ft";
  }>;
  /** Only these keys. */
  inKeys?: readonly Key[];
  /** Look in these fields only. */
  inFields?: readonly string[];
  /** Reply with these fields or JSONPaths only. */
  return?: readonly LoadedField[];
  summarize?: Summarize | true;
  highlight?: Highlight | true;
  /** How many other words may stand between those of the query. */
  slop?: number;
  /** The words must stand in the order of the query. */
  inOrder?: boolean;
  language?: string;
  /** What looks for other forms of words. */
  expander?: string;
  /** How documents are scored, such as `BM25STD` or `TFIDF`. */
  scorer?: string;
  /** Say how scores came about; needs `withScores`. */
  explainScore?: boolean;
  /** Bytes for a scorer of one's own. */
  payload?: Value;
  /** Instead of by score. */
  sortBy?: { field: string; order?: "asc" | "desc" };
  /** 10 documents unless you say so. */
  limit?: SearchLimit;
}

/** A word of a query that no document holds, and words that it may have meant. */
export interface Misspelling<T = string> {
  term: T;
  suggestions: {
    suggestion: T;
    /** The share of documents that hold it; 0 for one of a dictionary. */
    score: number;
  }[];
}

/** Options of {@link SearchQueryCommands.ftSpellcheck}. */
export interface FtSpellcheckOptions {
  /** Greatest distance by Levenshtein, 1 to 4 (1 unless you say so). */
  distance?: number;
  /** Dictionaries of words that are suggested too. */
  include?: OneOrMore<string>;
  /** Dictionaries of words that are never suggested. */
  exclude?: OneOrMore<string>;
  dialect?: number;
}

/** A result, and where the time went; the profile has the shape of the server's protocol and version. */
export interface Profiled<T> {
  result: T;
  profile: unknown;
}

/** RESP2: `TERM`, the word, pairs of score and suggestion. RESP3: maps in a map. */
const misspellings: Decode<never> = (reply) => {
  if (!(reply instanceof RespMap)) {
    return (reply as [RawReply, RawReply, RawReply[][]][]).map(([, term, pairs]) => ({
      term,
      suggestions: pairs.map(([score, suggestion]) => ({ suggestion, score: double(score) })),
    })) as never;
  }
  const flat = flatPairs((record(reply) as Record<string, RawReply>).results);
  const out: Misspelling<RawReply>[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    const suggestions = (flat[i + 1] as RawReply[]).map((one) => {
      const [suggestion, score] = flatPairs(one);
      return { suggestion, score: double(score) };
    });
    out.push({ term: flat[i], suggestions });
  }
  return out as never;
};

/** Queries that find documents. */
export abstract class SearchQueryCommands<M extends Mode> extends CommandSet<M> {
  /**
   * How the server understands a query, as text with indentation.
   * @see https://redis.io/docs/latest/commands/ft.explain/
   */
  ftExplain(index: string, query: string, options?: { dialect?: number }): Reply<M, string> {
    return this.run<string>("FT.EXPLAIN", explainArgs(index, query, options), status);
  }

  /**
   * The same, line by line.
   * @see https://redis.io/docs/latest/commands/ft.explaincli/
   */
  ftExplaincli(index: string, query: string, options?: { dialect?: number }): Reply<M, string[]> {
    return this.run("FT.EXPLAINCLI", explainArgs(index, query, options), texts);
  }

  /**
   * Search, and find out where the time goes.
   * @param profile `limited`: say less of iterators
   * @see https://redis.io/docs/latest/commands/ft.profile/
   */
  ftProfileSearch(
    index: string,
    query: string,
    options?: FtSearchOptions,
    profile?: { limited?: boolean },
  ): Reply<M, Profiled<SearchResult<Text<M>>>> {
    const args: Arg[] = [index, "SEARCH"];
    if (profile?.limited) args.push("LIMITED");
    args.push("QUERY", query);
    if (options) pushSearch(args, options);
    return this.run<Profiled<SearchResult<Text<M>>>>("FT.PROFILE", args, profiled(decoderOf(options)));
  }

  /**
   * Find documents.
   * @example
   * ```ts
   * await redis.ftSearch("books", "@title:wizard @year:[1990 +inf]", {
   *   return: ["title"],
   *   sortBy: { field: "year", order: "desc" },
   *   limit: { offset: 0, count: 5 },
   * }); // { total: 2, documents: [{ id: "book:7", fields: { title: "The Wizard" } }, ...] }
   *
   * await redis.ftSearch("books", "*=>[KNN 3 @mood $vector AS distance]", {
   *   params: [["vector", new Uint8Array(new Float32Array([1, 0, 0, 2]).buffer)]],
   *   dialect: 2,
   * });
   * ```
   * @see https://redis.io/docs/latest/commands/ft.search/
   */
  ftSearch(index: string, query: string, options?: FtSearchOptions): Reply<M, SearchResult<Text<M>>> {
    const args: Arg[] = [index, query];
    if (options) pushSearch(args, options);
    return this.run<SearchResult<Text<M>>>("FT.SEARCH", args, decoderOf(options));
  }

  /**
   * What the words of a query may have meant that no document holds.
   * @example
   * ```ts
   * await redis.ftSpellcheck("books", "wizrad", { distance: 2 });
   * // [{ term: "wizrad", suggestions: [{ suggestion: "wizard", score: 0.1 }] }]
   * ```
   * @see https://redis.io/docs/latest/commands/ft.spellcheck/
   */
  ftSpellcheck(
    index: string,
    query: string,
    options?: FtSpellcheckOptions,
  ): Reply<M, Misspelling<Text<M>>[]> {
    const args: Arg[] = [index, query];
    if (options?.distance !== undefined) args.push("DISTANCE", options.distance);
    pushTerms(args, "INCLUDE", options?.include);
    pushTerms(args, "EXCLUDE", options?.exclude);
    if (options?.dialect !== undefined) args.push("DIALECT", options.dialect);
    return this.run<Misspelling<Text<M>>[]>("FT.SPELLCHECK", args, misspellings);
  }
}

function explainArgs(index: string, query: string, options: { dialect?: number } | undefined): Arg[] {
  return options?.dialect === undefined ? [index, query] : [index, query, "DIALECT", options.dialect];
}

/** One TERMS for each dictionary: what follows the name would be taken for words. */
function pushTerms(args: Arg[], mode: string, dictionaries: OneOrMore<string> | undefined): void {
  if (dictionaries === undefined) return;
  for (const name of typeof dictionaries === "string" ? [dictionaries] : dictionaries) {
    args.push("TERMS", mode, name);
  }
}

/** `return: []` is another way to say `noContent`. */
function decoderOf(options: FtSearchOptions = {}): Decode<never> {
  const { withScores, withPayloads, withSortKeys, noContent } = options;
  return searchResult({
    withScores,
    withPayloads,
    withSortKeys,
    fields: !noContent && options.return?.length !== 0,
  });
}

function pushSearch(args: Arg[], options: FtSearchOptions): void {
  if (options.noContent) args.push("NOCONTENT");
  if (options.verbatim) args.push("VERBATIM");
  if (options.noStopWords) args.push("NOSTOPWORDS");
  if (options.withScores) args.push("WITHSCORES");
  if (options.withPayloads) args.push("WITHPAYLOADS");
  if (options.withSortKeys) args.push("WITHSORTKEYS");
  for (const { field, min, max } of inList(options.filter)) args.push("FILTER", field, min, max);
  for (const { field, longitude, latitude, radius, unit } of inList(options.geoFilter)) {
    args.push("GEOFILTER", field, longitude, latitude, radius, unit);
  }
  pushNamed(args, "INKEYS", options.inKeys);
  pushNamed(args, "INFIELDS", options.inFields);
  const fields = options.return;
  if (fields !== undefined) pushWithLength(args, "RETURN", (words) => pushLoaded(words, fields));
  if (options.summarize) pushSummarize(args, options.summarize);
  if (options.highlight) pushHighlight(args, options.highlight);
  if (options.slop !== undefined) args.push("SLOP", options.slop);
  if (options.inOrder) args.push("INORDER");
  if (options.language !== undefined) args.push("LANGUAGE", options.language);
  if (options.expander !== undefined) args.push("EXPANDER", options.expander);
  if (options.scorer !== undefined) args.push("SCORER", options.scorer);
  if (options.explainScore) args.push("EXPLAINSCORE");
  if (options.payload !== undefined) args.push("PAYLOAD", options.payload);
  if (options.sortBy !== undefined) {
    args.push("SORTBY", options.sortBy.field);
    if (options.sortBy.order !== undefined) args.push(options.sortBy.order.toUpperCase());
  }
  pushLimit(args, options.limit);
  pushQueryOptions(args, options);
}

function inList<T extends object>(one: OneOrMore<T> | undefined): readonly T[] {
  if (one === undefined) return [];
  return Array.isArray(one) ? one : [one as T];
}

function pushNamed(args: Arg[], name: string, words: readonly Arg[] | undefined): void {
  if (words === undefined) return;
  args.push(name);
  pushCounted(args, words);
}

function pushSummarize(args: Arg[], summarize: Summarize | true): void {
  args.push("SUMMARIZE");
  if (summarize === true) return;
  pushNamed(args, "FIELDS", summarize.fields);
  if (summarize.frags !== undefined) args.push("FRAGS", summarize.frags);
  if (summarize.length !== undefined) args.push("LEN", summarize.length);
  if (summarize.separator !== undefined) args.push("SEPARATOR", summarize.separator);
}

function pushHighlight(args: Arg[], highlight: Highlight | true): void {
  args.push("HIGHLIGHT");
  if (highlight === true) return;
  pushNamed(args, "FIELDS", highlight.fields);
  if (highlight.tags !== undefined) {
    args.push("TAGS");
    pushAll(args, highlight.tags);
  }
}
