/**
 * Commands on Cuckoo filters: like Bloom filters, but elements can be deleted again.
 * They need Redis 8.0, or the Bloom module in an older server.
 */
import type { RawReply } from "../protocol/parser.js";
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
import { type FilterChunk, figures, filterChunk } from "./filter-replies.js";
import type { Integer, Mode, Reply } from "./mode.js";
import { boolean, booleans, type Decode, plain, status } from "./replies.js";

/** Options of {@link CuckooCommands.cfReserve}. */
export interface CfReserveOptions {
  /** Elements in one bucket (2 unless you say so). */
  bucketSize?: number;
  /** How often elements are moved to make room before the filter counts as full (20 unless you say so). */
  maxIterations?: number;
  /** Each further part is this many times as large as the last (1 unless you say so); 0: it does not grow. */
  expansion?: number;
}

/** Options of {@link CuckooCommands.cfInsert}; they hold for a filter that the call creates. */
export interface CfInsertOptions {
  /** How many elements it is made for. */
  capacity?: number;
  /** Do not create it: a missing key is an error. */
  noCreate?: boolean;
}

/** Reply of {@link CuckooCommands.cfInfo}. */
export interface CuckooInfo {
  /** Bytes of memory. */
  size: number;
  numberOfBuckets: number;
  /** How many parts it has grown to. */
  numberOfFilters: number;
  numberOfItemsInserted: number;
  numberOfItemsDeleted: number;
  /** Elements in one bucket. */
  bucketSize: number;
  expansionRate: number;
  maxIterations: number;
}

/** 1 and 0, or -1 where the filter was full. */
const addedOrFull: Decode<(boolean | null)[]> = (reply) =>
  (reply as RawReply[]).map((one) => (Number(one) === -1 ? null : boolean(one)));

function insertArgs(key: Key, items: OneOrMore<Value>, options: CfInsertOptions | undefined): Arg[] {
  const args: Arg[] = [key];
  if (options?.capacity !== undefined) args.push("CAPACITY", options.capacity);
  if (options?.noCreate) args.push("NOCREATE");
  args.push("ITEMS");
  pushAll(args, items);
  return args;
}

/** Commands on Cuckoo filters. */
export abstract class CuckooCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Add an element to the filter at `key`, which is created when missing. It may be added several times.
   * @throws ReplyError `ERR` when the filter is full
   * @see https://redis.io/docs/latest/commands/cf.add/
   */
  cfAdd(key: Key, item: Value): Reply<M, boolean> {
    return this.run("CF.ADD", [key, item], boolean);
  }

  /**
   * Add an element to the filter at `key` unless it may be in it already.
   * @returns `true` when it was added
   * @throws ReplyError `ERR` when the filter is full
   * @example
   * ```ts
   * await redis.cfAddnx("seen", url); // true: certainly new
   * ```
   * @see https://redis.io/docs/latest/commands/cf.addnx/
   */
  cfAddnx(key: Key, item: Value): Reply<M, boolean> {
    return this.run("CF.ADDNX", [key, item], boolean);
  }

  /**
   * How often the element may be in the filter at `key`; never less than it is.
   * @see https://redis.io/docs/latest/commands/cf.count/
   */
  cfCount(key: Key, item: Value): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("CF.COUNT", [key, item], plain);
  }

  /**
   * Delete the element once from the filter at `key`. Deleting what was never added may delete another element.
   * @returns `false` when it was not in it
   * @see https://redis.io/docs/latest/commands/cf.del/
   */
  cfDel(key: Key, item: Value): Reply<M, boolean> {
    return this.run("CF.DEL", [key, item], boolean);
  }

  /**
   * May the element be in the filter at `key`? `false` is certain.
   * @see https://redis.io/docs/latest/commands/cf.exists/
   */
  cfExists(key: Key, item: Value): Reply<M, boolean> {
    return this.run("CF.EXISTS", [key, item], boolean);
  }

  /**
   * What the filter at `key` is like.
   * @see https://redis.io/docs/latest/commands/cf.info/
   */
  cfInfo(key: Key): Reply<M, CuckooInfo> {
    return this.run<CuckooInfo>("CF.INFO", [key], figures);
  }

  /**
   * Add elements to the filter at `key`, which is created as the options say when missing.
   * @returns for each `true`, or `null` when the filter was full
   * @example
   * ```ts
   * await redis.cfInsert("seen", ["a", "b"], { capacity: 10_000 }); // [true, true]
   * ```
   * @see https://redis.io/docs/latest/commands/cf.insert/
   */
  cfInsert(key: Key, items: OneOrMore<Value>, options?: CfInsertOptions): Reply<M, (boolean | null)[]> {
    return this.run("CF.INSERT", insertArgs(key, items, options), addedOrFull);
  }

  /**
   * The same, but elements that may be in it already are not added.
   * @returns for each `true`, `false` when it was not added, or `null` when the filter was full
   * @see https://redis.io/docs/latest/commands/cf.insertnx/
   */
  cfInsertnx(key: Key, items: OneOrMore<Value>, options?: CfInsertOptions): Reply<M, (boolean | null)[]> {
    return this.run("CF.INSERTNX", insertArgs(key, items, options), addedOrFull);
  }

  /**
   * Put a chunk of {@link CuckooCommands.cfScandump} into the filter at `key`.
   * @see https://redis.io/docs/latest/commands/cf.loadchunk/
   */
  cfLoadchunk(key: Key, chunk: FilterChunk): Reply<M, "OK"> {
    return this.run<"OK">("CF.LOADCHUNK", [key, chunk.iterator, chunk.data], status);
  }

  /**
   * May the elements be in the filter at `key`? `false` is certain.
   * @see https://redis.io/docs/latest/commands/cf.mexists/
   */
  cfMexists(key: Key, ...items: Many<Value>): Reply<M, boolean[]> {
    return this.run("CF.MEXISTS", [key, ...listOf(items)], booleans);
  }

  /**
   * Create an empty filter at `key` for `capacity` elements.
   * @throws ReplyError `ERR` when there is one already
   * @example
   * ```ts
   * await redis.cfReserve("seen", 100_000, { bucketSize: 4, expansion: 2 });
   * ```
   * @see https://redis.io/docs/latest/commands/cf.reserve/
   */
  cfReserve(key: Key, capacity: number, options?: CfReserveOptions): Reply<M, "OK"> {
    const args: Arg[] = [key, capacity];
    if (options?.bucketSize !== undefined) args.push("BUCKETSIZE", options.bucketSize);
    if (options?.maxIterations !== undefined) args.push("MAXITERATIONS", options.maxIterations);
    if (options?.expansion !== undefined) args.push("EXPANSION", options.expansion);
    return this.run<"OK">("CF.RESERVE", args, status);
  }

  /**
   * One chunk of the filter at `key`, for {@link CuckooCommands.cfLoadchunk}.
   * @param iterator 0 to start, then that of the chunk before
   * @see https://redis.io/docs/latest/commands/cf.scandump/
   */
  cfScandump(key: Key, iterator: number): Reply<M, FilterChunk> {
    return this.runBytes("CF.SCANDUMP", [key, iterator], filterChunk);
  }
}
