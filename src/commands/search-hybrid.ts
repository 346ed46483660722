/** Queries that join a search for words with one for vectors. Need Redis 8.4. */
import type { RawReply } from "../protocol/parser.js";
import { RespMap } from "../protocol/parser.js";
import { type Arg, CommandSet } from "./base.js";
import type { Mode, Reply, Text } from "./mode.js";
import { type Decode, double, number, record, texts } from "./replies.js";
import { pushLoad } from "./search-aggregations.js";
import { type LoadedField, pushQueryOptions, pushWithLength, type QueryOptions } from "./search-options.js";
import type { AggregateRow } from "./search-replies.js";
import { type AggregateStep, pushSteps } from "./search-steps.js";

/** The search for words. */
export interface HybridSearch {
  /** As `ftSearch` takes it. */
  query: string;
  /** How documents are scored, such as `BM25STD`. */
  scorer?: string;
  /** Name under which the steps see the score. */
  yieldScoreAs?: string;
}

/** The search for vectors. */
export interface HybridVectorSearch {
  /** Field with `@`. */
  field: string;
  /** Name of the parameter that holds the vector, with `$`. */
  vector: string;
  /** The nearest so many (10 unless you say so). */
  knn?: { k: number; efRuntime?: number };
  /** All within a distance. */
  range?: { radius: number; epsilon?: number };
  /** Only documents that this query finds. */
  filter?: string;
  /** Name under which the steps see the score. */
  yieldScoreAs?: string;
}

/** How the two scores become one: by the ranks (`rrf`), or as a sum with weights. */
export type HybridCombination =
  | { method: "rrf"; constant?: number; window?: number; yieldScoreAs?: string }
  | { method: "linear"; alpha?: number; beta?: number; window?: number; yieldScoreAs?: string };

/** What {@link SearchHybridCommands.ftHybrid} asks for. */
export interface HybridQuery extends Omit<QueryOptions, "dialect"> {
  search: HybridSearch;
  vsim: HybridVectorSearch;
  combine?: HybridCombination;
  /** Fields to load from the documents; `*`: all. The key and the score come without. */
  load?: "*" | readonly LoadedField[];
  /** What to do with the documents then, in this order. */
  steps?: readonly AggregateStep[];
  /** Do not sort by score. */
  noSort?: boolean;
}

/** Reply of {@link SearchHybridCommands.ftHybrid}. */
export interface HybridResult<T = string> {
  total: number;
  /** What was loaded, of each document; `__key` and `__score` where nothing else was asked for. */
  rows: AggregateRow<T>[];
  /** Why the result may not be all, such as a time that was up. */
  warnings: string[];
  /** Milliseconds. */
  executionTime: number;
}

/** A row as a map, or as a map under `extra_attributes`. */
function rowOf(reply: RawReply): Record<string, RawReply> {
  const row = record(reply) as Record<string, RawReply>;
  const inner = row.extra_attributes;
  return inner instanceof RespMap || Array.isArray(inner) ? (record(inner) as Record<string, RawReply>) : row;
}

const hybridResult: Decode<never> = (reply) => {
  const raw = record(reply) as Record<string, RawReply>;
  return {
    total: number(raw.total_results),
    rows: ((raw.results ?? []) as RawReply[]).map(rowOf),
    warnings: texts(raw.warnings ?? raw.warning ?? []),
    executionTime: double(raw.execution_time ?? 0),
  } as never;
};

/** Queries for words and vectors. */
export abstract class SearchHybridCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Find documents by words and by a vector at once.
   * @example
   * ```ts
   * await redis.ftHybrid("shop", {
   *   search: { query: "laptop" },
   *   vsim: { field: "@description", vector: "$vector", knn: { k: 10 } },
   *   combine: { method: "linear", alpha: 0.7, beta: 0.3 },
   *   load: ["@title"],
   *   params: [["vector", bytes]],
   * }); // { total: 2, rows: [{ title: "..." }, ...], warnings: [], executionTime: 0.4 }
   * ```
   * @see https://redis.io/docs/latest/commands/ft.hybrid/
   */
  ftHybrid(index: string, query: HybridQuery): Reply<M, HybridResult<Text<M>>> {
    const args: Arg[] = [index];
    pushSearchClause(args, query.search);
    pushVectorClause(args, query.vsim);
    if (query.combine !== undefined) pushCombine(args, query.combine);
    pushLoad(args, query.load);
    if (query.steps !== undefined) pushSteps(args, query.steps);
    if (query.noSort) args.push("NOSORT");
    pushQueryOptions(args, query);
    return this.run<HybridResult<Text<M>>>("FT.HYBRID", args, hybridResult);
  }
}

function pushYield(args: Arg[], name: string | undefined): void {
  if (name !== undefined) args.push("YIELD_SCORE_AS", name);
}

function pushSearchClause(args: Arg[], { query, scorer, yieldScoreAs }: HybridSearch): void {
  args.push("SEARCH", query);
  if (scorer !== undefined) args.push("SCORER", scorer);
  pushYield(args, yieldScoreAs);
}

function pushVectorClause(
  args: Arg[],
  { field, vector, knn, range, filter, yieldScoreAs }: HybridVectorSearch,
): void {
  args.push("VSIM", field, vector);
  if (knn !== undefined) {
    pushWithLength(args, "KNN", (words) => {
      words.push("K", knn.k);
      if (knn.efRuntime !== undefined) words.push("EF_RUNTIME", knn.efRuntime);
    });
  }
  if (range !== undefined) {
    pushWithLength(args, "RANGE", (words) => {
      words.push("RADIUS", range.radius);
      if (range.epsilon !== undefined) words.push("EPSILON", range.epsilon);
    });
  }
  if (filter !== undefined) args.push("FILTER", filter);
  pushYield(args, yieldScoreAs);
}

/** Here the count covers YIELD_SCORE_AS too. */
function pushCombine(args: Arg[], combine: HybridCombination): void {
  args.push("COMBINE");
  pushWithLength(args, combine.method.toUpperCase(), (words) => {
    if (combine.method === "rrf") {
      if (combine.constant !== undefined) words.push("CONSTANT", combine.constant);
    } else {
      if (combine.alpha !== undefined) words.push("ALPHA", combine.alpha);
      if (combine.beta !== undefined) words.push("BETA", combine.beta);
    }
    if (combine.window !== undefined) words.push("WINDOW", combine.window);
    pushYield(words, combine.yieldScoreAs);
  });
}
