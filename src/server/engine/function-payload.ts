/** The payload of FUNCTION DUMP and FUNCTION RESTORE: libraries in the format of RDB files. */
import { crc64 } from "./crc64.js";
import { lzfDecompress } from "./lzf.js";

/** The version of RDB that Redis 7.0 writes. */
const RDB_VERSION = 10;
const OPCODE_FUNCTION = 245;
/** What release candidates of Redis 7 wrote. */
const OPCODE_FUNCTION_PRE_GA = 246;
/** Version and checksum. */
const FOOTER_SIZE = 10;

/** Why a payload was refused. */
export class BadPayload {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

const WRONG_FOOTER = "DUMP payload version or checksum are wrong";
const UNREADABLE = "Failed loading library data";

/** The payload of these sources. */
export function dumpLibraries(sources: Iterable<string>): string {
  let body = "";
  for (const source of sources)
    body += String.fromCharCode(OPCODE_FUNCTION) + lengthBytes(source.length) + source;
  body += littleEndian(BigInt(RDB_VERSION), 2);
  return body + littleEndian(crc64(body), 8);
}

/** The sources in a payload. */
export function readLibraries(payload: string): string[] | BadPayload {
  const end = payload.length - FOOTER_SIZE;
  if (end < 0) return new BadPayload(WRONG_FOOTER);
  const version = payload.charCodeAt(end) | (payload.charCodeAt(end + 1) << 8);
  if (version > RDB_VERSION || littleEndian(crc64(payload.slice(0, -8)), 8) !== payload.slice(-8)) {
    return new BadPayload(WRONG_FOOTER);
  }
  const reader = new Reader(payload.slice(0, end));
  const sources: string[] = [];
  while (!reader.atEnd) {
    const opcode = reader.byte();
    if (opcode === OPCODE_FUNCTION_PRE_GA) return new BadPayload("Pre-GA function format not supported");
    if (opcode !== OPCODE_FUNCTION) return new BadPayload("given type is not a function");
    const source = reader.string();
    if (source === undefined) return new BadPayload(UNREADABLE);
    sources.push(source);
  }
  return sources;
}

function littleEndian(value: bigint, size: number): string {
  let bytes = "";
  for (let i = 0; i < size; i++) bytes += String.fromCharCode(Number((value >> BigInt(i * 8)) & 255n));
  return bytes;
}

/** A length as RDB writes it: 6 bits, 14 bits, 32 bits. */
function lengthBytes(length: number): string {
  if (length < 1 << 6) return String.fromCharCode(length);
  if (length < 1 << 14) return String.fromCharCode(0x40 | (length >> 8), length & 255);
  const big = [24, 16, 8, 0].map((shift) => (length >>> shift) & 255);
  return String.fromCharCode(0x80, ...big);
}

/** Reads strings of RDB. */
class Reader {
  readonly #data: string;
  #at = 0;

  constructor(data: string) {
    this.#data = data;
  }

  get atEnd(): boolean {
    return this.#at >= this.#data.length;
  }

  /** NaN behind the end. */
  byte(): number {
    return this.#data.charCodeAt(this.#at++);
  }

  /** A string, whichever way it is written; `undefined` when the data is broken. */
  string(): string | undefined {
    const first = this.byte();
    switch (first) {
      case 0xc0:
        return this.#integer(1);
      case 0xc1:
        return this.#integer(2);
      case 0xc2:
        return this.#integer(4);
      case 0xc3:
        return this.#compressed();
    }
    return this.#bytes(this.#length(first));
  }

  #compressed(): string | undefined {
    const packed = this.#length(this.byte());
    const size = this.#length(this.byte());
    const data = this.#bytes(packed);
    return data === undefined ? undefined : lzfDecompress(data, size);
  }

  /** The length that starts with `first`; NaN when it is none. */
  #length(first: number): number {
    if (first < 0x40) return first;
    if (first < 0x80) return ((first & 63) << 8) | this.byte();
    if (first === 0x80) return this.#bigEndian(4);
    return first === 0x81 ? this.#bigEndian(8) : Number.NaN;
  }

  #bigEndian(size: number): number {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.byte();
    return value;
  }

  #bytes(length: number): string | undefined {
    if (!(this.#at + length <= this.#data.length)) return undefined;
    this.#at += length;
    return this.#data.slice(this.#at - length, this.#at);
  }

  /** A small integer, written in binary, little endian. */
  #integer(size: number): string | undefined {
    let value = 0n;
    for (let i = 0; i < size; i++) value |= BigInt(this.byte() || 0) << BigInt(8 * i);
    return this.#at > this.#data.length ? undefined : BigInt.asIntN(size * 8, value).toString();
  }
}
