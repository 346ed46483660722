/** Strings that are changed in place, and the encodings that OBJECT ENCODING reports for strings. */
import { parseInteger } from "../arguments.js";

const EMPTY = new Uint8Array(0);

/**
 * Bytes that SETBIT, SETRANGE, APPEND and BITFIELD change in place. The room doubles as it grows, so that
 * a call costs what it touches and not the length of the whole string.
 */
export class MutableString {
  readonly type = "string";
  #bytes: Uint8Array = EMPTY;
  #length = 0;
  #text: string | undefined = "";
  #encoding: "raw" | "embstr";

  /**
   * @param text one-byte string to start from
   * @param encoding what OBJECT ENCODING says of it; `raw` in any case once it has been written to
   */
  constructor(text: string, encoding: "raw" | "embstr" = "raw") {
    this.#encoding = encoding;
    this.#bytes = new Uint8Array(text.length);
    this.#length = text.length;
    writeText(this.#bytes, 0, text);
    this.#text = text;
  }

  /** What OBJECT ENCODING reports. */
  encoding(): "raw" | "embstr" {
    return this.#encoding;
  }

  /** A command is about to change it, or would have if the bytes were not the same already. */
  toRaw(): void {
    this.#encoding = "raw";
  }

  /** Number of bytes. */
  get length(): number {
    return this.#length;
  }

  /** The bytes; valid until the next change. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** The whole as a one-byte string; made once after each change. */
  text(): string {
    this.#text ??= textOf(this.#bytes, 0, this.#length);
    return this.#text;
  }

  /** The bytes from `start` up to and without `end`. */
  slice(start: number, end: number): string {
    return this.#text === undefined ? textOf(this.#bytes, start, end) : this.#text.slice(start, end);
  }

  /** The byte at `index`; 0 behind the end. */
  at(index: number): number {
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
    this.write(this.#length, text);
  }

  /** Make it at least `length` bytes long. */
  grow(length: number): void {
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
