/** MEMORY. */
import { Double, ErrorReply, MapReply, OK, type ReplyValue, Verbatim } from "../../../protocol/reply.js";
import { integerArg, isWord } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import { sizeOf } from "../memory.js";
import { memoryFacts } from "../memory-facts.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR } from "../texts.js";

function usage(session: Session, args: Args): ReplyValue {
  let samples = 5;
  for (let i = 3; i < args.length; i += 2) {
    if (!isWord(args[i], "SAMPLES") || i + 1 >= args.length) throw new ErrorReply(SYNTAX_ERROR);
    samples = integerArg(args[i + 1]);
    if (samples < 0) throw new ErrorReply(SYNTAX_ERROR);
  }
  const entry = session.db.peek(args[2]);
  return entry === undefined ? null : sizeOf(entry, samples);
}

/** What redis-server reports, as far as a server without its own allocator knows it; the rest is 0. */
function stats(session: Session): ReplyValue {
  const { engine } = session;
  const { used, peak, dataset, resident } = memoryFacts(engine);
  const keys = engine.databases.reduce((sum, { size }) => sum + size, 0);
  return new MapReply([
    "peak.allocated",
    peak,
    "total.allocated",
    used,
    "startup.allocated",
    used - dataset,
    "replication.backlog",
    0,
    "clients.slaves",
    0,
    "clients.normal",
    0,
    "cluster.links",
    0,
    "aof.buffer",
    0,
    "lua.caches",
    0,
    "functions.caches",
    0,
    "overhead.total",
    used - dataset,
    "keys.count",
    keys,
    "keys.bytes-per-key",
    keys === 0 ? 0 : Math.floor(dataset / keys),
    "dataset.bytes",
    dataset,
    "dataset.percentage",
    new Double(100),
    "peak.percentage",
    new Double(peak === 0 ? 0 : (used / peak) * 100),
    "fragmentation",
    new Double(used === 0 ? 0 : resident / used),
    "fragmentation.bytes",
    resident - used,
  ]);
}

function doctor(): ReplyValue {
  return new Verbatim(
    "txt",
    "The memory of this server is in the hands of its JavaScript engine: nothing to report.\n",
  );
}

const HELP = [
  "DOCTOR",
  "    A report for people.",
  "MALLOC-STATS",
  "    What the allocator says of itself.",
  "PURGE",
  "    Ask the allocator to give memory back.",
  "STATS",
  "    How much memory is used for what.",
  "USAGE <key> [SAMPLES <count>]",
  "    Estimate the bytes that <key> takes; 0 samples: look at every element.",
];

export const memoryHandlers: Handlers = {
  "MEMORY USAGE": usage,
  "MEMORY STATS": stats,
  "MEMORY DOCTOR": doctor,
  "MEMORY MALLOC-STATS": () => new Verbatim("txt", "Stats not supported for the current allocator"),
  "MEMORY PURGE": () => OK,
  "MEMORY HELP": () => helpReply("MEMORY", HELP),
};
