/**
 * Commands to bytes. A request is an array of bulk strings, in RESP2 and RESP3 alike
 * (https://redis.io/docs/latest/develop/reference/protocol-spec/#sending-commands-to-a-redis-server).
 *
 * The output is a one-byte string: many commands are joined by concatenation, which V8 does without
 * copying, and leave in one write. Only what is long and no ASCII stays apart as bytes.
 */
import { ArgumentError } from "../errors.js";
import { latin1Slice, utf8Bytes, utf8Length } from "./bytes.js";

/** One word of a command. */
export type Word = string | number | bigint | Uint8Array;

/** A command ready to be sent: one-byte text, with long binary pieces in between where there are any. */
export type Wire = string | readonly (string | Uint8Array)[];

/** From this length on, bytes are sent from where they are instead of being copied into the text. */
const APART = 2048;
/** Up to this length a look at each character is cheaper than a call into the runtime. */
const SHORT = 40;

const lengths: string[] = Array.from({ length: 512 }, (_, n) => `$${n}\r\n`);
const headers = new Map<string, string[]>();
/** User-made names are cached too, but not without end. */
const MAX_HEADERS = 4096;

/**
 * Encode the command `name` (a container and its subcommand with a blank between them) and `args`.
 * @throws ArgumentError for an argument that is none, or that has no exact form on the wire
 */
export function encode(name: string, args: readonly Word[]): Wire {
  const count = args.length;
  let text = headers.get(name)?.[count] ?? header(name, count);
  for (let i = 0; i < count; i++) {
    const arg = args[i];
    if (typeof arg === "string") {
      const length = arg.length;
      if (length <= SHORT ? isShortAscii(arg, length) : utf8Length(arg) === length) {
        text += `${length < 512 ? lengths[length] : `$${length}\r\n`}${arg}\r\n`;
        continue;
      }
    } else if (typeof arg === "number") {
      const digits = decimal(arg, name, i);
      text += `${lengths[digits.length]}${digits}\r\n`;
      continue;
    }
    const bytes = bytesOfArgument(arg, name, i);
    if (bytes.length >= APART) return encodeApart(name, args, i, text);
    text += `${lengths[bytes.length] ?? `$${bytes.length}\r\n`}${latin1Slice(bytes, 0, bytes.length)}\r\n`;
  }
  return text;
}

/** The length of `wire` in bytes. */
export function wireLength(wire: Wire): number {
  if (typeof wire === "string") return wire.length;
  let sum = 0;
  for (const piece of wire) sum += piece.length;
  return sum;
}

/**
 * Append `text` and all of `wire` but its last piece, which is text, to `pieces`.
 * @returns that last piece: the text that further commands are joined to
 */
export function joinPieces(
  pieces: (string | Uint8Array)[],
  text: string,
  wire: readonly (string | Uint8Array)[],
): string {
  pieces.push(text);
  const last = wire.length - 1;
  for (let i = 0; i < last; i++) pieces.push(wire[i]);
  return wire[last] as string;
}

function isShortAscii(text: string, length: number): boolean {
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

/** The rest of a command that has at least one long binary piece, from argument `from` on. */
function encodeApart(name: string, args: readonly Word[], from: number, head: string): Wire {
  const pieces: (string | Uint8Array)[] = [];
  let text = head;
  for (let i = from; i < args.length; i++) {
    const bytes = bytesOfArgument(args[i], name, i);
    text += `$${bytes.length}\r\n`;
    if (bytes.length < APART) text += latin1Slice(bytes, 0, bytes.length);
    else {
      pieces.push(text, bytes);
      text = "";
    }
    text += "\r\n";
  }
  pieces.push(text);
  return pieces;
}

function header(name: string, count: number): string {
  const words = name.split(" ");
  let text = `*${words.length + count}\r\n`;
  for (const word of words) text += `$${utf8Length(word)}\r\n${oneByte(word)}\r\n`;
  let known = headers.get(name);
  if (known === undefined && headers.size < MAX_HEADERS) {
    known = [];
    headers.set(name, known);
  }
  if (known !== undefined && count < 64) known[count] = text;
  return text;
}

function oneByte(text: string): string {
  const bytes = utf8Bytes(text);
  return latin1Slice(bytes, 0, bytes.length);
}

function decimal(value: number, name: string, index: number): string {
  if (value === Number.POSITIVE_INFINITY) return "inf";
  if (value === Number.NEGATIVE_INFINITY) return "-inf";
  // biome-ignore lint/suspicious/noSelfCompare: the cheapest test for NaN on the hot path
  if (value !== value) throw refused(name, index, "is NaN");
  return `${value}`;
}

function bytesOfArgument(arg: unknown, name: string, index: number): Uint8Array {
  if (arg instanceof Uint8Array) return arg;
  if (typeof arg === "string") {
    if (arg.isWellFormed()) return utf8Bytes(arg);
    throw refused(name, index, "holds a lone surrogate, which has no UTF-8 form; send bytes instead");
  }
  if (typeof arg === "number") return utf8Bytes(decimal(arg, name, index));
  if (typeof arg === "bigint") return utf8Bytes(arg.toString());
  const kind = arg === null ? "null" : Array.isArray(arg) ? "an array" : typeof arg;
  const article = kind === "object" ? "an object" : kind === "boolean" ? "a boolean" : kind;
  throw refused(name, index, `is ${article}; allowed are string, number, bigint, Buffer and Uint8Array`);
}

function refused(name: string, index: number, why: string): ArgumentError {
  return new ArgumentError(`Argument ${index + 1} of ${name} ${why}`, { command: name });
}
