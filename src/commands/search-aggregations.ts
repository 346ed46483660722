/** Queries of the search module that count and group documents. Need Redis 8.0 or the search module. */
import { type Arg, CommandSet } from "./base.js";
import type { Mode, Reply, Text } from "./mode.js";
import { status } from "./replies.js";
import {
  type LoadedField,
  pushLoaded,
  pushQueryOptions,
  pushWithLength,
  type QueryOptions,
} from "./search-options.js";
import type { Profiled } from "./search-queries.js";
import {
  type AggregatePage,
  type AggregateResult,
  aggregatePage,
  aggregateResult,
  profiled,
} from "./search-replies.js";
import { type AggregateStep, pushSteps } from "./search-steps.js";

/** Read the rows in pages. */
export interface CursorOptions {
  /** Rows of a page (1000 unless you say so). */
  count?: number;
  /** Milliseconds after which the server forgets a cursor that is not read (300000 unless you say so). */
  maxIdle?: number;
}

/** Options of {@link SearchAggregationCommands.ftAggregate}. */
export interface FtAggregateOptions extends QueryOptions {
  /** Do not look for other forms of words. */
  verbatim?: boolean;
  /** How documents are scored. */
  scorer?: string;
  /** Give each document's score as `@__score`. */
  addScores?: boolean;
  /** Fields to load from the documents that are not sortable; `*`: all. */
  load?: "*" | readonly LoadedField[];
  /** What to do with the documents, in this order. */
  steps?: readonly AggregateStep[];
}

/** Queries that count and group documents. */
export abstract class SearchAggregationCommands<M extends Mode> extends CommandSet<M> {
  /**
   * The first page of rows made of the documents that match; {@link SearchAggregationCommands.ftCursorRead} reads on.
   * @see https://redis.io/docs/latest/commands/ft.aggregate/
   */
  ftAggregate(
    index: string,
    query: string,
    options: FtAggregateOptions & { cursor: CursorOptions },
  ): Reply<M, AggregatePage<Text<M>>>;
  /**
   * Make rows of the documents that match.
   * @example
   * ```ts
   * await redis.ftAggregate("visits", "@country:{no}", {
   *   steps: [
   *     { groupBy: "@city", reduce: { function: "count", as: "visits" } },
   *     { sortBy: { property: "@visits", order: "desc" }, max: 3 },
   *   ],
   * }); // { total: 2, rows: [{ city: "Oslo", visits: "12" }, { city: "Bergen", visits: "7" }] }
   * ```
   * @see https://redis.io/docs/latest/commands/ft.aggregate/
   */
  ftAggregate(index: string, query: string, options?: FtAggregateOptions): Reply<M, AggregateResult<Text<M>>>;
  ftAggregate(
    index: string,
    query: string,
    options?: FtAggregateOptions & { cursor?: CursorOptions },
  ): unknown {
    const args: Arg[] = [index, query];
    if (options) pushAggregate(args, options);
    if (options?.cursor === undefined) {
      return this.run<AggregateResult<Text<M>>>("FT.AGGREGATE", args, aggregateResult);
    }
    return this.run<AggregatePage<Text<M>>>("FT.AGGREGATE", args, aggregatePage);
  }

  /**
   * Forget a cursor.
   * @see https://redis.io/docs/latest/commands/ft.cursor-del/
   */
  ftCursorDel(index: string, cursor: string): Reply<M, "OK"> {
    return this.run<"OK">("FT.CURSOR DEL", [index, cursor], status);
  }

  /**
   * The next page of rows.
   * @param options `count`: another number of rows than the cursor was made with
   * @example
   * ```ts
   * let page = await redis.ftAggregate("visits", "*", { cursor: { count: 100 } });
   * for (;;) {
   *   for (const row of page.rows) console.log(row);
   *   if (page.cursor === "0") break;
   *   page = await redis.ftCursorRead("visits", page.cursor);
   * }
   * ```
   * @see https://redis.io/docs/latest/commands/ft.cursor-read/
   */
  ftCursorRead(
    index: string,
    cursor: string,
    options?: { count?: number },
  ): Reply<M, AggregatePage<Text<M>>> {
    const args: Arg[] = [index, cursor];
    if (options?.count !== undefined) args.push("COUNT", options.count);
    return this.run<AggregatePage<Text<M>>>("FT.CURSOR READ", args, aggregatePage);
  }

  /**
   * Aggregate, and find out where the time goes.
   * @param profile `limited`: say less of iterators
   * @see https://redis.io/docs/latest/commands/ft.profile/
   */
  ftProfileAggregate(
    index: string,
    query: string,
    options?: FtAggregateOptions,
    profile?: { limited?: boolean },
  ): Reply<M, Profiled<AggregateResult<Text<M>>>> {
    const args: Arg[] = [index, "AGGREGATE"];
    if (profile?.limited) args.push("LIMITED");
    args.push("QUERY", query);
    if (options) pushAggregate(args, options);
    return this.run<Profiled<AggregateResult<Text<M>>>>("FT.PROFILE", args, profiled(aggregateResult));
  }
}

function pushAggregate(args: Arg[], options: FtAggregateOptions & { cursor?: CursorOptions }): void {
  if (options.verbatim) args.push("VERBATIM");
  if (options.scorer !== undefined) args.push("SCORER", options.scorer);
  if (options.addScores) args.push("ADDSCORES");
  pushLoad(args, options.load);
  if (options.steps !== undefined) pushSteps(args, options.steps);
  if (options.cursor !== undefined) {
    args.push("WITHCURSOR");
    if (options.cursor.count !== undefined) args.push("COUNT", options.cursor.count);
    if (options.cursor.maxIdle !== undefined) args.push("MAXIDLE", options.cursor.maxIdle);
  }
  pushQueryOptions(args, options);
}

/** Append LOAD. */
export function pushLoad(args: Arg[], load: "*" | readonly LoadedField[] | undefined): void {
  if (load === "*") args.push("LOAD", "*");
  else if (load !== undefined) pushWithLength(args, "LOAD", (words) => pushLoaded(words, load));
}
