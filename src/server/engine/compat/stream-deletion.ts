/** XDELEX and XACKDEL: deleting entries with regard to the groups that wait for them (Redis 8.2). */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { isWord, parseInteger } from "../arguments.js";
import { idArgs } from "../commands/stream-arguments.js";
import type { Args, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR } from "../texts.js";
import type { StreamId } from "../types/stream-id.js";
import { deleteByPolicy, policyWord, type ReferencePolicy } from "./reference-policy.js";

const NOT_THERE = -1;
const DELETED = 1;
const WAITED_FOR = 2;

interface Deletion {
  readonly policy: ReferencePolicy;
  readonly ids: readonly StreamId[];
}

function deletionArgs(args: Args, from: number): Deletion {
  let policy: ReferencePolicy | undefined;
  let ids: readonly StreamId[] | undefined;
  for (let i = from; i < args.length; i++) {
    const found = policyWord(args[i]);
    if (found !== undefined && policy === undefined) policy = found;
    else if (isWord(args[i], "IDS") && i + 1 < args.length) {
      const count = Number(parseInteger(args[i + 1]) ?? 0);
      if (count < 1) throw new ErrorReply("ERR Number of IDs must be a positive integer");
      if (count > args.length - i - 2) {
        throw new ErrorReply("ERR The `numids` parameter must match the number of arguments");
      }
      ids = idArgs(args.slice(0, i + 2 + count), i + 2);
      i += 1 + count;
    } else throw new ErrorReply(SYNTAX_ERROR);
  }
  if (ids === undefined) throw new ErrorReply(SYNTAX_ERROR);
  return { policy: policy ?? "KEEPREF", ids };
}

function xdelex(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const key = args[1];
  const { policy, ids } = deletionArgs(args, 2);
  const stream = db.stream(key);
  const results = ids.map((id) => {
    if (stream?.get(id) === undefined) return NOT_THERE;
    return deleteByPolicy(stream, id, policy) ? DELETED : WAITED_FOR;
  });
  if (results.includes(DELETED)) db.modified(key, Notify.STREAM, "xdel");
  return results;
}

function xackdel(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const key = args[1];
  const { policy, ids } = deletionArgs(args, 3);
  const stream = db.stream(key);
  const group = stream?.group(args[2]);
  const before = stream?.size;
  const results = ids.map((id) => {
    if (stream === undefined || group?.acknowledge(id) !== true) return NOT_THERE;
    return deleteByPolicy(stream, id, policy) ? DELETED : WAITED_FOR;
  });
  if (stream?.size !== before) db.modified(key, Notify.STREAM, "xdel");
  else if (results.some((result) => result !== NOT_THERE)) db.changedQuietly(key);
  return results;
}

/** The commands that delete entries. */
export const streamDeletionHandlers: Handlers = { XDELEX: xdelex, XACKDEL: xackdel };
