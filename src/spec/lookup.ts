/** Finding the wire facts of a command of Redis 7.0 by its name; newer ones are in `known-commands.ts`. */
import { administration } from "./administration.js";
import type { CommandSpec } from "./command-spec.js";
import { dataTypes } from "./data-types.js";

/** A row of the command table with its name. */
export interface Command extends CommandSpec {
  /** Upper case, a subcommand as `"CONTAINER SUB"`. */
  readonly name: string;
  /** How many words of the wire the name takes. */
  readonly words: 1 | 2;
  /** Whether it has subcommands (`CONFIG`, `OBJECT`). */
  readonly container: boolean;
}

// One constructor for all, so that the hot paths that read flags see a single hidden class.
class TableCommand implements Command {
  readonly arity: number;
  readonly flags: number;
  readonly keys: CommandSpec["keys"];
  readonly group: CommandSpec["group"];
  readonly since: string;
  readonly name: string;
  readonly words: 1 | 2;
  container = false;

  constructor(name: string, words: 1 | 2, spec: CommandSpec) {
    this.arity = spec.arity;
    this.flags = spec.flags;
    this.keys = spec.keys;
    this.group = spec.group;
    this.since = spec.since;
    this.name = name;
    this.words = words;
  }
}

const table = new Map<string, Command>();
// From the two halves, not from `commands`: joining them in one object takes longer than all of this.
addCommands(table, dataTypes);
addCommands(table, administration);

/** Put `rows` into `map` as commands; a container that stands there before its subcommands is marked as one. */
export function addCommands(map: Map<string, Command>, rows: Readonly<Record<string, CommandSpec>>): void {
  for (const [name, spec] of Object.entries(rows)) {
    const space = name.indexOf(" ");
    map.set(name, new TableCommand(name, space === -1 ? 1 : 2, spec));
    const container = space === -1 ? undefined : (map.get(name.slice(0, space)) as TableCommand | undefined);
    if (container !== undefined) container.container = true;
  }
}

/**
 * The command of Redis 7.0 with that exact name, upper case and with one space before a subcommand, or `undefined`.
 * @example
 * commandOf("XREAD")!.flags & Flag.BLOCKING;
 * commandOf("CONFIG GET")!.arity; // -3
 */
export function commandOf(name: string): Command | undefined {
  return table.get(name);
}

/** Every command and subcommand of Redis 7.0, sorted by group, containers before their subcommands. */
export function allCommands(): Iterable<Command> {
  return table.values();
}
