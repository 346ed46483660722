/**
 * A huge value as a stream: one GET on a connection of its own, whose reply is read piece by piece and
 * only as fast as the consumer takes it. The value is the one of a single moment, and never held whole.
 */
import type { UnderlyingSource } from "node:stream/web";
import type { Key } from "../../commands/base.js";
import {
  AbortError,
  ConnectionError,
  ProtocolError,
  RedisError,
  ReplyError,
  TimeoutError,
} from "../../errors.js";
import { checkWords, type Encoder } from "../../protocol/encoder.js";
import type { Connection } from "../connection/connection.js";
import type { Pending } from "../connection/pending.js";
import { deadlineIn, join, type Ticking } from "../connection/ticker.js";
import type { View } from "../executor.js";
import { knownCommand } from "../known-command.js";
import { checkInteger, checkKeys } from "../options/option-checks.js";
import { pauseAfter } from "../options/options.js";
import type { ConnectionPool } from "../pool/pool.js";
import { BulkReader, type BulkSink } from "./bulk-reader.js";

const EMPTY = new Uint8Array(0);

/** Options of `redis.getStream()`. */
export interface GetStreamOptions {
  /** Bytes of each chunk; the last one may be shorter. Default 65,536. */
  chunkSize?: number;
  /** Read ahead at most about this many bytes, then let the server wait. Default 262,144. */
  highWaterMark?: number;
}

/**
 * The bytes of a value; made by `redis.getStream()`. Nothing is sent before the first read (or the first
 * look at {@link ValueStream.size}). It fails, and never ends early, when the value cannot be read to its end.
 */
export interface ValueStream extends ReadableStream<Uint8Array> {
  /**
   * Length of the value in bytes; `null` when there is no such key. Rejects with the error of the stream.
   * From then on a connection is held: read the stream, or `cancel()` it.
   */
  readonly size: Promise<number | null>;
}

/** The value at `key` as a stream. No class of its own: to extend `ReadableStream` would load it with the package. */
export function valueStream(
  pool: ConnectionPool,
  key: Key,
  view: View,
  options: GetStreamOptions = {},
): ValueStream {
  const reading = new Reading(pool, key, view, options);
  // The reading counts what waits by itself, so that it begins with the first read and not before.
  const stream = new ReadableStream(reading as unknown as UnderlyingSource<Uint8Array>, { highWaterMark: 0 });
  return Object.defineProperty(stream, "size", { get: () => reading.size() }) as ValueStream;
}

/** The source of one stream. */
class Reading implements BulkSink, Pending, Ticking {
  readonly type = "bytes";
  // As an entry of its connection's queue.
  deadline = 0;
  settled = false;
  attempts = 0;
  readonly repeatable = false;
  readonly label = "GET";

  readonly #pool: ConnectionPool;
  readonly #key: Key;
  readonly #signal: AbortSignal | undefined;
  readonly #timeout: number;
  /** How often it may be sent again. */
  readonly #retries: number;
  readonly #chunkSize: number;
  readonly #highWaterMark: number;
  #controller!: ReadableByteStreamController;
  #connection: Connection | null = null;
  #started = false;
  #over = false;
  #paused = false;
  /** Has anything of the reply come? */
  #begun = false;
  #chunk: Uint8Array = EMPTY;
  #filled = 0;
  #missing = 0;
  /** Tick by which the server must have sent something; 0 while it is the consumer's turn. */
  #due = 0;
  readonly #size: Promise<number | null>;
  #resolveSize!: (size: number | null) => void;
  #rejectSize!: (error: unknown) => void;

  constructor(pool: ConnectionPool, key: Key, view: View, options: GetStreamOptions) {
    checkKeys("", options, ["chunkSize", "highWaterMark"]);
    checkWords("GET", [key]);
    this.#chunkSize = checkInteger("chunkSize", options.chunkSize, 1, 2 ** 30, 64 * 1024);
    this.#highWaterMark = checkInteger("highWaterMark", options.highWaterMark, 1, 2 ** 31, 256 * 1024);
    this.#pool = pool;
    this.#key = key;
    this.#signal = view.signal;
    this.#timeout = view.timeout ?? pool.settings.commandTimeout;
    this.#retries = view.noRetry ? 0 : pool.settings.attempts;
    this.#size = new Promise((resolve, reject) => {
      this.#resolveSize = resolve;
      this.#rejectSize = reject;
    });
    // Whoever does not ask for the size learns of the error by the stream.
    this.#size.catch(() => {});
  }

  size(): Promise<number | null> {
    this.#start();
    return this.#size;
  }

  // --- the stream's side

  start(controller: ReadableByteStreamController): void {
    this.#controller = controller;
  }

  pull(): void {
    this.#start();
    if (!this.#paused) return;
    this.#paused = false;
    this.#watch();
    this.#connection?.resume();
  }

  cancel(): void {
    this.#rejectSize(this.#described(new AbortError("EABORT", "The stream was cancelled", "maybe")));
    this.#finish(false);
  }

  // --- the connection

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    if (this.#signal?.aborted) return this.#aborted();
    this.#signal?.addEventListener("abort", this.#aborted);
    void this.#open();
  }

  async #open(): Promise<void> {
    let connection: Connection;
    try {
      connection = await this.#pool.acquireQuiet();
    } catch (error) {
      return this.#error(error);
    }
    if (this.#over) return this.#pool.release(connection);
    this.#connection = connection;
    this.settled = false;
    const reader = new BulkReader(this, this.#pool.settings.limits.maxLength);
    connection.tap = (bytes, length) => {
      this.#begun = true;
      this.#watch();
      reader.feed(bytes, length);
    };
    connection.send(this);
    this.#watch();
  }

  readonly #aborted = (): void => {
    const { reason } = this.#signal as AbortSignal;
    this.#error(
      this.#described(new AbortError("EABORT", "The stream was aborted", "maybe", { cause: reason })),
    );
  };

  #error(error: unknown): void {
    if (this.#over) return;
    this.#rejectSize(error);
    this.#controller.error(error);
    this.#finish(false);
  }

  /** Give the connection back, whole (`clean`) or to be thrown away, because the rest of a reply is on its way. */
  #finish(clean: boolean): void {
    this.#over = true;
    this.#due = 0;
    this.#chunk = EMPTY;
    this.#signal?.removeEventListener("abort", this.#aborted);
    const connection = this.#connection;
    this.#connection = null;
    if (connection === null) return;
    this.settled = true;
    connection.tap = null;
    if (this.#paused) connection.resume();
    if (clean) connection.reply(null, null);
    else connection.destroy("the stream of a value was given up");
    this.#pool.release(connection);
  }

  // --- time

  #watch(): void {
    const before = this.#due;
    this.#due = deadlineIn(this.#timeout);
    if (before === 0 && this.#due !== 0) join(this);
  }

  tick(now: number): boolean {
    if (this.#due === 0) return false;
    if (this.#due > now) return true;
    const why = `GET (streamed): ${this.#pool.address} sent nothing for ${this.#timeout} ms`;
    this.#error(this.#described(new TimeoutError("ETIMEDOUT", why, "maybe")));
    return false;
  }

  // --- the reply

  head(length: number | null | ReplyError): void {
    if (length instanceof ReplyError) return this.#refused(length);
    this.#resolveSize(length);
    if (length === null) {
      const error = new RedisError("ENOKEY", "GET (streamed): there is no such key");
      this.#controller.error(this.#described(error));
      return;
    }
    this.#missing = length;
  }

  #refused(error: ReplyError): void {
    this.#described(error);
    this.#rejectSize(error);
    this.#controller.error(error);
  }

  piece(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#over; ) {
      if (this.#filled === 0) this.#chunk = new Uint8Array(Math.min(this.#chunkSize, this.#missing));
      const part = bytes.subarray(at, at + this.#chunk.length - this.#filled);
      this.#chunk.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < this.#chunk.length) continue;
      this.#missing -= this.#filled;
      this.#filled = 0;
      // The last chunk comes when the server has ended the string as it should.
      if (this.#missing > 0) this.#controller.enqueue(this.#chunk);
    }
    if (this.#over || this.#missing === 0) return;
    if (-(this.#controller.desiredSize ?? 0) >= this.#highWaterMark) {
      this.#paused = true;
      this.#due = 0;
      this.#connection?.pause();
    }
  }

  complete(): void {
    const last = this.#chunk;
    const controller = this.#controller;
    this.#finish(true);
    if (controller.desiredSize === null) return;
    if (last.length > 0) controller.enqueue(last);
    controller.close();
    // A reader that waits with memory of its own is told that nothing comes.
    controller.byobRequest?.respond(0);
  }

  // --- the entry in the connection's queue

  wants(): number {
    return 0;
  }

  write(out: Encoder): void {
    out.add(knownCommand("GET"), [this.#key]);
  }

  take(): boolean {
    return true;
  }

  fail(error: RedisError): void {
    if (this.settled) return;
    this.settled = true;
    const connection = this.#connection;
    this.#connection = null;
    if (connection !== null) this.#pool.release(connection);
    const lost = error instanceof ConnectionError && error.code === "ECONNLOST";
    if (lost && !this.#begun && !(error.cause instanceof ProtocolError) && ++this.attempts <= this.#retries) {
      // Nothing has been handed out yet, and a read does no harm.
      this.#due = 0;
      setTimeout(() => void this.#open(), pauseAfter(this.attempts, this.#pool.settings));
      return;
    }
    this.#error(this.#begun ? this.#cut(error) : error);
  }

  #cut(error: RedisError): RedisError {
    const cause = error.cause instanceof Error ? error.cause : error;
    const why = `GET (streamed) was cut, with ${this.#missing} bytes still to be handed out: ${cause.message}`;
    return this.#described(new ConnectionError(error.code, why, "maybe", { cause }));
  }

  #described<E extends RedisError>(error: E): E {
    error.command ??= "GET";
    error.address ??= this.#pool.address;
    return error;
  }
}
