/** BITFIELD: integers of any width up to 64 bits, at any bit of a string. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { int64Arg, isWord, narrow, parseInteger } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR } from "../texts.js";
import { MutableString } from "../types/string.js";
import { bitOffsetArg } from "./bit-offset.js";
import { mutableString, readableString } from "./string-ranges.js";

const BAD_TYPE =
  "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.";

type Overflow = "WRAP" | "SAT" | "FAIL";

interface Operation {
  readonly name: "GET" | "SET" | "INCRBY";
  readonly signed: boolean;
  readonly width: number;
  readonly offset: number;
  readonly operand: bigint;
  readonly overflow: Overflow;
}

function typeArg(text: string): { readonly signed: boolean; readonly width: number } {
  const signed = text.startsWith("i");
  const width = signed || text.startsWith("u") ? parseInteger(text.slice(1)) : undefined;
  if (typeof width !== "number" || width < 1 || width > (signed ? 64 : 63)) throw new ErrorReply(BAD_TYPE);
  return { signed, width };
}

function overflowArg(text: string): Overflow {
  if (isWord(text, "WRAP")) return "WRAP";
  if (isWord(text, "SAT")) return "SAT";
  if (isWord(text, "FAIL")) return "FAIL";
  throw new ErrorReply("ERR Invalid OVERFLOW type specified");
}

function parseOperations(session: Session, args: Args): Operation[] {
  const operations: Operation[] = [];
  let overflow: Overflow = "WRAP";
  for (let i = 2; i < args.length; ) {
    const left = args.length - i - 1;
    if (isWord(args[i], "OVERFLOW") && left >= 1) {
      overflow = overflowArg(args[i + 1]);
      i += 2;
      continue;
    }
    let name: Operation["name"];
    if (isWord(args[i], "GET") && left >= 2) name = "GET";
    else if (isWord(args[i], "SET") && left >= 3) name = "SET";
    else if (isWord(args[i], "INCRBY") && left >= 3) name = "INCRBY";
    else throw new ErrorReply(SYNTAX_ERROR);
    const { signed, width } = typeArg(args[i + 1]);
    const offset = bitOffsetArg(session, args[i + 2], width);
    const operand = name === "GET" ? 0n : BigInt(int64Arg(args[i + 3]));
    operations.push({ name, signed, width, offset, operand, overflow });
    i += name === "GET" ? 3 : 4;
  }
  return operations;
}

/** Reads `width` bits, zeros behind the end. */
function readBits(value: string | MutableString | undefined, offset: number, width: number): bigint {
  const first = Math.floor(offset / 8);
  const last = Math.floor((offset + width - 1) / 8);
  let bits = 0n;
  for (let index = first; index <= last; index++) {
    let byte = 0;
    if (typeof value === "string") byte = index < value.length ? value.charCodeAt(index) : 0;
    else if (value !== undefined) byte = value.at(index);
    bits = (bits << 8n) | BigInt(byte);
  }
  const behind = (last + 1) * 8 - (offset + width);
  return BigInt.asUintN(width, bits >> BigInt(behind));
}

function writeBits(value: MutableString, offset: number, width: number, bits: bigint): void {
  const first = Math.floor(offset / 8);
  const last = Math.floor((offset + width - 1) / 8);
  const behind = BigInt((last + 1) * 8 - (offset + width));
  const mask = BigInt.asUintN(width, -1n) << behind;
  const moved = (BigInt.asUintN(width, bits) << behind) & mask;
  for (let index = last, shift = 0n; index >= first; index--, shift += 8n) {
    const keep = ~Number((mask >> shift) & 0xffn) & value.at(index);
    value.setByte(index, keep | Number((moved >> shift) & 0xffn));
  }
}

/** The value as it fits the field; `undefined` where it does not and OVERFLOW FAIL was chosen. */
function fitted(value: bigint, { name, signed, width, overflow }: Operation): bigint | undefined {
  const wrapped = signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
  if (wrapped === value || overflow === "WRAP") return wrapped;
  if (overflow === "FAIL") return undefined;
  const max = (1n << BigInt(signed ? width - 1 : width)) - 1n;
  // For SET redis-server takes the difference in 64 bits: a value near the least int64 counts as too big.
  if (value > max || (name === "SET" && BigInt.asIntN(64, max - value) < 0n)) return max;
  return signed ? -max - 1n : 0n;
}

function bitfield(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const key = args[1];
  const operations = parseOperations(session, args);
  const writes = operations.filter((operation) => operation.name !== "GET");
  let value = readableString(db, key);
  let grown = false;
  if (writes.length > 0) {
    value = mutableString(db, key) ?? (db.put(key, new MutableString("")).value as MutableString);
    // The string grows to hold every field, even one that OVERFLOW FAIL then leaves alone.
    const end = Math.max(...writes.map(({ offset, width }) => Math.floor((offset + width - 1) / 8) + 1));
    grown = end > value.length;
    value.grow(end);
  }
  let changed = false;
  const replies = operations.map((operation): ReplyValue => {
    const { name, signed, width, offset, operand } = operation;
    const bits = readBits(value, offset, width);
    const before = signed ? BigInt.asIntN(width, bits) : bits;
    if (name === "GET") return narrow(before);
    // A value to be set in an unsigned field is taken as unsigned: -1 is too big, not too small.
    const wanted = name === "INCRBY" ? before + operand : signed ? operand : BigInt.asUintN(64, operand);
    const after = fitted(wanted, operation);
    if (after === undefined) return null;
    writeBits(value as MutableString, offset, width, after);
    if (grown || after !== before) changed = true;
    return narrow(name === "SET" ? before : after);
  });
  if (changed) db.modified(key, Notify.STRING, "setbit");
  return replies;
}

function bitfieldReadOnly(session: Session, args: Args): ReplyValue {
  const operations = parseOperations(session, args);
  if (operations.some((operation) => operation.name !== "GET")) {
    throw new ErrorReply("ERR BITFIELD_RO only supports the GET subcommand");
  }
  return bitfield(session, args);
}

export const bitfieldHandlers: Handlers = {
  BITFIELD: bitfield,
  BITFIELD_RO: bitfieldReadOnly,
};
