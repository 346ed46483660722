/** Faults on demand, each as a client meets it. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type Fault, MiniServer, type MiniServerOptions } from "../../src/server/index.js";
import { type InProcessClient, inProcessClient, moment, wire } from "../tools/in-process-client.js";

const LOADING = "LOADING Redis is loading the dataset in memory";

let server: MiniServer;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

async function start(options: MiniServerOptions = {}): Promise<InProcessClient> {
  server = await MiniServer.start({ listen: false, ...options });
  return inProcessClient(server);
}

async function socketTo(port: number): Promise<{ socket: Socket; heard: () => string }> {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  let heard = "";
  socket.on("data", (bytes) => {
    heard += bytes.toString("latin1");
  });
  socket.on("error", () => {});
  await once(socket, "connect");
  return { socket, heard: () => heard };
}

describe("a fault", () => {
  it("answers an error as often as it should, and runs nothing", async () => {
    const { send } = await start();
    const fault = server.faults.add({ command: "incr", error: LOADING, times: 2 });
    expect(await send("INCR", "n")).toBe(`-${LOADING}\r\n`);
    expect(await send("GET", "n")).toBe("$-1\r\n");
    expect(await send("INCR", "n")).toBe(`-${LOADING}\r\n`);
    expect(await send("INCR", "n")).toBe(":1\r\n");
    expect(fault.hits).toBe(2);
    expect(await send("INFO", "errorstats")).toContain("errorstat_LOADING:count=2");
  });

  it("spoils transactions as an error of the server's own does", async () => {
    const { send } = await start();
    const fault = server.faults.add({ command: "SET", error: "READONLY no writing here" });
    await send("MULTI");
    expect(await send("SET", "k", "v")).toBe("-READONLY no writing here\r\n");
    expect(await send("EXEC")).toMatch(/^-EXECABORT/);
    fault.remove();
    server.faults.add({ command: "EXEC", error: LOADING });
    await send("MULTI");
    await send("SET", "k", "v");
    expect(await send("EXEC")).toBe(`-EXECABORT Transaction discarded because of: ${LOADING}\r\n`);
    expect(await send("SET", "k", "v")).toBe("+OK\r\n");
  });

  it("is about commands, categories, keys and clients", async () => {
    const one = await start();
    const two = inProcessClient(server);
    await one.send("CLIENT", "SETNAME", "worker-1");
    const strikes = async (fault: Fault, ...words: string[]): Promise<boolean> => {
      const handle = server.faults.add({ error: "X", ...fault });
      await one.send(...words);
      handle.remove();
      return handle.hits === 1;
    };
    expect(await strikes({ command: ["get", "set"] }, "SET", "a", "b")).toBe(true);
    expect(await strikes({ command: "CONFIG GET" }, "config", "get", "x")).toBe(true);
    expect(await strikes({ command: "config|set" }, "config", "get", "x")).toBe(false);
    expect(await strikes({ command: "CONFIG" }, "config", "get", "x")).toBe(true);
    expect(await strikes({ command: "@write" }, "SET", "a", "b")).toBe(true);
    expect(await strikes({ command: ["@write", "PING"] }, "GET", "a")).toBe(false);
    expect(await strikes({ command: "@all" }, "NOSUCH")).toBe(true);
    expect(await strikes({ command: "GET" }, "NOSUCH")).toBe(false);
    expect(await strikes({ key: "user:*" }, "MGET", "a", "user:1")).toBe(true);
    expect(await strikes({ key: "user:*" }, "SET", "a", "user:1")).toBe(false);
    expect(await strikes({ key: "*" }, "PING")).toBe(false);
    expect(await strikes({ key: "clé" }, "GET", Buffer.from("clé").toString("latin1"))).toBe(true);
    expect(await strikes({ client: "worker-*" }, "PING")).toBe(true);
    expect(await strikes({ client: "other" }, "PING")).toBe(false);
    const id = Number((await one.send("CLIENT", "ID")).slice(1));
    expect(await strikes({ client: id }, "PING")).toBe(true);
    server.faults.add({ client: id, error: "X" });
    expect(await two.send("PING")).toBe("+PONG\r\n");
  });

  it("strikes by chance, the same with the same seed, and after some have passed", async () => {
    const pattern = async (): Promise<string> => {
      const { send } = await start({ seed: 3 });
      server.faults.add({ command: "PING", error: "X", probability: 0.5 });
      let seen = "";
      for (let i = 0; i < 40; i++) seen += (await send("PING")).slice(0, 1);
      return seen;
    };
    const first = await pattern();
    await server.close();
    expect(await pattern()).toBe(first);
    expect(first).toMatch(/^(?=.*\+)(?=.*-)/);
    server.faults.clear();
    server.faults.add({ command: "PING", error: "X", skip: 2, times: 1 });
    const { send } = inProcessClient(server);
    expect([await send("PING"), await send("PING"), await send("PING"), await send("PING")]).toEqual([
      "+PONG\r\n",
      "+PONG\r\n",
      "-X\r\n",
      "+PONG\r\n",
    ]);
  });

  it("lets the first of several strike", async () => {
    const { send } = await start();
    server.faults.add({ error: "FIRST", times: 1 });
    server.faults.add({ error: "SECOND" });
    expect(await send("PING")).toBe("-FIRST\r\n");
    expect(await send("PING")).toBe("-SECOND\r\n");
    expect(server.faults.size).toBe(2);
    server.faults.clear();
    expect(server.faults.size).toBe(0);
    expect(server.interceptor).toBeUndefined();
    expect(await send("PING")).toBe("+PONG\r\n");
  });

  it("drops a reply of a command that has run", async () => {
    const { send } = await start();
    server.faults.add({ command: "INCR", drop: true, times: 1 });
    expect(await send("INCR", "n")).toBe("");
    expect(await send("INCR", "n")).toBe(":2\r\n");
  });

  it("cuts a reply in the middle, behind whole ones", async () => {
    const client = await start();
    await client.send("SET", "k", "0123456789");
    server.faults.add({ command: "GET", cutAfter: 9, skip: 1 });
    client.write("GET", "k");
    client.write("GET", "k");
    client.write("SET", "k", "never");
    await moment();
    expect(client.take()).toBe("$10\r\n0123456789\r\n$10\r\n0123");
    expect(client.ended).toBe(true);
    expect(server.dump().k.value).toBe("0123456789");
  });

  it("closes before or after a command runs", async () => {
    const one = await start();
    const before = server.faults.add({ command: "INCR", close: "before" });
    one.write("PING");
    one.write("INCR", "n");
    await moment();
    expect(one.take()).toBe("+PONG\r\n");
    expect(one.ended).toBe(true);
    expect(server.keys()).toEqual([]);
    before.remove();
    const two = inProcessClient(server);
    server.faults.add({ command: "INCR", close: "after" });
    expect(await two.send("INCR", "n")).toBe("");
    expect(two.ended).toBe(true);
    expect(server.dump().n.value).toBe("1");
  });

  it("delays a reply by the server's clock, and everything behind it", async () => {
    const { send, take } = await start();
    server.clock.freeze();
    server.faults.add({ command: "INCR", delay: 100, times: 1 });
    expect(await send("INCR", "n")).toBe("");
    expect(server.dump().n.value).toBe("1");
    expect(await send("INCR", "n")).toBe("");
    server.clock.advance(99);
    await moment();
    expect(take()).toBe("");
    server.clock.advance(1);
    await moment();
    expect(take()).toBe(":1\r\n:2\r\n");
  });

  it("delays a reply in real time, whatever the clock says", async () => {
    const { send, take } = await start();
    server.clock.freeze();
    server.faults.add({ command: "PING", delay: { ms: 20, clock: "real" } });
    expect(await send("PING")).toBe("");
    await server.waitForIdle();
    expect(take()).toBe("+PONG\r\n");
    server.clock.real();
    server.faults.clear();
    server.faults.add({ command: "PING", delay: 20, error: "X" });
    expect(await send("PING")).toBe("");
    await server.waitForIdle();
    expect(take()).toBe("-X\r\n");
  });

  it("strikes the late reply of a command that waits", async () => {
    const one = await start();
    const two = inProcessClient(server);
    server.faults.add({ command: "BLPOP", close: "after" });
    await one.send("BLPOP", "list", "0");
    expect(one.ended).toBe(false);
    expect(await two.send("RPUSH", "list", "a")).toBe(":1\r\n");
    await moment();
    expect(one.take()).toBe("");
    expect(one.ended).toBe(true);
    expect(server.keys()).toEqual([]);
  });

  it("leaves a connection half-open until it is removed", async () => {
    const one = await start();
    const two = inProcessClient(server);
    await one.send("HELLO", "3");
    await one.send("SUBSCRIBE", "news");
    const fault = server.faults.add({ command: "INCR", stall: true, times: 1 });
    expect(await one.send("INCR", "n")).toBe("");
    expect(await one.send("PING")).toBe("");
    await two.send("PUBLISH", "news", "hello");
    await server.waitForIdle();
    expect(one.take()).toBe("");
    expect(one.ended).toBe(false);
    expect(await two.send("INCR", "n")).toBe(":1\r\n");
    fault.remove();
    await moment();
    expect(one.take()).toBe(">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n:2\r\n+PONG\r\n");
  });

  it("stalls and cuts real sockets, and refuses them", async () => {
    await start({ listen: true });
    const stall = server.faults.add({ command: "PING", stall: true, times: 1 });
    const one = await socketTo(server.port);
    one.socket.write(wire("PING"));
    await expect.poll(() => stall.hits).toBe(1);
    const refuse = server.faults.add({ refuse: true, times: 2 });
    for (let i = 0; i < 2; i++) {
      const { socket } = await socketTo(server.port);
      await once(socket, "close");
    }
    expect(refuse.hits).toBe(2);
    const other = await socketTo(server.port);
    other.socket.write(wire("ECHO", "hello"));
    await expect.poll(other.heard).toBe("$5\r\nhello\r\n");
    expect(one.heard()).toBe("");
    stall.remove();
    await expect.poll(one.heard).toBe("+PONG\r\n");
    server.faults.add({ command: "ECHO", cutAfter: 6 });
    other.socket.write(wire("ECHO", "hello"));
    await once(other.socket, "close");
    expect(other.heard()).toBe("$5\r\nhello\r\n$5\r\nhe");
  });

  it("says what is wrong with it", async () => {
    await start();
    const bad: [fault: unknown, text: string][] = [
      [{}, "needs one of"],
      [{ error: "X", drop: true }, "error and drop"],
      [{ eror: "X" }, "no option eror"],
      [{ error: "X", command: "NOSUCH" }, "no command NOSUCH"],
      [{ error: "X", command: "@nosuch" }, "no category @nosuch"],
      [{ error: "X\r\n+OK" }, "one line"],
      [{ error: "" }, "one line"],
      [{ close: "now" }, '"before" or "after"'],
      [{ stall: true, delay: 5 }, "does not go with"],
      [{ close: "before", delay: 5 }, "does not go with"],
      [{ refuse: true, key: "x" }, "no filter"],
      [{ drop: false }, "must be true"],
      [{ cutAfter: -1 }, "cutAfter must be"],
      [{ drop: true, times: 1.5 }, "times must be"],
      [{ drop: true, skip: Number.NaN }, "skip must be"],
      [{ drop: true, probability: 2 }, "probability must be"],
      [{ delay: 1e12 }, "delay must be"],
      [{ delay: { ms: 5, clock: "moon" } }, "clock of a delay"],
      [{ drop: true, key: "" }, "key must be text"],
    ];
    for (const [fault, text] of bad) {
      expect(() => server.faults.add(fault as Fault), text).toThrow(text);
    }
    expect(server.faults.size).toBe(0);
  });
});
