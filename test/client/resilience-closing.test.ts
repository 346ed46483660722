/** Closing, aborting and shutting down: what is pending ends well or says why, and nothing stays stuck. */
import { afterEach, describe, expect, it } from "vitest";
import { AbortError, ClosedError, type PoolOptions, Redis } from "../../src/index.js";
import { onEveryServer } from "../tools/clients.js";
import { type FakeServer, type Script, startFake } from "../tools/fake-server.js";
import { needsRedis, redisAvailable, startRedis } from "../tools/redis-server.js";

let server: FakeServer | undefined;
let redis: Redis | undefined;

async function setUp(script: Script, options: PoolOptions = {}): Promise<Redis> {
  server = await startFake(script);
  redis = new Redis({
    port: server.port,
    host: "127.0.0.1",
    retry: { backoff: { base: 1, cap: 10 } },
    ...options,
  });
  return redis;
}

afterEach(async () => {
  await redis?.close({ timeout: 0 });
  await server?.stop();
  redis = server = undefined;
});

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      throw new Error(`resolved to ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 5000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error("it did not come about within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

onEveryServer("closing", (start) => {
  it("ends blocked commands at once and lets the others finish, transactions too", async () => {
    const place = await start();
    const client = place.client();
    const observer = place.client();
    const blocked = failure(client.blpop("nothing", 0));
    const pipeline = client.pipeline().set("a", 1).incr("a").exec();
    let enter = (): void => {};
    const inside = new Promise<void>((resolve) => {
      enter = resolve;
    });
    const transaction = client.transaction("a", async (tx) => {
      const n = Number(await tx.get("a"));
      enter();
      await blocked;
      return tx
        .multi()
        .set("a", n * 10)
        .exec();
    });
    await inside;
    const closed = client.close({ timeout: 5000 });
    expect(await blocked).toBeInstanceOf(ClosedError);
    expect(await pipeline).toEqual(["OK", 2]);
    expect(await transaction).toEqual(["OK"]);
    await closed;
    expect(await observer.get("a")).toBe("20");
    expect(await failure(client.transaction("a", () => 1))).toBeInstanceOf(ClosedError);
    await observer.close();
    await place.stop();
  });

  it("an aborted blocking command leaves the server, and takes nothing any more", async () => {
    const place = await start();
    const client = place.client();
    const controller = new AbortController();
    const blocked = failure(client.with({ signal: controller.signal }).blpop("list", 0));
    const isBlocked = async () => /blocked_clients:1/.test(String(await client.call("INFO", "clients")));
    await until(isBlocked);
    controller.abort(new Error("enough"));
    expect(await blocked).toMatchObject({ name: "AbortError", sent: "maybe", cause: { message: "enough" } });
    await until(async () => !(await isBlocked()));
    await client.rpush("list", "x");
    expect(await client.lrange("list", 0, -1)).toEqual(["x"]);
    expect(await client.blpop("list", 1)).toEqual({ key: "list", value: "x" });
    expect(client.pool.statistics().lent).toBe(0);
    await client.close();
    await place.stop();
  });

  it("an aborted blocking command of a session ends its connection", async () => {
    const place = await start();
    const client = place.client();
    const controller = new AbortController();
    const view = client.with({ signal: controller.signal });
    const session = await view.dedicated();
    const blocked = failure(session.blpop("list", 0));
    await until(async () => /blocked_clients:1/.test(String(await client.call("INFO", "clients"))));
    controller.abort();
    expect(await blocked).toBeInstanceOf(AbortError);
    await session.release();
    expect(client.pool.statistics()).toMatchObject({ lent: 0, idle: 0 });
    await client.rpush("list", "x");
    expect(await client.llen("list")).toBe(1);
    await client.close();
    await place.stop();
  });
});

describe("aborting", () => {
  it("ends the wait for a connection of the pool too", async () => {
    const client = await setUp(() => undefined, { maxConnections: 2, acquireTimeout: 0 });
    const first = failure(client.blpop("a", 0));
    await until(() => server?.heard.length === 1);
    const controller = new AbortController();
    const second = failure(client.with({ signal: controller.signal }).blpop("b", 0));
    await until(() => client.pool.statistics().waiting === 1);
    controller.abort();
    expect(await second).toMatchObject({ name: "AbortError", sent: "no" });
    await client.close({ timeout: 0 });
    expect(await first).toBeInstanceOf(ClosedError);
    expect(server?.heard).toEqual([["BLPOP", "a", "0"]]);
  });
});

describe("closing in time", () => {
  it("a transaction that does not end is cut off at the timeout", async () => {
    const client = await setUp(() => "+OK\r\n");
    let enter = (): void => {};
    const inside = new Promise<void>((resolve) => {
      enter = resolve;
    });
    let reason: unknown;
    void client.transaction([], async (tx) => {
      await tx.ping();
      enter();
      await until(() => client.status === "closed");
      reason = await failure(
        (async () => {
          for (;;) await tx.set("a", 1);
        })(),
      );
    });
    await inside;
    await client.close({ timeout: 50 });
    await until(() => reason !== undefined);
    expect(reason).toMatchObject({ code: expect.stringMatching(/ECLOSED|ECONNLOST/) });
  });

  it("everything that is held can be let go by `await using`", async () => {
    const client = await setUp(() => "+OK\r\n");
    for (const held of [client, client.pool, client.pubsub(), await client.dedicated()]) {
      expect(typeof held[Symbol.asyncDispose]).toBe("function");
      await held[Symbol.asyncDispose]();
    }
  });
});

describe("SHUTDOWN", () => {
  it("is answered by the end of the connection, and nothing is dialled", async () => {
    const client = await setUp(([name], socket) => {
      if (name === "SHUTDOWN") socket.destroy();
      return "+OK\r\n";
    });
    const events: unknown[] = [];
    client.on("reconnecting", ({ wait, error }) => events.push([error.code, wait]));
    expect(await client.shutdown({ save: false })).toBe("OK");
    expect(events).toEqual([["ESHUTDOWN", undefined]]);
    expect(client.status).toBe("idle");
    expect(server?.connections).toBe(1);
    expect(await client.set("a", 1)).toBe("OK");
    expect(server?.connections).toBe(2);
  });

  it("at the end of a pipeline is so, too", async () => {
    const client = await setUp(([name], socket) => {
      if (name === "SHUTDOWN") socket.destroy();
      return "+OK\r\n";
    });
    expect(await client.pipeline().set("a", 1).shutdown().exec()).toEqual(["OK", "OK"]);
    expect(server?.connections).toBe(1);
  });

  it("in the middle of a pipeline leaves the rest without an answer", async () => {
    const client = await setUp(([name], socket) => {
      if (name === "SHUTDOWN") socket.destroy();
      return "+OK\r\n";
    });
    const outcome = await client.pipeline().set("a", 1).shutdown().set("b", 2).execSettled();
    expect(outcome).toMatchObject([
      { ok: true, value: "OK" },
      { ok: false, error: { code: "ECONNLOST", sent: "maybe" } },
      { ok: false, error: { code: "ECONNLOST", sent: "maybe" } },
    ]);
  });

  it("ABORT is a command like any other", async () => {
    const client = await setUp((_, socket) => {
      socket.destroy();
      return undefined;
    });
    expect(await failure(client.shutdownAbort())).toMatchObject({ sent: "maybe", code: "ECONNLOST" });
  });

  it("says what the server says when it refuses", async () => {
    const client = await setUp(() => "-ERR Errors trying to SHUTDOWN. Check logs.\r\n");
    expect(await failure(client.shutdown())).toMatchObject({ name: "ReplyError", code: "ERR" });
  });

  it.skipIf(!redisAvailable)(needsRedis("ends a real server"), async () => {
    const real = await startRedis();
    const client = new Redis({ host: real.host, port: real.port });
    await client.set("a", 1);
    expect(await client.shutdown({ save: false })).toBe("OK");
    await client.close();
    await real.stop();
  });
});

describe("call()", () => {
  it.each([
    ["SCRIPT", "DEBUG", "YES"],
    ["READONLY"],
    ["READWRITE"],
    ["ASKING"],
    ["RESTORE-ASKING", "k", "0", "x"],
  ])("keeps %s from shared connections", async (...words) => {
    const client = await setUp(() => "+OK\r\n");
    const [name, ...args] = words;
    expect(await failure(client.call(name, ...args))).toMatchObject({ name: "ArgumentError" });
    expect(server?.heard).toEqual([]);
  });
});
