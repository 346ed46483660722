/** A data set as the commands that make it again: a base that is not an RDB file. */
import { formatDouble } from "../../../protocol/double.js";
import { ByteWriter } from "../dump/byte-writer.js";
import type { RdbPieces } from "../dump/rdb-writer.js";
import type { Engine } from "../engine.js";
import type { Value } from "../keyspace.js";
import { sizeOf } from "../memory.js";
import { encodeRequest, selectRequest } from "../request-text.js";
import { HashValue } from "../types/hash.js";
import { ListValue } from "../types/list.js";
import { SetValue } from "../types/set.js";
import { SortedSetValue } from "../types/sorted-set.js";
import type { StreamValue } from "../types/stream.js";
import { formatId, MAX_ID, MIN_ID } from "../types/stream-id.js";
import { MutableString } from "../types/string.js";

/** Elements that one command adds at the most. */
const ELEMENTS_A_COMMAND = 64;
/** A piece ends with the key that reaches it, bytes. */
const PIECE_SIZE = 65536;

/**
 * The data set as it is when this is called, in pieces, between which commands may run.
 * @param finely let every key end a piece
 * @param head stands before everything
 */
export function commandPieces(engine: Engine, finely: boolean, head: string): RdbPieces {
  const sources = Array.from(engine.functions.libraries, ({ source }) => source);
  const borrowed = engine.databases.map((database) => {
    return { index: database.index, size: database.size, ...database.borrow() };
  });
  function* pieces() {
    const out = new ByteWriter();
    out.text(head);
    let keys = 0;
    for (const source of sources) out.text(encodeRequest(["FUNCTION", "LOAD", source]));
    for (const { index, size, entries } of borrowed) {
      if (size !== 0) out.text(selectRequest(index));
      for (const { key, value, expiresAt } of entries) {
        for (const words of commandsFor(key, value)) out.text(encodeRequest(words));
        if (expiresAt !== undefined) out.text(encodeRequest(["PEXPIREAT", key, String(expiresAt)]));
        keys++;
        if (!finely && out.length < PIECE_SIZE) continue;
        yield { bytes: out.bytes, keys };
        out.clear();
      }
    }
    yield { bytes: out.bytes, keys };
  }
  return {
    pieces: pieces(),
    copied: () => {
      let bytes = 0;
      for (const { images } of borrowed) for (const image of images()) bytes += sizeOf(image);
      return bytes;
    },
    release: () => {
      for (const { release } of borrowed) release();
    },
  };
}

function* commandsFor(key: string, value: Value): Generator<readonly string[]> {
  if (typeof value === "string") yield ["SET", key, value];
  else if (value instanceof MutableString) yield ["SET", key, value.text()];
  else if (value instanceof ListValue) yield* inParts(["RPUSH", key], value.items(), 1);
  else if (value instanceof SetValue) yield* inParts(["SADD", key], value.members(), 1);
  else if (value instanceof SortedSetValue) yield* inParts(["ZADD", key], scoredMembers(value), 2);
  else if (value instanceof HashValue) yield* hashCommands(key, value);
  else yield* streamCommands(key, value);
}

/** @param width words of one element */
function* inParts(
  head: readonly string[],
  words: readonly string[],
  width: number,
): Generator<readonly string[]> {
  const step = ELEMENTS_A_COMMAND * width;
  for (let at = 0; at < words.length; at += step) yield [...head, ...words.slice(at, at + step)];
}

function scoredMembers(set: SortedSetValue): string[] {
  const words: string[] = [];
  set.walk(0, set.size, (member, score) => {
    words.push(formatDouble(score), member);
  });
  return words;
}

function* hashCommands(key: string, hash: HashValue): Generator<readonly string[]> {
  yield* inParts(["HMSET", key], hash.flat(), 2);
  if (hash.nextFieldExpiry === undefined) return;
  for (const field of hash.fields()) {
    const at = hash.fieldExpiry(field);
    if (at !== undefined) yield ["HPEXPIREAT", key, String(at), "FIELDS", "1", field];
  }
}

function* streamCommands(key: string, stream: StreamValue): Generator<readonly string[]> {
  const entries: (readonly string[])[] = [];
  stream.walk(MIN_ID, MAX_ID, (entry) => {
    entries.push(["XADD", key, formatId(entry), ...entry.fields]);
    return true;
  });
  // Nothing makes an empty stream but one that loses its only entry.
  if (entries.length === 0) entries.push(["XADD", key, "MAXLEN", "0", "0-1", "x", "y"]);
  yield* entries;
  const { lastId, entriesAdded, maxDeletedId } = stream;
  yield [
    ...["XSETID", key, formatId(lastId), "ENTRIESADDED", String(entriesAdded)],
    ...["MAXDELETEDID", formatId(maxDeletedId)],
  ];
  for (const group of stream.groups()) {
    const { name, lastId: read, entriesRead } = group;
    yield ["XGROUP", "CREATE", key, name, formatId(read), "ENTRIESREAD", String(entriesRead ?? -1)];
    for (const consumer of group.consumers()) {
      if (consumer.pending.size === 0) yield ["XGROUP", "CREATECONSUMER", key, name, consumer.name];
      for (const pending of consumer.pending.items()) {
        yield [
          ...["XCLAIM", key, name, consumer.name, "0", formatId(pending)],
          ...["TIME", String(pending.deliveredAt), "RETRYCOUNT", String(pending.deliveries)],
          ...["JUSTID", "FORCE"],
        ];
      }
    }
  }
}
