/**
 * Decoders: from a RESP2 or RESP3 reply to the value a method promises, the same from both.
 * The parser has turned bulk strings into text or bytes and integers into numbers or bigints as the
 * view wants; a decoder only gives the reply its shape.
 */
import { type RawReply, RespMap } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";

/** Turns a reply into the value promised. It never sees a top-level error reply. */
export type Decode<T> = (reply: RawReply) => T;

/** The reply as it is: text, integer, or an array of them. Say at `run<T>` what that is. */
export const plain: Decode<never> = (reply) => reply as never;

/** A status, always text: `OK`, `PONG`, `string`. */
export const status: Decode<never> = (reply) => (typeof reply === "string" ? reply : textOf(reply)) as never;

/** Status or null. */
export const statusOrNull: Decode<never> = (reply) => (reply === null ? null : status(reply)) as never;

/** `true` for 1 (or RESP3's true), `false` for 0. */
export const boolean: Decode<boolean> = (reply) => reply === 1 || reply === true || reply === 1n;

/** An array of 1 and 0. */
export const booleans: Decode<boolean[]> = (reply) => (reply as RawReply[]).map(boolean);

/** A double: RESP3's own, or RESP2's text, `inf` and `-inf` included. */
export const double: Decode<number> = (reply) => {
  if (typeof reply === "number") return reply;
  const text = textOf(reply);
  if (text === "inf" || text === "+inf") return Number.POSITIVE_INFINITY;
  if (text === "-inf") return Number.NEGATIVE_INFINITY;
  return Number(text);
};

/** A double or null. */
export const doubleOrNull: Decode<number | null> = (reply) => (reply === null ? null : double(reply));

/** An integer inside a reply that is given a shape: a number in every view. */
export const number: Decode<number> = (reply) => Number(reply);

/** An array of words that are text in every view: names, flags, hashes of scripts. */
export const texts: Decode<string[]> = (reply) => (reply as RawReply[]).map(textOf);

/** An array of doubles and nulls. */
export const doublesOrNulls: Decode<(number | null)[]> = (reply) => (reply as RawReply[]).map(doubleOrNull);

/** Keys and values in turn, from a RESP3 map or a RESP2 array. */
export function flatPairs(reply: RawReply): RawReply[] {
  return reply instanceof RespMap ? reply.flat : (reply as RawReply[]);
}

/** An object from fields to values. Fields are text even where values are bytes. */
export const record: Decode<never> = (reply) => {
  const flat = flatPairs(reply);
  if (flat.length > LARGE) return largeRecord(flat) as never;
  const out: Record<string, RawReply> = {};
  for (let i = 0; i < flat.length; i += 2) {
    const key = flat[i];
    setOwn(out, typeof key === "string" ? key : textOf(key), flat[i + 1]);
  }
  return out as never;
};

/** From this many words on an object is better a dictionary from the start than made one on the way. */
const LARGE = 64;

/** Objects without a prototype are dictionaries, and have no `__proto__` that is special; they get theirs last. */
function largeRecord(flat: readonly RawReply[]): Record<string, RawReply> {
  const out: Record<string, RawReply> = Object.create(null);
  for (let i = 0; i < flat.length; i += 2) {
    const key = flat[i];
    out[typeof key === "string" ? key : textOf(key)] = flat[i + 1];
  }
  return Object.setPrototypeOf(out, Object.prototype);
}

/** An object from fields to values that `decode` gives their shape. */
export function recordOf<T>(reply: RawReply, decode: Decode<T>): Record<string, T> {
  const out = record(reply) as Record<string, RawReply>;
  for (const key of Object.keys(out)) setOwn(out, key, decode(out[key]) as RawReply);
  return out as Record<string, T>;
}

/** An object from names to text, in every view. */
export const textRecord: Decode<Record<string, string>> = (reply) => recordOf(reply, textOf);

/** A name of Redis as one of JavaScript: `qbuf-free` and `library_name` become `qbufFree` and `libraryName`. */
export function camelCase(name: string): string {
  return name.replace(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** A figure or a word, where a reply may hold either. */
export const scalar: Decode<number | string> = (reply) =>
  typeof reply === "number" || typeof reply === "bigint" ? Number(reply) : textOf(reply);

/** An object with Redis's names in camel case; its values by `shapes` (by Redis's names), the others as {@link scalar}s. */
export function shaped(
  reply: RawReply,
  shapes: Readonly<Record<string, Decode<unknown>>>,
): Record<string, unknown> {
  const raw = record(reply) as Record<string, RawReply>;
  const out: Record<string, unknown> = {};
  for (const name of Object.keys(raw)) {
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : scalar;
    out[camelCase(name)] = shape(raw[name]);
  }
  return out;
}

/** Set an own property; the name `__proto__` is a field like any other. */
function setOwn(out: Record<string, RawReply>, key: string, value: RawReply): void {
  if (key.length === 9 && key === "__proto__") {
    Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });
  } else out[key] = value;
}

/** A member of a sorted set with its score. */
export interface Scored<T = string> {
  member: T;
  score: number;
}

/** Members with scores, from RESP3's pairs or RESP2's flat array. */
export const scored: Decode<never> = (reply) => {
  const list = reply as RawReply[];
  const out: Scored<RawReply>[] = [];
  if (list.length > 0 && Array.isArray(list[0])) {
    for (const pair of list as RawReply[][]) out.push({ member: pair[0], score: double(pair[1]) });
  } else {
    for (let i = 0; i < list.length; i += 2) out.push({ member: list[i], score: double(list[i + 1]) });
  }
  return out as never;
};

/** The value of a whole reply of any shape: RESP3 maps become `Map`s, at every depth. */
export const anything: Decode<never> = (reply) => deep(reply) as never;

function deep(reply: RawReply): unknown {
  if (Array.isArray(reply)) return reply.map(deep);
  if (!(reply instanceof RespMap)) return reply;
  const map = new Map<unknown, unknown>();
  for (let i = 0; i < reply.flat.length; i += 2) map.set(deep(reply.flat[i]), deep(reply.flat[i + 1]));
  return map;
}
