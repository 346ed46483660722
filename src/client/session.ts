/** A connection of one's own: what `redis.dedicated()` lends, and what a transaction's body runs on. */
import { type Arg, type Key, listOf, type Many } from "../commands/base.js";
import { Commands } from "../commands/index.js";
import type { Promised } from "../commands/mode.js";
import { anything, type Decode, plain } from "../commands/replies.js";
import { ClosedError } from "../errors.js";
import { WANT_BYTES } from "../protocol/parser.js";
import { checkCall, touchesConnection } from "./call.js";
import type { Connection } from "./connection.js";
import type { Command, Executor, View } from "./executor.js";
import { knownCommand } from "./known-command.js";
import { AtomicBatch, Batch, Request } from "./pending.js";
import { Pipeline } from "./pipeline.js";
import { deadlineIn } from "./ticker.js";

/** Carries commands over one borrowed connection. */
class ConnectionExecutor implements Executor {
  readonly #connection: Connection;
  readonly #commandTimeout: number;
  /** Is there a WATCH that would leak to the next borrower? */
  watching = false;
  #returned = false;

  constructor(connection: Connection, commandTimeout: number) {
    this.#connection = connection;
    this.#commandTimeout = commandTimeout;
  }

  /** The connection has been given back: it is somebody else's now. */
  end(): void {
    this.#returned = true;
  }

  send<T>(name: string, args: readonly Arg[], decode: Decode<T>, view: View): Promise<T> {
    const command = knownCommand(name);
    const blocksFor = command.blocksFor(args);
    const timeout = view.timeout ?? this.#commandTimeout;
    const deadline = blocksFor === 0 ? 0 : deadlineIn(timeout === 0 ? 0 : timeout + (blocksFor ?? 0));
    return new Promise((resolve) => {
      this.#check(name);
      this.#connection.send(new Request(command, args, decode, view.wants, deadline, resolve));
    });
  }

  sendAll(batch: readonly Command[], atomic: boolean, view: View): Promise<unknown[] | null> {
    if (batch.length === 0 && !atomic) return Promise.resolve([]);
    // EXEC ends the watch, whatever comes of it.
    if (atomic) this.watching = false;
    const deadline = deadlineIn(view.timeout ?? this.#commandTimeout);
    const Kind = atomic ? AtomicBatch : Batch;
    return new Promise((resolve, reject) => {
      this.#check(batch[0]?.known.name ?? "EXEC");
      this.#connection.send(new Kind(batch, false, deadline, resolve, reject));
    });
  }

  #check(name: string): void {
    if (!this.#returned) return;
    throw new ClosedError(
      "ECLOSED",
      `${name} was not sent: the dedicated connection has been given back`,
      "no",
      {
        command: name,
        address: this.#connection.address,
      },
    );
  }
}

/**
 * All commands on a connection of one's own, WATCH included. Give it back by `release()`, or let
 * `await using` do so; a connection whose state was changed (SELECT, ...) is not used again.
 */
export class Session<T = string, I = number> extends Commands<Promised<T, I>> {
  readonly #executor: ConnectionExecutor;
  readonly #view: View;
  readonly #connection: Connection;
  readonly #release: (connection: Connection) => void;

  /** @internal */
  constructor(
    connection: Connection,
    view: View,
    commandTimeout: number,
    release: (connection: Connection) => void,
  ) {
    super();
    this.#executor = new ConnectionExecutor(connection, commandTimeout);
    this.#view = view;
    this.#connection = connection;
    this.#release = release;
  }

  protected override run<V>(name: string, args: readonly Arg[], decode: Decode<V>): Promise<V> {
    return this.#executor.send(name, args, decode, this.#view);
  }

  protected override runBytes<V>(name: string, args: readonly Arg[], decode: Decode<V>): Promise<V> {
    return this.#executor.send(name, args, decode, { ...this.#view, wants: this.#view.wants | WANT_BYTES });
  }

  /** Send a command that has no method; here those that change the connection's state are allowed too. */
  call<V = unknown>(name: string, ...args: readonly Arg[]): Promise<V> {
    const { command, rest } = checkCall(name, args, true);
    if (touchesConnection(command)) this.#connection.touched = true;
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

  /**
   * Let the next transaction fail when one of `keys` is changed by someone else from now on.
   * @see https://redis.io/docs/latest/commands/watch/
   */
  async watch(...keys: Many<Key>): Promise<void> {
    this.#executor.watching = true;
    await this.#executor.send("WATCH", listOf(keys), plain, this.#view);
  }

  /** Forget all watched keys. */
  async unwatch(): Promise<void> {
    await this.#executor.send("UNWATCH", [], plain, this.#view);
    this.#executor.watching = false;
  }

  /** Give the connection back, once all commands that were called on it have their replies. */
  async release(): Promise<void> {
    if (this.#connection.pending > 0)
      await this.#executor.send("PING", [], plain, this.#view).catch(() => {});
    if (this.#executor.watching) await this.unwatch().catch(() => {});
    this.#executor.end();
    this.#release(this.#connection);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}
