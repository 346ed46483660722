/** Sorted set commands about ranges: by rank, by score, by bytes. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { integerArg, isWord } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR } from "../texts.js";
import { SortedSetValue } from "../types/sorted-set.js";
import { type IndexRange, indexRange } from "./index-range.js";
import { lexRange, type RangeFinder, scoreRange } from "./score-ranges.js";
import { memberCollector } from "./sorted-set-replies.js";

const LIMIT_NEEDS_ORDER =
  "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX";
const NO_SCORES_BY_LEX = "ERR syntax error, WITHSCORES not supported in combination with BYLEX";

/** By what the ends of a range are given. */
type RangeBy = "rank" | "score" | "lex";

/** What a command of the family says by its name; `undefined`: an option says it. */
interface RangeForm {
  readonly by?: RangeBy;
  readonly reverse?: boolean;
}

/** A whole ZRANGE, arguments read. */
interface RangeQuery {
  readonly by: RangeBy;
  readonly find: RangeFinder;
  readonly reverse: boolean;
  readonly withScores: boolean;
  readonly offset: number;
  /** Negative: no limit. */
  readonly limit: number;
}

/** Read `min max [options]` from place `at` on. @throws ErrorReply */
function rangeQuery(args: Args, at: number, form: RangeForm, stores: boolean): RangeQuery {
  let by = form.by;
  let reverse = form.reverse;
  let withScores = false;
  let offset = 0;
  let limit = -1;
  for (let i = at + 2; i < args.length; i++) {
    const option = args[i];
    if (!stores && isWord(option, "WITHSCORES")) {
      withScores = true;
    } else if (isWord(option, "LIMIT") && i + 2 < args.length) {
      offset = integerArg(args[i + 1]);
      limit = integerArg(args[i + 2]);
      i += 2;
    } else if (form.reverse === undefined && reverse === undefined && isWord(option, "REV")) {
      reverse = true;
    } else if (by === undefined && isWord(option, "BYLEX")) {
      by = "lex";
    } else if (by === undefined && isWord(option, "BYSCORE")) {
      by = "score";
    } else {
      throw new ErrorReply(SYNTAX_ERROR);
    }
  }
  by ??= "rank";
  reverse ??= false;
  if (limit !== -1 && by === "rank") throw new ErrorReply(LIMIT_NEEDS_ORDER);
  if (withScores && by === "lex") throw new ErrorReply(NO_SCORES_BY_LEX);
  // A limit of -1 is let through without an order, and then means nothing.
  if (by === "rank") offset = 0;
  return { by, find: finder(args, at, by, reverse), reverse, withScores, offset, limit };
}

/** The ends of the range stand at `args[at]` and behind it, the greater one first when it is reversed. */
function finder(args: Args, at: number, by: RangeBy, reverse: boolean): RangeFinder {
  if (by === "rank") {
    const start = integerArg(args[at]);
    const stop = integerArg(args[at + 1]);
    return (set) => {
      const range = indexRange(start, stop, set.size);
      return reverse ? { from: set.size - range.end, end: set.size - range.from } : range;
    };
  }
  const min = args[reverse ? at + 1 : at];
  const max = args[reverse ? at : at + 1];
  return by === "score" ? scoreRange(min, max) : lexRange(min, max);
}

/** What a query selects after LIMIT: `from` is the first rank to be seen, in the query's direction. */
function selected(
  { engine }: Session,
  query: RangeQuery,
  set: SortedSetValue,
): { readonly first: number; readonly count: number } {
  const { from, end } = query.find(set);
  const { limit, reverse } = query;
  let { offset } = query;
  const inRange = end - from;
  // A negative offset is never used up, so nothing is left; Redis 8.0 counts it from the end, in a skip list alone.
  if (offset < 0 && engine.isAtLeast("8.0") && set.encoding() === "skiplist") offset += inRange;
  const left = offset < 0 ? 0 : Math.max(0, inRange - offset);
  const count = limit < 0 ? left : Math.min(left, limit);
  return { first: reverse ? end - 1 - offset : from + offset, count };
}

function walkQuery(
  session: Session,
  query: RangeQuery,
  set: SortedSetValue,
  visit: (member: string, score: number) => void,
): void {
  const { first, count } = selected(session, query, set);
  if (query.reverse) set.walkBack(first, count, visit);
  else set.walk(first, count, visit);
}

function range(session: Session, args: Args, form: RangeForm): ReplyValue {
  const query = rangeQuery(args, 2, form, false);
  const set = session.db.sortedSet(args[1]);
  const reply: ReplyValue[] = [];
  if (set !== undefined) walkQuery(session, query, set, memberCollector(session, query.withScores, reply));
  return reply;
}

function zrangestore(session: Session, args: Args): number {
  const query = rangeQuery(args, 3, {}, true);
  const { db } = session;
  const set = db.sortedSet(args[2]);
  const result = new SortedSetValue(session.engine.config);
  if (set !== undefined) {
    const { zsetMaxListpackEntries } = session.engine.config;
    // How many there are is known beforehand, and a listpack would forget the sign of a negative zero.
    if (query.by === "rank" && selected(session, query, set).count > zsetMaxListpackEntries)
      result.toSkipList();
    walkQuery(session, query, set, (member, score) => result.set(member, score));
  }
  return storeSortedSet(session, args[1], result, "zrangestore");
}

/** Put what a command has computed at `key`; an empty one removes the key. @returns its size */
export function storeSortedSet(session: Session, key: string, result: SortedSetValue, event: string): number {
  const { db } = session;
  if (result.size === 0) {
    if (db.delete(key)) db.modified(key, Notify.GENERIC, "del");
    return 0;
  }
  db.overwrite(key, result);
  db.modified(key, Notify.ZSET, event);
  return result.size;
}

function zcount(session: Session, args: Args): number {
  return countIn(session, args[1], scoreRange(args[2], args[3]));
}

function zlexcount(session: Session, args: Args): number {
  return countIn(session, args[1], lexRange(args[2], args[3]));
}

function countIn(session: Session, key: string, find: RangeFinder): number {
  const set = session.db.sortedSet(key);
  if (set === undefined) return 0;
  const { from, end } = find(set);
  return end - from;
}

function zremrangebyrank(session: Session, args: Args): number {
  const start = integerArg(args[2]);
  const stop = integerArg(args[3]);
  return removeIn(session, args[1], (set) => indexRange(start, stop, set.size), "zremrangebyrank");
}

function zremrangebyscore(session: Session, args: Args): number {
  return removeIn(session, args[1], scoreRange(args[2], args[3]), "zremrangebyscore");
}

function zremrangebylex(session: Session, args: Args): number {
  return removeIn(session, args[1], lexRange(args[2], args[3]), "zremrangebylex");
}

function removeIn(session: Session, key: string, find: RangeFinder, event: string): number {
  const { db } = session;
  const set = db.sortedSet(key);
  if (set === undefined) return 0;
  const { from, end }: IndexRange = find(set);
  if (from === end) return 0;
  set.removeRange(from, end - from);
  db.modified(key, Notify.ZSET, event);
  db.removeIfEmpty(key, set);
  return end - from;
}

const RANK_REVERSED: RangeForm = { by: "rank", reverse: true };
const BY_SCORE: RangeForm = { by: "score", reverse: false };
const BY_SCORE_REVERSED: RangeForm = { by: "score", reverse: true };
const BY_LEX: RangeForm = { by: "lex", reverse: false };
const BY_LEX_REVERSED: RangeForm = { by: "lex", reverse: true };

/** The commands about ranges of sorted sets. */
export const sortedSetRangeHandlers: Handlers = {
  ZRANGE: (session, args) => range(session, args, {}),
  ZREVRANGE: (session, args) => range(session, args, RANK_REVERSED),
  ZRANGEBYSCORE: (session, args) => range(session, args, BY_SCORE),
  ZREVRANGEBYSCORE: (session, args) => range(session, args, BY_SCORE_REVERSED),
  ZRANGEBYLEX: (session, args) => range(session, args, BY_LEX),
  ZREVRANGEBYLEX: (session, args) => range(session, args, BY_LEX_REVERSED),
  ZRANGESTORE: zrangestore,
  ZCOUNT: zcount,
  ZLEXCOUNT: zlexcount,
  ZREMRANGEBYRANK: zremrangebyrank,
  ZREMRANGEBYSCORE: zremrangebyscore,
  ZREMRANGEBYLEX: zremrangebylex,
};
