/** Cache-aside: one loads, the others wait, and nothing outdated stays. */
import { expect, it } from "vitest";
import type { TextCodec } from "../../src/index.js";
import { CacheAside } from "../../src/recipes/index.js";
import { withClients } from "../tools/clients.js";
import { until } from "../tools/waiting.js";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

withClients("CacheAside", (client) => {
  it("loads once for all processes, and keeps it for its time", async () => {
    let loads = 0;
    const load = async (id: string) => {
      loads++;
      await sleep(20);
      return { id, name: "Ada" };
    };
    const caches = [1, 2, 3].map(() => new CacheAside(client(), { ttl: 150, load }));
    const all = () => Promise.all(Array.from({ length: 30 }, (_, i) => caches[i % 3].get("1")));
    expect(new Set((await all()).map(String))).toHaveLength(1);
    expect((await all())[29]).toEqual({ id: "1", name: "Ada" });
    expect(loads).toBe(1);
    expect(caches[0].get("1")).toBe(caches[0].get("1"));
    await until(async () => (await client().exists("cache:1")) === 0);
    await all();
    expect(loads).toBe(2);
  });

  it("keeps null as a value, and nothing of a load that fails", async () => {
    let loads = 0;
    const cache = new CacheAside<string | null>(client(), {
      ttl: 60_000,
      load: (id) => {
        loads++;
        if (id === "broken" && loads < 3) throw new Error("the source is away");
        return id === "missing" ? null : id;
      },
    });
    expect([await cache.get("missing"), await cache.get("missing")]).toEqual([null, null]);
    expect(loads).toBe(1);
    await expect(cache.get("broken")).rejects.toThrow("the source is away");
    expect(await cache.get("broken")).toBe("broken");
  });

  it("what was read from the source before a change never stays after it", async () => {
    let source = "old";
    let proceed = () => {};
    const other = new CacheAside<string>(client(), { ttl: 60_000, load: () => source });
    const slow = new CacheAside<string>(client(), {
      ttl: 60_000,
      load: async () => {
        const value = source;
        await new Promise<void>((resolve) => {
          proceed = resolve;
        });
        return value;
      },
    });
    const reading = slow.get("1");
    await until(async () => (await client().exists("cache:1")) === 1);
    await sleep(5);
    source = "new";
    await other.invalidate("1");
    expect(await other.get("1")).toBe("new");
    proceed();
    expect(await reading).toBe("old");
    expect(await slow.get("1")).toBe("new");
    expect(await other.get("1")).toBe("new");
  });

  it("in one process, who asks after a change is not given what was asked for before", async () => {
    let source = "old";
    const answers: (() => void)[] = [];
    const cache = new CacheAside<string>(client(), {
      ttl: 60_000,
      load: () => {
        const value = source;
        return new Promise((resolve) => void answers.push(() => resolve(value)));
      },
    });
    const before = cache.get("1");
    await until(() => answers.length === 1);
    source = "new";
    const invalidated = cache.invalidate("1");
    const after = cache.get("1");
    await invalidated;
    await until(() => answers.length === 2);
    for (const answer of answers) answer();
    expect([await before, await after, await cache.get("1")]).toEqual(["old", "new", "new"]);
  });

  it("goes on when the one that loads has died", async () => {
    const redis = client();
    await redis.set("cache:1", "!somebody", { px: 60 });
    const cache = new CacheAside(redis, { ttl: 60_000, load: () => "loaded" });
    expect(await cache.get("1")).toBe("loaded");
    await redis.set("cache:2", "!somebody");
    const waiting = cache.get("2");
    await sleep(30);
    await cache.set("2", "given");
    expect(await waiting).toBe("given");
  });

  it("forgets by tags, what is being loaded too, and when the version of a tag is lost", async () => {
    let source = 1;
    const options = {
      ttl: 60_000,
      load: () => source,
      tags: (id: string) => ["all", `even:${Number(id) % 2 === 0}`],
    };
    const [cache, other] = [new CacheAside(client(), options), new CacheAside(client(), options)];
    const ask = async () => [await cache.get("1"), await other.get("2")];
    expect(await ask()).toEqual([1, 1]);
    source = 2;
    expect(await ask()).toEqual([1, 1]);
    await other.invalidateTags("even:true");
    expect(await ask()).toEqual([1, 2]);
    source = 3;
    await cache.invalidateTags("all");
    expect(await ask()).toEqual([3, 3]);
    source = 4;
    await client().del("cache:tag:all");
    expect(await ask()).toEqual([4, 4]);
    expect(await client().pttl("cache:tag:all")).toBeGreaterThan(500_000);
    let proceed = () => {};
    const slow = new CacheAside(client(), {
      ...options,
      load: () => {
        const value = source;
        return new Promise<number>((resolve) => {
          proceed = () => resolve(value);
        });
      },
    });
    await cache.invalidate("1");
    const reading = slow.get("1");
    await until(async () => (await client().get("cache:1"))?.startsWith("!") === true);
    await sleep(5);
    source = 5;
    await cache.invalidateTags("all");
    proceed();
    expect(await reading).toBe(4);
    await expect(cache.get("tag:all")).rejects.toMatchObject({ name: "ArgumentError" });
    expect(await cache.get("1")).toBe(5);
  });

  it("works with a codec and with a client-side cache", async () => {
    const dates: TextCodec<Date> = { encode: (date) => date.toISOString(), decode: (text) => new Date(text) };
    const redis = client({ cache: true });
    await redis.connect();
    await until(() => redis.pool.cache?.active === true);
    let loads = 0;
    const cache = new CacheAside(redis, {
      ttl: 60_000,
      codec: dates,
      load: () => {
        loads++;
        return new Date(0);
      },
    });
    for (let i = 0; i < 10; i++) expect(await cache.get("1")).toEqual(new Date(0));
    expect(loads).toBe(1);
    expect(redis.pool.cache?.statistics().hits).toBeGreaterThan(5);
    await new CacheAside(client(), { ttl: 1000, load: () => 0 }).invalidate("1");
    await until(async () => {
      await cache.get("1");
      return loads === 2;
    });
  });

  it.each<[object]>([
    [{ ttl: 1 }],
    [{ load: () => 1 }],
    [{ load: () => 1, ttl: 1, codec: {} }],
    [{ load: () => 1, ttl: 1, tag: () => [] }],
  ])("refuses %o", (options) => {
    expect(() => new CacheAside(client(), options as never)).toThrow(
      expect.objectContaining({ name: "OptionError" }),
    );
  });
});
