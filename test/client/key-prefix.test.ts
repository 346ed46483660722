/** `with({ keyPrefix })`: every key has it on the server, and nobody sees it on this side. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { ArgumentError, type Redis } from "../../src/index.js";
import { onEveryServer, type Place } from "../tools/clients.js";

onEveryServer("keyPrefix", (start) => {
  let place: Place;
  let whole: Redis;
  let redis: Redis;
  beforeAll(async () => {
    place = await start();
    whole = place.client();
    redis = whole.with({ keyPrefix: "app:" });
  });
  afterAll(async () => {
    await whole.close();
    await place.stop();
  });
  beforeEach(() => whole.flushall());

  it("stands before keys wherever they are in a call", async () => {
    await redis.set("a", 1);
    await redis.mset({ b: 2, c: 3 });
    await redis.rename("c", "d");
    await redis.eval("return redis.call('SET', KEYS[1], ARGV[1])", { keys: ["e"], args: ["app-less"] });
    await redis.call("SET", "f", 6);
    await redis.rpush("list", "x");
    await redis.sort("list", { alpha: true, store: "sorted" });
    expect((await whole.keys("*")).sort()).toEqual(
      ["app:a", "app:b", "app:d", "app:e", "app:f", "app:list", "app:sorted"].sort(),
    );
    expect(await redis.mget("a", "b", "nothing")).toEqual(["1", "2", null]);
    expect(await redis.exists("a", "b", "d")).toBe(3);
    expect(await redis.objectEncoding("a")).toBe("int");
    expect(await redis.del("a", "b")).toBe(2);
  });

  it("is taken off the keys of KEYS, SCAN and RANDOMKEY, and others are not seen", async () => {
    await whole.mset({ other: 1, "app:a": 1, "app:b*": 2 });
    expect((await redis.keys("*")).sort()).toEqual(["a", "b*"]);
    expect(await redis.keys("a")).toEqual(["a"]);
    const found: string[] = [];
    let cursor = "0";
    do {
      const page = await redis.scan(cursor, { count: 1 });
      found.push(...page.keys);
      cursor = page.cursor;
    } while (cursor !== "0");
    expect(found.sort()).toEqual(["a", "b*"]);
    expect((await redis.scan(0, { match: "b*", count: 100 })).keys).toEqual(["b*"]);
    await whole.del("other");
    expect(["a", "b*"]).toContain(await redis.randomkey());
    await whole.flushall();
    expect(await redis.randomkey()).toBeNull();
    await whole.set("other", 1);
    await expect(redis.randomkey()).rejects.toMatchObject({ name: "DecodeError", value: "other" });
  });

  it("is matched to the letter, whatever its characters mean in a pattern", async () => {
    const odd = whole.with({ keyPrefix: "a*[b]?\\:" });
    await whole.mset({ "a*[b]?\\:k": 1, "aXb?\\:k": 2, "axxb?:k": 3 });
    expect(await odd.keys("*")).toEqual(["k"]);
    expect(await odd.get("k")).toBe("1");
    await expect(odd.sort("list", { by: "w:*" })).rejects.toThrow(/SORT cannot be called with keyPrefix/);
  });

  it("is taken off the keys of blocking and popping commands", async () => {
    await redis.rpush("l", "1", "2", "3");
    expect(await redis.blpop("l", 1)).toEqual({ key: "l", value: "1" });
    expect(await redis.brpop(["none", "l"], 1)).toEqual({ key: "l", value: "3" });
    expect(await redis.lmpop("l", "left")).toEqual({ key: "l", values: ["2"] });
    await redis.call("ZADD", "z", 1, "m", 2, "n", 3, "o");
    expect(await redis.bzpopmin("z", 1)).toMatchObject({ key: "z", member: "m" });
    expect(await redis.zmpop("z", "min")).toMatchObject({ key: "z" });
    expect(await redis.bzmpop(1, "z", "max")).toMatchObject({ key: "z" });
    expect(await redis.blpop("l", 0.01)).toBeNull();
  });

  it("is taken off the keys of XREAD and XREADGROUP, in either protocol", async () => {
    const old = place.client({ protocol: 2 });
    for (const client of [redis, old.with({ keyPrefix: "app:" })]) {
      await redis.del("s");
      await client.xadd("s", { f: "v" }, { id: "1-1" });
      await client.xgroupCreate("s", "g", 0);
      expect((await client.xread({ s: 0 }))?.map(({ key }) => key)).toEqual(["s"]);
      expect((await client.xreadgroup("g", "c", { s: ">" }))?.map(({ key }) => key)).toEqual(["s"]);
      expect(await client.xread({ s: "1-1" })).toBeNull();
    }
    await old.close();
  });

  it("stands before the patterns of SORT", async () => {
    await redis.rpush("ids", 1, 2);
    await redis.mset({ w1: 20, w2: 10, n1: "one", n2: "two" });
    expect(await redis.sort("ids", { by: "w*", get: ["#", "n*"] })).toEqual(["2", "two", "1", "one"]);
    expect(await redis.sort("ids", { by: "nosort" })).toEqual(["1", "2"]);
  });

  it("holds in pipelines, transactions, sessions and views of the view", async () => {
    expect(await redis.pipeline().set("a", 1).keys("*").exec()).toEqual(["OK", ["a"]]);
    expect(await redis.multi().incr("a").get("a").keys("*").exec()).toEqual([2, "2", ["a"]]);
    const sum = await redis.transaction("a", async (tx) => {
      const n = Number(await tx.get("a"));
      return tx
        .multi()
        .set("a", n + 40)
        .get("a")
        .exec();
    });
    expect(sum).toEqual(["OK", "42"]);
    await using session = await redis.dedicated();
    expect(await session.get("a")).toBe("42");
    const deeper = redis.with({ keyPrefix: "user:", replies: "buffer" });
    await deeper.set("x", "y");
    expect(await whole.get("app:user:x")).toBe("y");
    expect(await deeper.keys("*")).toEqual([Buffer.from("x")]);
    expect(await deeper.with({ replies: "text" }).keys("*")).toEqual(["x"]);
  });

  it("a watched key is the one with the prefix", async () => {
    await whole.set("app:n", 1);
    let runs = 0;
    const result = await redis.transaction("n", async (tx) => {
      if (++runs === 1) await whole.set("app:n", 5);
      const n = Number(await tx.get("n"));
      return tx
        .multi()
        .set("n", n + 1)
        .exec();
    });
    expect([result, runs, await whole.get("app:n")]).toEqual([["OK"], 2, "6"]);
  });

  it("may be bytes, also such as are no text", async () => {
    const bytes = Buffer.from([0xff, 0x2a, 0x00]);
    const view = whole.with({ keyPrefix: bytes, replies: "buffer" });
    await view.set("k", "v");
    await view.set(Buffer.from([0xfe]), "w");
    expect(await view.get("k")).toEqual(Buffer.from("v"));
    expect((await view.keys("*")).map((key) => key.toString("hex")).sort()).toEqual(["6b", "fe"]);
    expect(await whole.get(Buffer.concat([bytes, Buffer.from("k")]))).toBe("v");
  });

  it("leaves channels and commands without keys alone", async () => {
    expect(await redis.ping()).toBe("PONG");
    const sub = redis.pubsub();
    await sub.subscribe("news");
    expect(await whole.publish("news", "x")).toBe(1);
    expect(await redis.publish("news", "y")).toBe(1);
    await sub.close();
  });

  it("refuses what has keys that cannot be known, before anything is sent", async () => {
    for (const call of [
      () => redis.call("NO.SUCH.COMMAND", "k"),
      () => redis.call("FT.SEARCH", "index", "*"),
      () => redis.call("TS.MGET", "FILTER", "a=b"),
      () => redis.call("OBJECT", Buffer.from("ENCODING"), "k"),
      () => redis.pipeline().set("a", 1).call("NO.SUCH", "k").exec(),
    ]) {
      await expect(call()).rejects.toBeInstanceOf(ArgumentError);
      await expect(call()).rejects.toThrow(/cannot be called with keyPrefix.*whole keys/);
    }
    expect(await whole.dbsize()).toBe(0);
  });

  it("refuses a prefix that is none, and arguments that are no keys", async () => {
    expect(() => whole.with({ keyPrefix: 5 as never })).toThrow(/keyPrefix is 5; allowed: a string/);
    await expect(redis.get(undefined as never)).rejects.toThrow(/Argument 1 of GET is undefined/);
    expect(await redis.with({ keyPrefix: "" }).set("a", 1)).toBe("OK");
    expect(await whole.keys("*")).toEqual(["app:a"]);
  });
});
