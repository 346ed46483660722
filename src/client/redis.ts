/** The client of one server. */
import { type Arg, type Key, RUN_PROGRAM } from "../commands/base.js";
import { Commands } from "../commands/index.js";
import type { KeyScanOptions, ScanOptions } from "../commands/keys.js";
import type { Promised } from "../commands/mode.js";
import type { Program, ProgramWords } from "../commands/program.js";
import { anything, type Decode, type Scored } from "../commands/replies.js";
import type { SetReply } from "../commands/strings.js";
import { ClosedError, OptionError } from "../errors.js";
import { WANT_BIGINT, WANT_BYTES } from "../protocol/parser.js";
import {
  type BatchEntries,
  type BatchOptions,
  type BatchOutcomes,
  type BatchReplies,
  runBatch,
  settleBatch,
} from "./batch.js";
import { checkCall } from "./call.js";
import { carryCall } from "./calls.js";
import type { Codec } from "./codec.js";
import { ConnectionExecutor } from "./connection-executor.js";
import { type Executor, PLAIN_VIEW, type View } from "./executor.js";
import type { ByteSource } from "./huge-values/byte-source.js";
import { type SetStreamOptions, storeStream } from "./huge-values/store-stream.js";
import { type GetStreamOptions, type ValueStream, valueStream } from "./huge-values/stream-value.js";
import { joinedPrefix, KeyPrefixExecutor, keyIn } from "./key-prefix.js";
import { knownCommand } from "./known-command.js";
import { Monitor, type MonitorOptions } from "./monitor.js";
import { checkView } from "./options/options.js";
import type { PoolOptions, ViewOptions } from "./options/pool-options.js";
import { Pipeline } from "./pipeline.js";
import { ConnectionPool, type PoolEvents, type Status } from "./pool/pool.js";
import {
  KeyspaceEvents,
  type KeyspaceEventsOptions,
  type KeyspaceHandler,
} from "./pubsub/keyspace-events.js";
import type { PubSubOptions } from "./pubsub/messages.js";
import { PubSub } from "./pubsub/pubsub.js";
import { type Scan, scanFields, scanKeys, scanMembers, scanScored } from "./scan.js";
import { runProgram } from "./scripts/program-call.js";
import { Session } from "./session.js";
import type { GroupReaderOptions, ReaderStreams, StreamReaderOptions } from "./streams/stream-options.js";
import { type ConsumedEntry, type ReadEntry, readerSource, StreamReader } from "./streams/stream-reader.js";
import { type TransactionOptions, transact } from "./transaction.js";
import { Values } from "./values.js";

/** Options of {@link Redis}: those of a pool of its own, or a pool that it shares with others. */
export interface RedisOptions extends PoolOptions {
  /** Use this pool. All other options belong to the pool then. */
  connectionPool?: ConnectionPool;
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
    this.#executor = this.#pool.executor;
  }

  protected override run<V>(name: string, args: readonly Arg[], decode: Decode<V>): Promise<V> {
    return this.#executor.send(name, args, decode, this.#view);
  }

  protected override runBytes<V>(name: string, args: readonly Arg[], decode: Decode<V>): Promise<V> {
    this.#bytesView ??= { ...this.#view, wants: this.#view.wants | WANT_BYTES };
    return this.#executor.send(name, args, decode, this.#bytesView);
  }

  override [RUN_PROGRAM]<V>(program: Program, words: ProgramWords, decode: Decode<V>): Promise<V> {
    return runProgram(program, words, decode, this.#executor, this.#view);
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
   * await redis.with({ keyPrefix: "app:" }).set("k", 1); // SET app:k 1
   * await redis.with({ noRetry: true }).get("k"); // sent once, or not at all
   * await redis.with({ maxAge: 0 }).get("k"); // asks the server, whatever the option cache has kept
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
      noRetry: options.noRetry ?? before.noRetry,
      keyPrefix:
        options.keyPrefix === undefined
          ? before.keyPrefix
          : joinedPrefix(before.keyPrefix, options.keyPrefix),
      maxAge: options.maxAge ?? before.maxAge,
    };
    view.#executor =
      options.keyPrefix === undefined || this.#executor instanceof ClosedExecutor
        ? this.#executor
        : new KeyPrefixExecutor(this.#executor, options.keyPrefix);
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
   * Commands with names, sent in one write: one round trip, the replies in an object of the same names.
   * @throws BatchError when a command failed; its `results` hold all replies and errors by name
   * @example
   * ```ts
   * const { name, visits } = await redis.batch({
   *   name: (c) => c.get("name"), // string | null
   *   visits: (c) => c.incr("visits"), // number
   * });
   * ```
   */
  batch<E extends BatchEntries<T, I>>(entries: E, options?: BatchOptions): Promise<BatchReplies<E>> {
    return runBatch(this.#executor, this.#view, entries, options);
  }

  /** {@link Redis.batch} that gives the outcome of each command: `{ ok, value }` or `{ ok, error }`. */
  batchSettled<E extends BatchEntries<T, I>>(entries: E, options?: BatchOptions): Promise<BatchOutcomes<E>> {
    return settleBatch(this.#executor, this.#view, entries, options);
  }

  /**
   * The commands that carry values, for values of your own.
   * @example
   * ```ts
   * const users = redis.values(json<User>());
   * await users.set("user:1", { name: "Ada" });
   * await users.get("user:1"); // User | null
   * ```
   * @throws OptionError for what is no codec
   */
  values<V>(codec: Codec<V>): Values<Promised<T, I>, V> {
    return new Values<Promised<T, I>, V>(codec, (write) => carryCall(write, this.#executor, this.#view));
  }

  /**
   * All keys, in no order. They come while you ask: by the page, so that the server is never held up for long.
   * @example
   * ```ts
   * for await (const key of redis.scanIterator({ match: "user:*", type: "hash" })) console.log(key);
   * for await (const keys of redis.scanIterator({ count: 1000 }).pages()) await redis.unlink(keys);
   * ```
   * @see https://redis.io/docs/latest/commands/scan/
   */
  scanIterator(options?: KeyScanOptions): Scan<T> {
    return scanKeys(this.#runner(), options);
  }

  /** The fields of a hash with their values, as `[field, value]`. @see https://redis.io/docs/latest/commands/hscan/ */
  hscanIterator(key: Key, options?: ScanOptions): Scan<[field: T, value: T]> {
    return scanFields(this.#runner(), key, options);
  }

  /** The members of a set. @see https://redis.io/docs/latest/commands/sscan/ */
  sscanIterator(key: Key, options?: ScanOptions): Scan<T> {
    return scanMembers(this.#runner(), key, options);
  }

  /** The members of a sorted set with their scores, in no order. @see https://redis.io/docs/latest/commands/zscan/ */
  zscanIterator(key: Key, options?: ScanOptions): Scan<Scored<T>> {
    return scanScored(this.#runner(), key, options);
  }

  /**
   * The entries of streams as they are added, from an id on; with a group, those that this consumer is given.
   * Lost connections are bridged: nothing is left out, and nothing comes twice.
   * @example
   * ```ts
   * for await (const { id, fields } of redis.streamReader("events", { from: "0" })) console.log(id, fields);
   * const jobs = redis.streamReader("jobs", { group: "workers", consumer: "me", create: true, claimAfter: 60_000 });
   * for await (const job of jobs) await work(job.fields); // acknowledged when the loop goes on
   * ```
   * @throws OptionError for an unknown or wrong option
   * @see https://redis.io/docs/latest/commands/xread/
   * @see https://redis.io/docs/latest/commands/xreadgroup/
   */
  streamReader(streams: ReaderStreams, options: GroupReaderOptions): StreamReader<T, ConsumedEntry<T>>;
  streamReader(streams: ReaderStreams, options?: StreamReaderOptions): StreamReader<T, ReadEntry<T>>;
  streamReader(streams: ReaderStreams, options?: StreamReaderOptions): StreamReader<T, ReadEntry<T>> {
    this.#checkOpen();
    const bytes = (signal: AbortSignal) => this.with({ signal, replies: "buffer" });
    const source = readerSource<T>(this, bytes, this.#view, this.#pool.settings);
    return new StreamReader(source, streams, options);
  }

  /**
   * Read, decide, write, as if nobody else were there: `keys` are watched on a connection of its own,
   * and when someone changes one of them before `tx.multi()...exec()`, `body` is run again. So it is when the
   * server refuses a command for a reason that passes (`LOADING`, `READONLY`), as long as nothing was written.
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
  transaction<V>(
    keys: Key | readonly Key[],
    body: (tx: Session<T, I>) => Promise<V> | V,
    options: TransactionOptions = {},
  ): Promise<V> {
    return this.#pool.attend(transact(this.#pool, this.#view, keys, body, options));
  }

  /**
   * Borrow a connection of one's own, for WATCH and for commands that change the connection. While the server
   * refuses commands for a reason that passes, such as LOADING, they wait; not after a WATCH, and not on a connection
   * that was changed: there the error comes, and so does READONLY, as another server must be asked.
   * @example
   * ```ts
   * await using session = await redis.dedicated();
   * await session.call("SELECT", 3);
   * ```
   * @throws TimeoutError `EPOOL` when none became free within `acquireTimeout`
   * @throws CircuitOpenError
   */
  async dedicated(): Promise<Session<T, I>> {
    this.#checkOpen();
    const connection = await this.#pool.borrow();
    connection.patient = true;
    const executor = new ConnectionExecutor(
      connection,
      this.#pool.settings.commandTimeout,
      this.#pool.caching,
    );
    return new Session(executor, this.#view, () => this.#pool.release(connection));
  }

  /**
   * A PubSub with a connection of its own, opened at the first subscription; or (`shared: true`) with one
   * that all shared PubSub objects of this pool use together.
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

  /**
   * What happens to keys, as the server reports it: iterate over it, or give a `handler`.
   * @throws RedisError `ENOTIFY` when the server's `notify-keyspace-events` is off for what is asked, and
   *   `configure` does not say to switch it on
   * @example
   * ```ts
   * const events = await redis.keyspaceEvents({ events: ["expired"], configure: true });
   * for await (const { db, key, event } of events) console.log(db, key, event);
   * ```
   * @see https://redis.io/docs/latest/develop/pubsub/keyspace-notifications/
   */
  keyspaceEvents(
    options: KeyspaceEventsOptions = {},
    handler?: KeyspaceHandler<T>,
  ): Promise<KeyspaceEvents<T>> {
    const pubsub = (rest: PubSubOptions) => this.pubsub(rest);
    const { db } = this.#pool.settings;
    return KeyspaceEvents.open(pubsub, this.with({ replies: "text" }), db, options, handler);
  }

  /**
   * Every command that the server carries out, as it does so. Costs the server much: for a look, not for ever.
   * @example
   * ```ts
   * for await (const { type, time, db, address, command } of redis.monitor()) console.log(address, command);
   * ```
   * @see https://redis.io/docs/latest/commands/monitor/
   */
  monitor(options: MonitorOptions = {}): Monitor<T> {
    this.#checkOpen();
    return new Monitor<T>(this.#pool, this.#view, options);
  }

  /**
   * A huge value as a web stream that is never held whole: one GET, read as fast as the stream is. Nothing
   * is sent before the first read. A cut in the middle, or a missing key (`code` `ENOKEY`), is an error of
   * the stream. The timeout of the client or view is the longest silence of the server.
   * @example
   * ```ts
   * const video = redis.getStream("video");
   * response.setHeader("content-length", String(await video.size));
   * await pipeline(video, response); // of "node:stream/promises"
   * ```
   * @see https://redis.io/docs/latest/commands/get/
   */
  getStream(key: Key, options: GetStreamOptions = {}): ValueStream {
    this.#checkOpen();
    return valueStream(this.#pool, keyIn(this.#view, key), this.#view, options);
  }

  /**
   * Set `key` to the bytes of a stream, an async or a plain iterable, which is never held whole. Readers see
   * the old value or the new one, never a part: with `length`, it is one SET; without, the value grows under a
   * key of its own (`<key>:upload:...`, in the same slot), and takes its place by RENAME in the end.
   * @throws ArgumentError when the source holds more or fewer bytes than `length`; nothing is set
   * @throws ConnectionError when the connection is cut; it is not sent again, for the source is used up
   * @example
   * ```ts
   * await redis.setStream("video", createReadStream("video.mp4"), { length: size, ex: 3600 });
   * ```
   * @see https://redis.io/docs/latest/commands/set/
   */
  async setStream<If extends boolean = false>(
    key: Key,
    source: ByteSource,
    options: SetStreamOptions<If> = {},
  ): Promise<SetReply<never, false, If>> {
    this.#checkOpen();
    const { caching } = this.#pool;
    const whole = keyIn(this.#view, key);
    const store = () => storeStream(this.#pool, whole, source, this.#view, options);
    return caching === undefined
      ? store()
      : caching.writing([{ known: knownCommand("SET"), args: [whole] }], store);
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

  #runner(): <V>(name: string, args: readonly Arg[], decode: Decode<V>) => Promise<V> {
    return (name, args, decode) => this.run(name, args, decode);
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
