/** The options that every command of the task queue has, before the command or behind it. */
import { type Command, type CommanderError, Option } from "commander";

/** What they say. */
export interface GlobalFlags {
  /** The module that exports the app. */
  readonly app?: string;
  /** The broker's URL, over what the app says. */
  readonly broker?: string;
  /** The result backend's URL, over what the app says. */
  readonly resultBackend?: string;
  /** The directory to work in. */
  readonly workdir?: string;
  /** False with `--no-color`. */
  readonly color: boolean;
  /** Show less. */
  readonly quiet?: boolean;
}

/** The exit code of a command line that cannot be meant. */
export const USAGE_ERROR = 2;

/** Add the options to the program, where they are found on both sides of the command. */
export function addGlobalOptions(program: Command): void {
  const options = [
    new Option("-A, --app <module>", "the module that exports the TaskApp, such as ./proj.js"),
    new Option("-b, --broker <url>", "the broker, in the place of the app's"),
    new Option("--result-backend <url>", "the result backend, in the place of the app's"),
    new Option("--workdir <path>", "the directory to work in"),
    new Option("-C, --no-color", "no colors"),
    new Option("-q, --quiet", "show less"),
  ];
  for (const option of options) program.addOption(option.helpGroup("Options of the task queue's commands:"));
}

/** A command of the task queue: its wrong uses end with the code 2, as Celery's do. */
export function addTaskCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride((error: CommanderError) => process.exit(error.exitCode === 0 ? 0 : USAGE_ERROR));
}

/** `a,b` as `["a", "b"]`. */
export function commaSeparated(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
