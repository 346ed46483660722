/** Integers of 64 bits as streams need them: a number while that is exact, which is the fast case, else a bigint. */
import { narrow, parseInteger } from "../arguments.js";

/** An unsigned or signed integer of 64 bits. What fits a number exactly is never a bigint, so `===` works. */
export type Int64 = number | bigint;

/** The largest unsigned integer of 64 bits. */
export const UINT64_MAX: Int64 = 18446744073709551615n;

/** What C's `strtoull` takes: leading white space, a sign, zeros in front. */
const LENIENT = /^[\t-\r ]*([+-]?)(\d+)$/;

/**
 * An unsigned integer as redis-server reads the parts of a stream's ids.
 * @returns `undefined` when the text is none
 */
export function parseUint64(text: string): Int64 | undefined {
  const strict = parseInteger(text);
  if (strict !== undefined) return strict < 0 ? undefined : strict;
  const match = LENIENT.exec(text);
  if (match === null) return undefined;
  const value = BigInt(match[2]);
  if (value > (UINT64_MAX as bigint)) return undefined;
  return narrow(match[1] === "-" ? BigInt.asUintN(64, -value) : value);
}

/** a + b as a signed integer that wraps round. */
export function wrappingSum(a: Int64, b: Int64): Int64 {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return narrow(BigInt.asIntN(64, BigInt(a) + BigInt(b)));
}

/** a - b as a signed integer that wraps round. */
export function wrappingDifference(a: Int64, b: Int64): Int64 {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return narrow(BigInt.asIntN(64, BigInt(a) - BigInt(b)));
}

/** a + b as an unsigned integer that wraps round. */
export function unsignedSum(a: Int64, b: Int64): Int64 {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (sum >= 0 && Number.isSafeInteger(sum)) return sum;
  }
  return narrow(BigInt.asUintN(64, BigInt(a) + BigInt(b)));
}
