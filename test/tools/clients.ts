/** Suites that run through the client on every server there is: redis-server, the mini server, and that in process. */
import { afterAll, afterEach, beforeAll, beforeEach, describe } from "vitest";
import { type PoolOptions, Redis } from "../../src/index.js";
import { redisAvailable, startRedis } from "./redis-server.js";

/** A server under test. */
export interface Place {
  readonly kind: "redis-server" | "mini server" | "in process";
  /** A client of it; the suite closes it. */
  client(options?: PoolOptions): Redis;
  stop(): Promise<void>;
}

/** Run `suite` once for every place. `start` opens the place, in a `beforeAll` of the suite's. */
export function onEveryServer(name: string, suite: (start: () => Promise<Place>) => void): void {
  describe.skipIf(!redisAvailable)(`${name} on redis-server`, () => suite(redisServer));
  describe(`${name} on the mini server`, () => suite(() => miniServer("mini server")));
  describe(`${name} on the mini server in process`, () => suite(() => miniServer("in process")));
}

/**
 * The same for suites that need nothing but clients: each test begins with an empty server, and what `client` has made is
 * closed behind it.
 */
export function withClients(name: string, suite: (client: (options?: PoolOptions) => Redis) => void): void {
  onEveryServer(name, (start) => {
    let place: Place;
    const clients: Redis[] = [];
    const client = (options?: PoolOptions) => {
      const made = place.client(options);
      clients.push(made);
      return made;
    };
    beforeAll(async () => {
      place = await start();
    });
    afterAll(() => place.stop());
    beforeEach(async () => {
      await client().flushall();
    });
    afterEach(async () => {
      for (const redis of clients.splice(0)) await redis.close();
    });
    suite(client);
  });
}

async function redisServer(): Promise<Place> {
  const server = await startRedis();
  return {
    kind: "redis-server",
    client: (options) => new Redis({ host: "127.0.0.1", port: server.port, ...options }),
    stop: () => server.stop(),
  };
}

async function miniServer(kind: "mini server" | "in process"): Promise<Place> {
  const { MiniServer } = await import("../../src/server/index.js");
  const server = await MiniServer.start();
  return {
    kind,
    client: (options) =>
      new Redis({ ...(kind === "in process" ? { server } : { url: server.url }), ...options }),
    stop: () => server.close(),
  };
}
