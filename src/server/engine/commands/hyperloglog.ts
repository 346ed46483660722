/** HyperLogLog commands. @see https://redis.io/docs/latest/commands/?group=hyperloglog */
import { ErrorReply, OK, type ReplyValue, SimpleString } from "../../../protocol/reply.js";
import { isWord } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import type { Entry } from "../keyspace.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { shown } from "../texts.js";
import { REGISTERS } from "../types/cardinality.js";
import { CORRUPT, countMerged, HyperLogLog, isHyperLogLog } from "../types/hyperloglog.js";
import { MutableString } from "../types/string.js";
import { pfselftest } from "./hyperloglog-selftest.js";
import { stringOf } from "./string-ranges.js";

const NOT_A_HYPERLOGLOG = "WRONGTYPE Key is not a valid HyperLogLog string value.";
const CORRUPTED = "INVALIDOBJ Corrupted HLL object detected";

/** No class of events: a change that nobody is told of but those who WATCH or track. */
const SILENT = 0;

/** The HyperLogLog of a key, to be read. @throws ErrorReply when it is none */
function readable(entry: Entry): HyperLogLog {
  const value = stringOf(entry.value);
  if (value === undefined || !isHyperLogLog(value)) throw new ErrorReply(NOT_A_HYPERLOGLOG);
  return new HyperLogLog(typeof value === "string" ? new MutableString(value) : value);
}

/** The HyperLogLog of a key, to be changed in place. @throws ErrorReply when it is none */
function editable(entry: Entry): HyperLogLog {
  const found = readable(entry);
  found.string.toRaw();
  entry.value = found.string;
  return found;
}

function maxSparseBytes(session: Session): number {
  return session.engine.config.number("hll-sparse-max-bytes");
}

function pfadd(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const key = args[1];
  const entry = db.find(key);
  const limit = maxSparseBytes(session);
  let changed = entry === undefined;
  const target = entry === undefined ? create(session, key) : editable(entry);
  for (let i = 2; i < args.length; i++) {
    const added = target.add(args[i], limit);
    if (added === CORRUPT) throw new ErrorReply(CORRUPTED);
    if (added) changed = true;
  }
  if (!changed) return 0;
  target.forgetEstimate();
  db.modified(key, Notify.STRING, "pfadd");
  return 1;
}

function create(session: Session, key: string): HyperLogLog {
  const made = HyperLogLog.create();
  session.db.put(key, made.string);
  return made;
}

function pfcount(session: Session, args: Args): ReplyValue {
  if (args.length > 2) return countMerged(mergedRegisters(session, args).registers);
  const { db } = session;
  const entry = db.findToRead(args[1]);
  if (entry === undefined) return 0;
  db.ownValue(entry);
  const counted = editable(entry);
  const known = counted.estimate;
  if (known !== undefined) return known;
  const count = counted.count();
  if (count === CORRUPT) throw new ErrorReply(CORRUPTED);
  counted.estimate = count;
  db.modified(args[1], SILENT, "");
  return count;
}

/** Of each register the greatest of all keys, a byte each. @throws ErrorReply */
function mergedRegisters(
  session: Session,
  args: Args,
): { readonly registers: Uint8Array; readonly isDense: boolean } {
  const registers = new Uint8Array(REGISTERS);
  let isDense = false;
  for (let i = 1; i < args.length; i++) {
    const entry = session.db.findToRead(args[i]);
    if (entry === undefined) continue;
    const source = readable(entry);
    if (source.encoding === "dense") isDense = true;
    if (!source.mergeInto(registers)) throw new ErrorReply(CORRUPTED);
  }
  return { registers, isDense };
}

function pfmerge(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const key = args[1];
  const { registers, isDense } = mergedRegisters(session, args);
  const entry = db.find(key);
  const target = entry === undefined ? create(session, key) : editable(entry);
  if (isDense) target.toDense();
  const limit = maxSparseBytes(session);
  for (let register = 0; register < REGISTERS; register++) {
    if (registers[register] !== 0) target.raise(register, registers[register], limit);
  }
  target.forgetEstimate();
  db.modified(key, Notify.STRING, "pfadd");
  return OK;
}

function pfdebug(session: Session, args: Args): ReplyValue {
  const [, subcommand, key] = args;
  const entry = session.db.find(key);
  if (entry === undefined) throw new ErrorReply("ERR The specified key does not exist");
  const target = editable(entry);
  if (isWord(subcommand, "GETREG")) {
    if (target.encoding === "sparse") makeDense(session, key, target);
    return target.registers();
  }
  if (isWord(subcommand, "DECODE")) {
    if (target.encoding === "dense") throw new ErrorReply("ERR HLL encoding is not sparse");
    return target.describeRuns();
  }
  if (isWord(subcommand, "ENCODING")) return new SimpleString(target.encoding);
  if (isWord(subcommand, "TODENSE")) {
    if (target.encoding === "dense") return 0;
    makeDense(session, key, target);
    return 1;
  }
  throw new ErrorReply(`ERR Unknown PFDEBUG subcommand '${shown(subcommand, subcommand.length)}'`);
}

/** Nobody is told of it, because nothing but the encoding changes. @throws ErrorReply */
function makeDense(session: Session, key: string, target: HyperLogLog): void {
  const { engine, db } = session;
  if (!target.toDense()) throw new ErrorReply(CORRUPTED);
  engine.dirty++;
  if (engine.measuresMemory) db.measure(key);
}

/** The HyperLogLog commands. */
export const hyperLogLogHandlers: Handlers = {
  PFADD: pfadd,
  PFCOUNT: pfcount,
  PFMERGE: pfmerge,
  PFDEBUG: pfdebug,
  PFSELFTEST: pfselftest,
};
