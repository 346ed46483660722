/** The commands that ACL rules speak of: all of the table, whether this server runs them or not, with a number each. */
import { type AclCategory, categoriesOf } from "../../../spec/categories.js";
import { reportedNameOf } from "../../../spec/details.js";
import { allCommands, type Command as SpecCommand } from "../../../spec/lookup.js";
import { lowerCase } from "../arguments.js";
import type { Args } from "../handler.js";

/** A command or subcommand as rules see it. */
export interface RuledCommand {
  /** Its bit in a {@link CommandSet}. */
  readonly id: number;
  /** `get`, `config|get`. */
  readonly name: string;
  readonly spec: SpecCommand;
  readonly categories: ReadonlySet<AclCategory>;
  /** Of a subcommand: what it belongs to. */
  readonly container: RuledCommand | undefined;
  readonly subcommands: RuledCommand[];
}

interface CommandIndex {
  readonly all: RuledCommand[];
  readonly byName: Map<string, RuledCommand>;
}

let index: CommandIndex | undefined;

// Built when first asked for: most servers have the default user alone, whom no rule concerns.
function commandIndex(): CommandIndex {
  index ??= build();
  return index;
}

function build(): CommandIndex {
  const made: CommandIndex = { all: [], byName: new Map() };
  for (const spec of allCommands()) {
    // Only a sentinel has these.
    if (spec.group !== "sentinel") add(made, spec);
  }
  return made;
}

function add({ all, byName }: CommandIndex, spec: SpecCommand): void {
  const name = reportedNameOf(spec);
  if (byName.has(name)) return;
  const bar = name.indexOf("|");
  const container = bar === -1 ? undefined : byName.get(name.slice(0, bar));
  const categories = new Set(categoriesOf(spec));
  const command: RuledCommand = { id: all.length, name, spec, categories, container, subcommands: [] };
  container?.subcommands.push(command);
  all.push(command);
  byName.set(name, command);
}

/**
 * Let rules speak of commands that Redis 7.0 does not have, too. They concern all servers of the process; on one
 * of 7.0 they change nothing but the rules that stand for a user's commands.
 */
export function addRuledCommands(specs: Iterable<SpecCommand>): void {
  const made = commandIndex();
  for (const spec of specs) add(made, spec);
}

/** All commands, each container before its subcommands. */
export function ruledCommands(): readonly RuledCommand[] {
  return commandIndex().all;
}

/** The command that a rule names: `get`, `CONFIG|Get`. */
export function ruledCommandNamed(name: string): RuledCommand | undefined {
  return commandIndex().byName.get(lowerCase(name));
}

/** The command of a request; `undefined` for an unknown subcommand, the container when none is given. */
export function ruledCommandOf(args: Args): RuledCommand | undefined {
  const { byName } = commandIndex();
  const command = byName.get(lowerCase(args[0]));
  // The bar joins names in rules alone.
  if (command === undefined || command.container !== undefined) return undefined;
  if (command.subcommands.length === 0 || args.length === 1) return command;
  return byName.get(`${command.name}|${lowerCase(args[1])}`);
}
