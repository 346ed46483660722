/** Strings that hold numbers. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { addInt64, int64Arg, parseInteger } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import type { Value } from "../keyspace.js";
import { longDoubleArg, sumText } from "../long-double.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { NOT_AN_INTEGER, OVERFLOW, WRONG_TYPE } from "../texts.js";
import { MutableString } from "../types/string.js";

/** Add to the integer at `key`; what INCR, DECR, INCRBY and DECRBY have in common. */
function add(session: Session, key: string, increment: number | bigint): ReplyValue {
  const { db } = session;
  const entry = db.find(key);
  const value = entry?.value;
  const sum = addInt64(integerOf(value), increment);
  if (sum === undefined) throw new ErrorReply(OVERFLOW);
  if (typeof sum === "bigint") db.put(key, String(sum));
  else if (value instanceof MutableString && value.integer !== undefined) value.count(sum);
  else if (entry === undefined) db.put(key, String(sum));
  else entry.value = MutableString.counting(sum);
  db.modified(key, Notify.STRING, "incrby");
  return sum;
}

function integerOf(value: Value | undefined): number | bigint {
  if (value === undefined) return 0;
  if (value instanceof MutableString && value.integer !== undefined) return value.integer;
  if (typeof value !== "string" && !(value instanceof MutableString)) throw new ErrorReply(WRONG_TYPE);
  const integer = parseInteger(typeof value === "string" ? value : value.text());
  if (integer === undefined) throw new ErrorReply(NOT_AN_INTEGER);
  return integer;
}

function decrby(session: Session, args: Args): ReplyValue {
  const decrement = int64Arg(args[2]);
  if (decrement === -9223372036854775808n) throw new ErrorReply("ERR decrement would overflow");
  // 0 - x, so that zero does not become minus zero.
  return add(session, args[1], typeof decrement === "number" ? 0 - decrement : -decrement);
}

function incrbyfloat(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const key = args[1];
  const before = db.string(key);
  // In this order: it decides which of two bad numbers is complained about.
  const start = longDoubleArg(before ?? "0");
  const sum = sumText(start, longDoubleArg(args[2]));
  // redis-server does not look whether the result is an integer again.
  db.put(key, parseInteger(sum) === undefined ? sum : new MutableString(sum, "embstr"));
  db.modified(key, Notify.STRING, "incrbyfloat");
  session.engine.propagation?.instead(["SET", key, sum, "KEEPTTL"]);
  return sum;
}

export const counterHandlers: Handlers = {
  INCR: (session, args) => add(session, args[1], 1),
  DECR: (session, args) => add(session, args[1], -1),
  INCRBY: (session, args) => add(session, args[1], int64Arg(args[2])),
  DECRBY: decrby,
  INCRBYFLOAT: incrbyfloat,
};
