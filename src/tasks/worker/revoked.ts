/** The ids of tasks that must not run: a limited number, for a limited time, as Celery's workers keep them. */
import { monotonicSeconds } from "../node-facts.js";
import type { RevokedIds } from "./controlled-worker.js";

/** How many ids are kept. */
const MOST_KEPT = 50_000;
/** Seconds they are kept. */
const KEPT_FOR = 3 * 3600;

/** A set of revoked ids; the oldest go when it is full or they are too old. */
export class RevokedTasks implements RevokedIds {
  /** By insertion, which is the order of time but for ids that other nodes told. */
  readonly #times = new Map<string, number>();
  readonly #most: number;
  readonly #keptFor: number;
  readonly #now: () => number;

  /**
   * @param options - `most` ids (50,000), kept for `keptFor` seconds (3 hours) of the monotonic clock `now`
   */
  constructor(
    options: {
      most?: number | undefined;
      keptFor?: number | undefined;
      now?: (() => number) | undefined;
    } = {},
  ) {
    this.#most = options.most ?? MOST_KEPT;
    this.#keptFor = options.keptFor ?? KEPT_FOR;
    this.#now = options.now ?? monotonicSeconds;
  }

  get size(): number {
    return this.#times.size;
  }

  add(id: string): void {
    this.addAt(id, this.#now());
  }

  addAt(id: string, time: number): void {
    const known = this.#times.get(id);
    if (known !== undefined) {
      if (known >= time) return;
      this.#times.delete(id);
    }
    this.#times.set(id, time);
    if (this.#times.size > this.#most) this.#trim();
  }

  /** Whether the task must not run. */
  has(id: string): boolean {
    if (this.#times.size === 0) return false;
    const time = this.#times.get(id);
    if (time === undefined) return false;
    if (this.#now() - time <= this.#keptFor) return true;
    this.#times.delete(id);
    return false;
  }

  /** The task has been dealt with. */
  delete(id: string): void {
    this.#times.delete(id);
  }

  *entries(): Iterable<readonly [id: string, time: number]> {
    const since = this.#now() - this.#keptFor;
    for (const entry of this.#times) if (entry[1] >= since) yield entry;
  }

  #trim(): void {
    const since = this.#now() - this.#keptFor;
    for (const [id, time] of this.#times) if (time < since) this.#times.delete(id);
    for (const id of this.#times.keys()) {
      if (this.#times.size <= this.#most) return;
      this.#times.delete(id);
    }
  }
}
