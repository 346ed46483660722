/** What a worker lives through: messages that are none, servers that go away, processes that die. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { TaskApp } from "../../src/tasks/app.js";
import { queueKey } from "../../src/tasks/broker.js";
import { Worker } from "../../src/tasks/worker/worker.js";
import { CeleryProcess } from "../tools/celery.js";
import { RedisProcess } from "../tools/redis-process.js";
import { redisAvailable } from "../tools/redis-server.js";
import { failure, until } from "../tools/waiting.js";
import { onBothServers, Workshop } from "./workshop.js";

const TIMEOUT = { timeout: 8000 };

/** An envelope with this body and these headers. */
function envelope(
  body: string,
  headers: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): string {
  return JSON.stringify({
    body: Buffer.from(body).toString("base64"),
    "content-encoding": "utf-8",
    "content-type": "application/json",
    headers: { lang: "py", task: "shop.echo", id: randomUUID(), ...headers },
    properties: {
      correlation_id: "x",
      delivery_mode: 2,
      delivery_info: { exchange: "", routing_key: "q" },
      priority: 0,
      body_encoding: "base64",
      delivery_tag: randomUUID(),
    },
    ...more,
  });
}

onBothServers("a worker", (kind) => {
  let shop: Workshop;
  beforeAll(async () => {
    shop = await Workshop.open(kind);
  });
  afterEach(() => shop.clear());
  afterAll(() => shop.close());

  it("rejects what is no task, one by one, and goes on", async () => {
    const app = shop.app();
    const echo = app.task("shop.echo", (x: unknown) => x);
    await shop.work(app, { taskEvents: true });
    const bad = [
      "",
      "{}",
      "[]",
      "null",
      "not JSON",
      "\u0000\u0001\u0080",
      '{"properties": {"delivery_tag": "only a tag"}}',
      envelope("[[1], {}, {}]", {}, { headers: null }),
      envelope("[[1], {}, {}]", { task: null }),
      envelope("[[1], {}, {}]", { id: "" }),
      envelope("[[1], {}, {}]", { eta: "no moment" }),
      envelope("not JSON"),
      envelope("{}"),
      envelope("[1, 2, 3]"),
      envelope("[[1], {}, {}]", { compression: "application/x-gzip" }),
      envelope("[[1], {}, {}]", { compression: "application/x-unheard-of" }),
      envelope("[[1], {}, {}]", {}, { "content-type": "application/x-python-serialize" }),
      envelope('[[1], {}, {"chain": [7], "callbacks": "x", "chord": 1}]'),
    ];
    for (const raw of bad) await shop.redis.lpush("q", raw);
    expect(await (await echo.delay("still here")).get(TIMEOUT)).toBe("still here");
    await until(async () => (await shop.unacked()).length === 0);
    expect(await shop.redis.llen("q")).toBe(0);
    const complaints = shop.lines.filter((line) => /unknown message|Can't decode/.test(line));
    expect(complaints).toHaveLength(bad.length);
  });

  it("runs what Python's JSON holds and JavaScript's does not", async () => {
    const app = shop.app();
    const seen: unknown[] = [];
    app.task("shop.echo", (...args: unknown[]) => {
      seen.push(...args);
      return args[1];
    });
    await shop.work(app);
    const id = randomUUID();
    const body =
      '[[NaN, 12345678901234567890, Infinity], {}, {"callbacks": null, "errbacks": null, "chain": null, "chord": null}]';
    await shop.redis.lpush("q", envelope(body, { id }));
    await until(async () => (await shop.meta(id)) !== null);
    expect(seen).toEqual([Number.NaN, 12345678901234567890n, Number.POSITIVE_INFINITY]);
    expect(await shop.redis.get(`celery-task-meta-${id}`)).toContain('"result":12345678901234567890');
  });

  it("runs protocol 1, and messages of megabytes", async () => {
    const app = shop.app();
    const echo = app.task("shop.echo", (x: string, y = "") => x.length + y.length, { params: ["x", "y"] });
    await shop.work(app);
    const id = randomUUID();
    const body = JSON.stringify({
      task: "shop.echo",
      id,
      args: ["abc"],
      kwargs: { y: "de" },
      retries: 0,
      utc: true,
    });
    await shop.redis.lpush("q", envelope(body, {}, { headers: {} }));
    await until(async () => (await shop.meta(id)) !== null);
    expect(await shop.meta(id)).toMatchObject({ result: 5 });
    expect(await (await echo.delay("x".repeat(5_000_000))).get(TIMEOUT)).toBe(5_000_000);
  });

  it("gives back to their lists what a dead worker held, and leaves what a live one holds", async () => {
    const app = shop.app({ brokerTransportOptions: { visibilityTimeout: 2 } });
    const seen: unknown[] = [];
    const echo = app.task(
      "shop.echo",
      (context, x: number) => {
        seen.push([x, context.request.deliveryInfo.redelivered, context.request.deliveryInfo.priority]);
        return x;
      },
      { bind: true },
    );
    const result = await echo.applyAsync([1], { priority: 6 });
    // A worker that has taken it and died.
    const key = queueKey("q", 6);
    const raw = (await shop.redis.rpop(key)) ?? "";
    const tag = JSON.parse(raw).properties.delivery_tag;
    await shop.redis.hset("unacked", { [tag]: `[${raw}, "", "q"]` });
    await shop.redis.zadd("unacked_index", { member: tag, score: Date.now() / 1000 - 1 });
    await shop.work(app);
    expect(await result.get(TIMEOUT)).toBe(1);
    expect(seen).toEqual([[1, true, 6]]);
    await until(async () => (await shop.unacked()).length === 0);
  });

  it("survives that what it stores is refused", async () => {
    const app = shop.app();
    const echo = app.task("shop.echo", (x: number) => x);
    await shop.redis.lpush("celery-task-meta-odd", "a list where a text should be");
    await shop.work(app);
    await echo.applyAsync([1], { taskId: "odd" });
    await until(() =>
      shop.lines.some((line) => line.includes("could not be stored") || line.includes("raised")),
    );
    expect(await (await echo.delay(2)).get(TIMEOUT)).toBe(2);
    await until(async () => (await shop.unacked()).length === 0);
  });
});

describe.skipIf(!redisAvailable)("a worker whose Redis goes away", () => {
  it("waits for it at its start, and stops while it waits", async () => {
    const lines: string[] = [];
    const log = { debug() {}, info() {}, warn() {}, error: (text: string) => void lines.push(text) };
    const app = new TaskApp("away", {
      broker: "redis://127.0.0.1:1/0?connectTimeout=200&commandTimeout=300",
    });
    const worker = new Worker(app, { log });
    const started = worker.start();
    await until(() => lines.some((line) => line.includes("Cannot connect to redis://127.0.0.1:1/0")));
    await worker.stop();
    await started;
    await app.close();
  });

  it("loses no task over restarts under load, and runs none twice", async () => {
    const redis = await RedisProcess.start(["--appendonly", "yes", "--appendfsync", "always"]);
    const url = `redis://127.0.0.1:${redis.port}/0`;
    const app = new TaskApp("restarts", {
      broker: url,
      taskDefaultQueue: "q",
      brokerTransportOptions: { visibilityTimeout: 2 },
      // A retry could publish a task a second time whose first reply was lost.
      taskPublishRetry: false,
    });
    const runs = new Map<number, number>();
    const task = app.task("restarts.count", (x: number) => {
      runs.set(x, (runs.get(x) ?? 0) + 1);
    });
    const worker = new Worker(app, { concurrency: 4, mingle: false, taskEvents: true });
    try {
      await worker.start();
      const sent = new Set<number>();
      const doubtful = new Set<number>();
      let next = 0;
      let producing = true;
      const produce = (async () => {
        while (producing) {
          const batch = Array.from({ length: 10 }, () => next++);
          await Promise.all(
            batch.map((x) =>
              task.delay(x).then(
                () => sent.add(x),
                () => doubtful.add(x),
              ),
            ),
          );
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      })();
      for (let round = 1; round <= 3; round++) {
        await until(() => sent.size > round * 100);
        await redis.kill();
        await redis.start();
      }
      const before = sent.size;
      await until(() => sent.size > before + 100);
      producing = false;
      await produce;
      await until(() => [...sent].every((x) => runs.has(x)));
      expect([...sent].filter((x) => runs.get(x) !== 1)).toEqual([]);
      const client = new Redis(url);
      await until(async () => (await client.hlen("unacked")) === 0 && (await client.llen("q")) === 0);
      await client.close();
    } finally {
      await worker.stop("cold");
      await app.close();
      await redis.stop();
    }
  });
});

describe.skipIf(!redisAvailable)("a worker in a process of its own", () => {
  let shop: Workshop;
  beforeAll(async () => {
    shop = await Workshop.open("redis");
  });
  afterEach(() => shop.clear());
  afterAll(() => shop.close());

  const start = async (pool: string): Promise<CeleryProcess> => {
    const { VITEST: _, NODE_OPTIONS: __, ...env } = process.env;
    const script = join(import.meta.dirname, "worker-process.ts");
    const worker = new CeleryProcess(process.execPath, ["--import", "tsx", script, pool], {
      cwd: join(import.meta.dirname, "../.."),
      env: { ...env, WORKER_PROJECT_URL: shop.url },
    });
    await worker.seen(/ready/);
    return worker;
  };

  it("leaves its messages to the next one when it is killed: late acknowledged tasks run again", async () => {
    const victim = await start("async");
    const app = shop.app({ brokerTransportOptions: { visibilityTimeout: 1 } });
    const late = await app.sendTask<string>("victim.late", []);
    const early = await app.sendTask<string>("victim.early", []);
    await victim.seen(/late begins[\s\S]*early begins|early begins[\s\S]*late begins/);
    const waiting = await app.sendTask<string>("victim.late", [], { countdown: 1.5 });
    await until(async () => (await shop.unacked()).length === 2);
    // A state on the way is stored beside the task, not before it.
    await until(async () => (await shop.meta(early.id)) !== null);
    await victim.stop("SIGKILL");
    let again = 0;
    app.task("victim.late", () => `run ${++again}`, { acksLate: true });
    app.task("victim.early", () => ++again);
    await shop.work(app);
    expect(await late.get(TIMEOUT)).toMatch(/^run \d$/);
    expect(await waiting.get(TIMEOUT)).toMatch(/^run \d$/);
    await until(async () => (await shop.unacked()).length === 0);
    // The other was acknowledged when it began: nobody runs it a second time.
    expect(again).toBe(2);
    expect(await shop.meta(early.id)).toMatchObject({ status: "STARTED" });
  });

  it("tells that a process of its pool died: as a failure, or by giving the message back", async () => {
    const heard = await shop.listen();
    const worker = await start("processes");
    const app = shop.app();
    const lost = await app.sendTask("project.die");
    expect(await failure(lost.get(TIMEOUT))).toMatchObject({ name: "WorkerLostError" });
    expect(await shop.meta(lost.id)).toMatchObject({ result: { exc_module: "billiard.exceptions" } });
    const again = await app.sendTask("project.die_late", [shop.url]);
    expect(await again.get(TIMEOUT)).toBe("second life");
    await until(() => heard.events.some(({ type }) => type === "task-rejected"));
    expect(heard.events).toContainEqual(
      expect.objectContaining({ type: "task-rejected", uuid: again.id, requeue: true }),
    );
    await until(async () => (await shop.unacked()).length === 0);
    await worker.stop();
  });

  it.each(["processes", "threads"])("ends what computes for too long, in %s", async (pool) => {
    const worker = await start(pool);
    const app = shop.app();
    const hard = await app.sendTask("project.spin", [], { timeLimit: 0.3 });
    expect(await failure(hard.get(TIMEOUT))).toMatchObject({ name: "TimeLimitExceeded" });
    const spinning = await app.sendTask("project.spin");
    await until(async () => (await shop.meta(spinning.id))?.status === "STARTED");
    await spinning.revoke({ terminate: true });
    expect(await failure(spinning.get(TIMEOUT))).toMatchObject({
      name: "TaskRevokedError",
      message: "terminated",
    });
    expect(await (await app.sendTask("project.add", [2, 3])).get(TIMEOUT)).toBe(5);
    await worker.stop();
  });
});
