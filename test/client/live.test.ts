/** The client against real servers: replies, round trips, batches, connections, PubSub. */

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type Message, PipelineError, type Redis, ReplyError, WatchError } from "../../src/index.js";
import { onEveryServer, type Place } from "../tools/clients.js";
import { fc } from "../tools/property.js";

onEveryServer("the client", (start) => {
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

  /** Wait until `condition` holds. */
  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await condition()); tries++) {
      if (tries > 1000) throw new Error("it never came to pass");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it("gives the same replies under RESP2, under RESP3, and by the other parser", async () => {
    const clients = [redis, place.client({ protocol: 2 }), place.client({ parser: "redis-parser" })];
    for (const client of clients) {
      await client.flushall();
      const replies = [
        await client.set("s", "1"),
        await client.get("s"),
        await client.incrbyfloat("s", 0.5),
        await client.hset("h", { a: 1, b: "two" }),
        await client.hgetall("h"),
        await client.zadd("z", [
          { member: "a", score: 1.5 },
          { member: "b", score: Number.POSITIVE_INFINITY },
        ]),
        await client.zrange("z", 0, -1, { withScores: true }),
        await client.zscore("z", "b"),
        await client.sadd("set", "x"),
        await client.smembers("set"),
        await client.sismember("set", "x"),
        await client.configGet("maxmemory"),
        await client.eval("return {1, 'two', {3}}"),
      ];
      expect(replies).toEqual([
        "OK",
        "1",
        1.5,
        2,
        { a: "1", b: "two" },
        2,
        [
          { member: "a", score: 1.5 },
          { member: "b", score: Number.POSITIVE_INFINITY },
        ],
        Number.POSITIVE_INFINITY,
        1,
        ["x"],
        true,
        { maxmemory: "0" },
        [1, "two", [3]],
      ]);
    }
    await Promise.all(clients.slice(1).map((client) => client.close()));
  });

  it("carries any text and any bytes there and back", async () => {
    const bytes = redis.with({ replies: "buffer" });
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.string({ unit: "binary", maxLength: 100 }),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.uint8Array({ maxLength: 3000 }), async (written, raw) => {
        const [, , read, readBytes] = await Promise.all([
          redis.set("text", written),
          redis.set("bytes", raw),
          redis.get("text"),
          bytes.get("bytes"),
        ]);
        expect(read).toBe(written);
        expect(readBytes?.equals(raw)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it("refuses to alter: bytes that are no text, integers that a number would round", async () => {
    await redis.set("k", Buffer.from([0xff, 0xfe]));
    await expect(redis.get("k")).rejects.toMatchObject({ name: "DecodeError", command: "GET" });
    await redis.set("n", "9007199254740992");
    await expect(redis.incr("n")).rejects.toMatchObject({ name: "DecodeError", value: 9007199254740993n });
    expect(await redis.with({ integers: "bigint" }).incr("n")).toBe(9007199254740994n);
    expect(await redis.get("other")).toBeNull();
  });

  it("pairs thousands of calls with their own replies", async () => {
    const values = Array.from({ length: 5000 }, (_, i) => `${i}`.repeat((i % 50) + 1));
    await Promise.all(values.map((value, i) => redis.set(`k${i}`, value)));
    expect(await Promise.all(values.map((_, i) => redis.get(`k${i}`)))).toEqual(values);
    expect(await redis.mget(values.map((_, i) => `k${i}`))).toEqual(values);
  });

  it("carries a value of 20 MB", async () => {
    const value = "0123456789abcdef".repeat(1_310_720);
    await redis.set("large", value);
    expect((await redis.get("large")) === value).toBe(true);
    expect(await redis.strlen("large")).toBe(value.length);
  });

  it("pipelines: replies in order; errors in their places", async () => {
    expect(await redis.pipeline().set("foo", "bar").sadd("faz", "baz").incr("n").exec()).toEqual([
      "OK",
      1,
      1,
    ]);
    const error = await redis
      .pipeline()
      .incr("n")
      .lpush("foo", "x")
      .get("foo")
      .exec()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PipelineError);
    const { results } = error as PipelineError;
    expect(results[0]).toBe(2);
    expect(results[1]).toBeInstanceOf(ReplyError);
    expect(results[1]).toMatchObject({ code: "WRONGTYPE", command: "LPUSH" });
    expect(results[2]).toBe("bar");
    expect(await redis.pipeline().exec()).toEqual([]);
  });

  it("transactions: all or nothing", async () => {
    expect(await redis.multi().set("a", 1).incr("a").exec()).toEqual(["OK", 2]);
    const settled = await redis.multi().incr("a").lpush("a", "x").get("a").execSettled();
    expect(settled.map(({ ok }) => ok)).toEqual([true, false, true]);
    const refused = await redis.multi().incr("a").call("GET").execSettled();
    expect(refused).toMatchObject([
      { ok: false, error: { code: "EXECABORT" } },
      { ok: false, error: { code: "ERR" } },
    ]);
    expect(await redis.get("a")).toBe("3");
    expect(await redis.multi().exec()).toEqual([]);
    expect(await redis.with({ replies: "buffer" }).multi().set("b", "x").get("b").exec()).toEqual([
      "OK",
      Buffer.from("x"),
    ]);
    const mixed = await redis
      .multi()
      .set("b", "x")
      .dump("b")
      .get("b")
      .exec()
      .catch((reason: unknown) => reason);
    if (Array.isArray(mixed))
      expect([mixed[0], Buffer.isBuffer(mixed[1]), mixed[2]]).toEqual(["OK", true, "x"]);
  });

  it("a flaw in one reply of a transaction leaves the others, however long they are", async () => {
    await redis.set("binary", Buffer.from([0xff]));
    await redis.rpush(
      "long",
      Array.from({ length: 200_000 }, (_, i) => i),
    );
    const settled = await redis.multi().get("binary").lrange("long", 0, -1).execSettled();
    expect(settled[0]).toMatchObject({ ok: false, error: { name: "DecodeError", command: "GET" } });
    expect(settled[1].ok && settled[1].value.length).toBe(200_000);
  });

  it("transaction(): runs again when a watched key changes", async () => {
    await redis.set("balance", 100);
    let runs = 0;
    const [reply] = await redis.transaction("balance", async (tx) => {
      runs++;
      const balance = Number(await tx.get("balance"));
      if (runs === 1) await redis.set("balance", 50);
      return tx
        .multi()
        .set("balance", balance - 10)
        .exec();
    });
    expect([reply, runs, await redis.get("balance")]).toEqual(["OK", 2, "40"]);
    const always = redis.transaction(
      ["balance"],
      async (tx) => {
        await redis.incr("balance");
        return tx.multi().get("balance").exec();
      },
      { attempts: 2 },
    );
    await expect(always).rejects.toThrow(WatchError);
    await expect(
      redis.transaction(["balance"], () => {
        throw new Error("mine");
      }),
    ).rejects.toThrow("mine");
    expect(redis.pool.statistics()).toMatchObject({ lent: 0 });
  });

  it("parallel transactions lose no update", async () => {
    await redis.set("n", 0);
    await Promise.all(
      Array.from({ length: 10 }, () =>
        redis.transaction(
          ["n"],
          async (tx) =>
            tx
              .multi()
              .set("n", Number(await tx.get("n")) + 1)
              .exec(),
          { attempts: 100 },
        ),
      ),
    );
    expect(await redis.get("n")).toBe("10");
  });

  it("blocking commands hold up nobody else", async () => {
    const popped = redis.blpop("jobs", 0);
    const moved = redis.blmove("from", "to", "left", "right", 5);
    expect(await redis.set("a", 1)).toBe("OK");
    await until(() => redis.pool.statistics().lent === 2);
    await redis.rpush("jobs", "one");
    await redis.rpush("from", "two");
    expect(await popped).toEqual({ key: "jobs", value: "one" });
    expect(await moved).toBe("two");
    expect(await redis.brpop(["x", "y"], 0.02)).toBeNull();
    const [first] = await redis.pipeline().blpop("nothing", 0.02).exec();
    expect(first).toBeNull();
    await until(() => redis.pool.statistics().lent === 0);
    expect(redis.pool.statistics().idle).toBeGreaterThan(0);
  });

  it("lends no more connections than there are, in order", async () => {
    const small = place.client({ maxConnections: 2, acquireTimeout: 60 });
    const held = await small.dedicated();
    await expect(small.dedicated()).rejects.toMatchObject({ code: "EPOOL", sent: "no" });
    const next = small.dedicated();
    await held.release();
    await (await next).release();
    await small.close();
  });

  it("a connection given back is clean, or thrown away", async () => {
    const small = place.client({ maxConnections: 2 });
    const id = async () => {
      await using session = await small.dedicated();
      return session.clientId();
    };
    const first = await id();
    expect(await id()).toBe(first);
    {
      await using session = await small.dedicated();
      await session.watch("a");
      await session.set("a", 1);
    }
    expect(await id()).toBe(first);
    {
      await using session = await small.dedicated();
      expect(await session.multi().get("a").exec()).toEqual(["1"]);
      await session.call("SELECT", 3);
      await session.set("in-three", 1);
    }
    expect(await id()).not.toBe(first);
    expect(await small.exists("in-three")).toBe(0);
    const late = await small.dedicated();
    await late.release();
    await expect(late.get("a")).rejects.toMatchObject({ code: "ECLOSED", sent: "no" });
    await small.close();
  });

  it("selects the database, and names itself", async () => {
    const third = place.client({ db: 3, connectionName: "tester" });
    await third.set("k", "three");
    expect(await redis.get("k")).toBeNull();
    expect(await third.clientGetname()).toBe("tester");
    await third.close();
    const none = place.client({ db: 99 });
    await expect(none.get("k")).rejects.toThrow(/DB index is out of range/);
    await none.close();
  });

  it("PubSub: confirmations and messages, polled", async () => {
    const sub = redis.pubsub();
    await sub.subscribe("my-first-channel", "my-second-channel");
    await sub.psubscribe("my-*");
    const taken: (Message | null)[] = [];
    for (let i = 0; i < 3; i++) taken.push(await sub.getMessage());
    expect(taken).toEqual([
      { type: "subscribe", pattern: null, channel: "my-first-channel", data: 1 },
      { type: "subscribe", pattern: null, channel: "my-second-channel", data: 2 },
      { type: "psubscribe", pattern: null, channel: "my-*", data: 3 },
    ]);
    expect(await redis.publish("my-channel", "Hello")).toBe(1);
    expect(await sub.getMessage({ timeout: 1000 })).toEqual({
      type: "pmessage",
      pattern: "my-*",
      channel: "my-channel",
      data: "Hello",
    });
    expect(await redis.publish("my-first-channel", "x")).toBe(2);
    expect(await sub.getMessage({ timeout: 1000 })).toEqual({
      type: "message",
      pattern: null,
      channel: "my-first-channel",
      data: "x",
    });
    expect(await sub.getMessage({ timeout: 1000 })).toMatchObject({ type: "pmessage", data: "x" });
    expect(await sub.getMessage()).toBeNull();
    expect(await sub.getMessage({ timeout: 10 })).toBeNull();
    await sub.unsubscribe();
    expect(await sub.getMessage()).toMatchObject({ type: "unsubscribe" });
    expect(await sub.getMessage({ ignoreSubscribe: true })).toBeNull();
    await sub.close();
    await expect(sub.getMessage()).rejects.toMatchObject({ code: "ECLOSED" });
  });

  it("PubSub: iterated and handled; a handler's exception is its own", async () => {
    const sub = redis.pubsub();
    const seen: string[] = [];
    await sub.subscribe("handled", ({ data }) => seen.push(data));
    await sub.subscribe("iterated");
    await sub.ssubscribe("sharded");
    for (const text of ["a", "b", "c"])
      await redis.pipeline().publish("handled", text).publish("iterated", text).exec();
    await redis.spublish("sharded", "d");
    const got: string[] = [];
    for await (const message of sub) {
      if (message.type !== "gap") got.push(`${message.type} ${message.data}`);
      if (got.length === 4) break;
    }
    expect(got).toEqual(["message a", "message b", "message c", "smessage d"]);
    expect(seen).toEqual(["a", "b", "c"]);
    const ended = (async () => {
      for await (const _ of sub);
      return "ended";
    })();
    await sub.close();
    expect(await ended).toBe("ended");
  });

  it("PubSub: a slow reader loses messages by count, never by memory", async () => {
    const sub = redis.pubsub({ maxBuffered: 3 });
    const newest = redis.pubsub({ maxBuffered: 3, overflow: "drop-newest" });
    await sub.subscribe("c");
    await newest.subscribe("c");
    await Promise.all([sub.getMessage(), newest.getMessage()]);
    await Promise.all(Array.from({ length: 10 }, (_, i) => redis.publish("c", i)));
    await until(() => sub.dropped === 7 && newest.dropped === 7);
    expect(await sub.getMessage()).toMatchObject({ type: "dropped", data: 7 });
    expect((await sub.getMessage())?.data).toBe("7");
    expect((await newest.getMessage())?.data).toBe("0");
    await sub.close();
    await newest.close();
  });

  it("PubSub: bytes in a view of bytes", async () => {
    const sub = redis.with({ replies: "buffer" }).pubsub();
    await sub.subscribe(Buffer.from([0xff, 1]));
    await redis.publish(Buffer.from([0xff, 1]), Buffer.from([0xfe, 0]));
    expect(await sub.getMessage({ timeout: 1000, ignoreSubscribe: true })).toMatchObject({
      channel: Buffer.from([0xff, 1]),
      data: Buffer.from([0xfe, 0]),
    });
    await sub.close();
  });

  it("PubSub: subscribes again after its connection was cut, and says that there was a gap", async () => {
    for (const protocol of [2, 3] as const) {
      const client = place.client({ protocol, connectionName: "cut-me" });
      const sub = client.pubsub();
      await sub.subscribe("news");
      await sub.psubscribe("n*");
      const lines = (await redis.call<string>("CLIENT", "LIST")).split("\n");
      const line = lines.find((one) => one.includes("name=cut-me") && /\bsub=1\b/.test(one));
      await redis.call("CLIENT", "KILL", "ID", /id=(\d+)/.exec(line ?? "")?.[1] ?? "0");
      const kinds: string[] = [];
      while (!kinds.includes("gap")) kinds.push((await sub.getMessage({ timeout: 2000 }))?.type ?? "none");
      await until(async () => (await redis.publish("news", "after")) === 2);
      expect(await sub.getMessage({ timeout: 2000, ignoreSubscribe: true })).toMatchObject({ data: "after" });
      await sub.close();
      await client.close();
    }
  });

  it("goes on after its connection was cut", async () => {
    await redis.set("a", "1");
    const id = await redis.clientId();
    const other = place.client();
    await other.call("CLIENT", "KILL", "ID", id);
    expect(await redis.get("a")).toBe("1");
    expect(await redis.clientId()).not.toBe(id);
    await other.close();
  });
});
