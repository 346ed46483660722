/** What clients see of the server's inside: CLIENT LIST's buffers, INFO, what tracking has no room for. */
import { afterEach, describe, expect, it } from "vitest";
import { MiniServer } from "../../src/server/index.js";
import { inProcessClient as client, type InProcessClient, wire } from "../tools/in-process-client.js";

const running: MiniServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

async function start(): Promise<MiniServer> {
  const server = await MiniServer.start({ listen: false });
  running.push(server);
  return server;
}

/** A field of one client's line in CLIENT LIST. */
async function field(viewer: InProcessClient, name: string, which: string): Promise<number> {
  const lines = (await viewer.send("CLIENT", "LIST")).split("\n");
  const line = lines.find((text) => text.includes(` name=${name} `)) ?? "";
  return Number(new RegExp(` ${which}=(\\d+) `).exec(line)?.[1]);
}

describe("CLIENT LIST", () => {
  it("tells the size of the request that runs", async () => {
    const { send } = client(await start());
    expect(await send("CLIENT", "LIST")).toMatch(/ qbuf=26 qbuf-free=20448 argv-mem=10 multi-mem=0 /);
    await send("MULTI");
    await send("SET", "k", "value");
    await send("CLIENT", "INFO");
    expect(await send("EXEC")).toMatch(/ multi=2 .* multi-mem=59 /);
  });

  it("counts what has come of a request", async () => {
    const server = await start();
    const [one, viewer] = [client(server), client(server)];
    await one.send("CLIENT", "SETNAME", "one");
    one.receive(Buffer.from("*2\r\n$3\r\nGET\r\n$10\r\nabc"));
    expect(await field(viewer, "one", "qbuf")).toBe(8);
    one.receive(Buffer.from("defghij\r\n"));
    expect(await field(viewer, "one", "qbuf")).toBe(0);
  });

  it("lets buffers go that nobody needs", async () => {
    const server = await start();
    server.clock.freeze();
    const [one, viewer] = [client(server), client(server)];
    await one.send("CLIENT", "SETNAME", "one");
    const request = Buffer.from(wire("SET", "k", "x".repeat(100_000)));
    one.receive(request.subarray(0, 5000));
    expect(await field(viewer, "one", "qbuf")).toBeGreaterThan(4900);
    one.receive(request.subarray(5000));
    expect(await field(viewer, "one", "qbuf-free")).toBe(100_000);
    server.clock.advance(100);
    expect(await field(viewer, "one", "qbuf-free")).toBe(20474);
    server.clock.advance(3000);
    expect(await field(viewer, "one", "qbuf-free")).toBe(0);
    expect(await field(viewer, "one", "rbs")).toBe(16384);
    server.clock.advance(5000);
    expect(await field(viewer, "one", "rbs")).toBe(1024);
  });
});

describe("tracking", () => {
  it("tells of keys that it has no room to remember, even of those that the client has changed itself", async () => {
    const server = await start();
    const [one, all] = [client(server), client(server)];
    await one.send("HELLO", "3");
    await all.send("HELLO", "3");
    await one.send("CLIENT", "TRACKING", "ON", "NOLOOP");
    await all.send("CLIENT", "TRACKING", "ON", "BCAST");
    await one.send("MGET", "a", "b", "c");
    expect(await all.send("CONFIG", "SET", "tracking-table-max-keys", "1")).toBe("+OK\r\n");
    expect(one.take()).toMatch(/invalidate\r\n\*1\r\n\$1\r\na\r\n[\s\S]*invalidate\r\n\*1\r\n\$1\r\nb\r\n$/);
    expect(await one.send("GET", "d")).toMatch(/^_\r\n>2[\s\S]*\$1\r\nc\r\n$/);
    expect(await all.send("INFO", "stats")).toContain("tracking_total_keys:1\r\n");
  });

  it("tells of an evicted key before the reply", async () => {
    const server = await start();
    const { send } = client(server);
    await send("HELLO", "3");
    await send("CONFIG", "SET", "maxmemory-policy", "volatile-random", "maxmemory", "1100000");
    await send("CLIENT", "TRACKING", "ON");
    await send("SET", "volatile", "x", "EX", "1000");
    await send("GET", "volatile");
    await send("SETBIT", "big", "1600000", "0");
    expect(await send("GETBIT", "big", "0")).toMatch(/^>2[\s\S]*volatile\r\n:0\r\n$/);
  });
});

it("EXISTS, TYPE and TTL do not count as uses of a key", async () => {
  const server = await start();
  server.clock.freeze();
  const { send } = client(server);
  await send("SET", "k", "v");
  server.clock.advance(5000);
  for (const name of ["EXISTS", "TYPE", "TTL"]) await send(name, "k");
  expect(await send("OBJECT", "IDLETIME", "k")).toBe(":5\r\n");
  await send("TOUCH", "k");
  expect(await send("OBJECT", "IDLETIME", "k")).toBe(":0\r\n");
});

describe("INFO", () => {
  it("counts CONFIG RESETSTAT as the first command since", async () => {
    const { send } = client(await start());
    for (let round = 0; round < 2; round++) {
      await send("CONFIG", "RESETSTAT");
      await send("GET", "k");
      const stats = await send("INFO", "commandstats");
      expect(stats).toMatch(/cmdstat_config\|resetstat:calls=1,/);
      expect(stats).toMatch(/cmdstat_get:calls=1,/);
      expect(await send("LATENCY", "HISTOGRAM", "config|resetstat")).toContain("calls\r\n:1\r\n");
    }
  });

  it("shows the percentiles that are wanted", async () => {
    const { send } = client(await start());
    expect(await send("CONFIG", "SET", "latency-tracking-info-percentiles", "0.0 50.5 100")).toBe("+OK\r\n");
    expect(await send("CONFIG", "GET", "latency-tracking-info-percentiles")).toContain("0 50.5 100");
    expect(await send("INFO", "latencystats")).toMatch(/_config\|set:p0=[\d.]+,p50.5=[\d.]+,p100=[\d.]+\r\n/);
    await send("CONFIG", "SET", "latency-tracking-info-percentiles", "");
    expect(await send("INFO", "latencystats")).not.toContain("p50");
  });

  it("counts the values that UNLINK and FLUSHALL ASYNC give up", async () => {
    const server = await start();
    const { send } = client(server);
    const count = async (): Promise<string | undefined> =>
      /lazyfreed_objects:(\d+)/.exec(await send("INFO", "memory"))?.[1];
    const members = Array.from({ length: 200 }, (_, i) => `m${i}`);
    await send("SADD", "set", ...members);
    await send("SADD", "small", "a");
    for (let i = 0; i < 10; i++) await send("RPUSH", "list", ...members);
    await send("UNLINK", "set", "small", "list", "missing");
    expect(await count()).toBe("1");
    await send("MSET", "a", "1", "b", "2");
    await send("FLUSHALL", "ASYNC");
    expect(await count()).toBe("3");
    await send("CONFIG", "RESETSTAT");
    expect(await count()).toBe("0");
  });
});
