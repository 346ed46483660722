/**
 * A pool: one multiplexed connection (or a few) for ordinary commands, and dedicated ones on demand
 * for what would hold up the others. Several clients may share it.
 */
import type { Arg } from "../commands/base.js";
import type { Decode } from "../commands/replies.js";
import { AbortError, type RedisError, type Sent } from "../errors.js";
import type { Connection } from "./connection.js";
import { DedicatedConnections } from "./dedicated.js";
import { Dialer } from "./dialer.js";
import { Events } from "./events.js";
import { type Command, type Executor, PLAIN_VIEW, type View } from "./executor.js";
import { type KnownCommand, knownCommand } from "./known-command.js";
import { type ConnectionSettings, resolveOptions } from "./options.js";
import { AtomicBatch, Batch, IDEMPOTENT, type Pending, Request, type Resolve } from "./pending.js";
import type { PoolOptions } from "./pool-options.js";
import { SharedConnection } from "./shared-connection.js";
import { deadlineIn } from "./ticker.js";

/** Makes the entry whose replies settle a promise. */
type Making<T> = (resolve: Resolve<T>, reject: (error: unknown) => void) => Pending;

/** What an entry is written to. */
interface Carrier {
  send(pending: Pending): void;
}

/** `"idle"`: not connected yet, or not needed; `"connecting"`; `"ready"`; `"closed"`. */
export type Status = "idle" | "connecting" | "ready" | "closed";

/** Events of a pool, for {@link ConnectionPool.on}. */
export interface PoolEvents extends Record<string, unknown> {
  /** A multiplexed connection is ready. */
  connect: { address: string; serverVersion: string };
  /** A multiplexed connection was lost (`error`), or closed in good order (`null`). */
  disconnect: { address: string; error: RedisError | null };
  /** The next attempt to connect comes in `wait` milliseconds; `undefined`: with the next command. */
  reconnecting: { address: string; error: RedisError; wait: number | undefined };
  /** Something works in another way than was asked for. */
  warning: { message: string };
}

/** How the connections of a pool are used right now. */
export interface PoolStatistics {
  /** Multiplexed connections that are open. */
  shared: number;
  /** Dedicated connections: lent to someone, idle, being opened. */
  lent: number;
  idle: number;
  opening: number;
  /** Callers that wait for a dedicated connection. */
  waiting: number;
  /** Commands on the multiplexed connections that have no reply yet. */
  pending: number;
  /** Commands that wait for a connection, and their bytes. */
  queuedCommands: number;
  queuedBytes: number;
}

/**
 * Connections to one server.
 * @example
 * ```ts
 * const pool = new ConnectionPool({ host: "localhost", port: 6379, db: 0, maxConnections: 20 });
 * const redis = new Redis(pool);
 * ```
 */
export class ConnectionPool implements Executor {
  readonly #settings: ConnectionSettings;
  readonly #dialer: Dialer;
  readonly #shared: SharedConnection[];
  readonly #first: SharedConnection;
  readonly #dedicated: DedicatedConnections;
  readonly #events = new Events<PoolEvents>();
  readonly #onClose = new Set<() => void>();
  #open = 0;
  #status: Status = "idle";
  #closing: Promise<void> | undefined;

  /**
   * @param options a URL, an address such as `"localhost:6379"`, or options
   * @throws OptionError for an unknown or wrong option; nothing is opened before the first command
   */
  constructor(options: PoolOptions | string = {}) {
    const settings = resolveOptions(options);
    this.#settings = settings;
    this.#dialer = new Dialer(settings, (message) => this.#events.emit("warning", { message }));
    const { address } = settings.connector;
    const events = {
      connected: ({ serverVersion }: Connection) => {
        this.#open++;
        if (this.#status !== "closed") this.#status = "ready";
        this.#events.emit("connect", { address, serverVersion });
      },
      disconnected: (error: RedisError | null) => {
        this.#open--;
        if (this.#open === 0 && this.#status !== "closed") this.#status = "idle";
        this.#events.emit("disconnect", { address, error });
      },
      failed: (error: RedisError, wait: number | undefined) => {
        if (this.#open === 0 && this.#status !== "closed")
          this.#status = wait === undefined ? "idle" : "connecting";
        this.#events.emit("reconnecting", { address, error, wait });
      },
    };
    this.#shared = Array.from(
      { length: settings.shared },
      () => new SharedConnection(settings, this.#dialer, events),
    );
    this.#first = this.#shared[0];
    this.#dedicated = new DedicatedConnections(settings, this.#dialer);
  }

  /** Where it connects to: `host:port`, a path, or `in process`. */
  get address(): string {
    return this.#settings.connector.address;
  }

  get status(): Status {
    return this.#status === "idle" && this.#first.load > 0 ? "connecting" : this.#status;
  }

  /** What the connections are doing. */
  statistics(): PoolStatistics {
    const { lent, idle, opening, waiting } = this.#dedicated.counts;
    const statistics = {
      shared: this.#open,
      lent,
      idle,
      opening,
      waiting,
      pending: 0,
      queuedCommands: 0,
      queuedBytes: 0,
    };
    for (const shared of this.#shared) {
      const { commands, bytes } = shared.queued;
      statistics.pending += shared.load;
      statistics.queuedCommands += commands;
      statistics.queuedBytes += bytes;
    }
    return statistics;
  }

  /** Call `listener` at every event called `name`. @returns a function that ends that */
  on<K extends keyof PoolEvents & string>(name: K, listener: (event: PoolEvents[K]) => void): () => void {
    return this.#events.on(name, listener);
  }

  /**
   * Connect now instead of at the first command.
   * @throws ConnectionError when the server cannot be reached (further attempts go on)
   * @throws ReplyError when it refuses
   */
  async connect(): Promise<void> {
    await Promise.all(this.#shared.map((shared) => shared.connect()));
  }

  // --- commands (the Executor waist)

  send<T>(name: string, args: readonly Arg[], decode: Decode<T>, view: View): Promise<T> {
    const command = knownCommand(name);
    if (command.blocks(args)) return this.#sendBlocking(command, args, decode, view);
    if (view !== PLAIN_VIEW)
      return this.#submit(this.#request(command, args, decode, view), view, this.#route());
    return new Promise<T>((resolve) => {
      const deadline = deadlineIn(this.#settings.commandTimeout);
      this.#route().send(new Request(command, args, decode, 0, deadline, resolve));
    });
  }

  sendAll(batch: readonly Command[], atomic: boolean, view: View): Promise<unknown[] | null> {
    if (batch.length === 0 && !atomic) return Promise.resolve([]);
    if (!atomic && batch.some(isBlocking)) return this.#sendBlockingBatch(batch, view);
    const deadline = deadlineIn(view.timeout ?? this.#settings.commandTimeout);
    const Kind = atomic ? AtomicBatch : Batch;
    return this.#submit(
      (resolve, reject) => new Kind(batch, view.idempotent, deadline, resolve, reject),
      view,
      this.#route(),
    );
  }

  #request<T>(
    command: KnownCommand,
    args: readonly Arg[],
    decode: Decode<T>,
    view: View,
    deadline?: number,
  ): Making<T> {
    const due = deadline ?? deadlineIn(view.timeout ?? this.#settings.commandTimeout);
    return (resolve) => new Request(command, args, decode, bitsOf(view), due, resolve);
  }

  /** Make an entry, tie it to the signal of the view, and send it. */
  #submit<T>(make: Making<T>, view: View, carrier: Carrier): Promise<T> {
    const { signal } = view;
    return new Promise((resolve, reject) => {
      if (signal === undefined) {
        return carrier.send(make(resolve, reject));
      }
      const forget = () => signal.removeEventListener("abort", onAbort);
      const pending = make(
        (value) => {
          forget();
          resolve(value);
        },
        (error) => {
          forget();
          reject(error);
        },
      );
      const onAbort = () => pending.fail(aborted(pending, "maybe", signal, this.address));
      if (signal.aborted) return pending.fail(aborted(pending, "no", signal, this.address));
      signal.addEventListener("abort", onAbort);
      carrier.send(pending);
    });
  }

  #route(): SharedConnection {
    let best = this.#first;
    if (this.#shared.length > 1)
      for (const shared of this.#shared) if (shared.load < best.load) best = shared;
    return best;
  }

  /** A command that waits for others must not make others wait: it gets a connection of its own. */
  async #sendBlocking<T>(
    command: KnownCommand,
    args: readonly Arg[],
    decode: Decode<T>,
    view: View,
  ): Promise<T> {
    const connection = await this.#dedicated.acquire();
    try {
      const deadline = this.#blockingDeadline(view, command.blocksFor(args));
      return await this.#submit(this.#request(command, args, decode, view, deadline), view, connection);
    } finally {
      this.#dedicated.release(connection);
    }
  }

  async #sendBlockingBatch(batch: readonly Command[], view: View): Promise<unknown[]> {
    let blocksFor = 0;
    let forEver = false;
    for (const { known, args } of batch) {
      const one = known.blocksFor(args);
      if (one === 0) forEver = true;
      blocksFor += one ?? 0;
    }
    const connection = await this.#dedicated.acquire();
    try {
      const deadline = this.#blockingDeadline(view, forEver ? 0 : blocksFor);
      return await this.#submit<unknown[]>(
        (resolve, reject) => new Batch(batch, view.idempotent, deadline, resolve, reject),
        view,
        connection,
      );
    } finally {
      this.#dedicated.release(connection);
    }
  }

  /** The time that a command blocks comes on top of what any command may take; 0 blocks for ever. */
  #blockingDeadline(view: View, blocksFor: number | undefined): number {
    if (view.timeout !== undefined) return deadlineIn(view.timeout);
    const { commandTimeout } = this.#settings;
    return blocksFor === 0 || commandTimeout === 0 ? 0 : deadlineIn((blocksFor ?? 0) + commandTimeout);
  }

  // --- connections of one's own

  /**
   * Borrow a dedicated connection; it must be given back to {@link ConnectionPool.release}.
   * @throws TimeoutError `EPOOL` when none became free within `acquireTimeout`
   * @internal
   */
  acquire(): Promise<Connection> {
    return this.#dedicated.acquire();
  }

  /** Give a borrowed connection back. @internal */
  release(connection: Connection): void {
    this.#dedicated.release(connection);
  }

  /** The settings, for what is built on the pool. @internal */
  get settings(): ConnectionSettings {
    return this.#settings;
  }

  /** Be told when the pool is closed. @returns a function that ends that @internal */
  onClose(callback: () => void): () => void {
    this.#onClose.add(callback);
    return () => void this.#onClose.delete(callback);
  }

  // --- the end

  /**
   * Take nothing new, let what is pending finish, close.
   * @param options.timeout after this many milliseconds the rest fails with a `ClosedError`; 0 (the
   *   default is 5000): at once
   */
  close({ timeout = 5000 }: { timeout?: number } = {}): Promise<void> {
    if (this.#closing === undefined) {
      this.#status = "closed";
      for (const callback of [...this.#onClose]) callback();
      this.#closing = this.#finish(timeout);
    }
    return this.#closing;
  }

  async #finish(timeout: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeout);
    });
    const closed = Promise.all([this.#dedicated.close(), ...this.#shared.map((shared) => shared.close())]);
    // Blocked commands end with the pool: whoever waits for them learns so by a ClosedError.
    this.#dedicated.destroy();
    await Promise.race([closed, late]);
    clearTimeout(timer);
    for (const shared of this.#shared) shared.destroy();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function bitsOf(view: View): number {
  return view.idempotent ? view.wants | IDEMPOTENT : view.wants;
}

function isBlocking({ known, args }: Command): boolean {
  return known.blocks(args);
}

function aborted(pending: Pending, sent: Sent, { reason }: AbortSignal, address: string): AbortError {
  const fate = sent === "no" ? "It was not sent." : "It may have run; its reply is dropped when it comes.";
  return new AbortError("EABORT", `${pending.label} was aborted. ${fate}`, sent, {
    command: pending.label,
    address,
    cause: reason,
  });
}
