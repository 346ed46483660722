/** ACL where time, secrets and whole clients matter; replies are compared in the conformance cases. */
import { createHash, randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { sha256 } from "../../src/server/engine/sha256.js";
import { MiniServer, type MiniServerOptions } from "../../src/server/index.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function start(options: MiniServerOptions = {}): Promise<MiniServer> {
  const bugs: unknown[] = [];
  const server = await MiniServer.start({ onBug: (error) => bugs.push(error), ...options });
  cleanups.push(async () => {
    await server.close();
    expect(bugs).toEqual([]);
  });
  return server;
}

function client(url: string): Redis {
  const redis = new Redis(url);
  cleanups.push(() => redis.close());
  return redis;
}

function urlOf(server: MiniServer, user: string, password: string): string {
  return `redis://${user}:${password}@${server.address}`;
}

describe("SHA-256", () => {
  it("equals that of OpenSSL for every length around the blocks", () => {
    for (let length = 0; length < 200; length++) {
      const text = randomBytes(length).toString("latin1");
      const expected = createHash("sha256").update(text, "latin1").digest("hex");
      expect(sha256(text)).toBe(expected);
    }
  });
});

describe("a user", () => {
  it("logs in by the client's URL and meets its limits", async () => {
    const server = await start();
    const admin = client(server.url);
    await admin.call("ACL", "SETUSER", "ada", "on", ">pw", "~cache:*", "&news:*", "+@all", "-@dangerous");
    const ada = client(urlOf(server, "ada", "pw"));
    expect(await ada.set("cache:1", "v")).toBe("OK");
    await expect(ada.set("other", "v")).rejects.toMatchObject({ code: "NOPERM" });
    await expect(ada.flushall()).rejects.toMatchObject({ code: "NOPERM" });
    await expect(ada.publish("alarm", "m")).rejects.toMatchObject({ code: "NOPERM" });
    expect(await ada.publish("news:1", "m")).toBe(0);
    await expect(client(urlOf(server, "ada", "wrong")).ping()).rejects.toThrow("WRONGPASS");
  });

  it("needs a password where the server was started with one", async () => {
    const server = await start({ requirepass: "secret" });
    const redis = client(server.url);
    expect(await redis.call("ACL", "WHOAMI")).toBe("default");
    expect(await redis.call("ACL", "LIST")).toEqual([`user default on #${sha256("secret")} ~* &* +@all`]);
    await expect(client(`redis://${server.address}`).get("k")).rejects.toThrow("NOAUTH");
  });

  it("gets no message any more once its channels are taken away", async () => {
    const server = await start();
    const admin = client(server.url);
    await admin.call("ACL", "SETUSER", "ada", "on", "nopass", "&news", "+@all");
    const sub = client(urlOf(server, "ada", "x")).pubsub();
    await sub.subscribe("news");
    expect(await admin.publish("news", "one")).toBe(1);
    await admin.call("ACL", "SETUSER", "ada", "resetchannels");
    expect(await admin.publish("news", "two")).toBe(0);
    await sub.close();
  });
});

describe("ACL LOG", () => {
  it("gathers the same event for a minute, and tells its age", async () => {
    const server = await start();
    server.clock.freeze();
    const redis = client(server.url);
    await redis.call("ACL", "SETUSER", "ada", "on", "nopass", "+@all");
    const ada = client(urlOf(server, "ada", "x"));
    const fail = () => expect(ada.get("k")).rejects.toMatchObject({ code: "NOPERM" });
    await fail();
    server.clock.advance(60_000);
    await fail();
    server.clock.advance(60_001);
    await fail();
    server.clock.advance(1_500);
    const entries = (await redis.aclLog()) as { count: number; ageSeconds: number }[];
    expect(entries.map(({ count, ageSeconds }) => ({ count, ageSeconds }))).toEqual([
      { count: 1, ageSeconds: 1.5 },
      { count: 2, ageSeconds: 61.501 },
    ]);
  });
});

describe("rules with passwords", () => {
  it("are hidden in the slow log", async () => {
    const server = await start({ config: { "slowlog-log-slower-than": "0" } });
    const redis = client(server.url);
    await redis.call("ACL", "SETUSER", "ada", ">secret");
    const log = JSON.stringify(await redis.call("SLOWLOG", "GET"));
    expect(log).toContain("SETUSER");
    expect(log).not.toContain("secret");
    expect(log).not.toContain("ada");
  });
});
