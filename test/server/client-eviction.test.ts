/** What clients' connections take of memory, which of them `maxmemory-clients` ends, and that `maxmemory` counts them. */
import { connect, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const LIMIT = 1_000_000;

async function start(config: Record<string, string>): Promise<{ server: MiniServer; redis: Redis }> {
  const server = await MiniServer.start({ config });
  const redis = new Redis(server.url);
  cleanups.push(async () => {
    await redis.close();
    await server.close();
  });
  await redis.call("CLIENT", "NO-EVICT", "ON");
  return { server, redis };
}

/** A connection of its own, whose name the server knows. */
async function peer(server: MiniServer, name: string): Promise<Socket> {
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => {});
  cleanups.push(() => socket.destroy());
  const answered = new Promise((resolve) => socket.once("data", resolve));
  socket.write(`CLIENT SETNAME ${name}\r\n`);
  await answered;
  return socket;
}

/** The fields of a connection in CLIENT LIST. */
async function fieldsOf(redis: Redis, name: string): Promise<Map<string, string> | undefined> {
  const lines = String(await redis.call("CLIENT", "LIST")).split("\n");
  const line = lines.find((one) => one.includes(` name=${name} `));
  return line === undefined
    ? undefined
    : new Map(line.split(" ").map((field) => field.split("=") as [string, string]));
}

async function fieldOf(redis: Redis, name: string, field: string): Promise<number> {
  return Number((await fieldsOf(redis, name))?.get(field));
}

async function isThere(redis: Redis, name: string): Promise<boolean> {
  return (await fieldsOf(redis, name)) !== undefined;
}

async function evictedClients(redis: Redis): Promise<number> {
  return Number(/evicted_clients:(\d+)/.exec(String(await redis.call("INFO", "stats")))?.[1]);
}

/** The beginning of a request whose only word has so many bytes, all of which are there. */
function unfinished(bytes: number): string {
  return `*2\r\n$${bytes}\r\n${"v".repeat(bytes)}`;
}

/** What redis-server counts for a connection: its record, an empty query buffer, and a reply buffer of full size. */
const FRESH = 768 + 20480 + 16384;

it("tells what a connection takes", async () => {
  const { server, redis } = await start({});
  server.clock.freeze();
  const one = await peer(server, "one");
  expect(await fieldOf(redis, "one", "tot-mem")).toBe(FRESH);
  one.write(unfinished(100_000));
  await expect.poll(() => fieldOf(redis, "one", "qbuf")).toBe(100_000);
  expect(await fieldOf(redis, "one", "tot-mem")).toBe(768 + 100_006 + 16384);
  server.clock.advance(200);
  expect(await fieldOf(redis, "one", "tot-mem")).toBe(768 + 100_006 + 16384);
  one.write("\r\n");
  await expect.poll(() => fieldOf(redis, "one", "argv-mem")).toBe(100_000);
  server.clock.advance(100);
  expect(await fieldOf(redis, "one", "tot-mem")).toBe(FRESH + 100_000);
  server.clock.advance(6000);
  expect(await fieldOf(redis, "one", "tot-mem")).toBe(768 + 8 + 1024 + 100_000);
});

it("counts what a connection has set up, and what waits", async () => {
  const { server, redis } = await start({});
  const two = await peer(server, "two");
  two.write(`MULTI\r\nSET k ${"v".repeat(1000)}\r\n`);
  await expect.poll(() => fieldOf(redis, "two", "multi-mem")).toBe(1004 + 3 * 8);
  expect(await fieldOf(redis, "two", "tot-mem")).toBe(FRESH + 1028 + 2 * 24);
  two.write("DISCARD\r\n");
  await expect.poll(() => fieldOf(redis, "two", "tot-mem")).toBe(FRESH);
  two.write("WATCH a b\r\n");
  await expect.poll(() => fieldOf(redis, "two", "tot-mem")).toBe(FRESH + 2 * 56);
  two.write("UNWATCH\r\nSUBSCRIBE a b c\r\n");
  await expect.poll(() => fieldOf(redis, "two", "tot-mem")).toBe(FRESH + 3 * 24 + 4 * 8);
  const three = await peer(server, "three");
  three.write("BLPOP none 0\r\n");
  await expect.poll(() => fieldOf(redis, "three", "argv-mem")).toBe(10);
  expect(await fieldOf(redis, "three", "qbuf")).toBe(0);
  expect(await fieldOf(redis, "three", "tot-mem")).toBe(FRESH + 10 + 3 * 8);
  const four = await peer(server, "four");
  four.pause();
  four.write("SUBSCRIBE c\r\n");
  await expect.poll(() => redis.publish("c", "")).toBe(2);
  two.write("UNSUBSCRIBE\r\n");
  for (let i = 0; i < 20; i++) await redis.publish("c", "x".repeat(1_000_000));
  await expect.poll(() => fieldOf(redis, "four", "omem")).toBeGreaterThan(1_000_000);
});

it("tells the same everywhere", async () => {
  const { server, redis } = await start({ "maxmemory-clients": "10mb" });
  server.clock.freeze();
  const one = await peer(server, "one");
  one.write(unfinished(100_000));
  const two = await peer(server, "two");
  two.write("SUBSCRIBE a b c\r\n");
  await expect.poll(() => fieldOf(redis, "one", "qbuf")).toBe(100_000);
  await expect.poll(() => fieldOf(redis, "two", "sub")).toBe(3);
  for (const passed of [0, 10_000]) {
    server.clock.advance(passed);
    // What the viewer itself is sent changes its reply buffer no more.
    await redis.call("INFO", "everything");
    // Its own line counts its request.
    const list = String(await redis.call("CLIENT", "LIST"));
    const sum = [...list.matchAll(/ tot-mem=(\d+)/g)].reduce((all, [, bytes]) => all + Number(bytes), 0);
    const expected = sum - "CLIENTLIST".length - 2 * 8;
    expect(await redis.call("INFO", "memory")).toContain(`mem_clients_normal:${expected}\r\n`);
    const stats = await redis.call("MEMORY", "STATS");
    expect(stats instanceof Map && stats.get("clients.normal")).toBe(expected);
    // Of those that do nothing it is known when somebody must go.
    await redis.configSet({ "maxmemory-clients": "0" });
    await redis.configSet({ "maxmemory-clients": "10mb" });
    expect(await redis.call("DEBUG", "CLIENT-EVICTION")).toContain(`tot-mem: ${expected}, `);
  }
});

it.each([
  ["a request that does not end", unfinished(LIMIT)],
  ["a request that has hardly begun", `*2\r\n$${LIMIT}\r\nv`],
  ["many arguments", `*1000\r\n${`$10000\r\n${"v".repeat(10_000)}\r\n`.repeat(200)}`],
  ["a transaction", `MULTI\r\n${`SET k ${"v".repeat(50_000)}\r\n`.repeat(30)}`],
])("ends a client with %s", async (_what, request) => {
  const { server, redis } = await start({ "maxmemory-clients": String(LIMIT) });
  const one = await peer(server, "one");
  const ended = new Promise((resolve) => one.once("close", resolve));
  one.write(request);
  await ended;
  expect(await isThere(redis, "one")).toBe(false);
  expect(await evictedClients(redis)).toBe(1);
});

it.each(["WATCH", "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE"])(
  "ends a client with much to %s",
  async (command) => {
    // So little is raised to what leaves room for a few connections.
    const { server, redis } = await start({ "maxmemory-clients": "1" });
    const one = await peer(server, "one");
    const ended = new Promise((resolve) => one.once("close", resolve));
    for (let i = 0; i < 50; i++) {
      one.write(`${command} ${Array.from({ length: 100 }, (_, at) => `k${i * 100 + at}`).join(" ")}\r\n`);
    }
    await ended;
    expect(await evictedClients(redis)).toBe(1);
  },
);

it("ends a client with replies that it does not read, also by messages of others", async () => {
  const { server, redis } = await start({ "maxmemory-clients": "2mb" });
  await redis.setrange("big", 500_000, "x");
  const reader = await peer(server, "reader");
  reader.pause();
  for (let i = 0; i < 100; i++) reader.write("GET big\r\n");
  await expect.poll(() => isThere(redis, "reader")).toBe(false);
  const listener = await peer(server, "listener");
  listener.pause();
  listener.write("SUBSCRIBE c\r\n");
  await expect.poll(() => redis.publish("c", "")).toBe(1);
  for (let i = 0; i < 40; i++) await redis.publish("c", "x".repeat(500_000));
  await expect.poll(() => isThere(redis, "listener")).toBe(false);
});

it("ends the largest ones first, and no more than it must", async () => {
  const { server, redis } = await start({});
  const sizes = { small: 100_000, middle: 300_000, large: 700_000 };
  for (const [name, bytes] of Object.entries(sizes)) {
    const socket = await peer(server, name);
    socket.write(unfinished(bytes));
    await expect.poll(() => fieldOf(redis, name, "qbuf")).toBe(bytes);
  }
  await redis.configSet({ "maxmemory-clients": "600000" });
  await expect.poll(() => isThere(redis, "large")).toBe(false);
  expect(await isThere(redis, "middle")).toBe(true);
  await redis.configSet({ "maxmemory-clients": "300000" });
  await expect.poll(() => isThere(redis, "middle")).toBe(false);
  expect(await isThere(redis, "small")).toBe(true);
  expect(await evictedClients(redis)).toBe(2);
});

it("leaves those alone that have said so, until they take it back", async () => {
  const { server, redis } = await start({ "maxmemory-clients": String(LIMIT) });
  const one = await peer(server, "one");
  one.write("HELLO 3\r\nCLIENT NO-EVICT ON\r\n");
  one.write("SUBSCRIBE c\r\n");
  await expect.poll(() => redis.publish("c", "")).toBe(1);
  one.pause();
  for (let i = 0; i < 40; i++) await redis.publish("c", "x".repeat(500_000));
  expect(await fieldOf(redis, "one", "tot-mem")).toBeGreaterThan(LIMIT);
  expect(await evictedClients(redis)).toBe(0);
  one.write("CLIENT NO-EVICT OFF\r\n");
  await expect.poll(() => isThere(redis, "one")).toBe(false);
  expect(await evictedClients(redis)).toBe(1);
});

it("takes a percentage of maxmemory", async () => {
  const { server, redis } = await start({ maxmemory: "10mb", "maxmemory-clients": "10%" });
  const one = await peer(server, "one");
  one.write(unfinished(300_000));
  await expect.poll(() => fieldOf(redis, "one", "qbuf")).toBe(300_000);
  const two = await peer(server, "two");
  const ended = new Promise((resolve) => two.once("close", resolve));
  two.write(unfinished(1_000_000));
  await ended;
  expect(await isThere(redis, "one")).toBe(true);
});

it("counts what clients take as memory in use", async () => {
  const { server, redis } = await start({ maxmemory: "5mb", "maxmemory-policy": "allkeys-lru" });
  for (let i = 0; i < 20; i++) await redis.setrange(`k${i}`, 100_000, "x");
  const one = await peer(server, "one");
  one.write(unfinished(3_000_000));
  await expect.poll(() => fieldOf(redis, "one", "qbuf")).toBe(3_000_000);
  await expect.poll(() => redis.dbsize()).toBeLessThan(15);
  expect(await redis.dbsize()).toBeGreaterThan(5);
  one.destroy();
  await expect.poll(() => isThere(redis, "one")).toBe(false);
  const left = await redis.dbsize();
  await redis.setrange("again", 1_000_000, "x");
  expect(await redis.dbsize()).toBe(left + 1);
});
