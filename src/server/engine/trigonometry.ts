/**
 * Sine, cosine and arc sine as the C library has them. JavaScript leaves their last digit open, and engines take
 * the liberty; here they are off by hardly more than half of the last binary digit, so that distances on the earth
 * come out the same as in redis-server, and with them what is nearest.
 */

/** The sum of both: about twice the digits of a double. */
interface DoubleDouble {
  readonly high: number;
  readonly low: number;
}

const HALF_PI = Math.PI / 2;
/** What Math.PI leaves of pi. */
const PI_REST = 1.2246467991473532e-16;
/** Multiplies a double so that the sum shows its upper half: 2^27 + 1. */
const SPLITTER = 134217729;

/** Entries of the tables for each radian. */
const DENSITY = 128;
/** Up to a little more than pi / 2. */
const ENTRIES = 204;

/** Sines and cosines of multiples of 1 / {@link DENSITY}. */
interface Tables {
  readonly sine: Float64Array;
  readonly sineRest: Float64Array;
  readonly cosine: Float64Array;
  readonly cosineRest: Float64Array;
}

let tables: Tables | undefined;

/** Made when they are first needed. */
function sharedTables(): Tables {
  tables ??= makeTables();
  return tables;
}

/** The sine of `x` radians between -pi and pi. */
export function sine(x: number): number {
  const size = Math.abs(x);
  // Math.PI - size is exact, and leaves out what Math.PI leaves out.
  const found = size <= HALF_PI ? doubleSine(size, 0) : doubleSine(Math.PI - size, PI_REST);
  return x < 0 ? -found.high : found.high;
}

/** The cosine of `x` radians between -pi / 2 and pi / 2. */
export function cosine(x: number): number {
  const size = Math.abs(x);
  const { sine: sines, sineRest, cosine: cosines, cosineRest } = sharedTables();
  const place = Math.round(size * DENSITY);
  const t = size - place / DENSITY;
  const s = sines[place];
  const c = cosines[place];
  const product = -s * t;
  const sum = c + product;
  const small = cosineRest[place] - sineRest[place] * t - c * versine(t) + s * sineGap(t);
  return sum + (sumError(c, product, sum) + (productError(-s, t, product) + small));
}

/** The angle in radians whose sine is `x`, between 0 and 1. */
export function arcSine(x: number): number {
  if (!(x >= 0 && x <= 1)) return Number.NaN;
  if (x <= 0.9) {
    const rough = Math.asin(x);
    return rough + arcSineError(rough, x, 0);
  }
  // The arc sine is steep near 1, so take the angle from the other side: pi / 2 - 2 asin(sqrt((1 - x) / 2)).
  const square = (1 - x) / 2;
  const root = Math.sqrt(square);
  if (root === 0) return HALF_PI;
  const squared = root * root;
  const rootRest = (square - squared - productError(root, root, squared)) / (2 * root);
  const rough = Math.asin(root);
  const sum = HALF_PI - 2 * rough;
  return sum + (sumError(HALF_PI, -2 * rough, sum) + (PI_REST / 2 - 2 * arcSineError(rough, root, rootRest)));
}

/** What is to be added to `rough`, an angle that is nearly the arc sine of `x + rest`. */
function arcSineError(rough: number, x: number, rest: number): number {
  const { high, low } = doubleSine(rough, 0);
  return (x - high - low + rest) / Math.cos(rough);
}

/** The sine of `x + rest`, x between 0 and a little more than pi / 2. */
function doubleSine(x: number, rest: number): DoubleDouble {
  const { sine: sines, sineRest, cosine: cosines, cosineRest } = sharedTables();
  // The sine of the sum of an angle of the table and a small one, t.
  const place = Math.round(x * DENSITY);
  const t = x - place / DENSITY;
  const s = sines[place];
  const c = cosines[place];
  const product = c * t;
  const sum = s + product;
  const small = sineRest[place] + cosineRest[place] * t + c * rest - s * versine(t) - c * sineGap(t);
  const below = sumError(s, product, sum) + (productError(c, t, product) + small);
  const high = sum + below;
  return { high, low: below - (high - sum) };
}

/** 1 - cos(t) for a small t. */
function versine(t: number): number {
  const square = t * t;
  return square * (1 / 2 - square * (1 / 24 - square * (1 / 720)));
}

/** t - sin(t) for a small t. */
function sineGap(t: number): number {
  const square = t * t;
  return t * square * (1 / 6 - square * (1 / 120 - square * (1 / 5040)));
}

/** What rounding has taken from `a + b`. */
function sumError(a: number, b: number, sum: number): number {
  const fromB = sum - a;
  return a - (sum - fromB) + (b - fromB);
}

/** What rounding has taken from `a * b`. */
function productError(a: number, b: number, product: number): number {
  const bigA = a * SPLITTER;
  const highA = bigA - (bigA - a);
  const lowA = a - highA;
  const bigB = b * SPLITTER;
  const highB = bigB - (bigB - b);
  const lowB = b - highB;
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
}

/** Fixed-point numbers with so many bits behind the point make the tables. */
const BITS = 160;
const ONE = 1n << BigInt(BITS);

/** Step by step around the circle, by the theorems of addition. */
function makeTables(): Tables {
  const made: Tables = {
    sine: new Float64Array(ENTRIES),
    sineRest: new Float64Array(ENTRIES),
    cosine: new Float64Array(ENTRIES),
    cosineRest: new Float64Array(ENTRIES),
  };
  const step = ONE / BigInt(DENSITY);
  const stepSine = series(step, step, 1n);
  const stepCosine = series(ONE, step, 0n);
  let s = 0n;
  let c = ONE;
  for (let place = 0; place < ENTRIES; place++) {
    [made.sine[place], made.sineRest[place]] = halves(s);
    [made.cosine[place], made.cosineRest[place]] = halves(c);
    [s, c] = [
      (s * stepCosine + c * stepSine) >> BigInt(BITS),
      (c * stepCosine - s * stepSine) >> BigInt(BITS),
    ];
  }
  return made;
}

/** The power series that begins with `first` and goes on with every second power of `x`, the signs in turn. */
function series(first: bigint, x: bigint, power: bigint): bigint {
  let sum = 0n;
  let term = first;
  for (let n = power; term !== 0n; n += 2n) {
    sum += term;
    term = (-term * x * x) / ONE / ONE / ((n + 1n) * (n + 2n));
  }
  return sum;
}

/** A fixed-point number as a double and what that leaves. */
function halves(value: bigint): [number, number] {
  const scale = 2 ** BITS;
  const high = Number(value) / scale;
  return [high, Number(value - BigInt(high * scale)) / scale];
}
