/** The server as a whole. CONFIG, INFO, COMMAND, DEBUG and MEMORY have files of their own. */
import { ErrorReply, OK, Replies, type ReplyValue } from "../../../protocol/reply.js";
import { isWord, rangeArg, upperCase } from "../arguments.js";
import type { Database } from "../database.js";
import type { Args, Handlers } from "../handler.js";
import type { Session } from "../session.js";
import { busyText } from "../slow-script.js";
import { DB_INDEX_OUT_OF_RANGE, SYNTAX_ERROR } from "../texts.js";
import { clusterHandlers } from "./cluster.js";
import { commandHandlers } from "./command-info.js";
import { configHandlers } from "./config.js";
import { debugHandlers } from "./debug.js";
import { info } from "./info.js";
import { latencyHandlers } from "./latency.js";
import { lolwut } from "./lolwut.js";
import { memoryHandlers } from "./memory.js";
import { moduleHandlers } from "./modules.js";
import { replicationHandlers } from "./replication.js";
import { slowlogHandlers } from "./slowlog.js";

const INT32_MIN = -2147483648;
const INT32_MAX = 2147483647;
const NO_PERSISTENCE = "ERR this server keeps its data in memory alone and cannot save it";

/** FLUSHALL and FLUSHDB: SYNC and ASYNC make no difference here. */
function flush(session: Session, databases: readonly Database[], args: Args): ReplyValue {
  if (args.length > 2 || (args.length === 2 && !isWord(args[1], "SYNC") && !isWord(args[1], "ASYNC"))) {
    throw new ErrorReply(SYNTAX_ERROR);
  }
  const { tracking, statistics } = session.engine;
  for (const database of databases) {
    const count = database.clear();
    if (args.length === 2 && isWord(args[1], "ASYNC")) statistics.lazilyFreed += count;
  }
  if (tracking.active) tracking.flushed();
  return OK;
}

/** The number of a database, which need not exist. */
function databaseArg(text: string, which: "first" | "second"): number {
  return rangeArg(text, INT32_MIN, INT32_MAX, `ERR invalid ${which} DB index`);
}

function swapdb(session: Session, args: Args): ReplyValue {
  const { databases } = session.engine;
  const first = databases[databaseArg(args[1], "first")];
  const second = databases[databaseArg(args[2], "second")];
  if (first === undefined || second === undefined) throw new ErrorReply(DB_INDEX_OUT_OF_RANGE);
  if (first !== second) first.swap(second);
  return OK;
}

function time(session: Session): ReplyValue {
  const micros = session.engine.clock.micros();
  return [String(Math.floor(micros / 1e6)), String(micros % 1e6)];
}

function monitor(session: Session): ReplyValue {
  // A connection that monitors already gets no reply, as in redis-server.
  if (session.isMonitor) return new Replies([]);
  session.engine.monitors.add(session);
  session.isMonitor = true;
  return OK;
}

const SHUTDOWN_WORDS = new Set(["ABORT", "FORCE", "NOSAVE", "NOW", "SAVE"]);

function shutdown(session: Session, args: Args): ReplyValue {
  const given = args.slice(1).map(upperCase);
  if (!given.every((word) => SHUTDOWN_WORDS.has(word))) throw new ErrorReply(SYNTAX_ERROR);
  const save = given.includes("SAVE");
  const abort = given.includes("ABORT");
  if ((save && given.includes("NOSAVE")) || (abort && given.length > 1)) throw new ErrorReply(SYNTAX_ERROR);
  if (save) throw new ErrorReply(NO_PERSISTENCE);
  if (abort) throw new ErrorReply("ERR No shutdown in progress.");
  const { onShutdown, slowScript } = session.engine;
  if (slowScript !== undefined && !given.includes("NOSAVE")) throw new ErrorReply(busyText(slowScript));
  if (onShutdown === undefined) throw new ErrorReply("ERR this server cannot be shut down by a command");
  onShutdown();
  slowScript?.stop();
  return new Replies([]);
}

function refuseToSave(): ReplyValue {
  throw new ErrorReply(NO_PERSISTENCE);
}

function bgsave(_session: Session, args: Args): ReplyValue {
  if (args.length > 2 || (args.length === 2 && !isWord(args[1], "SCHEDULE")))
    throw new ErrorReply(SYNTAX_ERROR);
  return refuseToSave();
}

export const serverHandlers: Handlers = {
  DBSIZE: (session) => session.db.size,
  FLUSHDB: (session, args) => flush(session, [session.db], args),
  FLUSHALL: (session, args) => flush(session, session.engine.databases, args),
  SWAPDB: swapdb,
  TIME: time,
  INFO: info,
  LASTSAVE: (session) => Math.floor(session.engine.startedAt / 1000),
  LOLWUT: lolwut,
  MONITOR: monitor,
  SAVE: refuseToSave,
  BGSAVE: bgsave,
  BGREWRITEAOF: refuseToSave,
  SHUTDOWN: shutdown,
  ...configHandlers,
  ...commandHandlers,
  ...debugHandlers,
  ...memoryHandlers,
  ...clusterHandlers,
  ...latencyHandlers,
  ...moduleHandlers,
  ...replicationHandlers,
  ...slowlogHandlers,
};
