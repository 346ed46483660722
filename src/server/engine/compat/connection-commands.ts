/** CLIENT NO-TOUCH, CLIENT SETINFO and WAITAOF (Redis 7.2). */
import { ErrorReply, OK, type ReplyValue } from "../../../protocol/reply.js";
import { integerArg, isWord, positiveArg } from "../arguments.js";
import { Blocked } from "../blocking.js";
import type { Args, Handlers } from "../handler.js";
import type { Session } from "../session.js";
import { shown, shownLast, TIMEOUT_NEGATIVE, TIMEOUT_NOT_INTEGER } from "../texts.js";
import { noTouch } from "./no-touch.js";

const NO_AOF = "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.";

/** CLIENT SETINFO LIB-NAME name | LIB-VER version */
function setInfo(session: Session, args: Args): ReplyValue {
  const isName = isWord(args[2], "LIB-NAME");
  if (!isName && !isWord(args[2], "LIB-VER")) {
    throw new ErrorReply(`ERR Unrecognized option '${shownLast(args[2])}'`);
  }
  if (!/^[!-~]*$/.test(args[3])) {
    throw new ErrorReply(`ERR ${shown(args[2])} cannot contain spaces, newlines or special characters.`);
  }
  if (isName) session.libraryName = args[3];
  else session.libraryVersion = args[3];
  return OK;
}

/** What is written to this server is in its file, if it has one, before anybody is answered; replicas it has none. */
function waitAof(session: Session, args: Args): ReplyValue | Blocked {
  const local = integerArg(args[1]);
  if (local < 0 || local > 1) throw new ErrorReply("ERR value is out of range, value must between 0 and 1");
  const replicas = positiveArg(args[2]);
  const timeout = integerArg(args[3], TIMEOUT_NOT_INTEGER);
  if (timeout < 0) throw new ErrorReply(TIMEOUT_NEGATIVE);
  const keepsFile = session.engine.config.get("appendonly") === "yes";
  if (local === 1 && !keepsFile) throw new ErrorReply(NO_AOF);
  const reached = [keepsFile ? 1 : 0, 0];
  return replicas === 0 ? reached : new Blocked([], timeout, () => undefined, reached);
}

/** The commands about connections of Redis 7.2. */
export const connectionCommandHandlers: Handlers = {
  "CLIENT NO-TOUCH": noTouch,
  "CLIENT SETINFO": setInfo,
  WAITAOF: waitAof,
};
