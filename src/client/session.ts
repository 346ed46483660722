/** A connection of one's own: what `redis.dedicated()` lends, and what a transaction's body runs on. */
import { type Arg, type Key, listOf, type Many, RUN_PROGRAM } from "../commands/base.js";
import { Commands } from "../commands/index.js";
import type { Promised } from "../commands/mode.js";
import type { Program, ProgramWords } from "../commands/program.js";
import { anything, type Decode, plain } from "../commands/replies.js";
import { WANT_BYTES } from "../protocol/parser.js";
import {
  type BatchEntries,
  type BatchOptions,
  type BatchOutcomes,
  type BatchReplies,
  runBatch,
  settleBatch,
} from "./batch.js";
import { checkCall, touchesConnection } from "./call.js";
import { carryCall } from "./calls.js";
import type { Codec } from "./codec.js";
import type { ConnectionExecutor } from "./connection-executor.js";
import type { Executor, View } from "./executor.js";
import { KeyPrefixExecutor } from "./key-prefix.js";
import { Pipeline } from "./pipeline.js";
import { runProgram } from "./scripts/program-call.js";
import { Values } from "./values.js";

/**
 * All commands on a connection of one's own, WATCH included. Give it back by `release()`, or let
 * `await using` do so; a connection whose state was changed (SELECT, ...) is not used again.
 */
export class Session<T = string, I = number> extends Commands<Promised<T, I>> {
  readonly #own: ConnectionExecutor;
  /** The same, with the prefix of the view before every key. */
  readonly #executor: Executor;
  readonly #view: View;
  readonly #release: () => void;

  /** @internal */
  constructor(executor: ConnectionExecutor, view: View, release: () => void) {
    super();
    const { keyPrefix } = view;
    this.#own = executor;
    this.#executor = keyPrefix === undefined ? executor : new KeyPrefixExecutor(executor, keyPrefix);
    this.#view = view;
    this.#release = release;
  }

  protected override run<V>(name: string, args: readonly Arg[], decode: Decode<V>): Promise<V> {
    return this.#executor.send(name, args, decode, this.#view);
  }

  protected override runBytes<V>(name: string, args: readonly Arg[], decode: Decode<V>): Promise<V> {
    return this.#executor.send(name, args, decode, { ...this.#view, wants: this.#view.wants | WANT_BYTES });
  }

  override [RUN_PROGRAM]<V>(program: Program, words: ProgramWords, decode: Decode<V>): Promise<V> {
    return runProgram(program, words, decode, this.#executor, this.#view);
  }

  /** Send a command that has no method; here those that change the connection's state are allowed too. */
  call<V = unknown>(name: string, ...args: readonly Arg[]): Promise<V> {
    const { command, rest } = checkCall(name, args, true);
    if (touchesConnection(command)) this.#own.connection.touched = true;
    return this.#executor.send(command, rest, anything as Decode<V>, this.#view);
  }

  /** Collect commands and send them in one write. */
  pipeline(): Pipeline<[], T, I> {
    return new Pipeline(this.#executor, this.#view, false);
  }

  /** Collect commands and run them as one transaction; it is not executed when a watched key has changed. */
  multi(): Pipeline<[], T, I> {
    return new Pipeline(this.#executor, this.#view, true);
  }

  /** Commands with names in one write, their replies by name: `Redis.batch`; `atomic` runs them as a transaction. */
  batch<E extends BatchEntries<T, I>>(entries: E, options?: BatchOptions): Promise<BatchReplies<E>> {
    return runBatch(this.#executor, this.#view, entries, options);
  }

  /** {@link Session.batch} that gives the outcome of each command. */
  batchSettled<E extends BatchEntries<T, I>>(entries: E, options?: BatchOptions): Promise<BatchOutcomes<E>> {
    return settleBatch(this.#executor, this.#view, entries, options);
  }

  /** The commands that carry values, for values of your own: see `Redis.values`. */
  values<V>(codec: Codec<V>): Values<Promised<T, I>, V> {
    return new Values<Promised<T, I>, V>(codec, (write) => carryCall(write, this.#executor, this.#view));
  }

  /**
   * Let the next transaction fail when one of `keys` is changed by someone else from now on.
   * @see https://redis.io/docs/latest/commands/watch/
   */
  async watch(...keys: Many<Key>): Promise<void> {
    this.#own.watching = true;
    // A transaction that is refused has forgotten what was watched.
    this.#own.connection.patient = false;
    await this.#executor.send("WATCH", listOf(keys), plain, this.#view);
  }

  /** Forget all watched keys. */
  async unwatch(): Promise<void> {
    await this.#executor.send("UNWATCH", [], plain, this.#view);
    this.#own.watching = false;
  }

  /** Give the connection back, once all commands that were called on it have their replies. */
  async release(): Promise<void> {
    const { pending, parked } = this.#own.connection;
    if (pending > 0 || parked) await this.#executor.send("PING", [], plain, this.#view).catch(() => {});
    if (this.#own.watching) await this.unwatch().catch(() => {});
    this.#own.end();
    this.#release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}
