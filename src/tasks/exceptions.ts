/** Failures in Celery's form: how an error of TypeScript is written, and one of Python read. */
import {
  ChordError,
  Ignore,
  MaxRetriesExceededError,
  NotRegisteredError,
  Reject,
  Retry,
  SoftTimeLimitExceeded,
  TaskError,
  TaskRevokedError,
  TimeLimitExceeded,
  WorkerLostError,
} from "./errors.js";
import { stringifyJson } from "./json.js";
import { pythonRepr } from "./python-repr.js";

/** An exception as the result of a failed task holds it. */
export interface ExceptionRecord {
  /** Name of the class, such as `ValueError`. */
  exc_type: string;
  /** The arguments that it was made with. */
  exc_message: unknown[];
  /** Python module of the class, such as `builtins`. */
  exc_module: string;
}

const CELERY = "celery.exceptions";
const BILLIARD = "billiard.exceptions";

/** Classes of ours that Python knows by another name, or in a module of Celery's. */
const OWN: [new (...args: never[]) => Error, type: string, module: string][] = [
  [TaskRevokedError, "TaskRevokedError", CELERY],
  [NotRegisteredError, "NotRegistered", CELERY],
  [MaxRetriesExceededError, "MaxRetriesExceededError", CELERY],
  [ChordError, "ChordError", CELERY],
  [Retry, "Retry", CELERY],
  [Ignore, "Ignore", CELERY],
  [Reject, "Reject", CELERY],
  [SoftTimeLimitExceeded, "SoftTimeLimitExceeded", BILLIARD],
  [TimeLimitExceeded, "TimeLimitExceeded", BILLIARD],
  [WorkerLostError, "WorkerLostError", BILLIARD],
];

/** JavaScript's classes and what Python calls them. */
const JAVASCRIPT: Record<string, string> = {
  Error: "Exception",
  TypeError: "TypeError",
  SyntaxError: "SyntaxError",
  RangeError: "ValueError",
  ReferenceError: "NameError",
  URIError: "ValueError",
};

/** Python's exceptions that a task may raise. What ends a process is not among them. */
const PYTHON = new Set(
  `Exception ArithmeticError AssertionError AttributeError BlockingIOError BrokenPipeError BufferError
  ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError
  EOFError EnvironmentError FileExistsError FileNotFoundError FloatingPointError IOError ImportError
  IndentationError IndexError InterruptedError IsADirectoryError KeyError LookupError MemoryError
  ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError
  PermissionError ProcessLookupError RecursionError ReferenceError RuntimeError StopAsyncIteration
  StopIteration SyntaxError SystemError TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError
  UnicodeEncodeError UnicodeError UnicodeTranslateError ValueError ZeroDivisionError`.split(/\s+/),
);

/** Module of classes that Python does not have. It has no such module, and so makes a class of the name. */
const FOREIGN = "resplendent";

/**
 * What Python has to read to raise the like of this error. JavaScript's own classes become Python's
 * (`RangeError` is `ValueError`, `Error` is `Exception`); a class, or an error's `name`, that
 * Python has among its builtins becomes that (`class ValueError extends Error`); others keep their
 * name. `pyModule` and `args` of the error are heeded where it has them.
 */
export function toExceptionRecord(error: unknown): ExceptionRecord {
  if (!(error instanceof Error)) {
    const text = typeof error === "string" ? error : pythonRepr(error);
    return { exc_type: "Exception", exc_message: [text], exc_module: "builtins" };
  }
  const [exc_type, exc_module] = classOf(error);
  return { exc_type, exc_message: argsOf(error).map(storable), exc_module };
}

function classOf(error: Error): [type: string, module: string] {
  for (const [type, name, module] of OWN) if (error instanceof type) return [name, module];
  const name = nameOf(error);
  const { pyModule } = error as { pyModule?: unknown };
  if (typeof pyModule === "string" && pyModule !== "") return [name, pyModule];
  if (error instanceof TaskError) return [name, FOREIGN];
  if (Object.hasOwn(JAVASCRIPT, name)) return [JAVASCRIPT[name], "builtins"];
  return [name, PYTHON.has(name) ? "builtins" : FOREIGN];
}

/** The error's own name; the class's where nobody gave the error one. */
function nameOf(error: Error): string {
  const name = typeof error.name === "string" ? error.name : "";
  const type: unknown = error.constructor?.name;
  const inherited = name === "" || Object.hasOwn(JAVASCRIPT, name);
  if (inherited && typeof type === "string" && type !== "") return type;
  return name === "" ? "Error" : name;
}

function argsOf(error: Error): readonly unknown[] {
  if (error instanceof NotRegisteredError) return [error.task];
  const { args } = error as { args?: unknown };
  return Array.isArray(args) ? args : [error.message];
}

/** What JSON cannot hold is shown instead. */
function storable(value: unknown): unknown {
  try {
    stringifyJson(value);
    return value;
  } catch {
    return value instanceof Error ? exceptionRepr(toExceptionRecord(value)) : String(value);
  }
}

/**
 * The error that a stored failure stands for. Whatever is stored there gives one: other ports of
 * Celery store null, text, or objects of their own.
 */
export function fromExceptionRecord(
  record: unknown,
  more: { taskId: string; traceback: string | null; status: string },
): TaskError {
  const { exc_type, exc_message, exc_module } = fieldsOf(record);
  const args = Array.isArray(exc_message) ? exc_message : exc_message === undefined ? [] : [exc_message];
  const revoked = more.status === "REVOKED" || exc_type === "TaskRevokedError";
  const failure = {
    name: typeof exc_type === "string" && exc_type !== "" ? exc_type : revoked ? "TaskRevokedError" : "Error",
    pyModule: typeof exc_module === "string" ? exc_module : null,
    args,
    traceback: more.traceback,
    taskId: more.taskId,
  };
  const message = args.map(textOf).join(", ");
  return revoked ? new TaskRevokedError(message || "revoked", failure) : new TaskError(message, failure);
}

function fieldsOf(record: unknown): { exc_type?: unknown; exc_message?: unknown; exc_module?: unknown } {
  if (typeof record === "object" && record !== null && "exc_type" in record) return record;
  return record === null || record === undefined ? {} : { exc_message: record };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : pythonRepr(value);
}

/** The exception as Python shows it: `ValueError('boom')`. */
export function exceptionRepr(record: ExceptionRecord): string {
  return `${record.exc_type}(${record.exc_message.map(pythonRepr).join(", ")})`;
}

/** Text for the place of Python's traceback: the stack, and those of the causes. */
export function tracebackOf(error: unknown): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  for (let at: unknown = error; at !== undefined && at !== null && !seen.has(at) && seen.size < 10; ) {
    seen.add(at);
    parts.push(`${parts.length === 0 ? "" : "Caused by: "}${stackOf(at)}`);
    at = at instanceof Error ? at.cause : undefined;
  }
  return `${parts.join("\n")}\n`;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === "string" ? error : pythonRepr(error);
  return typeof error.stack === "string" && error.stack !== ""
    ? error.stack
    : `${error.name}: ${error.message}`;
}
