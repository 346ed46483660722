/** Servers that lie, and replies at the limits: an error or the value, never a hang, a crash or memory without bound. */
import { freemem } from "node:os";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { DecodeError, type PoolOptions, Redis } from "../../../src/index.js";
import { type FakeServer, type Script, startFake } from "../../tools/fake-server.js";
import { needsRedis, redisAvailable, startRedis } from "../../tools/redis-server.js";
import { failure, until } from "../../tools/waiting.js";

let server: FakeServer | undefined;
let redis: Redis | undefined;

async function against(script: Script, options: PoolOptions = {}): Promise<Redis> {
  server = await startFake(script);
  redis = new Redis({
    port: server.port,
    host: "127.0.0.1",
    retry: { attempts: 20, backoff: { base: 0, cap: 0 } },
    ...options,
  });
  return redis;
}

afterEach(async () => {
  await redis?.close({ timeout: 0 });
  await server?.stop();
  redis = server = undefined;
});

const many = 100_000;

describe("a server that lies", () => {
  it.each([
    ["negative length of a string", "$-2\r\n"],
    ["negative length of an array", "*-2\r\n"],
    ["a string longer than Redis can hold", "$536870913\r\n"],
    ["a length that is no safe integer", "$99999999999999999999\r\n"],
    ["an array of more than 2^32 elements", "*4294967296\r\n"],
    ["a map of a negative size", "%-1\r\n"],
    ["arrays 100,000 deep", "*1\r\n".repeat(many)],
    ["maps 100,000 deep", "%1\r\n+k\r\n".repeat(many)],
    ["streamed arrays 100,000 deep", "*?\r\n".repeat(many)],
    ["attributes 100,000 deep", "|1\r\n+k\r\n".repeat(many)],
    ["a push in the middle of a reply", "*2\r\n>1\r\n+x\r\n"],
    ["an end marker of nothing", ".\r\n"],
    ["a chunk of nothing", ";3\r\nabc\r\n"],
    ["a line without end", `+${"x".repeat(70_000)}`],
    ["zeros", "\0".repeat(1000)],
  ])("%s: everybody is told, and the next connection is used", async (_, wire) => {
    const client = await against((command, __, connection) =>
      connection === 1
        ? wire
        : command[0] === "GET"
          ? `$${command[1].length}\r\n${command[1]}\r\n`
          : ":1\r\n",
    );
    const [first, second, third] = await Promise.allSettled([
      client.incr("a"),
      client.get("b"),
      client.incr("c"),
    ]);
    expect(first).toMatchObject({ reason: { sent: "maybe", cause: { name: "ProtocolError" } } });
    expect(second).toMatchObject({ value: "b" });
    expect(third).toMatchObject({ reason: { sent: "maybe" } });
    expect(await client.get("d")).toBe("d");
  });

  it.each([
    ["a string of 512 MB", "$536870912\r\n"],
    ["an array of 2^32 - 1 elements", "*4294967295\r\n"],
    ["a map of as many", "%4294967295\r\n"],
    ["1000 arrays in each other, each of as many", "*4294967295\r\n".repeat(1000)],
  ])("%s that is only announced costs no memory, and its caller a timeout", async (_, wire) => {
    const client = await against(() => wire, { commandTimeout: 60 });
    const before = process.memoryUsage();
    expect(await failure(client.get("a"))).toMatchObject({ name: "TimeoutError" });
    const after = process.memoryUsage();
    expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(
      32 * 1024 * 1024,
    );
  });

  it("replies that nobody asked for, and pushes, reach nobody", async () => {
    const client = await against((command, _, connection) => {
      const reply = `$${command[1].length}\r\n${command[1]}\r\n`;
      if (connection % 2 === 0) {
        // In one write with the reply, and again in one of their own.
        return `>2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n${reply}>3\r\n+message\r\n+c\r\n+m\r\n`;
      }
      return `${reply}$9\r\nunwelcome\r\n`;
    });
    for (let i = 0; i < 200; i++) {
      const key = `key-${i}`;
      expect(await client.get(key)).toBe(key);
    }
    await until(() => (server?.connections ?? 0) > 1);
  });
});

const memory = freemem() > 4 * 2 ** 30;
const roomy = redisAvailable && memory;
const why = memory ? "" : " (skipped: less than 4 GB of memory are free)";

it.skipIf(!roomy)(
  needsRedis(
    `a value of 512 MB comes as bytes, as a stream, and as an error where text cannot be so long${why}`,
  ),
  async () => {
    const real = await startRedis();
    onTestFinished(() => real.stop());
    const client = new Redis({ host: "127.0.0.1", port: real.port, commandTimeout: 0 });
    onTestFinished(() => client.close({ timeout: 0 }));
    const size = 512 * 1024 * 1024;
    await client.setrange("huge", size - 3, "end");
    const value = await client.with({ replies: "buffer" }).get("huge");
    expect(value?.length).toBe(size);
    expect(value?.subarray(-3).toString()).toBe("end");
    const after = client.echo("after");
    // V8's strings end a few bytes before.
    expect(await failure(client.get("huge"))).toBeInstanceOf(DecodeError);
    expect(await after).toBe("after");
    let length = 0;
    for await (const chunk of client.getStream("huge", { chunkSize: 2 ** 20 })) length += chunk.length;
    expect(length).toBe(size);
  },
  60_000,
);
