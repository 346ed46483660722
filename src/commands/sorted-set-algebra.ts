/** Union, intersection and difference of sorted sets; plain sets take part with a score of 1 for each member. */
import { type Arg, CommandSet, type Key, type OneOrMore, pushCounted } from "./base.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { plain } from "./replies.js";
import type { IntercardOptions } from "./sets.js";
import { withScores } from "./sorted-set-ranges.js";
import type { MembersReply } from "./sorted-sets.js";

/** How scores of the same member are joined. */
export interface AggregateOptions {
  /** A factor for the scores of each key, in the order of the keys. */
  weights?: readonly number[];
  /** What becomes of several scores: their sum unless you say otherwise. */
  aggregate?: "sum" | "min" | "max";
}

/** Options of {@link SortedSetAlgebraCommands.zunion} and `zinter`. */
export interface CombineOptions<WithScores extends boolean = boolean> extends AggregateOptions {
  /** Reply with `{ member, score }` instead of members. */
  withScores?: WithScores;
}

function pushCombine(args: Arg[], keys: OneOrMore<Key>, options: AggregateOptions | undefined): void {
  pushCounted(args, keys);
  if (options?.weights !== undefined) {
    args.push("WEIGHTS");
    for (const weight of options.weights) args.push(weight);
  }
  if (options?.aggregate !== undefined) args.push("AGGREGATE", options.aggregate);
}

/** Commands that combine sorted sets. */
export abstract class SortedSetAlgebraCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Members of the first sorted set that are in none of the others.
   * @see https://redis.io/docs/latest/commands/zdiff/
   */
  zdiff<WithScores extends boolean = false>(
    keys: OneOrMore<Key>,
    options?: { withScores?: WithScores },
  ): Reply<M, MembersReply<Text<M>, WithScores>> {
    const args: Arg[] = [];
    pushCounted(args, keys);
    const decode = withScores(args, options?.withScores);
    return this.run<MembersReply<Text<M>, WithScores>>("ZDIFF", args, decode);
  }

  /**
   * Keep at `destination` the members of the first sorted set that are in none of the others.
   * @returns how many they are
   * @see https://redis.io/docs/latest/commands/zdiffstore/
   */
  zdiffstore(destination: Key, keys: OneOrMore<Key>): Reply<M, Integer<M>> {
    const args: Arg[] = [destination];
    pushCounted(args, keys);
    return this.run<Integer<M>>("ZDIFFSTORE", args, plain);
  }

  /**
   * Members that are in all sorted sets.
   * @example
   * ```ts
   * await redis.zinter(["week:1", "week:2"], { aggregate: "min", withScores: true });
   * ```
   * @see https://redis.io/docs/latest/commands/zinter/
   */
  zinter<WithScores extends boolean = false>(
    keys: OneOrMore<Key>,
    options?: CombineOptions<WithScores>,
  ): Reply<M, MembersReply<Text<M>, WithScores>> {
    const args: Arg[] = [];
    pushCombine(args, keys, options);
    const decode = withScores(args, options?.withScores);
    return this.run<MembersReply<Text<M>, WithScores>>("ZINTER", args, decode);
  }

  /**
   * How many members are in all sorted sets.
   * @see https://redis.io/docs/latest/commands/zintercard/
   */
  zintercard(keys: OneOrMore<Key>, options?: IntercardOptions): Reply<M, Integer<M>> {
    const args: Arg[] = [];
    pushCounted(args, keys);
    if (options?.limit !== undefined) args.push("LIMIT", options.limit);
    return this.run<Integer<M>>("ZINTERCARD", args, plain);
  }

  /**
   * Keep at `destination` the members that are in all sorted sets.
   * @returns how many they are
   * @see https://redis.io/docs/latest/commands/zinterstore/
   */
  zinterstore(destination: Key, keys: OneOrMore<Key>, options?: AggregateOptions): Reply<M, Integer<M>> {
    const args: Arg[] = [destination];
    pushCombine(args, keys, options);
    return this.run<Integer<M>>("ZINTERSTORE", args, plain);
  }

  /**
   * Members that are in any of the sorted sets.
   * @example
   * ```ts
   * await redis.zunion(["hour:13", "hour:14"], { weights: [1, 2], withScores: true });
   * ```
   * @see https://redis.io/docs/latest/commands/zunion/
   */
  zunion<WithScores extends boolean = false>(
    keys: OneOrMore<Key>,
    options?: CombineOptions<WithScores>,
  ): Reply<M, MembersReply<Text<M>, WithScores>> {
    const args: Arg[] = [];
    pushCombine(args, keys, options);
    const decode = withScores(args, options?.withScores);
    return this.run<MembersReply<Text<M>, WithScores>>("ZUNION", args, decode);
  }

  /**
   * Keep at `destination` the members that are in any of the sorted sets.
   * @returns how many they are
   * @example
   * ```ts
   * await redis.zunionstore("day", ["hour:00", "hour:01"], { aggregate: "sum" });
   * ```
   * @see https://redis.io/docs/latest/commands/zunionstore/
   */
  zunionstore(destination: Key, keys: OneOrMore<Key>, options?: AggregateOptions): Reply<M, Integer<M>> {
    const args: Arg[] = [destination];
    pushCombine(args, keys, options);
    return this.run<Integer<M>>("ZUNIONSTORE", args, plain);
  }
}
