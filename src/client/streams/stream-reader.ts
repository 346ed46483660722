/**
 * Streams as async iterables, alone or as a consumer of a group. A reader remembers how far it has come, so that
 * after a lost connection nothing is left out and nothing comes twice.
 */
import type { Key } from "../../commands/base.js";
import type { Commands } from "../../commands/index.js";
import type { Promised } from "../../commands/mode.js";
import type { AutoclaimReply, PendingEntry } from "../../commands/stream-groups.js";
import type { StreamEntry, StreamId } from "../../commands/streams.js";
import { AbortError, ArgumentError, ClosedError, ConnectionError, ReplyError } from "../../errors.js";
import { copyOf, utf8Bytes } from "../../protocol/bytes.js";
import { WANT_BYTES } from "../../protocol/parser.js";
import { textOf } from "../../protocol/text.js";
import type { View } from "../executor.js";
import { type ConnectionSettings, pauseAfter } from "../options/options.js";
import { Acknowledgements } from "./acknowledgements.js";
import {
  type GroupReaderOptions,
  type GroupSettings,
  nameOf,
  placesOf,
  type ReaderSettings,
  type ReaderStreams,
  readerSettings,
  type StreamPlace,
  type StreamReaderOptions,
} from "./stream-options.js";

/** An entry of a stream, and which stream that is. */
export interface ReadEntry<T = string> extends StreamEntry<T> {
  stream: T;
}

/** An entry that a consumer of a group was given. */
export interface ConsumedEntry<T = string> extends ReadEntry<T> {
  /** Was it given to a consumer before: this one, before it was restarted, or one that it was taken over from? */
  redelivered: boolean;
  /** Say that it is done. Safe to call twice. @throws ConnectionError when no reply came; the entry stays pending then */
  ack(): Promise<void>;
}

/** What a reader needs of a client. */
export type ReaderCommands<T> = Pick<
  Commands<Promised<T, unknown>>,
  "xread" | "xreadgroup" | "xautoclaim" | "xgroupCreate" | "xack"
>;

/** Where a reader gets its commands from. */
export interface ReaderSource<T> {
  /** Commands that end with `signal`; `block`: milliseconds that they may take longer than others, 0: without end. */
  reading(signal: AbortSignal, block?: number): ReaderCommands<T>;
  /** The id of the newest entry of a stream; `"0-0"` when it has none. */
  newest(signal: AbortSignal, key: Key): Promise<string>;
  /** Commands that may be sent again although they may have run. */
  readonly repeating: ReaderCommands<T>;
  /** A name in the form in which the view reads names. */
  nameAsRead(key: Key): T;
  /** Milliseconds to wait after so many failures. */
  pause(failures: number): number;
  /** The signal of the view. */
  readonly signal: AbortSignal | undefined;
}

/** A client that can be viewed in other ways: `Redis`, of which this file must not know. */
interface Viewable<T> {
  with(options: { signal: AbortSignal; idempotent?: boolean; timeout?: number }): ReaderCommands<T>;
}

/** The same client in a view of bytes. */
type BytesView = (signal: AbortSignal) => Pick<Commands<Promised<Buffer>>, "xrevrange">;

/** Let a reader get its commands from `redis`, whose view is `view`; `bytes` gives it with bytes. */
export function readerSource<T>(
  redis: Viewable<T>,
  bytes: BytesView,
  view: View,
  settings: ConnectionSettings,
): ReaderSource<T> {
  // What was read before the signal fired is still acknowledged.
  const never = new AbortController().signal;
  const usual = view.timeout ?? settings.commandTimeout;
  return {
    reading: (signal, block) => {
      if (block === undefined) return redis.with({ signal });
      return redis.with({ signal, timeout: block === 0 || usual === 0 ? 0 : block + usual });
    },
    newest: async (signal, key) => {
      // Read as bytes, because what the fields hold is none of its business.
      const [entry] = await bytes(signal).xrevrange(key, "+", "-", { count: 1 });
      return entry?.id ?? "0-0";
    },
    repeating: redis.with({ signal: never, idempotent: true }),
    nameAsRead: (key) => {
      if ((view.wants & WANT_BYTES) === 0) return textOf(key) as T;
      const name = typeof key === "string" ? utf8Bytes(key) : key;
      return copyOf(name, 0, name.length) as T;
    },
    pause: (failures) => pauseAfter(failures, settings),
    signal: view.signal,
  };
}

/**
 * Reads streams for as long as there is a loop that asks; made by `redis.streamReader()`. One loop at a time; a later
 * loop goes on where the one before was left.
 */
export class StreamReader<T, E extends ReadEntry<T> = ReadEntry<T>> implements AsyncIterable<E> {
  readonly #source: ReaderSource<T>;
  readonly #settings: ReaderSettings;
  readonly #places: Map<string, StreamPlace>;
  readonly #stop = new AbortController();
  readonly #acks: Acknowledgements;
  /** Received, and not yet handed out. */
  #page: E[] = [];
  #reading = false;
  /** Finds out what `"$"` stands for. */
  #start: Promise<void> | undefined;
  /** What is to be read before new entries: what this consumer was given and has not seen. */
  #recovering: Set<StreamPlace>;
  #created = false;
  /** When stale entries are looked for next, by `performance.now()`. */
  #claimAt = 0;

  /** @internal */
  constructor(
    source: ReaderSource<T>,
    streams: ReaderStreams,
    options: StreamReaderOptions | GroupReaderOptions = {},
  ) {
    this.#settings = readerSettings(options);
    this.#places = placesOf(streams, this.#settings);
    this.#source = source;
    this.#acks = new Acknowledgements(source.repeating, this.#settings.group?.name ?? "");
    this.#recovering = new Set(this.#settings.group === undefined ? [] : this.#places.values());
    if (this.#unplaced().length > 0) {
      // Asked at once: what the same client adds after this call comes after the answer.
      this.#start = this.#findStart();
      this.#start.catch(() => {});
    }
  }

  /**
   * The id of the last entry of each stream that was handed out, to go on there another time. A name that was given
   * as bytes stands there with a character a byte.
   */
  get positions(): Map<string, string> {
    const positions = new Map<string, string>();
    for (const { key, handed } of this.#places.values()) {
      if (handed !== undefined) positions.set(typeof key === "string" ? key : nameOf(key), handed);
    }
    return positions;
  }

  /** End the loop, at once where it waits. */
  close(): void {
    this.#stop.abort();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<E, void, undefined> {
    if (this.#reading) throw new ArgumentError("A stream reader is read by one loop at a time");
    this.#reading = true;
    const unlink = this.#link();
    try {
      for (;;) {
        for (let entry = this.#page.shift(); entry !== undefined; entry = this.#page.shift()) {
          const place = this.#placeOf(entry.stream);
          place.handed = entry.id;
          yield entry;
          if (this.#settings.group?.automatic) this.#acks.add(place.key, entry.id);
          if (this.#stop.signal.aborted) return;
        }
        if (!(await this.#fill())) return;
      }
    } finally {
      this.#reading = false;
      unlink();
      // What cannot be acknowledged now is given again: at least once is what a group promises.
      await this.#acks.flush().catch(() => {});
    }
  }

  /** Let the signals end the loop. @returns a function that ends that */
  #link(): () => void {
    const stop = () => this.#stop.abort();
    const signals = [this.#settings.signal, this.#source.signal].filter((signal) => signal !== undefined);
    for (const signal of signals) {
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop);
    }
    return () => {
      for (const signal of signals) signal.removeEventListener("abort", stop);
    };
  }

  /** Get the next entries, through lost connections. @returns whether the loop goes on */
  async #fill(): Promise<boolean> {
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#acks.flush();
        await this.#receive();
        return !signal.aborted;
      } catch (error) {
        if (signal.aborted || error instanceof ClosedError || error instanceof AbortError) return false;
        if (this.#mendGroup(error)) continue;
        if (!isPassing(error)) throw error;
        // The server may have given entries to this consumer that never arrived: they are asked for again.
        if (this.#settings.group !== undefined) this.#recovering = new Set(this.#places.values());
        await this.#sleep(this.#source.pause(++failures));
      }
    }
    return false;
  }

  async #receive(): Promise<void> {
    const { group } = this.#settings;
    return group === undefined ? this.#read() : this.#consume(group);
  }

  // --- without a group

  async #read(): Promise<void> {
    const { count, block } = this.#settings;
    await this.#start?.catch(() => {});
    this.#start = undefined;
    if (this.#unplaced().length > 0) await this.#findStart();
    const streams = [...this.#places.values()].map(({ key, last }) => [key, last] as const);
    const found = await this.#commands(block).xread(streams, { count, block });
    for (const { key, entries } of found ?? []) {
      const place = this.#placeOf(key);
      for (const { id, fields } of entries) {
        place.last = id;
        this.#page.push({ stream: key, id, fields } as E);
      }
    }
  }

  #unplaced(): StreamPlace[] {
    return [...this.#places.values()].filter(({ last }) => last === "$");
  }

  /** `"$"` again and again would leave out what comes between two reads: make it the id of the last entry. */
  async #findStart(): Promise<void> {
    const find = async (place: StreamPlace): Promise<void> => {
      place.last = await this.#source.newest(this.#stop.signal, place.key);
    };
    await Promise.all(this.#unplaced().map(find));
  }

  // --- in a group

  async #consume(group: GroupSettings): Promise<void> {
    if (group.create && !this.#created) await this.#createGroups(group);
    for (const place of this.#recovering) {
      if (await this.#recover(group, place)) return;
      this.#recovering.delete(place);
    }
    if (group.claimAfter !== undefined && performance.now() >= this.#claimAt) {
      if (await this.#claim(group, group.claimAfter)) return;
    }
    await this.#readNew(group);
  }

  /** Read what is pending for this consumer behind the last id received. @returns whether there was anything */
  async #recover(group: GroupSettings, place: StreamPlace): Promise<boolean> {
    const { count } = this.#settings;
    const read = await this.#commands().xreadgroup<StreamId>(
      group.name,
      group.consumer,
      [[place.key, place.last]],
      {
        count,
      },
    );
    const entries = (read?.[0]?.entries ?? []) as PendingEntry<T>[];
    for (const { id, fields } of entries) {
      place.last = id;
      if (place.claimed.has(id)) continue;
      // It was deleted from the stream: nobody can work on it any more.
      if (fields === null) this.#acks.add(place.key, id);
      else this.#push(read?.[0].key as T, place, { id, fields }, true);
    }
    return entries.length > 0;
  }

  /** Take over stale entries. @returns whether there were any */
  async #claim(group: GroupSettings, minIdle: number): Promise<boolean> {
    for (const place of this.#places.values()) {
      let start: StreamId = "0-0";
      do {
        const { count } = this.#settings;
        const commands = this.#commands();
        const page: AutoclaimReply<T> = await commands.xautoclaim(
          place.key,
          group.name,
          group.consumer,
          minIdle,
          start,
          {
            count,
          },
        );
        for (const entry of page.claimed as StreamEntry<T>[]) {
          place.claimed.add(entry.id);
          this.#push(this.#source.nameAsRead(place.key), place, entry, true);
        }
        start = page.cursor;
        if (page.claimed.length > 0) return true;
      } while (start !== "0-0");
    }
    this.#claimAt = performance.now() + minIdle;
    return false;
  }

  async #readNew(group: GroupSettings): Promise<void> {
    const { count, block } = this.#settings;
    const untilClaim =
      group.claimAfter === undefined ? block : Math.max(1, Math.ceil(this.#claimAt - performance.now()));
    const wait =
      block === 0 ? (group.claimAfter === undefined ? 0 : untilClaim) : Math.min(block, untilClaim);
    const streams = [...this.#places.values()].map(({ key }) => [key, ">"] as const);
    const options = { count, block: wait };
    const found = await this.#commands(wait).xreadgroup(group.name, group.consumer, streams, options);
    for (const { key, entries } of found ?? []) {
      const place = this.#placeOf(key);
      // New ids are greater than all that could be taken over before.
      place.claimed.clear();
      for (const entry of entries) {
        place.last = entry.id;
        this.#push(key, place, entry, false);
      }
    }
  }

  #push(stream: T, place: StreamPlace, { id, fields }: StreamEntry<T>, redelivered: boolean): void {
    const entry: ConsumedEntry<T> = {
      stream,
      id,
      fields,
      redelivered,
      ack: () => this.#acks.now(place.key, id),
    };
    this.#page.push(entry as unknown as E);
  }

  async #createGroups({ name }: GroupSettings): Promise<void> {
    for (const { key } of this.#places.values()) {
      try {
        await this.#source.repeating.xgroupCreate(key, name, this.#settings.from, { mkStream: true });
      } catch (error) {
        if (!(error instanceof ReplyError && error.code === "BUSYGROUP")) throw error;
      }
    }
    this.#created = true;
  }

  /** Somebody deleted a stream or its group: create them anew where that was asked for. */
  #mendGroup(error: unknown): boolean {
    const gone = error instanceof ReplyError && (error.code === "NOGROUP" || error.code === "UNBLOCKED");
    if (!gone || !this.#settings.group?.create || !this.#created) return false;
    this.#created = false;
    return true;
  }

  // --- what both need

  #commands(block?: number): ReaderCommands<T> {
    return this.#source.reading(this.#stop.signal, block);
  }

  #placeOf(key: unknown): StreamPlace {
    return this.#places.get(nameOf(key)) as StreamPlace;
  }

  #sleep(milliseconds: number): Promise<void> {
    const { signal } = this.#stop;
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      signal.addEventListener("abort", wake);
    });
  }
}

const PASSING = new Set(["LOADING", "MASTERDOWN", "TRYAGAIN", "CLUSTERDOWN", "READONLY", "BUSY"]);

/** Will it be over in a while? A pool without a free connection will not: its owner must know. */
function isPassing(error: unknown): boolean {
  if (error instanceof ReplyError) return PASSING.has(error.code);
  return error instanceof ConnectionError && error.code !== "EPOOL";
}
