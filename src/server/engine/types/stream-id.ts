/** Ids of stream entries: milliseconds and a sequence number, both unsigned integers of 64 bits. */
import { narrow } from "../arguments.js";
import { type Int64, parseUint64, UINT64_MAX } from "./uint64.js";

/** An id. Entries of streams and of pending lists are ids themselves, so that none needs an object of its own. */
export interface StreamId {
  readonly ms: Int64;
  readonly seq: Int64;
}

/** 0-0, which no entry has. */
export const MIN_ID: StreamId = { ms: 0, seq: 0 };
/** The greatest id. */
export const MAX_ID: StreamId = { ms: UINT64_MAX, seq: UINT64_MAX };

/** Longer texts are no ids. */
const LONGEST_TEXT = 127;

/** Negative when `a` comes before `b`, 0 when they are equal, positive when it comes after. */
export function compareIds(a: StreamId, b: StreamId): number {
  if (a.ms !== b.ms) return a.ms < b.ms ? -1 : 1;
  if (a.seq !== b.seq) return a.seq < b.seq ? -1 : 1;
  return 0;
}

/** Is it 0-0? */
export function isZeroId(id: StreamId): boolean {
  return id.ms === 0 && id.seq === 0;
}

/** `ms-seq` in decimal. */
export function formatId(id: StreamId): string {
  return `${id.ms}-${id.seq}`;
}

/**
 * The id that a text names, `ms-seq` or `ms` alone.
 * @param missingSeq the sequence number when there is only `ms`
 * @returns `undefined` when it is none
 */
export function parseId(text: string, missingSeq: Int64): StreamId | undefined {
  if (text.length > LONGEST_TEXT) return undefined;
  const dash = text.indexOf("-");
  const nul = text.indexOf("\0");
  // As for C, a NUL ends the text.
  if (nul !== -1) return parseId(text.slice(0, nul), missingSeq);
  const ms = parseUint64(dash === -1 ? text : text.slice(0, dash));
  if (ms === undefined) return undefined;
  const seq = dash === -1 ? missingSeq : parseUint64(text.slice(dash + 1));
  return seq === undefined ? undefined : { ms, seq };
}

/**
 * The milliseconds of `ms-*`, which leaves the sequence number to the stream.
 * @returns `undefined` for any other text
 */
export function parseAutoSequence(text: string): Int64 | undefined {
  const dash = text.indexOf("-");
  if (dash === -1 || dash !== text.length - 2 || text[dash + 1] !== "*" || text.length > LONGEST_TEXT) {
    return undefined;
  }
  return parseUint64(text.slice(0, dash));
}

/** The next greater id; `undefined` after the greatest. */
export function nextId({ ms, seq }: StreamId): StreamId | undefined {
  if (seq !== UINT64_MAX) return { ms, seq: plusOne(seq) };
  return ms === UINT64_MAX ? undefined : { ms: plusOne(ms), seq: 0 };
}

/** The next smaller id; `undefined` before 0-0. */
export function previousId({ ms, seq }: StreamId): StreamId | undefined {
  if (seq !== 0) return { ms, seq: minusOne(seq) };
  return ms === 0 ? undefined : { ms: minusOne(ms), seq: UINT64_MAX };
}

function plusOne(value: Int64): Int64 {
  return typeof value === "number" && value < Number.MAX_SAFE_INTEGER
    ? value + 1
    : narrow(BigInt(value) + 1n);
}

function minusOne(value: Int64): Int64 {
  return typeof value === "number" ? value - 1 : narrow(value - 1n);
}

/** The id as the 16 bytes by which redis-server keeps it, the highest first, as a one-byte string. */
export function idBytes({ ms, seq }: StreamId): string {
  return bigEndian(ms) + bigEndian(seq);
}

function bigEndian(value: Int64): string {
  let rest = BigInt(value);
  let text = "";
  for (let i = 0; i < 8; i++) {
    text = String.fromCharCode(Number(rest & 0xffn)) + text;
    rest >>= 8n;
  }
  return text;
}
