/** MIGRATE between servers: redis-server to the mini server, the reverse, and two mini servers, with the same answers. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";
import { freePort, needsRedis, redisAvailable, startRedis } from "../tools/redis-server.js";

interface Side {
  readonly port: number;
  readonly redis: Redis;
  stop(): Promise<void>;
}

async function mini(requirepass?: string): Promise<Side> {
  const server = await MiniServer.start(requirepass === undefined ? {} : { requirepass });
  const redis = new Redis(server.url);
  const stop = async () => {
    await redis.close();
    await server.close();
  };
  return { port: server.port, redis, stop };
}

async function real(requirepass = ""): Promise<Side> {
  const server = await startRedis();
  const open = new Redis({ host: "127.0.0.1", port: server.port });
  await open.configSet("requirepass", requirepass);
  await open.close();
  const redis = new Redis({
    host: "127.0.0.1",
    port: server.port,
    ...(requirepass === "" ? {} : { password: requirepass }),
  });
  const stop = async () => {
    await redis.close();
    await server.stop();
  };
  return { port: server.port, redis, stop };
}

const PAIRS: [name: string, needsRealServer: boolean, from: typeof mini, to: typeof mini][] = [
  ["the mini server to the mini server", false, mini, mini],
  ["the mini server to redis-server", true, mini, real],
  ["redis-server to the mini server", true, real, mini],
  ["redis-server to redis-server", true, real, real],
];

for (const [name, needsRealServer, startFrom, startTo] of PAIRS) {
  describe.skipIf(needsRealServer && !redisAvailable)(
    needsRealServer ? needsRedis(`MIGRATE from ${name}`) : `MIGRATE from ${name}`,
    () => {
      let from: Side;
      let to: Side;
      beforeAll(async () => {
        from = await startFrom();
        to = await startTo("s3cret");
      });
      afterAll(() => Promise.all([from.stop(), to.stop()]));

      /** What the server answers, errors included. */
      const migrate = (...words: (string | number)[]): Promise<unknown> =>
        from.redis.call("MIGRATE", "127.0.0.1", ...words).catch((error: Error) => error.message);

      // First: redis-server keeps a connection for a while, and with it who it has logged in as.
      it("is refused without the password of the other server", async () => {
        await from.redis.set("secret", "1");
        expect(await migrate(to.port, "secret", 0, 1000)).toMatch(/replied with error: NOAUTH/);
        expect(await from.redis.get("secret")).toBe("1");
      });

      it("moves values of every type, with their time to live", async () => {
        const { redis } = from;
        await redis.set("text", "größer\0", { ex: 1000 });
        await redis.rpush("list", "a", "b", "c");
        await redis.hset("hash", { f: "v", g: "w" });
        await redis.sadd("set", "1", "2");
        await redis.zadd("scores", { member: "m", score: 1.5 });
        await redis.xadd("stream", { field: "value" });
        const keys = ["text", "list", "hash", "set", "scores", "stream"];
        expect(await migrate(to.port, "", 3, 1000, "AUTH", "s3cret", "KEYS", ...keys, "none")).toBe("OK");
        expect(await redis.exists(...keys)).toBe(0);
        const other = new Redis({ host: "127.0.0.1", port: to.port, password: "s3cret", db: 3 });
        expect(await other.get("text")).toBe("größer\0");
        expect(await other.ttl("text")).toBeGreaterThan(900);
        expect(await other.lrange("list", 0, -1)).toEqual(["a", "b", "c"]);
        expect(await other.hgetall("hash")).toEqual({ f: "v", g: "w" });
        expect((await other.smembers("set")).sort()).toEqual(["1", "2"]);
        expect(await other.zscore("scores", "m")).toBe(1.5);
        expect(await other.xlen("stream")).toBe(1);
        await other.close();
      });

      it("keeps what COPY asks for, and replaces only when REPLACE does", async () => {
        const options = ["AUTH2", "default", "s3cret"] as const;
        await from.redis.set("k", "new");
        await to.redis.set("k", "old");
        expect(await migrate(to.port, "k", 0, 1000, ...options)).toMatch(
          /Target instance replied with error: BUSYKEY Target key name already exists\./,
        );
        expect(await from.redis.get("k")).toBe("new");
        expect(await migrate(to.port, "k", 0, 1000, "COPY", "REPLACE", ...options)).toBe("OK");
        expect(await from.redis.get("k")).toBe("new");
        expect(await to.redis.get("k")).toBe("new");
      });

      it("deletes of many keys those that have arrived", async () => {
        await from.redis.mset({ here: "1", there: "2" });
        await to.redis.set("there", "taken");
        expect(await migrate(to.port, "", 0, 1000, "AUTH", "s3cret", "KEYS", "there", "here")).toMatch(
          /BUSYKEY/,
        );
        expect(await from.redis.mget("here", "there")).toEqual([null, "2"]);
        expect(await to.redis.mget("here", "there")).toEqual(["1", "taken"]);
      });

      it("says why the other server refuses, or cannot be reached", async () => {
        await from.redis.set("stays", "1");
        expect(await migrate(to.port, "stays", 0, 1000, "AUTH", "wrong")).toMatch(
          /replied with error: WRONGPASS/,
        );
        expect(await migrate(to.port, "stays", 99, 1000, "AUTH", "s3cret")).toMatch(
          /replied with error: ERR DB index is out of range/,
        );
        const nobody = await freePort();
        expect(await migrate(nobody, "stays", 0, 100)).toMatch(
          /IOERR error or timeout writing to target instance/,
        );
        expect(await from.redis.get("stays")).toBe("1");
        expect(await migrate(nobody, "missing", 0, 100)).toBe("NOKEY");
      });

      it("lets no other client change a key that is on its way", async () => {
        await from.redis.set("counter", 1);
        const other = from.redis.with({});
        const moved = migrate(to.port, "counter", 0, 1000, "AUTH", "s3cret");
        const [incremented] = await Promise.all([other.incr("counter"), moved]);
        // Behind the MIGRATE: the key has gone, and the counter begins anew.
        expect(incremented).toBe(1);
        expect(await to.redis.get("counter")).toBe("1");
      });
    },
  );
}

it("MIGRATE keeps its connection, and makes another when that has ended", async () => {
  const from = await mini();
  const to = await mini();
  const kept = async (): Promise<string | undefined> =>
    /migrate_cached_sockets:(\d+)/.exec(String(await from.redis.call("INFO", "stats")))?.[1];
  const move = async (key: string): Promise<unknown> => {
    await from.redis.set(key, "v");
    return from.redis.call("MIGRATE", "127.0.0.1", to.port, key, 0, 1000);
  };
  expect(await kept()).toBe("0");
  expect(await move("a")).toBe("OK");
  expect(await kept()).toBe("1");
  const clients = String(await to.redis.call("CLIENT", "LIST"));
  expect(await move("b")).toBe("OK");
  const again = String(await to.redis.call("CLIENT", "LIST"));
  const ids = (list: string): string[] => [...list.matchAll(/^id=\d+/gm)].map(([id]) => id);
  expect(ids(again)).toEqual(ids(clients));
  await to.redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  expect(await move("c")).toBe("OK");
  expect(await to.redis.exists("a", "b", "c")).toBe(3);
  expect(await kept()).toBe("1");
  await to.redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  await expect.poll(kept).toBe("0");
  await from.stop();
  await to.stop();
});

it("MIGRATE within MULTI is refused by the mini server, and changes nothing", async () => {
  const { redis, port, stop } = await mini();
  await redis.set("k", "v");
  const replies = await redis.multi().call("MIGRATE", "127.0.0.1", port, "k", 1, 100).get("k").execSettled();
  expect(replies[0]).toMatchObject({
    ok: false,
    error: { message: expect.stringMatching(/not supported inside MULTI/) },
  });
  expect(replies[1]).toMatchObject({ value: "v" });
  await stop();
});
