/** The logical clock by which Celery's tools put the events of several processes in order. */

/** A Lamport clock: one for each process. */
export class LamportClock {
  #value = 0;

  /** The time now. */
  get value(): number {
    return this.#value;
  }

  /** One further, before something is sent. @returns the new time */
  forward(): number {
    this.#value++;
    return this.#value;
  }

  /** What another process said its time was: this one is later. @returns the new time */
  adjust(other: number): number {
    this.#value = Math.max(other, this.#value) + 1;
    return this.#value;
  }
}
