/** The hash type. */

import { DenseIndex } from "./dense-index.js";
import { type AggregateLimits, DEFAULT_LIMITS } from "./encoding-limits.js";

/** Fields with their values, all one-byte strings. Small hashes keep the order in which fields came. */
export class HashValue {
  readonly type = "hash";
  readonly #limits: AggregateLimits;
  #fields = new Map<string, string>();
  #isTable = false;
  /** Made at the first random draw or scan of a `hashtable`, and kept up to date from then on. */
  #index: DenseIndex | undefined;

  /** @param limits the engine's configuration: when the encoding changes */
  constructor(limits: AggregateLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  /**
   * The hash in a listpack that has come from elsewhere: it stays one however long its fields and values are.
   * @param flat fields and values in turn
   */
  static fromListpack(flat: readonly string[], limits: AggregateLimits = DEFAULT_LIMITS): HashValue {
    const made = new HashValue(limits);
    for (let i = 0; i < flat.length; i += 2) made.#fields.set(flat[i], flat[i + 1]);
    made.#isTable = made.size > limits.hashMaxListpackEntries;
    return made;
  }

  /** Number of fields. */
  get size(): number {
    return this.#fields.size;
  }

  /** What OBJECT ENCODING reports; a hash that has grown never goes back. */
  encoding(): "listpack" | "hashtable" {
    return this.#isTable ? "hashtable" : "listpack";
  }

  get(field: string): string | undefined {
    return this.#fields.get(field);
  }

  has(field: string): boolean {
    return this.#fields.has(field);
  }

  /** Add a field or replace its value. @returns whether the field is new */
  set(field: string, value: string): boolean {
    const fields = this.#fields;
    const before = fields.size;
    fields.set(field, value);
    const isNew = fields.size !== before;
    if (!this.#isTable) {
      const limits = this.#limits;
      const longest = limits.hashMaxListpackValue;
      this.#isTable =
        field.length > longest || value.length > longest || fields.size > limits.hashMaxListpackEntries;
    }
    if (isNew && this.#index !== undefined) this.#index.add(field);
    return isNew;
  }

  /** @returns whether the field was there */
  delete(field: string): boolean {
    if (!this.#fields.delete(field)) return false;
    this.#index?.delete(field);
    return true;
  }

  /** Fields and values in turn. */
  flat(): string[] {
    const flat: string[] = [];
    for (const [field, value] of this.#fields) flat.push(field, value);
    return flat;
  }

  fields(): string[] {
    return [...this.#fields.keys()];
  }

  values(): string[] {
    return [...this.#fields.values()];
  }

  /** The fields in an array that random draws may index; not to be changed. */
  randomAccess(): readonly string[] {
    this.#index ??= new DenseIndex(this.#fields.keys());
    return this.#index.items;
  }

  /**
   * One step of HSCAN; a small hash is walked in one step, in its order.
   * @param cursor 0 to begin
   * @returns the next cursor; 0: done
   */
  scan(cursor: number, count: number, visit: (field: string, value: string) => void): number {
    if (!this.#isTable) {
      for (const [field, value] of this.#fields) visit(field, value);
      return 0;
    }
    this.#index ??= new DenseIndex(this.#fields.keys());
    return this.#index.scan(cursor, count, (field) => visit(field, this.#fields.get(field) as string));
  }

  copy(): HashValue {
    const twin = new HashValue(this.#limits);
    twin.#fields = new Map(this.#fields);
    twin.#isTable = this.#isTable;
    return twin;
  }
}
