/** One numbered database: keys, their values and their time to live. */
import { ErrorReply } from "../../protocol/reply.js";
import type { Waiter } from "./blocking.js";
import type { Engine } from "./engine.js";
import { type BorrowedKeys, type Entry, Keyspace, type Value } from "./keyspace.js";
import type { KeyspaceVersion } from "./keyspace-version.js";
import { sizeOf, usedAgain } from "./memory.js";
import { Notify } from "./notify.js";
import type { Laziness } from "./propagation.js";
import type { Session } from "./session.js";
import { WRONG_TYPE } from "./texts.js";
import type { HashValue } from "./types/hash.js";
import type { ListValue } from "./types/list.js";
import type { SetValue } from "./types/set.js";
import type { SortedSetValue } from "./types/sorted-set.js";
import type { StreamValue } from "./types/stream.js";
import { MutableString } from "./types/string.js";

/** The keys of a database at one moment. */
export interface DatabaseSnapshot {
  readonly keys: Keyspace;
  readonly version: KeyspaceVersion;
}

/** One numbered database. */
export class Database {
  readonly index: number;
  readonly engine: Engine;
  #keys = new Keyspace();
  #watchers: Map<string, Set<Session>> | undefined;
  #waiters: Map<string, Set<Waiter>> | undefined;

  constructor(engine: Engine, index: number) {
    this.engine = engine;
    this.index = index;
  }

  /** Number of keys, expired ones that nobody has touched included. */
  get size(): number {
    return this.#keys.order.length;
  }

  /** Number of keys with a time to live. */
  get expiringSize(): number {
    return this.#keys.deadlines.size;
  }

  // ---- reading ----------------------------------------------------------------------------------

  /**
   * The entry of a key, with its access recorded; an expired key is removed first. Unless the command is one that
   * only reads, its value may be changed in place: no snapshot shares it.
   */
  find(key: string): Entry | undefined {
    const { engine } = this;
    const entry = this.#keys.map.get(key);
    if (entry === undefined) return engine.reading ? this.#miss(key) : undefined;
    if (entry.deadline !== undefined && entry.deadline.at <= engine.now && !engine.loading) {
      this.#expire(entry);
      return engine.reading ? this.#miss(key) : undefined;
    }
    if (engine.reading) engine.statistics.keyHits++;
    else if (entry.epoch !== this.#keys.epoch) this.#keys.own(entry);
    if (engine.countsFrequency) entry.frequency = usedAgain(entry, engine);
    entry.accessed = engine.uptime;
    return entry;
  }

  /** {@link Database.find} for a key that a writing command only reads (BITOP, SORT): a hit or a miss. */
  findToRead(key: string): Entry | undefined {
    const { engine } = this;
    const before = engine.reading;
    engine.reading = true;
    const entry = this.find(key);
    engine.reading = before;
    // Some do write: XREADGROUP to its group.
    if (!before && entry !== undefined && entry.epoch !== this.#keys.epoch) this.#keys.own(entry);
    return entry;
  }

  /** The entry of a key: a hit or a miss, but no access (TTL, TYPE). */
  probe(key: string): Entry | undefined {
    const entry = this.peek(key);
    if (entry === undefined) return this.#miss(key);
    this.engine.statistics.keyHits++;
    return entry;
  }

  /** The entry of a key; the look-up leaves no trace (OBJECT, SCAN, WATCH). */
  peek(key: string): Entry | undefined {
    const entry = this.#keys.map.get(key);
    if (entry === undefined) return undefined;
    if (entry.deadline !== undefined && this.engine.isPast(entry.deadline.at)) {
      this.#expire(entry);
      return undefined;
    }
    if (!this.engine.reading && entry.epoch !== this.#keys.epoch) this.#keys.own(entry);
    return entry;
  }

  /** To be called by a command that is said to read alone, before it changes a value in place (PFCOUNT). */
  ownValue(entry: Entry): void {
    if (entry.epoch !== this.#keys.epoch) this.#keys.own(entry);
  }

  /** The value of a key, whatever its type. */
  get(key: string): Value | undefined {
    return this.find(key)?.value;
  }

  has(key: string): boolean {
    return this.find(key) !== undefined;
  }

  /**
   * The text of a string.
   * @throws ErrorReply WRONGTYPE
   */
  string(key: string): string | undefined {
    const entry = this.find(key);
    if (entry === undefined) return undefined;
    const value = entry.value;
    if (typeof value === "string") return value;
    if (value instanceof MutableString) return value.text();
    throw new ErrorReply(WRONG_TYPE);
  }

  /** @throws ErrorReply WRONGTYPE */
  list(key: string): ListValue | undefined {
    const value = this.find(key)?.value;
    if (value === undefined) return undefined;
    if (typeof value !== "string" && value.type === "list") return value;
    throw new ErrorReply(WRONG_TYPE);
  }

  /** @throws ErrorReply WRONGTYPE */
  hash(key: string): HashValue | undefined {
    const value = this.find(key)?.value;
    if (value === undefined) return undefined;
    if (typeof value !== "string" && value.type === "hash") return value;
    throw new ErrorReply(WRONG_TYPE);
  }

  /** @throws ErrorReply WRONGTYPE */
  set(key: string): SetValue | undefined {
    const value = this.find(key)?.value;
    if (value === undefined) return undefined;
    if (typeof value !== "string" && value.type === "set") return value;
    throw new ErrorReply(WRONG_TYPE);
  }

  /** @throws ErrorReply WRONGTYPE */
  sortedSet(key: string): SortedSetValue | undefined {
    const value = this.find(key)?.value;
    if (value === undefined) return undefined;
    if (typeof value !== "string" && value.type === "zset") return value;
    throw new ErrorReply(WRONG_TYPE);
  }

  /** @throws ErrorReply WRONGTYPE */
  stream(key: string): StreamValue | undefined {
    const value = this.find(key)?.value;
    if (value === undefined) return undefined;
    if (typeof value !== "string" && value.type === "stream") return value;
    throw new ErrorReply(WRONG_TYPE);
  }

  /** A key chosen at random, in O(1) while few keys have expired unnoticed. */
  randomKey(): string | undefined {
    for (;;) {
      const { order } = this.#keys;
      if (order.length === 0) return undefined;
      const { key } = order[Math.floor(this.engine.random() * order.length)];
      if (this.peek(key) !== undefined) return key;
    }
  }

  /** All entries in no particular order; expired ones that nobody has touched are left out. */
  *entries(): IterableIterator<Entry> {
    const { now } = this.engine;
    for (const entry of this.#keys.order) {
      if (entry.deadline === undefined || entry.deadline.at > now) yield entry;
    }
  }

  /**
   * One step of SCAN.
   * @param cursor 0 to begin
   * @param visit called for at most `count` entries
   * @returns the next cursor; 0: done
   */
  scan(cursor: number, count: number, visit: (entry: Entry) => void): number {
    const seen: string[] = [];
    const next = this.#keys.scan(cursor, count, seen);
    for (const key of seen) {
      const entry = this.peek(key);
      if (entry !== undefined) visit(entry);
    }
    return next;
  }

  // ---- writing ----------------------------------------------------------------------------------

  /** Insert or replace; the time to live stays as it is. */
  put(key: string, value: Value): Entry {
    const entry = this.#keys.map.get(key);
    if (entry === undefined) return this.#insert(key, value);
    this.#wakeReaders(entry);
    this.#keys.replace(entry, value);
    return entry;
  }

  /** Insert or replace and drop the time to live. */
  overwrite(key: string, value: Value): Entry {
    const entry = this.#keys.map.get(key);
    if (entry === undefined) return this.#insert(key, value);
    this.#wakeReaders(entry);
    this.#keys.replace(entry, value);
    if (entry.deadline !== undefined) this.#keys.dropDeadline(entry);
    return entry;
  }

  /** Remove a key with its time to live; no event. @returns whether it was there */
  delete(key: string): boolean {
    const entry = this.find(key);
    if (entry === undefined) return false;
    this.#keys.remove(entry);
    this.#wakeReaders(entry);
    return true;
  }

  /** When the key expires (ms since 1970), or `undefined`. */
  expireAt(key: string): number | undefined {
    return this.#keys.map.get(key)?.deadline?.at;
  }

  /** Let an existing key expire at `at` (ms since 1970). */
  setExpiry(key: string, at: number): void {
    const entry = this.#keys.map.get(key);
    if (entry === undefined) return;
    this.#keys.setDeadline(entry, at);
    this.engine.noteDeadline(at);
  }

  /** Drop the time to live. @returns whether there was one */
  persist(key: string): boolean {
    const entry = this.#keys.map.get(key);
    if (entry?.deadline === undefined) return false;
    this.#keys.dropDeadline(entry);
    return true;
  }

  /** Delete an emptied aggregate and raise the `del` event. @returns whether it was empty */
  removeIfEmpty(key: string, value: { readonly size: number }): boolean {
    if (value.size !== 0) return false;
    this.delete(key);
    this.modified(key, Notify.GENERIC, "del");
    return true;
  }

  /** To be called after every change of a key: WATCH, tracking, the counter of changes, the event. */
  modified(key: string, kind: number, event: string): void {
    const { engine } = this;
    engine.dirty++;
    if (engine.measuresMemory) this.measure(key);
    if (this.#watchers !== undefined) this.#breakWatches(key);
    if (engine.tracking.active) engine.tracking.keyChanged(key);
    if ((engine.notifyMask & kind) !== 0) engine.notify(this, kind, event, key);
  }

  /**
   * Instead of {@link Database.modified} after changes that redis-server does not tell to WATCH and tracking: all
   * that is done to consumer groups. Their events are raised by {@link Database.event}.
   */
  changedQuietly(key: string): void {
    this.engine.dirty++;
    if (this.engine.measuresMemory) this.measure(key);
  }

  /** Bring the size of a key up to date, while there is a `maxmemory`. */
  measure(key: string): void {
    const entry = this.#keys.map.get(key);
    if (entry === undefined) return;
    const bytes = sizeOf(entry);
    this.#keys.bytes += bytes - entry.bytes;
    entry.bytes = bytes;
  }

  /** Bytes that all keys take; only known while there is a `maxmemory`. */
  get bytes(): number {
    return this.#keys.bytes;
  }

  /** Some entries chosen at random (maybe one twice). */
  sample(count: number): Entry[] {
    return this.#keys.sample(count, this.engine.random);
  }

  /** Some entries with a time to live, chosen at random (maybe one twice). */
  sampleExpiring(count: number): Entry[] {
    return this.#keys.deadlines.sample(count, this.engine.random);
  }

  /** Remove a key because memory is short. */
  evict(entry: Entry): void {
    this.#keys.remove(entry);
    this.#wakeReaders(entry);
    this.engine.statistics.evictedKeys++;
    this.modified(entry.key, Notify.EVICTED, "evicted");
    this.#goneByItself(entry.key, "lazyfree-lazy-eviction");
  }

  /** Raise an event without a change. */
  event(key: string, kind: number, event: string): void {
    if ((this.engine.notifyMask & kind) !== 0) this.engine.notify(this, kind, event, key);
  }

  /** All entries, also those that have expired and nobody has touched; not to be changed. */
  get allEntries(): readonly Entry[] {
    return this.#keys.order;
  }

  /**
   * Take a key from a file, in the place of one that is there: no event is raised, and it does not count as a
   * change. Clients that wait for it look again.
   * @param expiresAt ms since 1970; `undefined`: never
   */
  load(key: string, value: Value, expiresAt: number | undefined): Entry {
    const present = this.#keys.map.get(key);
    if (present !== undefined) this.#keys.remove(present);
    const entry = this.#keys.insert(key, value, this.engine.uptime);
    if (expiresAt !== undefined) this.setExpiry(key, expiresAt);
    if (this.engine.measuresMemory) this.measure(key);
    this.engine.fieldExpiries?.note(this, key);
    if (this.#watchers !== undefined) this.#breakWatches(key);
    this.wake(key);
    return entry;
  }

  /** Remove all keys. @returns how many there were */
  clear(): number {
    const count = this.size;
    for (const key of this.#waiters?.keys() ?? []) {
      const entry = this.#keys.map.get(key);
      if (entry !== undefined) this.#wakeReaders(entry);
    }
    for (const key of this.#watchers?.keys() ?? []) {
      if (this.#keys.map.has(key)) this.#breakWatches(key);
    }
    this.#keys = new Keyspace();
    this.engine.dirty += count;
    return count;
  }

  /** Exchange all keys with another database; clients stay where they are. */
  swap(other: Database): void {
    const touched = new Set<string>();
    for (const database of [this, other]) {
      for (const key of database.#watchers?.keys() ?? []) {
        if (this.#keys.map.has(key) || other.#keys.map.has(key)) touched.add(key);
      }
    }
    for (const key of touched) {
      this.#breakWatches(key);
      other.#breakWatches(key);
    }
    for (const database of [this, other]) {
      for (const key of database.#waiters?.keys() ?? []) {
        const entry = database.#keys.map.get(key);
        if (entry !== undefined) database.#wakeReaders(entry);
      }
    }
    [this.#keys, other.#keys] = [other.#keys, this.#keys];
    for (const database of [this, other]) {
      for (const key of database.#waiters?.keys() ?? []) if (database.#keys.map.has(key)) database.wake(key);
    }
    this.engine.dirty++;
  }

  /** Remember all keys as they are, in O(1). */
  snapshot(): DatabaseSnapshot {
    return { keys: this.#keys, version: this.#keys.snapshot() };
  }

  /** All keys as they are now, to be read little by little while commands run. */
  borrow(): BorrowedKeys {
    return this.#keys.borrow();
  }

  /**
   * Go back to a snapshot. Whoever watches a key is told that it has changed; whoever waits for one looks again.
   * The caller calls it for all databases, as these may have been swapped.
   */
  restore({ keys, version }: DatabaseSnapshot): void {
    keys.restore(version);
    this.#keys = keys;
    for (const key of this.#watchers?.keys() ?? []) this.#breakWatches(key);
    for (const key of this.#waiters?.keys() ?? []) this.wake(key);
    this.engine.fieldExpiries?.rescan(this);
    this.engine.dirty++;
  }

  // ---- time to live -----------------------------------------------------------------------------

  /** The next moment at which a key expires. */
  nextExpiry(): number | undefined {
    return this.#keys.deadlines.next();
  }

  /** Remove up to `limit` keys whose time has come. @returns whether more may be due */
  expireDue(limit: number): boolean {
    for (let i = 0; i < limit; i++) {
      const entry = this.#keys.deadlines.take(this.engine.now);
      if (entry === undefined) return false;
      this.#keys.keep(entry.index);
      entry.deadline = undefined;
      this.#expire(entry);
    }
    return true;
  }

  // ---- WATCH and waiting clients ----------------------------------------------------------------

  addWatcher(key: string, session: Session): void {
    this.#watchers ??= new Map();
    const sessions = this.#watchers.get(key);
    if (sessions === undefined) this.#watchers.set(key, new Set([session]));
    else sessions.add(session);
  }

  removeWatcher(key: string, session: Session): void {
    const sessions = this.#watchers?.get(key);
    if (!sessions?.delete(session) || sessions.size !== 0) return;
    this.#watchers?.delete(key);
    if (this.#watchers?.size === 0) this.#watchers = undefined;
  }

  addWaiter(key: string, waiter: Waiter): void {
    this.#waiters ??= new Map();
    const waiters = this.#waiters.get(key);
    if (waiters === undefined) this.#waiters.set(key, new Set([waiter]));
    else waiters.add(waiter);
  }

  removeWaiter(key: string, waiter: Waiter): void {
    const waiters = this.#waiters?.get(key);
    if (!waiters?.delete(waiter) || waiters.size !== 0) return;
    this.#waiters?.delete(key);
    if (this.#waiters?.size === 0) this.#waiters = undefined;
  }

  /** Let the clients that wait for a key try again, when the present command is done. */
  wake(key: string): void {
    if (this.#waiters?.has(key)) this.engine.blocking.signal(this, key);
  }

  /** The clients that wait for a key, first come first. */
  waitersOf(key: string): readonly Waiter[] {
    const waiters = this.#waiters?.get(key);
    return waiters === undefined ? [] : [...waiters];
  }

  #breakWatches(key: string): void {
    for (const session of this.#watchers?.get(key) ?? []) session.watchBroken = true;
  }

  #miss(key: string): undefined {
    this.engine.statistics.keyMisses++;
    this.event(key, Notify.KEY_MISS, "keymiss");
    return undefined;
  }

  #insert(key: string, value: Value): Entry {
    const entry = this.#keys.insert(key, value, this.engine.uptime);
    if ((this.engine.notifyMask & Notify.NEW) !== 0) this.engine.notify(this, Notify.NEW, "new", key);
    // As in redis-server, only a key that was not there wakes: one that is overwritten does not.
    this.wake(key);
    return entry;
  }

  /** A stream goes: the members of its groups who wait for it must know. */
  #wakeReaders({ key, value }: Entry): void {
    if (this.#waiters !== undefined && typeof value !== "string" && value.type === "stream") this.wake(key);
  }

  #expire(entry: Entry): void {
    this.#keys.remove(entry);
    this.#wakeReaders(entry);
    this.engine.statistics.expiredKeys++;
    this.modified(entry.key, Notify.EXPIRED, "expired");
    this.#goneByItself(entry.key, "lazyfree-lazy-expire");
  }

  /** No command has done it: redis-server does not count it as a change. */
  #goneByItself(key: string, laziness: Laziness): void {
    this.engine.dirty--;
    this.engine.propagation?.removed(this, key, laziness);
  }
}
