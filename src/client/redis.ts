/** The client of one server. */
import type { Arg, Key } from "../commands/base.js";
import { Commands } from "../commands/index.js";
import type { Promised } from "../commands/mode.js";
import { anything, type Decode } from "../commands/replies.js";
import { ClosedError, OptionError, WatchError } from "../errors.js";
import { WANT_BIGINT, WANT_BYTES } from "../protocol/parser.js";
import { checkCall } from "./call.js";
import { type Executor, PLAIN_VIEW, type View } from "./executor.js";
import type { PubSubOptions } from "./messages.js";
import { checkView } from "./options.js";
import { Pipeline } from "./pipeline.js";
import { ConnectionPool, type PoolEvents, type Status } from "./pool.js";
import type { PoolOptions, ViewOptions } from "./pool-options.js";
import { PubSub } from "./pubsub.js";
import { Session } from "./session.js";

/** Options of {@link Redis}: those of a pool of its own, or a pool that it shares with others. */
export interface RedisOptions extends PoolOptions {
  /** Use this pool. All other options belong to the pool then. */
  connectionPool?: ConnectionPool;
}

/** Options of {@link Redis.transaction}. */
export interface TransactionOptions {
  /** How often the body is run at most while others change the watched keys in between. Default 16. */
  attempts?: number;
}

/**
 * A client. Every command of Redis is a method; each returns a promise.
 *
 * `T` is what bulk strings become (`string`, or `Buffer` in a view), `I` what integers become.
 * @example
 * ```ts
 * const redis = new Redis({ host: "localhost", port: 6379, db: 0 });
 * await redis.set("foo", "bar", { ex: 10 });
 * await redis.get("foo"); // "bar"
 * await redis.close();
 * ```
 */
export class Redis<T = string, I = number> extends Commands<Promised<T, I>> {
  readonly #pool: ConnectionPool;
  #ownsPool: boolean;
  #executor: Executor;
  #view: View = PLAIN_VIEW;
  #bytesView: View | undefined;

  /**
   * @param options a URL, an address (`"localhost:6379"`), options, or a pool to share
   * @throws OptionError for an unknown or wrong option; nothing is opened before the first command
   */
  constructor(options: RedisOptions | ConnectionPool | string = {}) {
    super();
    const pool = givenPool(options);
    this.#ownsPool = pool === undefined;
    this.#pool = pool ?? new ConnectionPool(options as PoolOptions | string);
    this.#executor = this.#pool;
  }

  protected override run<V>(name: string, args: readonly Arg[], decode: Decode<V>): Promise<V> {
    return this.#executor.send(name, args, decode, this.#view);
  }

  protected override runBytes<V>(name: string, args: readonly Arg[], decode: Decode<V>): Promise<V> {
    this.#bytesView ??= { ...this.#view, wants: this.#view.wants | WANT_BYTES };
    return this.#executor.send(name, args, decode, this.#bytesView);
  }

  /**
   * Send a command that has no method (yet). RESP3 maps come as `Map`s.
   * @typeParam V what it replies; `unknown` unless you say so
   * @throws ArgumentError for a command that changes the state of a shared connection
   * @example
   * ```ts
   * await redis.call<number>("OBJECT", "FREQ", "key");
   * ```
   */
  call<V = unknown>(name: string, ...args: readonly Arg[]): Promise<V> {
    try {
      const { command, rest } = checkCall(name, args);
      return this.#executor.send(command, rest, anything as Decode<V>, this.#view);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * A view of this client: the same connections, other ways to call. Cheap to make, and may be kept.
   * @example
   * ```ts
   * const bytes: Buffer | null = await redis.with({ replies: "buffer" }).get("image");
   * await redis.with({ timeout: 50, signal }).get("k");
   * ```
   * @throws OptionError for an unknown or wrong option
   */
  with<
    V extends "text" | "buffer" | undefined = undefined,
    N extends "number" | "bigint" | undefined = undefined,
  >(
    options: ViewOptions<V, N>,
  ): Redis<
    V extends "buffer" ? Buffer : V extends "text" ? string : T,
    N extends "bigint" ? bigint : N extends "number" ? number : I
  > {
    checkView(options);
    const before = this.#view;
    let { wants } = before;
    if (options.replies !== undefined)
      wants = options.replies === "buffer" ? wants | WANT_BYTES : wants & ~WANT_BYTES;
    if (options.integers !== undefined) {
      wants = options.integers === "bigint" ? wants | WANT_BIGINT : wants & ~WANT_BIGINT;
    }
    const view = new Redis<never, never>(this.#pool);
    view.#view = {
      wants,
      timeout: options.timeout ?? before.timeout,
      signal: options.signal ?? before.signal,
      idempotent: options.idempotent ?? before.idempotent,
    };
    view.#executor = this.#executor;
    view.#ownsPool = this.#ownsPool;
    return view as never;
  }

  /** Collect commands and send them in one write: one round trip, one reply each. */
  pipeline(): Pipeline<[], T, I> {
    return new Pipeline(this.#executor, this.#view, false);
  }

  /**
   * Collect commands and run them as one MULTI/EXEC transaction: all of them, with nobody in between.
   * @see https://redis.io/docs/latest/develop/using-commands/transactions/
   */
  multi(): Pipeline<[], T, I> {
    return new Pipeline(this.#executor, this.#view, true);
  }

  /**
   * Read, decide, write, as if nobody else were there: `keys` are watched on a connection of its own,
   * and when someone changes one of them before `tx.multi()...exec()`, `body` is run again.
   * @param body gets all commands; what it returns is returned
   * @throws WatchError when others changed the keys in every attempt
   * @example
   * ```ts
   * await redis.transaction(["balance"], async (tx) => {
   *   const n = Number(await tx.get("balance"));
   *   return tx.multi().set("balance", n - 10).exec();
   * });
   * ```
   */
  async transaction<V>(
    keys: Key | readonly Key[],
    body: (tx: Session<T, I>) => Promise<V> | V,
    { attempts = 16 }: TransactionOptions = {},
  ): Promise<V> {
    const list = (Array.isArray(keys) ? keys : [keys]) as readonly Key[];
    const session = await this.dedicated();
    try {
      for (let attempt = 1; ; attempt++) {
        if (list.length > 0) await session.watch(list);
        try {
          return await body(session);
        } catch (error) {
          if (!(error instanceof WatchError)) throw error;
          if (attempt >= attempts) {
            throw new WatchError(
              `Others changed the watched keys in all of ${attempts} attempts; nothing was executed`,
              {
                command: "EXEC",
                address: this.#pool.address,
              },
            );
          }
        }
        // Two that collide all the time must get out of step.
        await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(100, 2 ** attempt)));
      }
    } finally {
      await session.release();
    }
  }

  /**
   * Borrow a connection of one's own, for WATCH and for commands that change the connection.
   * @example
   * ```ts
   * await using session = await redis.dedicated();
   * await session.call("SELECT", 3);
   * ```
   * @throws TimeoutError `EPOOL` when none became free within `acquireTimeout`
   */
  async dedicated(): Promise<Session<T, I>> {
    this.#checkOpen();
    const connection = await this.#pool.acquire();
    const { commandTimeout } = this.#pool.settings;
    return new Session(connection, this.#view, commandTimeout, (one) => this.#pool.release(one));
  }

  /**
   * A PubSub with a connection of its own, opened at the first subscription.
   * @example
   * ```ts
   * const sub = redis.pubsub();
   * await sub.subscribe("news");
   * for await (const message of sub) console.log(message.data);
   * ```
   */
  pubsub(options: PubSubOptions = {}): PubSub<T> {
    this.#checkOpen();
    return new PubSub<T>(this.#pool, this.#view.wants, options);
  }

  /** The pool, to look at its statistics or to make further clients. */
  get pool(): ConnectionPool {
    return this.#pool;
  }

  get status(): Status {
    return this.#pool.status;
  }

  /** Call `listener` at every event called `name`. @returns a function that ends that */
  on<K extends keyof PoolEvents & string>(name: K, listener: (event: PoolEvents[K]) => void): () => void {
    return this.#pool.on(name, listener);
  }

  /**
   * Connect now instead of at the first command.
   * @throws ConnectionError when the server cannot be reached, ReplyError when it refuses
   */
  connect(): Promise<void> {
    return this.#pool.connect();
  }

  /**
   * Let what is pending finish, then close. A pool that was given to this client stays open.
   * @param options.timeout after this many milliseconds (default 5000) what is left fails with a `ClosedError`
   */
  async close(options?: { timeout?: number }): Promise<void> {
    this.#executor = new ClosedExecutor(this.#pool.address);
    if (this.#ownsPool) await this.#pool.close(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #checkOpen(): void {
    if (this.#executor instanceof ClosedExecutor) throw this.#executor.error("The call");
  }
}

function givenPool(options: RedisOptions | ConnectionPool | string): ConnectionPool | undefined {
  if (options instanceof ConnectionPool) return options;
  if (typeof options !== "object" || options === null || options.connectionPool === undefined)
    return undefined;
  const { connectionPool, ...rest } = options;
  const others = Object.keys(rest).filter((key) => rest[key as keyof PoolOptions] !== undefined);
  if (others.length > 0) {
    throw new OptionError(
      others[0],
      `Beside connectionPool, ${others.join(", ")} has no effect; set it on the pool`,
    );
  }
  if (!(connectionPool instanceof ConnectionPool)) {
    throw new OptionError("connectionPool", "The option connectionPool takes a ConnectionPool");
  }
  return connectionPool;
}

/** What a closed client sends its commands to. */
class ClosedExecutor implements Executor {
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
  }

  error(name: string): ClosedError {
    return new ClosedError("ECLOSED", `${name} was not sent: the client is closed`, "no", {
      command: name,
      address: this.#address,
    });
  }

  send(name: string): Promise<never> {
    return Promise.reject(this.error(name));
  }

  sendAll(): Promise<never> {
    return Promise.reject(this.error("The pipeline"));
  }
}
