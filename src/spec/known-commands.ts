/**
 * Finding the wire facts of any command that a client may send: those of Redis 7.0, and what later
 * versions, Valkey and the modules have added. The mini server does not look here, so that it knows 7.0 alone.
 */
import { laterCommands } from "./additions.js";
import { type Command, CommandTable, commandOf } from "./lookup.js";
import { moduleCommands } from "./modules.js";

const added = new CommandTable(laterCommands, moduleCommands);

/**
 * The command of that exact name, upper case and with one space before a subcommand, or `undefined`.
 * @example
 * knownCommandOf("HTTL")!.flags & Flag.READONLY;
 * knownCommandOf("JSON.MSET")!.keys; // [1, -1, 3]
 */
export function knownCommandOf(name: string): Command | undefined {
  return commandOf(name) ?? added.find(name);
}

/** Every command and subcommand that Redis 7.0 does not have. */
export function laterKnownCommands(): Iterable<Command> {
  return added;
}
