/** The check of each setting, and why some of Celery's are not there. */
import { parseBrokerUrl } from "./broker-url.js";
import { SettingsError } from "./errors.js";
import { suggestion } from "./suggestion.js";

/** Throws a SettingsError when the value is not allowed. */
export type SettingCheck = (name: string, value: unknown) => void;

/** @throws SettingsError always */
function refuse(name: string, value: unknown, allowed: string): never {
  throw new SettingsError(name, `The setting ${name} is ${shown(value)}; allowed: ${allowed}`);
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return typeof value === "function" ? "a function" : String(value);
}

const BOOLEAN: SettingCheck = (name, value) => {
  if (typeof value !== "boolean") refuse(name, value, "true or false");
};

const TEXT: SettingCheck = (name, value) => {
  if (typeof value !== "string" || value === "") refuse(name, value, "text that is not empty");
};

const TEXTS: SettingCheck = (name, value) => {
  if (!Array.isArray(value) || value.some((item) => typeof item !== "string" || item === ""))
    refuse(name, value, "an array of texts");
};

function number(min: number, max: number, kind: "integer" | "number" = "number"): SettingCheck {
  return (name, value) => {
    const fits =
      typeof value === "number" &&
      value >= min &&
      value <= max &&
      (kind === "number" || Number.isInteger(value));
    if (!fits) refuse(name, value, `${kind === "integer" ? "an integer" : "a number"} from ${min} to ${max}`);
  };
}

function orNull(check: SettingCheck): SettingCheck {
  return (name, value) => {
    if (value !== null) check(name, value);
  };
}

function oneOf(...allowed: unknown[]): SettingCheck {
  return (name, value) => {
    if (!allowed.includes(value)) refuse(name, value, allowed.map((one) => JSON.stringify(one)).join(", "));
  };
}

function members(checks: Record<string, SettingCheck>): SettingCheck {
  return (name, value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      refuse(name, value, `an object with ${Object.keys(checks).join(", ")}`);
    for (const [member, given] of Object.entries(value)) {
      const check = Object.hasOwn(checks, member) ? checks[member] : undefined;
      if (check === undefined)
        throw new SettingsError(
          `${name}.${member}`,
          `There is no setting ${name}.${member}. ${suggestion(member, Object.keys(checks))}`,
        );
      if (given !== undefined) check(`${name}.${member}`, given);
    }
  };
}

const BROKER: SettingCheck = (name, value) => {
  if (typeof value !== "string") refuse(name, value, "a URL such as redis://localhost:6379/0");
  parseBrokerUrl(value, name);
};

const YEAR = 365 * 24 * 3600;
const SECONDS = number(0, 100 * YEAR);

/** `10/s`, `100/m`, `1000/h`, or a number a second. */
export const RATE = /^\d+(?:\.\d+)?(?:\/[smh])?$/;

const RATE_LIMIT: SettingCheck = (name, value) => {
  const fits = typeof value === "number" ? value >= 0 && Number.isFinite(value) : RATE.test(String(value));
  if (!fits) refuse(name, value, 'a number a second, or text such as "10/s", "100/m", "1000/h"');
};

/** Options of a route, and their types. */
const ROUTE: Record<string, SettingCheck> = {
  queue: TEXT,
  routingKey: TEXT,
  exchange: (name, value) => {
    if (typeof value !== "string") refuse(name, value, "text");
  },
  priority: number(0, 9, "integer"),
  countdown: SECONDS,
  expires: (name, value) => {
    if (typeof value !== "number" && typeof value !== "string" && !(value instanceof Date))
      refuse(name, value, "seconds, a Date, or ISO 8601 text");
  },
  timeLimit: SECONDS,
  softTimeLimit: SECONDS,
  headers: (name, value) => {
    if (typeof value !== "object" || value === null) refuse(name, value, "an object");
  },
  ignoreResult: BOOLEAN,
  shadow: TEXT,
};

function checkRoute(name: string, route: unknown): void {
  if (typeof route === "string") TEXT(name, route);
  else members(ROUTE)(name, route);
}

const ROUTES: SettingCheck = (name, value) => {
  if (!Array.isArray(value)) return checkRouteItem(name, value);
  for (const [i, item] of value.entries()) checkRouteItem(`${name}[${i}]`, item);
};

function checkRouteItem(name: string, item: unknown): void {
  if (typeof item === "function") return;
  if (Array.isArray(item)) {
    if (item.length === 0 || !item.every(Array.isArray)) return checkPair(name, item);
    for (const [i, pair] of item.entries()) checkPair(`${name}[${i}]`, pair);
    return;
  }
  if (typeof item !== "object" || item === null)
    return refuse(name, item, "an object or a Map from names to routes, a pair, or a function");
  const entries: Iterable<[unknown, unknown]> = item instanceof Map ? item : Object.entries(item);
  for (const [key, route] of entries) checkRoute(`${name}[${String(key)}]`, route);
}

function checkPair(name: string, pair: readonly unknown[]): void {
  if (pair.length !== 2 || (typeof pair[0] !== "string" && !(pair[0] instanceof RegExp)))
    refuse(name, pair, "a pair of a name, pattern or RegExp, and its route");
  checkRoute(`${name}[1]`, pair[1]);
}

/** All settings by name. */
export const CHECKS: Record<string, SettingCheck> = {
  broker: BROKER,
  brokerUrl: BROKER,
  backend: orNull(BROKER),
  resultBackend: orNull(BROKER),
  brokerTransportOptions: members({
    visibilityTimeout: number(1, 100 * YEAR),
    queueOrderStrategy: oneOf("round_robin", "sorted", "priority"),
  }),
  resultBackendTransportOptions: members({ resultChordOrdered: BOOLEAN }),
  include: TEXTS,
  taskRoutes: ROUTES,
  taskQueues: orNull(TEXTS),
  taskDefaultQueue: TEXT,
  taskDefaultPriority: orNull(number(0, 9, "integer")),
  taskCreateMissingQueues: BOOLEAN,
  taskTrackStarted: BOOLEAN,
  taskIgnoreResult: BOOLEAN,
  taskStoreErrorsEvenIfIgnored: BOOLEAN,
  taskAcksLate: BOOLEAN,
  taskAcksOnFailureOrTimeout: BOOLEAN,
  taskRejectOnWorkerLost: BOOLEAN,
  taskTimeLimit: orNull(SECONDS),
  taskSoftTimeLimit: orNull(SECONDS),
  taskDefaultRateLimit: orNull(RATE_LIMIT),
  taskSendSentEvent: BOOLEAN,
  taskPublishRetry: BOOLEAN,
  taskPublishRetryPolicy: members({
    maxRetries: orNull(number(0, 1_000_000, "integer")),
    intervalStart: SECONDS,
    intervalStep: SECONDS,
    intervalMax: SECONDS,
  }),
  taskCompression: orNull(oneOf("gzip")),
  taskSerializer: oneOf("json"),
  resultExpires: orNull(number(0, 100 * YEAR, "integer")),
  resultExtended: BOOLEAN,
  resultSerializer: oneOf("json"),
  acceptContent: (name, value) => {
    if (!Array.isArray(value) || value.length !== 1 || value[0] !== "json") refuse(name, value, '["json"]');
  },
  workerConcurrency: orNull(number(1, 100_000, "integer")),
  workerPrefetchMultiplier: number(0, 1_000_000, "integer"),
  workerMaxTasksPerChild: orNull(number(1, Number.MAX_SAFE_INTEGER, "integer")),
  workerSendTaskEvents: BOOLEAN,
  workerPool: oneOf("async", "threads", "processes"),
  workerDisableRateLimits: BOOLEAN,
  workerEnableRemoteControl: BOOLEAN,
  workerRevokesMax: number(0, 10_000_000, "integer"),
  workerRevokeExpires: SECONDS,
  timezone: oneOf("UTC"),
  enableUtc: oneOf(true),
};

/** Celery's settings that are none here (patterns of names), and why. The first that fits counts. */
export const NOT_SUPPORTED: readonly [pattern: string, reason: string][] = [
  ["beat*", "there is no scheduler of periodic tasks yet"],
  ["cassandra*", "results are kept in Redis"],
  ["redis*", "write the options of the connection into the URL"],
  ["brokerUse*", "TLS is what rediss:// in the URL says"],
  ["broker*URL", "there is one URL for reading and writing"],
  ["broker*", "connections are kept by the client, see the options of its URL"],
  ["taskAlwaysEager", "call the task's function, or use broker memory://"],
  ["taskEager*", "there is no eager mode; use broker memory://"],
  ["taskAnnotations", "give the options to app.task()"],
  ["taskQueue*", "queues are lists in Redis, named in taskQueues"],
  ["taskDefault*", "tasks go to their queue's list directly, named by taskDefaultQueue"],
  ["result*", "results are kept as JSON in Redis, for resultExpires seconds"],
  ["database*", "results are kept in Redis"],
  ["worker*", "see the options of the worker"],
  ["event*", "events are published as Celery's default settings say"],
  ["control*", "remote control is as Celery's default settings say"],
  ["security*", "messages are not signed"],
];
