/** Celery's own tools look at our worker and steer it, and ours at Python's: inspect, control, events, results. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EventReceiver } from "../../src/tasks/events/receiver.js";
import { celeryAvailable, needsCelery, type Tree } from "../tools/celery.js";
import {
  appModule,
  PY_NODE,
  producer,
  resplendent,
  startWorld,
  TS_NODE,
  type World,
} from "../tools/interop-world.js";
import { needsRedis, redisAvailable } from "../tools/redis-server.js";
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
inspect = lambda node: app.control.inspect(destination=[node], timeout=5)
command = lambda method, node, **args: app.control.broadcast(method, arguments=args, destination=[node], reply=True, timeout=5)[0][node]
`;

/** What a task looks like to `inspect`. */
const taskInfo = (more: Record<string, unknown>) => ({
  id: expect.any(String),
  name: "ts.slow",
  args: [30],
  kwargs: {},
  type: "ts.slow",
  hostname: TS_NODE,
  time_start: null,
  acknowledged: false,
  delivery_info: { exchange: "", routing_key: "ts", priority: 0, redelivered: null },
  worker_pid: null,
  ...more,
});

for (const { kind, available, name } of kinds) {
  describe.skipIf(!available)(`tools on ${name}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld(kind, { source, tsWords: ["-Q", "ts", "-c", "2"] });
    }, 60_000);
    afterAll(() => world?.stop());
    const run = <T = unknown>(code: string): Promise<T> => world.python.run<T>(code);

    describe("Celery's command line sees our worker", () => {
      it("status and inspect ping", async () => {
        const [status, ping, nobody] = await Promise.all([
          world.celery.command(["status"]),
          world.celery.command(["inspect", "ping", "-d", TS_NODE, "-j"]),
          world.celery.command(["inspect", "ping", "-d", "nobody@interop", "-t", "0.3"]),
        ]);
        expect(status.output).toMatch(new RegExp(`${TS_NODE}: OK`));
        expect(status.output).toContain("2 nodes online");
        expect(JSON.parse(ping.stdout)).toEqual({ [TS_NODE]: { ok: "pong" } });
        expect([status.code, ping.code, nobody.code]).toEqual([0, 0, 69]);
      });

      it("inspect active --destination", async () => {
        const id = await run<string>(`
          result = app.send_task("ts.slow", (30,))
          while result.state != "STARTED": time.sleep(0.005)
          return result.id`);
        const active = await world.celery.command(["inspect", "active", `--destination=${TS_NODE}`, "-j"]);
        const [task] = JSON.parse(active.stdout)[TS_NODE];
        expect(task).toEqual(
          taskInfo({
            id,
            time_start: expect.any(Number),
            acknowledged: true,
            worker_pid: expect.any(Number),
          }),
        );
        expect(Math.abs(task.time_start - Date.now() / 1000)).toBeLessThan(60);
        await run(`command("revoke", "${TS_NODE}", task_id="${id}", terminate=True)`);
      });

      it("control enable_events, events --dump, control disable_events", async () => {
        const enabled = await world.celery.command(["control", "enable_events", "-d", TS_NODE, "-j"]);
        expect(JSON.parse(enabled.stdout)).toEqual([{ [TS_NODE]: { ok: "task events enabled" } }]);
        const dump = world.celery.start(["events", "--dump"]);
        await dump.seen(/heartbeat/);
        await run(`
          from datetime import datetime, timedelta, timezone
          results = [app.send_task("ts.add", (1, 2)), app.send_task("ts.fail", ("x",)), app.send_task("ts.flaky", (1, 0)), app.send_task("ts.nosuch", kwargs={"k": 1}),
                     app.send_task("ts.add", (1, 2), expires=datetime.now(timezone.utc) - timedelta(seconds=9)), app.send_task("ts.reject_once")]
          for result in results: result.get(timeout=15, propagate=False)`);
        const node = TS_NODE;
        await dump.seen(
          new RegExp(
            `${node} \\[[-+0-9: .]+\\] task received: ts.add\\([-0-9a-f]+\\) args=\\(1, 2\\) kwargs=\\{\\}`,
          ),
        );
        await dump.seen(new RegExp(`${node} \\[.*\\] task started: ts.add\\(`));
        await dump.seen(
          new RegExp(`${node} \\[.*\\] task succeeded: ts.add\\(.*result=3, runtime=[-\\d.e]+`),
        );
        await dump.seen(
          new RegExp(`${node} \\[.*\\] task failed: ts.fail\\(.*exception=ValueError\\('x'\\)`),
        );
        await dump.seen(
          new RegExp(`${node} \\[.*\\] task retried: ts.flaky\\(.*exception=RuntimeError\\('try 0'\\)`),
        );
        await dump.seen(
          new RegExp(`${node} \\[.*\\] task failed: .*exception=NotRegistered\\('ts.nosuch'\\)`),
        );
        await dump.seen(
          new RegExp(
            `${node} \\[.*\\] task revoked: ts.add\\(.*expired=True, .*signum=None, terminated=False`,
          ),
        );
        await dump.seen(new RegExp(`${node} \\[.*\\] task rejected: ts.reject_once\\(.*requeue=True`));
        await dump.seen(new RegExp(`${node} \\[.*\\] heartbeat: .*freq=2(\\.0)?, loadavg=\\[.*sw_ident=`));
        await dump.stop();
        const disabled = await world.celery.command(["control", "disable_events", "-d", TS_NODE, "-j"]);
        expect(JSON.parse(disabled.stdout)).toEqual([{ [TS_NODE]: { ok: "task events disabled" } }]);
      });

      it("call, result, purge", async () => {
        const called = await world.celery.command(["call", "ts.add", "--args", "[20, 22]"]);
        const id = called.stdout.trim();
        await until(async () => (await world.app.asyncResult(id).ready()) === true);
        const [result, failed] = await Promise.all([
          world.celery.command(["result", id]),
          run<string>(`
            result = app.send_task("ts.fail")
            result.get(timeout=15, propagate=False)
            return result.id`).then((id) => world.celery.command(["result", id, "--traceback"])),
        ]);
        expect(result.stdout.trim()).toBe("42");
        expect(failed.stdout).toContain("boom");
        for (let n = 0; n < 3; n++) await world.app.sendTask("ts.add", [1, n], { queue: "full" });
        const purged = await world.celery.command(["purge", "-f", "-Q", "full"]);
        expect(purged.output).toContain("Purged 3 messages");
        expect(await world.redis.llen("full")).toBe(0);
      });
    });

    describe("Celery's control sees our worker", () => {
      it("ping, registered, clock, report, conf", async () => {
        const answers = await run<Tree>(`
          i = inspect("${TS_NODE}")
          return {"ping": i.ping(), "registered": i.registered(), "items": command("registered", "${TS_NODE}", taskinfoitems=["max_retries", "rate_limit"]),
                  "clock": i.clock(), "report": i.report(), "conf": i.conf()}`);
        expect(answers.ping).toEqual({ [TS_NODE]: { ok: "pong" } });
        const names = answers.registered[TS_NODE] as unknown as string[];
        expect(names).toContain("ts.add");
        expect(names).toEqual([...names].sort());
        expect(names.filter((task) => task.startsWith("celery."))).toEqual([]);
        expect(answers.clock[TS_NODE].clock).toBeGreaterThan(0);
        expect(answers.report[TS_NODE].ok).toContain("resplendent");
        expect(answers.conf[TS_NODE]).toMatchObject({ task_default_queue: "ts", task_track_started: true });
      });

      it("stats and active_queues", async () => {
        const { stats, queues } = await run<Tree>(
          `return {"stats": inspect("${TS_NODE}").stats(), "queues": inspect("${TS_NODE}").active_queues()}`,
        );
        expect(stats[TS_NODE]).toMatchObject({
          total: { "ts.add": expect.any(Number) },
          pid: expect.any(Number),
          clock: expect.stringMatching(/^\d+$/),
          uptime: expect.any(Number),
          prefetch_count: 8,
          pool: { "max-concurrency": 2, processes: [expect.any(Number)] },
          broker: { transport: "redis", hostname: "127.0.0.1", port: world.target.port, virtual_host: "0" },
          rusage: expect.objectContaining({ utime: expect.any(Number), maxrss: expect.any(Number) }),
        });
        expect(queues[TS_NODE]).toHaveLength(1);
        const theirs = await run<Tree>(`return inspect("${PY_NODE}").active_queues()["${PY_NODE}"][0]`);
        expect(queues[TS_NODE][0]).toEqual({
          ...theirs,
          name: "ts",
          routing_key: "ts",
          exchange: { ...theirs.exchange, name: "ts" },
        });
      });

      it("active, reserved, scheduled, query_task, revoke and terminate", async () => {
        const found = await run<Tree>(`
          running = [app.send_task("ts.slow", (30,)) for _ in range(2)]
          for result in running:
              while result.state != "STARTED": time.sleep(0.005)
          waiting = app.send_task("ts.slow", (30,))
          later = app.send_task("ts.slow", (30,), countdown=60, priority=6)
          i = inspect("${TS_NODE}")
          while not i.reserved()["${TS_NODE}"] or not i.scheduled()["${TS_NODE}"]: time.sleep(0.01)
          found = {"active": i.active()["${TS_NODE}"], "reserved": i.reserved()["${TS_NODE}"], "scheduled": i.scheduled()["${TS_NODE}"],
                   "query": i.query_task([running[0].id, waiting.id, "unknown"])["${TS_NODE}"], "ids": [one.id for one in running + [waiting, later]],
                   "prefetch": i.stats()["${TS_NODE}"]["prefetch_count"]}
          found["flagged"] = command("revoke", "${TS_NODE}", task_id=[waiting.id, later.id])
          found["revoked"] = i.revoked()["${TS_NODE}"]
          found["terminated"] = command("revoke", "${TS_NODE}", task_id=[running[0].id], terminate=True, signal="SIGTERM")
          found["again"] = command("terminate", "${TS_NODE}", task_id=running[1].id, signal="SIGKILL")
          found["nobody"] = command("revoke", "${TS_NODE}", task_id="unknown-id", terminate=True)
          def outcome(result):
              try: return result.get(timeout=15)
              except Exception as error: return [type(error).__name__, str(error)]
          found["outcomes"] = [outcome(result) for result in running + [waiting]]
          return found`);
        const [first, second, third, last] = found.ids as unknown as string[];
        const started = {
          time_start: expect.any(Number),
          acknowledged: true,
          worker_pid: expect.any(Number),
        };
        expect(found.active).toEqual(
          expect.arrayContaining([taskInfo({ id: first, ...started }), taskInfo({ id: second, ...started })]),
        );
        expect(found.reserved).toEqual([taskInfo({ id: third })]);
        const info = taskInfo({ id: last });
        expect(found.scheduled).toEqual([
          {
            eta: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/),
            priority: 6,
            request: { ...info, delivery_info: { ...info.delivery_info, priority: 6 } },
          },
        ]);
        expect(found.prefetch).toBe(9);
        expect(found.query).toEqual({
          [first]: ["active", expect.anything()],
          [third]: ["reserved", expect.anything()],
        });
        expect(found.flagged.ok).toMatch(/^tasks .+ flagged as revoked$/);
        expect(found.revoked).toEqual(expect.arrayContaining([third, last]));
        expect(found.terminated).toEqual({ ok: `terminate: ${first}` });
        expect(found.again).toEqual({ ok: `terminate: ${second}` });
        expect(found.nobody).toEqual({ ok: "terminate: tasks unknown" });
        expect(found.outcomes).toEqual([
          ["TaskRevokedError", "terminated"],
          ["TaskRevokedError", "terminated"],
          ["TaskRevokedError", "revoked"],
        ]);
      });

      it("rate_limit, time_limit, pool_grow, pool_shrink, heartbeat, and what is refused", async () => {
        const answers = await run(`
          to = lambda method, **args: command(method, "${TS_NODE}", **args)
          return [to("rate_limit", task_name="ts.add", rate_limit="100/s"), to("rate_limit", task_name="ts.add", rate_limit=0),
                  to("rate_limit", task_name="ts.none", rate_limit="1/s"), to("rate_limit", task_name="ts.add", rate_limit="often"),
                  to("time_limit", task_name="ts.mul", soft=10, hard=20), to("time_limit", task_name="ts.none", soft=1, hard=2),
                  to("pool_grow", n=2), to("pool_shrink", n=2), to("heartbeat"),
                  to("enable_events"), to("enable_events"), to("disable_events"), to("disable_events"),
                  to("autoscale", max=3, min=1), to("pool_restart"), to("ping", nonsense=1)]`);
        expect(answers).toEqual([
          { ok: "new rate limit set successfully" },
          { ok: "rate limit disabled successfully" },
          { error: "unknown task" },
          { error: expect.stringContaining("Invalid rate limit string") },
          { ok: "time limits set successfully" },
          { error: "unknown task" },
          { ok: "pool will grow" },
          { ok: "pool will shrink" },
          null,
          { ok: "task events enabled" },
          { ok: "task events already enabled" },
          { ok: "task events disabled" },
          { ok: "task events already disabled" },
          { error: "ValueError('Autoscale not enabled')" },
          { error: "ValueError('Pool restarts not enabled')" },
          expect.anything(),
        ]);
      });

      it("a rate limit holds tasks back", async () => {
        const elapsed = await run<number>(`
          command("rate_limit", "${TS_NODE}", task_name="ts.note", rate_limit="5/s")
          begin = time.time()
          for result in [app.send_task("ts.note", (n,)) for n in range(4)]: result.get(timeout=15)
          elapsed = time.time() - begin
          command("rate_limit", "${TS_NODE}", task_name="ts.note", rate_limit=0)
          return elapsed`);
        expect(elapsed).toBeGreaterThan(0.5);
      });

      it("add_consumer and cancel_consumer", async () => {
        const answers = await run(`
          answers = [command("add_consumer", "${TS_NODE}", queue="extra")]
          value = app.send_task("ts.add", (1, 2), queue="extra").get(timeout=15)
          names = sorted(queue["name"] for queue in inspect("${TS_NODE}").active_queues()["${TS_NODE}"])
          answers += [value, names, command("cancel_consumer", "${TS_NODE}", queue="extra")]
          names = [queue["name"] for queue in inspect("${TS_NODE}").active_queues()["${TS_NODE}"]]
          return answers + [names]`);
        expect(answers).toEqual([
          { ok: "add consumer extra" },
          3,
          ["extra", "ts"],
          { ok: "no longer consuming from extra" },
          ["ts"],
        ]);
        await world.app.sendTask("ts.add", [1, 2], { queue: "extra" });
        await run(`return app.send_task("ts.add", (1, 2)).get(timeout=15)`);
        expect(await world.redis.llen("extra")).toBe(1);
        await world.redis.del("extra");
      });

      it("patterns", async () => {
        const nodes = await run(`
          ask = lambda **options: sorted(node for reply in app.control.broadcast("ping", reply=True, **options) for node in reply)
          return [ask(pattern="ts@*", matcher="glob", limit=1, timeout=5), ask(pattern="(ts|py)@", matcher="pcre", limit=2, timeout=5)]`);
        expect(nodes).toEqual([[TS_NODE], [PY_NODE, TS_NODE]]);
      });

      it("a new Python worker learns what ours knows: mingle and gossip", async () => {
        await run(`command("revoke", "${TS_NODE}", task_id="mingled-${kind}")`);
        const newcomer = await world.celery.worker([
          "-Q",
          "none",
          "-n",
          "new@interop",
          "-P",
          "solo",
          "-l",
          "debug",
        ]);
        await newcomer.seen(/mingle: sync complete/);
        await newcomer.seen(new RegExp(`${TS_NODE} (joined the party|came online)`)).catch(() => {});
        expect(newcomer.output).toMatch(/mingle: sync with [23] nodes/);
        expect(newcomer.output).not.toMatch(/failed|Traceback/);
        expect(await run(`return inspect("new@interop").revoked()["new@interop"]`)).toContain(
          `mingled-${kind}`,
        );
        // Ours learns from Python in the same way, and says so.
        await run(`command("revoke", "${PY_NODE}", task_id="from-python-${kind}")`);
        const ours = await resplendent(world.url, [
          "-A",
          appModule,
          "worker",
          "-Q",
          "none",
          "-n",
          "young@interop",
          "-l",
          "info",
        ]);
        const dump = world.celery.start(["events", "--dump"]);
        try {
          await ours.seen(/ ready\./, 30_000);
          await newcomer.seen(/young@interop (joined the party|came online)/);
          expect(await run(`return inspect("young@interop").revoked()["young@interop"]`)).toEqual(
            expect.arrayContaining([`from-python-${kind}`, `mingled-${kind}`]),
          );
        } finally {
          await dump.seen(/young@interop .*heartbeat/);
          expect((await ours.stop("SIGTERM")).code).toBe(0);
          await dump.seen(/young@interop \[.*\] shutdown: .*sw_ident=resplendent/);
          await newcomer.seen(/young@interop left/);
          expect(newcomer.output).not.toMatch(/Substantial drift|Traceback/);
          await Promise.all([dump.stop(), newcomer.stop()]);
        }
      });
    });

    describe("our control sees Python's worker", () => {
      const destination = PY_NODE;
      const options = { destination, timeout: 5 };

      it("inspects", async () => {
        const inspect = world.app.control.inspect(options);
        expect(await inspect.ping()).toEqual({ [PY_NODE]: { ok: "pong" } });
        expect((await inspect.registered())[PY_NODE]).toContain("py.add");
        expect((await inspect.activeQueues())[PY_NODE].map((queue) => queue.name).sort()).toEqual([
          "celery",
          "video",
        ]);
        expect((await inspect.stats())[PY_NODE]).toMatchObject({ pid: world.pyWorker.child.pid });
        const later = await world.app.sendTask("py.add", [1, 2], { countdown: 60 });
        await until(async () => (await inspect.scheduled())[PY_NODE].length === 1);
        expect((await inspect.scheduled())[PY_NODE][0]).toMatchObject({
          request: { id: later.id, name: "py.add" },
        });
        await later.revoke();
        await until(async () => (await inspect.revoked())[PY_NODE].includes(later.id));
      });

      it("steers", async () => {
        const { control } = world.app;
        const reply = { ...options, reply: true };
        expect(await control.rateLimit("py.mul", "10/m", reply)).toEqual([
          { [PY_NODE]: { ok: "new rate limit set successfully" } },
        ]);
        expect(await control.addConsumer("more", reply)).toEqual([
          { [PY_NODE]: { ok: "add consumer more" } },
        ]);
        const result = await world.app.sendTask("py.add", [1, 2], { queue: "more" });
        expect(await result.get({ timeout: 15_000 })).toBe(3);
        expect(await control.cancelConsumer("more", reply)).toEqual([
          { [PY_NODE]: { ok: "no longer consuming from more" } },
        ]);
      });

      it("terminates what runs", async () => {
        const result = await world.app.sendTask("py.slow", [30]);
        await until(async () => (await result.state) === "STARTED");
        expect(await world.app.control.inspect(options).queryTask(result.id)).toMatchObject({
          [PY_NODE]: { [result.id]: ["active", { name: "py.slow" }] },
        });
        await result.revoke({ terminate: true });
        const error = await result.get({ timeout: 15_000 }).catch((reason: unknown) => reason);
        // Celery 5.6 stores the one at the revocation, and the other when the process has ended.
        expect(error).toMatchObject({
          name: "TaskRevokedError",
          message: expect.stringMatching(/^(terminated|revoked)$/),
        });
      });

      it("receives its events, and ours", async () => {
        const app = producer(world.url, { taskSendSentEvent: true });
        const receiver = new EventReceiver(await app.broker());
        await receiver.start();
        const seen: string[] = [];
        const reading = (async () => {
          for await (const event of receiver) seen.push(`${event.hostname} ${event.type}`);
        })();
        await until(() => seen.some((line) => line.endsWith("worker-heartbeat")));
        await app.control.enableEvents({ timeout: 5, limit: 2, reply: true });
        const results = await Promise.all([app.sendTask("py.add", [1, 1]), app.sendTask("ts.add", [1, 1])]);
        for (const result of results) await result.get({ timeout: 15_000 });
        for (const node of [PY_NODE, TS_NODE]) {
          for (const type of ["received", "started", "succeeded"]) {
            await until(() => seen.includes(`${node} task-${type}`));
          }
        }
        await until(() => seen.some((line) => /^gen\d+@\S+ task-sent$/.test(line)));
        await receiver.close();
        await reading;
        await app.close();
      });
    });

    it("Celery reads the events of our producer", async () => {
      const app = producer(world.url, { taskSendSentEvent: true });
      const dump = world.celery.start(["events", "--dump"]);
      await dump.seen(/heartbeat/);
      const result = await app.sendTask("py.routed.encode", ["a"], { priority: 3 });
      await dump.seen(
        new RegExp(
          `gen\\d+@\\S+ \\[.*\\] task sent: py.routed.encode\\(${result.id}\\) args=\\('a',\\) kwargs=\\{\\}.*queue=video`,
        ),
      );
      await result.get({ timeout: 15_000 });
      await dump.stop();
      await app.close();
    });
  });
}
