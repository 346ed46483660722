/** A session waits on its connection while the server refuses commands for a reason that passes. */
import { afterEach, describe, expect, it } from "vitest";
import { type PoolOptions, Redis } from "../../src/index.js";
import { type FakeServer, type Script, startFake } from "../tools/fake-server.js";
import { first, heardBy, LOADING, READONLY } from "../tools/refusals.js";

let server: FakeServer;
let redis: Redis;

async function setUp(script: Script, options: PoolOptions = {}): Promise<void> {
  server = await startFake(script);
  const retry = { attempts: 8, backoff: { base: 1, cap: 5 } };
  redis = new Redis({ port: server.port, host: "127.0.0.1", retry, ...options });
}

afterEach(async () => {
  await redis?.close({ timeout: 0 });
  await server?.stop();
});

const heard = () => heardBy(server);

/** Resolves when the server has been told `count` commands. */
async function told(count: number): Promise<void> {
  while (server.heard.length < count) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("a session whose server refuses for a while", () => {
  it("sends again on the same connection", async () => {
    await setUp(first([LOADING, LOADING]));
    await using session = await redis.dedicated();
    expect(await session.set("a", 1)).toBe("OK");
    expect(heard()).toEqual(["SET a 1", "SET a 1", "SET a 1"]);
    expect(server.connections).toBe(1);
  });

  it("keeps the order: what was refused first, what was called meanwhile behind it", async () => {
    let refusing = true;
    await setUp((command) => (refusing && command[0] === "RPUSH" ? LOADING : ":1\r\n"), {
      retry: { attempts: 100, backoff: () => 20 },
    });
    await using session = await redis.dedicated();
    const calls = [session.rpush("list", 1), session.rpush("list", 2)];
    await told(2);
    refusing = false;
    calls.push(session.rpush("list", 3));
    expect(await Promise.all(calls)).toEqual([1, 1, 1]);
    const again = ["RPUSH list 1", "RPUSH list 2", "RPUSH list 3"];
    expect(heard()).toEqual(["RPUSH list 1", "RPUSH list 2", ...again]);
  });

  it("transactions too", async () => {
    const aborted = "-EXECABORT Transaction discarded because of previous errors.\r\n";
    await setUp(first(["+OK\r\n", LOADING, aborted, "+OK\r\n", "+QUEUED\r\n"], "*1\r\n:1\r\n"));
    await using session = await redis.dedicated();
    expect(await session.multi().incr("a").exec()).toEqual([1]);
    expect(heard()).toEqual(["MULTI", "INCR a", "EXEC", "MULTI", "INCR a", "EXEC"]);
  });

  it("pipelines too", async () => {
    await setUp(first([LOADING, LOADING], ":1\r\n"));
    await using session = await redis.dedicated();
    expect(await session.pipeline().incr("a").incr("b").exec()).toEqual([1, 1]);
    expect(heard()).toEqual(["INCR a", "INCR b", "INCR a", "INCR b"]);
  });

  it("is given back only when all has its reply, and then to others as it was", async () => {
    await setUp(first([LOADING], ":1\r\n"), { retry: { attempts: 8, backoff: () => 30 } });
    const session = await redis.dedicated();
    const call = session.incr("a");
    await told(1);
    await session.release();
    expect(await call).toBe(1);
    await using next = await redis.dedicated();
    expect(await next.incr("b")).toBe(1);
    expect(server.connections).toBe(1);
  });

  it("gives the error after the attempts, and waits no longer than a deadline", async () => {
    await setUp(() => LOADING, { retry: { attempts: 2, backoff: { base: 0, cap: 0 } } });
    await using session = await redis.dedicated();
    await expect(session.set("a", 1)).rejects.toMatchObject({ code: "LOADING" });
    expect(server.heard).toHaveLength(3);
    const hurried = new Redis({
      port: server.port,
      commandTimeout: 50,
      retry: { attempts: 1000, backoff: () => 10_000 },
    });
    const waiting = await hurried.dedicated();
    await expect(waiting.set("a", 1)).rejects.toMatchObject({ name: "TimeoutError", sent: "no" });
    await hurried.close({ timeout: 0 });
  });

  it("leaves it to the caller where the state of the connection is at stake", async () => {
    await setUp((command) => (command[0] === "GET" || command[0] === "EXEC" ? LOADING : "+OK\r\n"));
    const watching = await redis.dedicated();
    await watching.watch("a");
    await expect(watching.get("a")).rejects.toMatchObject({ code: "LOADING" });
    const changed = await redis.dedicated();
    await changed.call("SELECT", 1);
    await expect(changed.get("a")).rejects.toMatchObject({ code: "LOADING" });
    await Promise.all([watching.release(), changed.release()]);
  });

  it("and where another server must be asked", async () => {
    await setUp(() => READONLY);
    await using session = await redis.dedicated();
    await expect(session.set("a", 1)).rejects.toMatchObject({ code: "READONLY" });
    expect(server.heard).toHaveLength(1);
  });

  it("what is aborted while it waits does not leave any more", async () => {
    await setUp(first([LOADING], ":1\r\n"), { retry: { attempts: 8, backoff: () => 30 } });
    const aborter = new AbortController();
    await using session = await redis.with({ signal: aborter.signal }).dedicated();
    const calls = [session.incr("a")];
    await told(1);
    calls.push(session.incr("b"));
    aborter.abort();
    for (const call of calls) await expect(call).rejects.toMatchObject({ name: "AbortError" });
    // Until the pause is over.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(heard()).toEqual(["INCR a"]);
  });

  it("a connection that is cut meanwhile fails what waited, which was not run", async () => {
    await setUp(() => LOADING, { retry: { attempts: 8, backoff: () => 10_000 } });
    await using session = await redis.dedicated();
    const calls = [session.set("a", 1)];
    await told(1);
    calls.push(session.set("b", 1));
    server.cut();
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: "ECONNLOST", sent: "no" });
  });

  it("closing does not wait for it", async () => {
    await setUp(() => LOADING, { retry: { attempts: 8, backoff: () => 10_000 } });
    const session = await redis.dedicated();
    const call = session.set("a", 1).catch((error) => error);
    await told(1);
    const later = session.set("b", 1).catch((error) => error);
    await redis.close({ timeout: 1000 });
    expect(await call).toMatchObject({ code: "LOADING" });
    expect(await later).toMatchObject({ code: "LOADING" });
  });
});
