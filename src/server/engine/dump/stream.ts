/**
 * Streams in RDB: the nodes as listpacks, what the stream remembers, and its groups.
 *
 * A node's listpack begins with the master entry: number of live entries, number of deleted ones, number of
 * fields, the fields, 0. Each entry is its flags, its id relative to the master's, its fields and values (only
 * the values when it has the master's fields), and the number of elements before this one.
 */
import { narrow, parseInteger } from "../arguments.js";
import { StreamValue } from "../types/stream.js";
import { type Consumer, PendingEntry, type StreamGroup } from "../types/stream-group.js";
import { compareIds, idBytes, MIN_ID, type StreamId } from "../types/stream-id.js";
import { elementCount, StreamEntry, StreamNode } from "../types/stream-node.js";
import { type Int64, unsignedSum, wrappingDifference } from "../types/uint64.js";
import { ByteReader, checked, demand, Malformed } from "./byte-reader.js";
import type { ByteWriter } from "./byte-writer.js";
import { ListpackWriter, readListpack } from "./listpack.js";
import {
  readBlob,
  readLength,
  readString,
  readUint64,
  writeBlob,
  writeLength,
  writeString,
} from "./rdb-string.js";
import { RdbType } from "./rdb-type.js";

const DELETED = 1;
/** The entry has the fields of the master. */
const SAME_FIELDS = 2;

const ID_BYTES = 16;
/** A group's count of entries read when it is not known: -1 of 64 bits. */
const UNKNOWN = 18446744073709551615n;

// ---- writing ------------------------------------------------------------------------------------

/** Write a stream as {@link RdbType.STREAM_2}, without that byte. */
export function writeStream(out: ByteWriter, stream: StreamValue, compress: boolean): void {
  writeLength(out, stream.nodes.length);
  for (const node of stream.nodes) {
    writeString(out, idBytes(node.master), compress);
    writeBlob(out, nodeListpack(node), compress);
  }
  writeLength(out, stream.size);
  writeId(out, stream.lastId);
  writeId(out, stream.firstId);
  writeId(out, stream.maxDeletedId);
  writeLength(out, stream.entriesAdded);
  const groups = stream.groups();
  writeLength(out, groups.length);
  for (const group of groups) writeGroup(out, group, compress);
}

function nodeListpack(node: StreamNode): Uint8Array {
  const listpack = new ListpackWriter();
  const { master, masterFields } = node;
  listpack.integer(node.live);
  listpack.integer(node.dead);
  listpack.integer(masterFields.length);
  for (const field of masterFields) listpack.text(field);
  listpack.integer(0);
  for (const entry of node.entries) {
    const { fields } = entry;
    const same = node.hasMasterFields(fields);
    listpack.integer((entry.deleted ? DELETED : 0) | (same ? SAME_FIELDS : 0));
    listpack.integer(wrappingDifference(entry.ms, master.ms));
    listpack.integer(wrappingDifference(entry.seq, master.seq));
    if (!same) listpack.integer(fields.length / 2);
    for (let i = same ? 1 : 0; i < fields.length; i += same ? 2 : 1) listpack.text(fields[i]);
    listpack.integer(elementCount(fields, same));
  }
  return listpack.finish();
}

function writeId(out: ByteWriter, { ms, seq }: StreamId): void {
  writeLength(out, ms);
  writeLength(out, seq);
}

function writeGroup(out: ByteWriter, group: StreamGroup, compress: boolean): void {
  writeString(out, group.name, compress);
  writeId(out, group.lastId);
  writeLength(out, group.entriesRead ?? UNKNOWN);
  writeLength(out, group.pending.size);
  for (const entry of group.pending.items()) {
    out.text(idBytes(entry));
    out.int64(entry.deliveredAt);
    writeLength(out, entry.deliveries);
  }
  writeLength(out, group.consumerCount);
  for (const consumer of group.consumers()) {
    writeString(out, consumer.name, compress);
    out.int64(consumer.seenAt);
    writeLength(out, consumer.pending.size);
    for (const entry of consumer.pending.items()) out.text(idBytes(entry));
  }
}

// ---- reading ------------------------------------------------------------------------------------

/**
 * Read a stream of one of the two forms.
 * @throws Malformed
 */
export function readStream(input: ByteReader, type: number): StreamValue {
  const hasCounters = type === RdbType.STREAM_2;
  const nodes = readNodes(input);
  const size = readLength(input);
  const live = nodes.reduce((sum, node) => sum + node.live, 0);
  demand(size === live);
  const lastId = readId(input);
  const stream = StreamValue.from(nodes, {
    lastId,
    firstId: hasCounters ? readId(input) : firstOf(nodes),
    maxDeletedId: hasCounters ? readId(input) : MIN_ID,
    entriesAdded: hasCounters ? readUint64(input) : size,
  });
  const groups = readLength(input);
  for (let i = 0; i < groups; i++) readGroup(input, stream, hasCounters);
  return stream;
}

function firstOf(nodes: readonly StreamNode[]): StreamId {
  for (const { entries } of nodes) {
    const first = entries.find(({ deleted }) => !deleted);
    if (first !== undefined) return { ms: first.ms, seq: first.seq };
  }
  return MIN_ID;
}

function readNodes(input: ByteReader): StreamNode[] {
  const count = readLength(input);
  const nodes: StreamNode[] = [];
  let last: StreamId | undefined;
  for (let i = 0; i < count; i++) {
    const key = readBlob(input);
    demand(key.length === ID_BYTES);
    const bytes = readBlob(input);
    const node = checked("Stream listpack integrity check failed", () =>
      readNode(readRawId(new ByteReader(key)), bytes),
    );
    // The ids of all entries must ascend.
    for (const entry of node.entries) {
      demand(last === undefined || compareIds(last, entry) < 0);
      last = entry;
    }
    nodes.push(node);
  }
  return nodes;
}

function readNode(master: StreamId, bytes: Uint8Array): StreamNode {
  const elements = new Elements(readListpack(bytes));
  const live = elements.integer();
  const dead = elements.integer();
  const node = new StreamNode(master, elements.texts(elements.integer()));
  demand(elements.integer() === 0);
  while (!elements.atEnd) {
    const flags = elements.integer();
    const ms = unsignedSum(master.ms, elements.int64());
    const seq = unsignedSum(master.seq, elements.int64());
    const same = (flags & SAME_FIELDS) !== 0;
    const fields = same ? withNames(node, elements) : elements.texts(elements.integer() * 2);
    demand(elements.integer() === elementCount(fields, same));
    const entry = new StreamEntry({ ms, seq }, fields);
    node.append(entry);
    if ((flags & DELETED) !== 0) node.delete(entry);
  }
  demand(node.entries.length !== 0 && node.live === live && node.dead === dead);
  return node;
}

/** The master's fields with the values of an entry. */
function withNames({ masterFields }: StreamNode, elements: Elements): string[] {
  const fields: string[] = [];
  for (const name of masterFields) fields.push(name, elements.text());
  return fields;
}

/** Takes the elements of a listpack one after the other; all methods throw `Malformed` when there is none left. */
class Elements {
  readonly #items: readonly string[];
  #at = 0;

  constructor(items: readonly string[]) {
    this.#items = items;
  }

  get atEnd(): boolean {
    return this.#at >= this.#items.length;
  }

  text(): string {
    demand(!this.atEnd);
    return this.#items[this.#at++];
  }

  texts(count: number): string[] {
    demand(count >= 0 && this.#at + count <= this.#items.length);
    this.#at += count;
    return this.#items.slice(this.#at - count, this.#at);
  }

  int64(): Int64 {
    const value = parseInteger(this.text());
    demand(value !== undefined);
    return value;
  }

  integer(): number {
    const value = this.int64();
    demand(typeof value === "number");
    return value;
  }
}

function readId(input: ByteReader): StreamId {
  const ms = readUint64(input);
  return { ms, seq: readUint64(input) };
}

function readRawId(input: ByteReader): StreamId {
  const ms = narrow(input.uint64(false));
  return { ms, seq: narrow(input.uint64(false)) };
}

function readGroup(input: ByteReader, stream: StreamValue, hasCounters: boolean): void {
  const name = readString(input);
  const lastId = readId(input);
  let read = hasCounters ? readUint64(input) : stream.countUpTo(lastId);
  if (read === UNKNOWN) read = undefined;
  // The counter has a sign, and its count may have gone over the top.
  else if (typeof read === "bigint") read = narrow(BigInt.asIntN(64, read));
  const group = stream.addGroup(name, lastId, read);
  demand(group !== undefined);
  const deliveries = readDeliveries(input);
  const consumers = readLength(input);
  for (let i = 0; i < consumers; i++) {
    const consumer = group.addConsumer(readString(input), Number(input.signed(8)));
    if (consumer === undefined) throw new Malformed("Duplicate stream consumer detected");
    const pending = readLength(input);
    for (let j = 0; j < pending; j++) readPending(input, group, consumer, deliveries);
  }
  // Each pending entry belongs to somebody.
  demand(deliveries.size === 0);
}

interface Delivery {
  readonly at: number;
  readonly count: Int64;
}

/** When and how often entries were delivered, by the bytes of their ids. */
function readDeliveries(input: ByteReader): Map<string, Delivery> {
  const count = readLength(input);
  const found = new Map<string, Delivery>();
  for (let i = 0; i < count; i++) {
    const id = input.text(ID_BYTES);
    demand(!found.has(id));
    found.set(id, { at: Number(input.signed(8)), count: readUint64(input) });
  }
  return found;
}

function readPending(
  input: ByteReader,
  group: StreamGroup,
  consumer: Consumer,
  deliveries: Map<string, Delivery>,
): void {
  const id = readRawId(input);
  const key = idBytes(id);
  const delivery = deliveries.get(key);
  demand(delivery !== undefined);
  deliveries.delete(key);
  const entry = new PendingEntry(id, consumer, delivery.at);
  entry.deliveries = delivery.count;
  group.addPending(entry);
}
