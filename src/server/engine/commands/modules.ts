/** MODULE: there are none, and none can be loaded. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import type { Handlers } from "../handler.js";
import { helpReply } from "../help.js";

function refuse(): ReplyValue {
  throw new ErrorReply(
    'ERR MODULE command not allowed. If the enable-module-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.',
  );
}

const HELP = ["LIST", "    The modules that are loaded: none, ever."];

/** The subcommands of MODULE. */
export const moduleHandlers: Handlers = {
  "MODULE LIST": () => [],
  "MODULE LOAD": refuse,
  "MODULE LOADEX": refuse,
  "MODULE UNLOAD": refuse,
  "MODULE HELP": () => helpReply("MODULE", HELP),
};
