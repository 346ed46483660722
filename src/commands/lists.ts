/** Commands on lists: queues, stacks, logs. Indexes count from 0; negative ones from the end. */
import type { RawReply } from "../protocol/parser.js";
import {
  type Arg,
  CommandSet,
  type Key,
  listOf,
  type Many,
  type OneOrMore,
  pushAll,
  pushCounted,
  type Value,
} from "./base.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { type Decode, plain, status } from "./replies.js";

/** An end of a list. */
export type ListEnd = "left" | "right";

/** What a blocking pop gives: the list that had something, and what it was. */
export interface Popped<T = string> {
  key: T;
  value: T;
}

/** What {@link ListCommands.lmpop} gives: the list that had something, and the values, the outermost first. */
export interface PoppedMany<T = string> {
  key: T;
  values: T[];
}

/** Options of {@link ListCommands.lmpop}. */
export interface LmpopOptions {
  /** At most this many values (1 unless you say so). */
  count?: number;
}

/** Options of {@link ListCommands.lpos}. */
export interface LposOptions {
  /** Start with this match: 1 is the first, 2 the second, -1 the last, searching backwards. */
  rank?: number;
  /** Compare at most this many elements; 0: all. */
  maxLen?: number;
  /** Only with {@link LposCountOptions}: it changes the reply. */
  count?: never;
}

/** Options of {@link ListCommands.lpos} for several positions. */
export interface LposCountOptions extends Omit<LposOptions, "count"> {
  /** At most this many positions; 0: all. */
  count: number;
}

const popped: Decode<never> = (reply) => {
  if (reply === null) return null as never;
  const [key, value] = reply as RawReply[];
  return { key, value } as never;
};

const poppedMany: Decode<never> = (reply) => {
  if (reply === null) return null as never;
  const [key, values] = reply as RawReply[];
  return { key, values } as never;
};

function popArgs(keys: OneOrMore<Key>, timeout: number): Arg[] {
  const args: Arg[] = [];
  pushAll(args, keys);
  args.push(timeout);
  return args;
}

function pushPop(args: Arg[], keys: OneOrMore<Key>, from: ListEnd, options: LmpopOptions | undefined): void {
  pushCounted(args, keys);
  args.push(from);
  if (options?.count !== undefined) args.push("COUNT", options.count);
}

/** Commands on lists. */
export abstract class ListCommands<M extends Mode> extends CommandSet<M> {
  /**
   * {@link ListCommands.lmove} that waits up to `timeout` seconds (0: without end) for a value.
   * @returns `null` when none came
   * @example
   * ```ts
   * const job = await redis.blmove("jobs", "jobs:running", "right", "left", 5);
   * ```
   * @see https://redis.io/docs/latest/commands/blmove/
   */
  blmove(
    source: Key,
    destination: Key,
    from: ListEnd,
    to: ListEnd,
    timeout: number,
  ): Reply<M, Text<M> | null> {
    return this.run<Text<M> | null>("BLMOVE", [source, destination, from, to, timeout], plain);
  }

  /**
   * {@link ListCommands.lmpop} that waits up to `timeout` seconds (0: without end) for a value.
   * @returns `null` when none came
   * @see https://redis.io/docs/latest/commands/blmpop/
   */
  blmpop(
    timeout: number,
    keys: OneOrMore<Key>,
    from: ListEnd,
    options?: LmpopOptions,
  ): Reply<M, PoppedMany<Text<M>> | null> {
    const args: Arg[] = [timeout];
    pushPop(args, keys, from, options);
    return this.run<PoppedMany<Text<M>> | null>("BLMPOP", args, poppedMany);
  }

  /**
   * Pop the leftmost value of the first list that has one, waiting up to `timeout` seconds (0: without end).
   * @returns `null` when none came
   * @example
   * ```ts
   * await redis.blpop(["urgent", "jobs"], 5); // { key: "jobs", value: "resize:42" }
   * ```
   * @see https://redis.io/docs/latest/commands/blpop/
   */
  blpop(keys: OneOrMore<Key>, timeout: number): Reply<M, Popped<Text<M>> | null> {
    return this.run<Popped<Text<M>> | null>("BLPOP", popArgs(keys, timeout), popped);
  }

  /**
   * Pop the rightmost value of the first list that has one, waiting up to `timeout` seconds (0: without end).
   * @returns `null` when none came
   * @see https://redis.io/docs/latest/commands/brpop/
   */
  brpop(keys: OneOrMore<Key>, timeout: number): Reply<M, Popped<Text<M>> | null> {
    return this.run<Popped<Text<M>> | null>("BRPOP", popArgs(keys, timeout), popped);
  }

  /**
   * {@link ListCommands.rpoplpush} that waits up to `timeout` seconds (0: without end) for a value.
   * The newer form is {@link ListCommands.blmove}.
   * @returns `null` when none came
   * @see https://redis.io/docs/latest/commands/brpoplpush/
   */
  brpoplpush(source: Key, destination: Key, timeout: number): Reply<M, Text<M> | null> {
    return this.run<Text<M> | null>("BRPOPLPUSH", [source, destination, timeout], plain);
  }

  /**
   * The value at `index` of the list at `key`; `null` beyond its ends.
   * @see https://redis.io/docs/latest/commands/lindex/
   */
  lindex(key: Key, index: number): Reply<M, Text<M> | null> {
    return this.run<Text<M> | null>("LINDEX", [key, index], plain);
  }

  /**
   * Insert `value` before or after the first `pivot` in the list at `key`.
   * @returns length of the list; 0 without key, -1 without pivot
   * @example
   * ```ts
   * await redis.linsert("queue", "before", "second", "first");
   * ```
   * @see https://redis.io/docs/latest/commands/linsert/
   */
  linsert(key: Key, where: "before" | "after", pivot: Value, value: Value): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("LINSERT", [key, where, pivot, value], plain);
  }

  /**
   * Length of the list at `key`; 0 when there is none.
   * @see https://redis.io/docs/latest/commands/llen/
   */
  llen(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("LLEN", [key], plain);
  }

  /**
   * Take a value from one end of a list and push it to an end of another, or the same, in one step.
   * @returns the value; `null` when the source is empty
   * @example
   * ```ts
   * const job = await redis.lmove("jobs", "jobs:running", "right", "left");
   * ```
   * @see https://redis.io/docs/latest/commands/lmove/
   */
  lmove(source: Key, destination: Key, from: ListEnd, to: ListEnd): Reply<M, Text<M> | null> {
    return this.run<Text<M> | null>("LMOVE", [source, destination, from, to], plain);
  }

  /**
   * Pop values from the first list that has any.
   * @returns `null` when all are empty
   * @example
   * ```ts
   * await redis.lmpop(["urgent", "jobs"], "left", { count: 10 }); // { key: "jobs", values: ["a", "b"] }
   * ```
   * @see https://redis.io/docs/latest/commands/lmpop/
   */
  lmpop(keys: OneOrMore<Key>, from: ListEnd, options?: LmpopOptions): Reply<M, PoppedMany<Text<M>> | null> {
    const args: Arg[] = [];
    pushPop(args, keys, from, options);
    return this.run<PoppedMany<Text<M>> | null>("LMPOP", args, poppedMany);
  }

  /**
   * Pop the leftmost value of the list at `key`; `null` when there is none.
   * @see https://redis.io/docs/latest/commands/lpop/
   */
  lpop(key: Key): Reply<M, Text<M> | null>;
  /**
   * Pop up to `count` values from the left of the list at `key`; `null` when there is no list.
   * @example
   * ```ts
   * await redis.rpush("mylist", "a", "b", "c");
   * await redis.lpop("mylist", 2); // ["a", "b"]
   * ```
   * @see https://redis.io/docs/latest/commands/lpop/
   */
  lpop(key: Key, count: number): Reply<M, Text<M>[] | null>;
  lpop(key: Key, count?: number): Reply<M, Text<M> | null> | Reply<M, Text<M>[] | null> {
    return this.run<never>("LPOP", count === undefined ? [key] : [key, count], plain);
  }

  /**
   * Up to `count` positions of `value` in the list at `key`.
   * @example
   * ```ts
   * await redis.rpush("letters", "a", "b", "a");
   * await redis.lpos("letters", "a", { count: 0 }); // [0, 2]
   * ```
   * @see https://redis.io/docs/latest/commands/lpos/
   */
  lpos(key: Key, value: Value, options: LposCountOptions): Reply<M, Integer<M>[]>;
  /**
   * Position of `value` in the list at `key`; `null` when it is not there.
   * @see https://redis.io/docs/latest/commands/lpos/
   */
  lpos(key: Key, value: Value, options?: LposOptions): Reply<M, Integer<M> | null>;
  lpos(
    key: Key,
    value: Value,
    options?: LposOptions | LposCountOptions,
  ): Reply<M, Integer<M>[]> | Reply<M, Integer<M> | null> {
    const args: Arg[] = [key, value];
    if (options?.rank !== undefined) args.push("RANK", options.rank);
    if (options?.count !== undefined) args.push("COUNT", options.count);
    if (options?.maxLen !== undefined) args.push("MAXLEN", options.maxLen);
    return this.run<never>("LPOS", args, plain);
  }

  /**
   * Push values one after the other on the left of the list at `key`: the last ends up leftmost.
   * @returns length of the list
   * @see https://redis.io/docs/latest/commands/lpush/
   */
  lpush(key: Key, ...values: Many<Value>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("LPUSH", [key, ...listOf(values)], plain);
  }

  /**
   * {@link ListCommands.lpush} that does nothing when there is no list.
   * @returns length of the list, 0 without one
   * @see https://redis.io/docs/latest/commands/lpushx/
   */
  lpushx(key: Key, ...values: Many<Value>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("LPUSHX", [key, ...listOf(values)], plain);
  }

  /**
   * The values from `start` to `stop` of the list at `key`, both included.
   * @example
   * ```ts
   * await redis.rpush("mylist", "A", "B");
   * await redis.lpush("mylist", "first");
   * await redis.lrange("mylist", 0, -1); // ["first", "A", "B"]
   * ```
   * @see https://redis.io/docs/latest/commands/lrange/
   */
  lrange(key: Key, start: number, stop: number): Reply<M, Text<M>[]> {
    return this.run<Text<M>[]>("LRANGE", [key, start, stop], plain);
  }

  /**
   * Remove `value` from the list at `key`: the first `count` ones, for a negative `count` the last ones, for 0 all.
   * @returns how many were removed
   * @see https://redis.io/docs/latest/commands/lrem/
   */
  lrem(key: Key, count: number, value: Value): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("LREM", [key, count, value], plain);
  }

  /**
   * Replace the value at `index` of the list at `key`.
   * @throws ReplyError `ERR` when there is no such list or index
   * @see https://redis.io/docs/latest/commands/lset/
   */
  lset(key: Key, index: number, value: Value): Reply<M, "OK"> {
    return this.run<"OK">("LSET", [key, index, value], status);
  }

  /**
   * Keep only the values from `start` to `stop` of the list at `key`, both included.
   * @example
   * ```ts
   * await redis.lpush("log", line);
   * await redis.ltrim("log", 0, 999); // the latest 1000
   * ```
   * @see https://redis.io/docs/latest/commands/ltrim/
   */
  ltrim(key: Key, start: number, stop: number): Reply<M, "OK"> {
    return this.run<"OK">("LTRIM", [key, start, stop], status);
  }

  /**
   * Pop the rightmost value of the list at `key`; `null` when there is none.
   * @see https://redis.io/docs/latest/commands/rpop/
   */
  rpop(key: Key): Reply<M, Text<M> | null>;
  /**
   * Pop up to `count` values from the right of the list at `key`, the rightmost first; `null` when there is no list.
   * @see https://redis.io/docs/latest/commands/rpop/
   */
  rpop(key: Key, count: number): Reply<M, Text<M>[] | null>;
  rpop(key: Key, count?: number): Reply<M, Text<M> | null> | Reply<M, Text<M>[] | null> {
    return this.run<never>("RPOP", count === undefined ? [key] : [key, count], plain);
  }

  /**
   * Pop from the right of one list and push to the left of another. The newer form is {@link ListCommands.lmove}.
   * @returns the value; `null` when the source is empty
   * @see https://redis.io/docs/latest/commands/rpoplpush/
   */
  rpoplpush(source: Key, destination: Key): Reply<M, Text<M> | null> {
    return this.run<Text<M> | null>("RPOPLPUSH", [source, destination], plain);
  }

  /**
   * Push values one after the other on the right of the list at `key`.
   * @returns length of the list
   * @example
   * ```ts
   * await redis.rpush("members", "Alice", "Bob", "Carol"); // 3
   * ```
   * @see https://redis.io/docs/latest/commands/rpush/
   */
  rpush(key: Key, ...values: Many<Value>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("RPUSH", [key, ...listOf(values)], plain);
  }

  /**
   * {@link ListCommands.rpush} that does nothing when there is no list.
   * @returns length of the list, 0 without one
   * @see https://redis.io/docs/latest/commands/rpushx/
   */
  rpushx(key: Key, ...values: Many<Value>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("RPUSHX", [key, ...listOf(values)], plain);
  }
}
