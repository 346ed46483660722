/** `startTestServer`: every target that there is, and what it says of those that there are not. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  MiniServer,
  type RedisContainerPackage,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from "../../src/server/index.js";
import { inProcessClient } from "../tools/in-process-client.js";
import { needsRedis, redisAvailable } from "../tools/redis-server.js";
import { RawClient } from "../tools/witness.js";

const testcontainersInstalled = await import(/* @vite-ignore */ String("@testcontainers/redis")).then(
  () => true,
  () => false,
);
const environment = { ...process.env };
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  process.env = { ...environment };
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function start(options?: TestServerOptions): Promise<TestServer> {
  const server = await startTestServer(options);
  cleanups.push(() => server.stop());
  return server;
}

async function info(url: string): Promise<string> {
  const client = await RawClient.connect(Number(new URL(url).port));
  const reply = await client.call("INFO", "server");
  client.close();
  return String(reply.value);
}

/** Does nobody listen there any more? */
async function isGone(url: string): Promise<boolean> {
  return RawClient.connect(Number(new URL(url).port)).then(
    (client) => {
      client.close();
      return false;
    },
    () => true,
  );
}

describe("startTestServer", () => {
  it("starts a mini server unless told otherwise", async () => {
    delete process.env.RESPLENDENT_TARGET;
    const server = await start({ mini: { seed: 1 } });
    expect(server.kind).toBe("mini");
    expect(server.redisOptions).toEqual({ server: server.mini });
    expect(await info(server.url)).toContain("redis_version");
    const client = inProcessClient(server.mini as MiniServer);
    expect(await client.send("PING")).toBe("+PONG\r\n");
    await server.stop();
    await server.stop();
    expect(await isGone(server.url)).toBe(true);
  });

  it("uses a URL as it is, and stops nothing there", async () => {
    const mini = await MiniServer.start();
    cleanups.push(() => mini.close());
    process.env.RESPLENDENT_TARGET = mini.url;
    const one = await start();
    expect([one.kind, one.url, one.redisOptions, one.mini]).toEqual([
      "url",
      mini.url,
      { url: mini.url },
      undefined,
    ]);
    await one.stop();
    process.env.RESPLENDENT_TARGET = "url";
    process.env.REDIS_URL = `${mini.url}/3`;
    expect((await start()).url).toBe(`${mini.url}/3`);
    // What is asked for by name counts more than the environment.
    expect((await start({ on: "mini" })).kind).toBe("mini");
    expect(await isGone(mini.url)).toBe(false);
    delete process.env.REDIS_URL;
    await expect(start()).rejects.toThrow("REDIS_URL");
  });

  it("refuses targets that there are not", async () => {
    for (const on of ["redis", "mini:x", "url:x", "redis-server:", "container:"]) {
      await expect(start({ on }), on).rejects.toThrow("There is no target");
    }
  });

  it.skipIf(!redisAvailable)(needsRedis("starts a redis-server, and leaves nothing of it"), async () => {
    process.env.RESPLENDENT_TARGET = "redis-server";
    const server = await start({ args: ["--databases", "3"] });
    expect([server.kind, server.redisOptions]).toEqual(["redis-server", { url: server.url }]);
    const text = await info(server.url);
    expect(text).toMatch(/executable:.*redis-server/);
    const pid = Number(/process_id:(\d+)/.exec(text)?.[1]);
    await server.stop();
    expect(await isGone(server.url)).toBe(true);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  it("says why a program does not start", async () => {
    await expect(start({ on: "redis-server:/nowhere/redis" })).rejects.toThrow("not installed");
    const directory = mkdtempSync(join(tmpdir(), "test-server-"));
    cleanups.push(() => rmSync(directory, { recursive: true }));
    const script = (name: string, text: string): string => {
      const path = join(directory, name);
      writeFileSync(path, `#!/bin/sh\n${text}\n`);
      chmodSync(path, 0o755);
      return `redis-server:${path}`;
    };
    const broken = script("broken", "echo 'Bad directive'; exit 3");
    await expect(start({ on: broken })).rejects.toThrow(/ended with code 3:\nBad directive/);
    const slow = script("slow", "exec sleep 60");
    await expect(start({ on: slow, timeout: 50 })).rejects.toThrow("was not ready after 50 ms");
  });

  it("starts a container by the package that it is given", async () => {
    const seen: unknown[] = [];
    const fake: RedisContainerPackage = {
      RedisContainer: class {
        constructor(image: string) {
          seen.push(image);
        }
        withStartupTimeout(ms: number) {
          seen.push(ms);
          return this;
        }
        async start() {
          const mini = await MiniServer.start();
          return { getConnectionUrl: () => mini.url, stop: () => mini.close() };
        }
      },
    };
    const server = await start({ on: "container:valkey/valkey:8", testcontainers: fake });
    expect([server.kind, ...seen]).toEqual(["container", "valkey/valkey:8", 120_000]);
    expect(await info(server.url)).toContain("redis_version");
    await server.stop();
    expect(await isGone(server.url)).toBe(true);
  });

  it.skipIf(testcontainersInstalled)("says which package is missing for containers", async () => {
    await expect(start({ on: "container" })).rejects.toThrow("npm install --save-dev @testcontainers/redis");
  });
});
