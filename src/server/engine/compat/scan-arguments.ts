/** What SCAN and its kin refuse since Redis 7.4: NOVALUES where there are none, and since 8.0 odd cursors. */
import { ErrorReply } from "../../../protocol/reply.js";
import { isWord } from "../arguments.js";
import { keyScanHandlers } from "../commands/key-scan.js";
import { setHandlers } from "../commands/sets.js";
import { sortedSetHandlers } from "../commands/sorted-sets.js";
import type { Handler, Handlers } from "../handler.js";
import { INVALID_CURSOR, SYNTAX_ERROR } from "../texts.js";
import { expiringHashHandlers } from "./expiring-hashes.js";

const NOVALUES_ELSEWHERE = "ERR NOVALUES option can only be used in HSCAN";

/** @param options where they begin */
function naming(handler: Handler, options: number): Handler {
  return (session, args) => {
    try {
      return handler(session, args);
    } catch (error) {
      const isSyntax = error instanceof ErrorReply && error.message === SYNTAX_ERROR;
      if (!isSyntax || !args.slice(options).some((word) => isWord(word, "NOVALUES"))) throw error;
      throw new ErrorReply(NOVALUES_ELSEWHERE);
    }
  };
}

/** Cursors are digits, and nothing else. */
function strict(handler: Handler, cursor: number): Handler {
  return (session, args) => {
    if (!/^\d+$/.test(args[cursor])) throw new ErrorReply(INVALID_CURSOR);
    return handler(session, args);
  };
}

/** In place of those of Redis 7.0, for 7.4. */
export const scanHandlers: Handlers = {
  SCAN: naming(keyScanHandlers.SCAN, 2),
  SSCAN: naming(setHandlers.SSCAN, 3),
  ZSCAN: naming(sortedSetHandlers.ZSCAN, 3),
};

/** In place of those of Redis 7.4, for 8.0. */
export const strictScanHandlers: Handlers = {
  SCAN: strict(scanHandlers.SCAN, 1),
  SSCAN: strict(scanHandlers.SSCAN, 2),
  ZSCAN: strict(scanHandlers.ZSCAN, 2),
  HSCAN: strict(expiringHashHandlers.HSCAN, 2),
};
