/** Groups of consumers: each entry of a stream goes to one of them, and is pending until that one says it is done. */
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { type Arg, CommandSet, type Key, listOf, type Many, type OneOrMore, pushAll } from "./base.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { boolean, type Decode, number, plain, status, texts } from "./replies.js";
import {
  entryOf,
  messagesOf,
  pushRead,
  pushStreams,
  type StreamEntry,
  type StreamId,
  type StreamMessages,
  type Streams,
  streamEntries,
  streamMessages,
  type XreadOptions,
} from "./streams.js";

/** An entry that a consumer reads again; its fields are `null` when it was deleted from the stream meanwhile. */
export interface PendingEntry<T = string> {
  id: string;
  fields: Record<string, T> | null;
}

/**
 * Entries that {@link StreamGroupCommands.xreadgroup} gives: new ones (`">"`) always have fields, a consumer's own
 * pending ones may have been deleted.
 */
export type GroupEntry<T, Id> = [Id] extends [">"] ? StreamEntry<T> : PendingEntry<T>;

/** How an entry has fared, as `claim` of {@link StreamGroupCommands.xreadgroup} tells. */
export interface DeliveryHistory {
  /** Milliseconds since it was delivered last; 0 for a new one. */
  idle: number;
  /** How often it was delivered before; 0 for a new one. */
  deliveries: number;
}

/** {@link GroupEntry} with what `claim` adds; entries of a consumer's own history do not have it. */
export type GroupReadEntry<T, Id, Claim> = [Claim] extends [undefined]
  ? GroupEntry<T, Id>
  : [Claim, Id] extends [number, ">"]
    ? GroupEntry<T, Id> & DeliveryHistory
    : GroupEntry<T, Id> & Partial<DeliveryHistory>;

/** Options of {@link StreamGroupCommands.xreadgroup}; the type parameter records that `claim` changes the reply. */
export interface XreadgroupOptions<Claim extends number | undefined = number | undefined>
  extends XreadOptions {
  /**
   * Also take over entries that anybody in the group was given at least so many milliseconds ago and has not
   * acknowledged; they come before new ones, the longest idle first. Needs Redis 8.4.
   */
  claim?: Claim;
  /** The entries count as done at once. */
  noAck?: boolean;
}

/** Options of {@link StreamGroupCommands.xgroupCreate}. */
export interface XgroupCreateOptions extends XgroupSetidOptions {
  /** Create the stream when there is none. */
  mkStream?: boolean;
}

/** Options of {@link StreamGroupCommands.xgroupSetid}. */
export interface XgroupSetidOptions {
  /** How many entries of the stream count as read, from which the server computes the group's lag. */
  entriesRead?: number | bigint;
}

/** Options of {@link StreamGroupCommands.xclaim}; the type parameter records that `justId` changes the reply. */
export interface XclaimOptions<JustId extends boolean = boolean> {
  /** Count the entries as delivered this many milliseconds ago (0 unless you say so). */
  idle?: number;
  /** Count the entries as delivered at this Unix time in milliseconds. */
  time?: number;
  /** Count the entries as delivered this many times; without it once more than before. */
  retryCount?: number;
  /** Claim entries that are in the stream but pending for nobody, too. */
  force?: boolean;
  /** Reply with ids alone, and leave the number of deliveries as it is. */
  justId?: JustId;
  /** Set the last id that the group has delivered, where this one is greater. */
  lastId?: StreamId;
}

/** Options of {@link StreamGroupCommands.xautoclaim}; the type parameter records that `justId` changes the reply. */
export interface XautoclaimOptions<JustId extends boolean = boolean> {
  /** At most this many entries (100 unless you say so). */
  count?: number;
  /** Reply with ids alone, and leave the number of deliveries as it is. */
  justId?: JustId;
}

/** What a consumer has claimed: entries, or their ids where `justId` is set. */
export type ClaimReply<T, JustId extends boolean> = JustId extends true ? string[] : StreamEntry<T>[];

/** Reply of {@link StreamGroupCommands.xautoclaim}. */
export interface AutoclaimReply<T = string, JustId extends boolean = boolean> {
  /** Where to go on; `"0-0"` when all pending entries have been looked at. */
  cursor: string;
  /** What was claimed. */
  claimed: ClaimReply<T, JustId>;
  /** Ids of entries that are no longer in the stream; they are pending no longer (empty before Redis 7.0). */
  deleted: string[];
}

/** Reply of {@link StreamGroupCommands.xpending}: what a group has been given and has not acknowledged. */
export interface PendingSummary<T = string> {
  /** How many entries. */
  pending: number;
  /** The lowest id among them; `null` when there are none. */
  smallestId: string | null;
  /** The greatest id among them; `null` when there are none. */
  greatestId: string | null;
  /** The consumers that have some. */
  consumers: { name: T; pending: number }[];
}

/** Which pending entries {@link StreamGroupCommands.xpending} lists. */
export interface XpendingRange {
  /** At most this many. */
  count: number;
  /** From this id on (`"-"` unless you say so). */
  start?: StreamId;
  /** Up to this id (`"+"` unless you say so). */
  end?: StreamId;
  /** Only those of this consumer. */
  consumer?: Key;
  /** Only those that were delivered at least this many milliseconds ago. */
  idle?: number;
}

/** A pending entry, and who has it. */
export interface PendingDelivery<T = string> {
  id: string;
  consumer: T;
  /** Milliseconds since it was delivered last. */
  idle: number;
  /** How often it was delivered. */
  deliveries: number;
}

const idOrNull = (reply: RawReply): string | null => (reply === null ? null : textOf(reply));

const autoclaimed =
  (claims: Decode<never>): Decode<never> =>
  (reply) => {
    const [cursor, claimed, deleted = []] = reply as RawReply[];
    return { cursor: textOf(cursor), claimed: claims(claimed), deleted: texts(deleted) } as never;
  };

const autoclaimedEntries = autoclaimed(streamEntries);
const autoclaimedIds = autoclaimed(texts as Decode<never>);

/** Entries as `claim` gives them: with idle time and number of deliveries, but for a consumer's own history. */
const claimedMessages = messagesOf(
  (reply) =>
    (reply as RawReply[][]).map((entry) => {
      const plain = entryOf(entry);
      const [, , idle, deliveries] = entry;
      return entry.length < 4 ? plain : { ...plain, idle: number(idle), deliveries: number(deliveries) };
    }) as never,
);

const pendingSummary: Decode<never> = (reply) => {
  const [pending, smallest, greatest, consumers] = reply as RawReply[];
  return {
    pending: number(pending),
    smallestId: idOrNull(smallest),
    greatestId: idOrNull(greatest),
    consumers: ((consumers ?? []) as RawReply[][]).map(([name, count]) => ({
      name,
      pending: number(textOf(count)),
    })),
  } as never;
};

const pendingDeliveries: Decode<never> = (reply) =>
  (reply as RawReply[][]).map(([id, consumer, idle, deliveries]) => ({
    id: textOf(id),
    consumer,
    idle: number(idle),
    deliveries: number(deliveries),
  })) as never;

/** Commands on groups of consumers. */
export abstract class StreamGroupCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Acknowledge entries: they are done, and pending no longer.
   * @returns how many were pending
   * @example
   * ```ts
   * for (const { id } of entries) await redis.xack("jobs", "workers", id);
   * ```
   * @see https://redis.io/docs/latest/commands/xack/
   */
  xack(key: Key, group: Key, ...ids: Many<StreamId>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("XACK", [key, group, ...listOf(ids)], plain);
  }

  /**
   * Take over entries that others were given at least `minIdle` milliseconds ago and have not acknowledged.
   * @param start the id to start from: `"0-0"`, then the `cursor` of the reply before
   * @example
   * ```ts
   * const { cursor, claimed } = await redis.xautoclaim("jobs", "workers", "me", 60_000, "0-0", { count: 10 });
   * ```
   * @see https://redis.io/docs/latest/commands/xautoclaim/
   */
  xautoclaim<JustId extends boolean = false>(
    key: Key,
    group: Key,
    consumer: Key,
    minIdle: number,
    start: StreamId,
    options?: XautoclaimOptions<JustId>,
  ): Reply<M, AutoclaimReply<Text<M>, JustId>> {
    const args: Arg[] = [key, group, consumer, minIdle, start];
    if (options?.count !== undefined) args.push("COUNT", options.count);
    if (options?.justId) args.push("JUSTID");
    const decode = options?.justId ? autoclaimedIds : autoclaimedEntries;
    return this.run<AutoclaimReply<Text<M>, JustId>>("XAUTOCLAIM", args, decode);
  }

  /**
   * Take over the entries with these ids, as far as others were given them at least `minIdle` milliseconds ago.
   * @returns what was claimed; entries that were deleted from the stream are left out
   * @example
   * ```ts
   * await redis.xclaim("jobs", "workers", "me", 60_000, ["1700000000000-0"], { justId: true }); // string[]
   * ```
   * @see https://redis.io/docs/latest/commands/xclaim/
   */
  xclaim<JustId extends boolean = false>(
    key: Key,
    group: Key,
    consumer: Key,
    minIdle: number,
    ids: OneOrMore<StreamId>,
    options?: XclaimOptions<JustId>,
  ): Reply<M, ClaimReply<Text<M>, JustId>> {
    const args: Arg[] = [key, group, consumer, minIdle];
    pushAll(args, ids);
    if (options) {
      if (options.idle !== undefined) args.push("IDLE", options.idle);
      if (options.time !== undefined) args.push("TIME", options.time);
      if (options.retryCount !== undefined) args.push("RETRYCOUNT", options.retryCount);
      if (options.force) args.push("FORCE");
      if (options.justId) args.push("JUSTID");
      if (options.lastId !== undefined) args.push("LASTID", options.lastId);
    }
    const decode = options?.justId ? (texts as Decode<never>) : streamEntries;
    return this.run<ClaimReply<Text<M>, JustId>>("XCLAIM", args, decode);
  }

  /**
   * Create a group of consumers for the stream at `key`.
   * @param id the group gets what comes after this id: `"0"` all there is, `"$"` only new entries
   * @throws ReplyError `BUSYGROUP` when there is such a group; `ERR` without stream, unless `mkStream` is set
   * @example
   * ```ts
   * await redis.xgroupCreate("jobs", "workers", "$", { mkStream: true });
   * ```
   * @see https://redis.io/docs/latest/commands/xgroup-create/
   */
  xgroupCreate(key: Key, group: Key, id: StreamId, options?: XgroupCreateOptions): Reply<M, "OK"> {
    const args: Arg[] = [key, group, id];
    if (options?.mkStream) args.push("MKSTREAM");
    if (options?.entriesRead !== undefined) args.push("ENTRIESREAD", options.entriesRead);
    return this.run<"OK">("XGROUP CREATE", args, status);
  }

  /**
   * Add a consumer to a group; reading does so too.
   * @returns `false` when the group had it
   * @throws ReplyError `NOGROUP` when there is no such group
   * @see https://redis.io/docs/latest/commands/xgroup-createconsumer/
   */
  xgroupCreateconsumer(key: Key, group: Key, consumer: Key): Reply<M, boolean> {
    return this.run("XGROUP CREATECONSUMER", [key, group, consumer], boolean);
  }

  /**
   * Remove a consumer from a group, with all that is pending for it: claim that first.
   * @returns how many entries were pending for it
   * @throws ReplyError `NOGROUP` when there is no such group
   * @see https://redis.io/docs/latest/commands/xgroup-delconsumer/
   */
  xgroupDelconsumer(key: Key, group: Key, consumer: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("XGROUP DELCONSUMER", [key, group, consumer], plain);
  }

  /**
   * Delete a group with its consumers and all that is pending for them.
   * @returns `false` when there was no such group
   * @see https://redis.io/docs/latest/commands/xgroup-destroy/
   */
  xgroupDestroy(key: Key, group: Key): Reply<M, boolean> {
    return this.run("XGROUP DESTROY", [key, group], boolean);
  }

  /**
   * Set the last id that a group counts as delivered: what comes after it is delivered next.
   * @throws ReplyError `NOGROUP` when there is no such group
   * @see https://redis.io/docs/latest/commands/xgroup-setid/
   */
  xgroupSetid(key: Key, group: Key, id: StreamId, options?: XgroupSetidOptions): Reply<M, "OK"> {
    const args: Arg[] = [key, group, id];
    if (options?.entriesRead !== undefined) args.push("ENTRIESREAD", options.entriesRead);
    return this.run<"OK">("XGROUP SETID", args, status);
  }

  /**
   * How much a group has been given and has not acknowledged.
   * @throws ReplyError `NOGROUP` when there is no such group
   * @example
   * ```ts
   * const { pending, consumers } = await redis.xpending("jobs", "workers");
   * ```
   * @see https://redis.io/docs/latest/commands/xpending/
   */
  xpending(key: Key, group: Key): Reply<M, PendingSummary<Text<M>>>;
  /**
   * The entries that a group has been given and has not acknowledged.
   * @throws ReplyError `NOGROUP` when there is no such group
   * @example
   * ```ts
   * await redis.xpending("jobs", "workers", { count: 10, idle: 60_000 });
   * // [{ id: "1700000000000-0", consumer: "me", idle: 81234, deliveries: 1 }]
   * ```
   * @see https://redis.io/docs/latest/commands/xpending/
   */
  xpending(key: Key, group: Key, range: XpendingRange): Reply<M, PendingDelivery<Text<M>>[]>;
  xpending(
    key: Key,
    group: Key,
    range?: XpendingRange,
  ): Reply<M, PendingSummary<Text<M>>> | Reply<M, PendingDelivery<Text<M>>[]> {
    const args: Arg[] = [key, group];
    if (range === undefined) return this.run<PendingSummary<Text<M>>>("XPENDING", args, pendingSummary);
    if (range.idle !== undefined) args.push("IDLE", range.idle);
    args.push(range.start ?? "-", range.end ?? "+", range.count);
    if (range.consumer !== undefined) args.push(range.consumer);
    return this.run<PendingDelivery<Text<M>>[]>("XPENDING", args, pendingDeliveries);
  }

  /**
   * Read entries as a consumer of a group: new ones, which are pending from now on, or those pending already.
   * @param streams for each key `">"`: what nobody in the group was given yet; or an id: what is pending for this
   * consumer and comes after it, also entries that were deleted since (`fields` is `null` then)
   * @returns the streams that had entries; `null` when none had (in time)
   * @throws ReplyError `NOGROUP` when there is no such group
   * @example
   * ```ts
   * const read = await redis.xreadgroup("workers", "me", { jobs: ">" }, { count: 10, block: 5000 });
   * for (const { entries } of read ?? []) for (const { id, fields } of entries) console.log(id, fields);
   *
   * // What others have left lying for a minute, and then what is new
   * await redis.xreadgroup("workers", "me", { jobs: ">" }, { claim: 60_000 });
   * // [{ key: "jobs", entries: [{ id: "1700000000000-0", fields: {...}, idle: 81234, deliveries: 1 }] }]
   * ```
   * @see https://redis.io/docs/latest/commands/xreadgroup/
   */
  xreadgroup<Id extends StreamId = ">", Claim extends number | undefined = undefined>(
    group: Key,
    consumer: Key,
    streams: Streams<Id>,
    options?: XreadgroupOptions<Claim>,
  ): Reply<M, StreamMessages<Text<M>, GroupReadEntry<Text<M>, Id, Claim>>[] | null> {
    const args: Arg[] = ["GROUP", group, consumer];
    pushRead(args, options);
    if (options?.claim !== undefined) args.push("CLAIM", options.claim);
    if (options?.noAck) args.push("NOACK");
    pushStreams(args, streams);
    return this.run<StreamMessages<Text<M>, GroupReadEntry<Text<M>, Id, Claim>>[] | null>(
      "XREADGROUP",
      args,
      options?.claim === undefined ? streamMessages : claimedMessages,
    );
  }
}
