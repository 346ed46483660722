/** The server as a whole. CONFIG, INFO, COMMAND, DEBUG, MEMORY and what saves have files of their own. */
import { ErrorReply, OK, Replies, type ReplyValue } from "../../../protocol/reply.js";
import { isWord, rangeArg } from "../arguments.js";
import type { Database } from "../database.js";
import type { Args, Handlers } from "../handler.js";
import type { Session } from "../session.js";
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
import { persistenceHandlers } from "./persistence.js";
import { replicationHandlers } from "./replication.js";
import { slowlogHandlers } from "./slowlog.js";

const INT32_MIN = -2147483648;
const INT32_MAX = 2147483647;

/** FLUSHALL and FLUSHDB: SYNC and ASYNC make no difference here. */
function flush(session: Session, databases: readonly Database[], args: Args): ReplyValue {
  if (args.length > 2 || (args.length === 2 && !isWord(args[1], "SYNC") && !isWord(args[1], "ASYNC"))) {
    throw new ErrorReply(SYNTAX_ERROR);
  }
  const { persistence, propagation, statistics, tracking } = session.engine;
  for (const database of databases) {
    const count = database.clear();
    if (args.length === 2 && isWord(args[1], "ASYNC")) statistics.lazilyFreed += count;
  }
  propagation?.inAnyCase();
  if (databases === session.engine.databases) persistence.flushed();
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
  else session.engine.dirty++;
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
  session.onlyListens = true;
  return OK;
}

export const serverHandlers: Handlers = {
  DBSIZE: (session) => session.db.size,
  FLUSHDB: (session, args) => flush(session, [session.db], args),
  FLUSHALL: (session, args) => flush(session, session.engine.databases, args),
  SWAPDB: swapdb,
  TIME: time,
  INFO: info,
  LOLWUT: lolwut,
  MONITOR: monitor,
  ...configHandlers,
  ...commandHandlers,
  ...debugHandlers,
  ...memoryHandlers,
  ...clusterHandlers,
  ...latencyHandlers,
  ...moduleHandlers,
  ...persistenceHandlers,
  ...replicationHandlers,
  ...slowlogHandlers,
};
