/** What waits for the replies of many commands, and settles as a whole: a pipeline, or a transaction. */
import type { Arg } from "../../commands/base.js";
import { ConnectionError, DecodeError, type RedisError, ReplyError, replyError } from "../../errors.js";
import type { Encoder } from "../../protocol/encoder.js";
import { type RawReply, RespMap, WANT_BYTES } from "../../protocol/parser.js";
import { utf8 } from "../../protocol/text.js";
import type { Command } from "../executor.js";
import { knownCommand } from "../known-command.js";
import { advised } from "./advice.js";
import { isPassing } from "./passing.js";
import {
  described,
  IDEMPOTENT,
  isShutdown,
  NO_RETRY,
  type Pending,
  type ReplySource,
  unexpected,
} from "./pending.js";
import { TouchedKeys } from "./touched-keys.js";

/** The commands of a pipeline: one entry, one promise, however many there are. */
export class Batch implements Pending {
  deadline: number;
  settled = false;
  attempts = 0;
  readonly #commands: readonly Command[];
  readonly #replies: unknown[];
  readonly #bits: number;
  readonly #resolve: (replies: unknown[]) => void;
  readonly #reject: (error: unknown) => void;
  #taken = 0;
  /** Places of commands that the server has refused to run for now. */
  #refused: number[] | null = null;
  /** Those of them that are to be sent again. */
  #rest: RestOfBatch | null = null;

  /** @param bits {@link IDEMPOTENT} and {@link NO_RETRY} */
  constructor(
    commands: readonly Command[],
    bits: number,
    deadline: number,
    resolve: (replies: unknown[]) => void,
    reject: (error: unknown) => void,
  ) {
    this.#commands = commands;
    this.#replies = new Array(commands.length);
    this.#bits = bits;
    this.deadline = deadline;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get commandCount(): number {
    return this.#commands.length;
  }

  get label(): string {
    return `a pipeline of ${this.#commands.length}`;
  }

  get repeatable(): boolean {
    return this.mayRepeat(this.#commands);
  }

  get blocking(): boolean {
    return this.#commands.some(({ known, args }) => known.blocks(args));
  }

  /** Only if SHUTDOWN is its last command, and the others have been answered. */
  get endsServer(): boolean {
    const { known, args } = this.#commands[this.#taken];
    return this.#taken === this.#commands.length - 1 && isShutdown(known, args);
  }

  /** May these of its commands be sent again although they may have run? @internal */
  mayRepeat(commands: readonly Command[]): boolean {
    if ((this.#bits & NO_RETRY) !== 0) return false;
    return (this.#bits & IDEMPOTENT) !== 0 || commands.every(({ known }) => known.readOnly);
  }

  touch(keys: TouchedKeys): void {
    for (const { known, args } of this.#commands) keys.add(known, args);
  }

  wants(): number {
    return this.#commands[this.#taken].wants;
  }

  write(out: Encoder): void {
    this.#taken = 0;
    for (const { known, args } of this.#commands) out.add(known, args);
  }

  take(reply: RawReply, flaw: DecodeError | null, from: ReplySource): boolean {
    const index = this.#taken++;
    this.#replies[index] = this.#outcome(index, reply, flaw, from.address);
    if (this.#taken < this.#commands.length) return false;
    this.finish(from);
    return true;
  }

  /** Put the reply of one command into its place. @internal */
  place(index: number, reply: RawReply, flaw: DecodeError | null, address: string): void {
    this.#replies[index] = this.#outcome(index, reply, flaw, address);
  }

  #outcome(index: number, reply: RawReply, flaw: DecodeError | null, address: string): unknown {
    const command = this.#commands[index];
    if (typeof reply === "object" && reply instanceof ReplyError && isPassing(reply, command.known)) {
      this.#refused ??= [];
      this.#refused.push(index);
    }
    return decoded(command, reply, flaw, address);
  }

  /** Every place has its reply: settle, unless what was refused can be sent again. @internal */
  finish(from: ReplySource): void {
    if (this.settled) {
      from.ledger.counters.lateReplies++;
      return;
    }
    const refused = this.#refused;
    this.#refused = null;
    if (refused !== null) {
      if (this.#maySendAgain(refused)) {
        const commands = refused.map((index) => this.#commands[index]);
        this.#rest = new RestOfBatch(this, refused, commands);
        if (from.postpone(this.#rest, this.#replies[refused[0]] as ReplyError)) return;
      }
      for (const index of refused) advised(this.#replies[index] as ReplyError);
    }
    this.settled = true;
    this.#resolve(this.#replies);
  }

  /** Not if it would change what others of this batch have seen or done, which came later and did run. */
  #maySendAgain(refused: readonly number[]): boolean {
    if ((this.#bits & NO_RETRY) !== 0) return false;
    if (refused.length === this.#commands.length) return true;
    const waiting = new TouchedKeys();
    let next = 0;
    return this.#commands.every(({ known, args }, index) => {
      if (index === refused[next]) {
        next++;
        waiting.add(known, args);
        return true;
      }
      if (next === 0) return true;
      const done = new TouchedKeys();
      done.add(known, args);
      return !done.conflictsWith(waiting);
    });
  }

  /** Replies that have come are kept: the rest of the places get the error. */
  fail(error: RedisError): void {
    if (this.#rest !== null) return this.#rest.fail(error);
    const left: number[] = [];
    for (let index = this.#taken; index < this.#commands.length; index++) left.push(index);
    this.failPlaces(left, error);
  }

  /** These places get `error`; the others have their replies. @internal */
  failPlaces(places: readonly number[], error: RedisError): void {
    if (this.settled) return;
    this.settled = true;
    if (places.length === this.#commands.length) return this.#reject(described(error, this.label));
    for (const index of places) this.#replies[index] = about(error, this.#commands[index].known.name);
    this.#resolve(this.#replies);
  }
}

/** Those commands of a pipeline that the server has refused to run, on their way to it once more. */
class RestOfBatch implements Pending {
  readonly #batch: Batch;
  readonly #places: readonly number[];
  readonly #commands: readonly Command[];
  #taken = 0;

  constructor(batch: Batch, places: readonly number[], commands: readonly Command[]) {
    this.#batch = batch;
    this.#places = places;
    this.#commands = commands;
  }

  get label(): string {
    return this.#batch.label;
  }

  get deadline(): number {
    return this.#batch.deadline;
  }

  set deadline(tick: number) {
    this.#batch.deadline = tick;
  }

  get settled(): boolean {
    return this.#batch.settled;
  }

  get attempts(): number {
    return this.#batch.attempts;
  }

  set attempts(count: number) {
    this.#batch.attempts = count;
  }

  get repeatable(): boolean {
    return this.#batch.mayRepeat(this.#commands);
  }

  touch(keys: TouchedKeys): void {
    for (const { known, args } of this.#commands) keys.add(known, args);
  }

  wants(): number {
    return this.#commands[this.#taken].wants;
  }

  write(out: Encoder): void {
    this.#taken = 0;
    for (const { known, args } of this.#commands) out.add(known, args);
  }

  take(reply: RawReply, flaw: DecodeError | null, from: ReplySource): boolean {
    this.#batch.place(this.#places[this.#taken++], reply, flaw, from.address);
    if (this.#taken < this.#places.length) return false;
    this.#batch.finish(from);
    return true;
  }

  fail(error: RedisError): void {
    this.#batch.failPlaces(this.#places.slice(this.#taken), error);
  }
}

const NOTHING: readonly Arg[] = [];

/** The commands of a transaction between MULTI and EXEC: their replies are the elements of EXEC's. */
export class AtomicBatch implements Pending {
  deadline: number;
  settled = false;
  attempts = 0;
  readonly #commands: readonly Command[];
  readonly #wants: number;
  readonly #bits: number;
  readonly #resolve: (replies: unknown[] | null) => void;
  readonly #reject: (error: unknown) => void;
  /** Why the server did not queue a command, in its place. */
  #refusals: (ReplyError | undefined)[] = [];
  #taken = 0;

  constructor(
    commands: readonly Command[],
    bits: number,
    deadline: number,
    resolve: (replies: unknown[] | null) => void,
    reject: (error: unknown) => void,
  ) {
    this.#commands = commands;
    // All replies come in one, so they are read in one way, from which each command's own can be made.
    this.#wants = commands.reduce((bits, { wants }) => bits | wants, 0);
    this.#bits = bits;
    this.deadline = deadline;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get commandCount(): number {
    return this.#commands.length;
  }

  get label(): string {
    return `a transaction of ${this.#commands.length}`;
  }

  get repeatable(): boolean {
    return (this.#bits & IDEMPOTENT) !== 0 && (this.#bits & NO_RETRY) === 0;
  }

  touch(keys: TouchedKeys): void {
    for (const { known, args } of this.#commands) keys.add(known, args);
  }

  wants(): number {
    return this.#taken > this.#commands.length ? this.#wants : 0;
  }

  write(out: Encoder): void {
    this.#taken = 0;
    this.#refusals = [];
    out.add(knownCommand("MULTI"), NOTHING);
    for (const { known, args } of this.#commands) out.add(known, args);
    out.add(knownCommand("EXEC"), NOTHING);
  }

  take(reply: RawReply, flaw: DecodeError | null, from: ReplySource): boolean {
    const place = this.#taken++;
    if (place <= this.#commands.length) {
      if (reply instanceof ReplyError && place > 0) {
        this.#refusals[place - 1] = described(reply, this.#commands[place - 1].known.name, from.address);
      }
      return false;
    }
    if (this.settled) from.ledger.counters.lateReplies++;
    else if (!this.#isPostponed(reply, from)) this.#finish(reply, flaw, from.address);
    return true;
  }

  /** Nothing has run when EXEC was refused: a reason that passes is waited for, and all is sent again. */
  #isPostponed(reply: RawReply, from: ReplySource): boolean {
    if (!(reply instanceof ReplyError) || (this.#bits & NO_RETRY) !== 0) return false;
    const first = this.#refusals.findIndex((refusal) => refusal !== undefined);
    const refusal = this.#refusals[first];
    if (refusal === undefined) {
      // It was all right when it was queued: EXEC itself names what is in the way.
      const why = replyError(reply.message.replace(/^EXECABORT Transaction discarded because of: /, ""));
      return isPassing(why, knownCommand("EXEC")) && from.postpone(this, why);
    }
    return isPassing(refusal, this.#commands[first].known) && from.postpone(this, refusal);
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
    for (const refusal of this.#refusals) if (refusal !== undefined) advised(refusal);
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

/** The error of a whole batch, as that of one of its commands. */
function about(error: RedisError, name: string): RedisError {
  if (!(error instanceof ConnectionError)) return error;
  const context = { command: name, address: error.address, cause: error.cause };
  return new ConnectionError(error.code, `${name}, in ${error.message}`, error.sent, context);
}
