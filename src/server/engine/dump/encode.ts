/** A value as DUMP answers it: the bytes are those of redis-server wherever the order of elements is fixed. */
import { formatDouble, shortestDouble } from "../../../protocol/double.js";
import type { Value } from "../keyspace.js";
import { HashValue } from "../types/hash.js";
import { ListValue } from "../types/list.js";
import { SetValue } from "../types/set.js";
import type { SortedSetValue } from "../types/sorted-set.js";
import { StreamValue } from "../types/stream.js";
import { MutableString } from "../types/string.js";
import { ByteWriter } from "./byte-writer.js";
import { writeIntset } from "./intset.js";
import { ListpackWriter } from "./listpack.js";
import { sealPayload } from "./payload.js";
import { packNodes } from "./quicklist.js";
import { writeBlob, writeLength, writeString } from "./rdb-string.js";
import { QuicklistNode, RdbType } from "./rdb-type.js";
import { writeStream } from "./stream.js";

/** What of the configuration counts for payloads. */
export interface EncodeOptions {
  /** `rdbcompression` */
  readonly compress: boolean;
  /** `list-max-listpack-size` */
  readonly listMaxListpackSize: number;
  /** The version of RDB. */
  readonly version: number;
}

/** The first version of RDB whose streams tell when consumers last got something. */
const FIRST_WITH_ACTIVITY = 11;

/** The first version of RDB of servers that write scores in the fewest digits. */
const FIRST_WITH_SHORT_SCORES = 11;

/** Integral scores up to here, either sign, are stored as integers. */
const LARGEST_INTEGER_SCORE = 2 ** 62;

/** The payload of a value, as a one-byte string. */
export function encodePayload(value: Value, options: EncodeOptions): string {
  const out = new ByteWriter();
  out.byte(rdbTypeOf(value, options.version));
  writeValue(out, value, options);
  return sealPayload(out, options.version);
}

/**
 * How a value is written, one of {@link RdbType}.
 * @param version of RDB
 */
export function rdbTypeOf(value: Value, version: number): number {
  if (typeof value === "string" || value instanceof MutableString) return RdbType.STRING;
  if (value instanceof ListValue) return RdbType.LIST_QUICKLIST_2;
  if (value instanceof StreamValue) {
    return version >= FIRST_WITH_ACTIVITY ? RdbType.STREAM_3 : RdbType.STREAM_2;
  }
  const encoding = value.encoding();
  if (value instanceof SetValue) {
    if (encoding === "intset") return RdbType.SET_INTSET;
    return encoding === "listpack" ? RdbType.SET_LISTPACK : RdbType.SET;
  }
  if (value instanceof HashValue) {
    if (encoding === "listpackex") return RdbType.HASH_EXPIRING_LISTPACK;
    if (value.nextFieldExpiry !== undefined) return RdbType.HASH_EXPIRING;
    return encoding === "listpack" ? RdbType.HASH_LISTPACK : RdbType.HASH;
  }
  return encoding === "listpack" ? RdbType.ZSET_LISTPACK : RdbType.ZSET_2;
}

/** Write a value as {@link rdbTypeOf} says, without the type itself. */
export function writeValue(out: ByteWriter, value: Value, options: EncodeOptions): void {
  const { compress } = options;
  if (typeof value === "string") writeString(out, value, compress);
  else if (value instanceof MutableString) writeString(out, value.text(), compress);
  else if (value instanceof ListValue) writeList(out, value, options);
  else if (value instanceof SetValue) writeSet(out, value, compress);
  else if (value instanceof HashValue) writeHash(out, value, compress);
  else if (value instanceof StreamValue) {
    writeStream(out, value, compress, options.version >= FIRST_WITH_ACTIVITY);
  } else writeSortedSet(out, value, options);
}

function writeList(out: ByteWriter, list: ListValue, options: EncodeOptions): void {
  const nodes = packNodes(list.items(), options.listMaxListpackSize);
  writeLength(out, nodes.length);
  for (const node of nodes) {
    writeLength(out, QuicklistNode.PACKED);
    writeBlob(out, node, options.compress);
  }
}

function writeSet(out: ByteWriter, set: SetValue, compress: boolean): void {
  if (set.encoding() === "intset") {
    writeBlob(out, writeIntset(set.members()), compress);
    return;
  }
  if (set.encoding() === "listpack") {
    const listpack = new ListpackWriter();
    for (const member of set.members()) listpack.text(member);
    writeBlob(out, listpack.finish(), compress);
    return;
  }
  writeLength(out, set.size);
  for (const member of set.members()) writeString(out, member, compress);
}

function writeHash(out: ByteWriter, hash: HashValue, compress: boolean): void {
  const flat = hash.flat();
  const encoding = hash.encoding();
  if (encoding === "listpackex" || hash.nextFieldExpiry !== undefined) {
    writeExpiringHash(out, hash, compress);
    return;
  }
  if (encoding === "listpack") {
    const listpack = new ListpackWriter();
    for (const text of flat) listpack.text(text);
    writeBlob(out, listpack.finish(), compress);
    return;
  }
  writeLength(out, hash.size);
  for (const text of flat) writeString(out, text, compress);
}

/** Times follow the next one, which stands in front: 0 is never, 1 that time itself. */
function writeExpiringHash(out: ByteWriter, hash: HashValue, compress: boolean): void {
  const next = hash.nextFieldExpiry ?? 0;
  const isCompact = hash.encoding() === "listpackex";
  out.int64(next);
  if (isCompact) {
    const listpack = new ListpackWriter();
    for (const field of hash.fields()) {
      listpack.text(field);
      listpack.text(hash.get(field) as string);
      listpack.integer(hash.fieldExpiry(field) ?? 0);
    }
    writeBlob(out, listpack.finish(), compress);
    return;
  }
  writeLength(out, hash.size);
  for (const field of hash.fields()) {
    const at = hash.fieldExpiry(field);
    writeLength(out, at === undefined ? 0 : at - next + 1);
    writeString(out, field, compress);
    writeString(out, hash.get(field) as string, compress);
  }
}

function writeSortedSet(out: ByteWriter, set: SortedSetValue, { compress, version }: EncodeOptions): void {
  const { size } = set;
  if (set.encoding() === "listpack") {
    const format = version >= FIRST_WITH_SHORT_SCORES ? shortestDouble : formatDouble;
    const listpack = new ListpackWriter();
    set.walk(0, size, (member, score) => {
      listpack.text(member);
      if (Number.isInteger(score) && Math.abs(score) <= LARGEST_INTEGER_SCORE) listpack.integer(score);
      else listpack.text(format(score));
    });
    writeBlob(out, listpack.finish(), compress);
    return;
  }
  writeLength(out, size);
  // From the greatest down, so that whoever loads it always inserts at the head of the skip list.
  set.walkBack(size - 1, size, (member, score) => {
    writeString(out, member, compress);
    out.double(score);
  });
}
