/** What commands on the expiry of fields read alike: lists of fields, and times. */
import { ErrorReply } from "../../../protocol/reply.js";
import { int64Arg, isWord, parseInteger } from "../arguments.js";
import type { TimeForm } from "../expiry-arguments.js";
import type { Args } from "../handler.js";
import { invalidExpire } from "../texts.js";

const FIELDS_MISSING = "ERR Mandatory argument FIELDS is missing or not at the right position";
const FIELDS_MISMATCH = "ERR The `numfields` parameter must match the number of arguments";
const NEGATIVE_TIME = "ERR invalid expire time, must be >= 0";

/** The last moment at which a field can expire, ms since 1970: 46 bits. */
const LATEST = 2 ** 46 - 1;

/**
 * The fields behind `FIELDS <count>`.
 * @param at where the word FIELDS must stand
 * @param notPositive the error for a count that is none
 * @throws ErrorReply
 */
export function fieldArgs(
  args: Args,
  at: number,
  notPositive = "ERR Number of fields must be a positive integer",
): Args {
  if (!isWord(args[at] ?? "", "FIELDS")) throw new ErrorReply(FIELDS_MISSING);
  const count = parseInteger(args[at + 1] ?? "");
  if (count === undefined || count < 1) throw new ErrorReply(notPositive);
  if (count !== args.length - at - 2) throw new ErrorReply(FIELDS_MISMATCH);
  return args.slice(at + 2);
}

/**
 * The moment that an argument names, ms since 1970; it may have passed.
 * @param command in lower case, for the error
 * @throws ErrorReply
 */
export function fieldMomentArg(text: string, form: TimeForm, now: number, command: string): number {
  const value = Number(int64Arg(text));
  if (value < 0) throw new ErrorReply(NEGATIVE_TIME);
  const moment = value * form.unit + (form.relative ? now : 0);
  if (moment > LATEST) throw new ErrorReply(invalidExpire(command));
  return moment;
}
