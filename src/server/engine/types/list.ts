/** The list type: a deque of blocks, so that both ends and any index cost O(1) and no push ever copies much. */

/** Elements in a block: a power of two, so that a place is found by shifting. */
const BITS = 9;
const BLOCK = 1 << BITS;
const MASK = BLOCK - 1;
/** Room that is made in front of a short list. */
const SMALLEST_ROOM = 8;

/** A list of one-byte strings. Indexes count from 0 at the head; negative ones are the caller's business. */
export class ListValue {
  readonly type = "list";
  /** All blocks but the last are full to their end; the last ends with the last element. There is always one. */
  #blocks: string[][] = [[]];
  /** Where the head stands in the first block; the places before it hold the empty string. */
  #first = 0;
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
    if (this.#first === 0) this.#makeRoom();
    this.#blocks[0][--this.#first] = item;
    this.#size++;
  }

  pushTail(item: string): void {
    const last = this.#blocks[this.#blocks.length - 1];
    if (last.length < BLOCK) last.push(item);
    else this.#blocks.push([item]);
    this.#size++;
  }

  /** Remove and return the first element; `undefined` when the list is empty. */
  popHead(): string | undefined {
    if (this.#size === 0) return undefined;
    const blocks = this.#blocks;
    const item = blocks[0][this.#first];
    blocks[0][this.#first] = "";
    this.#size--;
    if (this.#size === 0) this.#clear();
    else if (++this.#first === BLOCK) {
      blocks.shift();
      this.#first = 0;
    }
    return item;
  }

  /** Remove and return the last element; `undefined` when the list is empty. */
  popTail(): string | undefined {
    if (this.#size === 0) return undefined;
    const blocks = this.#blocks;
    const last = blocks[blocks.length - 1];
    const item = last.pop();
    this.#size--;
    if (this.#size === 0) this.#clear();
    else if (last.length === 0) blocks.pop();
    return item;
  }

  /** The element at `index`, or `undefined` outside of the list. */
  at(index: number): string | undefined {
    if (index < 0 || index >= this.#size) return undefined;
    const place = this.#first + index;
    return this.#blocks[place >>> BITS][place & MASK];
  }

  /** Replace the element at `index`, which must exist. */
  replace(index: number, item: string): void {
    const place = this.#first + index;
    this.#blocks[place >>> BITS][place & MASK] = item;
  }

  /** Put `item` before the element at `index` (0 to size); the shorter side makes room. */
  insert(index: number, item: string): void {
    if (index < this.#size >> 1) {
      this.pushHead(item);
      for (let i = 0; i < index; i++) this.replace(i, this.at(i + 1) as string);
    } else {
      this.pushTail(item);
      for (let i = this.#size - 1; i > index; i--) this.replace(i, this.at(i - 1) as string);
    }
    this.replace(index, item);
  }

  /** The elements from `start` up to and without `end`, both within 0 to size. */
  range(start: number, end: number): string[] {
    if (start >= end) return [];
    const from = this.#first + start;
    const last = this.#first + end - 1;
    const block = from >>> BITS;
    const lastBlock = last >>> BITS;
    if (block === lastBlock) return this.#blocks[block].slice(from & MASK, (last & MASK) + 1);
    const items = this.#blocks[block].slice(from & MASK);
    for (let i = block + 1; i < lastBlock; i++) for (const item of this.#blocks[i]) items.push(item);
    const rest = this.#blocks[lastBlock];
    for (let i = 0; i <= (last & MASK); i++) items.push(rest[i]);
    return items;
  }

  /** Remove the first `count` elements, which must exist. */
  dropHead(count: number): void {
    this.#size -= count;
    if (this.#size === 0) return this.#clear();
    const blocks = this.#blocks;
    const place = this.#first + count;
    const whole = place >>> BITS;
    if (whole === 1) blocks.shift();
    else if (whole > 1) blocks.splice(0, whole);
    const first = place & MASK;
    blocks[0].fill("", whole === 0 ? this.#first : 0, first);
    this.#first = first;
  }

  /** Remove the last `count` elements, which must exist. */
  dropTail(count: number): void {
    this.#size -= count;
    if (this.#size === 0) return this.#clear();
    const last = this.#first + this.#size - 1;
    this.#blocks.length = (last >>> BITS) + 1;
    this.#blocks[last >>> BITS].length = (last & MASK) + 1;
  }

  /**
   * Remove elements equal to `item` in one pass.
   * @param limit how many at the most
   * @param fromTail look for them from the tail on
   * @returns how many were removed
   */
  removeEqual(item: string, limit: number, fromTail: boolean): number {
    const size = this.#size;
    let removed = 0;
    // Survivors move over the holes, towards the end at which the search began.
    if (fromTail) {
      for (let i = size - 1; i >= 0; i--) {
        const current = this.at(i) as string;
        if (removed < limit && current === item) removed++;
        else if (removed !== 0) this.replace(i + removed, current);
      }
      if (removed !== 0) this.dropHead(removed);
    } else {
      for (let i = 0; i < size; i++) {
        const current = this.at(i) as string;
        if (removed < limit && current === item) removed++;
        else if (removed !== 0) this.replace(i - removed, current);
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
    twin.#blocks = this.#blocks.map((block) => block.slice());
    twin.#first = this.#first;
    twin.#size = this.#size;
    return twin;
  }

  #clear(): void {
    this.#blocks = [[]];
    this.#first = 0;
  }

  /** Make room in front of the head: within the only block while that is short, else by a block of its own. */
  #makeRoom(): void {
    const only = this.#blocks[0];
    const room =
      this.#blocks.length > 1 ? 0 : Math.min(Math.max(SMALLEST_ROOM, only.length), BLOCK - only.length);
    if (room === 0) {
      this.#blocks.unshift(new Array<string>(BLOCK).fill(""));
      this.#first = BLOCK;
      return;
    }
    this.#blocks[0] = new Array<string>(room).fill("").concat(only);
    this.#first = room;
  }
}
