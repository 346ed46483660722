/**
 * A pool: one multiplexed connection (or a few) for ordinary commands, and dedicated ones on demand
 * for what would hold up the others. Several clients may share it.
 */
import type { Arg } from "../../commands/base.js";
import type { Decode } from "../../commands/replies.js";
import { type RedisError, ReplyError } from "../../errors.js";
import { CachingExecutor, type ClientCache } from "../cache/caching-executor.js";
import { CircuitBreaker, type CircuitState } from "../circuit-breaker.js";
import type { Connection } from "../connection/connection.js";
import type { Counters } from "../connection/counters.js";
import { keepResolve, keptResolve } from "../connection/kept-resolve.js";
import { isElsewhere, isPassing, wasDemoted } from "../connection/passing.js";
import { IDEMPOTENT, NO_RETRY, Request } from "../connection/pending.js";
import { AtomicBatch, Batch } from "../connection/pending-batch.js";
import { aborted, type Making, submit, untilAborted } from "../connection/submit.js";
import { deadlineIn } from "../connection/ticker.js";
import { batchesTraced, commandsTraced, traceBatch, traceCommand } from "../diagnostics.js";
import { Events } from "../events.js";
import { type Command, type Executor, PLAIN_VIEW, type View } from "../executor.js";
import { type KnownCommand, knownCommand } from "../known-command.js";
import type { MaintenanceEvent } from "../maintenance/maintenance.js";
import { type ConnectionSettings, pauseAfter, resolveOptions } from "../options/options.js";
import type { PoolOptions } from "../options/pool-options.js";
import { DedicatedConnections } from "./dedicated.js";
import { Dialer } from "./dialer.js";
import { SharedConnection } from "./shared-connection.js";

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
  /** The circuit breaker has changed its state. */
  circuit: { address: string; state: CircuitState };
  /** A server of Redis Enterprise or Redis Cloud announces maintenance; see the option `maintenance`. */
  maintenance: MaintenanceEvent;
  /** Something works in another way than was asked for. */
  warning: { message: string };
}

/** How the connections of a pool are used right now, and what has happened on them since it was made. */
export interface PoolStatistics extends Counters {
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
  /** Commands, batches and loans that the circuit breaker has turned away. */
  turnedAway: number;
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
  readonly #breaker: CircuitBreaker | undefined;
  readonly #cache: CachingExecutor | undefined;
  readonly #events = new Events<PoolEvents>();
  readonly #onClose = new Set<() => void>();
  /** What is let finish before the pool closes. */
  readonly #running = new Set<Promise<void>>();
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
    this.#dialer = new Dialer(
      settings,
      (message) => this.#events.emit("warning", { message }),
      (event) => this.#events.emit("maintenance", event),
    );
    const { address } = settings.connector;
    const events = {
      connected: (connection: Connection) => {
        const { address, serverVersion } = connection;
        this.#open++;
        this.#cache?.connected(connection);
        if (this.#status !== "closed") this.#status = "ready";
        this.#events.emit("connect", { address, serverVersion });
      },
      disconnected: (connection: Connection, error: RedisError | null) => {
        this.#open--;
        this.#cache?.disconnected(connection);
        if (this.#open === 0 && this.#status !== "closed") this.#status = "idle";
        // The idle ones lead to the same server.
        if (error?.code === "EREADONLY") this.#dedicated.closeIdle();
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
    const { circuitBreaker, cache } = settings;
    if (circuitBreaker !== undefined) {
      const changed = (state: CircuitState) => this.#events.emit("circuit", { address, state });
      this.#breaker = new CircuitBreaker(circuitBreaker, this, address, changed);
    }
    if (cache !== undefined) {
      const warn = (message: string) => this.#dialer.warn(message);
      this.#cache = new CachingExecutor(cache, this.#breaker ?? this, settings.connectTimeout, warn);
    }
  }

  /** Where it connects to: `host:port`, a path, or `in process`. */
  get address(): string {
    return this.#settings.connector.address;
  }

  get status(): Status {
    return this.#status === "idle" && this.#first.load > 0 ? "connecting" : this.#status;
  }

  /** State of the circuit breaker; `undefined`: there is none. */
  get circuit(): CircuitState | undefined {
    return this.#breaker?.state;
  }

  /** The client-side cache, where the option `cache` says that there is one. */
  get cache(): ClientCache | undefined {
    return this.#cache;
  }

  /** What the connections are doing. */
  statistics(): PoolStatistics {
    const { lent, idle, opening, waiting } = this.#dedicated.counts;
    const statistics = {
      ...this.#dialer.ledger.counters,
      shared: this.#open,
      lent,
      idle,
      opening,
      waiting,
      pending: 0,
      queuedCommands: 0,
      queuedBytes: 0,
      turnedAway: this.#breaker?.turnedAway ?? 0,
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
    if (commandsTraced) return this.#sendTraced(name, args, decode, view);
    return this.#send(name, args, decode, view);
  }

  // Apart, because a function within a function makes the other keep its parameters on the heap at every call.
  #sendTraced<T>(name: string, args: readonly Arg[], decode: Decode<T>, view: View): Promise<T> {
    return traceCommand(name, this.#dialer.ledger.server, () => this.#send(name, args, decode, view));
  }

  #send<T>(name: string, args: readonly Arg[], decode: Decode<T>, view: View): Promise<T> {
    const command = knownCommand(name);
    if (command.blocks(args)) return this.#sendBlocking(command, args, decode, view);
    if (view !== PLAIN_VIEW)
      return submit(this.#request(command, args, decode, view), view.signal, this.#route(), this.address);
    const reply = new Promise<T>(keepResolve);
    const resolve = keptResolve<T>();
    const deadline = deadlineIn(this.#settings.commandTimeout);
    try {
      this.#route().send(new Request(command, args, decode, 0, deadline, resolve));
    } catch (error) {
      resolve(Promise.reject(error));
    }
    return reply;
  }

  sendAll(batch: readonly Command[], atomic: boolean, view: View): Promise<unknown[] | null> {
    if (batch.length === 0 && !atomic) return Promise.resolve([]);
    if (!batchesTraced) return this.#sendAll(batch, atomic, view);
    const { server } = this.#dialer.ledger;
    return traceBatch(batch, atomic, server, () => this.#sendAll(batch, atomic, view));
  }

  #sendAll(batch: readonly Command[], atomic: boolean, view: View): Promise<unknown[] | null> {
    if (!atomic && anyBlocks(batch)) return this.#sendBlockingBatch(batch, view);
    const deadline = deadlineIn(view.timeout ?? this.#settings.commandTimeout);
    const Kind = atomic ? AtomicBatch : Batch;
    return submit<unknown[] | null>(
      (resolve, reject) => new Kind(batch, bitsOf(view), deadline, resolve, reject),
      view.signal,
      this.#route(),
      this.address,
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
    const { attempts } = this.#settings;
    const blocksFor = command.blocksFor(args);
    const since = performance.now();
    const longest = this.#longest(view, blocksFor) || Number.POSITIVE_INFINITY;
    for (let attempt = 1; ; attempt++) {
      let moves = false;
      try {
        return await this.#onItsOwn(command.name, view, (connection) => {
          if (!view.noRetry) {
            connection.onRetire = (left) =>
              this.#dedicated.unblockIn(connection, left, () => {
                moves = true;
              });
          }
          const deadline = deadlineIn(this.#longest(view, blocksFor));
          const make = this.#request(command, args, decode, view, deadline);
          return submit(make, view.signal, connection, this.address);
        });
      } catch (error) {
        if (moves && error instanceof ReplyError && error.code === "UNBLOCKED") continue;
        const passes = error instanceof ReplyError && (wasDemoted(error) || isPassing(error, command));
        const isLate = performance.now() - since > longest;
        if (!passes || view.noRetry || attempt > attempts || isLate) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseAfter(attempt, this.#settings)));
      }
    }
  }

  #sendBlockingBatch(batch: readonly Command[], view: View): Promise<unknown[]> {
    let blocksFor = 0;
    let forEver = false;
    for (const { known, args } of batch) {
      const one = known.blocksFor(args);
      if (one === 0) forEver = true;
      blocksFor += one ?? 0;
    }
    return this.#onItsOwn(`a pipeline of ${batch.length}`, view, (connection) => {
      const deadline = deadlineIn(this.#longest(view, forEver ? 0 : blocksFor));
      return submit<unknown[]>(
        (resolve, reject) => new Batch(batch, bitsOf(view), deadline, resolve, reject),
        view.signal,
        connection,
        this.address,
      );
    });
  }

  /** Borrow a connection for one call, which ends with it when the signal fires in the middle. */
  async #onItsOwn<T>(label: string, view: View, call: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await untilAborted(
      this.#dedicated.acquire(),
      view.signal,
      (signal) => aborted(label, "no", signal, this.address),
      (late) => this.#dedicated.release(late),
    );
    try {
      return await call(connection);
    } catch (error) {
      if (error instanceof ReplyError && isElsewhere(error)) this.leave(connection);
      throw error;
    } finally {
      this.#dedicated.release(connection);
    }
  }

  /**
   * How many milliseconds a blocking command may take; 0: for ever. The time that it blocks comes on top of what
   * any command may take.
   */
  #longest(view: View, blocksFor: number | undefined): number {
    if (view.timeout !== undefined) return view.timeout;
    const { commandTimeout } = this.#settings;
    return blocksFor === 0 || commandTimeout === 0 ? 0 : (blocksFor ?? 0) + commandTimeout;
  }

  /** What clients are to send by: the pool, behind its circuit breaker and its cache if it has them. @internal */
  get executor(): Executor {
    return this.#cache ?? this.#breaker ?? this;
  }

  // --- connections of one's own

  /**
   * Borrow a dedicated connection for a caller of the client's: {@link ConnectionPool.acquire} behind the circuit breaker.
   * @throws CircuitOpenError
   * @internal
   */
  borrow(): Promise<Connection> {
    const acquire = () => this.acquire();
    return this.#breaker === undefined ? acquire() : this.#breaker.guard("A dedicated connection", acquire);
  }

  /**
   * Borrow a dedicated connection; it must be given back to {@link ConnectionPool.release}.
   * @throws TimeoutError `EPOOL` when none became free within `acquireTimeout`
   * @internal
   */
  acquire(): Promise<Connection> {
    return this.#dedicated.acquire();
  }

  /** The same, for who reads past the parser: nothing comes but what is asked for. @internal */
  acquireQuiet(): Promise<Connection> {
    return this.#dedicated.acquireQuiet();
  }

  /** Give a borrowed connection back. @internal */
  release(connection: Connection): void {
    this.#dedicated.release(connection);
  }

  /** The server of a borrowed connection was demoted: whoever comes next needs another. @internal */
  leave(connection: Connection): void {
    connection.destroy("its server is no master any more");
    this.#dedicated.closeIdle();
  }

  /** The settings, for what is built on the pool. @internal */
  get settings(): ConnectionSettings {
    return this.#settings;
  }

  /** What is to be told of writes past the pool. @internal */
  get caching(): CachingExecutor | undefined {
    return this.#cache;
  }

  /** Be told when the pool is closed. @returns a function that ends that @internal */
  onClose(callback: () => void): () => void {
    this.#onClose.add(callback);
    return () => void this.#onClose.delete(callback);
  }

  // --- the end

  /**
   * Take nothing new, let what is pending finish (transactions too), close. Blocked commands end at once.
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
    // Blocked commands end with the pool: whoever waits for them learns so by a ClosedError.
    this.#dedicated.destroyBlocked();
    const transactions = Promise.race([Promise.all(this.#running), late]);
    const closed = Promise.all([
      transactions.then(() => this.#dedicated.close()),
      ...this.#shared.map((shared) => shared.close()),
    ]);
    await Promise.race([closed, late]);
    clearTimeout(timer);
    for (const shared of this.#shared) shared.destroy();
    this.#dedicated.destroy();
    this.#dialer.abandon();
    await closed;
  }

  /** Let `work`, which takes more than one command, finish before the pool closes. @internal */
  attend<T>(work: Promise<T>): Promise<T> {
    const settled: Promise<void> = work.then(
      () => void this.#running.delete(settled),
      () => void this.#running.delete(settled),
    );
    this.#running.add(settled);
    return work;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function bitsOf(view: View): number {
  return view.wants | (view.idempotent ? IDEMPOTENT : 0) | (view.noRetry ? NO_RETRY : 0);
}

/** May one of them keep its connection waiting? In a loop, V8 puts the question in line; `some` would call it. */
function anyBlocks(batch: readonly Command[]): boolean {
  for (const { known, args } of batch) if (known.blocks(args)) return true;
  return false;
}
