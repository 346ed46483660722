/** A save during which clients are served: BGSAVE. redis-server has a child process for it. */
import { type RdbPieces, rdbPieces } from "./dump/rdb-writer.js";
import type { Engine } from "./engine.js";
import type { DataDraft, Pause } from "./server-files.js";

/** How long one step takes at the most, if no key is huge; microseconds. */
const STEP_MICROS = 2000;

/** Where it is written. */
export interface DraftMaker {
  /** Begin the file. @throws FileProblem */
  draft(): DataDraft;
}

/** One save in the background. */
export class BackgroundSave {
  /** Seconds since 1970. */
  readonly startedAt: number;
  /** How many keys there were when it began. */
  readonly keysTotal: number;
  /** How many have been written. */
  keysWritten = 0;
  readonly #engine: Engine;
  readonly #files: DraftMaker;
  readonly #data: RdbPieces;
  readonly #finely: boolean;
  readonly #startedMicros: number;
  #draft: DataDraft | undefined;

  /**
   * Takes the data set as it is now.
   * @param startedAt seconds since 1970
   * @param begin makes the pieces of the file, given whether each key is to end one; an RDB file when left out
   */
  constructor(
    engine: Engine,
    files: DraftMaker,
    startedAt: number,
    begin: (finely: boolean) => RdbPieces = (finely) => rdbPieces(engine, finely),
  ) {
    this.#engine = engine;
    this.#files = files;
    this.startedAt = startedAt;
    this.#startedMicros = engine.clock.micros();
    this.keysTotal = engine.databases.reduce((sum, { size }) => sum + size, 0);
    this.#finely = engine.config.number("rdb-key-save-delay") > 0;
    this.#data = begin(this.#finely);
  }

  /**
   * Write some more.
   * @returns ms to wait before the next step; `undefined` when the file is whole and in its place
   * @throws FileProblem
   */
  step(): Pause | undefined {
    const { clock, config } = this.#engine;
    this.#draft ??= this.#files.draft();
    const until = clock.micros() + STEP_MICROS;
    do {
      const { done, value } = this.#data.pieces.next();
      if (done === true || value === undefined) {
        this.#draft.finish();
        return undefined;
      }
      this.#draft.write(value.bytes);
      this.keysWritten = value.keys;
      if (!this.#finely) continue;
      const due = this.#startedMicros + this.keysWritten * config.number("rdb-key-save-delay");
      const early = due - clock.micros();
      if (early > 0) return early / 1000;
    } while (clock.micros() < until);
    return 0;
  }

  /** How much memory the values take that have been changed since it began, and had to be copied; bytes. */
  get copied(): number {
    return this.#data.copied();
  }

  /** It has ended, well or not. */
  release(): void {
    this.#data.release();
  }

  /** Forget what has been written. */
  discard(): void {
    this.#draft?.discard();
  }
}
