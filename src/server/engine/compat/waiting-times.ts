/** The error of commands that wait for a time that no clock reaches (Redis 7.2). */
import { ErrorReply } from "../../../protocol/reply.js";
import { blockingListHandlers } from "../commands/blocking-lists.js";
import { sortedSetPopHandlers } from "../commands/sorted-set-pops.js";
import type { Handler, Handlers } from "../handler.js";
import { TIMEOUT_NEGATIVE } from "../texts.js";
import { withShortDoubles } from "./short-doubles.js";

const TIMEOUT_OUT_OF_RANGE = "ERR timeout is out of range";

function naming(handler: Handler, first: boolean): Handler {
  return (session, args) => {
    try {
      return handler(session, args);
    } catch (error) {
      const isNegative = error instanceof ErrorReply && error.message === TIMEOUT_NEGATIVE;
      const timeout = args[first ? 1 : args.length - 1];
      throw isNegative && !timeout.startsWith("-") ? new ErrorReply(TIMEOUT_OUT_OF_RANGE) : error;
    }
  };
}

const { BLPOP, BRPOP, BLMOVE, BRPOPLPUSH, BLMPOP } = blockingListHandlers;
const { BZPOPMIN, BZPOPMAX, BZMPOP } = sortedSetPopHandlers;

/** In place of those of Redis 7.0. */
export const waitingTimeHandlers: Handlers = {
  BLPOP: naming(BLPOP, false),
  BRPOP: naming(BRPOP, false),
  BLMOVE: naming(BLMOVE, false),
  BRPOPLPUSH: naming(BRPOPLPUSH, false),
  BLMPOP: naming(BLMPOP, true),
  BZPOPMIN: naming(withShortDoubles(BZPOPMIN), false),
  BZPOPMAX: naming(withShortDoubles(BZPOPMAX), false),
  BZMPOP: naming(withShortDoubles(BZMPOP), true),
};
