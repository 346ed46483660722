/** The option `addressResolver`: where an address leads is asked at each connect. */
import { afterEach, expect, it } from "vitest";
import { type HostAndPort, OptionError, type PoolOptions, Redis } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";
import { until } from "../tools/waiting.js";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(name: string): Promise<MiniServer> {
  const server = await MiniServer.start();
  cleanups.push(() => server.close());
  await using redis = new Redis({ server });
  await redis.set("name", name);
  return server;
}

function connect(addressResolver: PoolOptions["addressResolver"], options: PoolOptions = {}): Redis {
  const redis = new Redis({ host: "db.internal", port: 1234, addressResolver, ...options } as PoolOptions);
  cleanups.push(() => redis.close({ timeout: 0 }));
  return redis;
}

it("leads to another place, and to the next when it has moved", async () => {
  const [first, second] = [await serve("first"), await serve("second")];
  let at = first;
  const asked: HostAndPort[] = [];
  const redis = connect(async (address) => {
    asked.push(address);
    return { host: "127.0.0.1", port: at.port };
  });
  expect(await redis.get("name")).toBe("first");
  expect(redis.pool.address).toBe("db.internal:1234");
  at = second;
  await first.close();
  await until(async () => (await redis.get("name").catch(() => null)) === "second");
  expect(asked.length).toBeGreaterThanOrEqual(2);
  for (const address of asked) expect(address).toEqual({ host: "db.internal", port: 1234 });
});

it("is asked again when it fails, and what waits is carried out", async () => {
  const server = await serve("here");
  let attempts = 0;
  const redis = connect(
    () => {
      if (++attempts < 3) throw new Error("the registry is away");
      return { host: "127.0.0.1", port: server.port };
    },
    { retry: { backoff: () => 1 } },
  );
  const failures: string[] = [];
  redis.on("reconnecting", ({ error }) => failures.push(`${error.code}: ${error.message}`));
  expect(await redis.get("name")).toBe("here");
  expect(failures).toEqual(
    Array(2).fill(
      expect.stringMatching(/^EADDRESS: .*the option addressResolver failed: the registry is away/),
    ),
  );
});

it.each<[string, PoolOptions["addressResolver"], string]>([
  ["says nothing", () => new Promise(() => {}), "no answer within 50 ms"],
  ["gives no address", () => ({ host: "127.0.0.1" }) as HostAndPort, 'it gave {"host":"127.0.0.1"}'],
  ["gives no port", () => ({ host: "127.0.0.1", port: 70_000 }), "in place of { host, port }"],
])("one that %s fails the connect", async (_, resolver, why) => {
  const redis = connect(resolver, { connectTimeout: 50, retry: { attempts: 0 } });
  await expect(redis.ping()).rejects.toMatchObject({
    code: "EADDRESS",
    sent: "no",
    message: expect.stringContaining(why),
  });
});

it.each<[PoolOptions]>([
  [{ addressResolver: "127.0.0.1" as never }],
  [{ addressResolver: (address) => address, unixSocketPath: "/tmp/redis.sock" }],
])("refuses %j", (options) => {
  expect(() => new Redis(options)).toThrow(OptionError);
});
