/**
 * What a pool and its children (threads or processes that run tasks) say to one another. To the child goes plain
 * data that the structured clone can hold; what comes back and was made by a task goes as JSON text, so that the
 * pool sees just what a result holds, whatever classes the task used.
 */
import type { TaskRequest } from "../../task-context.js";

/** What a child is started with. */
export interface ChildStart {
  /** Path or `file:` URL of the module that exports the app. */
  readonly appModule: string;
  /** Node name of the worker. */
  readonly hostname: string;
  /** Process id of the worker: a child process that finds itself with another parent ends. */
  readonly parentPid: number;
}

/** A job as it goes to a child. */
export interface ChildJob {
  readonly key: number;
  readonly id: string;
  readonly task: string;
  readonly args: readonly unknown[];
  readonly kwargs: Record<string, unknown>;
  readonly request: TaskRequest;
  /** Seconds until the task's signal is aborted; null: never. The hard limit is the pool's part. */
  readonly softTimeLimit: number | null;
}

/** From the pool to a child. */
export type ToChild =
  | { readonly type: "job"; readonly job: ChildJob }
  /** The answer to `state` of that number: it is stored, or could not be (`error`). */
  | { readonly type: "stored"; readonly number: number; readonly error: string | null }
  /** No more jobs will come: close the app and exit. */
  | { readonly type: "stop" };

/** From a child to the pool. */
export type FromChild =
  /** The app is loaded. */
  | { readonly type: "ready" }
  /** The app cannot be loaded; the child exits. */
  | { readonly type: "unready"; readonly error: string }
  /** The job was received and its task is called now. A job for which this never came may run elsewhere. */
  | { readonly type: "begun" }
  /** `context.updateState()` in the job of this key; `meta` is JSON. */
  | {
      readonly type: "state";
      readonly key: number;
      readonly number: number;
      readonly state: string;
      readonly meta: string;
    }
  /** The job has ended; `outcome` is the JSON of a `JobOutcome`. */
  | { readonly type: "outcome"; readonly outcome: string }
  | { readonly type: "log"; readonly level: LogLevel; readonly text: string }
  /** The last message. */
  | { readonly type: "gone" };

/** The methods of a `TaskLog`. */
export type LogLevel = "debug" | "info" | "warn" | "error";
