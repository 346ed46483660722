/** `purge`, `list` and `report`: the queues, and what a bug report should say. */
import type { Command } from "commander";
import { addTaskCommand, commaSeparated } from "./global-options.js";
import type { PurgeFlags } from "./queues.js";
import { runCommand } from "./run-command.js";

/** Add the three commands to `program`. */
export function addQueueCommands(program: Command): void {
  addTaskCommand(program, "purge", "remove all messages from the app's queues; there is no undo")
    .option("-f, --force", "do not ask")
    .option("-Q, --queues <names>", "these queues, with commas between them", commaSeparated)
    .option("-X, --exclude-queues <names>", "all but these", commaSeparated)
    .action((flags: PurgeFlags, command: Command) =>
      runCommand(command, async (run) => {
        const { purgeQueues } = await import("./queues.js");
        return purgeQueues(run, flags);
      }),
    );

  addTaskCommand(program, "list", "what the broker knows")
    .argument("<what>", "bindings: which queue gets what")
    .action((what: string, _flags: unknown, command: Command) =>
      runCommand(command, async (run) => {
        const { listBindings } = await import("./queues.js");
        const { UsageFailure } = await import("./run-command.js");
        if (what !== "bindings") throw new UsageFailure(`No such command '${what}'. There is: bindings`);
        return listBindings(run);
      }),
    );

  addTaskCommand(program, "report", "what a bug report should say").action(
    (_flags: unknown, command: Command) =>
      runCommand(command, async (run) => {
        const { printReport } = await import("./report.js");
        return printReport(run);
      }),
  );
}
