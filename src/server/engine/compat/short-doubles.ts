/** Doubles in the fewest digits that stand for them: the scores and coordinates of Redis 7.2 and later. */

import { shortestDouble } from "../../../protocol/double.js";
import { Double, MapReply, type ReplyValue } from "../../../protocol/reply.js";
import { Blocked } from "../blocking.js";
import { functionHandlers } from "../commands/functions.js";
import { geoHandlers } from "../commands/geo.js";
import { scriptingHandlers } from "../commands/scripting.js";
import { sortedSetHandlers } from "../commands/sorted-sets.js";
import type { Handler, Handlers } from "../handler.js";

/** Commands on sorted sets that answer no scores are left as they are. */
const WITHOUT_SCORES = new Set([
  "ZCARD",
  "ZCOUNT",
  "ZDIFFSTORE",
  "ZINTERCARD",
  "ZINTERSTORE",
  "ZLEXCOUNT",
  "ZRANGESTORE",
  "ZREM",
  "ZREMRANGEBYLEX",
  "ZREMRANGEBYRANK",
  "ZREMRANGEBYSCORE",
  "ZREVRANK",
  "ZSCAN",
  "ZUNIONSTORE",
  "GEOADD",
  "GEODIST",
  "GEOHASH",
  "GEOSEARCHSTORE",
]);

/** The same reply, its doubles written in the shortest way. */
function shortened(reply: ReplyValue): ReplyValue {
  if (typeof reply !== "object" || reply === null) return reply;
  if (reply instanceof Double) return new Double(reply.value, shortestDouble(reply.value));
  if (reply instanceof MapReply) return new MapReply(reply.flat.map(shortened));
  return Array.isArray(reply) ? reply.map(shortened) : reply;
}

/** A handler whose doubles are written in the shortest way, also when it waits. */
export function withShortDoubles(handler: Handler): Handler {
  return (session, args) => {
    const reply = handler(session, args);
    if (!(reply instanceof Blocked)) return shortened(reply);
    const attempt = (key: string): ReplyValue | undefined => {
      const found = reply.attempt(key);
      return found === undefined ? undefined : shortened(found);
    };
    return new Blocked(reply.keys, reply.timeoutMs, attempt, reply.onTimeout, reply.onRefusal);
  };
}

const { EVAL, EVAL_RO, EVALSHA, EVALSHA_RO } = scriptingHandlers;
const { FCALL, FCALL_RO } = functionHandlers;
const scripts = { EVAL, EVAL_RO, EVALSHA, EVALSHA_RO, FCALL, FCALL_RO };

/** All commands that answer scores or coordinates, or whatever a script answers. */
export const shortDoubleHandlers: Handlers = Object.fromEntries(
  Object.entries({ ...sortedSetHandlers, ...geoHandlers, ...scripts })
    .filter(([name]) => !WITHOUT_SCORES.has(name))
    .map(([name, handler]) => [name, withShortDoubles(handler)]),
);
