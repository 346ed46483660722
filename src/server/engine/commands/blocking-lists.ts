/** List commands that wait until there is an element. */
import { NULL_ARRAY, type ReplyValue } from "../../../protocol/reply.js";
import { timeoutArg } from "../arguments.js";
import { Blocked } from "../blocking.js";
import type { Database } from "../database.js";
import type { Args, Handlers } from "../handler.js";
import type { Session } from "../session.js";
import { ListValue } from "../types/list.js";
import {
  type End,
  endArg,
  moveElement,
  multiPopArgs,
  popElements,
  popFromFirst,
  popName,
} from "./list-moves.js";

/** A key with waiters has changed, maybe to another type; then they go on waiting. */
function holdsList(db: Database, key: string): boolean {
  return db.get(key) instanceof ListValue;
}

/** BLPOP and BRPOP. */
function popOrWait(session: Session, args: Args, end: End): ReplyValue | Blocked {
  const { db } = session;
  const timeout = timeoutArg(args[args.length - 1]);
  const keys = args.slice(1, -1);
  const popOne = (key: string): ReplyValue | undefined => {
    const list = db.list(key);
    if (list === undefined) return undefined;
    session.engine.propagation?.instead([popName(end), key]);
    return [key, popElements(db, key, list, end, 1)[0]];
  };
  for (const key of keys) {
    const reply = popOne(key);
    if (reply !== undefined) return reply;
  }
  return new Blocked(keys, timeout, (key) => (holdsList(db, key) ? popOne(key) : undefined), NULL_ARRAY);
}

/** The ends as redis-server tells them of who has waited. */
const SIDE: { readonly [end in End]: string } = { head: "left", tail: "right" };

/** @param told the command that does the same at once */
function moveOrWait(
  session: Session,
  source: string,
  destination: string,
  from: End,
  to: End,
  timeout: number,
  told: Args,
): ReplyValue | Blocked {
  const { db } = session;
  const { propagation } = session.engine;
  const item = moveElement(db, source, destination, from, to);
  if (item !== undefined) {
    propagation?.instead(told);
    return item;
  }
  const later = told.length === 3 ? told : ["LMOVE", source, destination, SIDE[from], SIDE[to]];
  const move = (): ReplyValue | undefined => {
    const moved = moveElement(db, source, destination, from, to);
    if (moved !== undefined) session.engine.propagation?.instead(later);
    return moved;
  };
  return new Blocked([source], timeout, () => (holdsList(db, source) ? move() : undefined), NULL_ARRAY, null);
}

function blmove(session: Session, args: Args): ReplyValue | Blocked {
  const from = endArg(args[3]);
  const to = endArg(args[4]);
  return moveOrWait(session, args[1], args[2], from, to, timeoutArg(args[5]), ["LMOVE", ...args.slice(1, 5)]);
}

function brpoplpush(session: Session, args: Args): ReplyValue | Blocked {
  const told = ["RPOPLPUSH", args[1], args[2]];
  return moveOrWait(session, args[1], args[2], "tail", "head", timeoutArg(args[3]), told);
}

function blmpop(session: Session, args: Args): ReplyValue | Blocked {
  const { db } = session;
  const { keys, end, count } = multiPopArgs(args, 2);
  const timeout = timeoutArg(args[1]);
  const reply = popFromFirst(db, keys, end, count);
  if (reply !== undefined) return reply;
  return new Blocked(
    keys,
    timeout,
    (key) => (holdsList(db, key) ? popFromFirst(db, [key], end, count) : undefined),
    NULL_ARRAY,
  );
}

/** The list commands that may wait. */
export const blockingListHandlers: Handlers = {
  BLPOP: (session, args) => popOrWait(session, args, "head"),
  BRPOP: (session, args) => popOrWait(session, args, "tail"),
  BLMOVE: blmove,
  BRPOPLPUSH: brpoplpush,
  BLMPOP: blmpop,
};
