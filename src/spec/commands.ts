/**
 * The table of commands: one row for each command and subcommand of redis-server 7.0.15, by its
 * upper-case name (`GET`, `CONFIG GET`), containers such as `CONFIG` included.
 *
 * `MAY_REPLICATE` is the one flag that `COMMAND` keeps to itself; it shows in what `CLIENT PAUSE WRITE` holds up.
 */
import type { laterCommands } from "./additions.js";
import { administration } from "./administration.js";
import type { CommandSpec } from "./command-spec.js";
import { dataTypes } from "./data-types.js";
import type { moduleCommands } from "./modules.js";

/** Every row of the table, by the command's name. */
export const commands = { ...dataTypes, ...administration } satisfies Record<string, CommandSpec>;

/** The name of a command of any version: upper case, a subcommand as `"CONTAINER SUB"`. */
export type CommandName =
  | keyof typeof commands
  | keyof ReturnType<typeof laterCommands>
  | keyof ReturnType<typeof moduleCommands>;
