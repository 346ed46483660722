/** DUMP and RESTORE: values as binary payloads that redis-server and this server exchange. */
import { ErrorReply, OK, type ReplyValue } from "../../../protocol/reply.js";
import { int64Arg, isWord } from "../arguments.js";
import { Malformed } from "../dump/byte-reader.js";
import { decodeValue } from "../dump/decode.js";
import { encodePayload } from "../dump/encode.js";
import { openPayload } from "../dump/payload.js";
import type { Engine } from "../engine.js";
import type { Args, Handlers } from "../handler.js";
import type { Value } from "../keyspace.js";
import { setAccess } from "../memory.js";
import { Notify } from "../notify.js";
import type { LogLevel } from "../server-files.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR } from "../texts.js";

const BUSY_KEY = "BUSYKEY Target key name already exists.";
const INVALID_TTL = "ERR Invalid TTL value, must be >= 0";
const INVALID_IDLE_TIME = "ERR Invalid IDLETIME value, must be >= 0";
const INVALID_FREQUENCY = "ERR Invalid FREQ value, must be >= 0 and <= 255";
const WRONG_FOOTER = "ERR DUMP payload version or checksum are wrong";
const VERBOSE: LogLevel = 1;
const BAD_DATA_FORMAT = "ERR Bad data format";

/** The value at a key as DUMP gives it; `undefined` when there is none. */
export function payloadOf(session: Session, key: string): string | undefined {
  const value = session.db.get(key);
  if (value === undefined) return undefined;
  const { config } = session.engine;
  return encodePayload(value, {
    compress: config.get("rdbcompression") === "yes",
    listMaxListpackSize: config.listMaxListpackSize,
  });
}

function dump(session: Session, args: Args): ReplyValue {
  return payloadOf(session, args[1]) ?? null;
}

interface RestoreOptions {
  replace: boolean;
  /** Is the time to live a point in time? */
  absolute: boolean;
  /** Seconds since the last access. */
  idle: number | undefined;
  frequency: number | undefined;
}

function parseRestoreOptions(args: Args): RestoreOptions {
  const options: RestoreOptions = { replace: false, absolute: false, idle: undefined, frequency: undefined };
  for (let i = 4; i < args.length; i++) {
    const word = args[i];
    const hasMore = i + 1 < args.length;
    if (isWord(word, "REPLACE")) options.replace = true;
    else if (isWord(word, "ABSTTL")) options.absolute = true;
    else if (isWord(word, "IDLETIME") && hasMore && options.frequency === undefined) {
      options.idle = Number(int64Arg(args[++i]));
      if (options.idle < 0) throw new ErrorReply(INVALID_IDLE_TIME);
    } else if (isWord(word, "FREQ") && hasMore && options.idle === undefined) {
      options.frequency = Number(int64Arg(args[++i]));
      if (options.frequency < 0 || options.frequency > 255) throw new ErrorReply(INVALID_FREQUENCY);
    } else throw new ErrorReply(SYNTAX_ERROR);
  }
  return options;
}

/** When the key expires (ms since 1970); `undefined`: never. */
function restoreDeadline(text: string, absolute: boolean, now: number): number | undefined {
  const ttl = int64Arg(text);
  if (ttl < 0) throw new ErrorReply(INVALID_TTL);
  if (ttl === 0) return undefined;
  if (absolute) return Number(ttl);
  // What does not fit 64 bits becomes a moment long ago there.
  return Number(BigInt.asIntN(64, BigInt(ttl) + BigInt(now)));
}

function decode(payload: string, engine: Engine): Value {
  const data = openPayload(payload, engine.skipsChecksums);
  if (data === undefined) throw new ErrorReply(WRONG_FOOTER);
  try {
    return decodeValue(data, engine.config);
  } catch (error) {
    if (error instanceof Malformed) {
      engine.log?.(VERBOSE, `The payload is broken: ${error.reason}`);
      throw new ErrorReply(BAD_DATA_FORMAT);
    }
    throw error;
  }
}

function restore(session: Session, args: Args): ReplyValue {
  const { db, engine } = session;
  const key = args[1];
  const options = parseRestoreOptions(args);
  if (!options.replace && db.has(key)) throw new ErrorReply(BUSY_KEY);
  const deadline = restoreDeadline(args[2], options.absolute, engine.now);
  const value = decode(args[3], engine);
  const replaced = options.replace && db.delete(key);
  if (deadline !== undefined && engine.isPast(deadline)) {
    if (replaced) db.modified(key, Notify.GENERIC, "del");
    engine.propagation?.instead(["DEL", key]);
    return OK;
  }
  const entry = db.put(key, value);
  if (deadline !== undefined) db.setExpiry(key, deadline);
  setAccess(entry, options, engine);
  db.modified(key, Notify.GENERIC, "restore");
  if (deadline !== undefined && !options.absolute) {
    engine.propagation?.instead([args[0], key, String(deadline), ...args.slice(3), "ABSTTL"]);
  }
  return OK;
}

export const transferHandlers: Handlers = {
  DUMP: dump,
  RESTORE: restore,
  "RESTORE-ASKING": restore,
};
