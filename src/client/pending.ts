/** What waits in a connection for its replies: a single command, or a batch that settles as a whole. */
import type { Arg } from "../commands/base.js";
import type { Decode } from "../commands/replies.js";
import {
  ConnectionError,
  DecodeError,
  type RedisError,
  ReplyError,
  type Sent,
  TimeoutError,
} from "../errors.js";
import type { Encoder } from "../protocol/encoder.js";
import { type RawReply, RespMap, WANT_BYTES } from "../protocol/parser.js";
import { utf8 } from "../protocol/text.js";
import type { Command } from "./executor.js";
import { type KnownCommand, knownCommand } from "./known-command.js";

/** An entry of the queue of a connection. Its replies are the next ones that come. */
export interface Pending {
  /** How the next reply of this entry is to be read, as `WANT_*` bits. */
  wants(): number;
  /** Take the next reply, from `address`. @returns whether it was the last one of this entry */
  take(reply: RawReply, flaw: DecodeError | null, address: string): boolean;
  /** There will be no (further) reply. */
  fail(error: RedisError): void;
  /** May it be sent again although it may have run? */
  readonly repeatable: boolean;
  /** Tick by which it is due; 0: never. */
  deadline: number;
  /** Already answered to the caller (a deadline, an abort); late replies are taken and dropped. */
  settled: boolean;
  /** How often it has been sent, or waited for a connection in vain. */
  attempts: number;
  /** For messages: name of the command, or what else it is. */
  readonly label: string;
  /** Append the bytes to send to `out`. @throws ArgumentError when nothing can be sent; nothing is appended */
  write(out: Encoder): void;
}

/** Settles a promise: with a value, or with a promise that is rejected. */
export type Resolve<T> = (value: T | PromiseLike<T>) => void;

/** Bit besides the parser's `WANT_*`: the caller has said that a second run does no harm. */
export const IDEMPOTENT = 1 << 8;
const WANTS = IDEMPOTENT - 1;
const SETTLED = 1 << 9;
/** The bits from here on count the attempts. */
const ATTEMPT = 1 << 16;

/**
 * A single command. A hundred thousand of them may wait, so it is kept small: one argument without its
 * array, small numbers in one field, and no function to reject, because a promise that is resolved with
 * a rejected one is rejected as well.
 */
export class Request<T> implements Pending {
  deadline: number;
  readonly #command: KnownCommand;
  readonly #args: readonly Arg[] | Arg;
  readonly #decode: Decode<T>;
  readonly #resolve: Resolve<T>;
  #state: number;

  /** @param bits `WANT_*` and {@link IDEMPOTENT} */
  constructor(
    command: KnownCommand,
    args: readonly Arg[],
    decode: Decode<T>,
    bits: number,
    deadline: number,
    resolve: Resolve<T>,
  ) {
    this.deadline = deadline;
    this.#command = command;
    this.#args = args.length === 1 && !Array.isArray(args[0]) ? args[0] : args;
    this.#decode = decode;
    this.#resolve = resolve;
    this.#state = bits;
  }

  get label(): string {
    return this.#command.name;
  }

  get settled(): boolean {
    return (this.#state & SETTLED) !== 0;
  }

  get attempts(): number {
    return Math.floor(this.#state / ATTEMPT);
  }

  set attempts(count: number) {
    this.#state = (this.#state % ATTEMPT) + count * ATTEMPT;
  }

  get repeatable(): boolean {
    return (this.#state & IDEMPOTENT) !== 0 || this.#command.readOnly;
  }

  wants(): number {
    return this.#state & WANTS;
  }

  write(out: Encoder): void {
    const args = this.#args;
    out.add(this.#command, Array.isArray(args) ? args : [args]);
  }

  take(reply: RawReply, flaw: DecodeError | null, address: string): boolean {
    if ((this.#state & SETTLED) !== 0) return true;
    if (flaw !== null || (typeof reply === "object" && reply instanceof ReplyError)) {
      const error = flaw ?? (reply as ReplyError);
      error.address = address;
      this.fail(error);
      return true;
    }
    this.#state |= SETTLED;
    let value: T;
    try {
      value = this.#decode(reply);
    } catch (error) {
      this.#resolve(Promise.reject(unexpected(this.#command.name, error)));
      return true;
    }
    this.#resolve(value);
    return true;
  }

  fail(error: RedisError): void {
    if (this.settled) return;
    this.#state |= SETTLED;
    this.#resolve(Promise.reject(described(error, this.#command.name)));
  }
}

/** The commands of a pipeline: one entry, one promise, however many there are. */
export class Batch implements Pending {
  deadline: number;
  settled = false;
  attempts = 0;
  readonly #commands: readonly Command[];
  readonly #replies: unknown[];
  readonly #idempotent: boolean;
  readonly #resolve: (replies: unknown[]) => void;
  readonly #reject: (error: unknown) => void;
  #taken = 0;

  constructor(
    commands: readonly Command[],
    idempotent: boolean,
    deadline: number,
    resolve: (replies: unknown[]) => void,
    reject: (error: unknown) => void,
  ) {
    this.#commands = commands;
    this.#replies = new Array(commands.length);
    this.#idempotent = idempotent;
    this.deadline = deadline;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get label(): string {
    return `a pipeline of ${this.#commands.length}`;
  }

  get repeatable(): boolean {
    return this.#idempotent || this.#commands.every(({ known }) => known.readOnly);
  }

  wants(): number {
    return this.#commands[this.#taken].wants;
  }

  write(out: Encoder): void {
    this.#taken = 0;
    for (const { known, args } of this.#commands) out.add(known, args);
  }

  take(reply: RawReply, flaw: DecodeError | null, address: string): boolean {
    const index = this.#taken++;
    this.#replies[index] = decoded(this.#commands[index], reply, flaw, address);
    if (this.#taken < this.#commands.length) return false;
    if (!this.settled) {
      this.settled = true;
      this.#resolve(this.#replies);
    }
    return true;
  }

  /** Replies that have come are kept: the rest of the places get the error. */
  fail(error: RedisError): void {
    if (this.settled) return;
    this.settled = true;
    if (this.#taken === 0) return this.#reject(described(error, this.label));
    const replies = this.#replies.slice(0, this.#taken);
    for (const { known } of this.#commands.slice(this.#taken)) replies.push(about(error, known.name));
    this.#resolve(replies);
  }
}

const MULTI = knownCommand("MULTI");
const EXEC = knownCommand("EXEC");
const NOTHING: readonly Arg[] = [];

/** The commands of a transaction between MULTI and EXEC: their replies are the elements of EXEC's. */
export class AtomicBatch implements Pending {
  deadline: number;
  settled = false;
  attempts = 0;
  readonly #commands: readonly Command[];
  readonly #wants: number;
  readonly #idempotent: boolean;
  readonly #resolve: (replies: unknown[] | null) => void;
  readonly #reject: (error: unknown) => void;
  /** Why the server did not queue a command, in its place. */
  readonly #refusals: (ReplyError | undefined)[] = [];
  #taken = 0;

  constructor(
    commands: readonly Command[],
    idempotent: boolean,
    deadline: number,
    resolve: (replies: unknown[] | null) => void,
    reject: (error: unknown) => void,
  ) {
    this.#commands = commands;
    // All replies come in one, so they are read in one way, from which each command's own can be made.
    this.#wants = commands.reduce((bits, { wants }) => bits | wants, 0);
    this.#idempotent = idempotent;
    this.deadline = deadline;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get label(): string {
    return `a transaction of ${this.#commands.length}`;
  }

  get repeatable(): boolean {
    return this.#idempotent;
  }

  wants(): number {
    return this.#taken > this.#commands.length ? this.#wants : 0;
  }

  write(out: Encoder): void {
    this.#taken = 0;
    out.add(MULTI, NOTHING);
    for (const { known, args } of this.#commands) out.add(known, args);
    out.add(EXEC, NOTHING);
  }

  take(reply: RawReply, flaw: DecodeError | null, address: string): boolean {
    const place = this.#taken++;
    if (place <= this.#commands.length) {
      if (reply instanceof ReplyError && place > 0) {
        this.#refusals[place - 1] = described(reply, this.#commands[place - 1].known.name, address);
      }
      return false;
    }
    if (!this.settled) this.#finish(reply, flaw, address);
    return true;
  }

  #finish(reply: RawReply, flaw: DecodeError | null, address: string): void {
    this.settled = true;
    if (reply === null) return this.#resolve(null);
    if (Array.isArray(reply)) {
      const replies = this.#commands.map((command, index) => {
        const mixed = this.#wants & ~command.wants & WANT_BYTES;
        const own = mixed ? textual(reply[index]) : reply[index];
        return decoded(command, own, mixed || flaw !== null ? flawIn(own) : null, address);
      });
      return this.#resolve(replies);
    }
    if (!(reply instanceof ReplyError)) {
      return this.#reject(
        new ConnectionError("EPAIRING", "EXEC was answered by something else than replies", "maybe"),
      );
    }
    // EXECABORT: nothing ran. The places of the refused commands say why, the others that they did not run.
    const aborted = described(reply, "EXEC", address);
    this.#resolve(this.#commands.map((_, index) => this.#refusals[index] ?? aborted));
  }

  fail(error: RedisError): void {
    if (this.settled) return;
    this.settled = true;
    this.#reject(described(error, this.label));
  }
}

function decoded(command: Command, reply: RawReply, flaw: DecodeError | null, address: string): unknown {
  if (flaw !== null) return described(flaw, command.known.name, address);
  if (reply instanceof ReplyError) return described(reply, command.known.name, address);
  try {
    return command.decode(reply);
  } catch (error) {
    return unexpected(command.known.name, error);
  }
}

/** The first flaw within a reply. Loops, because spreading a long list into a call overflows the stack. */
function flawIn(reply: RawReply): DecodeError | null {
  const open: RawReply[] = [reply];
  while (open.length > 0) {
    const next = open.pop() as RawReply;
    if (next instanceof DecodeError) return next;
    const elements = Array.isArray(next) ? next : next instanceof RespMap ? next.flat : [];
    for (let i = elements.length - 1; i >= 0; i--) open.push(elements[i]);
  }
  return null;
}

/** A reply that was read as bytes, as it would have been read as text. */
function textual(reply: RawReply): RawReply {
  if (reply instanceof Uint8Array) return utf8(reply, 0, reply.length);
  if (Array.isArray(reply)) return reply.map(textual);
  return reply instanceof RespMap ? new RespMap(reply.flat.map(textual)) : reply;
}

/** The error of one caller: name the command and the server where nothing has been named yet. */
function described<E extends RedisError>(error: E, name: string, address?: string): E {
  error.command ??= name;
  error.address ??= address;
  return error;
}

/** The error of a whole batch, as that of one of its commands. */
function about(error: RedisError, name: string): RedisError {
  if (!(error instanceof ConnectionError)) return error;
  const context = { command: name, address: error.address, cause: error.cause };
  return new ConnectionError(error.code, `${name}, in ${error.message}`, error.sent, context);
}

function unexpected(name: string, error: unknown): unknown {
  if (error instanceof DecodeError) return described(error, name);
  return new DecodeError(
    `The reply to ${name} has another shape than Redis documents: ${String(error)}`,
    undefined,
    {
      command: name,
      cause: error,
    },
  );
}

/** The error of an entry whose connection is lost. */
export function lost(
  pending: Pending,
  sent: Sent,
  reason: string,
  address: string,
  cause?: unknown,
): ConnectionError {
  const advice =
    sent === "no"
      ? "It was not sent: sending it again is safe."
      : "It may have run: check before you send it again.";
  return new ConnectionError(
    "ECONNLOST",
    `${pending.label} got no reply from ${address}: ${reason}. ${advice}`,
    sent,
    {
      command: pending.label,
      address,
      cause,
    },
  );
}

/** The error of an entry whose deadline has passed. */
export function overdue(pending: Pending, sent: Sent, address: string): TimeoutError {
  const fate =
    sent === "no"
      ? "It was not sent."
      : "It was sent and may have run; its reply will be dropped when it comes.";
  return new TimeoutError(
    "ETIMEDOUT",
    `${pending.label} got no reply from ${address} in time. ${fate}`,
    sent,
    {
      command: pending.label,
      address,
    },
  );
}
