/** Things to do later, by the server's clock or by the real one. */

interface Appointment {
  readonly at: number;
  readonly action: () => void;
}

/** What is to be done when. The server's clock is read by the caller; real time needs no help. */
export class Timetable {
  #appointments: Appointment[] = [];
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  /** Do something at `at` (ms since 1970 by the server's clock), when {@link runDue} is told so. */
  at(at: number, action: () => void): void {
    this.#appointments.push({ at, action });
  }

  /** Do something after `ms` milliseconds that really pass. */
  inRealTime(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
  }

  /** The next moment by the server's clock; infinity: none. */
  get next(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { at } of this.#appointments) if (at < next) next = at;
    return next;
  }

  /** Do what is due by `now`, the earlier first. */
  runDue(now: number): void {
    const due = this.#appointments.filter(({ at }) => at <= now);
    if (due.length === 0) return;
    this.#appointments = this.#appointments.filter(({ at }) => at > now);
    for (const { action } of due.sort((one, other) => one.at - other.at)) action();
  }

  /** Forget everything. */
  clear(): void {
    this.#appointments = [];
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
