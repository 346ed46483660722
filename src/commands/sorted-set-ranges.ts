/** Parts of sorted sets: by rank, by score, or by word where all scores are the same. */
import { type Arg, CommandSet, type Key, type Value } from "./base.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { type Decode, plain, scored } from "./replies.js";
import type { MembersReply, ScoreBound } from "./sorted-sets.js";

/** Only the members from `offset` on, `count` of them (all for a negative one). */
export interface Limit {
  offset: number;
  count: number;
}

/** Which members a range means. */
export interface RangeOptions {
  /** Bounds are scores or words (`[a`, `(a`, `-`, `+`) instead of ranks. */
  by?: "score" | "lex";
  /** From high to low; the higher bound then comes first. */
  rev?: boolean;
  /** Only with `by`. */
  limit?: Limit;
}

/** Options of {@link SortedSetRangeCommands.zrange}; the type parameter records that `withScores` changes the reply. */
export interface ZrangeOptions<WithScores extends boolean = boolean> extends RangeOptions {
  /** Reply with `{ member, score }` instead of members. */
  withScores?: WithScores;
}

/** Options of the older commands for ranges of scores. */
export interface ScoreRangeOptions<WithScores extends boolean = boolean> {
  limit?: Limit;
  /** Reply with `{ member, score }` instead of members. */
  withScores?: WithScores;
}

function pushRange(args: Arg[], options: RangeOptions): void {
  if (options.by === "score") args.push("BYSCORE");
  else if (options.by === "lex") args.push("BYLEX");
  if (options.rev) args.push("REV");
  pushLimit(args, options.limit);
}

function pushLimit(args: Arg[], limit: Limit | undefined): void {
  if (limit !== undefined) args.push("LIMIT", limit.offset, limit.count);
}

/** Append `WITHSCORES` where it is wanted, and choose the decoder that goes with it. */
export function withScores(args: Arg[], wanted: boolean | undefined): Decode<never> {
  if (!wanted) return plain;
  args.push("WITHSCORES");
  return scored;
}

/** Commands on parts of sorted sets. */
export abstract class SortedSetRangeCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Members of the sorted set at `key` between two bounds: ranks (both included, negative ones count from the end),
   * or with `by` scores or words.
   * @example
   * ```ts
   * await redis.zrange("top", 0, 9, { rev: true, withScores: true }); // [{ member, score }, ...]
   * await redis.zrange("hackers", "-inf", 1950, { by: "score" });
   * await redis.zrange("words", "[bar", "(baz", { by: "lex", limit: { offset: 0, count: 10 } });
   * ```
   * @see https://redis.io/docs/latest/commands/zrange/
   */
  zrange<WithScores extends boolean = false>(
    key: Key,
    start: Value,
    stop: Value,
    options?: ZrangeOptions<WithScores>,
  ): Reply<M, MembersReply<Text<M>, WithScores>> {
    const args: Arg[] = [key, start, stop];
    if (options) pushRange(args, options);
    const decode = withScores(args, options?.withScores);
    return this.run<MembersReply<Text<M>, WithScores>>("ZRANGE", args, decode);
  }

  /**
   * Members of the sorted set at `key` between two words, where all scores are the same. The newer form is
   * {@link SortedSetRangeCommands.zrange} with `by: "lex"`.
   * @param min `[word` (with it), `(word` (without it), or `-`
   * @param max `[word` (with it), `(word` (without it), or `+`
   * @see https://redis.io/docs/latest/commands/zrangebylex/
   */
  zrangebylex(key: Key, min: Key, max: Key, options?: { limit?: Limit }): Reply<M, Text<M>[]> {
    const args: Arg[] = [key, min, max];
    pushLimit(args, options?.limit);
    return this.run<Text<M>[]>("ZRANGEBYLEX", args, plain);
  }

  /**
   * Members of the sorted set at `key` with scores from `min` to `max`. The newer form is
   * {@link SortedSetRangeCommands.zrange} with `by: "score"`.
   * @example
   * ```ts
   * await redis.zrangebyscore("hackers", "-inf", 1950, { withScores: true });
   * ```
   * @see https://redis.io/docs/latest/commands/zrangebyscore/
   */
  zrangebyscore<WithScores extends boolean = false>(
    key: Key,
    min: ScoreBound,
    max: ScoreBound,
    options?: ScoreRangeOptions<WithScores>,
  ): Reply<M, MembersReply<Text<M>, WithScores>> {
    const args: Arg[] = [key, min, max];
    const decode = withScores(args, options?.withScores);
    pushLimit(args, options?.limit);
    return this.run<MembersReply<Text<M>, WithScores>>("ZRANGEBYSCORE", args, decode);
  }

  /**
   * Keep at `destination` what {@link SortedSetRangeCommands.zrange} finds at `source`.
   * @returns how many they are
   * @example
   * ```ts
   * await redis.zrangestore("top10", "highscores", 0, 9, { rev: true });
   * ```
   * @see https://redis.io/docs/latest/commands/zrangestore/
   */
  zrangestore(
    destination: Key,
    source: Key,
    start: Value,
    stop: Value,
    options?: RangeOptions,
  ): Reply<M, Integer<M>> {
    const args: Arg[] = [destination, source, start, stop];
    if (options) pushRange(args, options);
    return this.run<Integer<M>>("ZRANGESTORE", args, plain);
  }

  /**
   * Remove the members of the sorted set at `key` between two words, where all scores are the same.
   * @param min `[word` (with it), `(word` (without it), or `-`
   * @param max `[word` (with it), `(word` (without it), or `+`
   * @returns how many were removed
   * @see https://redis.io/docs/latest/commands/zremrangebylex/
   */
  zremrangebylex(key: Key, min: Key, max: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("ZREMRANGEBYLEX", [key, min, max], plain);
  }

  /**
   * Remove the members of the sorted set at `key` from rank `start` to `stop`, both included.
   * @returns how many were removed
   * @example
   * ```ts
   * await redis.zremrangebyrank("highscores", 0, -101); // keep the best 100
   * ```
   * @see https://redis.io/docs/latest/commands/zremrangebyrank/
   */
  zremrangebyrank(key: Key, start: number, stop: number): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("ZREMRANGEBYRANK", [key, start, stop], plain);
  }

  /**
   * Remove the members of the sorted set at `key` with scores from `min` to `max`.
   * @returns how many were removed
   * @example
   * ```ts
   * await redis.zremrangebyscore("seen", "-inf", Date.now() - 60_000); // forget what is older than a minute
   * ```
   * @see https://redis.io/docs/latest/commands/zremrangebyscore/
   */
  zremrangebyscore(key: Key, min: ScoreBound, max: ScoreBound): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("ZREMRANGEBYSCORE", [key, min, max], plain);
  }

  /**
   * Members of the sorted set at `key` from rank `start` to `stop`, counted from the highest score. The newer form is
   * {@link SortedSetRangeCommands.zrange} with `rev: true`.
   * @see https://redis.io/docs/latest/commands/zrevrange/
   */
  zrevrange<WithScores extends boolean = false>(
    key: Key,
    start: number,
    stop: number,
    options?: { withScores?: WithScores },
  ): Reply<M, MembersReply<Text<M>, WithScores>> {
    const args: Arg[] = [key, start, stop];
    const decode = withScores(args, options?.withScores);
    return this.run<MembersReply<Text<M>, WithScores>>("ZREVRANGE", args, decode);
  }

  /**
   * Members of the sorted set at `key` between two words, the last first. The newer form is
   * {@link SortedSetRangeCommands.zrange} with `by: "lex"` and `rev: true`.
   * @param max `[word` (with it), `(word` (without it), or `+`
   * @param min `[word` (with it), `(word` (without it), or `-`
   * @see https://redis.io/docs/latest/commands/zrevrangebylex/
   */
  zrevrangebylex(key: Key, max: Key, min: Key, options?: { limit?: Limit }): Reply<M, Text<M>[]> {
    const args: Arg[] = [key, max, min];
    pushLimit(args, options?.limit);
    return this.run<Text<M>[]>("ZREVRANGEBYLEX", args, plain);
  }

  /**
   * Members of the sorted set at `key` with scores from `max` down to `min`. The newer form is
   * {@link SortedSetRangeCommands.zrange} with `by: "score"` and `rev: true`.
   * @see https://redis.io/docs/latest/commands/zrevrangebyscore/
   */
  zrevrangebyscore<WithScores extends boolean = false>(
    key: Key,
    max: ScoreBound,
    min: ScoreBound,
    options?: ScoreRangeOptions<WithScores>,
  ): Reply<M, MembersReply<Text<M>, WithScores>> {
    const args: Arg[] = [key, max, min];
    const decode = withScores(args, options?.withScores);
    pushLimit(args, options?.limit);
    return this.run<MembersReply<Text<M>, WithScores>>("ZREVRANGEBYSCORE", args, decode);
  }
}
