/** What makes a server predictable in tests: its clock and its randomness. */
import type { EngineClock } from "./engine/engine.js";

/** How far apart both clocks may be, microseconds. */
const MAX_DRIFT = 2000;

/** The clock of one server: real time, shifted or standing still as a test wants it. */
export class ServerClock implements EngineClock {
  #offset = 0;
  /** The time it stands at, ms since 1970; `undefined` while it runs. */
  #frozenAt: number | undefined;
  #lastMicros = 0;
  /** What to add to the finer clock, which begins at any time, microseconds. */
  #microsOffset = 0;
  readonly #onMoved: () => void;

  /** @param onMoved called when time has made a step, to do at once what is due by now */
  constructor(onMoved: () => void = () => {}) {
    this.#onMoved = onMoved;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#frozenAt ?? Date.now() + this.#offset;
  }

  /** Microseconds since 1970, within two milliseconds of {@link now}; while the clock runs each call gives a later one. */
  micros(): number {
    const now = this.now() * 1000;
    if (this.#frozenAt !== undefined) return now;
    const fine = Math.floor(performance.now() * 1000);
    // Set anew when the time has jumped.
    if (Math.abs(fine + this.#microsOffset - now) > MAX_DRIFT) this.#microsOffset = now - fine;
    this.#lastMicros = Math.max(fine + this.#microsOffset, this.#lastMicros + 1);
    return this.#lastMicros;
  }

  /** Does it stand still? */
  get frozen(): boolean {
    return this.#frozenAt !== undefined;
  }

  /**
   * Let `ms` milliseconds pass at once: keys expire, blocked clients time out, before this returns.
   * @throws RangeError for a negative or fractional number
   * @example
   * await redis.set("session", "1", { ex: 60 });
   * server.clock.advance(60_000);
   * await redis.get("session"); // null
   */
  advance(ms: number): void {
    if (!Number.isSafeInteger(ms) || ms < 0)
      throw new RangeError(`advance takes whole milliseconds, not ${ms}`);
    if (this.#frozenAt === undefined) this.#offset += ms;
    else this.#frozenAt += ms;
    this.#onMoved();
  }

  /** Stand still, at `at` (ms since 1970) or now. Only {@link advance} moves it then. */
  freeze(at: number = this.now()): void {
    this.#frozenAt = at;
    this.#onMoved();
  }

  /** Run in real time again, with no offset. */
  real(): void {
    this.#frozenAt = undefined;
    this.#offset = 0;
    this.#lastMicros = 0;
    this.#onMoved();
  }
}

/**
 * Random numbers in [0, 1) that are the same for the same seed (the generator known as mulberry32).
 * @param seed any integer
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
