/** What waits in a connection for its replies: a single command; those of many are in `pending-batch.ts`. */
import type { Arg } from "../../commands/base.js";
import type { Decode } from "../../commands/replies.js";
import {
  ConnectionError,
  DecodeError,
  type RedisError,
  ReplyError,
  type Sent,
  TimeoutError,
} from "../../errors.js";
import type { Encoder } from "../../protocol/encoder.js";
import type { RawReply } from "../../protocol/parser.js";
import { isOption } from "../../spec/words.js";
import type { KnownCommand, ReadCommand } from "../known-command.js";
import { advised } from "./advice.js";
import type { Ledger } from "./counters.js";
import { isPassing } from "./passing.js";
import type { TouchedKeys } from "./touched-keys.js";

/** What replies come from: a connection, as its entries see it. */
export interface ReplySource {
  readonly address: string;
  /** Where late replies are counted. */
  readonly ledger: Ledger;
  /**
   * The server has refused to run `pending`, for a reason that passes: keep it, to be sent again.
   * @returns false when it is not kept; the entry takes the error then
   */
  postpone(pending: Pending, error: ReplyError): boolean;
}

/** An entry of the queue of a connection. Its replies are the next ones that come. */
export interface Pending {
  /** How the next reply of this entry is to be read, as `WANT_*` bits. */
  wants(): number;
  /** Take the next reply. @returns whether it was the last one of this entry */
  take(reply: RawReply, flaw: DecodeError | null, from: ReplySource): boolean;
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
  /** How many commands it is; without it: one. */
  readonly commandCount?: number;
  /** Append the bytes to send to `out`. @throws ArgumentError when nothing can be sent; nothing is appended */
  write(out: Encoder): void;
  /** Does it hold its connection until something happens? Without it: no. */
  readonly blocking?: boolean;
  /** Does it end the server, so that the end of the connection is its reply? Without it: no. */
  readonly endsServer?: boolean;
  /** Add the keys that it reads and writes to `keys`. Without it, it counts as touching all. */
  touch?(keys: TouchedKeys): void;
}

/** Settles a promise: with a value, or with a promise that is rejected. */
export type Resolve<T> = (value: T | PromiseLike<T>) => void;

/** Bit besides the parser's `WANT_*`: the caller has said that a second run does no harm. */
export const IDEMPOTENT = 1 << 8;
/** Bit besides the parser's `WANT_*`: the caller has said that it must not be sent a second time, whatever happens. */
export const NO_RETRY = 1 << 9;
const WANTS = IDEMPOTENT - 1;
const SETTLED = 1 << 10;
/** The bits from here on count the attempts. */
const ATTEMPT = 1 << 16;

/**
 * A single command. A hundred thousand of them may wait, so it is kept small: one reference to what all calls of
 * its kind have in common, one argument without its array, small numbers in one field, and no function to
 * reject, because a promise that is resolved with a rejected one is rejected as well.
 */
export class Request<T> implements Pending {
  deadline: number;
  readonly #kind: ReadCommand;
  readonly #args: readonly Arg[] | Arg;
  readonly #resolve: Resolve<T>;
  #state: number;

  /** @param bits `WANT_*`, {@link IDEMPOTENT} and {@link NO_RETRY} */
  constructor(
    command: KnownCommand,
    args: readonly Arg[],
    decode: Decode<T>,
    bits: number,
    deadline: number,
    resolve: Resolve<T>,
  ) {
    this.deadline = deadline;
    this.#kind = command.readBy(decode);
    this.#args = args.length === 1 && !Array.isArray(args[0]) ? args[0] : args;
    this.#resolve = resolve;
    this.#state = bits;
  }

  get label(): string {
    return this.#kind.command.name;
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
    if ((this.#state & NO_RETRY) !== 0) return false;
    return (this.#state & IDEMPOTENT) !== 0 || this.#kind.command.readOnly;
  }

  get blocking(): boolean {
    return this.#kind.command.blocks(this.#words);
  }

  get endsServer(): boolean {
    return isShutdown(this.#kind.command, this.#words);
  }

  get #words(): readonly Arg[] {
    return Array.isArray(this.#args) ? this.#args : [this.#args as Arg];
  }

  touch(keys: TouchedKeys): void {
    keys.add(this.#kind.command, this.#words);
  }

  wants(): number {
    return this.#state & WANTS;
  }

  write(out: Encoder): void {
    const args = this.#args;
    if (Array.isArray(args)) out.add(this.#kind.command, args);
    else out.addOne(this.#kind.command, args as Arg);
  }

  take(reply: RawReply, flaw: DecodeError | null, from: ReplySource): boolean {
    if ((this.#state & SETTLED) !== 0) {
      from.ledger.counters.lateReplies++;
      return true;
    }
    if (flaw !== null || (typeof reply === "object" && reply instanceof ReplyError)) {
      this.#refused(flaw ?? (reply as ReplyError), from);
      return true;
    }
    this.#state |= SETTLED;
    let value: T;
    try {
      value = this.#kind.decode(reply) as T;
    } catch (error) {
      this.#resolve(Promise.reject(unexpected(this.#kind.command.name, error)));
      return true;
    }
    this.#resolve(value);
    return true;
  }

  #refused(error: ReplyError | DecodeError, from: ReplySource): void {
    error.address = from.address;
    const maySendAgain = (this.#state & NO_RETRY) === 0 && error instanceof ReplyError;
    if (maySendAgain && isPassing(error, this.#kind.command) && from.postpone(this, error)) return;
    this.fail(advised(error));
  }

  fail(error: RedisError): void {
    if (this.settled) return;
    this.#state |= SETTLED;
    this.#resolve(Promise.reject(described(error, this.#kind.command.name)));
  }
}

/** Is the call one that has no other answer than the end of the connection? */
export function isShutdown({ name }: KnownCommand, args: readonly Arg[]): boolean {
  return name === "SHUTDOWN" && !args.some((word) => isOption(word, "ABORT"));
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

/** The error of one caller: name the command and the server where nothing has been named yet. */
export function described<E extends RedisError>(error: E, name: string, address?: string): E {
  error.command ??= name;
  error.address ??= address;
  return error;
}

/** A reply that the decoder of `name` cannot read. */
export function unexpected(name: string, error: unknown): unknown {
  if (error instanceof DecodeError) return described(error, name);
  return new DecodeError(
    `The reply to ${name} has another shape than Redis documents: ${String(error)}`,
    undefined,
    { command: name, cause: error },
  );
}
