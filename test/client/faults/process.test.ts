/** A redis-server that is killed, stopped, started anew, or full: nothing hangs, nothing is doubled, nothing is mixed up. */
import { afterEach, describe, expect, it } from "vitest";
import { ConnectionError, type PoolOptions, Redis } from "../../../src/index.js";
import { RedisProcess } from "../../tools/redis-process.js";
import { needsRedis, redisAvailable } from "../../tools/redis-server.js";
import { failure, until } from "../../tools/waiting.js";

let server: RedisProcess | undefined;
const clients: Redis[] = [];

function client(options: PoolOptions = {}): Redis {
  const redis = new Redis({
    host: "127.0.0.1",
    port: server?.port ?? 0,
    retry: { attempts: 1000, backoff: { base: 2, cap: 20 } },
    ...options,
  });
  clients.push(redis);
  return redis;
}

afterEach(async () => {
  server?.signal("SIGCONT");
  await Promise.all(clients.splice(0).map((redis) => redis.close({ timeout: 0 })));
  await server?.stop();
  server = undefined;
});

const durable = ["--appendonly", "yes", "--appendfsync", "always"];

describe.skipIf(!redisAvailable)("a redis-server", () => {
  it(
    needsRedis(
      "that is killed -9 among 1000 commands on their way, and comes back, has every acknowledged write",
    ),
    async () => {
      server = await RedisProcess.start(durable);
      const redis = client();
      await redis.set("warm", 1);
      const before = (await redis.info("server")).match(/run_id:(\w+)/)?.[1];
      const writes = Array.from({ length: 1000 }, (_, i) => redis.set(`k${i}`, i));
      const echoes = Promise.allSettled(Array.from({ length: 50 }, (_, i) => redis.echo(`${i}`)));
      const settled = Promise.allSettled(writes);
      // In the middle: the first of them have been answered, the last not.
      await writes[100];
      await server.kill();
      await server.start();
      const outcomes = await settled;
      // A new process, on which the same client goes on.
      expect((await redis.info("server")).match(/run_id:(\w+)/)?.[1]).not.toBe(before);
      const values = await redis.mget(outcomes.map((_, i) => `k${i}`));
      let acknowledged = 0;
      for (const [i, outcome] of outcomes.entries()) {
        if (outcome.status === "fulfilled") {
          acknowledged++;
          expect(values[i]).toBe(`${i}`);
        } else {
          expect(outcome.reason).toBeInstanceOf(ConnectionError);
          expect(outcome.reason.sent).toBe("maybe");
        }
      }
      expect(acknowledged).toBeGreaterThan(100);
      // ECHO is no read of data, so it was not repeated unless it had not been sent.
      for (const [i, reply] of (await echoes).entries())
        if (reply.status === "fulfilled") expect(reply.value).toBe(`${i}`);
    },
  );

  it(needsRedis("that loses its scripts with a restart runs them all the same"), async () => {
    server = await RedisProcess.start();
    const redis = client();
    const sha = await redis.scriptLoad("return ARGV[1]");
    expect(await redis.evalsha(sha, { args: ["a"] })).toBe("a");
    await server.kill();
    await server.start();
    expect(await failure(redis.evalsha(sha, { args: ["b"] }))).toMatchObject({ code: "NOSCRIPT" });
    expect(await redis.eval("return ARGV[1]", { args: ["b"] })).toBe("b");
    expect(await redis.evalsha(sha, { args: ["c"] })).toBe("c");
  });

  it(
    needsRedis("that is stopped (SIGSTOP) times out, and goes on (SIGCONT) with every reply in its place"),
    async () => {
      server = await RedisProcess.start();
      const redis = client({ commandTimeout: 100 });
      await redis.set("n", 0);
      const waiting = redis.with({ timeout: 0 });
      server.signal("SIGSTOP");
      const late = Promise.allSettled(Array.from({ length: 100 }, () => redis.incr("n")));
      const patient = Promise.allSettled(Array.from({ length: 10 }, (_, i) => waiting.echo(`${i}`)));
      const outcomes = await late;
      for (const outcome of outcomes)
        expect(outcome).toMatchObject({ reason: { name: "TimeoutError", sent: "maybe" } });
      server.signal("SIGCONT");
      for (const [i, outcome] of (await patient).entries()) {
        if (outcome.status === "fulfilled") expect(outcome.value).toBe(`${i}`);
        else expect(outcome.reason).toMatchObject({ sent: "maybe" });
      }
      // Each of them ran once or not at all.
      await until(async () => (await redis.echo("there").catch(() => "")) === "there");
      const n = Number(await redis.get("n"));
      expect(n).toBeLessThanOrEqual(100);
      expect(await redis.incr("n")).toBe(n + 1);
    },
  );

  it(needsRedis("that is stopped for good does not keep close() or anybody waiting"), async () => {
    server = await RedisProcess.start();
    const redis = client({ commandTimeout: 0 });
    await redis.set("a", 1);
    server.signal("SIGSTOP");
    const pending = failure(redis.incr("a"));
    const blocked = failure(redis.blpop("list", 0));
    await redis.close({ timeout: 50 });
    expect(await pending).toMatchObject({ name: "ClosedError", sent: "maybe" });
    expect(await blocked).toMatchObject({ name: "ClosedError" });
  });

  it(needsRedis("that is full (maxclients) says so, and is used once there is room"), async () => {
    server = await RedisProcess.start(["--maxclients", "2"]);
    const holders = [client(), client()];
    await Promise.all(holders.map((one) => one.ping()));
    const impatient = client({ retry: { attempts: 0 } });
    const error = await failure(impatient.get("a"));
    expect(error).toMatchObject({ message: expect.stringContaining("max number of clients reached") });
    const dedicated = failure(client({ retry: { attempts: 0 } }).blpop("list", 0.01));
    expect(await dedicated).toMatchObject({
      message: expect.stringContaining("max number of clients reached"),
    });
    const patient = client();
    const reply = patient.incr("n");
    const retried = new Promise<void>((resolve) => {
      patient.on("reconnecting", () => resolve());
    });
    await retried;
    await holders[0].close();
    expect(await reply).toBe(1);
  });
});
