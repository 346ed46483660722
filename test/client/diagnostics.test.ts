/** Tracing channels: what they carry, that they cost nothing unheard, and the statistics of a pool. */
import { AsyncLocalStorage } from "node:async_hooks";
import { channel, tracingChannel } from "node:diagnostics_channel";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Redis, type TraceContext } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";
import { startFake } from "../tools/fake-server.js";

type Kind = "command" | "batch" | "connect" | "acquire";
const EVENTS = ["start", "end", "asyncStart", "asyncEnd", "error"] as const;

/** What was published while `body` ran: the events in order, and the messages of those that are over. */
async function traced(kind: Kind, body: () => Promise<unknown>) {
  const events: string[] = [];
  const contexts: TraceContext[] = [];
  const handlers = Object.fromEntries(
    EVENTS.map((event) => [
      event,
      (message: object) => {
        events.push(event);
        if (event === "asyncEnd") contexts.push(message as TraceContext);
      },
    ]),
  ) as Record<(typeof EVENTS)[number], (message: object) => void>;
  const tracing = tracingChannel(`resplendent:${kind}`);
  tracing.subscribe(handlers);
  try {
    await body();
  } finally {
    tracing.unsubscribe(handlers);
  }
  return { events, contexts };
}

describe("tracing channels", () => {
  let server: MiniServer;
  let redis: Redis;
  beforeEach(async () => {
    server = await MiniServer.start();
    redis = new Redis({ url: server.url, db: 2, maxConnections: 2 });
  });
  afterEach(async () => {
    await redis.close();
    await server.close();
  });

  it("reach who subscribed before the package was loaded, and nobody who has left", async () => {
    vi.resetModules();
    let names: unknown[] = [];
    await traced("command", async () => {
      const start = channel("tracing:resplendent:command:start");
      const heard = (message: unknown) =>
        names.push((message as TraceContext).attributes["db.operation.name"]);
      start.subscribe(heard);
      const fresh = await import("../../src/index.js");
      await using early = new fresh.Redis(server.url);
      await early.ping();
      start.unsubscribe(heard);
      await early.ping();
    });
    expect(names).toEqual(["PING"]);
    names = [];
    await redis.ping();
    expect(names).toEqual([]);
  });

  it("tell of a command in OpenTelemetry's names, and of no value", async () => {
    await redis.set("secret-key", "secret-value");
    const { events, contexts } = await traced("command", () => redis.get("secret-key"));
    expect(events).toEqual(["start", "end", "asyncStart", "asyncEnd"]);
    expect(contexts).toEqual([
      {
        attributes: {
          "db.system.name": "redis",
          "db.namespace": "2",
          "db.operation.name": "GET",
          "server.address": "127.0.0.1",
          "server.port": server.port,
        },
      },
    ]);
    expect(JSON.stringify(contexts)).not.toContain("secret");
  });

  it("tell why a command failed", async () => {
    await redis.lpush("list", "x");
    const { events, contexts } = await traced("command", () => redis.incr("list").catch(() => {}));
    expect(events).toEqual(["start", "end", "error", "asyncStart", "asyncEnd"]);
    expect(contexts[0].attributes).toMatchObject({
      "db.operation.name": "INCR",
      "error.type": "WRONGTYPE",
      "db.response.status_code": "WRONGTYPE",
    });
    expect(contexts[0].error).toBeInstanceOf(Error);
  });

  it("tell of pipelines and transactions as one operation each", async () => {
    const { contexts } = await traced("batch", async () => {
      await redis.pipeline().set("a", 1).set("b", 2).exec();
      await redis.multi().set("a", 1).incr("a").exec();
      await redis.pipeline().get("a").exec();
      await redis.pipeline().lpush("a", "x").get("a").execSettled();
    });
    const told = contexts.map(({ attributes }) => [
      attributes["db.operation.name"],
      attributes["db.operation.batch.size"],
      attributes["error.type"],
    ]);
    expect(told).toEqual([
      ["PIPELINE SET", 2, undefined],
      ["MULTI", 2, undefined],
      ["PIPELINE GET", undefined, undefined],
      ["PIPELINE", 2, "WRONGTYPE"],
    ]);
  });

  it("tell of connecting, and of a server that is not there", async () => {
    const { contexts } = await traced("connect", () => redis.connect());
    expect(contexts).toHaveLength(1);
    await server.close();
    const other = new Redis({ url: server.url, retry: { attempts: 0 } });
    const failed = await traced("connect", () => other.connect().catch(() => {}));
    expect(failed.contexts[0].attributes["error.type"]).toBe("ECONNREFUSED");
    await other.close();
  });

  it("tell of the wait for a connection of the pool", async () => {
    const { contexts } = await traced("acquire", async () => {
      const first = await redis.dedicated();
      const second = redis.dedicated();
      await first.release();
      await (await second).release();
    });
    const pool = `127.0.0.1:${server.port}`;
    expect(contexts.map(({ attributes }) => attributes["db.client.connection.pool.name"])).toEqual([
      pool,
      pool,
    ]);
  });

  it("tell of commands on a borrowed connection, without a database that a SELECT may have changed", async () => {
    const { contexts } = await traced("command", async () => {
      await using session = await redis.dedicated();
      await session.get("k");
      await session.call("SELECT", 3);
      await session.get("k");
    });
    const databases = contexts
      .filter(({ attributes }) => attributes["db.operation.name"] === "GET")
      .map(({ attributes }) => attributes["db.namespace"]);
    expect(databases).toEqual(["2", undefined]);
  });

  it("name a server in this process, and the path of a Unix socket", async () => {
    await using inside = new Redis({ server });
    const { contexts } = await traced("command", () => inside.ping());
    expect(contexts[0].attributes).toMatchObject({ "server.address": "in process" });
    const path = "/nowhere/redis.sock";
    await using outside = new Redis({ unixSocketPath: path, retry: { attempts: 0 } });
    const failed = await traced("command", () => outside.ping().catch(() => {}));
    expect(failed.contexts[0].attributes).toMatchObject({
      "server.address": path,
      "error.type": "ENOENT",
    });
    expect(failed.contexts[0].attributes["server.port"]).toBeUndefined();
  });

  it("carry a store that is bound to their start, as context propagation needs it", async () => {
    const spans = new AsyncLocalStorage<TraceContext>();
    const { start, end } = tracingChannel<unknown, TraceContext>("resplendent:command");
    const seen: (TraceContext | undefined)[] = [];
    const see = () => seen.push(spans.getStore());
    start.bindStore(spans as AsyncLocalStorage<unknown>);
    end.subscribe(see);
    try {
      await redis.ping();
    } finally {
      start.unbindStore(spans as AsyncLocalStorage<unknown>);
      end.unsubscribe(see);
    }
    expect(seen.map((context) => context?.attributes["db.operation.name"])).toEqual(["PING"]);
    expect(spans.getStore()).toBeUndefined();
  });

  it("are quiet again when the last subscriber is gone", async () => {
    const { contexts } = await traced("command", () => redis.ping());
    await redis.ping();
    expect(contexts).toHaveLength(1);
  });
});

describe("statistics", () => {
  it("count connections, loans and bytes", async () => {
    const server = await MiniServer.start();
    const redis = new Redis({ url: server.url, maxConnections: 2, acquireTimeout: 30 });
    const before = redis.pool.statistics();
    expect(before).toMatchObject({ connects: 0, acquired: 0, bytesIn: 0, bytesOut: 0 });
    await redis.ping();
    const once = redis.pool.statistics();
    await redis.ping();
    const twice = redis.pool.statistics();
    expect(twice.bytesOut - once.bytesOut).toBe("*1\r\n$4\r\nPING\r\n".length);
    expect(twice.bytesIn - once.bytesIn).toBe("+PONG\r\n".length);

    const session = await redis.dedicated();
    await expect(redis.dedicated()).rejects.toMatchObject({ code: "EPOOL" });
    await session.release();
    expect(redis.pool.statistics()).toMatchObject({
      connects: 2,
      acquired: 1,
      waits: 1,
      waitTimeouts: 1,
      losses: 0,
    });
    await redis.close();
    await server.close();
  });

  it("count attempts that failed, and what the queue refused", async () => {
    const server = await MiniServer.start();
    const { url } = server;
    await server.close();
    const redis = new Redis({ url, retry: { attempts: 0 }, offlineQueue: { policy: "fail-fast" } });
    await expect(redis.ping()).rejects.toMatchObject({ code: "EQUEUE" });
    await redis.connect().catch(() => {});
    const { refused, connectFailures, connects } = redis.pool.statistics();
    expect({ refused, connects }).toEqual({ refused: 1, connects: 0 });
    expect(connectFailures).toBeGreaterThan(0);
    await redis.close();
  });

  it("count deadlines, late replies, losses and what was sent again", async () => {
    const server = await startFake(([name], socket, connection) => {
      if (name === "SLOW") {
        setTimeout(() => socket.write("+late\r\n"), 60);
        return undefined;
      }
      if (name === "GET" && connection === 1) {
        socket.destroy();
        return undefined;
      }
      return "+OK\r\n";
    });
    const redis = new Redis({ host: "127.0.0.1", port: server.port, retry: { backoff: () => 1 } });
    await expect(redis.with({ timeout: 10 }).call("SLOW")).rejects.toMatchObject({ code: "ETIMEDOUT" });
    await redis.ping();
    expect(redis.pool.statistics()).toMatchObject({ timeouts: 1, lateReplies: 1, retried: 0, losses: 0 });
    expect(await redis.get("k")).toBe("OK");
    expect(redis.pool.statistics()).toMatchObject({ retried: 1, losses: 1, connects: 2 });
    await redis.close();
    await server.stop();
  });
});
