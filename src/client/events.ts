/** A small typed emitter. What a listener throws never reaches the code that emits. */

/** Listeners by the name of the event. */
export class Events<E extends Record<string, unknown>> {
  readonly #listeners = new Map<keyof E, Set<(event: never) => void>>();

  /** Call `listener` at every event called `name`. @returns a function that ends that */
  on<K extends keyof E>(name: K, listener: (event: E[K]) => void): () => void {
    const known = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, known);
    known.add(listener);
    return () => void known.delete(listener);
  }

  /** Tell all listeners. */
  emit<K extends keyof E>(name: K, event: E[K]): void {
    for (const listener of this.#listeners.get(name) ?? [])
      isolated(() => (listener as (event: E[K]) => void)(event));
  }
}

/** Run a callback of the user's; an exception becomes an uncaught one of its own, as in any event handler. */
export function isolated(callback: () => unknown): void {
  try {
    callback();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
