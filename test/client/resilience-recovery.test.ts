/** Refusals that pass (LOADING, READONLY, ...) are waited for, in order, before anybody sees them. */
import { afterEach, describe, expect, it } from "vitest";
import { PipelineError, type PoolOptions, Redis } from "../../src/index.js";
import { type FakeServer, type Script, startFake } from "../tools/fake-server.js";
import { needsRedis, redisAvailable, startRedis } from "../tools/redis-server.js";
import { first, heardBy, LOADING, READONLY } from "../tools/refusals.js";

const DOWN = "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n";
const TRYAGAIN = "-TRYAGAIN Multiple keys request during rehashing of slot\r\n";

let server: FakeServer;
let redis: Redis;

async function setUp(script: Script, options: PoolOptions = {}): Promise<void> {
  server = await startFake(script);
  const retry = { attempts: 8, backoff: { base: 1, cap: 5 } };
  redis = new Redis({ port: server.port, host: "127.0.0.1", retry, ...options });
}

afterEach(async () => {
  await redis?.close({ timeout: 0 });
  await server?.stop();
});

const heard = () => heardBy(server);

/** Resolves when a refused command waits. */
async function held(): Promise<void> {
  while (redis.pool.statistics().queuedCommands === 0 || server.heard.length === 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("a server that refuses for a while", () => {
  it.each([
    ["LOADING", LOADING],
    ["MASTERDOWN", DOWN],
    ["TRYAGAIN", TRYAGAIN],
    ["CLUSTERDOWN", "-CLUSTERDOWN Hash slot not served\r\n"],
  ])("%s: the command waits and is sent again, a write too", async (_, line) => {
    await setUp(first([line, line]));
    expect(await redis.set("a", 1)).toBe("OK");
    expect(heard()).toEqual(["SET a 1", "SET a 1", "SET a 1"]);
    expect(server.connections).toBe(1);
  });

  it("all that it refused goes again in order, and what is called meanwhile behind it", async () => {
    let refusing = true;
    await setUp((command) => (refusing && command[0] === "RPUSH" ? LOADING : ":1\r\n"));
    const calls = [1, 2, 3].map((n) => redis.rpush("list", n));
    await held();
    refusing = false;
    calls.push(redis.rpush("list", 4));
    await Promise.all(calls);
    expect(heard().filter((words) => words.startsWith("RPUSH"))).toEqual([
      "RPUSH list 1",
      "RPUSH list 2",
      "RPUSH list 3",
      "RPUSH list 1",
      "RPUSH list 2",
      "RPUSH list 3",
      "RPUSH list 4",
    ]);
  });

  it("what would change places with a later call on its key is left to the caller", async () => {
    await setUp(first([LOADING, ":1\r\n", ":1\r\n"]));
    const [a, sameKey, other] = await Promise.allSettled([redis.incr("a"), redis.incr("a"), redis.incr("b")]);
    expect(a).toMatchObject({ status: "rejected", reason: { code: "LOADING", command: "INCR" } });
    expect([sameKey.status, other.status]).toEqual(["fulfilled", "fulfilled"]);
    expect(heard()).toEqual(["INCR a", "INCR a", "INCR b"]);
  });

  it("takes linear time, however many are refused", async () => {
    const count = 20_000;
    let at = 0;
    await setUp(() => (++at <= count / 2 ? LOADING : ":1\r\n"), { commandTimeout: 0 });
    const calls = Array.from({ length: count }, (_, i) => redis.incr(`k${i % 7000}`));
    const outcomes = await Promise.allSettled(calls);
    const refused = outcomes.filter(({ status }) => status === "rejected");
    // The keys of the first half that come again in the second have been used there.
    expect(refused).toHaveLength(count / 2);
    expect(server.heard).toHaveLength(count);
  });

  it("a call on another key in between changes nothing", async () => {
    await setUp(first([LOADING, ":7\r\n"], ":8\r\n"));
    expect(await Promise.all([redis.incr("a"), redis.incr("b")])).toEqual([8, 7]);
    expect(heard()).toEqual(["INCR a", "INCR b", "INCR a"]);
  });

  it("gives its own error after the attempts, with advice", async () => {
    await setUp(() => LOADING, { retry: { attempts: 2, backoff: { base: 0, cap: 0 } } });
    await expect(redis.get("a")).rejects.toMatchObject({
      name: "ReplyError",
      code: "LOADING",
      message: expect.stringMatching(/^LOADING Redis is loading .*retry\.attempts/),
    });
    expect(server.heard).toHaveLength(3);
  });

  it("waits no longer than the deadline of the command", async () => {
    await setUp(() => LOADING, { commandTimeout: 60, retry: { attempts: 1000, backoff: () => 5 } });
    await expect(redis.set("a", 1)).rejects.toMatchObject({ name: "TimeoutError", command: "SET" });
  });

  it("noRetry gives the refusal at once, and a lost read too", async () => {
    await setUp((command, socket) => {
      if (command[0] === "SET") return LOADING;
      socket.destroy();
      return undefined;
    });
    const once = redis.with({ noRetry: true });
    await expect(once.set("a", 1)).rejects.toMatchObject({ code: "LOADING" });
    await expect(once.get("a")).rejects.toMatchObject({ code: "ECONNLOST", sent: "maybe" });
    await expect(once.pipeline().get("a").get("b").exec()).rejects.toMatchObject({ sent: "maybe" });
    const both = redis.with({ noRetry: true, idempotent: true });
    await expect(both.get("c")).rejects.toMatchObject({ sent: "maybe" });
    expect(heard()).toEqual(["SET a 1", "GET a", "GET a", "GET b", "GET c"]);
  });

  it("a script that answers so is not run again: it may have written", async () => {
    await setUp(() => "-TRYAGAIN says the script\r\n");
    await expect(redis.eval("...", { keys: ["a"] })).rejects.toMatchObject({ code: "TRYAGAIN" });
    expect(server.heard).toHaveLength(1);
  });

  it("but one that was not started is", async () => {
    await setUp(first([LOADING], ":1\r\n"));
    expect(await redis.eval("return 1")).toBe(1);
  });

  it("closing does not wait for it", async () => {
    await setUp(() => LOADING, { retry: { attempts: 1000, backoff: () => 10_000 } });
    const call = redis.set("a", 1).catch((error) => error);
    await held();
    const other = redis.set("b", 1).catch((error) => error);
    await redis.close({ timeout: 1000 });
    expect(await call).toMatchObject({ code: "LOADING" });
    expect(await other).toMatchObject({ code: "LOADING" });
  });

  it("a connection that is cut meanwhile loses nothing, nor the order", async () => {
    await setUp((_, __, connection) => (connection > 1 ? "+OK\r\n" : LOADING), {
      retry: { attempts: 8, backoff: () => 20 },
    });
    const calls = [redis.set("a", 1)];
    await held();
    calls.push(redis.set("a", 2));
    server.cut();
    expect(await Promise.all(calls)).toEqual(["OK", "OK"]);
    expect(heard()).toEqual(["SET a 1", "SET a 1", "SET a 2"]);
  });
});

describe("pipelines and transactions", () => {
  it("what was refused is sent again; the other replies stay", async () => {
    await setUp(first(["+OK\r\n", TRYAGAIN, "$1\r\n3\r\n", TRYAGAIN], "+OK\r\n"));
    const replies = await redis.pipeline().set("a", 1).mset({ b: 2 }).get("c").mset({ d: 4 }).exec();
    expect(replies).toEqual(["OK", "OK", "3", "OK"]);
    expect(heard()).toEqual(["SET a 1", "MSET b 2", "GET c", "MSET d 4", "MSET b 2", "MSET d 4"]);
  });

  it("but not when a later one of the same pipeline has used its key", async () => {
    await setUp(first(["+OK\r\n", TRYAGAIN, "$1\r\n3\r\n"]));
    const error = await redis
      .pipeline()
      .set("a", 1)
      .mset({ b: 2 })
      .get("b")
      .exec()
      .catch((reason) => reason);
    expect(error).toBeInstanceOf(PipelineError);
    expect(error.results).toMatchObject(["OK", { code: "TRYAGAIN" }, "3"]);
    expect(server.heard).toHaveLength(3);
  });

  it("a whole pipeline waits for the end of loading", async () => {
    await setUp(first([LOADING, LOADING], ":1\r\n"));
    expect(await redis.pipeline().incr("a").incr("a").exec()).toEqual([1, 1]);
  });

  it("a transaction that was refused as it was queued is sent again as a whole", async () => {
    let tries = 0;
    await setUp((command) => {
      if (command[0] === "MULTI") return "+OK\r\n";
      if (command[0] === "EXEC") {
        return ++tries < 3
          ? "-EXECABORT Transaction discarded because of previous errors.\r\n"
          : "*1\r\n:1\r\n";
      }
      return tries < 2 ? LOADING : "+QUEUED\r\n";
    });
    expect(await redis.multi().incr("a").exec()).toEqual([1]);
    expect(tries).toBe(3);
  });

  it("and so is one that EXEC refuses because the server was demoted", async () => {
    await setUp((command, _, connection) => {
      if (command[0] === "MULTI") return "+OK\r\n";
      if (command[0] !== "EXEC") return "+QUEUED\r\n";
      if (connection === 1) return `-EXECABORT Transaction discarded because of: ${READONLY.slice(1)}`;
      return "*1\r\n:1\r\n";
    });
    expect(await redis.multi().incr("a").exec()).toEqual([1]);
    expect(server.connections).toBe(2);
  });
});

describe("READONLY, from a master that was replaced", () => {
  it("leads to a new connection, and the write goes there", async () => {
    await setUp((command, _, connection) => {
      if (command[0] === "GET") return "$1\r\nx\r\n";
      return connection === 1 ? READONLY : "+OK\r\n";
    });
    const events: string[] = [];
    redis.on("disconnect", ({ error }) => events.push(error?.code ?? "orderly"));
    const replies = await Promise.all([redis.set("a", 1), redis.get("b"), redis.set("c", 2)]);
    expect(replies).toEqual(["OK", "x", "OK"]);
    expect(server.connections).toBe(2);
    expect(heard()).toEqual(["SET a 1", "GET b", "SET c 2", "SET a 1", "SET c 2"]);
    expect(events).toEqual(["EREADONLY"]);
    expect(redis.pool.statistics().shared).toBe(1);
  });

  it("is given in the end where it stays so, with advice", async () => {
    await setUp(() => READONLY, { retry: { attempts: 2, backoff: { base: 0, cap: 0 } } });
    await expect(redis.set("a", 1)).rejects.toMatchObject({
      code: "READONLY",
      message: expect.stringMatching(/Does the address lead to the master/),
    });
    expect(server.connections).toBe(3);
  });

  it("holds for blocking commands, which have connections of their own", async () => {
    let calls = 0;
    await setUp(() => {
      calls++;
      if (calls === 1) return READONLY;
      if (calls === 2) {
        return "-UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)\r\n";
      }
      return "*2\r\n$1\r\nl\r\n$1\r\nv\r\n";
    });
    expect(await redis.blpop("l", 0)).toEqual({ key: "l", value: "v" });
    expect(server.connections).toBe(3);
  });

  it("but CLIENT UNBLOCK is somebody's wish", async () => {
    await setUp(() => "-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
    await expect(redis.blpop("l", 0)).rejects.toMatchObject({ code: "UNBLOCKED" });
    expect(server.heard).toHaveLength(1);
  });

  it.skipIf(!redisAvailable)(
    needsRedis("a real replica that becomes a master is written to then"),
    async () => {
      const [real, other] = await Promise.all([startRedis(), startRedis()]);
      const operator = new Redis({ host: real.host, port: real.port });
      const client = new Redis({
        host: real.host,
        port: real.port,
        retry: { attempts: 1000, backoff: () => 5 },
      });
      try {
        await client.set("n", 1);
        await operator.call("REPLICAOF", other.host, other.port);
        const popped = client.blpop("list", 0);
        const write = client.incr("n");
        const refused = new Promise((resolve) => client.on("disconnect", resolve));
        await refused;
        await operator.call("REPLICAOF", "NO", "ONE");
        expect(await write).toBeGreaterThan(0);
        await client.rpush("list", "x");
        expect(await popped).toEqual({ key: "list", value: "x" });
      } finally {
        await Promise.all([client.close(), operator.close()]);
        await Promise.all([real.stop(), other.stop()]);
      }
    },
  );
});

describe("refusals that do not pass", () => {
  it.each([
    ["BUSY", "-BUSY Redis is busy running a script.\r\n", /scriptKill/],
    ["NOAUTH", "-NOAUTH Authentication required.\r\n", /Set username and password, or credentials/],
  ])("%s comes at once, with advice", async (code, line, advice) => {
    await setUp(() => line);
    const error = await redis.get("a").catch((reason) => reason);
    expect(error).toMatchObject({ code, command: "GET", message: expect.stringMatching(advice) });
    expect(error.message.startsWith(line.slice(1).trim())).toBe(true);
    expect(server.heard).toHaveLength(1);
  });
});

describe("the body of a transaction", () => {
  const body = (keys: string[]) =>
    redis.transaction(keys, async (tx) => {
      const n = Number(await tx.get("n"));
      return tx
        .multi()
        .set("n", n + 1)
        .exec();
    });
  const answers: Script = ([name]) =>
    ({ GET: "$1\r\n1\r\n", SET: "+QUEUED\r\n", EXEC: "*1\r\n+OK\r\n" })[name] ?? "+OK\r\n";

  it("is run again when its server was still loading", async () => {
    let refused = 0;
    await setUp((command, ...rest) =>
      command[0] === "GET" && refused++ < 2 ? LOADING : answers(command, ...rest),
    );
    expect(await body(["n"])).toEqual(["OK"]);
    expect(refused).toBe(3);
    expect(heard().filter((command) => command.startsWith("SET"))).toEqual(["SET n 2"]);
  });

  it("is run again at another server when its own was demoted, as it queued or at EXEC", async () => {
    const refusals = [
      { SET: READONLY, EXEC: "-EXECABORT Transaction discarded because of previous errors.\r\n" },
      { EXEC: `-EXECABORT Transaction discarded because of: ${READONLY.slice(1)}` },
    ];
    for (const refusal of refusals as Record<string, string>[]) {
      await setUp((command, socket, connection) =>
        connection > 1
          ? answers(command, socket, connection)
          : (refusal[command[0]] ?? answers(command, socket, connection)),
      );
      expect(await body(["n"])).toEqual(["OK"]);
      expect(server.connections).toBe(2);
      await redis.close({ timeout: 0 });
      await server.stop();
    }
  });

  it("is not run again once it has written, nor where that was refused", async () => {
    await setUp((command, ...rest) => (command[0] === "GET" ? LOADING : answers(command, ...rest)));
    const wrote = redis.transaction("n", async (tx) => {
      await tx.set("a", 1);
      return tx.get("n");
    });
    await expect(wrote).rejects.toMatchObject({ code: "LOADING", command: "GET" });
    expect(heard().filter((command) => command.startsWith("SET"))).toHaveLength(1);
    const once = redis.with({ noRetry: true }).transaction("n", (tx) => tx.get("n"));
    await expect(once).rejects.toMatchObject({ code: "LOADING" });
    expect(heard().filter((command) => command.startsWith("GET"))).toHaveLength(2);
  });
});
