/** The keys of a database: how they are kept, apart from what happens when they change. */
import { type Deadline, Deadlines } from "./deadlines.js";
import { KeyImage, KeyspaceVersion } from "./keyspace-version.js";
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
  /** The epoch of the keyspace since which the value is the live state's alone. */
  epoch: number;

  constructor(key: string, value: Value, index: number, accessed: number, epoch: number) {
    this.key = key;
    this.value = value;
    this.index = index;
    this.accessed = accessed;
    this.epoch = epoch;
  }
}

/** All keys as they were at one moment. */
export interface BorrowedKeys {
  /** To be read little by little, while commands run. */
  readonly entries: Iterable<KeyImage>;
  /** Those that have been changed since, and are in memory as they were as well. */
  readonly images: () => Iterable<KeyImage>;
  /** To be called when the keys are not needed any more. */
  readonly release: () => void;
}

/** The name that TYPE answers for a value. */
export function typeName(value: Value): TypeName {
  return typeof value === "string" ? "string" : value.type;
}

/**
 * The keys of one database: a map to find one, and a dense array that gives a random key in O(1) and lets
 * SCAN walk without state.
 *
 * Snapshots are made by copying on write: taking one only raises {@link Keyspace.epoch}, and what is written
 * to afterwards leaves an image of how it was, once a place of the dense array. Reading costs nothing more;
 * writing costs one comparison of numbers. {@link KeyspaceVersion} says how a state comes back.
 */
export class Keyspace {
  readonly map = new Map<string, Entry>();
  readonly order: Entry[] = [];
  readonly deadlines = new Deadlines<Entry>();
  /** Sum of {@link Entry.bytes}. */
  bytes = 0;
  /** Number of snapshots taken and restored: values of entries of an earlier epoch may be shared with these. */
  epoch = 0;
  /** The state that was snapshot or restored last. */
  #latest: KeyspaceVersion | undefined;
  /** How many states are lent. */
  #loans = 0;

  /** Add a key that is not there yet. */
  insert(key: string, value: Value, accessed: number): Entry {
    const entry = new Entry(key, value, this.order.length, accessed, this.epoch);
    this.map.set(key, entry);
    this.order.push(entry);
    return entry;
  }

  remove(entry: Entry): void {
    const { map, order } = this;
    if (this.#latest !== undefined) {
      this.keep(entry.index);
      this.keep(order.length - 1);
    }
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
    if (entry.epoch !== this.epoch) this.keep(entry.index);
    entry.deadline =
      entry.deadline === undefined ? deadlines.add(at, entry) : deadlines.move(entry.deadline, at);
  }

  /** Let a key live for ever. */
  dropDeadline(entry: Entry): void {
    if (entry.epoch !== this.epoch) this.keep(entry.index);
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

  // ---- snapshots --------------------------------------------------------------------------------

  /** Before a place of the dense array is changed: remember what stands there. */
  keep(place: number): void {
    const latest = this.#latest;
    if (latest === undefined || place >= latest.length || latest.images.has(place)) return;
    latest.images.set(place, new KeyImage(this.order[place]));
  }

  /** Before the value of an entry of an earlier epoch is changed in place: make it the live state's own. */
  own(entry: Entry): void {
    if (this.#latest === undefined) {
      // Whoever shared it has been let go of.
      entry.epoch = this.epoch;
      return;
    }
    this.keep(entry.index);
    if (typeof entry.value !== "string") entry.value = entry.value.copy();
    entry.epoch = this.epoch;
  }

  /** Give an entry another value, which nobody else holds. */
  replace(entry: Entry, value: Value): void {
    if (entry.epoch !== this.epoch) {
      this.keep(entry.index);
      entry.epoch = this.epoch;
    }
    entry.value = value;
  }

  /** Remember the present state, in O(1). */
  snapshot(): KeyspaceVersion {
    const latest = this.#latest;
    const isSame = latest?.length === this.order.length && latest.images.size === 0;
    if (latest !== undefined && isSame && !latest.lent) return latest;
    const made = new KeyspaceVersion(this.order.length);
    if (latest !== undefined) latest.next = made;
    this.#latest = made;
    this.epoch++;
    return made;
  }

  /** Remember the present state for a while, in O(1). What is lent is to be given back once. */
  borrow(): BorrowedKeys {
    const before = this.#latest;
    const version = this.snapshot();
    // Snapshots of tests may be told by this one: then it stays until the next one takes its place.
    version.lent ||= before === undefined || before.lent;
    this.#loans++;
    return {
      entries: this.#imagesOf(version),
      images: () => version.images.values(),
      release: () => {
        this.#loans--;
        // Another one that is lent may be told by the latest.
        if (this.#loans === 0 && this.#latest?.lent) this.#latest = undefined;
      },
    };
  }

  /** All keys as they were in a state of this keyspace; commands may run in between. */
  *#imagesOf(version: KeyspaceVersion): Generator<KeyImage> {
    // What changes meanwhile leaves its image in the version before it changes.
    for (let place = 0; place < version.length; place++) {
      let told: KeyspaceVersion | undefined = version;
      let image: KeyImage | undefined;
      while (told !== undefined && image === undefined) {
        image = told.images.get(place);
        told = told.next;
      }
      yield image ?? new KeyImage(this.order[place]);
    }
  }

  /** Go back (or forward) to a state of this keyspace; costs what differs, however many keys there are. */
  restore(version: KeyspaceVersion): void {
    const path = version.pathToLive();
    for (let after: KeyspaceVersion | undefined, i = path.length - 1; i >= 0; i--) {
      const target = path[i];
      const { length, images } = target;
      if (after !== undefined) this.#invert(after, target);
      target.becomeLive();
      this.#apply(length, images);
      after = target;
    }
    this.#latest = version;
    this.epoch++;
  }

  /** Describe the live state, which is that of `live`, by how it differs from `target`, which is next to it. */
  #invert(live: KeyspaceVersion, target: KeyspaceVersion): void {
    const { order } = this;
    live.next = target;
    live.length = order.length;
    for (const place of target.images.keys()) {
      if (place < order.length) live.images.set(place, new KeyImage(order[place]));
    }
    for (let place = target.length; place < order.length; place++) {
      live.images.set(place, new KeyImage(order[place]));
    }
  }

  #apply(length: number, images: ReadonlyMap<number, KeyImage>): void {
    const { order } = this;
    // A key may have moved from one place to another: all that go, go first.
    for (const place of images.keys()) if (place < order.length) this.#forget(order[place]);
    for (let place = length; place < order.length; place++)
      if (!images.has(place)) this.#forget(order[place]);
    if (length < order.length) order.length = length;
    // In order of places, so that the array grows without holes.
    for (const [place, image] of [...images].sort(([one], [other]) => one - other)) {
      const entry = new Entry(image.key, image.value, place, image.accessed, this.epoch);
      entry.frequency = image.frequency;
      entry.bytes = image.bytes;
      this.bytes += image.bytes;
      order[place] = entry;
      this.map.set(image.key, entry);
      if (image.expiresAt !== undefined) entry.deadline = this.deadlines.add(image.expiresAt, entry);
    }
  }

  #forget(entry: Entry): void {
    this.bytes -= entry.bytes;
    this.map.delete(entry.key);
    if (entry.deadline !== undefined) this.deadlines.cancel(entry.deadline);
  }
}
