/** Retries: by `retry()`, by the errors a task names, with back-off; what is published, stored and told. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { decodeTask } from "../../src/tasks/message.js";
import { autoretryDelay, retriesByItself } from "../../src/tasks/worker/pools/autoretry.js";
import { failure, until } from "../tools/waiting.js";
import { onBothServers, Workshop } from "./workshop.js";

const TIMEOUT = { timeout: 5000 };

class RuntimeError extends Error {}

onBothServers("a retry", (kind) => {
  let shop: Workshop;
  beforeAll(async () => {
    shop = await Workshop.open(kind);
  });
  afterEach(() => shop.clear());
  afterAll(() => shop.close());

  it("publishes the task again under its id before the state RETRY is stored", async () => {
    const app = shop.app();
    const flaky = app.task(
      "shop.flaky",
      (context, times: number) => {
        const { retries } = context.request;
        if (retries < times) context.retry({ exc: new RuntimeError(`try ${retries}`), countdown: 0.05 });
        return retries;
      },
      { bind: true },
    );
    const heard = await shop.listen();
    await shop.work(app, { taskEvents: true });
    const result = await flaky.delay(2);
    expect(await result.get(TIMEOUT)).toBe(2);
    await until(() => heard.metas.length === 3);
    expect(heard.metas.map(({ status }) => status)).toEqual(["RETRY", "RETRY", "SUCCESS"]);
    expect(heard.metas[0]).toMatchObject({
      result: { exc_type: "RuntimeError", exc_message: ["try 0"], exc_module: "builtins" },
      traceback: expect.stringContaining("Retry in 0.05s: RuntimeError('try 0')"),
      children: [[[result.id, null], null]],
      date_done: null,
      task_id: result.id,
    });
    await until(() => heard.events.filter(({ type }) => type === "task-succeeded").length === 1);
    const retried = heard.events.filter(({ type }) => type === "task-retried");
    expect(retried).toHaveLength(2);
    expect(retried[0]).toMatchObject({ uuid: result.id, exception: "RuntimeError('try 0')" });
    expect(shop.lines).toContain(
      `Task shop.flaky[${result.id}] retry: Retry in 0.05s: RuntimeError('try 0')`,
    );
    await until(async () => (await shop.unacked()).length === 0);
  });

  it("keeps all that belongs to the task: queue, priority, callbacks, headers, limits, its place", async () => {
    const app = shop.app();
    const once = app.task("shop.once", (context) => context.retry({ countdown: 3600, args: [2] }), {
      bind: true,
    });
    const worker = await shop.work(app, { queues: ["other"] });
    const result = await once.applyAsync([], {
      queue: "other",
      priority: 6,
      link: app.signature("shop.linked"),
      linkError: app.signature("shop.error"),
      headers: { my: "header" },
      timeLimit: 100,
      softTimeLimit: 50,
      expires: 7200,
      groupId: "group-1",
      groupIndex: 3,
      replyTo: "somebody",
    });
    await until(async () => (await worker.scheduledRequests()).length === 1);
    await worker.stop();
    const raw = (await shop.redis.lindex("other\x06\x166", 0)) ?? "";
    const again = decodeTask(raw);
    expect(again).toMatchObject({
      id: result.id,
      task: "shop.once",
      args: [2],
      rootId: result.id,
      parentId: result.id,
      retries: 1,
      priority: 6,
      group: "group-1",
      groupIndex: 3,
      timelimit: [100, 50],
      replyTo: "somebody",
      routingKey: "other",
      argsrepr: "(2,)",
    });
    expect(again.headers.my).toBe("header");
    expect(again.embed.callbacks).toMatchObject([{ task: "shop.linked" }]);
    expect(again.embed.errbacks).toMatchObject([{ task: "shop.error" }]);
    expect(again.eta?.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
    expect(again.expires?.getTime()).toBeGreaterThan(Date.now() + 7_100_000);
  });

  it("ends with the cause, or with MaxRetriesExceededError", async () => {
    const app = shop.app();
    const options = { bind: true, maxRetries: 1 } as const;
    const caused = app.task(
      "shop.caused",
      (context) => context.retry({ exc: new RuntimeError("never works"), countdown: 0 }),
      options,
    );
    const bare = app.task("shop.bare", (context) => context.retry({ countdown: 0 }), options);
    await shop.work(app);
    const [one, two] = [await caused.delay(), await bare.delay()];
    expect(await failure(one.get(TIMEOUT))).toMatchObject({ name: "RuntimeError", message: "never works" });
    expect(await failure(two.get(TIMEOUT))).toMatchObject({ name: "MaxRetriesExceededError" });
    expect(await shop.meta(two.id)).toMatchObject({ result: { exc_module: "celery.exceptions" } });
  });

  it("happens by itself for the errors that the task names", async () => {
    const app = shop.app();
    let tries = 0;
    const task = app.task(
      "shop.auto",
      (kind: "retry" | "not") => {
        tries++;
        if (kind === "not") throw new RangeError("no");
        if (tries < 3) throw new RuntimeError("again");
        return tries;
      },
      { autoretryFor: [Error], dontAutoretryFor: [RangeError], defaultRetryDelay: 0.01, maxRetries: 5 },
    );
    await shop.work(app);
    expect(await (await task.delay("retry")).get(TIMEOUT)).toBe(3);
    expect(await failure((await task.delay("not")).get(TIMEOUT))).toMatchObject({ name: "ValueError" });
    expect(tries).toBe(4);
  });

  it("stores nothing when results are ignored, and still runs again", async () => {
    const app = shop.app();
    const seen: number[] = [];
    const task = app.task(
      "shop.quiet",
      (context) => {
        seen.push(context.request.retries);
        if (context.request.retries === 0) context.retry({ countdown: 0 });
      },
      { bind: true, ignoreResult: true },
    );
    await shop.work(app);
    const result = await task.delay();
    await until(() => seen.length === 2);
    expect(seen).toEqual([0, 1]);
    expect(await shop.meta(result.id)).toBe(null);
  });
});

describe("retries by themselves", () => {
  it("wait twice as long each time, up to a limit, with some luck in it", () => {
    expect(autoretryDelay({}, 3)).toBe(undefined);
    expect([0, 1, 2, 3].map((n) => autoretryDelay({ retryBackoff: true, retryJitter: false }, n))).toEqual([
      1, 2, 4, 8,
    ]);
    expect(autoretryDelay({ retryBackoff: 5, retryJitter: false }, 2)).toBe(20);
    expect(autoretryDelay({ retryBackoff: true, retryJitter: false }, 30)).toBe(600);
    expect(autoretryDelay({ retryBackoff: true, retryBackoffMax: 10, retryJitter: false }, 30)).toBe(10);
    expect(autoretryDelay({ retryBackoff: true }, 3, () => 0.999)).toBe(8);
    expect(autoretryDelay({ retryBackoff: true }, 3, () => 0)).toBe(0);
  });

  it("are for errors, not for what steers a task", () => {
    const options = { autoretryFor: [Error] };
    const retry = new Error();
    retry.name = "Retry";
    expect(retriesByItself(options, new Error())).toBe(true);
    expect(retriesByItself(options, retry)).toBe(false);
    expect(retriesByItself({}, new Error())).toBe(false);
    expect(retriesByItself(options, "text")).toBe(false);
  });
});
