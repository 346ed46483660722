/** MONITOR: what comes, what is dropped, and how it ends. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type Monitor,
  type MonitoredCommand,
  type MonitorGap,
  type Redis,
  Redis as RedisClient,
} from "../../src/index.js";
import { onEveryServer, type Place } from "../tools/clients.js";
import { startFake } from "../tools/fake-server.js";
import { startFaultProxy } from "../tools/fault-proxy.js";

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries > 1000) throw new Error("it never came to pass");
    await new Promise((done) => setTimeout(done, 5));
  }
}

/** Take until a command `name` has come. */
async function takeUntil<T>(monitor: Monitor<T>, name: string): Promise<MonitoredCommand<T>[]> {
  const taken: MonitoredCommand<T>[] = [];
  for (;;) {
    const { value } = await monitor.next();
    if (value === undefined) throw new Error("it ended");
    if (value.type === "gap") continue;
    if (String(value.command[0]).toUpperCase() === name) return taken;
    if (String(value.command[0]) !== "HELLO") taken.push(value);
  }
}

onEveryServer("monitor", (start) => {
  let place: Place;
  let redis: Redis;
  beforeAll(async () => {
    place = await start();
  });
  afterAll(() => place.stop());
  beforeEach(() => {
    redis = place.client();
  });
  afterEach(() => redis.close());

  it("gives every command with its time, database and caller", async () => {
    const other = place.client({ db: 3 });
    const monitor = redis.monitor();
    await monitor.start();
    const before = Date.now();
    await redis.set("key", "a value");
    await other.get("key");
    await redis.eval("return redis.call('GET', KEYS[1])", { keys: ["key"] });
    await redis.echo("end");
    const taken = (await takeUntil(monitor, "ECHO")).filter(({ command }) => command[0] !== "SELECT");
    const [set, get, evaluated, inside] = taken;
    expect(set.command).toEqual(["SET", "key", "a value"]);
    expect(set.db).toBe(0);
    expect(Math.abs(set.time - before)).toBeLessThan(5000);
    if (place.kind !== "in process") expect(set.address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(get).toMatchObject({ command: ["GET", "key"], db: 3 });
    expect(evaluated.command[0]).toBe("EVAL");
    expect(inside).toMatchObject({ command: ["GET", "key"], address: "lua" });
    await monitor.close();
    await other.close();
  });

  it("gives words back as they were sent, whatever is in them", async () => {
    const text = `a "quoted" \\ back\\slash, [0 x] "\n\r\t\u0007\b\u0000 ü 漢字 🙂`;
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const asText = redis.monitor();
    const asBytes = redis.with({ replies: "buffer" }).monitor();
    await Promise.all([asText.start(), asBytes.start()]);
    await redis.mset([
      [text, ""],
      [bytes, "x".repeat(200_000)],
    ]);
    await redis.echo("end");
    const [inText] = await takeUntil(asText, "ECHO");
    expect(inText.command).toEqual(["MSET", text, "", bytes.toString("latin1"), "x".repeat(200_000)]);
    const [inBytes] = await takeUntil(asBytes, "ECHO");
    expect(inBytes.command[1].toString()).toBe(text);
    expect(inBytes.command[3].equals(bytes)).toBe(true);
    await Promise.all([asText.close(), asBytes.close()]);
  });

  it("ends when the loop is left, by a signal, with the client; and gives its connection back", async () => {
    const work = setInterval(() => void redis.ping().catch(() => {}), 2);
    for await (const line of redis.monitor()) if (line.type === "command") break;
    expect(redis.pool.statistics()).toMatchObject({ lent: 0, idle: 0 });
    const controller = new AbortController();
    let seen = 0;
    for await (const _ of redis.monitor({ signal: controller.signal })) if (++seen === 3) controller.abort();
    expect(seen).toBeGreaterThanOrEqual(3);
    expect(redis.pool.statistics()).toMatchObject({ lent: 0, idle: 0 });
    expect((await redis.with({ signal: AbortSignal.abort() }).monitor().next()).done).toBe(true);
    const loop = (async () => {
      for await (const _ of redis.monitor()) seen++;
    })();
    await until(() => redis.pool.statistics().lent === 1);
    clearInterval(work);
    await redis.close();
    await loop;
  });

  it("holds no more than it may, and counts what it drops", async () => {
    const oldest = redis.monitor({ maxBuffered: 5 });
    const newest = redis.monitor({ maxBuffered: 5, overflow: "drop-newest" });
    const closing = redis.monitor({ maxBuffered: 5, overflow: "close" });
    const short = redis.monitor({ maxBytes: 1000 });
    // The last one to begin sees nothing but what is called from then on.
    await redis.ping();
    for (const one of [newest, closing, short, oldest]) await one.start();
    for (let i = 0; i < 50; i++) await redis.echo(`${i}`);
    await until(() => oldest.dropped === 45 && newest.dropped >= 45 && short.dropped > 0);
    const words = async (monitor: Monitor) => {
      const out: (string | undefined)[] = [];
      while (monitor.buffered > 0) out.push((await monitor.next()).value?.command?.at(-1));
      return out;
    };
    expect(await words(oldest)).toEqual(["45", "46", "47", "48", "49"]);
    expect((await words(newest)).length).toBe(5);
    expect(short.buffered).toBeLessThan(30);
    await words(closing);
    expect((await closing.next()).done).toBe(true);
    await redis.echo("x".repeat(2000));
    await redis.echo("after");
    await until(() => oldest.buffered >= 2);
    await Promise.all([oldest, newest, closing, short].map((one) => one.close()));
  });
});

describe("monitor in bad times", () => {
  it("goes on after a cut, and says that there is a gap", async () => {
    const { MiniServer } = await import("../../src/server/index.js");
    const server = await MiniServer.start();
    const proxy = await startFaultProxy(server.port);
    const backoff = { base: 1, cap: 5 };
    const redis = new RedisClient({ host: "127.0.0.1", port: proxy.port, retry: { attempts: 100, backoff } });
    const seen: (MonitoredCommand | MonitorGap)[] = [];
    const monitor = redis.monitor();
    await monitor.start();
    const loop = (async () => {
      for await (const line of monitor) seen.push(line);
    })();
    proxy.fault = "split";
    await redis.set("before", "1");
    await until(() => seen.some(({ command }) => command?.[1] === "before"));
    proxy.cut();
    await until(() => seen.some(({ type }) => type === "gap"));
    await redis.set("after", "1");
    await until(() => seen.some(({ command }) => command?.[1] === "after"));
    expect(seen.filter(({ type }) => type === "gap")).toHaveLength(1);
    await redis.close();
    await loop;
    await proxy.stop();
    await server.close();
  });

  it("a refusal is an error of the loop", async () => {
    const server = await startFake(() => "-NOPERM this user has no permissions\r\n");
    const redis = new RedisClient({ host: "127.0.0.1", port: server.port });
    await expect(redis.monitor().next()).rejects.toMatchObject({ code: "NOPERM", command: "MONITOR" });
    await expect(redis.monitor().start()).rejects.toMatchObject({ code: "NOPERM" });
    expect(redis.pool.statistics().lent).toBe(0);
    await redis.close();
    await server.stop();
  });
});
