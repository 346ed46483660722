/** The app of the example, with more tasks that tests need; the worker of the interop tests loads it. */
import { setTimeout as sleep } from "node:timers/promises";
import { add, app } from "../../examples/celery-interop/app.js";
import { Ignore, Reject } from "../../src/tasks/errors.js";

export { app };

/** Values that `ts.note` was given, in the order of its calls. */
const notes: unknown[] = [];

app.task("ts.note", (value: unknown) => {
  notes.push(value);
});

app.task("ts.notes", () => notes.splice(0));

class QuotaExceeded extends Error {
  override readonly name = "QuotaExceeded";
}

app.task("ts.quota", (user: string): never => {
  throw new QuotaExceeded(`${user} has used up everything`);
});

app.task("ts.give_up", (context): never => context.retry({ countdown: 0 }), { bind: true, maxRetries: 1 });

app.task("ts.ignore", (): never => {
  throw new Ignore();
});

app.task(
  "ts.reject",
  (requeue: boolean): never => {
    throw new Reject("no", { requeue });
  },
  { params: ["requeue"] },
);

/** Rejects its message at the first delivery. */
app.task(
  "ts.reject_once",
  ({ request }) => {
    if (request.deliveryInfo.redelivered !== true) throw new Reject("not now", { requeue: true });
    return request.deliveryInfo;
  },
  // Only what is not acknowledged yet can go back.
  { bind: true, acksLate: true },
);

/** What each value is in TypeScript. */
app.task("ts.types", (...values: unknown[]) =>
  values.map((value) =>
    value instanceof Object ? value.constructor.name : value === null ? "null" : typeof value,
  ),
);

/** Ends well when its soft limit passes. */
app.task(
  "ts.soft",
  ({ signal }, seconds: number) =>
    sleep(seconds * 1000, "done", { signal }).catch(() => (signal.reason as Error).constructor.name),
  { bind: true, softTimeLimit: 0.2 },
);

/** Sends a task with itself as its parent, and gives what the other knows. */
app.task("ts.family", async () => (await app.sendTask("py.whoami")).id);

/** Fails `times` times; tried again by itself. */
app.task(
  "ts.auto",
  ({ request }, times: number) => {
    if (request.retries < times) throw new TypeError("not yet");
    return request.retries;
  },
  { bind: true, autoretryFor: [TypeError], retryBackoff: false, defaultRetryDelay: 0, maxRetries: 5 },
);

/** Sends a task and waits for its result: allowed where tasks run in the event loop. */
app.task("ts.ask", async (x: number) => (await add.delay(x, 1)).get({ timeout: 5000 }));

/** A result that JSON cannot hold. */
app.task("ts.symbol", () => Symbol("no JSON"));

/** Nothing at all. */
app.task("ts.nothing", () => undefined);

/** Keeps its thread busy. */
app.task("ts.spin", (seconds: number) => {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end);
  return "done";
});

/** The process that runs it. */
app.task("ts.pid", () => process.pid);
