/** Runs one task's function in this thread and tells how it ended. All pools end here. */
import type { TaskApp } from "../../app.js";
import { Ignore, NotRegisteredError, Reject, Retry } from "../../errors.js";
import { toExceptionRecord, tracebackOf } from "../../exceptions.js";
import type { TaskLog } from "../../log.js";
import { runInContext, TaskContext, type TaskRequest } from "../../task-context.js";
import { autoretryDelay, retriesByItself } from "./autoretry.js";
import type { JobOutcome } from "./pool.js";

/** What is to be run: the plain part of a {@link Job}. */
export interface JobDetails {
  readonly id: string;
  readonly task: string;
  readonly args: readonly unknown[];
  readonly kwargs: Record<string, unknown>;
  readonly request: TaskRequest;
}

/** What the task reaches outside its function. */
export interface ExecutionHost {
  /** Aborted by the soft limit (reason: SoftTimeLimitExceeded), the hard limit and terminate. */
  readonly signal: AbortSignal;
  readonly log: TaskLog;
  updateState(state: string, meta: unknown): Promise<void>;
}

/**
 * Runs a task. Never throws or rejects: what the function threw is the outcome. A function that returns no promise
 * gives its outcome at once.
 */
export function execute(
  app: TaskApp,
  job: JobDetails,
  host: ExecutionHost,
): JobOutcome | Promise<JobOutcome> {
  const { request } = job;
  const begun = performance.now();
  const runtime = () => (performance.now() - begun) / 1000;
  const task = app.tasks.get(job.task);
  if (task === undefined) {
    const error = toExceptionRecord(new NotRegisteredError(job.task));
    return { kind: "failure", error, traceback: null, children: request.children, runtime: 0 };
  }
  const context = new TaskContext({
    request,
    app,
    task,
    // Most tasks never look at it, and it costs more than a small task.
    signal: () => host.signal,
    log: host.log,
    updateState: (state, meta) => host.updateState(state, meta),
  });
  const success = (value: unknown): JobOutcome => ({
    kind: "success",
    value,
    children: request.children,
    runtime: runtime(),
  });
  const failed = (error: unknown): JobOutcome => {
    const thrown = abortReason(error, host);
    if (retriesByItself(task.options, thrown)) {
      try {
        context.retry({ exc: thrown, countdown: autoretryDelay(task.options, request.retries) });
      } catch (raised) {
        return outcomeOf(raised, request.children, runtime());
      }
    }
    return outcomeOf(thrown, request.children, runtime());
  };
  try {
    const value: unknown = runInContext(context, () => task.invoke(context, job.args, job.kwargs));
    return isThenable(value) ? Promise.resolve(value).then(success, failed) : success(value);
  } catch (error) {
    return failed(error);
  }
}

/** How a task ended that threw this. */
function outcomeOf(error: unknown, children: unknown[], runtime: number): JobOutcome {
  if (error instanceof Retry) {
    const { cause, args, kwargs } = error;
    return {
      kind: "retry",
      error: toExceptionRecord(cause ?? error),
      traceback: tracebackOf(error),
      message: error.message,
      eta: error.eta?.getTime() ?? Date.now() + (error.countdown ?? 0) * 1000,
      ...(args === undefined ? {} : { args }),
      ...(kwargs === undefined ? {} : { kwargs }),
      children,
      runtime,
    };
  }
  if (error instanceof Reject) {
    return { kind: "reject", requeue: error.requeue, reason: error.message, children, runtime };
  }
  if (error instanceof Ignore) return { kind: "ignore", children, runtime };
  return {
    kind: "failure",
    error: toExceptionRecord(error),
    traceback: tracebackOf(error),
    children,
    runtime,
  };
}

/** What aborted the signal, where the task only says that something did. */
function abortReason(error: unknown, host: ExecutionHost): unknown {
  if (!(error instanceof Error) || error.name !== "AbortError") return error;
  const { signal } = host;
  return signal.aborted && signal.reason instanceof Error ? signal.reason : error;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}
