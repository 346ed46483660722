/** Commands on keys of any type. Time to live is in expiry.ts, KEYS and SCAN in key-scan.ts, SORT in sort.ts. */
import { ErrorReply, OK, type ReplyValue, SimpleString } from "../../../protocol/reply.js";
import { integerArg, isWord } from "../arguments.js";
import type { Blocked } from "../blocking.js";
import type { Database } from "../database.js";
import type { Args, Handlers } from "../handler.js";
import { type TypeName, typeName, type Value } from "../keyspace.js";
import { isFreedLazily } from "../lazy-free.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import {
  DB_INDEX_OUT_OF_RANGE,
  NO_SUCH_KEY,
  SAME_OBJECT,
  SYNTAX_ERROR,
  TIMEOUT_NEGATIVE,
  TIMEOUT_NOT_INTEGER,
} from "../texts.js";
import { expiryHandlers } from "./expiry.js";
import { keyScanHandlers } from "./key-scan.js";
import { migrateHandlers } from "./migrate.js";
import { objectHandlers } from "./object.js";
import { sortHandlers } from "./sort.js";
import { transferHandlers } from "./transfer.js";

const TYPE_REPLIES: { readonly [type in TypeName | "none"]: SimpleString } = {
  none: new SimpleString("none"),
  string: new SimpleString("string"),
  list: new SimpleString("list"),
  hash: new SimpleString("hash"),
  set: new SimpleString("set"),
  zset: new SimpleString("zset"),
  stream: new SimpleString("stream"),
};

function del(session: Session, args: Args): ReplyValue {
  const { db } = session;
  let count = 0;
  for (let i = 1; i < args.length; i++) {
    if (!db.delete(args[i])) continue;
    db.modified(args[i], Notify.GENERIC, "del");
    count++;
  }
  return count;
}

/** UNLINK: as DEL. No other thread frees values here, so that only the count of them differs. */
function unlink(session: Session, args: Args): ReplyValue {
  const { db, engine } = session;
  for (let i = 1; i < args.length; i++) {
    const entry = db.peek(args[i]);
    if (entry === undefined) continue;
    if (isFreedLazily(entry, engine.config.listMaxListpackSize)) engine.statistics.lazilyFreed++;
  }
  return del(session, args);
}

/** EXISTS counts a key as often as it is named, and leaves its idle time alone. */
function exists(session: Session, args: Args): ReplyValue {
  let count = 0;
  for (let i = 1; i < args.length; i++) if (session.db.probe(args[i]) !== undefined) count++;
  return count;
}

/** TOUCH: the same, and they count as used. */
function touch(session: Session, args: Args): ReplyValue {
  let count = 0;
  for (let i = 1; i < args.length; i++) if (session.db.has(args[i])) count++;
  return count;
}

function type(session: Session, args: Args): ReplyValue {
  const value = session.db.probe(args[1])?.value;
  return TYPE_REPLIES[value === undefined ? "none" : typeName(value)];
}

/** Put a value with its time to live under another key; what was there is replaced. */
function transfer(db: Database, key: string, value: Value, expireAt: number | undefined): void {
  db.delete(key);
  db.put(key, value);
  if (expireAt !== undefined) db.setExpiry(key, expireAt);
}

function rename(session: Session, args: Args, onlyIfFree: boolean): ReplyValue {
  const { db } = session;
  const [, from, to] = args;
  const entry = db.find(from);
  if (entry === undefined) throw new ErrorReply(NO_SUCH_KEY);
  if (from === to) return onlyIfFree ? 0 : OK;
  if (onlyIfFree && db.has(to)) return 0;
  const expireAt = entry.deadline?.at;
  const { value } = entry;
  transfer(db, to, value, expireAt);
  db.delete(from);
  db.modified(from, Notify.GENERIC, "rename_from");
  db.modified(to, Notify.GENERIC, "rename_to");
  return onlyIfFree ? 1 : OK;
}

/** @throws ErrorReply when there is no such database */
function databaseAt(session: Session, index: number): Database {
  const database = session.engine.databases[index];
  if (database === undefined) throw new ErrorReply(DB_INDEX_OUT_OF_RANGE);
  return database;
}

function move(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const key = args[1];
  const target = databaseAt(session, integerArg(args[2]));
  if (target === db) throw new ErrorReply(SAME_OBJECT);
  const entry = db.find(key);
  if (entry === undefined || target.has(key)) return 0;
  const { value } = entry;
  transfer(target, key, value, entry.deadline?.at);
  db.delete(key);
  db.modified(key, Notify.GENERIC, "move_from");
  target.modified(key, Notify.GENERIC, "move_to");
  return 1;
}

function copy(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const [, from, to] = args;
  let target = db;
  let replace = false;
  for (let i = 3; i < args.length; i++) {
    if (isWord(args[i], "REPLACE")) replace = true;
    else if (isWord(args[i], "DB") && i + 1 < args.length) {
      target = databaseAt(session, integerArg(args[++i]));
    } else throw new ErrorReply(SYNTAX_ERROR);
  }
  if (target === db && from === to) throw new ErrorReply(SAME_OBJECT);
  const entry = db.findToRead(from);
  if (entry === undefined || (target.has(to) && !replace)) return 0;
  const { value } = entry;
  transfer(target, to, typeof value === "string" ? value : value.copy(), entry.deadline?.at);
  target.modified(to, Notify.GENERIC, "copy_to");
  return 1;
}

function wait(session: Session, args: Args): ReplyValue | Blocked {
  const wanted = integerArg(args[1]);
  const timeout = integerArg(args[2], TIMEOUT_NOT_INTEGER);
  if (timeout < 0) throw new ErrorReply(TIMEOUT_NEGATIVE);
  const { replication } = session.engine;
  const done = replication.countAcknowledged(session.replicatedTo);
  if (done >= wanted || session.isInTransaction || session.isScript) return done;
  return replication.wait(session, wanted, timeout);
}

export const keyHandlers: Handlers = {
  DEL: del,
  UNLINK: unlink,
  EXISTS: exists,
  TOUCH: touch,
  TYPE: type,
  RENAME: (session, args) => rename(session, args, false),
  RENAMENX: (session, args) => rename(session, args, true),
  MOVE: move,
  COPY: copy,
  WAIT: wait,
  ...expiryHandlers,
  ...keyScanHandlers,
  ...objectHandlers,
  ...sortHandlers,
  ...transferHandlers,
  ...migrateHandlers,
};
