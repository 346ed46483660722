/** List commands that never wait. @see https://redis.io/docs/latest/commands/?group=list */
import { ErrorReply, NULL_ARRAY, OK, type ReplyValue } from "../../../protocol/reply.js";
import { integerArg, isWord, positiveArg, rangeArg } from "../arguments.js";
import type { Database } from "../database.js";
import type { Args, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { INDEX_OUT_OF_RANGE, NO_SUCH_KEY, SYNTAX_ERROR, wrongArity } from "../texts.js";
import { ListValue } from "../types/list.js";
import { blockingListHandlers } from "./blocking-lists.js";
import { indexRange } from "./index-range.js";
import { type End, endArg, moveElement, multiPopArgs, popElements, popFromFirst } from "./list-moves.js";

const RANK_ZERO =
  "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... " +
  "or use negative to start from the end of the list";

/** LPUSH and RPUSH: the list is made when there is none. */
function push(session: Session, args: Args, end: End): number {
  const { db } = session;
  const key = args[1];
  let list = db.list(key);
  if (list === undefined) {
    list = new ListValue();
    db.put(key, list);
  }
  return pushAll(db, list, args, end);
}

/** LPUSHX and RPUSHX: only onto a list that exists. */
function pushExisting(session: Session, args: Args, end: End): number {
  const list = session.db.list(args[1]);
  return list === undefined ? 0 : pushAll(session.db, list, args, end);
}

function pushAll(db: Database, list: ListValue, args: Args, end: End): number {
  if (end === "head") for (let i = 2; i < args.length; i++) list.pushHead(args[i]);
  else for (let i = 2; i < args.length; i++) list.pushTail(args[i]);
  db.modified(args[1], Notify.LIST, end === "head" ? "lpush" : "rpush");
  return list.size;
}

/** LPOP and RPOP, with or without a count. */
function pop(session: Session, args: Args, end: End): ReplyValue {
  const { db } = session;
  const key = args[1];
  if (args.length === 2) {
    const list = db.list(key);
    if (list === undefined) return null;
    const item = end === "head" ? list.popHead() : list.popTail();
    db.modified(key, Notify.LIST, end === "head" ? "lpop" : "rpop");
    db.removeIfEmpty(key, list);
    return item as string;
  }
  if (args.length > 3) throw new ErrorReply(wrongArity(end === "head" ? "lpop" : "rpop"));
  const count = positiveArg(args[2]);
  const list = db.list(key);
  if (list === undefined) return NULL_ARRAY;
  return count === 0 ? [] : popElements(db, key, list, end, count);
}

function llen(session: Session, args: Args): number {
  return session.db.list(args[1])?.size ?? 0;
}

function lindex(session: Session, args: Args): ReplyValue {
  const list = session.db.list(args[1]);
  if (list === undefined) return null;
  const index = integerArg(args[2]);
  return list.at(index < 0 ? index + list.size : index) ?? null;
}

function lset(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const list = db.list(args[1]);
  if (list === undefined) throw new ErrorReply(NO_SUCH_KEY);
  const index = integerArg(args[2]);
  const place = index < 0 ? index + list.size : index;
  if (place < 0 || place >= list.size) throw new ErrorReply(INDEX_OUT_OF_RANGE);
  list.replace(place, args[3]);
  db.modified(args[1], Notify.LIST, "lset");
  return OK;
}

function lrange(session: Session, args: Args): ReplyValue {
  const start = integerArg(args[2]);
  const stop = integerArg(args[3]);
  const list = session.db.list(args[1]);
  if (list === undefined) return [];
  const { from, end } = indexRange(start, stop, list.size);
  return list.range(from, end);
}

function ltrim(session: Session, args: Args): ReplyValue {
  const start = integerArg(args[2]);
  const stop = integerArg(args[3]);
  const { db } = session;
  const list = db.list(args[1]);
  if (list === undefined) return OK;
  const { size } = list;
  const { from, end } = indexRange(start, stop, size);
  list.dropTail(size - end);
  list.dropHead(from);
  db.modified(args[1], Notify.LIST, "ltrim");
  // It is an event, but no change.
  if (from === 0 && end === size) session.engine.dirty--;
  db.removeIfEmpty(args[1], list);
  return OK;
}

function linsert(session: Session, args: Args): number {
  const behind = isWord(args[2], "AFTER");
  if (!behind && !isWord(args[2], "BEFORE")) throw new ErrorReply(SYNTAX_ERROR);
  const { db } = session;
  const list = db.list(args[1]);
  if (list === undefined) return 0;
  const pivot = args[3];
  for (let i = 0; i < list.size; i++) {
    if (list.at(i) !== pivot) continue;
    list.insert(behind ? i + 1 : i, args[4]);
    db.modified(args[1], Notify.LIST, "linsert");
    return list.size;
  }
  return -1;
}

function lrem(session: Session, args: Args): number {
  const count = integerArg(args[2]);
  const { db } = session;
  const list = db.list(args[1]);
  if (list === undefined) return 0;
  const limit = count === 0 ? Number.POSITIVE_INFINITY : Math.abs(count);
  const removed = list.removeEqual(args[3], limit, count < 0);
  if (removed !== 0) {
    db.modified(args[1], Notify.LIST, "lrem");
    db.removeIfEmpty(args[1], list);
  }
  return removed;
}

function lpos(session: Session, args: Args): ReplyValue {
  let rank = 1;
  let count = -1;
  let maxLength = 0;
  for (let i = 3; i < args.length; i += 2) {
    const option = args[i];
    if (i + 1 === args.length) throw new ErrorReply(SYNTAX_ERROR);
    if (isWord(option, "RANK")) {
      rank = integerArg(args[i + 1]);
      if (rank === 0) throw new ErrorReply(RANK_ZERO);
    } else if (isWord(option, "COUNT")) {
      count = rangeArg(args[i + 1], 0, Number.POSITIVE_INFINITY, "ERR COUNT can't be negative");
    } else if (isWord(option, "MAXLEN")) {
      maxLength = rangeArg(args[i + 1], 0, Number.POSITIVE_INFINITY, "ERR MAXLEN can't be negative");
    } else {
      throw new ErrorReply(SYNTAX_ERROR);
    }
  }
  const list = session.db.list(args[1]);
  const wanted = count === -1 ? 1 : count === 0 ? Number.POSITIVE_INFINITY : count;
  const places = list === undefined ? [] : positions(list, args[2], rank, wanted, maxLength || list.size);
  if (count !== -1) return places;
  return places.length === 0 ? null : places[0];
}

/** Indexes of elements equal to `item`: `count` of them, from the match number |rank| on, after at most `look` comparisons. */
function positions(list: ListValue, item: string, rank: number, count: number, look: number): number[] {
  const places: number[] = [];
  const { size } = list;
  let skip = Math.abs(rank) - 1;
  for (let n = 0; n < size && n < look && places.length < count; n++) {
    const place = rank > 0 ? n : size - 1 - n;
    if (list.at(place) !== item) continue;
    if (skip > 0) skip--;
    else places.push(place);
  }
  return places;
}

function lmove(session: Session, args: Args): ReplyValue {
  const from = endArg(args[3]);
  const to = endArg(args[4]);
  return moveElement(session.db, args[1], args[2], from, to) ?? null;
}

function rpoplpush(session: Session, args: Args): ReplyValue {
  return moveElement(session.db, args[1], args[2], "tail", "head") ?? null;
}

function lmpop(session: Session, args: Args): ReplyValue {
  const { keys, end, count } = multiPopArgs(args, 1);
  return popFromFirst(session.db, keys, end, count) ?? NULL_ARRAY;
}

/** The list commands. */
export const listHandlers: Handlers = {
  LPUSH: (session, args) => push(session, args, "head"),
  RPUSH: (session, args) => push(session, args, "tail"),
  LPUSHX: (session, args) => pushExisting(session, args, "head"),
  RPUSHX: (session, args) => pushExisting(session, args, "tail"),
  LPOP: (session, args) => pop(session, args, "head"),
  RPOP: (session, args) => pop(session, args, "tail"),
  LLEN: llen,
  LINDEX: lindex,
  LSET: lset,
  LRANGE: lrange,
  LTRIM: ltrim,
  LINSERT: linsert,
  LREM: lrem,
  LPOS: lpos,
  LMOVE: lmove,
  RPOPLPUSH: rpoplpush,
  LMPOP: lmpop,
  ...blockingListHandlers,
};
