/** Ranges of indexes as LRANGE, LTRIM, ZRANGE and ZREMRANGEBYRANK take them. */

/** A range within 0 to the size of what is addressed. */
export interface IndexRange {
  readonly from: number;
  /** Behind the last one; equal to `from` when nothing is in the range. */
  readonly end: number;
}

const NOTHING: IndexRange = { from: 0, end: 0 };

/** The part of `size` elements from `start` to `stop`, both included; negative ones count from the end. */
export function indexRange(start: number, stop: number, size: number): IndexRange {
  let from = start < 0 ? start + size : start;
  const end = Math.min(stop < 0 ? stop + size : stop, size - 1) + 1;
  if (from < 0) from = 0;
  return from >= end ? NOTHING : { from, end };
}
