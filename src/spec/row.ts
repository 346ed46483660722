/** How the rows of the tables here are written down. */
import type { CommandSpec, Group } from "./command-spec.js";

type KeyRange = CommandSpec["keys"];

/** No key at a fixed place. */
export const NONE: KeyRange = [0, 0, 0];
/** The first argument is the one key. */
export const ONE: KeyRange = [1, 1, 1];
/** The first two arguments are keys. */
export const TWO: KeyRange = [1, 2, 1];
/** Every argument is a key. */
export const ALL: KeyRange = [1, -1, 1];
/** The one key follows a word that is none, such as a subcommand. */
export const SECOND: KeyRange = [2, 2, 1];

/** One row of the table; the columns are those of {@link CommandSpec}. */
export function row(arity: number, flags: number, keys: KeyRange, group: Group, since: string): CommandSpec {
  return { arity, flags, keys, group, since };
}

/** The names in a row of a table: separated by white space, subcommands written `CONTAINER|SUB`. */
export function namesIn(names: string): string[] {
  return names.split(/\s+/).map((name) => name.replace("|", " "));
}
