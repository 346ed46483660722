/** Waiting for results: by subscription, without a gap in which one could be missed. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AbortError, type Redis } from "../../src/index.js";
import { TaskApp } from "../../src/tasks/app.js";
import { type AsyncResult, GroupResult } from "../../src/tasks/async-result.js";
import { type Backend, doneAt, type ResultMeta } from "../../src/tasks/backend.js";
import { SettingsError, TaskError, TaskRevokedError, TaskTimeoutError } from "../../src/tasks/errors.js";
import { groupTuple, resultTuple } from "../../src/tasks/result-tuple.js";
import { startFaultProxy } from "../tools/fault-proxy.js";
import { redisAvailable, startRedis, type Target } from "../tools/redis-server.js";
import { failure, until } from "../tools/waiting.js";

const meta = (id: string, status: string, result: unknown, more: Partial<ResultMeta> = {}): ResultMeta => ({
  status,
  result,
  traceback: null,
  children: [],
  date_done: null,
  task_id: id,
  ...more,
});

const BOOM = { exc_type: "ValueError", exc_message: ["boom", 7], exc_module: "builtins" };

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

const SERVERS: [name: string, available: boolean, start: () => Promise<Server>][] = [
  [
    "redis-server",
    redisAvailable,
    async () => {
      const target = await startRedis();
      return { url: `redis://127.0.0.1:${target.port}/2`, stop: () => target.stop() };
    },
  ],
  [
    "the mini server",
    true,
    async () => {
      const { MiniServer } = await import("../../src/server/index.js");
      const server = await MiniServer.start();
      return { url: `${server.url}/2`, stop: () => server.close() };
    },
  ],
  ["memory://", true, async () => ({ url: "memory://", stop: async () => {} })],
];

for (const [name, available, start] of SERVERS) {
  describe.skipIf(!available)(`results on ${name}`, () => {
    let server: Server;
    let app: TaskApp;
    let backend: Backend;
    let redis: Redis;

    beforeAll(async () => {
      server = await start();
      app = new TaskApp("results", { broker: server.url });
      backend = await app.backend();
      redis = backend.redis;
    });
    beforeEach(() => redis.flushdb());
    afterAll(async () => {
      await app?.close();
      await server?.stop();
    });

    const subscribers = async (id: string): Promise<number> =>
      (await redis.pubsubChannels(`celery-task-meta-${id}`)).length;

    it("gives what is there already, and what comes", async () => {
      await backend.store(meta("a", "SUCCESS", { x: 1 }));
      expect(await app.asyncResult("a").get({ timeout: 5000 })).toEqual({ x: 1 });
      const result = app.asyncResult<number>("b");
      const value = result.get({ timeout: 5000 });
      await until(async () => (await subscribers("b")) === 1);
      await backend.store(meta("b", "STARTED", { pid: 1 }));
      await backend.store(meta("b", "SUCCESS", 5));
      expect(await value).toBe(5);
      await until(async () => (await subscribers("b")) === 0);
      // What is over is asked for no more.
      await redis.flushdb();
      expect(await result.get()).toBe(5);
      expect(await result.state).toBe("SUCCESS");
      await result.forget();
      expect(await result.state).toBe("PENDING");
    });

    it("misses nothing, whenever it comes", async () => {
      const ids = Array.from({ length: 300 }, (_, n) => `n${n}`);
      const values = Promise.all(ids.map((id) => app.asyncResult(id).get({ timeout: 10_000 })));
      const again = Promise.all(ids.map((id) => app.asyncResult(id).get({ timeout: 10_000 })));
      await Promise.all(ids.map((id, n) => backend.store(meta(id, "SUCCESS", n))));
      expect(await values).toEqual(ids.map((_, n) => n));
      expect(await again).toEqual(ids.map((_, n) => n));
      const waiter = await app.resultWaiter();
      await until(() => waiter.size === 0);
    });

    it("throws what the task threw", async () => {
      await backend.store(meta("f", "FAILURE", BOOM, { traceback: "Traceback ..." }));
      const result = app.asyncResult("f");
      const error = await failure(result.get({ timeout: 5000 }));
      expect(error).toBeInstanceOf(TaskError);
      expect(error).toMatchObject({
        name: "ValueError",
        pyModule: "builtins",
        args: ["boom", 7],
        traceback: "Traceback ...",
        taskId: "f",
      });
      expect(await result.get({ propagate: false })).toBeInstanceOf(TaskError);
      expect([
        await result.state,
        await result.ready(),
        await result.failed(),
        await result.successful(),
      ]).toEqual(["FAILURE", true, true, false]);
      expect(await result.traceback).toBe("Traceback ...");
      expect(await result.result).toBeInstanceOf(TaskError);
      await backend.store(
        meta("r", "REVOKED", { exc_type: "TaskRevokedError", exc_message: ["expired"], exc_module: "x" }),
      );
      const revoked = await failure(app.asyncResult("r").get({ timeout: 5000 }));
      expect(revoked).toBeInstanceOf(TaskRevokedError);
      expect(revoked).toMatchObject({ message: "expired" });
    });

    it("goes on waiting through states that are not the end, and shows them", async () => {
      const seen: string[] = [];
      const value = app.asyncResult("p").get({
        timeout: 5000,
        onMessage: ({ status, result }) => seen.push(`${status} ${JSON.stringify(result)}`),
      });
      await until(async () => (await subscribers("p")) === 1);
      await backend.store(meta("p", "STARTED", null));
      await backend.store(meta("p", "PROGRESS", { n: 1 }));
      await backend.store(meta("p", "PROGRESS", { n: 2 }));
      await backend.store(meta("p", "RETRY", BOOM));
      expect(await app.asyncResult("p").result).toBeInstanceOf(TaskError);
      expect(await app.asyncResult("p").ready()).toBe(false);
      await backend.store(meta("p", "SUCCESS", 3));
      expect(await value).toBe(3);
      expect(seen).toEqual([
        "STARTED null",
        'PROGRESS {"n":1}',
        'PROGRESS {"n":2}',
        `RETRY ${JSON.stringify(BOOM)}`,
        "SUCCESS 3",
      ]);
      const thrown = app.asyncResult("p").get({
        timeout: 5000,
        onMessage: () => {
          throw new RangeError("no more");
        },
      });
      expect(await failure(thrown)).toBeInstanceOf(RangeError);
    });

    it("ends the wait by time and by signal", async () => {
      const result = app.asyncResult("never");
      const late = await failure(result.get({ timeout: 5 }));
      expect(late).toBeInstanceOf(TaskTimeoutError);
      expect(late).toMatchObject({ taskId: "never" });
      const stop = new AbortController();
      const waiting = failure(result.get({ signal: stop.signal }));
      await until(async () => (await subscribers("never")) === 1);
      stop.abort(new Error("enough"));
      const aborted = await waiting;
      expect(aborted).toBeInstanceOf(AbortError);
      expect((aborted as Error).cause).toMatchObject({ message: "enough" });
      expect(await failure(result.get({ signal: stop.signal }))).toBeInstanceOf(AbortError);
      await until(async () => (await subscribers("never")) === 0);
      expect(await result.state).toBe("PENDING");
      expect([
        await result.result,
        await result.traceback,
        await result.dateDone,
        await result.children,
      ]).toEqual([null, null, null, []]);
    });

    it("takes one signal for many waits", async () => {
      const warnings: unknown[] = [];
      const warned = (warning: unknown) => warnings.push(warning);
      process.on("warning", warned);
      const stop = new AbortController();
      const { signal } = stop;
      const waits = Array.from({ length: 50 }, (_, n) => failure(app.asyncResult(`w${n}`).get({ signal })));
      const waiter = await app.resultWaiter();
      await until(() => waiter.size === 50);
      stop.abort();
      for (const error of await Promise.all(waits)) expect(error).toBeInstanceOf(AbortError);
      await until(() => waiter.size === 0);
      process.off("warning", warned);
      expect(warnings).toEqual([]);
    });

    it("is no promise", async () => {
      const result = app.asyncResult("x");
      expect(await (async () => result)()).toBe(result);
      expect("then" in result).toBe(false);
    });

    it("tells what the task has sent, and when it was done", async () => {
      const children = [resultTuple("c1"), groupTuple("g", [resultTuple("c2"), resultTuple("c3")]), 7];
      const done = doneAt(new Date("2026-11-21T01:56:30.431Z"));
      await backend.store(meta("s", "SUCCESS", 1, { children, date_done: done }));
      const [first, second, ...rest] = await app.asyncResult("s").children;
      expect(rest).toEqual([]);
      expect(first.id).toBe("c1");
      expect(second).toBeInstanceOf(GroupResult);
      expect(second.asTuple()).toEqual(children[1]);
      expect(await app.asyncResult("s").dateDone).toEqual(new Date("2026-11-21T01:56:30.431Z"));
      await backend.store(meta("o", "SUCCESS", 1, { date_done: "2026-11-21T01:56:30.431667" }));
      expect(await app.asyncResult("o").dateDone).toEqual(new Date("2026-11-21T01:56:30.431Z"));
      const group = second as GroupResult;
      expect([await group.ready(), await group.successful(), await group.failed()]).toEqual([
        false,
        false,
        false,
      ]);
      const values = group.get({ timeout: 5000 });
      await backend.store(meta("c3", "SUCCESS", 3));
      await backend.store(meta("c2", "SUCCESS", 2));
      expect(await values).toEqual([2, 3]);
      expect([await group.ready(), await group.successful()]).toEqual([true, true]);
      await group.forget();
      expect(await group.ready()).toBe(false);
    });

    it("reads groups that were saved", async () => {
      await backend.saveGroup(groupTuple("g", [resultTuple("a")], resultTuple("p")));
      const group = await app.groupResult("g");
      expect(group?.results.map(({ id }) => id)).toEqual(["a"]);
      expect(group?.parent?.id).toBe("p");
      expect(await app.groupResult("none")).toBeNull();
    });
  });
}

describe.skipIf(!redisAvailable)("results over a bad connection", () => {
  let target: Target;
  beforeAll(async () => {
    target = await startRedis();
  });
  afterAll(() => target?.stop());

  it("are found although they came while it was cut", async () => {
    const proxy = await startFaultProxy(target.port);
    const app = new TaskApp("cut", { broker: `redis://127.0.0.1:${proxy.port}` });
    const other = new TaskApp("direct", { broker: `redis://127.0.0.1:${target.port}` });
    try {
      const backend = await other.backend();
      for (let round = 0; round < 5; round++) {
        const ids = Array.from({ length: 20 }, (_, n) => `${round}-${n}`);
        const values = Promise.all(ids.map((id) => app.asyncResult(id).get({ timeout: 15_000 })));
        const subscribed = async () => (await backend.redis.pubsubChannels("*")).length === ids.length;
        await until(subscribed);
        proxy.reset();
        await Promise.all(ids.map((id) => backend.store(meta(id, "SUCCESS", id))));
        expect(await values).toEqual(ids);
        await until(async () => (await backend.redis.pubsubChannels("*")).length === 0);
      }
    } finally {
      await app.close();
      await other.close();
      await proxy.stop();
    }
  });

  it("fail when the app is closed", async () => {
    const app = new TaskApp("closed", { broker: `redis://127.0.0.1:${target.port}` });
    const waiting: Promise<unknown> = failure(app.asyncResult("x").get());
    await until(async () => (await app.resultWaiter()).size === 1);
    await app.close();
    expect(await waiting).toMatchObject({ message: "The app closed was closed" });
    expect(await failure(app.asyncResult("x").get())).toMatchObject({ message: "The app closed is closed" });
    await app.close();
  });

  it("are refused by an app without results", async () => {
    await using app = new TaskApp("none", { broker: `redis://127.0.0.1:${target.port}`, backend: null });
    const result: AsyncResult = await app.sendTask("py.add", [1, 2]);
    expect(await failure(result.get())).toBeInstanceOf(SettingsError);
  });
});
