/** The worker: what it runs, stores, publishes and acknowledges, and in which order. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { TaskApp } from "../../src/tasks/app.js";
import { Ignore, Reject } from "../../src/tasks/errors.js";
import { currentTask } from "../../src/tasks/task-context.js";
import { failure, until } from "../tools/waiting.js";
import { gate, onBothServers, Workshop } from "./workshop.js";

const TIMEOUT = { timeout: 5000 };

onBothServers("a worker", (kind) => {
  let shop: Workshop;
  beforeAll(async () => {
    shop = await Workshop.open(kind);
  });
  afterEach(() => shop.clear());
  afterAll(() => shop.close());

  describe("a task that succeeds", () => {
    it("has its result stored as Celery stores it, and leaves nothing behind", async () => {
      const app = shop.app();
      const add = app.task("shop.add", (x: number, y: number) => x + y);
      await shop.work(app);
      const result = await add.delay(2, 3);
      expect(await result.get(TIMEOUT)).toBe(5);
      const meta = await shop.meta(result.id);
      expect(meta).toEqual({
        status: "SUCCESS",
        result: 5,
        traceback: null,
        children: [],
        date_done: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(\+00:00)?$/),
        task_id: result.id,
      });
      expect(await shop.redis.ttl(`celery-task-meta-${result.id}`)).toBeGreaterThan(86_000);
      await until(async () => (await shop.unacked()).length === 0);
      expect(await shop.redis.zcard("unacked_index")).toBe(0);
      expect(await shop.redis.smembers("_kombu.binding.q")).toEqual(["q\x06\x16\x06\x16q"]);
      expect(shop.lines.join("\n")).toMatch(
        /Task shop\.add\[.+\] received\nTask shop\.add\[.+\] succeeded in .+s: 5/,
      );
    });

    it("is given keyword arguments at their places, and all of its request", async () => {
      const app = shop.app();
      const seen: unknown[] = [];
      app.task(
        "shop.call",
        (context, x: number, y?: number) => {
          seen.push(x, y, context.request, currentTask() === context);
          return null;
        },
        { bind: true, params: ["x", "y"] },
      );
      const worker = await shop.work(app, { hostname: "w1@here" });
      const options = { kwargs: { y: 7, more: true }, taskId: "id-1", headers: { my: "h" }, priority: 5 };
      await (await app.sendTask("shop.call", [1], options)).get(TIMEOUT);
      expect(seen.slice(0, 2)).toEqual([1, 7]);
      expect(seen[2]).toMatchObject({
        id: "id-1",
        task: "shop.call",
        args: [1],
        kwargs: { y: 7, more: true },
        rootId: "id-1",
        parentId: null,
        retries: 0,
        hostname: "w1@here",
        deliveryInfo: { exchange: "", routingKey: "q", priority: 5, redelivered: null },
        correlationId: "id-1",
        isEager: false,
        headers: expect.objectContaining({ my: "h" }),
      });
      expect(seen[3]).toBe(true);
      expect(worker.hostname).toBe("w1@here");
    });

    it("is STARTED before, and acknowledged before that", async () => {
      const app = shop.app({ taskTrackStarted: true });
      const held: string[][] = [];
      const task = app.task("shop.early", async () => {
        held.push(await shop.unacked());
      });
      const heard = await shop.listen();
      await shop.work(app, { hostname: "w1@here", taskEvents: true });
      const result = await task.delay();
      expect(await result.get(TIMEOUT)).toBe(null);
      await until(() => heard.events.length >= 3 && heard.metas.length >= 2);
      expect(held).toEqual([[]]);
      expect(heard.metas.map(({ status }) => status)).toEqual(["STARTED", "SUCCESS"]);
      expect(heard.metas[0]).toMatchObject({
        result: { pid: process.pid, hostname: "w1@here" },
        date_done: null,
      });
      expect(heard.events.map(({ type }) => type)).toEqual([
        "task-received",
        "task-started",
        "task-succeeded",
      ]);
      expect(heard.events[0]).toMatchObject({
        uuid: result.id,
        name: "shop.early",
        args: "()",
        kwargs: "{}",
        hostname: "w1@here",
      });
      expect(heard.events[2]).toMatchObject({ result: "None", runtime: expect.any(Number) });
      const clocks = heard.events.map(({ clock }) => clock as number);
      expect([...clocks].sort((a, b) => a - b)).toEqual(clocks);
    });

    it("is acknowledged after its result is stored, when it acknowledges late", async () => {
      const app = shop.app();
      const held: number[] = [];
      const task = app.task("shop.late", async () => void held.push((await shop.unacked()).length), {
        acksLate: true,
      });
      await shop.work(app);
      await (await task.delay()).get(TIMEOUT);
      expect(held).toEqual([1]);
      await until(async () => (await shop.unacked()).length === 0);
    });

    it("stores nothing when its result is ignored, by the task or by the call", async () => {
      const app = shop.app({ taskTrackStarted: true });
      const done = gate();
      const quiet = app.task("shop.quiet", () => 1, { ignoreResult: true });
      const loud = app.task("shop.loud", (last: boolean) => {
        if (last) done.open();
      });
      await shop.work(app);
      const one = await quiet.delay();
      const two = await loud.applyAsync([false], { ignoreResult: true });
      const three = await loud.delay(true);
      await done.opened;
      await three.get(TIMEOUT);
      expect(await shop.meta(one.id)).toBe(null);
      expect(await shop.meta(two.id)).toBe(null);
      expect(await shop.meta(three.id)).toMatchObject({ status: "SUCCESS" });
    });

    it("tells name, arguments, worker and queue where results are extended", async () => {
      const app = shop.app({ resultExtended: true });
      const task = app.task("shop.more", (x: number) => x);
      await shop.work(app, { hostname: "w1@here" });
      const result = await task.delay(1);
      await result.get(TIMEOUT);
      expect(await shop.meta(result.id)).toMatchObject({
        name: "shop.more",
        args: [1],
        kwargs: {},
        worker: "w1@here",
        retries: 0,
        queue: "q",
      });
    });

    it("stores states of its own, and lists what it has sent as children", async () => {
      const app = shop.app();
      const child = app.task("shop.child", () => "child");
      const parent = app.task(
        "shop.parent",
        async (context) => {
          await context.updateState("PROGRESS", { current: 1 });
          return (await child.delay()).id;
        },
        { bind: true },
      );
      const heard = await shop.listen();
      await shop.work(app);
      const result = await parent.delay();
      const id = await result.get(TIMEOUT);
      await until(() => heard.metas.length > 0);
      expect(heard.metas[0]).toMatchObject({ status: "PROGRESS", result: { current: 1 }, date_done: null });
      expect(await shop.meta(result.id)).toMatchObject({ children: [[[id, null], null]] });
      await app.asyncResult(id).get(TIMEOUT);
      expect(await shop.meta(id)).toMatchObject({ parent_id: result.id });
    });
  });

  describe("a task that fails", () => {
    it("has its error stored for Python to raise, and told in event and log", async () => {
      const app = shop.app();
      class ValueError extends Error {}
      const task = app.task("shop.fail", () => {
        throw new ValueError("boom");
      });
      const heard = await shop.listen();
      await shop.work(app, { taskEvents: true });
      const result = await task.delay();
      expect(await failure(result.get(TIMEOUT))).toMatchObject({ name: "ValueError", message: "boom" });
      expect(await shop.meta(result.id)).toMatchObject({
        status: "FAILURE",
        result: { exc_type: "ValueError", exc_message: ["boom"], exc_module: "builtins" },
        traceback: expect.stringContaining("boom"),
      });
      await until(() => heard.events.some(({ type }) => type === "task-failed"));
      expect(heard.events.at(-1)).toMatchObject({
        uuid: result.id,
        exception: "ValueError('boom')",
        traceback: expect.stringContaining("boom"),
      });
      expect(shop.lines.join("\n")).toContain(
        `Task shop.fail[${result.id}] raised unexpected: ValueError('boom')`,
      );
    });

    it("is rejected when it acknowledges late, and not failures", async () => {
      const app = shop.app();
      const task = app.task(
        "shop.fail",
        () => {
          throw new Error("no");
        },
        { acksLate: true, acksOnFailureOrTimeout: false },
      );
      const heard = await shop.listen();
      await shop.work(app, { taskEvents: true });
      const result = await task.delay();
      await failure(result.get(TIMEOUT));
      await until(() => heard.events.some(({ type }) => type === "task-rejected"));
      expect(heard.events).toContainEqual(expect.objectContaining({ type: "task-rejected", requeue: false }));
      await until(async () => (await shop.unacked()).length === 0);
      expect(await shop.redis.llen("q")).toBe(0);
    });

    it("is a failure too when its result is no JSON", async () => {
      const app = shop.app();
      const round: Record<string, unknown> = {};
      round.round = round;
      const task = app.task("shop.round", () => round);
      await shop.work(app);
      const result = await task.delay();
      expect(await failure(result.get(TIMEOUT))).toMatchObject({ name: "EncodeError" });
    });

    it("is stored although results are ignored, where errors are wanted", async () => {
      const app = shop.app();
      const options = { ignoreResult: true, storeErrorsEvenIfIgnored: true };
      const throws = () => {
        throw new Error("no");
      };
      const wanted = await app.task("shop.wanted", throws, options).delay();
      const unwanted = await app.task("shop.unwanted", throws, { ignoreResult: true }).delay();
      await shop.work(app, { concurrency: 1 });
      await until(() => shop.lines.filter((line) => line.includes("raised unexpected")).length === 2);
      expect(await shop.meta(wanted.id)).toMatchObject({ status: "FAILURE" });
      expect(await shop.meta(unwanted.id)).toBe(null);
    });

    it("is NotRegistered when nobody knows it, and the worker goes on", async () => {
      const app = shop.app();
      const task = app.task("shop.known", () => 1);
      const heard = await shop.listen();
      await shop.work(app, { taskEvents: true });
      const result = await app.sendTask("shop.unknown", [1]);
      expect(await failure(result.get(TIMEOUT))).toMatchObject({ name: "NotRegistered" });
      expect(await shop.meta(result.id)).toMatchObject({
        result: { exc_type: "NotRegistered", exc_message: ["shop.unknown"], exc_module: "celery.exceptions" },
      });
      await until(() => heard.events.some(({ type }) => type === "task-failed"));
      expect(heard.events.at(-1)).toMatchObject({ exception: "NotRegistered('shop.unknown')" });
      expect(await (await task.delay()).get(TIMEOUT)).toBe(1);
      expect(await shop.unacked()).toEqual([]);
    });

    it("stays as it is when it is ignored or rejected, and comes again when it is put back", async () => {
      const app = shop.app({ taskTrackStarted: true });
      let tries = 0;
      const ignore = app.task("shop.ignore", () => {
        throw new Ignore();
      });
      const reject = app.task(
        "shop.reject",
        (context) => {
          tries++;
          if (context.request.deliveryInfo.redelivered === true) return "again";
          throw new Reject("not now", { requeue: true });
        },
        { acksLate: true, bind: true },
      );
      const heard = await shop.listen();
      await shop.work(app, { taskEvents: true });
      const ignored = await ignore.delay();
      const rejected = await reject.delay();
      expect(await rejected.get(TIMEOUT)).toBe("again");
      expect(tries).toBe(2);
      expect(await shop.meta(ignored.id)).toMatchObject({ status: "STARTED" });
      await until(async () => (await shop.unacked()).length === 0);
      await until(() => heard.events.some(({ type }) => type === "task-rejected"));
      expect(heard.events).toContainEqual(
        expect.objectContaining({ type: "task-rejected", uuid: rejected.id, requeue: true }),
      );
    });
  });

  describe("a task that must not run", () => {
    it("is REVOKED when it has expired", async () => {
      const app = shop.app();
      const task = app.task("shop.old", () => 1);
      const heard = await shop.listen();
      const result = await task.applyAsync([], { expires: new Date(Date.now() - 1000) });
      await shop.work(app, { taskEvents: true });
      expect(await failure(result.get(TIMEOUT))).toMatchObject({
        name: "TaskRevokedError",
        message: "expired",
      });
      expect(await shop.meta(result.id)).toMatchObject({
        status: "REVOKED",
        result: { exc_type: "TaskRevokedError", exc_message: ["expired"], exc_module: "celery.exceptions" },
      });
      await until(() => heard.events.some(({ type }) => type === "task-revoked"));
      expect(heard.events.at(-1)).toMatchObject({ expired: true, terminated: false, signum: null });
      expect(await shop.unacked()).toEqual([]);
    });

    it("is REVOKED when it was revoked: at its receipt, in the line, and while it waits for its time", async () => {
      const app = shop.app();
      const blocker = gate();
      const block = app.task("shop.block", () => blocker.opened);
      const task = app.task("shop.never", () => "ran");
      const worker = await shop.work(app, { concurrency: 1 });
      worker.revoked.add("at-receipt");
      await block.delay();
      const results = await Promise.all([
        task.applyAsync([], { taskId: "at-receipt" }),
        task.applyAsync([], { taskId: "in-line" }),
        task.applyAsync([], { taskId: "waiting", countdown: 60 }),
      ]);
      await until(async () => (await worker.scheduledRequests()).length === 1);
      await until(() => [...worker.reservedRequests()].length === 1);
      for (const id of ["in-line", "waiting"]) worker.revoked.add(id);
      worker.onRevoked(["in-line", "waiting"]);
      for (const result of results) {
        expect(await failure(result.get(TIMEOUT))).toMatchObject({
          name: "TaskRevokedError",
          message: "revoked",
        });
      }
      blocker.open();
      await until(async () => (await shop.unacked()).length === 0);
    });

    it("is terminated while it runs", async () => {
      const app = shop.app();
      const aborted = gate<unknown>();
      const started = gate();
      const task = app.task(
        "shop.endless",
        (context) => {
          started.open();
          return new Promise(() => {
            context.signal.addEventListener("abort", () => aborted.open(context.signal.reason));
          });
        },
        { bind: true, acksLate: true },
      );
      const heard = await shop.listen();
      const worker = await shop.work(app, { taskEvents: true });
      const result = await task.delay();
      await started.opened;
      expect(worker.terminateTask("nobody", "TERM")).toBe(false);
      expect(worker.terminateTask(result.id, "TERM")).toBe(true);
      expect(await failure(result.get(TIMEOUT))).toMatchObject({ message: "terminated" });
      expect(await aborted.opened).toBeInstanceOf(Error);
      await until(() => heard.events.some(({ type }) => type === "task-revoked"));
      expect(heard.events.at(-1)).toMatchObject({ terminated: true, signum: 15, expired: false });
      await until(async () => (await shop.unacked()).length === 0);
    });
  });

  describe("limits", () => {
    it("abort the task's signal softly, then end it", async () => {
      const app = shop.app();
      const pause = (signal: AbortSignal | undefined) =>
        new Promise<string>((_, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
        });
      const soft = app.task("shop.soft", (context) => pause(context.signal), {
        bind: true,
        softTimeLimit: 0.05,
      });
      const hard = app.task("shop.hard", () => pause(undefined), { timeLimit: 0.05 });
      await shop.work(app);
      expect(await failure((await soft.delay()).get(TIMEOUT))).toMatchObject({
        name: "SoftTimeLimitExceeded",
      });
      const result = await hard.delay();
      expect(await failure(result.get(TIMEOUT))).toMatchObject({ name: "TimeLimitExceeded" });
      expect(await shop.meta(result.id)).toMatchObject({
        result: { exc_type: "TimeLimitExceeded", exc_message: [0.05], exc_module: "billiard.exceptions" },
        traceback: null,
      });
      // The message's limit goes before the task's.
      const byCall = await hard.applyAsync([], { timeLimit: 0.02 });
      await failure(byCall.get(TIMEOUT));
      expect(await shop.meta(byCall.id)).toMatchObject({ result: { exc_message: [0.02] } });
    });

    it("hold tasks back by their rate, and let others pass", async () => {
      const app = shop.app();
      const times: number[] = [];
      const rated = app.task("shop.rated", () => void times.push(performance.now()), { rateLimit: "20/s" });
      const free = app.task("shop.free", () => "free");
      await shop.work(app, { concurrency: 1 });
      const results = await Promise.all(Array.from({ length: 4 }, () => rated.delay()));
      expect(await (await free.delay()).get(TIMEOUT)).toBe("free");
      for (const result of results) await result.get(TIMEOUT);
      // Three times 50 ms; less when the machine held the first one up.
      expect(times[3] - times[0]).toBeGreaterThan(75);
    });

    it("of places hold too for quick tasks that become slow ones", async () => {
      const app = shop.app();
      let running = 0;
      let most = 0;
      const order: number[] = [];
      const task = app.task(
        "shop.moody",
        (x: number, slow: boolean) => {
          order.push(x);
          if (!slow) return;
          running++;
          most = Math.max(most, running);
          return new Promise<void>((resolve) => {
            setTimeout(() => {
              running--;
              resolve();
            }, 5);
          });
        },
        { ignoreResult: true },
      );
      for (let x = 0; x < 60; x++) await task.delay(x, x % 30 > 20);
      await shop.work(app, { concurrency: 2, prefetchMultiplier: 16 });
      await until(() => order.length === 60 && running === 0);
      expect(most).toBe(2);
      expect(order).toEqual([...order].sort((a, b) => a - b));
      await until(async () => (await shop.unacked()).length === 0);
    });

    it("are changed by remote control", async () => {
      const app = shop.app();
      const blocker = gate();
      const block = app.task("shop.block", () => blocker.opened, { acksLate: true });
      const slow = app.task("shop.slow", () => new Promise(() => {}));
      const rated = app.task("shop.rated", () => 1, { rateLimit: "1/h" });
      const worker = await shop.work(app, { concurrency: 1, prefetchMultiplier: 1 });
      expect(worker.setRateLimit("shop.none", "1/s")).toBe(false);
      expect(worker.setTimeLimits("shop.none", 1, 1)).toBe(false);
      await (await rated.delay()).get(TIMEOUT);
      const held = await rated.delay();
      await until(() => [...worker.reservedRequests()].length === 1);
      expect(worker.setRateLimit("shop.rated", 0)).toBe(true);
      await held.get(TIMEOUT);
      expect(worker.setTimeLimits("shop.slow", null, 0.05)).toBe(true);
      expect(await failure((await slow.delay()).get(TIMEOUT))).toMatchObject({ name: "TimeLimitExceeded" });
      await block.delay();
      await block.delay();
      await until(async () => (await shop.unacked()).length === 1);
      await worker.growPool(1);
      await until(async () => (await shop.unacked()).length === 2);
      expect(worker.pool).toMatchObject({ kind: "async", concurrency: 2, processIds: [process.pid] });
      await worker.shrinkPool(1);
      expect(worker.concurrency).toBe(1);
      await expect(worker.shrinkPool(1)).rejects.toThrow(RangeError);
      blocker.open();
      await until(async () => (await shop.unacked()).length === 0);
    });

    it("may be absent: then all messages are taken", async () => {
      const app = shop.app();
      const blocker = gate();
      const task = app.task("shop.block", () => blocker.opened, { acksLate: true, ignoreResult: true });
      const worker = await shop.work(app, { concurrency: 1, prefetchMultiplier: 0 });
      await Promise.all(Array.from({ length: 300 }, () => task.delay()));
      await until(async () => (await shop.unacked()).length === 300);
      expect(worker.prefetchCount).toBe(0);
      blocker.open();
      await until(async () => (await shop.unacked()).length === 0);
    });

    it("hold no more messages than the prefetch limit allows", async () => {
      const app = shop.app();
      const blocker = gate();
      const task = app.task("shop.block", () => blocker.opened, { acksLate: true });
      const worker = await shop.work(app, { concurrency: 2, prefetchMultiplier: 2 });
      await Promise.all(Array.from({ length: 10 }, () => task.delay()));
      await until(async () => (await shop.unacked()).length === 4);
      expect(await shop.redis.llen("q")).toBe(6);
      expect(worker.prefetchCount).toBe(4);
      expect([...worker.activeRequests()]).toHaveLength(2);
      expect([...worker.reservedRequests()]).toHaveLength(2);
      blocker.open();
      await until(async () => (await shop.unacked()).length === 0 && (await shop.redis.llen("q")) === 0);
    });
  });

  describe("queues", () => {
    it("are served by priority, and in turn among equals", async () => {
      const app = shop.app();
      const order: string[] = [];
      const task = app.task("shop.note", (what: string) => void order.push(what), { ignoreResult: true });
      const done = gate();
      const last = app.task("shop.last", () => done.open());
      for (const priority of [9, 6, 3, 0]) await task.applyAsync([`p${priority}`], { priority, queue: "a" });
      await task.applyAsync(["b0"], { queue: "b" });
      await last.applyAsync([], { queue: "b", priority: 9 });
      await shop.work(app, { concurrency: 1, prefetchMultiplier: 1, queues: ["a", "b"] });
      await done.opened;
      expect(order.slice(0, 2).sort()).toEqual(["b0", "p0"]);
      expect(order.slice(2)).toEqual(["p3", "p6", "p9"]);
    });

    it("are taken up and given up while the worker runs", async () => {
      const app = shop.app();
      const task = app.task("shop.task", () => "done");
      const worker = await shop.work(app, { queues: ["a"] });
      expect(worker.queues).toEqual(["a"]);
      const result = await task.applyAsync([], { queue: "b" });
      worker.addQueue("b");
      expect(await result.get(TIMEOUT)).toBe("done");
      worker.cancelQueue("a");
      await task.applyAsync([], { queue: "a" });
      expect(await (await task.applyAsync([], { queue: "b" })).get(TIMEOUT)).toBe("done");
      expect(await shop.redis.llen("a")).toBe(1);
    });

    it("may be shared out among workers of one app", async () => {
      const app = shop.app();
      const task = app.task("shop.where", (context) => context.request.hostname, { bind: true });
      await shop.work(app, { queues: ["a"], hostname: "a@here" });
      await shop.work(app, { queues: ["b"], hostname: "b@here" });
      for (const queue of ["a", "b", "b", "a", "a"]) {
        expect(await (await task.applyAsync([], { queue })).get(TIMEOUT)).toBe(`${queue}@here`);
      }
    });

    it("must exist where none may be made, and one must be left", async () => {
      const app = shop.app({ taskQueues: ["a", "b"], taskCreateMissingQueues: false });
      await expect(() => shop.work(app, { queues: ["c"] })).rejects.toThrow(/'c'/);
      await expect(() => shop.work(app, { excludeQueues: ["a", "b"] })).rejects.toThrow(/No queue is left/);
    });
  });

  describe("its end", () => {
    const busy = async (app: TaskApp) => {
      const blocker = gate();
      const started = gate();
      const task = app.task(
        "shop.block",
        async (name: string) => {
          started.open();
          await blocker.opened;
          return name;
        },
        { acksLate: true },
      );
      const worker = await shop.work(app, { concurrency: 1, taskEvents: true, heartbeat: true });
      const running = await task.delay("running");
      await started.opened;
      await task.delay("reserved");
      await task.applyAsync(["scheduled"], { countdown: 60 });
      await until(async () => (await shop.unacked()).length === 3);
      return { blocker, worker, running, task };
    };

    it("is warm: what runs ends, the rest goes back into the queue, next to come", async () => {
      const app = shop.app();
      const { blocker, worker, running, task } = await busy(app);
      const heard = await shop.listen();
      const stopped = worker.stop("warm");
      await until(async () => (await shop.redis.llen("q")) === 2);
      await task.delay("later");
      blocker.open();
      await stopped;
      await worker.finished;
      expect(await running.get(TIMEOUT)).toBe("running");
      expect(await shop.unacked()).toEqual([]);
      expect(await shop.redis.llen("q")).toBe(3);
      const next = JSON.parse((await shop.redis.lindex("q", -1)) ?? "");
      expect(next.headers.redelivered).toBe(true);
      expect(next.properties.delivery_info.redelivered).toBe(true);
      expect(shop.lines).toContain("Restoring 2 unacknowledged message(s)");
      await until(() => heard.events.some(({ type }) => type === "worker-offline"));
    });

    it("is cold: what runs goes back too when it is not acknowledged", async () => {
      const app = shop.app();
      const { worker } = await busy(app);
      const warm = worker.stop("warm");
      await worker.stop("cold");
      await warm;
      expect(await shop.redis.llen("q")).toBe(3);
      expect(await shop.unacked()).toEqual([]);
    });

    it("comes by remote control too", async () => {
      const app = shop.app();
      const worker = await shop.work(app);
      worker.requestShutdown("Got shutdown from remote");
      await worker.finished;
      await shop.app().sendTask("shop.none", []);
      expect(await shop.redis.llen("q")).toBe(1);
    });
  });
});
