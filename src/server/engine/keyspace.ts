/** The keys of a database: how they are kept, apart from what happens when they change. */
import { type Deadline, Deadlines } from "./deadlines.js";
import type { HashValue } from "./types/hash.js";
import type { ListValue } from "./types/list.js";
import type { SetValue } from "./types/set.js";
import type { SortedSetValue } from "./types/sorted-set.js";
import type { StreamValue } from "./types/stream.js";
import type { MutableString } from "./types/string.js";

/** Where a new key stands on the scale of the LFU policies, so that it is not the first to go. */
export const INITIAL_FREQUENCY = 5;

/** What a key can hold. A plain string is an immutable one-byte string. */
export type Value = string | MutableString | ListValue | HashValue | SetValue | SortedSetValue | StreamValue;

/** The names that TYPE answers. */
export type TypeName = "string" | "list" | "hash" | "set" | "zset" | "stream";

/** One key. */
export class Entry {
  key: string;
  value: Value;
  /** Its place in the dense array of keys. */
  index: number;
  /** Seconds since the engine started at its last access. */
  accessed: number;
  /** How often it is used, on the logarithmic scale of the LFU policies; only kept up while one is chosen. */
  frequency = INITIAL_FREQUENCY;
  /** What it takes in memory, bytes; only kept up while there is a `maxmemory`. */
  bytes = 0;
  /** When it expires; `undefined`: never. */
  deadline: Deadline<Entry> | undefined = undefined;

  constructor(key: string, value: Value, index: number, accessed: number) {
    this.key = key;
    this.value = value;
    this.index = index;
    this.accessed = accessed;
  }
}

/** The name that TYPE answers for a value. */
export function typeName(value: Value): TypeName {
  return typeof value === "string" ? "string" : value.type;
}

/**
 * The keys of one database: a map to find one, and a dense array that gives a random key in O(1) and lets
 * SCAN walk without state.
 */
export class Keyspace {
  readonly map = new Map<string, Entry>();
  readonly order: Entry[] = [];
  readonly deadlines = new Deadlines<Entry>();
  /** Sum of {@link Entry.bytes}. */
  bytes = 0;

  /** Add a key that is not there yet. */
  insert(key: string, value: Value, accessed: number): Entry {
    const entry = new Entry(key, value, this.order.length, accessed);
    this.map.set(key, entry);
    this.order.push(entry);
    return entry;
  }

  remove(entry: Entry): void {
    const { map, order } = this;
    this.bytes -= entry.bytes;
    map.delete(entry.key);
    const last = order.pop() as Entry;
    if (last !== entry) {
      order[entry.index] = last;
      last.index = entry.index;
    }
    if (entry.deadline !== undefined) this.dropDeadline(entry);
  }

  /** Let a key expire at `at` (ms since 1970). */
  setDeadline(entry: Entry, at: number): void {
    const { deadlines } = this;
    entry.deadline =
      entry.deadline === undefined ? deadlines.add(at, entry) : deadlines.move(entry.deadline, at);
  }

  /** Let a key live for ever. */
  dropDeadline(entry: Entry): void {
    if (entry.deadline !== undefined) this.deadlines.cancel(entry.deadline);
    entry.deadline = undefined;
  }

  /** Some entries chosen at random (maybe one twice). */
  sample(count: number, random: () => number): Entry[] {
    const { order } = this;
    const chosen: Entry[] = [];
    for (let i = 0; i < count && order.length !== 0; i++) {
      chosen.push(order[Math.floor(random() * order.length)]);
    }
    return chosen;
  }

  /**
   * The keys of one step of SCAN. The cursor is the number of places of the dense array still to be seen,
   * walked from the end downward: a removal moves the last entry into the hole, that is to a place not yet
   * seen or out of one already seen, so an entry that stays is seen at least once, whatever happens in
   * between.
   * @param cursor 0 to begin
   * @param seen at most `count` keys are added to it
   * @returns the next cursor; 0: done
   */
  scan(cursor: number, count: number, seen: string[]): number {
    const { order } = this;
    let place = cursor === 0 ? order.length : Math.min(cursor, order.length);
    for (const end = Math.max(0, place - count); place > end; place--) seen.push(order[place - 1].key);
    return place;
  }
}
