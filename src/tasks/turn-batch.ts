/** What is asked for in one turn of the event loop is done together, when the turn ends. */

/** Run a task when the code that runs now, and all promises that it has settled, are done; before any input or timer. */
const atEndOfTurn: (task: () => void) => void = globalThis.process?.nextTick ?? queueMicrotask;

/** Collects items until the turn ends, then hands all of them to one call. */
export class TurnBatch<T> {
  readonly #flush: (items: T[]) => Promise<void>;
  #items: T[] = [];
  #done: Promise<void> | undefined;

  /** @param flush does it for all of them; its outcome is that of every {@link TurnBatch.add} of the turn */
  constructor(flush: (items: T[]) => Promise<void>) {
    this.#flush = flush;
  }

  /** Add one. @returns when it has been done, with those of the same turn */
  add(item: T): Promise<void> {
    this.#items.push(item);
    this.#done ??= new Promise((resolve, reject) => {
      atEndOfTurn(() => {
        const items = this.#items;
        this.#items = [];
        this.#done = undefined;
        this.#flush(items).then(resolve, reject);
      });
    });
    return this.#done;
  }
}
