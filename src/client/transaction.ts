/** Optimistic transactions: read, decide and write on a connection of one's own; again when others came in between. */
import type { Key } from "../commands/base.js";
import { BatchError, PipelineError, ReplyError, replyError, WatchError } from "../errors.js";
import { isElsewhere, isPassing } from "./connection/passing.js";
import { ConnectionExecutor } from "./connection-executor.js";
import type { View } from "./executor.js";
import { knownCommand } from "./known-command.js";
import { pauseAfter } from "./options/options.js";
import type { ConnectionPool } from "./pool/pool.js";
import { Session } from "./session.js";

/** Options of `Redis.transaction`. */
export interface TransactionOptions {
  /** How often the body is run at most while others change the watched keys in between. Default 16. */
  attempts?: number;
}

/**
 * Run `body` with `keys` watched, until nobody has changed them meanwhile. When the server refuses a command for a
 * reason that passes, and nothing was written yet, that is waited for as it is elsewhere.
 * @returns what `body` gives
 * @throws WatchError when others changed the keys in every attempt
 */
export async function transact<V, T, I>(
  pool: ConnectionPool,
  view: View,
  keys: Key | readonly Key[],
  body: (tx: Session<T, I>) => Promise<V> | V,
  { attempts = 16 }: TransactionOptions,
): Promise<V> {
  const { settings } = pool;
  const list = (Array.isArray(keys) ? keys : [keys]) as readonly Key[];
  let collisions = 0;
  for (let refusals = 0; ; ) {
    const connection = await pool.borrow();
    const executor = new ConnectionExecutor(connection, settings.commandTimeout, pool.caching);
    const session = new Session<T, I>(executor, view, () => pool.release(connection));
    const writes = new Writes();
    executor.onWrite = (reply) => writes.add(reply);
    try {
      for (;;) {
        if (list.length > 0) await session.watch(list);
        try {
          return await body(session);
        } catch (error) {
          if (!(error instanceof WatchError)) throw error;
          if (++collisions >= attempts) throw beaten(attempts, pool.address);
        }
        // Two that collide all the time must get out of step.
        await pause(Math.random() * Math.min(100, 2 ** collisions));
      }
    } catch (error) {
      const refusal = refusalIn(error);
      const isFinal = refusal === undefined || writes.any || view.noRetry;
      if (isFinal || ++refusals > settings.attempts) throw error;
      if (isElsewhere(refusal)) pool.leave(connection);
    } finally {
      await session.release();
    }
    await pause(pauseAfter(refusals, settings));
  }
}

/** What was written, or may be. */
class Writes {
  #count = 0;

  /** Is there any, apart from what the server has refused? */
  get any(): boolean {
    return this.#count > 0;
  }

  add(reply: Promise<unknown>): void {
    this.#count++;
    reply.then(
      (replies) => {
        // Of a pipeline, or a transaction that others came before.
        if (replies === null || (Array.isArray(replies) && refusalAmong(replies) !== undefined))
          this.#count--;
      },
      (error) => {
        if (refusalIn(error) !== undefined) this.#count--;
      },
    );
  }
}

function beaten(attempts: number, address: string): WatchError {
  const why = `Others changed the watched keys in all of ${attempts} attempts; nothing was executed`;
  return new WatchError(why, { command: "EXEC", address });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The refusal that passes, if it is the whole reason of `error`: what else was sent with it has not run either. */
function refusalIn(error: unknown): ReplyError | undefined {
  if (error instanceof PipelineError) return refusalAmong(error.results);
  if (error instanceof BatchError) return refusalAmong(Object.values(error.results));
  if (!(error instanceof ReplyError)) return undefined;
  // It was all right when it was queued: EXEC itself names what is in the way.
  const reason = /^EXECABORT Transaction discarded because of: (.+)/.exec(error.message)?.[1];
  if (reason !== undefined) return refusalIn(replyError(reason));
  return isPassing(error, knownCommand(error.command ?? "EXEC")) ? error : undefined;
}

/** The same for the replies to all that was sent together: every one must be refused. */
function refusalAmong(replies: readonly unknown[]): ReplyError | undefined {
  const refusals = replies.map(refusalIn);
  const othersRan = replies.some((reply, place) => refusals[place] === undefined && !isAborted(reply));
  return othersRan ? undefined : refusals.find((refusal) => refusal !== undefined);
}

/** Was it not run because the server had refused another of its transaction? */
function isAborted(reply: unknown): boolean {
  return reply instanceof ReplyError && reply.code === "EXECABORT";
}
