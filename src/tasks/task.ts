/** A task of an app: its function, and the ways to call it. */
import type { AsyncResult } from "./async-result.js";
import type { ApplyOptions } from "./call-options.js";
import { applyParams } from "./params.js";
import type { Signature, SignatureChanges } from "./signature.js";
import { runInContext, type TaskContext } from "./task-context.js";
import type { TaskOptions } from "./task-options.js";

/** Some of a task's arguments: the first ones, or (as in a chain, where the result before comes first) the last ones. */
export type SomeOf<A extends readonly unknown[]> = Partial<A> | LastOf<A>;

type LastOf<A extends readonly unknown[]> = A extends readonly [unknown, ...infer Rest]
  ? Rest | LastOf<Rest>
  : A;

/** What a task needs of its app. */
export interface TaskHost {
  /** Send a call of this task. */
  apply(task: Task, args: readonly unknown[], options: ApplyOptions): Promise<AsyncResult>;
  makeSignature(task: string, more: SignatureChanges, immutable: boolean): Signature<AsyncResult>;
  /** The context of a call that is made directly. */
  directContext(task: Task, args: readonly unknown[]): TaskContext;
}

/** A task; made by `app.task()`. */
export class Task<A extends unknown[] = never, R = unknown> {
  readonly name: string;
  /** The function. With `bound`, its first argument is the context. */
  readonly run: (...args: never) => unknown;
  readonly options: Omit<TaskOptions, "ackLate">;
  /** Does the function take the context? */
  readonly bound: boolean;
  readonly #host: TaskHost;

  /** @internal use `app.task()` */
  constructor(
    host: TaskHost,
    name: string,
    run: (...args: never) => unknown,
    options: Omit<TaskOptions, "ackLate">,
  ) {
    this.#host = host;
    this.name = name;
    this.run = run;
    this.options = options;
    this.bound = options.bind === true;
  }

  /**
   * Send a call to the queue.
   * @example
   * ```ts
   * const result = await add.delay(2, 2);
   * ```
   * @throws TypeError when JSON cannot hold an argument
   * @throws ConnectionError when the broker cannot be reached
   */
  delay(...args: A): Promise<AsyncResult<R>> {
    return this.#host.apply(this as unknown as Task, args, NO_OPTIONS) as Promise<AsyncResult<R>>;
  }

  /**
   * Send a call with options.
   * @example
   * ```ts
   * await add.applyAsync([2, 2], { countdown: 10, queue: "slow" });
   * ```
   */
  applyAsync(args: A, options: ApplyOptions = NO_OPTIONS): Promise<AsyncResult<R>> {
    return this.#host.apply(this as unknown as Task, args, options) as Promise<AsyncResult<R>>;
  }

  /** A call that is not made yet, with some of the arguments. */
  s(...args: SomeOf<A>): Signature<AsyncResult<R>> {
    return this.#host.makeSignature(this.name, { args }, false) as Signature<AsyncResult<R>>;
  }

  /** A call that is not made yet, and takes no result of what is before it. */
  si(...args: A): Signature<AsyncResult<R>> {
    return this.#host.makeSignature(this.name, { args }, true) as Signature<AsyncResult<R>>;
  }

  /** Call the function here and now, without queue and worker. */
  async call(...args: A): Promise<R> {
    const context = this.#host.directContext(this as unknown as Task, args);
    return (await runInContext(context, () => this.invoke(context, args, {}))) as R;
  }

  /** Call the function as a worker does: with its context if it takes that, and `kwargs` put into their places. */
  invoke(context: TaskContext, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>): unknown {
    const { params } = this.options;
    const all = params === undefined ? args : applyParams({ name: this.name, params }, args, kwargs);
    const run = this.run as (...args: unknown[]) => unknown;
    return this.bound ? run(context, ...all) : run(...all);
  }
}

const NO_OPTIONS: ApplyOptions = Object.freeze({});
