/** The app: tasks, calls, and the messages that they become. */
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { Redis } from "../../src/index.js";
import { TaskApp } from "../../src/tasks/app.js";
import type { AsyncResult } from "../../src/tasks/async-result.js";
import {
  MaxRetriesExceededError,
  Retry,
  SettingsError,
  TaskError,
  TaskQueueError,
} from "../../src/tasks/errors.js";
import { decodeMessage, decodeTask, type TaskMessage } from "../../src/tasks/message.js";
import type { Signature } from "../../src/tasks/signature.js";
import { currentTask, runInContext, TaskContext, type TaskRequest } from "../../src/tasks/task-context.js";
import type { TaskOptions } from "../../src/tasks/task-options.js";
import { CeleryProject, celeryAvailable, needsCelery, type PythonProcess } from "../tools/celery.js";
import { startFaultProxy } from "../tools/fault-proxy.js";
import { redisAvailable, startRedis, type Target } from "../tools/redis-server.js";
import { failure, until } from "../tools/waiting.js";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Define, call, and look at what is in the queue. */
describe("calls", () => {
  let app: TaskApp;
  let redis: Redis;

  beforeAll(async () => {
    app = new TaskApp("calls", {
      broker: "memory://",
      taskRoutes: { "py.routed.*": { queue: "video", priority: 5 }, "py.*": "celery" },
      taskDefaultQueue: "ts",
    });
    redis = (await app.broker()).redis;
  });
  beforeEach(() => redis.flushdb());
  afterAll(() => app?.close());

  /** The message that waits in this list, if it is the only one. */
  async function sent(key = "ts"): Promise<TaskMessage> {
    const texts = await redis.lrange(key, 0, -1);
    expect(texts).toHaveLength(1);
    return decodeTask(texts[0]);
  }

  it("are typed from the function", async () => {
    const add = app.task("t.add", (x: number, y: number) => x + y);
    const wait = app.task("t.wait", async (text: string, times = 1) => text.repeat(times), { queue: "ts" });
    const bound = app.task("t.bound", (context: TaskContext, x: number) => [context.request.id, x], {
      bind: true,
    });
    expectTypeOf(add.delay).parameters.toEqualTypeOf<[x: number, y: number]>();
    expectTypeOf(add.delay).returns.toEqualTypeOf<Promise<AsyncResult<number>>>();
    expectTypeOf(wait.delay).parameters.toEqualTypeOf<[text: string, times?: number | undefined]>();
    expectTypeOf(wait.delay).returns.toEqualTypeOf<Promise<AsyncResult<string>>>();
    expectTypeOf(bound.delay).parameters.toEqualTypeOf<[x: number]>();
    expectTypeOf(add.s(1)).toEqualTypeOf<Signature<AsyncResult<number>>>();
    // @ts-expect-error: a text is no number
    const wrong: () => unknown = () => add.delay("2", 2);
    // @ts-expect-error: one argument is missing
    const few: () => unknown = () => add.applyAsync([2]);
    expect([wrong, few]).toHaveLength(2);
    // In a chain, the result of what is before comes first.
    const mixed = app.task("t.mixed", (n: number, text: string) => text.repeat(n));
    expect(mixed.s("x").json.args).toEqual(["x"]);
    expect(mixed.s(2).json.args).toEqual([2]);
    expect(mixed.si(2, "x").json.immutable).toBe(true);
    expect(await add.call(2, 3)).toBe(5);
    expect(await wait.call("ab", 2)).toBe("abab");
    expect((await bound.call(7))[1]).toBe(7);
  });

  it("become messages with all that Celery writes", async () => {
    const task = app.task("t.plain", (x: number, more: { k: null }) => [x, more]);
    const result = await task.delay(2, { k: null });
    const message = await sent();
    expect(result.id).toMatch(UUID);
    expect(message).toMatchObject({
      task: "t.plain",
      id: result.id,
      args: [2, { k: null }],
      kwargs: {},
      embed: { callbacks: null, errbacks: null, chain: null, chord: null },
      rootId: result.id,
      parentId: null,
      group: null,
      groupIndex: null,
      retries: 0,
      eta: null,
      expires: null,
      timelimit: [null, null],
      ignoreResult: undefined,
      shadow: null,
      correlationId: result.id,
      priority: 0,
      exchange: "",
      routingKey: "ts",
      argsrepr: "(2, {'k': None})",
      kwargsrepr: "{}",
    });
    expect(message.deliveryTag).toMatch(UUID);
    expect(message.replyTo).toMatch(UUID);
    expect(message.origin).toMatch(new RegExp(`^gen${process.pid}@.`));
    expect(await redis.smembers("_kombu.binding.ts")).toEqual(["ts\x06\x16\x06\x16ts"]);
    expect(await redis.pubsubChannels()).toEqual([]);
  });

  it("take options", async () => {
    const before = Date.now();
    await app.sendTask("t.options", [], {
      queue: "slow",
      countdown: 10,
      expires: 60,
      priority: 7,
      taskId: "my-id",
      timeLimit: 5,
      softTimeLimit: 3,
      ignoreResult: true,
      shadow: "shown",
      headers: { my: "h" },
      kwargs: { a: 1 },
      rootId: "root",
      parentId: "parent",
      groupId: "g",
      groupIndex: 2,
      replyTo: "r",
      link: app.signature("py.link", { args: [1], options: { queue: "links" } }),
      linkError: [app.signature("py.error", { immutable: true }), app.signature("py.other").toJSON()],
      chain: [app.signature("py.next").toJSON()],
      chord: app.signature("py.body").toJSON(),
    });
    const message = await sent("slow\x06\x166");
    expect(message).toMatchObject({
      id: "my-id",
      kwargs: { a: 1 },
      rootId: "root",
      parentId: "parent",
      group: "g",
      groupIndex: 2,
      timelimit: [5, 3],
      ignoreResult: true,
      shadow: "shown",
      replyTo: "r",
      priority: 7,
      routingKey: "slow",
      headers: { my: "h" },
    });
    expect(message.embed.callbacks).toEqual([
      {
        task: "py.link",
        args: [1],
        kwargs: {},
        options: { queue: "links" },
        subtask_type: null,
        immutable: false,
      },
    ]);
    expect(message.embed.errbacks?.map(({ task, immutable }) => [task, immutable])).toEqual([
      ["py.error", true],
      ["py.other", false],
    ]);
    expect(message.embed.chain?.[0].task).toBe("py.next");
    expect(message.embed.chord?.task).toBe("py.body");
    const seconds = (date: Date | null) => ((date?.getTime() ?? 0) - before) / 1000;
    expect(seconds(message.eta)).toBeGreaterThanOrEqual(10);
    expect(seconds(message.eta)).toBeLessThan(20);
    expect(seconds(message.expires)).toBeGreaterThanOrEqual(60);
  });

  it("take moments as dates and as text", async () => {
    const eta = new Date("2030-01-02T03:04:05.678Z");
    await app.sendTask("t.eta", [], { eta, expires: "2031-01-01T00:00:00+01:00" });
    expect(await sent()).toMatchObject({ eta, expires: new Date("2030-12-31T23:00:00Z") });
    for (const options of [
      { eta: "soon" },
      { eta: new Date(Number.NaN) },
      { countdown: Number.NaN },
      { expires: "x" },
    ]) {
      expect(await failure(app.sendTask("t.eta", [], options))).toBeInstanceOf(SettingsError);
    }
  });

  it("go where the call, the task, or the routes say, in this order", async () => {
    const task = app.task("py.routed.own", () => 1, {
      queue: "own",
      priority: 3,
      timeLimit: 9,
      ignoreResult: true,
    });
    await task.delay();
    expect(await sent("own\x06\x163")).toMatchObject({
      timelimit: [9, null],
      ignoreResult: true,
      routingKey: "own",
    });
    await task.applyAsync([], { queue: "call", priority: 0, timeLimit: 1 });
    expect(await sent("call")).toMatchObject({ timelimit: [1, null] });
    await app.sendTask("py.routed.encode", ["a b"]);
    expect(await sent("video\x06\x163")).toMatchObject({ routingKey: "video", priority: 5 });
    await app.sendTask("py.add", [1, 2]);
    await sent("celery");
  });

  it("are refused when JSON cannot hold an argument, or the routes refuse", async () => {
    expect(await failure(app.sendTask("t.bad", [() => 1]))).toBeInstanceOf(TypeError);
    await using strict = new TaskApp("strict", { broker: "memory://", taskCreateMissingQueues: false });
    expect(await failure(strict.sendTask("t.x", [], { queue: "other" }))).toBeInstanceOf(SettingsError);
    expect(await redis.exists("ts")).toBe(0);
  });

  it("of signatures put the arguments of the call in front, and its options first", async () => {
    const partial = app.signature("t.sig", {
      args: [10],
      kwargs: { a: 1, b: 1 },
      options: { queue: "q", priority: 3 },
    });
    await partial.applyAsync([5], { kwargs: { b: 2 }, queue: "r" });
    expect(await sent("r\x06\x163")).toMatchObject({ args: [5, 10], kwargs: { a: 1, b: 2 } });
    await app.signature("t.sig", { args: [10], immutable: true }).delay(5);
    expect(await sent()).toMatchObject({ args: [10] });
    await redis.flushdb();
    const task = app.task("t.signed", (x: number, y: number) => x - y, { queue: "own" });
    await task.s(3).set({ countdown: 5 }).delay(10);
    expect(await sent("own")).toMatchObject({ task: "t.signed", args: [10, 3], eta: expect.any(Date) });
    for (const name of ["celery.chain", "celery.group", "celery.chord"]) {
      expect(await failure(app.signature(name).delay())).toBeInstanceOf(TaskQueueError);
    }
  });

  it("made inside of a task belong to it", async () => {
    const context = contextOf({ id: "outer", rootId: "root" });
    const result = await runInContext(context, () => app.sendTask("t.inner"));
    expect(await sent()).toMatchObject({ id: result.id, rootId: "root", parentId: "outer" });
    expect(context.request.children).toEqual([[[result.id, null], null]]);
    await runInContext(context, () => app.sendTask("t.other", [], { addToParent: false, queue: "q" }));
    expect(context.request.children).toHaveLength(1);
  });

  it("can be made by the context", async () => {
    const task = app.task(
      "t.sender",
      async ({ app: own }: TaskContext) => own.sendTask<number>("py.add", [1]),
      {
        bind: true,
      },
    );
    const inner = await task.call();
    expectTypeOf(inner).toEqualTypeOf<AsyncResult<number>>();
    expect(await sent("celery")).toMatchObject({
      id: inner.id,
      task: "py.add",
      parentId: expect.any(String),
    });
  });

  it("are told as events when the app says so", async () => {
    await using telling = new TaskApp("telling", { broker: "memory://", taskSendSentEvent: true });
    await using sub = redis.pubsub();
    await sub.psubscribe("/0.celeryev/*");
    const result = await telling.sendTask("t.told", [1], { countdown: 5 });
    const event = await sub.getMessage({ timeout: 5000, ignoreSubscribe: true });
    expect(event?.channel).toBe("/0.celeryev/task.sent");
    expect(decodeMessage(String(event?.data)).body).toMatchObject({
      type: "task-sent",
      uuid: result.id,
      root_id: result.id,
      parent_id: null,
      name: "t.told",
      args: "(1,)",
      kwargs: "{}",
      retries: 0,
      expires: null,
      queue: "celery",
      exchange: "",
      routing_key: "celery",
      hostname: expect.stringMatching(/^gen\d+@/),
    });
  });

  it("can be packed", async () => {
    await using packing = new TaskApp("packing", {
      broker: "memory://",
      taskCompression: "gzip",
      taskDefaultQueue: "p",
    });
    await packing.sendTask("t.packed", ["x".repeat(1000)]);
    const [text] = await redis.lrange("p", 0, -1);
    expect(text.length).toBeLessThan(2500);
    expect(decodeTask(text).args).toEqual(["x".repeat(1000)]);
  });

  it("whose result is ignored have none to wait for", async () => {
    const task = app.task("t.ignored", () => 1, { ignoreResult: true });
    expect(await (await task.delay()).get()).toBeUndefined();
  });

  it("put keyword arguments into their places", () => {
    const task = app.task("t.params", (...all: unknown[]) => all, { params: ["x", "y", "z"] });
    const context = contextOf({});
    expect(task.invoke(context, [1], { z: 3, other: 9 })).toEqual([1, undefined, 3]);
    expect(task.invoke(context, [], { y: 2, x: 1 })).toEqual([1, 2]);
    expect(() => task.invoke(context, [1], { x: 2 })).toThrow(
      "t.params() got multiple values for argument 'x'",
    );
    const plain = app.task("t.noparams", (...all: unknown[]) => all);
    expect(plain.invoke(context, [1], { x: 2 })).toEqual([1]);
  });
});

function contextOf(
  request: Partial<TaskRequest>,
  options: Pick<TaskOptions, "maxRetries" | "defaultRetryDelay"> = {},
): TaskContext {
  return new TaskContext({
    request: {
      id: "id",
      task: "t",
      args: [],
      kwargs: {},
      rootId: "id",
      parentId: null,
      group: null,
      groupIndex: null,
      retries: 0,
      hostname: "w@h",
      eta: null,
      expires: null,
      timelimit: [null, null],
      deliveryInfo: { exchange: "", routingKey: "q", priority: 0, redelivered: null },
      correlationId: "id",
      replyTo: "",
      origin: "",
      isEager: false,
      headers: {},
      children: [],
      ...request,
    },
    app: {} as never,
    task: { name: "t", options },
    signal: () => new AbortController().signal,
    log: console,
    updateState: async () => {},
  });
}

describe("the context of a task", () => {
  const thrown = (run: () => never): unknown => {
    try {
      return run();
    } catch (error) {
      return error;
    }
  };

  it("is found by what the task calls", async () => {
    const context = contextOf({});
    expect(currentTask()).toBeUndefined();
    const found = await runInContext(context, async () => {
      await Promise.resolve();
      return currentTask();
    });
    expect(found).toBe(context);
    expect(context.signal.aborted).toBe(false);
  });

  it("retries until it has done so often enough", () => {
    const exc = new RangeError("busy");
    const retry = thrown(() => contextOf({ retries: 2 }).retry({ exc, countdown: 1 })) as Retry;
    expect(retry).toBeInstanceOf(Retry);
    expect(retry).toMatchObject({ countdown: 1, cause: exc, message: "Retry in 1s: ValueError('busy')" });
    expect(thrown(() => contextOf({}).retry())).toMatchObject({ countdown: 180 });
    expect(thrown(() => contextOf({}, { defaultRetryDelay: 7 }).retry())).toMatchObject({ countdown: 7 });
    const eta = new Date("2030-01-01T00:00:00Z");
    expect(thrown(() => contextOf({}).retry({ eta, args: [1] }))).toMatchObject({
      eta,
      countdown: undefined,
      args: [1],
    });
    expect(thrown(() => contextOf({ retries: 3 }).retry({ exc }))).toBe(exc);
    expect(thrown(() => contextOf({ retries: 3 }).retry())).toBeInstanceOf(MaxRetriesExceededError);
    expect(thrown(() => contextOf({ retries: 1 }, { maxRetries: 1 }).retry())).toBeInstanceOf(
      MaxRetriesExceededError,
    );
    expect(thrown(() => contextOf({ retries: 1 }).retry({ exc, maxRetries: 1 }))).toBe(exc);
    expect(thrown(() => contextOf({ retries: 999 }, { maxRetries: null }).retry({ exc }))).toBeInstanceOf(
      Retry,
    );
    expect(thrown(() => contextOf({ isEager: true }).retry({ exc }))).toBe(exc);
  });
});

describe("definitions", () => {
  const app = new TaskApp("definitions", { broker: "memory://" });

  it("are checked", () => {
    app.task("t.once", () => 1);
    const wrong: [() => unknown, string][] = [
      [() => app.task("t.once", () => 1), "There is a task t.once already"],
      [() => app.task("", () => 1), "A task needs a name"],
      [() => app.task("t.none", undefined as never), "The task t.none needs a function"],
      [
        () => app.task("t.x", () => 1, { rateLimits: 1 } as never),
        "unknown option rateLimits. Did you mean rateLimit?",
      ],
      [() => app.task("t.x", () => 1, { rateLimit: "ten" }), "The option rateLimit of the task t.x is wrong"],
      [() => app.task("t.x", () => 1, { timeLimit: -1 }), "seconds above 0, or null"],
      [() => app.task("t.x", () => 1, { params: ["a", "a"] }), "names that all differ"],
      [() => new TaskApp(""), "An app needs a name"],
    ];
    for (const [define, text] of wrong) {
      expect(define).toThrow(SettingsError);
      expect(define).toThrow(text);
    }
    expect([...app.tasks.keys()]).toEqual(["t.once"]);
  });

  it("know ackLate as acksLate", () => {
    expect(app.task("t.late", () => 1, { ackLate: true }).options).toEqual({ acksLate: true });
    expect(
      app.task("t.later", () => 1, { maxRetries: null, rateLimit: "10/m" }).options.maxRetries,
    ).toBeNull();
  });
});

describe.skipIf(!redisAvailable)("publishing", () => {
  let target: Target;
  beforeAll(async () => {
    target = await startRedis();
  });
  afterAll(() => target?.stop());

  it("is tried again when the message was not sent, and not when it may have arrived", async () => {
    const proxy = await startFaultProxy(target.port);
    await using app = new TaskApp("again", {
      broker: `redis://127.0.0.1:${proxy.port}`,
      taskDefaultQueue: "again",
    });
    const { redis } = await app.broker();
    await app.sendTask("t.x");
    proxy.fault = "no-replies";
    const lost = failure(app.sendTask("t.y"));
    const { sent, direct } = await lookDirectly(target);
    await until(async () => (await sent("again")) === 2);
    proxy.reset();
    proxy.fault = "none";
    expect(await lost).toMatchObject({ sent: "maybe" });
    await app.sendTask("t.z");
    const tasks = (await redis.lrange("again", 0, -1)).map((text) => decodeTask(text).task);
    expect(tasks).toEqual(["t.z", "t.y", "t.x"]);
    await direct.close();
    await proxy.stop();
  });

  async function lookDirectly({ port }: Target) {
    const direct = new Redis({ port, host: "127.0.0.1" });
    return { direct, sent: (queue: string) => direct.llen(queue) };
  }

  it("fails when there is no broker", async () => {
    await using app = new TaskApp("none", {
      broker: `redis://127.0.0.1:1?connectTimeout=200&commandTimeout=300`,
      taskPublishRetryPolicy: { maxRetries: 1, intervalStart: 0.01 },
    });
    expect(await failure(app.sendTask("t.x"))).toMatchObject({ sent: "no" });
  });
});

const places: [
  name: string,
  available: boolean,
  start: () => Promise<{ url: string; stop(): Promise<void> }>,
][] = [
  [
    "redis-server",
    redisAvailable && celeryAvailable,
    async () => {
      const target = await startRedis();
      return { url: `redis://127.0.0.1:${target.port}/1`, stop: () => target.stop() };
    },
  ],
  [
    "the mini server",
    celeryAvailable,
    async () => {
      const { MiniServer } = await import("../../src/server/index.js");
      const server = await MiniServer.start();
      return { url: `${server.url}/1`, stop: () => server.close() };
    },
  ],
];

for (const [name, available, start] of places) {
  describe.skipIf(!available)(needsCelery(`the app and Python on ${name}`), () => {
    let place: { url: string; stop(): Promise<void> };
    let celery: CeleryProject;
    let python: PythonProcess;
    let app: TaskApp;

    beforeAll(async () => {
      place = await start();
      celery = new CeleryProject({ broker: place.url });
      app = new TaskApp("interop", { broker: place.url });
      [python] = await Promise.all([celery.python(), celery.worker(["-c", "2", "-Q", "celery,video"])]);
    }, 60_000);
    afterAll(async () => {
      await app?.close();
      await celery?.stop();
      await place?.stop();
    }, 60_000);

    it("Python runs what is sent, and its results are read", async () => {
      const sum: AsyncResult<number> = await app.sendTask<number>("py.add", [2, 3]);
      expect(await sum.get({ timeout: 15_000 })).toBe(5);
      const echo = await app.sendTask("py.echo", [1, "é€"], {
        kwargs: { k: null },
        queue: "video",
        priority: 6,
      });
      expect(await echo.get({ timeout: 15_000 })).toEqual({ args: [1, "é€"], kwargs: { k: null } });
      const failed = await failure((await app.sendTask("py.fail", ["bad"])).get({ timeout: 15_000 }));
      expect(failed).toBeInstanceOf(TaskError);
      expect(failed).toMatchObject({
        name: "ValueError",
        message: "bad",
        pyModule: "builtins",
        traceback: expect.stringContaining("ValueError: bad"),
      });
      const seen: string[] = [];
      const progress = await app.sendTask("py.progress", [2]);
      await progress.get({ timeout: 15_000, onMessage: ({ status }) => seen.push(status) });
      expect(seen.filter((status) => status === "PROGRESS")).toHaveLength(2);
      expect(seen.at(-1)).toBe("SUCCESS");
      const linked = await app.sendTask("py.add", [1, 1], { link: app.signature("py.mul", { args: [10] }) });
      await linked.get({ timeout: 15_000 });
      const [child] = await linked.children;
      expect(await child.get({ timeout: 15_000 })).toBe(20);
    });

    it("Python's messages are popped, and its results are those of ours", async () => {
      const id = await python.run<string>(
        'return app.send_task("ts.x", (2, {"n": 12345678901234567890}), countdown=1, priority=4).id',
      );
      const broker = await app.broker();
      const [delivery] = await broker.pop(["ts"], 1);
      expect(delivery).toMatchObject({ key: "ts\x06\x163" });
      expect(delivery.raw).toContain(`"id": "${id}"`);
      expect(decodeTask(delivery.raw)).toMatchObject({
        id,
        task: "ts.x",
        args: [2, { n: 12345678901234567890n }],
      });
      // Python restores what was taken and not acknowledged.
      const { redis } = broker;
      await redis.zadd("unacked_index", { member: delivery.tag as string, score: 1 });
      await python.run(`
        with app.connection_for_read() as connection:
            channel = connection.default_channel
            channel.qos.restore_visible()
      `);
      expect(await redis.exists("unacked", "unacked_index")).toBe(0);
      const [again] = await broker.pop(["ts"], 1);
      expect(decodeTask(again.raw)).toMatchObject({ id, redelivered: true });
      await broker.ack(again.tag as string);
      const backend = await app.backend();
      const value = python.run<number>("return AsyncResult(id).get(timeout=10)", { id });
      await backend.store({
        status: "SUCCESS",
        result: 4,
        traceback: null,
        children: [],
        date_done: null,
        task_id: id,
      });
      expect(await value).toBe(4);
      // And a message that Python has noted is restored here.
      await python.run('app.send_task("ts.y")');
      await python.run(`
        with app.connection_for_read() as connection:
            queue = connection.SimpleQueue("ts")
            message = queue.get(timeout=5)
            connection.default_channel.qos._dirty.clear()
            connection.default_channel.qos._delivered.clear()
            connection.default_channel.do_restore = False
      `);
      const [tag] = await redis.zrange("unacked_index", 0, -1);
      if (tag !== undefined) {
        await redis.zadd("unacked_index", { member: tag, score: 1 });
        expect(await broker.sweep()).toBe(1);
      }
      expect(decodeTask((await broker.pop(["ts"], 1))[0].raw).task).toBe("ts.y");
    });
  });
}
