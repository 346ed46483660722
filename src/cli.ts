#!/usr/bin/env node
/** The command `resplendent`. */
import { Command } from "commander";
import { addServerCommand } from "./server/cli.js";
import { VERSION } from "./version.js";

const program = new Command("resplendent")
  .description("A Redis client for TypeScript, with a Redis-compatible server for tests.")
  .version(VERSION)
  .showHelpAfterError("(--help lists the options)");
addServerCommand(program);

async function run(): Promise<void> {
  // A server starts without the commands of the task queue, and has its command line for itself.
  if (process.argv[2] !== "server") {
    const { addTaskCommands } = await import("./tasks/cli/task-commands.js");
    addTaskCommands(program);
  }
  await program.parseAsync();
}

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
