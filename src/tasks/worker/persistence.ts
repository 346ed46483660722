/** Does what must not be left out, over the outages of a server. */
import { ConnectionError } from "../../index.js";
import type { TaskLog } from "../log.js";

/** Milliseconds before the next attempt: the first, and the longest. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1000;
/** Attempts for what the server itself refuses. */
const MOST_REFUSALS = 3;

/** Repeats work that failed, until it is done or given up. */
export class Persistence {
  readonly #log: TaskLog;
  readonly #abandoned = new AbortController();

  constructor(log: TaskLog) {
    this.#log = log;
  }

  /** Give up everything: the worker stops at once. */
  abandon(): void {
    this.#abandoned.abort();
  }

  get abandoned(): boolean {
    return this.#abandoned.signal.aborted;
  }

  /**
   * Do it, and again while the server cannot be reached. What the server refuses is tried three times.
   *
   * @param what - "the result of x[1]", for the log
   * @throws what `attempt` throws, when that has nothing to do with the connection or the worker stops
   */
  async untilDone<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    let refusals = 0;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        return await attempt();
      } catch (error) {
        // What cannot be written as JSON will not be written the next time either.
        if (error instanceof TypeError || this.abandoned) throw error;
        if (!(error instanceof ConnectionError)) {
          refusals++;
          if (refusals >= MOST_REFUSALS) throw error;
        }
        this.#log.warn(`${what}: ${error instanceof Error ? error.message : String(error)}; trying again`);
        await this.pause(pause);
      }
    }
  }

  /** Wait some milliseconds; no longer than until {@link Persistence.abandon}. */
  pause(milliseconds: number): Promise<void> {
    const { signal } = this.#abandoned;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener("abort", end);
    });
  }
}
