/** Remote control: our mailbox under real Celery's tools, and our client with real Celery's workers. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { Control } from "../../src/tasks/control/control.js";
import { matchesNode } from "../../src/tasks/control/node-match.js";
import { NODE_BINDINGS, nodeBinding, REPLY_BINDINGS } from "../../src/tasks/control/pidbox.js";
import { mingle } from "../../src/tasks/worker/mingle.js";
import { RevokedTasks } from "../../src/tasks/worker/revoked.js";
import { CeleryProject, celeryAvailable, needsCelery, type PythonProcess } from "../tools/celery.js";
import { startFaultProxy } from "../tools/fault-proxy.js";
import { needsRedis, redisAvailable, startTarget, type Target } from "../tools/redis-server.js";
import { failure, until } from "../tools/waiting.js";
import { FakeWorker, heldTask, TestLog } from "./fake-worker.js";

const kinds = [
  { kind: "redis", available: redisAvailable, name: needsRedis("redis-server") },
  { kind: "mini", available: true, name: "the mini server" },
] as const;

for (const { kind, available, name } of kinds) {
  describe.skipIf(!available)(`remote control on ${name}`, () => {
    let target: Target;
    let redis: Redis;
    let worker: FakeWorker;
    let control: Control;

    beforeAll(async () => {
      target = await startTarget(kind);
      redis = new Redis({ host: target.host, port: target.port });
    });
    afterAll(async () => {
      await redis.close();
      await target.stop();
    });
    beforeEach(async () => {
      worker = new FakeWorker(redis, "w1@fake");
      await worker.start();
      control = new Control({ broker: async () => ({ redis, db: 0 }) });
    });
    afterEach(async () => {
      await worker.stop();
      expect(await redis.keys("*reply.celery.pidbox*")).toEqual([]);
      expect(
        (await redis.smembers(NODE_BINDINGS)).filter((member) => member.includes("@fake.celery")),
      ).toEqual([]);
    });

    const ask = async (method: string, args: Record<string, unknown> = {}) => {
      const replies = await control.broadcast(method, args, { reply: true });
      expect(replies).toHaveLength(1);
      return replies[0]["w1@fake"];
    };

    it("answers ping at once, without waiting for others", async () => {
      const since = performance.now();
      expect(await control.ping({ timeout: 5 })).toEqual([{ "w1@fake": { ok: "pong" } }]);
      expect(performance.now() - since).toBeLessThan(1000);
    });

    it("does not wait where nobody listens", async () => {
      await worker.mailbox.stop();
      const since = performance.now();
      expect(await control.inspect({ timeout: 30 }).ping()).toEqual({});
      expect(performance.now() - since).toBeLessThan(5000);
    });

    it("waits for those who do not answer only as long as it was told", async () => {
      expect(await control.ping({ destination: "nobody@fake", timeout: 0.05 })).toEqual([]);
      const abort = new AbortController();
      const asked = control.ping({ destination: ["nobody@fake"], timeout: 30, signal: abort.signal });
      abort.abort();
      expect(await asked).toEqual([]);
    });

    it("reaches nodes by name, glob and expression", async () => {
      const other = new FakeWorker(redis, "w2@fake");
      await other.start();
      const nodes = async (options: object) =>
        Object.keys(await control.inspect({ timeout: 0.2, ...options }).ping()).sort();
      expect(await nodes({})).toEqual(["w1@fake", "w2@fake"]);
      expect(await nodes({ destination: ["w2@fake"] })).toEqual(["w2@fake"]);
      expect(await nodes({ destination: "w1@fake" })).toEqual(["w1@fake"]);
      expect(await nodes({ pattern: "w[2-9]@*" })).toEqual(["w2@fake"]);
      expect(await nodes({ pattern: "w1", matcher: "pcre" })).toEqual(["w1@fake"]);
      expect(await nodes({ limit: 1 })).toHaveLength(1);
      await other.stop();
    });

    it("tells of two nodes of one name", async () => {
      const twin = new FakeWorker(redis, "w1@fake");
      await twin.start();
      const log = new TestLog();
      const watched = new Control({ broker: async () => ({ redis, db: 0 }), log });
      expect(await watched.inspect().ping()).toEqual({ "w1@fake": { ok: "pong" } });
      expect(log.has("multiple replies from node name: w1@fake")).toBe(true);
      await twin.stop();
      // The twin took the binding with it; a mailbox that goes on does not need it.
      expect(await redis.sismember(NODE_BINDINGS, nodeBinding("w1@fake"))).toBe(false);
      expect(await control.ping()).toHaveLength(1);
    });

    it("shows tasks", async () => {
      const info = {
        id: "a",
        name: "ts.add",
        args: [1, 2],
        kwargs: { k: null },
        type: "ts.add",
        hostname: "w1@fake",
        time_start: null,
        acknowledged: false,
        delivery_info: { exchange: "", routing_key: "ts", priority: 0, redelivered: null },
        worker_pid: null,
      };
      worker.active = [{ ...heldTask("a"), timeStart: 12.5, acknowledged: true, workerPid: 7 }];
      worker.reserved = [heldTask("b", { shadow: "shown" })];
      worker.scheduled = [heldTask("c", { eta: new Date(1000) })];
      const inspect = control.inspect();
      const running = { ...info, time_start: 12.5, acknowledged: true, worker_pid: 7 };
      expect(await inspect.active()).toEqual({ "w1@fake": [running] });
      expect(await inspect.active({ safe: true })).toEqual({
        "w1@fake": [{ ...running, args: "(1, 2)", kwargs: "{'k': None}" }],
      });
      expect(await inspect.reserved()).toEqual({ "w1@fake": [{ ...info, id: "b", name: "shown" }] });
      expect(await inspect.scheduled()).toEqual({
        "w1@fake": [{ eta: "1970-01-01T00:00:01.000000+00:00", priority: 6, request: { ...info, id: "c" } }],
      });
      expect(await inspect.queryTask("a", "c", "zz")).toEqual({
        "w1@fake": { a: ["active", running], c: ["reserved", { ...info, id: "c" }] },
      });
    });

    it("shows tasks, queues, settings, clock, a report", async () => {
      const inspect = control.inspect();
      expect(await inspect.registered()).toEqual({ "w1@fake": ["ts.add", "ts.mul [rate_limit=10/m]"] });
      expect(await inspect.registered("max_retries", "acks_late")).toEqual({
        "w1@fake": ["ts.add [max_retries=3 acks_late=True]", "ts.mul [max_retries=3]"],
      });
      expect(await ask("registered", { builtins: true })).toContain("celery.ping");
      const queues = (await inspect.activeQueues())["w1@fake"];
      expect(queues.map((queue) => [queue.name, queue.exchange.name, queue.exchange.type])).toEqual([
        ["ts", "ts", "direct"],
        ["video", "video", "direct"],
      ]);
      const conf = (await inspect.conf())["w1@fake"];
      expect(conf).toEqual({
        broker_url: "redis://user:**@127.0.0.1:6390/0",
        result_backend: "redis://user:**@127.0.0.1:6390/0",
        task_track_started: true,
      });
      expect((await inspect.conf({ withDefaults: true }))["w1@fake"].task_default_queue).toBe("celery");
      expect((await inspect.memsample())["w1@fake"]).toMatch(/^\d+\.\d\dMB$/);
      const { clock } = (await inspect.clock())["w1@fake"];
      expect((await inspect.clock())["w1@fake"].clock).toBeGreaterThan(clock);
      const report = (await inspect.report())["w1@fake"].ok;
      expect(report).toContain("resplendent:");
      expect(report).not.toContain("hidden");
      expect((await inspect.stats())["w1@fake"]).toMatchObject({
        total: { "ts.add": 3 },
        pid: process.pid,
        clock: expect.stringMatching(/^\d+$/),
        pool: {
          "max-concurrency": 4,
          processes: [process.pid],
          "max-tasks-per-child": "N/A",
          timeouts: [0, 0],
        },
        broker: { transport: "redis", hostname: "127.0.0.1", port: 6390, virtual_host: "0" },
        prefetch_count: 16,
        rusage: { maxrss: expect.any(Number), stime: expect.any(Number) },
      });
    });

    it("revokes and terminates", async () => {
      worker.active = [heldTask("a")];
      expect(await ask("revoke", { task_id: ["a", "b", "a"] })).toEqual({
        ok: "tasks a, b flagged as revoked",
      });
      expect(await ask("revoke", { task_id: "c" })).toEqual({ ok: "tasks c flagged as revoked" });
      expect(await ask("revoke", { task_id: "x", terminate: true })).toEqual({
        ok: "terminate: tasks unknown",
      });
      expect(await ask("terminate", { task_id: ["a"], signal: "KILL" })).toEqual({ ok: "terminate: a" });
      await control.terminate("a", { signal: 9, reply: true });
      expect(worker.done).toEqual([
        "revoked a b",
        "revoked c",
        "terminate x SIGTERM",
        "revoked x",
        "terminate a SIGKILL",
        "revoked a",
        "terminate a SIGKILL",
        "revoked a",
      ]);
      expect((await control.inspect().revoked())["w1@fake"].sort()).toEqual(["a", "b", "c", "x"]);
      expect(await ask("revoke", { task_id: "a", terminate: true, signal: "FOO" })).toEqual({
        error: `AttributeError("module 'signal' has no attribute 'SIGFOO'")`,
      });
    });

    it("sets limits", async () => {
      const rate = async (task: string, limit: string | number) =>
        (await control.rateLimit(task, limit, { reply: true }))[0]["w1@fake"];
      expect(await rate("ts.add", "10/m")).toEqual({ ok: "new rate limit set successfully" });
      expect(await rate("ts.add", 0)).toEqual({ ok: "rate limit disabled successfully" });
      expect(await rate("py.add", "1/s")).toEqual({ error: "unknown task" });
      expect(await rate("ts.add", "x")).toEqual({
        error: `Invalid rate limit string: ValueError("could not convert string to float: 'x'")`,
      });
      expect(await control.timeLimit("ts.add", { soft: 1, hard: 2.5 }, { reply: true })).toEqual([
        { "w1@fake": { ok: "time limits set successfully" } },
      ]);
      expect(await ask("time_limit", { task_name: "py.add", hard: 1 })).toEqual({ error: "unknown task" });
      expect(worker.done).toEqual([
        "rate ts.add 10/m",
        "rate ts.add null",
        "rate py.add 1/s",
        "time ts.add 1 2.5",
        "time py.add null 1",
      ]);
    });

    it("changes pool and queues", async () => {
      expect(await ask("pool_grow", { n: 2 })).toEqual({ ok: "pool will grow" });
      expect(await ask("pool_shrink")).toEqual({ ok: "pool will shrink" });
      expect(await ask("pool_shrink", { n: 4 })).toEqual({
        error: `ValueError("Can't shrink pool. All processes busy!")`,
      });
      expect(await ask("add_consumer", { queue: "extra", routing_key: "r" })).toEqual({
        ok: "add consumer extra",
      });
      expect(await ask("cancel_consumer", { queue: "extra" })).toEqual({
        ok: "no longer consuming from extra",
      });
      expect(worker.done).toEqual(["grow 2", "shrink 1", "add extra undefined r"]);
      expect(await ask("autoscale", { max: 2, min: 1 })).toEqual({
        error: "ValueError('Autoscale not enabled')",
      });
      expect(await ask("pool_restart")).toEqual({ error: "ValueError('Pool restarts not enabled')" });
    });

    it("switches events", async () => {
      expect(await ask("disable_events")).toEqual({ ok: "task events already disabled" });
      expect(await ask("enable_events")).toEqual({ ok: "task events enabled" });
      expect(worker.events.enabled).toBe(true);
      expect(await ask("enable_events")).toEqual({ ok: "task events already enabled" });
      expect(await ask("disable_events")).toEqual({ ok: "task events disabled" });
      expect(worker.events.enabled).toBe(false);
      expect(await ask("heartbeat")).toBe(null);
    });

    it("shuts down without an answer", async () => {
      expect(await control.broadcast("shutdown", {}, { reply: true, timeout: 0.05 })).toEqual([]);
      expect(worker.done).toEqual(["shutdown: Got shutdown from remote"]);
    });

    it("answers what it cannot do with Python's errors", async () => {
      expect(await ask("nosuch")).toEqual({ error: "KeyError('nosuch')" });
      expect(worker.log.lines).toContain("error control: nosuch failed: there is no such command");
      expect(await ask("toString")).toEqual({ error: "KeyError('toString')" });
      expect(await ask("rate_limit", { task_name: "ts.add" })).toEqual({
        error: `TypeError("rate_limit() missing 1 required positional argument: 'rate_limit'")`,
      });
    });

    it("lives on after messages that are none", async () => {
      const base64 = (text: string) => Buffer.from(text).toString("base64");
      const bad = [
        "",
        "nonsense",
        "[]",
        "null",
        "{}",
        JSON.stringify({ body: base64("[1]"), properties: { body_encoding: "base64" } }),
        JSON.stringify({
          body: base64('{"method": 5}'),
          headers: {},
          properties: { body_encoding: "base64" },
        }),
        JSON.stringify({ body: base64('{"method": "ping", "arguments": [1]}'), headers: {}, properties: {} }),
      ];
      for (const text of bad) await redis.publish("/0.celery.pidbox", text);
      await redis.publish("/0.celery.pidbox", Buffer.from([0xff, 0xfe, 0x00]));
      expect(await control.ping()).toEqual([{ "w1@fake": { ok: "pong" } }]);
      expect(worker.log.lines.filter((line) => line.startsWith("error")).length).toBeGreaterThanOrEqual(
        bad.length,
      );
    });

    it("does not write replies that nobody waits for", async () => {
      const { encodeMessage } = await import("../../src/tasks/message.js");
      const body = {
        method: "ping",
        arguments: {},
        destination: null,
        ticket: "t",
        reply_to: { exchange: "reply.celery.pidbox", routing_key: "gone" },
      };
      await redis.publish(
        "/0.celery.pidbox",
        encodeMessage(body, { exchange: "celery.pidbox", routingKey: "" }),
      );
      await control.ping();
      expect(await redis.keys("*reply.celery.pidbox*")).toEqual([]);
    });

    it("keeps many questions at once apart", async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          at % 2 === 0 ? control.inspect({ timeout: 10 }).ping() : control.inspect({ timeout: 10 }).clock(),
        ),
      );
      for (const [at, answer] of answers.entries()) {
        expect(answer).toEqual({ "w1@fake": at % 2 === 0 ? { ok: "pong" } : { clock: expect.any(Number) } });
      }
      expect(await redis.exists(REPLY_BINDINGS)).toBe(0);
    });

    it("goes on after a lost connection", async () => {
      const proxy = await startFaultProxy(target.port);
      const unsteady = new Redis({ port: proxy.port });
      const other = new FakeWorker(unsteady, "w2@fake");
      await other.start();
      const there = async () => (await control.ping({ destination: "w2@fake", timeout: 0.1 })).length === 1;
      expect(await there()).toBe(true);
      proxy.reset();
      await until(there);
      await other.stop();
      await unsteady.close();
      await proxy.stop();
    });

    it("tells a newcomer clock and revoked ids, with times that are floats", async () => {
      worker.revoked.addAt("old", Math.floor(performance.now() / 1000));
      const answer = await control.inspect().hello("new@fake", { theirs: [12, "theirs"] });
      const { clock, revoked } = answer["w1@fake"] as {
        clock: number;
        revoked: Record<string, [number, string]>;
      };
      expect(clock).toBeGreaterThan(0);
      for (const [id, [time, again]] of Object.entries(revoked)) {
        expect(again).toBe(id);
        expect(Number.isInteger(time)).toBe(false);
      }
      expect(worker.revoked.has("theirs")).toBe(true);
      expect(await control.inspect().hello("w1@fake")).toEqual({ "w1@fake": null });
    });

    it("mingles", async () => {
      worker.revoked.add("rev-1");
      const log = new TestLog();
      const revoked = new RevokedTasks();
      revoked.add("rev-2");
      const { clock } = new FakeWorker(redis, "w2@fake");
      await mingle({ control, hostname: "w2@fake", clock, revoked, log });
      expect(revoked.has("rev-1")).toBe(true);
      expect(worker.revoked.has("rev-2")).toBe(true);
      expect(clock.value).toBeGreaterThan(0);
      expect(log.lines).toContain("info mingle: sync with 1 nodes");
      await mingle({ control, hostname: "w1@fake", clock, revoked, log });
      expect(log.lines.at(-1)).toBe("info mingle: all alone");
      const gone = new Control({ broker: () => Promise.reject(new Error("no broker")) });
      await mingle({ control: gone, hostname: "w1@fake", clock, revoked, log });
      expect(log.lines.at(-1)).toBe("error mingle: cannot ask: no broker");
    });

    it("refuses options that cannot be", async () => {
      expect(await failure(control.ping({ timeout: Number.NaN }))).toBeInstanceOf(RangeError);
      expect(await failure(control.ping({ limit: 0 }))).toBeInstanceOf(RangeError);
    });

    describe.skipIf(!celeryAvailable)(needsCelery("real Celery"), () => {
      let celery: CeleryProject;
      let python: PythonProcess;

      beforeAll(async () => {
        celery = new CeleryProject({ broker: `redis://127.0.0.1:${target.port}/0` });
        python = await celery.python();
      });
      afterAll(async () => {
        await celery.stop();
      });

      it("sees our worker: status, inspect, control", async () => {
        worker.active = [heldTask("a")];
        worker.scheduled = [heldTask("c", { eta: new Date(1000) })];
        const [status, ping, active, stats] = await Promise.all([
          celery.command(["status"]),
          celery.command(["inspect", "ping", "-j"]),
          celery.command(["inspect", "active", "--destination", "w1@fake"]),
          celery.command(["inspect", "stats", "-j"]),
        ]);
        expect(status.code).toBe(0);
        expect(status.stdout).toContain("w1@fake: OK");
        expect(status.stdout).toContain("1 node online.");
        expect(JSON.parse(ping.stdout)).toEqual({ "w1@fake": { ok: "pong" } });
        expect(active.stdout).toContain("'id': 'a'");
        expect(JSON.parse(stats.stdout)["w1@fake"].prefetch_count).toBe(16);
        const grow = await celery.command(["control", "pool_grow", "3"]);
        expect(grow.code).toBe(0);
        expect(grow.stdout).toContain("pool will grow");
        expect(worker.done).toContain("grow 3");
      });

      it("asks every question", async () => {
        const answers = await python.run<Record<string, Record<string, unknown> | null>>(`
          i = app.control.inspect(timeout=2, limit=1)
          names = "ping active reserved scheduled registered active_queues stats conf report clock revoked".split()
          answers = {name: getattr(i, name)() for name in names}
          answers["query_task"] = i.query_task("a", "b")
          answers["hello"] = i.hello("py@fake", {})
          return answers
        `);
        for (const [method, answer] of Object.entries(answers)) {
          expect(Object.keys(answer ?? {}), method).toEqual(["w1@fake"]);
        }
      });

      it("takes our revoked ids and clock when its worker starts, and tells its own", async () => {
        worker.revoked.add("rev-of-ours");
        const theirs = await celery.worker(["-n", "py@fake", "-c", "1"]);
        expect(theirs.output).toContain("mingle: sync with 1 nodes");
        expect(theirs.output).toContain("mingle: sync complete");
        expect(theirs.output).not.toContain("failed");
        const inspect = control.inspect({ destination: ["py@fake"], timeout: 5 });
        // It says that it is ready a moment before it listens.
        await until(async () => (await control.ping({ destination: "py@fake", timeout: 0.2 })).length === 1);
        expect((await inspect.revoked())["py@fake"]).toEqual(["rev-of-ours"]);
        await control.revoke("rev-of-python", { destination: ["py@fake"], reply: true });
        const revoked = new RevokedTasks();
        const log = new TestLog();
        const { clock } = new FakeWorker(redis, "w3@fake");
        await mingle({ control, hostname: "w3@fake", clock, revoked, log });
        expect([revoked.has("rev-of-python"), revoked.has("rev-of-ours")]).toEqual([true, true]);

        // And our client with a worker of Python's.
        expect(await inspect.ping()).toEqual({ "py@fake": { ok: "pong" } });
        expect((await inspect.registered())["py@fake"]).toContain("py.add");
        expect((await inspect.stats())["py@fake"].pool["max-concurrency"]).toBe(1);
        expect((await inspect.activeQueues())["py@fake"][0].name).toBe("celery");
        expect(await inspect.queryTask("none")).toEqual({ "py@fake": {} });
        const command = { destination: ["py@fake"], reply: true, timeout: 5 };
        expect(await control.enableEvents(command)).toEqual([{ "py@fake": { ok: "task events enabled" } }]);
        expect(await control.rateLimit("py.add", "5/m", command)).toEqual([
          { "py@fake": { ok: "new rate limit set successfully" } },
        ]);
        expect(await control.timeLimit("py.add", { soft: 1 }, command)).toEqual([
          { "py@fake": { ok: "time limits set successfully" } },
        ]);
        expect(await control.addConsumer("extra", command)).toEqual([
          { "py@fake": { ok: "add consumer extra" } },
        ]);
        expect(await control.cancelConsumer("extra", command)).toEqual([
          { "py@fake": { ok: "no longer consuming from extra" } },
        ]);
        expect(await control.poolGrow(1, command)).toEqual([{ "py@fake": { ok: "pool will grow" } }]);
        expect(await control.terminate("none", command)).toEqual([
          { "py@fake": { ok: "terminate: tasks unknown" } },
        ]);
        expect(await control.autoscale(2, 1, command)).toEqual([
          { "py@fake": { error: "ValueError('Autoscale not enabled')" } },
        ]);
        expect(await control.broadcast("nosuch", {}, command)).toEqual([
          { "py@fake": { error: "KeyError('nosuch')" } },
        ]);

        // Each knows the other by its heartbeats.
        await until(() => worker.gossip.aliveNodes.includes("py@fake"));
        await control.shutdown({ destination: ["py@fake"] });
        await theirs.seen(/Warm shutdown|Got shutdown/);
        await theirs.stop("SIGTERM");
        await redis.srem(NODE_BINDINGS, nodeBinding("py@fake"));
      }, 60_000);
    });
  });
}

describe("matching node names", () => {
  it.each([
    ["w*@box", true],
    ["w?@box", true],
    ["w1", false],
    ["w[12]@*", true],
    ["w[!1]@*", false],
    ["w[]1]@box", true],
    ["[", false],
    ["w1@b.x", false],
    ["*.*", false],
  ])("glob %s", (pattern, matches) => {
    expect(matchesNode("w1@box", pattern, "glob")).toBe(matches);
  });

  it.each([
    ["w\\d", true],
    ["box", false],
    ["(?P<name>w1)@", true],
    ["(", false],
    ["w1@box$", true],
  ])("pcre %s", (pattern, matches) => {
    expect(matchesNode("w1@box", pattern, "pcre")).toBe(matches);
  });

  it("knows no other way", () => {
    expect(matchesNode("w1@box", "*", "sql")).toBe(false);
  });
});
