/** What a server tells of a stream: its size, its groups, their consumers, and what is pending for them. */
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { type Arg, CommandSet, type Key } from "./base.js";
import type { Mode, Reply, Text } from "./mode.js";
import { type Decode, number, plain, shaped } from "./replies.js";
import { type StreamEntry, streamEntries, streamEntryOrNull } from "./streams.js";

/** Options of {@link StreamInfoCommands.xinfoStream}; the type parameter records that `full` changes the reply. */
export interface XinfoStreamOptions<Full extends boolean = boolean> {
  /** Everything: also the entries, and all groups with their consumers and what is pending. */
  full?: Full;
  /** With `full`: at most this many entries, and pending ones of each group and consumer (10 unless you say so; 0: all). */
  count?: number;
}

/** What both forms of {@link StreamInfoCommands.xinfoStream} tell. Names are Redis's, in camel case. */
export interface StreamFacts {
  /** How many entries the stream has. */
  length: number;
  /** How many keys the radix tree has that holds the entries. */
  radixTreeKeys: number;
  /** How many nodes that tree has. */
  radixTreeNodes: number;
  /** The greatest id that an entry ever had. */
  lastGeneratedId: string;
  /** The greatest id of an entry that was deleted; `0-0` without one. From Redis 7.0 on. */
  maxDeletedEntryId: string;
  /** How many entries were ever added. From Redis 7.0 on. */
  entriesAdded: number;
  /** Id of the oldest entry; `0-0` without one. From Redis 7.0 on. */
  recordedFirstEntryId: string;
}

/** Reply of {@link StreamInfoCommands.xinfoStream}. */
export interface StreamInfo<T = string> extends StreamFacts {
  /** How many groups of consumers the stream has. */
  groups: number;
  firstEntry: StreamEntry<T> | null;
  lastEntry: StreamEntry<T> | null;
}

/** Reply of {@link StreamInfoCommands.xinfoStream} with `full`. */
export interface StreamDetails<T = string> extends StreamFacts {
  entries: StreamEntry<T>[];
  groups: GroupDetails<T>[];
}

/** A group of consumers, with all that belongs to it. */
export interface GroupDetails<T = string> {
  name: T;
  lastDeliveredId: string;
  /** How many entries of the stream the group has been given; `null` when that is not known. From Redis 7.0 on. */
  entriesRead: number | null;
  /** How many entries wait for the group; `null` when that is not known. From Redis 7.0 on. */
  lag: number | null;
  /** How many entries are pending. */
  pelCount: number;
  pending: { id: string; consumer: T; deliveryTime: number; deliveries: number }[];
  consumers: ConsumerDetails<T>[];
}

/** A consumer, with what is pending for it. */
export interface ConsumerDetails<T = string> {
  name: T;
  /** Unix time in milliseconds of its last attempt to read or claim. */
  seenTime: number;
  /** Unix time in milliseconds when it last got something. From Redis 7.2 on. */
  activeTime?: number;
  /** How many entries are pending for it. */
  pelCount: number;
  pending: { id: string; deliveryTime: number; deliveries: number }[];
}

/** A group of consumers. */
export interface GroupInfo<T = string> {
  name: T;
  /** How many consumers it has. */
  consumers: number;
  /** How many entries are pending. */
  pending: number;
  lastDeliveredId: string;
  /** How many entries of the stream the group has been given; `null` when that is not known. From Redis 7.0 on. */
  entriesRead: number | null;
  /** How many entries wait for the group; `null` when that is not known. From Redis 7.0 on. */
  lag: number | null;
}

/** A consumer of a group. */
export interface ConsumerInfo<T = string> {
  name: T;
  /** How many entries are pending for it. */
  pending: number;
  /** Milliseconds since its last attempt to read or claim. */
  idle: number;
  /** Milliseconds since it last got something. From Redis 7.2 on. */
  inactive?: number;
}

const numberOrNull = (reply: RawReply): number | null => (reply === null ? null : number(reply));

const consumerPending: Decode<unknown> = (reply) =>
  (reply as RawReply[][]).map(([id, time, deliveries]) => ({
    id: textOf(id),
    deliveryTime: number(time),
    deliveries: number(deliveries),
  }));

const consumerDetails: Decode<unknown> = (reply) =>
  (reply as RawReply[]).map((consumer) => shaped(consumer, { name: plain, pending: consumerPending }));

const groupPending: Decode<unknown> = (reply) =>
  (reply as RawReply[][]).map(([id, consumer, time, deliveries]) => ({
    id: textOf(id),
    consumer,
    deliveryTime: number(time),
    deliveries: number(deliveries),
  }));

/** What is null for groups whose place in the stream the server cannot tell. */
const progress = { "entries-read": numberOrNull, lag: numberOrNull };

const groupDetails: Decode<unknown> = (reply) =>
  (reply as RawReply[]).map((group) =>
    shaped(group, { name: plain, ...progress, pending: groupPending, consumers: consumerDetails }),
  );

const streamInfo: Decode<never> = (reply) =>
  shaped(reply, { "first-entry": streamEntryOrNull, "last-entry": streamEntryOrNull }) as never;

const streamDetails: Decode<never> = (reply) =>
  shaped(reply, { entries: streamEntries, groups: groupDetails }) as never;

const groups: Decode<never> = (reply) =>
  (reply as RawReply[]).map((group) => shaped(group, { name: plain, ...progress })) as never;

const consumers: Decode<never> = (reply) =>
  (reply as RawReply[]).map((consumer) => shaped(consumer, { name: plain })) as never;

/** Commands that look at streams and their groups. */
export abstract class StreamInfoCommands<M extends Mode> extends CommandSet<M> {
  /**
   * The consumers of a group.
   * @throws ReplyError `NOGROUP` when there is no such group; `ERR` without key
   * @example
   * ```ts
   * await redis.xinfoConsumers("jobs", "workers"); // [{ name: "me", pending: 1, idle: 9104628 }]
   * ```
   * @see https://redis.io/docs/latest/commands/xinfo-consumers/
   */
  xinfoConsumers(key: Key, group: Key): Reply<M, ConsumerInfo<Text<M>>[]> {
    return this.run<ConsumerInfo<Text<M>>[]>("XINFO CONSUMERS", [key, group], consumers);
  }

  /**
   * The groups of the stream at `key`.
   * @throws ReplyError `ERR` without key
   * @example
   * ```ts
   * for (const { name, lag, pending } of await redis.xinfoGroups("jobs")) console.log(name, lag, pending);
   * ```
   * @see https://redis.io/docs/latest/commands/xinfo-groups/
   */
  xinfoGroups(key: Key): Reply<M, GroupInfo<Text<M>>[]> {
    return this.run<GroupInfo<Text<M>>[]>("XINFO GROUPS", [key], groups);
  }

  /**
   * Facts about the stream at `key`, with `full` all there is to know.
   * @throws ReplyError `ERR` without key
   * @example
   * ```ts
   * const { length, lastEntry } = await redis.xinfoStream("jobs");
   * const { groups } = await redis.xinfoStream("jobs", { full: true, count: 100 });
   * ```
   * @see https://redis.io/docs/latest/commands/xinfo-stream/
   */
  xinfoStream<Full extends boolean = false>(
    key: Key,
    options?: XinfoStreamOptions<Full>,
  ): Reply<M, Full extends true ? StreamDetails<Text<M>> : StreamInfo<Text<M>>> {
    const args: Arg[] = [key];
    if (options?.full) args.push("FULL");
    if (options?.count !== undefined) args.push("COUNT", options.count);
    const decode = options?.full ? streamDetails : streamInfo;
    return this.run<Full extends true ? StreamDetails<Text<M>> : StreamInfo<Text<M>>>(
      "XINFO STREAM",
      args,
      decode,
    );
  }
}
