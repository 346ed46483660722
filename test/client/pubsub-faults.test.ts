/** PubSub while the server is away, silent, or refuses: by a server whose every byte the test decides. */
import { afterEach, describe, expect, it } from "vitest";
import { type PoolOptions, Redis } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";
import { type FakeServer, type Script, startFake } from "../tools/fake-server.js";
import { freePort } from "../tools/redis-server.js";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;
const confirmation = (word: string, name: string, count = 1) =>
  `*3\r\n${bulk(word)}${bulk(name)}:${count}\r\n`;
const message = (channel: string, data: string) => `*3\r\n${bulk("message")}${bulk(channel)}${bulk(data)}`;
/** Confirms whatever is asked. */
const confirming: Script = ([command, ...names]) =>
  names.map((name) => confirmation(command.toLowerCase(), name)).join("");

async function setUp(script: Script, options: PoolOptions = {}): Promise<[Redis, FakeServer]> {
  const server = await startFake(script);
  const redis = new Redis({ host: "127.0.0.1", port: server.port, ...options });
  cleanups.push(
    () => server.stop(),
    () => redis.close({ timeout: 0 }),
  );
  return [redis, server];
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("PubSub and a server that fails", () => {
  it("a subscription that is not confirmed in time is rejected; a late confirmation shifts nothing", async () => {
    let late: (() => void) | undefined;
    const [redis] = await setUp(
      (command, socket) => {
        if (command[1] !== "slow") return confirming(command, socket, 1);
        late = () => socket.write(confirmation("subscribe", "slow") + message("slow", "m"));
        return undefined;
      },
      { commandTimeout: 200 },
    );
    const sub = redis.pubsub();
    await sub.subscribe("quick");
    expect(await failure(sub.subscribe("slow"))).toMatchObject({
      code: "ETIMEDOUT",
      sent: "maybe",
      command: "SUBSCRIBE",
    });
    const other = sub.psubscribe("p*");
    late?.();
    await other;
    // It may have come to be, and it has.
    expect(await sub.getMessage({ timeout: 1000, ignoreSubscribe: true })).toMatchObject({ data: "m" });
    await sub.close();
  });

  it("what is subscribed to and given up during an outage is so when it ends", async () => {
    const port = await freePort();
    let server = await MiniServer.start({ port });
    const redis = new Redis({ host: "127.0.0.1", port, retry: { attempts: 0 } });
    cleanups.push(
      () => server.close(),
      () => redis.close({ timeout: 0 }),
    );
    const sub = redis.pubsub();
    const untouched = redis.pubsub();
    await sub.subscribe("stays", "goes");
    await sub.getMessage();
    await sub.getMessage();
    await server.close();
    const comes = sub.subscribe("comes");
    await sub.unsubscribe("goes");
    // Who was never connected is told at once.
    expect(await failure(untouched.subscribe("c"))).toMatchObject({ code: "ECONNREFUSED", sent: "no" });
    server = await MiniServer.start({ port });
    await comes;
    const types = [];
    for (let i = 0; i < 3; i++) types.push((await sub.getMessage({ timeout: 2000 }))?.type);
    expect(types.sort()).toEqual(["gap", "subscribe", "unsubscribe"]);
    expect(await redis.pubsubNumsub("stays", "goes", "comes")).toEqual({ stays: 1, goes: 0, comes: 1 });
    await untouched.subscribe("c");
    expect(await redis.publish("c", "x")).toBe(1);
    await Promise.all([sub.close(), untouched.close()]);
  });

  it("a channel that is refused after a reconnect takes no other with it", async () => {
    let refuse = false;
    const [redis, server] = await setUp((command, socket, connection) => {
      if (refuse && command.includes("secret")) return "-NOPERM No permissions to access a channel\r\n";
      return confirming(command, socket, connection);
    });
    const sub = redis.pubsub();
    const errors: unknown[] = [];
    sub.on("error", ({ error, message }) => errors.push([error, message]));
    await sub.subscribe("a", "secret", "b");
    refuse = true;
    server.cut();
    for (let type = ""; type !== "gap"; ) type = (await sub.getMessage({ timeout: 2000 }))?.type ?? "none";
    expect(errors).toMatchObject([[{ code: "NOPERM", command: "SUBSCRIBE" }, null]]);
    expect(server.heard.slice(1)).toEqual([
      ["SUBSCRIBE", "a", "secret", "b"],
      ["SUBSCRIBE", "a"],
      ["SUBSCRIBE", "secret"],
      ["SUBSCRIBE", "b"],
    ]);
    server.cut();
    while (server.heard.length < 6) await sub.getMessage({ timeout: 20 });
    expect(server.heard.at(-1)).toEqual(["SUBSCRIBE", "a", "b"]);
    await sub.close();
  });

  it("a gap is told once, after the last confirmation, however often the connection is lost before that", async () => {
    let mute = false;
    const [redis, server] = await setUp((command, socket, connection) =>
      mute ? undefined : confirming(command, socket, connection),
    );
    const sub = redis.pubsub();
    await sub.subscribe("a");
    await sub.psubscribe("p*");
    await sub.getMessage();
    await sub.getMessage();
    mute = true;
    for (let round = 2; round <= 3; round++) {
      server.cut();
      while (server.heard.length < round * 2) await sub.getMessage({ timeout: 20 });
    }
    expect(await sub.getMessage()).toBeNull();
    mute = false;
    server.cut();
    expect(await sub.getMessage({ timeout: 2000 })).toMatchObject({ type: "gap" });
    expect(await sub.getMessage({ timeout: 50 })).toBeNull();
    await sub.close();
  });

  it("an unsolicited end of a sharded channel is an error event, and pairs with nothing", async () => {
    let write: ((text: string) => void) | undefined;
    const [redis] = await setUp((command, socket, connection) => {
      write = (text) => socket.write(text);
      return confirming(command, socket, connection);
    });
    const sub = redis.pubsub();
    const failed = new Promise((resolve) => sub.on("error", resolve));
    await sub.ssubscribe("s1", "s2");
    write?.(confirmation("sunsubscribe", "s1", 1));
    expect(await failed).toMatchObject({ error: { command: "SSUBSCRIBE" }, message: null });
    await sub.ssubscribe("s1");
    await sub.sunsubscribe("s2");
    await sub.close();
  });

  it("a connection that breaks within a message: whole messages only", async () => {
    let write: ((text: string) => void) | undefined;
    const [redis, server] = await setUp((command, socket, connection) => {
      write = (text) => socket.write(text);
      return confirming(command, socket, connection);
    });
    const sub = redis.pubsub();
    const seen: string[] = [];
    const gap = new Promise((resolve) => sub.on("gap", resolve));
    await sub.subscribe("c", ({ data }) => seen.push(data));
    write?.(message("c", "1") + message("c", "2") + message("c", "3").slice(0, -4));
    await expect.poll(() => seen.length).toBe(2);
    server.cut();
    await gap;
    write?.(message("c", "4") + message("c", "5"));
    await expect.poll(() => seen).toEqual(["1", "2", "4", "5"]);
    await sub.close();
  });

  it("keyspace events are switched on again on a server that was restarted", async () => {
    const port = await freePort();
    let server = await MiniServer.start({ port });
    const redis = new Redis({ host: "127.0.0.1", port });
    cleanups.push(
      () => server.close(),
      () => redis.close({ timeout: 0 }),
    );
    const seen: string[] = [];
    const events = await redis.keyspaceEvents({ events: ["set"], configure: true }, ({ key }) => {
      seen.push(key);
    });
    const gap = new Promise((resolve) => events.on("gap", resolve));
    await server.close();
    server = await MiniServer.start({ port });
    await gap;
    await expect
      .poll(async () => {
        await redis.set("k", "v");
        return seen.length;
      })
      .toBeGreaterThan(0);
    await events.close();
  });
});
