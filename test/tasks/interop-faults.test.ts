/** What is left when workers of either language die, end, or lose the broker; and what must not end them. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import type { TaskApp } from "../../src/tasks/index.js";
import {
  type CeleryProcess,
  CeleryProject,
  celeryAvailable,
  needsCelery,
  type PythonProcess,
  type Tree,
} from "../tools/celery.js";
import { producer, startTsWorker } from "../tools/interop-world.js";
import { RedisProcess } from "../tools/redis-process.js";
import { needsRedis, redisAvailable, startTarget, type Target } from "../tools/redis-server.js";
import { until } from "../tools/waiting.js";

const kinds = [
  {
    kind: "redis",
    available: celeryAvailable && redisAvailable,
    name: needsRedis(needsCelery("redis-server")),
  },
  { kind: "mini", available: celeryAvailable, name: needsCelery("the mini server") },
] as const;

const source = `
@app.task(name="py.late", acks_late=True, reject_on_worker_lost=True)
def late(seconds=2):
    time.sleep(seconds)
    return "late done"

def wait(result, timeout=20):
    poll(result, timeout)
    try:
        return {"value": result.get(timeout=1)}
    except Exception as error:
        return {"type": type(error).__name__, "module": type(error).__module__, "text": str(error)}
`;

for (const { kind, available, name } of kinds) {
  describe.skipIf(!available)(`faults on ${name}`, () => {
    let target: Target;
    let url: string;
    let redis: Redis;
    let celery: CeleryProject;
    let python: PythonProcess;
    let app: TaskApp;
    const started: CeleryProcess[] = [];

    beforeAll(async () => {
      target = await startTarget(kind);
      url = `redis://127.0.0.1:${target.port}/0`;
      redis = new Redis(url);
      app = producer(url);
      celery = new CeleryProject({
        broker: url,
        source,
        settings: { broker_transport_options: { visibility_timeout: 30 } },
      });
      python = await celery.python();
    }, 60_000);
    afterEach(async () => {
      await Promise.all(started.splice(0).map((worker) => worker.stop()));
      await redis.flushall();
    });
    afterAll(async () => {
      await celery?.stop();
      await app?.close();
      await redis?.close();
      await target?.stop();
    });

    const worker = async (words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CeleryProcess> => {
      const process = await startTsWorker(url, ["-Q", "ts", ...words], {
        CELERY_VISIBILITY_TIMEOUT: "30",
        ...env,
      });
      started.push(process);
      return process;
    };
    const startedTask = (id: string) => until(async () => (await app.asyncResult(id).state) === "STARTED");
    /** As if what is unacknowledged had been so for an hour. */
    const age = async () => {
      const held = await redis.zrange("unacked_index", 0, -1);
      for (const tag of held) await redis.zadd("unacked_index", { [tag as string]: 1 });
      return held.length;
    };
    const held = async (): Promise<[Tree, string, string][]> =>
      Object.values(await redis.hgetall("unacked")).map((text) => JSON.parse(text as string));

    it("what our dead worker held is restored by Python, and run", async () => {
      const first = await worker(["-c", "1", "-n", "first@interop"]);
      const late = await app.sendTask("ts.late", [30]);
      await startedTask(late.id);
      const others = await Promise.all([1, 2].map((n) => app.sendTask("ts.add", [n, n])));
      await until(async () => (await redis.hlen("unacked")) === 3);
      for (const [message, exchange, routingKey] of await held()) {
        expect(message.headers.task).toMatch(/^ts\./);
        expect([exchange, routingKey]).toEqual(["", "ts"]);
      }
      await first.stop("SIGKILL");
      expect(await age()).toBe(3);
      // A Python consumer of any kind sweeps when it starts.
      const py = await celery.worker(["-Q", "none", "-P", "solo", "-n", "sweeper@interop"]);
      await until(async () => (await redis.llen("ts")) === 3);
      await py.stop();
      const restored = (await redis.lrange("ts", 0, -1)).map((text) => JSON.parse(text));
      expect(restored.map((message) => message.headers.redelivered)).toEqual([true, true, true]);
      await worker(["-c", "4", "-n", "second@interop"]);
      expect(await Promise.all(others.map((result) => result.get({ timeout: 15_000 })))).toEqual([2, 4]);
      await startedTask(late.id);
    });

    it("what Python's dead worker held is restored by ours, and run", async () => {
      const first = await celery.worker(["-Q", "celery", "-c", "1", "-n", "first@interop"]);
      const late = await app.sendTask("py.late", [1]);
      const others = await Promise.all([1, 2].map((n) => app.sendTask("py.add", [n, n], { priority: 6 })));
      await startedTask(late.id);
      await until(async () => (await redis.hlen("unacked")) === 3);
      await first.stop("SIGKILL");
      await age();
      await worker(["-c", "1"]);
      await until(async () => (await redis.hlen("unacked")) === 0);
      // Restored to the priority's own key, not to the plain one.
      expect([await redis.llen("celery"), await redis.llen("celery\x06\x166")]).toEqual([1, 2]);
      await celery
        .worker(["-Q", "celery", "-c", "1", "-P", "solo", "-n", "second@interop"])
        .then((py) => started.push(py));
      expect(await Promise.all([late, ...others].map((result) => result.get({ timeout: 15_000 })))).toEqual([
        "late done",
        2,
        4,
      ]);
    });

    it("a warm shutdown ends what runs, and gives back the rest in order", async () => {
      const ending = await worker(["-c", "1", "-n", "ending@interop"]);
      expect(await redis.smembers("_kombu.binding.celery.pidbox")).toEqual([
        "\x06\x16\x06\x16ending@interop.celery.pidbox",
      ]);
      const running = await app.sendTask("ts.slow", [0.7, "ended well"]);
      await startedTask(running.id);
      const rest = [];
      for (const n of [1, 2, 3]) rest.push(await app.sendTask("ts.add", [n, n]));
      await until(async () => (await redis.hlen("unacked")) === 3);
      const { code, output } = await ending.stop("SIGTERM", 10_000);
      expect(code).toBe(0);
      expect(output).toContain("Restoring 3 unacknowledged message(s)");
      expect(await running.get({ timeout: 1000 })).toBe("ended well");
      const back = (await redis.lrange("ts", 0, -1)).map((text) => JSON.parse(text)).reverse();
      expect(back.map((message) => message.headers.id)).toEqual(rest.map(({ id }) => id));
      expect(back.map((message) => message.properties.delivery_info.redelivered)).toEqual([true, true, true]);
      expect(await redis.exists("unacked", "unacked_index", "_kombu.binding.celery.pidbox")).toBe(0);
    });

    it("messages that are none are dropped one by one", async () => {
      const living = await worker(["-c", "2"]);
      const good = {
        "content-type": "application/json",
        "content-encoding": "utf-8",
        headers: { task: "ts.add", id: "junk" },
      };
      const properties = {
        delivery_tag: "junk-tag",
        delivery_info: { exchange: "", routing_key: "ts" },
        body_encoding: "base64",
      };
      const base64 = (text: string) => Buffer.from(text).toString("base64");
      const junk = [
        "{}",
        "not json",
        "[]",
        "null",
        "",
        JSON.stringify({ ...good, properties, body: "" }),
        JSON.stringify({ ...good, properties, body: base64("null") }),
        JSON.stringify({ ...good, properties, body: base64("[[1, 2") }),
        JSON.stringify({ ...good, properties, body: base64("[{}, [], 3]") }),
        JSON.stringify({ ...good, properties, body: "!!!" }),
        JSON.stringify({ ...good, "content-type": "application/x-yaml", properties, body: base64("- 1") }),
        JSON.stringify({ ...good, headers: { id: "junk" }, properties, body: base64("[[1, 2], {}, {}]") }),
        JSON.stringify({
          ...good,
          headers: { task: "ts.add" },
          properties,
          body: base64("[[1, 2], {}, {}]"),
        }),
        JSON.stringify({ ...good, properties: {}, body: base64("[[1, 2], {}, {}]") }),
        "\u0000\u00ff",
      ];
      for (const text of junk) await redis.lpush("ts", text);
      const large = "x".repeat(4_000_000);
      const result = await app.sendTask("ts.echo", [large]);
      expect(((await result.get({ timeout: 15_000 })) as { args: string[] }).args[0].length).toBe(
        large.length,
      );
      expect(
        await python.run(`return wait(app.send_task("ts.echo", (float("nan"), 1)))["value"]["args"][1]`),
      ).toBe(1);
      await until(async () => (await redis.hlen("unacked")) === 0);
      expect(living.child.exitCode).toBe(null);
    });

    it("cut connections are made again, all of them", async () => {
      const before = new Set((await redis.clientList()).map((client) => client.id));
      const living = await worker(["-c", "2", "-E", "-n", "living@interop"]);
      const connections = (await redis.clientList()).filter((client) => !before.has(client.id));
      expect(connections.length).toBeGreaterThan(1);
      for (const { id } of connections) await redis.clientKill({ id }).catch(() => 0);
      expect(await (await app.sendTask("ts.add", [1, 2])).get({ timeout: 15_000 })).toBe(3);
      await until(async () => {
        const answers = await python.run<Record<string, unknown> | null>(
          `return app.control.inspect(destination=["living@interop"], timeout=0.5).ping()`,
        );
        return answers !== null;
      });
      const dump = celery.start(["events", "--dump"]);
      await dump.seen(/living@interop \[.*heartbeat/);
      await app.sendTask("ts.add", [1, 2]);
      await dump.seen(/living@interop \[.*task succeeded/);
      await dump.stop();
      expect((await living.stop("SIGTERM", 10_000)).code).toBe(0);
    });
  });
}

describe.skipIf(!(celeryAvailable && redisAvailable))(
  needsRedis(needsCelery("a broker that is started again")),
  () => {
    it("has its workers and producers back, without a loss", async () => {
      const server = await RedisProcess.start(["--appendonly", "yes", "--appendfsync", "always"]);
      const url = `redis://127.0.0.1:${server.port}/0`;
      const app = producer(url);
      const worker = await startTsWorker(url, ["-Q", "ts", "-c", "4"]);
      try {
        const sent: string[] = [];
        const send = async (count: number): Promise<void> => {
          for (let n = 0; n < count; n++)
            sent.push((await app.sendTask("ts.slow", [0.01, n], { retry: true })).id);
        };
        await send(20);
        await server.kill();
        await server.start();
        await until(() =>
          send(20).then(
            () => true,
            () => false,
          ),
        );
        for (const id of sent) await app.asyncResult(id).get({ timeout: 15_000 });
      } finally {
        await worker.stop();
        await app.close();
        await server.stop();
      }
    });
  },
);
