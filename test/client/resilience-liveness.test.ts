/** An idle connection whose other end is gone is found, and replaced, before somebody needs it. */
import { afterEach, describe, expect, it } from "vitest";
import { type PoolOptions, Redis } from "../../src/index.js";
import { onEveryServer } from "../tools/clients.js";
import { type FakeServer, type Script, startFake } from "../tools/fake-server.js";

let server: FakeServer | undefined;
let redis: Redis | undefined;

async function setUp(script: Script, options: PoolOptions = {}): Promise<Redis> {
  server = await startFake(script);
  const retry = { backoff: { base: 1, cap: 10 } };
  redis = new Redis({
    port: server.port,
    host: "127.0.0.1",
    pingInterval: 30,
    commandTimeout: 60,
    retry,
    ...options,
  });
  return redis;
}

afterEach(async () => {
  await redis?.close({ timeout: 0 });
  await server?.stop();
  redis = server = undefined;
});

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > end) throw new Error("it did not come about within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const pings = () => server?.heard.filter(([name]) => name === "PING").length ?? 0;

describe("an idle connection", () => {
  it("is asked for a sign of life, again and again", async () => {
    const client = await setUp(() => "+PONG\r\n");
    await client.ping();
    await until(() => pings() >= 4);
    expect(server?.connections).toBe(1);
  });

  it("is replaced when none comes", async () => {
    const client = await setUp(([name], _, connection) =>
      name === "PING" && connection === 1 ? undefined : "+OK\r\n",
    );
    const errors: (string | undefined)[] = [];
    client.on("disconnect", ({ error }) => errors.push(error?.code));
    await client.set("a", 1);
    await until(() => server?.connections === 2);
    expect(errors).toEqual(["ESILENT"]);
    expect(await client.set("a", 2)).toBe("OK");
  });

  it("is left alone with pingInterval: 0", async () => {
    const client = await setUp(() => "+OK\r\n", { pingInterval: 0 });
    await client.set("a", 1);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(pings()).toBe(0);
  });

  it("that is dedicated is thrown away, so that the next borrower gets another", async () => {
    const client = await setUp(([name], _, connection) => {
      if (name === "PING" && connection === 1) return undefined;
      return name === "BLPOP" ? "*2\r\n$1\r\nl\r\n$1\r\nv\r\n" : "+PONG\r\n";
    });
    await client.blpop("l", 1);
    expect(client.pool.statistics().idle).toBe(1);
    await until(() => client.pool.statistics().idle === 0);
    expect(await client.blpop("l", 1)).toEqual({ key: "l", value: "v" });
    expect(server?.connections).toBe(2);
  });

  it("with a command on its way is not asked: that command's deadline finds out", async () => {
    const client = await setUp(([name]) => (name === "BLPOP" ? undefined : "+OK\r\n"), { commandTimeout: 0 });
    const blocked = client.blpop("l", 0).catch((error) => error);
    await until(() => server?.heard.some(([name]) => name === "BLPOP") ?? false);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(pings()).toBe(0);
    await client.close({ timeout: 0 });
    expect(await blocked).toMatchObject({ name: "ClosedError" });
  });

  it("of a PubSub too, which subscribes again", async () => {
    const client = await setUp(([name, channel], _, connection) => {
      if (name === "SUBSCRIBE") return `*3\r\n$9\r\nsubscribe\r\n$${channel.length}\r\n${channel}\r\n:1\r\n`;
      return connection === 1 ? undefined : "*2\r\n$4\r\npong\r\n$0\r\n\r\n";
    });
    const sub = client.pubsub();
    await sub.subscribe("news");
    const types: string[] = [];
    while (!types.includes("gap")) types.push((await sub.getMessage({ timeout: 5000 }))?.type ?? "nothing");
    expect(types).not.toContain("nothing");
    expect(server?.connections).toBe(2);
    await until(() => pings() >= 4);
    expect(server?.connections).toBe(2);
    await sub.close();
  });
});

onEveryServer("PING of a subscribed connection", (start) => {
  it.each([2, 3] as const)("neither shows nor disturbs, with RESP%i", async (protocol) => {
    const place = await start();
    const client = place.client({ protocol, pingInterval: 20 });
    const sub = client.pubsub();
    try {
      await sub.subscribe("news");
      await new Promise((resolve) => setTimeout(resolve, 150));
      await client.publish("news", "hello");
      expect(await sub.getMessage({ timeout: 2000 })).toMatchObject({ type: "subscribe" });
      expect(await sub.getMessage({ timeout: 2000 })).toMatchObject({ type: "message", data: "hello" });
      expect(await sub.getMessage()).toBeNull();
    } finally {
      await sub.close();
      await client.close();
      await place.stop();
    }
  });
});
