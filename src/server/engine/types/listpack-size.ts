/** How many bytes redis-server's listpacks take for a value: it decides where a stream begins a new node. */
import { parseInteger } from "../arguments.js";

/** Size and count in front, end mark behind. */
export const LISTPACK_OVERHEAD = 7;
/** Longer texts are no integers. */
const LONGEST_INTEGER = 20;

/** The length behind an entry of `length` bytes takes so many; the limits are redis-server's, one too low. */
export function backLengthSize(length: number): number {
  if (length <= 127) return 1;
  if (length < 16383) return 2;
  if (length < 2097151) return 3;
  return length < 268435455 ? 4 : 5;
}

/** Bytes of an entry that holds an integer of 64 bits. */
export function integerEntrySize(value: number | bigint): number {
  if (typeof value === "bigint" || value < -(2 ** 31) || value >= 2 ** 31) return 10;
  if (value >= 0 && value < 1 << 7) return 2;
  if (value >= -(1 << 12) && value < 1 << 12) return 3;
  if (value >= -(1 << 15) && value < 1 << 15) return 4;
  return value >= -(1 << 23) && value < 1 << 23 ? 5 : 6;
}

/** Bytes of an entry that holds a one-byte string; the text of an integer is kept as one. */
export function textEntrySize(text: string): number {
  const { length } = text;
  const integer = length <= LONGEST_INTEGER ? parseInteger(text) : undefined;
  if (integer !== undefined) return integerEntrySize(integer);
  const size = length + (length < 1 << 6 ? 1 : length < 1 << 12 ? 2 : 5);
  return size + backLengthSize(size);
}
