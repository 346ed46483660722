/** The answer to `<COMMAND> HELP`. */
import { type ReplyValue, SimpleString } from "../../protocol/reply.js";

/** Lines in the shape that redis-server gives them: a heading, the lines of the command, HELP itself. */
export function helpReply(command: string, lines: readonly string[]): ReplyValue {
  const heading = `${command} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`;
  return [heading, ...lines, "HELP", "    Prints this help."].map((line) => new SimpleString(line));
}
