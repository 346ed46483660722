/** Commands on sorted sets: members, each once, in the order of their scores. */
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
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
import { pushScan, type ScanOptions } from "./keys.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { type RankOptions, type RankReply, rankCall } from "./rank-reply.js";
import { type Decode, double, doubleOrNull, doublesOrNulls, plain, type Scored, scored } from "./replies.js";

/** A score: a number, also `Infinity`, or its text. */
export type Score = number | bigint | string;

/** A bound of a range of scores: inclusive, or exclusive with a parenthesis in front (`"(1.5"`); `"-inf"`, `"+inf"`. */
export type ScoreBound = number | bigint | string;

/** A member with its score, going in. */
export interface ScoredInput {
  readonly member: Value;
  readonly score: Score;
}

/**
 * Members with scores, going in: `{ member, score }`, a list of them, a `Map` or an object from members to scores.
 * An object whose only keys are `member` and `score` is one member: use a `Map` where members are any words.
 */
export type ScoredMembers =
  | ScoredInput
  | readonly ScoredInput[]
  | ReadonlyMap<Value, Score>
  | Readonly<Record<string, Score>>;

/** Options of {@link SortedSetCommands.zadd}; the type parameter records that `incr` changes the reply. */
export interface ZaddOptions<Incr extends boolean = boolean> {
  /** Only add members, never change a score. */
  nx?: boolean;
  /** Only change scores, never add members. */
  xx?: boolean;
  /** Change a score only to a greater one. */
  gt?: boolean;
  /** Change a score only to a lesser one. */
  lt?: boolean;
  /** Reply with how many were added or changed, not only with how many were added. */
  ch?: boolean;
  /** Add to the score of the one member given, and reply with the sum. */
  incr?: Incr;
}

/** Reply of {@link SortedSetCommands.zadd}: a count; with `incr` the new score, `null` where a condition was not met. */
export type ZaddReply<I, Incr extends boolean> = Incr extends true ? number | null : I;

/** What a blocking pop gives: the sorted set that had something, and what it was. */
export interface PoppedScored<T = string> extends Scored<T> {
  key: T;
}

/** What {@link SortedSetCommands.zmpop} gives: the sorted set that had something, and its members. */
export interface PoppedScoredMany<T = string> {
  key: T;
  members: Scored<T>[];
}

/** Options of {@link SortedSetCommands.zmpop}. */
export interface ZmpopOptions {
  /** At most this many members (1 unless you say so). */
  count?: number;
}

/** Members, or members with scores where `withScores` is set. */
export type MembersReply<T, WithScores extends boolean> = WithScores extends true ? Scored<T>[] : T[];

/** One page of a sorted set. */
export interface ScoredPage<T = string> {
  /** Where the next page starts; `"0"` when this was the last one. */
  cursor: string;
  members: Scored<T>[];
}

const scoredPage: Decode<never> = (reply) => {
  const [cursor, members] = reply as [RawReply, RawReply];
  return { cursor: textOf(cursor), members: scored(members) } as never;
};

/** The pop of one member is `[member, score]` in both protocols, empty when there was none. */
const firstScored: Decode<never> = (reply) => {
  const [first = null] = scored(reply) as Scored<RawReply>[];
  return first as never;
};

const poppedScored: Decode<never> = (reply) => {
  if (reply === null) return null as never;
  const [key, member, score] = reply as RawReply[];
  return { key, member, score: double(score) } as never;
};

const poppedScoredMany: Decode<never> = (reply) => {
  if (reply === null) return null as never;
  const [key, members] = reply as RawReply[];
  return { key, members: scored(members) } as never;
};

function isOne(members: object): members is ScoredInput {
  return "member" in members && "score" in members && Object.keys(members).length === 2;
}

/** Append scores and members. */
function pushScored(args: Arg[], members: ScoredMembers): void {
  if (Array.isArray(members)) {
    for (const { member, score } of members as readonly ScoredInput[]) args.push(score, member);
  } else if (members instanceof Map) {
    for (const [member, score] of members as ReadonlyMap<Value, Score>) args.push(score, member);
  } else if (isOne(members)) {
    args.push(members.score, members.member);
  } else {
    const record = members as Readonly<Record<string, Score>>;
    for (const member of Object.keys(record)) args.push(record[member], member);
  }
}

function popArgs(keys: OneOrMore<Key>, timeout: number): Arg[] {
  const args: Arg[] = [];
  pushAll(args, keys);
  args.push(timeout);
  return args;
}

function pushPop(args: Arg[], keys: OneOrMore<Key>, from: "min" | "max", options?: ZmpopOptions): void {
  pushCounted(args, keys);
  args.push(from);
  if (options?.count !== undefined) args.push("COUNT", options.count);
}

/** Commands on sorted sets: adding, removing, scores, ranks, pops. */
export abstract class SortedSetCommands<M extends Mode> extends CommandSet<M> {
  /**
   * {@link SortedSetCommands.zmpop} that waits up to `timeout` seconds (0: without end) for a member.
   * @returns `null` when none came
   * @see https://redis.io/docs/latest/commands/bzmpop/
   */
  bzmpop(
    timeout: number,
    keys: OneOrMore<Key>,
    from: "min" | "max",
    options?: ZmpopOptions,
  ): Reply<M, PoppedScoredMany<Text<M>> | null> {
    const args: Arg[] = [timeout];
    pushPop(args, keys, from, options);
    return this.run<PoppedScoredMany<Text<M>> | null>("BZMPOP", args, poppedScoredMany);
  }

  /**
   * Pop the member with the highest score of the first sorted set that has one, waiting up to `timeout` seconds
   * (0: without end).
   * @returns `null` when none came
   * @see https://redis.io/docs/latest/commands/bzpopmax/
   */
  bzpopmax(keys: OneOrMore<Key>, timeout: number): Reply<M, PoppedScored<Text<M>> | null> {
    return this.run<PoppedScored<Text<M>> | null>("BZPOPMAX", popArgs(keys, timeout), poppedScored);
  }

  /**
   * Pop the member with the lowest score of the first sorted set that has one, waiting up to `timeout` seconds
   * (0: without end).
   * @returns `null` when none came
   * @example
   * ```ts
   * await redis.bzpopmin("due", 5); // { key: "due", member: "job:1", score: 1700000000 }
   * ```
   * @see https://redis.io/docs/latest/commands/bzpopmin/
   */
  bzpopmin(keys: OneOrMore<Key>, timeout: number): Reply<M, PoppedScored<Text<M>> | null> {
    return this.run<PoppedScored<Text<M>> | null>("BZPOPMIN", popArgs(keys, timeout), poppedScored);
  }

  /**
   * Add members with their scores to the sorted set at `key`, or change the scores of those it has.
   * @returns how many were added; with `ch` how many were added or changed; with `incr` the new score, or `null`
   * where a condition was not met
   * @example
   * ```ts
   * await redis.zadd("hackers", { member: "Alan Kay", score: 1940 });
   * await redis.zadd("hackers", { "Sophie Wilson": 1957, "Ada Lovelace": 1815 });
   * await redis.zadd("best", { member: "Ada", score: 17 }, { gt: true, ch: true });
   * await redis.zadd("votes", { member: "post:1", score: 1 }, { incr: true }); // number | null
   * ```
   * @see https://redis.io/docs/latest/commands/zadd/
   */
  zadd<Incr extends boolean = false>(
    key: Key,
    members: ScoredMembers,
    options?: ZaddOptions<Incr>,
  ): Reply<M, ZaddReply<Integer<M>, Incr>> {
    const args: Arg[] = [key];
    if (options) {
      if (options.nx) args.push("NX");
      if (options.xx) args.push("XX");
      if (options.gt) args.push("GT");
      if (options.lt) args.push("LT");
      if (options.ch) args.push("CH");
      if (options.incr) args.push("INCR");
    }
    pushScored(args, members);
    const decode = options?.incr ? (doubleOrNull as Decode<never>) : plain;
    return this.run<ZaddReply<Integer<M>, Incr>>("ZADD", args, decode);
  }

  /**
   * How many members the sorted set at `key` has; 0 when there is none.
   * @see https://redis.io/docs/latest/commands/zcard/
   */
  zcard(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("ZCARD", [key], plain);
  }

  /**
   * How many members of the sorted set at `key` have a score from `min` to `max`.
   * @example
   * ```ts
   * await redis.zcount("hackers", "-inf", "(1950"); // born before 1950
   * ```
   * @see https://redis.io/docs/latest/commands/zcount/
   */
  zcount(key: Key, min: ScoreBound, max: ScoreBound): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("ZCOUNT", [key, min, max], plain);
  }

  /**
   * Add `by` to the score of `member`; a missing member counts as 0.
   * @returns the new score
   * @example
   * ```ts
   * await redis.zincrby("requests:2026-08-01:14", 1, "/index.html"); // 1
   * ```
   * @see https://redis.io/docs/latest/commands/zincrby/
   */
  zincrby(key: Key, by: Score, member: Value): Reply<M, number> {
    return this.run("ZINCRBY", [key, by, member], double);
  }

  /**
   * How many members of the sorted set at `key`, all of the same score, lie between two words.
   * @param min `[word` (with it), `(word` (without it), or `-`
   * @param max `[word` (with it), `(word` (without it), or `+`
   * @see https://redis.io/docs/latest/commands/zlexcount/
   */
  zlexcount(key: Key, min: Key, max: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("ZLEXCOUNT", [key, min, max], plain);
  }

  /**
   * Pop members with the lowest or highest scores from the first sorted set that has any.
   * @returns `null` when all are empty
   * @example
   * ```ts
   * await redis.zmpop(["urgent", "due"], "min", { count: 10 });
   * // { key: "due", members: [{ member: "job:1", score: 1 }] }
   * ```
   * @see https://redis.io/docs/latest/commands/zmpop/
   */
  zmpop(
    keys: OneOrMore<Key>,
    from: "min" | "max",
    options?: ZmpopOptions,
  ): Reply<M, PoppedScoredMany<Text<M>> | null> {
    const args: Arg[] = [];
    pushPop(args, keys, from, options);
    return this.run<PoppedScoredMany<Text<M>> | null>("ZMPOP", args, poppedScoredMany);
  }

  /**
   * Scores of several members; `null` where there is no such member.
   * @see https://redis.io/docs/latest/commands/zmscore/
   */
  zmscore(key: Key, ...members: Many<Value>): Reply<M, (number | null)[]> {
    return this.run("ZMSCORE", [key, ...listOf(members)], doublesOrNulls);
  }

  /**
   * Pop the member with the highest score of the sorted set at `key`; `null` when there is none.
   * @see https://redis.io/docs/latest/commands/zpopmax/
   */
  zpopmax(key: Key): Reply<M, Scored<Text<M>> | null>;
  /**
   * Pop up to `count` members with the highest scores of the sorted set at `key`, the highest first.
   * @see https://redis.io/docs/latest/commands/zpopmax/
   */
  zpopmax(key: Key, count: number): Reply<M, Scored<Text<M>>[]>;
  zpopmax(key: Key, count?: number): Reply<M, Scored<Text<M>> | null> | Reply<M, Scored<Text<M>>[]> {
    if (count === undefined) return this.run<Scored<Text<M>> | null>("ZPOPMAX", [key], firstScored);
    return this.run<Scored<Text<M>>[]>("ZPOPMAX", [key, count], scored);
  }

  /**
   * Pop the member with the lowest score of the sorted set at `key`; `null` when there is none.
   * @see https://redis.io/docs/latest/commands/zpopmin/
   */
  zpopmin(key: Key): Reply<M, Scored<Text<M>> | null>;
  /**
   * Pop up to `count` members with the lowest scores of the sorted set at `key`, the lowest first.
   * @example
   * ```ts
   * await redis.zpopmin("due", 2); // [{ member: "job:1", score: 1 }, { member: "job:2", score: 2 }]
   * ```
   * @see https://redis.io/docs/latest/commands/zpopmin/
   */
  zpopmin(key: Key, count: number): Reply<M, Scored<Text<M>>[]>;
  zpopmin(key: Key, count?: number): Reply<M, Scored<Text<M>> | null> | Reply<M, Scored<Text<M>>[]> {
    if (count === undefined) return this.run<Scored<Text<M>> | null>("ZPOPMIN", [key], firstScored);
    return this.run<Scored<Text<M>>[]>("ZPOPMIN", [key, count], scored);
  }

  /**
   * Any member of the sorted set at `key`; `null` when there is none.
   * @see https://redis.io/docs/latest/commands/zrandmember/
   */
  zrandmember(key: Key): Reply<M, Text<M> | null>;
  /**
   * Several members of the sorted set at `key`, chosen at random.
   * @param count this many different ones at most; negative: exactly so many, some perhaps twice
   * @example
   * ```ts
   * await redis.zrandmember("prizes", 1, { withScores: true }); // [{ member: "car", score: 1 }]
   * ```
   * @see https://redis.io/docs/latest/commands/zrandmember/
   */
  zrandmember<WithScores extends boolean = false>(
    key: Key,
    count: number,
    options?: { withScores?: WithScores },
  ): Reply<M, MembersReply<Text<M>, WithScores>>;
  zrandmember(key: Key, count?: number, options?: { withScores?: boolean }): unknown {
    if (count === undefined) return this.run<Text<M> | null>("ZRANDMEMBER", [key], plain);
    if (!options?.withScores) return this.run<Text<M>[]>("ZRANDMEMBER", [key, count], plain);
    return this.run<Scored<Text<M>>[]>("ZRANDMEMBER", [key, count, "WITHSCORES"], scored);
  }

  /**
   * How many members of the sorted set at `key` come before `member`, from low to high scores; `null` without it.
   * @see https://redis.io/docs/latest/commands/zrank/
   */
  zrank<WithScore extends boolean = false>(
    key: Key,
    member: Value,
    options?: RankOptions<WithScore>,
  ): Reply<M, RankReply<Integer<M>, WithScore>> {
    return this.run("ZRANK", ...rankCall(key, member, options?.withScore));
  }

  /**
   * Remove members of the sorted set at `key`; without members left the key is gone.
   * @returns how many were in it
   * @see https://redis.io/docs/latest/commands/zrem/
   */
  zrem(key: Key, ...members: Many<Value>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("ZREM", [key, ...listOf(members)], plain);
  }

  /**
   * How many members of the sorted set at `key` come before `member`, from high to low scores; `null` without it.
   * @example
   * ```ts
   * const rank = await redis.zrevrank("highscores", "Ada"); // 0: she leads
   * ```
   * @see https://redis.io/docs/latest/commands/zrevrank/
   */
  zrevrank<WithScore extends boolean = false>(
    key: Key,
    member: Value,
    options?: RankOptions<WithScore>,
  ): Reply<M, RankReply<Integer<M>, WithScore>> {
    return this.run("ZREVRANK", ...rankCall(key, member, options?.withScore));
  }

  /**
   * One page of the sorted set at `key`; small ones come in one.
   * @param cursor `0` to start, then the cursor of the page before
   * @see https://redis.io/docs/latest/commands/zscan/
   */
  zscan(key: Key, cursor: string | number, options?: ScanOptions): Reply<M, ScoredPage<Text<M>>> {
    const args: Arg[] = [key, cursor];
    if (options) pushScan(args, options);
    return this.run<ScoredPage<Text<M>>>("ZSCAN", args, scoredPage);
  }

  /**
   * Score of `member`; `null` when the sorted set at `key` has no such member.
   * @see https://redis.io/docs/latest/commands/zscore/
   */
  zscore(key: Key, member: Value): Reply<M, number | null> {
    return this.run("ZSCORE", [key, member], doubleOrNull);
  }
}
