/** Set commands. @see https://redis.io/docs/latest/commands/?group=set */
import { ErrorReply, Replies, type ReplyValue, SetReply } from "../../../protocol/reply.js";
import { positiveArg } from "../arguments.js";
import type { Database } from "../database.js";
import type { Args, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR } from "../texts.js";
import { SetValue } from "../types/set.js";
import { cursorArg, elementScanArgs, scanReply } from "./element-scan.js";
import { distinctPlaces, isCutOffBy, randomPlace, repeatedPlaces, signedCountArg } from "./random-draw.js";
import { setAlgebraHandlers } from "./set-algebra.js";

/** SPOP that leaves less than one in so many keeps the rest and makes a new set of it. */
const KEEP_FACTOR = 5;

/** The set at a key, made when there is none. */
export function setForWriting(session: Session, key: string): SetValue {
  const found = session.db.set(key);
  if (found !== undefined) return found;
  const made = new SetValue(session.engine.config);
  session.db.put(key, made);
  return made;
}

function sadd(session: Session, args: Args): number {
  const set = setForWriting(session, args[1]);
  let added = 0;
  for (let i = 2; i < args.length; i++) if (set.add(args[i])) added++;
  if (added !== 0) session.db.modified(args[1], Notify.SET, "sadd");
  return added;
}

function srem(session: Session, args: Args): number {
  const { db } = session;
  const set = db.set(args[1]);
  if (set === undefined) return 0;
  let removed = 0;
  for (let i = 2; i < args.length; i++) if (set.delete(args[i])) removed++;
  if (removed !== 0) {
    db.modified(args[1], Notify.SET, "srem");
    db.removeIfEmpty(args[1], set);
  }
  return removed;
}

function smove(session: Session, args: Args): number {
  const { db } = session;
  const [, from, to, member] = args;
  const source = db.get(from);
  if (source === undefined) return 0;
  const set = db.set(from) as SetValue;
  const target = db.set(to);
  if (set === target) return set.has(member) ? 1 : 0;
  if (!set.delete(member)) return 0;
  db.modified(from, Notify.SET, "srem");
  db.removeIfEmpty(from, set);
  if (setForWriting(session, to).add(member)) db.modified(to, Notify.SET, "sadd");
  return 1;
}

function sismember(session: Session, args: Args): number {
  return session.db.set(args[1])?.has(args[2]) ? 1 : 0;
}

function smismember(session: Session, args: Args): ReplyValue {
  const set = session.db.set(args[1]);
  const found: number[] = [];
  for (let i = 2; i < args.length; i++) found.push(set?.has(args[i]) ? 1 : 0);
  return found;
}

function scard(session: Session, args: Args): number {
  return session.db.set(args[1])?.size ?? 0;
}

function smembers(session: Session, args: Args): ReplyValue {
  return new SetReply(session.db.set(args[1])?.members().slice() ?? []);
}

function spop(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const key = args[1];
  if (args.length > 3) throw new ErrorReply(SYNTAX_ERROR);
  if (args.length === 3) return spopCount(session, key, positiveArg(args[2]));
  const set = db.set(key);
  if (set === undefined) return null;
  const member = set.randomAccess()[randomPlace(set.size, session.engine.random)];
  set.delete(member);
  db.modified(key, Notify.SET, "spop");
  session.engine.propagation?.instead(["SREM", key, member]);
  db.removeIfEmpty(key, set);
  return member;
}

function spopCount(session: Session, key: string, count: number): ReplyValue {
  const { db } = session;
  const set = db.set(key);
  if (set === undefined || count === 0) return new SetReply([]);
  if (count >= set.size) {
    db.delete(key);
    db.modified(key, Notify.SET, "spop");
    db.modified(key, Notify.GENERIC, "del");
    session.engine.propagation?.instead(["DEL", key]);
    return new SetReply(set.members());
  }
  const { random } = session.engine;
  const remaining = set.size - count;
  if (remaining * KEEP_FACTOR > count) {
    const members = set.randomAccess();
    const popped = distinctPlaces(set.size, count, random).map((place) => members[place]);
    for (const member of popped) set.delete(member);
    db.modified(key, Notify.SET, "spop");
    tellRemoved(db, key, popped);
    return new SetReply(popped);
  }
  const members = set.randomAccess();
  const kept = new SetValue(session.engine.config);
  for (const place of distinctPlaces(set.size, remaining, random)) kept.add(members[place]);
  db.put(key, kept);
  db.modified(key, Notify.SET, "spop");
  const popped = members.filter((member) => !kept.has(member));
  tellRemoved(db, key, popped);
  return new SetReply(popped);
}

/** Which members were chosen nobody else can know: they are told one by one. */
function tellRemoved(db: Database, key: string, members: readonly string[]): void {
  const { propagation } = db.engine;
  if (propagation === undefined) return;
  propagation.nothing();
  for (const member of members) propagation.also(db, ["SREM", key, member]);
}

function srandmember(session: Session, args: Args): ReplyValue {
  if (args.length > 3) throw new ErrorReply(SYNTAX_ERROR);
  const { random } = session.engine;
  if (args.length === 2) {
    const set = session.db.set(args[1]);
    return set === undefined ? null : set.randomAccess()[randomPlace(set.size, random)];
  }
  const count = signedCountArg(args[2]);
  const set = session.db.set(args[1]);
  if (set === undefined || count === 0) return [];
  if (count < 0 && isCutOffBy(session, -count)) return new Replies([]);
  if (count >= set.size) return set.members().slice();
  const places =
    count > 0 ? distinctPlaces(set.size, count, random) : repeatedPlaces(set.size, -count, random);
  const members = set.randomAccess();
  return places.map((place) => members[place]);
}

function sscan(session: Session, args: Args): ReplyValue {
  const cursor = cursorArg(args[2]);
  const set = session.db.set(args[1]);
  if (set === undefined) return scanReply(0, []);
  const { count, matches } = elementScanArgs(args);
  const found: string[] = [];
  const next = set.scan(cursor, count, (member) => {
    if (matches(member)) found.push(member);
  });
  return scanReply(next, found);
}

/** The set commands. */
export const setHandlers: Handlers = {
  SADD: sadd,
  SREM: srem,
  SMOVE: smove,
  SISMEMBER: sismember,
  SMISMEMBER: smismember,
  SCARD: scard,
  SMEMBERS: smembers,
  SPOP: spop,
  SRANDMEMBER: srandmember,
  SSCAN: sscan,
  ...setAlgebraHandlers,
};
