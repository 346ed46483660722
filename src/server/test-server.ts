/** One call that starts whatever a test suite shall run against: the mini server, redis-server, a container, a URL. */
import { MiniServer } from "./mini-server.js";
import type { MiniServerOptions } from "./mini-server-options.js";
import { type RedisContainerPackage, startContainer } from "./redis-container.js";
import { startRedisProcess } from "./redis-process.js";

/** What tests run against. */
export type TestServerKind = "mini" | "redis-server" | "container" | "url";

/** Settings of {@link startTestServer}. */
export interface TestServerOptions {
  /**
   * What to run on. When left out, the environment variable `RESPLENDENT_TARGET` decides, and where that is not set
   * it is `"mini"`. Both take:
   * - `mini`: a {@link MiniServer} in this process
   * - `redis-server`, `redis-server:/path/to/valkey-server`: a process, from the PATH or from there
   * - `container`, `container:valkey/valkey:8`: a container of that image, by the package `@testcontainers/redis`
   * - `url`: the server at `REDIS_URL`; or a URL itself: `redis://127.0.0.1:6379/9`
   */
  readonly on?: string;
  /** Settings of the mini server, should it be that. */
  readonly mini?: MiniServerOptions;
  /** More words of redis-server's command line, should it be that: `["--appendonly", "yes"]`. */
  readonly args?: readonly string[];
  /** The package `@testcontainers/redis`, where this package cannot find it by itself (strict package managers). */
  readonly testcontainers?: RedisContainerPackage;
  /** Milliseconds that a process or a container may take to start; 10,000 and 120,000 when left out. */
  readonly timeout?: number;
}

/** A server that tests run against. */
export interface TestServer {
  readonly kind: TestServerKind;
  /** For clients of any kind and language. */
  readonly url: string;
  /** For this package's client: `new Redis(server.redisOptions)`. The mini server is reached without sockets. */
  readonly redisOptions: { server: MiniServer } | { url: string };
  /** The mini server, if it is that: clock, faults, snapshots. */
  readonly mini: MiniServer | undefined;
  /** Stop what was started; a server at a URL is left as it is. Safe to call twice. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const DEFAULT_IMAGE = "redis:7.0";

/**
 * Start what the tests run on, so that the same suite runs on the mini server at every save and on the real one in CI.
 * @throws TypeError for a target that is none; Error when it cannot be started, which says what to do
 * @example
 * const server = await startTestServer();          // RESPLENDENT_TARGET=redis-server npm test
 * const redis = new Redis(server.redisOptions);
 * // ...
 * await redis.close();
 * await server.stop();
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const environment = globalThis.process?.env ?? {};
  const target = options.on ?? (environment.RESPLENDENT_TARGET || "mini");
  if (/^[a-z][a-z+]*:\/\//i.test(target)) return at("url", target, async () => {});
  const colon = target.indexOf(":");
  const kind = colon === -1 ? target : target.slice(0, colon);
  const detail = colon === -1 ? undefined : target.slice(colon + 1);
  if (detail === "" || (detail !== undefined && kind !== "redis-server" && kind !== "container"))
    refuse(target);
  switch (kind) {
    case "mini": {
      const mini = await MiniServer.start(options.mini);
      return { ...at("mini", mini.url, () => mini.close()), redisOptions: { server: mini }, mini };
    }
    case "redis-server": {
      const { url, stop } = await startRedisProcess({
        binary: detail ?? "redis-server",
        args: options.args ?? [],
        timeout: options.timeout ?? 10_000,
      });
      return at("redis-server", url, stop);
    }
    case "container": {
      const { url, stop } = await startContainer({
        image: detail ?? DEFAULT_IMAGE,
        timeout: options.timeout ?? 120_000,
        testcontainers: options.testcontainers,
      });
      return at("container", url, stop);
    }
    case "url": {
      const url = environment.REDIS_URL;
      if (!url) throw new Error('The target "url" needs the environment variable REDIS_URL');
      return at("url", url, async () => {});
    }
    default:
      return refuse(target);
  }
}

function refuse(target: string): never {
  throw new TypeError(
    `There is no target "${target}": it must be mini, redis-server[:path], container[:image], url, or a URL`,
  );
}

function at(kind: TestServerKind, url: string, end: () => Promise<void>): TestServer {
  let ending: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    ending ??= end();
    return ending;
  };
  return { kind, url, redisOptions: { url }, mini: undefined, stop, [Symbol.asyncDispose]: stop };
}
