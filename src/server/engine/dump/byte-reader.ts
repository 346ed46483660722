/** Reading binary data that may be broken. */
import { narrow } from "../arguments.js";
import { textOf } from "../types/string.js";

/** Thrown when data is not what its format demands. It is no `Error`, so that no stack is made. */
export class Malformed {
  /** What is wrong, as part of a sentence. */
  readonly reason: string;

  constructor(reason = "it is not what its format demands") {
    this.reason = reason;
  }
}

/** A collection without elements, which no key can hold; all of it has been read. */
export class EmptyValue extends Malformed {
  constructor() {
    super("it has no elements");
  }
}

/** Throws {@link Malformed} unless `condition` holds. */
export function demand(condition: boolean): asserts condition {
  if (!condition) throw new Malformed();
}

/** Do something; if what it finds is malformed, say so by `reason`. */
export function checked<T>(reason: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Malformed) || error instanceof EmptyValue) throw error;
    throw new Malformed(`${reason} (${error.reason})`);
  }
}

function demandEnough(condition: boolean): asserts condition {
  if (!condition) throw new Malformed("it ends too soon");
}

/** Takes bytes from the start to the end. All methods throw {@link Malformed} when too few are left. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at: number;

  /** @param at where to begin */
  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** How many bytes have been taken. */
  get position(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    demandEnough(this.#at < this.#bytes.length);
    return this.#bytes[this.#at++];
  }

  /** The next `count` bytes, not copied. */
  take(count: number): Uint8Array {
    // A length that was read from broken data may be NaN.
    demandEnough(this.#at + count <= this.#bytes.length);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** The next `count` bytes as a one-byte string. */
  text(count: number): string {
    const bytes = this.take(count);
    return textOf(bytes, 0, bytes.length);
  }

  /** An unsigned integer of `size` bytes (4 at the most), the lowest first. */
  unsigned(size: number): number {
    const bytes = this.take(size);
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + bytes[i];
    return value;
  }

  /** An unsigned integer of `size` bytes, the highest first; above 2^53 it is rounded. */
  bigEndian(size: number): number {
    let value = 0;
    for (const byte of this.take(size)) value = value * 256 + byte;
    return value;
  }

  /** A signed integer of `size` bytes (1 to 4, or 8), the lowest first. */
  signed(size: number): number | bigint {
    if (size > 4) {
      const { buffer, byteOffset } = this.take(size);
      return narrow(new DataView(buffer, byteOffset, size).getBigInt64(0, true));
    }
    const value = this.unsigned(size);
    const limit = 2 ** (8 * size);
    return value < limit / 2 ? value : value - limit;
  }

  /** An unsigned integer of 64 bits; `littleEndian` false: the highest byte first. */
  uint64(littleEndian = true): bigint {
    const { buffer, byteOffset } = this.take(8);
    return new DataView(buffer, byteOffset, 8).getBigUint64(0, littleEndian);
  }

  double(): number {
    const { buffer, byteOffset } = this.take(8);
    return new DataView(buffer, byteOffset, 8).getFloat64(0, true);
  }
}
