/** The set type. */
import { parseInteger } from "../arguments.js";
import { DenseIndex } from "./dense-index.js";
import { type AggregateLimits, DEFAULT_LIMITS } from "./encoding-limits.js";

/** Redis never lets an `intset` grow beyond this, whatever the configuration says. */
const INTSET_CEILING = 1 << 30;

/**
 * Distinct one-byte strings. A small set of integers (`intset`) is in ascending order, other small ones (`listpack`,
 * since Redis 7.2) in that in which they came, the rest in none.
 */
export class SetValue {
  readonly type = "set";
  readonly #limits: AggregateLimits;
  #members = new DenseIndex();
  #encoding: "intset" | "listpack" | "hashtable" = "intset";
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

  /**
   * The set in a listpack that has come from elsewhere: it stays one however long its members are.
   * @param members a member that stands there twice is taken once
   */
  static fromListpack(members: readonly string[], limits: AggregateLimits): SetValue {
    const made = new SetValue(limits);
    for (const member of members) made.#members.add(member);
    made.#encoding = made.size > limits.setMaxListpackEntries ? "hashtable" : "listpack";
    return made;
  }

  /** The members in the smallest encoding that holds them, as Redis 7.2 and later store an intersection. */
  static inSmallest(members: readonly string[], limits: AggregateLimits): SetValue {
    const made = new SetValue(limits);
    const isIntset =
      members.length <= limits.setMaxIntsetEntries &&
      members.every((member) => parseInteger(member) !== undefined);
    if (!isIntset) made.#encoding = "listpack";
    for (const member of members) made.add(member);
    return made;
  }

  /** What OBJECT ENCODING reports; a set that has left an encoding never goes back. */
  encoding(): "intset" | "listpack" | "hashtable" {
    return this.#encoding;
  }

  has(member: string): boolean {
    return this.#members.has(member);
  }

  /** @returns whether the member is new */
  add(member: string): boolean {
    if (!this.#members.add(member)) return false;
    if (this.#encoding !== "hashtable") this.#checkEncoding(member);
    return true;
  }

  /** @returns whether the member was there */
  delete(member: string): boolean {
    if (this.#encoding === "listpack") return this.#members.deleteInOrder(member);
    if (!this.#members.delete(member)) return false;
    this.#ascending = undefined;
    return true;
  }

  /** All members, ascending while it is an `intset`; not to be changed, and valid until the next change. */
  members(): readonly string[] {
    if (this.#encoding !== "intset") return this.#members.items;
    this.#ascending ??= sortIntegers(this.#members.items);
    return this.#ascending;
  }

  /** The members in an array that random draws may index; not to be changed, valid until the next change. */
  randomAccess(): readonly string[] {
    return this.#members.items;
  }

  /**
   * One step of SSCAN; a small set is walked in one step.
   * @param cursor 0 to begin
   * @returns the next cursor; 0: done
   */
  scan(cursor: number, count: number, visit: (member: string) => void): number {
    if (this.#encoding === "hashtable") return this.#members.scan(cursor, count, visit);
    for (const member of this.members()) visit(member);
    return 0;
  }

  copy(): SetValue {
    const twin = new SetValue(this.#limits);
    twin.#members = this.#members.copy();
    twin.#encoding = this.#encoding;
    return twin;
  }

  #checkEncoding(member: string): void {
    const limits = this.#limits;
    const { size } = this.#members;
    if (this.#encoding === "intset") {
      this.#ascending = undefined;
      if (parseInteger(member) !== undefined) {
        if (size > Math.min(limits.setMaxIntsetEntries, INTSET_CEILING)) this.#encoding = "hashtable";
        return;
      }
      this.#encoding = "listpack";
      if (size <= limits.setMaxListpackEntries && size !== 1) {
        const integers = this.#members.items.slice(0, -1);
        this.#members = new DenseIndex([...sortIntegers(integers), member]);
      }
    }
    if (size > limits.setMaxListpackEntries || member.length > limits.setMaxListpackValue) {
      this.#encoding = "hashtable";
    }
  }

  /**
   * So many members are about to be added, as far as is known: Redis 7.2 and later choose the encoding before they
   * have seen whether they are new.
   * @param first the first of them
   */
  expect(count: number, first: string): void {
    const limits = this.#limits;
    const fitsIntset = count <= limits.setMaxIntsetEntries;
    const fitsListpack = count <= limits.setMaxListpackEntries;
    if (this.size === 0) {
      if (fitsIntset && parseInteger(first) !== undefined) this.#encoding = "intset";
      else this.#encoding = fitsListpack ? "listpack" : "hashtable";
    } else if (this.#encoding === "intset" ? !fitsIntset : !fitsListpack) this.#encoding = "hashtable";
  }
}

function sortIntegers(members: readonly string[]): string[] {
  const pairs = members.map((text) => ({ text, value: parseInteger(text) as number | bigint }));
  // A number and a bigint compare exactly by `<`; a difference would not be exact.
  pairs.sort((a, b) => (a.value < b.value ? -1 : 1));
  return pairs.map((pair) => pair.text);
}
