/** Checks of single options; each says the option's name, what was given and what is allowed. */
import { OptionError } from "../../errors.js";

/** @throws OptionError always */
export function refuse(option: string, given: unknown, allowed: string): never {
  const shown = typeof given === "string" ? JSON.stringify(given) : String(given);
  throw new OptionError(option, `The option ${option} is ${shown}; allowed: ${allowed}`);
}

/** Refuse an option that is not in `known`, with the one that may have been meant. */
export function checkKeys(prefix: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null)
    refuse(prefix, options, `an object with ${known.join(", ")}`);
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const name = prefix === "" ? key : `${prefix}.${key}`;
    const near = known.find(
      (other) => other.toLowerCase() === key.toLowerCase() || distance(other, key) <= 2,
    );
    const hint = near === undefined ? `Known: ${known.join(", ")}` : `Did you mean ${near}?`;
    throw new OptionError(name, `There is no option ${name}. ${hint}`);
  }
}

/** An integer between `min` and `max`. */
export function checkInteger(
  option: string,
  given: unknown,
  min: number,
  max: number,
  otherwise: number,
): number {
  if (given === undefined) return otherwise;
  if (typeof given !== "number" || !Number.isInteger(given) || given < min || given > max) {
    refuse(option, given, `an integer from ${min} to ${max}`);
  }
  return given;
}

/** A string. */
export function checkText(option: string, given: unknown): string | undefined {
  if (given === undefined || typeof given === "string") return given;
  return refuse(option, given, "a string");
}

/** `true` or `false`. */
export function checkBoolean(option: string, given: unknown): void {
  if (given !== undefined && typeof given !== "boolean") refuse(option, given, "true or false");
}

/** One of a few values. */
export function checkOneOf<T>(option: string, given: unknown, allowed: readonly T[], otherwise: T): T {
  if (given === undefined) return otherwise;
  if (!allowed.includes(given as T))
    refuse(option, given, allowed.map((one) => JSON.stringify(one)).join(", "));
  return given as T;
}

/** Edits between two words (Levenshtein), for "did you mean". */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
