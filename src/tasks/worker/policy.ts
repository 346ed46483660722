/** What counts for a task: its message, then its own options, then the worker's, then the app's settings. */
import type { TaskMessage } from "../message.js";
import type { Settings } from "../settings.js";
import type { Policy } from "./request.js";

/** The options of a task that say how it is run. */
export interface PolicyOptions {
  readonly acksLate?: boolean | undefined;
  /** The same as `acksLate`. */
  readonly ackLate?: boolean | undefined;
  readonly acksOnFailureOrTimeout?: boolean | undefined;
  readonly rejectOnWorkerLost?: boolean | undefined;
  readonly ignoreResult?: boolean | undefined;
  readonly storeErrorsEvenIfIgnored?: boolean | undefined;
  readonly trackStarted?: boolean | undefined;
  /** Seconds. */
  readonly timeLimit?: number | null | undefined;
  /** Seconds. */
  readonly softTimeLimit?: number | null | undefined;
}

/** Limits of the worker's own, in seconds. */
export interface WorkerLimits {
  readonly timeLimit: number | null;
  readonly softTimeLimit: number | null;
}

/** Finds the policy of each message; one object for all messages of a task that say nothing of their own. */
export class Policies {
  readonly #settings: Settings;
  readonly #limits: WorkerLimits;
  readonly #known = new Map<string, Policy>();

  constructor(settings: Settings, limits: WorkerLimits) {
    this.#settings = settings;
    this.#limits = limits;
  }

  /** The policy of one message. @param options - those of its task; undefined: no such task */
  of(message: TaskMessage, options: PolicyOptions | undefined): Policy {
    const policy = this.#known.get(message.task) ?? this.#make(message.task, options);
    const [hard, soft] = message.timelimit;
    const ignoreResult = ignoredByCall(message);
    if (hard === null && soft === null && (ignoreResult ?? policy.ignoreResult) === policy.ignoreResult)
      return policy;
    return {
      ...policy,
      ignoreResult: this.#settings.resultBackend === null || (ignoreResult ?? policy.ignoreResult),
      timeLimit: hard ?? policy.timeLimit,
      softTimeLimit: soft ?? policy.softTimeLimit,
    };
  }

  /** Sets the limits of a task in this worker, by remote control. */
  setLimits(task: string, options: PolicyOptions, soft: number | null, hard: number | null): void {
    const policy = this.#known.get(task) ?? this.#make(task, options);
    this.#known.set(task, { ...policy, softTimeLimit: soft, timeLimit: hard });
  }

  #make(task: string, options: PolicyOptions | undefined): Policy {
    const settings = this.#settings;
    const { acksLate, ackLate, timeLimit, softTimeLimit } = options ?? {};
    const policy: Policy = {
      acksLate: acksLate ?? ackLate ?? settings.taskAcksLate,
      acksOnFailureOrTimeout: options?.acksOnFailureOrTimeout ?? settings.taskAcksOnFailureOrTimeout,
      rejectOnWorkerLost: options?.rejectOnWorkerLost ?? settings.taskRejectOnWorkerLost,
      ignoreResult: settings.resultBackend === null || (options?.ignoreResult ?? settings.taskIgnoreResult),
      storeErrors: options?.storeErrorsEvenIfIgnored ?? settings.taskStoreErrorsEvenIfIgnored,
      trackStarted: options?.trackStarted ?? settings.taskTrackStarted,
      timeLimit: timeLimit ?? this.#limits.timeLimit,
      softTimeLimit: softTimeLimit ?? this.#limits.softTimeLimit,
    };
    // Names of unknown tasks come from outside: they must not fill the memory.
    if (options !== undefined) this.#known.set(task, policy);
    return policy;
  }
}

/**
 * Whether the call says that its result is ignored or wanted. Python writes `false` where nobody said anything, so
 * only its `true` counts.
 */
function ignoredByCall({ ignoreResult, headers }: TaskMessage): boolean | undefined {
  return ignoreResult === false && headers.lang !== "js" ? undefined : ignoreResult;
}
