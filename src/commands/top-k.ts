/** Commands on top-k lists: the elements that were counted most often. Need Redis 8.0 or the Bloom module. */
import type { RawReply } from "../protocol/parser.js";
import {
  type Arg,
  CommandSet,
  type Fields,
  type Key,
  listOf,
  type Many,
  pushFields,
  type Value,
} from "./base.js";
import { figures } from "./filter-replies.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { booleans, type Decode, number, plain, status } from "./replies.js";

/** The size of the sketch behind a list, and how fast rare elements are forgotten. */
export interface TopkSketch {
  /** Counters in a row (8 in the module's default). */
  width: number;
  /** Rows (7 in the module's default). */
  depth: number;
  /** Between 0 and 1 (0.9 in the module's default). */
  decay: number;
}

/** Reply of {@link TopKCommands.topkInfo}. */
export interface TopkInfo extends TopkSketch {
  k: number;
}

/** An element of a list with about how often it was counted. */
export interface CountedItem<T = string> {
  item: T;
  count: number;
}

/** Reply of {@link TopKCommands.topkList}: elements, or elements with counts where `withCount` is set. */
export type TopkListReply<T, WithCount extends boolean> = WithCount extends true ? CountedItem<T>[] : T[];

const countedItems: Decode<never> = (reply) => {
  const flat = reply as RawReply[];
  const out: CountedItem<RawReply>[] = [];
  for (let i = 0; i < flat.length; i += 2) out.push({ item: flat[i], count: number(flat[i + 1]) });
  return out as never;
};

/** Commands on top-k lists. */
export abstract class TopKCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Count each of the elements once in the list at `key`.
   * @returns for each the element that had to leave the list for it, or `null`
   * @throws ReplyError `TopK:` when there is no such list
   * @example
   * ```ts
   * await redis.topkAdd("trending", "redis", "valkey"); // [null, "memcached"]
   * ```
   * @see https://redis.io/docs/latest/commands/topk.add/
   */
  topkAdd(key: Key, ...items: Many<Value>): Reply<M, (Text<M> | null)[]> {
    return this.run<(Text<M> | null)[]>("TOPK.ADD", [key, ...listOf(items)], plain);
  }

  /**
   * About how often the elements were counted in the list at `key`. The server has declared it out of use.
   * @see https://redis.io/docs/latest/commands/topk.count/
   */
  topkCount(key: Key, ...items: Many<Value>): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("TOPK.COUNT", [key, ...listOf(items)], plain);
  }

  /**
   * Count elements in the list at `key`.
   * @param increments how often to count each
   * @returns for each the element that had to leave the list for it, or `null`
   * @see https://redis.io/docs/latest/commands/topk.incrby/
   */
  topkIncrby(key: Key, increments: Fields): Reply<M, (Text<M> | null)[]> {
    const args: Arg[] = [key];
    pushFields(args, increments);
    return this.run<(Text<M> | null)[]>("TOPK.INCRBY", args, plain);
  }

  /**
   * What the list at `key` is like.
   * @see https://redis.io/docs/latest/commands/topk.info/
   */
  topkInfo(key: Key): Reply<M, TopkInfo> {
    return this.run<TopkInfo>("TOPK.INFO", [key], figures);
  }

  /**
   * The elements of the list at `key`, the most frequent first.
   * @param options `withCount`: reply with `{ item, count }`
   * @example
   * ```ts
   * await redis.topkList("trending", { withCount: true });
   * // [{ item: "redis", count: 12 }, { item: "valkey", count: 7 }]
   * ```
   * @see https://redis.io/docs/latest/commands/topk.list/
   */
  topkList<WithCount extends boolean = false>(
    key: Key,
    options?: { withCount?: WithCount },
  ): Reply<M, TopkListReply<Text<M>, WithCount>> {
    if (!options?.withCount) return this.run<TopkListReply<Text<M>, WithCount>>("TOPK.LIST", [key], plain);
    return this.run<TopkListReply<Text<M>, WithCount>>("TOPK.LIST", [key, "WITHCOUNT"], countedItems);
  }

  /**
   * Are the elements in the list at `key` now?
   * @see https://redis.io/docs/latest/commands/topk.query/
   */
  topkQuery(key: Key, ...items: Many<Value>): Reply<M, boolean[]> {
    return this.run("TOPK.QUERY", [key, ...listOf(items)], booleans);
  }

  /**
   * Create an empty list of the `k` most frequent elements at `key`.
   * @throws ReplyError `TopK:` when there is one already
   * @example
   * ```ts
   * await redis.topkReserve("trending", 50, { width: 2000, depth: 7, decay: 0.925 });
   * ```
   * @see https://redis.io/docs/latest/commands/topk.reserve/
   */
  topkReserve(key: Key, k: number, sketch?: TopkSketch): Reply<M, "OK"> {
    const args = sketch === undefined ? [key, k] : [key, k, sketch.width, sketch.depth, sketch.decay];
    return this.run<"OK">("TOPK.RESERVE", args, status);
  }
}
