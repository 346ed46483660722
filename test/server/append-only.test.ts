/** The append-only file of the server process: what it keeps, and that redis-server and it read each other's. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { MiniServer } from "../../src/server/index.js";
import { dice, randomWrite } from "../tools/random-writes.js";
import { freePort, needsRedis, redisAvailable, startRedis } from "../tools/redis-server.js";
import { type ServerProcess, startProcess } from "../tools/server-process.js";
import { RawClient } from "../tools/witness.js";

const root = mkdtempSync(join(tmpdir(), "resplendent-aof-"));
const running: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
function newFolder(): string {
  const folder = join(root, String(++folders));
  mkdirSync(folder);
  return folder;
}

async function start(folder: string, ...words: string[]) {
  const server = await startProcess(["--port", "0", "--dir", folder, "--appendonly", "yes", ...words]);
  running.push(() => server.stop("SIGKILL"));
  return { server, client: await connect(Number(new URL(server.url).port)) };
}

async function connect(port: number): Promise<RawClient> {
  const client = await RawClient.connect(port);
  running.push(() => client.close());
  return client;
}

async function text(client: RawClient, ...words: string[]): Promise<string> {
  return String((await client.call(...words)).value);
}

async function rewritten(client: RawClient): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (
    /aof_rewrite_in_progress:1|aof_rewrite_scheduled:1/.test(await text(client, "INFO", "persistence"))
  ) {
    if (performance.now() > deadline) throw new Error("the rewrite does not end");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The digest of all data, once nothing in it is about to expire. */
async function lastingDigest(client: RawClient): Promise<string> {
  for (const db of ["0", "1", "2"]) {
    await client.call("SELECT", db);
    for (const n of [0, 1, 2, 3, 4]) await client.call("PERSIST", `s:${n}`);
  }
  return text(client, "DEBUG", "DIGEST");
}

const LOADING = "LOADING Redis is loading the dataset in memory";

function request(...words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

function manifest(folder: string): string {
  return readFileSync(join(folder, "appendonlydir/appendonly.aof.manifest"), "latin1");
}

async function kill(server: ServerProcess): Promise<void> {
  await server.stop("SIGKILL");
}

describe("the append-only file", () => {
  test.each(["always", "everysec", "no"])("holds all that was answered (appendfsync %s)", async (policy) => {
    const folder = newFolder();
    const first = await start(folder, "--appendfsync", policy);
    for (let i = 0; i < 50; i++) await first.client.call("RPUSH", "list", String(i));
    await first.client.call("EVAL", "redis.call('set', 'a', 1) redis.call('incr', 'a')", "0");
    await first.client.call("PUBLISH", "news", "hello");
    await kill(first.server);
    const second = await start(folder);
    expect(await text(second.client, "LLEN", "list")).toBe("50");
    expect(await text(second.client, "GET", "a")).toBe("2");
    const kept = readFileSync(join(folder, "appendonlydir/appendonly.aof.1.incr.aof"), "latin1");
    expect(kept).toMatch(/MULTI\r\n(.*\r\n)*set\r\n(.*\r\n)*incr\r\n(.*\r\n)*\$4\r\nEXEC\r\n$/);
    expect(kept).not.toContain("PUBLISH");
  });

  test("is made anew, by BGREWRITEAOF and by itself", async () => {
    const folder = newFolder();
    const limits = ["--auto-aof-rewrite-min-size", "4000", "--auto-aof-rewrite-percentage", "10"];
    const { server, client } = await start(folder, ...limits);
    expect(manifest(folder)).toBe(
      "file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n",
    );
    await client.call(
      "FUNCTION",
      "LOAD",
      "#!lua name=lib\nredis.register_function('f', function() return 1 end)",
    );
    expect(await text(client, "BGREWRITEAOF")).toBe("Background append only file rewriting started");
    await rewritten(client);
    expect(readdirSync(join(folder, "appendonlydir")).sort()).toEqual([
      "appendonly.aof.2.base.rdb",
      "appendonly.aof.2.incr.aof",
      "appendonly.aof.manifest",
    ]);
    await client.call("CONFIG", "SET", "aof-use-rdb-preamble", "no");
    for (let i = 0; i < 300; i++) await client.call("SET", "k", String(i));
    const deadline = performance.now() + 5000;
    while (!/seq 3 type b/.test(manifest(folder))) {
      if (performance.now() > deadline) throw new Error(manifest(folder));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(manifest(folder)).toContain("appendonly.aof.3.base.aof");
    await client.call("SET", "last", "1");
    const digest = await text(client, "DEBUG", "DIGEST");
    expect(await text(client, "DEBUG", "LOADAOF")).toBe("OK");
    expect(await text(client, "DEBUG", "DIGEST")).toBe(digest);
    expect(await text(client, "FCALL", "f", "0")).toBe("1");
    expect(await server.stop()).toBe(0);
  });

  test("is loaded while clients are told so", async () => {
    const folder = newFolder();
    const { client, server } = await start(folder, "--lua-time-limit", "1");
    const other = await connect(Number(new URL(server.url).port));
    await client.call("SET", "k", "0");
    const script = "redis.call('set', KEYS[1], 'y') for i = 1, 3e7 do end";
    appendFileSync(
      join(folder, "appendonlydir/appendonly.aof.1.incr.aof"),
      request("INCR", "k").repeat(100_000) + request("EVAL", script, "1", "x") + request("INCR", "k"),
    );
    client.send(["DEBUG", "LOADAOF"]);
    await expect.poll(() => text(other, "PING"), { interval: 1 }).toBe(LOADING);
    await expect
      .poll(() => text(other, "INFO", "persistence"), { interval: 1, timeout: 10_000 })
      .toMatch(/BUSY/);
    expect(await text(other, "GET", "k")).toBe(LOADING);
    expect((await client.next(10_000))?.value).toBe("OK");
    expect(await text(other, "GET", "k")).toBe("100001");
    expect(await text(other, "GET", "x")).toBe("y");
    expect(server.output()).toMatch(
      /Slow script detected: still in execution after \d+ milliseconds\. You can try killing the script using the SCRIPT KILL command\. Script name is: f_[0-9a-f]{40}\.\n/,
    );
    await server.stop();

    const port = await freePort();
    const again = start(folder, "--port", String(port), "--key-load-delay", "100", "--save", "3600 1");
    let early: RawClient | undefined;
    const connected = async (): Promise<boolean> => {
      early = await connect(port).catch(() => undefined);
      return early !== undefined;
    };
    await expect.poll(connected, { timeout: 10_000 }).toBe(true);
    if (early === undefined) throw new Error("nobody listens");
    expect(await text(early, "GET", "k")).toBe(LOADING);
    expect(await text(early, "INFO", "persistence")).toMatch(
      /loading:1\r[\s\S]*loading_total_bytes:[1-9]\d*\r\nloading_loaded_bytes:\d+\r/,
    );
    expect(await text(early, "SHUTDOWN", "ABORT")).toBe("ERR No shutdown in progress.");
    again.catch(() => {});
    await early.call("SHUTDOWN").catch(() => {});
    await expect(again).rejects.toThrow("The server is now ready to exit");
    expect(readdirSync(folder)).toEqual(["appendonlydir"]);
  }, 30_000);

  test("is switched on and off while the server runs", async () => {
    const folder = newFolder();
    const { client } = await start(folder, "--appendonly", "no");
    await client.call("SET", "before", "1");
    expect(existsSync(join(folder, "appendonlydir"))).toBe(false);
    expect(await text(client, "CONFIG", "SET", "appendonly", "yes")).toBe("OK");
    await client.call("SET", "after", "1");
    await rewritten(client);
    expect(await text(client, "INFO", "persistence")).toMatch(/aof_enabled:1\r/);
    // redis-server would have had a child process for it.
    expect(await text(client, "INFO", "stats")).toMatch(/total_forks:1\r/);
    await client.call("CONFIG", "SET", "appendonly", "no");
    await client.call("SET", "lost", "1");
    await client.call("DEBUG", "LOADAOF");
    expect(await text(client, "EXISTS", "before", "after", "lost")).toBe("2");
    const other = await MiniServer.start({ port: 0 });
    running.push(() => other.close());
    const refused = await text(await connect(other.port), "CONFIG", "SET", "appendonly", "yes");
    expect(refused).toContain("this server keeps no files");
    await expect(MiniServer.start({ config: { appendonly: "yes" } })).rejects.toThrow(
      "this server keeps no files",
    );
  });

  test("loses a request that was cut off, and nothing else", async () => {
    const folder = newFolder();
    const first = await start(folder);
    await first.client.call("SET", "a", "1");
    await first.client.call("SET", "b", "2");
    await kill(first.server);
    const path = join(folder, "appendonlydir/appendonly.aof.1.incr.aof");
    truncateSync(path, readFileSync(path).length - 3);
    await expect(start(folder, "--aof-load-truncated", "no")).rejects.toThrow("Unexpected end of file");
    const second = await start(folder);
    expect(await text(second.client, "EXISTS", "a")).toBe("1");
    expect(await text(second.client, "DBSIZE")).toBe("1");
    await second.client.call("SET", "c", "3");
    await kill(second.server);
    appendFileSync(path, "*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$1\r\nd\r\n$1\r\n4\r\n");
    const third = await start(folder);
    expect(await text(third.client, "EXISTS", "a", "c", "d")).toBe("2");
    await kill(third.server);
    appendFileSync(path, "nonsense");
    await expect(start(folder)).rejects.toThrow("Bad file format reading the append only file");
  });

  test("keys that have expired meanwhile take their history with them", async () => {
    const folder = newFolder();
    const dir = join(folder, "appendonlydir");
    mkdirSync(dir);
    const words = (...all: string[]) =>
      `*${all.length}\r\n${all.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
    writeFileSync(join(dir, "appendonly.aof.manifest"), "file appendonly.aof.1.incr.aof seq 1 type i\n");
    writeFileSync(
      join(dir, "appendonly.aof.1.incr.aof"),
      `#TS:1628217470\r\n${words("RPUSH", "gone", "a")}${words("PEXPIREAT", "gone", "1000")}${words("RPUSH", "gone", "b")}${words("SET", "kept", "v", "PXAT", "1000")}${words("PERSIST", "kept")}`,
    );
    const { client } = await start(folder);
    expect(await text(client, "GET", "kept")).toBe("v");
    expect(await text(client, "EXISTS", "gone")).toBe("0");
  });

  test("a file of before Redis 7 is taken over", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "appendonly.aof"), "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n");
    const { client } = await start(folder);
    expect(await text(client, "GET", "a")).toBe("1");
    expect(manifest(folder)).toBe(
      "file appendonly.aof seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n",
    );
    expect(existsSync(join(folder, "appendonly.aof"))).toBe(false);
  });

  test.each([
    [
      "file a.1.incr.aof seq 2 type i\nfile a.2.incr.aof seq 1 type i\n",
      "Found a non-monotonic sequence number",
    ],
    ["file a seq 1 type b\n\n", "Invalid AOF manifest file format"],
    ["file a seq 1 type b\nfile b seq 2 type b\n", "Found duplicate base file information"],
    ["file a seq 1 type x\n", "Unknown AOF file type"],
    ["file ../a seq 1 type b\n", "File can't be a path, just a filename"],
    ["", "Found an empty AOF manifest"],
    ["file a seq 1 type b\n", "Unable to obtain the AOF file a length"],
  ])("a manifest that makes no sense: %j", async (content, problem) => {
    const folder = newFolder();
    mkdirSync(join(folder, "appendonlydir"));
    writeFileSync(join(folder, "appendonlydir/appendonly.aof.manifest"), content);
    // Whoever has started it finds its process id in front of that.
    const output = new RegExp(`PID: \\d+[\\s\\S]*${problem}`);
    await expect(start(folder, "--always-show-logo", "yes")).rejects.toThrow(output);
  });
});

describe.skipIf(!redisAvailable)(needsRedis("append-only files and redis-server"), () => {
  test.each(["yes", "no"])(
    "each loads the other's (aof-use-rdb-preamble %s)",
    async (preamble) => {
      const folder = newFolder();
      const settings = [
        "--appendonly",
        "yes",
        "--aof-use-rdb-preamble",
        preamble,
        "--enable-debug-command",
        "yes",
      ];
      const { server, client } = await start(folder, ...settings);
      const roll = dice(7);
      for (let i = 0; i < 600; i++) {
        await client.call(...randomWrite(roll));
        if (i === 300) {
          await client.call("BGREWRITEAOF");
          await rewritten(client);
        }
      }
      await client.call("PERSIST", "s:0");
      const digest = await text(client, "DEBUG", "DIGEST");
      await server.stop();
      const check = execFileSync("redis-check-aof", [join(folder, "appendonlydir/appendonly.aof.manifest")]);
      expect(check.toString()).toContain("All AOF files and manifest are valid");
      const redis = await startRedis({ args: ["--dir", folder, ...settings] });
      running.push(() => redis.stop());
      const other = await connect(redis.port);
      expect(await text(other, "DEBUG", "DIGEST")).toBe(digest);
      for (let i = 0; i < 300; i++) await other.call(...randomWrite(roll));
      await other.call("BGREWRITEAOF");
      await rewritten(other);
      for (let i = 0; i < 100; i++) await other.call(...randomWrite(roll));
      const after = await lastingDigest(other);
      await other.call("SHUTDOWN", "NOSAVE").catch(() => undefined);
      const again = await start(folder, ...settings);
      expect(await text(again.client, "DEBUG", "DIGEST")).toBe(after);
    },
    60_000,
  );
});
