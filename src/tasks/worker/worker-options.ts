/** Options of a worker, and what they mean together with the app's settings. */
import { SettingsError } from "../errors.js";
import type { TaskLog } from "../log.js";
import type { Settings } from "../settings.js";
import type { Pool, PoolKind } from "./pools/pool.js";

/** How a worker runs. Everything left out comes from the app's settings, or is Celery's default. */
export interface WorkerOptions {
  /** `name@host`, with `%h %n %d` expanded; "celery@<host>" by default. */
  hostname?: string | undefined;
  /** The queues to consume; by default the app's `taskQueues`, or its default queue. */
  queues?: readonly string[] | undefined;
  /** Queues of the app not to consume. */
  excludeQueues?: readonly string[] | undefined;
  /** Tasks that run at once; by default the number of processors. */
  concurrency?: number | undefined;
  /** Where tasks run; "async" by default. */
  pool?: PoolKind | Pool | undefined;
  /** Messages taken ahead for each slot; 4 by default, 0: no limit. */
  prefetchMultiplier?: number | undefined;
  /** Seconds; for all tasks that have no limit of their own. */
  timeLimit?: number | undefined;
  /** Seconds; for all tasks that have no limit of their own. */
  softTimeLimit?: number | undefined;
  /** Tasks after which a thread or process of the pool is replaced. */
  maxTasksPerChild?: number | undefined;
  /** Send task events (`-E`). */
  taskEvents?: boolean | undefined;
  /** Listen to the other workers' events; true by default. */
  gossip?: boolean | undefined;
  /** Ask the other workers for what they know at start; true by default. */
  mingle?: boolean | undefined;
  /** Send heartbeats; true by default. */
  heartbeat?: boolean | undefined;
  /** Seconds between heartbeats; 2 by default. */
  heartbeatInterval?: number | undefined;
  /** Where log lines go; the app's log by default. */
  log?: TaskLog | undefined;
  /** The path of the module that exports the app, for pools of threads and processes. */
  appModule?: string | undefined;
}

/** The numbers of a worker, complete. */
export interface WorkerNumbers {
  readonly concurrency: number;
  readonly prefetchMultiplier: number;
  readonly timeLimit: number | null;
  readonly softTimeLimit: number | null;
  readonly maxTasksPerChild: number | null;
}

/** @throws SettingsError for a number that is none of those allowed */
export function workerNumbers(options: WorkerOptions, settings: Settings, processors: number): WorkerNumbers {
  const { heartbeatInterval } = options;
  seconds("heartbeatInterval", heartbeatInterval);
  return {
    concurrency: count("concurrency", options.concurrency, 1) ?? settings.workerConcurrency ?? processors,
    prefetchMultiplier:
      count("prefetchMultiplier", options.prefetchMultiplier, 0) ?? settings.workerPrefetchMultiplier,
    timeLimit: seconds("timeLimit", options.timeLimit) ?? settings.taskTimeLimit,
    softTimeLimit: seconds("softTimeLimit", options.softTimeLimit) ?? settings.taskSoftTimeLimit,
    maxTasksPerChild:
      count("maxTasksPerChild", options.maxTasksPerChild, 1) ?? settings.workerMaxTasksPerChild,
  };
}

function count(name: string, value: number | undefined, least: number): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return value;
  throw new SettingsError(
    name,
    `The worker's ${name} is ${String(value)}; allowed are integers from ${least} on`,
  );
}

function seconds(name: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isFinite(value) && value > 0)) return value;
  throw new SettingsError(name, `The worker's ${name} is ${String(value)}; allowed are seconds above 0`);
}

/**
 * The queues that a worker consumes.
 *
 * @throws SettingsError when a chosen queue is not among the app's and may not be made, or none is left
 */
export function chosenQueues(options: WorkerOptions, settings: Settings): string[] {
  const known = settings.taskQueues ?? [settings.taskDefaultQueue];
  const chosen = options.queues === undefined || options.queues.length === 0 ? known : options.queues;
  if (!settings.taskCreateMissingQueues) {
    for (const queue of chosen) {
      if (known.includes(queue)) continue;
      throw new SettingsError(
        "queues",
        `Trying to select queue '${queue}', but it is not defined in taskQueues`,
      );
    }
  }
  const excluded = new Set(options.excludeQueues ?? []);
  const queues = [...new Set(chosen)].filter((queue) => !excluded.has(queue));
  if (queues.length === 0)
    throw new SettingsError("queues", "No queue is left for the worker to consume from");
  return queues;
}
