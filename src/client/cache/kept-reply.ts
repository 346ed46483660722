/** Replies that are kept: what they take, and how each caller gets one of their own. */
import { copyOf } from "../../protocol/bytes.js";
import { type RawReply, RespMap } from "../../protocol/parser.js";

/** What a value takes in an array or an object. */
const PLACE = 8;
/** What an object takes besides what it holds, roughly. */
const OBJECT = 32;
const BYTES_OBJECT = 120;

/** The memory that `reply` takes, in bytes: an estimate, rather too much than too little. */
export function sizeOf(reply: RawReply): number {
  if (typeof reply === "string") return textSize(reply);
  if (typeof reply !== "object" || reply === null) return PLACE;
  if (reply instanceof Uint8Array) return BYTES_OBJECT + reply.length;
  const items = reply instanceof RespMap ? reply.flat : reply;
  if (!Array.isArray(items)) return BYTES_OBJECT;
  let size = OBJECT;
  for (const item of items) size += PLACE + sizeOf(item);
  return size;
}

/** The memory that `text` takes: two bytes a character, as soon as one of them needs that. */
export function textSize(text: string): number {
  return OBJECT + (/[^\0-\xff]/.test(text) ? 2 * text.length : text.length);
}

/** The same reply, of which the caller may change what it likes. */
export function ownReply(reply: RawReply): RawReply {
  if (typeof reply !== "object" || reply === null) return reply;
  if (reply instanceof Uint8Array) return copyOf(reply, 0, reply.length);
  if (reply instanceof RespMap) return new RespMap(reply.flat.map(ownReply));
  return Array.isArray(reply) ? reply.map(ownReply) : reply;
}
