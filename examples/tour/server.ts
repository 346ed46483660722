/** What the tour runs on: the mini server in this process, or the server of `REDIS_URL`. */
import { Redis } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";

export interface TourServer {
  readonly description: string;
  /** URL of the server, for clients that connect by themselves. */
  readonly url: string;
  /** Path of a Unix socket to the same server; only the mini server opens one for the tour. */
  readonly unixSocketPath: string | undefined;
  /** A client that most steps use. */
  readonly redis: Redis;
  close(): Promise<void>;
}

export async function openServer(url: string | undefined): Promise<TourServer> {
  return url === undefined || url === "" ? openMiniServer() : openGiven(url);
}

async function openMiniServer(): Promise<TourServer> {
  const { mkdtemp, rm } = await import("node:fs/promises");
  const { tmpdir } = await import("node:os");
  const { join } = await import("node:path");
  const windows = process.platform === "win32";
  const directory = windows ? undefined : await mkdtemp(join(tmpdir(), "resplendent-tour-"));
  const unixSocketPath = directory === undefined ? undefined : join(directory, "redis.sock");
  const started = performance.now();
  const server = await MiniServer.start(unixSocketPath === undefined ? {} : { unixSocketPath });
  const milliseconds = (performance.now() - started).toFixed(1);
  const redis = new Redis(server.url);
  return {
    description: `on the embedded mini server, started in this process in ${milliseconds} ms`,
    url: server.url,
    unixSocketPath,
    redis,
    close: async () => {
      await redis.close();
      await server.close();
      if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The tour writes keys such as `foo`: it only does so where nothing can be overwritten. */
async function openGiven(url: string): Promise<TourServer> {
  const redis = new Redis(url);
  const size = await redis.dbsize();
  if (size > 0) {
    await redis.close();
    throw new Error(
      `The database of REDIS_URL holds ${size} keys, and the tour writes keys such as "foo". ` +
        "Name an empty database, such as redis://localhost:6379/9",
    );
  }
  return {
    description: `on the server at ${redis.pool.address}`,
    url,
    unixSocketPath: undefined,
    redis,
    close: async () => {
      for (let cursor = "0"; ; ) {
        const page = await redis.scan(cursor, { count: 1000 });
        if (page.keys.length > 0) await redis.unlink(page.keys);
        cursor = page.cursor;
        if (cursor === "0") break;
      }
      await redis.close();
    },
  };
}
