/** The set type. */
import { parseInteger } from "../arguments.js";
import { DenseIndex } from "./dense-index.js";
import { type AggregateLimits, DEFAULT_LIMITS } from "./encoding-limits.js";

/** Redis never lets an `intset` grow beyond this, whatever the configuration says. */
const INTSET_CEILING = 1 << 30;

/** Distinct one-byte strings. A small set of integers (`intset`) is in ascending order, others in none. */
export class SetValue {
  readonly type = "set";
  readonly #limits: AggregateLimits;
  #members = new DenseIndex();
  #isIntset = true;
  /** The members of an `intset` in ascending order; `undefined` after a change. */
  #ascending: readonly string[] | undefined;

  /** @param limits the engine's configuration: when the encoding changes */
  constructor(limits: AggregateLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  /** Number of members. */
  get size(): number {
    return this.#members.size;
  }

  /** What OBJECT ENCODING reports; a set that has left `intset` never goes back. */
  encoding(): "intset" | "hashtable" {
    return this.#isIntset ? "intset" : "hashtable";
  }

  has(member: string): boolean {
    return this.#members.has(member);
  }

  /** @returns whether the member is new */
  add(member: string): boolean {
    if (!this.#members.add(member)) return false;
    if (this.#isIntset) this.#checkEncoding(member);
    return true;
  }

  /** @returns whether the member was there */
  delete(member: string): boolean {
    if (!this.#members.delete(member)) return false;
    this.#ascending = undefined;
    return true;
  }

  /** All members, ascending while it is an `intset`; not to be changed, and valid until the next change. */
  members(): readonly string[] {
    if (!this.#isIntset) return this.#members.items;
    this.#ascending ??= sortIntegers(this.#members.items);
    return this.#ascending;
  }

  /** The members in an array that random draws may index; not to be changed, valid until the next change. */
  randomAccess(): readonly string[] {
    return this.#members.items;
  }

  /**
   * One step of SSCAN; an `intset` is walked in one step.
   * @param cursor 0 to begin
   * @returns the next cursor; 0: done
   */
  scan(cursor: number, count: number, visit: (member: string) => void): number {
    if (!this.#isIntset) return this.#members.scan(cursor, count, visit);
    for (const member of this.members()) visit(member);
    return 0;
  }

  copy(): SetValue {
    const twin = new SetValue(this.#limits);
    twin.#members = this.#members.copy();
    twin.#isIntset = this.#isIntset;
    return twin;
  }

  #checkEncoding(member: string): void {
    this.#ascending = undefined;
    const most = Math.min(this.#limits.setMaxIntsetEntries, INTSET_CEILING);
    this.#isIntset = parseInteger(member) !== undefined && this.#members.size <= most;
  }
}

function sortIntegers(members: readonly string[]): string[] {
  const pairs = members.map((text) => ({ text, value: parseInteger(text) as number | bigint }));
  // A number and a bigint compare exactly by `<`; a difference would not be exact.
  pairs.sort((a, b) => (a.value < b.value ? -1 : 1));
  return pairs.map((pair) => pair.text);
}
