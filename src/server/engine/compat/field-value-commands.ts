/** HGETDEL, HGETEX and HSETEX: reading and writing fields together with their expiry (Redis 8.0). */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { isWord, parseInteger } from "../arguments.js";
import { timeFormWord } from "../expiry-arguments.js";
import type { Args, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { shownLast, wrongArity } from "../texts.js";
import { HashValue } from "../types/hash.js";
import { fieldArgs, fieldMomentArg } from "./field-arguments.js";
import { expireField, fieldsHaveChanged } from "./field-expiry-commands.js";

const TWO_EXPIRIES = "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified";
const TWO_CONDITIONS = "ERR Only one of FXX or FNX arguments can be specified";
const INT32_MAX = 2 ** 31 - 1;

function hgetdel(session: Session, args: Args): ReplyValue {
  const { db, engine } = session;
  const key = args[1];
  const hash = db.hash(key);
  const fields = fieldArgs(args, 2);
  if (hash === undefined) return fields.map(() => null);
  let deleted = false;
  const values = fields.map((field) => {
    const value = hash.get(field) ?? null;
    if (hash.delete(field)) deleted = true;
    return value;
  });
  if (deleted) {
    db.modified(key, Notify.HASH, "hdel");
    db.removeIfEmpty(key, hash);
    engine.fieldExpiries?.note(db, key);
  }
  return values;
}

function hgetex(session: Session, args: Args): ReplyValue {
  const { db, engine } = session;
  const key = args[1];
  const hash = db.hash(key);
  const form = timeFormWord(args[2]);
  const persist = isWord(args[2], "PERSIST");
  const moment = form === undefined ? undefined : fieldMomentArg(args[3], form, engine.now, "hgetex");
  const at = form !== undefined ? 4 : persist ? 3 : 2;
  if (args.length < at + 2) throw new ErrorReply(wrongArity("hgetex"));
  const fields = fieldArgs(args, at);
  if (hash === undefined) return fields.map(() => null);
  const values: ReplyValue[] = [];
  const results: number[] = [];
  let persisted = false;
  for (const field of fields) {
    values.push(hash.get(field) ?? null);
    if (moment !== undefined) results.push(expireField(hash, field, moment, engine.now));
    else if (persist && hash.persistField(field)) persisted = true;
  }
  if (persisted) {
    db.modified(key, Notify.HASH, "hpersist");
    engine.fieldExpiries?.note(db, key);
  }
  if (moment === undefined) return values;
  fieldsHaveChanged(session, key, hash, results);
  engine.propagation?.instead(["HPEXPIREAT", key, String(moment), ...args.slice(4)]);
  return values;
}

/** What stands before the fields of HSETEX. */
interface SetExOptions {
  /** Only if all of the fields exist, or none of them. */
  condition: "FXX" | "FNX" | undefined;
  /** When the fields expire, ms since 1970. */
  moment: number | undefined;
  keepTtl: boolean;
  /** Fields and values in turn. */
  pairs: Args;
}

function setExArgs(session: Session, args: Args): SetExOptions {
  let condition: SetExOptions["condition"];
  let moment: number | undefined;
  let keepTtl = false;
  for (let i = 2; i < args.length; i++) {
    const form = timeFormWord(args[i]);
    const keeps = isWord(args[i], "KEEPTTL");
    if (isWord(args[i], "FIELDS")) return { condition, moment, keepTtl, pairs: pairArgs(args, i) };
    if (form !== undefined || keeps) {
      if (moment !== undefined || keepTtl) throw new ErrorReply(TWO_EXPIRIES);
      keepTtl = keeps;
      if (form === undefined) continue;
      if (i + 1 >= args.length) throw new ErrorReply("ERR missing expire time");
      moment = fieldMomentArg(args[++i], form, session.engine.now, "hsetex");
    } else if (isWord(args[i], "FXX") || isWord(args[i], "FNX")) {
      if (condition !== undefined) throw new ErrorReply(TWO_CONDITIONS);
      condition = isWord(args[i], "FXX") ? "FXX" : "FNX";
    } else throw new ErrorReply(`ERR unknown argument: ${shownLast(args[i])}`);
  }
  throw new ErrorReply(wrongArity("hsetex"));
}

/** The fields and values behind FIELDS, which stands at `at`, and their number. */
function pairArgs(args: Args, at: number): Args {
  if (at >= args.length - 3) throw new ErrorReply(wrongArity("hsetex"));
  const count = parseInteger(args[at + 1]);
  if (count === undefined || count < 1 || count > INT32_MAX) {
    throw new ErrorReply("ERR invalid number of fields");
  }
  const pairs = args.slice(at + 2);
  if (pairs.length !== Number(count) * 2) throw new ErrorReply(wrongArity("hsetex"));
  return pairs;
}

function isMet(condition: "FXX" | "FNX", hash: HashValue | undefined, pairs: Args): boolean {
  for (let i = 0; i < pairs.length; i += 2) {
    if ((hash?.has(pairs[i]) ?? false) !== (condition === "FXX")) return false;
  }
  return true;
}

function hsetex(session: Session, args: Args): ReplyValue {
  const { db, engine } = session;
  const { condition, moment, keepTtl, pairs } = setExArgs(session, args);
  const key = args[1];
  const found = db.hash(key);
  if (condition !== undefined && !isMet(condition, found, pairs)) return 0;
  const hash = found ?? new HashValue(engine.config);
  if (found === undefined) db.put(key, hash);
  const results: number[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    hash.set(pairs[i], pairs[i + 1]);
    if (moment !== undefined) results.push(expireField(hash, pairs[i], moment, engine.now));
    else if (!keepTtl) hash.persistField(pairs[i]);
  }
  db.modified(key, Notify.HASH, "hset");
  fieldsHaveChanged(session, key, hash, results);
  if (moment !== undefined) {
    const count = String(pairs.length / 2);
    engine.propagation?.instead(["HSETEX", key, "PXAT", String(moment), "FIELDS", count, ...pairs]);
  }
  return 1;
}

/** The commands on fields with their expiry. */
export const fieldValueHandlers: Handlers = { HGETDEL: hgetdel, HGETEX: hgetex, HSETEX: hsetex };
