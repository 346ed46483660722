/** Codecs: values of a user's own in the commands that carry values. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { ArgumentError, type Codec, DecodeError, json, OptionError, type Redis } from "../../src/index.js";
import { onEveryServer, type Place } from "../tools/clients.js";

interface User {
  name: string;
  born?: number;
}
const ada: User = { name: "Ada", born: 1815 };
const alan: User = { name: "Alan ü" };

onEveryServer("codecs", (start) => {
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

  const users = () => redis.values(json<User>());

  it("carry strings", async () => {
    expect(await users().set("u", ada)).toBe("OK");
    expect(await redis.get("u")).toBe(JSON.stringify(ada));
    expect(await users().get("u")).toEqual(ada);
    expect(await users().get("none")).toBeNull();
    expect(await users().set("u", alan, { get: true })).toEqual(ada);
    expect(await users().set("u", ada, { nx: true })).toBeNull();
    expect(await users().set("new", ada, { nx: true, get: true })).toBeNull();
    expect(await users().getset("u", ada)).toEqual(alan);
    expect(await users().getex("u", { ex: 100 })).toEqual(ada);
    expect(await redis.ttl("u")).toBe(100);
    expect(await users().getdel("u")).toEqual(ada);
    expect(await users().mset({ a: ada, b: alan })).toBe("OK");
    expect(await users().mset(new Map([["c", ada]]))).toBe("OK");
    expect(await users().mget("a", "none", "b")).toEqual([ada, null, alan]);
    expect(await users().setnx("a", alan)).toBe(false);
  });

  it("carry fields of hashes", async () => {
    expect(await users().hset("h", { ada, alan })).toBe(2);
    expect(await users().hset("h", new Map([[1, ada]]))).toBe(1);
    expect(await users().hget("h", "ada")).toEqual(ada);
    expect(await users().hmget("h", "alan", "none")).toEqual([alan, null]);
    expect(await users().hgetall("h")).toEqual({ ada, alan, 1: ada });
    expect(await users().hvals("h")).toHaveLength(3);
    expect(await users().hsetnx("h", "ada", alan)).toBe(false);
  });

  it("carry values of lists", async () => {
    expect(await users().rpush("l", ada, alan)).toBe(2);
    expect(await users().lpush("l", alan)).toBe(3);
    expect(await users().lrange("l", 0, -1)).toEqual([alan, ada, alan]);
    expect(await users().lindex("l", 1)).toEqual(ada);
    expect(await users().lset("l", 0, ada)).toBe("OK");
    expect(await users().lrem("l", 0, alan)).toBe(1);
    expect(await users().lpop("l")).toEqual(ada);
    expect(await users().rpop("l", 5)).toEqual([ada]);
    expect(await users().lpop("l", 5)).toBeNull();
    await users().rpush("l", ada, alan);
    expect(await users().blpop(["none", "l"], 1)).toEqual({ key: "l", value: ada });
    expect(await users().brpop("l", 1)).toEqual({ key: "l", value: alan });
  });

  it("carry lists as values, too", async () => {
    const lists = redis.values(json<number[]>());
    expect(await lists.rpush("l", [1, 2])).toBe(1);
    expect(await lists.lrange("l", 0, -1)).toEqual([[1, 2]]);
  });

  it("carry members of sets and sorted sets", async () => {
    expect(await users().sadd("s", ada, alan)).toBe(2);
    expect(await users().sismember("s", ada)).toBe(true);
    expect(await users().srem("s", alan)).toBe(1);
    expect(await users().smembers("s")).toEqual([ada]);
    expect(await users().spop("s")).toEqual(ada);
    expect(await users().zadd("z", { member: ada, score: 1815 })).toBe(1);
    expect(await users().zadd("z", [{ member: alan, score: 1912 }], { ch: true })).toBe(1);
    expect(await users().zadd("z", { member: alan, score: 1 }, { incr: true })).toBe(1913);
    expect(await users().zrange("z", 0, -1)).toEqual([ada, alan]);
    expect(await users().zrange("z", 1900, "+inf", { by: "score", withScores: true })).toEqual([
      { member: alan, score: 1913 },
    ]);
    expect(await users().zscore("z", ada)).toBe(1815);
    expect(await users().zrank("z", alan)).toBe(1);
    expect(await users().zincrby("z", 1, ada)).toBe(1816);
    expect(await users().zpopmax("z")).toEqual({ member: alan, score: 1913 });
    expect(await users().bzpopmin("z", 1)).toEqual({ key: "z", member: ada, score: 1816 });
    expect(await users().zpopmin("z")).toBeNull();
    expect(await users().zrem("z", ada)).toBe(0);
  });

  it("carry messages", async () => {
    const sub = redis.pubsub();
    await sub.subscribe("news");
    expect(await users().publish("news", ada)).toBe(1);
    const message = await sub.getMessage({ timeout: 5000, ignoreSubscribe: true });
    expect(JSON.parse(String(message?.data))).toEqual(ada);
    await sub.close();
  });

  it("go with pipelines, sessions, batches of ordinary commands", async () => {
    const codec = json<User>();
    const replies = await redis
      .pipeline()
      .values(codec)
      .set("u", ada)
      .values(codec)
      .get("u")
      .incr("n")
      .exec();
    expect(replies).toEqual(["OK", ada, 1]);
    expect(await redis.multi().values(codec).get("u").exec()).toEqual([ada]);
    await using session = await redis.dedicated();
    expect(await session.values(codec).get("u")).toEqual(ada);
  });

  it("give the same in every view", async () => {
    await users().set("u", alan);
    const view = redis.with({ replies: "buffer", integers: "bigint" }).values(json<User>());
    expect(await view.get("u")).toEqual(alan);
    expect(await view.rpush("l", ada)).toBe(1n);
    expect(await view.blpop("l", 1)).toEqual({ key: "l", value: ada });
  });

  it("work behind a key prefix", async () => {
    const mine = redis.with({ keyPrefix: "mine:" }).values(json<User>());
    await mine.rpush("l", ada);
    expect(await mine.blpop(["none", "l"], 1)).toEqual({ key: "l", value: ada });
    await mine.mset({ a: ada });
    expect(await redis.get("mine:a")).toBe(JSON.stringify(ada));
  });

  it("carry bytes", async () => {
    const squares: Codec<Uint8Array> = {
      name: "squares",
      replies: "buffer",
      encode: (value) => value.map((byte) => byte ^ 0xff),
      decode: (bytes) => Uint8Array.from(bytes, (byte) => byte ^ 0xff),
    };
    const bytes = redis.values(squares);
    await bytes.set("b", Uint8Array.of(0, 255));
    expect(await redis.with({ replies: "buffer" }).get("b")).toEqual(Buffer.from([255, 0]));
    expect(await bytes.get("b")).toEqual(Uint8Array.of(0, 255));
    await bytes.hset("h", { f: Uint8Array.of(1) });
    expect(await bytes.hgetall("h")).toEqual({ f: Uint8Array.of(1) });
    await bytes.rpush("l", Uint8Array.of(2));
    expect(await bytes.blpop("l", 1)).toEqual({ key: "l", value: Uint8Array.of(2) });
  });

  it("name the command, never the value, when a value cannot be decoded", async () => {
    await redis.pipeline().set("secret", "hunter2").set("good", "{}").exec();
    const error = await users()
      .mget("good", "secret")
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DecodeError);
    expect(error).toMatchObject({ command: "MGET", value: "hunter2", cause: expect.any(SyntaxError) });
    expect((error as Error).message).toBe(
      "MGET (2 keys): the codec json could not decode a value; see error.cause",
    );
  });

  it("send nothing when a value cannot be encoded", async () => {
    const anything = redis.values(json<unknown>());
    for (const value of [undefined, () => 1, Number.NaN, 1n, Symbol("x")]) {
      const error = await anything.set("k", value).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(ArgumentError);
      expect((error as Error).message).toMatch(/^SET \(1 key\): the codec json could not encode a value/);
    }
    const broken = redis.values({ encode: () => 5 as never, decode: String });
    await expect(broken.sadd("s", "x")).rejects.toThrow(
      /^SADD \(1 key\): the codec encoded a value as number/,
    );
    expect(() => redis.pipeline().values(json()).set("k", undefined)).toThrow(ArgumentError);
    expect(await redis.dbsize()).toBe(0);
  });

  it("may check what they read", async () => {
    const checked = redis.values(
      json({
        check: (value): User => {
          if (typeof (value as User).name !== "string") throw new TypeError("no user");
          return value as User;
        },
      }),
    );
    await redis.mset({ good: '{"name":"Ada"}', bad: '{"nom":"Ada"}' });
    expect(await checked.get("good")).toEqual({ name: "Ada" });
    await expect(checked.get("bad")).rejects.toMatchObject({ cause: new TypeError("no user") });
  });

  it("are checked themselves", () => {
    expect(() => redis.values({} as never)).toThrow(OptionError);
    expect(() => redis.values({ encode: String, decode: String, replies: "bytes" } as never)).toThrow(
      OptionError,
    );
    expect(() => json({ check: 5 as never })).toThrow(OptionError);
  });
});
