/** The client-side cache: what comes from memory, and that it never comes too late. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OptionError, type PoolOptions, Redis } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";
import { withClients } from "../tools/clients.js";
import { type FakeServer, type Script, startFake } from "../tools/fake-server.js";
import { until } from "../tools/waiting.js";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function stoppable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

/** How many reads a client has had from memory. */
function hits(redis: Redis): number {
  return redis.pool.cache?.statistics().hits ?? -1;
}

withClients("a client-side cache", (client) => {
  let other: Redis;
  beforeEach(() => {
    other = client();
  });

  /** A client with a cache that is at work. */
  async function caching(cache: PoolOptions["cache"] = true, options: PoolOptions = {}): Promise<Redis> {
    const redis = client({ cache, ...options });
    await redis.connect();
    await until(() => redis.pool.cache?.active === true);
    return redis;
  }

  /** Cut the connections on which the server tells of changes. */
  async function cutTracked(): Promise<void> {
    for (const { id, flags } of await other.clientList())
      if (flags.includes("t")) await other.clientKill({ id });
  }

  it("answers reads from memory, and asks again when somebody has changed their keys", async () => {
    const redis = await caching();
    await other.set("k", "1");
    expect(await redis.get("k")).toBe("1");
    const { bytesOut } = redis.pool.statistics();
    for (let i = 0; i < 10; i++) expect(await redis.get("k")).toBe("1");
    expect(redis.pool.statistics().bytesOut).toBe(bytesOut);
    expect(redis.pool.cache?.statistics()).toMatchObject({ hits: 10, misses: 1, entries: 1, keys: 1 });
    await other.set("k", "2");
    await until(async () => (await redis.get("k")) === "2");
    expect(await redis.get("missing")).toBeNull();
    expect(await redis.get("missing")).toBeNull();
    await other.set("missing", "not any more");
    await until(async () => (await redis.get("missing")) !== null);
    await other.flushall();
    await until(async () => (await redis.get("k")) === null && (await redis.get("missing")) === null);
  });

  it("keeps replies of every kind, and gives each caller its own", async () => {
    const redis = await caching();
    await other.pipeline().hset("h", { a: "1", b: "2" }).rpush("l", "x", "y").sadd("s", "m").exec();
    await other
      .pipeline()
      .zadd("z", { member: "m", score: 1.5 })
      .xadd("x", { f: "v" })
      .set("bytes", "text")
      .exec();
    const bytes = redis.with({ replies: "buffer" });
    const big = redis.with({ integers: "bigint" });
    const ask = async () => [
      await redis.hgetall("h"),
      await redis.hget("h", "a"),
      await redis.lrange("l", 0, -1),
      await redis.smembers("s"),
      await redis.zrange("z", 0, -1, { withScores: true }),
      (await redis.xrange("x", "-", "+")).map(({ fields }) => fields),
      await bytes.get("bytes"),
      await redis.get("bytes"),
      await big.llen("l"),
      await redis.llen("l"),
      await redis.mget("bytes", "none"),
      await redis.exists("l", "h", "none"),
      await redis.type("z"),
    ];
    const first = await ask();
    const before = hits(redis);
    const second = await ask();
    expect(hits(redis)).toBe(before + first.length);
    expect(second).toEqual(first);
    const kept = structuredClone(first);
    // Whoever changes what they were given changes no other's.
    (second[0] as Record<string, string>).a = "changed";
    (second[2] as string[]).push("changed");
    (second[6] as Buffer).fill(0);
    (second[10] as string[])[0] = "changed";
    const third = await ask();
    expect(third.map(String)).toEqual(kept.map((one, at) => (at === 6 ? "text" : String(one))));
    expect(third[0]).toEqual(kept[0]);
  });

  it("sends one request for all who ask for the same", async () => {
    const redis = await caching();
    await other.set("k", "v");
    await other.configResetstat();
    expect(new Set(await Promise.all(Array.from({ length: 100 }, () => redis.get("k"))))).toEqual(
      new Set(["v"]),
    );
    const [, calls] = /cmdstat_get:calls=(\d+)/.exec(await other.info("commandstats")) ?? [];
    expect(calls).toBe("1");
    expect(redis.pool.cache?.statistics()).toMatchObject({ misses: 1, joined: 99 });
  });

  it.each([1, 3])("lets who has written read what was written (%i connections)", async (shared) => {
    const redis = await caching(true, { shared });
    const read = async (key: string) => Number(await redis.get(key));
    for (let i = 0; i < 200; i++) {
      const key = `k${i % 3}`;
      await read(key);
      switch (i % 7) {
        case 0:
          await redis.set(key, i);
          break;
        case 1:
          await redis.pipeline().get(key).set(key, i).exec();
          break;
        case 2:
          await redis.multi().get(key).set(key, i).exec();
          break;
        case 3:
          await redis.transaction(key, (tx) => tx.multi().set(key, i).exec());
          break;
        case 4: {
          await using session = await redis.dedicated();
          await session.set(key, i);
          break;
        }
        case 5:
          await redis.eval("return redis.call('SET', KEYS[1], ARGV[1])", { keys: [key], args: [i] });
          break;
        default:
          await redis.setStream(key, [Buffer.from(String(i))], { length: String(i).length });
      }
      expect(await read(key)).toBe(i);
      expect(await read(key)).toBe(i);
    }
    await redis.flushdb();
    expect(await redis.get("k0")).toBeNull();
    // Without waiting for the write.
    if (shared > 1) return;
    for (let i = 1; i <= 50; i++) {
      const before = hits(redis);
      await until(async () => (await redis.get("n")) !== undefined && hits(redis) > before);
      const [, value] = await Promise.all([redis.incr("n"), redis.get("n")]);
      expect(Number(value)).toBe(i);
    }
  });

  it("never goes back in time, while others write", { timeout: 20_000 }, async () => {
    const redis = await caching({ maxBytes: 20_000 }, { shared: 2 });
    const names = Array.from({ length: 50 }, (_, i) => `counter:${i}`);
    const seen = new Map<string, number>();
    let ended = false;
    const writing = (async () => {
      for (let i = 0; i < 4000; i++) {
        const key = names[Math.floor(Math.random() * names.length)];
        if (i % 10 === 0) await other.incr(key);
        else void other.incr(key);
        if (i % 1000 === 999) await cutTracked();
      }
      await other.ping();
      ended = true;
    })();
    const reading = async () => {
      while (!ended) {
        const key = names[Math.floor(Math.random() * names.length)];
        const before = seen.get(key) ?? 0;
        const value =
          Math.random() < 0.5 ? await redis.get(key) : (await redis.pipeline().get(key).exec())[0];
        if (Number(value) < before) expect.fail(`${key} was ${before}, and is ${value}`);
        seen.set(key, Math.max(Number(value), seen.get(key) ?? 0));
      }
    };
    await Promise.all([writing, reading()]);
    const truth = await other.mget(names);
    await until(
      async () =>
        JSON.stringify(await Promise.all(names.map((key) => redis.get(key)))) === JSON.stringify(truth),
    );
    expect(hits(redis)).toBeGreaterThan(0);
  });

  it("knows when keys expire", async () => {
    const redis = await caching();
    await other.set("k", "v", { px: 60 });
    await other.set("l", "v");
    expect(await redis.mget("k", "l")).toEqual(["v", "v"]);
    expect(await redis.get("k")).toBe("v");
    await pause(70);
    expect(await redis.get("k")).toBeNull();
    expect(await redis.mget("k", "l")).toEqual([null, "v"]);
    expect(await redis.get("l")).toBe("v");
  });

  it("uses nothing that is older than ttl, or than a view allows", async () => {
    const redis = await caching({ ttl: 40 });
    await other.set("k", "v");
    await redis.get("k");
    await redis.get("k");
    expect(hits(redis)).toBe(1);
    await redis.with({ maxAge: 0 }).get("k");
    expect(hits(redis)).toBe(1);
    await redis.with({ maxAge: 10_000 }).get("k");
    expect(hits(redis)).toBe(2);
    await pause(30);
    await redis.with({ maxAge: 20 }).get("k");
    expect(hits(redis)).toBe(2);
    await pause(50);
    await redis.get("k");
    expect(hits(redis)).toBe(2);
  });

  it("answers of a batch what it can, and sends the rest", async () => {
    const redis = await caching();
    await other.mset({ a: "1", b: "2", c: "3" });
    await other.rpush("list", "x");
    await redis.get("a");
    const chain = () =>
      redis.pipeline().get("a").get("b").incr("n").get("n").get("list").mget("a", "c").get("b");
    const replies = (n: number) => [
      "1",
      "2",
      n,
      String(n),
      expect.objectContaining({ code: "WRONGTYPE" }),
      ["1", "3"],
      "2",
    ];
    const values = (outcomes: { ok: boolean; value?: unknown; error?: unknown }[]) =>
      outcomes.map((one) => (one.ok ? one.value : one.error));
    expect(values(await chain().execSettled())).toEqual(replies(1));
    const before = hits(redis);
    expect(values(await chain().execSettled())).toEqual(replies(2));
    expect(hits(redis)).toBe(before + 4);
    const { bytesOut } = redis.pool.statistics();
    expect(await redis.pipeline().get("a").get("b").exec()).toEqual(["1", "2"]);
    expect(await redis.batch({ first: (c) => c.get("a"), both: (c) => c.mget("a", "c") })).toEqual({
      first: "1",
      both: ["1", "3"],
    });
    expect(redis.pool.statistics().bytesOut).toBe(bytesOut);
  });

  it("keeps nothing that came by a connection of its own", async () => {
    const redis = await caching();
    await other.set("k", "1");
    await other.rpush("list", "x");
    expect(await redis.pipeline().get("k").blpop("list", 1).exec()).toEqual(["1", expect.anything()]);
    await redis.transaction([], async (tx) => expect(await tx.get("k")).toBe("1"));
    await other.set("k", "2");
    await pause(20);
    expect(await redis.get("k")).toBe("2");
  });

  it("stays within its bytes, and keeps what is read", async () => {
    const redis = await caching({ maxBytes: 100_000 });
    await other.mset(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, "x".repeat(500)])));
    for (let i = 0; i < 1000; i++) {
      await redis.get(`k${i}`);
      await redis.get("k0");
    }
    await pause(10);
    const { bytes, entries, keys, evictions } = redis.pool.cache?.statistics() ?? {};
    expect(bytes).toBeLessThanOrEqual(100_000);
    expect(entries).toBeGreaterThan(50);
    expect(keys).toBe(entries);
    expect(evictions).toBe(1000 - (entries ?? 0));
    expect(hits(redis)).toBe(1000);
    // Larger than everything: it comes, and costs the others nothing.
    await other.set("huge", "x".repeat(200_000));
    expect(await redis.get("huge")).toHaveLength(200_000);
    await until(() => redis.pool.cache?.statistics().entries === entries);
    expect(redis.pool.cache?.statistics()).toMatchObject({ evictions });
  });

  it("with prefixes, keeps what begins with them", async () => {
    await other.mset({ "user:1": "a", "größe:1": "b", "other:1": "c" });
    const redis = await caching({ prefixes: ["user:", "größe:"] });
    const ask = async () => [
      await redis.get("user:1"),
      await redis.get("größe:1"),
      await redis.mget("user:1", "other:1"),
    ];
    await ask();
    await ask();
    expect(hits(redis)).toBe(2);
    await other.set("user:1", "A");
    await until(async () => (await redis.get("user:1")) === "A");
    await other.set("größe:1", "B");
    await until(async () => (await redis.get("größe:1")) === "B");
  });

  it("serves views: prefixes of keys, bytes as keys, codecs, deadlines and signals", async () => {
    const redis = await caching();
    const app = redis.with({ keyPrefix: "app:" });
    await other.set("app:k", "v");
    expect([await app.get("k"), await app.get("k"), await redis.get("app:k")]).toEqual(["v", "v", "v"]);
    expect(hits(redis)).toBe(2);
    await app.set("k", "w");
    expect(await redis.get("app:k")).toBe("w");
    const key = Buffer.from([0xff, 0xfe]);
    await other.set(key, "1");
    expect([await redis.get(key), await redis.get(key)]).toEqual(["1", "1"]);
    expect(hits(redis)).toBe(3);
    await other.set(key, "2");
    await until(async () => (await redis.get(key)) === "2");
    const timed = redis.with({ timeout: 1000, signal: new AbortController().signal });
    await other.set("t", "v");
    expect([await timed.get("t"), await timed.get("t")]).toEqual(["v", "v"]);
    const gone = redis.with({ signal: AbortSignal.abort() });
    await expect(gone.get("t")).rejects.toMatchObject({ code: "EABORT", sent: "no" });
    await expect(gone.pipeline().get("t").exec()).rejects.toMatchObject({ code: "EABORT", sent: "no" });
  });

  it("forgets everything when its connection is lost", async () => {
    const redis = await caching();
    await other.set("k", "1");
    await redis.get("k");
    await cutTracked();
    await other.set("k", "2");
    await until(async () => (await redis.get("k")) === "2");
    await until(() => redis.pool.cache?.active === true);
    await redis.get("k");
    const before = hits(redis);
    expect(await redis.get("k")).toBe("2");
    expect(hits(redis)).toBe(before + 1);
    redis.pool.cache?.clear();
    expect(redis.pool.cache?.statistics()).toMatchObject({ entries: 0, keys: 0, bytes: 0 });
  });

  it("keeps no random choice, no time, and no wrong call", async () => {
    const redis = await caching();
    await other.set("k", "v", { ex: 100 });
    await other.sadd("s", "a", "b");
    for (let i = 0; i < 3; i++) {
      await redis.ttl("k");
      await redis.srandmember("s");
      await redis.scan(0);
      await redis.objectIdletime("k");
      await expect(redis.llen("k")).rejects.toMatchObject({ code: "WRONGTYPE" });
      await expect(redis.get(undefined as never)).rejects.toMatchObject({ name: "ArgumentError" });
    }
    expect(redis.pool.cache?.statistics()).toMatchObject({ hits: 0, entries: 0 });
  });
});

describe("a client-side cache and its server", () => {
  let server: FakeServer;
  let redis: Redis;
  afterEach(async () => {
    await redis?.close({ timeout: 0 });
    await server?.stop();
  });

  const HELLO = "%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n";
  const CHANGED = ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n";

  async function connected(
    script: Script,
    hello: string | null = HELLO,
    options: PoolOptions = {},
  ): Promise<string[]> {
    const warnings: string[] = [];
    server = await startFake(script, hello ?? undefined);
    redis = new Redis({ host: "127.0.0.1", port: server.port, cache: true, ...options });
    redis.on("warning", ({ message }) => warnings.push(message));
    await redis.connect();
    return warnings;
  }

  it("a change that is told before the reply counts, although the reply is of before", async () => {
    let reads = 0;
    await connected(([name]) => {
      if (name === "CLIENT") return "+OK\r\n";
      if (name === "PTTL") return ":-1\r\n";
      reads++;
      return `${reads === 1 ? CHANGED : ""}$1\r\n${reads}\r\n`;
    });
    await until(() => redis.pool.cache?.active === true);
    expect([await redis.get("k"), await redis.get("k"), await redis.get("k")]).toEqual(["1", "2", "2"]);
    expect(reads).toBe(2);
  });

  it("a change that is told between the reply and PTTL counts", async () => {
    let reads = 0;
    await connected(([name]) => {
      if (name === "CLIENT") return "+OK\r\n";
      if (name === "PTTL") return `${reads === 1 ? CHANGED : ""}:-1\r\n`;
      return `$1\r\n${++reads}\r\n`;
    });
    await until(() => redis.pool.cache?.active === true);
    expect(await redis.get("k")).toBe("1");
    await pause(20);
    expect([await redis.get("k"), await redis.get("k")]).toEqual(["2", "2"]);
  });

  it("keeps nothing where the lifetime cannot be known", async () => {
    let reads = 0;
    await connected(([name]) => {
      if (name === "CLIENT") return "+OK\r\n";
      return name === "PTTL" ? "-NOPERM no\r\n" : `$1\r\n${++reads}\r\n`;
    });
    await until(() => redis.pool.cache?.active === true);
    expect(await redis.get("k")).toBe("1");
    await until(() => redis.pool.cache?.statistics().entries === 0);
    expect(await redis.get("k")).toBe("2");
    await redis.pipeline().get("k").exec();
    await redis.exists("k", "l");
    await until(() => redis.pool.cache?.statistics().entries === 0);
  });

  it("what was read elsewhere while a write was on its way is forgotten when it is done", async () => {
    let value = "1";
    let answerPing = () => {};
    let answerSet = () => {};
    await connected(
      ([name], socket) => {
        if (name === "CLIENT") return "+OK\r\n";
        if (name === "PTTL") return ":-1\r\n";
        if (name === "GET") return `$1\r\n${value}\r\n`;
        if (name === "PING") answerPing = () => socket.write("+PONG\r\n");
        if (name === "SET") answerSet = () => socket.write("+OK\r\n");
        return undefined;
      },
      HELLO,
      { shared: 2 },
    );
    await until(() => redis.pool.cache?.active === true);
    // The first connection is busy, so SET goes by the second, and then GET by the first again.
    const pinged = redis.ping();
    const written = redis.set("k", "2");
    await until(() => server.heard.filter(([name]) => name === "SET" || name === "PING").length === 2);
    answerPing();
    await pinged;
    expect(await redis.get("k")).toBe("1");
    await until(async () => (await redis.get("k")) === "1" && hits(redis) > 0);
    value = "2";
    answerSet();
    await written;
    expect(await redis.get("k")).toBe("2");
  });

  it("waits no longer than its own deadline, whoever asks for the same", async () => {
    await connected(([name]) => (name === "CLIENT" ? "+OK\r\n" : undefined));
    await until(() => redis.pool.cache?.active === true);
    const patient = redis.get("k").catch((error) => error.code);
    await expect(redis.with({ timeout: 50 }).get("k")).rejects.toMatchObject({ code: "ETIMEDOUT" });
    const { signal, abort } = stoppable();
    const stopped = redis.with({ signal }).get("k");
    abort();
    await expect(stopped).rejects.toMatchObject({ code: "EABORT" });
    server.cut();
    await redis.close({ timeout: 0 });
    expect(await patient).toBe("ECLOSED");
  });

  it.each<[string, Script, string | null]>([
    ["refuses", ([name]) => (name === "CLIENT" ? "-ERR unknown subcommand\r\n" : "$1\r\nv\r\n"), HELLO],
    ["speaks RESP2 only", () => "$1\r\nv\r\n", null],
  ])("a server that %s is asked for everything, and a warning says so", async (_, script, hello) => {
    const warnings = await connected(script, hello);
    await until(() => warnings.length > 0);
    expect([await redis.get("k"), await redis.get("k")]).toEqual(["v", "v"]);
    expect(server.heard.filter(([name]) => name === "GET")).toHaveLength(2);
    expect(warnings).toEqual([
      expect.stringMatching(/^The option cache has no effect: 127\.0\.0\.1:\d+ does not tell/),
    ]);
    expect(redis.pool.cache?.active).toBe(false);
  });

  it("follows the clock of a mini server", async () => {
    await using mini = await MiniServer.start();
    redis = new Redis({ server: mini, cache: true });
    await redis.connect();
    await until(() => redis.pool.cache?.active === true);
    await redis.set("k", "v", { ex: 60 });
    expect([await redis.get("k"), await redis.get("k")]).toEqual(["v", "v"]);
    mini.clock.advance(61_000);
    await until(async () => (await redis.get("k")) === null);
  });

  it.each<[PoolOptions, string]>([
    [{ cache: { maxBytes: 0 } }, "cache.maxBytes"],
    [{ cache: { ttl: -1 } }, "cache.ttl"],
    [{ cache: { prefixes: ["a", "ab"] } }, "cache.prefixes"],
    [{ cache: { prefixes: [""] } }, "cache.prefixes"],
    [{ cache: { maxSize: 1 } as never }, "cache.maxSize"],
    [{ cache: true, protocol: 2 }, "cache"],
    [{ cache: 1 as never }, "cache"],
  ])("refuses %j", (options, option) => {
    const make = () => new Redis(options);
    expect(make).toThrow(OptionError);
    expect(make).toThrow(expect.objectContaining({ option }));
  });

  it("a pool without it has none", async () => {
    redis = new Redis();
    expect(redis.pool.cache).toBeUndefined();
  });
});
