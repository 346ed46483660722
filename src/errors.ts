/**
 * One tree of errors. Every error says what happened, to which command (its name and how many keys
 * it had, never a value), at which address, and what to do.
 */

/** Whether a command may have reached the server: `"no"`: certainly not, a retry is safe; `"maybe"`: it may have run. */
export type Sent = "no" | "maybe";

/** Where and to which command an error happened. */
export interface ErrorContext {
  /** Name of the command, such as `SET`. */
  command?: string | undefined;
  /** Address of the server, such as `127.0.0.1:6379`. */
  address?: string | undefined;
  /** The error underneath. */
  cause?: unknown;
}

/** Base of all errors of this package. */
export class RedisError extends Error {
  override readonly name: string = "RedisError";
  /** A short word to branch on: Redis's own (`WRONGTYPE`, `NOSCRIPT`) on replies, ours (`ECLOSED`) elsewhere. */
  readonly code: string;
  /** Name of the command, where one was concerned. */
  command: string | undefined;
  /** Address of the server, where one was concerned. */
  address: string | undefined;

  constructor(code: string, message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    this.command = context.command;
    this.address = context.address;
  }
}

/** The server answered with an error; `code` is its first word (`ERR`, `WRONGTYPE`, `NOSCRIPT`, `MOVED`). */
export class ReplyError extends RedisError {
  override readonly name = "ReplyError";

  constructor(message: string, context?: ErrorContext) {
    const end = message.indexOf(" ");
    super(end < 0 ? message : message.slice(0, end), message, context);
  }
}

/**
 * An error reply without a stack: the frames would be the parser's, never the caller's, and making
 * them costs more than the whole reply.
 */
export function replyError(message: string): ReplyError {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new ReplyError(message);
  Error.stackTraceLimit = limit;
  return error;
}

/** The connection failed before the reply came; {@link ConnectionError.sent} says whether the command may have run. */
export class ConnectionError extends RedisError {
  override readonly name: string = "ConnectionError";
  readonly sent: Sent;

  constructor(code: string, message: string, sent: Sent, context?: ErrorContext) {
    super(code, message, context);
    this.sent = sent;
  }
}

/** A deadline passed: connecting, a command (end to end), or waiting for a connection of the pool. */
export class TimeoutError extends ConnectionError {
  override readonly name = "TimeoutError";
}

/** The caller's `AbortSignal` fired; its reason is the `cause`. */
export class AbortError extends ConnectionError {
  override readonly name = "AbortError";
}

/** The client or the pool is closed, or is closing. */
export class ClosedError extends ConnectionError {
  override readonly name = "ClosedError";
}

/** The offline queue has no room, or is switched off by `policy: "fail-fast"`. The command was not sent. */
export class QueueFullError extends ConnectionError {
  override readonly name = "QueueFullError";
}

/** The circuit breaker is open, because most commands have failed lately. The command was not sent. */
export class CircuitOpenError extends ConnectionError {
  override readonly name = "CircuitOpenError";
  /** After so many milliseconds a trial is let through; 0: one is under way. */
  readonly retryIn: number;

  constructor(message: string, retryIn: number, context?: ErrorContext) {
    super("ECIRCUIT", message, "no", context);
    this.retryIn = retryIn;
  }
}

/** The server broke the protocol, or a limit of the parser. The connection was closed. */
export class ProtocolError extends RedisError {
  override readonly name = "ProtocolError";

  constructor(message: string, context?: ErrorContext) {
    super("EPROTOCOL", message, context);
  }
}

/**
 * The reply came, but cannot be given in the type promised without changing it: text that is not
 * UTF-8, an integer that a number would round. The command did run; `value` holds the reply.
 */
export class DecodeError extends RedisError {
  override readonly name = "DecodeError";
  /** The reply without loss: the bytes, or the integer as a bigint. */
  readonly value: unknown;

  constructor(message: string, value: unknown, context?: ErrorContext) {
    super("EDECODE", message, context);
    this.value = value;
  }
}

/** An option is unknown or has a wrong value. Nothing was sent. */
export class OptionError extends RedisError {
  override readonly name = "OptionError";
  /** Name of the option, such as `port` or `retry.attempts`. */
  readonly option: string;

  constructor(option: string, message: string) {
    super("EOPTION", message);
    this.option = option;
  }
}

/** An argument of a command cannot be sent. Nothing was sent. */
export class ArgumentError extends RedisError {
  override readonly name = "ArgumentError";

  constructor(message: string, context?: ErrorContext) {
    super("EARGUMENT", message, context);
  }
}

/** One or more commands of a pipeline or transaction failed. */
export class PipelineError extends RedisError {
  override readonly name = "PipelineError";
  /** Every reply in its place; an `Error` where the command failed. */
  readonly results: readonly unknown[];

  constructor(message: string, results: readonly unknown[], context?: ErrorContext) {
    super("EPIPELINE", message, context);
    this.results = results;
  }
}

/** One or more commands of a batch failed. */
export class BatchError extends RedisError {
  override readonly name = "BatchError";
  /** Every reply by its name in the batch; an `Error` where the command failed. */
  readonly results: Readonly<Record<string, unknown>>;

  constructor(message: string, results: Readonly<Record<string, unknown>>, context?: ErrorContext) {
    super("EBATCH", message, context);
    this.results = results;
  }
}

/** A watched key was changed by someone else, in every attempt that was allowed. Nothing was executed. */
export class WatchError extends RedisError {
  override readonly name = "WatchError";

  constructor(message: string, context?: ErrorContext) {
    super("EWATCH", message, context);
  }
}
