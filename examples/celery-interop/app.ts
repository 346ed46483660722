/**
 * Tasks that Python can call, and one that calls Python: the TypeScript side of a queue shared with Celery.
 * The README beside it has the Python side and the commands.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { TaskApp } from "resplendent/tasks";

/** Python knows a `RuntimeError`: an error of that name is raised there as its own. */
class RuntimeError extends Error {
  override readonly name = "RuntimeError";
}

const { CELERY_REDIS_URL: url = "redis://127.0.0.1:6379/0", CELERY_VISIBILITY_TIMEOUT: visibility } =
  process.env;

export const app = new TaskApp("celery-interop", {
  broker: url,
  backend: url,
  taskDefaultQueue: "ts",
  // The first pattern that fits decides.
  taskRoutes: { "py.routed.*": "video", "py.*": "celery", "ts.*": "ts" },
  taskTrackStarted: true,
  ...(visibility === undefined ? {} : { brokerTransportOptions: { visibilityTimeout: Number(visibility) } }),
});

/** x + y. `params` names the parameters for callers that give them by name, as Python may. */
export const add = app.task("ts.add", (x: number, y: number) => x + y, { params: ["x", "y"] });

/** x * y. */
export const mul = app.task("ts.mul", (x: number, y: number) => x * y, { params: ["x", "y"] });

/** The sum of a list: the body of a chord, which gets the results of its header. */
export const xsum = app.task("ts.xsum", (numbers: number[]) => numbers.reduce((sum, n) => sum + n, 0), {
  params: ["numbers"],
});

/** What it was given. Keyword arguments that are not in `params` stay in the request. */
export const echo = app.task(
  "ts.echo",
  (context, ...args: unknown[]) => ({ args, kwargs: context.request.kwargs }),
  { bind: true },
);

/** Fails; Python raises `ValueError(msg)`. */
export const fail = app.task(
  "ts.fail",
  (msg: string = "boom"): never => {
    throw new RangeError(msg);
  },
  { params: ["msg"] },
);

/** Takes its time; ends early when it is revoked or a time limit passes. */
export const slow = app.task(
  "ts.slow",
  (context, seconds: number = 2, value: unknown = "done") =>
    sleep(seconds * 1000, value, { signal: context.signal }),
  { bind: true, params: ["seconds", "value"] },
);

/** Takes longer than it may: its hard limit is one second. */
export const hard = app.task("ts.hard", (seconds: number = 5) => sleep(seconds * 1000, "done"), {
  timeLimit: 1,
  params: ["seconds"],
});

/** Fails at first, and asks to be tried again. @returns the number of retries it took */
export const flaky = app.task(
  "ts.flaky",
  (context, failTimes: number = 2, countdown: number = 1) => {
    const { retries } = context.request;
    if (retries < failTimes) context.retry({ exc: new RuntimeError(`try ${retries}`), countdown });
    return retries;
  },
  { bind: true, maxRetries: 3, params: ["fail_times", "countdown"] },
);

/** Never succeeds: one retry, then the failure is its result. */
export const alwaysRetry = app.task(
  "ts.always_retry",
  (context): never => context.retry({ exc: new RuntimeError("never works"), countdown: 0 }),
  { bind: true, maxRetries: 1 },
);

/** Nobody will ask for its result, so none is stored. */
export const ignored = app.task("ts.ignored", () => "nobody sees this", { ignoreResult: true });

/** Tells how far it is, by a state of its own. */
export const progress = app.task(
  "ts.progress",
  async (context, n: number = 3) => {
    for (let current = 0; current < n; current++) {
      await context.updateState("PROGRESS", { current, total: n });
      await sleep(300);
    }
    return n;
  },
  { bind: true, params: ["n"] },
);

/** Acknowledged when it is done: runs again, elsewhere, when its worker dies. */
export const late = app.task("ts.late", (seconds: number = 2) => sleep(seconds * 1000, "late done"), {
  acksLate: true,
  rejectOnWorkerLost: true,
  params: ["seconds"],
});

/** What a task knows of its call, by Celery's names. */
export const whoami = app.task(
  "ts.whoami",
  ({ request }) => ({
    id: request.id,
    root_id: request.rootId,
    parent_id: request.parentId,
    group: request.group,
    hostname: request.hostname,
    retries: request.retries,
    delivery_info: {
      exchange: request.deliveryInfo.exchange,
      routing_key: request.deliveryInfo.routingKey,
      priority: request.deliveryInfo.priority,
      redelivered: request.deliveryInfo.redelivered,
    },
    correlation_id: request.correlationId,
    reply_to: request.replyTo,
  }),
  { bind: true },
);

/** Sends a task of Python's, and does not wait for it. @returns its id */
export const parent = app.task(
  "ts.parent",
  async (x: number) => {
    const child = await app.sendTask("py.add", [x, 1]);
    return child.id;
  },
  { params: ["x"] },
);

/** To be linked to the failure of other tasks. */
export const onError = app.task("ts.on_error", (taskId: string) => `errback for ${taskId}`, {
  params: ["task_id"],
});
