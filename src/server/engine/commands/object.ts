/** OBJECT: how a value is kept. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import type { Entry, Value } from "../keyspace.js";
import { frequencyNow } from "../memory.js";
import type { Session } from "../session.js";
import { MutableString, stringEncoding } from "../types/string.js";

const POLICIES_DIFFER =
  "Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.";

/** What OBJECT ENCODING says of a value. */
export function encodingOf(value: Value): string {
  if (typeof value === "string" || value instanceof MutableString) return stringEncoding(value);
  return value.encoding();
}

function entryOf(session: Session, args: Args): Entry | undefined {
  return session.db.peek(args[2]);
}

function encoding(session: Session, args: Args): ReplyValue {
  const entry = entryOf(session, args);
  return entry === undefined ? null : encodingOf(entry.value);
}

/**
 * Small integers are shared objects in redis-server, and count as referenced for ever; but not where each needs an
 * access time of its own.
 */
function refcount(session: Session, args: Args): ReplyValue {
  const entry = entryOf(session, args);
  if (entry === undefined) return null;
  const { value } = entry;
  const { maxmemory } = session.engine.config;
  if (maxmemory !== 0 && /l[rf]u$/.test(session.engine.config.get("maxmemory-policy"))) return 1;
  const isString = typeof value === "string" || value instanceof MutableString;
  if (!isString || stringEncoding(value) !== "int") return 1;
  const number = Number(typeof value === "string" ? value : value.text());
  return number >= 0 && number < 10000 ? 2147483647 : 1;
}

function idletime(session: Session, args: Args): ReplyValue {
  const entry = entryOf(session, args);
  if (entry === undefined) return null;
  if (session.engine.countsFrequency) {
    throw new ErrorReply(
      `ERR An LFU maxmemory policy is selected, idle time not tracked. ${POLICIES_DIFFER}`,
    );
  }
  return Math.max(0, session.engine.uptime - entry.accessed);
}

function freq(session: Session, args: Args): ReplyValue {
  const entry = entryOf(session, args);
  if (entry === undefined) return null;
  if (!session.engine.countsFrequency) {
    throw new ErrorReply(
      `ERR An LFU maxmemory policy is not selected, access frequency not tracked. ${POLICIES_DIFFER}`,
    );
  }
  return frequencyNow(entry, session.engine);
}

const HELP = [
  "ENCODING <key>",
  "    Tell in which way the value of <key> is kept in memory.",
  "FREQ <key>",
  "    Tell how often <key> is used, on a logarithmic scale.",
  "IDLETIME <key>",
  "    Tell for how many seconds <key> has not been used.",
  "REFCOUNT <key>",
  "    Tell how many references there are to the value of <key>.",
];

export const objectHandlers: Handlers = {
  "OBJECT ENCODING": encoding,
  "OBJECT REFCOUNT": refcount,
  "OBJECT IDLETIME": idletime,
  "OBJECT FREQ": freq,
  "OBJECT HELP": () => helpReply("OBJECT", HELP),
};
