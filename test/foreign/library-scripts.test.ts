/**
 * The Lua scripts of real libraries. Each library works at a mini server that notes every request; the requests are
 * then sent again, one by one, to redis-server and to another mini server, and replies and data are compared.
 */
import { createServer, type IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { MiniServer } from "../../src/server/index.js";
import { redisAvailable, startRedis, type Target } from "../tools/redis-server.js";
import { type Node, RawClient, show } from "../tools/witness.js";
import { foreignPackage, needsPackages, packagesProblem } from "./npm-packages.js";

// biome-ignore lint/suspicious/noExplicitAny: the types of foreign packages are not installed
type Foreign = any;

interface Noted {
  readonly client: number;
  readonly args: readonly string[];
}

/** What depends on who and when it is asked, or would wait. */
const LEFT_OUT =
  /^(INFO|CLIENT|HELLO|AUTH|MONITOR|(UN)?SUBSCRIBE|P(UN)?SUBSCRIBE|XREAD|PING|QUIT|COMMAND|TIME)$/i;

/** Let a library work, and note what it sends. */
async function requestsOf(scenario: (port: number) => Promise<void>): Promise<Noted[]> {
  const server = await MiniServer.start();
  const noted: Noted[] = [];
  const { engine } = server;
  const execute = engine.executeInBatch.bind(engine);
  engine.executeInBatch = (session, args) => {
    if (!LEFT_OUT.test(args[0])) noted.push({ client: session.id, args });
    return execute(session, args);
  };
  try {
    await scenario(server.port);
  } finally {
    await server.close();
  }
  return noted;
}

/** Do not wait for what nobody will bring. */
function impatient(args: readonly string[]): readonly string[] {
  const name = args[0].toUpperCase();
  return /^(BZPOPMIN|BZPOPMAX|BRPOPLPUSH|BLMOVE|BLPOP|BRPOP)$/.test(name)
    ? [...args.slice(0, -1), "0.01"]
    : args;
}

async function replay(port: number, noted: readonly Noted[]): Promise<{ replies: string[]; data: string[] }> {
  const clients = new Map<number, RawClient>();
  const replies: string[] = [];
  try {
    for (const { client, args } of noted) {
      const raw = clients.get(client) ?? (await RawClient.connect(port));
      clients.set(client, raw);
      replies.push(shown(await raw.call(...impatient(args))));
    }
    const reader = await RawClient.connect(port);
    clients.set(0, reader);
    return { replies, data: await dataOf(reader) };
  } finally {
    for (const raw of clients.values()) raw.close();
  }
}

/** A reply without ids that the server's clock has made, and with times to live to the nearest ten seconds. */
function shown(node: Node): string {
  return show(node)
    .replace(/\b1[0-9]{12}-\d+\b/g, "<id>")
    .replace(/:([0-9]{5,6})\b/g, (_, digits: string) => `:${Math.round(Number(digits) / 10_000) * 10_000}`);
}

/** The parts of a reply in any order: that of the fields of a large hash is nobody's promise. */
function unordered(reply: string): string {
  return (reply.match(/"(?:[^"\\]|\\.)*"|[^\s,[\]"]+/g) ?? []).sort().join(" ");
}

const READ: Readonly<Record<string, readonly string[]>> = {
  string: ["GET"],
  list: ["LRANGE", "0", "-1"],
  hash: ["HGETALL"],
  set: ["SMEMBERS"],
  zset: ["ZRANGE", "0", "-1", "WITHSCORES"],
  stream: ["XRANGE", "-", "+"],
};

async function dataOf(client: RawClient): Promise<string[]> {
  const keys = (await client.call("KEYS", "*")).value as readonly Node[];
  const lines: string[] = [];
  for (const { value } of keys) {
    const key = String(value);
    const type = String((await client.call("TYPE", key)).value);
    const [command, ...rest] = READ[type];
    const node = await client.call(command, key, ...rest);
    const items = node.type === "*" ? (node.value ?? []).map(shown) : [shown(node)];
    const inAnyOrder = type === "set" || type === "hash";
    const expires = Number((await client.call("TTL", key)).value) >= 0;
    lines.push(`${key} ${type} ${expires} ${(inAnyOrder ? items.sort() : items).join(" ")}`);
  }
  return lines.sort();
}

async function compare(scenario: (port: number) => Promise<void>, scripts: number): Promise<void> {
  const noted = await requestsOf(scenario);
  const sources = new Set(
    noted.flatMap(({ args }) => (/^(EVAL|SCRIPT)$/i.test(args[0]) ? [args.at(2) ?? ""] : [])),
  );
  const shas = new Set(noted.flatMap(({ args }) => (/^EVALSHA$/i.test(args[0]) ? [args[1]] : [])));
  expect(Math.max(sources.size, shas.size), "scripts that were run").toBeGreaterThanOrEqual(scripts);
  const mini = await MiniServer.start();
  const redis: Target = await startRedis();
  try {
    const [ours, theirs] = [await replay(mini.port, noted), await replay(redis.port, noted)];
    const at = ours.replies.findIndex((reply, i) => unordered(reply) !== unordered(theirs.replies[i]));
    const where = at === -1 ? "" : `request ${at}: ${noted[at].args.join(" ").slice(0, 500)}`;
    expect([where, ours.replies[at]]).toEqual([where, theirs.replies[at]]);
    expect(ours.data).toEqual(theirs.data);
  } finally {
    await mini.close();
    await redis.stop();
  }
}

const missing = packagesProblem !== undefined || !redisAvailable;

describe.skipIf(missing)(
  redisAvailable ? needsPackages("scripts of") : "scripts of (skipped: no redis-server)",
  () => {
    it("BullMQ", async () => {
      await compare(async (port) => {
        const { FlowProducer, Queue, QueueEvents, Worker } = foreignPackage<Foreign>("bullmq");
        const connection = { host: "127.0.0.1", port, maxRetriesPerRequest: null };
        const queue = new Queue("q", { connection });
        const events = new QueueEvents("q", { connection });
        const flow = new FlowProducer({ connection });
        await events.waitUntilReady();
        let failures = 0;
        const work = async (job: Foreign): Promise<number> => {
          await job.updateProgress(50);
          await job.log("a line");
          if (job.name === "flaky" && failures++ < 1) throw new Error("not yet");
          if (job.name === "broken") throw new Error("broken");
          return job.data.x * 2;
        };
        await queue.add("waiting", { x: 1 }, { jobId: "remove-me" });
        await queue.remove("remove-me");
        const early = await queue.add("changed", { x: 1 }, { delay: 60_000, priority: 3 });
        await early.updateData({ x: 7 });
        await early.changeDelay(30_000);
        await early.changePriority({ priority: 1 });
        await early.promote();
        const worker = new Worker("q", work, { connection, concurrency: 2 });
        const added = await queue.addBulk([
          { name: "a", data: { x: 2 } },
          { name: "b", data: { x: 3 }, opts: { priority: 2 } },
          { name: "c", data: { x: 4 }, opts: { delay: 50 } },
          { name: "flaky", data: { x: 5 }, opts: { attempts: 3, backoff: 10 } },
        ]);
        await Promise.all([early, ...added].map((job: Foreign) => job.waitUntilFinished(events)));
        const broken = await queue.add("broken", {});
        await broken.waitUntilFinished(events).catch(() => {});
        await broken.retry();
        await broken.waitUntilFinished(events).catch(() => {});
        const children = [1, 2].map((x) => ({ name: "child", queueName: "q", data: { x } }));
        const tree = await flow.add({ name: "parent", queueName: "q", data: { x: 10 }, children });
        await tree.job.waitUntilFinished(events);
        await tree.job.getDependencies();
        await queue.upsertJobScheduler("s", { every: 60_000 }, { name: "tick", data: { x: 1 } });
        await queue.removeJobScheduler("s");
        await queue.getJobCounts();
        await queue.getJobs();
        await queue.getCountsPerPriority([0, 1, 2]);
        await queue.pause();
        await queue.add("paused", { x: 1 });
        await queue.resume();
        await worker.close();
        await queue.clean(0, 1);
        await queue.trimEvents(5);
        await queue.drain();
        await queue.retryJobs();
        await Promise.all([events.close(), flow.close(), queue.close()]);
      }, 12);
    });

    it("redlock", async () => {
      await compare(async (port) => {
        const { Redis } = foreignPackage<Foreign>("ioredis");
        const Redlock = foreignPackage<Foreign>("redlock");
        const redis = new Redis(port);
        const redlock = new (Redlock.default ?? Redlock)([redis], { retryCount: 1, retryDelay: 5 });
        const lock = await redlock.lock(["r:a", "r:b"], 20_000);
        await redlock.lock("r:a", 1000).catch(() => {});
        const longer = await lock.extend(30_000);
        await redlock.lock("r:c", 20_000);
        await longer.unlock();
        redis.disconnect();
      }, 3);
    });

    it("rate-limiter-flexible", async () => {
      await compare(async (port) => {
        const { Redis } = foreignPackage<Foreign>("ioredis");
        const { RateLimiterRedis } = foreignPackage<Foreign>("rate-limiter-flexible");
        const redis = new Redis(port);
        const limiter = new RateLimiterRedis({
          storeClient: redis,
          points: 3,
          duration: 100,
          blockDuration: 200,
        });
        for (let i = 0; i < 5; i++) await limiter.consume("user").catch(() => {});
        await limiter.penalty("user", 2);
        await limiter.reward("other", 1);
        await limiter.block("third", 50);
        await limiter.get("user");
        await limiter.delete("other");
        redis.disconnect();
      }, 1);
    });

    it("bee-queue", async () => {
      await compare(async (port) => {
        const BeeQueue = foreignPackage<Foreign>("bee-queue");
        const queue = new BeeQueue("bee", { redis: { host: "127.0.0.1", port }, activateDelayedJobs: true });
        let failures = 0;
        const finished = new Promise<void>((resolve) => {
          let left = 3;
          queue.on("succeeded", () => --left === 0 && resolve());
        });
        queue.process(2, async (job: Foreign) => {
          if (job.data.flaky === true && failures++ < 1) throw new Error("not yet");
          return job.data;
        });
        await queue.createJob({ x: 1 }).save();
        await queue.createJob({ flaky: true }).retries(2).save();
        await queue
          .createJob({ x: 2 })
          .delayUntil(Date.now() + 30)
          .save();
        await finished;
        await queue.checkHealth();
        await queue.removeJob(1);
        await queue.close(1000);
      }, 3);
    });

    it("connect-redis", async () => {
      await compare(async (port) => {
        const { createClient } = foreignPackage<Foreign>("redis");
        const { RedisStore } = foreignPackage<Foreign>("connect-redis");
        const session = foreignPackage<Foreign>("express-session");
        const client = await createClient({ url: `redis://127.0.0.1:${port}` }).connect();
        const store = new RedisStore({ client, prefix: "sess:" });
        const handler = session({ store, secret: "s", resave: false, saveUninitialized: true });
        const web = createServer((request: IncomingMessage, response) => {
          handler(request, response, () => {
            const { session } = request as Foreign;
            session.visits = (session.visits ?? 0) + 1;
            response.end(String(session.visits));
          });
        });
        await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", () => resolve()));
        const address = web.address();
        const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`;
        const first = await fetch(url);
        const cookie = first.headers.get("set-cookie")?.split(";")[0] ?? "";
        expect(await (await fetch(url, { headers: { cookie } })).text()).toBe("2");
        await store.ids();
        await store.all();
        await store.clear();
        web.closeAllConnections();
        web.close();
        client.destroy();
      }, 0);
    });
  },
);
