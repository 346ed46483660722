/**
 * Waits for lists to become not empty, and takes nothing out of them: `BLMOVE key key RIGHT RIGHT` puts the element
 * back where it was. So a message cannot be lost between the server's reply and whoever waits.
 */
import type { Redis } from "../index.js";
import { onAbort } from "./on-abort.js";

/**
 * Seconds after which the server answers that there is nothing, and is asked again: how long a connection that is
 * dead, and says so to nobody, can hold a queue up.
 */
const ROUND_SECONDS = 10;

/** One who waits. */
interface Sleeper {
  readonly keys: ReadonlySet<string>;
  wake(): void;
  fail(error: unknown): void;
}

/** Watches lists; each takes a connection of the pool while it is empty. */
export class ListWatch {
  readonly #redis: Redis;
  readonly #seconds: number;
  /**
   * Lists whose commands are under way. They outlive a wait, so that the next one finds them there; one that nobody
   * wants any more ends with its round.
   */
  readonly #watched = new Map<string, AbortController>();
  readonly #sleepers = new Set<Sleeper>();
  #closed = false;

  constructor(redis: Redis, seconds = ROUND_SECONDS) {
    this.#redis = redis;
    this.#seconds = seconds;
  }

  /**
   * Wait until one of the lists is not empty.
   * @returns when that is so, or when `signal` fires
   * @throws ConnectionError when the server is lost, ReplyError when a key is no list
   */
  wait(keys: readonly string[], signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#closed) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#sleepers.delete(sleeper);
        unlisten();
      };
      const sleeper: Sleeper = {
        keys: new Set(keys),
        wake() {
          end();
          resolve();
        },
        fail(error) {
          end();
          reject(error);
        },
      };
      this.#sleepers.add(sleeper);
      const unlisten = onAbort(signal, sleeper.wake);
      for (const key of sleeper.keys) if (!this.#watched.has(key)) this.#watch(key);
    });
  }

  /** End all waits. */
  close(): void {
    this.#closed = true;
    for (const stop of this.#watched.values()) stop.abort();
    for (const sleeper of [...this.#sleepers]) sleeper.wake();
  }

  #watch(key: string): void {
    const stop = new AbortController();
    this.#watched.set(key, stop);
    const redis = this.#redis.with({ signal: stop.signal, replies: "buffer" });
    redis.blmove(key, key, "right", "right", this.#seconds).then(
      (element) => {
        if (element === null && !this.#closed && this.#wanting(key).length > 0) return this.#watch(key);
        this.#watched.delete(key);
        if (element !== null) for (const sleeper of this.#wanting(key)) sleeper.wake();
      },
      (error: unknown) => {
        this.#watched.delete(key);
        for (const sleeper of this.#wanting(key)) sleeper.fail(error);
      },
    );
  }

  #wanting(key: string): Sleeper[] {
    return [...this.#sleepers].filter(({ keys }) => keys.has(key));
  }
}
