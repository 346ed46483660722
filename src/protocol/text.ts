/** Text from bytes without silent change: what is no UTF-8 is an error, never U+FFFD. */
import { DecodeError } from "../errors.js";
import { copyOf, isUtf8, utf8Slice } from "./bytes.js";

/** The longest string that V8 holds; other engines have similar bounds. */
export const MAX_TEXT = 2 ** 29 - 24;

/** Bytes `start` to `end` as text, or the error when they are no UTF-8 or too many. */
export function utf8(bytes: Uint8Array, start: number, end: number): string | DecodeError {
  if (end - start > MAX_TEXT) {
    const why = `The reply holds ${end - start} bytes, more than a string can`;
    // So many bytes are never a part of a buffer that is used again.
    const value = bytes.subarray(start, end);
    return new DecodeError(
      `${why}; read it with redis.with({ replies: "buffer" }) or redis.getStream()`,
      value,
    );
  }
  const text = utf8Slice(bytes, start, end);
  // The replacement character may stand there by right; only then is the second pass needed.
  if (!text.includes("\ufffd") || isUtf8(bytes.subarray(start, end))) return text;
  const value = copyOf(bytes, start, end);
  return new DecodeError(
    `The reply holds ${value.length} bytes that are not UTF-8; read it with redis.with({ replies: "buffer" })`,
    value,
  );
}

/**
 * The text of a scalar reply that came as text, bytes, number or bigint.
 * @throws DecodeError when the bytes are no UTF-8
 */
export function textOf(reply: unknown): string {
  if (!(reply instanceof Uint8Array)) return String(reply);
  const text = utf8(reply, 0, reply.length);
  if (typeof text === "string") return text;
  throw text;
}
