/** Pipelines and transactions: commands collected by chaining, sent in one go. */
import { type Arg, RUN_PROGRAM } from "../commands/base.js";
import { Commands } from "../commands/index.js";
import type { Mode, Reply } from "../commands/mode.js";
import { callByName, type Program, type ProgramWords } from "../commands/program.js";
import { anything, type Decode } from "../commands/replies.js";
import { PipelineError, WatchError } from "../errors.js";
import { checkWords } from "../protocol/encoder.js";
import { WANT_BYTES } from "../protocol/parser.js";
import { checkCall } from "./call.js";
import type { Codec } from "./codec.js";
import type { Command, Executor, View } from "./executor.js";
import { type KnownCommand, knownCommand } from "./known-command.js";
import { Values } from "./values.js";

/** Pipeline and transaction: every command returns the pipeline, longer by one reply. */
export interface Chained<R extends readonly unknown[], T = string, I = number> extends Mode {
  readonly text: T;
  readonly integer: I;
  readonly result: Pipeline<[...R, this["reply"]], T, I>;
}

/** The outcome of one command, from {@link Pipeline.execSettled}. */
export type Settled<T> = { ok: true; value: T } | { ok: false; error: Error };

/**
 * Collects commands and sends them in one write; made by `redis.pipeline()` and `redis.multi()`.
 * `R` is the tuple of the replies so far.
 *
 * An argument that cannot be sent throws at the call that has it, before anything is sent.
 * @example
 * ```ts
 * const [ok, added, count] = await redis.pipeline().set("foo", "bar").sadd("faz", "baz").incr("n").exec();
 * ```
 * @see https://redis.io/docs/latest/develop/use/pipelining/
 */
export class Pipeline<R extends readonly unknown[] = [], T = string, I = number> extends Commands<
  Chained<R, T, I>
> {
  readonly #executor: Executor;
  readonly #view: View;
  readonly #atomic: boolean;
  #commands: Command[] = [];
  /** That of the last call: pipelines often say the same again. */
  #last: KnownCommand | undefined;
  /** The scripts whose source this pipeline brings along already. */
  #scripts: Set<string> | undefined;

  /** @internal */
  constructor(executor: Executor, view: View, atomic: boolean) {
    super();
    this.#executor = executor;
    this.#view = view;
    this.#atomic = atomic;
  }

  /** How many commands have been collected. */
  get length(): number {
    return this.#commands.length;
  }

  /**
   * Add a command that has no method (yet).
   * @typeParam V what it replies; `unknown` unless you say so
   * @throws ArgumentError for a command that changes the state of a connection
   */
  call<V = unknown>(name: string, ...args: readonly Arg[]): Reply<Chained<R, T, I>, V> {
    const { command, rest } = checkCall(name, args);
    return this.run(command as never, rest, anything as Decode<V>);
  }

  /**
   * The commands that carry values, for values of your own; each adds to this pipeline and returns it.
   * @example
   * ```ts
   * const [user, visits] = await redis.pipeline().values(users).get("user:1").incr("visits").exec();
   * ```
   */
  values<V>(codec: Codec<V>): Values<Chained<R, T, I>, V> {
    return new Values<Chained<R, T, I>, V>(codec, (write) => {
      const { name, args, decode, bytes } = write();
      return this.#add(name, args, decode, bytes ? this.#view.wants | WANT_BYTES : this.#view.wants);
    });
  }

  /**
   * Send everything. The pipeline is empty afterwards and can be used again.
   * @returns the replies in order
   * @throws PipelineError when a command failed; its `results` hold all replies and errors in place
   * @throws WatchError from a transaction, when a watched key had changed: nothing was executed
   * @throws ConnectionError when no reply came
   */
  async exec(): Promise<R> {
    const commands = this.#take();
    const results = executed(await this.#executor.sendAll(commands, this.#atomic, this.#view));
    for (let i = 0; i < results.length; i++) {
      if (results[i] instanceof Error) throw pipelineError(commands, results, i);
    }
    return results as unknown as R;
  }

  /**
   * Send everything, and take the outcome of each command for itself.
   * @throws WatchError from a transaction, when a watched key had changed: nothing was executed
   * @throws ConnectionError when no reply came
   */
  async execSettled(): Promise<{ -readonly [K in keyof R]: Settled<R[K]> }> {
    const results = executed(await this.#executor.sendAll(this.#take(), this.#atomic, this.#view));
    const settled = results.map(
      (value): Settled<unknown> =>
        value instanceof Error ? { ok: false, error: value } : { ok: true, value },
    );
    return settled as { -readonly [K in keyof R]: Settled<R[K]> };
  }

  protected override run<V>(
    name: string,
    args: readonly Arg[],
    decode: Decode<V>,
  ): Reply<Chained<R, T, I>, V> {
    return this.#add(name, args, decode, this.#view.wants);
  }

  protected override runBytes<V>(
    name: string,
    args: readonly Arg[],
    decode: Decode<V>,
  ): Reply<Chained<R, T, I>, V> {
    return this.#add(name, args, decode, this.#view.wants | WANT_BYTES);
  }

  /** The first call of a script brings its source, so that the others find it: nothing can fail for want of it. */
  override [RUN_PROGRAM]<V>(
    program: Program,
    words: ProgramWords,
    decode: Decode<V>,
  ): Reply<Chained<R, T, I>, V> {
    if (program.kind === "script") this.#scripts ??= new Set();
    if (program.kind === "function" || !this.#scripts?.has(program.name)) {
      const chain = super[RUN_PROGRAM](program, words, decode);
      this.#scripts?.add(program.name);
      return chain;
    }
    const args = [program.name, ...words()];
    return program.bytes
      ? this.runBytes(callByName(program), args, decode)
      : this.run(callByName(program), args, decode);
  }

  #add<V>(name: string, args: readonly Arg[], decode: Decode<V>, wants: number): Reply<Chained<R, T, I>, V> {
    checkWords(name, args);
    if (this.#last?.name !== name) this.#last = knownCommand(name);
    const commands = this.#commands;
    // V8 puts this in line, but not a push to an array that grows.
    commands[commands.length] = { known: this.#last, args, decode, wants };
    // The one cast of the design: the same object stands for a pipeline that is longer by one reply.
    return this as unknown as Reply<Chained<R, T, I>, V>;
  }

  /** What has been collected; the pipeline is empty from now on. */
  #take(): Command[] {
    const commands = this.#commands;
    this.#commands = [];
    this.#scripts = undefined;
    return commands;
  }
}

/** The replies, where there are any. */
function executed(results: unknown[] | null): unknown[] {
  if (results !== null) return results;
  throw new WatchError("The transaction was not executed: a watched key was changed by someone else", {
    command: "EXEC",
  });
}

function pipelineError(
  commands: readonly Command[],
  results: readonly unknown[],
  first: number,
): PipelineError {
  const failed = results.filter((result) => result instanceof Error).length;
  const cause = results[first] as Error;
  const message =
    `${failed} of ${results.length} commands failed, first ${commands[first].known.name} (command ${first + 1}): ` +
    `${cause.message}. All replies are in error.results; execSettled() gives the outcome of each`;
  return new PipelineError(message, results, { command: commands[first].known.name, cause });
}
