/** The lock: one holder at a time, whatever happens to the others. */
import { expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { Lock, LockLostError, LockTimeoutError } from "../../src/recipes/index.js";
import { MiniServer } from "../../src/server/index.js";
import { withClients } from "../tools/clients.js";
import { startFake } from "../tools/fake-server.js";
import { until } from "../tools/waiting.js";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

withClients("Lock", (client) => {
  it("lets one in at a time, and every one in the end, each with a greater fence", async () => {
    let inside = 0;
    let total = 0;
    const fences: number[] = [];
    const contenders = Array.from({ length: 5 }, async () => {
      const lock = new Lock(client(), "lock", { retryDelay: 5 });
      for (let i = 0; i < 10; i++) {
        await lock.run(
          async ({ fence }) => {
            if (++inside > 1) expect.fail("two are inside");
            const before = total;
            await sleep(Math.random() * 3);
            total = before + 1;
            fences.push(fence);
            inside--;
          },
          { timeout: 30_000 },
        );
      }
    });
    await Promise.all(contenders);
    expect(total).toBe(50);
    expect(fences).toEqual([...fences].sort((a, b) => a - b));
    expect(new Set(fences).size).toBe(50);
    expect(await client().exists("lock")).toBe(0);
  });

  it("gives up after the timeout, at once if asked to, and when the signal fires", async () => {
    const redis = client();
    const lock = new Lock(redis, "lock");
    await using held = await lock.acquire();
    expect(held.remaining).toBeGreaterThan(9000);
    expect(await lock.tryAcquire()).toBeNull();
    const error = await lock.acquire({ timeout: 30 }).catch((reason) => reason);
    expect(error).toBeInstanceOf(LockTimeoutError);
    expect(error).toMatchObject({ code: "ELOCKED", message: expect.stringContaining("30 ms") });
    const stop = new AbortController();
    const waiting = lock.acquire({ signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 20);
    await expect(waiting).rejects.toThrow("enough");
    expect(await held.release()).toBe(true);
    expect(await held.release()).toBe(false);
    expect(held.remaining).toBe(0);
    await (await lock.tryAcquire())?.release();
  });

  it("is held for longer than its lifetime, as long as the work goes on", async () => {
    const redis = client();
    const lock = new Lock(redis, "lock", { ttl: 90 });
    await lock.run(async ({ signal }) => {
      for (let i = 0; i < 10; i++) {
        await sleep(30);
        expect(await redis.exists("lock")).toBe(1);
        expect(signal.aborted).toBe(false);
      }
    });
    expect(await redis.exists("lock")).toBe(0);
  });

  it("ends with its lifetime where nobody extends it, and says so", async () => {
    const lock = new Lock(client(), "lock", { ttl: 60, autoExtend: false });
    const held = await lock.acquire();
    await held.extend();
    await until(() => held.signal.aborted);
    expect(held.signal.reason).toBeInstanceOf(LockLostError);
    await using next = await lock.acquire();
    expect(next.fence).toBeGreaterThan(held.fence);
    await expect(held.extend()).rejects.toBeInstanceOf(LockLostError);
    expect(await held.release()).toBe(false);
    expect(await lock.tryAcquire()).toBeNull();
  });

  it("says when it was lost in the middle: run() fails, although the work is done", async () => {
    const redis = client();
    const lock = new Lock(redis, "lock", { ttl: 90 });
    let done = false;
    const run = lock.run(async ({ signal }) => {
      await redis.del("lock");
      await until(() => signal.aborted);
      done = true;
    });
    await expect(run).rejects.toMatchObject({ name: "LockLostError", code: "ELOCKLOST" });
    expect(done).toBe(true);
    const failing = lock.run(() => {
      throw new Error("the work failed");
    });
    await expect(failing).rejects.toThrow("the work failed");
    expect(await redis.exists("lock")).toBe(0);
  });

  it("does not ask again where the client is closed, or its view was aborted", async () => {
    const redis = client();
    const view = redis.with({ signal: AbortSignal.abort() });
    const timeout = 600_000;
    await expect(new Lock(view, "lock").acquire({ timeout })).rejects.toMatchObject({ code: "EABORT" });
    await redis.close();
    await expect(new Lock(redis, "lock").acquire({ timeout })).rejects.toMatchObject({ code: "ECLOSED" });
  });

  it("keeps what it needs in one slot of a cluster", async () => {
    const redis = client();
    for (const [key, fence] of [
      ["plain", "{plain}:fence"],
      ["a:{tag}:b", "a:{tag}:b:fence"],
    ]) {
      await using held = await new Lock(redis, key).acquire();
      expect(Number(await redis.get(fence))).toBe(held.fence);
    }
  });

  it.each([
    [() => new Lock(client(), "")],
    [() => new Lock(client(), "k", { ttl: 0 })],
    [() => new Lock(client(), "k", { tll: 100 } as never)],
  ])("refuses %s", (make) => {
    expect(make).toThrow(expect.objectContaining({ name: "OptionError" }));
  });
});

it("fences grow, and a lock ends by its holder's own clock, whatever the server's clock does", async () => {
  await using server = await MiniServer.start();
  await using redis = new Redis({ server });
  const lock = new Lock(redis, "lock", { ttl: 50, autoExtend: false });
  const first = await lock.acquire();
  await first.release();
  server.clock.freeze(Date.now() - 3_600_000);
  const second = await lock.acquire();
  expect(second.fence).toBeGreaterThan(first.fence);
  await second.release();
  const run = lock.run(({ signal }) => until(() => signal.aborted));
  await expect(run).rejects.toBeInstanceOf(LockLostError);
});

it("a lock whose reply was lost is found again by its token", async () => {
  const tokens: string[] = [];
  let cut = true;
  const server = await startFake(([name, , , , , token], socket) => {
    if (name === "EVAL" || name === "EVALSHA") {
      tokens.push(token);
      if (cut) {
        cut = false;
        socket.destroy();
        return undefined;
      }
      return "*1\r\n$1\r\n7\r\n";
    }
    return "+OK\r\n";
  });
  await using redis = new Redis({ host: "127.0.0.1", port: server.port });
  const held = await new Lock(redis, "lock", { autoExtend: false }).acquire();
  expect(held.fence).toBe(7);
  expect(tokens).toHaveLength(2);
  expect(tokens[0]).toBe(tokens[1]);
  expect(tokens[0]).toMatch(/^[\da-f-]{36}$/);
  await server.stop();
});
