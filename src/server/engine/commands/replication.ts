/** Being a master: how replicas join, what they report, and what is told of them. A replica this server cannot be. */
import { ErrorReply, OK, Replies, type ReplyValue } from "../../../protocol/reply.js";
import { int64Arg, integerArg, isWord, parseInteger, rangeArg, upperCase } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import type { Replica } from "../replication/replica.js";
import type { Session } from "../session.js";
import { splitWords } from "../split-words.js";
import { SYNTAX_ERROR } from "../texts.js";

const NO_REPLY = new Replies([]);
const LONGEST_HOST = 256;

/** REPLICAOF and SLAVEOF: a master it is already, a replica it cannot be. */
function replicaof(_session: Session, args: Args): ReplyValue {
  if (isWord(args[1], "NO") && isWord(args[2], "ONE")) return OK;
  const port = parseInteger(args[2]);
  if (port === undefined || port < 0 || port > 65535) throw new ErrorReply("ERR Invalid master port");
  throw new ErrorReply("ERR this server cannot be a replica");
}

function failover({ engine }: Session, args: Args): ReplyValue {
  if (args.length === 2 && isWord(args[1], "ABORT")) throw new ErrorReply("ERR No failover in progress.");
  const given = new Set<string>();
  for (let i = 1; i < args.length; i++) {
    const option = upperCase(args[i]);
    if (given.has(option)) throw new ErrorReply(SYNTAX_ERROR);
    given.add(option);
    if (option === "TO" && i + 2 < args.length) {
      integerArg(args[i + 2]);
      i += 2;
    } else if (option === "TIMEOUT" && i + 1 < args.length) {
      if (integerArg(args[++i]) <= 0) throw new ErrorReply("ERR FAILOVER timeout must be greater than 0");
    } else if (option !== "FORCE") {
      throw new ErrorReply(SYNTAX_ERROR);
    }
  }
  if (engine.replication.replicas.size === 0) {
    throw new ErrorReply("ERR FAILOVER requires connected replicas.");
  }
  throw new ErrorReply("ERR this server cannot become a replica of one of its replicas");
}

/** SYNC, and PSYNC replication-id offset */
function sync(session: Session, args: Args): ReplyValue {
  // It has been sent everything already.
  if (session.onlyListens) return NO_REPLY;
  const { replication } = session.engine;
  const replica = session.replica;
  if (replica !== undefined && (replica.withoutKeys || replica.withoutFunctions) && !replica.takesEndMark) {
    throw new ErrorReply("ERR Filtered replica requires EOF capability");
  }
  if (args.length === 1) replication.syncFully(session, false);
  else {
    if (args.length > 3 && isWord(args[3], "FAILOVER")) {
      throw new ErrorReply("ERR PSYNC FAILOVER can't be sent to a master.");
    }
    const from = Number(int64Arg(args[2]));
    if (!replication.syncPartially(session, args[1], from)) replication.syncFully(session, true);
  }
  return NO_REPLY;
}

/** REPLCONF option value [option value ...]: how replicas introduce themselves, and report. */
function replconf(session: Session, args: Args): ReplyValue {
  if (args.length % 2 === 0) throw new ErrorReply(SYNTAX_ERROR);
  const { replication } = session.engine;
  for (let i = 1; i < args.length; i += 2) {
    const value = args[i + 1];
    if (isWord(args[i], "ACK")) {
      const offset = parseInteger(value);
      if (session.replica?.attached && offset !== undefined) {
        replication.acknowledge(session.replica, Number(offset));
      }
      return NO_REPLY;
    }
    // Only replicas are asked.
    if (isWord(args[i], "GETACK")) return NO_REPLY;
    introduce(replication.replicaOf(session), args[i], value);
  }
  return OK;
}

function introduce(replica: Replica, option: string, value: string): void {
  if (isWord(option, "LISTENING-PORT")) replica.port = integerArg(value);
  else if (isWord(option, "IP-ADDRESS")) {
    if (value.length >= LONGEST_HOST) {
      throw new ErrorReply(
        `ERR REPLCONF ip-address provided by replica instance is too long: ${value.length} bytes`,
      );
    }
    replica.address = value;
  } else if (isWord(option, "CAPA")) {
    if (isWord(value, "EOF")) replica.takesEndMark = true;
    else if (isWord(value, "PSYNC2")) replica.takesNewId = true;
  } else if (isWord(option, "RDB-ONLY")) {
    replica.onlyData = rangeArg(value, 0, 1, "ERR value is out of range, value must between 0 and 1") === 1;
  } else if (isWord(option, "RDB-FILTER-ONLY")) filterData(replica, value);
  else throw new ErrorReply(`ERR Unrecognized REPLCONF option: ${option}`);
}

function filterData(replica: Replica, filters: string): void {
  const words = splitWords(filters);
  if (words === undefined) throw new ErrorReply("ERR Missing rdb-filter-only values");
  replica.withoutKeys = true;
  replica.withoutFunctions = true;
  for (const word of words) {
    if (!isWord(word, "FUNCTIONS")) {
      throw new ErrorReply(`ERR Unsupported rdb-filter-only option: ${word}`);
    }
    replica.withoutFunctions = false;
  }
}

function role({ engine }: Session): ReplyValue {
  const { offset, replicas } = engine.replication;
  const online = [...replicas].filter(({ isOnline }) => isOnline);
  const known = online.map(({ host, port, acknowledged }) => [host, String(port), String(acknowledged)]);
  return ["master", offset, known];
}

/** The commands about masters and replicas. */
export const replicationHandlers: Handlers = {
  REPLICAOF: replicaof,
  SLAVEOF: replicaof,
  FAILOVER: failover,
  PSYNC: sync,
  REPLCONF: replconf,
  ROLE: role,
  SYNC: sync,
};
