/** SORT: the elements of a list, set or sorted set in order, also by and with what other keys hold. */
import { type Arg, CommandSet, type Key, type OneOrMore } from "./base.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { plain } from "./replies.js";

/** Options of {@link SortCommands.sort}. */
export interface SortOptions {
  /** Sort by the values of these keys (`weight_*`) or hash fields (`object_*->weight`); without `*` leave the order. */
  by?: Key;
  /** Only the elements from `offset` on, `count` of them. */
  limit?: { offset: number; count: number };
  /** Reply with the values of these keys instead of the elements; `#` is the element itself. */
  get?: OneOrMore<Key>;
  /** Smallest first (`asc`) unless you say otherwise. */
  order?: "asc" | "desc";
  /** Compare as text, not as numbers. */
  alpha?: boolean;
  /** Only with {@link SortStoreOptions}: it changes the reply. */
  store?: never;
}

/** Options of {@link SortCommands.sort} that keeps the result. */
export interface SortStoreOptions extends Omit<SortOptions, "store"> {
  /** Key of the list that gets the result. */
  store: Key;
}

function sortArgs(key: Key, options: SortOptions | SortStoreOptions | undefined): Arg[] {
  const args: Arg[] = [key];
  if (options === undefined) return args;
  if (options.by !== undefined) args.push("BY", options.by);
  if (options.limit !== undefined) args.push("LIMIT", options.limit.offset, options.limit.count);
  if (options.get !== undefined) {
    const { get } = options;
    const patterns = typeof get === "string" || get instanceof Uint8Array ? [get] : get;
    for (const pattern of patterns) args.push("GET", pattern);
  }
  if (options.order !== undefined) args.push(options.order);
  if (options.alpha) args.push("ALPHA");
  if (options.store !== undefined) args.push("STORE", options.store);
  return args;
}

/** SORT and its read-only form. */
export abstract class SortCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Sort the list, set or sorted set at `key` and keep the result as a list.
   * @returns length of that list
   * @example
   * ```ts
   * await redis.sort("scores", { store: "scores:sorted" }); // 3
   * ```
   * @see https://redis.io/docs/latest/commands/sort/
   */
  sort(key: Key, options: SortStoreOptions): Reply<M, Integer<M>>;
  /**
   * The elements of the list, set or sorted set at `key`, sorted.
   * @returns the elements, or with `get` the values found for each, `null` where there is none
   * @throws ReplyError `ERR` when an element is no number and `alpha` is not set
   * @example
   * ```ts
   * await redis.rpush("ids", 3, 1, 2);
   * await redis.sort("ids");                                                   // ["1", "2", "3"]
   * await redis.sort("ids", { order: "desc", by: "user:*->age", get: ["#", "user:*->name"] });
   * ```
   * @see https://redis.io/docs/latest/commands/sort/
   */
  sort(key: Key, options?: SortOptions): Reply<M, (Text<M> | null)[]>;
  sort(
    key: Key,
    options?: SortOptions | SortStoreOptions,
  ): Reply<M, Integer<M>> | Reply<M, (Text<M> | null)[]> {
    return this.run<never>("SORT", sortArgs(key, options), plain);
  }

  /**
   * Like {@link SortCommands.sort} without `store`, so that a replica serves it.
   * @see https://redis.io/docs/latest/commands/sort_ro/
   */
  sortRo(key: Key, options?: SortOptions): Reply<M, (Text<M> | null)[]> {
    return this.run<(Text<M> | null)[]>("SORT_RO", sortArgs(key, options), plain);
  }
}
