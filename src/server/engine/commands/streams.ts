/**
 * Stream commands on entries. Reading and waiting is in stream-reads.ts, consumer groups are in stream-groups.ts
 * and stream-claims.ts, XINFO is in stream-info.ts.
 * @see https://redis.io/docs/latest/commands/?group=stream
 */
import { ErrorReply, NULL_ARRAY, OK, type ReplyValue } from "../../../protocol/reply.js";
import { int64Arg, isWord } from "../arguments.js";
import type { Engine } from "../engine.js";
import type { Args, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { NO_SUCH_KEY, SYNTAX_ERROR, wrongArity } from "../texts.js";
import { idAfter, StreamValue } from "../types/stream.js";
import { compareIds, formatId, isZeroId, MAX_ID, MIN_ID, nextId, type StreamId } from "../types/stream-id.js";
import { type Int64, UINT64_MAX } from "../types/uint64.js";
import {
  type AddOptions,
  addArgs,
  endArg,
  entryCountArg,
  idArg,
  idArgs,
  startArg,
  type Trimming,
  trimArgs,
} from "./stream-arguments.js";
import { streamClaimHandlers } from "./stream-claims.js";
import { streamGroupHandlers } from "./stream-groups.js";
import { streamInfoHandlers } from "./stream-info.js";
import { streamReadHandlers } from "./stream-reads.js";
import { entriesReply } from "./stream-replies.js";

const ZERO_ID = "ERR The ID specified in XADD must be greater than 0-0";
const EXHAUSTED = "ERR The stream has exhausted the last possible ID, unable to add more items";
const NOT_GREATER = "ERR The ID specified in XADD is equal or smaller than the target stream top item";
/** What redis-server says when `ms-*` finds no sequence number left. */
const TOO_LARGE = "ERR Elements are too large to be stored";

/** The id of a new entry. @throws ErrorReply when the stream cannot have it */
function idToAdd({ lastId }: StreamValue, { id, autoSequence }: AddOptions, engine: Engine): StreamId {
  const next = nextId(lastId);
  if (next === undefined) throw new ErrorReply(EXHAUSTED);
  if (id === undefined) return idAfter(lastId, engine.now) as StreamId;
  if (autoSequence && id.ms === lastId.ms) {
    if (lastId.seq === UINT64_MAX) throw new ErrorReply(engine.isAtLeast("7.2") ? NOT_GREATER : TOO_LARGE);
    return next;
  }
  if (compareIds(id, lastId) <= 0) throw new ErrorReply(NOT_GREATER);
  return id;
}

/** Removes the oldest entries of a stream. @returns how many */
export type Trim = (stream: StreamValue, trimming: Trimming) => number;

function trimPlainly(stream: StreamValue, { rule, approximate, limit }: Trimming): number {
  return stream.trim(rule, approximate, limit);
}

/** Which nodes go is the business of one server: for others the words say how much is left of the stream. */
function makeExact(words: string[], { rule, at }: Trimming, stream: StreamValue): void {
  words[at - 1] = "=";
  words[at] = "maxLength" in rule ? String(stream.size) : formatId(stream.first() ?? MAX_ID);
}

/** XADD. @param trim what it does with MAXLEN and MINID */
export function addEntry(session: Session, args: Args, trim: Trim): ReplyValue {
  const { db, engine } = session;
  const key = args[1];
  const options = addArgs(args, engine.config);
  const { trimming, fieldsAt } = options;
  const words = args.length - fieldsAt;
  if (words < 2 || words % 2 !== 0) throw new ErrorReply(wrongArity("xadd"));
  if (options.id !== undefined && !options.autoSequence && isZeroId(options.id)) {
    throw new ErrorReply(ZERO_ID);
  }
  let stream = db.stream(key);
  if (stream === undefined) {
    if (options.mustExist) return null;
    stream = new StreamValue();
    db.put(key, stream);
  }
  const id = idToAdd(stream, options, engine);
  stream.append(id, args.slice(fieldsAt), engine.config);
  db.modified(key, Notify.STREAM, "xadd");
  if (trimming !== undefined && trim(stream, trimming) !== 0) {
    db.event(key, Notify.STREAM, "xtrim");
  }
  const isChosen = options.id === undefined || options.autoSequence;
  if (engine.propagation !== undefined && (isChosen || trimming?.approximate)) {
    const words = args.slice();
    if (trimming?.approximate) makeExact(words, trimming, stream);
    if (isChosen) words[fieldsAt - 1] = formatId(id);
    engine.propagation.instead(words);
  }
  db.wake(key);
  return formatId(id);
}

function xlen(session: Session, args: Args): number {
  return session.db.stream(args[1])?.size ?? 0;
}

function rangeOf(session: Session, args: Args, backwards: boolean): ReplyValue {
  const start = startArg(args[backwards ? 3 : 2]);
  const end = endArg(args[backwards ? 2 : 3]);
  let count: number | undefined;
  for (let i = 4; i < args.length; i += 2) {
    if (!isWord(args[i], "COUNT") || i + 1 >= args.length) throw new ErrorReply(SYNTAX_ERROR);
    count = entryCountArg(args[i + 1]);
  }
  const stream = session.db.stream(args[1]);
  if (stream === undefined) return [];
  return count === 0 ? NULL_ARRAY : entriesReply(stream, start, end, count ?? 0, backwards);
}

function xdel(session: Session, args: Args): number {
  const { db } = session;
  const key = args[1];
  const stream = db.stream(key);
  if (stream === undefined) return 0;
  let removed = 0;
  for (const id of idArgs(args, 2)) if (stream.delete(id)) removed++;
  if (removed !== 0) db.modified(key, Notify.STREAM, "xdel");
  return removed;
}

/** XTRIM. @param trim what it does with MAXLEN and MINID */
export function trimStream(session: Session, args: Args, trim: Trim): number {
  const { db } = session;
  const trimming = trimArgs(args, session.engine.config);
  const stream = db.stream(args[1]);
  const removed = stream === undefined ? 0 : trim(stream, trimming);
  if (stream === undefined || removed === 0) return 0;
  db.modified(args[1], Notify.STREAM, "xtrim");
  if (db.engine.propagation !== undefined && trimming.approximate) {
    const words = args.slice();
    makeExact(words, trimming, stream);
    db.engine.propagation.instead(words);
  }
  return removed;
}

function xsetid(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const key = args[1];
  const id = idArg(args[2]);
  let entriesAdded: Int64 | undefined;
  let maxDeletedId: StreamId = MIN_ID;
  for (let i = 3; i < args.length; i += 2) {
    if (i + 1 < args.length && isWord(args[i], "ENTRIESADDED")) {
      entriesAdded = int64Arg(args[i + 1]);
      if (entriesAdded < 0) throw new ErrorReply("ERR entries_added must be positive");
    } else if (i + 1 < args.length && isWord(args[i], "MAXDELETEDID")) {
      maxDeletedId = idArg(args[i + 1]);
      if (compareIds(id, maxDeletedId) < 0) {
        throw new ErrorReply(
          "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id",
        );
      }
    } else throw new ErrorReply(SYNTAX_ERROR);
  }
  const stream = db.stream(key);
  if (stream === undefined) throw new ErrorReply(NO_SUCH_KEY);
  if (session.engine.isAtLeast("7.2") && compareIds(id, stream.maxDeletedId) < 0) {
    throw new ErrorReply("ERR The ID specified in XSETID is smaller than current max_deleted_entry_id");
  }
  const last = stream.last();
  if (last !== undefined) {
    if (compareIds(id, last) < 0) {
      throw new ErrorReply("ERR The ID specified in XSETID is smaller than the target stream top item");
    }
    if (entriesAdded !== undefined && stream.size > entriesAdded) {
      throw new ErrorReply(
        "ERR The entries_added specified in XSETID is smaller than the target stream length",
      );
    }
  }
  stream.lastId = id;
  if (entriesAdded !== undefined) stream.entriesAdded = entriesAdded;
  if (!isZeroId(maxDeletedId)) stream.maxDeletedId = maxDeletedId;
  db.changedQuietly(key);
  db.event(key, Notify.STREAM, "xsetid");
  return OK;
}

/** The stream commands. */
export const streamHandlers: Handlers = {
  XADD: (session, args) => addEntry(session, args, trimPlainly),
  XLEN: xlen,
  XRANGE: (session, args) => rangeOf(session, args, false),
  XREVRANGE: (session, args) => rangeOf(session, args, true),
  XDEL: xdel,
  XTRIM: (session, args) => trimStream(session, args, trimPlainly),
  XSETID: xsetid,
  ...streamReadHandlers,
  ...streamGroupHandlers,
  ...streamClaimHandlers,
  ...streamInfoHandlers,
};
