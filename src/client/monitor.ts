/**
 * MONITOR: every command that the server carries out, on a connection of its own. What nobody takes in time
 * is dropped and counted, so that neither side gathers without bound; after a reconnect a gap notice comes.
 * @see https://redis.io/docs/latest/commands/monitor/
 */

import { ProtocolError, replyError } from "../errors.js";
import { latin1Slice } from "../protocol/bytes.js";
import { WANT_BYTES } from "../protocol/parser.js";
import type { Connection, Listener } from "./connection/connection.js";
import type { View } from "./executor.js";
import {
  isMonitorLine,
  type MonitoredCommand,
  parseMonitorLine,
  wordAsBytes,
  wordAsText,
} from "./monitor-line.js";
import { checkInteger, checkKeys, checkOneOf } from "./options/option-checks.js";
import { pauseAfter } from "./options/options.js";
import type { ConnectionPool } from "./pool/pool.js";
import { Ring } from "./ring.js";

/** The connection was lost and is back: commands in between were not seen. */
export interface MonitorGap {
  type: "gap";
  time: null;
  db: null;
  address: null;
  command: null;
}

/** Options of `redis.monitor()`. */
export interface MonitorOptions {
  /** Most commands that wait to be taken. Default 10,000. */
  maxBuffered?: number;
  /** Most bytes that wait to be taken, as the server has written them. Default 67,108,864. */
  maxBytes?: number;
  /** What happens to a command beyond that: `"drop-oldest"` (default), `"drop-newest"`, or `"close"` the monitor. */
  overflow?: "drop-oldest" | "drop-newest" | "close";
  /** Ends the monitor when it fires, as {@link Monitor.close} does. */
  signal?: AbortSignal;
}

const GAP: MonitorGap = { type: "gap", time: null, db: null, address: null, command: null };

interface Taker<T> {
  resolve(result: IteratorResult<MonitoredCommand<T> | MonitorGap, undefined>): void;
  reject(error: unknown): void;
}

/** The commands of a server as they come; made by `redis.monitor()`. Iterate it once: leaving the loop closes it. */
export class Monitor<T = string> implements AsyncIterableIterator<MonitoredCommand<T> | MonitorGap> {
  readonly #pool: ConnectionPool;
  readonly #signal: AbortSignal | undefined;
  readonly #maxBuffered: number;
  readonly #maxBytes: number;
  readonly #overflow: "drop-oldest" | "drop-newest" | "close";
  readonly #word: (bytes: Uint8Array) => T;
  readonly #buffer = new Ring<string | MonitorGap>();
  readonly #takers = new Ring<Taker<T>>();
  readonly #listener: Listener;
  readonly #forget: () => void;
  #bytes = 0;
  #line = "";
  #dropped = 0;
  #connection: Connection | null = null;
  #started: Promise<void> | null = null;
  /** Told whether the server has taken the command. */
  #confirm: ((error?: unknown) => void) | null = null;
  #closed = false;
  /** Why it ended, where nobody has closed it; told once. */
  #failure: { error: unknown } | null = null;

  /** @internal */
  constructor(pool: ConnectionPool, view: View, options: MonitorOptions) {
    checkKeys("", options, ["maxBuffered", "maxBytes", "overflow", "signal"]);
    this.#maxBuffered = checkInteger("maxBuffered", options.maxBuffered, 1, 2 ** 31 - 1, 10_000);
    this.#maxBytes = checkInteger("maxBytes", options.maxBytes, 1, 2 ** 40, 64 * 1024 * 1024);
    const policies = ["drop-oldest", "drop-newest", "close"] as const;
    this.#overflow = checkOneOf("overflow", options.overflow, policies, "drop-oldest");
    this.#pool = pool;
    this.#word = (view.wants & WANT_BYTES ? wordAsBytes : wordAsText) as (bytes: Uint8Array) => never;
    const ignore = () => {};
    this.#listener = { wants: 0, heard: ignore, repeated: ignore, lost: () => void this.#lost() };
    this.#forget = pool.onClose(() => void this.close());
    this.#signal = options.signal ?? view.signal;
    if (this.#signal?.aborted) void this.close();
    else this.#signal?.addEventListener("abort", this.#onAbort);
  }

  /** How many commands were dropped because nobody took them in time. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How many commands wait to be taken. */
  get buffered(): number {
    return this.#buffer.length;
  }

  /**
   * Begin now instead of with the first `next()`. Resolves when the server has confirmed it: whatever it
   * carries out from then on is seen.
   * @throws ReplyError when it refuses, ConnectionError when it cannot be reached
   */
  start(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    if (this.#started === null) {
      this.#started = this.#open();
      this.#started.catch((error) => this.#fail(error));
    }
    return this.#started;
  }

  /** The next command, or the notice of a gap. */
  next(): Promise<IteratorResult<MonitoredCommand<T> | MonitorGap, undefined>> {
    const next = this.#buffer.shift();
    if (next !== undefined) {
      if (typeof next === "string") this.#bytes -= next.length;
      return Promise.resolve({ done: false, value: this.#read(next) });
    }
    if (this.#failure !== null) {
      const { error } = this.#failure;
      this.#failure = null;
      return Promise.reject(error);
    }
    if (this.#closed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#takers.push({ resolve, reject });
      // Its failure reaches the takers.
      this.start().catch(() => {});
    });
  }

  /** End it, as leaving a `for await` does. */
  async return(): Promise<IteratorResult<MonitoredCommand<T> | MonitorGap, undefined>> {
    await this.close();
    this.#buffer.clear();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** End it and close its connection. What was buffered can still be taken. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#forget?.();
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#giveBack();
    this.#confirm?.();
    for (let taker = this.#takers.shift(); taker !== undefined; taker = this.#takers.shift())
      taker.resolve({ done: true, value: undefined });
    await this.#started?.catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  readonly #onAbort = (): void => void this.close();

  #fail(error: unknown): void {
    if (this.#closed) return;
    const taker = this.#takers.shift();
    if (taker === undefined) this.#failure = { error };
    else taker.reject(error);
    void this.close();
  }

  // --- the connection

  async #open(): Promise<void> {
    const connection = await this.#pool.acquireQuiet();
    connection.touched = true;
    if (this.#closed) return this.#pool.release(connection);
    this.#connection = connection;
    this.#line = "";
    connection.listener = this.#listener;
    connection.tap = (bytes, length) => this.#heard(connection, latin1Slice(bytes, 0, length));
    const confirmed = new Promise<void>((resolve, reject) => {
      this.#confirm = (error) => {
        this.#confirm = null;
        if (error === undefined) resolve();
        else reject(error);
      };
    });
    connection.sendOnly("MONITOR", []);
    return confirmed;
  }

  #giveBack(): void {
    const connection = this.#connection;
    this.#connection = null;
    if (connection === null) return;
    connection.listener = connection.tap = null;
    this.#pool.release(connection);
  }

  /** The connection is gone: get another one. */
  async #lost(): Promise<void> {
    if (this.#connection === null) return;
    this.#giveBack();
    // An open() that waits for its confirmation goes on with the next connection.
    const first = this.#confirm;
    for (let failures = 0; !this.#closed; failures++) {
      if (failures > 0)
        await new Promise((resolve) => setTimeout(resolve, pauseAfter(failures, this.#pool.settings)));
      if (this.#closed) return;
      try {
        await this.#open();
        if (this.#closed) return;
        if (first === null) this.#deliver(GAP);
        return first?.();
      } catch (error) {
        if (first !== null && failures >= this.#pool.settings.attempts) return first(error);
        // The next attempt comes after the pause; `redis.status` and its events tell of the outage.
      }
    }
  }

  // --- what comes

  #heard(connection: Connection, text: string): void {
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      const line = (this.#line + text.slice(from, end)).replace(/\r$/, "");
      this.#line = "";
      from = end + 1;
      this.#heardLine(connection, line);
      if (this.#connection !== connection) return;
    }
    this.#line += text.slice(from);
    if (this.#line.length > this.#pool.settings.limits.maxLength)
      throw new ProtocolError(`The server sent a line of ${this.#line.length} bytes to MONITOR`);
  }

  #heardLine(connection: Connection, line: string): void {
    if (line.startsWith("+")) {
      if (isMonitorLine(line.slice(1))) return this.#deliver(line.slice(1));
      if (this.#confirm !== null) return this.#confirm();
      // The answer to a PING that the connection has sent for itself.
      if (connection.pending > 0) connection.reply(line.slice(1), null);
      return;
    }
    if (!line.startsWith("-"))
      throw new ProtocolError("The server sent something else than lines to MONITOR");
    const error = replyError(line.slice(1));
    error.command = "MONITOR";
    error.address = connection.address;
    if (this.#confirm === null) throw error;
    this.#confirm(error);
  }

  #read(next: string | MonitorGap): MonitoredCommand<T> | MonitorGap {
    if (typeof next !== "string") return next;
    return parseMonitorLine(next, this.#word) ?? GAP;
  }

  #deliver(line: string | MonitorGap): void {
    const taker = this.#takers.shift();
    if (taker !== undefined) return taker.resolve({ done: false, value: this.#read(line) });
    const bytes = typeof line === "string" ? line.length : 0;
    while (this.#buffer.length >= this.#maxBuffered || (this.#bytes + bytes > this.#maxBytes && bytes > 0)) {
      this.#dropped++;
      if (this.#overflow === "close") return void this.close();
      if (this.#overflow === "drop-newest" || this.#buffer.length === 0) return;
      const oldest = this.#buffer.shift();
      if (typeof oldest === "string") this.#bytes -= oldest.length;
    }
    this.#buffer.push(line);
    this.#bytes += bytes;
  }
}
