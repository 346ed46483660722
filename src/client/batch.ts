/** Batches: commands with names, sent in one go, their replies in an object of the same names. */
import { ArgumentError, BatchError, WatchError } from "../errors.js";
import { checkWords } from "../protocol/encoder.js";
import { WANT_BYTES } from "../protocol/parser.js";
import { type Call, Calls } from "./calls.js";
import type { Command, Executor, View } from "./executor.js";
import { knownCommand } from "./known-command.js";
import { checkBoolean, checkKeys } from "./options/option-checks.js";
import type { Settled } from "./pipeline.js";

/** The commands of a batch by name: each function makes one call. */
export type BatchEntries<T, I> = Readonly<Record<string, (calls: Calls<T, I>) => Call<unknown>>>;

/** The replies of a batch by name. */
export type BatchReplies<E> = {
  -readonly [N in keyof E]: E[N] extends (...args: never[]) => Call<infer V> ? V : never;
};

/** The outcome of each command of a batch by name. */
export type BatchOutcomes<E> = { -readonly [N in keyof E]: Settled<BatchReplies<E>[N]> };

/** Options of `redis.batch()` and `redis.batchSettled()`. */
export interface BatchOptions {
  /** Run them as one MULTI/EXEC transaction: all of them, with nobody in between. */
  atomic?: boolean;
}

const calls = new Calls<never, never>();

/**
 * Send a batch and take all replies.
 * @throws BatchError when a command failed; its `results` hold all replies and errors by name
 */
export async function runBatch<E extends object>(
  executor: Executor,
  view: View,
  entries: E,
  options: BatchOptions | undefined,
): Promise<BatchReplies<E>> {
  const results = await send(executor, view, entries, options);
  const failed = Object.keys(results).filter((name) => results[name] instanceof Error);
  if (failed.length === 0) return results as BatchReplies<E>;
  const [first] = failed;
  const cause = results[first] as Error & { command?: string };
  const total = Object.keys(results).length;
  const message =
    `${failed.length} of ${total} commands failed, first ${first} (${cause.command ?? "unknown"}): ${cause.message}. ` +
    "All replies are in error.results; batchSettled() gives the outcome of each";
  throw new BatchError(message, results, { command: cause.command, cause });
}

/** Send a batch and take the outcome of each command for itself. */
export async function settleBatch<E extends object>(
  executor: Executor,
  view: View,
  entries: E,
  options: BatchOptions | undefined,
): Promise<BatchOutcomes<E>> {
  const results = await send(executor, view, entries, options);
  const outcomes: Record<string, Settled<unknown>> = {};
  for (const name of Object.keys(results)) {
    const value = results[name];
    setOwn(outcomes, name, value instanceof Error ? { ok: false, error: value } : { ok: true, value });
  }
  return outcomes as BatchOutcomes<E>;
}

/** `E` is a {@link BatchEntries} here: the method that was called has checked that, for the types of its view. */
async function send(
  executor: Executor,
  view: View,
  entries: object,
  options: BatchOptions = {},
): Promise<Record<string, unknown>> {
  checkKeys("", options, ["atomic"]);
  checkBoolean("atomic", options.atomic);
  const names = Object.keys(entries);
  const commands = names.map((name): Command => {
    const call = (entries as BatchEntries<never, never>)[name](calls);
    if (typeof call?.decode !== "function" || !Array.isArray(call.args)) {
      throw new ArgumentError(`The function ${name} of the batch returned no call of a command`);
    }
    checkWords(call.name, call.args);
    const wants = call.bytes ? view.wants | WANT_BYTES : view.wants;
    return { known: knownCommand(call.name), args: call.args, decode: call.decode, wants };
  });
  const replies = await executor.sendAll(commands, options.atomic ?? false, view);
  if (replies === null) {
    throw new WatchError("The batch was not executed: a watched key was changed by someone else", {
      command: "EXEC",
    });
  }
  const results: Record<string, unknown> = {};
  for (let i = 0; i < names.length; i++) setOwn(results, names[i], replies[i]);
  return results;
}

/** Set an own property; the name `__proto__` is one like any other. */
function setOwn(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
