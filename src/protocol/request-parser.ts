/**
 * The server's half of the protocol: bytes to requests. Incremental and iterative; what a peer only
 * announces costs no memory.
 *
 * A whole request of few and short words, as almost all are, is read at once; any other a word at a time.
 * Words that came lately are recalled. For short words that are new, the chunk is turned into one string, and
 * they are slices of it: V8 copies those. A longer slice would keep the whole chunk alive, so long words are
 * made from the bytes.
 */
import { allocate, copyOf, latin1Slice } from "./bytes.js";
import { splitInlineRequest } from "./inline-request.js";
import { LONGEST_RECENT, recall, remember } from "./recent-words.js";
import {
  DOLLAR_LINE,
  digitBetween,
  digitsBetween,
  lengthOnLine,
  lineLength,
  STAR_LINE,
} from "./request-lines.js";
import { NO_VIEW, viewOf } from "./shared-view.js";

const CR = 0x0d;
const LF = 0x0a;
const ZERO = 0x30;
const STAR = 0x2a;
const DOLLAR = 0x24;
/** V8 copies slices shorter than this. */
const COPIED_SLICE = 13;
/** Longest line: an inline request, or a length that does not end. */
const MAX_LINE = 65536;
/** An incomplete word longer than this gets a buffer of its own. */
const GATHER = 4096;
/** Such a buffer starts with at most this, and doubles. */
const GATHER_START = 65536;
/** What a word takes besides its bytes, roughly. */
const WORD_COST = 32;
/** Requests of up to this many words get their array in one piece. */
const PREALLOCATED = 64;
const INT_MAX = 2147483647;

/** What a client that has not authenticated may send, so that strangers cannot fill the memory. */
const STRANGER_WORDS = 10;
const STRANGER_BULK = 16384;

/** What is read at once: so many words at most, none longer than this. */
const PLAIN_WORDS = 32;
const PLAIN_LENGTH = STRANGER_BULK;
/** Bytes that a word takes at least with its lines, unless it is empty. */
const SHORTEST_WORD = 7;

const EMPTY = new Uint8Array(0);

/**
 * Bytes in, requests out: `push` what has arrived, then call `next` until it gives `undefined`. Requests
 * that nobody takes stay as the bytes that they are.
 */
export class RequestParser {
  /** Longest word, bytes; may change between two requests, as the next two may. */
  maxBulk = 536870912;
  /** Longest request, bytes. */
  maxRequest = 1073741824;
  /** Is the peer trusted with requests of any size? */
  authenticated = true;
  /** Why the connection must be closed: the error to answer, without `ERR Protocol error: `. */
  fault: string | undefined;

  readonly #later: Uint8Array[] = [];
  #chunk: Uint8Array = EMPTY;
  /** Of the same memory, and it begins there as well. */
  #view: DataView = NO_VIEW;
  /** The chunk as a string, once a word is cut from it. */
  #text: string | undefined;
  #at = 0;
  /** The request that has begun, and how many of its words are missing. */
  #words: string[] | undefined;
  #filled = 0;
  #missing = 0;
  #size = 0;
  /** Bytes to pass over: the line end behind a gathered word. */
  #skip = 0;
  /** A long word that arrives in pieces. */
  #gather: Uint8Array | undefined;
  #gathered = 0;
  #gatherLength = 0;
  #longestGathered = 0;

  /** Take bytes in; they must not be changed afterwards. */
  push(chunk: Uint8Array): void {
    if (chunk.length !== 0) this.#later.push(chunk);
  }

  /** Copy what is kept of the chunks: the caller is about to write over their memory. */
  own(): void {
    if (this.#at < this.#chunk.length) this.#keepRest();
    for (let i = 0; i < this.#later.length; i++) {
      const chunk = this.#later[i];
      this.#later[i] = copyOf(chunk, 0, chunk.length);
    }
  }

  /** Bytes that have come, without words that are whole; those of the chunk that is being read included. */
  get unread(): number {
    let bytes = this.#chunk.length + this.#unended;
    for (const chunk of this.#later) bytes += chunk.length;
    return this.#gather === undefined ? bytes : bytes + this.#gathered;
  }

  /** How many of them have been handed out as requests, or passed over. */
  get done(): number {
    return this.#at;
  }

  /** Has the chunk that is being read been read to its end? */
  get isChunkDone(): boolean {
    return this.#at >= this.#chunk.length;
  }

  /** Bytes of the whole words of a request that has begun. */
  get wordBytes(): number {
    if (this.#words === undefined) return 0;
    const coming = this.#gather === undefined ? 0 : this.#gatherLength + WORD_COST;
    return this.#size - WORD_COST * this.#filled - coming - this.#unended;
  }

  /** A long word is not whole before its line end has come. */
  get #unended(): number {
    return this.#skip === 0 || this.#words === undefined ? 0 : this.#words[this.#filled - 1].length;
  }

  /** Length of the longest word that came in pieces since this was set to 0, the one that is coming included. */
  get longestGathered(): number {
    return this.#longestGathered;
  }

  set longestGathered(length: number) {
    this.#longestGathered = this.#gather === undefined ? length : Math.max(length, this.#gatherLength);
  }

  /**
   * The next request, as one-byte strings, never empty.
   * @returns `undefined` when it has not arrived yet, or when {@link fault} is set
   */
  next(): string[] | undefined {
    for (;;) {
      if (this.fault !== undefined) return undefined;
      const request = this.#plain() ?? this.#parse();
      if (request !== undefined) return request;
      if (this.fault !== undefined) return undefined;
      const chunk = this.#later.shift();
      if (chunk === undefined) {
        this.#letGo();
        return undefined;
      }
      this.#load(chunk);
    }
  }

  /** Continue with `chunk`, behind what is left of the one before. */
  #load(chunk: Uint8Array): void {
    let rest = chunk;
    if (this.#gather !== undefined) {
      rest = this.#fill(chunk);
    } else if (this.#at < this.#chunk.length) {
      const left = this.#chunk.length - this.#at;
      rest = allocate(left + chunk.length);
      rest.set(this.#chunk.subarray(this.#at));
      rest.set(chunk, left);
    }
    this.#setChunk(rest);
  }

  #setChunk(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#view = viewOf(chunk);
    this.#text = undefined;
    this.#at = 0;
  }

  /** Nothing more to read: keep what is left, but not the chunk that it stands in. */
  #letGo(): void {
    if (this.#at === 0) return;
    if (this.#at < this.#chunk.length) return this.#keepRest();
    this.#setChunk(EMPTY);
  }

  #keepRest(): void {
    this.#setChunk(copyOf(this.#chunk, this.#at, this.#chunk.length));
  }

  /**
   * A whole request of few words that are not empty and not long: below all limits.
   * @returns `undefined`, with nothing changed, for any other
   */
  #plain(): string[] | undefined {
    if (this.#words !== undefined || this.#skip > 0) return undefined;
    const chunk = this.#chunk;
    const view = this.#view;
    const lastWord = chunk.length - SHORTEST_WORD;
    let at = this.#at;
    if (at > lastWord) return undefined;
    const first = view.getInt32(at);
    let count = digitBetween(first, STAR_LINE);
    if (count > 0) at += 4;
    else {
      count = digitsBetween(first, STAR_LINE);
      at += 5;
    }
    if (count === 0 || count > (this.authenticated ? PLAIN_WORDS : STRANGER_WORDS)) return undefined;
    const words = new Array<string>(count);
    for (let i = 0; i < count; i++) {
      if (at > lastWord) return undefined;
      const read = view.getInt32(at);
      let length = digitBetween(read, DOLLAR_LINE);
      if (length > 0) at += 4;
      else {
        length = digitsBetween(read, DOLLAR_LINE);
        if (length > 0) at += 5;
        else {
          length = lengthOnLine(chunk, at, PLAIN_LENGTH);
          if (length === 0) return undefined;
          at += lineLength(length);
        }
      }
      const end = at + length;
      if (end + 2 > chunk.length) return undefined;
      words[i] = this.#wordAt(at, end);
      at = end + 2;
    }
    this.#at = at;
    return words;
  }

  #parse(): string[] | undefined {
    const end = this.#chunk.length;
    while (this.#skip > 0) {
      if (this.#at >= end) return undefined;
      this.#skip--;
      this.#at++;
    }
    for (;;) {
      let words = this.#words;
      if (words === undefined) {
        if (this.#at >= end) return undefined;
        if (this.#chunk[this.#at] !== STAR) {
          const inline = this.#inline();
          if (inline === undefined) return undefined;
          if (inline.length === 0) continue;
          return inline;
        }
        const count = this.#count();
        if (count === undefined) return undefined;
        if (Number.isNaN(count) || count > INT_MAX) return this.#fail("invalid multibulk length");
        if (count > STRANGER_WORDS && !this.authenticated)
          return this.#fail("unauthenticated multibulk length");
        if (count <= 0) continue;
        // What is only announced must not cost memory: a long request's array grows with what comes.
        words = count <= PREALLOCATED ? new Array<string>(count) : [];
        this.#words = words;
        this.#filled = 0;
        this.#missing = count;
        this.#size = 0;
      }
      while (this.#missing > 0) if (!this.#word(words)) return undefined;
      this.#words = undefined;
      return words;
    }
  }

  /** Read one word of a request. @returns false when it is not there yet */
  #word(words: string[]): boolean {
    const chunk = this.#chunk;
    const begin = this.#at;
    const length = this.#bulkHead();
    if (length === undefined) return false;
    const at = this.#at;
    if (length > this.maxBulk) return this.#refuse("invalid bulk length");
    if (length > STRANGER_BULK && !this.authenticated) return this.#refuse("unauthenticated bulk length");
    const end = at + length;
    if (end + 2 > chunk.length) {
      if (length < GATHER) {
        // Read again, from the head on, when more has come.
        this.#at = begin;
        return false;
      }
      this.#beginGather(at, length);
      return false;
    }
    this.#size += length + WORD_COST;
    if (this.#size > this.maxRequest) return this.#refuse("too big request");
    words[this.#filled++] = this.#wordAt(at, end);
    this.#at = end + 2;
    this.#missing--;
    return true;
  }

  /** The word from `at` to `end`. */
  #wordAt(at: number, end: number): string {
    const chunk = this.#chunk;
    if (end - at > LONGEST_RECENT) return latin1Slice(chunk, at, end);
    const recent = recall(chunk, this.#view, at, end);
    if (recent !== undefined) return recent;
    const word = end - at < COPIED_SLICE ? this.#slice(at, end) : latin1Slice(chunk, at, end);
    remember(chunk, at, end, word);
    return word;
  }

  #slice(at: number, end: number): string {
    this.#text ??= latin1Slice(this.#chunk, 0, this.#chunk.length);
    return this.#text.slice(at, end);
  }

  #bulkHead(): number | undefined {
    if (this.#at >= this.#chunk.length) return undefined;
    const begin = this.#at;
    const length = this.#line("too big bulk count string");
    if (length === undefined) return undefined;
    const first = this.#chunk[begin];
    if (first !== DOLLAR) return this.#fail(`expected '$', got '${String.fromCharCode(first)}'`);
    if (Number.isNaN(length) || length < 0) return this.#fail("invalid bulk length");
    return length;
  }

  /** The number of words on a line such as `*3`; mostly one digit, and whatever is not goes the careful way. */
  #count(): number | undefined {
    const chunk = this.#chunk;
    const at = this.#at;
    const digit = chunk[at + 1] - ZERO;
    if (digit >= 1 && digit <= 9 && at + 3 < chunk.length && chunk[at + 2] === CR) {
      this.#at = at + 4;
      return digit;
    }
    return this.#line("too big mbulk count string");
  }

  /**
   * The integer between the type byte and the line end; NaN when it is none.
   * @returns `undefined` when the line is incomplete, or too long
   */
  #line(tooBig: string): number | undefined {
    const end = this.#chunk.indexOf(CR, this.#at);
    if (end === -1) {
      if (this.#chunk.length - this.#at > MAX_LINE) return this.#fail(tooBig);
      return undefined;
    }
    if (end + 1 >= this.#chunk.length) return undefined;
    const digits = latin1Slice(this.#chunk, this.#at + 1, end);
    this.#at = end + 2;
    if (!/^(?:0|-?[1-9]\d{0,18})$/.test(digits)) return Number.NaN;
    // Of 19 digits, not all numbers have 64 bits.
    if (digits.length > 18 && BigInt.asIntN(64, BigInt(digits)) !== BigInt(digits)) return Number.NaN;
    return Number(digits);
  }

  #inline(): string[] | undefined {
    const end = this.#chunk.indexOf(LF, this.#at);
    if (end === -1) {
      if (this.#chunk.length - this.#at > MAX_LINE) return this.#fail("too big inline request");
      return undefined;
    }
    const stop = end > this.#at && this.#chunk[end - 1] === CR ? end - 1 : end;
    const line = latin1Slice(this.#chunk, this.#at, stop);
    this.#at = end + 1;
    return splitInlineRequest(line) ?? this.#fail("unbalanced quotes in request");
  }

  #beginGather(at: number, length: number): void {
    const have = this.#chunk.length - at;
    this.#size += length + WORD_COST;
    if (this.#size > this.maxRequest) {
      this.#refuse("too big request");
      return;
    }
    this.#gather = allocate(Math.min(length, Math.max(have, GATHER_START)));
    this.#gathered = 0;
    this.#gatherLength = length;
    if (length > this.#longestGathered) this.#longestGathered = length;
    this.#skip = 0;
    const rest = this.#fill(this.#chunk.subarray(at));
    this.#setChunk(rest);
  }

  /** Add to the word that is being gathered. @returns what lies behind it */
  #fill(chunk: Uint8Array): Uint8Array {
    let gather = this.#gather as Uint8Array;
    const take = Math.min(this.#gatherLength - this.#gathered, chunk.length);
    const filled = this.#gathered + take;
    if (filled > gather.length) {
      const roomier = allocate(Math.min(this.#gatherLength, Math.max(filled, gather.length * 2)));
      roomier.set(gather.subarray(0, this.#gathered));
      gather = roomier;
      this.#gather = gather;
    }
    gather.set(take === chunk.length ? chunk : chunk.subarray(0, take), this.#gathered);
    this.#gathered = filled;
    if (filled < this.#gatherLength) return EMPTY;
    if (this.#words !== undefined) this.#words[this.#filled++] = latin1Slice(gather, 0, filled);
    this.#missing--;
    this.#gather = undefined;
    this.#skip = 2;
    return chunk.subarray(take);
  }

  #refuse(fault: string): false {
    this.fault = fault;
    return false;
  }

  #fail(fault: string): undefined {
    this.fault = fault;
    return undefined;
  }
}
