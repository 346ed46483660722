/** PubSub through the client: kinds of subscriptions, sharing, handlers, loss, reconnects. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Message, PoolOptions, PubSub, PubSubOptions, Redis } from "../../src/index.js";
import { onEveryServer, type Place } from "../tools/clients.js";

/** Wait until `condition` holds. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries > 1000) throw new Error("it never came to pass");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The next message that is no confirmation. */
const next = (sub: PubSub) => sub.getMessage({ timeout: 2000, ignoreSubscribe: true });

/** Everything that can be taken now. */
async function all(sub: PubSub): Promise<Message[]> {
  const taken: Message[] = [];
  for (let one = await sub.getMessage(); one !== null; one = await sub.getMessage()) taken.push(one);
  return taken;
}

onEveryServer("PubSub", (start) => {
  let place: Place;
  let redis: Redis;
  const others: Redis[] = [];
  beforeAll(async () => {
    place = await start();
  });
  afterAll(() => place.stop());
  beforeEach(() => {
    redis = place.client();
  });
  afterEach(async () => {
    await Promise.all([redis, ...others.splice(0)].map((client) => client.close()));
  });

  function client(options: PoolOptions): Redis {
    const other = place.client(options);
    others.push(other);
    return other;
  }

  /** Cut the connections of every subscriber called `name`. */
  async function cut(name: string): Promise<void> {
    const lines = (await redis.call<string>("CLIENT", "LIST")).split("\n");
    const cuttable = lines.filter((line) => line.includes(`name=${name} `) && !/ sub=0 psub=0/.test(line));
    for (const line of cuttable) await redis.call("CLIENT", "KILL", "ID", /id=(\d+)/.exec(line)?.[1] ?? "0");
    expect(cuttable.length).toBeGreaterThan(0);
  }

  for (const protocol of [2, 3] as const) {
    for (const shared of [false, true]) {
      it(`takes messages of all kinds under RESP${protocol}${shared ? ", shared" : ""}`, async () => {
        const sub = client({ protocol }).pubsub({ shared });
        await sub.subscribe("a", "b");
        await sub.psubscribe("a*");
        await sub.ssubscribe("s");
        expect(await all(sub)).toEqual([
          { type: "subscribe", pattern: null, channel: "a", data: 1 },
          { type: "subscribe", pattern: null, channel: "b", data: 2 },
          { type: "psubscribe", pattern: null, channel: "a*", data: 3 },
          { type: "ssubscribe", pattern: null, channel: "s", data: 1 },
        ]);
        for (const data of ["1", "2", "héllo", ""]) {
          await redis.publish("a", data);
          expect(await next(sub)).toEqual({ type: "message", pattern: null, channel: "a", data });
          expect(await next(sub)).toEqual({ type: "pmessage", pattern: "a*", channel: "a", data });
          await redis.spublish("s", data);
          expect(await next(sub)).toEqual({ type: "smessage", pattern: null, channel: "s", data });
        }
        await sub.unsubscribe("a", "nothing");
        await sub.punsubscribe();
        await sub.sunsubscribe("s");
        expect((await all(sub)).map(({ type, channel, data }) => `${type} ${channel} ${data}`)).toEqual([
          "unsubscribe nothing 3",
          "unsubscribe a 2",
          "punsubscribe a* 1",
          "sunsubscribe s 0",
        ]);
        expect(await redis.publish("a", "unheard")).toBe(0);
        expect(await redis.publish("b", "heard")).toBe(1);
        expect(await next(sub)).toMatchObject({ channel: "b", data: "heard" });
        await sub.close();
        await until(async () => (await redis.publish("b", "gone")) === 0);
      });
    }

    it(`keeps runs of messages to alternating channels apart under RESP${protocol}`, async () => {
      const sub = client({ protocol }).pubsub({ maxBuffered: 100_000 });
      await sub.subscribe("one", "two", "oné");
      await sub.psubscribe("tw?");
      const sent: string[] = [];
      const pipeline: Promise<unknown>[] = [];
      for (let i = 0; i < 3000; i++) {
        const channel = ["one", "two", "oné"][Math.floor(i / ((i % 7) + 1)) % 3];
        const data = `${i}${"é".repeat(i % 5 === 0 ? i % 90 : 0)}${"x".repeat(i % 131)}`;
        sent.push(`${channel} ${data}`);
        pipeline.push(redis.publish(channel, data));
      }
      await Promise.all(pipeline);
      const got: string[] = [];
      let patterns = 0;
      while (got.length < sent.length || patterns < sent.filter((one) => one.startsWith("two")).length) {
        const message = await next(sub);
        if (message?.type === "pmessage") patterns++;
        else got.push(`${message?.channel} ${message?.data}`);
      }
      expect(got).toEqual(sent);
      await sub.close();
    });

    it(`gives a gap after everything is subscribed again under RESP${protocol}`, async () => {
      const name = `cut-${protocol}`;
      const one = client({ protocol, connectionName: name });
      const sub = one.pubsub();
      const handled: string[] = [];
      const gaps: unknown[] = [];
      sub.on("gap", (gap) => gaps.push(gap));
      await sub.subscribe("polled");
      await sub.psubscribe("han*", ({ data }) => handled.push(data));
      await sub.ssubscribe("shard");
      await all(sub);
      for (let round = 1; round <= 2; round++) {
        await cut(name);
        expect(await next(sub)).toEqual({ type: "gap", pattern: null, channel: null, data: null });
        expect(gaps.length).toBe(round);
        // When the gap has been told, nothing more is lost.
        expect(await redis.publish("polled", "x")).toBe(1);
        expect(await redis.publish("handled", `${round}`)).toBe(1);
        expect(await redis.spublish("shard", "y")).toBe(1);
        expect([await next(sub), await next(sub)]).toMatchObject([{ data: "x" }, { data: "y" }]);
        await until(() => handled.length === round);
      }
      await sub.close();
    });
  }

  it("works with the other parser", async () => {
    const sub = client({ parser: "redis-parser" }).pubsub();
    await sub.subscribe("a");
    for (const data of ["1", "2", "3"]) await redis.publish("a", data);
    expect([await next(sub), await next(sub), await next(sub)]).toMatchObject([
      { channel: "a", data: "1" },
      { channel: "a", data: "2" },
      { channel: "a", data: "3" },
    ]);
    await sub.close();
  });

  it("a thousand objects share one connection, and none cuts another", async () => {
    const many = client({ maxConnections: 3 });
    const subs = Array.from({ length: 1000 }, () => many.pubsub({ shared: true }));
    const got = new Array<number>(1000).fill(0);
    await Promise.all(
      subs.map((sub, i) =>
        sub.subscribe(["all", `own${i}`], ({ channel, data }) => {
          got[i] += channel === "all" || data === `${i}` ? 1 : Number.NaN;
        }),
      ),
    );
    expect(many.pool.statistics().lent).toBe(1);
    expect(await redis.publish("all", "x")).toBe(1);
    await redis.publish("own7", "7");
    await until(() => got[7] === 2 && got.every((count, i) => i === 7 || count === 1));
    // Half of them go, some by ending the subscription, some altogether.
    await Promise.all(
      subs.map((sub, i) => (i % 4 === 0 ? sub.unsubscribe("all") : i % 4 === 1 ? sub.close() : undefined)),
    );
    expect(await redis.publish("own0", "0")).toBe(1);
    await until(async () => (await redis.publish("own1", "1")) === 0);
    expect(await redis.publish("all", "x")).toBe(1);
    await until(() =>
      got.every(
        (count, i) => count === (i % 4 === 0 || i % 4 === 1 ? 1 : 2) + (i === 7 ? 1 : i === 0 ? 1 : 0),
      ),
    );
    await Promise.all(subs.map((sub) => sub.close()));
    await until(() => many.pool.statistics().lent === 0);
    // The next one begins anew.
    const again = many.pubsub({ shared: true });
    await again.subscribe("all");
    await redis.publish("all", "once more");
    expect(await next(again)).toMatchObject({ data: "once more" });
    await again.close();
  });

  it("sharing: each has its own confirmations, buffer, and gap", async () => {
    const both = client({ connectionName: "shared" });
    const [a, b] = [both.pubsub({ shared: true }), both.pubsub({ shared: true, maxBuffered: 1 })];
    const bytes = both.with({ replies: "buffer" }).pubsub({ shared: true });
    await Promise.all([a.subscribe("c"), b.subscribe("c"), bytes.subscribe("c")]);
    expect(both.pool.statistics().lent).toBe(2);
    expect(await redis.publish("c", "1")).toBe(2);
    expect(await bytes.getMessage({ timeout: 1000, ignoreSubscribe: true })).toMatchObject({
      channel: Buffer.from("c"),
      data: Buffer.from("1"),
    });
    expect(await a.getMessage({ timeout: 1000 })).toMatchObject({ type: "subscribe", data: 1 });
    const mine = await next(a);
    expect(mine).toMatchObject({ data: "1" });
    await until(() => b.dropped === 0 && b.buffered === 1);
    const unused = both.pubsub({ shared: true });
    await b.unsubscribe();
    await cut("shared");
    expect(await next(a)).toMatchObject({ type: "gap" });
    expect((await all(b)).some(({ type }) => type === "gap")).toBe(false);
    expect(await all(unused)).toEqual([]);
    await b.subscribe("c");
    await redis.publish("c", "2");
    expect([await next(a), await next(b)]).toMatchObject([{ data: "2" }, { data: "2" }]);
    await Promise.all([a, b, bytes, unused].map((sub) => sub.close()));
  });

  it("a handler's failure is an event; nobody loses a message by it", async () => {
    const sub = redis.pubsub();
    const failures: [unknown, unknown][] = [];
    const seen: string[] = [];
    // Before anyone listens it is counted, and neither crashes nor prints.
    await sub.subscribe("c", () => {
      throw new Error("sync");
    });
    await sub.subscribe("c", async () => {
      throw new Error("async");
    });
    await sub.subscribe("c", ({ data }) => seen.push(data));
    await sub.subscribe("c");
    await redis.publish("c", "1");
    await until(() => sub.failures === 2);
    sub.on("error", ({ error, message }) => failures.push([(error as Error).message, message?.data]));
    await redis.publish("c", "2");
    await until(() => failures.length === 2);
    expect(failures.sort()).toEqual([
      ["async", "2"],
      ["sync", "2"],
    ]);
    expect(seen).toEqual(["1", "2"]);
    expect([await next(sub), await next(sub)]).toMatchObject([{ data: "1" }, { data: "2" }]);
    await sub.close();
  });

  it("what handlers do to their own subscriptions holds at once", async () => {
    const sub = redis.pubsub();
    const seen: string[] = [];
    await sub.subscribe("c", ({ data }) => {
      seen.push(`a${data}`);
      void sub.unsubscribe("c");
      void sub.subscribe("d", (message) => seen.push(`d${message.data}`));
    });
    await redis.pipeline().publish("c", "1").publish("c", "2").publish("c", "3").exec();
    await until(async () => (await redis.publish("d", "x")) === 1);
    await until(() => seen.length >= 2);
    expect(seen[0]).toBe("a1");
    expect(new Set(seen.slice(1))).toEqual(new Set(["dx"]));
    await sub.close();
  });

  it("only whoever polls gets confirmations; a subscription that is both handled and polled gets both", async () => {
    const sub = redis.pubsub();
    await sub.subscribe("handled", () => {});
    expect(await sub.getMessage()).toBeNull();
    await sub.subscribe("handled");
    expect(await sub.getMessage()).toMatchObject({ type: "subscribe", channel: "handled", data: 1 });
    await sub.close();
  });

  it("bounds what waits, and says what was lost", async () => {
    const publishAll = async (count: number, size = 1) => {
      for (let i = 0; i < count; i++) await redis.publish("c", `${i}`.padStart(size, "0"));
    };
    const open = async (options: PubSubOptions) => {
      const sub = redis.pubsub(options);
      await sub.subscribe("c");
      await sub.getMessage();
      return sub;
    };
    const oldest = await open({ maxBuffered: 3 });
    const newest = await open({ maxBuffered: 3, overflow: "drop-newest" });
    const closing = await open({ maxBuffered: 3, overflow: "close" });
    const bytes = await open({ maxBufferedBytes: 30 });
    const told: number[] = [];
    oldest.on("dropped", ({ dropped }) => told.push(dropped));
    await publishAll(10);
    await until(() => oldest.dropped === 7 && newest.dropped === 7 && closing.dropped === 1);
    const shown = async (sub: PubSub) => (await all(sub)).map(({ type, data }) => `${type} ${data}`);
    expect(await shown(oldest)).toEqual(["dropped 7", "message 7", "message 8", "message 9"]);
    expect(await shown(newest)).toEqual(["message 0", "message 1", "message 2", "dropped 7"]);
    expect(told).toEqual([1]);
    const iterated: string[] = [];
    const failure = await (async () => {
      for await (const { data } of closing) iterated.push(`${data}`);
    })().catch((error: unknown) => error);
    expect(iterated).toEqual(["0", "1", "2"]);
    expect(failure).toMatchObject({ name: "ClosedError", code: "EOVERFLOW" });
    const kept: (string | undefined)[] = [];
    while (kept.length < 10) kept.push((await next(bytes))?.data as string);
    expect(kept).toEqual(Array.from({ length: 10 }, (_, i) => `${i}`));
    // Names count too: 1 + 9 bytes a message; one that is larger than everything costs no other.
    await publishAll(4, 9);
    await redis.publish("c", "x".repeat(100));
    await until(() => bytes.dropped === 2);
    expect(await shown(bytes)).toEqual([
      "dropped 1",
      "message 000000001",
      "message 000000002",
      "message 000000003",
      "dropped 1",
    ]);
    await Promise.all([oldest, newest, bytes].map((sub) => sub.close()));
  });

  it("a message that is no text fails its reader, and no other", async () => {
    const sub = redis.pubsub();
    const errors: unknown[] = [];
    sub.on("error", ({ error }) => errors.push(error));
    await sub.subscribe("polled");
    await sub.subscribe("handled", () => {});
    await sub.getMessage();
    await redis.publish("handled", Buffer.from([0xff]));
    await redis.publish("polled", Buffer.from([0xfe]));
    await redis.publish("polled", "text");
    await expect(sub.getMessage({ timeout: 1000 })).rejects.toMatchObject({ name: "DecodeError" });
    expect(await next(sub)).toMatchObject({ data: "text" });
    expect(errors).toMatchObject([{ name: "DecodeError" }]);
    await sub.close();
  });

  it("what the server refuses is rejected, and leaves the rest alone", async () => {
    await redis.aclSetuser("limited", "on", "nopass", "~*", "+@all", "resetchannels", "&allowed*");
    const limited = client({ username: "limited", password: "any" });
    const sub = limited.pubsub();
    await sub.subscribe("allowed");
    await expect(sub.subscribe("allowed2", "secret")).rejects.toMatchObject({
      code: "NOPERM",
      command: "SUBSCRIBE",
    });
    expect(await redis.publish("allowed2", "x")).toBe(0);
    await sub.subscribe("allowed2");
    await redis.publish("allowed", "x");
    await redis.publish("allowed2", "y");
    expect([await next(sub), await next(sub)]).toMatchObject([{ data: "x" }, { data: "y" }]);
    await sub.close();
    await redis.aclDeluser("limited");
  });

  it("closing ends those who wait, also before there is a connection", async () => {
    const sub = redis.pubsub({ shared: true });
    const subscribed = sub.subscribe("c");
    const taken = sub.getMessage({ timeout: 5000, ignoreSubscribe: true });
    await Promise.all([
      sub.close(),
      expect(subscribed).rejects.toMatchObject({ code: "ECLOSED" }),
      expect(taken).rejects.toMatchObject({ code: "ECLOSED" }),
    ]);
    await expect(sub.subscribe("c")).rejects.toMatchObject({ code: "ECLOSED" });
    await until(() => redis.pool.statistics().lent === 0);
    for (let i = 0; i < 20; i++) {
      const quick = redis.pubsub({ shared: i % 2 === 0 });
      const settled = Promise.allSettled([
        quick.subscribe("a"),
        quick.unsubscribe("a"),
        quick.psubscribe("b"),
      ]);
      if (i % 3 === 0) await settled;
      await quick.close();
      await settled;
    }
    await until(() => redis.pool.statistics().lent === 0);
    expect(() => redis.pubsub({ maxBuffered: 0 })).toThrow(/maxBuffered/);
    expect(() => redis.pubsub({ share: true } as PubSubOptions)).toThrow(/shared/);
  });
});
