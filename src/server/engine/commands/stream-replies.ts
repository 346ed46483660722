/** How entries and groups of streams are found and shown. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import type { Database } from "../database.js";
import { WRONG_TYPE } from "../texts.js";
import { StreamValue } from "../types/stream.js";
import { formatId, type StreamId } from "../types/stream-id.js";
import type { StreamEntry } from "../types/stream-node.js";

/** An entry: its id, and its fields and values in turn. */
export function entryReply(entry: StreamEntry): ReplyValue {
  return [formatId(entry), entry.fields];
}

/**
 * Entries between two ids, both included.
 * @param count how many at the most; 0: all
 * @param backwards the last one first
 */
export function entriesReply(
  stream: StreamValue,
  start: StreamId,
  end: StreamId,
  count: number,
  backwards = false,
): ReplyValue[] {
  const found: ReplyValue[] = [];
  const visit = (entry: StreamEntry): boolean => found.push(entryReply(entry)) !== count;
  if (backwards) stream.walkBack(start, end, visit);
  else stream.walk(start, end, visit);
  return found;
}

/**
 * The stream at a key that a writing command looks at as a reading one does: a hit or a miss.
 * @throws ErrorReply WRONGTYPE
 */
export function streamToRead(db: Database, key: string): StreamValue | undefined {
  const value = db.findToRead(key)?.value;
  if (value === undefined || value instanceof StreamValue) return value;
  throw new ErrorReply(WRONG_TYPE);
}
