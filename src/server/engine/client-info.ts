/** What CLIENT LIST and CLIENT INFO tell of a connection. */
import type { Args } from "./handler.js";
import type { Session } from "./session.js";

/** The kinds of connections; this server has no master. */
export type ClientType = "normal" | "master" | "replica" | "pubsub";

/** The type that CLIENT LIST TYPE and CLIENT KILL TYPE go by. */
export function clientType(session: Session): ClientType {
  if (session.replica?.attached) return "replica";
  return session.subscriptionCount + session.shardSubscriptionCount > 0 ? "pubsub" : "normal";
}

/** The letters of CLIENT LIST, in redis-server's order. */
function flagsOf(session: Session): string {
  const { tracking } = session;
  let flags = session.replica?.attached ? "S" : "";
  if (session.isMonitor) flags += "O";
  if (clientType(session) === "pubsub") flags += "P";
  if (session.isInTransaction) flags += "x";
  if (session.blocked) flags += "b";
  if (tracking !== undefined) flags += "t";
  if (tracking?.brokenRedirect) flags += "R";
  if (tracking?.broadcast) flags += "B";
  if (session.watchBroken) flags += "d";
  if (session.closing) flags += "c";
  if (session.isUnixSocket) flags += "U";
  if (session.noEvict) flags += "e";
  if (session.noTouch) flags += "T";
  return flags === "" ? "N" : flags;
}

/**
 * The line of CLIENT LIST, without its end.
 * @param args the request that runs now, if it is this session's
 */
export function clientInfo(session: Session, args?: Args): string {
  const { engine } = session;
  const memory = session.usage.facts(args);
  const fields: readonly (readonly [name: string, value: string | number])[] = [
    ["id", session.id],
    ["addr", session.address],
    ["laddr", session.localAddress],
    ["fd", session.id + 7],
    ["name", session.name],
    ["age", secondsSince(session.createdAt, engine.now)],
    ["idle", secondsSince(session.lastCommandAt, engine.now)],
    ["flags", flagsOf(session)],
    ["db", session.db.index],
    ["sub", session.channels?.size ?? 0],
    ["psub", session.patterns?.size ?? 0],
    ["ssub", session.shardSubscriptionCount],
    ["multi", (session.transaction ?? session.executing)?.queue.length ?? -1],
    ...(engine.isAtLeast("7.4") ? ([["watch", watchedCount(session)]] as const) : []),
    ["qbuf", memory.query],
    ["qbuf-free", memory.queryFree],
    ["argv-mem", memory.words],
    ["multi-mem", memory.queuedWords],
    ["rbs", memory.replySize],
    ["rbp", memory.replyPeak],
    ["obl", memory.replyUsed],
    ["oll", memory.replyBlocks],
    ["omem", memory.replyListed],
    ["tot-mem", memory.total],
    ["events", "r"],
    ["cmd", session.lastCommand === "" ? "NULL" : session.lastCommand],
    ["user", session.user.name],
    ["redir", session.tracking?.redirect ?? -1],
    ["resp", session.protocol],
  ];
  const later = engine.isAtLeast("7.2")
    ? ([
        ["lib-name", session.libraryName],
        ["lib-ver", session.libraryVersion],
      ] as const)
    : [];
  const latest = engine.isAtLeast("8.0") ? ([["io-thread", 0]] as const) : [];
  return [...fields, ...later, ...latest].map(([name, value]) => `${name}=${value}`).join(" ");
}

function watchedCount({ watched }: Session): number {
  let count = 0;
  for (const keys of watched?.values() ?? []) count += keys.size;
  return count;
}

/** Whole seconds; none when a test has set the clock back. */
function secondsSince(at: number, now: number): number {
  return Math.max(0, Math.floor((now - at) / 1000));
}
