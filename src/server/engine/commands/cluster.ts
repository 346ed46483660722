/** Commands of cluster mode, which this server is not in. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { allCommands } from "../../../spec/lookup.js";
import type { Handler, Handlers } from "../handler.js";

function refuse(): ReplyValue {
  throw new ErrorReply("ERR This instance has cluster support disabled");
}

/** Every command of the group answers the same, as redis-server does outside of cluster mode. */
function refusing(): Handlers {
  const handlers: { [name: string]: Handler } = {};
  for (const { name, group, container } of allCommands()) {
    if (group === "cluster" && !container) handlers[name] = refuse;
  }
  return handlers;
}

export const clusterHandlers: Handlers = refusing();
