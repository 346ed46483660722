/** What workers tell each other: who lives, what time it is, who is elected. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { EventReceiver } from "../../src/tasks/events/receiver.js";
import { encodeMessage } from "../../src/tasks/message.js";
import { Elections } from "../../src/tasks/worker/election.js";
import { CeleryProject, celeryAvailable, needsCelery } from "../tools/celery.js";
import { needsRedis, redisAvailable, startTarget, type Target } from "../tools/redis-server.js";
import { until } from "../tools/waiting.js";
import { FakeWorker } from "./fake-worker.js";

const kinds = [
  { kind: "redis", available: redisAvailable, name: needsRedis("redis-server") },
  { kind: "mini", available: true, name: "the mini server" },
] as const;

for (const { kind, available, name } of kinds) {
  describe.skipIf(!available)(`gossip on ${name}`, () => {
    let target: Target;
    let redis: Redis;
    let workers: FakeWorker[] = [];

    beforeAll(async () => {
      target = await startTarget(kind);
      redis = new Redis({ host: target.host, port: target.port });
    });
    afterAll(async () => {
      await redis.close();
      await target.stop();
    });
    afterEach(async () => {
      for (const worker of workers) await worker.stop();
      workers = [];
    });

    /** Workers that know of each other. */
    async function party(...names: string[]): Promise<FakeWorker[]> {
      workers = names.map((name) => new FakeWorker(redis, name));
      for (const worker of workers) await worker.start();
      for (const worker of workers) worker.heartbeat.beat();
      await until(() => workers.every(({ gossip }) => gossip.aliveNodes.length === names.length - 1));
      return workers;
    }

    it("tells who lives, comes and goes", async () => {
      const [one, two] = await party("w1@fake", "w2@fake");
      expect(one.gossip.aliveNodes).toEqual(["w2@fake"]);
      expect(one.log.has("w2@fake joined the party")).toBe(true);
      await two.stop();
      await until(() => one.gossip.aliveNodes.length === 0);
      expect(one.log.has("w2@fake left")).toBe(true);
    });

    it("notices lost nodes, and clocks that are apart", async () => {
      const [one] = await party("w1@fake");
      const heartbeat = (timestamp: number) => ({
        type: "worker-heartbeat",
        hostname: "far@fake",
        timestamp,
        freq: 0.01,
        clock: 5,
        pid: 1,
        utcoffset: 0,
      });
      const publish = (timestamp: number) =>
        redis.publish(
          "/0.celeryev/worker.heartbeat",
          encodeMessage(heartbeat(timestamp), { exchange: "celeryev", routingKey: "worker.heartbeat" }),
        );
      await publish(Date.now() / 1000 - 60);
      await until(() => one.log.has("missed heartbeat from far@fake"));
      expect(one.log.has("The clock of far@fake is 60 s behind ours.")).toBe(true);
      expect(one.gossip.aliveNodes).toEqual([]);
    });

    it("keeps clocks in step", async () => {
      const [one, two] = await party("w1@fake", "w2@fake");
      two.clock.adjust(1000);
      two.heartbeat.beat();
      await until(() => one.clock.value > 1000);
    });

    it("elects one", async () => {
      const all = await party("w1@fake", "w2@fake", "w3@fake");
      const signature = { task: "ts.add", args: [1, 2] };
      for (const worker of all) worker.gossip.election("e1", "task", signature);
      await until(() => all.some(({ called }) => called.length > 0));
      await until(() => all.every(({ log }) => log.has("'e1'")));
      expect(all.flatMap(({ called }) => called)).toEqual([signature]);
    });

    it("elects the only one", async () => {
      const [one] = await party("w1@fake");
      one.gossip.election("e2", "task", "signature");
      await until(() => one.called.length === 1);
      one.gossip.election("e3", "other", null);
      await until(() => one.log.has("Unknown election topic 'other'"));
    });

    it.skipIf(!celeryAvailable)(
      needsCelery("goes on among real Celery's workers"),
      async () => {
        const [one] = await party("w1@fake");
        const celery = new CeleryProject({ broker: `redis://127.0.0.1:${target.port}/0` });
        try {
          const theirs = await celery.worker(["-n", "py@fake", "-c", "1", "-l", "debug"]);
          await until(() => one.gossip.aliveNodes.includes("py@fake"));
          await theirs.seen(/w1@fake joined the party/);
          // An election ends only where all acknowledge it.
          const acknowledged = new Set<string>();
          await using receiver = new EventReceiver({ redis, db: 0, topic: "worker.#" });
          receiver.onEvent(({ type, hostname, id }) => {
            if (type === "worker-elect-ack" && id === "e4") acknowledged.add(hostname);
          });
          await receiver.start();
          one.gossip.election("e4", "other", null);
          await until(() => acknowledged.size === 2);
          expect([...acknowledged].sort()).toEqual(["py@fake", "w1@fake"]);
          await until(() => one.log.has("Unknown election topic 'other'"));
          await theirs.stop("SIGTERM");
          await until(() => one.log.has("py@fake left"));
          await one.stop();
          expect(theirs.output).not.toMatch(/missed heartbeat|Traceback|drift/);
        } finally {
          await celery.stop();
        }
      },
      40_000,
    );
  });
}

describe("elections", () => {
  const vote = (clock: number, voter: string) => ({ clock, voter, topic: "task", action: voter });

  it("are won by the lowest clock, then by name, on every node alike", () => {
    const elections = new Elections();
    elections.begin("a");
    for (const one of [vote(5, "c"), vote(3, "b"), vote(3, "a")]) elections.vote("a", one);
    expect(elections.acknowledge("a", "x", ["x", "y"])).toBeUndefined();
    expect(elections.acknowledge("a", "x", ["x", "y"])).toBeUndefined();
    expect(elections.acknowledge("a", "y", ["x", "y"])).toEqual(vote(3, "a"));
    expect(elections.size).toBe(0);
    expect(elections.acknowledge("a", "y", [])).toBeUndefined();
  });

  it("of others are none of ours", () => {
    const elections = new Elections();
    elections.vote("a", vote(1, "b"));
    expect(elections.acknowledge("a", "x", ["x"])).toBeUndefined();
  });
});
