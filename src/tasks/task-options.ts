/** Options of tasks: what they say, and that they are right. */
import { SettingsError } from "./errors.js";
import { RATE } from "./setting-checks.js";
import { suggestion } from "./suggestion.js";

// biome-ignore lint/suspicious/noExplicitAny: any constructor of an error, whatever it takes.
type ErrorClass = abstract new (...args: any[]) => Error;

/** Options of {@link TaskApp.task}; what is left out is as the app's settings say. */
export interface TaskOptions {
  /** Queue that calls go to, unless a call names another. */
  queue?: string | undefined;
  /** 0 (the most urgent) to 9. */
  priority?: number | undefined;
  /** The function's first argument is the {@link TaskContext}. */
  bind?: boolean | undefined;
  /** Names of the function's parameters: Python's keyword arguments of these names become positions. */
  params?: readonly string[] | undefined;
  /** How often it may be retried; `null`: without end. Default 3. */
  maxRetries?: number | null | undefined;
  /** Seconds until a retry. Default 180. */
  defaultRetryDelay?: number | undefined;
  /** Errors that make it retry by itself. */
  autoretryFor?: readonly ErrorClass[] | undefined;
  /** Errors that do not, although they are of a class of `autoretryFor`. */
  dontAutoretryFor?: readonly ErrorClass[] | undefined;
  /** Wait 1, 2, 4, 8 ... seconds before retries by itself; a number: times that. Default `false`. */
  retryBackoff?: boolean | number | undefined;
  /** Longest such wait in seconds. Default 600. */
  retryBackoffMax?: number | undefined;
  /** Wait a random part of it, so that tasks do not come back all at once. Default `true`. */
  retryJitter?: boolean | undefined;
  /** Most starts of one worker: `"10/s"`, `"100/m"`, `"1000/h"`, or a number a second; `null`: no limit. */
  rateLimit?: string | number | null | undefined;
  /** Seconds after which it is ended. */
  timeLimit?: number | null | undefined;
  /** Seconds after which its `signal` fires. */
  softTimeLimit?: number | null | undefined;
  /** Acknowledge the message after the task has run, and not before: it runs again when its worker dies. */
  acksLate?: boolean | undefined;
  /** The same as `acksLate`. */
  ackLate?: boolean | undefined;
  /** With `acksLate`: put the message back when the pool's process dies. */
  rejectOnWorkerLost?: boolean | undefined;
  /** With `acksLate`: acknowledge when it has failed or run out of time too. */
  acksOnFailureOrTimeout?: boolean | undefined;
  /** Store no result. */
  ignoreResult?: boolean | undefined;
  /** Store failures although results are ignored. */
  storeErrorsEvenIfIgnored?: boolean | undefined;
  /** Store STARTED when it begins. */
  trackStarted?: boolean | undefined;
  /** JSON is all there is. */
  serializer?: "json" | undefined;
}

type Check = (value: unknown) => boolean;

const boolean: Check = (value) => typeof value === "boolean";
const seconds: Check = (value) => typeof value === "number" && value >= 0 && value < 2 ** 31;
const limit: Check = (value) => value === null || (typeof value === "number" && value > 0 && value < 2 ** 31);
const errors: Check = (value) => Array.isArray(value) && value.every((one) => typeof one === "function");

const CHECKS: Record<keyof TaskOptions, [check: Check, allowed: string]> = {
  queue: [(value) => typeof value === "string" && value !== "", "the name of a queue"],
  priority: [
    (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 9,
    "an integer from 0 (the most urgent) to 9",
  ],
  bind: [boolean, "true or false"],
  params: [
    (value) =>
      Array.isArray(value) &&
      value.every((one) => typeof one === "string") &&
      new Set(value).size === value.length,
    "an array of names that all differ",
  ],
  maxRetries: [
    (value) => value === null || (Number.isInteger(value) && (value as number) >= 0),
    "an integer from 0 on, or null for no limit",
  ],
  defaultRetryDelay: [seconds, "seconds"],
  autoretryFor: [errors, "an array of classes of errors"],
  dontAutoretryFor: [errors, "an array of classes of errors"],
  retryBackoff: [(value) => typeof value === "boolean" || seconds(value), "true, false, or a factor"],
  retryBackoffMax: [seconds, "seconds"],
  retryJitter: [boolean, "true or false"],
  rateLimit: [
    (value) =>
      value === null ||
      (typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY) ||
      (typeof value === "string" && (value === "" || RATE.test(value))),
    'text such as "10/s", "100/m", "1000/h", a number a second, or null',
  ],
  timeLimit: [limit, "seconds above 0, or null"],
  softTimeLimit: [limit, "seconds above 0, or null"],
  acksLate: [boolean, "true or false"],
  ackLate: [boolean, "true or false"],
  rejectOnWorkerLost: [boolean, "true or false"],
  acksOnFailureOrTimeout: [boolean, "true or false"],
  ignoreResult: [boolean, "true or false"],
  storeErrorsEvenIfIgnored: [boolean, "true or false"],
  trackStarted: [boolean, "true or false"],
  serializer: [(value) => value === "json", '"json"'],
};

/**
 * Check the options of a task. `ackLate` becomes `acksLate`.
 * @throws SettingsError that names the option and what is allowed
 */
export function checkTaskOptions(task: string, options: TaskOptions): Omit<TaskOptions, "ackLate"> {
  if (typeof options !== "object" || options === null) {
    throw new SettingsError("options", `The options of the task ${task} are no object`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(CHECKS, name)) {
      throw new SettingsError(
        name,
        `The task ${task} has an unknown option ${name}. ${suggestion(name, Object.keys(CHECKS))}`,
      );
    }
    const [check, allowed] = CHECKS[name as keyof TaskOptions];
    if (value !== undefined && !check(value)) {
      throw new SettingsError(name, `The option ${name} of the task ${task} is wrong; allowed: ${allowed}`);
    }
  }
  const { ackLate, ...rest } = options;
  return ackLate === undefined ? rest : { ...rest, acksLate: rest.acksLate ?? ackLate };
}
