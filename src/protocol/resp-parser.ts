/**
 * The default parser: RESP2 and RESP3, incremental and iterative.
 *
 * It stops only between elements: what is left of a chunk is kept (a long string in a buffer of its
 * own, anything else as it is) and read again with the next chunk. Open aggregates stand on a stack,
 * so that neither depth nor the place of a cut costs a function call.
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
import { DecodeError, replyError } from "../errors.js";
import { allocate, copyOf, isAscii, joined, latin1Slice, outsideHeap, utf8Slice } from "./bytes.js";
import { parseDouble } from "./double.js";
import { FieldNames } from "./field-names.js";
import { GatheredString } from "./gathered-string.js";
import {
  type Parser,
  type ParserFactory,
  type ParserLimits,
  type RawReply,
  type ReplySink,
  RespMap,
  WANT_BIGINT,
  WANT_BYTES,
  WANT_REPEATS,
} from "./parser.js";
import { ReplyHead } from "./reply-head.js";
import { MAX_TEXT, utf8 } from "./text.js";
import { broken, noType } from "./violation.js";

/** The parser that clients use unless told otherwise. */
export const respParser: ParserFactory = {
  name: "resp",
  protocol: 3,
  create: (sink, limits) => new RespParser(sink, limits),
};

const CR = 13;
const LF = 10;
const MINUS = 45;
const ZERO = 48;
/** `+ - _ , # ( .`: the types of which a value is one line. */
const LINE_TYPES: ReadonlySet<number> = new Set([43, 45, 95, 44, 35, 40, 46]);
/** Longest line of a simple string or an error. */
const MAX_LINE = 64 * 1024;
/** An incomplete string longer than this gets a buffer of its own. */
const GATHER = 4096;
/** V8 copies slices shorter than 13 characters; a longer one would keep the whole window alive. */
const COPIED_SLICE = 13;
/** How much of a chunk is turned into one string, of which short strings are slices. */
const WINDOW = 4096;
/** Arrays are made in full length up to here; a longer one grows with what really comes. */
const PREALLOCATED = 65_536;

/** Returned where the chunk ends before the element does. */
const INCOMPLETE = Symbol("incomplete");
/** Returned where an aggregate was opened: its elements follow. */
const OPENED = Symbol("opened");
/** Returned for the end of a streamed aggregate, and for a chunk of a streamed string. */
const CLOSED = Symbol("closed");

/** What {@link RespParser.length} says of `?`, and of a line that is not complete. */
const STREAMED = -2;
const PARTIAL = -3;

const EMPTY = new Uint8Array(0);
const NOTHING: RawReply[] = [];

const Kind = { ARRAY: 0, MAP: 1, PUSH: 2, ATTRIBUTE: 3, STREAMED_STRING: 4 } as const;

/** An aggregate whose elements are still coming. */
interface Frame {
  kind: number;
  items: RawReply[];
  /** How many elements it has when complete; negative: until the end marker of what is streamed. */
  missing: number;
  filled: number;
}

class RespParser implements Parser {
  private readonly sink: ReplySink;
  private readonly limits: ParserLimits;
  private carry: Uint8Array | null = null;
  private gathered: GatheredString | null = null;

  private readonly stack: Frame[] = [];
  private depth = 0;
  /** `WANT_*` bits of the reply being read; -1 between replies. */
  private wants = -1;
  private flaw: DecodeError | null = null;
  private names: FieldNames | null = null;

  private buffer: Uint8Array = EMPTY;
  private end = 0;
  private at = 0;
  private ascii = false;
  private window = "";
  private windowStart = 0;
  private windowEnd = 0;

  /** How the last reply began, where repeats are wanted. */
  private head: ReplyHead | null = null;
  /** Where the reply being read begins in this chunk (-1: before it), and its last element. Kept where repeats are wanted. */
  private replyStart = -1;
  private lastStart = -1;

  constructor(sink: ReplySink, limits: ParserLimits) {
    this.sink = sink;
    this.limits = limits;
  }

  feed(chunk: Uint8Array, length: number): void {
    this.buffer = chunk;
    this.end = length;
    this.at = 0;
    this.replyStart = -1;
    if (this.gathered !== null) this.gather(this.gathered);
    else if (this.carry !== null) {
      const joined = allocate(this.carry.length + length);
      joined.set(this.carry);
      joined.set(chunk.subarray(0, length), this.carry.length);
      this.carry = null;
      this.buffer = joined;
      this.end = joined.length;
    }
    if (this.at < this.end) {
      this.ascii = isAscii(this.buffer, this.end);
      this.windowStart = this.windowEnd = 0;
      this.run();
    }
    // The chunk belongs to the caller, who will write over it.
    this.buffer = EMPTY;
    this.window = "";
  }

  private run(): void {
    while (this.at < this.end) {
      const start = this.at;
      if (this.wants < 0) {
        this.wants = this.sink.wants(this.buffer[start] === 62);
        if ((this.wants & WANT_REPEATS) !== 0) {
          if (this.head !== null && this.head.length > 0 && this.repeats(this.head)) continue;
          this.replyStart = start;
        }
      }
      const value = this.element();
      if (typeof value !== "symbol") {
        if ((this.wants & WANT_REPEATS) !== 0) this.lastStart = this.depth === 1 ? start : -1;
        this.deliver(value);
      } else if (value === INCOMPLETE) {
        if (this.gathered === null) this.carry = copyOf(this.buffer, start, this.end);
        return;
      } else if (value === CLOSED) {
        this.lastStart = -1;
        this.close();
      }
    }
  }

  /**
   * Read replies that begin as the last one did: a run of messages to one channel. Only their last
   * element, a string, is made.
   * @returns whether there was one
   */
  private repeats(head: ReplyHead): boolean {
    const { buffer, end } = this;
    const first = this.at;
    let start = first;
    while (start + head.length < end && head.matches(buffer, start)) {
      this.at = start + head.length;
      const length = this.length();
      const from = this.at;
      const to = from + length;
      if (length < 0 || length > this.limits.maxLength || to + 2 > end) break;
      if (buffer[to] !== CR || buffer[to + 1] !== LF) throw broken("a string without CRLF at its end");
      const last = this.text(from, to);
      const flaw = this.flaw;
      this.flaw = null;
      this.at = start = to + 2;
      this.sink.repeated?.(last, flaw);
    }
    this.at = start;
    if (start === first) return false;
    this.wants = -1;
    return true;
  }

  /** Keep the beginning of the reply that ends here. */
  private remember(flaw: DecodeError | null): void {
    this.head ??= new ReplyHead();
    if (this.replyStart < 0 || flaw !== null) this.head.clear();
    else this.head.keep(this.buffer, this.replyStart, this.lastStart);
  }

  /** Read one element at `at`, or open the aggregate that begins there. */
  private element(): RawReply | symbol {
    const type = this.buffer[this.at++];
    switch (type) {
      case 36: // $ bulk string
      case 33: // ! blob error
      case 61: // = verbatim string
      case 59: // ; chunk of a streamed string
        return this.bulk(type);
      case 58: // : integer
        return this.integer();
      case 42: // * array
      case 126: // ~ set
        return this.open(Kind.ARRAY, 1);
      case 37: // % map
        return this.open(Kind.MAP, 2);
      case 62: // > push
        if (this.depth > 0) throw broken("a push within a reply");
        return this.open(Kind.PUSH, 1);
      case 124: // | attribute
        return this.open(Kind.ATTRIBUTE, 2);
      default:
        return this.simple(type);
    }
  }

  /** Read the rest of an element that is one line. */
  private simple(type: number): RawReply | symbol {
    const from = this.at;
    const to = this.line();
    if (to < 0) {
      // What is no RESP at all (another protocol's greeting) is told at once, not when its line has ended.
      if (!LINE_TYPES.has(type)) throw noType(type);
      return INCOMPLETE;
    }
    if (type === 43 && to - from === 2 && this.buffer[from] === 79 && this.buffer[from + 1] === 75)
      return "OK";
    const text = utf8Slice(this.buffer, from, to);
    switch (type) {
      case 43: // + simple string
        return text;
      case 45: // - error
        return replyError(text);
      case 95: // _ null
        return null;
      case 44: // , double
        return doubleOf(text);
      case 35: // # boolean
        if (text !== "t" && text !== "f") throw broken("a boolean that is neither t nor f");
        return text === "t";
      case 40: // ( big number
        if (!/^[+-]?\d+$/.test(text)) throw broken("a big number with other characters than digits");
        return BigInt(text);
      case 46: // . end of a streamed aggregate
        if (to > from || !this.inStreamedAggregate()) throw broken("an end marker out of place");
        return CLOSED;
      default:
        throw noType(type);
    }
  }

  private inStreamedAggregate(): boolean {
    if (this.depth === 0) return false;
    const { kind, missing } = this.stack[this.depth - 1];
    return missing < 0 && kind !== Kind.STREAMED_STRING;
  }

  /**
   * The number on a length line at `at`, which is left behind the line.
   * @returns -1 for `-1`, {@link STREAMED} for `?`, {@link PARTIAL} when the line is not complete
   */
  private length(): number {
    const { buffer, end } = this;
    const first = this.at;
    let at = first;
    let value = 0;
    while (at < end) {
      const byte = buffer[at++];
      if (byte === CR) {
        if (at === end) return PARTIAL;
        if (buffer[at] !== LF || at - first < 2) throw broken("a malformed length");
        this.at = at + 1;
        return value;
      }
      const digit = byte - ZERO;
      if (digit < 0 || digit > 9) return this.oddLength();
      value = value * 10 + digit;
      if (at - first > 12) throw broken("a malformed length");
    }
    return PARTIAL;
  }

  /** A length line that is not all digits. */
  private oddLength(): number {
    const from = this.at;
    const to = this.line();
    if (to < 0) return PARTIAL;
    const text = latin1Slice(this.buffer, from, to);
    if (text === "-1") return -1;
    if (text === "?") return STREAMED;
    throw broken("a malformed length");
  }

  /** Index of the CR that ends the line at `at`, which is left behind the line; -1 when it is not complete. */
  private line(): number {
    const { buffer, end, at: from } = this;
    for (let at = from; at < end; at++) {
      if (buffer[at] === CR) {
        if (at + 1 === end) return -1;
        if (buffer[at + 1] !== LF) throw broken("a line that does not end with CRLF");
        this.at = at + 2;
        return at;
      }
      if (at - from >= MAX_LINE) throw broken(`a line of more than ${MAX_LINE} bytes`);
    }
    return -1;
  }

  private integer(): RawReply | symbol {
    const { buffer, end } = this;
    const first = this.at;
    let at = first;
    let value = 0;
    const negative = buffer[at] === MINUS;
    if (at < end && (negative || buffer[at] === 43)) at++;
    const digits = at;
    while (at < end) {
      const byte = buffer[at++];
      if (byte === CR) {
        if (at === end) return INCOMPLETE;
        const count = at - 1 - digits;
        if (buffer[at] !== LF || count < 1 || count > 19) throw broken("a malformed integer");
        this.at = at + 1;
        if (count > 15 || this.wants & WANT_BIGINT) return this.exactInteger(first, at - 1);
        return negative ? -value : value;
      }
      const digit = byte - ZERO;
      if (digit < 0 || digit > 9 || at - digits > 20) throw broken("a malformed integer");
      value = value * 10 + digit;
    }
    return INCOMPLETE;
  }

  /** An integer of any size: a number only where that is exact and wanted. */
  private exactInteger(from: number, to: number): RawReply {
    const value = BigInt(latin1Slice(this.buffer, this.buffer[from] === 43 ? from + 1 : from, to));
    if (this.wants & WANT_BIGINT) return value;
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    return this.flawed(
      new DecodeError(
        `The integer ${value} cannot be held by a number; read it with redis.with({ integers: "bigint" })`,
        value,
      ),
    );
  }

  /** A string with its length in front: `$`, `!`, `=`, `;`. */
  private bulk(type: number): RawReply | symbol {
    const length = this.length();
    if (length === PARTIAL) return INCOMPLETE;
    if (length < 0) return this.bulkWithoutLength(type, length);
    if (length > this.limits.maxLength)
      throw broken(`a string of ${length} bytes (limit ${this.limits.maxLength})`);
    const from = this.at;
    const to = from + length;
    if (to + 2 > this.end) {
      if (length > GATHER)
        this.gathered = new GatheredString(type, length + 2, this.buffer.subarray(this.at, this.end));
      return INCOMPLETE;
    }
    if (this.buffer[to] !== CR || this.buffer[to + 1] !== LF)
      throw broken("a string without CRLF at its end");
    this.at = to + 2;
    if (type !== 36) return this.specialString(type, this.buffer, from, to);
    if (this.wants & WANT_BYTES) return copyOf(this.buffer, from, to);
    if (this.depth > 0) {
      const { kind, filled } = this.stack[this.depth - 1];
      if (kind === Kind.MAP && filled % 2 === 0) return this.fieldName(filled / 2, from, to);
    }
    return this.text(from, to);
  }

  private fieldName(place: number, from: number, to: number): RawReply {
    this.names ??= new FieldNames();
    const known = this.names.recall(place, this.buffer, from, to);
    if (known !== undefined) return known;
    const name = this.text(from, to);
    // As many characters as bytes: ASCII, which can be compared with bytes.
    if (typeof name === "string" && name.length === to - from) this.names.keep(place, name);
    return name;
  }

  private bulkWithoutLength(type: number, length: number): RawReply | symbol {
    if (type !== 36) throw broken("a malformed length");
    if (length === -1) return null;
    this.push(Kind.STREAMED_STRING, [], -1);
    return OPENED;
  }

  /** A string that is no `$`: an error, verbatim text, or a chunk of a streamed string. */
  private specialString(type: number, bytes: Uint8Array, from: number, to: number): RawReply | symbol {
    if (type === 33) return replyError(utf8Slice(bytes, from, to));
    if (type === 61) {
      // Three letters of format and a colon come before the text.
      if (to - from < 4 || bytes[from + 3] !== 58) throw broken("a verbatim string without a format");
      return this.anyString(bytes, from + 4, to);
    }
    const frame = this.depth > 0 ? this.stack[this.depth - 1] : undefined;
    if (frame?.kind !== Kind.STREAMED_STRING) throw broken("a chunk of no streamed string");
    if (to === from) return CLOSED;
    frame.missing -= to - from;
    if (-frame.missing > this.limits.maxLength)
      throw broken(`a string of over ${this.limits.maxLength} bytes`);
    frame.items.push(copyOf(bytes, from, to));
    return OPENED;
  }

  private text(from: number, to: number): RawReply {
    const length = to - from;
    if (length === 0) return "";
    const { buffer } = this;
    if (!this.ascii) {
      if (length >= COPIED_SLICE) return this.anyString(buffer, from, to);
      for (let at = from; at < to; at++) if (buffer[at] > 127) return this.anyString(buffer, from, to);
    }
    if (length >= COPIED_SLICE || (to + 2 === this.end && this.windowEnd < to))
      return latin1Slice(buffer, from, to);
    if (to > this.windowEnd) {
      this.windowStart = from;
      this.windowEnd = Math.min(from + WINDOW, this.end);
      this.window = latin1Slice(buffer, from, this.windowEnd);
    }
    return this.window.slice(from - this.windowStart, to - this.windowStart);
  }

  /** A string that was gathered, as text. */
  private longText(bytes: Uint8Array, length: number): RawReply {
    if (length > MAX_TEXT || !isAscii(bytes, length)) return this.anyString(bytes, 0, length);
    const whole = outsideHeap(length);
    return whole > 0 ? latin1Slice(bytes, 0, whole).slice(0, length) : latin1Slice(bytes, 0, length);
  }

  /** Bytes where they are wanted, else text, else the error that it is none. */
  private anyString(bytes: Uint8Array, from: number, to: number): RawReply {
    if (this.wants & WANT_BYTES) return copyOf(bytes, from, to);
    const text = utf8(bytes, from, to);
    return typeof text === "string" ? text : this.flawed(text);
  }

  private flawed(error: DecodeError): DecodeError {
    this.flaw ??= error;
    return error;
  }

  /** Open an aggregate, or give it back at once when it is empty or null. */
  private open(kind: number, perElement: number): RawReply | symbol {
    const length = this.length();
    if (length === PARTIAL) return INCOMPLETE;
    if (length === -1) {
      if (kind !== Kind.ARRAY) throw broken("a malformed length");
      return null;
    }
    if (length === STREAMED) {
      this.push(kind, [], -1);
      return OPENED;
    }
    if (length > this.limits.maxElements) {
      throw broken(`an aggregate of ${length} elements (limit ${this.limits.maxElements})`);
    }
    const missing = length * perElement;
    if (missing === 0) {
      if (kind === Kind.ARRAY) return [];
      this.push(kind, [], 0);
      this.close();
      return OPENED;
    }
    this.push(kind, missing <= PREALLOCATED ? new Array<RawReply>(missing) : [], missing);
    return OPENED;
  }

  private push(kind: number, items: RawReply[], missing: number): void {
    if (this.depth >= this.limits.maxDepth)
      throw broken(`a reply nested deeper than ${this.limits.maxDepth}`);
    const frame = this.stack[this.depth];
    if (frame === undefined) this.stack.push({ kind, items, missing, filled: 0 });
    else {
      frame.kind = kind;
      frame.items = items;
      frame.missing = missing;
      frame.filled = 0;
    }
    this.depth++;
  }

  /** Put a complete value where it belongs; close every aggregate that it completes. */
  private deliver(value: RawReply): void {
    if (this.depth === 0) {
      const flaw = this.flaw;
      if ((this.wants & WANT_REPEATS) !== 0) this.remember(flaw);
      this.wants = -1;
      this.flaw = null;
      this.sink.reply(value, flaw);
      return;
    }
    const frame = this.stack[this.depth - 1];
    if (frame.kind === Kind.STREAMED_STRING) throw broken("something else than a chunk in a streamed string");
    frame.items[frame.filled++] = value;
    if (frame.filled === frame.missing) this.close();
    else if (frame.filled > this.limits.maxElements * 2) throw broken("an endless streamed aggregate");
  }

  /** The aggregate on top is complete. */
  private close(): void {
    const frame = this.stack[--this.depth];
    const { items, kind } = frame;
    frame.items = NOTHING;
    switch (kind) {
      case Kind.ARRAY:
        return this.deliver(items);
      case Kind.MAP:
        if (items.length % 2 === 1) throw broken("a map with a key without value");
        return this.deliver(new RespMap(items));
      case Kind.STREAMED_STRING: {
        const bytes = joined(items as Uint8Array[]);
        return this.deliver(this.anyString(bytes, 0, bytes.length));
      }
      case Kind.ATTRIBUTE:
        // It says something about the value that follows, and is no element itself.
        this.replyStart = -1;
        this.sink.attribute?.(new RespMap(items));
        return;
      default: {
        const flaw = this.flaw;
        if ((this.wants & WANT_REPEATS) !== 0) this.remember(flaw);
        this.wants = -1;
        this.flaw = null;
        this.sink.push(items, flaw);
      }
    }
  }

  /** Take what the chunk has of the gathered string. */
  private gather(gathered: GatheredString): void {
    this.at = gathered.take(this.buffer, this.end);
    if (!gathered.complete) return;
    this.gathered = null;
    const { bytes, total, type } = gathered;
    if (bytes[total - 2] !== CR || bytes[total - 1] !== LF) throw broken("a string without CRLF at its end");
    let value: RawReply | symbol;
    if (type !== 36) value = this.specialString(type, bytes, 0, total - 2);
    else if (this.wants & WANT_BYTES) value = bytes.subarray(0, total - 2);
    else {
      value = this.longText(bytes, total - 2);
      gathered.release();
    }
    if (value === CLOSED) this.close();
    else if (value !== OPENED) this.deliver(value as RawReply);
  }
}

function doubleOf(text: string): number {
  const value = parseDouble(text);
  if (value === undefined) throw broken("a malformed double");
  return value;
}
