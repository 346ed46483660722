/**
 * Finding the wire facts of any command that a client may send: those of Redis 7.0, and what later
 * versions, Valkey and the modules have added. The mini server does not look here, so that it knows 7.0 alone.
 */
import { laterCommands } from "./additions.js";
import { addCommands, type Command, commandOf } from "./lookup.js";
import { moduleCommands } from "./modules.js";

let added: Map<string, Command> | undefined;

/**
 * The command of that exact name, upper case and with one space before a subcommand, or `undefined`.
 * @example
 * knownCommandOf("HTTL")!.flags & Flag.READONLY;
 * knownCommandOf("JSON.MSET")!.keys; // [1, -1, 3]
 */
export function knownCommandOf(name: string): Command | undefined {
  return commandOf(name) ?? addedCommands().get(name);
}

/** Every command and subcommand that Redis 7.0 does not have. */
export function laterKnownCommands(): Iterable<Command> {
  return addedCommands().values();
}

/** Made at the first name that 7.0 does not have: most programs send none. */
function addedCommands(): Map<string, Command> {
  if (added === undefined) {
    added = new Map();
    addCommands(added, laterCommands());
    addCommands(added, moduleCommands());
  }
  return added;
}
