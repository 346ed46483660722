/** Strings: reading and writing the whole value. Parts of it are in string-ranges.ts, numbers in counters.ts. */
import { ErrorReply, OK, type ReplyValue } from "../../../protocol/reply.js";
import { isWord } from "../arguments.js";
import type { Database } from "../database.js";
import {
  MILLISECONDS,
  momentArg,
  parseSetOptions,
  SECONDS,
  type TimeForm,
  timeFormWord,
} from "../expiry-arguments.js";
import type { Args, Handlers } from "../handler.js";
import type { Value } from "../keyspace.js";
import { Notify } from "../notify.js";
import { removal } from "../propagation.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR, WRONG_TYPE, wrongArity } from "../texts.js";
import { MutableString } from "../types/string.js";
import { counterHandlers } from "./counters.js";
import { lcs } from "./lcs.js";
import { stringRangeHandlers } from "./string-ranges.js";

function get(session: Session, args: Args): ReplyValue {
  return session.db.string(args[1]) ?? null;
}

/** The text of a string; `null` also for other types. */
function textOrNull(db: Database, key: string): string | null {
  const value = db.get(key);
  if (typeof value === "string") return value;
  return value instanceof MutableString ? value.text() : null;
}

/** @throws ErrorReply WRONGTYPE */
function textOf(value: Value | undefined): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  if (value instanceof MutableString) return value.text();
  throw new ErrorReply(WRONG_TYPE);
}

function mget(session: Session, args: Args): ReplyValue {
  const values: (string | null)[] = [];
  for (let i = 1; i < args.length; i++) values.push(textOrNull(session.db, args[i]));
  return values;
}

function set(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const key = args[1];
  if (args.length === 3) {
    db.overwrite(key, args[2]);
    db.modified(key, Notify.STRING, "set");
    return OK;
  }
  const options = parseSetOptions(args, session.engine.now);
  const before = options.get ? (db.string(key) ?? null) : null;
  if ((options.nx || options.xx) && db.has(key) !== options.xx) return before;
  storeString(db, key, args[2], options.expireAt, options.keepTtl);
  if (!options.get) return OK;
  if (options.expireAt === undefined) {
    session.engine.propagation?.instead(args.filter((word, at) => at < 3 || !isWord(word, "GET")));
  }
  return before;
}

/**
 * What SET, SETEX and PSETEX have in common.
 * @param expireAt ms since 1970; `undefined`: never
 * @param keepTtl leave the time to live as it is
 */
export function storeString(
  db: Database,
  key: string,
  value: string,
  expireAt: number | undefined,
  keepTtl = false,
): void {
  if (keepTtl || expireAt !== undefined) {
    // An expired key must be seen to go before its time to live is taken over.
    db.has(key);
    db.put(key, value);
  } else {
    db.overwrite(key, value);
  }
  // Before the event, so that whoever hears it sees the key as it will be.
  if (expireAt !== undefined) db.setExpiry(key, expireAt);
  db.modified(key, Notify.STRING, "set");
  if (expireAt === undefined) return;
  db.event(key, Notify.GENERIC, "expire");
  db.engine.propagation?.instead(["SET", key, value, "PXAT", String(expireAt)]);
}

function setWithExpiry(session: Session, args: Args, form: TimeForm, command: string): ReplyValue {
  const expireAt = momentArg(args[2], form, session.engine.now, command, true);
  storeString(session.db, args[1], args[3], expireAt);
  return OK;
}

function setnx(session: Session, args: Args): ReplyValue {
  if (session.db.has(args[1])) return 0;
  storeString(session.db, args[1], args[2], undefined);
  return 1;
}

function getset(session: Session, args: Args): ReplyValue {
  const before = session.db.string(args[1]) ?? null;
  storeString(session.db, args[1], args[2], undefined);
  session.engine.propagation?.instead(["SET", args[1], args[2]]);
  return before;
}

function getdel(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const value = db.string(args[1]);
  if (value === undefined) return null;
  db.delete(args[1]);
  db.modified(args[1], Notify.GENERIC, "del");
  const { engine } = session;
  engine.propagation?.instead(removal(engine, args[1], "lazyfree-lazy-user-del"));
  return value;
}

function getex(session: Session, args: Args): ReplyValue {
  const { db, engine } = session;
  const key = args[1];
  let persist = false;
  let form: TimeForm | undefined;
  let time = "";
  for (let i = 2; i < args.length; i++) {
    if (isWord(args[i], "PERSIST") && form === undefined) {
      persist = true;
      continue;
    }
    const found = timeFormWord(args[i]);
    const clash = (form !== undefined && form !== found) || persist;
    if (found === undefined || clash || i + 1 >= args.length) {
      throw new ErrorReply(SYNTAX_ERROR);
    }
    form = found;
    time = args[++i];
  }
  // redis-server looks at the key first: a missing one is no reason to complain about the time.
  const value = textOf(db.findToRead(key)?.value);
  if (value === undefined) return null;
  if (form !== undefined) {
    const expireAt = momentArg(time, form, engine.now, "getex", true);
    if (engine.isPast(expireAt)) {
      db.delete(key);
      db.modified(key, Notify.GENERIC, "del");
      engine.propagation?.instead(removal(engine, key, "lazyfree-lazy-expire"));
    } else {
      db.setExpiry(key, expireAt);
      db.modified(key, Notify.GENERIC, "expire");
      engine.propagation?.instead(["PEXPIREAT", key, String(expireAt)]);
    }
  } else if (persist && db.persist(key)) {
    db.modified(key, Notify.GENERIC, "persist");
    engine.propagation?.instead(["PERSIST", key]);
  }
  return value;
}

function mset(session: Session, args: Args): ReplyValue {
  checkPairs(args, "mset");
  setPairs(session.db, args);
  return OK;
}

function msetnx(session: Session, args: Args): ReplyValue {
  checkPairs(args, "msetnx");
  for (let i = 1; i < args.length; i += 2) if (session.db.has(args[i])) return 0;
  setPairs(session.db, args);
  return 1;
}

function checkPairs(args: Args, command: string): void {
  if (args.length % 2 === 0) throw new ErrorReply(wrongArity(command));
}

function setPairs(db: Database, args: Args): void {
  for (let i = 1; i < args.length; i += 2) {
    db.overwrite(args[i], args[i + 1]);
    db.modified(args[i], Notify.STRING, "set");
  }
}

export const stringHandlers: Handlers = {
  GET: get,
  MGET: mget,
  SET: set,
  SETEX: (session, args) => setWithExpiry(session, args, SECONDS, "setex"),
  PSETEX: (session, args) => setWithExpiry(session, args, MILLISECONDS, "psetex"),
  SETNX: setnx,
  GETSET: getset,
  GETDEL: getdel,
  GETEX: getex,
  MSET: mset,
  MSETNX: msetnx,
  LCS: lcs,
  ...counterHandlers,
  ...stringRangeHandlers,
};
