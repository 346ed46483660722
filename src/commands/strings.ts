/** Commands on strings: text, bytes, counters. */
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
import { type LcsMatches, type LcsOptions, lcsMatches } from "./lcs.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { boolean, double, plain, status, statusOrNull } from "./replies.js";
import { pushCondition, type StringCondition } from "./string-condition.js";

/** When a key is to expire; at most one of these. */
export interface Expiry {
  /** After this many seconds. */
  ex?: number;
  /** After this many milliseconds. */
  px?: number;
  /** At this Unix time in seconds. */
  exat?: number;
  /** At this Unix time in milliseconds. */
  pxat?: number;
}

/**
 * Options of {@link StringCommands.set}. The type parameters record the options that change the
 * reply, so that `{ get: true }` is seen by the compiler.
 */
export interface SetOptions<
  Get extends boolean = boolean,
  If extends boolean = boolean,
  Held extends Value = Value,
> extends Expiry,
    StringCondition<Held> {
  /** Keep the time to live that the key has now. */
  keepTtl?: boolean;
  /** Only set a key that does not exist. */
  nx?: If;
  /** Only set a key that exists. */
  xx?: If;
  /** Reply with the previous value instead of `OK`. */
  get?: Get;
}

/** Reply of {@link StringCommands.set}: the old value, `OK`, or `null` where a condition was not met. */
export type SetReply<T, Get extends boolean, If extends boolean, Held = never> = Get extends true
  ? T | null
  : If extends true
    ? "OK" | null
    : [Held] extends [never]
      ? "OK"
      : "OK" | null;

/** Options of {@link StringCommands.getex}. */
export interface GetexOptions extends Expiry {
  /** Drop the time to live. */
  persist?: boolean;
}

/** Commands on strings. */
export abstract class StringCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Append `value` to the string at `key`, which is created when missing.
   * @returns length in bytes after the append
   * @example
   * ```ts
   * await redis.append("log", "line\n"); // 5
   * ```
   * @see https://redis.io/docs/latest/commands/append/
   */
  append(key: Key, value: Value): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("APPEND", [key, value], plain);
  }

  /**
   * Subtract one from the integer at `key`; a missing key counts as 0.
   * @returns the difference
   * @throws ReplyError `ERR` when the value is no integer or the result would leave 64 bits
   * @see https://redis.io/docs/latest/commands/decr/
   */
  decr(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("DECR", [key], plain);
  }

  /**
   * Subtract `by` from the integer at `key`; a missing key counts as 0.
   * @returns the difference
   * @throws ReplyError `ERR` when the value is no integer or the result would leave 64 bits
   * @see https://redis.io/docs/latest/commands/decrby/
   */
  decrby(key: Key, by: number | bigint): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("DECRBY", [key, by], plain);
  }

  /**
   * Get the string at `key`, or `null` when there is none.
   * @throws ReplyError `WRONGTYPE` when the key holds something else
   * @example
   * ```ts
   * await redis.set("user:1", "Ada");
   * await redis.get("user:1"); // "Ada"
   * ```
   * @see https://redis.io/docs/latest/commands/get/
   */
  get(key: Key): Reply<M, Text<M> | null> {
    return this.run<Text<M> | null>("GET", [key], plain);
  }

  /**
   * Get the string at `key` and delete the key.
   * @returns `null` when there was none
   * @example
   * ```ts
   * await redis.set("once", "secret");
   * await redis.getdel("once"); // "secret"
   * await redis.exists("once"); // 0
   * ```
   * @see https://redis.io/docs/latest/commands/getdel/
   */
  getdel(key: Key): Reply<M, Text<M> | null> {
    return this.run<Text<M> | null>("GETDEL", [key], plain);
  }

  /**
   * Get the string at `key` and set or drop its time to live.
   * @returns `null` when there is none
   * @example
   * ```ts
   * await redis.getex("session:1", { ex: 3600 }); // touched: another hour from now
   * await redis.getex("session:1", { persist: true });
   * ```
   * @see https://redis.io/docs/latest/commands/getex/
   */
  getex(key: Key, options?: GetexOptions): Reply<M, Text<M> | null> {
    const args: Arg[] = [key];
    if (options) {
      pushExpiry(args, options);
      if (options.persist) args.push("PERSIST");
    }
    return this.run<Text<M> | null>("GETEX", args, plain);
  }

  /**
   * Get the bytes from `start` to `end` of the string at `key`, both included; negative ones count from the end.
   * @returns `""` when the range or the key is empty
   * @example
   * ```ts
   * await redis.set("greeting", "Hello, Ada");
   * await redis.getrange("greeting", -3, -1); // "Ada"
   * ```
   * @see https://redis.io/docs/latest/commands/getrange/
   */
  getrange(key: Key, start: number, end: number): Reply<M, Text<M>> {
    return this.run<Text<M>>("GETRANGE", [key, start, end], plain);
  }

  /**
   * Set `key` to `value` and get what it held before. The newer form is `set` with `{ get: true }`.
   * @returns `null` when there was nothing
   * @throws ReplyError `WRONGTYPE` when the key holds something else
   * @see https://redis.io/docs/latest/commands/getset/
   */
  getset(key: Key, value: Value): Reply<M, Text<M> | null> {
    return this.run<Text<M> | null>("GETSET", [key, value], plain);
  }

  /**
   * Add one to the integer at `key`; a missing key counts as 0.
   * @returns the sum
   * @throws ReplyError `ERR` when the value is no integer or the result would leave 64 bits
   * @example
   * ```ts
   * await redis.set("counter", 101);
   * await redis.incr("counter"); // 102
   * ```
   * @see https://redis.io/docs/latest/commands/incr/
   */
  incr(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("INCR", [key], plain);
  }

  /**
   * Add `by` to the integer at `key`; a missing key counts as 0.
   * @returns the sum
   * @throws ReplyError `ERR` when the value is no integer or the result would leave 64 bits
   * @example
   * ```ts
   * await redis.set("counter", 102);
   * await redis.incrby("counter", 50); // 152
   * ```
   * @see https://redis.io/docs/latest/commands/incrby/
   */
  incrby(key: Key, by: number | bigint): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("INCRBY", [key, by], plain);
  }

  /**
   * Add `by` to the number at `key`, integer or not; a missing key counts as 0.
   * @returns the sum
   * @throws ReplyError `ERR` when the value is no number
   * @see https://redis.io/docs/latest/commands/incrbyfloat/
   */
  incrbyfloat(key: Key, by: number | string): Reply<M, number> {
    return this.run("INCRBYFLOAT", [key, by], double);
  }

  /**
   * Longest common subsequence of the strings at two keys.
   * @example
   * ```ts
   * await redis.mset({ a: "ohmytext", b: "mynewtext" });
   * await redis.lcs("a", "b"); // "mytext"
   * ```
   * @see https://redis.io/docs/latest/commands/lcs/
   */
  lcs(first: Key, second: Key): Reply<M, Text<M>> {
    return this.run<Text<M>>("LCS", [first, second], plain);
  }

  /**
   * Length in bytes of the longest common subsequence of the strings at two keys.
   * @see https://redis.io/docs/latest/commands/lcs/
   */
  lcsLen(first: Key, second: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("LCS", [first, second, "LEN"], plain);
  }

  /**
   * Where the pieces of the longest common subsequence are in the strings at two keys.
   * @example
   * ```ts
   * await redis.mset({ a: "ohmytext", b: "mynewtext" });
   * await redis.lcsIdx("a", "b", { minMatchLen: 4 });
   * // { matches: [{ first: [4, 7], second: [5, 8], length: 4 }], length: 6 }
   * ```
   * @see https://redis.io/docs/latest/commands/lcs/
   */
  lcsIdx(first: Key, second: Key, options?: LcsOptions): Reply<M, LcsMatches> {
    const args: Arg[] = [first, second, "IDX", "WITHMATCHLEN"];
    if (options?.minMatchLen !== undefined) args.push("MINMATCHLEN", options.minMatchLen);
    return this.run("LCS", args, lcsMatches);
  }

  /**
   * Set `key` to `value`, whatever it held before.
   *
   * With `{ get: true }` the reply is the previous value; with `nx`, `xx` or a condition on the value (`ifeq` and
   * its kin) it is `null` when the condition was not met.
   * @param options expiry and conditions
   * @example
   * ```ts
   * await redis.set("lock", token, { nx: true, px: 5000 }); // "OK" | null
   * await redis.set("name", "Ada", { get: true });          // string | null
   * await redis.set("name", "Ada", { ifeq: "Bob" });        // "OK" | null, needs Redis 8.4 or Valkey 8.1
   * ```
   * @see https://redis.io/docs/latest/commands/set/
   */
  set<Get extends boolean = false, If extends boolean = false, Held extends Value = never>(
    key: Key,
    value: Value,
    options?: SetOptions<Get, If, Held>,
  ): Reply<M, SetReply<Text<M>, Get, If, Held>> {
    if (options === undefined)
      return this.run<SetReply<Text<M>, Get, If, Held>>("SET", [key, value], statusOrNull);
    const args: Arg[] = [key, value];
    pushExpiry(args, options);
    if (options.keepTtl) args.push("KEEPTTL");
    if (options.nx) args.push("NX");
    if (options.xx) args.push("XX");
    pushCondition(args, options);
    if (!options.get) return this.run<SetReply<Text<M>, Get, If, Held>>("SET", args, statusOrNull);
    args.push("GET");
    return this.run<SetReply<Text<M>, Get, If, Held>>("SET", args, plain);
  }

  /**
   * Get the strings at all `keys`; `null` where there is none.
   * @example
   * ```ts
   * await redis.mget("a", "b"); // ["10", null]
   * ```
   * @see https://redis.io/docs/latest/commands/mget/
   */
  mget(...keys: Many<Key>): Reply<M, (Text<M> | null)[]> {
    return this.run<(Text<M> | null)[]>("MGET", listOf(keys), plain);
  }

  /**
   * Set several keys at once, all or none visible to others.
   * @example
   * ```ts
   * await redis.mset({ a: 10, b: 20 }); // "OK"
   * ```
   * @see https://redis.io/docs/latest/commands/mset/
   */
  mset(values: Fields): Reply<M, "OK"> {
    const args: Arg[] = [];
    pushFields(args, values);
    return this.run<"OK">("MSET", args, status);
  }
  /**
   * Set several keys at once, but only if none of them exists.
   * @returns `false` when nothing was set
   * @example
   * ```ts
   * await redis.msetnx({ a: 1, b: 2 }); // true
   * await redis.msetnx({ b: 3, c: 4 }); // false, c is not set either
   * ```
   * @see https://redis.io/docs/latest/commands/msetnx/
   */
  msetnx(values: Fields): Reply<M, boolean> {
    const args: Arg[] = [];
    pushFields(args, values);
    return this.run("MSETNX", args, boolean);
  }

  /**
   * Set `key` to `value`, to expire after `milliseconds`. The newer form is `set` with `{ px }`.
   * @see https://redis.io/docs/latest/commands/psetex/
   */
  psetex(key: Key, milliseconds: number, value: Value): Reply<M, "OK"> {
    return this.run<"OK">("PSETEX", [key, milliseconds, value], status);
  }

  /**
   * Set `key` to `value`, to expire after `seconds`. The newer form is `set` with `{ ex }`.
   * @see https://redis.io/docs/latest/commands/setex/
   */
  setex(key: Key, seconds: number, value: Value): Reply<M, "OK"> {
    return this.run<"OK">("SETEX", [key, seconds, value], status);
  }

  /**
   * Set `key` to `value` if the key does not exist. The newer form is `set` with `{ nx: true }`.
   * @returns `true` when it was set
   * @see https://redis.io/docs/latest/commands/setnx/
   */
  setnx(key: Key, value: Value): Reply<M, boolean> {
    return this.run("SETNX", [key, value], boolean);
  }

  /**
   * Write `value` over the string at `key` from byte `offset` on; a gap is filled with zero bytes.
   * @returns length in bytes afterwards
   * @example
   * ```ts
   * await redis.set("greeting", "Hello World");
   * await redis.setrange("greeting", 6, "Redis"); // 11, it reads "Hello Redis"
   * ```
   * @see https://redis.io/docs/latest/commands/setrange/
   */
  setrange(key: Key, offset: number, value: Value): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("SETRANGE", [key, offset, value], plain);
  }

  /**
   * Length in bytes of the string at `key`; 0 when there is none.
   * @see https://redis.io/docs/latest/commands/strlen/
   */
  strlen(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("STRLEN", [key], plain);
  }

  /**
   * The old name of {@link StringCommands.getrange}.
   * @see https://redis.io/docs/latest/commands/substr/
   */
  substr(key: Key, start: number, end: number): Reply<M, Text<M>> {
    return this.run<Text<M>>("SUBSTR", [key, start, end], plain);
  }
}

/** Append the words of an expiry. */
export function pushExpiry(args: Arg[], expiry: Expiry): void {
  if (expiry.ex !== undefined) args.push("EX", expiry.ex);
  if (expiry.px !== undefined) args.push("PX", expiry.px);
  if (expiry.exat !== undefined) args.push("EXAT", expiry.exat);
  if (expiry.pxat !== undefined) args.push("PXAT", expiry.pxat);
}
