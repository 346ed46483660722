/** A worker and a producer of ours at the true time, among workers of real Celery a minute ahead of it and behind it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { ClusterState } from "../../src/tasks/events/state.js";
import { EventReceiver } from "../../src/tasks/index.js";
import {
  type CeleryProcess,
  CeleryProject,
  celeryAvailable,
  needsCelery,
  type PythonProcess,
} from "../tools/celery.js";
import { producer, startTsWorker } from "../tools/interop-world.js";
import { needsRedis, redisAvailable, startTarget, type Target } from "../tools/redis-server.js";
import { until } from "../tools/waiting.js";
import { expectNow, expectWell, pythonClock, SKEWS, seconds, skewed } from "./clocks.js";

const PATIENCE = { timeout: 15_000 };
const NODES = ["ahead@skew", "behind@skew", "ts@skew"];

const source = `
@app.task(name="py.late", acks_late=True)
def late(seconds=2):
    time.sleep(seconds)
    return "late done"
`;

const kinds = [
  { kind: "redis", available: redisAvailable, name: needsRedis(needsCelery("redis-server")) },
  { kind: "mini", available: true, name: needsCelery("the mini server") },
] as const;

for (const { kind, available, name } of kinds) {
  describe.skipIf(!available || !celeryAvailable)(`Celery with other clocks on ${name}`, () => {
    let target: Target;
    let redis: Redis;
    let app: ReturnType<typeof producer>;
    let projects: CeleryProject[] = [];
    let producers: PythonProcess[] = [];
    let theirs: CeleryProcess[] = [];
    let ours: CeleryProcess | undefined;
    let events: EventReceiver;
    const state = new ClusterState();
    /** The last heartbeat of each node, and how many there were. */
    const beats = new Map<string, { timestamp: number; count: number }>();
    /** `NODE ID` of each task that was begun. */
    const begun: string[] = [];

    beforeAll(async () => {
      target = await startTarget(kind);
      const url = `redis://127.0.0.1:${target.port}/0`;
      redis = new Redis(url);
      app = producer(url);
      events = new EventReceiver({ redis, db: 0 });
      events.onEvent((event) => {
        state.apply(event);
        const { type, hostname, timestamp } = event;
        if (type === "task-started") begun.push(`${hostname} ${String(event.uuid)}`);
        if (type !== "worker-heartbeat") return;
        beats.set(hostname, { timestamp, count: (beats.get(hostname)?.count ?? 0) + 1 });
      });
      await events.start();
      projects = skewed.map(([, skew]) => {
        const project = new CeleryProject({ broker: url, source });
        writeFileSync(join(project.directory, "sitecustomize.py"), pythonClock(skew));
        return project;
      });
      // Those who come later are told what it knows.
      ours = await startTsWorker(url, ["-Q", "ts", "-n", "ts@skew", "-c", "4", "-E"]);
      await app.control.revoke("revoked-before");
      const working = skewed.map(([queue], at) =>
        projects[at].worker(["-Q", queue, "-n", `${queue}@skew`, "-c", "2", "-E"]),
      );
      producers = await Promise.all(projects.map((project) => project.python()));
      theirs = await Promise.all(working);
      // Celery subscribes to remote control in the first turn of its loop, after it has said that it is ready.
      await until(async () => (await app.control.ping({ timeout: 1 })).length === NODES.length);
    }, 90_000);
    afterAll(async () => {
      await Promise.all(projects.map((project) => project.stop()));
      await ours?.stop();
      await events?.close();
      await app?.close();
      await redis?.close();
      await target?.stop();
    });

    const status = async (id: string): Promise<string> => app.asyncResult(id).state;

    it("answers ours, and asks ours", { timeout: 40_000 }, async () => {
      const pong = Object.fromEntries(NODES.map((node) => [node, { ok: "pong" }]));
      expect(await app.control.inspect({ timeout: 5 }).ping()).toEqual(pong);
      const asked = await Promise.all(
        projects.map((project) => project.command(["inspect", "ping", "-j", "-t", "3"])),
      );
      for (const { stdout } of asked) expect(JSON.parse(stdout)).toEqual(pong);

      await app.control.revoke("by-ours");
      for (const [at, [queue]] of skewed.entries())
        await producers[at].run("app.control.revoke(id)", { id: `by-${queue}` });
      const revoked = "by-ahead by-behind by-ours revoked-before";
      await until(async () => {
        const known = await app.control.inspect({ destination: NODES, timeout: 5 }).revoked();
        return NODES.every((node) => [...(known[node] ?? [])].sort().join(" ") === revoked);
      });
      await app.sendTask("py.add", [1, 1], { queue: "ahead", taskId: "by-ours" });
      await app.sendTask("ts.add", [1, 1], { taskId: "by-ahead" });
      await until(
        async () => (await status("by-ours")) === "REVOKED" && (await status("by-ahead")) === "REVOKED",
      );
      expect(begun.filter((line) => / by-/.test(line))).toEqual([]);

      const answers = await app.control.inspect({ timeout: 5 }).hello("new@skew", {});
      for (const node of NODES) {
        const { revoked: told } = answers[node] as { revoked: object };
        expect(Object.keys(told).sort().join(" ")).toBe(revoked);
      }
    });

    it("runs what ours send, and sends to ours, all times being absolute", async () => {
      for (const [queue, skew] of skewed) {
        const result = await app.sendTask("py.add", [2, 3], { queue, expires: 3600 });
        expect(await result.get(PATIENCE)).toBe(5);
        expectNow(seconds(await result.dateDone), skew);
        expect(await redis.ttl(`celery-task-meta-${result.id}`)).toBeGreaterThan(86_000);
      }
      const sent = await Promise.all(
        producers.map((python) =>
          python.run<string[]>(`
            plain = app.send_task("ts.add", (2, 3), expires=3600)
            soon = app.send_task("ts.add", (2, 3), countdown=30)
            assert plain.get(timeout=15) == 5
            return [plain.id, soon.id]`),
        ),
      );
      const [[, held], [, passed]] = sent;
      expect(await app.asyncResult(passed).get(PATIENCE)).toBe(5);
      const inspect = app.control.inspect({ destination: "ts@skew", timeout: 5 });
      const scheduled = (await inspect.scheduled())["ts@skew"] ?? [];
      expect(scheduled.map(({ request }) => request.id)).toEqual([held]);
      expectNow(seconds(scheduled[0].eta), SKEWS.ahead + 30);
      await app.control.revoke(held);
      await until(async () => (await status(held)) === "REVOKED");
    });

    it("lets each worker keep what it holds", async () => {
      const sent = await Promise.all([
        app.sendTask("py.late", [1.5], { queue: "ahead" }),
        app.sendTask("py.late", [1.5], { queue: "behind" }),
        app.sendTask("ts.late", [1.5]),
      ]);
      await until(async () => begun.filter((line) => sent.some(({ id }) => line.endsWith(id))).length === 3);
      // Kombu notes the time of its own clock, ours that of the server: the visibility timeout, an hour, is far longer.
      const scores = (await redis.zrange("unacked_index", 0, -1, { withScores: true })).map(
        ({ score }) => score,
      );
      expect(scores).toHaveLength(3);
      scores.sort((a, b) => a - b);
      for (const [at, skew] of [SKEWS.behind, 0, SKEWS.ahead].entries()) expectNow(scores[at], skew);
      for (const [at, result] of sent.entries()) {
        expect(await result.get(PATIENCE)).toBe("late done");
        expect(begun.filter((line) => line.endsWith(result.id))).toEqual([`${NODES[at]} ${result.id}`]);
      }
      await until(async () => (await redis.hlen("unacked")) === 0);
    });

    it("is alive to ours, and ours to it", async () => {
      await until(() => NODES.every((node) => (beats.get(node)?.count ?? 0) >= 3));
      for (const [at, skew] of [SKEWS.ahead, SKEWS.behind, 0].entries())
        expectNow(beats.get(NODES[at])?.timestamp, skew);
      expect(
        state
          .aliveWorkers()
          .map(({ hostname }) => hostname)
          .sort(),
      ).toEqual(NODES);
      // Both sides say that clocks are apart, and no more.
      await ours?.seen(/The clock of ahead@skew is \d\d s ahead of ours/);
      await ours?.seen(/The clock of behind@skew is \d\d s behind ours/);
      for (const worker of theirs) await worker.seen(/Substantial drift from ts@skew/);
      for (const worker of [...theirs, ours as CeleryProcess]) expectWell(worker);
    });
  });
}
