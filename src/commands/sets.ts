/** Commands on sets: members without order, each once. */
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import {
  type Arg,
  CommandSet,
  type Key,
  listOf,
  type Many,
  type OneOrMore,
  pushCounted,
  type Value,
} from "./base.js";
import { pushScan, type ScanOptions } from "./keys.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { boolean, booleans, type Decode, plain } from "./replies.js";

/** One page of a set. */
export interface MemberPage<T = string> {
  /** Where the next page starts; `"0"` when this was the last one. */
  cursor: string;
  members: T[];
}

/** Options of `sintercard` and `zintercard`. */
export interface IntercardOptions {
  /** Stop counting here; 0: no limit. */
  limit?: number;
}

const memberPage: Decode<never> = (reply) => {
  const [cursor, members] = reply as [RawReply, RawReply[]];
  return { cursor: textOf(cursor), members } as never;
};

/** Commands on sets. */
export abstract class SetCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Add members to the set at `key`.
   * @returns how many were not in it
   * @example
   * ```ts
   * await redis.sadd("members", "Carol"); // 1
   * await redis.sadd("members", "Carol"); // 0
   * ```
   * @see https://redis.io/docs/latest/commands/sadd/
   */
  sadd(key: Key, ...members: Many<Value>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("SADD", [key, ...listOf(members)], plain);
  }

  /**
   * How many members the set at `key` has; 0 when there is none.
   * @see https://redis.io/docs/latest/commands/scard/
   */
  scard(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("SCARD", [key], plain);
  }

  /**
   * Members of the first set that are in none of the others.
   * @see https://redis.io/docs/latest/commands/sdiff/
   */
  sdiff(...keys: Many<Key>): Reply<M, Text<M>[]> {
    return this.run<Text<M>[]>("SDIFF", listOf(keys), plain);
  }

  /**
   * Keep at `destination` the members of the first set that are in none of the others.
   * @returns how many they are
   * @see https://redis.io/docs/latest/commands/sdiffstore/
   */
  sdiffstore(destination: Key, ...keys: Many<Key>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("SDIFFSTORE", [destination, ...listOf(keys)], plain);
  }

  /**
   * Members that are in all sets.
   * @example
   * ```ts
   * await redis.sinter("tag:1:news", "tag:2:news", "tag:5:news"); // ["1000"]
   * ```
   * @see https://redis.io/docs/latest/commands/sinter/
   */
  sinter(...keys: Many<Key>): Reply<M, Text<M>[]> {
    return this.run<Text<M>[]>("SINTER", listOf(keys), plain);
  }

  /**
   * How many members are in all sets.
   * @example
   * ```ts
   * await redis.sintercard(["tag:1:news", "tag:2:news"], { limit: 100 });
   * ```
   * @see https://redis.io/docs/latest/commands/sintercard/
   */
  sintercard(keys: OneOrMore<Key>, options?: IntercardOptions): Reply<M, Integer<M>> {
    const args: Arg[] = [];
    pushCounted(args, keys);
    if (options?.limit !== undefined) args.push("LIMIT", options.limit);
    return this.run<Integer<M>>("SINTERCARD", args, plain);
  }

  /**
   * Keep at `destination` the members that are in all sets.
   * @returns how many they are
   * @see https://redis.io/docs/latest/commands/sinterstore/
   */
  sinterstore(destination: Key, ...keys: Many<Key>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("SINTERSTORE", [destination, ...listOf(keys)], plain);
  }

  /**
   * Is `member` in the set at `key`?
   * @see https://redis.io/docs/latest/commands/sismember/
   */
  sismember(key: Key, member: Value): Reply<M, boolean> {
    return this.run("SISMEMBER", [key, member], boolean);
  }

  /**
   * All members of the set at `key`, in no order.
   * @see https://redis.io/docs/latest/commands/smembers/
   */
  smembers(key: Key): Reply<M, Text<M>[]> {
    return this.run<Text<M>[]>("SMEMBERS", [key], plain);
  }

  /**
   * Which of `members` are in the set at `key`?
   * @example
   * ```ts
   * await redis.smismember("members", "Carol", "Mallory"); // [true, false]
   * ```
   * @see https://redis.io/docs/latest/commands/smismember/
   */
  smismember(key: Key, ...members: Many<Value>): Reply<M, boolean[]> {
    return this.run("SMISMEMBER", [key, ...listOf(members)], booleans);
  }

  /**
   * Move `member` from one set to another.
   * @returns `false` when the source has no such member
   * @see https://redis.io/docs/latest/commands/smove/
   */
  smove(source: Key, destination: Key, member: Value): Reply<M, boolean> {
    return this.run("SMOVE", [source, destination, member], boolean);
  }

  /**
   * Remove and get any member of the set at `key`; `null` when there is none.
   * @see https://redis.io/docs/latest/commands/spop/
   */
  spop(key: Key): Reply<M, Text<M> | null>;
  /**
   * Remove and get up to `count` members of the set at `key`, chosen at random.
   * @see https://redis.io/docs/latest/commands/spop/
   */
  spop(key: Key, count: number): Reply<M, Text<M>[]>;
  spop(key: Key, count?: number): Reply<M, Text<M> | null> | Reply<M, Text<M>[]> {
    return this.run<never>("SPOP", count === undefined ? [key] : [key, count], plain);
  }

  /**
   * Any member of the set at `key`; `null` when there is none.
   * @see https://redis.io/docs/latest/commands/srandmember/
   */
  srandmember(key: Key): Reply<M, Text<M> | null>;
  /**
   * Several members of the set at `key`, chosen at random.
   * @param count this many different ones at most; negative: exactly so many, some perhaps twice
   * @see https://redis.io/docs/latest/commands/srandmember/
   */
  srandmember(key: Key, count: number): Reply<M, Text<M>[]>;
  srandmember(key: Key, count?: number): Reply<M, Text<M> | null> | Reply<M, Text<M>[]> {
    return this.run<never>("SRANDMEMBER", count === undefined ? [key] : [key, count], plain);
  }

  /**
   * Remove members of the set at `key`; without members left the key is gone.
   * @returns how many were in it
   * @see https://redis.io/docs/latest/commands/srem/
   */
  srem(key: Key, ...members: Many<Value>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("SREM", [key, ...listOf(members)], plain);
  }

  /**
   * One page of the set at `key`; small sets come in one.
   * @param cursor `0` to start, then the cursor of the page before
   * @see https://redis.io/docs/latest/commands/sscan/
   */
  sscan(key: Key, cursor: string | number, options?: ScanOptions): Reply<M, MemberPage<Text<M>>> {
    const args: Arg[] = [key, cursor];
    if (options) pushScan(args, options);
    return this.run<MemberPage<Text<M>>>("SSCAN", args, memberPage);
  }

  /**
   * Members that are in any of the sets.
   * @see https://redis.io/docs/latest/commands/sunion/
   */
  sunion(...keys: Many<Key>): Reply<M, Text<M>[]> {
    return this.run<Text<M>[]>("SUNION", listOf(keys), plain);
  }

  /**
   * Keep at `destination` the members that are in any of the sets.
   * @returns how many they are
   * @see https://redis.io/docs/latest/commands/sunionstore/
   */
  sunionstore(destination: Key, ...keys: Many<Key>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("SUNIONSTORE", [destination, ...listOf(keys)], plain);
  }
}
