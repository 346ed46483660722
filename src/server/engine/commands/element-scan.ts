/** HSCAN, SSCAN and ZSCAN: their arguments and the shape of their reply. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { integerArg, isWord } from "../arguments.js";
import { globMatches } from "../glob.js";
import type { Args } from "../handler.js";
import { INVALID_CURSOR, SYNTAX_ERROR } from "../texts.js";

const DEFAULT_COUNT = 10;
const UNSIGNED = /^[+-]?\d+$/;
const UINT64_MAX = 0xffffffffffffffffn;

/** What stands behind the key and the cursor. */
export interface ElementScan {
  readonly count: number;
  /** Does MATCH let the element through? */
  readonly matches: (element: string) => boolean;
}

/** A cursor as strtoul takes it: nothing at all is 0, and a zero byte ends it. @throws ErrorReply "invalid cursor" */
export function cursorArg(text: string): number {
  const end = text.indexOf("\0");
  const read = end === -1 ? text : text.slice(0, end);
  if (read === "" || read === "0") return 0;
  if (!UNSIGNED.test(read)) throw new ErrorReply(INVALID_CURSOR);
  const value = BigInt(read.startsWith("+") ? read.slice(1) : read);
  if (value > UINT64_MAX || value < -UINT64_MAX) throw new ErrorReply(INVALID_CURSOR);
  // A cursor that was not handed out means nothing; as in C a negative one is a great one.
  return value < 0n ? Number.MAX_SAFE_INTEGER : Number(value);
}

/** Read `[MATCH pattern] [COUNT count]` behind key and cursor. @throws ErrorReply */
export function elementScanArgs(args: Args): ElementScan {
  let count = DEFAULT_COUNT;
  let pattern: string | undefined;
  for (let i = 3; i < args.length; i += 2) {
    if (i + 1 === args.length) throw new ErrorReply(SYNTAX_ERROR);
    if (isWord(args[i], "COUNT")) {
      count = integerArg(args[i + 1]);
      if (count < 1) throw new ErrorReply(SYNTAX_ERROR);
    } else if (isWord(args[i], "MATCH")) {
      pattern = args[i + 1];
    } else {
      throw new ErrorReply(SYNTAX_ERROR);
    }
  }
  const wanted = pattern;
  return {
    count,
    matches: wanted === undefined || wanted === "*" ? () => true : (element) => globMatches(wanted, element),
  };
}

/** The reply: next cursor and elements. */
export function scanReply(cursor: number, elements: readonly ReplyValue[]): ReplyValue {
  return [String(cursor), elements];
}
