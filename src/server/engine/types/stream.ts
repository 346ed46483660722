/** The stream type: entries in the order of their ids, and consumer groups that read them. */
import { radixNodeCount } from "./radix-size.js";
import { inNameOrder, StreamGroup } from "./stream-group.js";
import { compareIds, idBytes, isZeroId, MAX_ID, MIN_ID, nextId, type StreamId } from "./stream-id.js";
import { DEFAULT_STREAM_LIMITS, StreamEntry, type StreamLimits, StreamNode } from "./stream-node.js";
import { type Int64, wrappingDifference, wrappingSum } from "./uint64.js";

/** Which entries trimming removes: the oldest beyond a length, or those below an id. */
export type TrimRule = { readonly maxLength: number } | { readonly minId: StreamId };

/** What a stream remembers beside its entries. */
export interface StreamCounters {
  readonly lastId: StreamId;
  readonly firstId: StreamId;
  readonly maxDeletedId: StreamId;
  readonly entriesAdded: Int64;
}

/** Called for one entry; `false` ends the walk. */
export type EntryVisitor = (entry: StreamEntry) => boolean;

/** Bytes of a pending entry and of a consumer beside its name, roughly. */
const PENDING_BYTES = 100;
const CONSUMER_BYTES = 100;

/** A stream. Entries are found by binary search, first among the nodes and then within one. */
export class StreamValue {
  readonly type = "stream";
  /** Number of entries. */
  size = 0;
  /** The id of the last entry ever added; 0-0 while there was none. */
  lastId: StreamId = MIN_ID;
  /** The id of the first entry; 0-0 while there is none. */
  firstId: StreamId = MIN_ID;
  /** The greatest id that XDEL has removed. */
  maxDeletedId: StreamId = MIN_ID;
  /** Number of entries ever added. */
  entriesAdded: Int64 = 0;
  readonly #nodes: StreamNode[] = [];
  readonly #groups = new Map<string, StreamGroup>();
  #nodeBytes = 0;
  #radixNodes: number | undefined;

  /** A stream of some nodes in order, as it comes out of a payload. */
  static from(nodes: readonly StreamNode[], counters: StreamCounters): StreamValue {
    const made = new StreamValue();
    for (const node of nodes) {
      made.#nodes.push(node);
      made.#nodeBytes += node.bytes;
      made.size += node.live;
    }
    made.lastId = counters.lastId;
    made.firstId = counters.firstId;
    made.maxDeletedId = counters.maxDeletedId;
    made.entriesAdded = counters.entriesAdded;
    return made;
  }

  /** What OBJECT ENCODING reports. */
  encoding(): "stream" {
    return "stream";
  }

  get nodes(): readonly StreamNode[] {
    return this.#nodes;
  }

  /** Nodes of the radix tree in which redis-server would keep the nodes of this stream. */
  get radixNodes(): number {
    this.#radixNodes ??= radixNodeCount(this.#nodes.map(({ master }) => idBytes(master)));
    return this.#radixNodes;
  }

  /** About how many bytes all of it takes. */
  get bytes(): number {
    let bytes = this.#nodeBytes;
    for (const group of this.#groups.values()) {
      bytes += (group.pending.size + 1) * PENDING_BYTES + group.consumerCount * CONSUMER_BYTES;
    }
    return bytes;
  }

  // ---- entries ----------------------------------------------------------------------------------

  /**
   * Add an entry behind all others.
   * @param id greater than {@link lastId}
   * @param fields fields and values in turn
   */
  append(id: StreamId, fields: readonly string[], limits: StreamLimits = DEFAULT_STREAM_LIMITS): void {
    const entry = new StreamEntry(id, fields);
    const nodes = this.#nodes;
    const last = nodes.length === 0 ? undefined : nodes[nodes.length - 1];
    let more = 0;
    for (let i = 0; i < fields.length; i++) more += fields[i].length;
    if (last === undefined || last.isFull(more, limits)) {
      const node = StreamNode.startingWith(entry);
      nodes.push(node);
      this.#nodeBytes += node.bytes;
      this.#radixNodes = undefined;
    } else {
      this.#nodeBytes -= last.bytes;
      last.append(entry);
      this.#nodeBytes += last.bytes;
    }
    this.lastId = entry;
    if (this.size === 0) this.firstId = plainId(entry);
    this.size++;
    this.entriesAdded = wrappingSum(this.entriesAdded, 1);
  }

  /** The entry of an id. */
  get(id: StreamId): StreamEntry | undefined {
    const node = this.#nodes[this.#nodeBefore(id)];
    const entry = node?.entries[node.placeOf(id)];
    return entry !== undefined && !entry.deleted && compareIds(entry, id) === 0 ? entry : undefined;
  }

  /** Remove the entry of an id. @returns whether there was one */
  delete(id: StreamId): boolean {
    const at = this.#nodeBefore(id);
    const node = this.#nodes[at];
    const entry = node?.entries[node.placeOf(id)];
    if (entry === undefined || entry.deleted || compareIds(entry, id) !== 0) return false;
    this.#nodeBytes -= node.bytes;
    node.delete(entry);
    if (node.live === 0) {
      this.#nodes.splice(at, 1);
      this.#radixNodes = undefined;
    } else this.#nodeBytes += node.bytes;
    this.size--;
    if (compareIds(entry, this.maxDeletedId) > 0) this.maxDeletedId = plainId(entry);
    if (this.size === 0) this.firstId = MIN_ID;
    else if (compareIds(entry, this.firstId) === 0) this.#findFirst();
    return true;
  }

  /** Visit the entries between two ids, both included, in order. */
  walk(start: StreamId, end: StreamId, visit: EntryVisitor): void {
    const nodes = this.#nodes;
    let at = Math.max(0, this.#nodeBefore(start));
    if (at >= nodes.length) return;
    let place = nodes[at].placeOf(start);
    for (; at < nodes.length; at++) {
      const { entries } = nodes[at];
      for (; place < entries.length; place++) {
        const entry = entries[place];
        if (compareIds(entry, end) > 0) return;
        if (!entry.deleted && !visit(entry)) return;
      }
      place = 0;
    }
  }

  /** Visit the entries between two ids, both included, the last one first. */
  walkBack(start: StreamId, end: StreamId, visit: EntryVisitor): void {
    const nodes = this.#nodes;
    for (let at = this.#nodeBefore(end); at >= 0; at--) {
      const { entries } = nodes[at];
      let place = nodes[at].placeOf(end);
      if (place === entries.length || compareIds(entries[place], end) > 0) place--;
      for (; place >= 0; place--) {
        const entry = entries[place];
        if (compareIds(entry, start) < 0) return;
        if (!entry.deleted && !visit(entry)) return;
      }
    }
  }

  /** The first entry. */
  first(): StreamEntry | undefined {
    let found: StreamEntry | undefined;
    this.walk(MIN_ID, MAX_ID, (entry) => {
      found = entry;
      return false;
    });
    return found;
  }

  /** The last entry that is still there. */
  last(): StreamEntry | undefined {
    let found: StreamEntry | undefined;
    this.walkBack(MIN_ID, MAX_ID, (entry) => {
      found = entry;
      return false;
    });
    return found;
  }

  /**
   * Remove the oldest entries.
   * @param approximate remove whole nodes only
   * @param limit never remove more entries than that; 0: no limit
   * @returns how many were removed
   */
  trim(rule: TrimRule, approximate: boolean, limit: number): number {
    const nodes = this.#nodes;
    let removed = 0;
    let whole = 0;
    for (; whole < nodes.length; whole++) {
      const node = nodes[whole];
      if ("maxLength" in rule && this.size <= rule.maxLength) break;
      if (limit !== 0 && removed + node.live > limit) break;
      const goes =
        "maxLength" in rule ? this.size - node.live >= rule.maxLength : compareIds(node.last, rule.minId) < 0;
      if (!goes) {
        if (!approximate) removed += this.#trimWithin(node, rule);
        break;
      }
      this.#nodeBytes -= node.bytes;
      this.size -= node.live;
      removed += node.live;
    }
    if (whole !== 0) {
      nodes.splice(0, whole);
      this.#radixNodes = undefined;
    }
    if (removed !== 0) this.#findFirst();
    return removed;
  }

  /**
   * As {@link StreamValue.trim}, but only entries go that may: others stay where they are, among the oldest.
   * @param mayGo asked for each entry that the rule would remove
   * @returns how many were removed
   */
  trimThose(
    rule: TrimRule,
    approximate: boolean,
    limit: number,
    mayGo: (entry: StreamEntry) => boolean,
  ): number {
    const nodes = this.#nodes;
    let removed = 0;
    for (let at = 0; at < nodes.length; ) {
      const node = nodes[at];
      if ("maxLength" in rule && this.size <= rule.maxLength) break;
      if (limit !== 0 && removed + node.live > limit) break;
      const goes =
        "maxLength" in rule ? this.size - node.live >= rule.maxLength : compareIds(node.last, rule.minId) < 0;
      if (!goes && approximate) break;
      removed += this.#trimWithin(node, rule, mayGo);
      if (node.live === 0) {
        this.#nodeBytes -= node.bytes;
        nodes.splice(at, 1);
        this.#radixNodes = undefined;
      } else at++;
      if (!goes && "minId" in rule) break;
    }
    if (removed !== 0) this.#findFirst();
    return removed;
  }

  /** Remove the first entries of a node. @returns how many */
  #trimWithin(node: StreamNode, rule: TrimRule, mayGo?: (entry: StreamEntry) => boolean): number {
    let removed = 0;
    this.#nodeBytes -= node.bytes;
    for (const entry of node.entries) {
      if ("maxLength" in rule ? this.size <= rule.maxLength : compareIds(entry, rule.minId) >= 0) break;
      if (entry.deleted || mayGo?.(entry) === false) continue;
      node.delete(entry);
      this.size--;
      removed++;
    }
    this.#nodeBytes += node.bytes;
    return removed;
  }

  #findFirst(): void {
    const first = this.first();
    this.firstId = first === undefined ? MIN_ID : plainId(first);
  }

  /** The last node that begins at or before `id`; -1: there is none. */
  #nodeBefore(id: StreamId): number {
    const nodes = this.#nodes;
    let low = 0;
    let high = nodes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareIds(nodes[middle].master, id) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  // ---- groups -----------------------------------------------------------------------------------

  get groupCount(): number {
    return this.#groups.size;
  }

  /** In the order of their names. */
  groups(): StreamGroup[] {
    return inNameOrder(this.#groups.values());
  }

  group(name: string): StreamGroup | undefined {
    return this.#groups.get(name);
  }

  /** @returns `undefined` when there is one of that name already */
  addGroup(name: string, lastId: StreamId, entriesRead: Int64 | undefined): StreamGroup | undefined {
    if (this.#groups.has(name)) return undefined;
    const group = new StreamGroup(name, lastId, entriesRead);
    this.#groups.set(name, group);
    return group;
  }

  /** @returns whether there was one */
  removeGroup(name: string): boolean {
    return this.#groups.delete(name);
  }

  /** Does a group wait for an entry, or is it still to be given it? */
  isReferenced(id: StreamId): boolean {
    for (const group of this.#groups.values()) {
      if (compareIds(id, group.lastId) > 0 || group.pending.get(id) !== undefined) return true;
    }
    return false;
  }

  /** Let no group wait for an entry any more. */
  dropReferences(id: StreamId): void {
    for (const group of this.#groups.values()) group.acknowledge(id);
  }

  /**
   * A group is given an entry: if the entry is new to it, its last id and its count of entries move on.
   * @param later as Redis 7.2 and later count: what a group has read is not believed before the first entry
   */
  advance(group: StreamGroup, entry: StreamEntry, later = false): void {
    if (compareIds(entry, group.lastId) <= 0) return;
    const counts = !later || compareIds(group.lastId, this.firstId) >= 0;
    if (group.entriesRead !== undefined && counts && !this.#hasGapFrom(later ? group.lastId : entry)) {
      group.entriesRead = wrappingSum(group.entriesRead, 1);
    } else if (this.entriesAdded !== 0) {
      group.entriesRead = this.countUpTo(entry);
    }
    group.lastId = plainId(entry);
  }

  /**
   * How many entries a group has still to be given; `undefined`: not known.
   * @param later as Redis 8.0 reckons: a stream that holds nothing, or all that a group has to read, needs no count
   */
  lag(group: StreamGroup, later = false): Int64 | undefined {
    if (this.entriesAdded === 0) return 0;
    if (later && this.size === 0) return 0;
    if (later && !this.#hasGap() && compareIds(group.lastId, this.firstId) < 0) return this.size;
    const known = group.entriesRead !== undefined && !this.#hasGapFrom(group.lastId);
    const read = known ? group.entriesRead : this.countUpTo(group.lastId);
    return read === undefined ? undefined : wrappingDifference(this.entriesAdded, read);
  }

  /** How many of all entries ever added have an id up to this one; `undefined`: that cannot be told. */
  countUpTo(id: StreamId): Int64 | undefined {
    if (this.entriesAdded === 0) return 0;
    const toLast = compareIds(id, this.lastId);
    if ((this.size === 0 && toLast < 0) || toLast === 0) return this.entriesAdded;
    if (toLast > 0) return undefined;
    if (this.#hasGap()) return undefined;
    const toFirst = compareIds(id, this.firstId);
    if (toFirst > 0) return undefined;
    const before = wrappingDifference(this.entriesAdded, this.size);
    return toFirst === 0 ? wrappingSum(before, 1) : before;
  }

  /** Has XDEL removed an entry behind the first one? */
  #hasGap(): boolean {
    return !isZeroId(this.maxDeletedId) && compareIds(this.maxDeletedId, this.firstId) >= 0;
  }

  /** Has XDEL removed an entry behind the first one, at `id` or behind it? */
  #hasGapFrom(id: StreamId): boolean {
    return this.size !== 0 && this.#hasGap() && compareIds(id, this.maxDeletedId) <= 0;
  }

  copy(): StreamValue {
    const twin = StreamValue.from(
      this.#nodes.map((node) => node.copy()),
      this,
    );
    for (const group of this.#groups.values()) twin.#groups.set(group.name, group.copy());
    return twin;
  }
}

/** The id that follows a last id when the clock says `now`; `undefined`: there is none left. */
export function idAfter(lastId: StreamId, now: number): StreamId | undefined {
  return now > lastId.ms ? { ms: now, seq: 0 } : nextId(lastId);
}

/** The id alone, so that its entry can be let go. */
function plainId({ ms, seq }: StreamId): StreamId {
  return { ms, seq };
}
