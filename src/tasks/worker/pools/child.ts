/** What runs in a thread or process of a pool: loads the app, then runs one job after the other. */
import type { TaskApp } from "../../app.js";
import { parseBrokerUrl } from "../../broker-url.js";
import { SettingsError, SoftTimeLimitExceeded, TaskQueueError } from "../../errors.js";
import { toExceptionRecord, tracebackOf } from "../../exceptions.js";
import { stringifyJson } from "../../json.js";
import type { TaskLog } from "../../log.js";
import type { ChildJob, LogLevel, ToChild } from "./child-protocol.js";
import { execute } from "./execute.js";
import { loadApp } from "./load-app.js";
import { parentLink } from "./parent-link.js";
import type { JobOutcome } from "./pool.js";

/** The longest time that a timer can wait, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

const parent = parentLink();

const writer = (level: LogLevel) => (text: string) => parent.send({ type: "log", level, text });
const log: TaskLog = {
  debug: writer("debug"),
  info: writer("info"),
  warn: writer("warn"),
  error: writer("error"),
};

/** States that the pool has not yet confirmed, by number. */
const pending = new Map<number, { resolve(): void; reject(error: Error): void }>();
let lastNumber = 0;
let app: TaskApp | undefined;

parent.listen((message: ToChild) => {
  switch (message.type) {
    case "job":
      void run(message.job);
      break;
    case "stored": {
      const waiting = pending.get(message.number);
      pending.delete(message.number);
      if (message.error === null) waiting?.resolve();
      else waiting?.reject(new TaskQueueError(`The state could not be stored: ${message.error}`));
      break;
    }
    case "stop":
      void leave();
  }
});

void load();

async function load(): Promise<void> {
  try {
    app = await loadApp(parent.start.appModule);
    app.log = log;
    refuseMemory(app);
    parent.send({ type: "ready" });
  } catch (error) {
    parent.send({ type: "unready", error: tracebackOf(error).trimEnd() });
    parent.exit(1);
  }
}

/** The server of `memory://` is in the worker's process; what a task sent from here would reach nobody. */
function refuseMemory({ settings }: TaskApp): void {
  if (parseBrokerUrl(settings.brokerUrl).kind !== "memory") return;
  throw new SettingsError(
    "workerPool",
    "memory:// is a server within one process: its workers have the pool async; for threads and processes name a Redis",
  );
}

async function run(job: ChildJob): Promise<void> {
  const controller = new AbortController();
  const timer = softLimit(job, controller);
  parent.send({ type: "begun" });
  const outcome = await execute(app!, job, {
    signal: controller.signal,
    log,
    updateState: (state, meta) => storeState(job.key, state, meta),
  });
  clearTimeout(timer);
  parent.send({ type: "outcome", outcome: outcomeText(outcome) });
}

/** Aborts the task's signal when its soft limit passes; undefined: it has none. */
function softLimit(job: ChildJob, controller: AbortController): NodeJS.Timeout | undefined {
  const seconds = job.softTimeLimit;
  if (seconds === null || !(seconds > 0)) return undefined;
  return setTimeout(
    () => {
      log.warn(`Soft time limit (${seconds}s) exceeded for ${job.task}[${job.id}]`);
      controller.abort(new SoftTimeLimitExceeded(seconds));
    },
    Math.min(seconds * 1000, LONGEST_TIMER),
  );
}

async function storeState(key: number, state: string, meta: unknown): Promise<void> {
  const text = stringifyJson(meta ?? null);
  const number = ++lastNumber;
  await new Promise<void>((resolve, reject) => {
    pending.set(number, { resolve, reject });
    parent.send({ type: "state", key, number, state, meta: text });
  });
}

/** An outcome that JSON cannot hold (a result with a function in it) is a failure of the task. */
function outcomeText(outcome: JobOutcome): string {
  try {
    return stringifyJson(outcome.kind === "success" ? { ...outcome, value: outcome.value ?? null } : outcome);
  } catch (error) {
    const failure: JobOutcome = {
      kind: "failure",
      error: toExceptionRecord(error),
      traceback: tracebackOf(error),
      children: "children" in outcome ? outcome.children : [],
      runtime: "runtime" in outcome ? outcome.runtime : 0,
    };
    return stringifyJson(failure);
  }
}

/** Closes what the app has open; a failure of that is no one's concern any more. */
async function leave(): Promise<void> {
  await app?.close().catch(() => {});
  parent.exit(0);
}
