/** Workers and producers of ours whose clocks are a minute ahead of and behind the true one, on one broker. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TaskApp } from "../../src/tasks/app.js";
import { ClusterState } from "../../src/tasks/events/state.js";
import type { TaskEvent } from "../../src/tasks/events/task-event.js";
import type { Worker } from "../../src/tasks/worker/worker.js";
import type { CeleryProcess } from "../tools/celery.js";
import { appModule, resplendent, startTsWorker } from "../tools/interop-world.js";
import { until } from "../tools/waiting.js";
import { expectNow, expectWell, nodeClock, SKEWS, SLACK, seconds, skewed } from "./clocks.js";
import { type Event, onBothServers, Workshop } from "./workshop.js";

const PATIENCE = { timeout: 15_000 };
/** Seconds until what nobody refreshes is given to others. */
const VISIBILITY = 2;

const NODES = ["ahead@skew", "behind@skew", "true@skew"];

const startsOf = (events: readonly Event[], id: string) =>
  events.filter(({ type, uuid }) => type === "task-started" && uuid === id).map(({ hostname }) => hostname);

/** Waits until each node has told three times that it lives: another one has looked for lost nodes meanwhile. */
const heartbeatsOf = async (events: readonly Event[], nodes: readonly string[]): Promise<Event[]> => {
  const from = (node: string) =>
    events.filter(({ type, hostname }) => type === "worker-heartbeat" && hostname === node);
  await until(() => nodes.every((node) => from(node).length >= 3));
  return nodes.map((node) => from(node).at(-1) as Event);
};

onBothServers("workers whose clocks are a minute apart", (kind) => {
  let shop: Workshop;
  let app: TaskApp;
  let heard: Awaited<ReturnType<Workshop["listen"]>>;
  let trueWorker: Worker;
  let workers: CeleryProcess[] = [];

  beforeAll(async () => {
    shop = await Workshop.open(kind);
    app = shop.app({
      taskDefaultQueue: "true",
      taskTrackStarted: true,
      brokerTransportOptions: { visibilityTimeout: VISIBILITY },
    });
    app.task("ts.add", (x: number, y: number) => x + y);
    const late = (time: number) => (time > 10 ? "second life" : sleep(time * 1000, "late done"));
    app.task("ts.late", late, { acksLate: true });
    heard = await shop.listen();
    const options = { hostname: "true@skew", taskEvents: true, mingle: true, gossip: true, heartbeat: true };
    trueWorker = await shop.work(app, options);
    await app.control.revoke("revoked-before");
    const starting = skewed.map(([name, skew]) =>
      startTsWorker(shop.url, ["-Q", name, "-n", `${name}@skew`, "-c", "4", "-E"], {
        CELERY_VISIBILITY_TIMEOUT: String(VISIBILITY),
        ...nodeClock(skew),
      }),
    );
    workers = await Promise.all(starting);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await shop?.close();
  });

  /** A command of ours, at a wrong clock; what it prints. */
  const command = async (skew: number, ...words: string[]): Promise<string> => {
    const { ended } = await resplendent(shop.url, ["-A", appModule, ...words], nodeClock(skew));
    const { code, stdout, output } = await ended;
    expect(code, output).toBe(0);
    return stdout.trim();
  };

  it("hear, answer and know each other", { timeout: 40_000 }, async () => {
    const pong = Object.fromEntries(NODES.map((node) => [node, { ok: "pong" }]));
    expect(await app.control.inspect({ timeout: 5 }).ping()).toEqual(pong);
    for (const [, skew] of skewed) {
      expect(JSON.parse(await command(skew, "inspect", "ping", "-j", "-t", "5"))).toEqual(pong);
    }
    // What the true one knew when they came, they know; what is told by anyone, all know.
    await command(SKEWS.ahead, "control", "revoke", "by-ahead");
    await command(SKEWS.behind, "control", "revoke", "by-behind");
    await app.control.revoke("by-true");
    const revoked = ["by-ahead", "by-behind", "by-true", "revoked-before"];
    const known = await app.control.inspect({ timeout: 5 }).revoked();
    expect(Object.keys(known).sort()).toEqual(NODES);
    for (const ids of Object.values(known)) expect([...ids].sort()).toEqual(revoked);
    const [greeting] = Object.values(
      await app.control.inspect({ destination: "ahead@skew", timeout: 5 }).hello("new@skew", {}),
    );
    expect(Object.keys((greeting as { revoked: object }).revoked).sort()).toEqual(revoked);
    const taskIds = revoked.slice(0, 3);
    for (const [at, queue] of ["ahead", "behind", "true"].entries())
      await app.sendTask("ts.add", [1, 1], { queue, taskId: taskIds[at] });
    await until(async () => {
      const metas = await Promise.all(taskIds.map((id) => shop.meta(id)));
      return metas.every((meta) => meta?.status === "REVOKED");
    });
  });

  it("run what producers with wrong clocks send, when its absolute time has come", {
    timeout: 40_000,
  }, async () => {
    await Promise.all(
      skewed.map(async ([, skew]) => {
        const send = (...words: string[]) =>
          command(skew, "call", "ts.add", "-a", "[2,3]", "--queue", "true", ...words);
        const before = Date.now() / 1000;
        const [plain, soon, expiring] = await Promise.all([
          send("--expires", "3600"),
          send("--countdown", "30"),
          send("--expires", "30"),
        ]);
        expect(await app.asyncResult(plain).get(PATIENCE)).toBe(5);
        expect(await command(skew, "result", plain)).toBe("5");
        // What is sent are absolute times: thirty seconds from now on a clock a minute behind have passed.
        if (skew < 0) {
          expect(await app.asyncResult(soon).get(PATIENCE)).toBe(5);
          await until(async () => (await shop.meta(expiring))?.status === "REVOKED");
          return;
        }
        expect(await app.asyncResult(expiring).get(PATIENCE)).toBe(5);
        await until(async () =>
          (await trueWorker.scheduledRequests()).some(({ message }) => message.id === soon),
        );
        const held = (await trueWorker.scheduledRequests()).find(({ message }) => message.id === soon);
        expect(seconds(held?.message.eta)).toBeGreaterThanOrEqual(before + 30 + skew - 1);
        expect(seconds(held?.message.eta)).toBeLessThanOrEqual(Date.now() / 1000 + 30 + skew);
        expect(await shop.meta(soon)).toBe(null);
        await app.control.revoke(soon);
        await until(async () => (await shop.meta(soon))?.status === "REVOKED");
      }),
    );
  });

  it("go by their own clocks for times that others have set, and for their own retries", async () => {
    const soon = await app.sendTask("ts.add", [1, 2], { queue: "ahead", countdown: 30 });
    expect(await soon.get(PATIENCE)).toBe(3);
    const held = await app.sendTask("ts.add", [1, 2], { queue: "behind", countdown: 1 });
    const inspect = app.control.inspect({ destination: "behind@skew", timeout: 5 });
    await until(async () => ((await inspect.scheduled())["behind@skew"] ?? []).length === 1);
    const scheduled = (await inspect.scheduled())["behind@skew"]?.[0];
    expect(scheduled?.request.id).toBe(held.id);
    expectNow(seconds(scheduled?.eta), 0);
    await app.control.revoke(held.id);
    await until(async () => (await shop.meta(held.id))?.status === "REVOKED");
    const retried = skewed.map(([queue]) => app.sendTask("ts.flaky", [1, 0.1], { queue }));
    for (const result of await Promise.all(retried)) expect(await result.get(PATIENCE)).toBe(1);
  });

  it("keep results for as long as others do", async () => {
    for (const [queue, skew] of [...skewed, ["true", 0]] as const) {
      const result = await app.sendTask("ts.add", [2, 2], { queue });
      expect(await result.get(PATIENCE)).toBe(4);
      const time = await shop.redis.ttl(`celery-task-meta-${result.id}`);
      expect(time).toBeGreaterThan(86_400 - SLACK);
      expect(time).toBeLessThanOrEqual(86_400);
      // The time in the result is the worker's, as Celery has it; nothing reckons with it.
      expectNow(seconds((await shop.meta(result.id))?.date_done as string), skew);
    }
  });

  it("are alive to each other, and only say that clocks are apart", async () => {
    const beats = await heartbeatsOf(heard.events, NODES);
    for (const [at, skew] of [SKEWS.ahead, SKEWS.behind, 0].entries())
      expectNow(beats[at].timestamp as number, skew);
    expect(trueWorker.gossip?.aliveNodes.sort()).toEqual(["ahead@skew", "behind@skew"]);
    for (const line of [
      /The clock of ahead@skew is (59|60|61) s ahead of ours/,
      /The clock of behind@skew is (59|60|61) s behind ours/,
    ])
      await until(() => shop.lines.some((text) => line.test(text)));
    await Promise.all(workers.map((worker) => worker.seen(/The clock of true@skew is/)));
    expect(shop.lines.filter((text) => text.startsWith("missed heartbeat"))).toEqual([]);
    workers.forEach(expectWell);
  });

  // The last one: it kills the workers.
  it("keep what they hold, and leave it to the others when they die", { timeout: 40_000 }, async () => {
    const queues = ["ahead", "behind", "true"];
    const late = (time: number) => (queue: string) => app.sendTask("ts.late", [time], { queue });
    const results = await Promise.all(queues.map(late(VISIBILITY * 1.6)));
    await until(async () => (await shop.unacked()).length === 3);
    for (const { score } of await shop.redis.zrange("unacked_index", 0, -1, { withScores: true }))
      expectNow(score, 0);
    for (const [at, result] of results.entries()) {
      expect(await result.get(PATIENCE)).toBe("late done");
      expect(startsOf(heard.events, result.id)).toEqual([`${queues[at]}@skew`]);
    }
    await until(async () => (await shop.unacked()).length === 0);
    expect(shop.lines.filter((text) => text.startsWith("Restored"))).toEqual([]);
    workers.forEach(expectWell);

    const orphans = await Promise.all(["ahead", "behind"].map(late(30)));
    await until(
      async () => (await Promise.all(orphans.map(({ state }) => state))).join() === "STARTED,STARTED",
    );
    await Promise.all(workers.map((worker) => worker.stop("SIGKILL")));
    await app.control.addConsumer("ahead", { destination: "true@skew" });
    await app.control.addConsumer("behind", { destination: "true@skew" });
    for (const [at, orphan] of orphans.entries()) {
      expect(await orphan.get({ timeout: 10_000 })).toBe("second life");
      await until(() => startsOf(heard.events, orphan.id).length === 2);
      expect(startsOf(heard.events, orphan.id)).toEqual([`${queues[at]}@skew`, "true@skew"]);
    }
  });
});

describe("the state of a cluster", () => {
  it("follows a task from a worker to another whose clock is behind", () => {
    const state = new ClusterState();
    const tell = (type: string, node: string, timestamp: number, more: object = {}): void => {
      const event = { type, hostname: node, timestamp, uuid: "a", pid: 1, clock: 1, utcoffset: 0, ...more };
      state.apply(event as TaskEvent);
    };
    tell("task-received", "ahead@skew", 160, { retries: 0 });
    tell("task-started", "ahead@skew", 161);
    tell("task-retried", "ahead@skew", 162);
    tell("task-received", "true@skew", 103, { retries: 1 });
    expect(state.tasks.get("a")).toMatchObject({ state: "RECEIVED", hostname: "true@skew", retries: 1 });
    tell("task-started", "true@skew", 104);
    expect(state.tasks.get("a")).toMatchObject({ state: "STARTED", hostname: "true@skew", timestamp: 104 });
  });
});
