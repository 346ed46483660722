import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { MiniServer, type MiniServerOptions } from "../../src/server/index.js";
import { inProcessClient as client, wire } from "../tools/in-process-client.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function start(options?: MiniServerOptions): Promise<MiniServer> {
  const bugs: unknown[] = [];
  const server = await MiniServer.start({ onBug: (error) => bugs.push(error), ...options });
  cleanups.push(async () => {
    await server.close();
    expect(bugs).toEqual([]);
  });
  return server;
}

/** Until all that is under way has been written. */
function moment(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What comes over a socket for what is sent. */
function exchange(socket: Socket, text: string, length: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = "";
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      got += chunk.toString("latin1");
      if (got.length >= length) resolve(got);
    });
    socket.on("close", () => resolve(got));
    socket.write(text, "latin1");
  });
}

describe("MiniServer", () => {
  it("listens on a free port of 127.0.0.1", async () => {
    const server = await start();
    expect(server.port).toBeGreaterThan(0);
    expect(server.address).toBe(`127.0.0.1:${server.port}`);
    expect(server.url).toBe(`redis://127.0.0.1:${server.port}`);
    const socket = connect(server.port, "127.0.0.1");
    expect(await exchange(socket, "PING\r\n", 7)).toBe("+PONG\r\n");
    socket.destroy();
  });

  it("says so when the port is taken", async () => {
    const server = await start();
    await expect(MiniServer.start({ port: server.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("refuses bad parameters", async () => {
    await expect(MiniServer.start({ config: { maxmemory: "much" } })).rejects.toThrow(RangeError);
    await expect(MiniServer.start({ config: { nosuch: "1" } })).rejects.toThrow("nosuch");
  });

  it("listens on a Unix socket, takes over a dead one, and removes it", async () => {
    const directory = mkdtempSync(join(tmpdir(), "mini-"));
    cleanups.push(() => rmSync(directory, { recursive: true }));
    const path = join(directory, "redis.sock");
    const server = await start({ unixSocketPath: path });
    const socket = connect(path);
    expect(await exchange(socket, "PING\r\n", 7)).toBe("+PONG\r\n");
    await expect(MiniServer.start({ unixSocketPath: path })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await server.close();
    expect(existsSync(path)).toBe(false);
    // A socket whose server has died without removing it.
    const dead = createServer().listen(path);
    await once(dead, "listening");
    renameSync(path, `${path}.old`);
    dead.close();
    await once(dead, "close");
    renameSync(`${path}.old`, path);
    await start({ unixSocketPath: path });
    writeFileSync(`${path}.txt`, "mine");
    await expect(MiniServer.start({ unixSocketPath: `${path}.txt` })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
    expect(readFileSync(`${path}.txt`, "utf8")).toBe("mine");
    // What keeps a name for later, as mktemp(1) does.
    writeFileSync(`${path}.empty`, "");
    await start({ unixSocketPath: `${path}.empty` });
  });

  it("asks for the password", async () => {
    const server = await start({ requirepass: "a b" });
    expect(server.url).toBe(`redis://:a%20b@${server.address}`);
    const { send } = client(server);
    expect(await send("GET", "k")).toBe("-NOAUTH Authentication required.\r\n");
    expect(await send("AUTH", "wrong")).toMatch(/^-WRONGPASS/);
    expect(await send("AUTH", "a b")).toBe("+OK\r\n");
    expect(await send("GET", "k")).toBe("$-1\r\n");
  });

  it("has as many databases as wanted", async () => {
    const { send } = client(await start({ databases: 2 }));
    expect(await send("SELECT", "1")).toBe("+OK\r\n");
    expect(await send("SELECT", "2")).toBe("-ERR DB index is out of range\r\n");
  });

  it("chooses the same with the same seed", async () => {
    const draw = async (): Promise<string> => {
      const { send } = client(await start({ seed: 7 }));
      await send("SADD", "s", ..."abcdefghij");
      return send("SRANDMEMBER", "s", "5");
    };
    expect(await draw()).toBe(await draw());
  });

  it("hangs up on everybody when it closes, twice if need be", async () => {
    const server = await start();
    const inProcess = client(server);
    const socket = connect(server.port, "127.0.0.1");
    await exchange(socket, "PING\r\n", 7);
    const closed = new Promise((resolve) => socket.on("close", resolve));
    await Promise.all([server.close(), server.close()]);
    await closed;
    expect(inProcess.ended).toBe(true);
    await server.close();
  });

  it("closes on SHUTDOWN", async () => {
    const server = await start();
    const { send } = client(server);
    expect(await send("SHUTDOWN", "FOO")).toBe("-ERR syntax error\r\n");
    expect(await send("SHUTDOWN", "NOSAVE")).toBe("");
    await server.close();
    await expect(
      new Promise((_resolve, reject) => connect(server.port, "127.0.0.1").on("error", reject)),
    ).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("flush removes all keys", async () => {
    const server = await start();
    const { send } = client(server);
    await send("SET", "a", "1");
    await send("SELECT", "3");
    await send("SET", "b", "1");
    server.flush();
    expect(await send("INFO", "keyspace")).toContain("# Keyspace\r\n\r\n");
  });
});

describe("clients", () => {
  it("get the replies to one chunk in one piece", async () => {
    const server = await start();
    const pieces: string[] = [];
    const accepted = server.accept(
      (bytes) => pieces.push(Buffer.from(bytes).toString()),
      () => {},
    );
    accepted.receive(Buffer.from(wire("SET", "k", "v") + wire("GET", "k") + wire("INCR", "n")));
    await moment();
    expect(pieces).toEqual(["+OK\r\n$1\r\nv\r\n:1\r\n"]);
  });

  it("are told of a protocol error, and hung up on", async () => {
    const bad = client(await start());
    bad.receive(Buffer.from("PING\r\n*1\r\nx\r\nPING\r\n"));
    await moment();
    expect(bad.take()).toBe("+PONG\r\n-ERR Protocol error: expected '$', got 'x'\r\n");
    expect(bad.ended).toBe(true);
  });

  it("are hung up on when they speak HTTP", async () => {
    const browser = client(await start());
    browser.receive(Buffer.from("POST / HTTP/1.1\r\nHost: x\r\n\r\nFLUSHALL\r\n"));
    await moment();
    expect(browser.take()).toBe("");
    expect(browser.ended).toBe(true);
  });

  it("may QUIT behind other requests, and nothing runs behind it", async () => {
    const one = client(await start());
    one.receive(Buffer.from("INCR n\r\nQUIT\r\nINCR n\r\n"));
    await moment();
    expect(one.take()).toBe(":1\r\n+OK\r\n");
    expect(one.ended).toBe(true);
  });

  it("that wait are served in the order in which they came, and then go on", async () => {
    const server = await start();
    const [a, b, c] = [client(server), client(server), client(server)];
    a.receive(Buffer.from("BLPOP list 0\r\nPING\r\n"));
    b.receive(Buffer.from("BLPOP list 0\r\nPING\r\n"));
    expect(await c.send("RPUSH", "list", "x", "y")).toBe(":2\r\n");
    await moment();
    expect(a.take()).toBe("*2\r\n$4\r\nlist\r\n$1\r\nx\r\n+PONG\r\n");
    expect(b.take()).toBe("*2\r\n$4\r\nlist\r\n$1\r\ny\r\n+PONG\r\n");
  });

  it("that hang up while they wait take nothing", async () => {
    const server = await start();
    const [waiting, other] = [client(server), client(server)];
    await waiting.send("BLPOP", "list", "0");
    waiting.close();
    expect(await other.send("RPUSH", "list", "x")).toBe(":1\r\n");
    expect(await other.send("LLEN", "list")).toBe(":1\r\n");
    expect((await other.send("CLIENT", "LIST")).match(/id=/g)).toHaveLength(1);
  });

  it("can be killed, and kill themselves last", async () => {
    const server = await start();
    const [a, b] = [client(server), client(server)];
    const id = /:(\d+)/.exec(await a.send("CLIENT", "ID"))?.[1] ?? "";
    expect(await b.send("CLIENT", "KILL", "ID", id)).toBe(":1\r\n");
    expect(a.ended).toBe(true);
    expect(await b.send("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no")).toBe(":1\r\n");
    expect(b.ended).toBe(true);
  });

  it("see each other's commands by MONITOR", async () => {
    const server = await start();
    const [watcher, other] = [client(server), client(server)];
    expect(await watcher.send("MONITOR")).toBe("+OK\r\n");
    await other.send("SET", "k", 'a "b"\n\xff');
    await moment();
    expect(watcher.take()).toMatch(
      /^\+\d{10}\.\d{6} \[0 127\.0\.0\.1:0\] "SET" "k" "a \\"b\\"\\n\\xff"\r\n$/,
    );
  });

  it("are limited in number", async () => {
    const server = await start({ config: { maxclients: "1" } });
    client(server);
    const socket = connect(server.port, "127.0.0.1");
    expect(await exchange(socket, "", 1)).toBe("-ERR max number of clients reached\r\n");
  });
});

describe("clock", () => {
  it("advance makes keys expire and waiting end, at once", async () => {
    const server = await start();
    // Not a millisecond of real time may come in between.
    server.clock.freeze();
    const [a, b, events] = [client(server), client(server), client(server)];
    await a.send("CONFIG", "SET", "notify-keyspace-events", "Ex");
    await events.send("SUBSCRIBE", "__keyevent@0__:expired");
    await a.send("SET", "k", "v", "EX", "60");
    await b.send("BLPOP", "list", "30");
    server.clock.advance(29_999);
    await moment();
    expect(b.take()).toBe("");
    server.clock.advance(1);
    await moment();
    expect(b.take()).toBe("*-1\r\n");
    expect(await a.send("TTL", "k")).toBe(":30\r\n");
    server.clock.advance(30_000);
    await moment();
    expect(events.take()).toContain("$1\r\nk\r\n");
    expect(await a.send("DBSIZE")).toBe(":0\r\n");
    expect(await a.send("GET", "k")).toBe("$-1\r\n");
  });

  it("freeze stops time, real starts it again", async () => {
    const server = await start();
    const { send } = client(server);
    server.clock.freeze(1_700_000_000_000);
    expect(await send("TIME")).toBe("*2\r\n$10\r\n1700000000\r\n$1\r\n0\r\n");
    await send("SET", "k", "v", "PX", "5");
    await sleep(20);
    expect(await send("PTTL", "k")).toBe(":5\r\n");
    server.clock.advance(5);
    expect(await send("PTTL", "k")).toBe(":-2\r\n");
    server.clock.real();
    expect(Math.abs(server.clock.now() - Date.now())).toBeLessThan(1000);
    expect(() => server.clock.advance(-1)).toThrow(RangeError);
  });

  it("in real time keys expire without anybody looking", async () => {
    const server = await start();
    const { send } = client(server);
    await send("SET", "k", "v", "PX", "10");
    await sleep(60);
    expect(await send("DBSIZE")).toBe(":0\r\n");
  });

  it("idle time is counted", async () => {
    const server = await start();
    const { send } = client(server);
    await send("SET", "k", "v");
    server.clock.advance(90_000);
    expect(await send("OBJECT", "IDLETIME", "k")).toBe(":90\r\n");
    await send("GET", "k");
    expect(await send("OBJECT", "IDLETIME", "k")).toBe(":0\r\n");
  });
});

describe("maxmemory", () => {
  const value = "x".repeat(1000);

  it("refuses writes without a policy to evict", async () => {
    const { send } = client(await start({ config: { maxmemory: "1mb" } }));
    let reply = "";
    for (let i = 0; i < 200; i++) reply = await send("SET", `k${i}`, value);
    expect(reply).toBe("-OOM command not allowed when used memory > 'maxmemory'.\r\n");
    expect(await send("GET", "k0")).toContain(value);
    expect(await send("DEL", "k0")).toBe(":1\r\n");
  });

  it.each(["allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-ttl", "volatile-lru"])(
    "%s makes room",
    async (policy) => {
      const server = await start({ config: { maxmemory: "1mb", "maxmemory-policy": policy } });
      const { send } = client(server);
      for (let i = 0; i < 400; i++) expect(await send("SET", `k${i}`, value, "EX", "1000")).toBe("+OK\r\n");
      const size = Number((await send("DBSIZE")).slice(1));
      expect(size).toBeGreaterThan(50);
      expect(size).toBeLessThan(200);
      expect(await send("INFO", "stats")).toContain(`evicted_keys:${400 - size}`);
    },
  );
});
