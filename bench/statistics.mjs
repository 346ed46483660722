/** Medians, and a histogram of latencies. */

/** The middle of `numbers`; of an even count the mean of the two in the middle. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Counts latencies in steps of 0.1 us up to 10 ms; what is longer counts as 10 ms. */
export class LatencyHistogram {
  #counts = new Uint32Array(100_001);
  #total = 0;

  /** Forget everything. */
  clear() {
    this.#counts.fill(0);
    this.#total = 0;
  }

  /** @param milliseconds a latency */
  record(milliseconds) {
    this.#counts[Math.min(100_000, Math.round(milliseconds * 10_000))]++;
    this.#total++;
  }

  /** @returns the latency in microseconds that `percent` percent of all did not exceed */
  percentile(percent) {
    const rank = (this.#total * percent) / 100;
    let seen = 0;
    for (let step = 0; step < this.#counts.length; step++) {
      seen += this.#counts[step];
      if (seen >= rank) return step / 10;
    }
    return 10_000;
  }
}
