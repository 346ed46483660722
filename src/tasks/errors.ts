/** The errors of the task queue, and the three that steer a task: `Retry`, `Ignore` and `Reject`. */

/** Where each class says what it is, to copies of itself too. */
const KIND = Symbol.for("resplendent.tasks.class");

/**
 * Base of all errors of `resplendent/tasks`. `instanceof` knows the errors of another copy of the package as
 * well: a program of ES modules and a CommonJS one it loads have a copy each.
 */
export class TaskQueueError extends Error {
  static readonly [KIND]: string = "TaskQueueError";
  override readonly name: string = "TaskQueueError";

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: the class that is asked for may be one below this.
    return isInstance(this, value);
  }

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** An instance of this class, or of the class of this kind in another copy of the package. */
function isInstance(asked: { prototype: object; [KIND]: string }, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const kind = Object.hasOwn(asked, KIND) ? asked[KIND] : undefined;
  for (let at: unknown = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
    if (at === asked.prototype) return true;
    const type = (at as { constructor?: { [KIND]?: string } }).constructor;
    if (kind !== undefined && type !== undefined && Object.hasOwn(type, KIND) && type[KIND] === kind)
      return true;
  }
  return false;
}

/** A setting of the app, an option of a task or of a call is unknown or has a wrong value. */
export class SettingsError extends TaskQueueError {
  static override readonly [KIND]: string = "SettingsError";
  override readonly name = "SettingsError";
  /** Name of the setting, such as `taskRoutes` or `brokerTransportOptions.visibilityTimeout`. */
  readonly setting: string;

  constructor(setting: string, message: string, cause?: unknown) {
    super(message, cause);
    this.setting = setting;
  }
}

/** A message that is no task, or that this package cannot read. */
export class MessageError extends TaskQueueError {
  static override readonly [KIND]: string = "MessageError";
  override readonly name = "MessageError";
  /** The message's content type, where it is one that is not read (anything but JSON). */
  readonly contentType: string | undefined;

  constructor(message: string, more: { contentType?: string | undefined; cause?: unknown } = {}) {
    super(message, more.cause);
    this.contentType = more.contentType;
  }
}

/** No task of this name is registered in this app. */
export class NotRegisteredError extends TaskQueueError {
  static override readonly [KIND]: string = "NotRegisteredError";
  override readonly name = "NotRegisteredError";
  /** Name of the task. */
  readonly task: string;

  constructor(task: string) {
    super(`No task named ${JSON.stringify(task)} is registered; import the module that defines it`);
    this.task = task;
  }
}

/** The time given to `AsyncResult.get()` passed; the task may still run. */
export class TaskTimeoutError extends TaskQueueError {
  static override readonly [KIND]: string = "TaskTimeoutError";
  override readonly name = "TaskTimeoutError";
  readonly taskId: string;

  constructor(taskId: string, milliseconds: number) {
    super(`Task ${taskId} gave no result within ${milliseconds} ms`);
    this.taskId = taskId;
  }
}

/** What is known of a failed task. */
export interface TaskFailure {
  /** Name of the exception's class, such as `ValueError`. */
  name: string;
  /** Python module of that class (`builtins`), or null. */
  pyModule: string | null;
  /** The arguments that the exception was made with. */
  args: readonly unknown[];
  /** Text of the traceback (Python) or of the stack (TypeScript), or null. */
  traceback: string | null;
  taskId: string;
}

/**
 * The failure of a task as its caller sees it. `name` is the name of the class that was raised,
 * whatever the language: branch on it.
 * @example
 * try {
 *   await result.get({ timeout: 1000 });
 * } catch (error) {
 *   if (error instanceof TaskError && error.name === "ValueError") …
 * }
 */
export class TaskError extends TaskQueueError {
  static override readonly [KIND]: string = "TaskError";
  override readonly name: string;
  readonly pyModule: string | null;
  readonly args: readonly unknown[];
  readonly traceback: string | null;
  readonly taskId: string;

  constructor(message: string, failure: TaskFailure) {
    super(message);
    this.name = failure.name;
    this.pyModule = failure.pyModule;
    this.args = failure.args;
    this.traceback = failure.traceback;
    this.taskId = failure.taskId;
  }
}

/** The task was revoked, terminated or had expired before it could run: `message` says which. */
export class TaskRevokedError extends TaskError {
  static override readonly [KIND]: string = "TaskRevokedError";
}

/** A task asked for one retry more than it may have, and gave no error that says why. */
export class MaxRetriesExceededError extends TaskQueueError {
  static override readonly [KIND]: string = "MaxRetriesExceededError";
  override readonly name = "MaxRetriesExceededError";
}

/** The soft time limit passed: the reason of the task's `signal`. */
export class SoftTimeLimitExceeded extends TaskQueueError {
  static override readonly [KIND]: string = "SoftTimeLimitExceeded";
  override readonly name = "SoftTimeLimitExceeded";
  /** The limit in seconds. */
  readonly seconds: number | undefined;
  /** Arguments as Python's class has them. */
  readonly args: readonly unknown[] = [];

  constructor(seconds?: number) {
    super(seconds === undefined ? "Soft time limit exceeded" : `Soft time limit (${seconds}s) exceeded`);
    this.seconds = seconds;
  }
}

/** The hard time limit passed, and the task was ended. */
export class TimeLimitExceeded extends TaskQueueError {
  static override readonly [KIND]: string = "TimeLimitExceeded";
  override readonly name = "TimeLimitExceeded";
  /** The limit in seconds. */
  readonly seconds: number;
  readonly args: readonly unknown[];

  constructor(seconds: number) {
    super(`Hard time limit (${seconds}s) exceeded`);
    this.seconds = seconds;
    this.args = [seconds];
  }
}

/** The process or thread that ran the task ended before the task did. */
export class WorkerLostError extends TaskQueueError {
  static override readonly [KIND]: string = "WorkerLostError";
  override readonly name = "WorkerLostError";
}

/** A part of a chord failed, so its body cannot run. */
export class ChordError extends TaskQueueError {
  static override readonly [KIND]: string = "ChordError";
  override readonly name = "ChordError";
}

/** How a task is to be retried. */
export interface RetryOptions {
  /** The error that made the retry necessary: stored as the result of the state RETRY. */
  cause?: unknown;
  /** Python's repr of the cause, for the message: `RuntimeError('try 0')`. */
  causeRepr?: string | undefined;
  /** Seconds until the next try. */
  countdown?: number | undefined;
  /** Moment of the next try; goes before `countdown`. */
  eta?: Date | undefined;
  /** Positional arguments of the next try; those of this try when left out. */
  args?: readonly unknown[] | undefined;
  /** Keyword arguments of the next try; those of this try when left out. */
  kwargs?: Record<string, unknown> | undefined;
}

/** Thrown by `context.retry()`: the task was or will be published again. Do not catch it. */
export class Retry extends TaskQueueError {
  static override readonly [KIND]: string = "Retry";
  override readonly name = "Retry";
  readonly countdown: number | undefined;
  readonly eta: Date | undefined;
  readonly args: readonly unknown[] | undefined;
  readonly kwargs: Record<string, unknown> | undefined;

  constructor(options: RetryOptions = {}) {
    const when = retryTime(options);
    super(
      options.causeRepr === undefined ? `Retry ${when}` : `Retry ${when}: ${options.causeRepr}`,
      options.cause,
    );
    this.countdown = options.countdown;
    this.eta = options.eta;
    this.args = options.args;
    this.kwargs = options.kwargs;
  }

  /** When, as Celery's log says it: `in 1s`, or `at 2026-11-21T01:55:46.000Z`. */
  get when(): string {
    return retryTime(this);
  }
}

function retryTime({ eta, countdown }: { eta?: Date | undefined; countdown?: number | undefined }): string {
  return eta !== undefined ? `at ${eta.toISOString()}` : `in ${countdown ?? 0}s`;
}

/** Thrown by a task that wants no state stored: its message is acknowledged and that is all. */
export class Ignore extends TaskQueueError {
  static override readonly [KIND]: string = "Ignore";
  override readonly name = "Ignore";

  constructor(message = "The task asked to be ignored") {
    super(message);
  }
}

/** Thrown by a task that refuses its message: it is dropped, or put back into its queue. */
export class Reject extends TaskQueueError {
  static override readonly [KIND]: string = "Reject";
  override readonly name = "Reject";
  readonly reason: unknown;
  /** Whether the message goes back to its queue. */
  readonly requeue: boolean;

  constructor(reason?: unknown, options: { requeue?: boolean | undefined } = {}) {
    super(reason instanceof Error ? reason.message : String(reason ?? "The task rejected its message"));
    this.reason = reason;
    this.requeue = options.requeue ?? false;
  }
}
