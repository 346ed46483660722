/** Numbers of LREM and LSET since Redis 7.2, where short lists are listpacks. */
import { ErrorReply } from "../../../protocol/reply.js";
import { parseInteger } from "../arguments.js";
import { listHandlers } from "../commands/lists.js";
import { packsIntoOne } from "../dump/quicklist.js";
import type { Handlers } from "../handler.js";
import { ListValue } from "../types/list.js";

const SMALLEST = -9223372036854775808n;
const TOO_SMALL =
  "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807";

/** LREM and LSET in place of those of Redis 7.0. */
export const listNumberHandlers: Handlers = {
  LREM: (session, args) => {
    if (parseInteger(args[2]) === SMALLEST) throw new ErrorReply(TOO_SMALL);
    return listHandlers.LREM(session, args);
  },
  // redis-server looks for an index in a listpack with 32 bits of it.
  LSET: (session, args) => {
    const index = parseInteger(args[2]);
    const { db, engine } = session;
    const list = db.peek(args[1])?.value;
    const isListpack = list instanceof ListValue && packsIntoOne(list, engine.config.listMaxListpackSize);
    if (index === undefined || !isListpack) return listHandlers.LSET(session, args);
    return listHandlers.LSET(session, [args[0], args[1], String(BigInt.asIntN(32, BigInt(index))), args[3]]);
  },
};
