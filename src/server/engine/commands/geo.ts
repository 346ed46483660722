/** Geo commands: sorted sets whose scores are positions. @see https://redis.io/docs/latest/commands/?group=geo */
import { ErrorReply, NULL_ARRAY, type ReplyValue } from "../../../protocol/reply.js";
import { isWord } from "../arguments.js";
import type { Blocked } from "../blocking.js";
import { distanceBetween } from "../geo-area.js";
import { geohashText, positionOf, scoreOf } from "../geohash.js";
import type { Args, Handlers } from "../handler.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR } from "../texts.js";
import { positionArg, unitArg } from "./geo-arguments.js";
import { distanceReply, positionReply } from "./geo-replies.js";
import { geoSearchHandlers } from "./geo-search.js";
import { sortedSetHandlers } from "./sorted-sets.js";

/** GEOADD is ZADD with positions in place of scores. */
function geoadd(session: Session, args: Args): ReplyValue | Blocked {
  let nx = false;
  let xx = false;
  let at = 2;
  for (; at < args.length; at++) {
    if (isWord(args[at], "NX")) nx = true;
    else if (isWord(args[at], "XX")) xx = true;
    else if (!isWord(args[at], "CH")) break;
  }
  if ((args.length - at) % 3 !== 0 || (nx && xx)) throw new ErrorReply(SYNTAX_ERROR);
  const words = args.slice(0, at);
  for (let i = at; i < args.length; i += 3) {
    words.push(String(scoreOf(positionArg(args[i], args[i + 1]))), args[i + 2]);
  }
  session.engine.propagation?.instead(["zadd", ...words.slice(1)]);
  return sortedSetHandlers.ZADD(session, words);
}

function geodist(session: Session, args: Args): ReplyValue {
  if (args.length > 5) throw new ErrorReply(SYNTAX_ERROR);
  const unit = args.length === 5 ? unitArg(args[4]) : 1;
  const set = session.db.sortedSet(args[1]);
  const from = set?.score(args[2]);
  const to = set?.score(args[3]);
  if (from === undefined || to === undefined) return null;
  return distanceReply(distanceBetween(positionOf(from), positionOf(to)) / unit);
}

function geohash(session: Session, args: Args): ReplyValue {
  const set = session.db.sortedSet(args[1]);
  return args.slice(2).map((member) => {
    const score = set?.score(member);
    return score === undefined ? null : geohashText(positionOf(score));
  });
}

function geopos(session: Session, args: Args): ReplyValue {
  const set = session.db.sortedSet(args[1]);
  return args.slice(2).map((member) => {
    const score = set?.score(member);
    return score === undefined ? NULL_ARRAY : positionReply(positionOf(score));
  });
}

/** The geo commands. */
export const geoHandlers: Handlers = {
  GEOADD: geoadd,
  GEODIST: geodist,
  GEOHASH: geohash,
  GEOPOS: geopos,
  ...geoSearchHandlers,
};
