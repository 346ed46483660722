/** How long the calls of one command take. */

/** Values below this are told apart; above, a 128th of the value is the unit. */
const EXACT = 256;
/** log2(EXACT / 2) */
const UNIT_BITS = 7;
/** Nanoseconds. */
const FIRST_BOUND = 1024;
const NANOS_A_MICRO = 1000;

/** A number of calls that took no longer than so many microseconds. */
export interface CumulativeCount {
  readonly micros: number;
  readonly count: number;
}

/** Counts of durations, about to two digits: the buckets of redis-server's HDR histograms. */
export class Durations {
  /** Number of durations counted. */
  measured = 0;
  /** Their sum, microseconds. */
  total = 0;
  /** By the greatest duration of a bucket, nanoseconds. */
  readonly #counts = new Map<number, number>();

  record(micros: number): void {
    const bucket = bucketEnd(Math.max(1, micros) * NANOS_A_MICRO);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.measured++;
    this.total += micros;
  }

  clear(): void {
    this.#counts.clear();
    this.measured = 0;
    this.total = 0;
  }

  /** How many took up to 1, 2, 4, 8... microseconds; bounds that add nothing are left out. */
  cumulative(): CumulativeCount[] {
    const buckets = this.#sorted();
    const found: CumulativeCount[] = [];
    let count = 0;
    let next = 0;
    for (let bound = FIRST_BOUND; next < buckets.length; bound *= 2) {
      const end = bucketEnd(bound);
      const before = count;
      for (; next < buckets.length && buckets[next][0] <= end; next++) count += buckets[next][1];
      if (count > before) found.push({ micros: Math.floor(end / NANOS_A_MICRO), count });
    }
    return found;
  }

  /** The duration that `percent` of all do not exceed, microseconds. */
  percentile(percent: number): number {
    const wanted = Math.max(1, Math.ceil((percent / 100) * this.measured));
    let count = 0;
    for (const [end, amount] of this.#sorted()) {
      count += amount;
      if (count >= wanted) return end / NANOS_A_MICRO;
    }
    return 0;
  }

  #sorted(): [end: number, count: number][] {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }
}

/** The greatest value that falls into the same bucket. */
function bucketEnd(value: number): number {
  if (value < EXACT) return value;
  const unit = 2 ** (Math.floor(Math.log2(value)) - UNIT_BITS);
  return Math.floor(value / unit) * unit + unit - 1;
}
