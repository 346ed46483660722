/** The reply of LCS with positions: the pieces that two strings have in common. */
import type { RawReply } from "../protocol/parser.js";
import { type Decode, number, record } from "./replies.js";

/** Options of `lcsIdx`. */
export interface LcsOptions {
  /** Only report matches of at least this many bytes. */
  minMatchLen?: number;
}

/** One common piece of two strings; ranges include both ends. */
export interface LcsMatch {
  /** Where it is in the first string. */
  first: [start: number, end: number];
  /** Where it is in the second string. */
  second: [start: number, end: number];
  /** How long it is in bytes. */
  length: number;
}

/** Reply of `lcsIdx`. */
export interface LcsMatches {
  /** The common pieces, from the last to the first. */
  matches: LcsMatch[];
  /** Length in bytes of the whole longest common subsequence. */
  length: number;
}

const range = (pair: RawReply): [number, number] => (pair as RawReply[]).map(number) as [number, number];

/** The reply of LCS with IDX and WITHMATCHLEN. */
export const lcsMatches: Decode<LcsMatches> = (reply) => {
  const { matches, len } = record(reply) as { matches: RawReply[][]; len: RawReply };
  return {
    matches: matches.map(([first, second, length]) => ({
      first: range(first),
      second: range(second),
      length: number(length),
    })),
    length: number(len),
  };
};
