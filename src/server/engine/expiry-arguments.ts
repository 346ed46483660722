/** Points in time as arguments: EX, PX, EXAT, PXAT and the EXPIRE family. */
import { ErrorReply } from "../../protocol/reply.js";
import { int64Arg, isWord } from "./arguments.js";
import type { Args } from "./handler.js";
import { invalidExpire, SYNTAX_ERROR } from "./texts.js";

const INT64_MAX = 9223372036854775807n;
const INT64_MIN = -9223372036854775808n;

/** How a time is given. */
export interface TimeForm {
  /** Milliseconds a unit. */
  readonly unit: 1 | 1000;
  /** Counted from now, or from 1970? */
  readonly relative: boolean;
}

export const SECONDS: TimeForm = { unit: 1000, relative: true };
export const MILLISECONDS: TimeForm = { unit: 1, relative: true };
export const UNIX_SECONDS: TimeForm = { unit: 1000, relative: false };
export const UNIX_MILLISECONDS: TimeForm = { unit: 1, relative: false };

/**
 * The moment that an argument names, in ms since 1970. It may be in the past.
 * @param command in lower case, for the error
 * @param positive refuse zero and less (SET, GETEX)
 * @throws ErrorReply
 */
export function momentArg(
  text: string,
  form: TimeForm,
  now: number,
  command: string,
  positive: boolean,
): number {
  const value = int64Arg(text);
  if (positive && value <= 0) throw new ErrorReply(invalidExpire(command));
  if (typeof value === "number") {
    const milliseconds = value * form.unit + (form.relative ? now : 0);
    if (Number.isSafeInteger(milliseconds)) return milliseconds;
  }
  const milliseconds = BigInt(value) * BigInt(form.unit);
  const moment = milliseconds + (form.relative ? BigInt(now) : 0n);
  if (milliseconds > INT64_MAX || milliseconds < INT64_MIN || moment > INT64_MAX || moment < INT64_MIN) {
    throw new ErrorReply(invalidExpire(command));
  }
  return Number(moment);
}

/** The form that an option word names, or `undefined`. */
export function timeFormWord(word: string): TimeForm | undefined {
  if (isWord(word, "EX")) return SECONDS;
  if (isWord(word, "PX")) return MILLISECONDS;
  if (isWord(word, "EXAT")) return UNIX_SECONDS;
  return isWord(word, "PXAT") ? UNIX_MILLISECONDS : undefined;
}

/** A moment as an integer reply: beyond 2^53 a double is not exact, but it must stay within int64. */
export function momentReply(moment: number): number | bigint {
  if (Number.isSafeInteger(moment)) return moment;
  const exact = BigInt(moment);
  return exact > INT64_MAX ? INT64_MAX : exact;
}

/** The options of SET. */
export interface SetOptions {
  nx: boolean;
  xx: boolean;
  get: boolean;
  keepTtl: boolean;
  /** When the key expires, ms since 1970. */
  expireAt: number | undefined;
}

/**
 * The options of SET, from `args[3]` on.
 * @throws ErrorReply for unknown or contradicting options and for times out of range
 */
export function parseSetOptions(args: Args, now: number): SetOptions {
  const options: SetOptions = { nx: false, xx: false, get: false, keepTtl: false, expireAt: undefined };
  let form: TimeForm | undefined;
  let time = "";
  for (let i = 3; i < args.length; i++) {
    const word = args[i];
    if (isWord(word, "NX") && !options.xx) options.nx = true;
    else if (isWord(word, "XX") && !options.nx) options.xx = true;
    else if (isWord(word, "GET")) options.get = true;
    else if (isWord(word, "KEEPTTL") && form === undefined) options.keepTtl = true;
    else {
      const found = timeFormWord(word);
      // The same option twice is let through, two different ones are not.
      const clash = (form !== undefined && form !== found) || options.keepTtl;
      if (found === undefined || clash || i + 1 >= args.length) {
        throw new ErrorReply(SYNTAX_ERROR);
      }
      form = found;
      time = args[++i];
    }
  }
  if (form !== undefined) options.expireAt = momentArg(time, form, now, "set", true);
  return options;
}
