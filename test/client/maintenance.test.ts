/** Maintenance that a server of Redis Enterprise or Redis Cloud announces, from servers whose every byte the test decides. */
import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ConnectionError, type MaintenanceEvent, type PoolOptions, Redis } from "../../src/index.js";
import { type FakeServer, type Script, startFake } from "../tools/fake-server.js";
import { freePort } from "../tools/redis-server.js";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;
const map = (...items: string[]) => `%${items.length / 2}\r\n${items.join("")}`;
const push = (...items: string[]) => `>${items.length}\r\n${items.join("")}`;
const int = (number: number) => `:${number}\r\n`;
const hello = (...modules: string[]) =>
  map(
    ...[bulk("server"), bulk("redis"), bulk("version"), bulk("7.0.0"), bulk("proto"), int(3)],
    ...[bulk("id"), int(7), bulk("modules"), `*${modules.length}\r\n${modules.join("")}`],
  );
/** What Redis Enterprise says of its modules. */
const ENTERPRISE = hello(map(bulk("name"), bulk("ReJSON"), bulk("path"), bulk("/enterprise-managed")));
const PLAIN = hello(map(bulk("name"), bulk("ReJSON"), bulk("path"), bulk("/usr/lib/rejson.so")));
const moving = (seconds: number, endpoint: string | null, sequence = 1) =>
  push(bulk("MOVING"), int(sequence), int(seconds), endpoint === null ? "_\r\n" : bulk(endpoint));

/** Echoes the last word. */
const echo: Script = (command) => bulk(command.at(-1) ?? "");

async function serve(script: Script, greeting = ENTERPRISE): Promise<FakeServer & { address: string }> {
  const server = await startFake((command, socket, connection) => {
    if (command[1] === "MAINT_NOTIFICATIONS") return "+OK\r\n";
    return script(command, socket, connection);
  }, greeting);
  cleanups.push(() => server.stop());
  return Object.assign(server, { address: `127.0.0.1:${server.port}` });
}

function connect(server: FakeServer, options: PoolOptions = {}): Redis {
  const redis = new Redis({
    host: "127.0.0.1",
    port: server.port,
    retry: { backoff: { base: 1, cap: 10 } },
    ...options,
  });
  cleanups.push(() => redis.close({ timeout: 0 }));
  return redis;
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      throw new Error(`resolved to ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
const registrations = ({ heard }: FakeServer) =>
  heard.filter((command) => command[1] === "MAINT_NOTIFICATIONS");
/** What came from the user. */
const commands = ({ heard }: FakeServer) => heard.filter(([name]) => name !== "CLIENT");

describe("the question for notifications", () => {
  it("is asked where the reply to HELLO says that it may be known, and by nobody else", async () => {
    const managed = await serve(echo);
    expect(await connect(managed).get("a")).toBe("a");
    expect(registrations(managed)).toEqual([
      ["CLIENT", "MAINT_NOTIFICATIONS", "ON", "moving-endpoint-type", "internal-ip"],
    ]);
    const plain = await serve(echo, PLAIN);
    expect(await connect(plain).get("a")).toBe("a");
    expect(await connect(plain, { maintenance: "disabled" }).get("a")).toBe("a");
    expect(await connect(managed, { maintenance: "disabled" }).get("a")).toBe("a");
    expect(await connect(managed, { protocol: 2 }).get("a")).toBe("a");
    expect(registrations(plain)).toEqual([]);
    expect(registrations(managed)).toHaveLength(1);
  });

  it("takes no for an answer, unless it was demanded", async () => {
    const refusing = await startFake(
      ([name, word]) => (name === "CLIENT" ? `-ERR unknown subcommand '${word}'\r\n` : "+OK\r\n"),
      ENTERPRISE,
    );
    cleanups.push(() => refusing.stop());
    expect(await connect(refusing).set("a", 1)).toBe("OK");
    const error = await failure(connect(refusing, { maintenance: "enabled" }).set("a", 1));
    expect(error).toMatchObject({
      name: "ReplyError",
      message: expect.stringContaining("MAINT_NOTIFICATIONS"),
    });
    const old = await startFake(() => "+OK\r\n");
    cleanups.push(() => old.stop());
    expect(await connect(old).set("a", 1)).toBe("OK");
    expect(await failure(connect(old, { maintenance: "enabled" }).set("a", 1))).toMatchObject({
      message: expect.stringContaining("without RESP3"),
    });
  });

  it("names the endpoint as it was told to", async () => {
    const server = await serve(echo, PLAIN);
    const maintenance = { mode: "enabled", endpointType: "external-fqdn" } as const;
    await connect(server, { maintenance, db: 3 }).get("a");
    expect(server.heard).toEqual([
      ["SELECT", "3"],
      ["CLIENT", "MAINT_NOTIFICATIONS", "ON", "moving-endpoint-type", "external-fqdn"],
      ["GET", "a"],
    ]);
  });
});

describe("announcements", () => {
  const all = [
    push(bulk("MIGRATING"), int(6), int(2), bulk('["1","2"]')),
    push(bulk("MIGRATED"), int(7), `*1\r\n${bulk("1")}`),
    push("+FAILING_OVER\r\n", int(8), int(3)),
    push(bulk("FAILED_OVER"), bulk("9"), bulk("1")),
    push(bulk("MOVING"), int(10), bulk("3600"), "_\r\n"),
  ].join("");

  it("are told as events, once for all connections, however they are cut", async () => {
    const server = await serve(echo);
    const redis = connect(server, { shared: 2 });
    await redis.pool.connect();
    const events: MaintenanceEvent[] = [];
    redis.on("maintenance", (event) => events.push(event));
    for (const byte of all) {
      server.push(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => events.length === 5);
    const { address } = server;
    expect(events).toEqual([
      { type: "migrating", address, seconds: 2, endpoint: null },
      { type: "migrated", address, seconds: 0, endpoint: null },
      { type: "failing-over", address, seconds: 3, endpoint: null },
      { type: "failed-over", address, seconds: 0, endpoint: null },
      { type: "moving", address, seconds: 3600, endpoint: null },
    ]);
    expect(await redis.get("x")).toBe("x");
  });

  it("in other shapes are ignored", async () => {
    const wrong = [
      push(),
      push(bulk("MOVING")),
      push(bulk("MOVING"), int(1)),
      push(bulk("MOVING"), int(-1), int(5), "_\r\n"),
      push(bulk("MOVING"), int(1), bulk("soon"), "_\r\n"),
      push(bulk("MOVING"), int(1), int(-5), "_\r\n"),
      push(bulk("MOVING"), int(1), int(10 ** 9), "_\r\n"),
      push(bulk("MOVING"), int(1), int(5), bulk("host")),
      push(bulk("MOVING"), int(1), int(5), bulk("host:0")),
      push(bulk("MOVING"), int(1), int(5), bulk("host:65536")),
      push(bulk("MOVING"), int(1), int(5), bulk("ho st:1")),
      push(bulk("MOVING"), int(1), int(5), `*1\r\n${int(1)}`),
      push(bulk("MOVING"), "#t\r\n", int(5), "_\r\n"),
      push(bulk("MIGRATING"), int(1)),
      push(bulk("MIGRATED")),
      push(bulk("FAILED_OVER"), "$2\r\n\xff\xfe\r\n"),
      push(bulk("SMIGRATING"), int(1), bulk("0-100")),
      push(int(1), int(2)),
      push(`*1\r\n${bulk("MOVING")}`, int(1), int(1), "_\r\n"),
    ];
    const server = await serve((command) => wrong.join("") + bulk(command[1]) + wrong.join(""));
    const redis = connect(server);
    const events: MaintenanceEvent[] = [];
    redis.on("maintenance", (event) => events.push(event));
    expect(await Promise.all(["a", "b", "c"].map((key) => redis.get(key)))).toEqual(["a", "b", "c"]);
    expect(await redis.get("d")).toBe("d");
    expect(events).toEqual([]);
    expect(redis.pool.statistics()).toMatchObject({ connects: 1, losses: 0, handoffs: 0 });
  });
});

describe("while a server is under maintenance", () => {
  const opening = [
    ["MIGRATING", "MIGRATED"],
    ["FAILING_OVER", "FAILED_OVER"],
  ];
  it.each(opening)("%s: deadlines wait, until %s", async (begins, ends) => {
    let socket: Socket | undefined;
    const server = await serve((command, from) => {
      socket = from;
      return command[1] === "now" ? bulk("now") : undefined;
    });
    const redis = connect(server, { commandTimeout: 60, maintenance: { relaxedTimeout: 5000 } });
    await redis.get("now");
    const before = redis.get("before");
    server.push(push(bulk(begins), int(1), int(1), bulk("1")));
    const during = redis.get("during");
    await new Promise((resolve) => setTimeout(resolve, 250));
    server.push(push(bulk(ends), int(2), bulk("1")));
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket?.write(bulk("x") + bulk("y"));
    expect(await Promise.all([before, during])).toEqual(["x", "y"]);
    expect(await failure(redis.get("after"))).toMatchObject({ code: "ETIMEDOUT" });
    expect(redis.pool.statistics()).toMatchObject({ connects: 1, timeouts: 1 });
  });

  it("a silent server is not given up before the time is over, an idle connection neither", async () => {
    const server = await serve((command) => (command[0] === "PING" ? undefined : bulk(command[1])));
    const redis = connect(server, {
      commandTimeout: 60,
      pingInterval: 40,
      maintenance: { relaxedTimeout: 60_000 },
    });
    await redis.get("a");
    server.push(push(bulk("MIGRATING"), int(1), int(1)));
    await until(() => server.heard.some(([name]) => name === "PING"));
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(redis.pool.statistics()).toMatchObject({ connects: 1, losses: 0 });
  });
});

describe("a server that moves", () => {
  it("hands thousands of commands over, in order: none is lost, doubled or answered by another's reply", async () => {
    const order: string[] = [];
    let left = 0;
    const script =
      (name: string): Script =>
      (command) => {
        order.push(command[1]);
        if (name === "old") left++;
        return bulk(`${command[1]}=${name}`);
      };
    const next = await serve(script("new"));
    const old = await serve((command, socket, connection) => {
      const answer = script("old")(command, socket, connection);
      if (left === 1500) socket.write(moving(30, next.address));
      // The replies are late: the new connection stands long before the last of them.
      setTimeout(() => socket.write(answer ?? ""), 30);
      return undefined;
    });
    const redis = connect(old);
    const calls: Promise<unknown>[] = [];
    for (let batch = 0; batch < 200; batch++) {
      for (let i = 0; i < 50; i++) calls.push(redis.call("INCR", calls.length));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => redis.pool.statistics().handoffs === 1);
    for (let i = 0; i < 1000; i++) calls.push(redis.call("INCR", calls.length));
    const replies = (await Promise.all(calls)) as string[];
    expect(replies.map((reply) => Number(reply.split("=")[0]))).toEqual(replies.map((_, at) => at));
    expect(order.map(Number)).toEqual(replies.map((_, at) => at));
    const firstNew = replies.findIndex((reply) => reply.endsWith("new"));
    expect(firstNew).toBeGreaterThanOrEqual(1500);
    expect(replies.slice(firstNew).every((reply) => reply.endsWith("new"))).toBe(true);
    await until(() => redis.pool.statistics().shared === 1);
    expect(redis.pool.statistics()).toMatchObject({ handoffs: 1, losses: 0, retried: 0, timeouts: 0 });
    expect(redis.status).toBe("ready");
  });

  it("again and again, under load: every reply goes to its caller, and each command runs once, in order", async () => {
    let seed = 4711;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    const order: number[] = [];
    const servers = await Promise.all(
      Array.from({ length: 3 }, () => {
        let late = Promise.resolve();
        return serve((command, socket) => {
          order.push(Number(command[1]));
          // Late, and in order.
          const pause = random(400) === 0 ? random(12) : 0;
          if (pause > 0) late = late.then(() => new Promise((resolve) => setTimeout(resolve, pause)));
          late = late.then(() => void socket.write(bulk(command[1])));
          return undefined;
        });
      }),
    );
    const redis = connect(servers[0]);
    const calls: Promise<unknown>[] = [];
    for (let round = 1; redis.pool.statistics().handoffs < 8 && round < 2000; round++) {
      for (let i = random(60); i > 0; i--) calls.push(redis.call("INCR", calls.length));
      await new Promise((resolve) => setTimeout(resolve, random(3)));
      if (round % 12 === 0) {
        const { address } = servers[random(3)];
        for (const server of servers) server.push(moving(30, address, round));
      }
    }
    const replies = await Promise.all(calls);
    expect(replies.map(Number)).toEqual(replies.map((_, at) => at));
    expect(order).toEqual(replies.map((_, at) => at));
    expect(redis.pool.statistics()).toMatchObject({ losses: 0, retried: 0, timeouts: 0 });
    await until(() => redis.pool.statistics().shared === 1);
  });

  it("gets nothing before the old connection has answered what was called before", async () => {
    let answer: (() => void) | undefined;
    const next = await serve(echo);
    const old = await serve((command, socket) => {
      answer = () => socket.write(bulk(command[1]));
      return undefined;
    });
    const redis = connect(old);
    const first = redis.get("first");
    await until(() => answer !== undefined);
    old.push(moving(30, next.address));
    await until(() => redis.pool.statistics().handoffs === 1);
    const later = ["a", "b", "c"].map((key) => redis.get(key));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(commands(next)).toEqual([]);
    answer?.();
    expect(await first).toBe("first");
    expect(await Promise.all(later)).toEqual(["a", "b", "c"]);
    expect(commands(old)).toHaveLength(1);
  });

  it("that refuses commands meanwhile gets them again at the new place, in order", async () => {
    let answer: (() => void) | undefined;
    const next = await serve(echo);
    const old = await serve((command, socket) => {
      const refusal = "-READONLY You can't write against a read only replica.\r\n";
      if (command[1] === "w2") answer = () => socket.write(bulk("w0") + refusal + refusal);
      return undefined;
    });
    const redis = connect(old);
    const first = ["w0", "w1", "w2"].map((key) => redis.call("GETDEL", key));
    await until(() => answer !== undefined);
    old.push(moving(30, next.address));
    await until(() => redis.pool.statistics().handoffs === 1);
    const later = ["w3", "w4"].map((key) => redis.call("GETDEL", key));
    answer?.();
    expect(await Promise.all([...first, ...later])).toEqual(["w0", "w1", "w2", "w3", "w4"]);
    expect(commands(next).map(([, key]) => key)).toEqual(["w1", "w2", "w3", "w4"]);
  });

  it("and is gone before it has answered: reads go again, ahead of what was called since; writes may have run", async () => {
    const next = await serve(echo);
    const old = await serve(() => undefined);
    const redis = connect(old);
    const first = [redis.get("r0"), redis.call("GETDEL", "w0"), redis.get("r1")];
    await until(() => commands(old).length === 3);
    old.push(moving(30, next.address));
    await until(() => redis.pool.statistics().handoffs === 1);
    const later = redis.call("GETDEL", "w1");
    const failed = failure(first[1]);
    old.cut();
    expect(await first[0]).toBe("r0");
    expect(await failed).toMatchObject({ code: "ECONNLOST", sent: "maybe" });
    expect(await Promise.all([first[2], later])).toEqual(["r1", "w1"]);
    expect(commands(next).map(([, key]) => key)).toEqual(["r0", "r1", "w1"]);
  });

  it("and says nothing any more is left when its time is over", async () => {
    const next = await serve(echo);
    const old = await serve(() => undefined);
    const redis = connect(old);
    const lost = redis.call("GETDEL", "w");
    await until(() => commands(old).length === 1);
    old.push(moving(0, next.address));
    await until(() => redis.pool.statistics().handoffs === 1);
    const later = redis.get("a");
    expect(await failure(lost)).toBeInstanceOf(ConnectionError);
    expect(await later).toBe("a");
  });

  it("in the middle of a pause: what it has refused goes to the new place, in order", async () => {
    for (const isCut of [false, true]) {
      const next = await serve(echo);
      const old = await serve(() => "-LOADING Redis is loading the dataset in memory\r\n");
      const redis = connect(old, { retry: { backoff: () => 300 } });
      const first = ["a", "b"].map((key) => redis.call("GETDEL", key));
      await until(() => redis.pool.statistics().retried === 2);
      old.push(moving(30, next.address));
      const later = ["c", "d"].map((key) => redis.call("GETDEL", key));
      await until(() => redis.pool.statistics().connects === 2);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(commands(next)).toEqual([]);
      if (isCut) old.cut();
      expect(await Promise.all([...first, ...later])).toEqual(["a", "b", "c", "d"]);
      expect(commands(next).map(([, key]) => key)).toEqual(["a", "b", "c", "d"]);
      expect(commands(old)).toHaveLength(2);
      await until(() => redis.pool.statistics().shared === 1);
    }
  });

  it("and whose successor is lost meanwhile: the configured address is next, and order holds", async () => {
    let answer: (() => void) | undefined;
    const next = await serve(echo);
    const old = await serve((command, socket, connection) => {
      if (connection > 1) return bulk(command[1]);
      answer = () => socket.write(bulk(command[1]));
      return undefined;
    });
    const redis = connect(old);
    const first = redis.call("GETDEL", "first");
    await until(() => answer !== undefined);
    old.push(moving(30, next.address));
    await until(() => redis.pool.statistics().handoffs === 1);
    const later = [redis.call("GETDEL", "b")];
    next.cut();
    await until(() => redis.pool.statistics().connects === 3);
    later.push(redis.call("GETDEL", "c"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(commands(old)).toHaveLength(1);
    answer?.();
    expect(await Promise.all([first, ...later])).toEqual(["first", "b", "c"]);
    expect(commands(old).map(([, key]) => key)).toEqual(["first", "b", "c"]);
    expect(commands(next)).toEqual([]);
  });

  it("to an endpoint that addressResolver leads elsewhere", async () => {
    const next = await serve(echo);
    const old = await serve(echo);
    const redis = connect(old, {
      addressResolver: ({ host, port }) => ({
        host: "127.0.0.1",
        port: host === "node-2.internal" ? next.port : port,
      }),
    });
    await redis.get("a");
    old.push(moving(30, "node-2.internal:12000"));
    await until(() => redis.pool.statistics().handoffs === 1);
    expect(await redis.get("b")).toBe("b");
    expect(commands(next)).toEqual([["GET", "b"]]);
  });

  it("says so again and again: the same announcement counts once", async () => {
    const next = await serve(echo);
    const old = await serve(echo);
    const redis = connect(old);
    await redis.get("a");
    old.push(moving(30, next.address).repeat(20));
    await until(() => redis.pool.statistics().handoffs === 1);
    expect(await redis.get("b")).toBe("b");
    expect(next.connections).toBe(1);
  });

  it("moves on while the first move is under way", async () => {
    let answer: (() => void) | undefined;
    const third = await serve(echo);
    const second = await serve(echo);
    const first = await serve((command, socket) => {
      answer = () => socket.write(bulk(command[1]));
      return undefined;
    });
    const redis = connect(first);
    const a = redis.get("a");
    await until(() => answer !== undefined);
    first.push(moving(30, second.address));
    await until(() => redis.pool.statistics().handoffs === 1);
    const b = redis.get("b");
    await until(() => registrations(second).length === 1);
    second.push(moving(30, third.address, 2));
    await until(() => redis.pool.statistics().connects === 3);
    const c = redis.get("c");
    answer?.();
    expect(await Promise.all([a, b, c])).toEqual(["a", "b", "c"]);
    await until(() => redis.pool.statistics().handoffs === 2);
    expect(await redis.get("d")).toBe("d");
    expect(commands(third)).toEqual([["GET", "d"]]);
    await until(() => redis.pool.statistics().shared === 1);
  });

  it("to where nobody is keeps its connection; when that is lost, the configured address is next", async () => {
    const old = await serve(echo);
    const redis = connect(old);
    await redis.get("a");
    const warnings: string[] = [];
    redis.on("warning", ({ message }) => warnings.push(message));
    old.push(moving(1, `127.0.0.1:${await freePort()}`));
    for (let i = 0; warnings.length === 0; i++) {
      expect(await redis.get(`k${i}`)).toBe(`k${i}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(warnings).toEqual([
      expect.stringMatching(/goes away, and where it moves cannot be reached.*ECONNREFUSED/),
    ]);
    expect(redis.pool.statistics().connectFailures).toBeGreaterThan(1);
    expect(old.connections).toBe(1);
    old.cut();
    expect(await redis.get("b")).toBe("b");
    expect(old.connections).toBe(2);
  });

  it("without naming an endpoint: the configured address is asked anew, after half of the time", async () => {
    const server = await serve(echo);
    const redis = connect(server);
    await redis.get("a");
    const since = performance.now();
    server.push(moving(1, null));
    await until(() => redis.pool.statistics().handoffs === 1);
    expect(performance.now() - since).toBeGreaterThan(450);
    expect(await redis.get("b")).toBe("b");
    expect(server.connections).toBe(2);
    await until(() => redis.pool.statistics().shared === 1);
  });

  it("while the client is being closed: what was called is answered, and nothing stays open", async () => {
    let answer: (() => void) | undefined;
    const next = await serve(echo);
    const old = await serve((command, socket) => {
      answer = () => socket.write(bulk(command[1]));
      return undefined;
    });
    const redis = connect(old);
    const first = redis.get("first");
    await until(() => answer !== undefined);
    old.push(moving(30, next.address));
    await until(() => redis.pool.statistics().handoffs === 1);
    const later = redis.get("later");
    const closed = redis.close();
    answer?.();
    expect(await Promise.all([first, later])).toEqual(["first", "later"]);
    await closed;
    expect(redis.pool.statistics()).toMatchObject({ shared: 0, pending: 0, queuedCommands: 0 });
  });

  it("while the client is closed at once: everything is settled", async () => {
    const next = await serve(echo);
    const old = await serve(() => undefined);
    const redis = connect(old);
    const first = redis.get("first");
    await until(() => commands(old).length === 1);
    old.push(moving(30, next.address));
    await until(() => redis.pool.statistics().handoffs === 1);
    const later = redis.get("later");
    const settled = Promise.all([failure(first), failure(later)]);
    await redis.close({ timeout: 0 });
    expect(await settled).toMatchObject([
      { name: "ClosedError", sent: "maybe" },
      { name: "ClosedError", sent: "no" },
    ]);
    expect(commands(next)).toEqual([]);
  });

  it("while the search for the new endpoint goes on: a close ends it", async () => {
    const old = await serve(echo);
    const redis = connect(old);
    await redis.get("a");
    old.push(moving(30, `127.0.0.1:${await freePort()}`));
    await until(() => redis.pool.statistics().connectFailures > 0);
    await redis.close();
    const { connectFailures } = redis.pool.statistics();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(redis.pool.statistics().connectFailures).toBe(connectFailures);
  });
});

describe("dedicated connections to a server that moves", () => {
  it("finish their work, and are not lent again; idle ones are closed", async () => {
    const next = await serve(echo);
    const old = await serve(echo);
    const redis = connect(old);
    const [busy, idle] = [await redis.dedicated(), await redis.dedicated()];
    expect(await busy.get("a")).toBe("a");
    await idle.release();
    await until(() => redis.pool.statistics().idle === 1);
    old.push(moving(30, next.address));
    await until(() => redis.pool.statistics().idle === 0);
    expect(await busy.get("b")).toBe("b");
    await busy.release();
    expect(redis.pool.statistics()).toMatchObject({ idle: 0, lent: 0 });
    const another = await redis.dedicated();
    expect(await another.get("c")).toBe("c");
    await another.release();
    expect(commands(next)).toContainEqual(["GET", "c"]);
  });

  it("that are wanted while the new endpoint is away lead to the configured address", async () => {
    const old = await serve(echo);
    const redis = connect(old);
    await redis.get("a");
    old.push(moving(30, `127.0.0.1:${await freePort()}`));
    await until(() => redis.pool.statistics().connectFailures > 0);
    const session = await redis.dedicated();
    expect(await session.get("b")).toBe("b");
    await session.release();
  });

  it("and are blocked are freed before the end, and block again at the new place", async () => {
    let blocked: Socket | undefined;
    const next = await serve(([name, key]) =>
      name === "BLPOP" ? `*2\r\n${bulk(key)}${bulk("job")}` : bulk(key),
    );
    const old = await serve(([name, word], socket) => {
      if (name === "BLPOP") blocked = socket;
      if (word !== "UNBLOCK") return undefined;
      blocked?.write("-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
      return int(1);
    });
    const redis = connect(old);
    const job = redis.blpop("queue", 0);
    await until(() => blocked !== undefined);
    old.push(moving(1, next.address));
    expect(await job).toEqual({ key: "queue", value: "job" });
    expect(old.heard).toContainEqual(["CLIENT", "UNBLOCK", "7", "ERROR"]);
    expect(commands(next)).toEqual([["BLPOP", "queue", "0"]]);
  });
});

describe("a connection that waits for another to answer", () => {
  it("is not taken for dead, however long that takes", async () => {
    let answer: (() => void) | undefined;
    const next = await serve(echo);
    const old = await serve((command, socket) => {
      answer = () => socket.write(bulk(command[1]));
      return undefined;
    });
    const redis = connect(old, { pingInterval: 20, commandTimeout: 100, maintenance: { relaxedTimeout: 0 } });
    const slow = redis.with({ timeout: 0 });
    const first = slow.get("first");
    await until(() => answer !== undefined);
    old.push(moving(30, next.address));
    await until(() => redis.pool.statistics().handoffs === 1);
    // As long as nothing is called, the heartbeat must not ask it either.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const overdue = redis.get("overdue");
    const later = slow.get("later");
    expect(await failure(overdue)).toMatchObject({ code: "ETIMEDOUT", sent: "no" });
    await new Promise((resolve) => setTimeout(resolve, 500));
    answer?.();
    expect(await Promise.all([first, later])).toEqual(["first", "later"]);
    expect(commands(next).filter(([name]) => name !== "PING")).toEqual([["GET", "later"]]);
    expect(redis.pool.statistics()).toMatchObject({ connects: 2, losses: 0 });
  });
});

describe("what is read past the parser", () => {
  it("is on connections without notifications", async () => {
    for (const version of ["7.0.0", "7.2.0"]) {
      const server = await serve(
        ([name, word]) => (name === "GET" ? bulk("huge") : word === "SETINFO" ? "+OK\r\n" : undefined),
        ENTERPRISE.replace("7.0.0", version),
      );
      const redis = connect(server);
      let text = "";
      for await (const piece of redis.getStream("huge")) text += Buffer.from(piece).toString();
      expect(text).toBe("huge");
      expect(registrations(server).map((words) => words[2])).toEqual(["ON", "OFF"]);
    }
  });

  it("begins behind the last replies to the handshake", async () => {
    const plain = await serve(
      ([name]) => (name === "GET" ? bulk("huge") : "+OK\r\n"),
      PLAIN.replace("7.0.0", "7.2.0"),
    );
    let text = "";
    for await (const piece of connect(plain).getStream("huge")) text += Buffer.from(piece).toString();
    expect(text).toBe("huge");
    expect(registrations(plain)).toEqual([]);
  });
});

describe("PubSub on a server that moves", () => {
  const confirming: Script = ([command, ...names]) =>
    names.map((name) => push(bulk(command.toLowerCase()), bulk(name), int(1))).join("");
  const message = (data: string, channel = "news") => push(bulk("message"), bulk(channel), bulk(data));

  it("subscribes at the new place first, delivers nothing twice, and says that there was a gap", async () => {
    let confirm: (() => void) | undefined;
    const next = await serve((command, socket, connection) => {
      confirm = () => socket.write(confirming(command, socket, connection) ?? "");
      return undefined;
    });
    const old = await serve(confirming);
    const redis = connect(old);
    const sub = redis.pubsub();
    await sub.subscribe("news", "sport");
    const heard: string[] = [];
    const reading = (async () => {
      for await (const item of sub) heard.push(item.type === "message" ? `${item.data}` : item.type);
    })();
    old.push(message("1") + message("2"));
    old.push(moving(30, next.address));
    await until(() => confirm !== undefined);
    expect(commands(next)).toEqual([["SUBSCRIBE", "news", "sport"]]);
    // Both are told: the old connection delivers until the new one is subscribed.
    next.push(message("3") + message("4"));
    old.push(message("3") + message("4"));
    await until(() => heard.includes("4"));
    confirm?.();
    await until(() => heard.includes("gap"));
    next.push(message("5") + message("6") + message("7", "sport"));
    await until(() => heard.includes("7"));
    expect(heard.filter((item) => !item.endsWith("subscribe"))).toEqual([
      "1",
      "2",
      "3",
      "4",
      "gap",
      "5",
      "6",
      "7",
    ]);
    await until(() => redis.pool.statistics().lent === 1);
    next.push(message("8"));
    await until(() => heard.includes("8"));
    await sub.close();
    await reading;
  });

  it("moves when it reads bytes, too", async () => {
    const next = await serve(confirming);
    const old = await serve(confirming);
    const redis = connect(old);
    const sub = redis.with({ replies: "buffer" }).pubsub();
    await sub.psubscribe("n*");
    old.push(moving(30, next.address));
    await until(() => commands(next).length === 1);
    expect(commands(next)).toEqual([["PSUBSCRIBE", "n*"]]);
    await until(() => redis.pool.statistics().lent === 1);
    next.push(push(bulk("pmessage"), bulk("n*"), bulk("news"), bulk("1")));
    const heard: unknown[] = [];
    while (heard.length < 2) {
      const item = await sub.getMessage({ timeout: 2000, ignoreSubscribe: true });
      if (item !== null) heard.push(item.type === "pmessage" ? String(item.data) : item.type);
    }
    expect(heard).toEqual(["gap", "1"]);
    await sub.close();
  });

  it("goes on when the old connection is lost before the new one is subscribed", async () => {
    let confirm: (() => void) | undefined;
    const next = await serve((command, socket, connection) => {
      confirm = () => socket.write(confirming(command, socket, connection) ?? "");
      return undefined;
    });
    const old = await serve(confirming);
    const redis = connect(old);
    const sub = redis.pubsub();
    await sub.subscribe("news");
    old.push(moving(30, next.address));
    await until(() => confirm !== undefined);
    old.cut();
    await until(() => redis.pool.statistics().lent === 1);
    confirm?.();
    expect(await sub.getMessage({ timeout: 2000, ignoreSubscribe: true })).toMatchObject({ type: "gap" });
    next.push(message("1"));
    expect(await sub.getMessage({ timeout: 2000 })).toMatchObject({ data: "1" });
    await sub.close();
  });

  it("takes new channels, and lets go of others, in the middle of the move", async () => {
    const confirms: (() => void)[] = [];
    const next = await serve((command, socket, connection) => {
      confirms.push(() => socket.write(confirming(command, socket, connection) ?? ""));
      return undefined;
    });
    const old = await serve(confirming);
    const redis = connect(old);
    const sub = redis.pubsub();
    await sub.subscribe("news", "sport");
    old.push(moving(30, next.address));
    await until(() => confirms.length === 1);
    const more = sub.subscribe("more");
    const less = sub.unsubscribe("sport");
    await until(() => confirms.length === 3);
    for (const confirm of confirms) confirm();
    await Promise.all([more, less]);
    next.push(message("no", "sport") + message("yes", "more") + message("too"));
    const heard: unknown[] = [];
    while (heard.length < 3) {
      const item = await sub.getMessage({ timeout: 2000, ignoreSubscribe: true });
      if (item !== null) heard.push(item.type === "message" ? item.data : item.type);
    }
    expect(heard).toEqual(["gap", "yes", "too"]);
    await sub.close();
  });

  it("keeps its connection while there is no other to be had", async () => {
    const old = await serve(confirming);
    const redis = connect(old, { maxConnections: 2, acquireTimeout: 50 });
    const sub = redis.pubsub();
    await sub.subscribe("news");
    // There is no room for a second connection, so the first one stays.
    old.push(moving(1, old.address));
    await until(() => redis.pool.statistics().waitTimeouts > 0);
    old.push(message("1"));
    expect(await sub.getMessage({ timeout: 2000, ignoreSubscribe: true })).toMatchObject({ data: "1" });
    await sub.close();
  });
});
