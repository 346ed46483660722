/** How a server ends: the options of SHUTDOWN, and of `shutdown-on-sigterm` and its like. */
import type { BadValue } from "./config-values.js";

/** What is done before a server ends. */
export interface Ending {
  /** Save even without `save` points. */
  readonly save: boolean;
  /** Do not save at all. */
  readonly nosave: boolean;
  /** Do not wait for replicas. */
  readonly now: boolean;
  /** End even when saving fails. */
  readonly force: boolean;
}

/** In the order in which CONFIG GET names them. */
const WORDS = ["save", "nosave", "now", "force"];

/** What some words (lower case) ask for. */
export function endingOf(words: readonly string[]): Ending {
  const has = (word: string): boolean => words.includes(word);
  return { save: has("save"), nosave: has("nosave"), now: has("now"), force: has("force") };
}

/** The value of `shutdown-on-sigterm`, checked. */
export function parseEnding(value: string): string | BadValue {
  const words = value
    .toLowerCase()
    .split(" ")
    .filter((word) => word !== "");
  if (words.length === 0 || !words.every((word) => word === "default" || WORDS.includes(word))) {
    return { reason: `argument(s) must be one of the following: default, ${WORDS.join(", ")}` };
  }
  const { save, nosave } = endingOf(words);
  if (save && nosave) return { reason: "shutdown options SAVE and NOSAVE can't be used simultaneously" };
  return WORDS.filter((word) => words.includes(word)).join(" ") || "default";
}
