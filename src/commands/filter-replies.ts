/** Replies that Bloom filters, Cuckoo filters and sketches share. */
import { ReplyError } from "../errors.js";
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { boolean, type Decode, doubleOrNull, flatPairs } from "./replies.js";

/** One chunk of a filter's dump. */
export interface FilterChunk {
  /** What to go on with; 0: this was the end, and there is no data. */
  iterator: number;
  data: Uint8Array;
}

/** A chunk of SCANDUMP, read as bytes. */
export const filterChunk: Decode<FilterChunk> = (reply) => {
  const [iterator, data] = reply as [RawReply, Uint8Array | null];
  return { iterator: Number(iterator), data: data ?? new Uint8Array(0) };
};

/** For each element whether it was added; an error where it could not be. */
export const addedOrErrors: Decode<(boolean | ReplyError)[]> = (reply) =>
  (reply as RawReply[]).map((one) => (one instanceof ReplyError ? one : boolean(one)));

/** Figures by names in camel case: `Number of filters` becomes `numberOfFilters`, `cell size` `cellSize`. */
export const figures: Decode<never> = (reply) => {
  const flat = flatPairs(reply);
  const out: Record<string, number | null> = {};
  for (let i = 0; i < flat.length; i += 2) {
    const [first, ...rest] = textOf(flat[i]).split(" ");
    const name = first.toLowerCase() + rest.map((word) => word[0].toUpperCase() + word.slice(1)).join("");
    out[name] = doubleOrNull(flat[i + 1]);
  }
  return out as never;
};
