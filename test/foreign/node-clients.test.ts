/** Other clients of Node.js, and BullMQ, at the mini server. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MiniServer } from "../../src/server/index.js";
import { foreignPackage, needsPackages, packagesProblem } from "./npm-packages.js";

/** What the scenarios use of packages without types here: methods that answer something, by name. */
// biome-ignore lint/suspicious/noExplicitAny: the types of foreign packages are not installed
type Foreign = any;

let server: MiniServer;
beforeAll(async () => {
  server = await MiniServer.start();
});
afterAll(() => server.close());

describe.skipIf(packagesProblem !== undefined)(needsPackages("clients"), () => {
  it("ioredis: pipelines, transactions, scripts, scans, messages", async () => {
    const { Redis } = foreignPackage<Foreign>("ioredis");
    const redis = new Redis(server.port);
    const sub = new Redis(server.port);
    const message = new Promise((resolve) => sub.once("message", (...words: string[]) => resolve(words)));
    await sub.subscribe("io:c");
    expect(await redis.pipeline().set("io:a", 1).incr("io:a").exec()).toEqual([
      [null, "OK"],
      [null, 2],
    ]);
    expect(await redis.multi().incr("io:a").lpush("io:a", 1).exec()).toMatchObject([
      [null, 3],
      [{ name: "ReplyError" }],
    ]);
    redis.defineCommand("double", { numberOfKeys: 1, lua: "return redis.call('GET', KEYS[1]) * ARGV[1]" });
    expect([await redis.double("io:a", 2), await redis.double("io:a", 3)]).toEqual([6, 9]);
    const keys: string[] = [];
    for await (const found of redis.scanStream({ match: "io:*" })) keys.push(...found);
    expect(keys).toEqual(["io:a"]);
    expect(await redis.getBuffer("io:a")).toEqual(Buffer.from("3"));
    await redis.publish("io:c", "hello");
    expect(await message).toEqual(["io:c", "hello"]);
    redis.disconnect();
    sub.disconnect();
  });

  it.each([2, 3])("node-redis with RESP%d", async (RESP) => {
    const { createClient } = foreignPackage<Foreign>("redis");
    const redis = await createClient({ url: server.url, RESP }).connect();
    const sub = await redis.duplicate().connect();
    expect(await redis.multi().set("nr:a", 1).incr("nr:a").exec()).toEqual(["OK", 2]);
    await redis.hSet("nr:h", { a: "1", b: "2" });
    expect({ ...(await redis.hGetAll("nr:h")) }).toEqual({ a: "1", b: "2" });
    await redis.zAdd("nr:z", [{ score: 1.5, value: "m" }]);
    expect(await redis.zRangeWithScores("nr:z", 0, -1)).toEqual([{ value: "m", score: 1.5 }]);
    const message = new Promise((resolve) => sub.subscribe("nr:c", resolve));
    await expect.poll(() => redis.publish("nr:c", "hello")).toBe(1);
    expect(await message).toBe("hello");
    const id = await redis.xAdd("nr:s", "*", { f: "v" });
    expect(await redis.xRead({ key: "nr:s", id: "0" })).toMatchObject([
      { messages: [{ id, message: { f: "v" } }] },
    ]);
    await redis.del("nr:s");
    sub.destroy();
    redis.destroy();
  });

  it("valkey-glide", async () => {
    const { GlideClient, Script } = foreignPackage<Foreign>("@valkey/valkey-glide");
    const redis = await GlideClient.createClient({ addresses: [{ host: "127.0.0.1", port: server.port }] });
    expect([await redis.set("g:a", "1"), await redis.incr("g:a"), await redis.get("g:a")]).toEqual([
      "OK",
      2,
      "2",
    ]);
    expect(
      await redis.invokeScript(new Script("return {KEYS[1], ARGV[1]}"), { keys: ["k"], args: ["v"] }),
    ).toEqual(["k", "v"]);
    await expect(redis.lpush("g:a", ["x"])).rejects.toThrow("WRONGTYPE");
    redis.close();
  });
});

describe.skipIf(packagesProblem !== undefined)(needsPackages("BullMQ"), () => {
  it("queues, delays, retries, flows, repeats, pauses and counts", async () => {
    const { FlowProducer, Queue, QueueEvents, Worker } = foreignPackage<Foreign>("bullmq");
    const connection = { host: "127.0.0.1", port: server.port, maxRetriesPerRequest: null };
    const queue = new Queue("q", { connection });
    const events = new QueueEvents("q", { connection });
    await events.waitUntilReady();
    let failures = 0;
    const work = async (job: Foreign): Promise<number> => {
      if (job.name === "flaky" && failures++ < 2) throw new Error("not yet");
      return job.data.x * 2;
    };
    const worker = new Worker("q", work, { connection, concurrency: 4 });
    const jobs = [
      await queue.add("plain", { x: 2 }),
      await queue.add("urgent", { x: 3 }, { priority: 1 }),
      await queue.add("later", { x: 4 }, { delay: 150 }),
      await queue.add("flaky", { x: 5 }, { attempts: 5, backoff: { type: "fixed", delay: 20 } }),
    ];
    expect(await Promise.all(jobs.map((job: Foreign) => job.waitUntilFinished(events)))).toEqual([
      4, 6, 8, 10,
    ]);
    const flow = new FlowProducer({ connection });
    const children = [1, 2, 3].map((x) => ({ name: "child", queueName: "q", data: { x } }));
    const tree = await flow.add({ name: "parent", queueName: "q", data: { x: 10 }, children });
    expect(await tree.job.waitUntilFinished(events)).toBe(20);
    expect(Object.values(await tree.job.getChildrenValues()).sort()).toEqual([2, 4, 6]);
    const repeated = new Promise<void>((resolve) =>
      worker.on("completed", (job: Foreign) => job.name === "tick" && resolve()),
    );
    await queue.upsertJobScheduler("s", { every: 100 }, { name: "tick", data: { x: 1 } });
    await repeated;
    await queue.removeJobScheduler("s");
    await queue.pause();
    expect(await queue.isPaused()).toBe(true);
    await queue.resume();
    expect((await queue.getJobCounts()).failed).toBe(0);
    await worker.close();
    await queue.obliterate({ force: true });
    expect(server.keys().filter((key) => key.startsWith("bull:"))).toEqual([]);
    await Promise.all([events.close(), flow.close(), queue.close()]);
  });
});
