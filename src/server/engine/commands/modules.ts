/** MODULE: there are none, and none can be loaded. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import type { Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import { isAllowedTo, notAllowed } from "../protected-actions.js";
import type { Session } from "../session.js";

const GUARD = "enable-module-command";
const NOT_LOADED = "ERR Error loading the extension. Please check the server logs.";
const NOT_THERE = "ERR Error unloading module: no such module with that name";

/** They are written in C: whoever may ask for one learns that it could not be loaded, or is not there. */
function failing(text: string): (session: Session) => ReplyValue {
  return (session) => {
    throw new ErrorReply(isAllowedTo(session, GUARD) ? text : notAllowed("MODULE", GUARD));
  };
}

const HELP = ["LIST", "    The modules that are loaded: none, ever."];

/** The subcommands of MODULE. */
export const moduleHandlers: Handlers = {
  "MODULE LIST": () => [],
  "MODULE LOAD": failing(NOT_LOADED),
  "MODULE LOADEX": failing(NOT_LOADED),
  "MODULE UNLOAD": failing(NOT_THERE),
  "MODULE HELP": () => helpReply("MODULE", HELP),
};
