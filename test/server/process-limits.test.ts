/** Limits of connections: idle time, output that nobody reads, keys that a listener on several addresses serves. */
import { connect } from "node:net";
import { afterEach, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { MiniServer, type MiniServerOptions } from "../../src/server/index.js";

let server: MiniServer;
afterEach(() => server.close());

async function start(options: MiniServerOptions): Promise<Redis> {
  server = await MiniServer.start(options);
  return new Redis({ server });
}

/** A client that sends and never reads. @returns a promise of its end */
async function deafClient(request: string): Promise<{ readonly ended: Promise<unknown>; close(): void }> {
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => {});
  const ended = new Promise((resolve) => socket.once("close", resolve));
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  socket.pause();
  socket.write(request);
  return { ended, close: () => socket.destroy() };
}

const deafClients = async (redis: Redis, name: string): Promise<number> =>
  ((await redis.call("CLIENT", "LIST")) as string)
    .split("\n")
    .filter((line) => line.includes(` name=${name} `)).length;

it("cuts off a normal client at its hard limit", async () => {
  const redis = await start({ config: { "client-output-buffer-limit": "normal 8mb 0 0" } });
  await redis.set("big", "x".repeat(4_000_000));
  const deaf = await deafClient(`CLIENT SETNAME deaf\r\n${"GET big\r\n".repeat(20)}`);
  await expect.poll(() => deafClients(redis, "deaf"), { timeout: 10_000 }).toBe(0);
  deaf.close();
  await redis.close();
});

it("sends no part of replies that are too much together", async () => {
  const redis = await start({ config: { "client-output-buffer-limit": "normal 200000 0 0" } });
  await redis.set("some", "x".repeat(50_000));
  const socket = connect(server.port, "127.0.0.1");
  let received = 0;
  socket.on("data", (bytes) => {
    received += bytes.length;
  });
  const ended = new Promise((resolve) => socket.once("close", resolve));
  socket.write("GET some\r\n".repeat(3));
  await expect.poll(() => received).toBe(3 * 50_010);
  socket.write("GET some\r\n".repeat(5));
  await ended;
  expect(received).toBe(3 * 50_010);
  await redis.close();
});

it("leaves a normal client alone without a limit, and cuts off a subscriber at its soft one", async () => {
  const redis = await start({ config: { "client-output-buffer-limit": "pubsub 0 1mb 1" } });
  await redis.set("big", "x".repeat(4_000_000));
  const patient = await deafClient(`CLIENT SETNAME patient\r\n${"GET big\r\n".repeat(10)}`);
  const deaf = await deafClient("CLIENT SETNAME deaf\r\nSUBSCRIBE c\r\n");
  await expect.poll(() => redis.publish("c", "x".repeat(1_000_000))).toBe(1);
  const begun = performance.now();
  for (let i = 0; i < 20; i++) await redis.publish("c", "x".repeat(1_000_000));
  // Nothing more is sent: it is the time over the limit that ends it.
  await expect.poll(() => deafClients(redis, "deaf"), { timeout: 10_000 }).toBe(0);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(1000);
  expect(await deafClients(redis, "patient")).toBe(1);
  patient.close();
  deaf.close();
  await redis.close();
});

it("ends idle clients, but none that wait or listen", async () => {
  const redis = await start({});
  const idle = await deafClient("CLIENT SETNAME idle\r\n");
  const listener = await deafClient("CLIENT SETNAME listener\r\nSUBSCRIBE c\r\n");
  const waiter = await deafClient("CLIENT SETNAME waiter\r\nBLPOP q 0\r\n");
  await expect.poll(() => deafClients(redis, "idle")).toBe(1);
  await expect.poll(() => deafClients(redis, "waiter")).toBe(1);
  await redis.configSet({ timeout: "60" });
  server.clock.advance(61_000);
  await expect.poll(() => deafClients(redis, "idle"), { timeout: 5000 }).toBe(0);
  expect(await deafClients(redis, "listener")).toBe(1);
  expect(await deafClients(redis, "waiter")).toBe(1);
  for (const one of [idle, listener, waiter]) one.close();
  await redis.close();
});

it("listens on several addresses, and on those alone that are there", async () => {
  const redis = await start({ host: ["127.0.0.1", "127.0.0.2", "-203.0.113.1"] });
  await redis.set("k", "v");
  const other = new Redis({ host: "127.0.0.2", port: server.port });
  expect(await other.get("k")).toBe("v");
  expect((await redis.configGet(["bind"])).bind).toBe("127.0.0.1 127.0.0.2 -203.0.113.1");
  await other.close();
  await redis.close();
});
