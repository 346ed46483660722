/**
 * A huge value from a stream. With a known length it is one SET whose value is written piece by piece, so
 * that the server gets it whole or not at all; without one it grows under another key by APPEND, and takes
 * its place by RENAME. Readers see the old value or the new one, never a part.
 */
import type { Arg, Key } from "../../commands/base.js";
import { anything, type Decode, plain } from "../../commands/replies.js";
import type { Expiry, SetReply } from "../../commands/strings.js";
import {
  AbortError,
  ArgumentError,
  ConnectionError,
  OptionError,
  RedisError,
  ReplyError,
  WatchError,
} from "../../errors.js";
import { utf8Bytes } from "../../protocol/bytes.js";
import { checkWords } from "../../protocol/encoder.js";
import type { Connection } from "../connection/connection.js";
import { Request } from "../connection/pending.js";
import { AtomicBatch } from "../connection/pending-batch.js";
import { deadlineIn } from "../connection/ticker.js";
import { type Command, PLAIN_VIEW, type View } from "../executor.js";
import { knownCommand } from "../known-command.js";
import { checkBoolean, checkInteger, checkKeys } from "../options/option-checks.js";
import type { ConnectionPool } from "../pool/pool.js";
import { BlockReader, type ByteSource, type Waiting } from "./byte-source.js";
import { Upload } from "./upload.js";

/** Options of `redis.setStream()`. */
export interface SetStreamOptions<If extends boolean = boolean> extends Expiry {
  /** How many bytes the source holds. Where it is known, nothing needs a second key, and one command does it. */
  length?: number;
  /** Keep the time to live that the key has now. */
  keepTtl?: boolean;
  /** Only set a key that does not exist. */
  nx?: If;
  /** Only set a key that exists. */
  xx?: If;
}

/** Bytes that are written at once where the length is known. */
const BLOCK = 256 * 1024;
/** Bytes of one APPEND. */
const APPENDED = 1024 * 1024;
/** What is left of an upload that was cut lives for so many milliseconds more. */
const LEFT_OVER = 3_600_000;
/** How often the new value tries to take its place while others change the old one. */
const ATTEMPTS = 16;

/**
 * Set `key` to the bytes of `source`.
 * @throws ArgumentError when the source is none, or holds more or fewer bytes than `length`; nothing is set
 * @throws ConnectionError with `sent: "no"` while the value cannot have been set
 */
export async function storeStream<If extends boolean>(
  pool: ConnectionPool,
  key: Key,
  source: ByteSource,
  view: View,
  options: SetStreamOptions<If> = {},
): Promise<SetReply<never, false, If>> {
  check(options);
  checkWords("SET", [key]);
  const reader = new BlockReader(source);
  try {
    const connection = await pool.acquire();
    const storing = { pool, connection, key, reader, view, options };
    const stored =
      options.length === undefined ? await appended(storing) : await written(storing, options.length);
    return stored as SetReply<never, false, If>;
  } finally {
    // Without waiting for it: a source that waits for something would keep the caller waiting, too.
    void reader.end();
  }
}

interface Storing {
  readonly pool: ConnectionPool;
  readonly connection: Connection;
  readonly key: Key;
  readonly reader: BlockReader;
  readonly view: View;
  readonly options: SetStreamOptions;
}

function check(options: SetStreamOptions): void {
  checkKeys("", options, ["length", "ex", "px", "exat", "pxat", "keepTtl", "nx", "xx"]);
  checkInteger("length", options.length, 0, 2 ** 40, 0);
  for (const name of ["ex", "px", "exat", "pxat"] as const) {
    checkInteger(name, options[name], 1, Number.MAX_SAFE_INTEGER, 1);
  }
  for (const name of ["keepTtl", "nx", "xx"] as const) checkBoolean(name, options[name]);
  const given = (["ex", "px", "exat", "pxat"] as const).filter((name) => options[name] !== undefined);
  if (given.length + Number(options.keepTtl === true) > 1) {
    throw new OptionError(given[0], `The options ${given.join(", ")} and keepTtl exclude each other`);
  }
  if (options.nx && options.xx) throw new OptionError("nx", "The options nx and xx exclude each other");
}

/** The words of SET behind the value. */
function tailOf({ ex, px, exat, pxat, keepTtl, nx, xx }: SetStreamOptions): string[] {
  const words: string[] = [];
  if (ex !== undefined) words.push("EX", String(ex));
  if (px !== undefined) words.push("PX", String(px));
  if (exat !== undefined) words.push("EXAT", String(exat));
  if (pxat !== undefined) words.push("PXAT", String(pxat));
  if (keepTtl) words.push("KEEPTTL");
  if (nx) words.push("NX");
  if (xx) words.push("XX");
  return words;
}

// --- the length is known

async function written(
  { pool, connection, key, reader, view, options }: Storing,
  length: number,
): Promise<unknown> {
  const upload = new Upload(connection, view.timeout ?? pool.settings.commandTimeout, view.signal);
  try {
    const tail = tailOf(options);
    const name = typeof key === "string" ? utf8Bytes(key) : key;
    await upload.put(utf8Bytes(`*${3 + tail.length}\r\n$3\r\nSET\r\n$${name.length}\r\n`));
    await upload.put(name.slice());
    await upload.put(utf8Bytes(`\r\n$${length}\r\n`));
    let block = new Uint8Array(BLOCK);
    for (let sent = 0; ; ) {
      const filled = await reader.fill(block, upload.wait);
      sent += filled;
      const over = filled < block.length;
      if (sent > length || (over && sent < length)) throw wrongLength(sent, length, over);
      await upload.put(block.subarray(0, filled));
      if (over) break;
      if (!connection.flushed) block = new Uint8Array(BLOCK);
    }
    return await upload.finish(
      utf8Bytes(`\r\n${tail.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`),
    );
  } catch (error) {
    // The command may be half written, or its reply on its way.
    connection.destroy("the streaming of a value was given up");
    throw error;
  } finally {
    upload.end();
    pool.release(connection);
  }
}

function wrongLength(sent: number, length: number, over: boolean): ArgumentError {
  const holds = over ? `only ${sent}` : `${sent} or more`;
  return new ArgumentError(`The source of setStream holds ${holds} bytes, not ${length}; nothing was set`, {
    command: "SET",
  });
}

// --- the length is not known

async function appended(storing: Storing): Promise<unknown> {
  const { key, reader, options, pool, connection } = storing;
  const asking = new Asking(storing);
  const draft = draftOf(key);
  let drafted = false;
  let last: Promise<unknown> = Promise.resolve();
  try {
    let block = new Uint8Array(APPENDED);
    let total = 0;
    for (;;) {
      const filled = await reader.fill(block, asking.wait);
      await asking.wait(last);
      const over = filled < block.length;
      const bytes = block.subarray(0, filled);
      // All of it in one block: it can be set as it is.
      if (over && total === 0) {
        return await asking.ask("SET", [key, bytes, ...tailOf(options)], anything);
      }
      total += filled;
      drafted = true;
      // The next block is read while this one is on its way.
      last = append(asking, draft, bytes, total);
      last.catch(() => {});
      if (over) break;
      block = new Uint8Array(APPENDED);
    }
    await asking.wait(last);
    const stored = await takePlace(asking, draft, total, storing);
    if (stored !== null) drafted = false;
    return stored;
  } catch (error) {
    throw asking.mayHaveRun ? error : notStored(error);
  } finally {
    asking.end();
    if (drafted) discard(storing, draft);
    else pool.release(connection);
  }
}

/** Remove a draft, behind what is still on its way to it. Nobody waits: what cannot be removed now expires. */
function discard({ pool, connection }: Storing, draft: Key): void {
  // Something may be watched, or left unanswered.
  connection.touched = true;
  request(connection, "UNLINK", [draft], plain, pool.settings.commandTimeout)
    .catch(() => pool.send("UNLINK", [draft], plain, PLAIN_VIEW))
    .catch(() => {})
    .finally(() => pool.release(connection));
}

function request<T>(
  connection: Connection,
  name: string,
  args: readonly Arg[],
  decode: Decode<T>,
  timeout: number,
): Promise<T> {
  return new Promise<T>((resolve) => {
    connection.send(new Request(knownCommand(name), args, decode, 0, deadlineIn(timeout), resolve));
  });
}

/** A key in the same slot of a cluster, as far as there can be one. */
function draftOf(key: Key): Key {
  const suffix = `:upload:${globalThis.crypto.randomUUID()}`;
  const text = typeof key === "string" ? key : undefined;
  if (text !== undefined) return /\{[^}]+\}/.test(text) ? text + suffix : `{${text}}${suffix}`;
  const bytes = utf8Bytes(suffix);
  const draft = new Uint8Array(key.length + bytes.length);
  draft.set(key as Uint8Array);
  draft.set(bytes, key.length);
  return draft;
}

/** Append a block. @throws ReplyError when the draft is not what was appended so far: it was touched, or has expired */
async function append(asking: Asking, draft: Key, bytes: Uint8Array, total: number): Promise<void> {
  const [length] = await Promise.all([
    asking.ask<number>("APPEND", [draft, bytes], plain),
    asking.ask("PEXPIRE", [draft, LEFT_OVER], plain),
  ]);
  if (length !== total) throw disturbed(length, total);
}

function disturbed(length: number, total: number): RedisError {
  const why = `The value that is streamed has ${length} bytes on the server instead of ${total}; nothing was set`;
  return new RedisError("EDISTURBED", why, { command: "APPEND" });
}

/** Let the draft become the value. @returns `OK`, or `null` where a condition is not met */
async function takePlace(
  asking: Asking,
  draft: Key,
  total: number,
  { key, options }: Storing,
): Promise<"OK" | null> {
  const conditional = options.nx || options.xx || options.keepTtl;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const [, length, exists, left] = await Promise.all([
      asking.ask("WATCH", conditional ? [draft, key] : [draft], plain),
      asking.ask<number>("STRLEN", [draft], plain),
      asking.ask<number>("EXISTS", [key], plain),
      asking.ask<number>("PTTL", [key], plain),
    ]);
    if (length !== total) throw disturbed(length, total);
    if ((options.nx && exists === 1) || (options.xx && exists === 0)) {
      await asking.ask("UNWATCH", [], plain);
      return null;
    }
    if (await asking.askAll([expiry(draft, options, left), command("RENAME", [draft, key])])) return "OK";
  }
  throw new WatchError(`Others changed the key in all of ${ATTEMPTS} attempts; nothing was set`, {
    command: "RENAME",
  });
}

function expiry(draft: Key, { ex, px, exat, pxat, keepTtl }: SetStreamOptions, left: number): Command {
  if (ex !== undefined) return command("EXPIRE", [draft, ex]);
  if (px !== undefined) return command("PEXPIRE", [draft, px]);
  if (exat !== undefined) return command("EXPIREAT", [draft, exat]);
  if (pxat !== undefined) return command("PEXPIREAT", [draft, pxat]);
  if (keepTtl && left >= 0) return command("PEXPIRE", [draft, left]);
  return command("PERSIST", [draft]);
}

function command(name: string, args: readonly Arg[]): Command {
  return { known: knownCommand(name), args, decode: anything, wants: 0 };
}

function notStored(error: unknown): unknown {
  if (!(error instanceof ConnectionError) || error.sent === "no") return error;
  const context = { command: error.command, address: error.address, cause: error };
  return new ConnectionError(error.code, `The streamed value was not set: ${error.message}`, "no", context);
}

/** Ordinary commands on the connection, and waits that end when the caller aborts. */
class Asking {
  readonly #connection: Connection;
  readonly #timeout: number;
  readonly #signal: AbortSignal | undefined;
  #interrupt: ((error: unknown) => void) | null = null;
  /** Has the command been sent that makes the value visible? */
  mayHaveRun = false;

  constructor({ connection, pool, view }: Storing) {
    this.#connection = connection;
    this.#timeout = view.timeout ?? pool.settings.commandTimeout;
    this.#signal = view.signal;
    this.#signal?.addEventListener("abort", this.#onAbort);
  }

  readonly wait: Waiting = <T>(promise: Promise<T>): Promise<T> => {
    if (this.#signal?.aborted) {
      promise.catch(() => {});
      return Promise.reject(this.#aborted());
    }
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      promise.then(resolve, reject);
    });
  };

  ask<T = unknown>(name: string, args: readonly Arg[], decode: Decode<T>): Promise<T> {
    if (name === "SET") this.mayHaveRun = true;
    return this.wait(request(this.#connection, name, args, decode, this.#timeout));
  }

  /** Run commands as a transaction. @returns false when a watched key had changed @throws the first error in it */
  async askAll(commands: readonly Command[]): Promise<boolean> {
    this.mayHaveRun = true;
    const replies = await this.wait(
      new Promise<unknown[] | null>((resolve, reject) => {
        this.#connection.send(new AtomicBatch(commands, 0, deadlineIn(this.#timeout), resolve, reject));
      }),
    );
    for (const reply of replies ?? []) if (reply instanceof ReplyError) throw reply;
    return replies !== null;
  }

  end(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => this.#interrupt?.(this.#aborted());

  #aborted(): ConnectionError {
    const { reason } = this.#signal as AbortSignal;
    const context = { command: "SET", address: this.#connection.address, cause: reason };
    return new AbortError("EABORT", "SET (streamed) was aborted", this.mayHaveRun ? "maybe" : "no", context);
  }
}
