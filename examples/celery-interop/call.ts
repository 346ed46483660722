/**
 * Sends one task, of either language, and prints what becomes of it as one line of JSON.
 *
 *   npx tsx examples/celery-interop/call.ts TASK [JSON_ARGS] [--kwargs J] [--queue Q] [--countdown S] [--expires S]
 *     [--priority N] [--task-id ID] [--timeout S] [--no-wait] [--states]
 *
 *   npx tsx examples/celery-interop/call.ts ts.add "[2, 3]"
 *   {"id":"f1c6...","state":"SUCCESS","ready":true,"result":5,"traceback":null}
 */
import { parseArgs } from "node:util";
import { type AsyncResult, TaskTimeoutError } from "resplendent/tasks";
import { app } from "./app.js";

const USAGE = `call.ts TASK [JSON_ARGS] [--kwargs J] [--queue Q] [--countdown S] [--expires S] [--priority N]
  [--task-id ID] [--timeout S] [--no-wait] [--states]`;

/** How long it waits for the result when `--timeout` is not given, seconds. */
const PATIENCE = 30;

interface Call {
  task: string;
  args: unknown[];
  options: Parameters<typeof app.sendTask>[2];
  /** Milliseconds. */
  timeout: number;
  wait: boolean;
  states: boolean;
}

/** @throws Error that says what is wrong with the words */
function readCall(words: string[]): Call {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      kwargs: { type: "string" },
      queue: { type: "string" },
      countdown: { type: "string" },
      expires: { type: "string" },
      priority: { type: "string" },
      "task-id": { type: "string" },
      timeout: { type: "string" },
      "no-wait": { type: "boolean" },
      states: { type: "boolean" },
    },
  });
  const [task, json = "[]", ...more] = positionals;
  if (task === undefined || more.length > 0) throw new Error("one task and its arguments as a JSON array");
  const args: unknown = JSON.parse(json);
  if (!Array.isArray(args)) throw new Error(`the arguments must be a JSON array, not ${json}`);
  const kwargs: unknown = JSON.parse(values.kwargs ?? "{}");
  if (typeof kwargs !== "object" || kwargs === null || Array.isArray(kwargs)) {
    throw new Error(`--kwargs must be a JSON object, not ${values.kwargs}`);
  }
  return {
    task,
    args,
    options: {
      kwargs: { ...kwargs },
      queue: values.queue,
      countdown: numberOf("countdown", values.countdown),
      expires: numberOf("expires", values.expires),
      priority: numberOf("priority", values.priority),
      taskId: values["task-id"],
    },
    timeout: (numberOf("timeout", values.timeout) ?? PATIENCE) * 1000,
    wait: values["no-wait"] !== true,
    states: values.states === true,
  };
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number))
    throw new Error(`--${name} must be a number, not ${text}`);
  return number;
}

/** What is printed. */
interface Line {
  id: string;
  state: string;
  ready: boolean;
  result?: unknown;
  error?: { type: string; message: string };
  traceback: string | null;
  /** With `--states`: what the task went through, as far as it was seen. */
  states?: string[];
}

async function make(call: Call): Promise<Line> {
  const result = await app.sendTask(call.task, call.args, call.options);
  const states: string[] = [];
  const saw = (state: string): void => {
    if (states.at(-1) !== state) states.push(state);
  };
  saw(await result.state);
  const outcome = call.wait ? await waitFor(result, call.timeout, saw) : {};
  const state = await result.state;
  saw(state);
  const line: Line = {
    id: result.id,
    state,
    ready: await result.ready(),
    ...outcome,
    traceback: await result.traceback,
  };
  if (call.states) line.states = states;
  return line;
}

async function waitFor(
  result: AsyncResult,
  timeout: number,
  saw: (state: string) => void,
): Promise<Pick<Line, "result" | "error">> {
  try {
    return { result: await result.get({ timeout, onMessage: ({ status }) => saw(status) }) };
  } catch (error) {
    // The task's own failure has the name of its exception; running out of time is no failure of the task.
    if (!(error instanceof Error)) throw error;
    const type = error instanceof TaskTimeoutError ? "TimeoutError" : error.name;
    return { error: { type, message: error.message } };
  }
}

/** Integers beyond 2^53 as text: JSON.stringify does not know them. */
const plain = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

let call: Call | undefined;
try {
  call = readCall(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\nusage: ${USAGE}`);
  process.exitCode = 2;
}
if (call !== undefined) {
  try {
    console.log(JSON.stringify(await make(call), plain));
  } finally {
    await app.close();
  }
}
