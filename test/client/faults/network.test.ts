/** Bad networks between the client and a server: cuts at every byte, single bytes, delays, half-open connections. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ConnectionError, type PoolOptions, Redis } from "../../../src/index.js";
import { MiniServer } from "../../../src/server/index.js";
import { type FaultProxy, startFaultProxy } from "../../tools/fault-proxy.js";
import { failure, until } from "../../tools/waiting.js";

describe("a bad network", () => {
  let server: MiniServer;
  let proxy: FaultProxy;
  const clients: Redis[] = [];
  beforeAll(async () => {
    server = await MiniServer.start();
    proxy = await startFaultProxy(server.port);
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((redis) => redis.close({ timeout: 0 })));
    proxy.cut();
    proxy.fault = "none";
    proxy.delay = 0;
    proxy.cutAfter = undefined;
  });
  afterAll(async () => {
    await proxy.stop();
    await server.close();
  });

  function client(options: PoolOptions = {}): Redis {
    const retry = { attempts: 1000, backoff: { base: 0, cap: 5 } };
    const redis = new Redis({ host: "127.0.0.1", port: proxy.port, retry, ...options });
    clients.push(redis);
    return redis;
  }

  it.each([2, 3] as const)(
    "that cuts at any byte of the replies: each call settles, with its own (RESP%i)",
    async (protocol) => {
      const redis = client({ protocol });
      await redis.flushall();
      await redis.hset("hash", { a: "1", b: "2" });
      await redis.set("text", "some text");
      for (let at = 1; at <= 60; at++) {
        const before = Number((await redis.get("n")) ?? 0);
        proxy.cutAfter = at;
        const outcomes = await Promise.allSettled([
          redis.get("text"),
          redis.incr("n"),
          redis.hgetall("hash"),
          redis.incr("n"),
          redis.exists("text", "hash"),
          redis.zrange("none", 0, -1),
        ]);
        const [text, first, hash, second, exists, none] = outcomes;
        // Reads are repeated until they have their reply.
        expect(text).toMatchObject({ value: "some text" });
        expect(hash).toMatchObject({ value: { a: "1", b: "2" } });
        expect(exists).toMatchObject({ value: 2 });
        expect(none).toMatchObject({ value: [] });
        for (const outcome of [first, second])
          if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ sent: "maybe" });
        if (first.status === "fulfilled") expect(first.value).toBe(before + 1);
        if (second.status === "fulfilled") expect(second.value).toBe(before + 2);
        const after = Number(await redis.get("n"));
        expect(after - before).toBeLessThanOrEqual(2);
        expect(after - before).toBeGreaterThanOrEqual(
          [first, second].filter(({ status }) => status === "fulfilled").length,
        );
      }
    },
  );

  it("that hands over single bytes changes nothing", async () => {
    proxy.fault = "split";
    const redis = client();
    const values = Array.from({ length: 50 }, (_, i) => `${i} ünïcödé 漢字 \r\n`.repeat((i % 5) + 1));
    await Promise.all(values.map((value, i) => redis.set(`k${i}`, value)));
    expect(await redis.mget(values.map((_, i) => `k${i}`))).toEqual(values);
    expect(await redis.pipeline().get("k0").get("k1").strlen("k2").exec()).toHaveLength(3);
    await redis.set("long", "x".repeat(20_000));
    expect(await redis.get("long")).toBe("x".repeat(20_000));
  });

  it("that is slow keeps the order", async () => {
    const redis = client();
    await redis.ping();
    proxy.delay = 15;
    const calls = Array.from({ length: 100 }, (_, i) => redis.echo(`${i}`));
    expect(await Promise.all(calls)).toEqual(calls.map((_, i) => `${i}`));
  });

  it("that loses replies: each write ran once, and each caller is told that it may have", async () => {
    const redis = client({ commandTimeout: 50 });
    await redis.set("n", 0);
    proxy.fault = "no-replies";
    const lost = await Promise.all(Array.from({ length: 20 }, () => failure(redis.incr("n"))));
    for (const error of lost) expect(error).toMatchObject({ name: "TimeoutError", sent: "maybe" });
    // TCP never goes on behind a hole: what lost bytes must end.
    proxy.cut();
    proxy.fault = "none";
    await until(async () => (await redis.get("n").catch(() => null)) === "20");
    expect(await redis.incr("n")).toBe(21);
  });

  it("that leaves connections half open is found out while they idle, and what is called next works", async () => {
    const redis = client({ commandTimeout: 60, pingInterval: 30 });
    await redis.set("a", 1);
    const sub = redis.pubsub();
    await sub.subscribe("news");
    const lost = new Promise<unknown>((resolve) => {
      redis.on("disconnect", ({ error }) => resolve(error));
    });
    const before = proxy.connections;
    proxy.fault = "half-open";
    expect(await lost).toBeInstanceOf(ConnectionError);
    proxy.cut();
    proxy.fault = "none";
    await until(async () => (await redis.get("a").catch(() => null)) === "1");
    expect(proxy.connections).toBeGreaterThan(before);
    // The PubSub is back, too, and says that it was away.
    for (let next = await sub.getMessage({ timeout: 5000 }); next?.type !== "gap"; )
      next = await sub.getMessage({ timeout: 5000 });
    await sub.close();
  });

  it("that resets in the middle of a streamed value is an error in both directions", async () => {
    const redis = client();
    await redis.set("huge", Buffer.alloc(8_000_000, 7));
    const read = (async () => {
      let length = 0;
      for await (const chunk of redis.getStream("huge")) {
        if (length === 0) proxy.reset();
        length += chunk.length;
      }
      return length;
    })();
    expect(await failure(read)).toBeInstanceOf(ConnectionError);
    const chunks = async function* () {
      for (let i = 0; i < 100; i++) {
        if (i === 50) proxy.reset();
        yield Buffer.alloc(80_000, 1);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    for (const options of [{ length: 8_000_000 }, {}])
      expect(await failure(redis.setStream("huge", chunks(), options))).toMatchObject({
        name: "ConnectionError",
        sent: "no",
      });
    const first = await redis.getrange("huge", 0, 0);
    expect(first.charCodeAt(0)).toBe(7);
    expect(await redis.strlen("huge")).toBe(8_000_000);
  });
});
