/** XREAD and XREADGROUP: reading from several streams, and waiting for new entries. */
import { ErrorReply, MapReply, NULL_ARRAY, type ReplyValue } from "../../../protocol/reply.js";
import { int64Arg, isWord } from "../arguments.js";
import { Blocked } from "../blocking.js";
import type { Database } from "../database.js";
import type { Args, Handlers } from "../handler.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR, shown, TIMEOUT_NEGATIVE, TIMEOUT_NOT_INTEGER } from "../texts.js";
import { StreamValue } from "../types/stream.js";
import type { Consumer, StreamGroup } from "../types/stream-group.js";
import {
  compareIds,
  formatId,
  MAX_ID,
  MIN_ID,
  nextId,
  previousId,
  type StreamId,
} from "../types/stream-id.js";
import { entryCountArg, idArg } from "./stream-arguments.js";
import { consumerAt } from "./stream-groups.js";
import { tellConsumer, tellPending, tellPosition } from "./stream-propagation.js";
import { entriesReply, entryReply, streamToRead } from "./stream-replies.js";

const GROUP_IN_XREAD = "ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.";
const NOACK_IN_XREAD = "ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.";
const GROUP_MISSING = "ERR Missing GROUP option for XREADGROUP";
const DOLLAR_IN_GROUP =
  "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.";
const NEW_IN_XREAD =
  "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.";
const UNBALANCED =
  "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.";
/** The same since Redis 7.4. */
const UNBALANCED_LATER =
  "ERR Unbalanced 'xread' list of streams: for each stream key an ID, '+', or '$' must be specified.";
const UNBALANCED_GROUP =
  "ERR Unbalanced 'xreadgroup' list of streams: for each stream key an ID or '>' must be specified.";
const PLUS_IN_GROUP =
  "ERR The + ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The + ID would just return an empty result set.";
export const GROUP_GONE = "NOGROUP the consumer group this client was blocked on no longer exists";
export const STREAM_GONE = "UNBLOCKED the stream key no longer exists";

/** Who has waited without COUNT gets so many entries at the most. */
export const WAITING_COUNT = 1000;

/** A request as its words say. */
export interface ReadOptions {
  /** Most entries of each stream; 0: all. */
  readonly count: number;
  /** How long to wait, ms; 0: for ever; `undefined`: not at all. */
  readonly block: number | undefined;
  /** XREADGROUP only. */
  readonly group: string | undefined;
  readonly consumer: string;
  /** NOACK: what is delivered does not become pending. */
  readonly noAck: boolean;
  readonly keys: readonly string[];
  /** As they were sent, one for each key. */
  readonly ids: readonly string[];
}

/** Read the words of XREAD or XREADGROUP. @throws ErrorReply */
export function readArgs(session: Session, args: Args, inGroup: boolean): ReadOptions {
  let count = 0;
  let block: number | undefined;
  let group: string | undefined;
  let consumer = "";
  let noAck = false;
  for (let i = 1; i < args.length; i++) {
    const word = args[i];
    const more = args.length - 1 - i;
    if (more >= 1 && isWord(word, "BLOCK")) {
      if (session.isScript && !session.engine.isAtLeast("7.2")) {
        throw new ErrorReply(noBlockInScripts(args[0]));
      }
      block = blockArg(args[++i]);
    } else if (more >= 1 && isWord(word, "COUNT")) count = entryCountArg(args[++i]);
    else if (more >= 1 && isWord(word, "STREAMS")) {
      if (more % 2 !== 0) throw new ErrorReply(unbalanced(session, inGroup));
      if (inGroup && group === undefined) throw new ErrorReply(GROUP_MISSING);
      const middle = i + 1 + more / 2;
      const keys = args.slice(i + 1, middle);
      return { count, block, group, consumer, noAck, keys, ids: args.slice(middle) };
    } else if (more >= 2 && isWord(word, "GROUP")) {
      if (!inGroup) throw new ErrorReply(GROUP_IN_XREAD);
      group = args[i + 1];
      consumer = args[i + 2];
      i += 2;
    } else if (isWord(word, "NOACK")) {
      if (!inGroup) throw new ErrorReply(NOACK_IN_XREAD);
      noAck = true;
    } else throw new ErrorReply(SYNTAX_ERROR);
  }
  throw new ErrorReply(SYNTAX_ERROR);
}

function unbalanced({ engine }: Session, inGroup: boolean): string {
  if (!engine.isAtLeast("7.4")) return UNBALANCED;
  return inGroup ? UNBALANCED_GROUP : UNBALANCED_LATER;
}

function blockArg(text: string): number {
  const timeout = Number(int64Arg(text, TIMEOUT_NOT_INTEGER));
  if (timeout < 0) throw new ErrorReply(TIMEOUT_NEGATIVE);
  return timeout;
}

function noBlockInScripts(name: string): string {
  return `ERR ${shown(name, name.length)} command is not allowed with BLOCK option from scripts`;
}

// ---- XREAD --------------------------------------------------------------------------------------

function xread(session: Session, args: Args): ReplyValue | Blocked {
  const { db } = session;
  const options = readArgs(session, args, false);
  const { keys, count } = options;
  const after = keys.map((key, i) => plainStart(db, key, options.ids[i]));
  const found: Found[] = [];
  keys.forEach((key, i) => {
    const stream = streamToRead(db, key);
    const last = stream?.last();
    if (stream === undefined || last === undefined || compareIds(last, after[i]) <= 0) return;
    found.push([key, entriesAfter(stream, after[i], count)]);
  });
  return foundOrBlocked(session, options, found, (key) => {
    const stream = db.peek(key)?.value;
    const id = after[keys.indexOf(key)];
    if (!(stream instanceof StreamValue) || compareIds(stream.lastId, id) <= 0) return undefined;
    if (db.engine.isAtLeast("7.2") && !hasBehind(stream, id)) return undefined;
    return [key, entriesAfter(stream, id, count || WAITING_COUNT)];
  });
}

/** Behind which id to read. */
function plainStart(db: Database, key: string, id: string): StreamId {
  const stream = streamToRead(db, key);
  if (id === "$") return stream?.lastId ?? MIN_ID;
  if (id === ">") throw new ErrorReply(NEW_IN_XREAD);
  if (id === "+" && db.engine.isAtLeast("7.4")) {
    const last = stream?.last();
    return last === undefined ? (stream?.lastId ?? MIN_ID) : (previousId(last) ?? MIN_ID);
  }
  return idArg(id);
}

/** Is there an entry behind an id? Later versions do not wake a client for entries that have gone again. */
function hasBehind(stream: StreamValue, id: StreamId): boolean {
  const last = stream.last();
  return last !== undefined && compareIds(last, id) > 0;
}

function entriesAfter(stream: StreamValue, id: StreamId, count: number): ReplyValue[] {
  const start = nextId(id);
  return start === undefined ? [] : entriesReply(stream, start, MAX_ID, count);
}

// ---- XREADGROUP ---------------------------------------------------------------------------------

/** What one stream is asked for: new entries (`undefined`), or one's own pending ones behind an id. */
export interface GroupStart {
  readonly group: StreamGroup;
  readonly historyAfter: StreamId | undefined;
}

function xreadgroup(session: Session, args: Args): ReplyValue | Blocked {
  const { db, engine } = session;
  engine.propagation?.nothing();
  const options = readArgs(session, args, true);
  const { keys, count, consumer } = options;
  const name = options.group as string;
  const starts = keys.map((key, i) => groupStart(db, key, name, options.ids[i]));
  const found: Found[] = [];
  keys.forEach((key, i) => {
    const { group, historyAfter } = starts[i];
    const stream = streamToRead(db, key);
    if (stream === undefined) return;
    if (historyAfter !== undefined) {
      const reader = consumerAt(db, key, group, consumer, engine.now);
      found.push([key, history(stream, reader, historyAfter, count, engine.now)]);
      db.changedQuietly(key);
      return;
    }
    const last = stream.last();
    // Later versions know whoever asks, whether there is anything or not.
    if (engine.isAtLeast("7.2")) consumerAt(db, key, group, consumer, engine.now);
    if (last === undefined || compareIds(last, group.lastId) <= 0) return;
    found.push([key, deliver(session, key, stream, group, options, count)]);
  });
  return foundOrBlocked(session, options, found, (key) => {
    if (engine.isAtLeast("7.2")) groupStart(db, key, name, ">");
    const stream = db.peek(key)?.value;
    if (!(stream instanceof StreamValue)) throw new ErrorReply(STREAM_GONE);
    const group = stream.group(name);
    if (group === undefined) throw new ErrorReply(GROUP_GONE);
    if (compareIds(stream.lastId, group.lastId) <= 0) return undefined;
    if (engine.isAtLeast("7.2") && !hasBehind(stream, group.lastId)) return undefined;
    return [key, deliver(session, key, stream, group, options, count || WAITING_COUNT)];
  });
}

/** From where a group reads a stream. @param later is it Redis 7.4 or later? @throws ErrorReply NOGROUP */
export function groupStart(
  db: Database,
  key: string,
  name: string,
  id: string,
  later = db.engine.isAtLeast("7.4"),
): GroupStart {
  const group = streamToRead(db, key)?.group(name);
  if (group === undefined) {
    throw new ErrorReply(
      `NOGROUP No such key '${shown(key, key.length)}' or consumer group '${shown(name, name.length)}' in XREADGROUP with GROUP option`,
    );
  }
  if (id === "$") throw new ErrorReply(DOLLAR_IN_GROUP);
  if (id === "+" && later) throw new ErrorReply(PLUS_IN_GROUP);
  if (id === ">") return { group, historyAfter: undefined };
  const after = idArg(id);
  // The greatest id is how redis-server keeps `>`.
  return { group, historyAfter: compareIds(after, MAX_ID) === 0 ? undefined : after };
}

/** Give a consumer the entries that its group has not been given yet. */
export function deliver(
  session: Session,
  key: string,
  stream: StreamValue,
  group: StreamGroup,
  { consumer: name, noAck }: ReadOptions,
  count: number,
): ReplyValue[] {
  const { db } = session;
  const { now } = session.engine;
  if (noAck && group.consumer(name) === undefined) tellConsumer(db, key, group, name);
  const consumer = consumerAt(db, key, group, name, now);
  const start = nextId(group.lastId);
  const found: ReplyValue[] = [];
  if (start === undefined) return found;
  const later = session.engine.isAtLeast("7.2");
  stream.walk(start, MAX_ID, (entry) => {
    stream.advance(group, entry, later);
    if (!noAck) tellPending(db, key, group, group.deliver(entry, consumer, now));
    return found.push(entryReply(entry)) !== count;
  });
  if (noAck && found.length !== 0) tellPosition(db, key, group);
  db.changedQuietly(key);
  return found;
}

/** What a consumer has not acknowledged yet; an entry that is no longer there has null for its fields. */
export function history(
  stream: StreamValue,
  consumer: Consumer,
  after: StreamId,
  count: number,
  now: number,
): ReplyValue[] {
  const found: ReplyValue[] = [];
  for (const pending of consumer.pending.items(nextId(after))) {
    const entry = stream.get(pending);
    if (entry === undefined) found.push([formatId(pending), NULL_ARRAY]);
    else {
      pending.deliveredAt = now;
      pending.countDelivery();
      found.push(entryReply(entry));
    }
    if (found.length === count) break;
  }
  return found;
}

// ---- replies and waiting ------------------------------------------------------------------------

/** A key with the entries that were found there. */
export type Found = readonly [key: string, entries: ReplyValue[]];

/** What was found, as the protocol of the client has it. */
export function foundReply(session: Session, found: readonly Found[]): ReplyValue {
  return session.protocol === 3 ? new MapReply(found.flat()) : found;
}

/** Answer what was found; without anything wait, if that is wished. */
function foundOrBlocked(
  session: Session,
  { keys, block }: ReadOptions,
  found: readonly Found[],
  attempt: (key: string) => Found | undefined,
): ReplyValue | Blocked {
  if (found.length !== 0) return foundReply(session, found);
  if (block === undefined) return NULL_ARRAY;
  const serve = (key: string): ReplyValue | undefined => {
    const one = attempt(key);
    return one === undefined ? undefined : foundReply(session, [one]);
  };
  return new Blocked(keys, block, serve, NULL_ARRAY);
}

export const streamReadHandlers: Handlers = { XREAD: xread, XREADGROUP: xreadgroup };
