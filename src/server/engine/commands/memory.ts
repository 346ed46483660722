/** MEMORY. */
import { Double, ErrorReply, MapReply, OK, type ReplyValue, Verbatim } from "../../../protocol/reply.js";
import { integerArg, isWord } from "../arguments.js";
import type { Database } from "../database.js";
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
  const { used, peak, dataset, clients, backlog, replicas, resident } = memoryFacts(engine);
  const keys = engine.databases.reduce((sum, { size }) => sum + size, 0);
  const ratio = used === 0 ? 0 : resident / used;
  const facts: readonly (readonly [name: string, value: ReplyValue])[] = [
    ["peak.allocated", peak],
    ["total.allocated", used],
    ["startup.allocated", used - dataset],
    ["replication.backlog", backlog],
    ["clients.slaves", replicas],
    ["clients.normal", clients],
    ["cluster.links", 0],
    ["aof.buffer", 0],
    ["lua.caches", 0],
    ["functions.caches", 0],
    ...engine.databases.filter(({ size }) => size > 0).map(tables),
    ["overhead.total", used - dataset],
    ["keys.count", keys],
    ["keys.bytes-per-key", keys === 0 ? 0 : Math.floor(dataset / keys)],
    ["dataset.bytes", dataset],
    ["dataset.percentage", new Double(100)],
    ["peak.percentage", new Double(peak === 0 ? 0 : (used / peak) * 100)],
    ["allocator.allocated", used],
    ["allocator.active", used],
    ["allocator.resident", resident],
    ["allocator-fragmentation.ratio", new Double(1)],
    ["allocator-fragmentation.bytes", 0],
    ["allocator-rss.ratio", new Double(ratio)],
    ["allocator-rss.bytes", resident - used],
    ["rss-overhead.ratio", new Double(1)],
    ["rss-overhead.bytes", 0],
    ["fragmentation", new Double(ratio)],
    ["fragmentation.bytes", resident - used],
  ];
  return new MapReply(facts.flat());
}

/** Bytes of one place in a table, about: the entry, its slot, the object. */
const TABLE_ENTRY = 56;

/** What the tables of a database take, by redis-server's measure. */
function tables({ index, size, expiringSize }: Database): readonly [name: string, value: ReplyValue] {
  const sizes: ReplyValue[] = [
    "overhead.hashtable.main",
    size * TABLE_ENTRY,
    "overhead.hashtable.expires",
    expiringSize * TABLE_ENTRY,
    "overhead.hashtable.slot-to-keys",
    0,
  ];
  return [`db.${index}`, new MapReply(sizes)];
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
