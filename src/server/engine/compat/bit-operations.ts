/** BITOP with DIFF, DIFF1, ANDOR and ONE (Redis 8.2). */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { isWord } from "../arguments.js";
import type { Blocked } from "../blocking.js";
import { bitmapHandlers } from "../commands/bitmaps.js";
import { stringOf } from "../commands/string-ranges.js";
import type { Args, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { MutableString } from "../types/string.js";

interface Operation {
  readonly name: string;
  readonly fewestKeys: 1 | 2;
  /**
   * One byte of the result.
   * @param first of the first key
   * @param others of the other keys, laid over each other by OR
   * @param repeated bits that more than one key has, whichever
   */
  readonly byte: (first: number, others: number, repeated: number) => number;
}

const OPERATIONS: readonly Operation[] = [
  { name: "DIFF", fewestKeys: 2, byte: (first, others) => first & ~others },
  { name: "DIFF1", fewestKeys: 2, byte: (first, others) => others & ~first },
  { name: "ANDOR", fewestKeys: 2, byte: (first, others) => first & others },
  { name: "ONE", fewestKeys: 1, byte: (first, others, repeated) => (first | others) & ~repeated },
];

function bitop(session: Session, args: Args): ReplyValue | Blocked {
  const operation = OPERATIONS.find(({ name }) => isWord(args[1], name));
  if (operation === undefined) return bitmapHandlers.BITOP(session, args);
  const { db } = session;
  const target = args[2];
  const keys = args.slice(3);
  if (keys.length < operation.fewestKeys) {
    throw new ErrorReply(`ERR BITOP ${operation.name} must be called with at least two source keys.`);
  }
  const sources = keys.map((key) => new MutableString(textOf(stringOf(db.findToRead(key)?.value))));
  const length = Math.max(...sources.map((source) => source.length));
  if (length === 0) {
    if (db.delete(target)) db.modified(target, Notify.GENERIC, "del");
    return 0;
  }
  const result = new MutableString("");
  result.grow(length);
  const { bytes } = result;
  for (let index = 0; index < length; index++) {
    const first = sources[0].at(index);
    let others = 0;
    let repeated = 0;
    for (let i = 1; i < sources.length; i++) {
      const byte = sources[i].at(index);
      repeated |= (first | others) & byte;
      others |= byte;
    }
    bytes[index] = operation.byte(first, others, repeated);
  }
  db.overwrite(target, result);
  db.modified(target, Notify.STRING, "set");
  return length;
}

function textOf(value: string | MutableString | undefined): string {
  return value instanceof MutableString ? value.text() : (value ?? "");
}

/** BITOP in place of the one of Redis 7.0. */
export const bitOperationHandlers: Handlers = { BITOP: bitop };
