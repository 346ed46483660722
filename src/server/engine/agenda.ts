/** What is to be done at a certain time. */
import { type Deadline, Deadlines } from "./deadlines.js";

/** An action that waits for its time. */
export type Appointment = Deadline<() => void>;

/** Actions, each at its time. Whoever owns it compares the clock with {@link Agenda.next}. */
export class Agenda {
  /** A moment at or before the next action (ms since 1970); infinite when there is none. */
  next = Number.POSITIVE_INFINITY;
  readonly #deadlines = new Deadlines<() => void>();

  /** Do something at `at` (ms since 1970). */
  add(at: number, action: () => void): Appointment {
    if (at < this.next) this.next = at;
    return this.#deadlines.add(at, action);
  }

  cancel(appointment: Appointment): void {
    this.#deadlines.cancel(appointment);
  }

  /** Do all that is due at `now`. An action may add others; those that are due are done as well. */
  run(now: number): void {
    // Actions may ask for the time, and must not get here again.
    this.next = Number.POSITIVE_INFINITY;
    for (;;) {
      const action = this.#deadlines.take(now);
      if (action === undefined) break;
      action();
    }
    this.next = this.#deadlines.next() ?? Number.POSITIVE_INFINITY;
  }
}
