/** Saving the data set, loading it again, and the end of the server. */
import { ErrorReply, OK, type ReplyValue, SimpleString } from "../../../protocol/reply.js";
import { type AppendOnlyLoading, LoadingFailed } from "../append-only/loading.js";
import { isWord, lowerCase } from "../arguments.js";
import { Blocked } from "../blocking.js";
import { endingOf } from "../ending.js";
import type { Args, Handlers } from "../handler.js";
import type { AppendOnlyFiles, DataFiles } from "../server-files.js";
import type { Session } from "../session.js";
import { busyText } from "../slow-script.js";
import { KEEPS_NO_FILES, SYNTAX_ERROR } from "../texts.js";

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
  const rewrites = session.engine.appendOnly.rewriting !== undefined;
  if (rewrites && args.length === 1 && !session.isInTransaction) {
    throw new ErrorReply(
      "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.",
    );
  }
  if (session.isInTransaction || rewrites) {
    persistence.schedule();
    return new SimpleString("Background saving scheduled");
  }
  persistence.saveInBackground(files);
  return new SimpleString("Background saving started");
}

/** BGREWRITEAOF */
function rewriteAppendOnly(session: Session): ReplyValue {
  const { appendOnly, files, persistence } = session.engine;
  if (files === undefined) throw new ErrorReply(NO_PERSISTENCE);
  if (appendOnly.rewriting !== undefined) {
    throw new ErrorReply("ERR Background append only file rewriting already in progress");
  }
  if (persistence.background !== undefined || session.isInTransaction) {
    appendOnly.scheduled = true;
    appendOnly.failures = 0;
    return new SimpleString("Background append only file rewriting scheduled");
  }
  if (!appendOnly.rewriteInBackground(files.appendOnly)) {
    throw new ErrorReply(
      "ERR Can't execute an AOF background rewriting. Please check the server logs for more information.",
    );
  }
  return new SimpleString("Background append only file rewriting started");
}

/** DEBUG LOADAOF: forget all data and load it from the append-only file. */
export function loadAppendOnly(session: Session): ReplyValue | Blocked {
  const { engine } = session;
  const { appendOnly, files, scripting } = engine;
  if (files === undefined) throw new ErrorReply(`ERR ${KEEPS_NO_FILES}`);
  appendOnly.writer.flush();
  const loading = prepareLoading(session, files.appendOnly);
  for (const database of engine.databases) database.clear();
  if (scripting.ready) engine.functions.flush();
  const end = (): ReplyValue => {
    engine.persistence.isAsInFile();
    engine.log?.(3, "Append Only File loaded by DEBUG LOADAOF");
    return OK;
  };
  if (loading === undefined) return end();
  const fail = (error: unknown): ReplyValue => {
    if (!(error instanceof LoadingFailed)) return engine.reportBug(error);
    files.appendOnly.giveUp();
    return OK;
  };
  if (session.isInTransaction || session.isScript) {
    try {
      loading.run();
    } catch (error) {
      return fail(error);
    }
    return end();
  }
  const resume = engine.holding.laterFor(session);
  loading.begin();
  loading.runInSteps().then(
    () => resume(end),
    (error: unknown) => resume(() => fail(error)),
  );
  return new Blocked([], 0, () => undefined, OK);
}

function prepareLoading({ engine }: Session, files: AppendOnlyFiles): AppendOnlyLoading | undefined {
  try {
    return engine.appendOnly.prepareLoading(files);
  } catch (error) {
    if (!(error instanceof LoadingFailed)) throw error;
    // As redis-server does: what is in memory may not be what the files say.
    files.giveUp();
    throw new ErrorReply("ERR Error trying to load the append only file");
  }
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

function shutdown(session: Session, args: Args): ReplyValue | Blocked {
  const words = args.slice(1).map(lowerCase);
  if (!words.every((word) => SHUTDOWN_WORDS.has(word))) throw new ErrorReply(SYNTAX_ERROR);
  const ending = endingOf(words);
  const abort = words.includes("abort");
  if ((ending.save && ending.nosave) || (abort && words.length > 1)) throw new ErrorReply(SYNTAX_ERROR);
  const { files, onShutdown, slowScript } = session.engine;
  if (abort) {
    if (session.engine.shutdown.abort()) return OK;
    throw new ErrorReply("ERR No shutdown in progress.");
  }
  if (ending.save && files === undefined) throw new ErrorReply(NO_PERSISTENCE);
  if (slowScript !== undefined && !ending.nosave) throw new ErrorReply(busyText(slowScript));
  if (onShutdown === undefined) throw new ErrorReply("ERR this server cannot be shut down by a command");
  const reply = session.engine.shutdown.beginFor(session, ending);
  if (!(reply instanceof Blocked)) slowScript?.stop();
  return reply;
}

export const persistenceHandlers: Handlers = {
  SAVE: save,
  BGSAVE: backgroundSave,
  BGREWRITEAOF: rewriteAppendOnly,
  LASTSAVE: ({ engine }) => engine.persistence.lastSave,
  SHUTDOWN: shutdown,
};
