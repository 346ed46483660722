/** Requests in RESP, as one-byte strings. */
import type { Args } from "./handler.js";

const LINE_END = "\r\n";

/** A request as it stands on the wire and in append-only files. */
export function encodeRequest(words: Args): string {
  let text = `*${words.length}${LINE_END}`;
  for (const word of words) text += `$${word.length}${LINE_END}${word}${LINE_END}`;
  return text;
}

/** The request that chooses a database. */
export function selectRequest(database: number): string {
  return encodeRequest(["SELECT", String(database)]);
}
