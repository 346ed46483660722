/** Streams: logs of entries, each with an id that grows, and fields with values. */
import { type RawReply, RespMap } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { type Arg, CommandSet, type Fields, type Key, listOf, type Many, pushFields } from "./base.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { type Decode, plain, record, status, statusOrNull } from "./replies.js";

/**
 * The id of an entry, such as `"1700000000000-0"`, or of a place between entries: milliseconds alone, `"-"`, `"+"`,
 * `"(1700000000000-0"`, `"$"`, `">"`, `"*"`, each where Redis takes it.
 */
export type StreamId = string | number | bigint;

/** An entry of a stream. A field that was added twice to one entry shows its last value. */
export interface StreamEntry<T = string> {
  /** Milliseconds and a sequence number, such as `1700000000000-0`; text in every view. */
  id: string;
  /** Names of fields are text in every view. */
  fields: Record<string, T>;
}

/** What was read from one stream. */
export interface StreamMessages<T = string, Entry = StreamEntry<T>> {
  key: T;
  entries: Entry[];
}

/** Streams, each with the id after which to read: an object, a `Map`, or pairs (for keys that are bytes). */
export type Streams<Id extends StreamId = StreamId> =
  | Readonly<Record<string, Id>>
  | ReadonlyMap<Key, Id>
  | readonly (readonly [key: Key, id: Id])[];

/**
 * What becomes of the places where groups remember an entry as pending: they are kept (`keepref`, the default),
 * deleted with it (`delref`), or the entry goes only when no group waits for it (`acked`). Needs Redis 8.2.
 */
export type ReferencePolicy = "keepref" | "delref" | "acked";

/** How exactly a stream is cut to its new length. */
export interface TrimPrecision {
  /** Leave a few more entries where that is cheaper: `~` in Redis's syntax. */
  approximate?: boolean;
  /** Remove at most this many entries; only together with `approximate` (0: as many as there are). */
  limit?: number;
  /** What groups remember of entries that are removed (`keep` unless you say so). Needs Redis 8.2. */
  refs?: ReferencePolicy;
}

/** What {@link StreamCommands.xtrim} leaves of a stream: the newest `maxLen` entries, or those from `minId` on. */
export type XtrimOptions = TrimPrecision & ({ maxLen: number | bigint } | { minId: StreamId });

/** Options of {@link StreamCommands.xadd}; the type parameter records that `noMkStream` changes the reply. */
export interface XaddOptions<NoMkStream extends boolean = boolean> extends TrimPrecision {
  /** Id of the entry, greater than all there are; the server makes one unless you say so. */
  id?: StreamId;
  /** Do not create the stream: without one add nothing, and reply with `null`. */
  noMkStream?: NoMkStream;
  /** Leave the newest `maxLen` entries and remove the others. */
  maxLen?: number | bigint;
  /** Remove the entries whose ids are lower. */
  minId?: StreamId;
}

/** Options of {@link StreamCommands.xread}. */
export interface XreadOptions {
  /** At most this many entries of each stream. */
  count?: number;
  /** Wait up to this many milliseconds (0: without end) for an entry. */
  block?: number;
}

/** Options of {@link StreamCommands.xsetid}. */
export interface XsetidOptions {
  /** How many entries were ever added. */
  entriesAdded?: number | bigint;
  /** The greatest id of an entry that was deleted. */
  maxDeletedId?: StreamId;
}

/** One entry as `[id, [field, value, ...]]`; the fields of one that was deleted are null. */
export function entryOf(reply: RawReply): { id: string; fields: Record<string, RawReply> | null } {
  const [id, fields] = reply as RawReply[];
  return { id: textOf(id), fields: fields === null ? null : record(fields) };
}

/** A list of entries. Servers before 7.0 put a null where they claimed an entry that was deleted: it has no id to tell. */
export const streamEntries: Decode<never> = (reply) =>
  (reply as RawReply[]).filter((entry) => entry !== null).map(entryOf) as never;

/** An entry or null. */
export const streamEntryOrNull: Decode<never> = (reply) => (reply === null ? null : entryOf(reply)) as never;

/** What was read from each stream, from RESP3's map or RESP2's pairs; null when there was nothing. */
export const messagesOf =
  (entriesOf: Decode<never>): Decode<never> =>
  (reply) => {
    if (reply === null) return null as never;
    const out: StreamMessages<RawReply>[] = [];
    if (reply instanceof RespMap) {
      const { flat } = reply;
      for (let i = 0; i < flat.length; i += 2) out.push({ key: flat[i], entries: entriesOf(flat[i + 1]) });
    } else {
      for (const [key, entries] of reply as RawReply[][]) out.push({ key, entries: entriesOf(entries) });
    }
    return out as never;
  };

/** {@link messagesOf} usual entries. */
export const streamMessages: Decode<never> = messagesOf(streamEntries);

/** Append COUNT and BLOCK. */
export function pushRead(args: Arg[], options: XreadOptions | undefined): void {
  if (options?.count !== undefined) args.push("COUNT", options.count);
  if (options?.block !== undefined) args.push("BLOCK", options.block);
}

/** Append STREAMS, the keys, and then the ids. */
export function pushStreams(args: Arg[], streams: Streams): void {
  args.push("STREAMS");
  const pairs: Iterable<readonly [Key, StreamId]> =
    streams instanceof Map || Array.isArray(streams) ? streams : Object.entries(streams);
  const ids: StreamId[] = [];
  for (const [key, id] of pairs) {
    args.push(key);
    ids.push(id);
  }
  for (const id of ids) args.push(id);
}

/** Append how a stream is to be trimmed. */
function pushTrim(args: Arg[], options: XaddOptions): void {
  const { maxLen, minId, approximate, limit } = options;
  if (maxLen !== undefined) pushThreshold(args, "MAXLEN", maxLen, approximate);
  if (minId !== undefined) pushThreshold(args, "MINID", minId, approximate);
  if (limit !== undefined) args.push("LIMIT", limit);
  if (options.refs !== undefined) args.push(options.refs);
}

function pushThreshold(args: Arg[], strategy: string, threshold: StreamId, approximate?: boolean): void {
  args.push(strategy);
  if (approximate) args.push("~");
  args.push(threshold);
}

function withCount(args: Arg[], options: { count?: number } | undefined): Arg[] {
  if (options?.count !== undefined) args.push("COUNT", options.count);
  return args;
}

/** Commands on streams themselves; those on groups of consumers are in `stream-groups.ts`. */
export abstract class StreamCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Append an entry to the stream at `key`, which is created when missing.
   * @returns the id of the entry; with `noMkStream` `null` when there was no stream
   * @throws ReplyError `ERR` when `id` is not greater than all others
   * @example
   * ```ts
   * await redis.xadd("temperature", { place: "roof", celsius: 21.5 }); // "1700000000000-0"
   * await redis.xadd("log", { line: "started" }, { maxLen: 10_000, approximate: true });
   * await redis.xadd("maybe", { a: 1 }, { noMkStream: true }); // string | null
   * ```
   * @see https://redis.io/docs/latest/commands/xadd/
   */
  xadd<NoMkStream extends boolean = false>(
    key: Key,
    fields: Fields,
    options?: XaddOptions<NoMkStream>,
  ): Reply<M, NoMkStream extends true ? string | null : string> {
    const args: Arg[] = [key];
    if (options) {
      if (options.noMkStream) args.push("NOMKSTREAM");
      pushTrim(args, options);
    }
    args.push(options?.id ?? "*");
    pushFields(args, fields);
    return this.run<NoMkStream extends true ? string | null : string>("XADD", args, statusOrNull);
  }

  /**
   * Delete entries of the stream at `key`; the stream stays, even without entries.
   * @returns how many there were
   * @see https://redis.io/docs/latest/commands/xdel/
   */
  xdel(key: Key, ...ids: Many<StreamId>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("XDEL", [key, ...listOf(ids)], plain);
  }

  /**
   * How many entries the stream at `key` has; 0 when there is none.
   * @see https://redis.io/docs/latest/commands/xlen/
   */
  xlen(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("XLEN", [key], plain);
  }

  /**
   * Entries of the stream at `key` from the id `start` to the id `end`, the oldest first.
   * @param start `"-"` for the oldest; with a parenthesis in front (`"(1700000000000-0"`) without that one
   * @param end `"+"` for the newest; with a parenthesis in front without that one
   * @param options `count`: at most this many
   * @example
   * ```ts
   * await redis.xrange("temperature", "-", "+", { count: 1 });
   * // [{ id: "1700000000000-0", fields: { place: "roof", celsius: "21.5" } }]
   * ```
   * @see https://redis.io/docs/latest/commands/xrange/
   */
  xrange(
    key: Key,
    start: StreamId,
    end: StreamId,
    options?: { count?: number },
  ): Reply<M, StreamEntry<Text<M>>[]> {
    return this.run<StreamEntry<Text<M>>[]>("XRANGE", withCount([key, start, end], options), streamEntries);
  }

  /**
   * The entries of streams that come after the ids given.
   * @param streams for each key the id after which to read; `"$"`: only what is added from now on, which makes
   * sense with `block`
   * @returns the streams that had entries; `null` when none had (in time)
   * @example
   * ```ts
   * const read = await redis.xread({ temperature: "0", log: "$" }, { count: 100, block: 5000 });
   * for (const { key, entries } of read ?? []) console.log(key, entries.length);
   * ```
   * @see https://redis.io/docs/latest/commands/xread/
   */
  xread(streams: Streams, options?: XreadOptions): Reply<M, StreamMessages<Text<M>>[] | null> {
    const args: Arg[] = [];
    pushRead(args, options);
    pushStreams(args, streams);
    return this.run<StreamMessages<Text<M>>[] | null>("XREAD", args, streamMessages);
  }

  /**
   * Entries of the stream at `key` from the id `end` back to the id `start`, the newest first.
   * @param options `count`: at most this many
   * @example
   * ```ts
   * const [newest] = await redis.xrevrange("temperature", "+", "-", { count: 1 });
   * ```
   * @see https://redis.io/docs/latest/commands/xrevrange/
   */
  xrevrange(
    key: Key,
    end: StreamId,
    start: StreamId,
    options?: { count?: number },
  ): Reply<M, StreamEntry<Text<M>>[]> {
    const args = withCount([key, end, start], options);
    return this.run<StreamEntry<Text<M>>[]>("XREVRANGE", args, streamEntries);
  }

  /**
   * Set the id that the stream at `key` counts as its last one, so that later entries get greater ones.
   * @throws ReplyError `ERR` without key, or when an entry has a greater id
   * @see https://redis.io/docs/latest/commands/xsetid/
   */
  xsetid(key: Key, id: StreamId, options?: XsetidOptions): Reply<M, "OK"> {
    const args: Arg[] = [key, id];
    if (options?.entriesAdded !== undefined) args.push("ENTRIESADDED", options.entriesAdded);
    if (options?.maxDeletedId !== undefined) args.push("MAXDELETEDID", options.maxDeletedId);
    return this.run<"OK">("XSETID", args, status);
  }

  /**
   * Remove the oldest entries of the stream at `key`.
   * @returns how many
   * @example
   * ```ts
   * await redis.xtrim("log", { maxLen: 1000, approximate: true });
   * await redis.xtrim("log", { minId: Date.now() - 86_400_000 }); // what is older than a day
   * await redis.xtrim("jobs", { maxLen: 1000, refs: "acked" }); // but nothing that a group still waits for
   * ```
   * @see https://redis.io/docs/latest/commands/xtrim/
   */
  xtrim(key: Key, options: XtrimOptions): Reply<M, Integer<M>> {
    const args: Arg[] = [key];
    pushTrim(args, options);
    return this.run<Integer<M>>("XTRIM", args, plain);
  }
}
