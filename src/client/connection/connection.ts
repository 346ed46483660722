/**
 * One connection, from open to closed; it never comes back to life (a new one is made instead).
 *
 * Commands of a tick leave in one write; replies are paired with the queue in order. Whatever could
 * shift that pairing closes the connection.
 */

import type { Arg } from "../../commands/base.js";
import {
  ClosedError,
  ConnectionError,
  type DecodeError,
  ProtocolError,
  type RedisError,
  type ReplyError,
  type Sent,
} from "../../errors.js";
import {
  type Parser,
  type ParserFactory,
  type ParserLimits,
  type RawReply,
  type ReplySink,
  WANT_REPEATS,
} from "../../protocol/parser.js";
import type { Connector, Transport, TransportHandler } from "../../transport/transport.js";
import { knownCommand } from "../known-command.js";
import type { Move } from "../maintenance/move.js";
import { Ring } from "../ring.js";
import { unreachable } from "./advice.js";
import type { Ledger } from "./counters.js";
import { type DeadlineOwner, Deadlines } from "./deadlines.js";
import { Outbox } from "./outbox.js";
import { lost, overdue, type Pending, type ReplySource } from "./pending.js";
import { TICK } from "./ticker.js";

/** Takes over everything that the server sends: what a PubSub's connection does. */
export interface Listener {
  /** `WANT_*` bits for what comes. */
  wants: number;
  /** A push, or under RESP2 any reply that answers no command. */
  heard(items: RawReply, flaw: DecodeError | null): void;
  /** The same again, but for its last element; only where `wants` has `WANT_REPEATS`. */
  repeated?(last: RawReply, flaw: DecodeError | null): void;
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
  /**
   * The server has refused to run `pending`, for a reason that passes. The owner may keep it, to send it again.
   * @returns false when it does not
   */
  postpone(connection: Connection, pending: Pending, error: ReplyError): boolean;
  /** The server has said that the endpoint of this connection goes away. */
  moving(connection: Connection, move: Move): void;
}

/** A connection to one server. */
export class Connection implements ReplySink, ReplySource, TransportHandler, DeadlineOwner {
  readonly connector: Connector;
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
  /** Set whenever something comes from the server; who wants to know whether something does clears it. */
  heard = true;
  /** Does its borrower leave it to the pool to wait while the server refuses commands for a reason that passes? */
  patient = false;
  /** Its endpoint goes away: it is not lent again. */
  retired = false;
  /** Told when it is retired, with the milliseconds that are left; belongs to whoever has borrowed it. */
  onRetire: ((left: number) => void) | null = null;
  /** Has the server been asked for notifications on it? */
  registered = false;
  /** Takes the pushes that no listener knows. */
  onPush: ((items: RawReply) => void) | null = null;
  /** What its pool notes. */
  readonly ledger: Ledger;
  /** Takes the bytes that come, in the parser's place: for values too large to be held, and for MONITOR. */
  tap: ((bytes: Uint8Array, length: number) => void) | null = null;
  /** Told that more can be written, after {@link write} had answered `false`. */
  onDrain: (() => void) | null = null;

  readonly #owner: ConnectionOwner;
  readonly #parser: Parser;
  readonly #queue = new Ring<Pending>();
  #transport: Transport | null = null;
  readonly #outbox: Outbox;
  #closed = false;
  /** Settles when the last entry has been answered and the transport is closed. */
  #draining: (() => void) | null = null;
  /** Told as soon as the last entry has been answered. */
  #answered: (() => void) | undefined;
  readonly #deadlines: Deadlines;

  private constructor(
    owner: ConnectionOwner,
    parser: ParserFactory,
    limits: ParserLimits,
    connector: Connector,
    patience: number,
    ledger: Ledger,
  ) {
    this.ledger = ledger;
    this.#outbox = new Outbox(this.#queue, ledger.counters);
    this.#deadlines = new Deadlines(this.#queue, this, patience);
    this.#owner = owner;
    this.#parser = parser.create(this, limits);
    this.connector = connector;
  }

  get address(): string {
    return this.connector.address;
  }

  /** The IP address of the server, where it has one. */
  get remoteAddress(): string | undefined {
    return this.#transport?.remoteAddress;
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
    ledger: Ledger,
  ): Promise<Connection> {
    const ticks = Math.ceil(patience / TICK);
    const connection = new Connection(owner, parser, limits, connector, ticks, ledger);
    try {
      connection.#transport = connection.#outbox.transport = await connector.open(connection, timeout);
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
    this.#outbox.add(pending);
    if (pending.deadline !== 0) this.#deadlines.watch(pending.deadline);
    this.#outbox.plan(pending.commandCount ?? 1);
  }

  /** Send a command to which no reply of its own will come (a PubSub's SUBSCRIBE). @throws ArgumentError */
  sendOnly(name: string, args: readonly Arg[]): void {
    this.#outbox.encoder.add(knownCommand(name), args);
    this.#outbox.plan(1);
  }

  /**
   * Write bytes as they are: a part of a command that is too large to be held. They must not change before
   * they are sent. @returns false when the caller should wait for {@link onDrain}
   */
  write(bytes: Uint8Array): boolean {
    return this.#outbox.write(bytes);
  }

  /** Has all that was written been sent, so that its memory may be used again? */
  get flushed(): boolean {
    return this.#transport?.idle ?? true;
  }

  /** Take nothing from the server until {@link resume}: it is told to wait by TCP itself. */
  pause(): void {
    this.#transport?.pause();
  }

  /** Go on after {@link pause}. */
  resume(): void {
    this.#transport?.resume();
  }

  // --- an older connection answers first

  /** Does it only gather what is sent? */
  get parked(): boolean {
    return this.#outbox.parked;
  }

  /** From now on gather what is sent, and send nothing of it. */
  park(): void {
    this.#outbox.flush();
    this.#outbox.parked = true;
  }

  /** Send again what is sent. */
  unpark(): void {
    this.#outbox.parked = false;
    this.#outbox.flush();
  }

  /** Take back what has been gathered since {@link park}, in order. */
  recall(): Pending[] {
    const recalled = this.#outbox.recall();
    this.#deadlines.cut(this.#queue.length);
    return recalled;
  }

  // --- the transport's side

  data(buffer: Uint8Array, length: number): void {
    if (this.#closed) return;
    this.#deadlines.heard();
    this.heard = true;
    this.ledger.counters.bytesIn += length;
    try {
      if (this.tap === null) this.#parser.feed(buffer, length);
      else this.tap(buffer, length);
    } catch (error) {
      this.fail(
        error instanceof ProtocolError
          ? error
          : new ProtocolError(`Reading from ${this.address} failed: ${String(error)}`, { cause: error }),
      );
    }
  }

  drained(): void {
    this.#outbox.drained();
    this.onDrain?.();
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
    const { listener } = this;
    if (listener === null) return push ? 0 : (this.#queue.peekFront()?.wants() ?? 0);
    // What answers a command of the queue must never pass for a repeated message.
    return push || this.#queue.length === 0 ? listener.wants : listener.wants & ~WANT_REPEATS;
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
    if (!front.take(value, flaw, this)) return;
    this.#queue.shift();
    this.#deadlines.passed();
    if (this.#draining !== null && this.#queue.length === 0) this.#endTransport();
  }

  /** What the server has refused for now goes to the owner, which may send it again. */
  postpone(pending: Pending, error: ReplyError): boolean {
    return this.#owner.postpone(this, pending, error);
  }

  /** Put another entry in the place of each that waits behind the one whose reply is being taken. */
  replaceFollowers(replacement: (pending: Pending) => Pending): void {
    for (let i = 0, count = this.#queue.length; i < count; i++) {
      const pending = this.#queue.shift() as Pending;
      this.#queue.push(i === 0 ? pending : replacement(pending));
    }
  }

  /** Does it wait for a blocking command? */
  get isBlocked(): boolean {
    for (let i = 0; i < this.#queue.length; i++) {
      const { blocking, settled } = this.#queue.peekAt(i) as Pending;
      if (blocking && !settled) return true;
    }
    return false;
  }

  push(items: RawReply[], flaw: DecodeError | null): void {
    if (this.listener === null) this.onPush?.(items);
    else this.listener.heard(items, flaw);
  }

  repeated(last: RawReply, flaw: DecodeError | null): void {
    this.listener?.repeated?.(last, flaw);
  }

  // --- deadlines

  /** Ticks that commands get on top of their deadlines for now. */
  get slack(): number {
    return this.#deadlines.slack;
  }

  /**
   * Give each command that there is, or that comes before the next call, so many ticks on top of its deadline;
   * with 0 those that come get no more.
   */
  relax(ticks: number): void {
    this.#deadlines.relax(ticks);
  }

  get firstUnsent(): number {
    // What has gathered beside the queue could not be told apart: then nothing is taken back.
    return this.listener === null ? this.#queue.length - this.#outbox.unsent : this.#queue.length;
  }

  expired(pending: Pending, unsent: boolean): void {
    this.ledger.counters.timeouts++;
    // If it was sent, its slot stays: the late reply must not go to the next in line.
    pending.fail(overdue(pending, unsent ? "no" : "maybe", this.address));
  }

  silent(): void {
    this.fail(
      new ConnectionError("ESILENT", `${this.address} has not answered for too long`, "maybe", {
        address: this.address,
      }),
    );
  }

  /** Those that were told not to have been sent must not leave after all, when the socket takes more. */
  withdraw(): void {
    for (const pending of this.recall()) if (!pending.settled) this.#outbox.add(pending);
  }

  // --- the end

  /** Close at once because of `error`; everything that waits is settled or handed back. */
  fail(error: RedisError): void {
    if (this.#closed) return;
    this.#end(error);
  }

  /**
   * Answer what is pending, then close. Resolves when that is done.
   * @param answered told when the last reply has come, unless the connection is lost before
   */
  close(answered?: () => void): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#draining = resolve;
      this.#answered = answered;
      this.#outbox.flush();
      if (this.#queue.length === 0) this.#endTransport();
    });
  }

  #endTransport(): void {
    this.#transport?.end();
    this.#answered?.();
    this.#answered = undefined;
  }

  /** Close at once; what waits fails with a {@link ClosedError}. */
  destroy(reason = "the client was closed"): void {
    this.fail(new ClosedError("ECLOSED", reason, "maybe", { address: this.address }));
  }

  #end(error: RedisError): void {
    this.#closed = true;
    this.#outbox.end();
    this.#transport?.destroy();
    const unsent: Pending[] = [];
    const unanswered: Pending[] = [];
    const firstUnsent = this.#queue.length - this.#outbox.unsent;
    const orderly = this.#draining !== null && this.#queue.length === 0;
    const givenUp = error instanceof ClosedError;
    let reason = error;
    for (let i = 0; this.#queue.length > 0; i++) {
      const pending = this.#queue.shift() as Pending;
      if (pending.settled) continue;
      const sent: Sent = i < firstUnsent ? "maybe" : "no";
      if (givenUp)
        pending.fail(new ClosedError(error.code, `${pending.label}: ${error.message}`, sent, error));
      else if (sent === "no") unsent.push(pending);
      else if (pending.endsServer) {
        // SHUTDOWN has no other answer than this.
        pending.take("OK", null, this);
        const why = `${this.address} was shut down`;
        reason = new ConnectionError("ESHUTDOWN", why, "maybe", { address: this.address, cause: error });
      } else if (pending.repeatable) unanswered.push(pending);
      else pending.fail(lost(pending, "maybe", error.message, this.address, error));
    }
    this.#owner.ended(this, orderly ? null : reason, unsent, unanswered);
    this.listener?.lost();
    this.#draining?.();
  }
}
