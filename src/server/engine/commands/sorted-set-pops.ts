/** Sorted set commands that take the least or greatest members out, at once or when there are some. */
import { ErrorReply, NULL_ARRAY, type ReplyValue } from "../../../protocol/reply.js";
import { isWord, positiveArg, rangeArg, timeoutArg } from "../arguments.js";
import { Blocked } from "../blocking.js";
import type { Database } from "../database.js";
import type { Args, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { COUNT_NOT_POSITIVE, NUMKEYS_NOT_POSITIVE, SYNTAX_ERROR } from "../texts.js";
import type { ScoreVisitor } from "../types/score-tree.js";
import { SortedSetValue } from "../types/sorted-set.js";
import { flatCollector, pairCollector } from "./sorted-set-replies.js";

/** Which members go: the least or the greatest. */
type Side = "min" | "max";

/** Take up to `count` members out, with events; the emptied set goes. The key must hold `set`. */
function popMembers(
  db: Database,
  key: string,
  set: SortedSetValue,
  side: Side,
  count: number,
  visit: ScoreVisitor,
): void {
  const taken = Math.min(count, set.size);
  if (side === "min") {
    set.removeRange(0, taken, visit);
  } else {
    set.walkBack(set.size - 1, taken, visit);
    set.removeRange(set.size - taken, taken);
  }
  db.modified(key, Notify.ZSET, side === "min" ? "zpopmin" : "zpopmax");
  db.removeIfEmpty(key, set);
}

/** The command that takes from that side. */
function popName(side: Side): string {
  return side === "min" ? "ZPOPMIN" : "ZPOPMAX";
}

/** ZPOPMIN and ZPOPMAX. */
function pop(session: Session, args: Args, side: Side): ReplyValue {
  if (args.length > 3) throw new ErrorReply(SYNTAX_ERROR);
  const hasCount = args.length === 3;
  const count = hasCount ? positiveArg(args[2]) : 1;
  const set = session.db.sortedSet(args[1]);
  if (set === undefined || count === 0) return [];
  const reply: ReplyValue[] = [];
  const visit = hasCount && session.protocol === 3 ? pairCollector(reply) : flatCollector(reply);
  popMembers(session.db, args[1], set, side, count, visit);
  return reply;
}

/** One member as BZPOPMIN answers it: key, member, score. */
function popOne(db: Database, key: string, side: Side): ReplyValue | undefined {
  const set = db.sortedSet(key);
  if (set === undefined) return undefined;
  const reply: ReplyValue[] = [key];
  popMembers(db, key, set, side, 1, flatCollector(reply));
  db.engine.propagation?.instead([popName(side), key]);
  return reply;
}

/** Members of the first key that has some as ZMPOP answers them: key, pairs. */
function popFromFirst(
  db: Database,
  keys: readonly string[],
  side: Side,
  count: number,
): ReplyValue | undefined {
  for (const key of keys) {
    const set = db.sortedSet(key);
    if (set === undefined) continue;
    const pairs: ReplyValue[] = [];
    popMembers(db, key, set, side, count, pairCollector(pairs));
    db.engine.propagation?.instead([popName(side), key, String(pairs.length)]);
    return [key, pairs];
  }
  return undefined;
}

/** A key with waiters has changed, maybe to another type; then they go on waiting. */
function holdsSortedSet(db: Database, key: string): boolean {
  return db.get(key) instanceof SortedSetValue;
}

/** BZPOPMIN and BZPOPMAX. */
function popOrWait(session: Session, args: Args, side: Side): ReplyValue | Blocked {
  const { db } = session;
  const timeout = timeoutArg(args[args.length - 1]);
  const keys = args.slice(1, -1);
  for (const key of keys) {
    const reply = popOne(db, key, side);
    if (reply !== undefined) return reply;
  }
  return new Blocked(
    keys,
    timeout,
    (key) => (holdsSortedSet(db, key) ? popOne(db, key, side) : undefined),
    NULL_ARRAY,
  );
}

/** The arguments of ZMPOP and BZMPOP. */
interface MultiPop {
  readonly keys: readonly string[];
  readonly side: Side;
  readonly count: number;
}

/** Read `numkeys key [key ...] MIN|MAX [COUNT n]` from place `at` on. @throws ErrorReply */
function multiPopArgs(args: Args, at: number): MultiPop {
  const numkeys = rangeArg(args[at], 1, Number.POSITIVE_INFINITY, NUMKEYS_NOT_POSITIVE);
  const behind = at + 1 + numkeys;
  if (behind >= args.length) throw new ErrorReply(SYNTAX_ERROR);
  const side = sideArg(args[behind]);
  let count = 1;
  if (args.length > behind + 1) {
    if (!isWord(args[behind + 1], "COUNT") || args.length === behind + 2) throw new ErrorReply(SYNTAX_ERROR);
    count = rangeArg(args[behind + 2], 1, Number.POSITIVE_INFINITY, COUNT_NOT_POSITIVE);
    if (args.length > behind + 3) throw new ErrorReply(SYNTAX_ERROR);
  }
  return { keys: args.slice(at + 1, behind), side, count };
}

function sideArg(text: string): Side {
  if (isWord(text, "MIN")) return "min";
  if (isWord(text, "MAX")) return "max";
  throw new ErrorReply(SYNTAX_ERROR);
}

function zmpop(session: Session, args: Args): ReplyValue {
  const { keys, side, count } = multiPopArgs(args, 1);
  return popFromFirst(session.db, keys, side, count) ?? NULL_ARRAY;
}

function bzmpop(session: Session, args: Args): ReplyValue | Blocked {
  const { db } = session;
  const { keys, side, count } = multiPopArgs(args, 2);
  const timeout = timeoutArg(args[1]);
  const reply = popFromFirst(db, keys, side, count);
  if (reply !== undefined) return reply;
  return new Blocked(
    keys,
    timeout,
    (key) => (holdsSortedSet(db, key) ? popFromFirst(db, [key], side, count) : undefined),
    NULL_ARRAY,
  );
}

/** The commands that pop from sorted sets. */
export const sortedSetPopHandlers: Handlers = {
  ZPOPMIN: (session, args) => pop(session, args, "min"),
  ZPOPMAX: (session, args) => pop(session, args, "max"),
  ZMPOP: zmpop,
  BZPOPMIN: (session, args) => popOrWait(session, args, "min"),
  BZPOPMAX: (session, args) => popOrWait(session, args, "max"),
  BZMPOP: bzmpop,
};
