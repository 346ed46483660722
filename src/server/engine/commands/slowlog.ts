/** SLOWLOG: the commands that took long. */
import { ErrorReply, OK, type ReplyValue } from "../../../protocol/reply.js";
import { rangeArg } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import type { Session } from "../session.js";
import { subcommandSyntax } from "../texts.js";

const DEFAULT_COUNT = 10;

function get(session: Session, args: Args): ReplyValue {
  if (args.length > 3) throw new ErrorReply(subcommandSyntax(args[1], "SLOWLOG"));
  const tooSmall = "ERR count should be greater than or equal to -1";
  const count = args.length === 3 ? rangeArg(args[2], -1, Number.POSITIVE_INFINITY, tooSmall) : DEFAULT_COUNT;
  const { entries } = session.engine.slowlog;
  const shown = count === -1 ? entries : entries.slice(0, count);
  return shown.map(({ id, at, micros, words, address, name }) => [id, at, micros, words, address, name]);
}

function reset(session: Session): ReplyValue {
  session.engine.slowlog.clear();
  return OK;
}

const HELP = [
  "GET [<count>]",
  "    The last <count> slow commands, 10 when not given, all for -1. Of each: number, time in seconds,",
  "    duration in microseconds, its words, the client's address and name.",
  "LEN",
  "    How many there are.",
  "RESET",
  "    Forget them.",
];

/** The subcommands of SLOWLOG. */
export const slowlogHandlers: Handlers = {
  "SLOWLOG GET": get,
  "SLOWLOG LEN": (session) => session.engine.slowlog.entries.length,
  "SLOWLOG RESET": reset,
  "SLOWLOG HELP": () => helpReply("SLOWLOG", HELP),
};
