/** XINFO: what there is to know of streams and their groups. */
import { ErrorReply, MapReply, type ReplyValue } from "../../../protocol/reply.js";
import { integerArg, isWord } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import type { Session } from "../session.js";
import { NO_SUCH_KEY, subcommandSyntax } from "../texts.js";
import type { StreamValue } from "../types/stream.js";
import type { Consumer, PendingEntry, StreamGroup } from "../types/stream-group.js";
import { formatId, MAX_ID, MIN_ID } from "../types/stream-id.js";
import { noSuchGroup } from "./stream-groups.js";
import { entriesReply, entryReply } from "./stream-replies.js";

/** Entries that FULL shows of each list when there is no COUNT. */
const USUAL_COUNT = 10;

function requiredStream(session: Session, key: string): StreamValue {
  const stream = session.db.stream(key);
  if (stream === undefined) throw new ErrorReply(NO_SUCH_KEY);
  return stream;
}

function streamInfo(session: Session, args: Args): ReplyValue {
  const stream = requiredStream(session, args[2]);
  if (args.length === 3) {
    const first = stream.first();
    const last = stream.last();
    return new MapReply([
      ...facts(stream),
      "groups",
      stream.groupCount,
      "first-entry",
      first === undefined ? null : entryReply(first),
      "last-entry",
      last === undefined ? null : entryReply(last),
    ]);
  }
  const count = fullCount(args);
  const later = session.engine.isAtLeast("7.2");
  return new MapReply([
    ...facts(stream),
    "entries",
    entriesReply(stream, MIN_ID, MAX_ID, count),
    "groups",
    stream.groups().map((group) => fullGroup(stream, group, count, later)),
  ]);
}

/** FULL [COUNT count]; 0: all. @throws ErrorReply */
function fullCount(args: Args): number {
  const isRight =
    isWord(args[3], "FULL") && (args.length === 4 || (args.length === 6 && isWord(args[4], "COUNT")));
  if (!isRight) throw new ErrorReply(subcommandSyntax(args[1], "XINFO"));
  if (args.length === 4) return USUAL_COUNT;
  const count = integerArg(args[5]);
  return count < 0 ? USUAL_COUNT : count;
}

function facts(stream: StreamValue): ReplyValue[] {
  return [
    "length",
    stream.size,
    "radix-tree-keys",
    stream.nodes.length,
    "radix-tree-nodes",
    stream.radixNodes,
    "last-generated-id",
    formatId(stream.lastId),
    "max-deleted-entry-id",
    formatId(stream.maxDeletedId),
    "entries-added",
    stream.entriesAdded,
    "recorded-first-entry-id",
    formatId(stream.firstId),
  ];
}

function fullGroup(stream: StreamValue, group: StreamGroup, count: number, later: boolean): ReplyValue {
  return new MapReply([
    "name",
    group.name,
    "last-delivered-id",
    formatId(group.lastId),
    "entries-read",
    group.entriesRead ?? null,
    "lag",
    stream.lag(group, later) ?? null,
    "pel-count",
    group.pending.size,
    "pending",
    pendingReplies(group.pending.items(), count, (entry) => [
      formatId(entry),
      entry.consumer.name,
      entry.deliveredAt,
      entry.deliveries,
    ]),
    "consumers",
    group.consumers().map((consumer) => fullConsumer(consumer, count, later)),
  ]);
}

function fullConsumer(
  { name, seenAt, activeAt, pending }: Consumer,
  count: number,
  later: boolean,
): ReplyValue {
  return new MapReply([
    "name",
    name,
    "seen-time",
    seenAt,
    ...(later ? ["active-time", activeAt] : []),
    "pel-count",
    pending.size,
    "pending",
    pendingReplies(pending.items(), count, (entry) => [formatId(entry), entry.deliveredAt, entry.deliveries]),
  ]);
}

/** The first `count` pending entries; 0: all. */
function pendingReplies(
  entries: Iterable<PendingEntry>,
  count: number,
  show: (entry: PendingEntry) => ReplyValue,
): ReplyValue[] {
  const found: ReplyValue[] = [];
  for (const entry of entries) if (found.push(show(entry)) === count) break;
  return found;
}

function groupsInfo(session: Session, args: Args): ReplyValue {
  const stream = requiredStream(session, args[2]);
  const later = session.engine.isAtLeast("7.2");
  return stream
    .groups()
    .map(
      (group) =>
        new MapReply([
          "name",
          group.name,
          "consumers",
          group.consumerCount,
          "pending",
          group.pending.size,
          "last-delivered-id",
          formatId(group.lastId),
          "entries-read",
          group.entriesRead ?? null,
          "lag",
          stream.lag(group, later) ?? null,
        ]),
    );
}

function consumersInfo(session: Session, args: Args): ReplyValue {
  const group = requiredStream(session, args[2]).group(args[3]);
  if (group === undefined) throw noSuchGroup(args[3], args[2]);
  const { now } = session.engine;
  const later = session.engine.isAtLeast("7.2");
  return group
    .consumers()
    .map(
      ({ name, pending, seenAt, activeAt }) =>
        new MapReply([
          "name",
          name,
          "pending",
          pending.size,
          "idle",
          Math.max(0, now - seenAt),
          ...(later ? ["inactive", activeAt === -1 ? -1 : Math.max(0, now - activeAt)] : []),
        ]),
    );
}

const HELP = [
  "CONSUMERS <key> <group>",
  "    Tell of the consumers of a group.",
  "GROUPS <key>",
  "    Tell of the consumer groups of a stream.",
  "STREAM <key> [FULL [COUNT <count>]]",
  "    Tell of a stream; FULL: with entries, groups, consumers and what is pending.",
];

export const streamInfoHandlers: Handlers = {
  "XINFO STREAM": streamInfo,
  "XINFO GROUPS": groupsInfo,
  "XINFO CONSUMERS": consumersInfo,
  "XINFO HELP": () => helpReply("XINFO", HELP),
};
