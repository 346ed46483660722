/** Carries commands over one borrowed connection. */
import type { Arg } from "../commands/base.js";
import type { Decode } from "../commands/replies.js";
import { ClosedError } from "../errors.js";
import type { CachingExecutor } from "./cache/caching-executor.js";
import type { Connection } from "./connection/connection.js";
import { Request } from "./connection/pending.js";
import { AtomicBatch, Batch } from "./connection/pending-batch.js";
import { type Making, submit } from "./connection/submit.js";
import { deadlineIn } from "./connection/ticker.js";
import {
  batchesTraced,
  commandsTraced,
  type ServerAttributes,
  traceBatch,
  traceCommand,
} from "./diagnostics.js";
import type { Command, Executor, View } from "./executor.js";
import { type KnownCommand, knownCommand } from "./known-command.js";

/** Does a second run of `command` do no harm? */
function isHarmless({ readOnly, name }: KnownCommand): boolean {
  return readOnly || name === "WATCH" || name === "UNWATCH";
}

/** An executor until the connection is given back. */
export class ConnectionExecutor implements Executor {
  readonly connection: Connection;
  readonly #commandTimeout: number;
  readonly #cache: CachingExecutor | undefined;
  /** Is there a WATCH that would leak to the next borrower? */
  watching = false;
  /** Given the reply to every command, or all of them that were sent together, that may write. */
  onWrite: ((reply: Promise<unknown>) => void) | null = null;
  #returned = false;

  /** @param cache told of what is written */
  constructor(connection: Connection, commandTimeout: number, cache: CachingExecutor | undefined) {
    this.connection = connection;
    this.#commandTimeout = commandTimeout;
    this.#cache = cache;
  }

  /** The connection has been given back: it is somebody else's now. */
  end(): void {
    this.#returned = true;
  }

  send<T>(name: string, args: readonly Arg[], decode: Decode<T>, view: View): Promise<T> {
    if (this.#cache === undefined) return this.#sendTraced(name, args, decode, view);
    const calls = [{ known: knownCommand(name), args }];
    return this.#cache.writing(calls, () => this.#sendTraced(name, args, decode, view));
  }

  #sendTraced<T>(name: string, args: readonly Arg[], decode: Decode<T>, view: View): Promise<T> {
    if (!commandsTraced) return this.#send(name, args, decode, view);
    return traceCommand(name, this.#server(), () => this.#send(name, args, decode, view));
  }

  #send<T>(name: string, args: readonly Arg[], decode: Decode<T>, view: View): Promise<T> {
    const command = knownCommand(name);
    const blocksFor = command.blocksFor(args);
    const timeout = view.timeout ?? this.#commandTimeout;
    const deadline = blocksFor === 0 ? 0 : deadlineIn(timeout === 0 ? 0 : timeout + (blocksFor ?? 0));
    const reply = this.#submit<T>(
      name,
      (resolve) => new Request(command, args, decode, view.wants, deadline, resolve),
      view,
      blocksFor !== undefined,
    );
    if (this.onWrite !== null && !isHarmless(command)) this.onWrite(reply);
    return reply;
  }

  sendAll(batch: readonly Command[], atomic: boolean, view: View): Promise<unknown[] | null> {
    if (batch.length === 0 && !atomic) return Promise.resolve([]);
    if (this.#cache === undefined) return this.#sendAllTraced(batch, atomic, view);
    return this.#cache.writing(batch, () => this.#sendAllTraced(batch, atomic, view));
  }

  #sendAllTraced(batch: readonly Command[], atomic: boolean, view: View): Promise<unknown[] | null> {
    if (!batchesTraced) return this.#sendAll(batch, atomic, view);
    return traceBatch(batch, atomic, this.#server(), () => this.#sendAll(batch, atomic, view));
  }

  /** After a SELECT, or what else has touched the connection, its database is not known for sure. */
  #server(): ServerAttributes {
    const { touched, ledger } = this.connection;
    if (!touched) return ledger.server;
    const { "db.namespace": _, ...server } = ledger.server;
    return server;
  }

  #sendAll(batch: readonly Command[], atomic: boolean, view: View): Promise<unknown[] | null> {
    // EXEC ends the watch, whatever comes of it.
    if (atomic) this.watching = false;
    const deadline = deadlineIn(view.timeout ?? this.#commandTimeout);
    const Kind = atomic ? AtomicBatch : Batch;
    const replies = this.#submit<unknown[] | null>(
      batch[0]?.known.name ?? "EXEC",
      (resolve, reject) => new Kind(batch, 0, deadline, resolve, reject),
      view,
      !atomic && batch.some(({ known, args }) => known.blocks(args)),
    );
    if (this.onWrite !== null && !batch.every(({ known }) => isHarmless(known))) this.onWrite(replies);
    return replies;
  }

  #submit<T>(name: string, make: Making<T>, { signal }: View, blocks: boolean): Promise<T> {
    const connection = this.connection;
    const { address } = connection;
    if (this.#returned) {
      const why = `${name} was not sent: the dedicated connection has been given back`;
      return Promise.reject(new ClosedError("ECLOSED", why, "no", { command: name, address }));
    }
    // What still blocks on the server after its caller has left would keep the connection for itself.
    const onAbort = blocks ? () => connection.destroy("its blocking command was aborted") : undefined;
    return submit(make, signal, connection, address, onAbort);
  }
}
