/** A value out of the data of a DUMP payload, in the encoding that redis-server would choose for it. */
import { parseFloatStrict } from "../arguments.js";
import type { Value } from "../keyspace.js";
import type { AggregateLimits } from "../types/encoding-limits.js";
import { HashValue } from "../types/hash.js";
import { ListValue } from "../types/list.js";
import { SetValue } from "../types/set.js";
import { SortedSetValue } from "../types/sorted-set.js";
import { ByteReader, checked, demand, EmptyValue, Malformed } from "./byte-reader.js";
import { readIntset } from "./intset.js";
import { readListpack } from "./listpack.js";
import { readBlob, readLength, readString } from "./rdb-string.js";
import { QuicklistNode, RdbType } from "./rdb-type.js";
import { readStream } from "./stream.js";
import { readZiplist } from "./ziplist.js";
import { readZipmap } from "./zipmap.js";

type ValueReader = (input: ByteReader, limits: AggregateLimits) => Value;
/** Reads the entries of a compact form. */
type EntriesReader = (bytes: Uint8Array) => string[];

const READERS: { readonly [type: number]: ValueReader | undefined } = {
  [RdbType.STRING]: readString,
  [RdbType.LIST]: readPlainList,
  [RdbType.LIST_ZIPLIST]: (input) => listOf(ziplistIn(input)),
  [RdbType.LIST_QUICKLIST]: (input) => readNodes(input, () => ziplistIn(input)),
  [RdbType.LIST_QUICKLIST_2]: (input) => readNodes(input, () => readNode(input)),
  [RdbType.SET]: readSet,
  [RdbType.SET_INTSET]: (input, limits) => setOf(intact("Intset", readIntset, readBlob(input)), limits),
  [RdbType.HASH]: readHash,
  [RdbType.HASH_ZIPMAP]: (input, limits) => hashOf(intact("Zipmap", readZipmap, readBlob(input)), limits),
  [RdbType.HASH_ZIPLIST]: (input, limits) =>
    compactHash(intactPairs("Hash ziplist", readZiplist, readBlob(input)), limits),
  [RdbType.HASH_LISTPACK]: (input, limits) =>
    compactHash(intactPairs("Hash listpack", readListpack, readBlob(input)), limits),
  [RdbType.ZSET]: (input, limits) => readSortedSet(input, readScoreText, limits),
  [RdbType.ZSET_2]: (input, limits) => readSortedSet(input, (from) => from.double(), limits),
  [RdbType.ZSET_ZIPLIST]: (input, limits) =>
    compactSortedSet(intactPairs("Zset ziplist", readZiplist, readBlob(input)), limits),
  [RdbType.ZSET_LISTPACK]: (input, limits) =>
    compactSortedSet(intactPairs("Zset listpack", readListpack, readBlob(input)), limits),
  [RdbType.STREAM]: (input) => readStream(input, RdbType.STREAM),
  [RdbType.STREAM_2]: (input) => readStream(input, RdbType.STREAM_2),
};

/**
 * The value that some data stands for; what may follow behind it is ignored.
 * @param limits the configuration of the engine that will hold the value
 * @throws Malformed
 */
export function decodeValue(data: Uint8Array, limits: AggregateLimits): Value {
  const input = new ByteReader(data);
  return readValue(input, input.byte(), limits);
}

/**
 * Take the value that comes next.
 * @param type how it is written, one of {@link RdbType}
 * @param limits the configuration of the engine that will hold the value
 * @throws Malformed {@link EmptyValue} when all is right but that there are no elements
 */
export function readValue(input: ByteReader, type: number, limits: AggregateLimits): Value {
  const reader = READERS[type];
  if (reader === undefined) throw new Malformed(`its type is unknown: ${type}`);
  return reader(input, limits);
}

/** The entries of a compact form, or why there are none, in redis-server's words. */
function intact(form: string, readEntries: EntriesReader, bytes: Uint8Array): string[] {
  return checked(`${form} integrity check failed`, () => readEntries(bytes));
}

/** The same for elements in pairs, whose first halves differ. */
function intactPairs(form: string, readEntries: EntriesReader, bytes: Uint8Array): string[] {
  return checked(`${form} integrity check failed`, () => {
    const flat = readEntries(bytes);
    demandElements(flat.length);
    demand(flat.length % 2 === 0);
    demand(new Set(flat.filter((_, i) => i % 2 === 0)).size * 2 === flat.length);
    return flat;
  });
}

function ziplistIn(input: ByteReader): string[] {
  return intact("Ziplist", readZiplist, readBlob(input));
}

function demandElements(count: number): void {
  if (count === 0) throw new EmptyValue();
}

// ---- lists --------------------------------------------------------------------------------------

function listOf(items: readonly string[]): ListValue {
  demandElements(items.length);
  return new ListValue(items);
}

function readPlainList(input: ByteReader): ListValue {
  const length = readLength(input);
  const items: string[] = [];
  for (let i = 0; i < length; i++) items.push(readString(input));
  return listOf(items);
}

function readNodes(input: ByteReader, readItems: () => string[]): ListValue {
  const length = readLength(input);
  const list = new ListValue();
  for (let i = 0; i < length; i++) for (const item of readItems()) list.pushTail(item);
  demandElements(list.size);
  return list;
}

function readNode(input: ByteReader): string[] {
  const form = readLength(input);
  if (form === QuicklistNode.PLAIN) {
    const item = readString(input);
    demand(item !== "");
    return [item];
  }
  if (form !== QuicklistNode.PACKED) throw new Malformed("Quicklist integrity check failed");
  return intact("Listpack", readListpack, readBlob(input));
}

// ---- sets ---------------------------------------------------------------------------------------

function setOf(members: readonly string[], limits: AggregateLimits): SetValue {
  demandElements(members.length);
  const set = new SetValue(limits);
  for (const member of members) demand(set.add(member));
  return set;
}

function readSet(input: ByteReader, limits: AggregateLimits): SetValue {
  const size = readLength(input);
  const members: string[] = [];
  for (let i = 0; i < size; i++) members.push(readString(input));
  return setOf(members, limits);
}

// ---- hashes -------------------------------------------------------------------------------------

function hashOf(flat: readonly string[], limits: AggregateLimits): HashValue {
  demandElements(flat.length);
  const hash = new HashValue(limits);
  for (let i = 0; i < flat.length; i += 2) demand(hash.set(flat[i], flat[i + 1]));
  return hash;
}

function readHash(input: ByteReader, limits: AggregateLimits): HashValue {
  const size = readLength(input);
  const flat: string[] = [];
  for (let i = 0; i < size; i++) flat.push(readString(input), readString(input));
  return hashOf(flat, limits);
}

function compactHash(flat: readonly string[], limits: AggregateLimits): HashValue {
  const hash = HashValue.fromListpack(flat, limits);
  return hash;
}

// ---- sorted sets --------------------------------------------------------------------------------

function readSortedSet(
  input: ByteReader,
  readScore: (input: ByteReader) => number,
  limits: AggregateLimits,
): SortedSetValue {
  const size = readLength(input);
  const scores = new Map<string, number>();
  for (let i = 0; i < size; i++) {
    const member = readString(input);
    demand(!scores.has(member));
    scores.set(member, checkedScore(readScore(input)));
  }
  demandElements(scores.size);
  return SortedSetValue.from(scores, limits);
}

function compactSortedSet(flat: readonly string[], limits: AggregateLimits): SortedSetValue {
  const scores = new Map<string, number>();
  for (let i = 0; i < flat.length; i += 2) scores.set(flat[i], checkedScore(parseFloatStrict(flat[i + 1])));
  return SortedSetValue.fromListpack(scores, limits);
}

/** A score as text with its length before it; three lengths stand for what is no finite number. */
function readScoreText(input: ByteReader): number {
  const length = input.byte();
  if (length === 255) return Number.NEGATIVE_INFINITY;
  if (length === 254) return Number.POSITIVE_INFINITY;
  return length === 253 ? Number.NaN : checkedScore(parseFloatStrict(input.text(length)));
}

function checkedScore(score: number | undefined): number {
  demand(score !== undefined && !Number.isNaN(score));
  return score;
}
