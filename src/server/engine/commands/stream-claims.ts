/** Pending entries of consumer groups: XPENDING, XCLAIM, XAUTOCLAIM. */
import { ErrorReply, NULL_ARRAY, type ReplyValue } from "../../../protocol/reply.js";
import { int64Arg, isWord, rangeArg } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR, shown } from "../texts.js";
import type { StreamValue } from "../types/stream.js";
import { type Consumer, PendingEntry, type StreamGroup } from "../types/stream-group.js";
import { compareIds, formatId, parseId, type StreamId } from "../types/stream-id.js";
import type { Int64 } from "../types/uint64.js";
import { endArg, entryCountArg, idArg, idleArg, startArg } from "./stream-arguments.js";
import { consumerAt, noSuchKeyOrGroup } from "./stream-groups.js";
import { tellPending, tellPosition } from "./stream-propagation.js";
import { entryReply, streamToRead } from "./stream-replies.js";

/** @throws ErrorReply WRONGTYPE, NOGROUP */
function streamAndGroup(session: Session, args: Args): { stream: StreamValue; group: StreamGroup } {
  const stream = streamToRead(session.db, args[1]);
  const group = stream?.group(args[2]);
  if (stream === undefined || group === undefined) throw noSuchKeyOrGroup(args[1], args[2]);
  return { stream, group };
}

// ---- XPENDING -----------------------------------------------------------------------------------

function xpending(session: Session, args: Args): ReplyValue {
  if (args.length === 3) return summary(streamAndGroup(session, args).group);
  if (args.length < 6 || args.length > 9) throw new ErrorReply(SYNTAX_ERROR);
  let at = 3;
  let minIdle = 0;
  if (isWord(args[3], "IDLE")) {
    minIdle = Number(int64Arg(args[4]));
    if (args.length < 8) throw new ErrorReply(SYNTAX_ERROR);
    at = 5;
  }
  const count = entryCountArg(args[at + 2]);
  const start = startArg(args[at]);
  const end = endArg(args[at + 1]);
  const { group } = streamAndGroup(session, args);
  const consumer = at + 3 < args.length ? group.consumer(args[at + 3]) : group;
  const found: ReplyValue[] = [];
  if (consumer === undefined || count === 0) return found;
  const { now } = session.engine;
  for (const entry of consumer.pending.items(start)) {
    if (compareIds(entry, end) > 0) break;
    const idle = now - entry.deliveredAt;
    if (minIdle !== 0 && idle < minIdle) continue;
    found.push([formatId(entry), entry.consumer.name, Math.max(0, idle), entry.deliveries]);
    if (found.length === count) break;
  }
  return found;
}

/** How many, from which to which, and of whom. */
function summary(group: StreamGroup): ReplyValue {
  const { size, first, last } = group.pending;
  if (first === undefined || last === undefined) return [0, null, null, NULL_ARRAY];
  const shares: ReplyValue[] = [];
  for (const { name, pending } of group.consumers()) {
    if (pending.size !== 0) shares.push([name, String(pending.size)]);
  }
  return [size, formatId(first), formatId(last), shares];
}

// ---- XCLAIM -------------------------------------------------------------------------------------

interface ClaimOptions {
  readonly ids: readonly StreamId[];
  /** IDLE, TIME: when it shall count as delivered, ms since 1970. */
  readonly deliveredAt: number;
  /** RETRYCOUNT */
  readonly deliveries: Int64 | undefined;
  /** FORCE: make pending what is not. */
  readonly force: boolean;
  readonly justId: boolean;
  /** LASTID */
  readonly lastId: StreamId | undefined;
}

/** Where the ids begin. */
const FIRST_ID = 5;

function claimOptions(args: Args, now: number): ClaimOptions {
  const ids: StreamId[] = [];
  let at = FIRST_ID;
  for (; at < args.length; at++) {
    const id = parseId(args[at], 0);
    if (id === undefined) break;
    ids.push(id);
  }
  let deliveredAt: number | undefined;
  let deliveries: Int64 | undefined;
  let lastId: StreamId | undefined;
  let force = false;
  let justId = false;
  for (; at < args.length; at++) {
    const word = args[at];
    const hasMore = at + 1 < args.length;
    if (isWord(word, "FORCE")) force = true;
    else if (isWord(word, "JUSTID")) justId = true;
    else if (hasMore && isWord(word, "IDLE"))
      deliveredAt = now - Number(int64Arg(args[++at], invalid("IDLE")));
    else if (hasMore && isWord(word, "TIME")) deliveredAt = Number(int64Arg(args[++at], invalid("TIME")));
    else if (hasMore && isWord(word, "RETRYCOUNT")) deliveries = int64Arg(args[++at], invalid("RETRYCOUNT"));
    else if (hasMore && isWord(word, "LASTID")) lastId = idArg(args[++at]);
    else throw new ErrorReply(`ERR Unrecognized XCLAIM option '${shown(word, word.length)}'`);
  }
  // A moment that cannot be is no error: the client's clock may be wrong.
  if (deliveredAt === undefined || deliveredAt < 0 || deliveredAt > now) deliveredAt = now;
  if (deliveries !== undefined && deliveries < 0) deliveries = undefined;
  return { ids, deliveredAt, deliveries, force, justId, lastId };
}

function invalid(option: string): string {
  return `ERR Invalid ${option} option argument for XCLAIM`;
}

function xclaim(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const { now } = session.engine;
  const key = args[1];
  const { stream, group } = streamAndGroup(session, args);
  const minIdle = idleArg(args[4], "ERR Invalid min-idle-time argument for XCLAIM");
  const options = claimOptions(args, now);
  session.engine.propagation?.nothing();
  let hasMoved = false;
  if (options.lastId !== undefined && compareIds(options.lastId, group.lastId) > 0) {
    group.lastId = options.lastId;
    hasMoved = true;
  }
  const found: ReplyValue[] = [];
  // Later versions know whoever asks, whether there is anything or not.
  if (session.engine.isAtLeast("7.2")) consumerAt(db, key, group, args[3], now);
  for (const [i, id] of options.ids.entries()) {
    const entry = stream.get(id);
    if (entry === undefined) {
      const gone = group.pending.get(id);
      if (gone === undefined) continue;
      tellPending(db, key, group, gone, args[FIRST_ID + i]);
      hasMoved = false;
      group.acknowledge(id);
      continue;
    }
    if (!mayClaim(group.pending.get(id), options.force, minIdle, now)) continue;
    const consumer = consumerAt(db, key, group, args[3], now);
    consumer.activeAt = now;
    const pending = claimed(group, id, consumer, now);
    pending.deliveredAt = options.deliveredAt;
    if (options.deliveries !== undefined) pending.deliveries = options.deliveries;
    else if (!options.justId) pending.countDelivery();
    found.push(options.justId ? formatId(id) : entryReply(entry));
    tellPending(db, key, group, pending, args[FIRST_ID + i]);
    hasMoved = false;
  }
  // Those who are told of an entry are told this with it.
  if (hasMoved) tellPosition(db, key, group);
  db.changedQuietly(key);
  return found;
}

/** Is an entry idle for long enough, or to be made pending? */
function mayClaim(pending: PendingEntry | undefined, force: boolean, minIdle: number, now: number): boolean {
  return pending === undefined ? force : minIdle === 0 || now - pending.deliveredAt >= minIdle;
}

/** The pending entry of an id, which now belongs to `consumer`; made when there is none. */
function claimed(group: StreamGroup, id: StreamId, consumer: Consumer, now: number): PendingEntry {
  const pending = group.pending.get(id) ?? new PendingEntry(id, consumer, now);
  if (!group.addPending(pending)) group.give(pending, consumer);
  return pending;
}

// ---- XAUTOCLAIM ---------------------------------------------------------------------------------

/** At most so many pending entries are looked at for each one wanted. */
const ATTEMPTS_FACTOR = 10;
/** What redis-server takes as COUNT: so many ids would still have a size. */
const LARGEST_COUNT = Number(9223372036854775807n / 16n);
/** From there on redis-server gets no memory for the ids of deleted entries. */
const UNALLOCATABLE_COUNT = 2 ** 47 / 16;

function xautoclaim(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const { now } = session.engine;
  const key = args[1];
  const minIdle = idleArg(args[4], "ERR Invalid min-idle-time argument for XAUTOCLAIM");
  const start = startArg(args[5]);
  let count = 100;
  let justId = false;
  for (let i = 6; i < args.length; i++) {
    if (isWord(args[i], "COUNT") && i + 1 < args.length) {
      count = rangeArg(args[++i], 1, LARGEST_COUNT, "ERR COUNT must be > 0");
    } else if (isWord(args[i], "JUSTID")) justId = true;
    else throw new ErrorReply(SYNTAX_ERROR);
  }
  const { stream, group } = streamAndGroup(session, args);
  session.engine.propagation?.nothing();
  if (count >= UNALLOCATABLE_COUNT) {
    throw new ErrorReply("ERR Insufficient memory, failed allocating transient memory, COUNT too high.");
  }
  const found: ReplyValue[] = [];
  const gone: StreamId[] = [];
  let next: StreamId | undefined;
  let attempts = count * ATTEMPTS_FACTOR;
  if (session.engine.isAtLeast("7.2")) consumerAt(db, key, group, args[3], now);
  for (const pending of group.pending.items(start)) {
    if (attempts-- === 0 || found.length + gone.length === count) {
      next = pending;
      break;
    }
    const entry = stream.get(pending);
    if (entry === undefined) {
      tellPending(db, key, group, pending);
      gone.push(pending);
      continue;
    }
    if (!mayClaim(pending, false, minIdle, now)) continue;
    // Somebody who gets nothing is not made a consumer.
    const consumer = consumerAt(db, key, group, args[3], now);
    consumer.activeAt = now;
    group.give(pending, consumer);
    pending.deliveredAt = now;
    if (!justId) pending.countDelivery();
    tellPending(db, key, group, pending);
    found.push(justId ? formatId(pending) : entryReply(entry));
  }
  for (const id of gone) group.acknowledge(id);
  db.changedQuietly(key);
  return [next === undefined ? "0-0" : formatId(next), found, gone.map(formatId)];
}

export const streamClaimHandlers: Handlers = {
  XPENDING: xpending,
  XCLAIM: xclaim,
  XAUTOCLAIM: xautoclaim,
};
