/** `maxmemory`: which keys go, when, and who is told. Everything by the public API. */
import { afterEach, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function start(config: Record<string, string>): Promise<{ server: MiniServer; redis: Redis }> {
  const bugs: unknown[] = [];
  const server = await MiniServer.start({ config, seed: 1, onBug: (error) => bugs.push(error) });
  const redis = new Redis(server.url);
  cleanups.push(async () => {
    await redis.close();
    await server.close();
    expect(bugs).toEqual([]);
  });
  return { server, redis };
}

/** 1.5 MB: what redis-server needs for itself, and some 600 values. */
const LIMIT = "1500000";
const VALUE = "v".repeat(1000);
const MANY = 1000;

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}:${i}`);
}

async function fill(redis: Redis, prefix: string, count: number): Promise<void> {
  await Promise.all(names(prefix, count).map((name) => redis.set(name, VALUE)));
}

/** The share of these keys that are still there. */
async function left(redis: Redis, keys: readonly string[]): Promise<number> {
  return Number(await redis.call("EXISTS", ...keys)) / keys.length;
}

async function evicted(redis: Redis): Promise<number> {
  return Number(/evicted_keys:(\d+)/.exec(String(await redis.call("INFO", "stats")))?.[1]);
}

describe("noeviction", () => {
  it("refuses what needs memory, and lets the rest through", async () => {
    const { redis } = await start({ maxmemory: LIMIT });
    await expect(fill(redis, "k", MANY)).rejects.toThrow("OOM command not allowed");
    expect(await redis.get("k:0")).toBe(VALUE);
    expect(await evicted(redis)).toBe(0);
    const size = await redis.dbsize();
    expect(size).toBeGreaterThan(300);
    expect(size).toBeLessThan(MANY);
    expect(await redis.del("k:0", "k:1")).toBe(2);
    expect(await redis.set("again", "fits")).toBe("OK");
  });

  it("has room again when keys expire, shrink or go", async () => {
    const { server, redis } = await start({ maxmemory: LIMIT });
    await expect(redis.setrange("big", 1_000_000, "x")).resolves.toBe(1_000_001);
    await redis.call("PEXPIRE", "big", 10_000);
    await expect(redis.set("more", "x")).rejects.toThrow("OOM");
    server.clock.advance(11_000);
    expect(await redis.set("more", "x")).toBe("OK");
    const some = Array.from({ length: 100 }, () => VALUE);
    for (let i = 0; i < 5; i++) await redis.rpush("list", ...some);
    await redis.setrange("rest", 200_000, "x");
    await expect(redis.rpush("list", "x")).rejects.toThrow("OOM");
    await redis.ltrim("list", 0, 9);
    expect(await redis.rpush("list", "x")).toBe(11);
    await redis.setrange("big", 1_000_000, "x");
    await expect(redis.set("more", "x")).rejects.toThrow("OOM");
    await redis.flushall();
    expect(await redis.set("more", "x")).toBe("OK");
  });
});

describe.each(["allkeys-lru", "allkeys-lfu", "allkeys-random"])("%s", (policy) => {
  it("lets old keys go for new ones and counts them", async () => {
    const { redis } = await start({ maxmemory: LIMIT, "maxmemory-policy": policy });
    await fill(redis, "k", MANY);
    const size = await redis.dbsize();
    expect(size).toBeGreaterThan(300);
    expect(await evicted(redis)).toBe(MANY - size);
  });
});

describe.each(["volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"])("%s", (policy) => {
  it("takes keys with a time to live alone, and refuses when there are none left", async () => {
    const { redis } = await start({ maxmemory: LIMIT, "maxmemory-policy": policy });
    await fill(redis, "keep", 200);
    await Promise.all(names("go", MANY).map((name) => redis.set(name, VALUE, { ex: 1000 })));
    expect(await left(redis, names("keep", 200))).toBe(1);
    expect(await left(redis, names("go", MANY))).toBeLessThan(0.5);
    await expect(fill(redis, "keep2", MANY)).rejects.toThrow("OOM");
    expect(await left(redis, names("go", MANY))).toBe(0);
    expect(await left(redis, names("keep", 200))).toBe(1);
  });
});

describe("the choice", () => {
  it("of LRU falls on what has not been used for long", async () => {
    const { server, redis } = await start({ "maxmemory-policy": "allkeys-lru", "maxmemory-samples": "10" });
    const old = names("old", 200);
    const used = names("used", 200);
    await fill(redis, "old", 200);
    await fill(redis, "used", 200);
    server.clock.advance(60_000);
    await redis.mget(...used);
    await redis.configSet({ maxmemory: "1150000" });
    expect(await evicted(redis)).toBeGreaterThan(150);
    expect(await left(redis, old)).toBeLessThan(0.25);
    expect(await left(redis, used)).toBeGreaterThan(0.9);
  });

  it("of LFU falls on what is used seldom, however lately", async () => {
    const { server, redis } = await start({ "maxmemory-policy": "allkeys-lfu", "maxmemory-samples": "10" });
    const often = names("often", 200);
    await fill(redis, "often", 200);
    for (let round = 0; round < 30; round++) await redis.mget(...often);
    server.clock.advance(30_000);
    await fill(redis, "once", 200);
    await redis.configSet({ maxmemory: "1150000" });
    expect(await left(redis, often)).toBeGreaterThan(0.9);
    expect(await left(redis, names("once", 200))).toBeLessThan(0.25);
  });

  it("of TTL falls on what would expire first", async () => {
    const { redis } = await start({ "maxmemory-policy": "volatile-ttl", "maxmemory-samples": "10" });
    const soon = names("soon", 200);
    const late = names("late", 200);
    await Promise.all(soon.map((name) => redis.set(name, VALUE, { ex: 100 })));
    await Promise.all(late.map((name) => redis.set(name, VALUE, { ex: 10_000 })));
    await redis.configSet({ maxmemory: "1150000" });
    expect(await left(redis, soon)).toBeLessThan(0.25);
    expect(await left(redis, late)).toBeGreaterThan(0.9);
  });

  it("takes in every database", async () => {
    const { redis } = await start({ "maxmemory-policy": "allkeys-random" });
    await fill(redis, "k", 300);
    for (const name of names("k", 300)) await redis.call("MOVE", name, 3);
    expect(await redis.dbsize()).toBe(0);
    await redis.configSet({ maxmemory: "1" });
    expect(await evicted(redis)).toBe(300);
  });
});

describe("eviction", () => {
  it("is told by the evicted event, breaks WATCH and tells clients that track", async () => {
    const { server, redis } = await start({
      "notify-keyspace-events": "Ee",
      "maxmemory-policy": "allkeys-lru",
    });
    const listener = new Redis(server.url);
    cleanups.push(() => listener.close());
    const sub = listener.pubsub();
    await sub.subscribe("__keyevent@0__:evicted");
    await redis.set("k", "v");
    const outcome = redis.transaction(
      ["k"],
      async (tx) => {
        await tx.get("k");
        await redis.configSet({ maxmemory: "1" });
        await redis.configSet({ maxmemory: "0" });
        return tx.multi().set("k", "w").exec();
      },
      { attempts: 1 },
    );
    await expect(outcome).rejects.toThrow();
    const message = await sub.getMessage({ timeout: 1000, ignoreSubscribe: true });
    expect(message).toMatchObject({ channel: "__keyevent@0__:evicted", data: "k" });
    await sub.close();
  });

  it("happens before a command that only reads, too", async () => {
    const { redis } = await start({ "maxmemory-policy": "volatile-lru" });
    await redis.set("k", "v");
    await redis.configSet({ maxmemory: "1" });
    expect(await redis.get("k")).toBe("v");
    await redis.configSet({ "maxmemory-policy": "allkeys-lru" });
    expect(await redis.get("k")).toBeNull();
  });

  it("keeps its measure right through every kind of change", async () => {
    const { server, redis } = await start({ maxmemory: "100mb" });
    const measure = () => server.engine.databases.reduce((sum, { bytes }) => sum + bytes, 0);
    await redis.set("s", VALUE);
    await redis.append("s", VALUE);
    await redis.rpush("l", "a", "b", VALUE);
    await redis.hset("h", { f: VALUE, g: "x" });
    await redis.sadd("set", "a", "b");
    await redis.zadd("z", { score: 1, member: "m" });
    await redis.rename("s", "t");
    await redis.copy("t", "u");
    await redis.call("MOVE", "u", 1);
    await redis.call("SWAPDB", 0, 2);
    expect(measure()).toBeGreaterThan(6000);
    await redis.call("SWAPDB", 0, 2);
    await redis.del("t", "l", "h", "set", "z");
    await redis.call("FLUSHALL");
    expect(measure()).toBe(0);
  });
});
