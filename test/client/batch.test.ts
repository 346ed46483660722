/** Batches: replies by name. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import {
  ArgumentError,
  BatchError,
  OptionError,
  type Redis,
  ReplyError,
  WatchError,
} from "../../src/index.js";
import { onEveryServer, type Place } from "../tools/clients.js";

onEveryServer("batches", (start) => {
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

  it("gives each reply by its name", async () => {
    await redis.set("x", "1");
    const replies = await redis.batch({
      a: (c) => c.get("x"),
      n: (c) => c.incr("y"),
      all: (c) => c.hgetall("none"),
      dumped: (c) => c.dump("x"),
    });
    expect(replies).toEqual({ a: "1", n: 1, all: {}, dumped: expect.any(Buffer) });
    expect(await redis.batch({})).toEqual({});
  });

  it("takes names that objects have by themselves", async () => {
    const entries = Object.fromEntries([["__proto__", (c: { get(key: string): never }) => c.get("x")]]);
    expect(Object.keys(await redis.batch(entries as never))).toEqual(["__proto__"]);
  });

  it("rejects with all replies when a command fails", async () => {
    await redis.set("x", "text");
    const error = await redis.batch({ a: (c) => c.incr("x"), b: (c) => c.get("x") }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(BatchError);
    const { results, command, message, code } = error as BatchError;
    expect(results).toEqual({ a: expect.any(ReplyError), b: "text" });
    expect([command, code]).toEqual(["INCR", "EBATCH"]);
    expect(message).toMatch(/^1 of 2 commands failed, first a \(INCR\): ERR value is not an integer/);
  });

  it("gives the outcome of each", async () => {
    await redis.set("x", "text");
    const { a, b } = await redis.batchSettled({ a: (c) => c.incr("x"), b: (c) => c.get("x") });
    expect(a.ok ? "" : a.error.message).toMatch(/not an integer/);
    expect(b).toEqual({ ok: true, value: "text" });
  });

  it("runs as a transaction", async () => {
    const { a, b } = await redis.batch({ a: (c) => c.incr("n"), b: (c) => c.incr("n") }, { atomic: true });
    expect([a, b]).toEqual([1, 2]);
    const [first] = await Promise.all([
      redis.transaction("n", async (tx) => {
        const n = Number(await tx.get("n"));
        return tx.batch({ n: (c) => c.set("n", n + 1), now: (c) => c.get("n") }, { atomic: true });
      }),
    ]);
    expect(first).toEqual({ n: "OK", now: "3" });
  });

  it("is not executed when a watched key changed", async () => {
    await using session = await redis.dedicated();
    await session.watch("n");
    await redis.set("n", 5);
    await expect(session.batch({ n: (c) => c.incr("n") }, { atomic: true })).rejects.toBeInstanceOf(
      WatchError,
    );
    expect(await redis.get("n")).toBe("5");
  });

  it("respects the view", async () => {
    await redis.set("x", 7);
    const view = redis.with({ replies: "buffer", integers: "bigint" });
    expect(await view.batch({ x: (c) => c.get("x"), n: (c) => c.incr("x") })).toEqual({
      x: Buffer.from("7"),
      n: 8n,
    });
  });

  it("works behind a key prefix", async () => {
    const mine = redis.with({ keyPrefix: "mine:" });
    expect(await mine.batch({ a: (c) => c.set("k", 1), b: (c) => c.keys("*") })).toEqual({
      a: "OK",
      b: ["k"],
    });
    expect(await redis.keys("*")).toEqual(["mine:k"]);
  });

  it("sends nothing when an argument is wrong", async () => {
    const wrong = redis.batch({ a: (c) => c.incr("n"), b: (c) => c.get(undefined as never) });
    await expect(wrong).rejects.toBeInstanceOf(ArgumentError);
    await expect(redis.batch({ a: (() => "x") as never })).rejects.toThrow(/function a of the batch/);
    await expect(redis.batch({}, { atomar: true } as never)).rejects.toBeInstanceOf(OptionError);
    expect(await redis.exists("n")).toBe(0);
  });
});
