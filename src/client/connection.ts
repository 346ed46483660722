/**
 * One connection, from open to closed; it never comes back to life (a new one is made instead).
 *
 * Commands of a tick leave in one write; replies are paired with the queue in order. Whatever could
 * shift that pairing closes the connection.
 */
import Denque from "denque";
import type { Arg } from "../commands/base.js";
import {
  ClosedError,
  ConnectionError,
  type DecodeError,
  ProtocolError,
  type RedisError,
  type Sent,
} from "../errors.js";
import { Encoder } from "../protocol/encoder.js";
import type { Parser, ParserFactory, ParserLimits, RawReply, ReplySink } from "../protocol/parser.js";
import type { Connector, Transport, TransportHandler } from "../transport/transport.js";
import { knownCommand } from "./known-command.js";
import { lost, overdue, type Pending } from "./pending.js";
import { join, TICK, type Ticking } from "./ticker.js";

/** This much is written at once, without waiting for the end of the tick. */
const FLUSH_AT = 64 * 1024;

/** Run `task` when the current callback is over, after the promise jobs that it caused. */
const atEndOfTick: (task: () => void) => void = globalThis.process?.nextTick ?? queueMicrotask;

/** Takes over everything that the server sends: what a PubSub's connection does. */
export interface Listener {
  /** `WANT_*` bits for what comes. */
  wants: number;
  /** A push, or under RESP2 any reply that answers no command. */
  heard(items: RawReply, flaw: DecodeError | null): void;
  /** The connection is over. */
  lost(): void;
}

/** What the owner of a connection is told. */
export interface ConnectionOwner {
  /**
   * The connection is over. Entries that may be sent again are handed back, in order.
   * @param error why; `null` after an orderly close
   * @param unsent entries of which no byte has left
   * @param unanswered repeatable entries that may have run
   */
  ended(connection: Connection, error: RedisError | null, unsent: Pending[], unanswered: Pending[]): void;
}

/** A connection to one server. */
export class Connection implements ReplySink, TransportHandler, Ticking {
  readonly address: string;
  /** When it was opened, in milliseconds of `performance.now()`. */
  readonly openedAt = performance.now();
  /** When it was last given back to a pool. */
  idleSince = performance.now();
  /** Has a command changed its state (SELECT, WATCH, ...), so that it must not be lent again as it is? */
  touched = false;
  /** Protocol version that was agreed on. */
  protocol: 2 | 3 = 2;
  /** The server's version, such as `7.0.15`; empty where it was not told. */
  serverVersion = "";
  /** The id that CLIENT KILL and CLIENT UNBLOCK take; 0 where it was not told. */
  clientId = 0;
  listener: Listener | null = null;

  readonly #owner: ConnectionOwner;
  readonly #parser: Parser;
  readonly #queue = new Denque<Pending>();
  #transport: Transport | null = null;
  readonly #out = new Encoder();
  /** How many entries at the end of the queue have not left yet. */
  #unsent = 0;
  #flushing = false;
  #blocked = false;
  #closed = false;
  /** Settles when the last entry has been answered and the transport is closed. */
  #draining: (() => void) | null = null;
  #ticking = false;
  /** Entries at the head of the queue that are known to be overdue. */
  #overdue = 0;
  /** Do deadlines differ from entry to entry? Then each tick looks at all of them. */
  #mixed = false;
  #lastDeadline = 0;
  /** Ticks of silence, with an overdue command at the head, after which the server counts as gone; 0: never. */
  readonly #patience: number;
  /** The tick at which something was heard last, or the head became overdue. */
  #heardAt = 0;

  private constructor(
    owner: ConnectionOwner,
    parser: ParserFactory,
    limits: ParserLimits,
    address: string,
    patience: number,
  ) {
    this.#patience = patience;
    this.#owner = owner;
    this.#parser = parser.create(this, limits);
    this.address = address;
  }

  /**
   * Open a connection; the handshake is the caller's.
   * @param timeout for opening it, in milliseconds; 0: none
   * @param patience close it when commands are overdue and the server says nothing for this many milliseconds; 0: never
   * @throws ConnectionError `ECONNREFUSED`, `ETIMEDOUT`, ...: nothing was sent
   */
  static async open(
    connector: Connector,
    owner: ConnectionOwner,
    parser: ParserFactory,
    limits: ParserLimits,
    timeout: number,
    patience: number,
  ): Promise<Connection> {
    const ticks = Math.ceil(patience / TICK);
    const connection = new Connection(owner, parser, limits, connector.address, ticks);
    try {
      connection.#transport = await connector.open(connection, timeout);
    } catch (error) {
      throw unreachable(error, connector.address);
    }
    return connection;
  }

  /** Is it open? */
  get open(): boolean {
    return !this.#closed && this.#draining === null;
  }

  /** How many entries wait for replies. */
  get pending(): number {
    return this.#queue.length;
  }

  /** Send `pending`, which will get the replies. @throws ArgumentError when it cannot be sent */
  send(pending: Pending): void {
    if (this.#closed) return pending.fail(lost(pending, "no", "the connection is closed", this.address));
    pending.write(this.#out);
    this.#queue.push(pending);
    this.#unsent++;
    if (pending.deadline !== 0) this.#watch(pending.deadline);
    this.#plan();
  }

  /** Send a command to which no reply of its own will come (a PubSub's SUBSCRIBE). @throws ArgumentError */
  sendOnly(name: string, args: readonly Arg[]): void {
    this.#out.add(knownCommand(name), args);
    this.#plan();
  }

  /** What has been gathered leaves at the end of this tick, or at once when it is much. */
  #plan(): void {
    if (!this.#flushing) {
      this.#flushing = true;
      atEndOfTick(this.#flush);
    } else if (this.#out.length > FLUSH_AT) this.#flushNow();
  }

  readonly #flush = (): void => {
    this.#flushing = false;
    this.#flushNow();
  };

  #flushNow(): void {
    const transport = this.#transport;
    // While the socket cannot take more, commands gather here and are known not to have been sent.
    if (this.#blocked || this.#closed || transport === null) return;
    const pieces = this.#out.take();
    this.#unsent = 0;
    if (pieces.length === 0) return;
    if (pieces.length > 1) transport.cork();
    for (const piece of pieces) if (!transport.write(piece)) this.#blocked = true;
    if (pieces.length > 1) transport.uncork();
    if (transport.idle) this.#out.reuse();
  }

  // --- the transport's side

  data(buffer: Uint8Array, length: number): void {
    if (this.#closed) return;
    this.#heardAt = 0;
    try {
      this.#parser.feed(buffer, length);
    } catch (error) {
      this.fail(
        error instanceof ProtocolError
          ? error
          : new ProtocolError(`Reading from ${this.address} failed: ${String(error)}`, { cause: error }),
      );
    }
  }

  drained(): void {
    this.#blocked = false;
    this.#flushNow();
  }

  closed(error: Error | null): void {
    if (this.#closed) return;
    const reason = error === null ? "the server closed the connection" : error.message;
    this.#end(
      new ConnectionError(
        (error as { code?: string } | null)?.code ?? "ECONNCLOSED",
        `${this.address}: ${reason}`,
        "maybe",
        {
          address: this.address,
          cause: error ?? undefined,
        },
      ),
    );
  }

  // --- the parser's side

  wants(push: boolean): number {
    if (push || this.listener !== null) return this.listener?.wants ?? 0;
    return this.#queue.peekFront()?.wants() ?? 0;
  }

  reply(value: RawReply, flaw: DecodeError | null): void {
    const front = this.#queue.peekFront();
    if (front === undefined) {
      if (this.listener !== null) this.listener.heard(value, flaw);
      else
        throw new ProtocolError(
          `${this.address} sent a reply that nobody asked for; the connection was closed`,
        );
      return;
    }
    if (!front.take(value, flaw, this.address)) return;
    this.#queue.shift();
    if (this.#overdue > 0) this.#overdue--;
    if (this.#draining !== null && this.#queue.length === 0) this.#transport?.end();
  }

  push(items: RawReply[], flaw: DecodeError | null): void {
    this.listener?.heard(items, flaw);
  }

  // --- deadlines

  #watch(deadline: number): void {
    if (deadline < this.#lastDeadline || this.#mixed) this.#mixed = true;
    this.#lastDeadline = deadline;
    if (this.#ticking) return;
    this.#ticking = true;
    join(this);
  }

  tick(now: number): boolean {
    const queue = this.#queue;
    const firstUnsent = queue.length - this.#unsent;
    if (this.#mixed) {
      for (let i = 0; i < queue.length; i++) this.#expire(queue.peekAt(i) as Pending, now, i >= firstUnsent);
    } else {
      while (this.#overdue < queue.length) {
        const next = queue.peekAt(this.#overdue) as Pending;
        if (next.deadline !== 0 && next.deadline > now) break;
        this.#expire(next, now, this.#overdue >= firstUnsent);
        this.#overdue++;
      }
    }
    if (this.#patience > 0 && this.#isSilent(now)) {
      this.fail(
        new ConnectionError("ESILENT", `${this.address} has not answered for too long`, "maybe", {
          address: this.address,
        }),
      );
    }
    if (queue.length > 0) return true;
    this.#ticking = this.#mixed = false;
    this.#lastDeadline = 0;
    return false;
  }

  /** Is the oldest command overdue, and nothing has come since? A server that is only slow still says something. */
  #isSilent(now: number): boolean {
    const head = this.#queue.peekFront();
    if (head === undefined || head.deadline === 0 || head.deadline > now) return false;
    if (this.#heardAt === 0) this.#heardAt = now;
    return now - this.#heardAt > this.#patience;
  }

  #expire(pending: Pending, now: number, unsent: boolean): void {
    if (pending.settled || pending.deadline === 0 || pending.deadline > now) return;
    // Its slot stays: the late reply must not go to the next in line.
    pending.fail(overdue(pending, unsent ? "no" : "maybe", this.address));
  }

  // --- the end

  /** Close at once because of `error`; everything that waits is settled or handed back. */
  fail(error: RedisError): void {
    if (this.#closed) return;
    this.#end(error);
  }

  /** Answer what is pending, then close. Resolves when that is done. */
  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#draining = resolve;
      this.#flushNow();
      if (this.#queue.length === 0) this.#transport?.end();
    });
  }

  /** Close at once; what waits fails with a {@link ClosedError}. */
  destroy(reason = "the client was closed"): void {
    this.fail(new ClosedError("ECLOSED", reason, "maybe", { address: this.address }));
  }

  #end(error: RedisError): void {
    this.#closed = true;
    this.#transport?.destroy();
    const unsent: Pending[] = [];
    const unanswered: Pending[] = [];
    const firstUnsent = this.#queue.length - this.#unsent;
    const orderly = this.#draining !== null && this.#queue.length === 0;
    const givenUp = error instanceof ClosedError;
    for (let i = 0; this.#queue.length > 0; i++) {
      const pending = this.#queue.shift() as Pending;
      if (pending.settled) continue;
      const sent: Sent = i < firstUnsent ? "maybe" : "no";
      if (givenUp)
        pending.fail(new ClosedError(error.code, `${pending.label}: ${error.message}`, sent, error));
      else if (sent === "no") unsent.push(pending);
      else if (pending.repeatable) unanswered.push(pending);
      else pending.fail(lost(pending, "maybe", error.message, this.address, error));
    }
    this.#out.clear();
    this.#owner.ended(this, orderly ? null : error, unsent, unanswered);
    this.listener?.lost();
    this.#draining?.();
  }
}

function unreachable(cause: unknown, address: string): ConnectionError {
  const { code = "ECONNECT", message } = cause as { code?: string; message?: string };
  return new ConnectionError(
    code,
    `No connection to ${address}: ${message ?? String(cause)}. ${advice(code)}`,
    "no",
    {
      address,
      cause,
    },
  );
}

function advice(code: string): string {
  switch (code) {
    case "ECONNREFUSED":
      return "Is the server running, and is the port right?";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "Is the host name right?";
    case "ENOENT":
      return "Is unixSocketPath right, and is the server running?";
    case "ETIMEDOUT":
      return "Is the address reachable from here? The option connectTimeout says how long to try.";
    case "EACCES":
      return "May this user open the socket?";
    default:
      return "Is it a Redis server, and does it expect TLS?";
  }
}
