/** Checks of the options of recipes; each says what is allowed. */
import { OptionError } from "../index.js";

const LONGEST = 2 ** 31 - 1;

/** Refuse options that are not among `known`. @throws OptionError */
export function checkNames(options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) refuse("options", options, "an object");
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new OptionError(name, `There is no option ${name}. Known: ${known.join(", ")}`);
    }
  }
}

/** An integer from `least` on. @throws OptionError */
export function checkCount(option: string, given: number | undefined, otherwise: number, least = 1): number {
  const count = given ?? otherwise;
  if (!Number.isInteger(count) || count < least || count > LONGEST) {
    refuse(option, count, `an integer from ${least} to ${LONGEST}`);
  }
  return count;
}

/** A text that is not empty, unless it may be. @throws OptionError */
export function checkName(option: string, given: unknown, mayBeEmpty = false): string {
  if (typeof given !== "string" || (given === "" && !mayBeEmpty) || !given.isWellFormed()) {
    refuse(option, given, mayBeEmpty ? "a text" : "a text that is not empty");
  }
  return given;
}

/** @throws OptionError always */
export function refuse(option: string, given: unknown, allowed: string): never {
  const shown = typeof given === "string" ? JSON.stringify(given) : String(given);
  throw new OptionError(option, `The option ${option} is ${shown}; allowed: ${allowed}`);
}
