/** Sorted set commands about single members. @see https://redis.io/docs/latest/commands/?group=sorted-set */
import { formatDouble, shortestDouble } from "../../../protocol/double.js";
import { Double, ErrorReply, Replies, type ReplyValue } from "../../../protocol/reply.js";
import { floatArg, isWord } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR } from "../texts.js";
import { SortedSetValue } from "../types/sorted-set.js";
import { cursorArg, elementScanArgs, scanReply } from "./element-scan.js";
import {
  checkPairCount,
  distinctPlaces,
  isCutOffBy,
  randomPlace,
  repeatedPlaces,
  signedCountArg,
} from "./random-draw.js";
import { sortedSetAlgebraHandlers } from "./sorted-set-algebra.js";
import { sortedSetPopHandlers } from "./sorted-set-pops.js";
import { sortedSetRangeHandlers } from "./sorted-set-ranges.js";
import { memberCollector } from "./sorted-set-replies.js";

const XX_AND_NX = "ERR XX and NX options at the same time are not compatible";
const GT_LT_NX = "ERR GT, LT, and/or NX options at the same time are not compatible";
const INCR_ONE_PAIR = "ERR INCR option supports a single increment-element pair";
const SCORE_NAN = "ERR resulting score is not a number (NaN)";

/** One bit an option of ZADD. */
const Add = { NX: 1, XX: 2, GT: 4, LT: 8, CH: 16, INCR: 32 } as const;

function addFlag(option: string): number {
  if (option.length !== 2) return isWord(option, "INCR") ? Add.INCR : 0;
  if (isWord(option, "NX")) return Add.NX;
  if (isWord(option, "XX")) return Add.XX;
  if (isWord(option, "GT")) return Add.GT;
  if (isWord(option, "LT")) return Add.LT;
  return isWord(option, "CH") ? Add.CH : 0;
}

/** ZADD, and ZINCRBY with the flag INCR from the start. */
function add(session: Session, args: Args, given: number): ReplyValue {
  let flags = given;
  let at = 2;
  for (; at < args.length; at++) {
    const flag = addFlag(args[at]);
    if (flag === 0) break;
    flags |= flag;
  }
  const words = args.length - at;
  if (words === 0 || words % 2 !== 0) throw new ErrorReply(SYNTAX_ERROR);
  if (flags !== 0) checkAddFlags(flags, words / 2);
  // The scores are read twice rather than kept: most commands have one pair.
  for (let i = at; i < args.length; i += 2) floatArg(args[i]);
  return addPairs(session, args, at, flags);
}

function checkAddFlags(flags: number, pairs: number): void {
  const nx = (flags & Add.NX) !== 0;
  const gt = (flags & Add.GT) !== 0;
  const lt = (flags & Add.LT) !== 0;
  if (nx && (flags & Add.XX) !== 0) throw new ErrorReply(XX_AND_NX);
  if ((gt && nx) || (lt && nx) || (gt && lt)) throw new ErrorReply(GT_LT_NX);
  if ((flags & Add.INCR) !== 0 && pairs > 1) throw new ErrorReply(INCR_ONE_PAIR);
}

function addPairs(session: Session, args: Args, at: number, flags: number): ReplyValue {
  const { db } = session;
  const key = args[1];
  const increments = (flags & Add.INCR) !== 0;
  let set = db.sortedSet(key);
  if (set === undefined) {
    if ((flags & Add.XX) !== 0) return increments ? null : 0;
    set = new SortedSetValue(session.engine.config);
    db.put(key, set);
  }
  const { config } = session.engine;
  // Later versions choose the encoding before they have seen whether the members are new.
  if ((args.length - at) / 2 > config.zsetMaxListpackEntries && session.engine.isAtLeast("7.2"))
    set.toSkipList();
  let added = 0;
  let updated = 0;
  let result: ReplyValue = null;
  for (let i = at; i < args.length; i += 2) {
    const member = args[i + 1];
    const old = set.score(member);
    let score = floatArg(args[i]);
    if (increments && old !== undefined && (flags & Add.NX) === 0) {
      score += old;
      if (Number.isNaN(score)) throw new ErrorReply(SCORE_NAN);
    }
    if (flags !== 0 && isHeldBack(flags, old, score)) continue;
    if (increments) result = new Double(score);
    if (old === undefined) added++;
    else if (old !== score) updated++;
    set.set(member, score);
  }
  if (added !== 0 || updated !== 0) db.modified(key, Notify.ZSET, increments ? "zincr" : "zadd");
  if (increments) return result;
  return (flags & Add.CH) !== 0 ? added + updated : added;
}

/** Do NX, XX, GT or LT forbid that a member gets the score? */
function isHeldBack(flags: number, old: number | undefined, score: number): boolean {
  if (old === undefined) return (flags & Add.XX) !== 0;
  if ((flags & Add.NX) !== 0) return true;
  if ((flags & Add.GT) !== 0 && score <= old) return true;
  return (flags & Add.LT) !== 0 && score >= old;
}

function zrem(session: Session, args: Args): number {
  const { db } = session;
  const set = db.sortedSet(args[1]);
  if (set === undefined) return 0;
  let removed = 0;
  for (let i = 2; i < args.length; i++) if (set.delete(args[i])) removed++;
  if (removed !== 0) {
    db.modified(args[1], Notify.ZSET, "zrem");
    db.removeIfEmpty(args[1], set);
  }
  return removed;
}

function zcard(session: Session, args: Args): number {
  return session.db.sortedSet(args[1])?.size ?? 0;
}

function zscore(session: Session, args: Args): ReplyValue {
  const score = session.db.sortedSet(args[1])?.score(args[2]);
  return score === undefined ? null : new Double(score);
}

function zmscore(session: Session, args: Args): ReplyValue {
  const set = session.db.sortedSet(args[1]);
  const scores: ReplyValue[] = [];
  for (let i = 2; i < args.length; i++) {
    const score = set?.score(args[i]);
    scores.push(score === undefined ? null : new Double(score));
  }
  return scores;
}

function zrank(session: Session, args: Args): ReplyValue {
  return session.db.sortedSet(args[1])?.rank(args[2]) ?? null;
}

function zrevrank(session: Session, args: Args): ReplyValue {
  const set = session.db.sortedSet(args[1]);
  const rank = set?.rank(args[2]);
  return set === undefined || rank === undefined ? null : set.size - 1 - rank;
}

function zrandmember(session: Session, args: Args): ReplyValue {
  const { random } = session.engine;
  if (args.length === 2) {
    const set = session.db.sortedSet(args[1]);
    return set === undefined ? null : set.at(randomPlace(set.size, random)).member;
  }
  const count = signedCountArg(args[2]);
  if (args.length > 4 || (args.length === 4 && !isWord(args[3], "WITHSCORES"))) {
    throw new ErrorReply(SYNTAX_ERROR);
  }
  const withScores = args.length === 4;
  if (withScores) checkPairCount(args[2]);
  const set = session.db.sortedSet(args[1]);
  const reply: ReplyValue[] = [];
  if (set === undefined || count === 0) return reply;
  if (count < 0 && isCutOffBy(session, -count)) return new Replies([]);
  const visit = memberCollector(session, withScores, reply);
  if (count >= set.size) {
    set.walk(0, set.size, visit);
    return reply;
  }
  const places =
    count > 0 ? distinctPlaces(set.size, count, random) : repeatedPlaces(set.size, -count, random);
  for (const place of places) set.walk(place, 1, visit);
  return reply;
}

function zscan(session: Session, args: Args): ReplyValue {
  const cursor = cursorArg(args[2]);
  const set = session.db.sortedSet(args[1]);
  if (set === undefined) return scanReply(0, []);
  const { count, matches } = elementScanArgs(args);
  const isListpack = set.encoding() === "listpack";
  const format = isListpack && session.engine.isAtLeast("7.2") ? shortestDouble : formatDouble;
  const found: string[] = [];
  const next = set.scan(cursor, count, (member, score) => {
    if (matches(member)) found.push(member, scannedScore(score, isListpack, format));
  });
  return scanReply(next, found);
}

/** ZSCAN shows scores as they are stored; a listpack stores integers below 2^62 as such. */
function scannedScore(score: number, isListpack: boolean, format: (value: number) => string): string {
  if (isListpack && Number.isInteger(score) && Math.abs(score) <= 2 ** 62) return String(BigInt(score));
  return format(score);
}

/** The sorted set commands. */
export const sortedSetHandlers: Handlers = {
  ZADD: (session, args) => add(session, args, 0),
  ZINCRBY: (session, args) => add(session, args, Add.INCR),
  ZREM: zrem,
  ZCARD: zcard,
  ZSCORE: zscore,
  ZMSCORE: zmscore,
  ZRANK: zrank,
  ZREVRANK: zrevrank,
  ZRANDMEMBER: zrandmember,
  ZSCAN: zscan,
  ...sortedSetRangeHandlers,
  ...sortedSetPopHandlers,
  ...sortedSetAlgebraHandlers,
};
