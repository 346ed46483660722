/** When the fields of a hash expire. */
import { type Deadline, Deadlines } from "../deadlines.js";

/** The fields of one hash that expire, each with its time (ms since 1970). */
export class FieldDeadlines {
  readonly #byField = new Map<string, Deadline<string>>();
  readonly #ordered = new Deadlines<string>();

  /** When a field expires; `undefined`: never. */
  at(field: string): number | undefined {
    return this.#byField.get(field)?.at;
  }

  /** The next time at which a field expires. */
  next(): number | undefined {
    return this.#ordered.next();
  }

  set(field: string, at: number): void {
    const known = this.#byField.get(field);
    this.#byField.set(
      field,
      known === undefined ? this.#ordered.add(at, field) : this.#ordered.move(known, at),
    );
  }

  /** Let a field live for ever. @returns whether it was to expire */
  drop(field: string): boolean {
    const known = this.#byField.get(field);
    if (known === undefined) return false;
    this.#byField.delete(field);
    this.#ordered.cancel(known);
    return true;
  }

  /** Take out one field whose time has come; `undefined`: there is none. */
  takeDue(now: number): string | undefined {
    const field = this.#ordered.take(now);
    if (field !== undefined) this.#byField.delete(field);
    return field;
  }

  copy(): FieldDeadlines {
    const twin = new FieldDeadlines();
    for (const [field, { at }] of this.#byField) twin.set(field, at);
    return twin;
  }
}
