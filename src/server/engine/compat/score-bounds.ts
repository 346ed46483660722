/** Bounds of ranges of scores since Redis 8.0: no blanks in front, and no hexadecimal numbers. */
import { isWord } from "../arguments.js";
import { sortedSetRangeHandlers } from "../commands/sorted-set-ranges.js";
import type { Args, Handler, Handlers } from "../handler.js";
import { withShortDoubles } from "./short-doubles.js";

const REFUSED = /^\(?(?:[ \t\n\v\f\r]|[+-]?0[xX])/;
/** What is no number in any version. */
const NO_NUMBER = "?";

/** The command with bounds that 8.0 does not take replaced by such as no version takes. */
function strict(handler: Handler, first: number, needsWord: boolean): Handler {
  const applies = (args: Args): boolean =>
    (REFUSED.test(args[first]) || REFUSED.test(args[first + 1])) &&
    (!needsWord || args.slice(first + 2).some((word) => isWord(word, "BYSCORE")));
  return (session, args) => {
    if (!applies(args)) return handler(session, args);
    const checked = args.map((word, at) =>
      (at === first || at === first + 1) && REFUSED.test(word) ? NO_NUMBER : word,
    );
    return handler(session, checked);
  };
}

const { ZCOUNT, ZRANGE, ZRANGEBYSCORE, ZRANGESTORE, ZREMRANGEBYSCORE, ZREVRANGEBYSCORE } =
  sortedSetRangeHandlers;

/** In place of those of Redis 7.2. */
export const scoreBoundHandlers: Handlers = {
  ZCOUNT: strict(ZCOUNT, 2, false),
  ZREMRANGEBYSCORE: strict(ZREMRANGEBYSCORE, 2, false),
  ZRANGEBYSCORE: strict(withShortDoubles(ZRANGEBYSCORE), 2, false),
  ZREVRANGEBYSCORE: strict(withShortDoubles(ZREVRANGEBYSCORE), 2, false),
  ZRANGE: strict(withShortDoubles(ZRANGE), 2, true),
  ZRANGESTORE: strict(ZRANGESTORE, 3, true),
};
