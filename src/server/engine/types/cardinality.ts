/** How many distinct elements the registers of a HyperLogLog have seen. */

/** Registers in all. */
export const REGISTERS = 16384;
/** Bits of a hash that are counted in a register; the others choose it. */
export const COUNTED_BITS = 50;

/** 1 / (2 ln 2) */
const ALPHA = 0.7213475204444817;
const INT64_MIN = -9223372036854775808n;

/**
 * The estimate of Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches".
 * @param histogram how many registers have each value from 0 to 63
 * @see https://arxiv.org/abs/1702.01284
 */
export function estimateCardinality(histogram: ArrayLike<number>): number | bigint {
  let z = REGISTERS * tau((REGISTERS - histogram[COUNTED_BITS + 1]) / REGISTERS);
  for (let value = COUNTED_BITS; value >= 1; value--) z = (z + histogram[value]) * 0.5;
  z += REGISTERS * sigma(histogram[0] / REGISTERS);
  const estimate = Math.round((ALPHA * REGISTERS * REGISTERS) / z);
  // Only registers that no hash can have filled lead here; redis-server's integer overflows.
  if (estimate >= 2 ** 63) return INT64_MIN;
  return Number.isSafeInteger(estimate) ? estimate : BigInt(estimate);
}

/** Corrects for the registers that are still empty; `share` of all. */
function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let power = share;
  let factor = 1;
  let sum = share;
  for (let before = Number.NaN; before !== sum; factor += factor) {
    power *= power;
    before = sum;
    sum += power * factor;
  }
  return sum;
}

/** Corrects for the registers that are full; `share` of those that are not. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let root = share;
  let factor = 1;
  let sum = 1 - share;
  for (let before = Number.NaN; before !== sum; ) {
    root = Math.sqrt(root);
    before = sum;
    factor *= 0.5;
    sum -= (1 - root) * (1 - root) * factor;
  }
  return sum / 3;
}
