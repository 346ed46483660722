/** Keyspace notifications, typed: what is subscribed to, what the server must be told, what comes. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { KeyspaceEvent, KeyspaceEvents, Redis } from "../../src/index.js";
import { onEveryServer, type Place } from "../tools/clients.js";

/** The next `count` events. */
async function take<T>(events: KeyspaceEvents<T>, count: number): Promise<KeyspaceEvent<T>[]> {
  const taken: KeyspaceEvent<T>[] = [];
  for await (const event of events) if (taken.push(event) === count) break;
  return taken;
}

onEveryServer("keyspace events", (start) => {
  let place: Place;
  let redis: Redis;
  beforeAll(async () => {
    place = await start();
    redis = place.client();
  });
  afterAll(async () => {
    await redis.close();
    await place.stop();
  });
  beforeEach(async () => {
    await redis.flushall();
    await redis.configSet("notify-keyspace-events", "");
  });
  const setting = async () =>
    [...((await redis.configGet("notify-keyspace-events"))["notify-keyspace-events"] ?? "")].sort().join("");

  it("says what is missing when the server is not set up", async () => {
    await expect(redis.keyspaceEvents()).rejects.toMatchObject({ name: "RedisError", code: "ENOTIFY" });
    await redis.configSet("notify-keyspace-events", "Kx");
    await expect(redis.keyspaceEvents({ events: ["expired"] })).rejects.toThrow(/"xK" and lacks E\b/);
    await expect(redis.keyspaceEvents({ events: ["set", "expired"], keys: "k*" })).rejects.toThrow(
      /lacks \$\. Pass configure: true/,
    );
    expect(redis.pool.statistics().lent).toBe(0);
    await (await redis.keyspaceEvents({ events: ["expired"], keys: "k*" })).close();
    await expect(redis.keyspaceEvents({ db: -1 })).rejects.toThrow(/db/);
    await expect(redis.keyspaceEvents({ events: [] })).rejects.toThrow(/events/);
    await expect(redis.keyspaceEvents({ evnts: ["set"] } as object)).rejects.toThrow(/evnts/);
  });

  it("switches on what is missing, and leaves what is set", async () => {
    await redis.configSet("notify-keyspace-events", "Kx");
    const events = await redis.keyspaceEvents({ events: ["set", "keymiss"], configure: true });
    expect(await setting()).toBe([..."KEx$m"].sort().join(""));
    await redis.get("nothing");
    await redis.set("k", "v");
    await redis.del("k");
    await redis.set("a:b", "v");
    expect(await take(events, 3)).toEqual([
      { db: 0, key: "nothing", event: "keymiss" },
      { db: 0, key: "k", event: "set" },
      { db: 0, key: "a:b", event: "set" },
    ]);
    await events.close();
    await using every = await redis.keyspaceEvents({ configure: true });
    expect(await setting()).toBe([..."AKEm"].sort().join(""));
    await redis.lpush("l", "x");
    expect(await take(every, 1)).toEqual([{ db: 0, key: "l", event: "lpush" }]);
  });

  it("by key, in any database, to a handler", async () => {
    await redis.configSet("notify-keyspace-events", "AKE");
    const got: KeyspaceEvent[] = [];
    const failures: unknown[] = [];
    const events = await redis.keyspaceEvents(
      { events: ["set", "del"], keys: "user:*", db: "all", shared: true },
      (event) => {
        got.push(event);
        if (event.event === "del") throw new Error("mine");
      },
    );
    events.on("error", ({ error }) => failures.push(error));
    const third = place.client({ db: 3 });
    await third.set("user:1", "x");
    await third.append("user:1", "y");
    await third.set("other", "x");
    await redis.set("user:2", "x");
    await redis.del("user:2");
    await expect.poll(() => failures.length).toBe(1);
    expect(got).toEqual([
      { db: 3, key: "user:1", event: "set" },
      { db: 0, key: "user:2", event: "set" },
      { db: 0, key: "user:2", event: "del" },
    ]);
    // The client's own database is the default.
    await using own = await third.keyspaceEvents({ events: ["set"] });
    await redis.set("in-zero", "x");
    await third.set("in-three", "x");
    expect(await take(own, 1)).toEqual([{ db: 3, key: "in-three", event: "set" }]);
    await events.close();
    await third.close();
  });

  it("keys that are bytes, in a view of bytes", async () => {
    await redis.configSet("notify-keyspace-events", "AKE");
    const bytes = redis.with({ replies: "buffer" });
    await using byEvent = await bytes.keyspaceEvents({ events: ["set"] });
    await using byKey = await bytes.keyspaceEvents({ keys: Buffer.from([0xff, 0x2a]) });
    await redis.set(Buffer.from([0xff, 0xfe]), "x");
    const expected = [{ db: 0, key: Buffer.from([0xff, 0xfe]), event: "set" }];
    expect(await take(byEvent, 1)).toEqual(expected);
    expect(await take(byKey, 1)).toEqual(expected);
  });

  it("expiry is an event", async () => {
    await using events = await redis.keyspaceEvents({ events: ["expired"], configure: true });
    await redis.set("short", "x", { px: 5 });
    expect(await take(events, 1)).toEqual([{ db: 0, key: "short", event: "expired" }]);
  });
});
