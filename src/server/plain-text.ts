/** Between the engine's one-byte strings and the text that a test reads and writes. */
import { bytesOf, isUtf8, latin1Slice, utf8Bytes, utf8Slice } from "../protocol/bytes.js";

/** Text, or the bytes where they are not UTF-8. */
export type PlainText = string | Uint8Array;

/** Text as a test writes it, as the bytes of its UTF-8. */
export function oneByteOf(text: string): string {
  const bytes = utf8Bytes(text);
  return latin1Slice(bytes, 0, bytes.length);
}

/** What a test wants to see. */
export function plainText(oneByte: string): PlainText {
  const bytes = bytesOf(oneByte);
  return isUtf8(bytes) ? utf8Slice(bytes, 0, bytes.length) : bytes;
}

/** The same where nothing but text will do, such as the name of a property: bytes that are not UTF-8 are a character each. */
export function plainName(oneByte: string): string {
  const text = plainText(oneByte);
  return typeof text === "string" ? text : oneByte;
}
