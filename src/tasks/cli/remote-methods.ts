/** The words that `inspect` and `control` take behind a method's name, and what they become. */
import { UsageFailure } from "./run-command.js";

type Reader = (word: string) => unknown;

/** How a method takes its words. */
export interface RemoteMethod {
  /** The words' meaning, for the help. */
  readonly signature: string;
  /** The arguments, in order. */
  readonly args: readonly (readonly [name: string, read: Reader])[];
  /** How many of them must be there. */
  readonly required: number;
  /** The argument that takes all further words, as a list. */
  readonly rest?: string;
  /** What it does. */
  readonly summary: string;
}

const text: Reader = (word) => word;

const whole: Reader = (word) => {
  if (/^[+-]?\d+$/.test(word)) return Number(word);
  throw new UsageFailure(`'${word}' is not a whole number`);
};

const seconds: Reader = (word) => {
  const value = Number(word);
  if (word.trim() !== "" && Number.isFinite(value)) return value;
  throw new UsageFailure(`'${word}' is not a number of seconds`);
};

const truth: Reader = (word) => {
  if (/^(1|true|yes|on)$/i.test(word)) return true;
  if (/^(0|false|no|off)$/i.test(word)) return false;
  throw new UsageFailure(`'${word}' is neither yes nor no`);
};

const simple = (summary: string): RemoteMethod => ({ signature: "", args: [], required: 0, summary });

/** The questions of `inspect`. */
export const INSPECT_METHODS: Readonly<Record<string, RemoteMethod>> = {
  active: simple("tasks that run"),
  active_queues: simple("queues consumed from"),
  clock: simple("the logical clock"),
  conf: {
    ...simple("settings"),
    signature: "[include_defaults=False]",
    args: [["with_defaults", truth]],
  },
  memdump: {
    ...simple("memory samples so far (Python workers)"),
    signature: "[n_samples=10]",
    args: [["samples", whole]],
  },
  memsample: simple("take a sample of the memory used"),
  objgraph: {
    ...simple("a graph of objects (Python workers)"),
    signature: "[object_type=Request] [num=200 [max_depth=10]]",
    args: [
      ["type", text],
      ["num", whole],
      ["max_depth", whole],
    ],
  },
  ping: simple("who is there"),
  query_task: { ...simple("where tasks are"), signature: "[id1 [id2 [... [idN]]]]", rest: "ids" },
  registered: {
    ...simple("tasks that are known"),
    signature: "[attr1 [attr2 [... [attrN]]]]",
    rest: "taskinfoitems",
  },
  report: simple("what a bug report should say"),
  reserved: simple("tasks that were received and have not begun"),
  revoked: simple("ids of tasks that must not run"),
  scheduled: simple("tasks that wait for their time"),
  stats: simple("numbers"),
};

/** The commands of `control`. */
export const CONTROL_METHODS: Readonly<Record<string, RemoteMethod>> = {
  add_consumer: {
    ...simple("consume from a queue"),
    signature: "<queue> [exchange [type [routing_key]]]",
    args: [
      ["queue", text],
      ["exchange", text],
      ["exchange_type", text],
      ["routing_key", text],
    ],
    required: 1,
  },
  autoscale: {
    ...simple("change the limits of a pool that scales itself (Python workers)"),
    signature: "[max [min]]",
    args: [
      ["max", whole],
      ["min", whole],
    ],
  },
  cancel_consumer: {
    ...simple("stop consuming from a queue"),
    signature: "<queue>",
    args: [["queue", text]],
    required: 1,
  },
  disable_events: simple("send no more task events"),
  election: {
    ...simple("let the workers elect one that acts"),
    signature: "<id> <topic> [action]",
    args: [
      ["id", text],
      ["topic", text],
      ["action", text],
    ],
    required: 2,
  },
  enable_events: simple("send task events"),
  heartbeat: simple("send a heartbeat now"),
  pool_grow: { ...simple("run more tasks at once"), signature: "[N=1]", args: [["n", whole]] },
  pool_restart: simple("restart the pool (Python workers)"),
  pool_shrink: { ...simple("run fewer tasks at once"), signature: "[N=1]", args: [["n", whole]] },
  rate_limit: {
    ...simple("limit how often a task may start"),
    signature: "<task_name> <rate_limit (e.g., 5/s | 5/m | 5/h)>",
    args: [
      ["task_name", text],
      ["rate_limit", text],
    ],
    required: 2,
  },
  revoke: {
    ...simple("keep tasks from running"),
    signature: "[id1 [id2 [... [idN]]]]",
    rest: "task_id",
    required: 1,
  },
  shutdown: simple("end the workers, after the tasks that run"),
  terminate: {
    ...simple("end tasks that run"),
    signature: "<signal> [id1 [id2 [... [idN]]]]",
    args: [["signal", text]],
    rest: "task_id",
    required: 2,
  },
  time_limit: {
    ...simple("change the time limits of a task"),
    signature: "<task_name> <soft_secs> [hard_secs]",
    args: [
      ["task_name", text],
      ["soft", seconds],
      ["hard", seconds],
    ],
    required: 2,
  },
};

/**
 * The arguments of a method from the words behind it.
 *
 * @throws UsageFailure for words that do not fit, or a method that is not there
 */
export function remoteArguments(
  methods: Readonly<Record<string, RemoteMethod>>,
  name: string,
  words: readonly string[],
): Record<string, unknown> {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method === undefined) {
    const known = Object.keys(methods).map((each) => `'${each}'`);
    throw new UsageFailure(`'${name}' is not one of ${known.join(", ")}.`);
  }
  const { args, rest, required, signature } = method;
  if (words.length < required || (rest === undefined && words.length > args.length)) {
    throw new UsageFailure(`Command '${name}' takes arguments: ${signature || "none"}`);
  }
  const found: Record<string, unknown> = {};
  for (const [index, [argument, read]] of args.entries()) {
    if (index < words.length) found[argument] = read(words[index]);
  }
  if (rest !== undefined) found[rest] = words.slice(args.length);
  return found;
}

/** The methods and what they do, for the help. */
export function describeMethods(title: string, methods: Readonly<Record<string, RemoteMethod>>): string {
  const rows = Object.entries(methods).map(
    ([name, { signature, summary }]) => [`${name} ${signature}`.trim(), summary] as const,
  );
  const lines = rows.map(([usage, summary]) =>
    usage.length > 38 ? `  ${usage}\n  ${"".padEnd(40)}${summary}` : `  ${usage.padEnd(40)}${summary}`,
  );
  return `\n${title}:\n${lines.join("\n")}`;
}
