/** Strings that are changed in place, and the encodings that OBJECT ENCODING reports for strings. */
import { parseInteger } from "../arguments.js";

const EMPTY = new Uint8Array(0);

/**
 * Bytes that SETBIT, SETRANGE, APPEND and BITFIELD change in place. The room doubles as it grows, so that
 * a call costs what it touches and not the length of the whole string. What INCR counts is kept as a number
 * until somebody wants its digits.
 */
export class MutableString {
  readonly type = "string";
  #bytes: Uint8Array = EMPTY;
  #length = 0;
  #text: string | undefined = "";
  #encoding: "int" | "raw" | "embstr";
  /** The number of which the bytes are the digits; the bytes are written when they are needed. */
  #integer: number | undefined;

  /**
   * @param text one-byte string to start from
   * @param encoding what OBJECT ENCODING says of it; `raw` in any case once it has been written to
   */
  constructor(text: string, encoding: "int" | "raw" | "embstr" = "raw") {
    this.#encoding = encoding;
    this.#bytes = new Uint8Array(text.length);
    this.#length = text.length;
    writeText(this.#bytes, 0, text);
    this.#text = text;
  }

  /** A string that INCR and its kind count with. @param integer a safe one */
  static counting(integer: number): MutableString {
    const made = new MutableString("", "int");
    made.#integer = integer;
    return made;
  }

  /** The number, while it is one that is counted with. */
  get integer(): number | undefined {
    return this.#integer;
  }

  /** Count on; it must be a number that is counted with. */
  count(integer: number): void {
    this.#integer = integer;
  }

  /** Write the digits of the number that was counted. */
  #spell(): void {
    if (this.#integer === undefined) return;
    const digits = String(this.#integer);
    this.#integer = undefined;
    this.#bytes = new Uint8Array(digits.length);
    this.#length = digits.length;
    writeText(this.#bytes, 0, digits);
    this.#text = digits;
  }

  /** What OBJECT ENCODING reports. */
  encoding(): "int" | "raw" | "embstr" {
    return this.#encoding;
  }

  /** A command is about to change it, or would have if the bytes were not the same already. */
  toRaw(): void {
    this.#spell();
    this.#encoding = "raw";
  }

  /** Number of bytes. */
  get length(): number {
    this.#spell();
    return this.#length;
  }

  /** The bytes; valid until the next change. */
  get bytes(): Uint8Array {
    this.#spell();
    return this.#bytes.subarray(0, this.#length);
  }

  /** The whole as a one-byte string; made once after each change. */
  text(): string {
    if (this.#integer !== undefined) return String(this.#integer);
    this.#text ??= textOf(this.#bytes, 0, this.#length);
    return this.#text;
  }

  /** The bytes from `start` up to and without `end`. */
  slice(start: number, end: number): string {
    this.#spell();
    return this.#text === undefined ? textOf(this.#bytes, start, end) : this.#text.slice(start, end);
  }

  /** The byte at `index`; 0 behind the end. */
  at(index: number): number {
    this.#spell();
    return index < this.#length ? this.#bytes[index] : 0;
  }

  /** Change one byte; the string grows with zeros when it is shorter. */
  setByte(index: number, byte: number): void {
    this.grow(index + 1);
    this.#bytes[index] = byte;
    this.#text = undefined;
    this.#encoding = "raw";
  }

  /** Write `text` from `offset` on; the string grows with zeros when it is shorter. */
  write(offset: number, text: string): void {
    this.grow(offset + text.length);
    writeText(this.#bytes, offset, text);
    this.#text = undefined;
    this.#encoding = "raw";
  }

  append(text: string): void {
    this.write(this.length, text);
  }

  /** The bytes, for the caller to change in place now. */
  edit(): Uint8Array {
    this.#spell();
    this.#text = undefined;
    this.#encoding = "raw";
    return this.bytes;
  }

  /** Put other bytes in the place of the `removed` ones from `start` on; there may be fewer of these. */
  splice(start: number, removed: number, inserted: Uint8Array): void {
    this.#spell();
    const end = start + removed;
    const length = this.#length;
    const more = inserted.length - removed;
    if (more > 0) this.grow(length + more);
    this.#bytes.copyWithin(end + more, end, length);
    this.#bytes.set(inserted.subarray(0, length + more - start), start);
    this.#length = length + more;
    this.#text = undefined;
    this.#encoding = "raw";
  }

  /** Make it at least `length` bytes long. */
  grow(length: number): void {
    this.#spell();
    if (length <= this.#length) return;
    if (length > this.#bytes.length) {
      const roomier = new Uint8Array(length < 1 << 20 ? length * 2 : length + (1 << 20));
      roomier.set(this.bytes);
      this.#bytes = roomier;
    }
    this.#length = length;
    this.#text = undefined;
  }

  copy(): MutableString {
    return new MutableString(this.text(), this.#encoding);
  }
}

function writeText(bytes: Uint8Array, offset: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i);
}

/** A one-byte string of some bytes. `TextDecoder` has no such encoding (its latin1 is windows-1252). */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  const step = 8192;
  if (end - start <= step)
    return String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]);
  const parts: string[] = [];
  for (let i = start; i < end; i += step) {
    const part = bytes.subarray(i, Math.min(i + step, end));
    parts.push(String.fromCharCode.apply(null, part as unknown as number[]));
  }
  return parts.join("");
}

/** What OBJECT ENCODING says of a string: one that was changed in place is `raw`, as in redis-server. */
export function stringEncoding(value: string | MutableString): "int" | "embstr" | "raw" {
  if (typeof value !== "string") return value.encoding();
  if (value.length <= 20 && parseInteger(value) !== undefined) return "int";
  return value.length <= 44 ? "embstr" : "raw";
}
