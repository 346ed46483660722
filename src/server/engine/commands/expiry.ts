/** Time to live. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { isWord, lowerCase } from "../arguments.js";
import {
  MILLISECONDS,
  momentArg,
  momentReply,
  SECONDS,
  type TimeForm,
  UNIX_MILLISECONDS,
  UNIX_SECONDS,
} from "../expiry-arguments.js";
import type { Args, Handler, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import { removal } from "../propagation.js";
import type { Session } from "../session.js";
import { shownLast } from "../texts.js";

interface Conditions {
  nx: boolean;
  xx: boolean;
  gt: boolean;
  lt: boolean;
}

function conditionArgs(args: Args): Conditions {
  const conditions = { nx: false, xx: false, gt: false, lt: false };
  for (let i = 3; i < args.length; i++) {
    if (isWord(args[i], "NX")) conditions.nx = true;
    else if (isWord(args[i], "XX")) conditions.xx = true;
    else if (isWord(args[i], "GT")) conditions.gt = true;
    else if (isWord(args[i], "LT")) conditions.lt = true;
    else throw new ErrorReply(`ERR Unsupported option ${shownLast(args[i])}`);
  }
  const { nx, xx, gt, lt } = conditions;
  if (nx && (xx || gt || lt)) {
    throw new ErrorReply("ERR NX and XX, GT or LT options at the same time are not compatible");
  }
  if (gt && lt) throw new ErrorReply("ERR GT and LT options at the same time are not compatible");
  return conditions;
}

/** Without a time to live a key is taken to live for ever, so that GT never and LT always holds. */
function allows({ nx, xx, gt, lt }: Conditions, current: number | undefined, wanted: number): boolean {
  if (nx) return current === undefined;
  if (xx && current === undefined) return false;
  if (gt) return current !== undefined && wanted > current;
  return !lt || current === undefined || wanted < current;
}

function expire(session: Session, args: Args, form: TimeForm, command: string): ReplyValue {
  const { db, engine } = session;
  const key = args[1];
  const conditions = args.length > 3 ? conditionArgs(args) : undefined;
  const moment = momentArg(args[2], form, engine.now, command, false);
  const entry = db.find(key);
  if (entry === undefined) return 0;
  if (conditions !== undefined && !allows(conditions, entry.deadline?.at, moment)) return 0;
  if (engine.isPast(moment)) {
    db.delete(key);
    db.modified(key, Notify.GENERIC, "del");
    engine.propagation?.instead(removal(engine, key, "lazyfree-lazy-expire"));
  } else {
    db.setExpiry(key, moment);
    db.modified(key, Notify.GENERIC, "expire");
    if (form !== UNIX_MILLISECONDS) {
      engine.propagation?.instead(["PEXPIREAT", key, String(moment), ...args.slice(3)]);
    }
  }
  return 1;
}

function expireBy(name: string, form: TimeForm): Handler {
  const command = lowerCase(name);
  return (session, args) => expire(session, args, form, command);
}

/** -2: no such key; -1: it does not expire. */
function remaining(session: Session, key: string, { unit, relative }: TimeForm): ReplyValue {
  const entry = session.db.probe(key);
  if (entry === undefined) return -2;
  if (entry.deadline === undefined) return -1;
  const milliseconds = relative ? Math.max(0, entry.deadline.at - session.engine.now) : entry.deadline.at;
  return unit === 1 ? momentReply(milliseconds) : Math.floor((milliseconds + 500) / 1000);
}

function persist(session: Session, args: Args): ReplyValue {
  const { db } = session;
  if (!db.has(args[1]) || !db.persist(args[1])) return 0;
  db.modified(args[1], Notify.GENERIC, "persist");
  return 1;
}

export const expiryHandlers: Handlers = {
  EXPIRE: expireBy("EXPIRE", SECONDS),
  PEXPIRE: expireBy("PEXPIRE", MILLISECONDS),
  EXPIREAT: expireBy("EXPIREAT", UNIX_SECONDS),
  PEXPIREAT: expireBy("PEXPIREAT", UNIX_MILLISECONDS),
  TTL: (session, args) => remaining(session, args[1], SECONDS),
  PTTL: (session, args) => remaining(session, args[1], MILLISECONDS),
  EXPIRETIME: (session, args) => remaining(session, args[1], UNIX_SECONDS),
  PEXPIRETIME: (session, args) => remaining(session, args[1], UNIX_MILLISECONDS),
  PERSIST: persist,
};
