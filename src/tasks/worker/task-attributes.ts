/** A task's options by the names that Celery's tools ask for. */

import type { Settings } from "../settings.js";
import type { TaskOptions } from "../task-options.js";

/** What `inspect registered rate_limit ...` can show of a task; what has no value is left out. */
export function taskAttributes(
  options: Omit<TaskOptions, "ackLate">,
  settings: Settings,
): Readonly<Record<string, unknown>> {
  const all: Record<string, unknown> = {
    rate_limit: options.rateLimit ?? settings.taskDefaultRateLimit,
    max_retries: options.maxRetries === undefined ? 3 : options.maxRetries,
    default_retry_delay: options.defaultRetryDelay ?? 180,
    time_limit: options.timeLimit ?? settings.taskTimeLimit,
    soft_time_limit: options.softTimeLimit ?? settings.taskSoftTimeLimit,
    acks_late: options.acksLate ?? settings.taskAcksLate,
    acks_on_failure_or_timeout: options.acksOnFailureOrTimeout ?? settings.taskAcksOnFailureOrTimeout,
    reject_on_worker_lost: options.rejectOnWorkerLost ?? settings.taskRejectOnWorkerLost,
    ignore_result: options.ignoreResult ?? settings.taskIgnoreResult,
    store_errors_even_if_ignored: options.storeErrorsEvenIfIgnored ?? settings.taskStoreErrorsEvenIfIgnored,
    track_started: options.trackStarted ?? settings.taskTrackStarted,
    priority: options.priority,
    queue: options.queue,
    serializer: "json",
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
}
