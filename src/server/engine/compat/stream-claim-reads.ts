/** XREADGROUP with CLAIM: pending entries that nobody minds come first, then new ones (Redis 8.4). */
import { ErrorReply, NULL_ARRAY, type ReplyValue } from "../../../protocol/reply.js";
import { int64Arg, isWord } from "../arguments.js";
import { Blocked } from "../blocking.js";
import { consumerAt } from "../commands/stream-groups.js";
import { tellPending } from "../commands/stream-propagation.js";
import {
  deliver,
  type Found,
  foundReply,
  GROUP_GONE,
  groupStart,
  history,
  type ReadOptions,
  readArgs,
  STREAM_GONE,
  streamReadHandlers,
  WAITING_COUNT,
} from "../commands/stream-reads.js";
import { entryReply, streamToRead } from "../commands/stream-replies.js";
import type { Args, Handlers } from "../handler.js";
import type { Session } from "../session.js";
import { StreamValue } from "../types/stream.js";
import type { PendingEntry, StreamGroup } from "../types/stream-group.js";
import { compareIds } from "../types/stream-id.js";

const CLAIM_IN_XREAD = "ERR The CLAIM option is only supported by XREADGROUP. You called XREAD instead.";

/** A request with CLAIM. */
interface ClaimingRead {
  readonly options: ReadOptions;
  /** Entries are claimed that were delivered at least so many ms ago. */
  readonly minIdle: number;
}

/** How many words an option of XREADGROUP has; 0: it is none, or the last one. */
function optionLength(word: string): number {
  if (isWord(word, "GROUP")) return 3;
  if (isWord(word, "COUNT") || isWord(word, "BLOCK")) return 2;
  return isWord(word, "NOACK") ? 1 : 0;
}

/** The last CLAIM among the options, and the words without it; `undefined` when there is none. */
function claimArg(args: Args): { readonly minIdle: number; readonly others: Args } | undefined {
  let minIdle: number | undefined;
  const others = args.slice(0, 1);
  let at = 1;
  while (at < args.length) {
    if (isWord(args[at], "CLAIM") && at + 1 < args.length) {
      minIdle = minIdleArg(args[at + 1]);
      at += 2;
      continue;
    }
    const length = optionLength(args[at]);
    if (length === 0) break;
    others.push(...args.slice(at, at + length));
    at += length;
  }
  return minIdle === undefined ? undefined : { minIdle, others: [...others, ...args.slice(at)] };
}

function minIdleArg(text: string): number {
  const minIdle = Number(int64Arg(text, "ERR min-idle-time is not an integer or out of range"));
  if (minIdle < 0) throw new ErrorReply("ERR min-idle-time must be a positive integer");
  return minIdle;
}

/** What may be claimed, what was delivered longest ago first. redis-server keeps such a list; here it is made. */
function idleEntries(group: StreamGroup, minIdle: number, now: number): PendingEntry[] {
  const idle: PendingEntry[] = [];
  for (const entry of group.pending.items()) if (now - entry.deliveredAt >= minIdle) idle.push(entry);
  return idle.sort((one, other) => one.deliveredAt - other.deliveredAt);
}

/** Give a consumer what is idle, and then what is new: each with its idle time and its number of deliveries. */
function claimAndDeliver(
  session: Session,
  key: string,
  stream: StreamValue,
  group: StreamGroup,
  { options, minIdle }: ClaimingRead,
  count: number,
): ReplyValue[] {
  const { db } = session;
  const { now } = session.engine;
  const idle = idleEntries(group, minIdle, now);
  const found: ReplyValue[] = [];
  for (const pending of idle) {
    if (count !== 0 && found.length === count) break;
    const entry = stream.get(pending);
    // Deleted meanwhile: there is nothing left to work on.
    if (entry === undefined) continue;
    const consumer = consumerAt(db, key, group, options.consumer, now);
    const [id, fields] = entryReply(entry) as ReplyValue[];
    found.push([id, fields, now - pending.deliveredAt, pending.deliveries]);
    group.give(pending, consumer);
    pending.deliveredAt = now;
    pending.countDelivery();
    tellPending(db, key, group, pending);
  }
  if (found.length !== 0) db.changedQuietly(key);
  const last = stream.last();
  const room = count === 0 ? 0 : count - found.length;
  if ((count === 0 || room > 0) && last !== undefined && compareIds(last, group.lastId) > 0) {
    for (const entry of deliver(session, key, stream, group, options, room)) {
      found.push([...(entry as ReplyValue[]), 0, 0]);
    }
  }
  return found;
}

function xreadgroup(session: Session, args: Args): ReplyValue | Blocked {
  const claim = claimArg(args);
  if (claim === undefined) return streamReadHandlers.XREADGROUP(session, args);
  const { db, engine } = session;
  engine.propagation?.nothing();
  const options = readArgs(session, claim.others, true);
  const read: ClaimingRead = { options, minIdle: claim.minIdle };
  const { keys, count, block } = options;
  const name = options.group as string;
  const starts = keys.map((key, i) => groupStart(db, key, name, options.ids[i]));
  const found: Found[] = [];
  keys.forEach((key, i) => {
    const { group, historyAfter } = starts[i];
    const stream = streamToRead(db, key);
    if (stream === undefined) return;
    if (historyAfter !== undefined) {
      const reader = consumerAt(db, key, group, options.consumer, engine.now);
      found.push([key, history(stream, reader, historyAfter, count, engine.now)]);
      db.changedQuietly(key);
      return;
    }
    const entries = claimAndDeliver(session, key, stream, group, read, count);
    if (entries.length !== 0) found.push([key, entries]);
  });
  if (found.length !== 0) return foundReply(session, found);
  if (block === undefined) return NULL_ARRAY;
  for (const key of keys) lookAgain(session, key, read);
  return new Blocked(
    keys,
    block,
    (key) => {
      const stream = db.peek(key)?.value;
      if (!(stream instanceof StreamValue)) throw new ErrorReply(STREAM_GONE);
      const group = stream.group(name);
      if (group === undefined) throw new ErrorReply(GROUP_GONE);
      const entries = claimAndDeliver(session, key, stream, group, read, count || WAITING_COUNT);
      if (entries.length !== 0) return foundReply(session, [[key, entries]]);
      lookAgain(session, key, read);
      return undefined;
    },
    NULL_ARRAY,
  );
}

/** Wake who waits for a stream when the next of its pending entries has been idle for long enough. */
function lookAgain(session: Session, key: string, { options, minIdle }: ClaimingRead): void {
  const { db, engine } = session;
  const stream = db.peek(key)?.value;
  if (!(stream instanceof StreamValue)) return;
  let next = Number.POSITIVE_INFINITY;
  for (const pending of stream.group(options.group as string)?.pending.items() ?? []) {
    const at = pending.deliveredAt + minIdle;
    // What is due already could not be claimed: its entry has gone.
    if (at > engine.now) next = Math.min(next, at);
  }
  if (next === Number.POSITIVE_INFINITY) return;
  engine.agenda.add(next, () => db.wake(key));
  engine.noteDeadline(next);
}

function xread(session: Session, args: Args): ReplyValue | Blocked {
  let at = 1;
  while (at < args.length && optionLength(args[at]) === 2) at += 2;
  if (at + 1 < args.length && isWord(args[at], "CLAIM")) throw new ErrorReply(CLAIM_IN_XREAD);
  return streamReadHandlers.XREAD(session, args);
}

/** XREADGROUP and XREAD in place of those of Redis 7.0. */
export const streamClaimHandlers: Handlers = { XREADGROUP: xreadgroup, XREAD: xread };
