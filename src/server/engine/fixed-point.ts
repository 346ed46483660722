/** Numbers with a fixed number of decimal places, as C's printf writes them. */

/**
 * The text of `%.<places>f`. Like C and unlike `Number.toFixed` it rounds a tie to the even digit, keeps the
 * sign of a negative zero and never writes an exponent.
 * @param places how many digits stand behind the point, at least 1
 * @example fixedPoint(0.03125, 4) // "0.0312"
 */
export function fixedPoint(value: number, places: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}.${"0".repeat(places)}`;
  const text = value.toFixed(places);
  if (value === 0) return Object.is(value, -0) ? `-${text}` : text;
  // Halfway between two texts is only what becomes an odd integer when it is doubled as often as this.
  const isTie = Math.abs((value * 2 ** (places + 1)) % 2) === 1;
  if (!isTie) return text;
  // A tie has been rounded away from zero; an odd last digit is at least 1, so there is nothing to borrow.
  const last = text.charCodeAt(text.length - 1) - 0x30;
  return last % 2 === 0 ? text : text.slice(0, -1) + String(last - 1);
}

/** The same without zeros at the end, and without the point when nothing is left behind it. */
export function shortFixedPoint(value: number, places: number): string {
  const text = fixedPoint(value, places).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
}
