/** The hash type. */

import { DenseIndex } from "./dense-index.js";
import { type AggregateLimits, DEFAULT_LIMITS } from "./encoding-limits.js";
import { FieldDeadlines } from "./field-deadlines.js";

/** Fields with their values, all one-byte strings. Small hashes keep the order in which fields came. */
export class HashValue {
  readonly type = "hash";
  readonly #limits: AggregateLimits;
  #fields = new Map<string, string>();
  #isTable = false;
  /** Made at the first random draw or scan of a `hashtable`, and kept up to date from then on. */
  #index: DenseIndex | undefined;
  /** Made when the first field is to expire (Redis 7.4), and kept. */
  #deadlines: FieldDeadlines | undefined;

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
  encoding(): "listpack" | "listpackex" | "hashtable" {
    if (this.#isTable) return "hashtable";
    return this.#deadlines === undefined ? "listpack" : "listpackex";
  }

  /** Become a `hashtable`, whatever the size. */
  toTable(): void {
    this.#isTable = true;
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
    this.#deadlines?.drop(field);
    return true;
  }

  // ---- fields that expire -----------------------------------------------------------------------

  /** When a field expires (ms since 1970); `undefined`: never, or there is no such field. */
  fieldExpiry(field: string): number | undefined {
    return this.#deadlines?.at(field);
  }

  /** The next time at which a field expires; `undefined`: none ever does. */
  get nextFieldExpiry(): number | undefined {
    return this.#deadlines?.next();
  }

  /** Let a field, which there must be, expire at `at` (ms since 1970). */
  setFieldExpiry(field: string, at: number): void {
    this.beginExpiry();
    this.#deadlines?.set(field, at);
    if (!this.#isTable) this.#place(field, at);
  }

  /** Let a field live for ever; setting its value does not. @returns whether it was to expire */
  persistField(field: string): boolean {
    if (this.#deadlines?.drop(field) !== true) return false;
    if (!this.#isTable) this.#place(field, Number.POSITIVE_INFINITY);
    return true;
  }

  /** Be ready for fields that expire: a `listpack` becomes a `listpackex` before the first one is to. */
  beginExpiry(): void {
    this.#deadlines ??= new FieldDeadlines();
  }

  /** In a `listpackex` fields stand in the order of their times, those that live for ever behind them. */
  #place(field: string, at: number): void {
    const fields = this.#fields;
    const behind: (readonly [string, string])[] = [];
    // Of equal times the last one comes first; those without end are behind all others in the order in which they came.
    for (const entry of fields) {
      if (at === Number.POSITIVE_INFINITY) break;
      if (entry[0] !== field && (behind.length !== 0 || this.#timeOf(entry[0]) >= at)) behind.push(entry);
    }
    const value = fields.get(field) as string;
    fields.delete(field);
    for (const [name] of behind) fields.delete(name);
    fields.set(field, value);
    for (const [name, text] of behind) fields.set(name, text);
  }

  #timeOf(field: string): number {
    return this.#deadlines?.at(field) ?? Number.POSITIVE_INFINITY;
  }

  /** Remove all fields whose time has come. @returns how many */
  removeExpiredFields(now: number): number {
    const deadlines = this.#deadlines;
    let removed = 0;
    for (let field = deadlines?.takeDue(now); field !== undefined; field = deadlines?.takeDue(now)) {
      this.delete(field);
      removed++;
    }
    return removed;
  }

  // ---- walking ----------------------------------------------------------------------------------

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
    twin.#deadlines = this.#deadlines?.copy();
    return twin;
  }
}
