/** What a running task knows of itself, and how code that it calls finds it. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { AsyncResult } from "./async-result.js";
import type { ApplyOptions } from "./call-options.js";
import { MaxRetriesExceededError, Retry } from "./errors.js";
import { exceptionRepr, toExceptionRecord } from "./exceptions.js";
import type { TaskLog } from "./log.js";
import type { Signature, SignatureChanges } from "./signature.js";
import type { SignatureJson } from "./signature-json.js";

/** How often a task is retried when nobody says so. */
const MAX_RETRIES = 3;
/** Seconds until a retry when nobody says so. */
const RETRY_DELAY = 180;

/** The request that a task runs for. */
export interface TaskRequest {
  readonly id: string;
  /** Name of the task. */
  readonly task: string;
  readonly args: readonly unknown[];
  /** All keyword arguments, those that `params` has made positions among them. */
  readonly kwargs: Record<string, unknown>;
  /** Id of the first task of the workflow. */
  readonly rootId: string;
  /** Id of the task that has sent this one. */
  readonly parentId: string | null;
  readonly group: string | null;
  readonly groupIndex: number | null;
  /** How often it has been retried. */
  readonly retries: number;
  /** Name of the worker. */
  readonly hostname: string;
  readonly eta: Date | null;
  readonly expires: Date | null;
  /** Hard and soft limit in seconds, as the message has them. */
  readonly timelimit: readonly [hard: number | null, soft: number | null];
  readonly deliveryInfo: {
    readonly exchange: string;
    readonly routingKey: string;
    readonly priority: number;
    readonly redelivered: boolean | null;
  };
  readonly correlationId: string;
  readonly replyTo: string;
  /** Who has sent it: `gen<pid>@<host>`. */
  readonly origin: string;
  /** Was the function called directly (`task.call()`), and not by a worker? */
  readonly isEager: boolean;
  readonly headers: Record<string, unknown>;
  readonly chord?: SignatureJson | null | undefined;
  /** The results of what the task sends, in Celery's form; grows while it runs. */
  readonly children: unknown[];
}

/** What a context needs of the task. */
export interface ContextTask {
  readonly name: string;
  readonly options: {
    /** `null`: without end. */
    readonly maxRetries?: number | null | undefined;
    readonly defaultRetryDelay?: number | undefined;
  };
}

/** Options of {@link TaskContext.retry}. */
export interface RetryCallOptions {
  /** Why: stored as the result meanwhile, and what the task fails with when it may not be retried any more. */
  exc?: unknown;
  /** Seconds until it runs again; the task's `defaultRetryDelay` when left out. */
  countdown?: number | undefined;
  /** When it runs again. */
  eta?: Date | undefined;
  /** Another limit than the task's; `null`: none. */
  maxRetries?: number | null | undefined;
  /** Other arguments. */
  args?: readonly unknown[] | undefined;
  /** Other keyword arguments. */
  kwargs?: Record<string, unknown> | undefined;
}

/** What a task can do with the app that it belongs to; the worker gives it the `TaskApp`. */
export interface ContextApp {
  readonly name: string;
  /** Send a call of a task by its name. */
  sendTask<R = unknown>(
    name: string,
    args?: readonly unknown[],
    options?: ApplyOptions,
  ): Promise<AsyncResult<R>>;
  /** A call, not made yet, of a task. */
  signature(name: string, options?: SignatureChanges): Signature<AsyncResult>;
  /** The result of a task that was sent before. */
  asyncResult<R = unknown>(id: string): AsyncResult<R>;
}

/** What {@link TaskContext} is made of. */
export interface TaskContextParts {
  readonly request: TaskRequest;
  readonly app: ContextApp;
  readonly task: ContextTask;
  /** A function is called when somebody asks for the signal. */
  readonly signal: AbortSignal | (() => AbortSignal);
  readonly log: TaskLog;
  updateState(state: string, meta: unknown): Promise<void>;
}

/**
 * What a task knows of itself: the first argument of a function that is defined with `bind: true`.
 * @example
 * ```ts
 * app.task("proj.fetch", async (context: TaskContext, url: string) => {
 *   await context.updateState("PROGRESS", { current: 0, total: 1 });
 *   const response = await fetch(url, { signal: context.signal });
 *   if (response.status === 503) context.retry({ exc: new Error("busy"), countdown: 5 });
 *   return response.text();
 * }, { bind: true });
 * ```
 */
export class TaskContext {
  readonly request: TaskRequest;
  /** The app, to send other tasks. */
  readonly app: ContextApp;
  readonly task: ContextTask;
  /** Lines of the task in the worker's log. */
  readonly log: TaskLog;
  readonly #signal: AbortSignal | (() => AbortSignal);
  readonly #updateState: (state: string, meta: unknown) => Promise<void>;

  /** @internal workers make it */
  constructor(parts: TaskContextParts) {
    this.request = parts.request;
    this.app = parts.app;
    this.task = parts.task;
    this.log = parts.log;
    this.#signal = parts.signal;
    this.#updateState = (state, meta) => parts.updateState(state, meta);
  }

  /** Fires when the soft time limit has passed, and when the task is revoked or its worker stops at once. */
  get signal(): AbortSignal {
    return typeof this.#signal === "function" ? this.#signal() : this.#signal;
  }

  /**
   * Store a state of the task's own, such as `PROGRESS`, which those who wait can see.
   * @throws TypeError when JSON cannot hold `meta`
   */
  updateState(state: string, meta: unknown = null): Promise<void> {
    return this.#updateState(state, meta);
  }

  /**
   * Run the task again later, under the same id. It always throws, and what it throws must leave the task.
   * @throws Retry which the worker understands
   * @throws `exc` (or MaxRetriesExceededError without one) when the task has been retried often enough, or was called
   *   directly
   */
  retry(options: RetryCallOptions = {}): never {
    const { exc, eta, args, kwargs } = options;
    const { request, task } = this;
    const most = options.maxRetries !== undefined ? options.maxRetries : task.options.maxRetries;
    const limit = most === undefined ? MAX_RETRIES : most;
    if (exc !== undefined && (request.isEager || (limit !== null && request.retries >= limit))) throw exc;
    if (limit !== null && request.retries >= limit) {
      throw new MaxRetriesExceededError(
        `Can't retry ${task.name}[${request.id}]: it has been retried ${limit} times`,
      );
    }
    const countdown =
      options.countdown ?? (eta === undefined ? (task.options.defaultRetryDelay ?? RETRY_DELAY) : undefined);
    throw new Retry({
      cause: exc,
      causeRepr: exc === undefined ? undefined : exceptionRepr(toExceptionRecord(exc)),
      countdown,
      eta,
      args,
      kwargs,
    });
  }
}

// The package may be loaded twice, as an ES module and as CommonJS; a task has one context all the same.
const STORAGE = Symbol.for("resplendent.task-context");
const globals = globalThis as { [STORAGE]?: AsyncLocalStorage<TaskContext> };
globals[STORAGE] ??= new AsyncLocalStorage<TaskContext>();
const storage = globals[STORAGE];

/** The task that runs the code that asks; `undefined` outside of tasks. */
export function currentTask(): TaskContext | undefined {
  return storage.getStore();
}

/** Run `fn` as a part of a task: {@link currentTask} gives its context there, and in all that it starts. */
export function runInContext<T>(context: TaskContext, fn: () => T): T {
  return storage.run(context, fn);
}
