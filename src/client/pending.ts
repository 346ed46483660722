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
import { encode, joinPieces, type Wire } from "../protocol/encoder.js";
import { type RawReply, RespMap, WANT_BYTES } from "../protocol/parser.js";
import { utf8 } from "../protocol/text.js";
import { Flag } from "../spec/command-spec.js";
import { commandOf } from "../spec/lookup.js";
import type { Command } from "./executor.js";

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
  /** The bytes to send. @throws ArgumentError */
  wire(): Wire;
}

/** A single command. */
export class Request<T> implements Pending {
  readonly label: string;
  deadline: number;
  settled = false;
  attempts = 0;
  readonly #bits: number;
  readonly #args: readonly Arg[];
  readonly #decode: Decode<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    name: string,
    args: readonly Arg[],
    decode: Decode<T>,
    bits: number,
    deadline: number,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.label = name;
    this.#args = args;
    this.#decode = decode;
    this.#bits = bits;
    this.deadline = deadline;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get repeatable(): boolean {
    return (this.#bits & IDEMPOTENT) !== 0 || isReadOnly(this.label);
  }

  wants(): number {
    return this.#bits;
  }

  wire(): Wire {
    return encode(this.label, this.#args);
  }

  take(reply: RawReply, flaw: DecodeError | null, address: string): boolean {
    if (this.settled) return true;
    if (flaw !== null || (typeof reply === "object" && reply instanceof ReplyError)) {
      const error = flaw ?? (reply as ReplyError);
      error.address = address;
      this.fail(error);
      return true;
    }
    this.settled = true;
    let value: T;
    try {
      value = this.#decode(reply);
    } catch (error) {
      this.#reject(unexpected(this.label, error));
      return true;
    }
    this.#resolve(value);
    return true;
  }

  fail(error: RedisError): void {
    if (this.settled) return;
    this.settled = true;
    this.#reject(described(error, this.label));
  }
}

/** Bit besides the parser's `WANT_*`: the caller has said that a second run does no harm. */
export const IDEMPOTENT = 1 << 8;

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
    return this.#idempotent || this.#commands.every(({ name }) => isReadOnly(name));
  }

  wants(): number {
    return this.#commands[this.#taken].wants;
  }

  wire(): Wire {
    this.#taken = 0;
    return joinedWire(this.#commands);
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
    for (const { name } of this.#commands.slice(this.#taken)) replies.push(about(error, name));
    this.#resolve(replies);
  }
}

const MULTI = { wire: encode("MULTI", []) };
const EXEC = { wire: encode("EXEC", []) };

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

  wire(): Wire {
    this.#taken = 0;
    return joinedWire([MULTI, ...this.#commands, EXEC]);
  }

  take(reply: RawReply, flaw: DecodeError | null, address: string): boolean {
    const place = this.#taken++;
    if (place <= this.#commands.length) {
      if (reply instanceof ReplyError && place > 0) {
        this.#refusals[place - 1] = described(reply, this.#commands[place - 1].name, address);
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
  if (flaw !== null) return described(flaw, command.name, address);
  if (reply instanceof ReplyError) return described(reply, command.name, address);
  try {
    return command.decode(reply);
  } catch (error) {
    return unexpected(command.name, error);
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

function joinedWire(commands: readonly { readonly wire: Wire }[]): Wire {
  let text = "";
  let pieces: (string | Uint8Array)[] | undefined;
  for (const { wire } of commands) {
    if (typeof wire === "string") text += wire;
    else {
      pieces ??= [];
      text = joinPieces(pieces, text, wire);
    }
  }
  if (pieces === undefined) return text;
  pieces.push(text);
  return pieces;
}

function isReadOnly(name: string): boolean {
  const command = commandOf(name);
  return command !== undefined && (command.flags & Flag.READONLY) !== 0;
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
