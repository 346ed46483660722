/** Celery's settings in camel case: their types, checks and defaults. Only what has an effect is a setting. */
import { SettingsError } from "./errors.js";
import { globPattern, type RouteItem, type TaskRoutes } from "./routing.js";
import { CHECKS, NOT_SUPPORTED } from "./setting-checks.js";
import { suggestion } from "./suggestion.js";

export { type BrokerAddress, parseBrokerUrl } from "./broker-url.js";

/** How often and how fast a failed publish is tried again. */
export interface PublishRetryPolicy {
  /** Tries after the first; null: without end. Default 3. */
  maxRetries?: number | null | undefined;
  /** Seconds before the first of them. Default 0. */
  intervalStart?: number | undefined;
  /** Seconds that each next one waits longer. Default 0.2. */
  intervalStep?: number | undefined;
  /** Longest wait in seconds. Default 1. */
  intervalMax?: number | undefined;
}

/** Options of the broker. */
export interface BrokerTransportOptions {
  /**
   * Seconds after which a message that no worker acknowledged goes back to its queue. Default 3600. Workers of
   * this package refresh what they hold; with Python's it has to be longer than the longest countdown.
   */
  visibilityTimeout?: number | undefined;
  /** Order in which the queues of a worker are asked. Default `"round_robin"`. */
  queueOrderStrategy?: "round_robin" | "sorted" | "priority" | undefined;
}

/** Options of the result backend. */
export interface ResultBackendTransportOptions {
  /** Whether the results of a chord's parts keep the parts' order. Must be equal in all workers. Default true. */
  resultChordOrdered?: boolean | undefined;
}

/** Settings of an app; all may be left out. Times are seconds. */
export interface TaskAppOptions {
  /** URL of the broker. Default `redis://localhost:6379/0`. The environment variable `CELERY_BROKER_URL` goes before it. */
  broker?: string | undefined;
  /** The same as `broker`. */
  brokerUrl?: string | undefined;
  /**
   * URL of the results; null: none are kept. Default: the broker's. The environment variable
   * `CELERY_RESULT_BACKEND` goes before it.
   */
  backend?: string | null | undefined;
  /** The same as `backend`. */
  resultBackend?: string | null | undefined;
  brokerTransportOptions?: BrokerTransportOptions | undefined;
  resultBackendTransportOptions?: ResultBackendTransportOptions | undefined;
  /** Modules that a worker loads, for the tasks they define; relative to the module of the app. */
  include?: readonly string[] | undefined;

  taskRoutes?: TaskRoutes | undefined;
  /** Queues that a worker consumes from unless it is told others. Default: the default queue. */
  taskQueues?: readonly string[] | null | undefined;
  /** Default `"celery"`. */
  taskDefaultQueue?: string | undefined;
  /** 0 (most urgent) to 9. Default null, which is 0. */
  taskDefaultPriority?: number | null | undefined;
  /** Whether a task may go to a queue that is not in `taskQueues`. Default true. */
  taskCreateMissingQueues?: boolean | undefined;
  /** Whether the state STARTED is stored. Default false. */
  taskTrackStarted?: boolean | undefined;
  taskIgnoreResult?: boolean | undefined;
  taskStoreErrorsEvenIfIgnored?: boolean | undefined;
  /** Acknowledge after the task, not before: a task whose worker dies runs again. Default false. */
  taskAcksLate?: boolean | undefined;
  /** With late acknowledgement: acknowledge tasks that failed too. Default true. */
  taskAcksOnFailureOrTimeout?: boolean | undefined;
  /** With late acknowledgement: put the message back when the process that ran it is lost. Default false. */
  taskRejectOnWorkerLost?: boolean | undefined;
  /** Seconds until a task is killed; null: never. */
  taskTimeLimit?: number | null | undefined;
  /** Seconds until a task is asked to end; null: never. */
  taskSoftTimeLimit?: number | null | undefined;
  /** Such as `"10/s"`, `"100/m"`, `"1000/h"`, or a number a second; null: none. */
  taskDefaultRateLimit?: string | number | null | undefined;
  /** Whether producers publish the event task-sent. Default false. */
  taskSendSentEvent?: boolean | undefined;
  /**
   * Whether a publish that was surely not sent is tried again. What may have arrived is not, or the task could run
   * twice: the call rejects with a ConnectionError whose `sent` is `"maybe"`. Default true.
   */
  taskPublishRetry?: boolean | undefined;
  taskPublishRetryPolicy?: PublishRetryPolicy | undefined;
  /** Pack the bodies of messages. Default null. */
  taskCompression?: "gzip" | null | undefined;
  /** Messages are JSON. */
  taskSerializer?: "json" | undefined;

  /** Seconds that results are kept; null or 0: without end. Default 86400. */
  resultExpires?: number | null | undefined;
  /** Whether results tell name, arguments, worker, retries and queue of the task. Default false. */
  resultExtended?: boolean | undefined;
  /** Results are JSON. */
  resultSerializer?: "json" | undefined;
  /** JSON is all that is read. */
  acceptContent?: readonly "json"[] | undefined;

  /** Tasks that run at once; null: as many as the machine has CPUs. */
  workerConcurrency?: number | null | undefined;
  /** Messages a worker holds for each of them; 0: no limit. Default 4. */
  workerPrefetchMultiplier?: number | undefined;
  /** Tasks after which a process or thread of the pool is replaced; null: never. */
  workerMaxTasksPerChild?: number | null | undefined;
  /** Whether workers publish the events of tasks. Default false. */
  workerSendTaskEvents?: boolean | undefined;
  /** Where tasks run. Default `"async"`, the event loop of the worker. */
  workerPool?: "async" | "threads" | "processes" | undefined;
  /** Whether rate limits are ignored. Default false. */
  workerDisableRateLimits?: boolean | undefined;
  /** Whether the worker answers remote control. Default true. */
  workerEnableRemoteControl?: boolean | undefined;
  /** Ids of revoked tasks that a worker remembers. Default 50000. */
  workerRevokesMax?: number | undefined;
  /** Seconds that it remembers them. Default 10800. */
  workerRevokeExpires?: number | undefined;

  /** Times without an offset are UTC. */
  timezone?: "UTC" | undefined;
  enableUtc?: true | undefined;
}

/** All settings, complete. */
export interface Settings {
  readonly brokerUrl: string;
  /** Null: no results are kept. */
  readonly resultBackend: string | null;
  readonly brokerTransportOptions: {
    readonly visibilityTimeout: number;
    readonly queueOrderStrategy: "round_robin" | "sorted" | "priority";
  };
  readonly resultBackendTransportOptions: { readonly resultChordOrdered: boolean };
  readonly include: readonly string[];
  readonly taskRoutes: readonly RouteItem[];
  readonly taskQueues: readonly string[] | null;
  readonly taskDefaultQueue: string;
  readonly taskDefaultPriority: number | null;
  readonly taskCreateMissingQueues: boolean;
  readonly taskTrackStarted: boolean;
  readonly taskIgnoreResult: boolean;
  readonly taskStoreErrorsEvenIfIgnored: boolean;
  readonly taskAcksLate: boolean;
  readonly taskAcksOnFailureOrTimeout: boolean;
  readonly taskRejectOnWorkerLost: boolean;
  readonly taskTimeLimit: number | null;
  readonly taskSoftTimeLimit: number | null;
  readonly taskDefaultRateLimit: string | number | null;
  readonly taskSendSentEvent: boolean;
  readonly taskPublishRetry: boolean;
  readonly taskPublishRetryPolicy: {
    readonly maxRetries: number | null;
    readonly intervalStart: number;
    readonly intervalStep: number;
    readonly intervalMax: number;
  };
  readonly taskCompression: "gzip" | null;
  readonly taskSerializer: "json";
  /** Null: without end. */
  readonly resultExpires: number | null;
  readonly resultExtended: boolean;
  readonly resultSerializer: "json";
  readonly acceptContent: readonly "json"[];
  readonly workerConcurrency: number | null;
  readonly workerPrefetchMultiplier: number;
  readonly workerMaxTasksPerChild: number | null;
  readonly workerSendTaskEvents: boolean;
  readonly workerPool: "async" | "threads" | "processes";
  readonly workerDisableRateLimits: boolean;
  readonly workerEnableRemoteControl: boolean;
  readonly workerRevokesMax: number;
  readonly workerRevokeExpires: number;
  readonly timezone: "UTC";
  readonly enableUtc: true;
}

const DEFAULTS: Omit<Settings, "brokerUrl" | "resultBackend"> = {
  brokerTransportOptions: { visibilityTimeout: 3600, queueOrderStrategy: "round_robin" },
  resultBackendTransportOptions: { resultChordOrdered: true },
  include: [],
  taskRoutes: [],
  taskQueues: null,
  taskDefaultQueue: "celery",
  taskDefaultPriority: null,
  taskCreateMissingQueues: true,
  taskTrackStarted: false,
  taskIgnoreResult: false,
  taskStoreErrorsEvenIfIgnored: false,
  taskAcksLate: false,
  taskAcksOnFailureOrTimeout: true,
  taskRejectOnWorkerLost: false,
  taskTimeLimit: null,
  taskSoftTimeLimit: null,
  taskDefaultRateLimit: null,
  taskSendSentEvent: false,
  taskPublishRetry: true,
  taskPublishRetryPolicy: { maxRetries: 3, intervalStart: 0, intervalStep: 0.2, intervalMax: 1 },
  taskCompression: null,
  taskSerializer: "json",
  resultExpires: 86_400,
  resultExtended: false,
  resultSerializer: "json",
  acceptContent: ["json"],
  workerConcurrency: null,
  workerPrefetchMultiplier: 4,
  workerMaxTasksPerChild: null,
  workerSendTaskEvents: false,
  workerPool: "async",
  workerDisableRateLimits: false,
  workerEnableRemoteControl: true,
  workerRevokesMax: 50_000,
  workerRevokeExpires: 10_800,
  timezone: "UTC",
  enableUtc: true,
};

/** Settings that are objects of their own: theirs are filled in one by one. */
const NESTED = ["brokerTransportOptions", "resultBackendTransportOptions", "taskPublishRetryPolicy"] as const;

/**
 * Check the options of an app and fill in the defaults.
 * @throws SettingsError that names the setting, what it is, and what is allowed
 */
export function readSettings(options: TaskAppOptions): Settings {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new SettingsError("", "The options of an app are an object of settings");
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
    if (check === undefined) throw unknownSetting(name);
    if (value !== undefined) {
      check(name, value);
      given[name] = value;
    }
  }
  const settings: Record<string, unknown> = { ...DEFAULTS, ...given };
  for (const name of NESTED) settings[name] = filled(DEFAULTS[name], given[name]);
  settings.taskRoutes = routeList(options.taskRoutes);
  settings.resultExpires = options.resultExpires === 0 ? null : settings.resultExpires;
  settings.brokerUrl = fromEnvironment(BROKER_VARIABLE) ?? oneOfTwo(given, "broker", "brokerUrl") ?? LOCAL;
  const backend = fromEnvironment(BACKEND_VARIABLE) ?? oneOfTwo(given, "backend", "resultBackend");
  settings.resultBackend = backend === undefined ? settings.brokerUrl : backend;
  delete settings.broker;
  delete settings.backend;
  CHECKS.broker(BROKER_VARIABLE, settings.brokerUrl);
  CHECKS.backend(BACKEND_VARIABLE, settings.resultBackend);
  return settings as unknown as Settings;
}

/** As with Celery, these variables go before what the options say: a deployment can turn an app elsewhere. */
const BROKER_VARIABLE = "CELERY_BROKER_URL";
const BACKEND_VARIABLE = "CELERY_RESULT_BACKEND";

const LOCAL = "redis://localhost:6379/0";

function filled(defaults: object, given: unknown): object {
  const whole: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(given ?? {})) if (value !== undefined) whole[name] = value;
  return whole;
}

function oneOfTwo(given: Record<string, unknown>, short: string, long: string): unknown {
  if (given[short] !== undefined && given[long] !== undefined && given[short] !== given[long])
    throw new SettingsError(
      long,
      `The settings ${short} and ${long} are the same setting, and have different values`,
    );
  return given[short] !== undefined ? given[short] : given[long];
}

function fromEnvironment(name: string): string | undefined {
  const value = globalThis.process?.env[name];
  return value === "" ? undefined : value;
}

function routeList(routes: TaskRoutes | undefined): readonly RouteItem[] {
  if (routes === undefined) return [];
  return Array.isArray(routes) ? (routes as readonly RouteItem[]) : [routes as RouteItem];
}

function unknownSetting(name: string): SettingsError {
  const camel = name.toLowerCase().replace(/_(\w)/g, (_, sign: string) => sign.toUpperCase());
  for (const [pattern, reason] of NOT_SUPPORTED)
    if (globPattern(pattern).test(camel))
      return new SettingsError(
        name,
        `The setting ${name} is Celery's, but not one of this package: ${reason}`,
      );
  return new SettingsError(name, `There is no setting ${name}. ${suggestion(name, Object.keys(CHECKS))}`);
}
