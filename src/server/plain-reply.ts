/** Replies as plain data, for logs and assertions. */
import { formatDouble } from "../protocol/double.js";
import {
  AttributeReply,
  BigNumber,
  Double,
  ErrorReply,
  MapReply,
  NullArray,
  PushReply,
  Replies,
  type ReplyValue,
  SetReply,
  SimpleString,
  Verbatim,
} from "../protocol/reply.js";
import { type PlainText, plainText } from "./plain-text.js";

/** A reply as the command log shows it. */
export type PlainReply = PlainText | number | bigint | boolean | null | { error: PlainText } | PlainReply[];

/**
 * Statuses and strings become text, doubles numbers (or text where they are none), errors `{ error }`, maps flat
 * arrays, both nulls `null`; several replies to one command (SUBSCRIBE to many channels) an array of them.
 */
export function plainReply(reply: ReplyValue): PlainReply {
  if (typeof reply === "string") return plainText(reply);
  if (reply === null || typeof reply !== "object") return reply;
  if (reply instanceof SimpleString || reply instanceof Verbatim) return plainText(reply.text);
  if (reply instanceof ErrorReply) return { error: plainText(reply.message) };
  if (reply instanceof Double) return Number.isFinite(reply.value) ? reply.value : formatDouble(reply.value);
  if (reply instanceof BigNumber) return BigInt(reply.digits);
  if (reply instanceof NullArray) return null;
  if (reply instanceof AttributeReply) return reply.attributes.map(plainReply);
  if (reply instanceof MapReply) return reply.flat.map(plainReply);
  if (reply instanceof SetReply || reply instanceof PushReply || reply instanceof Replies) {
    return reply.items.map(plainReply);
  }
  return reply.map(plainReply);
}
