/** What a parser of server replies takes and gives. Two ship with the package; `test/parser-suite.ts` checks any. */
import type { DecodeError, ReplyError } from "../errors.js";

/**
 * A reply as the parser gives it: bulk, simple and verbatim strings are `string` (bulk and verbatim
 * ones `Buffer` where bytes are wanted), integers `number` (`bigint` where wanted), doubles `number`,
 * big numbers `bigint`, sets arrays, maps {@link RespMap}, errors {@link ReplyError} values in place.
 * A string that is no UTF-8 where text is wanted, and an integer that a number would round, are a
 * {@link DecodeError} in place.
 */
export type RawReply =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | ReplyError
  | DecodeError
  | RespMap
  | RawReply[];

/**
 * A RESP3 map, keys and values in turn. It stays flat because most methods want another shape than
 * `Map` (an object, pairs), and one pass over a flat array is the cheapest way to any of them.
 */
export class RespMap {
  readonly flat: RawReply[];
  constructor(flat: RawReply[]) {
    this.flat = flat;
  }
}

/** Bit of {@link ReplySink.wants}: bulk strings as `Buffer`. */
export const WANT_BYTES = 1;
/** Bit of {@link ReplySink.wants}: integers as `bigint`. */
export const WANT_BIGINT = 2;
/** Bit of {@link ReplySink.wants}: {@link ReplySink.repeated} may be used. */
export const WANT_REPEATS = 4;

/** Who takes the replies. None of these may throw. */
export interface ReplySink {
  /** How the reply (or the push) that starts now is to be read, as `WANT_*` bits. Asked once for each. */
  wants(push: boolean): number;
  /**
   * A reply is complete; the next may follow in the same chunk.
   * @param flaw the first {@link DecodeError} that stands somewhere in `value`, `null` when there is none
   */
  reply(value: RawReply, flaw: DecodeError | null): void;
  /** Out-of-band data (RESP3 push), complete. */
  push(items: RawReply[], flaw: DecodeError | null): void;
  /**
   * A reply or push is complete that has the same bytes as the one before it, but for its last element:
   * that alone is given. A parser may use this where `wants` has {@link WANT_REPEATS}, and need not.
   * @param flaw `last`, when it is a {@link DecodeError}
   */
  repeated?(last: RawReply, flaw: DecodeError | null): void;
  /** An attribute that came before (or within) a reply, complete. */
  attribute?(attribute: RespMap): void;
}

/** Bounds that keep a broken or hostile server from exhausting memory. */
export interface ParserLimits {
  /** Deepest nesting of aggregates. */
  readonly maxDepth: number;
  /** Longest string in bytes. */
  readonly maxLength: number;
  /** Most elements in one aggregate. */
  readonly maxElements: number;
}

/** Redis's own limits: strings of 512 MB, arrays of 2^32 - 1; no reply of Redis nests deeper than a script makes it. */
export const DEFAULT_LIMITS: ParserLimits = {
  maxDepth: 1024,
  maxLength: 512 * 1024 * 1024,
  maxElements: 2 ** 32 - 1,
};

/** An incremental parser of replies. */
export interface Parser {
  /**
   * Take the first `end` bytes of `buffer`; the parser copies what outlives the call.
   * @throws ProtocolError when the bytes are no RESP or break a limit; the parser is unusable from then on
   */
  feed(buffer: Uint8Array, end: number): void;
}

/** Makes parsers: what the option `parser` takes. */
export interface ParserFactory {
  /** Name for messages. */
  readonly name: string;
  /** Highest protocol version that it understands; the connection asks for no more. */
  readonly protocol: 2 | 3;
  create(sink: ReplySink, limits: ParserLimits): Parser;
}
