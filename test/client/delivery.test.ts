/** Nothing is lost, doubled or mixed up without saying so, whatever the server does. */
import { afterEach, describe, expect, it } from "vitest";
import {
  AbortError,
  ClosedError,
  ConnectionError,
  type PoolOptions,
  ProtocolError,
  QueueFullError,
  Redis,
  RedisError,
  ReplyError,
  TimeoutError,
} from "../../src/index.js";
import { type FakeServer, type Script, startFake } from "../tools/fake-server.js";
import { freePort } from "../tools/redis-server.js";

let server: FakeServer | undefined;
let redis: Redis | undefined;

async function setUp(script: Script, options: PoolOptions = {}): Promise<Redis> {
  server = await startFake(script);
  redis = new Redis({
    port: server.port,
    host: "127.0.0.1",
    retry: { backoff: { base: 1, cap: 10 } },
    ...options,
  });
  return redis;
}

afterEach(async () => {
  await redis?.close({ timeout: 0 });
  await server?.stop();
  redis = server = undefined;
});

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      throw new Error(`resolved to ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );

describe("a connection that is lost", () => {
  it("leaves a write that may have run to the caller, and says so", async () => {
    const client = await setUp((command, socket) => {
      if (command[0] === "INCR") socket.destroy();
      return "+OK\r\n";
    });
    const error = await failure(client.incr("n"));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ sent: "maybe", command: "INCR" });
    expect((error as Error).message).toContain(`127.0.0.1:${server?.port}`);
    await client.set("a", 1);
    expect(server?.heard.filter(([name]) => name === "INCR")).toHaveLength(1);
  });

  it("sends a read again", async () => {
    const client = await setUp((_, socket, connection) => {
      if (connection > 1) return "$3\r\nbar\r\n";
      socket.destroy();
      return undefined;
    });
    expect(await client.get("foo")).toBe("bar");
    expect(server?.heard).toEqual([
      ["GET", "foo"],
      ["GET", "foo"],
    ]);
  });

  it("sends a write again when the caller says that it does no harm", async () => {
    const client = await setUp((_, socket, connection) => {
      if (connection > 1) return "+OK\r\n";
      socket.destroy();
      return undefined;
    });
    expect(await client.with({ idempotent: true }).set("a", 1)).toBe("OK");
  });

  it("in the middle of a reply settles every promise, each with its own", async () => {
    const client = await setUp((command, socket, connection) => {
      if (connection > 1) return `$${command[1].length}\r\n${command[1]}\r\n`;
      if (command[1] === "k0") return "$2\r\nk0\r\n";
      if (command[1] === "k1") {
        socket.end("$2\r\nk");
      }
      return undefined;
    });
    const keys = Array.from({ length: 50 }, (_, i) => `k${i}`);
    expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(keys);
  });

  it("keeps the replies of a pipeline that had come", async () => {
    const client = await setUp((command, socket) => {
      if (command[0] === "INCR") return ":1\r\n";
      socket.destroy();
      return undefined;
    });
    const settled = await client.pipeline().incr("a").set("b", 1).execSettled();
    expect(settled[0]).toEqual({ ok: true, value: 1 });
    expect(settled[1]).toMatchObject({ ok: false, error: { sent: "maybe", command: "SET" } });
  });

  it("gives up after the attempts that are allowed", async () => {
    const client = await setUp(
      (_, socket) => {
        socket.destroy();
        return undefined;
      },
      { retry: { attempts: 2, backoff: { base: 0, cap: 0 } } },
    );
    expect(await failure(client.get("a"))).toMatchObject({ sent: "maybe" });
    expect(server?.heard).toHaveLength(3);
  });
});

describe("a server that is not there", () => {
  it("rejects with the address, the reason and advice; nothing was sent", async () => {
    const port = await freePort();
    redis = new Redis({ host: "127.0.0.1", port, retry: { attempts: 1, backoff: { base: 0, cap: 0 } } });
    const error = await failure(redis.set("a", 1));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({
      code: "ECONNREFUSED",
      sent: "no",
      command: "SET",
      address: `127.0.0.1:${port}`,
    });
    expect((error as Error).message).toMatch(/Is the server running/);
  });

  it("neither crashes the process nor hangs connect()", async () => {
    const port = await freePort();
    redis = new Redis({ host: "127.0.0.1", port, retry: { attempts: 0 } });
    expect(await failure(redis.connect())).toMatchObject({ code: "ECONNREFUSED" });
  });

  it("bounds what waits, by count and by bytes", async () => {
    const port = await freePort();
    const options = { host: "127.0.0.1", port, retry: { attempts: 3, backoff: { base: 20, cap: 20 } } };
    redis = new Redis({ ...options, offlineQueue: { maxCommands: 2 } });
    const waiting = [failure(redis.incr("a")), failure(redis.incr("b"))];
    expect(await failure(redis.incr("c"))).toBeInstanceOf(QueueFullError);
    expect(await failure(redis.incr("c"))).toMatchObject({ sent: "no" });
    for (const error of await Promise.all(waiting))
      expect(error).toMatchObject({ sent: "no", code: "ECONNREFUSED" });
    await redis.close();
    redis = new Redis({ ...options, offlineQueue: { maxBytes: 100 } });
    expect(await failure(redis.set("a", "x".repeat(200)))).toBeInstanceOf(QueueFullError);
    await redis.close();
    redis = new Redis({ ...options, offlineQueue: { policy: "fail-fast" } });
    expect(await failure(redis.get("a"))).toBeInstanceOf(QueueFullError);
  });

  it("sends what waited, in order, once the server is there", async () => {
    const port = await freePort();
    redis = new Redis({ host: "127.0.0.1", port, retry: { attempts: 100, backoff: { base: 5, cap: 5 } } });
    const replies = Promise.all([redis.incr("a"), redis.incr("b"), redis.get("c")]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const net = await import("node:net");
    const seen: string[] = [];
    const late = net.createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", (chunk) => {
        const names = [...chunk.toString().matchAll(/(HELLO|PING|INCR|GET)\r\n/g)].map(([, name]) => name);
        for (const name of names) {
          if (name === "INCR" || name === "GET") seen.push(name);
          socket.write(
            name === "HELLO"
              ? "-ERR unknown command\r\n"
              : name === "PING"
                ? "+PONG\r\n"
                : `:${seen.length}\r\n`,
          );
        }
      });
    });
    await new Promise<void>((resolve) => late.listen(port, "127.0.0.1", resolve));
    expect(await replies).toEqual([1, 2, 3]);
    expect(seen).toEqual(["INCR", "INCR", "GET"]);
    await redis.close();
    await new Promise((resolve) => late.close(resolve));
  });
});

describe("a server that breaks the protocol", () => {
  it.each([
    ["garbage", "HTTP/1.1 400 Bad Request\r\n\r\n"],
    ["a negative length", "$-5\r\n"],
    ["a huge length", "$99999999999\r\n"],
    ["a depth of 100,000", "*1\r\n".repeat(100_000)],
  ])("%s settles every promise, and the next connection is clean", async (_, wire) => {
    const client = await setUp((__, ___, connection) => (connection === 1 ? wire : "$2\r\nok\r\n"));
    const results = await Promise.allSettled([client.incr("a"), client.get("b"), client.incr("c")]);
    expect(results[0]).toMatchObject({ status: "rejected", reason: { sent: "maybe" } });
    const cause = (results[0] as PromiseRejectedResult).reason.cause;
    expect(cause).toBeInstanceOf(ProtocolError);
    expect(results[1]).toEqual({ status: "fulfilled", value: "ok" });
    expect(results[2]).toMatchObject({ status: "rejected", reason: { sent: "maybe" } });
  });

  it("a reply that nobody asked for never reaches the next caller", async () => {
    const client = await setUp((command, socket) => {
      if (command[1] === "first") setTimeout(() => socket.write("$9\r\nunwelcome\r\n"), 5);
      return `$${command[1].length}\r\n${command[1]}\r\n`;
    });
    expect(await client.get("first")).toBe("first");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await client.get("second")).toBe("second");
    expect(server?.connections).toBe(2);
  });
});

describe("deadlines", () => {
  it("keep what they have told not to be sent from leaving later, when the network takes more", async () => {
    let stuck: { resume(): unknown } | undefined;
    const client = await setUp(
      (_, socket) => {
        if (stuck === undefined) stuck = socket.pause();
        return "+OK\r\n";
      },
      { commandTimeout: 400 },
    );
    const early = Array.from({ length: 100 }, (_, i) => client.set(`early:${i}`, "x".repeat(200_000)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const late = Array.from({ length: 100 }, (_, i) => client.set(`late:${i}`, i));
    const outcomes = await Promise.allSettled([...early, ...late]);
    stuck?.resume();
    expect(await client.with({ timeout: 10_000 }).set("last", 1)).toBe("OK");
    const unsent = outcomes.filter(
      (outcome) => outcome.status === "rejected" && (outcome.reason as TimeoutError).sent === "no",
    );
    expect(unsent.length).toBeGreaterThan(0);
    expect(server?.heard).toHaveLength(outcomes.length - unsent.length + 1);
  });

  it("count from the call to the reply, and keep the slot of the late reply", async () => {
    const late: (() => void)[] = [];
    const client = await setUp(
      (command, socket) => {
        if (command[1] === "slow") late.push(() => socket.write("$4\r\nslow\r\n$4\r\nnext\r\n"));
        return undefined;
      },
      { commandTimeout: 40 },
    );
    const error = await failure(client.get("slow"));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ sent: "maybe", command: "GET" });
    const next = client.get("next");
    await new Promise((resolve) => setTimeout(resolve, 10));
    late[0]();
    expect(await next).toBe("next");
  });

  it("hold while there is no connection", async () => {
    const port = await freePort();
    redis = new Redis({ host: "127.0.0.1", port, commandTimeout: 50, retry: { attempts: 1000 } });
    expect(await failure(redis.get("a"))).toMatchObject({ name: "TimeoutError", sent: "no" });
  });

  it("can be given for one call, next to others without", async () => {
    const client = await setUp((command, socket) => {
      if (command[1] === "c") setTimeout(() => socket.write("$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"), 80);
      return undefined;
    });
    const calls = [
      client.get("a"),
      client.with({ timeout: 20 }).get("b"),
      client.with({ timeout: 0 }).get("c"),
    ];
    const [a, b, c] = await Promise.allSettled(calls);
    expect(a).toEqual({ status: "fulfilled", value: "a" });
    expect(b).toMatchObject({ status: "rejected", reason: { name: "TimeoutError" } });
    expect(c).toEqual({ status: "fulfilled", value: "c" });
  });

  it("an AbortSignal ends the wait, before and after sending", async () => {
    const client = await setUp((command) =>
      command[1] === "later" ? "$4\r\nslow\r\n$5\r\nlater\r\n" : undefined,
    );
    const controller = new AbortController();
    const view = client.with({ signal: controller.signal });
    const slow = failure(view.get("slow"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort(new Error("enough"));
    expect(await slow).toBeInstanceOf(AbortError);
    expect(await slow).toMatchObject({ sent: "maybe", cause: { message: "enough" } });
    expect(await failure(view.get("never"))).toMatchObject({ name: "AbortError", sent: "no" });
    expect(await client.get("later")).toBe("later");
    expect(server?.heard.some(([, key]) => key === "never")).toBe(false);
  });
});

describe("a server that says nothing", () => {
  it("is given up after a while, so that the next commands get another connection", async () => {
    const client = await setUp((_, __, connection) => (connection === 1 ? undefined : "$2\r\nok\r\n"), {
      commandTimeout: 50,
    });
    expect(await failure(client.incr("a"))).toMatchObject({ name: "TimeoutError", sent: "maybe" });
    const results: unknown[] = [];
    while (!results.includes("ok")) results.push(await client.get("b").catch((error) => error.name));
    expect(server?.connections).toBe(2);
  });
});

describe("dedicated connections", () => {
  it("are tried again while the server cannot be reached", async () => {
    const port = await freePort();
    redis = new Redis({ host: "127.0.0.1", port, retry: { attempts: 1, backoff: { base: 0, cap: 0 } } });
    expect(await failure(redis.blpop("list", 1))).toMatchObject({ code: "ECONNREFUSED", sent: "no" });
    const sub = redis.pubsub();
    expect(await failure(sub.subscribe("channel"))).toMatchObject({ code: "ECONNREFUSED" });
    await sub.close();
  });
});

describe("closing", () => {
  it("lets what is pending finish, and takes nothing new", async () => {
    const client = await setUp((command) => `$${command[1].length}\r\n${command[1]}\r\n`);
    const pending = ["a", "b", "c"].map((key) => client.get(key));
    const closed = client.close();
    expect(await failure(client.get("d"))).toBeInstanceOf(ClosedError);
    await closed;
    expect(await Promise.all(pending)).toEqual(["a", "b", "c"]);
    expect(client.status).toBe("closed");
  });

  it("ends after its timeout what the server does not answer", async () => {
    const client = await setUp(() => undefined);
    const pending = failure(client.incr("a"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await client.close({ timeout: 30 });
    expect(await pending).toBeInstanceOf(ClosedError);
    expect(await pending).toMatchObject({ sent: "maybe" });
  });

  it("unblocks blocked commands", async () => {
    const client = await setUp(() => undefined);
    const pending = failure(client.blpop("list", 0));
    await new Promise((resolve) => setTimeout(resolve, 30));
    await client.close();
    expect(await pending).toBeInstanceOf(ClosedError);
  });
});

describe("error replies", () => {
  it("carry Redis's code, the command and the address", async () => {
    const client = await setUp(
      () => "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
    );
    const error = await failure(client.incr("a"));
    expect(error).toBeInstanceOf(ReplyError);
    expect(error).toBeInstanceOf(RedisError);
    expect(error).toMatchObject({ code: "WRONGTYPE", command: "INCR", address: `127.0.0.1:${server?.port}` });
  });

  it("of the handshake reach the callers that wait", async () => {
    const net = await import("node:net");
    const strict = net.createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", () => socket.write("-NOAUTH Authentication required.\r\n"));
    });
    await new Promise<void>((resolve) => strict.listen(0, "127.0.0.1", resolve));
    redis = new Redis({ host: "127.0.0.1", port: (strict.address() as { port: number }).port });
    const error = await failure(redis.get("a"));
    expect(error).toMatchObject({ name: "ReplyError", code: "NOAUTH" });
    await redis.close();
    await new Promise((resolve) => strict.close(resolve));
  });
});
