/** An ordered map by stream id: pending entries are found by id, and walked in order from any id. */
import { compareIds, type StreamId } from "./stream-id.js";

/** A chunk that grows beyond this is split. */
const CHUNK_MAX = 128;

/**
 * Items that are their own keys, in sorted chunks: a look-up is two binary searches, an insertion or a removal
 * moves the items of one chunk. Ids mostly come in ascending order, which fills the chunks.
 */
export class IdMap<T extends StreamId> {
  readonly #chunks: T[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#chunks[0]?.[0];
  }

  get last(): T | undefined {
    return this.#chunks.at(-1)?.at(-1);
  }

  get(id: StreamId): T | undefined {
    const item = this.atOrAfter(id);
    return item !== undefined && compareIds(item, id) === 0 ? item : undefined;
  }

  /** The first item whose id is not below `id`. */
  atOrAfter(id: StreamId): T | undefined {
    const chunk = this.#chunks[this.#chunkOf(id)];
    return chunk?.[placeOf(chunk, id)];
  }

  /** Add an item. @returns false when there is one of that id already; then nothing changes */
  add(item: T): boolean {
    const chunks = this.#chunks;
    const last = chunks.at(-1);
    if (last === undefined || compareIds(last[last.length - 1], item) < 0) {
      if (last === undefined || last.length >= CHUNK_MAX) chunks.push([item]);
      else last.push(item);
      this.#size++;
      return true;
    }
    const at = this.#chunkOf(item);
    const chunk = chunks[at];
    const place = placeOf(chunk, item);
    if (compareIds(chunk[place], item) === 0) return false;
    chunk.splice(place, 0, item);
    if (chunk.length > CHUNK_MAX) chunks.splice(at + 1, 0, chunk.splice(CHUNK_MAX >> 1));
    this.#size++;
    return true;
  }

  /** Remove and return the item of an id. */
  delete(id: StreamId): T | undefined {
    const at = this.#chunkOf(id);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return undefined;
    const place = placeOf(chunk, id);
    const item = chunk[place];
    if (compareIds(item, id) !== 0) return undefined;
    chunk.splice(place, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
    this.#size--;
    return item;
  }

  /** All items in order, or those from `start` on. Nothing may be added or removed meanwhile. */
  *items(start?: StreamId): IterableIterator<T> {
    const chunks = this.#chunks;
    let at = start === undefined ? 0 : this.#chunkOf(start);
    if (at >= chunks.length) return;
    let place = start === undefined ? 0 : placeOf(chunks[at], start);
    for (; at < chunks.length; at++) {
      const chunk = chunks[at];
      for (; place < chunk.length; place++) yield chunk[place];
      place = 0;
    }
  }

  /** The first chunk whose last item is not below `id`; behind the last when there is none. */
  #chunkOf(id: StreamId): number {
    const chunks = this.#chunks;
    let low = 0;
    let high = chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const chunk = chunks[middle];
      if (compareIds(chunk[chunk.length - 1], id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The first place of a sorted array whose item is not below `id`. */
export function placeOf(items: readonly StreamId[], id: StreamId): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareIds(items[middle], id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
