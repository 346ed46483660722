/** Lua scripts: programs that the server runs in one step, nothing else in between. */
import { type Arg, CommandSet, type Key, listOf, type Many, type Value } from "./base.js";
import type { Mode, Reply, Text } from "./mode.js";
import { anything, booleans, plain, status } from "./replies.js";

/** What a script or function gets. */
export interface CallOptions {
  /** The keys it works on, in Lua `KEYS`: all of them, so that a cluster can find the server. */
  keys?: readonly Key[];
  /** Everything else, in Lua `ARGV`. */
  args?: readonly Value[];
}

/** The words of a call: what to run, how many keys, the keys, the arguments. */
export function callArgs(what: string | Uint8Array, options: CallOptions | undefined): Arg[] {
  const args: Arg[] = [what, options?.keys?.length ?? 0];
  if (options?.keys) for (const key of options.keys) args.push(key);
  if (options?.args) for (const arg of options.args) args.push(arg);
  return args;
}

/** Commands on scripts. */
export abstract class ScriptCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Run a Lua script. Say what it returns: `eval<number>(...)`. Maps become `Map`s; Lua's `false` and `nil` are
   * `null`, numbers lose their fraction on the way.
   * @typeParam T what the script returns; `unknown` unless you say so
   * @throws ReplyError what the script threw
   * @example
   * ```ts
   * await redis.eval<number>("return redis.call('incrby', KEYS[1], ARGV[1])", { keys: ["n"], args: [5] }); // 5
   * ```
   * @see https://redis.io/docs/latest/commands/eval/
   */
  eval<T = unknown>(script: string, options?: CallOptions): Reply<M, T> {
    return this.run<T>("EVAL", callArgs(script, options), anything);
  }

  /**
   * Run a Lua script that may not write, so that a replica runs it too.
   * @typeParam T what the script returns; `unknown` unless you say so
   * @throws ReplyError what the script threw; `ERR` when it tried to write
   * @see https://redis.io/docs/latest/commands/eval_ro/
   */
  evalRo<T = unknown>(script: string, options?: CallOptions): Reply<M, T> {
    return this.run<T>("EVAL_RO", callArgs(script, options), anything);
  }

  /**
   * Run the Lua script with this SHA-1, which the server must have seen before.
   * @param sha 40 hexadecimal digits, as {@link ScriptCommands.scriptLoad} gives them
   * @typeParam T what the script returns; `unknown` unless you say so
   * @throws ReplyError `NOSCRIPT` when the server does not know it; else what the script threw
   * @example
   * ```ts
   * const sha = await redis.scriptLoad("return ARGV[1]");
   * await redis.evalsha<string>(sha, { args: ["hello"] }); // "hello"
   * ```
   * @see https://redis.io/docs/latest/commands/evalsha/
   */
  evalsha<T = unknown>(sha: string, options?: CallOptions): Reply<M, T> {
    return this.run<T>("EVALSHA", callArgs(sha, options), anything);
  }

  /**
   * {@link ScriptCommands.evalsha} for a script that may not write, so that a replica runs it too.
   * @param sha 40 hexadecimal digits, as {@link ScriptCommands.scriptLoad} gives them
   * @typeParam T what the script returns; `unknown` unless you say so
   * @throws ReplyError `NOSCRIPT` when the server does not know it; else what the script threw
   * @see https://redis.io/docs/latest/commands/evalsha_ro/
   */
  evalshaRo<T = unknown>(sha: string, options?: CallOptions): Reply<M, T> {
    return this.run<T>("EVALSHA_RO", callArgs(sha, options), anything);
  }

  /**
   * Which of these scripts does the server know?
   * @example
   * ```ts
   * await redis.scriptExists(sha); // [true]
   * ```
   * @see https://redis.io/docs/latest/commands/script-exists/
   */
  scriptExists(...shas: Many<string>): Reply<M, boolean[]> {
    return this.run("SCRIPT EXISTS", listOf(shas), booleans);
  }

  /**
   * Forget all scripts, now (`sync`) or in the background (`async`); without a word as the server is configured.
   * @see https://redis.io/docs/latest/commands/script-flush/
   */
  scriptFlush(mode?: "async" | "sync"): Reply<M, "OK"> {
    return this.run<"OK">("SCRIPT FLUSH", mode === undefined ? [] : [mode], status);
  }

  /**
   * Stop the script that runs now, unless it has written already.
   * @throws ReplyError `NOTBUSY` when none runs; `UNKILLABLE` when it has written
   * @see https://redis.io/docs/latest/commands/script-kill/
   */
  scriptKill(): Reply<M, "OK"> {
    return this.run<"OK">("SCRIPT KILL", [], status);
  }

  /**
   * Make the server know a script without running it.
   * @returns its SHA-1 in 40 hexadecimal digits
   * @throws ReplyError `ERR` when it does not compile
   * @see https://redis.io/docs/latest/commands/script-load/
   */
  scriptLoad(script: string): Reply<M, string> {
    return this.run<string>("SCRIPT LOAD", [script], status);
  }

  /**
   * Source of the script with that SHA-1. Needs Valkey 8.0.
   * @throws ReplyError `NOSCRIPT` when the server does not have it
   * @see https://valkey.io/commands/script-show/
   */
  scriptShow(sha: string): Reply<M, Text<M>> {
    return this.run<Text<M>>("SCRIPT SHOW", [sha], plain);
  }
}
