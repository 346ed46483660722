/** OBJECT ENCODING of lists: a short one is a `listpack` (Redis 7.2). */
import type { ReplyValue } from "../../../protocol/reply.js";
import { objectHandlers } from "../commands/object.js";
import { packsIntoOne } from "../dump/quicklist.js";
import type { Args, Handlers } from "../handler.js";
import type { Session } from "../session.js";
import { ListValue } from "../types/list.js";

/**
 * redis-server looks at a list when it grows and when it shrinks to half of the limit; here what it holds now
 * decides, so that a list between half of the limit and the limit is a `listpack` although it was longer once.
 */
function encoding(session: Session, args: Args): ReplyValue {
  const value = session.db.peek(args[2])?.value;
  if (!(value instanceof ListValue)) return objectHandlers["OBJECT ENCODING"](session, args) as ReplyValue;
  return packsIntoOne(value, session.engine.config.listMaxListpackSize) ? "listpack" : "quicklist";
}

/** OBJECT ENCODING in place of that of Redis 7.0. */
export const listEncodingHandlers: Handlers = { "OBJECT ENCODING": encoding };
