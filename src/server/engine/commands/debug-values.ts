/** DEBUG: how a value is kept. */
import { ErrorReply, type ReplyValue, SimpleString } from "../../../protocol/reply.js";
import { encodePayload } from "../dump/encode.js";
import { packNodes } from "../dump/quicklist.js";
import type { Args, Handler } from "../handler.js";
import type { Entry } from "../keyspace.js";
import type { Session } from "../session.js";
import { NO_SUCH_KEY } from "../texts.js";
import { ListValue } from "../types/list.js";
import { MutableString, stringEncoding } from "../types/string.js";
import { encodingOf } from "./object.js";

/** The type in front of a payload, and the version and the checksum behind it, bytes. */
const PAYLOAD_FRAME = 11;

/** DEBUG OBJECT. */
export function describeObject(session: Session, args: Args): ReplyValue {
  const entry = keptEntry(session, args);
  const { value } = entry;
  const { config, uptime, rdbVersion } = session.engine;
  const limit = config.listMaxListpackSize;
  const payload = encodePayload(value, {
    compress: config.get("rdbcompression") === "yes",
    listMaxListpackSize: limit,
    version: rdbVersion,
  });
  const length = payload.length - PAYLOAD_FRAME;
  const text = `Value at:0x0 refcount:1 encoding:${encodingOf(value)} serializedlength:${length} lru:${entry.accessed} lru_seconds_idle:${uptime - entry.accessed}`;
  return new SimpleString(value instanceof ListValue ? text + describeNodes(value, limit) : text);
}

/** The nodes that redis-server would keep a list in; here there are none. */
function describeNodes(list: ListValue, limit: number): string {
  const nodes = packNodes(list.items(), limit);
  const bytes = nodes.reduce((sum, node) => sum + node.length, 0);
  const average = (list.size / nodes.length).toFixed(2);
  return ` ql_nodes:${nodes.length} ql_avg_node:${average} ql_listpack_max:${limit} ql_compressed:0 ql_uncompressed_size:${bytes}`;
}

/** @throws ErrorReply when there is no such key */
function entryOf(session: Session, args: Args): Entry {
  const entry = session.db.peek(args[2]);
  if (entry === undefined) throw new ErrorReply(NO_SUCH_KEY);
  return entry;
}

/** The same of a key that may have expired. @throws ErrorReply when there is no such key */
function keptEntry(session: Session, args: Args): Entry {
  const entry = session.db.kept(args[2]);
  if (entry === undefined) throw new ErrorReply(NO_SUCH_KEY);
  return entry;
}

/** DEBUG SDSLEN: lengths of key and value; the allocator's part in them is not known here. */
export function stringLengths(session: Session, args: Args): ReplyValue {
  const { key, value } = keptEntry(session, args);
  const isText = typeof value === "string" || value instanceof MutableString;
  if (!isText || stringEncoding(value) === "int") throw new ErrorReply("ERR Not an sds encoded string.");
  return new SimpleString(
    `key_sds_len:${key.length}, key_sds_avail:0, key_zmalloc: ${key.length}, val_sds_len:${value.length}, val_sds_avail:0, val_zmalloc: ${value.length}`,
  );
}

/** DEBUG LISTPACK and QUICKLIST: redis-server prints to its log what has no counterpart here. */
export function checksEncoding(encoding: "listpack" | "quicklist"): Handler {
  const name = encoding === "listpack" ? "Listpack" : "Quicklist";
  return (session, args) => {
    if (encodingOf(entryOf(session, args).value) !== encoding) {
      throw new ErrorReply(`ERR Not a ${encoding} encoded object.`);
    }
    return new SimpleString(`${name} structure printed on stdout`);
  };
}
