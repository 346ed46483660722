/** Reading numbers and option words out of arguments, by redis-server's rules. */
import { ErrorReply } from "../../protocol/reply.js";
import { NOT_A_FLOAT, NOT_AN_INTEGER, NOT_POSITIVE, TIMEOUT_NEGATIVE, TIMEOUT_NOT_FLOAT } from "./texts.js";

const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
const INT64_MAX = 9223372036854775807n;
const INT64_MIN = -9223372036854775808n;

/**
 * A decimal integer as `string2ll` takes it: no plus sign, no leading zeros, no spaces, within int64.
 * @returns a number while that is exact, else a bigint; `undefined` when the text is no such integer
 */
export function parseInteger(text: string): number | bigint | undefined {
  const length = text.length;
  if (length === 0 || length > 20) return undefined;
  let i = 0;
  const negative = text.charCodeAt(0) === MINUS;
  if (negative) i = 1;
  const first = text.charCodeAt(i);
  if (first === ZERO) return length === 1 ? 0 : undefined;
  // 15 digits are exact whatever they are.
  if (length <= 15) {
    if (i === length) return undefined;
    let value = 0;
    for (; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code < ZERO || code > NINE) return undefined;
      value = value * 10 + (code - ZERO);
    }
    return negative ? -value : value;
  }
  for (let j = i; j < length; j++) {
    const code = text.charCodeAt(j);
    if (code < ZERO || code > NINE) return undefined;
  }
  const value = BigInt(text);
  if (value > INT64_MAX || value < INT64_MIN) return undefined;
  return narrow(value);
}

/** The same value as a number when that is exact. */
export function narrow(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** a + b within int64, or `undefined` on overflow. */
export function addInt64(a: number | bigint, b: number | bigint): number | bigint | undefined {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  const sum = BigInt(a) + BigInt(b);
  return sum > INT64_MAX || sum < INT64_MIN ? undefined : narrow(sum);
}

/**
 * An int64 argument, exact.
 * @throws ErrorReply with `error` when it is none
 */
export function int64Arg(text: string, error: string = NOT_AN_INTEGER): number | bigint {
  const value = parseInteger(text);
  if (value === undefined) throw new ErrorReply(error);
  return value;
}

/**
 * An int64 argument as a number, for counts, indexes and times: beyond 2^53 it is rounded.
 * @throws ErrorReply with `error` when it is none
 */
export function integerArg(text: string, error: string = NOT_AN_INTEGER): number {
  const value = parseInteger(text);
  if (value === undefined) throw new ErrorReply(error);
  return typeof value === "number" ? value : Number(value);
}

/**
 * An integer between `min` and `max`.
 * @throws ErrorReply with `error` when it is none
 */
export function rangeArg(text: string, min: number, max: number, error: string = NOT_AN_INTEGER): number {
  const value = integerArg(text, error);
  if (value < min || value > max) throw new ErrorReply(error);
  return value;
}

/**
 * A count that may not be negative (LPOP, SPOP, numkeys of some commands).
 * @throws ErrorReply "value is out of range, must be positive"
 */
export function positiveArg(text: string): number {
  return rangeArg(text, 0, Number.POSITIVE_INFINITY, NOT_POSITIVE);
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?(?:[pP]([+-]?\d+))?$/;

/**
 * A floating point number as C's strtod takes it: decimal, hexadecimal, `inf`, `infinity`; no spaces around.
 * @returns `undefined` when it is none, is NaN or does not fit a double
 */
export function parseFloatStrict(text: string): number | undefined {
  const length = text.length;
  if (length === 0) return undefined;
  // Plain short integers are by far the most frequent scores.
  if (length < 16) {
    const integer = parseInteger(text);
    if (integer !== undefined) return Number(integer);
  }
  if (DECIMAL.test(text)) {
    const value = Number(text);
    if (!Number.isFinite(value)) return undefined;
    if (value === 0 && /[1-9]/.test(text.replace(/[eE].*$/, ""))) return undefined;
    return value;
  }
  switch (text.toLowerCase()) {
    case "inf":
    case "+inf":
    case "infinity":
    case "+infinity":
      return Number.POSITIVE_INFINITY;
    case "-inf":
    case "-infinity":
      return Number.NEGATIVE_INFINITY;
  }
  return parseHexadecimal(text);
}

function parseHexadecimal(text: string): number | undefined {
  const match = HEXADECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  if (digits.length === 0 || digits.length > 64) return undefined;
  const value = Number(BigInt(`0x${digits}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
  if (!Number.isFinite(value)) return undefined;
  return sign === "-" ? -value : value;
}

/**
 * A floating point argument, infinities allowed.
 * @throws ErrorReply with `error` when it is none
 */
export function floatArg(text: string, error: string = NOT_A_FLOAT): number {
  const value = parseFloatStrict(text);
  if (value === undefined) throw new ErrorReply(error);
  return value;
}

/**
 * The timeout of a blocking command: seconds with a fraction, 0 for ever.
 * @returns milliseconds (rounded up, so that a tiny timeout does not become "for ever")
 */
export function timeoutArg(text: string): number {
  const seconds = parseFloatStrict(text);
  if (seconds === undefined) throw new ErrorReply(TIMEOUT_NOT_FLOAT);
  const milliseconds = Math.ceil(seconds * 1000);
  // What does not fit an int64 becomes negative there.
  if (milliseconds < 0 || milliseconds >= 2 ** 63) throw new ErrorReply(TIMEOUT_NEGATIVE);
  return milliseconds;
}

/** Is `arg` the option `word` (upper case letters) in any mixture of cases? Allocates nothing. */
export function isWord(arg: string, word: string): boolean {
  const length = word.length;
  if (arg.length !== length) return false;
  for (let i = 0; i < length; i++) {
    const wanted = word.charCodeAt(i);
    const code = arg.charCodeAt(i);
    // Clearing bit 5 turns a lower case letter into upper case.
    if (code !== wanted && (code & 0xdf) !== wanted) return false;
  }
  return true;
}

/** The text with a-z in upper case; other bytes stay (`String.toUpperCase` would change some of them). */
export function upperCase(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** The text with A-Z in lower case; other bytes stay. */
export function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
