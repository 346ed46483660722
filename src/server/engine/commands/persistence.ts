/** Saving the data set, loading it again, and the end of the server. */
import { ErrorReply, OK, Replies, type ReplyValue, SimpleString } from "../../../protocol/reply.js";
import { isWord, lowerCase } from "../arguments.js";
import { Blocked } from "../blocking.js";
import { endingOf } from "../ending.js";
import type { Args, Handlers } from "../handler.js";
import type { DataFiles } from "../server-files.js";
import type { Session } from "../session.js";
import { busyText } from "../slow-script.js";
import { SYNTAX_ERROR } from "../texts.js";

const NO_PERSISTENCE = "ERR this server keeps its data in memory alone and cannot save it";
const IN_PROGRESS = "ERR Background save already in progress";

function filesOf({ engine }: Session): DataFiles {
  if (engine.files === undefined) throw new ErrorReply(NO_PERSISTENCE);
  return engine.files.data;
}

function save(session: Session): ReplyValue {
  const files = filesOf(session);
  const { persistence } = session.engine;
  if (persistence.background !== undefined) throw new ErrorReply(IN_PROGRESS);
  if (!persistence.save(files)) throw new ErrorReply("ERR");
  return OK;
}

function backgroundSave(session: Session, args: Args): ReplyValue {
  if (args.length > 2 || (args.length === 2 && !isWord(args[1], "SCHEDULE"))) {
    throw new ErrorReply(SYNTAX_ERROR);
  }
  const files = filesOf(session);
  const { persistence } = session.engine;
  if (persistence.background !== undefined) throw new ErrorReply(IN_PROGRESS);
  if (session.isInTransaction) {
    persistence.schedule();
    return new SimpleString("Background saving scheduled");
  }
  persistence.saveInBackground(files);
  return new SimpleString("Background saving started");
}

function refuseRewrite(): ReplyValue {
  throw new ErrorReply(NO_PERSISTENCE);
}

/** The reply, an error reply when it fails with one. */
function attempt(act: () => ReplyValue): ReplyValue {
  try {
    return act();
  } catch (error) {
    if (error instanceof ErrorReply) return error;
    throw error;
  }
}

/** DEBUG RELOAD [NOSAVE] [NOFLUSH] [MERGE] */
export function reload(session: Session, args: Args): ReplyValue | Blocked {
  const { engine } = session;
  const options = { save: true, flush: true, merge: false };
  for (const word of args.slice(2)) {
    if (isWord(word, "MERGE")) options.merge = true;
    else if (isWord(word, "NOFLUSH")) options.flush = false;
    else if (isWord(word, "NOSAVE")) options.save = false;
    else throw new ErrorReply("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
  }
  const act = (): ReplyValue => {
    engine.persistence.reload(options);
    return OK;
  };
  // Libraries that are there have loaded the interpreter; those of an older file may be the first.
  const mayWait = !session.isInTransaction && !session.isScript;
  if (options.save || engine.scripting.ready || !mayWait) return act();
  const resume = engine.holding.everybodyFor(session);
  const proceed = (): void => resume(() => attempt(act));
  engine.scripting.load().then(proceed, proceed);
  return new Blocked([], 0, () => undefined, OK);
}

const SHUTDOWN_WORDS = new Set(["abort", "force", "nosave", "now", "save"]);

function shutdown(session: Session, args: Args): ReplyValue {
  const words = args.slice(1).map(lowerCase);
  if (!words.every((word) => SHUTDOWN_WORDS.has(word))) throw new ErrorReply(SYNTAX_ERROR);
  const ending = endingOf(words);
  const abort = words.includes("abort");
  if ((ending.save && ending.nosave) || (abort && words.length > 1)) throw new ErrorReply(SYNTAX_ERROR);
  if (abort) throw new ErrorReply("ERR No shutdown in progress.");
  const { files, onShutdown, persistence, slowScript } = session.engine;
  if (ending.save && files === undefined) throw new ErrorReply(NO_PERSISTENCE);
  if (slowScript !== undefined && !ending.nosave) throw new ErrorReply(busyText(slowScript));
  if (onShutdown === undefined) throw new ErrorReply("ERR this server cannot be shut down by a command");
  if (!persistence.end(ending)) throw new ErrorReply("ERR Errors trying to SHUTDOWN. Check logs.");
  onShutdown();
  slowScript?.stop();
  return new Replies([]);
}

export const persistenceHandlers: Handlers = {
  SAVE: save,
  BGSAVE: backgroundSave,
  BGREWRITEAOF: refuseRewrite,
  LASTSAVE: ({ engine }) => engine.persistence.lastSave,
  SHUTDOWN: shutdown,
};
