/** RDB files of a server in this process: what goes in comes out, and what is broken is refused. */
import { afterEach, describe, expect, it } from "vitest";
import { ErrorReply } from "../../src/protocol/reply.js";
import { ByteWriter } from "../../src/server/engine/dump/byte-writer.js";
import { crc64 } from "../../src/server/engine/dump/crc64.js";
import { loadRdb, RdbError } from "../../src/server/engine/dump/rdb-reader.js";
import { rdbPieces } from "../../src/server/engine/dump/rdb-writer.js";
import { MiniServer, type MiniServerOptions } from "../../src/server/index.js";
import { type InProcessClient, inProcessClient } from "../tools/in-process-client.js";
import { fc } from "../tools/property.js";

const servers: MiniServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function start(
  options: MiniServerOptions = {},
): Promise<MiniServer & { readonly client: InProcessClient }> {
  const server = await MiniServer.start({ listen: false, ...options });
  servers.push(server);
  return Object.assign(server, { client: inProcessClient(server) });
}

async function fill({ send }: InProcessClient): Promise<void> {
  await send("SET", "text", "a");
  await send("SET", "binary", "\0\r\n\xff");
  await send("SET", "number", "-12345");
  await send("SET", "mortal", "m", "PX", "100000");
  await send("SETBIT", "bits", "9", "1");
  await send("RPUSH", "list", "a", "1", "x".repeat(9000));
  await send("HSET", "hash", "f", "v");
  await send("HSET", "wide hash", "f", "v".repeat(100));
  await send("SADD", "numbers", "1", "2", "70000");
  await send("SADD", "words", "a", "b");
  await send("ZADD", "scores", "1.5", "a", "inf", "b");
  await send("XADD", "stream", "1-1", "f", "v");
  await send("XADD", "stream", "2-1", "f", "v", "g", "w");
  await send("XGROUP", "CREATE", "stream", "group", "0");
  await send("XREADGROUP", "GROUP", "group", "me", "COUNT", "1", "STREAMS", "stream", ">");
  await send("SELECT", "15");
  await send("SET", "far", "away");
  await send("SELECT", "0");
}

/** A file with a right checksum, whatever stands in it. */
function sealed(...parts: readonly (string | number)[]): Uint8Array {
  const out = new ByteWriter();
  for (const part of parts) {
    if (typeof part === "string") out.text(part);
    else out.byte(part);
  }
  out.byte(255);
  out.uint64(crc64(out.bytes));
  return out.bytes.slice();
}

const HEAD = "REDIS0010";

describe("an RDB file", () => {
  it("holds all data, times to live and libraries", async () => {
    const one = await start();
    one.clock.freeze();
    const { client } = one;
    await fill(client);
    await client.send(
      "FUNCTION",
      "LOAD",
      "#!lua name=seven\nredis.register_function('seven', function() return 7 end)",
    );
    await expect.poll(() => client.send("FCALL", "seven", "0")).toBe(":7\r\n");
    const file = one.toRdb();
    const other = await start();
    other.clock.freeze(one.clock.now());
    await other.client.send("SET", "old", "goes");
    await other.load(file);
    for (const db of [0, 15]) expect(other.dump(db)).toEqual(one.dump(db));
    expect(await other.client.send("DEBUG", "DIGEST")).toBe(await client.send("DEBUG", "DIGEST"));
    expect(await other.client.send("FCALL", "seven", "0")).toBe(":7\r\n");
    expect(await other.client.send("XPENDING", "stream", "group")).toContain("1-1");
    for (const key of ["bits", "list", "hash", "wide hash", "numbers", "words", "scores"]) {
      const encoding = await client.send("OBJECT", "ENCODING", key);
      // A string that SETBIT has made is raw until it is saved.
      if (key !== "bits") expect(await other.client.send("OBJECT", "ENCODING", key), key).toBe(encoding);
    }
    const info = await other.client.send("INFO", "persistence");
    expect(info).toContain("rdb_last_load_keys_loaded:13\r\n");
    expect(info).toContain("rdb_changes_since_last_save:1\r\n");
  });

  it("leaves out what has expired by the server's clock", async () => {
    const { client } = await start();
    await client.send("SET", "mortal", "m", "PX", "1000");
    await client.send("SET", "k", "v");
    const file = servers[0].toRdb();
    const other = await start();
    other.clock.advance(2000);
    await other.load(file);
    expect(other.keys()).toEqual(["k"]);
    expect(await other.client.send("INFO", "persistence")).toContain("rdb_last_load_keys_expired:1\r\n");
  });

  it("keeps idle times and frequencies where the policy looks at them", async () => {
    for (const [policy, field, value] of [
      ["allkeys-lru", "IDLETIME", 500],
      ["allkeys-lfu", "FREQ", 77],
    ] as const) {
      const config = { "maxmemory-policy": policy, "lfu-decay-time": "0" };
      const one = await start({ config });
      one.clock.freeze();
      await one.client.send("SET", "k", "v");
      const payload = await one.client.send("DUMP", "k");
      const bytes = payload.slice(payload.indexOf("\r\n") + 2, -2);
      await one.client.send("RESTORE", "used", "0", bytes, field, String(value));
      const other = await start({ config });
      other.clock.freeze();
      await other.load(one.toRdb());
      const word = field === "FREQ" ? "FREQ" : "IDLETIME";
      expect(await other.client.send("OBJECT", word, "used")).toBe(`:${value}\r\n`);
    }
  });

  it("tells those who watch and those who wait", async () => {
    const one = await start();
    await one.client.send("RPUSH", "list", "a");
    const file = one.toRdb();
    const two = await start();
    const waiting = inProcessClient(two);
    expect(await waiting.send("BLPOP", "list", "0")).toBe("");
    await two.client.send("WATCH", "list");
    await two.load(file);
    await expect.poll(() => waiting.take()).toBe("*2\r\n$4\r\nlist\r\n$1\r\na\r\n");
    await two.client.send("MULTI");
    expect(await two.client.send("EXEC")).toBe("*-1\r\n");
  });

  it("has no checksum with rdbchecksum no, and needs none then", async () => {
    const one = await start({ config: { rdbchecksum: "no", rdbcompression: "no" } });
    await one.client.send("SET", "k", "a".repeat(100));
    const file = one.toRdb();
    expect([...file.subarray(-8)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(Buffer.from(file).includes("a".repeat(100))).toBe(true);
    const other = await start();
    await other.load(file);
    expect(other.keys()).toEqual(["k"]);
  });

  it.each<[string, Uint8Array, string | RegExp]>([
    ["another format", sealed("RUBIS0010"), "Wrong signature trying to load DB from file (at byte 9)"],
    ["a later version", sealed("REDIS0011"), "Can't handle RDB format version 0011"],
    ["nothing", new Uint8Array(0), "it ends too soon (at byte 0)"],
    [
      "an unknown type",
      sealed(HEAD, 99, 1, "k"),
      "The value of k is broken: its type is unknown: 99 (at byte 12)",
    ],
    ["no such database", sealed(HEAD, 254, 16), "configured to handle more than 16 databases"],
    ["a key twice", sealed(HEAD, 0, 1, "k", 1, "v", 0, 1, "k", 1, "w"), "RDB has duplicated key 'k' in DB 0"],
    [
      "a module's value",
      sealed(HEAD, 7, 1, "k", 0x81, 0x1a, 0x7b, 0x68, 0x35, 0xc2, 0x8d, 0x21, 0x00),
      /module data I can't load: no matching module type '[\w-]{9}'/,
    ],
    ["a module's own data", sealed(HEAD, 247, 0x81, ..."ABCDEFGH"), "AUX module data I can't load"],
    ["a list's broken node", sealed(HEAD, 18, 1, "l", 1, 2, 3, "abc"), "Listpack integrity check failed"],
    ["a node of no kind", sealed(HEAD, 18, 1, "l", 1, 3, 3, "abc"), "Quicklist integrity check failed"],
    [
      "a broken ziplist",
      sealed(HEAD, 13, 1, "h", 3, "abc"),
      "Hash ziplist integrity check failed (it ends too soon)",
    ],
    ["a broken intset", sealed(HEAD, 11, 1, "s", 3, "abc"), "Intset integrity check failed"],
    ["a library that is none", sealed(HEAD, 245, 4, "#!no"), "Invalid library metadata"],
  ])("is refused with %s", async (_name, file, problem) => {
    const server = await start();
    await server.client.send("SET", "mine", "stays");
    await expect(server.load(file)).rejects.toThrow(problem);
    expect(server.keys()).toEqual(["mine"]);
  });

  it("is refused when it is cut short or changed anywhere", async () => {
    const { client } = await start();
    await fill(client);
    const file = servers[0].toRdb();
    const { engine } = await start();
    for (let end = 0; end < file.length; end++) {
      expect(() => loadRdb(engine, file.subarray(0, end)), String(end)).toThrow(RdbError);
    }
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = file.slice();
        bytes[at] ^= change;
        // A checksum of eight zeros is none: one changed byte does not make that.
        try {
          loadRdb(engine, bytes);
        } catch (error) {
          expect(error instanceof RdbError || error instanceof ErrorReply).toBe(true);
          return;
        }
        expect.fail(`byte ${at} may be anything`);
      }),
    );
    expect(engine.databases[0].size).toBe(0);
  });

  it("is read without what newer or older servers say beside the data", async () => {
    const server = await start();
    const aux = [250, 7, "unknown", 1, "x"];
    const old = [
      246,
      4,
      "name",
      3,
      "LUA",
      1,
      4,
      "what",
      48,
      "redis.register_function('f',function() end)     ",
    ];
    await server.load(sealed(HEAD, ...aux, ...old, 254, 0, 251, 1, 0, 253, 0, 0, 0, 127, 0, 1, "k", 1, "v"));
    expect(server.dump()).toMatchObject({ k: { value: "v" } });
    expect(await server.client.send("PEXPIRETIME", "k")).toBe(`:${0x7f000000 * 1000}\r\n`);
    expect(await server.client.send("FUNCTION", "LIST")).toContain("name");
  });

  it("is read without collections that have no elements", async () => {
    const server = await start();
    await server.load(
      sealed(HEAD, 2, 1, "s", 0, 4, 1, "h", 0, 5, 1, "z", 0, 14, 1, "l", 0, 0, 1, "k", 1, "v"),
    );
    expect(server.keys()).toEqual(["k"]);
  });
});

describe("a data set that is written piece by piece", () => {
  it("is as it was when that began", async () => {
    const server = await start();
    const { engine, client } = server;
    await fill(client);
    for (let i = 0; i < 50; i++) await client.send("RPUSH", `l${i}`, String(i));
    const before = server.toRdb();
    const { pieces, release } = rdbPieces(engine, true);
    const written: Uint8Array[] = [];
    let turn = 0;
    for (let piece = pieces.next(); !piece.done; piece = pieces.next()) {
      written.push(piece.value.bytes.slice());
      await client.send("RPUSH", `l${turn}`, "more");
      await client.send("DEL", `l${49 - turn}`);
      await client.send("HSET", "hash", "f", String(turn));
      await client.send("SET", `new${turn}`, "x");
      await client.send("PERSIST", "mortal");
      if (turn === 10) await client.send("SWAPDB", "0", "15");
      if (turn === 20) await client.send("FLUSHALL");
      turn++;
    }
    release();
    expect(turn).toBeGreaterThan(60);
    const other = await start();
    await other.load(before);
    const digest = await other.client.send("DEBUG", "DIGEST");
    await other.load(Buffer.concat(written));
    expect(await other.client.send("DEBUG", "DIGEST")).toBe(digest);
  });

  it("does not disturb snapshots, and they do not disturb it", async () => {
    const server = await start();
    const { engine, client } = server;
    await client.send("RPUSH", "l", "a");
    const first = rdbPieces(engine, true);
    const same = server.snapshot();
    await client.send("RPUSH", "l", "b");
    const later = server.snapshot();
    await client.send("RPUSH", "l", "c");
    server.restore(same);
    first.release();
    await client.send("DEL", "l");
    server.restore(later);
    expect(server.dump().l.value).toEqual(["a", "b"]);
    server.restore(same);
    expect(server.dump().l.value).toEqual(["a"]);
    const parts: Uint8Array[] = [];
    for (let piece = first.pieces.next(); !piece.done; piece = first.pieces.next()) {
      parts.push(piece.value.bytes.slice());
    }
    await server.load(Buffer.concat(parts));
    expect(server.dump().l.value).toEqual(["a"]);
  });
});

it("has no files: SAVE is refused, and DEBUG RELOAD goes through memory", async () => {
  const { client } = await start({ config: { save: "1 1" } });
  await client.send("SET", "k", "v");
  for (const words of [["SAVE"], ["BGSAVE"], ["SHUTDOWN", "SAVE"]]) {
    expect(await client.send(...words)).toMatch(/^-ERR this server keeps its data in memory alone/);
  }
  expect(await client.send("DEBUG", "RELOAD", "NOSAVE")).toMatch(/^-ERR this server keeps no files/);
  expect(await client.send("DEBUG", "RELOAD", "NOFLUSH")).toContain("duplicated key 'k'");
  expect(await client.send("DEBUG", "RELOAD", "NOFLUSH", "MERGE")).toBe("+OK\r\n");
  expect(await client.send("GET", "k")).toBe("$1\r\nv\r\n");
});
