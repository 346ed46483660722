/**
 * Commands to bytes. A request is an array of bulk strings, in RESP2 and RESP3 alike
 * (https://redis.io/docs/latest/develop/reference/protocol-spec/#sending-commands-to-a-redis-server).
 *
 * Many commands are written one after the other into memory that is used again after each write to the
 * socket: no string is joined, and nothing is left for the garbage collector. Only what is long stays apart.
 */
import { ArgumentError } from "../errors.js";
import { allocate, latin1Write, utf8Bytes, utf8Length, utf8Write } from "./bytes.js";
import { LINE_END, SHORT, SHORT_ROOM, writeShort } from "./short-bulk.js";

/** One word of a command. */
export type Word = string | number | bigint | Uint8Array;

/** From this length on, bytes are sent from where they are instead of being copied. */
const BYTES_APART = 2048;
/** From this length on, text becomes bytes of its own instead of being written into the memory. */
const TEXT_APART = 16 * 1024;
/** The memory at first; it doubles as needed. */
const FIRST = 4096;
/** A longer section is closed at the next command, so that growing never copies much. */
const SECTION = 64 * 1024;
/** Memory that has grown beyond this is given back when it is empty. */
const KEPT = 256 * 1024;

const EMPTY = new Uint8Array(0);

/** The bytes of a request before its arguments, four in one number, because that many are written at once. */
class HeadBytes {
  readonly quads: Int32Array;
  readonly length: number;

  constructor(text: string) {
    const bytes = utf8Bytes(text);
    const view = new DataView(new ArrayBuffer((bytes.length + 3) & ~3));
    bytes.forEach((byte, at) => void view.setUint8(at, byte));
    this.quads = new Int32Array(view.byteLength / 4);
    for (let i = 0; i < this.quads.length; i++) this.quads[i] = view.getInt32(4 * i);
    this.length = bytes.length;
  }
}

/** The part of a request that depends on the command's name and the number of its arguments alone. */
export class RequestHead {
  /** The command's name, a container and its subcommand with a blank between them. */
  readonly name: string;
  readonly #known: (HeadBytes | undefined)[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** The bytes before `count` arguments. */
  bytes(count: number): HeadBytes {
    return (count < this.#known.length ? this.#known[count] : undefined) ?? this.#make(count);
  }

  #make(count: number): HeadBytes {
    const words = this.name.split(" ");
    let text = `*${words.length + count}\r\n`;
    for (const word of words) text += `$${utf8Length(word)}\r\n${word}\r\n`;
    const bytes = new HeadBytes(text);
    if (count < 64) {
      // Without holes, V8 reads the array faster.
      while (this.#known.length <= count) this.#known.push(undefined);
      this.#known[count] = bytes;
    }
    return bytes;
  }
}

/** Gathers commands until they are taken to be sent. */
export class Encoder {
  #memory: Uint8Array = EMPTY;
  #view: DataView = new DataView(EMPTY.buffer);
  /** Where in the memory the section begins that is being written, and where it ends. */
  #start = 0;
  #end = 0;
  /** Sections and long words that come before that section. */
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;

  /** How many bytes have been gathered. */
  get length(): number {
    return this.#pieceBytes + this.#end - this.#start;
  }

  /**
   * Append the command `head` with `args`.
   * @throws ArgumentError for an argument that is none, or that has no exact form on the wire; nothing is appended
   */
  add(head: RequestHead, args: readonly Word[]): void {
    const count = args.length;
    let at = this.#begin(head, count);
    let view = this.#view;
    for (let i = 0; i < count; i++) {
      if (at + SHORT_ROOM > this.#memory.length) {
        at = this.#grow(at, SHORT_ROOM);
        view = this.#view;
      }
      const arg = args[i];
      let next = 0;
      if (typeof arg === "string") {
        if (arg.length <= SHORT) next = writeShort(view, at, arg);
      } else if (typeof arg === "number") next = writeShort(view, at, decimal(arg, head.name, i));
      if (next <= 0) {
        next = this.#addLong(head.name, args, i, at);
        view = this.#view;
      }
      at = next;
    }
    this.#end = at;
  }

  /** {@link Encoder.add} for a command with one argument, which needs no list. */
  addOne(head: RequestHead, arg: Word): void {
    if (typeof arg === "string" && arg.length <= SHORT) {
      const at = this.#begin(head, 1);
      const end = writeShort(this.#view, at, arg);
      if (end > 0) {
        this.#end = end;
        return;
      }
    }
    this.add(head, [arg]);
  }

  /** Write `head`, for `count` arguments. @returns where the first of them goes: there is room for a short one */
  #begin(head: RequestHead, count: number): number {
    if (this.#end - this.#start >= SECTION) this.#close(this.#end);
    const { quads, length } = head.bytes(count);
    const room = length + SHORT_ROOM;
    const at = this.#end + room > this.#memory.length ? this.#grow(this.#end, room) : this.#end;
    const view = this.#view;
    for (let i = 0; i < quads.length; i++) view.setInt32(at + 4 * i, quads[i]);
    return at + length;
  }

  /** Append the word at `index`, which is no short ASCII text, at `at`. @returns where it ends */
  #addLong(name: string, args: readonly Word[], index: number, at: number): number {
    const arg = args[index];
    if (typeof arg === "string") {
      const length = utf8Length(arg);
      if (length !== arg.length && !arg.isWellFormed()) throw refused(name, index, LONE_SURROGATE);
      if (length >= TEXT_APART) return this.#addApart(name, args, index, at, utf8Bytes(arg));
      const start = this.#writeLength(at, length);
      if (length === arg.length) latin1Write(this.#memory, arg, start, length);
      else utf8Write(this.#memory, arg, start, length);
      return this.#writeLineEnd(start + length);
    }
    if (arg instanceof Uint8Array) {
      if (arg.length >= BYTES_APART) return this.#addApart(name, args, index, at, arg);
      const start = this.#writeLength(at, arg.length);
      this.#memory.set(arg, start);
      return this.#writeLineEnd(start + arg.length);
    }
    if (typeof arg !== "bigint") throw refused(name, index, whatIs(arg));
    const digits = arg.toString();
    const start = this.#writeLength(at, digits.length);
    latin1Write(this.#memory, digits, start, digits.length);
    return this.#writeLineEnd(start + digits.length);
  }

  /** Append a long word by reference. What follows it in the command must not fail any more. */
  #addApart(name: string, args: readonly Word[], index: number, at: number, bytes: Uint8Array): number {
    checkWords(name, args, index + 1);
    const end = latin1Write(this.#memory, `$${bytes.length}\r\n`, at, 20) + at;
    this.#close(end);
    this.#pieces.push(bytes);
    this.#pieceBytes += bytes.length;
    const next = end + SHORT_ROOM > this.#memory.length ? this.#grow(end, SHORT_ROOM) : end;
    return this.#writeLineEnd(next);
  }

  /** Make room for a word of `length` bytes and write its length. @returns where the word goes */
  #writeLength(at: number, length: number): number {
    const room = length + SHORT_ROOM;
    const from = at + room > this.#memory.length ? this.#grow(at, room) : at;
    return from + latin1Write(this.#memory, `$${length}\r\n`, from, 20);
  }

  #writeLineEnd(at: number): number {
    this.#view.setInt16(at, LINE_END);
    return at + 2;
  }

  /** Close the section at `at`: it becomes a piece, and the next begins behind it. */
  #close(at: number): void {
    this.#pieces.push(this.#memory.subarray(this.#start, at));
    this.#pieceBytes += at - this.#start;
    this.#start = this.#end = at;
  }

  /** Move the section, which has been written up to `at`, to memory with room for more. @returns the new `at` */
  #grow(at: number, room: number): number {
    const used = at - this.#start;
    let size = FIRST;
    while (size < used + room || size < 2 * used) size *= 2;
    const memory = allocate(size);
    if (used > 0) memory.set(this.#memory.subarray(this.#start, at));
    this.#end -= this.#start;
    this.#start = 0;
    this.#memory = memory;
    this.#view = new DataView(memory.buffer, memory.byteOffset, memory.length);
    return used;
  }

  /** Take what has been gathered, in order. It stays as it is until {@link reuse} is called. */
  take(): readonly Uint8Array[] {
    if (this.#end > this.#start) this.#close(this.#end);
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#pieceBytes = 0;
    return pieces;
  }

  /** All that was taken has been sent: its memory may be written again. */
  reuse(): void {
    if (this.length > 0) return;
    this.#start = this.#end = 0;
    if (this.#memory.length <= KEPT) return;
    this.#memory = EMPTY;
    this.#view = new DataView(EMPTY.buffer);
  }

  /** Forget what has been gathered. */
  clear(): void {
    this.take();
  }
}

/**
 * Check the words of a command from `from` on, for one that is not encoded at once.
 * @throws ArgumentError
 */
export function checkWords(name: string, args: readonly Word[], from = 0): void {
  for (let i = from; i < args.length; i++) {
    const arg: unknown = args[i];
    if (typeof arg === "string") {
      if (!arg.isWellFormed()) throw refused(name, i, LONE_SURROGATE);
    } else if (typeof arg === "number") {
      // biome-ignore lint/suspicious/noSelfCompare: the cheapest test for NaN on the hot path
      if (arg !== arg) throw refused(name, i, NOT_A_NUMBER);
    } else if (!(arg instanceof Uint8Array) && typeof arg !== "bigint") throw refused(name, i, whatIs(arg));
  }
}

function decimal(value: number, name: string, index: number): string {
  if (value === Number.POSITIVE_INFINITY) return "inf";
  if (value === Number.NEGATIVE_INFINITY) return "-inf";
  // biome-ignore lint/suspicious/noSelfCompare: the cheapest test for NaN on the hot path
  if (value !== value) throw refused(name, index, NOT_A_NUMBER);
  return `${value}`;
}

const NOT_A_NUMBER = "is NaN";
const LONE_SURROGATE = "holds a lone surrogate, which has no UTF-8 form; send bytes instead";

function whatIs(arg: unknown): string {
  const kind = arg === null ? "null" : Array.isArray(arg) ? "an array" : typeof arg;
  const article = kind === "object" ? "an object" : kind === "boolean" ? "a boolean" : kind;
  return `is ${article}; allowed are string, number, bigint, Buffer and Uint8Array`;
}

function refused(name: string, index: number, why: string): ArgumentError {
  return new ArgumentError(`Argument ${index + 1} of ${name} ${why}`, { command: name });
}
