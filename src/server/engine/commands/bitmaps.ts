/** Strings as bits: bit 0 is the highest of byte 0. BITFIELD is in bitfields.ts. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { integerArg, isWord } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR } from "../texts.js";
import { MutableString } from "../types/string.js";
import { bitOffsetArg } from "./bit-offset.js";
import { bitfieldHandlers } from "./bitfields.js";
import { mutableString, readableString, stringOf } from "./string-ranges.js";

/** How many bits are set, by byte. */
const BIT_COUNTS = new Uint8Array(256);
for (let byte = 1; byte < 256; byte++) BIT_COUNTS[byte] = BIT_COUNTS[byte >> 1] + (byte & 1);

function byteAt(value: string | MutableString, index: number): number {
  if (typeof value === "string") return index < value.length ? value.charCodeAt(index) : 0;
  return value.at(index);
}

function setbit(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const key = args[1];
  const offset = bitOffsetArg(session, args[2]);
  const bit = args[3] === "1" ? 1 : 0;
  if (bit === 0 && args[3] !== "0") throw new ErrorReply("ERR bit is not an integer or out of range");
  const value = mutableString(db, key) ?? (db.put(key, new MutableString("")).value as MutableString);
  const index = Math.floor(offset / 8);
  const mask = 0x80 >> (offset % 8);
  const grows = index >= value.length;
  const byte = value.at(index);
  const before = (byte & mask) === 0 ? 0 : 1;
  if (grows || before !== bit) {
    value.setByte(index, bit === 1 ? byte | mask : byte & ~mask);
    db.modified(key, Notify.STRING, "setbit");
  }
  return before;
}

function getbit(session: Session, args: Args): ReplyValue {
  const offset = bitOffsetArg(session, args[2]);
  const value = readableString(session.db, args[1]);
  if (value === undefined) return 0;
  return (byteAt(value, Math.floor(offset / 8)) & (0x80 >> (offset % 8))) === 0 ? 0 : 1;
}

/** A range of bits, both ends included; empty when `first > last`. */
interface BitRange {
  readonly first: number;
  readonly last: number;
}

/** BYTE or BIT behind a range. */
function unitArg(text: string | undefined): 1 | 8 {
  if (text === undefined || isWord(text, "BYTE")) return 8;
  if (isWord(text, "BIT")) return 1;
  throw new ErrorReply(SYNTAX_ERROR);
}

/** Negative ends count from behind. */
function bitRange(start: number, end: number, unit: 1 | 8, bytes: number): BitRange {
  const total = unit === 8 ? bytes : bytes * 8;
  const from = start < 0 ? Math.max(0, total + start) : start;
  const to = Math.min(end < 0 ? Math.max(0, total + end) : end, total - 1);
  return { first: from * unit, last: to * unit + unit - 1 };
}

/**
 * Redis 7.2 and later look at the range before they look for a key.
 * @param from where it begins
 * @param most words that the command has
 * @throws ErrorReply
 */
function checkRange(args: Args, from: number, most: number): void {
  // BITCOUNT takes no start alone.
  const isWhole = args.length === from || args.length > from + 1 || from === 3;
  if (args.length > most || !isWhole) throw new ErrorReply(SYNTAX_ERROR);
  for (let i = from; i < args.length && i < from + 2; i++) integerArg(args[i]);
  unitArg(args[from + 2]);
}

function bitcount(session: Session, args: Args): ReplyValue {
  if (session.engine.isAtLeast("7.2")) checkRange(args, 2, 5);
  const value = readableString(session.db, args[1]);
  if (value === undefined) return 0;
  let range: BitRange = { first: 0, last: value.length * 8 - 1 };
  if (args.length === 4 || args.length === 5) {
    const start = integerArg(args[2]);
    const end = integerArg(args[3]);
    // Before the unit is looked at. BITPOS has no such rule: both of its ends may be moved to the first byte.
    if (start < 0 && end < 0 && start > end) return 0;
    range = bitRange(start, end, unitArg(args[4]), value.length);
  } else if (args.length !== 2) {
    throw new ErrorReply(SYNTAX_ERROR);
  }
  if (range.first > range.last) return 0;
  const firstByte = Math.floor(range.first / 8);
  const lastByte = Math.floor(range.last / 8);
  let count = 0;
  for (let index = firstByte; index <= lastByte; index++) {
    count += BIT_COUNTS[byteAt(value, index) & maskWithin(index, range)];
  }
  return count;
}

/** The bits of byte `index` that lie within the range. */
function maskWithin(index: number, { first, last }: BitRange): number {
  let mask = 0xff;
  if (index === Math.floor(first / 8)) mask &= 0xff >> (first % 8);
  if (index === Math.floor(last / 8)) mask &= 0xff << (7 - (last % 8));
  return mask;
}

function bitpos(session: Session, args: Args): ReplyValue {
  const bit = integerArg(args[2]);
  if (bit !== 0 && bit !== 1) throw new ErrorReply("ERR The bit argument must be 1 or 0.");
  if (session.engine.isAtLeast("7.2")) checkRange(args, 3, 6);
  const value = readableString(session.db, args[1]);
  if (value === undefined) return bit === 1 ? -1 : 0;
  let range: BitRange = { first: 0, last: value.length * 8 - 1 };
  if (args.length > 6) throw new ErrorReply(SYNTAX_ERROR);
  const endGiven = args.length >= 5;
  if (args.length >= 4) {
    const start = integerArg(args[3]);
    const unit = unitArg(args[5]);
    range = bitRange(start, endGiven ? integerArg(args[4]) : -1, unit, value.length);
  }
  if (range.first > range.last) return -1;
  const place = findBit(value, bit, range);
  if (place !== -1) return place;
  // A string is followed by zeros, unless the caller has named the end.
  return bit === 0 && !endGiven ? value.length * 8 : -1;
}

function findBit(value: string | MutableString, bit: number, range: BitRange): number {
  const lastByte = Math.floor(range.last / 8);
  for (let index = Math.floor(range.first / 8); index <= lastByte; index++) {
    const byte = byteAt(value, index);
    const wanted = (bit === 1 ? byte : ~byte) & maskWithin(index, range);
    if (wanted !== 0) return index * 8 + Math.clz32(wanted) - 24;
  }
  return -1;
}

type BitOperation = (a: number, b: number) => number;

const OPERATIONS: readonly (readonly [name: string, operation: BitOperation])[] = [
  ["AND", (a, b) => a & b],
  ["OR", (a, b) => a | b],
  ["XOR", (a, b) => a ^ b],
  ["NOT", (a) => ~a & 0xff],
];

function bitop(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const target = args[2];
  const row = OPERATIONS.find(([name]) => isWord(args[1], name));
  if (row === undefined) throw new ErrorReply(SYNTAX_ERROR);
  const [name, operation] = row;
  if (name === "NOT" && args.length !== 4) {
    throw new ErrorReply("ERR BITOP NOT must be called with a single source key.");
  }
  const sources: (string | MutableString)[] = [];
  let length = 0;
  for (let i = 3; i < args.length; i++) {
    const source = stringOf(db.findToRead(args[i])?.value) ?? "";
    sources.push(source);
    length = Math.max(length, source.length);
  }
  if (length === 0) {
    if (db.delete(target)) db.modified(target, Notify.GENERIC, "del");
    return 0;
  }
  const result = new MutableString("");
  result.grow(length);
  const { bytes } = result;
  for (let index = 0; index < length; index++) {
    let byte = byteAt(sources[0], index);
    if (name === "NOT") byte = operation(byte, 0);
    for (let i = 1; i < sources.length; i++) byte = operation(byte, byteAt(sources[i], index));
    bytes[index] = byte;
  }
  db.overwrite(target, result);
  db.modified(target, Notify.STRING, "set");
  return length;
}

export const bitmapHandlers: Handlers = {
  SETBIT: setbit,
  GETBIT: getbit,
  BITCOUNT: bitcount,
  BITPOS: bitpos,
  BITOP: bitop,
  ...bitfieldHandlers,
};
