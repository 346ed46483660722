/**
 * The 80-bit floating point arithmetic of INCRBYFLOAT and HINCRBYFLOAT, which makes 0.1 + 0.2 print as
 * 0.3 where doubles would not: a mantissa of 64 bits, rounded to nearest even.
 */
import { ErrorReply } from "../../protocol/reply.js";
import { NAN_OR_INFINITY, NOT_A_FLOAT } from "./texts.js";

/** mantissa x 2^exponent; the mantissa is signed and has at most 64 bits. `infinite` overrides both. */
export interface LongDouble {
  readonly mantissa: bigint;
  readonly exponent: number;
  readonly infinite: boolean;
}

const BITS = 64;
/** Values from 2^16384 on do not fit. */
const MAX_EXPONENT = 16384;
/** The smallest subnormal is 2^-16445. */
const MIN_EXPONENT = -16445;
const ZERO: LongDouble = { mantissa: 0n, exponent: 0, infinite: false };
const INFINITE: LongDouble = { mantissa: 0n, exponent: 0, infinite: true };

const DECIMAL = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d+))?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?(?:[pP]([+-]?\d+))?$/;
const INFINITY = /^[+-]?inf(?:inity)?$/i;
/** Longest text that redis-server looks at. */
const MAX_TEXT = 5119;

/**
 * An argument or a stored value as an 80-bit float.
 * @throws ErrorReply with `error` when it is no number or out of range
 */
export function longDoubleArg(text: string, error: string = NOT_A_FLOAT): LongDouble {
  const value = parse(text);
  if (value === undefined) throw new ErrorReply(error);
  return value;
}

/**
 * The sum, as the text that is stored: at most 17 decimal places, no trailing zeros, no exponent.
 * @throws ErrorReply when the sum is not finite
 */
export function sumText(a: LongDouble, b: LongDouble): string {
  if (a.infinite || b.infinite) throw new ErrorReply(NAN_OR_INFINITY);
  const exponent = Math.min(a.exponent, b.exponent);
  const sum = (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent));
  const rounded = round(sum, 1n, exponent);
  if (rounded.infinite) throw new ErrorReply(NAN_OR_INFINITY);
  return format(rounded);
}

function parse(text: string): LongDouble | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const decimal = DECIMAL.exec(text);
  if (decimal !== null) {
    const [, sign, whole = "", fraction = "", onlyFraction = "", power = "0"] = decimal;
    const places = fraction + onlyFraction;
    const digits = BigInt(whole + places);
    if (digits === 0n) return ZERO;
    const exponent = Number(power) - places.length;
    const magnitude = exponent + String(digits).length;
    // Far out of range: do not even begin to compute.
    if (magnitude > 5000 || magnitude < -5000) return undefined;
    const scale = 10n ** BigInt(Math.abs(exponent));
    return finite(exponent >= 0 ? round(digits * scale, 1n, 0) : round(digits, scale, 0), sign === "-");
  }
  if (INFINITY.test(text)) return INFINITE;
  const hexadecimal = HEXADECIMAL.exec(text);
  if (hexadecimal === null) return undefined;
  const [, sign, whole, fraction = "", power = "0"] = hexadecimal;
  if (whole + fraction === "") return undefined;
  const mantissa = BigInt(`0x${whole}${fraction}`);
  if (mantissa === 0n) return ZERO;
  if (Math.abs(Number(power)) > 40000) return undefined;
  return finite(round(mantissa, 1n, Number(power) - 4 * fraction.length), sign === "-");
}

/** The value with its sign, unless it has left the range. */
function finite(value: LongDouble, negative: boolean): LongDouble | undefined {
  if (value.infinite || value.mantissa === 0n) return undefined;
  return negative ? { ...value, mantissa: -value.mantissa } : value;
}

/** numerator / denominator x 2^exponent in 64 bits, to nearest even. */
function round(numerator: bigint, denominator: bigint, exponent: number): LongDouble {
  if (numerator === 0n) return ZERO;
  const negative = numerator < 0n;
  let top = negative ? -numerator : numerator;
  let bottom = denominator;
  // Scale so that the quotient has 64 bits or one more.
  let shift = bitLength(top) - bitLength(bottom) - BITS;
  shift = Math.max(shift, MIN_EXPONENT - exponent);
  if (shift < 0) top <<= BigInt(-shift);
  else bottom <<= BigInt(shift);
  let quotient = top / bottom;
  let rest = top % bottom;
  let power = exponent + shift;
  if (bitLength(quotient) > BITS) {
    rest += (quotient & 1n) * bottom;
    bottom *= 2n;
    quotient >>= 1n;
    power++;
  }
  const twice = rest * 2n;
  if (twice > bottom || (twice === bottom && (quotient & 1n) === 1n)) quotient++;
  if (bitLength(quotient) + power > MAX_EXPONENT) return INFINITE;
  return { mantissa: negative ? -quotient : quotient, exponent: power, infinite: false };
}

function bitLength(value: bigint): number {
  const digits = value.toString(16);
  return digits.length * 4 - (Math.clz32(Number.parseInt(digits[0], 16)) - 28);
}

const PLACES = 17;
const PLACES_SCALE = 10n ** BigInt(PLACES);

function format({ mantissa, exponent }: LongDouble): string {
  const negative = mantissa < 0n;
  const size = negative ? -mantissa : mantissa;
  let scaled: bigint;
  if (exponent >= 0) {
    scaled = (size << BigInt(exponent)) * PLACES_SCALE;
  } else {
    const divisor = 1n << BigInt(-exponent);
    const product = size * PLACES_SCALE;
    scaled = product / divisor;
    const twice = (product % divisor) * 2n;
    if (twice > divisor || (twice === divisor && (scaled & 1n) === 1n)) scaled++;
  }
  const digits = scaled.toString().padStart(PLACES + 1, "0");
  const whole = digits.slice(0, -PLACES);
  const fraction = digits.slice(-PLACES).replace(/0+$/, "");
  const text = fraction === "" ? whole : `${whole}.${fraction}`;
  return negative && text !== "0" ? `-${text}` : text;
}
