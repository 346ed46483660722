/** A value as DUMP answers it: the bytes are those of redis-server wherever the order of elements is fixed. */
import { formatDouble } from "../../../protocol/double.js";
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
}

/** Integral scores up to here, either sign, are stored as integers. */
const LARGEST_INTEGER_SCORE = 2 ** 62;

/** The payload of a value, as a one-byte string. */
export function encodePayload(value: Value, options: EncodeOptions): string {
  const out = new ByteWriter();
  if (typeof value === "string" || value instanceof MutableString) {
    out.byte(RdbType.STRING);
    writeString(out, typeof value === "string" ? value : value.text(), options.compress);
  } else if (value instanceof ListValue) {
    writeList(out, value, options);
  } else if (value instanceof SetValue) {
    writeSet(out, value, options.compress);
  } else if (value instanceof HashValue) {
    writeHash(out, value, options.compress);
  } else if (value instanceof StreamValue) {
    out.byte(RdbType.STREAM_2);
    writeStream(out, value, options.compress);
  } else {
    writeSortedSet(out, value, options.compress);
  }
  return sealPayload(out);
}

function writeList(out: ByteWriter, list: ListValue, options: EncodeOptions): void {
  out.byte(RdbType.LIST_QUICKLIST_2);
  const nodes = packNodes(list.items(), options.listMaxListpackSize);
  writeLength(out, nodes.length);
  for (const node of nodes) {
    writeLength(out, QuicklistNode.PACKED);
    writeBlob(out, node, options.compress);
  }
}

function writeSet(out: ByteWriter, set: SetValue, compress: boolean): void {
  if (set.encoding() === "intset") {
    out.byte(RdbType.SET_INTSET);
    writeBlob(out, writeIntset(set.members()), compress);
    return;
  }
  out.byte(RdbType.SET);
  writeLength(out, set.size);
  for (const member of set.members()) writeString(out, member, compress);
}

function writeHash(out: ByteWriter, hash: HashValue, compress: boolean): void {
  const flat = hash.flat();
  if (hash.encoding() === "listpack") {
    out.byte(RdbType.HASH_LISTPACK);
    const listpack = new ListpackWriter();
    for (const text of flat) listpack.text(text);
    writeBlob(out, listpack.finish(), compress);
    return;
  }
  out.byte(RdbType.HASH);
  writeLength(out, hash.size);
  for (const text of flat) writeString(out, text, compress);
}

function writeSortedSet(out: ByteWriter, set: SortedSetValue, compress: boolean): void {
  const { size } = set;
  if (set.encoding() === "listpack") {
    out.byte(RdbType.ZSET_LISTPACK);
    const listpack = new ListpackWriter();
    set.walk(0, size, (member, score) => {
      listpack.text(member);
      if (Number.isInteger(score) && Math.abs(score) <= LARGEST_INTEGER_SCORE) listpack.integer(score);
      else listpack.text(formatDouble(score));
    });
    writeBlob(out, listpack.finish(), compress);
    return;
  }
  out.byte(RdbType.ZSET_2);
  writeLength(out, size);
  // From the greatest down, so that whoever loads it always inserts at the head of the skip list.
  set.walkBack(size - 1, size, (member, score) => {
    writeString(out, member, compress);
    out.double(score);
  });
}
