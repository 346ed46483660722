/** SET with a condition on the value, DELEX, DIGEST and MSETEX (Redis 8.4). */
import { ErrorReply, OK, type ReplyValue } from "../../../protocol/reply.js";
import { isWord, parseInteger } from "../arguments.js";
import { keyHandlers } from "../commands/keys.js";
import { storeString, stringHandlers } from "../commands/strings.js";
import { momentArg, parseSetOptions, type TimeForm, timeFormWord } from "../expiry-arguments.js";
import type { Args, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR, wrongArity } from "../texts.js";
import { MutableString } from "../types/string.js";
import { xxh3 } from "../xxh3.js";
import { conditionWord, fulfilledByNothing, fulfils, type StringCondition } from "./string-condition.js";

const INT32_MAX = 2 ** 31 - 1;

/** The condition among the words of SET, and the other words. */
interface ConditionalSet {
  readonly condition: StringCondition | undefined;
  readonly others: Args;
}

function conditionalSetArgs(args: Args): ConditionalSet {
  let condition: StringCondition | undefined;
  let excludes = false;
  const others = args.slice(0, 3);
  for (let i = 3; i < args.length; i++) {
    const word = conditionWord(args[i]);
    if (word === undefined) {
      excludes ||= isWord(args[i], "NX") || isWord(args[i], "XX");
      others.push(args[i]);
      if (timeFormWord(args[i]) !== undefined && i + 1 < args.length) others.push(args[++i]);
      continue;
    }
    // The same condition twice is let through, two different ones are not.
    const clash = condition !== undefined && condition.word !== word;
    if (clash || i + 1 >= args.length) throw new ErrorReply(SYNTAX_ERROR);
    condition = { word, operand: args[++i] };
  }
  if (condition !== undefined && excludes) throw new ErrorReply(SYNTAX_ERROR);
  return { condition, others };
}

function set(session: Session, args: Args): ReplyValue {
  const plain = stringHandlers.SET;
  if (args.length === 3) return plain(session, args) as ReplyValue;
  const { condition, others } = conditionalSetArgs(args);
  if (condition === undefined) return plain(session, args) as ReplyValue;
  const { db, engine } = session;
  const key = args[1];
  const options = parseSetOptions(others, engine.now);
  const before = db.string(key);
  const met = before === undefined ? fulfilledByNothing(condition) : fulfils(condition, before);
  if (met) storeString(db, key, args[2], options.expireAt, options.keepTtl);
  if (options.get) return before ?? null;
  return met ? OK : null;
}

function delex(session: Session, args: Args): ReplyValue {
  if (args.length === 2) return keyHandlers.DEL(session, args) as ReplyValue;
  if (args.length !== 4) throw new ErrorReply(wrongArity("delex"));
  const { db } = session;
  const key = args[1];
  const value = db.get(key);
  if (value === undefined) return 0;
  if (typeof value !== "string" && !(value instanceof MutableString)) {
    throw new ErrorReply("ERR Key should be of string type if conditions are specified");
  }
  const word = conditionWord(args[2]);
  if (word === undefined) {
    throw new ErrorReply("ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE");
  }
  const text = typeof value === "string" ? value : value.text();
  if (!fulfils({ word, operand: args[3] }, text)) return 0;
  db.delete(key);
  db.modified(key, Notify.GENERIC, "del");
  return 1;
}

function digest(session: Session, args: Args): ReplyValue {
  const text = session.db.string(args[1]);
  return text === undefined ? null : xxh3(text);
}

/** What stands behind the keys of MSETEX. */
interface SetManyOptions {
  nx: boolean;
  xx: boolean;
  keepTtl: boolean;
  /** When the keys expire, ms since 1970. */
  expireAt: number | undefined;
}

function setManyOptions(args: Args, from: number, now: number): SetManyOptions {
  const options: SetManyOptions = { nx: false, xx: false, keepTtl: false, expireAt: undefined };
  let form: TimeForm | undefined;
  let time = "";
  for (let i = from; i < args.length; i++) {
    if (isWord(args[i], "NX") && !options.xx) options.nx = true;
    else if (isWord(args[i], "XX") && !options.nx) options.xx = true;
    else if (isWord(args[i], "KEEPTTL") && form === undefined) options.keepTtl = true;
    else {
      const found = timeFormWord(args[i]);
      const clash = (form !== undefined && form !== found) || options.keepTtl;
      if (found === undefined || clash || i + 1 >= args.length) throw new ErrorReply(SYNTAX_ERROR);
      form = found;
      time = args[++i];
    }
  }
  if (form !== undefined) options.expireAt = momentArg(time, form, now, "msetex", true);
  return options;
}

function msetex(session: Session, args: Args): ReplyValue {
  const { db, engine } = session;
  const count = Number(parseInteger(args[1]) ?? 0);
  if (count < 1 || count > INT32_MAX) throw new ErrorReply("ERR invalid numkeys value");
  const end = 2 + count * 2;
  if (end > args.length) throw new ErrorReply("ERR wrong number of key-value pairs");
  const options = setManyOptions(args, end, engine.now);
  if (options.nx || options.xx) {
    for (let i = 2; i < end; i += 2) if (db.has(args[i]) !== options.xx) return 0;
  }
  for (let i = 2; i < end; i += 2) {
    storeString(db, args[i], args[i + 1], options.expireAt, options.keepTtl);
  }
  if (options.expireAt !== undefined) {
    engine.propagation?.instead([...args.slice(0, end), "PXAT", String(options.expireAt)]);
  }
  return 1;
}

/** The commands on strings of Redis 8.4. */
export const conditionalStringHandlers: Handlers = { SET: set, DELEX: delex, DIGEST: digest, MSETEX: msetex };
