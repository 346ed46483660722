/** Being a master without replicas: the commands that ask for it or try to change it. */
import { ErrorReply, OK, type ReplyValue } from "../../../protocol/reply.js";
import { isWord, parseInteger } from "../arguments.js";
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
  for (let i = 1; i < args.length; i++) {
    if (isWord(args[i], "TO") && i + 2 < args.length) i += 2;
    else if (isWord(args[i], "TIMEOUT") && i + 1 < args.length) i++;
    else if (!isWord(args[i], "FORCE")) throw new ErrorReply(SYNTAX_ERROR);
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
