/** A set of strings that can be drawn from at random, and walked by SCAN, without a pass over the whole. */

/**
 * Distinct one-byte strings in a dense array, with a map of their places. A removal moves the last one
 * into the hole, so the order is of no meaning once something has been removed.
 */
export class DenseIndex {
  #places = new Map<string, number>();
  #items: string[] = [];

  constructor(items: Iterable<string> = []) {
    for (const item of items) this.add(item);
  }

  get size(): number {
    return this.#items.length;
  }

  /** All of them; not to be changed, and valid until the next change. */
  get items(): readonly string[] {
    return this.#items;
  }

  has(item: string): boolean {
    return this.#places.has(item);
  }

  /** @returns whether it is new */
  add(item: string): boolean {
    if (this.#places.has(item)) return false;
    this.#places.set(item, this.#items.length);
    this.#items.push(item);
    return true;
  }

  /** @returns whether it was there */
  delete(item: string): boolean {
    const place = this.#places.get(item);
    if (place === undefined) return false;
    this.#places.delete(item);
    const last = this.#items.pop() as string;
    if (place !== this.#items.length) {
      this.#items[place] = last;
      this.#places.set(last, place);
    }
    return true;
  }

  /** The same, while the others keep their order: for small sets. @returns whether it was there */
  deleteInOrder(item: string): boolean {
    const place = this.#places.get(item);
    if (place === undefined) return false;
    this.#places.delete(item);
    this.#items.splice(place, 1);
    for (let i = place; i < this.#items.length; i++) this.#places.set(this.#items[i], i);
    return true;
  }

  /**
   * One step of a SCAN. The cursor is the number of places not seen yet, walked from the end downward:
   * what a removal moves goes from a place already seen to any other, or from one unseen place to another
   * one, so a string that stays is seen at least once whatever happens between two steps.
   * @param cursor 0 to begin
   * @param visit called for at most `count` strings; must not change the index
   * @returns the next cursor; 0: done
   */
  scan(cursor: number, count: number, visit: (item: string) => void): number {
    const items = this.#items;
    let place = cursor === 0 ? items.length : Math.min(cursor, items.length);
    for (const end = Math.max(0, place - count); place > end; place--) visit(items[place - 1]);
    return place;
  }

  copy(): DenseIndex {
    const twin = new DenseIndex();
    twin.#places = new Map(this.#places);
    twin.#items = this.#items.slice();
    return twin;
  }
}
