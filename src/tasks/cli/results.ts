/** What `call` and `result` do and print. */
import type { TaskError } from "../errors.js";
import { parseJson } from "../json.js";
import { pythonStr } from "./python-text.js";
import { type CommandRun, print, UsageFailure } from "./run-command.js";

/** What the options of `call` say. */
export interface CallFlags {
  readonly args: string;
  readonly kwargs: string;
  readonly eta?: string;
  readonly countdown?: number;
  readonly expires?: number | string;
  readonly priority?: number;
  readonly queue?: string;
  readonly exchange?: string;
  readonly routingKey?: string;
}

/** What the options of `result` say. */
export interface ResultFlags {
  readonly task?: string;
  readonly traceback?: boolean;
}

/** Send a task by its name, and print its id. */
export async function callTask({ app }: CommandRun, name: string, flags: CallFlags): Promise<void> {
  const args = json("--args", flags.args);
  if (!Array.isArray(args))
    throw new UsageFailure(`Invalid value for '-a' / '--args': ${flags.args} was not an array`);
  const kwargs = json("--kwargs", flags.kwargs);
  if (typeof kwargs !== "object" || kwargs === null || Array.isArray(kwargs)) {
    throw new UsageFailure(`Invalid value for '-k' / '--kwargs': ${flags.kwargs} was not an object`);
  }
  const { eta, countdown, expires, priority, queue, exchange, routingKey } = flags;
  const result = await app.sendTask(name, args, {
    kwargs: kwargs as Record<string, unknown>,
    eta,
    countdown,
    expires,
    priority,
    queue,
    exchange,
    routingKey,
  });
  print(result.id);
}

function json(option: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new UsageFailure(
      `Invalid value for '${option.slice(1, 3)}' / '${option}': ${(error as Error).message}`,
    );
  }
}

/** Wait for a task's result and print it, or print its traceback as it is now. */
export async function printResult(
  { app }: CommandRun,
  id: string,
  flags: ResultFlags,
): Promise<number | undefined> {
  if (flags.task !== undefined && !app.tasks.has(flags.task)) {
    throw new UsageFailure(`Invalid value for '-t' / '--task': the app has no task '${flags.task}'`);
  }
  const result = app.asyncResult(id);
  if (flags.traceback === true) {
    print((await result.traceback) ?? "");
    return 0;
  }
  try {
    print(pythonStr(await result.get()));
    return 0;
  } catch (error) {
    if (!isTaskError(error)) throw error;
    const trace = error.traceback?.trimEnd();
    const line = error.message === "" ? error.name : `${error.name}: ${error.message}`;
    process.stderr.write(`${trace === undefined || trace === "" ? line : withLastLine(trace, line)}\n`);
    return 1;
  }
}

/** By its members: the app's module may have another copy of this package, for CommonJS. */
function isTaskError(error: unknown): error is TaskError {
  return error instanceof Error && "taskId" in error && "pyModule" in error;
}

/** Python's tracebacks end with the error; a JavaScript stack begins with it. */
function withLastLine(trace: string, line: string): string {
  return trace.includes(line) ? trace : `${trace}\n${line}`;
}
