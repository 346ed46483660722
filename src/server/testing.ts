/** What makes a server predictable in tests: its clock and its randomness. */
import type { EngineClock } from "./engine/engine-options.js";

/** How a clock was set, for it to be set so again. */
export interface ClockSetting {
  readonly offset: number;
  readonly frozenAt: number | undefined;
}

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

  /**
   * Stand still, at `at` (ms since 1970) or now. Only {@link advance} moves it then.
   * @throws RangeError when `at` is no whole number of 0 or more
   * @example
   * server.clock.freeze(Date.UTC(2030, 0, 1));
   * await redis.time(); // always the same
   */
  freeze(at: number = this.now()): void {
    if (!Number.isSafeInteger(at) || at < 0) throw new RangeError(`freeze takes ms since 1970, not ${at}`);
    this.#frozenAt = at;
    this.#onMoved();
  }

  /** Run in real time again, with no offset. */
  real(): void {
    this.set({ offset: 0, frozenAt: undefined });
  }

  /** How it is set: what {@link advance} and {@link freeze} have done to it. */
  get setting(): ClockSetting {
    return { offset: this.#offset, frozenAt: this.#frozenAt };
  }

  /** Set it as it was once. */
  set({ offset, frozenAt }: ClockSetting): void {
    this.#frozenAt = frozenAt;
    this.#offset = offset;
    this.#lastMicros = 0;
    this.#onMoved();
  }
}

/** Random numbers that are the same for the same seed (the generator known as mulberry32). */
export class SeededRandom {
  /** All that it remembers: what it gives next follows from this. */
  state: number;

  /** @param seed any integer */
  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** A number in [0, 1). */
  next(): number {
    const state = (this.state + 0x6d2b79f5) | 0;
    this.state = state;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
}
