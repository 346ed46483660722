/** Strings: a part of the value. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { integerArg } from "../arguments.js";
import type { Database } from "../database.js";
import type { Args, Handlers } from "../handler.js";
import type { Value } from "../keyspace.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { STRING_TOO_LONG, WRONG_TYPE } from "../texts.js";
import { MutableString } from "../types/string.js";

/** @throws ErrorReply WRONGTYPE for any other type */
export function stringOf(value: Value | undefined): string | MutableString | undefined {
  if (value === undefined || typeof value === "string" || value instanceof MutableString) return value;
  throw new ErrorReply(WRONG_TYPE);
}

/**
 * The string at `key`, to be changed in place.
 * @returns `undefined` when there is none
 * @throws ErrorReply WRONGTYPE
 */
export function mutableString(db: Database, key: string): MutableString | undefined {
  const entry = db.find(key);
  const value = stringOf(entry?.value);
  if (entry === undefined || value === undefined) return undefined;
  if (typeof value !== "string") {
    value.toRaw();
    return value;
  }
  const mutable = new MutableString(value);
  entry.value = mutable;
  return mutable;
}

/**
 * The string at `key`, to be read in parts without making text of the whole.
 * @throws ErrorReply WRONGTYPE
 */
export function readableString(db: Database, key: string): string | MutableString | undefined {
  return stringOf(db.get(key));
}

/** @throws ErrorReply when a string of that length is not allowed */
export function checkStringLength(session: Session, length: number): void {
  if (length > session.engine.config.protoMaxBulkLen) throw new ErrorReply(STRING_TOO_LONG);
}

function append(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const key = args[1];
  const before = readableString(db, key);
  let { length } = args[2];
  if (before === undefined) {
    db.put(key, args[2]);
  } else {
    length += before.length;
    checkStringLength(session, length);
    mutableString(db, key)?.append(args[2]);
  }
  db.modified(key, Notify.STRING, "append");
  return length;
}

function setrange(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const key = args[1];
  const offset = integerArg(args[2]);
  const text = args[3];
  if (offset < 0) throw new ErrorReply("ERR offset is out of range");
  const before = readableString(db, key);
  if (text.length === 0) return before?.length ?? 0;
  checkStringLength(session, offset + text.length);
  const value = mutableString(db, key) ?? (db.put(key, new MutableString("")).value as MutableString);
  value.write(offset, text);
  db.modified(key, Notify.STRING, "setrange");
  return value.length;
}

function getrange(session: Session, args: Args): ReplyValue {
  let start = integerArg(args[2]);
  let end = integerArg(args[3]);
  const value = readableString(session.db, args[1]);
  if (value === undefined || (start < 0 && end < 0 && start > end)) return "";
  const { length } = value;
  if (start < 0) start = Math.max(0, length + start);
  if (end < 0) end = Math.max(0, length + end);
  end = Math.min(end, length - 1);
  return start > end ? "" : value.slice(start, end + 1);
}

function strlen(session: Session, args: Args): ReplyValue {
  return readableString(session.db, args[1])?.length ?? 0;
}

export const stringRangeHandlers: Handlers = {
  APPEND: append,
  SETRANGE: setrange,
  GETRANGE: getrange,
  SUBSTR: getrange,
  STRLEN: strlen,
};
