/** HEXPIRE and its kind, HTTL and its kind, HPERSIST: the expiry of single fields of hashes (Redis 7.4). */
import type { ReplyValue } from "../../../protocol/reply.js";
import { isWord, lowerCase } from "../arguments.js";
import {
  MILLISECONDS,
  SECONDS,
  type TimeForm,
  UNIX_MILLISECONDS,
  UNIX_SECONDS,
} from "../expiry-arguments.js";
import type { Args, Handler, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import type { HashValue } from "../types/hash.js";
import { fieldArgs, fieldMomentArg } from "./field-arguments.js";

const NO_FIELD = -2;
const NO_EXPIRY = -1;
const NOT_MET = 0;
const DONE = 1;
const DELETED = 2;

const CONDITIONS = ["NX", "XX", "GT", "LT"] as const;
type Condition = (typeof CONDITIONS)[number];

/** Without an expiry a field is taken to live for ever, so that GT never and LT always holds. */
function allows(condition: Condition | undefined, current: number | undefined, wanted: number): boolean {
  if (condition === "NX") return current === undefined;
  if (condition === "XX") return current !== undefined;
  if (condition === "GT") return current !== undefined && wanted > current;
  return condition === undefined || current === undefined || wanted < current;
}

/**
 * Let a field expire; a time that has passed deletes it.
 * @returns what HEXPIRE answers for the field
 */
export function expireField(
  hash: HashValue,
  field: string,
  at: number,
  now: number,
  condition?: Condition,
): number {
  if (!hash.has(field)) return NO_FIELD;
  if (!allows(condition, hash.fieldExpiry(field), at)) return NOT_MET;
  if (at <= now) {
    hash.delete(field);
    return DELETED;
  }
  hash.setFieldExpiry(field, at);
  return DONE;
}

/** Say what {@link expireField} has done to fields of a key: `results` are what it has answered. */
export function fieldsHaveChanged(
  session: Session,
  key: string,
  hash: HashValue,
  results: readonly number[],
): void {
  const { db, engine } = session;
  if (results.includes(DELETED)) db.modified(key, Notify.HASH, "hdel");
  else if (results.includes(DONE)) db.modified(key, Notify.HASH, "hexpire");
  db.removeIfEmpty(key, hash);
  engine.fieldExpiries?.note(db, key);
}

function expireBy(name: string, form: TimeForm): Handler {
  const command = lowerCase(name);
  return (session: Session, args: Args): ReplyValue => {
    const { now } = session.engine;
    const key = args[1];
    const hash = session.db.hash(key);
    const moment = fieldMomentArg(args[2], form, now, command);
    const condition = CONDITIONS.find((word) => isWord(args[3], word));
    const fields = fieldArgs(
      args,
      condition === undefined ? 3 : 4,
      "ERR Parameter `numFields` should be greater than 0",
    );
    if (hash === undefined) return fields.map(() => NO_FIELD);
    hash.beginExpiry();
    const results = fields.map((field) => expireField(hash, field, moment, now, condition));
    fieldsHaveChanged(session, key, hash, results);
    session.engine.propagation?.instead(["HPEXPIREAT", key, String(moment), ...args.slice(3)]);
    return results;
  };
}

function remaining(session: Session, args: Args, { unit, relative }: TimeForm): ReplyValue {
  const hash = session.db.hash(args[1]);
  const fields = fieldArgs(args, 2);
  const from = relative ? session.engine.now : 0;
  return fields.map((field) => {
    if (!hash?.has(field)) return NO_FIELD;
    const at = hash.fieldExpiry(field);
    // Begun seconds count as whole ones.
    return at === undefined ? NO_EXPIRY : Math.ceil((at - from) / unit);
  });
}

function hpersist(session: Session, args: Args): ReplyValue {
  const { db, engine } = session;
  const key = args[1];
  const hash = db.hash(key);
  const results = fieldArgs(args, 2).map((field) => {
    if (!hash?.has(field)) return NO_FIELD;
    return hash.persistField(field) ? DONE : NO_EXPIRY;
  });
  if (results.includes(DONE)) {
    db.modified(key, Notify.HASH, "hpersist");
    engine.fieldExpiries?.note(db, key);
  }
  return results;
}

/** The commands on the expiry of fields. */
export const fieldExpiryHandlers: Handlers = {
  HEXPIRE: expireBy("HEXPIRE", SECONDS),
  HPEXPIRE: expireBy("HPEXPIRE", MILLISECONDS),
  HEXPIREAT: expireBy("HEXPIREAT", UNIX_SECONDS),
  HPEXPIREAT: expireBy("HPEXPIREAT", UNIX_MILLISECONDS),
  HTTL: (session, args) => remaining(session, args, SECONDS),
  HPTTL: (session, args) => remaining(session, args, MILLISECONDS),
  HEXPIRETIME: (session, args) => remaining(session, args, UNIX_SECONDS),
  HPEXPIRETIME: (session, args) => remaining(session, args, UNIX_MILLISECONDS),
  HPERSIST: hpersist,
};
