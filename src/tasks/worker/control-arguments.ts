/** Reads the arguments of remote control methods, with Python's errors for those that cannot be. */

/** Arguments by Celery's names. */
export type ControlArguments = Readonly<Record<string, unknown>>;

/** An error that Python's tools show as its own exception: `ValueError('...')`. */
export function pythonError(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

/** An argument that a method cannot do without. */
export function required(method: string, args: ControlArguments, name: string): unknown {
  if (Object.hasOwn(args, name)) return args[name];
  throw new TypeError(`${method}() missing 1 required positional argument: '${name}'`);
}

/** A text that a method cannot do without. */
export function requiredText(method: string, args: ControlArguments, name: string): string {
  const value = required(method, args, name);
  if (typeof value === "string" && value !== "") return value;
  throw new TypeError(`${method}(): ${name} must be a text`);
}

/** A text, or `undefined` for what is none. */
export function textIn(args: ControlArguments, name: string): string | undefined {
  const value = args[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** One id, or several, each once. */
export function idsIn(method: string, args: ControlArguments, name: string): string[] {
  const value = required(method, args, name);
  const ids = Array.isArray(value) ? value : value === null ? [] : [value];
  return [...new Set(ids.map(String))];
}

/** A whole number of 0 and more; the command line may have left it as text. */
export function countIn(method: string, args: ControlArguments, name: string, otherwise: number): number {
  const count = Number(args[name] ?? otherwise);
  if (Number.isInteger(count) && count >= 0) return count;
  throw pythonError("ValueError", `${method}(): ${name} must be a whole number of 0 and more`);
}

/** Seconds, or `null` for no limit. */
export function secondsIn(method: string, args: ControlArguments, name: string): number | null {
  const value = args[name];
  if (value === undefined || value === null) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw pythonError("ValueError", `${method}(): ${name} must be a number of seconds`);
}

/** Signals by the numbers that a request may name them by. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  6: "SIGABRT",
  9: "SIGKILL",
  10: "SIGUSR1",
  12: "SIGUSR2",
  15: "SIGTERM",
};

/** A signal's name with its `SIG`: from `KILL`, `SIGKILL`, `kill`, `9`; SIGTERM when none is given. */
export function signalIn(args: ControlArguments): string {
  const { signal } = args;
  if (signal === undefined || signal === null || signal === "") return "SIGTERM";
  if (Object.hasOwn(SIGNALS, String(signal))) return SIGNALS[Number(signal)];
  const upper = String(signal).toUpperCase();
  const name = upper.startsWith("SIG") ? upper : `SIG${upper}`;
  if (Object.values(SIGNALS).includes(name)) return name;
  throw pythonError("AttributeError", `module 'signal' has no attribute '${name}'`);
}
