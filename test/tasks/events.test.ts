/** Events: our dispatcher under real Celery's tools, and our receiver with real Celery's workers. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { Control } from "../../src/tasks/control/control.js";
import { EventDispatcher } from "../../src/tasks/events/dispatcher.js";
import { EventReceiver } from "../../src/tasks/events/receiver.js";
import { ClusterState } from "../../src/tasks/events/state.js";
import type { TaskEvent } from "../../src/tasks/events/task-event.js";
import { LamportClock } from "../../src/tasks/lamport.js";
import { decodeMessage, encodeMessage } from "../../src/tasks/message.js";
import { CeleryProject, celeryAvailable, needsCelery } from "../tools/celery.js";
import { startFaultProxy } from "../tools/fault-proxy.js";
import { needsRedis, redisAvailable, startTarget, type Target } from "../tools/redis-server.js";
import { until } from "../tools/waiting.js";
import { FakeWorker, TestLog } from "./fake-worker.js";

/** What was published: paths and decoded messages. */
class Publications {
  readonly sent: { path: string; body: unknown; headers: Record<string, unknown> }[] = [];
  refuse = false;
  publishFanout = async (path: string, text: string): Promise<void> => {
    if (this.refuse) throw new Error("no broker");
    const { body, headers } = decodeMessage(text);
    this.sent.push({ path, body, headers });
  };
  types = () =>
    this.sent.map(({ body }) =>
      Array.isArray(body) ? body.map((event) => (event as TaskEvent).type) : (body as TaskEvent).type,
    );
}

describe("the dispatcher", () => {
  let broker: Publications;
  let clock: LamportClock;
  beforeEach(() => {
    broker = new Publications();
    clock = new LamportClock();
  });
  const dispatcher = (more: object = {}) =>
    new EventDispatcher({ broker, hostname: "w1@box", clock, enabled: true, ...more });

  it("sends what every event has", async () => {
    const events = dispatcher();
    const before = Date.now() / 1000;
    events.send("worker-heartbeat", { freq: 2 });
    await events.flush();
    const [{ path, body, headers }] = broker.sent;
    expect(path).toBe("celeryev/worker.heartbeat");
    expect(headers).toEqual({ hostname: "w1@box" });
    expect(body).toEqual({
      type: "worker-heartbeat",
      hostname: "w1@box",
      pid: process.pid,
      clock: 1,
      freq: 2,
      timestamp: expect.any(Number),
      utcoffset: expect.any(Number),
    });
    const { timestamp } = body as TaskEvent;
    expect(timestamp).toBeGreaterThanOrEqual(before - 0.001);
    expect(timestamp).toBeLessThanOrEqual(Date.now() / 1000);
  });

  it("gathers task events of a turn, at most 24 in a message, and sends others at once, in order", async () => {
    const events = dispatcher();
    for (let at = 0; at < 30; at++) events.send("task-received", { uuid: String(at) });
    events.send("worker-heartbeat", {});
    events.send("task-started", { uuid: "0" });
    events.send("task-sent", { uuid: "x" });
    events.send("task-succeeded", { uuid: "0" });
    await events.flush();
    expect(broker.types()).toEqual([
      Array(24).fill("task-received"),
      Array(6).fill("task-received"),
      "worker-heartbeat",
      ["task-started"],
      "task-sent",
      ["task-succeeded"],
    ]);
    expect(broker.sent.map(({ path }) => path.slice("celeryev/".length))).toEqual([
      "task.multi",
      "task.multi",
      "worker.heartbeat",
      "task.multi",
      "task.sent",
      "task.multi",
    ]);
    const clocks = broker.sent
      .flatMap(({ body }) => body as TaskEvent | TaskEvent[])
      .map((event) => event.clock);
    expect(clocks).toEqual(Array.from({ length: 34 }, (_, at) => at + 1));
  });

  it("sends what was gathered at the end of the turn by itself", async () => {
    dispatcher().send("task-started", { uuid: "0" });
    expect(broker.sent).toEqual([]);
    await until(() => broker.sent.length === 1);
  });

  it("sends only what is switched on", async () => {
    const events = dispatcher({ enabled: false, workerEvents: false });
    events.send("task-started", { uuid: "0" });
    events.send("worker-online", {});
    events.enabled = true;
    events.send("task-started", { uuid: "1" });
    events.workerEvents = true;
    events.send("worker-online", {});
    await events.flush();
    expect(broker.types()).toEqual([["task-started"], "worker-online"]);
  });

  it("drops what the broker does not take, or JSON cannot hold, and goes on", async () => {
    const log = new TestLog();
    const events = dispatcher({ log });
    broker.refuse = true;
    events.send("worker-online", {});
    await events.flush();
    expect(events.dropped).toBe(1);
    expect(log.has("1 dropped: no broker")).toBe(true);
    broker.refuse = false;
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    events.send("worker-online", { circular });
    expect(events.dropped).toBe(2);
    events.send("worker-online", {});
    await events.flush();
    expect(broker.sent).toHaveLength(1);
  });

  it("does not gather without end while the broker answers nothing", async () => {
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const events = dispatcher({ broker: { publishFanout: () => answered } });
    for (let at = 0; at < 1500; at++) events.send("worker-heartbeat", {});
    expect(events.dropped).toBe(500);
    answer();
    await events.flush();
    expect(events.dropped).toBe(500);
  });
});

const event = (type: string, timestamp: number, more: object = {}): TaskEvent => ({
  type,
  hostname: "w1@box",
  timestamp,
  clock: timestamp,
  ...more,
});

describe("the state of a cluster", () => {
  it("follows a task", () => {
    const state = new ClusterState();
    state.apply(
      event("task-sent", 1, { uuid: "a", name: "add", args: "(1,)", kwargs: "{}", hostname: "gen1@box" }),
    );
    expect(state.tasks.get("a")).toMatchObject({
      state: "PENDING",
      name: "add",
      hostname: "gen1@box",
      sent: 1,
    });
    expect(state.workers.size).toBe(0);
    state.apply(
      event("task-received", 2, { uuid: "a", name: "add", args: "(1,)", kwargs: "{}", retries: 0 }),
    );
    state.apply(event("task-started", 3, { uuid: "a" }));
    expect(state.tasks.get("a")).toMatchObject({ state: "STARTED", hostname: "w1@box", started: 3 });
    state.apply(event("task-retried", 4, { uuid: "a", exception: "ValueError('x')" }));
    state.apply(event("task-received", 5, { uuid: "a", retries: 1 }));
    expect(state.tasks.get("a")).toMatchObject({ state: "RECEIVED", retries: 1, retried: 4 });
    state.apply(event("task-succeeded", 7, { uuid: "a", result: "2", runtime: 0.5 }));
    expect(state.tasks.get("a")).toMatchObject({ state: "SUCCESS", result: "2", runtime: 0.5, args: "(1,)" });
    expect([state.eventCount, state.taskEventCount]).toEqual([6, 6]);
  });

  it("takes events in any order", () => {
    const state = new ClusterState();
    state.apply(event("task-succeeded", 7, { uuid: "a", result: "2" }));
    state.apply(event("task-started", 3, { uuid: "a" }));
    state.apply(event("task-received", 2, { uuid: "a", name: "add" }));
    expect(state.tasks.get("a")).toMatchObject({ state: "SUCCESS", name: "add", received: 2, timestamp: 7 });
  });

  it("keeps the newest tasks", () => {
    const state = new ClusterState({ maxTasks: 2 });
    for (const uuid of ["a", "b", "c"]) state.apply(event("task-received", 1, { uuid }));
    expect([...state.tasks.keys()]).toEqual(["b", "c"]);
  });

  it("knows who lives", () => {
    const state = new ClusterState();
    const online = event("worker-online", 10, { freq: 2, pid: 5, sw_ident: "x", active: 1 });
    expect(state.apply(online, 110)).toBe(true);
    const beat = event("worker-heartbeat", 12, { freq: 2, loadavg: [1, 2, 3], processed: 4 });
    expect(state.apply(beat, 112)).toBe(false);
    expect(state.workers.get("w1@box")).toMatchObject({
      pid: 5,
      active: 1,
      processed: 4,
      loadavg: [1, 2, 3],
    });
    // By our own clock: theirs may be apart.
    expect(state.aliveWorkers(116)).toHaveLength(1);
    expect(state.aliveWorkers(116.5)).toHaveLength(0);
    state.apply(event("worker-offline", 14), 114);
    expect(state.aliveWorkers(114)).toHaveLength(0);
    // The last events of its tasks do not bring it back.
    expect(state.apply(event("task-succeeded", 15, { uuid: "a" }), 115)).toBe(false);
    expect(state.aliveWorkers(115)).toHaveLength(0);
    expect(state.apply(event("worker-online", 15, { freq: 2 }), 115)).toBe(true);
    state.forgetWorker("w1@box");
    expect(state.workers.size).toBe(0);
    state.clear();
    expect(state.eventCount).toBe(0);
  });
});

const kinds = [
  { kind: "redis", available: redisAvailable, name: needsRedis("redis-server") },
  { kind: "mini", available: true, name: "the mini server" },
] as const;

for (const { kind, available, name } of kinds) {
  describe.skipIf(!available)(`events on ${name}`, () => {
    let target: Target;
    let redis: Redis;
    let worker: FakeWorker;

    beforeAll(async () => {
      target = await startTarget(kind);
      redis = new Redis({ host: target.host, port: target.port });
    });
    afterAll(async () => {
      await redis.close();
      await target.stop();
    });
    beforeEach(() => {
      worker = new FakeWorker(redis, "w1@fake", true);
    });
    afterEach(async () => {
      await worker.stop();
    });

    it("come one by one, and lead the clock", async () => {
      const clock = new LamportClock();
      await using receiver = new EventReceiver({ redis, db: 0, clock });
      await receiver.start();
      worker.clock.adjust(100);
      worker.heartbeat.start();
      worker.events.send("task-started", { uuid: "a" });
      worker.events.send("task-succeeded", { uuid: "a" });
      const seen: string[] = [];
      for await (const { type } of receiver) {
        seen.push(type);
        if (seen.length === 2) worker.heartbeat.beat();
        if (seen.length === 4) break;
      }
      expect(seen).toEqual(["worker-online", "task-started", "task-succeeded", "worker-heartbeat"]);
      expect(clock.value).toBeGreaterThan(103);
    });

    it("come by topic", async () => {
      await using receiver = new EventReceiver({ redis, db: 0, topic: "task.#" });
      await receiver.start();
      worker.heartbeat.start();
      worker.events.send("task-started", { uuid: "a" });
      for await (const { type } of receiver) {
        expect(type).toBe("task-started");
        break;
      }
    });

    it("go to handlers, and what a handler throws ends nothing", async () => {
      const log = new TestLog();
      await using receiver = new EventReceiver({ redis, db: 0, log });
      const seen: string[] = [];
      receiver.onEvent(() => {
        throw new Error("mine");
      });
      const end = receiver.onEvent(({ type }) => seen.push(type));
      await receiver.start();
      worker.heartbeat.start();
      await until(() => seen.includes("worker-online"));
      expect(log.has("a handler failed: mine")).toBe(true);
      end();
      const { length } = seen;
      worker.heartbeat.beat();
      await worker.events.flush();
      expect(seen).toHaveLength(length);
    });

    it("that cannot be read are left out", async () => {
      const log = new TestLog();
      await using receiver = new EventReceiver({ redis, db: 0, log });
      await receiver.start();
      const message = (body: unknown) => encodeMessage(body, { exchange: "celeryev", routingKey: "x" });
      for (const text of [
        "",
        "nonsense",
        "[]",
        message(null),
        message([1, null, { type: "x" }]),
        message({}),
      ]) {
        await redis.publish("/0.celeryev/task.multi", text);
      }
      await redis.publish("/0.celeryev/task.multi", Buffer.from([0xff, 0x00]));
      await redis.publish(
        "/0.celeryev/task.multi",
        message([5, { type: "task-odd", hostname: "h", timestamp: 1.5 }, "text"]),
      );
      for await (const { type, clock } of receiver) {
        expect([type, clock]).toEqual(["task-odd", 0]);
        break;
      }
      expect(log.lines.length).toBeGreaterThan(2);
    });

    it("that nobody takes are dropped, the oldest first", async () => {
      await using receiver = new EventReceiver({ redis, db: 0, topic: "task.#", maxBuffered: 2 });
      await receiver.start();
      for (const uuid of ["a", "b", "c", "d"]) worker.events.send("task-started", { uuid });
      await until(() => receiver.dropped === 2);
      const seen: unknown[] = [];
      for await (const { uuid } of receiver) {
        seen.push(uuid);
        if (seen.length === 2) break;
      }
      expect(seen).toEqual(["c", "d"]);
    });

    it("end when the receiver is closed", async () => {
      const receiver = new EventReceiver({ redis, db: 0 });
      await receiver.start();
      const reading = (async () => {
        for await (const _ of receiver);
      })();
      await receiver.close();
      await reading;
      await receiver.close();
    });

    it("go on after a lost connection", async () => {
      const proxy = await startFaultProxy(target.port);
      const unsteady = new Redis({ port: proxy.port });
      const receiver = new EventReceiver({ redis: unsteady, db: 0 });
      const seen: string[] = [];
      receiver.onEvent(({ type }) => seen.push(type));
      await receiver.start();
      worker.heartbeat.start();
      await until(() => seen.length === 1);
      proxy.reset();
      await until(() => receiver.gaps === 1);
      worker.heartbeat.beat();
      await until(() => seen.includes("worker-heartbeat"));
      await receiver.close();
      await unsteady.close();
      await proxy.stop();
    });

    describe.skipIf(!celeryAvailable)(needsCelery("real Celery"), () => {
      let celery: CeleryProject;

      beforeAll(() => {
        celery = new CeleryProject({ broker: `redis://127.0.0.1:${target.port}/0` });
      });
      afterAll(async () => {
        await celery.stop();
      });

      it("its dumper shows every event of ours", async () => {
        const dump = celery.start(["events", "--dump"]);
        await worker.start();
        // It asks for heartbeats when it listens.
        await dump.seen(/w1@fake \[.*\] heartbeat: .*freq=1/);
        const task = { uuid: "a", name: "ts.add", args: "(1, 2)", kwargs: "{}" };
        const { events } = worker;
        events.send("task-sent", { ...task, queue: "ts" });
        events.send("task-received", {
          ...task,
          root_id: "a",
          parent_id: null,
          retries: 0,
          eta: null,
          expires: null,
        });
        events.send("task-started", { uuid: "a" });
        events.send("task-retried", { uuid: "a", exception: "ValueError('boom')", traceback: "here" });
        events.send("task-succeeded", { uuid: "a", result: "3", runtime: 0.25 });
        events.send("task-failed", { uuid: "a", exception: "ValueError('boom')", traceback: "here" });
        events.send("task-revoked", { uuid: "a", terminated: false, signum: null, expired: true });
        events.send("task-rejected", { uuid: "a", requeue: true });
        await worker.stop();
        await dump.seen(/w1@fake \[.*\] task sent: ts\.add\(a\) args=\(1, 2\) kwargs=\{\}/);
        await dump.seen(/task received: ts\.add\(a\) args=\(1, 2\) kwargs=\{\} .*root_id=a/);
        await dump.seen(/task started: ts\.add\(a\)/);
        await dump.seen(/task retried: .*exception=ValueError\('boom'\)/);
        await dump.seen(/task succeeded: .*(result=3, .*runtime=0\.25|runtime=0\.25, .*result=3)/);
        await dump.seen(/task failed: /);
        await dump.seen(/task revoked: .*expired=True/);
        await dump.seen(/task rejected: .*requeue=True/);
        await dump.seen(/w1@fake \[.*\] shutdown:/);
        await dump.stop();
      });

      it("its monitor follows our tasks and workers", async () => {
        const python = await celery.python();
        const seen = python.run<{ alive: string[]; task: Record<string, unknown>; drift: number }>(`
          import time
          state = app.events.State()
          with app.connection() as connection:
            receiver = app.events.Receiver(connection, handlers={"*": state.event})
            for _ in receiver.itercapture(limit=None, timeout=15, wakeup=True):
              if state.tasks.get("a") is not None and state.tasks["a"].state == "SUCCESS": break
          worker, task = state.workers["w1@fake"], state.tasks["a"]
          return {
            "alive": [w.hostname for w in state.alive_workers()],
            "task": {name: getattr(task, name) for name in "name args kwargs state result runtime root_id retries".split()},
            "drift": abs(worker.heartbeats[-1] - time.time()),
          }
        `);
        await worker.start();
        const task = { uuid: "a", name: "ts.add", args: "(1, 2)", kwargs: "{}", root_id: "a", retries: 0 };
        const { events } = worker;
        // It does not say when it listens.
        const sending = setInterval(() => {
          events.send("task-received", task);
          events.send("task-started", { uuid: "a" });
          events.send("task-succeeded", { uuid: "a", result: "3", runtime: 0.25 });
        }, 50);
        try {
          const { alive, task: known, drift } = await seen;
          expect(alive).toEqual(["w1@fake"]);
          const { uuid: _, ...rest } = task;
          expect(known).toEqual({ ...rest, state: "SUCCESS", result: "3", runtime: 0.25 });
          expect(drift).toBeLessThan(5);
        } finally {
          clearInterval(sending);
        }
      }, 40_000);

      it("events of its worker reach us", async () => {
        const control = new Control({ broker: async () => ({ redis, db: 0 }) });
        const state = new ClusterState();
        await using receiver = new EventReceiver({ redis, db: 0 });
        receiver.onEvent((one) => state.apply(one));
        await receiver.start();
        const theirs = await celery.worker(["-n", "py@fake", "-c", "1", "-E"]);
        const python = await celery.python();
        await until(() => state.aliveWorkers().some(({ hostname }) => hostname === "py@fake"));
        expect(state.workers.get("py@fake")).toMatchObject({ software: { ident: "py-celery" } });
        const id = await python.run<string>("r = add.delay(2, 3); r.get(timeout=10); return r.id");
        await until(() => state.tasks.get(id)?.state === "SUCCESS");
        expect(state.tasks.get(id)).toMatchObject({
          name: "py.add",
          args: "(2, 3)",
          result: "5",
          hostname: "py@fake",
        });
        const failed = await python.run<string>(
          "r = fail.delay(); r.get(timeout=10, propagate=False); return r.id",
        );
        await until(() => state.tasks.get(failed)?.state === "FAILURE");
        expect(state.tasks.get(failed)?.exception).toBe("ValueError('boom')");
        await control.heartbeat();
        await theirs.stop("SIGTERM");
        await until(() => state.workers.get("py@fake")?.offline === true);
      }, 40_000);
    });
  });
}
