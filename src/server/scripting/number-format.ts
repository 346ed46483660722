/** Numbers as C's printf writes them. */

/**
 * A number as `%.<precision>g` writes it.
 * @param precision significant digits, 1 to 17
 * @example
 * ```ts
 * formatGeneral(0.1, 17); // "0.10000000000000001"
 * formatGeneral(1e15, 14); // "1e+15"
 * ```
 */
export function formatGeneral(value: number, precision: number): string {
  const isShort = Math.abs(value) < 1e15 && (precision >= 15 || Math.abs(value) < 10 ** precision);
  if (isShort && Number.isInteger(value)) {
    return value === 0 && 1 / value < 0 ? "-0" : String(value);
  }
  if (Number.isNaN(value)) return "-nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const sign = value < 0 ? "-" : "";
  const scientific = roundedHalfEven(Math.abs(value), precision);
  const e = scientific.indexOf("e");
  const exponent = Number(scientific.slice(e + 1));
  const digits = (scientific[0] + scientific.slice(2, e)).replace(/0+$/, "") || "0";
  if (exponent < -4 || exponent >= precision) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    const shown = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${shown}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, "0");
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** `toExponential` with `precision` digits; C rounds an exact half to the even digit, JavaScript away from zero. */
function roundedHalfEven(value: number, precision: number): string {
  const rounded = value.toExponential(precision - 1);
  const longer = value.toExponential(precision);
  const e = longer.indexOf("e");
  if (longer[e - 1] !== "5") return rounded;
  // 60 more digits show whether it is exactly half: at most 53 of them can differ from zero beyond that.
  const exact = value.toExponential(Math.min(100, precision + 60));
  if (!/^0*$/.test(exact.slice(e, exact.indexOf("e")))) return rounded;
  const kept = longer.slice(0, e - 1);
  const last = kept.charCodeAt(kept.length - 1);
  return last % 2 === 0 ? kept.replace(/\.$/, "") + longer.slice(e) : rounded;
}

const INT64_MIN = -(2n ** 63n);

/** (long long) of a double as x86 converts it: towards zero, what does not fit is the smallest integer. */
export function toInt64(value: number): bigint {
  return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : INT64_MIN;
}

/** (unsigned long long) of a double as x86 converts it. */
export function toUint64(value: number): bigint {
  if (value >= 2 ** 63) return value < 2 ** 64 ? BigInt(Math.trunc(value)) : 0n;
  return BigInt.asUintN(64, toInt64(value));
}
