/** The lines of a request that say how many words come, or how many bytes, read four bytes at a time. */

const CR = 0x0d;
const ZERO = 0x30;
const DOLLAR = 0x24;

/** `*0` and `$0` with the line's end, as one number. */
export const STAR_LINE = 0x2a300d0a;
export const DOLLAR_LINE = 0x24300d0a;

/** The digit 1 to 9 in the place of the 0 of `line`; 0 where `read` is something else. */
export function digitBetween(read: number, line: number): number {
  const difference = read - line;
  const digit = difference >> 16;
  return (difference & 0xffff) === 0 && digit > 0 && digit < 10 ? digit : 0;
}

/** The two digits in the place of the 0 of `line`, of which the line feed is not there; 0 where `read` is something else. */
export function digitsBetween(read: number, line: number): number {
  const tens = ((read >> 16) & 0xff) - ZERO;
  const ones = ((read >> 8) & 0xff) - ZERO;
  if (tens < 1 || tens > 9 || ones < 0 || ones > 9) return 0;
  return (read & 0xff) === CR && read >> 24 === line >> 24 ? 10 * tens + ones : 0;
}

/** The length of three to five digits on the line at `at`, no more than `longest`; 0 when there is something else. */
export function lengthOnLine(chunk: Uint8Array, at: number, longest: number): number {
  let value = chunk[at + 1] - ZERO;
  if (chunk[at] !== DOLLAR || value < 1 || value > 9) return 0;
  for (let i = at + 2; i < chunk.length; i++) {
    if (chunk[i] === CR) return value < 100 ? 0 : value;
    const digit = chunk[i] - ZERO;
    if (digit < 0 || digit > 9) return 0;
    value = 10 * value + digit;
    if (value > longest) return 0;
  }
  return 0;
}

/** Bytes of the line with this number of three to five digits. */
export function lineLength(value: number): number {
  if (value < 1000) return 6;
  return value < 10_000 ? 7 : 8;
}
