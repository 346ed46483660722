/** A queue in a ring of slots: everything at both ends costs O(1) and leaves no garbage. */

const SMALLEST = 4;
/** An emptied ring with more slots than this gives them back. */
const KEPT = 1024;

/** Items in the order in which they came. */
export class Ring<T> {
  /** A power of two of them. */
  #slots: (T | undefined)[] = new Array<T | undefined>(SMALLEST).fill(undefined);
  #head = 0;
  #length = 0;

  /** Number of items. */
  get length(): number {
    return this.#length;
  }

  /** Append at the end. */
  push(item: T): void {
    if (this.#length === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.#length) & (this.#slots.length - 1)] = item;
    this.#length++;
  }

  /** Put in front of all others. */
  unshift(item: T): void {
    if (this.#length === this.#slots.length) this.#grow();
    this.#head = (this.#head - 1) & (this.#slots.length - 1);
    this.#slots[this.#head] = item;
    this.#length++;
  }

  /** Take the first item; `undefined` when there is none. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.#length--;
    if (this.#length === 0 && this.#slots.length > KEPT) this.clear();
    return item;
  }

  /** The first item, which stays; `undefined` when there is none. */
  peekFront(): T | undefined {
    return this.#slots[this.#head];
  }

  /** The last item, which stays; `undefined` when there is none. */
  peekBack(): T | undefined {
    return this.peekAt(this.#length - 1);
  }

  /** The item at `index`, counted from the first; `undefined` outside. */
  peekAt(index: number): T | undefined {
    if (index < 0 || index >= this.#length) return undefined;
    return this.#slots[(this.#head + index) & (this.#slots.length - 1)];
  }

  /** Take `item` out of the middle, if it is there. O(n). */
  remove(item: T): void {
    const items = this.toArray();
    const index = items.indexOf(item);
    if (index === -1) return;
    items.splice(index, 1);
    this.clear();
    for (const one of items) this.push(one);
  }

  /** Remove everything. */
  clear(): void {
    this.#slots = new Array<T | undefined>(SMALLEST).fill(undefined);
    this.#head = this.#length = 0;
  }

  /** All items, the first one first. */
  toArray(): T[] {
    const mask = this.#slots.length - 1;
    return Array.from({ length: this.#length }, (_, index) => this.#slots[(this.#head + index) & mask] as T);
  }

  #grow(): void {
    const { length } = this.#slots;
    // Of this very size: an array that grows by itself takes half as much again.
    const slots = new Array<T | undefined>(2 * length).fill(undefined);
    for (let i = 0; i < length; i++) slots[i] = this.#slots[(this.#head + i) & (length - 1)];
    this.#slots = slots;
    this.#head = 0;
  }
}
