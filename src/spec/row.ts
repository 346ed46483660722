/** How the rows of the tables here are written down, and read. */
import { type CommandSpec, Flag, type Group } from "./command-spec.js";

/**
 * Commands by name, one row each: `"arity keys flags, group since"`, such as `"-3 1:-1:2 write denyoom, string 1.0.1"`.
 *
 * - keys: first, last and step, or a word for what most commands have ({@link KEYS})
 * - flags: those of `COMMAND INFO`, and `container` for a command that has subcommands
 * - since: the rest; what comes from elsewhere says so (`valkey 9.0.0`)
 *
 * Text, because V8 takes in four hundred of these in no time: a row is read when its command is first asked for.
 */
export type Rows = Readonly<Record<string, `${number} ${string}, ${Group} ${string}`>>;

const KEYS: Readonly<Record<string, CommandSpec["keys"]>> = {
  /** No key at a fixed place. */
  none: [0, 0, 0],
  /** The first argument is the one key. */
  one: [1, 1, 1],
  /** The first two arguments are keys. */
  two: [1, 2, 1],
  /** Every argument is a key. */
  all: [1, -1, 1],
  /** The one key follows a word that is none, such as a subcommand. */
  second: [2, 2, 1],
};

/** What a row says. */
export function readRow(row: string): CommandSpec & { container: boolean } {
  const comma = row.indexOf(", ");
  const space = row.indexOf(" ", comma + 2);
  const [arity, keys, ...words] = row.slice(0, comma).split(" ") as [string, string, ...string[]];
  let flags = 0;
  for (const word of words) flags |= Flag[word.toUpperCase() as keyof typeof Flag] ?? 0;
  return {
    arity: Number(arity),
    flags,
    keys: KEYS[keys] ?? (keys.split(":").map(Number) as [number, number, number]),
    group: row.slice(comma + 2, space) as Group,
    since: row.slice(space + 1),
    container: words[0] === "container",
  };
}

/** The names in a row of a table: separated by white space, subcommands written `CONTAINER|SUB`. */
export function namesIn(names: string): string[] {
  return names.split(/\s+/).map((name) => name.replace("|", " "));
}
