/** Reads one reply that is a bulk string piece by piece, so that its length costs no memory. */
import { ProtocolError, type ReplyError, replyError } from "../../errors.js";
import { latin1Slice, utf8Slice } from "../../protocol/bytes.js";

/** Longest line before the string: a length, or an error in its place. */
const MAX_HEAD = 64 * 1024;
const CR = 13;
const LF = 10;

/** Who takes the parts of the reply. */
export interface BulkSink {
  /** The reply is a string of `length` bytes, `null` when there is none, or the server's error. Comes first, once. */
  head(length: number | null | ReplyError): void;
  /** The next bytes of the string; they are the caller's again after the call. */
  piece(bytes: Uint8Array): void;
  /** The reply is complete. */
  complete(): void;
}

/** An incremental reader of one reply. */
export class BulkReader {
  readonly #sink: BulkSink;
  readonly #maxLength: number;
  #line = "";
  /** Bytes of the string that are still to come; -1 while its length is not known. */
  #missing = -1;
  /** How many of the two bytes behind the string have come. */
  #ended = 0;
  #done = false;

  /** @param maxLength a longer string is refused */
  constructor(sink: BulkSink, maxLength: number) {
    this.#sink = sink;
    this.#maxLength = maxLength;
  }

  /**
   * Take the first `length` bytes of `chunk`.
   * @throws ProtocolError when they are no such reply, or go on behind its end
   */
  feed(chunk: Uint8Array, length: number): void {
    let at = this.#missing < 0 && !this.#done ? this.#head(chunk, length) : 0;
    if (this.#missing > 0 && at < length) {
      const end = Math.min(length, at + this.#missing);
      this.#missing -= end - at;
      this.#sink.piece(chunk.subarray(at, end));
      at = end;
    }
    while (this.#missing === 0 && !this.#done && at < length) {
      if (chunk[at++] !== (this.#ended === 0 ? CR : LF)) throw broken("a string without CRLF at its end");
      if (++this.#ended === 2) this.#complete();
    }
    if (at < length) throw broken("more than the reply that was asked for");
  }

  /** Read the line before the string. @returns where it ends in `chunk` */
  #head(chunk: Uint8Array, length: number): number {
    const end = chunk.subarray(0, length).indexOf(LF);
    const upTo = end < 0 ? length : end + 1;
    if (this.#line.length + upTo > MAX_HEAD) throw broken("a line that does not end");
    this.#line += latin1Slice(chunk, 0, upTo);
    if (end < 0) return upTo;
    const line = this.#line;
    this.#line = "";
    if (!line.endsWith("\r\n")) throw broken("a line that does not end with CRLF");
    this.#interpret(line.slice(0, -2));
    return upTo;
  }

  #interpret(line: string): void {
    if (line === "$-1" || line === "_") {
      this.#sink.head(null);
      return this.#complete();
    }
    if (line.startsWith("-")) {
      const bytes = Uint8Array.from(line.slice(1), (char) => char.charCodeAt(0));
      this.#sink.head(replyError(utf8Slice(bytes, 0, bytes.length)));
      return this.#complete();
    }
    if (!/^\$\d{1,15}$/.test(line)) throw broken("something else than a string");
    const length = Number(line.slice(1));
    if (length > this.#maxLength) throw broken(`a string of ${length} bytes (limit ${this.#maxLength})`);
    this.#missing = length;
    this.#sink.head(length);
  }

  #complete(): void {
    this.#done = true;
    this.#sink.complete();
  }
}

function broken(what: string): ProtocolError {
  return new ProtocolError(`The server sent ${what} to a streamed GET; the connection was closed`);
}
