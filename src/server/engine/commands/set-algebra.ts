/** Intersection, union and difference of sets, with their STORE forms. */
import { ErrorReply, type ReplyValue, SetReply } from "../../../protocol/reply.js";
import { isWord, rangeArg } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { LIMIT_NEGATIVE, NUMKEYS_NOT_POSITIVE, SYNTAX_ERROR } from "../texts.js";
import { SetValue } from "../types/set.js";

const TOO_MANY_KEYS = "ERR Number of keys can't be greater than number of args";

type Operation = (sets: readonly (SetValue | undefined)[]) => readonly string[];

/** The sets at `args[from]` and on; `undefined` where there is no key. @throws ErrorReply WRONGTYPE */
function setsAt(session: Session, args: Args, from: number, end: number): (SetValue | undefined)[] {
  const sets: (SetValue | undefined)[] = [];
  for (let i = from; i < end; i++) sets.push(session.db.set(args[i]));
  return sets;
}

/** Members of all sets, `limit` at the most; the smallest set is walked. */
function intersection(
  sets: readonly (SetValue | undefined)[],
  limit: number = Number.POSITIVE_INFINITY,
): readonly string[] {
  const present: SetValue[] = [];
  for (const set of sets) {
    if (set === undefined) return [];
    present.push(set);
  }
  if (present.length === 1 && limit >= present[0].size) return present[0].members().slice();
  present.sort((a, b) => a.size - b.size);
  const common: string[] = [];
  for (const member of present[0].members()) {
    if (common.length === limit) break;
    if (isInAll(member, present)) common.push(member);
  }
  return common;
}

/** Is the member of the first set in the others as well? */
function isInAll(member: string, sets: readonly SetValue[]): boolean {
  for (let i = 1; i < sets.length; i++) if (!sets[i].has(member)) return false;
  return true;
}

function union(sets: readonly (SetValue | undefined)[]): readonly string[] {
  const all = new SetValue();
  for (const set of sets) for (const member of set?.members() ?? []) all.add(member);
  return all.members();
}

/** Members of the first set that none of the others has. */
function difference(sets: readonly (SetValue | undefined)[]): readonly string[] {
  const [first, ...others] = sets;
  const rest: string[] = [];
  for (const member of first?.members() ?? []) {
    if (!others.some((other) => other?.has(member))) rest.push(member);
  }
  return rest;
}

function compute(session: Session, args: Args, operation: Operation): ReplyValue {
  return new SetReply(operation(setsAt(session, args, 1, args.length)));
}

function store(session: Session, args: Args, operation: Operation, event: string): number {
  const { db } = session;
  const members = operation(setsAt(session, args, 2, args.length));
  if (members.length === 0) {
    if (db.delete(args[1])) db.modified(args[1], Notify.GENERIC, "del");
    return 0;
  }
  const { config } = session.engine;
  const fitted = config.setMaxListpackEntries !== 0 && event === "sinterstore";
  const result = fitted ? SetValue.inSmallest(members, config) : new SetValue(config);
  if (!fitted) for (const member of members) result.add(member);
  db.overwrite(args[1], result);
  db.modified(args[1], Notify.SET, event);
  return result.size;
}

function sintercard(session: Session, args: Args): number {
  const numkeys = rangeArg(args[1], 1, Number.POSITIVE_INFINITY, NUMKEYS_NOT_POSITIVE);
  if (numkeys > args.length - 2) throw new ErrorReply(TOO_MANY_KEYS);
  let limit = 0;
  for (let i = 2 + numkeys; i < args.length; i += 2) {
    if (!isWord(args[i], "LIMIT") || i + 1 === args.length) throw new ErrorReply(SYNTAX_ERROR);
    limit = rangeArg(args[i + 1], 0, Number.POSITIVE_INFINITY, LIMIT_NEGATIVE);
  }
  const sets = setsAt(session, args, 2, 2 + numkeys);
  return intersection(sets, limit === 0 ? Number.POSITIVE_INFINITY : limit).length;
}

/** The commands that combine sets. */
export const setAlgebraHandlers: Handlers = {
  SINTER: (session, args) => compute(session, args, intersection),
  SUNION: (session, args) => compute(session, args, union),
  SDIFF: (session, args) => compute(session, args, difference),
  SINTERSTORE: (session, args) => store(session, args, intersection, "sinterstore"),
  SUNIONSTORE: (session, args) => store(session, args, union, "sunionstore"),
  SDIFFSTORE: (session, args) => store(session, args, difference, "sdiffstore"),
  SINTERCARD: sintercard,
};
