/** ZRANK and ZREVRANK with WITHSCORE (Redis 7.2). */
import { Double, ErrorReply, NULL_ARRAY, type ReplyValue } from "../../../protocol/reply.js";
import { isWord } from "../arguments.js";
import { sortedSetHandlers } from "../commands/sorted-sets.js";
import type { Args, Handlers } from "../handler.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR, wrongArity } from "../texts.js";
import { withShortDoubles } from "./short-doubles.js";

function rankWithScore(session: Session, args: Args, name: "ZRANK" | "ZREVRANK"): ReplyValue {
  const plain = sortedSetHandlers[name];
  if (args.length === 3) return plain(session, args) as ReplyValue;
  if (args.length > 4) throw new ErrorReply(wrongArity(name.toLowerCase()));
  if (!isWord(args[3], "WITHSCORE")) throw new ErrorReply(SYNTAX_ERROR);
  const set = session.db.sortedSet(args[1]);
  const score = set?.score(args[2]);
  if (score === undefined) return NULL_ARRAY;
  return [plain(session, args.slice(0, 3)) as ReplyValue, new Double(score)];
}

/** Both commands in place of those of Redis 7.0. */
export const rankHandlers: Handlers = {
  ZRANK: withShortDoubles((session, args) => rankWithScore(session, args, "ZRANK")),
  ZREVRANK: withShortDoubles((session, args) => rankWithScore(session, args, "ZREVRANK")),
};
