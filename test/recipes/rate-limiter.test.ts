/** The rate limiter: never more than allowed, whoever asks. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { RateLimiter } from "../../src/recipes/index.js";
import { MiniServer } from "../../src/server/index.js";
import { withClients } from "../tools/clients.js";

withClients("RateLimiter", (client) => {
  it.each(["gcra", "sliding-window"] as const)(
    "%s lets the limit through, and no more, from many clients",
    async (algorithm) => {
      const limiters = [client(), client()].map(
        (redis) => new RateLimiter(redis, { limit: 20, period: 60_000, algorithm }),
      );
      const taken = await Promise.all(Array.from({ length: 50 }, (_, i) => limiters[i % 2].take("a")));
      expect(taken.filter(({ allowed }) => allowed)).toHaveLength(20);
      const last = await limiters[0].take("a");
      expect(last).toMatchObject({ allowed: false, limit: 20, remaining: 0 });
      expect(last.retryAfter).toBeGreaterThan(algorithm === "gcra" ? 1000 : 50_000);
      expect(last.retryAfter).toBeLessThanOrEqual(algorithm === "gcra" ? 3000 : 60_000);
      expect(last.resetAfter).toBeGreaterThan(50_000);
      expect(await limiters[0].take("b")).toMatchObject({ allowed: true, remaining: 19, retryAfter: 0 });
      expect(await limiters[0].peek("b", 19)).toMatchObject({ allowed: true, remaining: 19 });
      expect(await limiters[0].peek("b", 20)).toMatchObject({ allowed: false, remaining: 19 });
      expect(await limiters[0].take("b", 19)).toMatchObject({ allowed: true, remaining: 0 });
      expect(await limiters[0].reset("a")).toBe(true);
      expect(await limiters[0].reset("a")).toBe(false);
      expect(await limiters[0].peek("a")).toMatchObject({ allowed: true, remaining: 20, resetAfter: 0 });
      expect(await client().pttl("rate:b")).toBeGreaterThan(50_000);
    },
  );

  it("refuses what would never be allowed, and options that mean nothing", async () => {
    const redis = client();
    const limiter = new RateLimiter(redis, { limit: 5, period: 1000 });
    await expect(limiter.take("a", 6)).rejects.toMatchObject({ name: "ArgumentError" });
    await expect(limiter.take("a", 0)).rejects.toMatchObject({ name: "ArgumentError" });
    for (const options of [
      { limit: 0, period: 1 },
      { limit: 1 },
      { limit: 1, period: 1, algorithm: "leaky" },
      { limit: 1, period: 1, algorithm: "sliding-window", burst: 2 },
      { limit: 1, period: 1, window: 2 },
    ]) {
      expect(() => new RateLimiter(redis, options as never)).toThrow(
        expect.objectContaining({ name: "OptionError" }),
      );
    }
  });
});

describe("RateLimiter, as time goes by", () => {
  let server: MiniServer;
  let redis: Redis;
  beforeEach(async () => {
    server = await MiniServer.start();
    server.clock.freeze();
    redis = new Redis({ server });
  });
  afterEach(async () => {
    await redis.close();
    await server.close();
  });

  it("gcra lets one through in each part of the period", async () => {
    const limiter = new RateLimiter(redis, { limit: 10, period: 1000, burst: 3 });
    const allowed = async () => (await limiter.take("a")).allowed;
    expect([await allowed(), await allowed(), await allowed(), await allowed()]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(await limiter.peek("a")).toMatchObject({ allowed: false, retryAfter: 100, resetAfter: 300 });
    server.clock.advance(99);
    expect(await allowed()).toBe(false);
    server.clock.advance(1);
    expect([await allowed(), await allowed()]).toEqual([true, false]);
    server.clock.advance(250);
    expect(await limiter.peek("a")).toMatchObject({ allowed: true, remaining: 2 });
    server.clock.advance(50);
    expect(await redis.exists("rate:a")).toBe(0);
  });

  it("a sliding window holds in every span, not only from its beginning", async () => {
    const limiter = new RateLimiter(redis, { limit: 4, period: 1000, algorithm: "sliding-window" });
    const allowed = async () => (await limiter.take("a")).allowed;
    for (const _ of [1, 2]) expect(await allowed()).toBe(true);
    server.clock.advance(900);
    for (const _ of [1, 2]) expect(await allowed()).toBe(true);
    expect(await limiter.peek("a")).toMatchObject({
      allowed: false,
      remaining: 0,
      retryAfter: 100,
      resetAfter: 1000,
    });
    expect(await limiter.peek("a", 3)).toMatchObject({ allowed: false, retryAfter: 1000 });
    server.clock.advance(100);
    expect([await allowed(), await allowed(), await allowed()]).toEqual([true, true, false]);
    server.clock.advance(1000);
    expect(await limiter.peek("a")).toMatchObject({ allowed: true, remaining: 4, resetAfter: 0 });
    expect(await redis.exists("rate:a")).toBe(0);
  });
});
