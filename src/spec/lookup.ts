/** Finding the wire facts of a command of Redis 7.0 by its name; newer ones are in `known-commands.ts`. */
import { administration } from "./administration.js";
import type { CommandSpec } from "./command-spec.js";
import { dataTypes } from "./data-types.js";
import { type Rows, readRow } from "./row.js";

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
  readonly container: boolean;

  constructor(
    name: string,
    { arity, flags, keys, group, since, container }: Omit<Command, "name" | "words">,
  ) {
    this.arity = arity;
    this.flags = flags;
    this.keys = keys;
    this.group = group;
    this.since = since;
    this.name = name;
    this.words = name.includes(" ") ? 2 : 1;
    this.container = container;
  }
}

/** Commands by name. Rows are made when the first command is looked for in them, and read when it is found. */
export class CommandTable implements Iterable<Command> {
  readonly #sources: readonly (() => Rows)[];
  readonly #made: Rows[] = [];
  readonly #read = new Map<string, Command>();

  constructor(...sources: readonly (() => Rows)[]) {
    this.#sources = sources;
  }

  /** The command of that exact name, upper case and with one space before a subcommand, or `undefined`. */
  find(name: string): Command | undefined {
    return this.#read.get(name) ?? this.#readFirst(name);
  }

  /** Every command, in the order of the rows. */
  *[Symbol.iterator](): IterableIterator<Command> {
    for (let i = 0; i < this.#sources.length; i++) {
      for (const name of Object.keys(this.#rows(i))) yield this.find(name) as Command;
    }
  }

  #rows(index: number): Rows {
    this.#made[index] ??= this.#sources[index]();
    return this.#made[index];
  }

  #readFirst(name: string): Command | undefined {
    for (let i = 0; i < this.#sources.length; i++) {
      const rows = this.#rows(i);
      if (!Object.hasOwn(rows, name)) continue;
      const command = new TableCommand(name, readRow(rows[name] as string));
      this.#read.set(name, command);
      return command;
    }
    return undefined;
  }
}

const table = new CommandTable(dataTypes, administration);

/**
 * The command of Redis 7.0 with that exact name, upper case and with one space before a subcommand, or `undefined`.
 * @example
 * commandOf("XREAD")!.flags & Flag.BLOCKING;
 * commandOf("CONFIG GET")!.arity; // -3
 */
export function commandOf(name: string): Command | undefined {
  return table.find(name);
}

/** Every command and subcommand of Redis 7.0, sorted by group, containers before their subcommands. */
export function allCommands(): Iterable<Command> {
  return table;
}

/** `command` as a version knows it in which it has another arity or other flags. */
export function changedCommand(command: Command, arity: number, flags: number): Command {
  return new TableCommand(command.name, { ...command, arity, flags });
}
