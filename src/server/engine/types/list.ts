/** The list type: a ring buffer, so that both ends and any index cost O(1). */

const SMALLEST_ROOM = 8;

/** A list of one-byte strings. Indexes count from 0 at the head; negative ones are the caller's business. */
export class ListValue {
  readonly type = "list";
  /** Its length is a power of two; unused places hold the empty string. */
  #ring: string[] = new Array<string>(SMALLEST_ROOM).fill("");
  #head = 0;
  #size = 0;

  /** @param items first elements, head first */
  constructor(items: readonly string[] = []) {
    for (const item of items) this.pushTail(item);
  }

  /** Number of elements. */
  get size(): number {
    return this.#size;
  }

  /** What OBJECT ENCODING reports: Redis 7.0 knows one form of lists. */
  encoding(): "quicklist" {
    return "quicklist";
  }

  pushHead(item: string): void {
    if (this.#size === this.#ring.length) this.#resize(this.#size * 2);
    this.#head = (this.#head - 1) & (this.#ring.length - 1);
    this.#ring[this.#head] = item;
    this.#size++;
  }

  pushTail(item: string): void {
    if (this.#size === this.#ring.length) this.#resize(this.#size * 2);
    this.#ring[(this.#head + this.#size) & (this.#ring.length - 1)] = item;
    this.#size++;
  }

  /** Remove and return the first element; `undefined` when the list is empty. */
  popHead(): string | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = "";
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#size--;
    this.#shrink();
    return item;
  }

  /** Remove and return the last element; `undefined` when the list is empty. */
  popTail(): string | undefined {
    if (this.#size === 0) return undefined;
    this.#size--;
    const place = (this.#head + this.#size) & (this.#ring.length - 1);
    const item = this.#ring[place];
    this.#ring[place] = "";
    this.#shrink();
    return item;
  }

  /** The element at `index`, or `undefined` outside of the list. */
  at(index: number): string | undefined {
    if (index < 0 || index >= this.#size) return undefined;
    return this.#ring[(this.#head + index) & (this.#ring.length - 1)];
  }

  /** Replace the element at `index`, which must exist. */
  replace(index: number, item: string): void {
    this.#ring[(this.#head + index) & (this.#ring.length - 1)] = item;
  }

  /** Put `item` before the element at `index` (0 to size); the shorter side makes room. */
  insert(index: number, item: string): void {
    if (index < this.#size >> 1) {
      this.pushHead(item);
      for (let i = 0; i < index; i++) this.#copyWithin(i + 1, i);
    } else {
      this.pushTail(item);
      for (let i = this.#size - 1; i > index; i--) this.#copyWithin(i - 1, i);
    }
    this.replace(index, item);
  }

  /** The elements from `start` up to and without `end`, both within 0 to size. */
  range(start: number, end: number): string[] {
    const ring = this.#ring;
    if (start >= end) return [];
    const first = (this.#head + start) & (ring.length - 1);
    const behind = first + (end - start);
    if (behind <= ring.length) return ring.slice(first, behind);
    return ring.slice(first).concat(ring.slice(0, behind - ring.length));
  }

  /** Remove the first `count` elements, which must exist. */
  dropHead(count: number): void {
    const ring = this.#ring;
    const mask = ring.length - 1;
    for (let i = 0; i < count; i++) ring[(this.#head + i) & mask] = "";
    this.#head = (this.#head + count) & mask;
    this.#size -= count;
    this.#shrink();
  }

  /** Remove the last `count` elements, which must exist. */
  dropTail(count: number): void {
    const ring = this.#ring;
    const mask = ring.length - 1;
    for (let i = this.#size - count; i < this.#size; i++) ring[(this.#head + i) & mask] = "";
    this.#size -= count;
    this.#shrink();
  }

  /**
   * Remove elements equal to `item` in one pass.
   * @param limit how many at the most
   * @param fromTail look for them from the tail on
   * @returns how many were removed
   */
  removeEqual(item: string, limit: number, fromTail: boolean): number {
    const ring = this.#ring;
    const mask = ring.length - 1;
    const size = this.#size;
    const head = this.#head;
    let removed = 0;
    // Survivors move over the holes, towards the end at which the search began.
    if (fromTail) {
      for (let i = size - 1; i >= 0; i--) {
        const current = ring[(head + i) & mask];
        if (removed < limit && current === item) removed++;
        else if (removed !== 0) ring[(head + i + removed) & mask] = current;
      }
      if (removed !== 0) this.dropHead(removed);
    } else {
      for (let i = 0; i < size; i++) {
        const current = ring[(head + i) & mask];
        if (removed < limit && current === item) removed++;
        else if (removed !== 0) ring[(head + i - removed) & mask] = current;
      }
      if (removed !== 0) this.dropTail(removed);
    }
    return removed;
  }

  /** All elements, head first. */
  items(): string[] {
    return this.range(0, this.#size);
  }

  copy(): ListValue {
    const twin = new ListValue();
    twin.#ring = this.#ring.slice();
    twin.#head = this.#head;
    twin.#size = this.#size;
    return twin;
  }

  #copyWithin(from: number, to: number): void {
    const mask = this.#ring.length - 1;
    this.#ring[(this.#head + to) & mask] = this.#ring[(this.#head + from) & mask];
  }

  #shrink(): void {
    let room = this.#ring.length;
    while (room > SMALLEST_ROOM && this.#size < room >> 2) room >>= 1;
    if (room !== this.#ring.length) this.#resize(room);
  }

  #resize(room: number): void {
    const ring = this.items();
    while (ring.length < room) ring.push("");
    this.#ring = ring;
    this.#head = 0;
  }
}
