/** What a stream reader takes: its options, checked, and the streams with the ids from which they are read. */
import type { Key } from "../../commands/base.js";
import type { StreamId } from "../../commands/streams.js";
import { ArgumentError, OptionError } from "../../errors.js";
import { latin1Slice, utf8Bytes } from "../../protocol/bytes.js";
import { checkBoolean, checkInteger, checkKeys, checkOneOf, refuse } from "../options/option-checks.js";

/** The streams to read: one, several, or each with the id after which to read it. */
export type ReaderStreams =
  | Key
  | readonly Key[]
  | Readonly<Record<string, StreamId>>
  | ReadonlyMap<Key, StreamId>;

/** Options of `redis.streamReader()` without a group. */
export interface StreamReaderOptions {
  /**
   * Read what comes after this id; `"$"` (the default): what is added from the call on. In a group: from where a
   * group that is created reads, by default `"0"`, all there is.
   */
  from?: StreamId;
  /** Most entries of a stream that are fetched at a time. Default 100, in a group 10. */
  count?: number;
  /** Longest wait of one XREAD in milliseconds, 0: without end. When it is over, the next one follows. Default 5000. */
  block?: number;
  /** Ends the loop when it fires. */
  signal?: AbortSignal;
}

/** Options of `redis.streamReader()` for a consumer of a group. */
export interface GroupReaderOptions extends StreamReaderOptions {
  group: Key;
  /** Name of this consumer: one that stays the same after a restart finds its unfinished entries again. */
  consumer: Key;
  /** Create the group, and the stream, where they are missing. */
  create?: boolean;
  /**
   * Take over entries that nobody has acknowledged for this many milliseconds, this consumer's own among them.
   * It must be longer than the work on `count` entries takes. Without it nothing is taken over.
   */
  claimAfter?: number;
  /**
   * `"auto"` (default): an entry is acknowledged when the loop asks for the next one; that at which the loop is left
   * is not. `"manual"`: by `entry.ack()` alone.
   */
  ack?: "auto" | "manual";
}

/** Options with nothing left open. */
export interface ReaderSettings {
  readonly from: StreamId;
  readonly count: number;
  readonly block: number;
  readonly signal: AbortSignal | undefined;
  readonly group: GroupSettings | undefined;
}

/** What a consumer of a group needs. */
export interface GroupSettings {
  readonly name: Key;
  readonly consumer: Key;
  readonly create: boolean;
  /** Milliseconds; `undefined`: never. */
  readonly claimAfter: number | undefined;
  readonly automatic: boolean;
}

const PLAIN = ["from", "count", "block", "signal"];
const GROUP = [...PLAIN, "group", "consumer", "create", "claimAfter", "ack"];

/** Check the options. @throws OptionError */
export function readerSettings(options: StreamReaderOptions | GroupReaderOptions): ReaderSettings {
  const grouped = "group" in options && options.group !== undefined ? options : undefined;
  checkKeys("", options, GROUP);
  if (grouped === undefined) {
    const alone = GROUP.slice(PLAIN.length).find(
      (name) => (options as Record<string, unknown>)[name] !== undefined,
    );
    if (alone !== undefined)
      throw new OptionError(alone, `The option ${alone} needs the option group beside it`);
  }
  const { signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuse("signal", signal, "an AbortSignal");
  return {
    from: checkId("from", options.from) ?? (grouped === undefined ? "$" : "0"),
    count: checkInteger("count", options.count, 1, 2 ** 31 - 1, grouped === undefined ? 100 : 10),
    block: checkInteger("block", options.block, 0, 2 ** 31 - 1, 5000),
    signal,
    group: grouped && groupSettings(grouped),
  };
}

function groupSettings(options: GroupReaderOptions): GroupSettings {
  checkBoolean("create", options.create);
  if (!isName(options.group)) refuse("group", options.group, "the name of a group");
  if (!isName(options.consumer)) refuse("consumer", options.consumer, "the name of a consumer");
  const { claimAfter } = options;
  return {
    name: options.group,
    consumer: options.consumer,
    create: options.create ?? false,
    claimAfter:
      claimAfter === undefined
        ? undefined
        : checkInteger("claimAfter", claimAfter, 1, Number.MAX_SAFE_INTEGER, 1),
    automatic: checkOneOf("ack", options.ack, ["auto", "manual"] as const, "auto") === "auto",
  };
}

function isName(given: unknown): boolean {
  return given instanceof Uint8Array || (typeof given === "string" && given !== "");
}

function checkId(option: string, given: unknown): StreamId | undefined {
  if (given === undefined || typeof given === "bigint") return given;
  if (typeof given === "number" && Number.isInteger(given) && given >= 0) return given;
  if (typeof given === "string" && /^(\$|\d+(-\d+)?)$/.test(given)) return given;
  return refuse(option, given, 'an id such as "1700000000000-0", "0" or "$"');
}

/** A stream, and the greatest id that was received from it. */
export interface StreamPlace {
  readonly key: Key;
  last: StreamId;
  /** The id of the entry that was handed out last. */
  handed: string | undefined;
  /** What was taken over since the last new entry: with a greater id than `last`, it would be taken for lost. */
  readonly claimed: Set<string>;
}

/** The streams by their names as one-byte strings. @throws ArgumentError, OptionError */
export function placesOf(streams: ReaderStreams, settings: ReaderSettings): Map<string, StreamPlace> {
  const places = new Map<string, StreamPlace>();
  for (const [key, last] of pairsOf(streams, settings)) {
    places.set(nameOf(key), { key, last, handed: undefined, claimed: new Set() });
  }
  if (places.size === 0) throw new ArgumentError("A stream reader needs a stream");
  return places;
}

function* pairsOf(streams: ReaderStreams, { from, group }: ReaderSettings): Generator<[Key, StreamId]> {
  // In a group the server knows the place: what is remembered here begins with the consumer's own pending entries.
  const start = group === undefined ? from : "0";
  if (typeof streams === "string" || streams instanceof Uint8Array) yield [streams, start];
  else if (Array.isArray(streams)) for (const key of streams as readonly Key[]) yield [key, start];
  else if (group !== undefined)
    throw new OptionError("from", "In a group, ids beside the streams have no effect");
  else {
    const pairs = streams instanceof Map ? (streams as ReadonlyMap<Key, StreamId>) : Object.entries(streams);
    for (const [key, id] of pairs) yield [key, checkId("from", id) ?? start];
  }
}

/** The name of a stream, whether it was given or read as text or as bytes. */
export function nameOf(key: unknown): string {
  const bytes = typeof key === "string" ? utf8Bytes(key) : (key as Uint8Array);
  return latin1Slice(bytes, 0, bytes.length);
}
