/** The commands of the task queue: `resplendent -A ./proj.js worker` and so on. */
import type { Command } from "commander";
import { addEventsCommand } from "./events-command.js";
import { addGlobalOptions } from "./global-options.js";
import { addMultiCommand } from "./multi-command.js";
import { addQueueCommands } from "./queue-commands.js";
import { addRemoteCommands } from "./remote-commands.js";
import { addResultCommands } from "./result-commands.js";
import { addWorkerCommand } from "./worker-command.js";

/** Add them to `program`. Everything that they need beyond their options is loaded when one of them runs. */
export function addTaskCommands(program: Command): void {
  addGlobalOptions(program);
  addWorkerCommand(program);
  addResultCommands(program);
  addRemoteCommands(program);
  addEventsCommand(program);
  addQueueCommands(program);
  addMultiCommand(program);
}
