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
import { Encoder } from "../../protocol/encoder.js";
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
import { lost, overdue, type Pending, type ReplySource } from "./pending.js";
import { join, TICK, type Ticking } from "./ticker.js";

/** This much is written at once, without waiting for the end of the tick. */
const FLUSH_AT = 64 * 1024;
/**
 * What one tick gathers leaves in parts of at least so many commands, and of this share of all that are on their way:
 * the server works on one part while the next is made, instead of each waiting for the other.
 */
const PART = 25;
const SHARE = 8;

/** Run `task` when the current callback is over, after the promise jobs that it caused. */
const atEndOfTick: (task: () => void) => void = globalThis.process?.nextTick ?? queueMicrotask;

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
export class Connection implements ReplySink, ReplySource, TransportHandler, Ticking {
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
  /** Its endpoint goes away: it is not lent again. */
  retired = false;
  /** Told when it is retired, with the milliseconds that are left; belongs to whoever has borrowed it. */
  onRetire: ((left: number) => void) | null = null;
  /** Has the server been asked for notifications on it? */
  registered = false;
  /** Does it only gather what is sent? See {@link park}. */
  parked = false;
  /** Takes the pushes that no listener knows. */
  onPush: ((items: RawReply) => void) | null = null;
  /** Ticks that commands get on top of their deadlines for now; see {@link relax}. */
  slack = 0;
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
  readonly #out = new Encoder();
  /** How many entries at the end of the queue have not left yet. */
  #unsent = 0;
  #flushing = false;
  #blocked = false;
  #closed = false;
  /** Settles when the last entry has been answered and the transport is closed. */
  #draining: (() => void) | null = null;
  /** Told as soon as the last entry has been answered. */
  #answered: (() => void) | undefined;
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
    connector: Connector,
    patience: number,
    ledger: Ledger,
  ) {
    this.ledger = ledger;
    this.#patience = patience;
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

  /**
   * Write bytes as they are: a part of a command that is too large to be held. They must not change before
   * they are sent. @returns false when the caller should wait for {@link onDrain}
   */
  write(bytes: Uint8Array): boolean {
    this.#flushNow();
    if (this.#closed || this.#transport === null) return true;
    this.ledger.counters.bytesOut += bytes.length;
    if (!this.#transport.write(bytes)) this.#blocked = true;
    return !this.#blocked;
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

  /** What has been gathered leaves at the end of this tick, or at once when it is much. */
  #plan(): void {
    const unsent = this.#unsent;
    if (!this.#flushing) {
      this.#flushing = true;
      atEndOfTick(this.#flush);
    } else if ((unsent >= PART && unsent * SHARE >= this.#queue.length) || this.#out.length > FLUSH_AT) {
      this.#flushNow();
    }
  }

  readonly #flush = (): void => {
    this.#flushing = false;
    this.#flushNow();
  };

  #flushNow(): void {
    const transport = this.#transport;
    // While the socket cannot take more, commands gather here and are known not to have been sent.
    if (this.#blocked || this.parked || this.#closed || transport === null) return;
    const pieces = this.#out.take();
    this.#unsent = 0;
    if (pieces.length === 0) return;
    if (pieces.length > 1) transport.cork();
    for (const piece of pieces) {
      this.ledger.counters.bytesOut += piece.length;
      if (!transport.write(piece)) this.#blocked = true;
    }
    if (pieces.length > 1) transport.uncork();
    if (transport.idle) this.#out.reuse();
  }

  // --- an older connection answers first

  /** From now on gather what is sent, and send nothing of it. */
  park(): void {
    this.#flushNow();
    this.parked = true;
  }

  /** Send again what is sent. */
  unpark(): void {
    this.parked = false;
    this.#flushNow();
  }

  /** Take back what has been gathered since {@link park}, in order. */
  recall(): Pending[] {
    const queue = this.#queue;
    const kept = queue.length - this.#unsent;
    const recalled: Pending[] = [];
    for (let i = 0, count = queue.length; i < count; i++) {
      const pending = queue.shift() as Pending;
      if (i < kept) queue.push(pending);
      else recalled.push(pending);
    }
    this.#out.clear();
    this.#unsent = 0;
    this.#overdue = Math.min(this.#overdue, kept);
    return recalled;
  }

  // --- the transport's side

  data(buffer: Uint8Array, length: number): void {
    if (this.#closed) return;
    this.#heardAt = 0;
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
    this.#blocked = false;
    this.#flushNow();
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
    if (this.#overdue > 0) this.#overdue--;
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

  #watch(deadline: number): void {
    if (deadline < this.#lastDeadline || this.#mixed) this.#mixed = true;
    this.#lastDeadline = deadline;
    if (this.#ticking) return;
    this.#ticking = true;
    join(this);
  }

  /**
   * Give each command that there is, or that comes before the next call, so many ticks on top of its deadline;
   * with 0 those that come get no more.
   */
  relax(ticks: number): void {
    if (this.slack > 0) {
      for (let i = 0; i < this.#queue.length; i++) {
        const pending = this.#queue.peekAt(i) as Pending;
        if (pending.deadline !== 0 && !pending.settled) pending.deadline += this.slack;
      }
      this.#mixed = true;
    }
    this.slack = ticks;
    this.#heardAt = 0;
  }

  tick(time: number): boolean {
    const now = time - this.slack;
    const queue = this.#queue;
    // What has gathered beside the queue could not be told apart: then nothing is taken back.
    const firstUnsent = this.listener === null ? queue.length - this.#unsent : queue.length;
    let takesBack = false;
    if (this.#mixed) {
      for (let i = 0; i < queue.length; i++) {
        if (this.#expire(queue.peekAt(i) as Pending, now, i >= firstUnsent)) takesBack = true;
      }
    } else {
      while (this.#overdue < queue.length) {
        const next = queue.peekAt(this.#overdue) as Pending;
        if (next.deadline !== 0 && next.deadline > now) break;
        if (this.#expire(next, now, this.#overdue >= firstUnsent)) takesBack = true;
        this.#overdue++;
      }
    }
    if (takesBack) this.#withdraw();
    if (this.#patience > 0 && !this.parked && this.#isSilent(now)) {
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

  /** @returns has its caller been told that it was not sent? */
  #expire(pending: Pending, now: number, unsent: boolean): boolean {
    if (pending.settled || pending.deadline === 0 || pending.deadline > now) return false;
    this.ledger.counters.timeouts++;
    // If it was sent, its slot stays: the late reply must not go to the next in line.
    pending.fail(overdue(pending, unsent ? "no" : "maybe", this.address));
    return unsent;
  }

  /** Those that were told not to have been sent must not leave after all, when the socket takes more. */
  #withdraw(): void {
    for (const pending of this.recall()) {
      if (pending.settled) continue;
      pending.write(this.#out);
      this.#queue.push(pending);
      this.#unsent++;
    }
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
      this.#flushNow();
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
    this.#transport?.destroy();
    const unsent: Pending[] = [];
    const unanswered: Pending[] = [];
    const firstUnsent = this.#queue.length - this.#unsent;
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
    this.#out.clear();
    this.#owner.ended(this, orderly ? null : reason, unsent, unanswered);
    this.listener?.lost();
    this.#draining?.();
  }
}
