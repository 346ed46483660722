/**
 * Commands on Bloom filters: sets that may take a stranger for a member, never the reverse.
 * They need Redis 8.0, or the Bloom module in an older server.
 */
import type { ReplyError } from "../errors.js";
import {
  type Arg,
  CommandSet,
  type Key,
  listOf,
  type Many,
  type OneOrMore,
  pushAll,
  type Value,
} from "./base.js";
import { addedOrErrors, type FilterChunk, figures, filterChunk } from "./filter-replies.js";
import type { Integer, Mode, Reply } from "./mode.js";
import { boolean, booleans, plain, status } from "./replies.js";

/** How a Bloom filter grows when it is full. */
export interface BloomGrowth {
  /** Each further part is this many times as large as the last (2 unless you say so). */
  expansion?: number;
  /** It does not grow: adding to a full one is an error. */
  nonScaling?: boolean;
}

/** Options of {@link BloomCommands.bfInsert}; they hold for a filter that the call creates. */
export interface BfInsertOptions extends BloomGrowth {
  /** How many elements it is made for. */
  capacity?: number;
  /** The share of strangers that it may take for members, such as 0.01. */
  error?: number;
  /** Do not create it: a missing key is an error. */
  noCreate?: boolean;
}

/** Reply of {@link BloomCommands.bfInfo}. */
export interface BloomInfo {
  /** How many elements it is made for. */
  capacity: number;
  /** Bytes of memory. */
  size: number;
  /** How many parts it has grown to. */
  numberOfFilters: number;
  numberOfItemsInserted: number;
  /** `null` where it does not grow. */
  expansionRate: number | null;
}

/** Commands on Bloom filters. */
export abstract class BloomCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Add an element to the filter at `key`, which is created when missing.
   * @returns `false` when it may have been in it before
   * @example
   * ```ts
   * await redis.bfAdd("seen", url); // true: certainly new
   * ```
   * @see https://redis.io/docs/latest/commands/bf.add/
   */
  bfAdd(key: Key, item: Value): Reply<M, boolean> {
    return this.run("BF.ADD", [key, item], boolean);
  }

  /**
   * How many elements were added to the filter at `key`; 0 when there is none.
   * @see https://redis.io/docs/latest/commands/bf.card/
   */
  bfCard(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("BF.CARD", [key], plain);
  }

  /**
   * May the element be in the filter at `key`? `false` is certain.
   * @see https://redis.io/docs/latest/commands/bf.exists/
   */
  bfExists(key: Key, item: Value): Reply<M, boolean> {
    return this.run("BF.EXISTS", [key, item], boolean);
  }

  /**
   * What the filter at `key` is like.
   * @example
   * ```ts
   * await redis.bfInfo("seen");
   * // { capacity: 100, size: 240, numberOfFilters: 1, numberOfItemsInserted: 3, expansionRate: 2 }
   * ```
   * @see https://redis.io/docs/latest/commands/bf.info/
   */
  bfInfo(key: Key): Reply<M, BloomInfo> {
    return this.run<BloomInfo>("BF.INFO", [key], figures);
  }

  /**
   * Add elements to the filter at `key`, which is created as the options say when missing.
   * @returns for each `false` when it may have been in it before, an error when the filter is full
   * @example
   * ```ts
   * await redis.bfInsert("seen", ["a", "b"], { capacity: 10_000, error: 0.001 }); // [true, true]
   * ```
   * @see https://redis.io/docs/latest/commands/bf.insert/
   */
  bfInsert(key: Key, items: OneOrMore<Value>, options?: BfInsertOptions): Reply<M, (boolean | ReplyError)[]> {
    const args: Arg[] = [key];
    if (options) {
      if (options.capacity !== undefined) args.push("CAPACITY", options.capacity);
      if (options.error !== undefined) args.push("ERROR", options.error);
      pushGrowth(args, options);
      if (options.noCreate) args.push("NOCREATE");
    }
    args.push("ITEMS");
    pushAll(args, items);
    return this.run("BF.INSERT", args, addedOrErrors);
  }

  /**
   * Put a chunk of {@link BloomCommands.bfScandump} into the filter at `key`.
   * @see https://redis.io/docs/latest/commands/bf.loadchunk/
   */
  bfLoadchunk(key: Key, chunk: FilterChunk): Reply<M, "OK"> {
    return this.run<"OK">("BF.LOADCHUNK", [key, chunk.iterator, chunk.data], status);
  }

  /**
   * Add elements to the filter at `key`, which is created when missing.
   * @returns for each `false` when it may have been in it before, an error when the filter is full
   * @see https://redis.io/docs/latest/commands/bf.madd/
   */
  bfMadd(key: Key, ...items: Many<Value>): Reply<M, (boolean | ReplyError)[]> {
    return this.run("BF.MADD", [key, ...listOf(items)], addedOrErrors);
  }

  /**
   * May the elements be in the filter at `key`? `false` is certain.
   * @see https://redis.io/docs/latest/commands/bf.mexists/
   */
  bfMexists(key: Key, ...items: Many<Value>): Reply<M, boolean[]> {
    return this.run("BF.MEXISTS", [key, ...listOf(items)], booleans);
  }

  /**
   * Create an empty filter at `key`.
   * @param errorRate the share of strangers that it may take for members, such as 0.01
   * @param capacity how many elements it is made for
   * @throws ReplyError `ERR` when there is one already
   * @example
   * ```ts
   * await redis.bfReserve("seen", 0.001, 1_000_000, { expansion: 4 });
   * ```
   * @see https://redis.io/docs/latest/commands/bf.reserve/
   */
  bfReserve(key: Key, errorRate: number, capacity: number, growth?: BloomGrowth): Reply<M, "OK"> {
    const args: Arg[] = [key, errorRate, capacity];
    if (growth) pushGrowth(args, growth);
    return this.run<"OK">("BF.RESERVE", args, status);
  }

  /**
   * One chunk of the filter at `key`, for {@link BloomCommands.bfLoadchunk}.
   * @param iterator 0 to start, then that of the chunk before
   * @example
   * ```ts
   * let chunk = await redis.bfScandump("seen", 0);
   * for (; chunk.iterator !== 0; chunk = await redis.bfScandump("seen", chunk.iterator)) {
   *   await other.bfLoadchunk("seen", chunk);
   * }
   * ```
   * @see https://redis.io/docs/latest/commands/bf.scandump/
   */
  bfScandump(key: Key, iterator: number): Reply<M, FilterChunk> {
    return this.runBytes("BF.SCANDUMP", [key, iterator], filterChunk);
  }
}

function pushGrowth(args: Arg[], growth: BloomGrowth): void {
  if (growth.expansion !== undefined) args.push("EXPANSION", growth.expansion);
  if (growth.nonScaling) args.push("NONSCALING");
}
