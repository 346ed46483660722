/** Lengths and strings as RDB writes them. */
import { narrow, parseInteger } from "../arguments.js";
import { textOf } from "../types/string.js";
import { type ByteReader, demand } from "./byte-reader.js";
import { ByteWriter } from "./byte-writer.js";
import { lzfCompress, lzfDecompress } from "./lzf.js";

/** The two highest bits of the first byte of a string that is not written as length and bytes. */
const ENCODED = 0xc0;
const INT8 = 0xc0;
const INT16 = 0xc1;
const INT32 = 0xc2;
const COMPRESSED = 0xc3;
const LENGTH_32 = 0x80;
const LENGTH_64 = 0x81;
/** Up to this length a string may be written as an integer. */
const LONGEST_INTEGER = 11;
/** Longer strings are compressed when that saves at least four bytes. */
const LONGEST_UNCOMPRESSED = 20;

/** Write a length, or an unsigned integer of up to 64 bits: in 6, 14, 32 or 64 of them. */
export function writeLength(out: ByteWriter, length: number | bigint): void {
  if (typeof length === "bigint" || length >= 2 ** 32) {
    out.byte(LENGTH_64);
    out.uint64(BigInt(length), false);
  } else if (length < 1 << 6) {
    out.byte(length);
  } else if (length < 1 << 14) {
    out.byte(0x40 | (length >> 8));
    out.byte(length);
  } else {
    out.byte(LENGTH_32);
    for (let shift = 24; shift >= 0; shift -= 8) out.byte(length >>> shift);
  }
}

/** Write a one-byte string: as an integer if it is one of 32 bits, maybe compressed, or as it is. */
export function writeString(out: ByteWriter, text: string, compress: boolean): void {
  const integer = text.length <= LONGEST_INTEGER ? parseInteger(text) : undefined;
  if (typeof integer === "number" && writeInteger(out, integer)) return;
  if (compress && text.length > LONGEST_UNCOMPRESSED) {
    const raw = new ByteWriter();
    raw.text(text);
    writeBlob(out, raw.bytes, true);
    return;
  }
  writeLength(out, text.length);
  out.text(text);
}

/** Write bytes that are no integer. */
export function writeBlob(out: ByteWriter, bytes: Uint8Array, compress: boolean): void {
  const tries = compress && bytes.length > LONGEST_UNCOMPRESSED;
  const packed = tries ? lzfCompress(bytes, bytes.length - 4) : undefined;
  if (packed === undefined) {
    writeLength(out, bytes.length);
    out.append(bytes);
    return;
  }
  out.byte(COMPRESSED);
  writeLength(out, packed.length);
  writeLength(out, bytes.length);
  out.append(packed);
}

function writeInteger(out: ByteWriter, value: number): boolean {
  if (value >= -128 && value <= 127) {
    out.byte(INT8);
    out.integer(value, 1);
  } else if (value >= -32768 && value <= 32767) {
    out.byte(INT16);
    out.integer(value, 2);
  } else if (value >= -2147483648 && value <= 2147483647) {
    out.byte(INT32);
    out.integer(value, 4);
  } else {
    return false;
  }
  return true;
}

/** @throws Malformed */
export function readLength(input: ByteReader): number {
  return lengthFrom(input, input.byte());
}

/**
 * An unsigned integer of up to 64 bits that is written as a length is.
 * @throws Malformed
 */
export function readUint64(input: ByteReader): number | bigint {
  const first = input.byte();
  return first === LENGTH_64 ? narrow(input.uint64(false)) : lengthFrom(input, first);
}

function lengthFrom(input: ByteReader, first: number): number {
  if (first < 0x40) return first;
  if (first < 0x80) return ((first & 0x3f) << 8) | input.byte();
  if (first === LENGTH_32) return input.bigEndian(4);
  demand(first === LENGTH_64);
  return input.bigEndian(8);
}

/**
 * A string, however it is written.
 * @throws Malformed
 */
export function readString(input: ByteReader): string {
  const bytes = readBytes(input);
  return typeof bytes === "string" ? bytes : textOf(bytes, 0, bytes.length);
}

/**
 * The bytes of a string that holds binary data.
 * @throws Malformed also when it was written as an integer, which binary data never is
 */
export function readBlob(input: ByteReader): Uint8Array {
  const bytes = readBytes(input);
  demand(typeof bytes !== "string");
  return bytes;
}

/** The text of an integer, or the bytes of anything else. */
function readBytes(input: ByteReader): string | Uint8Array {
  const first = input.byte();
  if (first < ENCODED) return input.take(lengthFrom(input, first));
  switch (first) {
    case INT8:
      return String(input.signed(1));
    case INT16:
      return String(input.signed(2));
    case INT32:
      return String(input.signed(4));
  }
  demand(first === COMPRESSED);
  const packedLength = readLength(input);
  const length = readLength(input);
  const bytes = lzfDecompress(input.take(packedLength), length);
  demand(bytes !== undefined);
  return bytes;
}
