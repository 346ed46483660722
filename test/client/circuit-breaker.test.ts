/** The circuit breaker: opens while most commands fail, tries again, and closes. */
import { afterEach, describe, expect, it } from "vitest";
import { type CircuitBreakerOptions, CircuitOpenError, type PoolOptions, Redis } from "../../src/index.js";
import { type FakeServer, type Script, startFake } from "../tools/fake-server.js";

let server: FakeServer;
let redis: Redis;
let states: string[];

async function setUp(
  script: Script,
  circuitBreaker: boolean | CircuitBreakerOptions,
  options: PoolOptions = {},
): Promise<void> {
  server = await startFake(script);
  redis = new Redis({ host: "127.0.0.1", port: server.port, commandTimeout: 30, circuitBreaker, ...options });
  states = [];
  redis.on("circuit", ({ state }) => states.push(state));
}

afterEach(async () => {
  await redis?.close({ timeout: 0 });
  await server?.stop();
});

/** How so many GETs end, each by its name: `text`, or the code of an error. */
async function gets(count: number): Promise<string[]> {
  const outcomes = await Promise.allSettled(Array.from({ length: count }, () => redis.get("a")));
  return outcomes.map((one) => (one.status === "fulfilled" ? String(one.value) : one.reason.code));
}

/** A server that hangs up in the place of an answer, as long as `down` says so. */
const unsteady =
  (down: () => boolean): Script =>
  (_, socket) => {
    if (down()) socket.destroy();
    return down() ? undefined : REPLY;
  };
const ONCE: PoolOptions = { retry: { attempts: 0 }, commandTimeout: 5000 };

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const REPLY = "$1\r\nx\r\n";

describe("a circuit breaker", () => {
  it("opens when most commands have failed, and sends nothing while it is open", async () => {
    await setUp(() => undefined, { minimum: 4, openFor: 60_000 });
    expect(await gets(4)).toEqual(Array(4).fill("ETIMEDOUT"));
    expect(states).toEqual(["open"]);
    const heard = server.heard.length;
    const error = await redis.set("a", 1).catch((reason) => reason);
    expect(error).toBeInstanceOf(CircuitOpenError);
    expect(error).toMatchObject({ code: "ECIRCUIT", sent: "no", command: "SET" });
    expect(error.message).toMatch(/^SET was not sent: the circuit breaker of 127.* is open \(4 of 4 failed/);
    expect(error.retryIn).toBeGreaterThan(50_000);
    const calls = [
      redis.pipeline().get("a").exec(),
      redis.multi().get("a").exec(),
      redis.blpop("a", 1),
      redis.dedicated(),
      redis.transaction("a", (tx) => tx.get("a")),
      redis.with({ keyPrefix: "p:" }).get("a"),
    ];
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: "ECIRCUIT" });
    expect(server.heard).toHaveLength(heard);
    expect(redis.pool.circuit).toBe("open");
    expect(redis.pool.statistics().turnedAway).toBe(7);
  });

  it("stays closed below its share, below its minimum, and whatever the server answers", async () => {
    let calls = 0;
    await setUp(
      () => (++calls % 3 === 0 ? undefined : REPLY),
      { minimum: 6, threshold: 0.5 },
      { commandTimeout: 500 },
    );
    expect((await gets(12)).filter((outcome) => outcome === "ETIMEDOUT")).toHaveLength(4);
    expect(states).toEqual([]);
    await redis.close();
    await server.stop();
    await setUp(() => "-ERR no\r\n", { minimum: 2 });
    expect(await gets(10)).toEqual(Array(10).fill("ERR"));
    const controller = new AbortController();
    controller.abort();
    const aborted = redis.with({ signal: controller.signal });
    for (let i = 0; i < 5; i++) await expect(aborted.get("a")).rejects.toMatchObject({ code: "EABORT" });
    expect(states).toEqual([]);
  });

  it("lets trials through, and closes when they are answered", async () => {
    let down = true;
    await setUp(
      unsteady(() => down),
      { minimum: 2, openFor: 40, trials: 2 },
      ONCE,
    );
    await gets(2);
    down = false;
    await pause(45);
    const outcomes = await gets(5);
    expect(outcomes.filter((outcome) => outcome === "x")).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === "ECIRCUIT")).toHaveLength(3);
    expect(states).toEqual(["open", "half-open", "closed"]);
    expect(await gets(3)).toEqual(["x", "x", "x"]);
  });

  it("opens again when a trial fails", async () => {
    await setUp(() => undefined, { minimum: 2, openFor: 20 });
    await gets(2);
    await pause(25);
    expect(await gets(2)).toEqual(["ETIMEDOUT", "ECIRCUIT"]);
    expect(states).toEqual(["open", "half-open", "open"]);
    await expect(redis.get("a")).rejects.toThrow(/the trial failed, the last with: GET got no reply/);
  });

  it("takes a trial that was given up for none", async () => {
    let down = true;
    await setUp(
      unsteady(() => down),
      { minimum: 2, openFor: 20 },
      ONCE,
    );
    await gets(2);
    await pause(25);
    const controller = new AbortController();
    const trial = redis.with({ signal: controller.signal }).get("a");
    controller.abort();
    await expect(trial).rejects.toMatchObject({ code: "EABORT" });
    down = false;
    expect(await gets(1)).toEqual(["x"]);
    expect(states).toEqual(["open", "half-open", "closed"]);
  });

  it("forgets what is older than its window", async () => {
    let down = true;
    await setUp(
      unsteady(() => down),
      { minimum: 4, window: 100 },
      ONCE,
    );
    await gets(3);
    await pause(120);
    down = false;
    expect(await gets(2)).toEqual(["x", "x"]);
    down = true;
    await gets(1);
    expect(states).toEqual([]);
  });

  it("counts a server that cannot be reached, and batches that were lost on the way", async () => {
    await setUp(
      ([name], socket) => {
        if (name === "SET") socket.destroy();
        return name === "SET" ? undefined : REPLY;
      },
      { minimum: 2, openFor: 60_000 },
      { commandTimeout: 1000, retry: { attempts: 0 } },
    );
    for (let i = 0; i < 2; i++) await redis.pipeline().get("a").set("b", 1).execSettled();
    expect(states).toEqual(["open"]);
    await redis.close({ timeout: 0 });
    await server.stop();
    redis = new Redis({
      host: "127.0.0.1",
      port: server.port,
      circuitBreaker: { minimum: 2 },
      retry: { attempts: 0 },
    });
    expect(await gets(3)).toEqual(["ECONNREFUSED", "ECONNREFUSED", "ECONNREFUSED"]);
    expect(await gets(1)).toEqual(["ECIRCUIT"]);
    await expect(redis.transaction([], () => 1)).rejects.toMatchObject({ code: "ECIRCUIT" });
  });

  it("is shared by all clients of a pool, and is not there unless asked for", async () => {
    await setUp(() => undefined, true);
    const other = new Redis(redis.pool);
    await gets(20);
    await expect(other.get("a")).rejects.toMatchObject({ code: "ECIRCUIT" });
    await redis.close({ timeout: 0 });
    await server.stop();
    await setUp(() => undefined, false);
    expect(await gets(25)).toEqual(Array(25).fill("ETIMEDOUT"));
    expect(redis.pool.circuit).toBeUndefined();
    expect(redis.pool.statistics().turnedAway).toBe(0);
  });

  it("refuses options that make no sense", () => {
    const make = (circuitBreaker: CircuitBreakerOptions) => () => new Redis({ circuitBreaker });
    expect(make({ threshold: 0 })).toThrow(/circuitBreaker\.threshold is 0/);
    expect(make({ trials: 0 })).toThrow(/circuitBreaker\.trials/);
    expect(make({ minimal: 1 } as never)).toThrow(/Did you mean minimum/);
    expect(make("yes" as never)).toThrow(/circuitBreaker/);
  });
});
