/** XGROUP and XACK. */
import { ErrorReply, OK, type ReplyValue } from "../../../protocol/reply.js";
import { int64Arg, isWord } from "../arguments.js";
import type { Database } from "../database.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { shown, subcommandSyntax } from "../texts.js";
import { StreamValue } from "../types/stream.js";
import type { Consumer, StreamGroup } from "../types/stream-group.js";
import { MIN_ID } from "../types/stream-id.js";
import type { Int64 } from "../types/uint64.js";
import { idArg, idArgs, looseIdArg } from "./stream-arguments.js";
import { streamToRead } from "./stream-replies.js";

const KEY_REQUIRED =
  "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.";
const BUSY_GROUP = "BUSYGROUP Consumer Group name already exists";

/** The error of XGROUP and XINFO for a group that is not there. */
export function noSuchGroup(group: string, key: string): ErrorReply {
  return new ErrorReply(
    `NOGROUP No such consumer group '${shown(group, group.length)}' for key name '${shown(key, key.length)}'`,
  );
}

/** The error of other commands when there is no such key or no such group. */
export function noSuchKeyOrGroup(key: string, group: string): ErrorReply {
  return new ErrorReply(
    `NOGROUP No such key '${shown(key, key.length)}' or consumer group '${shown(group, group.length)}'`,
  );
}

/** The consumer of that name, who has now been seen; made with its event when there is none. */
export function consumerAt(
  db: Database,
  key: string,
  group: StreamGroup,
  name: string,
  now: number,
): Consumer {
  const found = group.consumer(name);
  if (found !== undefined) {
    found.seenAt = now;
    return found;
  }
  const made = group.addConsumer(name, now) as Consumer;
  db.changedQuietly(key);
  db.event(key, Notify.STREAM, "xgroup-createconsumer");
  return made;
}

/** MKSTREAM and ENTRIESREAD, behind the fifth word. */
interface GroupOptions {
  readonly makeStream: boolean;
  /** `undefined`: not known. */
  readonly entriesRead: Int64 | undefined;
}

function groupOptions(args: Args, isCreate: boolean): GroupOptions {
  let makeStream = false;
  let entriesRead: Int64 | undefined;
  for (let i = 5; i < args.length; i++) {
    if (isCreate && isWord(args[i], "MKSTREAM")) makeStream = true;
    else if (isWord(args[i], "ENTRIESREAD") && i + 1 < args.length) {
      const count = int64Arg(args[++i]);
      if (count < -1) throw new ErrorReply("ERR value for ENTRIESREAD must be positive or -1");
      entriesRead = count === -1 ? undefined : count;
    } else throw new ErrorReply(subcommandSyntax(args[1], "XGROUP"));
  }
  return { makeStream, entriesRead };
}

function requiredStream(session: Session, args: Args): StreamValue {
  const stream = session.db.stream(args[2]);
  if (stream === undefined) throw new ErrorReply(KEY_REQUIRED);
  return stream;
}

function requiredGroup(session: Session, args: Args): StreamGroup {
  const group = requiredStream(session, args).group(args[3]);
  if (group === undefined) throw noSuchGroup(args[3], args[2]);
  return group;
}

function create(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const [, , key, name] = args;
  const { makeStream, entriesRead } = groupOptions(args, true);
  const found = makeStream ? db.stream(key) : requiredStream(session, args);
  if (args.length > 8) throw new ErrorReply(subcommandSyntax(args[1], "XGROUP"));
  const id = args[4] === "$" ? (found?.lastId ?? MIN_ID) : idArg(args[4]);
  const stream = found ?? new StreamValue();
  if (stream.addGroup(name, id, entriesRead) === undefined) throw new ErrorReply(BUSY_GROUP);
  if (found === undefined) {
    db.put(key, stream);
    db.modified(key, Notify.STREAM, "xgroup-create");
  } else {
    db.changedQuietly(key);
    db.event(key, Notify.STREAM, "xgroup-create");
  }
  return OK;
}

function setId(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const { entriesRead } = groupOptions(args, false);
  const group = requiredGroup(session, args);
  if (args.length > 7) throw new ErrorReply(subcommandSyntax(args[1], "XGROUP"));
  group.lastId = args[4] === "$" ? requiredStream(session, args).lastId : looseIdArg(args[4]);
  group.entriesRead = entriesRead;
  db.changedQuietly(args[2]);
  db.event(args[2], Notify.STREAM, "xgroup-setid");
  return OK;
}

function destroy(session: Session, args: Args): ReplyValue {
  const { db } = session;
  if (!requiredStream(session, args).removeGroup(args[3])) return 0;
  db.changedQuietly(args[2]);
  db.event(args[2], Notify.STREAM, "xgroup-destroy");
  db.wake(args[2]);
  return 1;
}

function createConsumer(session: Session, args: Args): ReplyValue {
  const group = requiredGroup(session, args);
  if (group.consumer(args[4]) !== undefined) return 0;
  consumerAt(session.db, args[2], group, args[4], session.engine.now);
  return 1;
}

function deleteConsumer(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const group = requiredGroup(session, args);
  const consumer = group.consumer(args[4]);
  if (consumer === undefined) return 0;
  const pending = group.removeConsumer(consumer);
  db.changedQuietly(args[2]);
  db.event(args[2], Notify.STREAM, "xgroup-delconsumer");
  return pending;
}

function xack(session: Session, args: Args): number {
  const { db } = session;
  const group = streamToRead(db, args[1])?.group(args[2]);
  if (group === undefined) return 0;
  let acknowledged = 0;
  for (const id of idArgs(args, 3)) if (group.acknowledge(id)) acknowledged++;
  if (acknowledged !== 0) db.changedQuietly(args[1]);
  return acknowledged;
}

const HELP = [
  "CREATE <key> <group> <id|$> [MKSTREAM] [ENTRIESREAD <count>]",
  "    Make a consumer group that reads what comes behind <id>; $: behind the last entry.",
  "CREATECONSUMER <key> <group> <consumer>",
  "    Make a consumer.",
  "DELCONSUMER <key> <group> <consumer>",
  "    Remove a consumer with its pending entries.",
  "DESTROY <key> <group>",
  "    Remove a consumer group.",
  "SETID <key> <group> <id|$> [ENTRIESREAD <count>]",
  "    Let a group go on behind <id>.",
];

export const streamGroupHandlers: Handlers = {
  "XGROUP CREATE": create,
  "XGROUP SETID": setId,
  "XGROUP DESTROY": destroy,
  "XGROUP CREATECONSUMER": createConsumer,
  "XGROUP DELCONSUMER": deleteConsumer,
  "XGROUP HELP": () => helpReply("XGROUP", HELP),
  XACK: xack,
};
