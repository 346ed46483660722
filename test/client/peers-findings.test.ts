/**
 * Five faults that were found in other clients, and that this one must never have: a reply given to the wrong
 * caller, deadlines that end with the sending, writes that run twice, a pool that leaks state, many writes a tick.
 */
import { Socket } from "node:net";
import { transform } from "esbuild";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type PoolOptions, Redis } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";
import tsupConfig from "../../tsup.config.js";
import { type FakeServer, type Script, startFake } from "../tools/fake-server.js";
import { failure, until } from "../tools/waiting.js";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function against(script: Script, options: PoolOptions = {}): Promise<[Redis, FakeServer]> {
  const server = await startFake(script);
  const redis = new Redis({ host: "127.0.0.1", port: server.port, ...options });
  ends.push(
    () => server.stop(),
    () => redis.close({ timeout: 0 }),
  );
  return [redis, server];
}

async function miniServer(): Promise<Redis> {
  const server = await MiniServer.start();
  const redis = new Redis(server.url);
  ends.push(
    () => server.close(),
    () => redis.close(),
  );
  return redis;
}

/** Catch what is thrown outside of every call, as a handler of the user's does. */
function catchUncaught(): unknown[] {
  const caught: unknown[] = [];
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => caught.push(error));
  ends.push(() => {
    process.removeAllListeners("uncaughtException");
    for (const other of others) process.on("uncaughtException", other);
  });
  return caught;
}

describe("1. a callback that throws shifts no reply to another caller", () => {
  it("a PubSub's handler, with messages and replies in the same chunk", async () => {
    const [redis] = await against((command) => {
      if (command[0] === "GET") return `$${command[1].length}\r\n${command[1]}\r\n`;
      if (command[0] !== "SUBSCRIBE") return "+OK\r\n";
      const message = (text: string) => `*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\n${text}\r\n`;
      return `*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n${message("a")}${message("b")}${message("c")}`;
    });
    const heard: string[] = [];
    const sub = redis.pubsub();
    await sub.subscribe("c", ({ data }) => {
      heard.push(data);
      throw new Error(`handler of ${data}`);
    });
    expect(await Promise.all([redis.get("x"), redis.get("y")])).toEqual(["x", "y"]);
    await until(() => sub.failures === 3);
    expect(heard).toEqual(["a", "b", "c"]);
    await sub.close();
  });

  it("a listener of events, and pushes of RESP3 between replies", async () => {
    const caught = catchUncaught();
    const [redis] = await against(({ 1: key }) => {
      const push = ">2\r\n+invalidate\r\n*1\r\n+k\r\n";
      return `${push}$${key.length}\r\n${key}\r\n${push}`;
    });
    redis.on("connect", () => {
      throw new Error("listener");
    });
    const keys = Array.from({ length: 100 }, (_, i) => `key-${i}`);
    expect(await Promise.all(keys.map((key) => redis.get(key)))).toEqual(keys);
    await until(() => caught.length === 1);
  });
});

describe("2. deadlines and signals hold after the bytes have left", () => {
  it("a timeout, an abort, and the slot of each late reply", async () => {
    const late: (() => void)[] = [];
    const [redis, server] = await against((command, socket) => {
      late.push(() => socket.write(`$${command[1].length}\r\n${command[1]}\r\n`));
      return undefined;
    });
    const controller = new AbortController();
    const since = performance.now();
    const timedOut = failure(redis.with({ timeout: 200 }).get("timeout"));
    const aborted = failure(redis.with({ signal: controller.signal }).get("abort"));
    await until(() => server.heard.length === 2);
    controller.abort();
    expect(await aborted).toMatchObject({ name: "AbortError", sent: "maybe" });
    expect(await timedOut).toMatchObject({ name: "TimeoutError", sent: "maybe" });
    expect(performance.now() - since).toBeLessThan(2000);
    const next = redis.get("next");
    await until(() => server.heard.length === 3);
    for (const answer of late) answer();
    expect(await next).toBe("next");
    expect(server.connections).toBe(1);
  });
});

describe("3. a write runs once, and every promise settles", () => {
  it("after a cut the server has executed one INCR, not two, and the caller knows", async () => {
    let executed = 0;
    const [redis, server] = await against((command, socket) => {
      if (command[0] !== "INCR") return "+PONG\r\n";
      executed++;
      socket.destroy();
      return undefined;
    });
    expect(await failure(redis.incr("n"))).toMatchObject({ name: "ConnectionError", sent: "maybe" });
    expect(await redis.ping()).toBe("PONG");
    expect(server.connections).toBe(2);
    expect(executed).toBe(1);
  });
});

describe("4. a borrowed connection comes back clean", () => {
  it("SELECT, WATCH, MULTI, CLIENT SETNAME and SUBSCRIBE of one borrower do not reach the next", async () => {
    const redis = await miniServer();
    const state: ((session: Awaited<ReturnType<Redis["dedicated"]>>) => Promise<unknown>)[] = [
      (session) => session.call("SELECT", 3),
      (session) => session.watch("watched"),
      (session) => session.call("MULTI"),
      (session) => session.call("CLIENT", "SETNAME", "somebody"),
      (session) => session.call("CLIENT", "TRACKING", "ON"),
    ];
    for (const change of state) {
      const first = await redis.dedicated();
      await change(first);
      await first.release();
      await redis.set("watched", Math.random());
      const second = await redis.dedicated();
      expect(await second.clientInfo()).toMatchObject({ db: 0, name: "" });
      expect(await second.multi().set("a", 1).get("a").exec()).toEqual(["OK", "1"]);
      await second.release();
      expect(await redis.get("a")).toBe("1");
      await redis.del("a");
    }
  });
});

describe("5. what is sent together leaves in one write, by code that runs as it was written", () => {
  it("ten calls of one tick are one write to the socket", async () => {
    const redis = await miniServer();
    await redis.ping();
    const write = vi.spyOn(Socket.prototype, "write");
    ends.push(() => write.mockRestore());
    const replies = Array.from({ length: 10 }, (_, i) => redis.set(`k${i}`, i));
    const pipeline = redis.pipeline().incr("a").incr("b").incr("c").exec();
    // The end of the tick: nothing has come back yet.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    expect(write).toHaveBeenCalledTimes(1);
    expect(await Promise.all(replies)).toEqual(Array(10).fill("OK"));
    expect(await pipeline).toEqual([1, 1, 1]);
  });

  it("private fields stay private fields in the package", async () => {
    const { target } = tsupConfig as { target: string };
    const source = "export class A { #b = 1; get c() { return this.#b; } }";
    const { code } = await transform(source, { target, loader: "ts" });
    expect(code).toContain("#b");
    expect(code).not.toMatch(/WeakMap|__private/);
  });
});
