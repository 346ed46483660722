/** A file that is read while clients are told to come back later. */
import { type RdbContents, rdbReading } from "./dump/rdb-reader.js";
import type { Engine } from "./engine.js";
import type { Pause } from "./server-files.js";

/** How long one step takes at the most, if no key is huge; microseconds. */
const STEP_MICROS = 10_000;

/** One file. */
export class RdbLoading {
  /** Seconds since 1970. */
  readonly startedAt: number;
  /** Its size, bytes. */
  readonly total: number;
  /** How much of it has been read, bytes. */
  read = 0;
  /** All that is in it, once it has been read. */
  contents: RdbContents | undefined;
  readonly #engine: Engine;
  readonly #reading: Generator<number, RdbContents, void>;
  readonly #startedMicros: number;
  #keys = 0;

  constructor(engine: Engine, bytes: Uint8Array) {
    this.#engine = engine;
    this.#startedMicros = engine.clock.micros();
    this.startedAt = Math.floor(this.#startedMicros / 1e6);
    this.total = bytes.length;
    this.#reading = rdbReading(engine, bytes);
  }

  /**
   * Read some more.
   * @returns ms to wait before the next step; `undefined` when all has been read
   * @throws RdbError
   */
  step(): Pause | undefined {
    const { clock, config } = this.#engine;
    const delay = config.number("key-load-delay");
    const until = clock.micros() + STEP_MICROS;
    do {
      const { done, value } = this.#reading.next();
      if (done) {
        this.contents = value;
        return undefined;
      }
      this.read = value;
      const early = this.#startedMicros + ++this.#keys * delay - clock.micros();
      if (delay > 0 && early > 0) return early / 1000;
    } while (clock.micros() < until);
    return 0;
  }
}
