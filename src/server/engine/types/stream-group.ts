/** Consumer groups of a stream: who has been given which entries, and has not acknowledged them yet. */
import { IdMap } from "./id-map.js";
import type { StreamId } from "./stream-id.js";
import { type Int64, wrappingSum } from "./uint64.js";

/** A member of a group. */
export class Consumer {
  readonly name: string;
  /** When it last asked for something, ms since 1970. */
  seenAt: number;
  /** When it last got something, ms since 1970; -1: never. */
  activeAt = -1;
  /** Its share of the group's pending entries. */
  readonly pending = new IdMap<PendingEntry>();

  constructor(name: string, seenAt: number) {
    this.name = name;
    this.seenAt = seenAt;
  }
}

/** An entry that a consumer was given. It stands in two lists: the group's and the consumer's. */
export class PendingEntry implements StreamId {
  readonly ms: Int64;
  readonly seq: Int64;
  consumer: Consumer;
  /** Last delivery, ms since 1970. */
  deliveredAt: number;
  /** Number of deliveries. */
  deliveries: Int64 = 1;

  constructor(id: StreamId, consumer: Consumer, deliveredAt: number) {
    this.ms = id.ms;
    this.seq = id.seq;
    this.consumer = consumer;
    this.deliveredAt = deliveredAt;
  }

  /** It is delivered once more. */
  countDelivery(): void {
    this.deliveries = wrappingSum(this.deliveries, 1);
  }
}

/** A group of consumers that share the entries of a stream. */
export class StreamGroup {
  readonly name: string;
  /** The last entry delivered. */
  lastId: StreamId;
  /** How many entries of all that were ever added are delivered; `undefined`: not known. */
  entriesRead: Int64 | undefined;
  readonly pending = new IdMap<PendingEntry>();
  readonly #consumers = new Map<string, Consumer>();

  constructor(name: string, lastId: StreamId, entriesRead: Int64 | undefined) {
    this.name = name;
    this.lastId = { ms: lastId.ms, seq: lastId.seq };
    this.entriesRead = entriesRead;
  }

  get consumerCount(): number {
    return this.#consumers.size;
  }

  /** In the order of their names. */
  consumers(): Consumer[] {
    return inNameOrder(this.#consumers.values());
  }

  consumer(name: string): Consumer | undefined {
    return this.#consumers.get(name);
  }

  /** @returns `undefined` when there is one of that name already */
  addConsumer(name: string, now: number): Consumer | undefined {
    if (this.#consumers.has(name)) return undefined;
    const consumer = new Consumer(name, now);
    this.#consumers.set(name, consumer);
    return consumer;
  }

  /** Remove a consumer with its pending entries. @returns how many these were */
  removeConsumer(consumer: Consumer): number {
    for (const entry of consumer.pending.items()) this.pending.delete(entry);
    this.#consumers.delete(consumer.name);
    return consumer.pending.size;
  }

  /** An entry goes to a consumer for the first time, even if it was pending already. */
  deliver(id: StreamId, consumer: Consumer, now: number): PendingEntry {
    consumer.activeAt = now;
    const made = new PendingEntry(id, consumer, now);
    if (this.addPending(made)) return made;
    const entry = this.pending.get(id) as PendingEntry;
    this.give(entry, consumer);
    entry.deliveredAt = now;
    entry.deliveries = 1;
    return entry;
  }

  /** Add an entry to both lists. @returns false when it is pending already; then nothing changes */
  addPending(entry: PendingEntry): boolean {
    return this.pending.add(entry) && entry.consumer.pending.add(entry);
  }

  /** Let a pending entry belong to another consumer. */
  give(entry: PendingEntry, consumer: Consumer): void {
    if (entry.consumer === consumer) return;
    entry.consumer.pending.delete(entry);
    entry.consumer = consumer;
    consumer.pending.add(entry);
  }

  /** Remove an entry from both lists. @returns whether it was pending */
  acknowledge(id: StreamId): boolean {
    const entry = this.pending.delete(id);
    entry?.consumer.pending.delete(entry);
    return entry !== undefined;
  }

  copy(): StreamGroup {
    const twin = new StreamGroup(this.name, this.lastId, this.entriesRead);
    for (const { name, seenAt, activeAt } of this.#consumers.values()) {
      const consumer = twin.addConsumer(name, seenAt) as Consumer;
      consumer.activeAt = activeAt;
    }
    for (const entry of this.pending.items()) {
      const consumer = twin.consumer(entry.consumer.name) as Consumer;
      const another = new PendingEntry(entry, consumer, entry.deliveredAt);
      another.deliveries = entry.deliveries;
      twin.addPending(another);
    }
    return twin;
  }
}

/** Things by their names, byte by byte, as redis-server lists them. */
export function inNameOrder<T extends { readonly name: string }>(items: Iterable<T>): T[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
