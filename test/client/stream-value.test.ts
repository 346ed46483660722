/** Values as streams, in both directions: whole or not at all, at the consumer's pace, in constant memory. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import {
  ArgumentError,
  ConnectionError,
  OptionError,
  Redis,
  ReplyError,
  TimeoutError,
} from "../../src/index.js";
import { onEveryServer, type Place } from "../tools/clients.js";
import { type FakeServer, startFake } from "../tools/fake-server.js";
import { needsRedis, redisAvailable, startRedis } from "../tools/redis-server.js";

/** Bytes of which every part can be told from every other. */
function sample(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i + 4 <= length; i += 4) bytes.writeUInt32LE((i * 2654435761) >>> 0, i);
  return bytes;
}

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      throw new Error(`resolved to ${String(value)}`);
    },
    (error: unknown) => error,
  );

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries > 1000) throw new Error("it never came to pass");
    await new Promise((done) => setTimeout(done, 5));
  }
}

onEveryServer("values as streams", (start) => {
  let place: Place;
  let redis: Redis;
  beforeAll(async () => {
    place = await start();
  });
  afterAll(() => place.stop());
  beforeEach(async () => {
    redis = place.client();
    await redis.flushall();
  });
  afterEach(() => redis.close());

  const bytesOf = (key: string) => redis.with({ replies: "buffer" }).get(key);

  it.each([0, 1, 4095, 65_536, 65_537, 3_000_001])("reads a value of %i bytes", async (length) => {
    const value = sample(length);
    await redis.set("v", value);
    const stream = redis.getStream("v");
    expect(await stream.size).toBe(length);
    expect((await collect(stream)).equals(value)).toBe(true);
    expect(redis.pool.statistics()).toMatchObject({ lent: 0, idle: 1 });
    // The connection is clean: the next one uses it again.
    expect((await collect(redis.getStream("v", { chunkSize: 7000 }))).equals(value)).toBe(true);
    expect(redis.pool.statistics()).toMatchObject({ lent: 0, idle: 1 });
  });

  it.each([0, 1, 262_144, 262_145, 3_000_001])(
    "writes a value of %i bytes with a known length",
    async (length) => {
      const value = sample(length);
      expect(await redis.setStream("v", inChunks(value, 50_000), { length })).toBe("OK");
      expect((await bytesOf("v"))?.equals(value)).toBe(true);
      expect(redis.pool.statistics()).toMatchObject({ lent: 0, idle: 1 });
    },
  );

  it.each([0, 1, 1_048_576, 1_048_577, 3_000_001])(
    "writes a value of %i bytes with an unknown length",
    async (length) => {
      const value = sample(length);
      await redis.set("v", "old", { ex: 100 });
      expect(await redis.setStream("v", inChunks(value, 70_000))).toBe("OK");
      expect((await bytesOf("v"))?.equals(value)).toBe(true);
      expect(await redis.ttl("v")).toBe(-1);
      expect(await redis.keys("*")).toEqual(["v"]);
    },
  );

  it("takes web streams, Node streams, and iterables of chunks that are used again", async () => {
    const value = sample(500_000);
    const web = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(value.subarray(0, 200_000));
        controller.enqueue(value.subarray(200_000));
        controller.close();
      },
    });
    await redis.setStream("web", web, { length: value.length });
    await redis.setStream("node", Readable.from(inChunks(value, 999)));
    await redis.setStream("array", [value.subarray(0, 3), value.subarray(3)]);
    function* reused(): Generator<Uint8Array> {
      const memory = new Uint8Array(1000);
      for (let at = 0; at < value.length; at += 1000) {
        memory.set(value.subarray(at, at + 1000));
        yield memory;
        memory.fill(0);
      }
    }
    await redis.setStream("known", reused(), { length: value.length });
    await redis.setStream("unknown", reused());
    for (const key of ["web", "node", "array", "known", "unknown"])
      expect((await bytesOf(key))?.equals(value), key).toBe(true);
  });

  it("copies from one key to another, and is taken by pipeline() and by readers with memory of their own", async () => {
    const value = sample(2_000_000);
    await redis.set("v", value);
    await redis.setStream("copy", redis.getStream("v"));
    expect((await bytesOf("copy"))?.equals(value)).toBe(true);
    const parts: Buffer[] = [];
    await pipeline(
      redis.getStream("v"),
      new Writable({
        write(chunk: Buffer, _, done) {
          parts.push(chunk);
          setImmediate(done);
        },
      }),
    );
    expect(Buffer.concat(parts).equals(value)).toBe(true);
    const reader = redis.getStream("v", { chunkSize: 1000 }).getReader({ mode: "byob" });
    let length = 0;
    for (;;) {
      const { done, value: part } = await reader.read(new Uint8Array(777));
      if (done) break;
      expect(Buffer.compare(part, value.subarray(length, length + part.length))).toBe(0);
      length += part.length;
    }
    expect(length).toBe(value.length);
  });

  it("sets time to live and conditions as SET does, with and without a length", async () => {
    const chunks = () => inChunks(sample(1_500_000), 100_000);
    for (const known of [{}, { length: 1_500_000 }]) {
      await redis.flushall();
      expect(await redis.setStream("v", chunks(), { ...known, xx: true })).toBeNull();
      expect(await redis.setStream("v", chunks(), { ...known, nx: true, ex: 100 })).toBe("OK");
      expect(await redis.setStream("v", chunks(), { ...known, nx: true })).toBeNull();
      expect(await redis.ttl("v")).toBe(100);
      expect(await redis.setStream("v", chunks(), { ...known, xx: true, keepTtl: true })).toBe("OK");
      expect(await redis.ttl("v")).toBeGreaterThan(90);
      expect(await redis.setStream("v", chunks(), { ...known, pxat: Date.now() + 50_000 })).toBe("OK");
      expect(await redis.pttl("v")).toBeLessThanOrEqual(50_000);
      expect(await redis.setStream("v", chunks(), known)).toBe("OK");
      expect(await redis.ttl("v")).toBe(-1);
      await until(async () => (await redis.dbsize()) === 1);
    }
  });

  it("knows by its type what it replies, and puts the prefix of a view before its keys", async () => {
    const view = redis.with({ keyPrefix: "app:" });
    const always: "OK" = await view.setStream("a", [sample(10)], { length: 10 });
    const perhaps: "OK" | null = await view.setStream("b", [sample(10)], { nx: true });
    // @ts-expect-error: a condition that is not met gives null
    const never: "OK" = await view.setStream("c", [sample(2_000_000)], { nx: true });
    expect([always, perhaps, never]).toEqual(["OK", "OK", "OK"]);
    expect((await redis.keys("*")).sort()).toEqual(["app:a", "app:b", "app:c"]);
    const stream = view.getStream("c");
    expect(await stream.size).toBe(2_000_000);
    await stream.cancel();
  });

  it("a missing key and a wrong type are errors, never an empty value", async () => {
    const missing = redis.getStream("none");
    expect(await missing.size).toBeNull();
    expect(await failure(collect(missing))).toMatchObject({ code: "ENOKEY", command: "GET" });
    await redis.lpush("list", "a");
    const wrong = redis.getStream("list");
    expect(await failure(collect(wrong))).toMatchObject({
      name: "ReplyError",
      code: "WRONGTYPE",
      command: "GET",
    });
    expect(await failure(wrong.size)).toBeInstanceOf(ReplyError);
    expect(redis.pool.statistics()).toMatchObject({ lent: 0, idle: 1 });
  });

  it("sends nothing before it is read, and gives its connection back when it is left early", async () => {
    await redis.set("v", sample(5_000_000));
    redis.getStream("v");
    expect(redis.pool.statistics()).toMatchObject({ lent: 0, opening: 0 });
    for await (const chunk of redis.getStream("v")) {
      expect(chunk).toHaveLength(65_536);
      break;
    }
    expect(redis.pool.statistics()).toMatchObject({ lent: 0, opening: 0 });
    expect(await redis.strlen("v")).toBe(5_000_000);
  });

  it("sets nothing when the source fails, or holds another length than was said", async () => {
    await redis.set("v", "old");
    const value = sample(2_000_000);
    async function* broken(): AsyncGenerator<Buffer> {
      yield* inChunks(value, 300_000);
      throw new Error("disk on fire");
    }
    expect(await failure(redis.setStream("v", broken(), { length: 3_000_000 }))).toMatchObject({
      message: "disk on fire",
    });
    expect(await failure(redis.setStream("v", broken()))).toMatchObject({ message: "disk on fire" });
    for (const length of [1_999_999, 2_000_001, 1, 0]) {
      const error = await failure(redis.setStream("v", inChunks(value, 300_000), { length }));
      expect(error).toBeInstanceOf(ArgumentError);
    }
    expect(await failure(redis.setStream("v", ["text"] as never))).toBeInstanceOf(ArgumentError);
    expect(await failure(redis.setStream("v", "text" as never))).toBeInstanceOf(ArgumentError);
    expect(await failure(redis.setStream("v", [], { lenght: 5 } as never))).toBeInstanceOf(OptionError);
    expect(await failure(redis.setStream("v", [], { ex: 1, keepTtl: true }))).toBeInstanceOf(OptionError);
    expect(await redis.get("v")).toBe("old");
    await until(async () => (await redis.dbsize()) === 1);
    await until(() => redis.pool.statistics().lent === 0);
  });

  it("lets the source free what it holds when it is not read to its end", async () => {
    let freed = 0;
    async function* source(): AsyncGenerator<Buffer> {
      try {
        for (;;) yield sample(100_000);
      } finally {
        freed++;
      }
    }
    await failure(redis.setStream("v", source(), { length: 1_000_000 }));
    const web = Readable.toWeb(Readable.from(source())) as ReadableStream<Uint8Array>;
    await failure(redis.setStream("v", web, { length: 1_000_000 }));
    await until(() => freed === 2);
    expect(await redis.exists("v")).toBe(0);
  });

  it("an AbortSignal ends both directions, also while the source says nothing", async () => {
    await redis.set("v", sample(5_000_000));
    const reading = new AbortController();
    const stream = redis.with({ signal: reading.signal }).getStream("v")[Symbol.asyncIterator]();
    // In process all of a value comes at once, so that nothing is left to be given up.
    if (place.kind !== "in process") await stream.next();
    reading.abort(new Error("enough"));
    const rest = (async () => {
      while (!(await stream.next()).done);
    })();
    expect(await failure(rest)).toMatchObject({ name: "AbortError", cause: { message: "enough" } });
    for (const options of [{ length: 1000 }, {}]) {
      const writing = new AbortController();
      const silent = new ReadableStream<Uint8Array>();
      const stored = failure(redis.with({ signal: writing.signal }).setStream("w", silent, options));
      await until(() => redis.pool.statistics().lent === 1);
      writing.abort();
      expect(await stored).toMatchObject({ name: "AbortError", sent: "no" });
    }
    await until(() => redis.pool.statistics().lent === 0);
    expect(await redis.exists("w")).toBe(0);
  });
});

describe("a server that does not do its part", () => {
  let server: FakeServer | undefined;
  let redis: Redis | undefined;
  afterEach(async () => {
    await redis?.close({ timeout: 0 });
    await server?.stop();
  });

  async function against(script: Parameters<typeof startFake>[0], commandTimeout = 1000): Promise<Redis> {
    server = await startFake(script);
    const retry = { attempts: 3, backoff: { base: 1, cap: 5 } };
    redis = new Redis({ host: "127.0.0.1", port: server.port, commandTimeout, retry });
    return redis;
  }

  it.each([
    ["in the first byte", "$"],
    ["in the length", "$1000"],
    ["in the middle", `$1000\r\n${"x".repeat(500)}`],
    ["before the last byte", `$1000\r\n${"x".repeat(999)}`],
    ["before the line end", `$1000\r\n${"x".repeat(1000)}\r`],
  ])("a cut %s is an error, never a short value", async (_, wire) => {
    const client = await against((__, socket) => void socket.end(wire));
    const chunks: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of client.getStream("v", { chunkSize: 100 })) chunks.push(chunk);
    })();
    expect(await failure(reading)).toBeInstanceOf(ConnectionError);
    expect(chunks.length).toBeLessThan(10);
  });

  it("a cut before the first byte is tried again", async () => {
    const client = await against((_, socket, connection) => {
      if (connection < 3) return void socket.destroy();
      return "$3\r\nfoo\r\n";
    });
    expect((await collect(client.getStream("v"))).toString()).toBe("foo");
  });

  it.each([
    ["an integer", ":1\r\n"],
    ["a negative length", "$-2\r\n"],
    ["a huge length", "$99999999999999\r\n"],
    ["a length without digits", "$\r\n"],
    ["no line end behind the value", "$3\r\nfooXX"],
    ["a line without end", `-${"x".repeat(70_000)}`],
  ])("%s is an error", async (_, wire) => {
    const client = await against(() => wire);
    const error = await failure(collect(client.getStream("v")));
    expect(error).toMatchObject({ cause: { name: "ProtocolError" } });
    await until(() => client.pool.statistics().lent === 0);
  });

  it("what comes behind the value reaches nobody", async () => {
    const client = await against(() => "$3\r\nfoo\r\n$3\r\nbar\r\n");
    expect((await collect(client.getStream("v"))).toString()).toBe("foo");
    expect((await collect(client.getStream("v"))).toString()).toBe("foo");
    expect(server?.connections).toBe(2);
  });

  it("silence is a timeout in both directions, but the consumer may take its time", async () => {
    const client = await against((_, socket) => {
      socket.write(`$300000\r\n${"x".repeat(150_000)}`);
      return undefined;
    }, 60);
    const reader = client.getStream("v", { highWaterMark: 1000 })[Symbol.asyncIterator]();
    await reader.next();
    // Longer than the timeout: it is the consumer's turn.
    await new Promise((done) => setTimeout(done, 150));
    expect((await reader.next()).done).toBe(false);
    const rest = (async () => {
      while (!(await reader.next()).done);
    })();
    expect(await failure(rest)).toBeInstanceOf(TimeoutError);
    expect(await failure(client.setStream("v", [sample(1000)], { length: 1000 }))).toMatchObject({
      name: "TimeoutError",
      sent: "maybe",
    });
  });
});

describe.skipIf(!redisAvailable)("huge values on redis-server", () => {
  it(needsRedis("a refusal in the middle is told at once, and a kill sets nothing"), async () => {
    const server = await startRedis({ args: ["--proto-max-bulk-len", "1mb"] });
    onTestFinished(() => server.stop());
    const redis = new Redis({ host: "127.0.0.1", port: server.port, retry: { attempts: 0 } });
    const endless = function* (): Generator<Uint8Array> {
      for (;;) yield sample(100_000);
    };
    const refused = await failure(redis.setStream("v", endless(), { length: 10_000_000 }));
    // The reply may be lost with the connection, which redis-server resets.
    expect(refused).toMatchObject({
      message: expect.stringMatching(/invalid bulk length|proto-max-bulk-len/),
    });
    const late = failure(
      redis.setStream(
        "v",
        (async function* () {
          yield sample(300_000);
          await server.stop();
          await new Promise(() => {});
        })(),
        { length: 900_000 },
      ),
    );
    expect(await late).toMatchObject({ name: "ConnectionError", sent: "no" });
    await redis.close();
  });

  it(needsRedis("200 MB go both ways in a process that may hold 64 MB"), async () => {
    const server = await startRedis();
    const folder = mkdtempSync(join(tmpdir(), "resplendent-stream-"));
    try {
      const bundle = join(folder, "child.mjs");
      const esbuild = await import("esbuild");
      await esbuild.build({
        entryPoints: [resolve(import.meta.dirname, "../tools/stream-child.ts")],
        bundle: true,
        platform: "node",
        format: "esm",
        outfile: bundle,
        logLevel: "silent",
        banner: {
          js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
        },
      });
      expect(readFileSync(bundle).length).toBeGreaterThan(1000);
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--max-old-space-size=48", bundle, String(server.port)],
        { cwd: resolve(import.meta.dirname, "../..") },
      );
      const { grown, same } = JSON.parse(stdout) as { grown: number; same: boolean };
      expect(same).toBe(true);
      // Without streams it would be 400 MB and more.
      expect(grown).toBeLessThan(64 * 1024 * 1024);
    } finally {
      rmSync(folder, { recursive: true, force: true });
      await server.stop();
    }
  }, 60_000);

  it(needsRedis("serves a value by HTTP, with its length"), async () => {
    const server = await startRedis();
    const redis = new Redis({ host: "127.0.0.1", port: server.port });
    const value = sample(3_000_000);
    await redis.set("v", value);
    const http = createServer(async (_, response) => {
      const stream = redis.getStream("v");
      response.setHeader("content-length", String(await stream.size));
      await pipeline(stream, response);
    });
    await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
    const { port } = http.address() as AddressInfo;
    const body = await new Promise<Buffer>((done, fail) => {
      get({ port, host: "127.0.0.1" }, (response) => {
        expect(response.headers["content-length"]).toBe("3000000");
        collect(response).then(done, fail);
      }).on("error", fail);
    });
    expect(body.equals(value)).toBe(true);
    http.close();
    await redis.close();
    await server.stop();
  });
});
