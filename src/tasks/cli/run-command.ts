/** Running one command: the app it works on, its errors, and its exit code. */
import type { Command } from "commander";
import type { TaskApp } from "../app.js";
import type { TaskLog } from "../log.js";
import { type GlobalFlags, USAGE_ERROR } from "./global-options.js";

/** An error that the user is to read, and the exit code that goes with it. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A command line that cannot be meant. */
export class UsageFailure extends CommandFailure {
  constructor(message: string) {
    super(message, USAGE_ERROR);
  }
}

/** `EX_UNAVAILABLE`: nobody answered. */
export const UNAVAILABLE = 69;

const tell = (text: string): void => void process.stderr.write(`${text}\n`);
/** What goes wrong beside the command itself. */
const STANDARD_ERROR: TaskLog = { debug() {}, info() {}, warn: tell, error: tell };

/** What a command works with. */
export interface CommandRun {
  readonly app: TaskApp;
  readonly flags: GlobalFlags;
}

/**
 * Load the app of `-A`, with the broker and the result backend of the command line in the place of its own. Without
 * `-A` it is an app with the defaults.
 *
 * @throws UsageFailure when it cannot be loaded
 */
export async function openApp(flags: GlobalFlags): Promise<TaskApp> {
  applyEnvironment(flags);
  if (flags.app === undefined) {
    const { TaskApp } = await import("../app.js");
    return new TaskApp("default");
  }
  const { loadApp } = await import("../worker/pools/load-app.js");
  try {
    return await loadApp(flags.app);
  } catch (error) {
    throw new UsageFailure(
      `Invalid value for '-A' / '--app':\nUnable to load the application.\n${whyOf(error)}`,
    );
  }
}

/** What the global options change in this process, before the app's module is loaded. */
export function applyEnvironment(flags: GlobalFlags): void {
  if (flags.workdir !== undefined) {
    try {
      process.chdir(flags.workdir);
    } catch (error) {
      throw new UsageFailure(`Invalid value for '--workdir': ${(error as Error).message}`);
    }
  }
  // In the environment, where the processes of a pool find them too.
  if (flags.broker !== undefined) process.env.CELERY_BROKER_URL = flags.broker;
  if (flags.resultBackend !== undefined) process.env.CELERY_RESULT_BACKEND = flags.resultBackend;
}

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // An error in the user's module needs its place; one of ours says all in its message.
  const isOwn = error.name.endsWith("SettingsError") || error.constructor.name === "TaskQueueError";
  return isOwn ? error.message : (error.stack ?? error.message);
}

/**
 * Run a command to its end, and end the process with its exit code, whatever the app's module has left open.
 *
 * @param command the command, for its options
 * @param run does it, and may return an exit code
 */
export async function runCommand(
  command: Command,
  run: (context: CommandRun) => Promise<unknown>,
): Promise<never> {
  const flags = command.optsWithGlobals<GlobalFlags>();
  // The reader has seen enough: `... | head`.
  process.stdout.on("error", () => process.exit(0));
  let code = 0;
  let app: TaskApp | undefined;
  try {
    app = await openApp(flags);
    app.log = STANDARD_ERROR;
    const ended = await run({ app, flags });
    if (typeof ended === "number") code = ended;
  } catch (error) {
    code = reportFailure(error);
  }
  try {
    await app?.close();
  } catch {
    // The connection may be the very reason of the failure that was told.
  }
  return exitAfterOutput(code);
}

/** Tell an error to the user. @returns the exit code */
export function reportFailure(error: unknown): number {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`Error: ${message}\n`);
  return error instanceof CommandFailure ? error.exitCode : 1;
}

/** End the process when what it wrote has left it. */
export async function exitAfterOutput(code: number): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map((stream) => drained(stream)));
  process.exit(code);
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve();
    else stream.write("", () => resolve());
  });
}

/** Write lines to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
