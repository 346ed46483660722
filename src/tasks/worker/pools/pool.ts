/** What a worker asks of the thing that runs its tasks: in the event loop, in threads, or in processes. */
import type { ExceptionRecord } from "../../exceptions.js";
import type { TaskRequest } from "../../task-context.js";

/** The kinds of pools that `-P` knows. */
export type PoolKind = "async" | "threads" | "processes";

/** One task to be run, as plain data: everything but the functions can be sent to another thread or process. */
export interface Job {
  /** The task's id. It may stand twice in a worker (a message delivered again); `key` may not. */
  readonly id: string;
  /** A number that no other job of this worker process has. */
  readonly key: number;
  /** The task's name. */
  readonly task: string;
  readonly args: readonly unknown[];
  readonly kwargs: Record<string, unknown>;
  readonly request: TaskRequest;
  /** Seconds after which the task's signal is aborted with {@link SoftTimeLimitExceeded}; null: none. */
  readonly softTimeLimit: number | null;
  /** Seconds after which the task is ended; null: none. */
  readonly timeLimit: number | null;
  /**
   * Called by the pool once, when a thread or process has taken the job and right before it begins, with the process
   * id that `inspect active` shows.
   */
  onStart(pid: number): void;
  /** Stores a state of the task's own choosing (`context.updateState`); resolves when it is stored. */
  onUpdateState(state: string, meta: unknown): Promise<void>;
}

/** How a job ended. Nothing of it is stored or published yet: that is the worker's part. */
export type JobOutcome =
  | {
      readonly kind: "success";
      /** What the function returned. */
      readonly value: unknown;
      /** What the task sent, as result tuples. */
      readonly children: unknown[];
      /** Seconds. */
      readonly runtime: number;
    }
  | {
      readonly kind: "failure";
      readonly error: ExceptionRecord;
      readonly traceback: string | null;
      readonly children: unknown[];
      readonly runtime: number;
    }
  | {
      readonly kind: "retry";
      /** The cause; when `retry()` was called without one, the Retry itself. */
      readonly error: ExceptionRecord;
      readonly traceback: string | null;
      /** "Retry in 1s: RuntimeError('try 0')", as the log shows it. */
      readonly message: string;
      /** When to run again, in milliseconds since 1970. */
      readonly eta: number;
      /** Arguments to run again with, when `retry({ args, kwargs })` gave new ones. */
      readonly args?: readonly unknown[] | undefined;
      readonly kwargs?: Record<string, unknown> | undefined;
      readonly children: unknown[];
      readonly runtime: number;
    }
  | { readonly kind: "ignore"; readonly children: unknown[]; readonly runtime: number }
  | {
      readonly kind: "reject";
      readonly requeue: boolean;
      readonly reason: string;
      readonly children: unknown[];
      readonly runtime: number;
    }
  /** The thread or process that ran the task died by itself; `reason` as "Worker exited prematurely: signal 9 (SIGKILL) Job: 3." */
  | { readonly kind: "lost"; readonly reason: string }
  /** The hard limit passed: `seconds`. */
  | { readonly kind: "timeLimit"; readonly seconds: number }
  /** The task was ended by {@link Pool.terminate}. */
  | { readonly kind: "terminated"; readonly signal: string };

/** Runs tasks. The worker never gives it more jobs at once than `concurrency`. */
export interface Pool {
  readonly kind: PoolKind;
  /** How many jobs run at once. */
  readonly concurrency: number;
  /** The process ids that run tasks: for `async` and `threads`, this process's own. */
  readonly processIds: number[];
  /** Resolves when the pool can take jobs. Rejects when the app cannot be loaded in a thread or process. */
  start(): Promise<void>;
  /**
   * Runs one job. Never rejects. A pool that has the outcome at once (a function that is not async, in the event
   * loop) hands it back as it is, without a promise.
   */
  run(job: Job): JobOutcome | Promise<JobOutcome>;
  /**
   * Ends a running job: the process or thread is killed, in the event loop its signal is aborted. The job's outcome
   * is then "terminated". False: no such job.
   *
   * @param key - the job's `key`.
   * @param signal - "SIGTERM" and the like.
   */
  terminate(key: number, signal: string): Promise<boolean>;
  /** One or more slots more. */
  grow(n: number): Promise<void>;
  /** Slots less, as soon as they are free. */
  shrink(n: number): Promise<void>;
  /** Warm: the jobs have ended already. Cold: running jobs are given up and their processes and threads killed. */
  stop(how: "warm" | "cold"): Promise<void>;
}
