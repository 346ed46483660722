/** Rate limits of tasks: "10/m" means ten starts in a minute, evenly, in each worker. */

/** Seconds of the units. */
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/**
 * Reads a rate limit.
 *
 * @param limit - a number (per second), "5/s", "5/m", "5/h", or null, 0, "" for none
 * @returns starts per second; 0: no limit
 * @throws RangeError for text that is no rate limit
 */
export function parseRateLimit(limit: string | number | null | undefined): number {
  if (limit === null || limit === undefined || limit === "") return 0;
  if (typeof limit === "number") {
    if (Number.isFinite(limit) && limit >= 0) return limit;
    throw new RangeError(`Invalid rate limit: ${limit}; allowed are numbers of 0 and more (per second)`);
  }
  const [count, unit = "s", ...rest] = limit.trim().split("/");
  const starts = Number(count);
  const seconds = Object.hasOwn(UNITS, unit) ? UNITS[unit] : 0;
  if (count.trim() === "" || !Number.isFinite(starts) || starts < 0 || seconds === 0 || rest.length > 0) {
    throw new RangeError(
      `Invalid rate limit string: ${JSON.stringify(limit)}; allowed are such as "10/s", "10/m", "10/h"`,
    );
  }
  return starts / seconds;
}

/** A bucket that holds one token and gets `rate` of them in a second. */
export class TokenBucket {
  readonly rate: number;
  #tokens = 1;
  #filledAt: number;

  /** @param now - a monotonic time in milliseconds */
  constructor(rate: number, now: number) {
    this.rate = rate;
    this.#filledAt = now;
  }

  /** Takes the token. @returns 0 when it was there, else the milliseconds until it will be */
  take(now: number): number {
    this.#tokens = Math.min(1, this.#tokens + ((now - this.#filledAt) / 1000) * this.rate);
    this.#filledAt = now;
    // A timer may come a fraction of a millisecond early.
    if (this.#tokens >= 1 - 1e-9) {
      this.#tokens = 0;
      return 0;
    }
    return Math.max(1, Math.ceil(((1 - this.#tokens) / this.rate) * 1000));
  }
}

/** Tasks of one name that wait for their turn. */
interface Line<Held> {
  bucket: TokenBucket;
  waiting: Held[];
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Holds tasks back so that each name starts no oftener than its limit. */
export class RateLimits<Held> {
  readonly #release: (held: Held) => void;
  readonly #lines = new Map<string, Line<Held>>();

  /** @param release - called with a task whose turn has come */
  constructor(release: (held: Held) => void) {
    this.#release = release;
  }

  /** Sets the limit of a task by name, in starts per second; 0: none, and what waited is released. */
  set(name: string, rate: number): void {
    const line = this.#lines.get(name);
    if (rate > 0) {
      const bucket = new TokenBucket(rate, performance.now());
      if (line === undefined) {
        this.#lines.set(name, { bucket, waiting: [], timer: undefined });
      } else {
        line.bucket = bucket;
        this.#serve(line);
      }
    } else if (line !== undefined) {
      this.#lines.delete(name);
      clearTimeout(line.timer);
      for (const held of line.waiting) this.#release(held);
    }
  }

  /** Whether the task may start now; if not, it is held and released when it may. */
  pass(name: string, held: Held): boolean {
    if (this.#lines.size === 0) return true;
    const line = this.#lines.get(name);
    if (line === undefined) return true;
    if (line.waiting.length === 0 && line.bucket.take(performance.now()) === 0) return true;
    line.waiting.push(held);
    if (line.timer === undefined) this.#serve(line);
    return false;
  }

  /** All that is held. */
  *held(): Iterable<Held> {
    for (const line of this.#lines.values()) yield* line.waiting;
  }

  /** Take out what fits. */
  remove(fits: (held: Held) => boolean): Held[] {
    const removed: Held[] = [];
    for (const line of this.#lines.values()) {
      const kept: Held[] = [];
      for (const held of line.waiting) (fits(held) ? removed : kept).push(held);
      line.waiting = kept;
    }
    return removed;
  }

  /** Take out everything, and stop the timers. */
  clear(): Held[] {
    for (const line of this.#lines.values()) {
      clearTimeout(line.timer);
      line.timer = undefined;
    }
    return this.remove(() => true);
  }

  #serve(line: Line<Held>): void {
    clearTimeout(line.timer);
    line.timer = undefined;
    while (line.waiting.length > 0) {
      const wait = line.bucket.take(performance.now());
      if (wait > 0) {
        line.timer = setTimeout(() => this.#serve(line), wait);
        return;
      }
      this.#release(line.waiting.shift()!);
    }
  }
}
