/** What waits for its time: a heap by due time, with one timer for all. */

/** The longest delay a timer of JavaScript takes, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Something with a time. */
export interface Timed {
  /** When it is due, in milliseconds since 1970. */
  readonly at: number;
}

/**
 * Holds entries until they are due. However many there are, one timer runs; 100,000 entries cost what they weigh
 * themselves and a slot in an array.
 */
export class Schedule<Entry extends Timed> {
  readonly #onDue: (entries: Entry[]) => void;
  #heap: Entry[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The time that the timer runs for. */
  #armedFor = Number.POSITIVE_INFINITY;

  /** @param onDue - called with all entries that are due, the earliest first */
  constructor(onDue: (entries: Entry[]) => void) {
    this.#onDue = onDue;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** The entries, in no order. */
  entries(): readonly Entry[] {
    return this.#heap;
  }

  add(entry: Entry): void {
    const heap = this.#heap;
    heap.push(entry);
    let at = heap.length - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (heap[above].at <= entry.at) break;
      heap[at] = heap[above];
      at = above;
    }
    heap[at] = entry;
    if (entry.at < this.#armedFor) this.#arm();
  }

  /** Take out what fits; @returns what was taken out, in no order. */
  remove(fits: (entry: Entry) => boolean): Entry[] {
    const removed: Entry[] = [];
    const kept: Entry[] = [];
    for (const entry of this.#heap) (fits(entry) ? removed : kept).push(entry);
    if (removed.length > 0) {
      // A sorted array is a heap.
      this.#heap = kept.sort((a, b) => a.at - b.at);
      this.#arm();
    }
    return removed;
  }

  /** Take out everything, and stop the timer. */
  clear(): Entry[] {
    const entries = this.#heap;
    this.#heap = [];
    this.#arm();
    return entries;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#heap.length === 0) {
      this.#armedFor = Number.POSITIVE_INFINITY;
      return;
    }
    this.#armedFor = this.#heap[0].at;
    const delay = Math.min(Math.max(this.#armedFor - Date.now(), 0), LONGEST_TIMER);
    this.#timer = setTimeout(() => this.#run(), delay);
  }

  #run(): void {
    const now = Date.now();
    const due: Entry[] = [];
    while (this.#heap.length > 0 && this.#heap[0].at <= now) due.push(this.#pop());
    this.#arm();
    if (due.length > 0) this.#onDue(due);
  }

  #pop(): Entry {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop()!;
    const { length } = heap;
    if (length > 0) {
      let at = 0;
      for (;;) {
        let below = 2 * at + 1;
        if (below >= length) break;
        if (below + 1 < length && heap[below + 1].at < heap[below].at) below++;
        if (heap[below].at >= last.at) break;
        heap[at] = heap[below];
        at = below;
      }
      heap[at] = last;
    }
    return first;
  }
}
