/** `inspect`, `control` and `status`: questions and commands to workers that run. */
import { type Command, InvalidArgumentError } from "commander";
import { addTaskCommand, commaSeparated } from "./global-options.js";
import { CONTROL_METHODS, describeMethods, INSPECT_METHODS, remoteArguments } from "./remote-methods.js";
import { reportFailure, runCommand } from "./run-command.js";

interface RemoteFlags {
  readonly timeout: number;
  readonly destination?: readonly string[];
  readonly json?: boolean;
}

function seconds(word: string): number {
  const value = Number(word);
  if (word.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("It must be a number of seconds.");
}

function withRemoteOptions(command: Command): Command {
  return command
    .option("-t, --timeout <seconds>", "how long to wait for replies", seconds, 1)
    .option("-d, --destination <nodes>", "the nodes it is for, with commas between them", commaSeparated)
    .option("-j, --json", "print JSON");
}

/** Read the words of a method before anything is loaded, so that a wrong one costs nothing. */
function argumentsOf(...call: Parameters<typeof remoteArguments>): Record<string, unknown> {
  try {
    return remoteArguments(...call);
  } catch (error) {
    process.exit(reportFailure(error));
  }
}

/** Add the three commands to `program`. */
export function addRemoteCommands(program: Command): void {
  withRemoteOptions(addTaskCommand(program, "inspect", "ask workers that run"))
    .argument("<method>", "what to ask")
    .argument("[args...]", "what the question takes")
    .addHelpText("after", describeMethods("Questions", INSPECT_METHODS))
    .action((method: string, words: string[], flags: RemoteFlags, command: Command) => {
      const args = argumentsOf(INSPECT_METHODS, method, words);
      return runCommand(command, async (context) => {
        const { inspectWorkers } = await import("./remote.js");
        return inspectWorkers(context, method, args, flags);
      });
    });

  withRemoteOptions(addTaskCommand(program, "control", "command workers that run"))
    .argument("<method>", "what to do")
    .argument("[args...]", "what the command takes")
    .addHelpText("after", describeMethods("Commands", CONTROL_METHODS))
    .action((method: string, words: string[], flags: RemoteFlags, command: Command) => {
      const args = argumentsOf(CONTROL_METHODS, method, words);
      return runCommand(command, async (context) => {
        const { controlWorkers } = await import("./remote.js");
        return controlWorkers(context, method, args, flags);
      });
    });

  withRemoteOptions(addTaskCommand(program, "status", "list the workers that are online")).action(
    (flags: RemoteFlags, command: Command) =>
      runCommand(command, async (context) => {
        const { workersOnline } = await import("./remote.js");
        return workersOnline(context, flags);
      }),
  );
}
