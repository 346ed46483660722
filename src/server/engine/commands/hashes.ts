/** Hash commands. @see https://redis.io/docs/latest/commands/?group=hash */
import { ErrorReply, MapReply, OK, Replies, type ReplyValue } from "../../../protocol/reply.js";
import { addInt64, int64Arg, isWord, parseInteger } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import { longDoubleArg, sumText } from "../long-double.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { OVERFLOW, SYNTAX_ERROR, wrongArity } from "../texts.js";
import { HashValue } from "../types/hash.js";
import { cursorArg, elementScanArgs, scanReply } from "./element-scan.js";
import {
  checkPairCount,
  distinctPlaces,
  isCutOffBy,
  randomPlace,
  repeatedPlaces,
  signedCountArg,
} from "./random-draw.js";

/** The hash at a key, made when there is none. */
function hashForWriting(session: Session, key: string): HashValue {
  const found = session.db.hash(key);
  if (found !== undefined) return found;
  const made = new HashValue(session.engine.config);
  session.db.put(key, made);
  return made;
}

function setFields(session: Session, args: Args, name: string): number {
  if (args.length % 2 !== 0) throw new ErrorReply(wrongArity(name));
  const { engine } = session;
  const hash = hashForWriting(session, args[1]);
  // Later versions choose the encoding before they have seen whether the fields are new.
  if (args.length / 2 - 1 > engine.config.hashMaxListpackEntries && engine.isAtLeast("7.2")) hash.toTable();
  let added = 0;
  for (let i = 2; i < args.length; i += 2) if (hash.set(args[i], args[i + 1])) added++;
  session.db.modified(args[1], Notify.HASH, "hset");
  return added;
}

function hset(session: Session, args: Args): number {
  return setFields(session, args, "hset");
}

function hmset(session: Session, args: Args): ReplyValue {
  setFields(session, args, "hmset");
  return OK;
}

function hsetnx(session: Session, args: Args): number {
  const hash = hashForWriting(session, args[1]);
  if (hash.has(args[2])) return 0;
  hash.set(args[2], args[3]);
  session.db.modified(args[1], Notify.HASH, "hset");
  return 1;
}

function hget(session: Session, args: Args): ReplyValue {
  return session.db.hash(args[1])?.get(args[2]) ?? null;
}

function hmget(session: Session, args: Args): ReplyValue {
  const hash = session.db.hash(args[1]);
  const values: ReplyValue[] = [];
  for (let i = 2; i < args.length; i++) values.push(hash?.get(args[i]) ?? null);
  return values;
}

function hgetall(session: Session, args: Args): ReplyValue {
  return new MapReply(session.db.hash(args[1])?.flat() ?? []);
}

function hkeys(session: Session, args: Args): ReplyValue {
  return session.db.hash(args[1])?.fields() ?? [];
}

function hvals(session: Session, args: Args): ReplyValue {
  return session.db.hash(args[1])?.values() ?? [];
}

function hlen(session: Session, args: Args): number {
  return session.db.hash(args[1])?.size ?? 0;
}

function hexists(session: Session, args: Args): number {
  return session.db.hash(args[1])?.has(args[2]) ? 1 : 0;
}

function hstrlen(session: Session, args: Args): number {
  return session.db.hash(args[1])?.get(args[2])?.length ?? 0;
}

function hdel(session: Session, args: Args): number {
  const { db } = session;
  const hash = db.hash(args[1]);
  if (hash === undefined) return 0;
  let removed = 0;
  for (let i = 2; i < args.length; i++) if (hash.delete(args[i])) removed++;
  if (removed !== 0) {
    db.modified(args[1], Notify.HASH, "hdel");
    db.removeIfEmpty(args[1], hash);
  }
  return removed;
}

function hincrby(session: Session, args: Args): ReplyValue {
  const increment = int64Arg(args[3]);
  const { db } = session;
  const stored = db.hash(args[1])?.get(args[2]);
  const before = stored === undefined ? 0 : parseInteger(stored);
  if (before === undefined) throw new ErrorReply("ERR hash value is not an integer");
  const after = addInt64(before, increment);
  if (after === undefined) throw new ErrorReply(OVERFLOW);
  hashForWriting(session, args[1]).set(args[2], String(after));
  db.modified(args[1], Notify.HASH, "hincrby");
  return after;
}

function hincrbyfloat(session: Session, args: Args): ReplyValue {
  const increment = longDoubleArg(args[3]);
  if (increment.infinite) throw new ErrorReply("ERR value is NaN or Infinity");
  const { db } = session;
  const stored = db.hash(args[1])?.get(args[2]) ?? "0";
  const text = sumText(longDoubleArg(stored, "ERR hash value is not a float"), increment);
  hashForWriting(session, args[1]).set(args[2], text);
  db.modified(args[1], Notify.HASH, "hincrbyfloat");
  session.engine.propagation?.instead(["HSET", args[1], args[2], text]);
  return text;
}

function hrandfield(session: Session, args: Args): ReplyValue {
  const { random } = session.engine;
  if (args.length === 2) {
    const hash = session.db.hash(args[1]);
    return hash === undefined ? null : hash.randomAccess()[randomPlace(hash.size, random)];
  }
  const count = signedCountArg(args[2]);
  if (args.length > 4 || (args.length === 4 && !isWord(args[3], "WITHVALUES"))) {
    throw new ErrorReply(SYNTAX_ERROR);
  }
  const withValues = args.length === 4;
  if (withValues) checkPairCount(args[2]);
  const hash = session.db.hash(args[1]);
  if (hash === undefined || count === 0) return [];
  if (count < 0 && isCutOffBy(session, -count)) return new Replies([]);
  const fields = drawFields(hash, count, random);
  if (!withValues) return fields;
  const reply: ReplyValue[] = [];
  for (const field of fields) {
    const value = hash.get(field) as string;
    if (session.protocol === 3) reply.push([field, value]);
    else reply.push(field, value);
  }
  return reply;
}

/** Distinct fields; with a negative count each is drawn anew. */
function drawFields(hash: HashValue, count: number, random: () => number): string[] {
  if (count >= hash.size) return hash.fields();
  const places =
    count > 0 ? distinctPlaces(hash.size, count, random) : repeatedPlaces(hash.size, -count, random);
  const fields = hash.randomAccess();
  return places.map((place) => fields[place]);
}

function hscan(session: Session, args: Args): ReplyValue {
  const cursor = cursorArg(args[2]);
  const hash = session.db.hash(args[1]);
  if (hash === undefined) return scanReply(0, []);
  const { count, matches } = elementScanArgs(args);
  const found: string[] = [];
  const next = hash.scan(cursor, count, (field, value) => {
    if (matches(field)) found.push(field, value);
  });
  return scanReply(next, found);
}

/** The hash commands. */
export const hashHandlers: Handlers = {
  HSET: hset,
  HMSET: hmset,
  HSETNX: hsetnx,
  HGET: hget,
  HMGET: hmget,
  HGETALL: hgetall,
  HKEYS: hkeys,
  HVALS: hvals,
  HLEN: hlen,
  HEXISTS: hexists,
  HSTRLEN: hstrlen,
  HDEL: hdel,
  HINCRBY: hincrby,
  HINCRBYFLOAT: hincrbyfloat,
  HRANDFIELD: hrandfield,
  HSCAN: hscan,
};
