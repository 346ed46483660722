/**
 * The client-side cache of a pool: replies to reads are kept until the server says that a key of theirs has changed.
 *
 * - A reply on its way counts as changed when a message about its key comes before it.
 * - Keys that this client writes are forgotten when the command is sent and again when it is answered: who has
 *   written reads what was written.
 * - The server does not tell in time that a key has expired, so with each read goes a PTTL for every key.
 * - When a connection is lost, or a new one is made, everything is forgotten.
 * @see https://redis.io/docs/latest/develop/reference/client-side-caching/
 */
import type { Arg } from "../../commands/base.js";
import { type Decode, number } from "../../commands/replies.js";
import { TimeoutError } from "../../errors.js";
import type { RawReply } from "../../protocol/parser.js";
import { Flag } from "../../spec/command-spec.js";
import { keysOf } from "../../spec/keys.js";
import type { Connection } from "../connection/connection.js";
import { unexpected } from "../connection/pending.js";
import { keyText } from "../connection/touched-keys.js";
import { type Command, type Executor, PLAIN_VIEW, type View } from "../executor.js";
import { type KnownCommand, knownCommand } from "../known-command.js";
import type { CacheSettings } from "./cache-settings.js";
import { callText, isCacheable } from "./cacheable.js";
import { ownReply } from "./kept-reply.js";
import { type Line, ReplyStore } from "./reply-store.js";
import { type Tracked, Tracking } from "./tracking.js";

/** How a cache fares, since its pool was made; `entries` and what follows: right now. */
export interface CacheStatistics {
  /** Reads that were answered from memory. */
  hits: number;
  /** Reads that were sent to the server. */
  misses: number;
  /** Reads that waited for the reply to the same read of another. */
  joined: number;
  /** Keys that the server has reported as changed; everything at once counts as one. */
  invalidations: number;
  /** Replies that gave way to others for want of room. */
  evictions: number;
  /** Replies that are kept, or on their way. */
  entries: number;
  /** Keys that they depend on. */
  keys: number;
  /** What they take, in bytes: an estimate. */
  bytes: number;
}

/** The cache of a pool, as its users see it. */
export interface ClientCache {
  /** Is it at work? Without a connection on which the server tells of changes, every read asks the server. */
  readonly active: boolean;
  /** How it fares. */
  statistics(): CacheStatistics;
  /** Forget everything: the next reads ask the server. */
  clear(): void;
}

/** A command and its arguments. */
interface Call {
  readonly known: KnownCommand;
  readonly args: readonly Arg[];
}

/** Carries commands over another executor, and answers from memory what it can. */
export class CachingExecutor implements ClientCache, Executor, Tracked {
  readonly #settings: CacheSettings;
  readonly #inner: Executor;
  readonly #store: ReplyStore;
  readonly #tracking: Tracking;
  #hits = 0;
  #misses = 0;
  #joined = 0;
  #invalidations = 0;

  /**
   * @param inner what carries the commands that must be sent
   * @param timeout for the server's answer to CLIENT TRACKING, in milliseconds; 0: none
   * @param warn told why nothing can be kept
   */
  constructor(settings: CacheSettings, inner: Executor, timeout: number, warn: (message: string) => void) {
    this.#settings = settings;
    this.#inner = inner;
    this.#store = new ReplyStore(settings.maxBytes);
    this.#tracking = new Tracking(this, settings.prefixes, timeout, warn);
  }

  get active(): boolean {
    return this.#tracking.works;
  }

  statistics(): CacheStatistics {
    const { evictions, size, keys, bytes } = this.#store;
    return {
      hits: this.#hits,
      misses: this.#misses,
      joined: this.#joined,
      invalidations: this.#invalidations,
      evictions,
      entries: size,
      keys,
      bytes,
    };
  }

  clear(): void {
    this.#store.clear();
  }

  // --- what the server tells

  /** A multiplexed connection is open; called before anything is sent on it. */
  connected(connection: Connection): void {
    this.#tracking.begin(connection);
  }

  /** It is over. */
  disconnected(connection: Connection): void {
    this.#tracking.end(connection);
  }

  changed(key: string): void {
    this.#invalidations++;
    this.#store.forget(key);
  }

  allChanged(): void {
    this.#invalidations++;
    this.#store.clear();
  }

  // --- what the client does (the Executor waist)

  send<T>(name: string, args: readonly Arg[], decode: Decode<T>, view: View): Promise<T> {
    const known = knownCommand(name);
    const send = () => this.#inner.send(name, args, decode, view);
    if (!known.readOnly) return this.writing([{ known, args }], send);
    const id = view.signal?.aborted ? undefined : this.#idOf(known, args, view.wants);
    if (id === undefined) return send();
    const now = performance.now();
    const line = this.#store.find(id);
    if (line !== undefined && isYoung(line, now, view)) {
      if (line.reply !== undefined && now < line.until) return given(name, this.#hit(line), decode);
      if (line.coming !== null && mayShare(view)) {
        this.#joined++;
        return line.coming.then(
          (reply) => given(name, reply, decode),
          // The deadline of the other was not that of this one.
          (error) => (error instanceof TimeoutError ? send() : Promise.reject(error)),
        );
      }
    }
    const keys = this.#toldKeys(known, args);
    if (keys === undefined) return send();
    const opened = this.#open(id, keys, now);
    const coming = this.#inner.send(name, args, asItIs, view);
    if (mayShare(view)) opened.coming = coming;
    Promise.all([coming, this.#rests(keys)]).then(
      ([reply, rests]) => this.#keep(opened, reply, rests),
      () => this.#store.drop(opened),
    );
    return coming.then((reply) => given(name, reply, decode));
  }

  sendAll(batch: readonly Command[], atomic: boolean, view: View): Promise<unknown[] | null> {
    const asksAll =
      atomic ||
      !this.active ||
      view.signal?.aborted === true ||
      !batch.some(({ known }) => isCacheable(known.name)) ||
      // It goes by a connection on which the server does not tell.
      batch.some(({ known, args }) => known.blocks(args));
    return this.writing(batch, () =>
      asksAll ? this.#inner.sendAll(batch, atomic, view) : this.#sendMissing(batch, view),
    );
  }

  /** Send of a batch what cannot be answered from memory. */
  async #sendMissing(batch: readonly Command[], view: View): Promise<unknown[]> {
    const results = new Array<unknown>(batch.length);
    const asked: Command[] = [];
    const missing: { place: number; line: Line | null; at: number }[] = [];
    const now = performance.now();
    for (let place = 0; place < batch.length; place++) {
      const command = batch[place];
      const { known, args, wants } = command;
      const id = this.#idOf(known, args, wants);
      const kept = id === undefined ? undefined : this.#store.find(id);
      if (kept?.reply !== undefined && now < kept.until && isYoung(kept, now, view)) {
        results[place] = valueOrError(command, this.#hit(kept));
        continue;
      }
      const isComing = kept !== undefined && kept.reply === undefined;
      const keys = id === undefined || isComing ? undefined : this.#toldKeys(known, args);
      const line = id === undefined || keys === undefined ? null : this.#open(id, keys, now);
      missing.push({ place, line, at: asked.length });
      asked.push(line === null ? command : { ...command, decode: asItIs });
      if (line !== null && keys !== undefined) asked.push(...keys.map(restOf));
    }
    if (missing.length === 0) return results;
    try {
      const replies = (await this.#inner.sendAll(asked, false, view)) as unknown[];
      for (const { place, line, at } of missing) {
        const reply = replies[at] as RawReply;
        results[place] = line === null ? reply : valueOrError(batch[place], reply);
        if (line !== null) this.#keep(line, reply, replies.slice(at + 1, at + 1 + line.keys.length));
      }
    } catch (error) {
      for (const { line } of missing) if (line !== null) this.#store.drop(line);
      throw error;
    }
    return results;
  }

  /**
   * Do `work`, which carries out `calls`: what they write is forgotten when it begins, and when it is done.
   */
  writing<T>(calls: readonly Call[], work: () => Promise<T>): Promise<T> {
    const keys = writtenKeys(calls);
    if (keys !== null && keys.size === 0) return work();
    const forget = () => {
      if (keys === null) this.#store.clear();
      else for (const key of keys) this.#store.forget(key);
    };
    forget();
    const done = work();
    done.then(forget, forget);
    return done;
  }

  /** The text of a call of which the reply may be kept. */
  #idOf({ name }: KnownCommand, args: readonly Arg[], wants: number): string | undefined {
    return this.active && isCacheable(name) ? callText(name, args, wants) : undefined;
  }

  /** The keys of a read, if the server tells of changes to all of them. */
  #toldKeys({ row }: KnownCommand, args: readonly Arg[]): readonly Arg[] | undefined {
    const keys = row === undefined ? [] : keysOf(row, args).map((place) => args[place]);
    const { prefixes } = this.#settings;
    const isTold = (key: Arg) => prefixes.some((prefix) => keyText(key).startsWith(prefix));
    return keys.length > 0 && (prefixes.length === 0 || keys.every(isTold)) ? keys : undefined;
  }

  #open(id: string, keys: readonly Arg[], now: number): Line {
    this.#misses++;
    return this.#store.open(id, keys.map(keyText), now);
  }

  #hit(line: Line): RawReply {
    this.#hits++;
    line.used = true;
    return line.reply as RawReply;
  }

  /** How long the keys live, in milliseconds, as PTTL says it. */
  async #rests(keys: readonly Arg[]): Promise<unknown[]> {
    if (keys.length === 1) return [await this.#inner.send("PTTL", keys, number, PLAIN_VIEW)];
    return (await this.#inner.sendAll(keys.map(restOf), false, PLAIN_VIEW)) ?? [];
  }

  #keep(line: Line, reply: RawReply, rests: readonly unknown[]): void {
    let rest = this.#settings.ttl;
    for (const one of rests) {
      if (typeof one !== "number") return this.#store.drop(line);
      // Below 0: it lives for ever, or there is none.
      if (one >= 0 && one < rest) rest = one;
    }
    if (reply instanceof Error) this.#store.drop(line);
    else this.#store.fill(line, reply, line.since + rest);
  }
}

const asItIs: Decode<RawReply> = (reply) => reply;

function restOf(key: Arg): Command {
  return { known: knownCommand("PTTL"), args: [key], decode: number, wants: 0 };
}

/** Is it not older than the caller allows? */
function isYoung({ since }: Line, now: number, { maxAge }: View): boolean {
  return maxAge === undefined || now - since < maxAge;
}

/** May others wait for the reply to a call under this view, and it for theirs? Not where its end is its own. */
function mayShare({ timeout, signal, noRetry }: View): boolean {
  return timeout === undefined && signal === undefined && !noRetry;
}

function given<T>(name: string, reply: RawReply, decode: Decode<T>): Promise<T> {
  try {
    return Promise.resolve(decode(ownReply(reply)));
  } catch (error) {
    return Promise.reject(unexpected(name, error));
  }
}

/** What stands in the place of `command` in the results of its batch. */
function valueOrError({ known, decode }: Command, reply: RawReply): unknown {
  if (reply instanceof Error) return reply;
  try {
    return decode(ownReply(reply));
  } catch (error) {
    return unexpected(known.name, error);
  }
}

/** The keys that `calls` may write; `null`: any. Scripts have to name theirs. */
function writtenKeys(calls: readonly Call[]): ReadonlySet<string> | null {
  const keys = new Set<string>();
  for (const { known, args } of calls) {
    if (known.readOnly) continue;
    const { row } = known;
    if (row === undefined) return null;
    const places = keysOf(row, args);
    for (const place of places) keys.add(keyText(args[place]));
    if (places.length === 0 && (row.flags & Flag.WRITE) !== 0) return null;
  }
  return keys;
}
