/** The steps by which an aggregation turns documents into rows. */
import { type Arg, type OneOrMore, pushAll, pushCounted, type Value } from "./base.js";
import { pushLimit, pushWithLength, type SearchLimit } from "./search-options.js";

/** One value from all rows of a group. */
export interface Reduce {
  /** Such as `count`, `sum`, `avg`, `min`, `max`, `count_distinct`, `quantile`, `tolist`, `first_value`. */
  function: string;
  /** Properties with `@`, and what else the function takes. */
  args?: readonly Value[];
  /** Name of the value. */
  as?: string;
}

/** Make one row of all that have the same values. */
export interface GroupBy {
  /** Properties with `@`; `[]`: all rows are one group. */
  groupBy: OneOrMore<string>;
  reduce?: OneOrMore<Reduce>;
}

/** Sort the rows. */
export interface SortBy {
  /** Properties with `@`. */
  sortBy: OneOrMore<string | { property: string; order: "asc" | "desc" }>;
  /** Only so many of the first rows count. */
  max?: number;
}

/** Add a value to each row. */
export interface Apply {
  /** Such as `sqrt(@foo)/log(@bar) + 5`. */
  apply: string;
  as: string;
}

/** Keep only rows for which an expression is true. */
export interface FilterRows {
  /** Such as `@name=='foo' && @age < 20`. */
  filter: string;
}

/** Keep only part of the rows. */
export interface LimitRows {
  limit: SearchLimit;
}

/** One step; they run in their order. */
export type AggregateStep = GroupBy | SortBy | Apply | FilterRows | LimitRows;

/** Append the words of all steps. */
export function pushSteps(args: Arg[], steps: readonly AggregateStep[]): void {
  for (const step of steps) {
    if ("groupBy" in step) pushGroupBy(args, step);
    else if ("sortBy" in step) pushSortBy(args, step);
    else if ("apply" in step) args.push("APPLY", step.apply, "AS", step.as);
    else if ("filter" in step) args.push("FILTER", step.filter);
    else pushLimit(args, step.limit);
  }
}

function pushGroupBy(args: Arg[], { groupBy, reduce = [] }: GroupBy): void {
  args.push("GROUPBY");
  pushCounted(args, groupBy);
  for (const { function: name, args: words = [], as } of "function" in reduce ? [reduce] : reduce) {
    args.push("REDUCE", name.toUpperCase(), words.length);
    pushAll(args, words);
    if (as !== undefined) args.push("AS", as);
  }
}

function pushSortBy(args: Arg[], { sortBy, max }: SortBy): void {
  const properties = typeof sortBy === "string" || "property" in sortBy ? [sortBy] : sortBy;
  pushWithLength(args, "SORTBY", (words) => {
    for (const one of properties) {
      if (typeof one === "string") words.push(one);
      else words.push(one.property, one.order.toUpperCase());
    }
  });
  if (max !== undefined) args.push("MAX", max);
}
