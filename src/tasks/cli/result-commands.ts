/** `call` and `result`: sending a task, and reading how it ended. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { addTaskCommand } from "./global-options.js";
import type { CallFlags, ResultFlags } from "./results.js";
import { runCommand } from "./run-command.js";

function seconds(word: string): number {
  const value = Number(word);
  if (word.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a number of seconds.");
}

function priority(word: string): number {
  if (/^[0-9]$/.test(word)) return Number(word);
  throw new InvalidArgumentError("It must be from 0, the most urgent, to 9.");
}

/** A time without an offset is UTC, as everywhere in the task queue. */
function time(word: string): string {
  if (/^\d{4}-?\d\d-?\d\d/.test(word)) return word;
  throw new InvalidArgumentError("It must be a time such as 2026-11-21T02:00:50Z.");
}

function timeOrSeconds(word: string): number | string {
  return word.trim() !== "" && Number.isFinite(Number(word)) ? Number(word) : time(word);
}

function jsonOnly(word: string): string {
  if (word === "json") return word;
  throw new InvalidArgumentError("Messages are JSON here.");
}

const CALLING = "Calling options:";
const ROUTING = "Routing options:";

/** Add both commands to `program`. */
export function addResultCommands(program: Command): void {
  addTaskCommand(program, "call", "send a task, and print its id")
    .argument("<name>", "the task, such as proj.tasks.add")
    .addOption(new Option("-a, --args <json>", "arguments, a JSON array").default("[]").helpGroup(CALLING))
    .addOption(
      new Option("-k, --kwargs <json>", "named arguments, a JSON object").default("{}").helpGroup(CALLING),
    )
    .addOption(new Option("--eta <time>", "run it then (ISO 8601)").argParser(time).helpGroup(CALLING))
    .addOption(
      new Option("--countdown <seconds>", "run it so much later").argParser(seconds).helpGroup(CALLING),
    )
    .addOption(
      new Option("--expires <time>", "do not run it after that: seconds from now, or a time")
        .argParser(timeOrSeconds)
        .helpGroup(CALLING),
    )
    .addOption(
      new Option("--priority <number>", "from 0, the most urgent, to 9")
        .argParser(priority)
        .helpGroup(CALLING),
    )
    .addOption(new Option("--serializer <name>", "json").argParser(jsonOnly).helpGroup(CALLING))
    .addOption(new Option("--queue <name>", "send it there").helpGroup(ROUTING))
    .addOption(new Option("--exchange <name>", "send it to this exchange").helpGroup(ROUTING))
    .addOption(new Option("--routing-key <key>", "with this routing key").helpGroup(ROUTING))
    .action((name: string, flags: CallFlags, command: Command) =>
      runCommand(command, async (run) => {
        const { callTask } = await import("./results.js");
        return callTask(run, name, flags);
      }),
    );

  addTaskCommand(program, "result", "wait for a task's end, and print its result")
    .argument("<task_id>", "what `call` printed")
    .option("-t, --task <name>", "the task's name; it must be one of the app's")
    .option("--traceback", "print the traceback instead, and do not wait")
    .action((id: string, flags: ResultFlags, command: Command) =>
      runCommand(command, async (run) => {
        const { printResult } = await import("./results.js");
        return printResult(run, id, flags);
      }),
    );
}
