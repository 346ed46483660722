/** One SET whose value is written piece by piece: an entry in the queue of its connection, and the pace of the writing. */
import {
  AbortError,
  ConnectionError,
  type DecodeError,
  type RedisError,
  ReplyError,
  TimeoutError,
} from "../../errors.js";
import type { RawReply } from "../../protocol/parser.js";
import type { Connection } from "../connection/connection.js";
import type { Pending, ReplySource } from "../connection/pending.js";
import { deadlineIn, join, type Ticking } from "../connection/ticker.js";

/**
 * Writes on one connection that nobody else uses. Every wait ends at once when the connection is lost, the
 * server answers early (with an error), the caller aborts, or the server takes nothing for too long.
 */
export class Upload implements Pending, Ticking {
  deadline = 0;
  settled = false;
  attempts = 0;
  readonly repeatable = false;
  readonly label = "SET";
  readonly #connection: Connection;
  readonly #timeout: number;
  readonly #signal: AbortSignal | undefined;
  /** Have all bytes been written, so that the command may run? */
  #whole = false;
  #outcome: { reply: RawReply } | { error: unknown } | null = null;
  #interrupt: ((error: unknown) => void) | null = null;
  #answered: ((reply: RawReply) => void) | null = null;
  #drained: (() => void) | null = null;
  #due = 0;

  /** @param timeout longest silence of the server in milliseconds while it is its turn; 0: no limit */
  constructor(connection: Connection, timeout: number, signal: AbortSignal | undefined) {
    this.#connection = connection;
    this.#timeout = timeout;
    this.#signal = signal;
    connection.onDrain = () => this.#drained?.();
    signal?.addEventListener("abort", this.#aborted);
    connection.send(this);
    if (signal?.aborted) this.#aborted();
  }

  /** Wait for something else than the server. @throws the error that ended the upload meanwhile */
  readonly wait = <T>(promise: Promise<T>): Promise<T> => {
    const { error } = (this.#outcome ?? {}) as { error?: unknown };
    if (error !== undefined) {
      promise.catch(() => {});
      return Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      promise.then(resolve, reject);
    });
  };

  /** Write `bytes`, and wait until more can be taken. @throws the error that ended the upload */
  async put(bytes: Uint8Array): Promise<void> {
    if (this.#outcome === null && this.#connection.write(bytes)) return;
    this.#watch();
    await this.wait(
      new Promise<void>((resolve) => {
        this.#drained = resolve;
      }),
    );
    this.#due = 0;
  }

  /** Write the last bytes, and wait for the reply. @throws ReplyError, ConnectionError */
  async finish(bytes: Uint8Array): Promise<RawReply> {
    this.#whole = true;
    const answer = new Promise<RawReply>((resolve) => {
      this.#answered = resolve;
    });
    if (this.#outcome === null) this.#connection.write(bytes);
    this.#watch();
    return this.wait(answer);
  }

  /** It is over, in whatever way: leave the connection. */
  end(): void {
    this.settled = true;
    this.#due = 0;
    this.#connection.onDrain = null;
    this.#signal?.removeEventListener("abort", this.#aborted);
  }

  #fail(error: unknown): void {
    if (this.#outcome !== null) return;
    this.#outcome = { error };
    this.#interrupt?.(error);
  }

  readonly #aborted = (): void => {
    const { reason } = this.#signal as AbortSignal;
    const { address } = this.#connection;
    const sent = this.#whole ? "maybe" : "no";
    this.#fail(
      new AbortError("EABORT", "SET (streamed) was aborted", sent, {
        command: "SET",
        address,
        cause: reason,
      }),
    );
  };

  #watch(): void {
    const before = this.#due;
    this.#due = deadlineIn(this.#timeout);
    if (before === 0 && this.#due !== 0) join(this);
  }

  tick(now: number): boolean {
    if (this.#due === 0) return false;
    if (this.#due > now) return true;
    const { address } = this.#connection;
    const why = `SET (streamed): ${address} took and said nothing for ${this.#timeout} ms`;
    const sent = this.#whole ? "maybe" : "no";
    this.#fail(new TimeoutError("ETIMEDOUT", why, sent, { command: "SET", address }));
    return false;
  }

  // --- the entry in the connection's queue

  wants(): number {
    return 0;
  }

  /** Nothing: its bytes are written by {@link put} and {@link finish}. */
  write(): void {}

  take(reply: RawReply, flaw: DecodeError | null, { address }: ReplySource): boolean {
    this.settled = true;
    if (flaw !== null || reply instanceof ReplyError) {
      const error = flaw ?? (reply as ReplyError);
      error.command = "SET";
      error.address = address;
      this.#fail(error);
    } else if (this.#outcome === null) {
      this.#outcome = { reply };
      this.#answered?.(reply);
    }
    return true;
  }

  fail(error: RedisError): void {
    if (this.settled) return;
    this.settled = true;
    if (this.#whole || !(error instanceof ConnectionError)) return this.#fail(error);
    const cause = error.cause instanceof Error ? error.cause : error;
    // A server that closes because it takes no value so long is often gone before its reason has come.
    const advice = "Does it take values of this length (proto-max-bulk-len)?";
    const why = `SET (streamed) was cut before all was sent; nothing was set: ${cause.message}. ${advice}`;
    const context = { command: "SET", address: error.address, cause };
    this.#fail(new ConnectionError(error.code, why, "no", context));
  }
}
