/** CONFIG. */
import { ErrorReply, MapReply, OK, type ReplyValue } from "../../../protocol/reply.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR, shown } from "../texts.js";

function get(session: Session, args: Args): ReplyValue {
  return new MapReply(session.engine.config.matching(args.slice(2)));
}

function set(session: Session, args: Args): ReplyValue {
  if (args.length % 2 !== 0) throw new ErrorReply(SYNTAX_ERROR);
  const { engine } = session;
  const problem = engine.config.set(args.slice(2));
  if (problem?.reason === "unknown") {
    throw new ErrorReply(
      `ERR Unknown option or number of arguments for CONFIG SET - '${shown(problem.name)}'`,
    );
  }
  if (problem !== undefined) {
    throw new ErrorReply(
      `ERR CONFIG SET failed (possibly related to argument '${problem.name}') - ${problem.reason}`,
    );
  }
  engine.configChanged();
  return OK;
}

function resetStat(session: Session, args: Args): ReplyValue {
  const { engine } = session;
  engine.resetStatistics();
  // It is itself the first command that is counted again.
  const self = engine.commands.find(args);
  if (self !== undefined) self.calls = 1;
  return OK;
}

function rewrite(session: Session): ReplyValue {
  const { files } = session.engine;
  if (files === undefined) throw new ErrorReply("ERR The server is running without a config file");
  files.rewriteConfig();
  return OK;
}

const HELP = [
  "GET <pattern> [<pattern> ...]",
  "    Show the parameters that match, with their values.",
  "SET <parameter> <value> [<parameter> <value> ...]",
  "    Change parameters, all or none.",
  "RESETSTAT",
  "    Start the counts of INFO anew.",
  "REWRITE",
  "    Write the parameters to the configuration file.",
];

export const configHandlers: Handlers = {
  "CONFIG GET": get,
  "CONFIG SET": set,
  "CONFIG RESETSTAT": resetStat,
  "CONFIG REWRITE": rewrite,
  "CONFIG HELP": () => helpReply("CONFIG", HELP),
};
