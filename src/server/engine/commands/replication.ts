/** Being a master without replicas: the commands that ask for it or try to change it. */
import { ErrorReply, OK, type ReplyValue } from "../../../protocol/reply.js";
import { integerArg, isWord, parseInteger, upperCase } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR } from "../texts.js";

/** REPLICAOF and SLAVEOF: a master it is already, a replica it cannot be. */
function replicaof(_session: Session, args: Args): ReplyValue {
  if (isWord(args[1], "NO") && isWord(args[2], "ONE")) return OK;
  const port = parseInteger(args[2]);
  if (port === undefined || port < 0 || port > 65535) throw new ErrorReply("ERR Invalid master port");
  throw new ErrorReply("ERR this server cannot be a replica");
}

function failover(_session: Session, args: Args): ReplyValue {
  if (args.length === 2 && isWord(args[1], "ABORT")) throw new ErrorReply("ERR No failover in progress.");
  const given = new Set<string>();
  for (let i = 1; i < args.length; i++) {
    const option = upperCase(args[i]);
    if (given.has(option)) throw new ErrorReply(SYNTAX_ERROR);
    given.add(option);
    if (option === "TO" && i + 2 < args.length) {
      integerArg(args[i + 2]);
      i += 2;
    } else if (option === "TIMEOUT" && i + 1 < args.length) {
      if (integerArg(args[++i]) <= 0) throw new ErrorReply("ERR FAILOVER timeout must be greater than 0");
    } else if (option !== "FORCE") {
      throw new ErrorReply(SYNTAX_ERROR);
    }
  }
  throw new ErrorReply("ERR FAILOVER requires connected replicas.");
}

/** The commands about masters and replicas. */
export const replicationHandlers: Handlers = {
  REPLICAOF: replicaof,
  SLAVEOF: replicaof,
  FAILOVER: failover,
  ROLE: () => ["master", 0, []],
};
