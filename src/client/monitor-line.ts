/** The lines that MONITOR sends: `1700000000.123456 [0 127.0.0.1:50000] "SET" "key" "\xff"`. */
import { isUtf8, utf8Slice } from "../protocol/bytes.js";

/** A command that the server has carried out. */
export interface MonitoredCommand<T = string> {
  type: "command";
  /** When, in milliseconds since 1970, with microseconds behind the point. */
  time: number;
  /** Number of the database. */
  db: number;
  /** Who called it: `127.0.0.1:50000`, `unix:/tmp/redis.sock`, or `lua` for a script. */
  address: string;
  /** Its name and arguments. Under text, a word that is no UTF-8 comes with one character a byte. */
  command: T[];
}

const LINE = /^(\d+)\.(\d{6}) \[(\d+) (.*?)\] "/;
const BACKSLASH = 92;
const QUOTE = 34;

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, a: 7, b: 8 };

/** Is this a line of MONITOR's, and not the reply to something else? */
export function isMonitorLine(line: string): boolean {
  return LINE.test(line);
}

/**
 * Read a line.
 * @param word makes a word of its bytes: {@link wordAsText} or {@link wordAsBytes}
 * @returns `null` for a line of another form
 */
export function parseMonitorLine<T>(
  line: string,
  word: (bytes: Uint8Array) => T,
): MonitoredCommand<T> | null {
  const head = LINE.exec(line);
  if (head === null) return null;
  const [start, seconds, micros, db, address] = head;
  const command: T[] = [];
  for (let at = start.length; at <= line.length; ) {
    const end = endOfWord(line, at);
    if (end < 0) return null;
    command.push(word(unescaped(line, at, end)));
    // The next word begins behind `" "`.
    at = end + 3;
  }
  return {
    type: "command",
    time: Number(seconds) * 1000 + Number(micros) / 1000,
    db: Number(db),
    address,
    command,
  };
}

/** Index of the quote that ends the word which begins at `at`; -1 when there is none. */
function endOfWord(line: string, at: number): number {
  for (let i = at; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code === BACKSLASH) i++;
    else if (code === QUOTE) return i;
  }
  return -1;
}

function unescaped(line: string, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(to - from);
  let length = 0;
  for (let at = from; at < to; at++) {
    let code = line.charCodeAt(at);
    if (code === BACKSLASH) {
      const escaped = line[++at];
      if (escaped === "x") {
        code = Number.parseInt(line.slice(at + 1, at + 3), 16);
        at += 2;
      } else code = ESCAPES[escaped] ?? line.charCodeAt(at);
    }
    bytes[length++] = code;
  }
  return bytes.subarray(0, length);
}

/** A word as text. */
export function wordAsText(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return utf8Slice(bytes, 0, bytes.length);
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** A word as a `Buffer`, where there are Buffers. */
export function wordAsBytes(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = bytes;
  return globalThis.Buffer?.from(buffer, byteOffset, length) ?? bytes;
}
