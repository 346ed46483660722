/**
 * Adapter for the optional npm package `redis-parser` (RESP2 only), the second parser behind the
 * same interface. It has no limits of its own for depth; take it where the server is trusted.
 */
import { DecodeError, ProtocolError, replyError } from "../errors.js";
import { copyOf } from "./bytes.js";
import {
  type Parser,
  type ParserFactory,
  type ParserLimits,
  type RawReply,
  type ReplySink,
  WANT_BIGINT,
  WANT_BYTES,
} from "./parser.js";
import { utf8 } from "./text.js";

/** What this adapter needs of the package. */
interface ForeignParser {
  execute(chunk: Uint8Array): void;
  setStringNumbers(on: boolean): void;
}

interface ForeignOptions {
  returnReply(reply: unknown): void;
  returnError(error: Error): void;
  returnFatalError(error: Error): void;
  returnBuffers: boolean;
  stringNumbers: boolean;
}

type ForeignClass = new (options: ForeignOptions) => ForeignParser;

/**
 * Load the package.
 * @throws Error (from the module loader) when it is not installed
 */
export async function loadRedisParser(): Promise<ParserFactory> {
  const module = (await import("redis-parser")) as unknown as { default: ForeignClass };
  return {
    name: "redis-parser",
    protocol: 2,
    create: (sink, limits) => new RedisParserAdapter(module.default, sink, limits),
  };
}

class RedisParserAdapter implements Parser {
  private readonly sink: ReplySink;
  private readonly limits: ParserLimits;
  private readonly foreign: ForeignParser;
  private failure: Error | null = null;

  constructor(Foreign: ForeignClass, sink: ReplySink, limits: ParserLimits) {
    this.sink = sink;
    this.limits = limits;
    this.foreign = new Foreign({
      returnReply: (reply) => this.take(reply),
      returnError: (error) => this.take(error),
      returnFatalError: (error) => {
        this.failure = error;
      },
      // Bytes and digits, so that nothing is lost before the wish of the view is known.
      returnBuffers: true,
      stringNumbers: true,
    });
  }

  feed(buffer: Uint8Array, end: number): void {
    // The package keeps slices of what it is given, and the caller writes over its buffer.
    this.foreign.execute(copyOf(buffer, 0, end));
    if (this.failure !== null) {
      throw new ProtocolError(`The server sent what is no valid RESP2: ${this.failure.message}`, {
        cause: this.failure,
      });
    }
  }

  private take(reply: unknown): void {
    const flaws: DecodeError[] = [];
    const value = this.convert(reply, this.sink.wants(false), flaws);
    this.sink.reply(value, flaws[0] ?? null);
  }

  private convert(reply: unknown, wants: number, flaws: DecodeError[]): RawReply {
    if (reply instanceof Uint8Array) {
      if (reply.length > this.limits.maxLength) {
        this.failure = new Error(`a string of ${reply.length} bytes (limit ${this.limits.maxLength})`);
        return null;
      }
      if (wants & WANT_BYTES) return reply;
      const text = utf8(reply, 0, reply.length);
      if (typeof text !== "string") flaws.push(text);
      return text;
    }
    if (typeof reply === "string" || typeof reply === "number") return integer(reply, wants, flaws);
    if (Array.isArray(reply)) return reply.map((element) => this.convert(element, wants, flaws));
    if (reply instanceof Error) return replyError(reply.message);
    return null;
  }
}

/** With `stringNumbers` the package gives integers as digits; text comes as bytes. */
function integer(digits: string | number, wants: number, flaws: DecodeError[]): RawReply {
  const value = BigInt(digits);
  if (wants & WANT_BIGINT) return value;
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  const flaw = new DecodeError(
    `The integer ${value} cannot be held by a number; read it with redis.with({ integers: "bigint" })`,
    value,
  );
  flaws.push(flaw);
  return flaw;
}
