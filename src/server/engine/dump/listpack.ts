/**
 * Listpacks, the compact form of lists, small hashes and small sorted sets: the size in bytes (32 bits), the
 * number of entries (16 bits), the entries, an end mark. Each entry is followed by its own length, for
 * walks from the end.
 */
import { parseInteger } from "../arguments.js";
import { backLengthSize } from "../types/listpack-size.js";
import { ByteReader, demand } from "./byte-reader.js";
import { ByteWriter } from "./byte-writer.js";

const HEADER_SIZE = 6;
const END = 0xff;
/** The number of entries when there are that many or more. */
const UNCOUNTED = 0xffff;
/** Longer texts are no integers. */
const LONGEST_INTEGER = 20;

const INT16 = 0xf1;
const INT24 = 0xf2;
const INT32 = 0xf3;
const INT64 = 0xf4;
const LONG_STRING = 0xf0;

/** Writes one listpack. */
export class ListpackWriter {
  readonly #out = new ByteWriter();
  #count = 0;

  constructor() {
    this.#out.integer(0, HEADER_SIZE);
  }

  /** Number of entries. */
  get count(): number {
    return this.#count;
  }

  /** Size of the whole in bytes, the end mark included. */
  get size(): number {
    return this.#out.length + 1;
  }

  /** Add a one-byte string; the text of an integer is stored as one. */
  text(text: string): void {
    const integer = text.length <= LONGEST_INTEGER ? parseInteger(text) : undefined;
    if (integer !== undefined) {
      this.integer(integer);
      return;
    }
    const out = this.#out;
    const start = out.length;
    if (text.length < 1 << 6) {
      out.byte(0x80 | text.length);
    } else if (text.length < 1 << 12) {
      out.byte(0xe0 | (text.length >> 8));
      out.byte(text.length);
    } else {
      out.byte(LONG_STRING);
      out.integer(text.length, 4);
    }
    out.text(text);
    this.#endEntry(start);
  }

  /** Add an integer of 64 bits. */
  integer(value: number | bigint): void {
    const start = this.#out.length;
    this.#writeInteger(value);
    this.#endEntry(start);
  }

  /** The whole; nothing can be added any more. */
  finish(): Uint8Array {
    const out = this.#out;
    out.byte(END);
    out.patch(0, out.length, 4);
    out.patch(4, Math.min(this.#count, UNCOUNTED), 2);
    return out.bytes;
  }

  #writeInteger(value: number | bigint): void {
    const out = this.#out;
    if (typeof value === "bigint" || value < -(2 ** 31) || value >= 2 ** 31) {
      out.byte(INT64);
      out.int64(value);
    } else if (value >= 0 && value < 1 << 7) {
      out.byte(value);
    } else if (value >= -(1 << 12) && value < 1 << 12) {
      out.byte(0xc0 | ((value >> 8) & 0x1f));
      out.byte(value);
    } else if (value >= -(1 << 15) && value < 1 << 15) {
      out.byte(INT16);
      out.integer(value, 2);
    } else if (value >= -(1 << 23) && value < 1 << 23) {
      out.byte(INT24);
      out.integer(value, 3);
    } else {
      out.byte(INT32);
      out.integer(value, 4);
    }
  }

  /** Seven bits a byte, the highest first; all bytes but the first have their eighth bit set. */
  #endEntry(start: number): void {
    const length = this.#out.length - start;
    for (let i = backLengthSize(length) - 1; i >= 0; i--) this.#out.byte(backLengthByte(length, i));
    this.#count++;
  }
}

/** Byte `i`, counted from the last one, of the length behind an entry. */
function backLengthByte(length: number, i: number): number {
  const bits = Math.floor(length / 128 ** i) & 0x7f;
  return i === backLengthSize(length) - 1 ? bits : bits | 0x80;
}

/**
 * The entries of a listpack as one-byte strings.
 * @throws Malformed
 */
export function readListpack(bytes: Uint8Array): string[] {
  const input = new ByteReader(bytes);
  demand(input.unsigned(4) === bytes.length);
  const count = input.unsigned(2);
  const entries: string[] = [];
  for (;;) {
    const start = input.position;
    const first = input.byte();
    if (first === END) break;
    entries.push(readEntry(input, first));
    const length = input.position - start;
    for (let i = backLengthSize(length) - 1; i >= 0; i--) {
      demand(input.byte() === backLengthByte(length, i));
    }
  }
  demand(input.atEnd && (count === UNCOUNTED || count === entries.length));
  return entries;
}

function readEntry(input: ByteReader, first: number): string {
  if (first < 0x80) return String(first);
  if (first < 0xc0) return input.text(first & 0x3f);
  if (first < 0xe0) {
    const value = ((first & 0x1f) << 8) | input.byte();
    return String(value < 1 << 12 ? value : value - (1 << 13));
  }
  if (first < 0xf0) return input.text(((first & 0xf) << 8) | input.byte());
  switch (first) {
    case LONG_STRING:
      return input.text(input.unsigned(4));
    case INT16:
      return String(input.signed(2));
    case INT24:
      return String(input.signed(3));
    case INT32:
      return String(input.signed(4));
  }
  demand(first === INT64);
  return String(input.signed(8));
}
