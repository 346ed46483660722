/** Replies to bytes, for those that are short and come one behind the other: no string is joined for them. */
import { allocate, latin1Slice } from "./bytes.js";
import { OK, type ReplyValue } from "./reply.js";
import type { Protocol } from "./reply-encoder.js";
import { NO_VIEW } from "./shared-view.js";
import { LINE_END, SHORT, SHORT_ROOM, writeShort } from "./short-bulk.js";

const SIZE = 64 * 1024;
const LARGEST = 0x7fffffff;
/** Bytes of an empty bulk string. */
const SHORTEST = 6;

const COLON = 0x3a;
const STAR = 0x2a;
/** `+OK`, `$-1` and `_`, as far as they fit into one number. */
const OK_LINE = 0x2b4f4b0d;
const NULL_BULK = 0x242d310d;
const NULL_LINE = 0x5f0d0a00;
const LF = 0x0a;

/** Writes replies into memory of its own, until they are taken. */
export class ReplyWriter {
  #memory: Uint8Array = new Uint8Array(0);
  #view = NO_VIEW;
  #end = 0;

  /** Bytes written. */
  get length(): number {
    return this.#end;
  }

  /**
   * Write what `encodeReply` makes of `value`, if it is short.
   * @returns false, with nothing written, where it is not, or where there is no room
   */
  write(value: ReplyValue, protocol: Protocol): boolean {
    const at = this.#end;
    if (at + SHORT_ROOM > this.#memory.length && !this.#begin()) return false;
    const end = this.#put(value, protocol, at);
    if (end === 0) return false;
    this.#end = end;
    return true;
  }

  /** @returns where it ends; 0 when it is not written */
  #put(value: ReplyValue, protocol: Protocol, at: number): number {
    const view = this.#view;
    if (typeof value === "string") return value.length > SHORT ? 0 : Math.abs(writeShort(view, at, value));
    if (typeof value === "number")
      return value < 0 || value > LARGEST ? 0 : writeNumber(view, at, COLON, value);
    if (value === OK) {
      view.setInt32(at, OK_LINE);
      view.setUint8(at + 4, LF);
      return at + 5;
    }
    if (value === null) {
      view.setInt32(at, protocol === 3 ? NULL_LINE : NULL_BULK);
      if (protocol === 3) return at + 3;
      view.setUint8(at + 4, LF);
      return at + 5;
    }
    return Array.isArray(value) ? this.#putStrings(value, at) : 0;
  }

  #putStrings(items: readonly ReplyValue[], from: number): number {
    const view = this.#view;
    const last = this.#memory.length - SHORT_ROOM;
    // Or a long list would be written as far as it fits, and then once more as a string.
    if (from + SHORTEST * items.length > last) return 0;
    let at = writeNumber(view, from, STAR, items.length);
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      if (typeof item !== "string" || item.length > SHORT || at > last) return 0;
      at = Math.abs(writeShort(view, at, item));
    }
    return at;
  }

  /** Take what has been written, as a one-byte string. */
  take(): string {
    const text = latin1Slice(this.#memory, 0, this.#end);
    this.#end = 0;
    return text;
  }

  /** The memory is made when it is needed. @returns false when there is one */
  #begin(): boolean {
    if (this.#memory.length > 0) return false;
    this.#memory = allocate(SIZE);
    this.#view = new DataView(this.#memory.buffer, this.#memory.byteOffset, SIZE);
    return true;
  }
}

/** `00` to `99`, each as one number. */
const PAIRS = Int16Array.from({ length: 100 }, (_, n) => 0x3030 + (((n / 10) | 0) << 8) + (n % 10));

/** A line of a type and a natural number below 2^31. @returns where it ends */
function writeNumber(view: DataView, at: number, type: number, value: number): number {
  view.setUint8(at, type);
  let end = at + 2;
  for (let next = 10; next <= value; next *= 10) end++;
  let rest = value | 0;
  let place = end;
  while (rest > 9) {
    const hundreds = (rest / 100) | 0;
    place -= 2;
    view.setInt16(place, PAIRS[rest - 100 * hundreds]);
    rest = hundreds;
  }
  if (place > at + 1) view.setUint8(at + 1, 0x30 + rest);
  view.setInt16(end, LINE_END);
  return end + 2;
}
