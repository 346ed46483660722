/** The run-time waist of the client: all that `Redis` and `Pipeline` know of what carries their commands. */
import type { Arg, Key } from "../commands/base.js";
import type { Decode } from "../commands/replies.js";
import type { KnownCommand } from "./known-command.js";

/** How the calls of one view of a client are to be carried out. */
export interface View {
  /** `WANT_*` bits for the parser. */
  readonly wants: number;
  /** End-to-end deadline of a command in milliseconds; 0: none; `undefined`: the client's `commandTimeout`. */
  readonly timeout: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Writes may be sent again although they may have run. */
  readonly idempotent: boolean;
  /** Nothing is sent a second time, whatever the server or the connection does. */
  readonly noRetry: boolean;
  /**
   * What stands before every key, for what does not go through the view's executor (which puts it there
   * itself): see `key-prefix.ts`.
   */
  readonly keyPrefix: Key | undefined;
  /** Milliseconds: the oldest reply that may come from the client-side cache; `undefined`: any that it has. */
  readonly maxAge: number | undefined;
}

/** The view of a client that was asked for nothing special. */
export const PLAIN_VIEW: View = {
  wants: 0,
  timeout: undefined,
  signal: undefined,
  idempotent: false,
  noRetry: false,
  keyPrefix: undefined,
  maxAge: undefined,
};

/** One command of a batch. */
export interface Command {
  readonly known: KnownCommand;
  /** Checked when the command is collected, so that a wrong argument throws where it was given. */
  readonly args: readonly Arg[];
  readonly decode: Decode<unknown>;
  /** `WANT_*` bits for the parser. */
  readonly wants: number;
}

/** Something that can carry commands to a server: a connection, a pool, a cluster. */
export interface Executor {
  /** Send one command. Rejects with a `RedisError`. */
  send<T>(name: string, args: readonly Arg[], decode: Decode<T>, view: View): Promise<T>;
  /**
   * Send many at once.
   * @param atomic run them as one MULTI/EXEC transaction
   * @returns the replies in order, an `Error` in the place of each that failed; `null` when a
   *   transaction was not executed because a watched key had changed
   */
  sendAll(batch: readonly Command[], atomic: boolean, view: View): Promise<unknown[] | null>;
}
