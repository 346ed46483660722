/** A heap of points in time: what is due next, in O(log n). */

/** One entry of {@link Deadlines}; made by {@link Deadlines.add}. */
export class Deadline<T> {
  /** When it is due (ms). May be later than the place in the heap says; never earlier. */
  at: number;
  /** Its place in the heap. */
  place: number;
  /** What it is for; `undefined` once cancelled. */
  owner: T | undefined;

  constructor(at: number, owner: T) {
    this.at = at;
    this.place = at;
    this.owner = owner;
  }
}

/**
 * Deadlines in order of time. Cancelling and putting off are O(1): the entry stays where it is and is
 * dropped or put back when it comes up. When most entries are dead the heap is built anew.
 */
export class Deadlines<T> {
  #heap: Deadline<T>[] = [];
  #live = 0;

  /** Number of entries that are not cancelled. */
  get size(): number {
    return this.#live;
  }

  add(at: number, owner: T): Deadline<T> {
    const deadline = new Deadline(at, owner);
    this.#live++;
    this.#push(deadline);
    return deadline;
  }

  /** Move to another time; the returned entry replaces the one given. */
  move(deadline: Deadline<T>, at: number): Deadline<T> {
    if (at >= deadline.place) {
      deadline.at = at;
      return deadline;
    }
    const owner = deadline.owner as T;
    this.cancel(deadline);
    return this.add(at, owner);
  }

  cancel(deadline: Deadline<T>): void {
    if (deadline.owner === undefined) return;
    deadline.owner = undefined;
    this.#live--;
    if (this.#heap.length > 64 && this.#heap.length > this.#live * 2) this.#rebuild();
  }

  /** The earliest time, or `undefined` when nothing waits. */
  next(): number | undefined {
    return this.#settle()?.at;
  }

  /** Remove and return the owner of an entry due at `now` or before; `undefined` when there is none. */
  take(now: number): T | undefined {
    const top = this.#settle();
    if (top === undefined || top.at > now) return undefined;
    this.#pop();
    this.#live--;
    const owner = top.owner;
    top.owner = undefined;
    return owner;
  }

  /** Owners of some entries, chosen at random (maybe one twice); fewer than `count` when many are cancelled. */
  sample(count: number, random: () => number): T[] {
    const chosen: T[] = [];
    if (this.#live === 0) return chosen;
    // At most half of a large heap is dead, so that a few more tries find a live one.
    for (let tries = count * 8; tries > 0 && chosen.length < count; tries--) {
      const { owner } = this.#heap[Math.floor(random() * this.#heap.length)];
      if (owner !== undefined) chosen.push(owner);
    }
    if (chosen.length > 0) return chosen;
    for (const { owner } of this.#heap) if (owner !== undefined) return [owner];
    return chosen;
  }

  /** Bring a live entry that stands at its own time to the top. */
  #settle(): Deadline<T> | undefined {
    const heap = this.#heap;
    while (heap.length !== 0) {
      const top = heap[0];
      if (top.owner === undefined) {
        this.#pop();
      } else if (top.at !== top.place) {
        this.#pop();
        top.place = top.at;
        this.#push(top);
      } else {
        return top;
      }
    }
    return undefined;
  }

  #rebuild(): void {
    const live = this.#heap.filter((deadline) => deadline.owner !== undefined);
    for (const deadline of live) deadline.place = deadline.at;
    // A sorted array is a heap.
    this.#heap = live.sort((a, b) => a.place - b.place);
  }

  #push(deadline: Deadline<T>): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(deadline);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (heap[parent].place <= deadline.place) break;
      heap[index] = heap[parent];
      index = parent;
    }
    heap[index] = deadline;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Deadline<T>;
    const length = heap.length;
    if (length === 0) return;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= length) break;
      if (child + 1 < length && heap[child + 1].place < heap[child].place) child++;
      if (heap[child].place >= last.place) break;
      heap[index] = heap[child];
      index = child;
    }
    heap[index] = last;
  }
}
