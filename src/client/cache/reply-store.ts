/** The memory of a cache: lines by call and by key, bounded in bytes; what was not asked for lately goes first. */
import type { RawReply } from "../../protocol/parser.js";
import { sizeOf, textSize } from "./kept-reply.js";

/** What a line takes besides its texts and its reply: itself, and its places in the two tables. */
const LINE = 340;
const KEY = 110;

/** The reply to one call, kept or on its way. */
export class Line {
  readonly id: string;
  /** The keys that it depends on. */
  readonly keys: readonly string[];
  /** When it was asked for, in milliseconds of `performance.now()`. */
  readonly since: number;
  /** Until when it holds at most. */
  until = 0;
  /** `undefined`: on its way. */
  reply: RawReply | undefined;
  /** What brings it; `null` where nobody else may wait for it. */
  coming: Promise<RawReply> | null = null;
  /** Asked for since it was last looked at for room. */
  used = false;
  bytes = 0;

  constructor(id: string, keys: readonly string[], since: number) {
    this.id = id;
    this.keys = keys;
    this.since = since;
  }
}

/** Lines, up to so many bytes. */
export class ReplyStore {
  readonly #maxBytes: number;
  /** In the order of their age; one that was spared is young again. */
  readonly #lines = new Map<string, Line>();
  /** A set only where there is more than one. */
  readonly #byKey = new Map<string, Line | Set<Line>>();
  #bytes = 0;
  /** Lines that gave way to others. */
  evictions = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#lines.size;
  }

  /** How many keys its lines depend on. */
  get keys(): number {
    return this.#byKey.size;
  }

  find(id: string): Line | undefined {
    return this.#lines.get(id);
  }

  /** Make a line for a reply that will come, in the place of the one there was. */
  open(id: string, keys: readonly string[], now: number): Line {
    const before = this.#lines.get(id);
    if (before !== undefined) this.drop(before);
    const line = new Line(id, keys, now);
    this.#lines.set(id, line);
    for (const key of keys) {
      const lines = this.#byKey.get(key);
      if (lines === undefined || lines === line) this.#byKey.set(key, line);
      else if (lines instanceof Line) this.#byKey.set(key, new Set([lines, line]));
      else lines.add(line);
    }
    return line;
  }

  /** Keep `reply` until then, unless the line was dropped meanwhile. */
  fill(line: Line, reply: RawReply, until: number): void {
    if (this.#lines.get(line.id) !== line) return;
    line.coming = null;
    line.reply = reply;
    line.until = until;
    line.bytes = LINE + textSize(line.id) + sizeOf(reply);
    for (const key of line.keys) line.bytes += KEY + textSize(key);
    this.#bytes += line.bytes;
    if (line.bytes > this.#maxBytes) this.drop(line);
    else this.#makeRoom(line);
  }

  /** Drop all lines that depend on `key`. */
  forget(key: string): void {
    const lines = this.#byKey.get(key);
    if (lines instanceof Line) this.drop(lines);
    else if (lines !== undefined) for (const line of lines) this.drop(line);
  }

  drop(line: Line): void {
    if (this.#lines.get(line.id) !== line) return;
    this.#lines.delete(line.id);
    this.#bytes -= line.bytes;
    for (const key of line.keys) {
      const lines = this.#byKey.get(key);
      if (lines instanceof Set) lines.delete(line);
      if (lines === line || (lines instanceof Set && lines.size === 0)) this.#byKey.delete(key);
    }
  }

  clear(): void {
    this.#lines.clear();
    this.#byKey.clear();
    this.#bytes = 0;
  }

  /** Let the oldest go, until there is room. One that was used is spared once; those on their way take none. */
  #makeRoom(newest: Line): void {
    if (this.#bytes <= this.#maxBytes) return;
    // A line that is put behind comes up again: the second time it has not been used.
    for (const line of this.#lines.values()) {
      if (line === newest || line.reply === undefined) continue;
      if (line.used) {
        line.used = false;
        this.#lines.delete(line.id);
        this.#lines.set(line.id, line);
        continue;
      }
      this.drop(line);
      this.evictions++;
      if (this.#bytes <= this.#maxBytes) return;
    }
  }
}
