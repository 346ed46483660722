/** A run of stream entries, as redis-server keeps them in one listpack. */
import { placeOf } from "./id-map.js";
import { integerEntrySize, LISTPACK_OVERHEAD, textEntrySize } from "./listpack-size.js";
import type { StreamId } from "./stream-id.js";
import { type Int64, wrappingDifference } from "./uint64.js";

/** When a stream begins a new node; 0: this does not count. */
export interface StreamLimits {
  readonly streamNodeMaxBytes: number;
  readonly streamNodeMaxEntries: number;
}

/** The limits of redis-server 7.0 as it comes. */
export const DEFAULT_STREAM_LIMITS: StreamLimits = { streamNodeMaxBytes: 4096, streamNodeMaxEntries: 100 };

/** A node has no more bytes than this, whatever the configuration says. */
const NODE_BYTES_CEILING = 1 << 30;
/** An integer of seven bits: flags, and zero as the end of the master's fields. */
const TINY = 2;

/** One entry. */
export class StreamEntry implements StreamId {
  readonly ms: Int64;
  readonly seq: Int64;
  /** Fields and values in turn. */
  readonly fields: readonly string[];
  /** A deleted entry keeps its place until its node goes. */
  deleted = false;

  constructor(id: StreamId, fields: readonly string[]) {
    this.ms = id.ms;
    this.seq = id.seq;
    this.fields = fields;
  }
}

/**
 * Some entries in order, deleted ones included. Nodes count: approximate trimming removes whole ones, XINFO tells
 * their number, and DUMP writes them as they are. So a node knows how large its listpack would be.
 */
export class StreamNode {
  /** The id that the entries are relative to. */
  readonly master: StreamId;
  /** The names of the fields that entries of the same form do not repeat. */
  readonly masterFields: readonly string[];
  readonly entries: StreamEntry[] = [];
  /** Number of entries that are not deleted. */
  live = 0;
  /** Size of the listpack. */
  bytes: number;

  constructor(master: StreamId, masterFields: readonly string[]) {
    this.master = { ms: master.ms, seq: master.seq };
    this.masterFields = masterFields;
    // The counters of entries, live and deleted, are empty at first and as small as can be.
    this.bytes = LISTPACK_OVERHEAD + 3 * TINY + integerEntrySize(masterFields.length);
    for (const field of masterFields) this.bytes += textEntrySize(field);
  }

  /** A node that begins with `entry`. */
  static startingWith(entry: StreamEntry): StreamNode {
    const node = new StreamNode(
      entry,
      entry.fields.filter((_, i) => i % 2 === 0),
    );
    node.append(entry);
    return node;
  }

  get last(): StreamEntry {
    return this.entries[this.entries.length - 1];
  }

  /** Number of entries that are deleted. */
  get dead(): number {
    return this.entries.length - this.live;
  }

  /** Is a new node to be begun for an entry whose fields and values have so many bytes together? */
  isFull(more: number, limits: StreamLimits): boolean {
    const maxBytes = limits.streamNodeMaxBytes;
    const roomiest = maxBytes === 0 || maxBytes > NODE_BYTES_CEILING ? NODE_BYTES_CEILING : maxBytes;
    if (this.bytes + more >= roomiest) return true;
    return limits.streamNodeMaxEntries !== 0 && this.entries.length >= limits.streamNodeMaxEntries;
  }

  /** Add an entry whose id is greater than all others. */
  append(entry: StreamEntry): void {
    this.bytes += this.#entrySize(entry) + integerEntrySize(this.live + 1) - integerEntrySize(this.live);
    this.live++;
    this.entries.push(entry);
  }

  /** Mark a live entry as deleted. */
  delete(entry: StreamEntry): void {
    const { live, dead } = this;
    entry.deleted = true;
    this.live = live - 1;
    this.bytes += integerEntrySize(live - 1) - integerEntrySize(live);
    this.bytes += integerEntrySize(dead + 1) - integerEntrySize(dead);
  }

  /** The first place whose entry is not below `id`. */
  placeOf(id: StreamId): number {
    return placeOf(this.entries, id);
  }

  /** Has an entry exactly the fields of the master, so that only its values need be written? */
  hasMasterFields(fields: readonly string[]): boolean {
    const names = this.masterFields;
    if (fields.length !== names.length * 2) return false;
    for (let i = 0; i < names.length; i++) if (fields[i * 2] !== names[i]) return false;
    return true;
  }

  copy(): StreamNode {
    const twin = new StreamNode(this.master, this.masterFields);
    for (const entry of this.entries) {
      const another = new StreamEntry(entry, entry.fields);
      another.deleted = entry.deleted;
      twin.entries.push(another);
    }
    twin.live = this.live;
    twin.bytes = this.bytes;
    return twin;
  }

  #entrySize(entry: StreamEntry): number {
    const { fields } = entry;
    const { master } = this;
    const same = this.hasMasterFields(fields);
    let size =
      TINY +
      integerEntrySize(wrappingDifference(entry.ms, master.ms)) +
      integerEntrySize(wrappingDifference(entry.seq, master.seq));
    if (!same) size += integerEntrySize(fields.length / 2);
    for (let i = same ? 1 : 0; i < fields.length; i += same ? 2 : 1) size += textEntrySize(fields[i]);
    return size + integerEntrySize(elementCount(fields, same));
  }
}

/** The number of listpack elements of an entry, its last one not included, which says how many they are. */
export function elementCount(fields: readonly string[], hasMasterFields: boolean): number {
  return hasMasterFields ? fields.length / 2 + 3 : fields.length + 4;
}
