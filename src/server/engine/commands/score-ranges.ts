/** Ranges of scores and of bytes, as ZRANGEBYSCORE, ZRANGEBYLEX and their kin take them. */
import { ErrorReply } from "../../../protocol/reply.js";
import { parseFloatStrict } from "../arguments.js";
import type { SortedSetValue } from "../types/sorted-set.js";
import type { IndexRange } from "./index-range.js";

const NOT_A_SCORE_RANGE = "ERR min or max is not a float";
const NOT_A_LEX_RANGE = "ERR min or max not valid string range item";

/** One end of a range of scores. */
interface ScoreBound {
  readonly value: number;
  readonly exclusive: boolean;
}

/** One end of a range of bytes; an infinite one is before or behind everything. */
type LexBound = { readonly member: string; readonly exclusive: boolean } | "-inf" | "+inf";

/** What part of a sorted set lies in a range, as ranks. */
export type RangeFinder = (set: SortedSetValue) => IndexRange;

/** From score `min` to score `max`; `(` in front of one leaves it out. @throws ErrorReply */
export function scoreRange(min: string, max: string): RangeFinder {
  const low = scoreBound(min);
  const high = scoreBound(max);
  return (set) => {
    const from = set.countBelowScore(low.value, low.exclusive);
    return between(from, set.countBelowScore(high.value, !high.exclusive));
  };
}

/** From `min` to `max` by bytes: `[a`, `(a`, `-`, `+`. @throws ErrorReply */
export function lexRange(min: string, max: string): RangeFinder {
  const low = lexBound(min);
  const high = lexBound(max);
  return (set) => {
    if (low === "+inf" || high === "-inf") return between(0, 0);
    const from = low === "-inf" ? 0 : set.countBelowMember(low.member, low.exclusive);
    return between(from, high === "+inf" ? set.size : set.countBelowMember(high.member, !high.exclusive));
  };
}

function between(from: number, end: number): IndexRange {
  return { from, end: Math.max(from, end) };
}

function scoreBound(text: string): ScoreBound {
  const exclusive = text.startsWith("(");
  const value = lenientFloat(exclusive ? text.slice(1) : text);
  if (value === undefined) throw new ErrorReply(NOT_A_SCORE_RANGE);
  return { value, exclusive };
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * A number as C's strtod finds it at the start of a C string: nothing at all is 0, blanks may stand in front,
 * a zero byte ends it, and what is too large is infinite.
 */
function lenientFloat(text: string): number | undefined {
  const end = text.indexOf("\0");
  const read = end === -1 ? text : text.slice(0, end);
  if (read === "") return 0;
  const body = read.replace(/^[ \t\n\v\f\r]+/, "");
  return DECIMAL.test(body) ? Number(body) : parseFloatStrict(body);
}

function lexBound(text: string): LexBound {
  if (text === "-") return "-inf";
  if (text === "+") return "+inf";
  const exclusive = text.startsWith("(");
  if (!exclusive && !text.startsWith("[")) throw new ErrorReply(NOT_A_LEX_RANGE);
  return { member: text.slice(1), exclusive };
}
