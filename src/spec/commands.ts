/**
 * The names of all commands. The tables have one row for each command and subcommand by its upper-case name
 * (`GET`, `CONFIG GET`), containers such as `CONFIG` included.
 *
 * `may_replicate` is the one flag that `COMMAND` keeps to itself; it shows in what `CLIENT PAUSE WRITE` holds up.
 */
import type { laterCommands } from "./additions.js";
import type { administration } from "./administration.js";
import type { dataTypes } from "./data-types.js";
import type { moduleCommands } from "./modules.js";

/** The name of a command of any version: upper case, a subcommand as `"CONTAINER SUB"`. */
export type CommandName =
  | keyof ReturnType<typeof dataTypes>
  | keyof ReturnType<typeof administration>
  | keyof ReturnType<typeof laterCommands>
  | keyof ReturnType<typeof moduleCommands>;
