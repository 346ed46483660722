/** The command log, waiting until nothing is under way, and many servers in one process. */
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { MiniServer, type MiniServerOptions } from "../../src/server/index.js";
import { type InProcessClient, inProcessClient, moment, wire } from "../tools/in-process-client.js";

let server: MiniServer;
afterEach(() => server.close());

async function start(options: MiniServerOptions = {}): Promise<InProcessClient> {
  server = await MiniServer.start({ listen: false, ...options });
  return inProcessClient(server);
}

describe("the command log", () => {
  it("records nothing before it is told to, and nothing afterwards", async () => {
    const { send } = await start();
    await send("PING");
    expect(server.commandLog.length).toBe(0);
    expect(server.interceptor).toBeUndefined();
    server.commandLog.start();
    await send("PING");
    server.commandLog.stop();
    expect(server.interceptor).toBeUndefined();
    await send("PING");
    expect(server.commandLog.length).toBe(1);
    expect(server.commandLog.active).toBe(false);
  });

  it("knows who sent what, when, and what it was answered", async () => {
    const { send } = await start();
    server.clock.freeze(1_700_000_000_000);
    await send("CLIENT", "SETNAME", "app");
    server.commandLog.start({ replies: true });
    await send("set", "user:1", Buffer.from("Zoë").toString("latin1"));
    await send("SELECT", "2");
    await send("config", "get", "maxclients");
    await send("LPUSH", "list", "\xff");
    await send("INCR", "list");
    await send("NoSuch", "x");
    await send("AUTH", "secret");
    const who = { client: 1, clientName: "app", at: 1_700_000_000_000 };
    expect([...server.commandLog]).toEqual([
      { ...who, db: 0, command: "SET", args: ["user:1", "Zoë"], reply: "OK" },
      { ...who, db: 0, command: "SELECT", args: ["2"], reply: "OK" },
      { ...who, db: 2, command: "CONFIG GET", args: ["maxclients"], reply: ["maxclients", "10000"] },
      { ...who, db: 2, command: "LPUSH", args: ["list", Buffer.from([255])], reply: 1 },
      {
        ...who,
        db: 2,
        command: "INCR",
        args: ["list"],
        reply: { error: "WRONGTYPE Operation against a key holding the wrong kind of value" },
      },
      {
        ...who,
        db: 2,
        command: "NoSuch",
        args: ["x"],
        reply: { error: "ERR unknown command 'NoSuch', with args beginning with: 'x' " },
      },
      {
        ...who,
        db: 2,
        command: "AUTH",
        args: ["(redacted)"],
        reply: {
          error:
            "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
        },
      },
    ]);
  });

  it("finds by command, category, key and client, and keeps the last ones", async () => {
    const one = await start();
    const two = inProcessClient(server);
    server.commandLog.start({ limit: 5, only: { command: "@string" } });
    await one.send("SET", "a:1", "1");
    await two.send("SET", "b:1", "1");
    await two.send("PING");
    await one.send("MGET", "a:1", "b:1");
    await two.send("INCR", "b:1");
    const found = (filter: Parameters<typeof server.commandLog.entries>[0]): string[] =>
      server.commandLog.entries(filter).map(({ command, client }) => `${client} ${command}`);
    expect(found({})).toEqual(["1 SET", "2 SET", "1 MGET", "2 INCR"]);
    expect(found({ command: "@write" })).toEqual(["1 SET", "2 SET", "2 INCR"]);
    expect(found({ key: "b:*" })).toEqual(["2 SET", "1 MGET", "2 INCR"]);
    expect(found({ client: 2, command: ["SET", "GET"] })).toEqual(["2 SET"]);
    for (let i = 0; i < 4; i++) await one.send("GET", `${i}`);
    expect(server.commandLog.length).toBe(5);
    expect(server.commandLog.dropped).toBe(3);
    expect(found({})[0]).toBe("2 INCR");
    server.commandLog.clear();
    expect([...server.commandLog, server.commandLog.dropped]).toEqual([0]);
    expect(() => server.commandLog.start({ limit: 0 })).toThrow(RangeError);
    expect(() => server.commandLog.entries({ command: "NOSUCH" })).toThrow(TypeError);
  });

  it("has late replies, and none where a fault kept the command from running", async () => {
    const one = await start();
    const two = inProcessClient(server);
    server.commandLog.start({ replies: true, only: { command: ["BLPOP", "GET"] } });
    await one.send("BLPOP", "list", "0");
    expect(server.commandLog.entries()[0]).not.toHaveProperty("reply");
    await two.send("RPUSH", "list", "a");
    expect(server.commandLog.entries()[0].reply).toEqual(["list", "a"]);
    server.faults.add({ command: "GET", error: "X" });
    await two.send("GET", "k");
    expect(server.commandLog.entries()[1]).not.toHaveProperty("reply");
  });
});

describe("waitForIdle", () => {
  it("waits for requests in sockets and in memory, and lists who is blocked", async () => {
    const one = await start({ listen: true });
    const socket = connect(server.port, "127.0.0.1");
    await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
    socket.write(wire("SET", "k", "v").repeat(500));
    one.write("CLIENT", "SETNAME", "waiting");
    one.write("BLPOP", "a", "b", "0");
    expect(await server.waitForIdle()).toEqual({
      blocked: [{ client: 1, clientName: "waiting", command: "blpop", keys: ["a", "b"] }],
    });
    expect(server.keys()).toEqual(["k"]);
    expect(server.engine.statistics.commands).toBe(502);
    socket.destroy();
  });

  it("waits for scripts that load and for replies that are late", async () => {
    const one = await start();
    one.write("EVAL", "return redis.call('SET', KEYS[1], 'v')", "1", "k");
    await server.waitForIdle();
    expect(one.take()).toBe("+OK\r\n");
    server.faults.add({ command: "GET", delay: 15 });
    one.write("GET", "k");
    await server.waitForIdle();
    expect(one.take()).toBe("$1\r\nv\r\n");
  });

  it("gives up, and says who is busy", async () => {
    const one = await start();
    server.clock.freeze();
    server.faults.add({ command: "GET", delay: 1000 });
    one.write("GET", "k");
    await expect(server.waitForIdle({ timeout: 20 })).rejects.toThrow(
      "still busy after 20 ms: client 1 (get)",
    );
    server.clock.advance(1000);
    await server.waitForIdle();
    await moment();
    expect(one.take()).toBe("$-1\r\n");
  });
});

describe("many servers", () => {
  it("live beside each other, and leave nothing behind", async () => {
    await start();
    const handles = (): number =>
      process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|Pipe/.test(name)).length;
    const before = handles();
    for (let round = 0; round < 2; round++) {
      const servers = await Promise.all(Array.from({ length: 50 }, () => MiniServer.start()));
      expect(new Set(servers.map(({ port }) => port)).size).toBe(50);
      const clients = servers.map((one) => inProcessClient(one));
      await Promise.all(clients.map(({ send }, i) => send("SET", "k", `${i}`, "EX", "100")));
      for (const [i, one] of servers.entries()) expect(one.dump().k.value).toBe(`${i}`);
      await Promise.all(servers.map((one) => one.close()));
      expect(clients.every(({ ended }) => ended)).toBe(true);
    }
    await expect.poll(handles).toBeLessThanOrEqual(before);
  });
});
