/** Retries that a task's options ask for: which errors, and how long to wait. */

/** The options that say so. */
export interface AutoretryOptions {
  readonly autoretryFor?: readonly ErrorClass[] | undefined;
  readonly dontAutoretryFor?: readonly ErrorClass[] | undefined;
  /** True: 1, 2, 4, ... seconds; a number: times that. */
  readonly retryBackoff?: boolean | number | undefined;
  /** Seconds; 600 by default. */
  readonly retryBackoffMax?: number | undefined;
  /** A random time up to the back-off, so that many tasks do not come back at once; true by default. */
  readonly retryJitter?: boolean | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: any constructor of an error, whatever it takes.
type ErrorClass = abstract new (...args: any[]) => Error;

/** Whether a task that threw this is to be retried without being asked. */
export function retriesByItself(options: AutoretryOptions, error: unknown): boolean {
  const { autoretryFor, dontAutoretryFor } = options;
  if (autoretryFor === undefined || autoretryFor.length === 0 || STEERING.has(nameOf(error))) return false;
  if (dontAutoretryFor?.some((type) => error instanceof type)) return false;
  return autoretryFor.some((type) => error instanceof type);
}

/** What a task throws to steer the worker is no error. */
const STEERING = new Set(["Retry", "Ignore", "Reject"]);

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/**
 * Seconds until the next try; undefined: the task's default delay.
 *
 * @param retries - how many retries there were
 * @param random - a number from 0 up to 1
 */
export function autoretryDelay(
  options: AutoretryOptions,
  retries: number,
  random: () => number = Math.random,
): number | undefined {
  const { retryBackoff = false, retryBackoffMax = 600, retryJitter = true } = options;
  if (retryBackoff === false || retryBackoff === 0) return undefined;
  const factor = retryBackoff === true ? 1 : Math.max(1, Math.trunc(retryBackoff));
  const delay = Math.min(retryBackoffMax, factor * 2 ** retries);
  return retryJitter ? Math.floor(random() * (delay + 1)) : delay;
}
