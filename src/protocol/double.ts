/** Doubles in text, as redis-server 7.0 and later versions print them and as RESP3 carries them. */

/**
 * The same text as C's `%.17g`: 17 significant digits without trailing zeros, an exponent from 1e17 on and
 * below 1e-4; `inf`, `-inf`, `nan`.
 */
export function formatDouble(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return Object.is(value, -0) ? "-0" : String(value);
  if (value === Number.POSITIVE_INFINITY) return "inf";
  if (value === Number.NEGATIVE_INFINITY) return "-inf";
  if (Number.isNaN(value)) return "nan";
  const [mantissa, power] = toEven(value).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 17) {
    const sign = exponent < 0 ? "-" : "+";
    return `${trimZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const minus = value < 0 ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  if (exponent < 0) return trimZeros(`${minus}0.${"0".repeat(-exponent - 1)}${digits}`);
  return trimZeros(`${minus}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`);
}

/** 17 digits and an exponent. JavaScript rounds a tie up, C to the even digit. */
function toEven(value: number): string {
  const text = value.toExponential(16);
  const end = text.indexOf("e");
  const last = text.charCodeAt(end - 1);
  if ((last & 1) === 0) return text;
  const exact = value.toExponential(40);
  const isTie = /^50*$/.test(exact.slice(end, exact.indexOf("e")));
  return isTie ? text.slice(0, end - 1) + String.fromCharCode(last - 1) + text.slice(end) : text;
}

/** Drop zeros behind the last digit that counts, and the point when nothing is left behind it. */
function trimZeros(text: string): string {
  if (!text.includes(".")) return text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === 0x30) end--;
  if (text.charCodeAt(end - 1) === 0x2e) end--;
  return text.slice(0, end);
}

/** Integers up to here, either sign, are printed in full. */
const LARGEST_PLAIN = 2 ** 62;
/** With so many zeros behind its digits a number is still printed in full. */
const MOST_ZEROS = 7;
/** Numbers below 1 with more places than this have an exponent. */
const MOST_PLACES = 7;
/** Numbers with an exponent of ten smaller than this, either sign, have none. */
const SMALLEST_EXPONENT = 4;

/**
 * The fewestdigits that are read back as the same number; `inf`, `-inf`, `nan`.
 * @example
 * shortestDouble(0.1); // "0.1"
 * shortestDouble(1e-7); // "1e-7"
 */
export function shortestDouble(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Number.isInteger(value) && Math.abs(value) <= LARGEST_PLAIN) return String(BigInt(value));
  const minus = value < 0 ? "-" : "";
  const [mantissa, power] = Math.abs(value).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const exponent = Number(power);
  // The number is its digits times ten to the power of this.
  const shift = exponent - digits.length + 1;
  const mostZeros = value < 0 ? MOST_ZEROS - 1 : MOST_ZEROS;
  if (shift >= 0 && exponent < digits.length + mostZeros) return minus + digits + "0".repeat(shift);
  if (shift < 0 && (shift > -MOST_PLACES || Math.abs(exponent) < SMALLEST_EXPONENT)) {
    const point = digits.length + shift;
    if (point <= 0) return `${minus}0.${"0".repeat(-point)}${digits}`;
    return `${minus}${digits.slice(0, point)}.${digits.slice(point)}`;
  }
  const sign = exponent < 0 ? "-" : "+";
  return `${minus}${mantissa}e${sign}${Math.abs(exponent)}`;
}

/** The number that RESP3's text of a double stands for; `undefined` when it is none. */
export function parseDouble(text: string): number | undefined {
  switch (text) {
    case "inf":
    case "+inf":
      return Number.POSITIVE_INFINITY;
    case "-inf":
      return Number.NEGATIVE_INFINITY;
    case "nan":
    case "-nan":
      return Number.NaN;
  }
  const value = Number(text);
  return text === "" || Number.isNaN(value) ? undefined : value;
}
