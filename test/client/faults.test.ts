/** A real redis-server that is killed with kill -9 while it works. */
import { expect, it } from "vitest";
import { ConnectionError, Redis } from "../../src/index.js";
import { needsRedis, redisAvailable, startRedis } from "../tools/redis-server.js";

it.skipIf(!redisAvailable)(needsRedis("every command settles, and says what may have run"), async () => {
  const server = await startRedis();
  const redis = new Redis({
    host: "127.0.0.1",
    port: server.port,
    retry: { attempts: 2, backoff: { base: 5, cap: 5 } },
  });
  const sub = redis.pubsub();
  await sub.subscribe("news");
  const blocked = redis.blpop("list", 0);
  const calls: Promise<unknown>[] = [blocked];
  for (let i = 0; i < 1000; i++) {
    calls.push(redis.incr("n"), redis.get("n"));
    if (i === 500) await redis.set("marker", 1);
  }
  const outcomes = Promise.allSettled(calls);
  // `stop` kills.
  await server.stop();
  const late = Promise.allSettled([redis.incr("n"), redis.pipeline().incr("a").get("b").exec()]);
  for (const outcome of [...(await outcomes), ...(await late)]) {
    if (outcome.status === "fulfilled") continue;
    const error = outcome.reason as ConnectionError;
    expect(error).toBeInstanceOf(ConnectionError);
    expect(["no", "maybe"]).toContain(error.sent);
    expect(error.address).toBe(`127.0.0.1:${server.port}`);
  }
  expect((await late).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await sub.close();
  await redis.close();
});

it.skipIf(!redisAvailable)(
  needsRedis("a connection that is cut again and again loses no acknowledged reply and doubles none"),
  async () => {
    const first = await startRedis();
    const redis = new Redis({
      host: "127.0.0.1",
      port: first.port,
      retry: { attempts: 100, backoff: { base: 5, cap: 20 } },
    });
    let acknowledged = 0;
    let uncertain = 0;
    let highest = 0;
    const work = (async () => {
      for (let i = 0; i < 400; i++) {
        if (i % 100 === 50)
          await redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no").catch(() => {});
        const replies = await Promise.allSettled(Array.from({ length: 20 }, () => redis.incr("n")));
        for (const reply of replies) {
          if (reply.status === "fulfilled") {
            acknowledged++;
            // Each reply belongs to its call: the counter only ever rises.
            expect(reply.value).toBeGreaterThan(highest);
            highest = reply.value;
          } else {
            expect(reply.reason).toMatchObject({ sent: "maybe" });
            uncertain++;
          }
        }
      }
    })();
    await work;
    const final = Number(await redis.get("n"));
    expect(final).toBeGreaterThanOrEqual(acknowledged);
    expect(final).toBeLessThanOrEqual(acknowledged + uncertain);
    await redis.close();
    await first.stop();
  },
);
