/** Scans as async iterables. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { OptionError, type Redis } from "../../src/index.js";
import { onEveryServer, type Place } from "../tools/clients.js";

onEveryServer("scan iterators", (start) => {
  let place: Place;
  let redis: Redis;
  beforeAll(async () => {
    place = await start();
  });
  afterAll(() => place.stop());
  beforeEach(async () => {
    redis = place.client();
    await redis.flushall();
  });
  afterEach(() => redis.close());

  const numbered = (count: number, name = "k") => Array.from({ length: count }, (_, i) => `${name}:${i}`);

  async function all<E>(iterable: AsyncIterable<E>): Promise<E[]> {
    const out: E[] = [];
    for await (const element of iterable) out.push(element);
    return out;
  }

  /** How many commands of this name the server has carried out. */
  async function callsOf(command: string): Promise<number> {
    const line = (await redis.info("commandstats"))
      .split("\r\n")
      .find((one) => one.startsWith(`cmdstat_${command}:`));
    return Number(/calls=(\d+)/.exec(line ?? "")?.[1] ?? 0);
  }

  it("gives every key", async () => {
    const keys = numbered(500);
    await redis.mset(Object.fromEntries(keys.map((key) => [key, 1])));
    expect(new Set(await all(redis.scanIterator()))).toEqual(new Set(keys));
    expect(new Set(await all(redis.scanIterator({ match: "k:1*", count: 50 })))).toEqual(
      new Set(keys.filter((key) => key.startsWith("k:1"))),
    );
  });

  it("gives keys of one type", async () => {
    await redis.pipeline().set("s", 1).hset("h", { a: 1 }).sadd("set", "a").exec();
    expect(await all(redis.scanIterator({ type: "hash" }))).toEqual(["h"]);
  });

  it("gives nothing where there is nothing", async () => {
    expect(await all(redis.scanIterator())).toEqual([]);
    expect(await all(redis.scanIterator().pages())).toEqual([]);
    expect(await all(redis.hscanIterator("none"))).toEqual([]);
  });

  it("gives whole pages", async () => {
    await redis.mset(Object.fromEntries(numbered(300).map((key) => [key, 1])));
    const pages = await all(redis.scanIterator({ count: 50 }).pages());
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.every((page) => page.length > 0)).toBe(true);
    expect(new Set(pages.flat()).size).toBe(300);
  });

  it("asks for the next page only when it is wanted", async () => {
    await redis.mset(Object.fromEntries(numbered(1000).map((key) => [key, 1])));
    const before = await callsOf("scan");
    for await (const _ of redis.scanIterator({ count: 10 })) break;
    for await (const _ of redis.scanIterator({ count: 10 }).pages()) break;
    expect((await callsOf("scan")) - before).toBeLessThanOrEqual(4);
  });

  it("scans anew at each loop", async () => {
    await redis.set("a", 1);
    const scan = redis.scanIterator();
    expect(await all(scan)).toEqual(["a"]);
    await redis.set("b", 1);
    expect((await all(scan)).sort()).toEqual(["a", "b"]);
  });

  it("gives the fields of hashes, small and large, with their values", async () => {
    await redis.hset("small", { name: "Ada", __proto__x: 1 });
    expect(await all(redis.hscanIterator("small"))).toEqual([
      ["name", "Ada"],
      ["__proto__x", "1"],
    ]);
    await redis.hset("large", Object.fromEntries(numbered(1000, "f").map((field, i) => [field, i])));
    const fields = new Map(await all(redis.hscanIterator("large", { count: 100 })));
    expect(fields.size).toBe(1000);
    expect(fields.get("f:77")).toBe("77");
    expect(new Map(await all(redis.hscanIterator("large", { match: "f:99?" }))).size).toBe(10);
  });

  it("gives the members of sets and sorted sets", async () => {
    const members = numbered(700, "m");
    await redis.sadd("s", members);
    expect(new Set(await all(redis.sscanIterator("s")))).toEqual(new Set(members));
    await redis.zadd("z", [
      { member: "a", score: 1.5 },
      { member: "b", score: Number.POSITIVE_INFINITY },
    ]);
    expect(await all(redis.zscanIterator("z"))).toEqual([
      { member: "a", score: 1.5 },
      { member: "b", score: Number.POSITIVE_INFINITY },
    ]);
  });

  it("gives the same under RESP2", async () => {
    const old = place.client({ protocol: 2 });
    await redis.pipeline().hset("h", { a: 1 }).zadd("z", { a: 2 }).exec();
    expect(await all(old.hscanIterator("h"))).toEqual([["a", "1"]]);
    expect(await all(old.zscanIterator("z"))).toEqual([{ member: "a", score: 2 }]);
    await old.close();
  });

  it("respects the view", async () => {
    const bytes = redis.with({ replies: "buffer" });
    await redis.hset("h", [[Buffer.from([0xff]), Buffer.from([0xfe])]]);
    expect(await all(bytes.hscanIterator("h"))).toEqual([[Buffer.from([0xff]), Buffer.from([0xfe])]]);
    expect(await all(bytes.scanIterator())).toEqual([Buffer.from("h")]);
    await expect(all(redis.with({ signal: AbortSignal.abort() }).scanIterator())).rejects.toMatchObject({
      code: "EABORT",
    });
  });

  it("scans what lies behind a key prefix, and takes that off", async () => {
    const mine = redis.with({ keyPrefix: "mine:" });
    await redis.mset({ "mine:a": 1, "other:a": 1 });
    await mine.hset("h", { a: 1 });
    expect((await all(mine.scanIterator())).sort()).toEqual(["a", "h"]);
    expect(await all(mine.scanIterator({ match: "a*" }))).toEqual(["a"]);
    expect(await all(mine.hscanIterator("h"))).toEqual([["a", "1"]]);
  });

  it("fails as the command does, and refuses wrong options at once", async () => {
    await redis.set("s", 1);
    await expect(all(redis.hscanIterator("s"))).rejects.toMatchObject({ code: "WRONGTYPE" });
    expect(() => redis.scanIterator({ pattern: "x" } as never)).toThrow(OptionError);
    expect(() => redis.scanIterator({ count: 0 })).toThrow(OptionError);
    expect(() => redis.sscanIterator("s", { type: "hash" } as never)).toThrow(OptionError);
  });
});
