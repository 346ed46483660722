/** MULTI, EXEC and WATCH. */
import { ErrorReply, NULL_ARRAY, OK, type ReplyValue } from "../../../protocol/reply.js";
import type { Denial } from "../acl/permission.js";
import { noPermissionAtExec } from "../acl/refusal.js";
import { run } from "../dispatch.js";
import type { Args, Handlers } from "../handler.js";
import type { Session } from "../session.js";
import { EXEC_ABORT } from "../texts.js";

function multi(session: Session): ReplyValue {
  if (session.transaction !== undefined) throw new ErrorReply("ERR MULTI calls can not be nested");
  session.transaction = { queue: [], failed: false, bytes: 0, measured: 0 };
  return OK;
}

function exec(session: Session): ReplyValue {
  const { transaction, engine } = session;
  if (transaction === undefined) throw new ErrorReply("ERR EXEC without MULTI");
  // A watched key whose time has run out unnoticed goes now, which breaks the watch.
  for (const [database, keys] of session.watched ?? []) for (const key of keys) database.peek(key);
  const broken = session.watchBroken;
  session.transaction = undefined;
  session.unwatch();
  if (transaction.failed) throw new ErrorReply(EXEC_ABORT);
  if (broken) return NULL_ARRAY;
  const replies: ReplyValue[] = [];
  session.executing = transaction;
  for (const { command, args } of transaction.queue) {
    // What was allowed when it was queued may be so no more.
    const denial = session.user.unrestricted ? undefined : engine.acl.refuse(session, command, args);
    replies.push(denial === undefined ? run(session, command, args) : refusal(session, denial));
  }
  session.executing = undefined;
  return replies;
}

function refusal({ engine }: Session, denial: Denial): ErrorReply {
  const text = noPermissionAtExec(denial);
  engine.statistics.countError(text);
  return new ErrorReply(text);
}

function discard(session: Session): ReplyValue {
  if (session.transaction === undefined) throw new ErrorReply("ERR DISCARD without MULTI");
  session.transaction = undefined;
  session.unwatch();
  return OK;
}

function watch(session: Session, args: Args): ReplyValue {
  if (session.transaction !== undefined) throw new ErrorReply("ERR WATCH inside MULTI is not allowed");
  const { db } = session;
  session.watched ??= new Map();
  let keys = session.watched.get(db);
  if (keys === undefined) {
    keys = new Set();
    session.watched.set(db, keys);
  }
  for (let i = 1; i < args.length; i++) {
    const key = args[i];
    // What has expired already is watched as a missing key.
    db.peek(key);
    keys.add(key);
    db.addWatcher(key, session);
  }
  return OK;
}

function unwatch(session: Session): ReplyValue {
  session.unwatch();
  return OK;
}

export const transactionHandlers: Handlers = {
  MULTI: multi,
  EXEC: exec,
  DISCARD: discard,
  WATCH: watch,
  UNWATCH: unwatch,
};
