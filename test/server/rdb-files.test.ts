/** RDB files of the server process: exchanged with redis-server, saved in time, loaded at the start. */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";
import { freePort, needsRedis, redisAvailable, startRedis, type Target } from "../tools/redis-server.js";
import { type ServerProcess, startProcess } from "../tools/server-process.js";
import { RawClient } from "../tools/witness.js";

const root = mkdtempSync(join(tmpdir(), "resplendent-rdb-"));
const running: (() => Promise<unknown>)[] = [];
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

async function start(folder: string, ...words: string[]): Promise<ServerProcess> {
  const server = await startProcess(["--port", "0", "--dir", folder, ...words]);
  running.push(() => server.stop("SIGKILL"));
  return server;
}

function connect(url: string): Redis {
  const redis = new Redis({ url, retry: { attempts: 0 } });
  running.push(() => redis.close());
  return redis;
}

const ALL_OPEN = ["--enable-debug-command", "yes", "--enable-protected-configs", "yes"];

async function redisOn(folder: string, ...args: string[]): Promise<{ redis: Redis; target: Target }> {
  const target = await startRedis({ args: ["--dir", folder, ...ALL_OPEN, ...args] });
  running.push(() => target.stop());
  return { redis: connect(`redis://127.0.0.1:${target.port}`), target };
}

/** Keys of all types, in all encodings that each has, in three databases. */
async function fill(redis: Redis): Promise<void> {
  const send = (...words: (string | number | Uint8Array)[]) =>
    redis.call(words[0] as string, ...words.slice(1));
  const long = "compress me ".repeat(100);
  for (const text of ["", "a", "12", "-129", "70000", "5000000000", "-9223372036854775808", "0012", long]) {
    await send("SET", `text:${text.slice(0, 20)}`, text);
  }
  await send(
    "SET",
    "bytes",
    Uint8Array.from({ length: 300 }, (_, i) => (i * 7) % 256),
  );
  await send("SET", Uint8Array.from([0, 255, 13, 10]), "odd key");
  await send("SET", "mortal", "m", "EX", 100000);
  await send("PFADD", "hll", "a", "b", "c");
  const sizes = [1, 3, 200, 1000];
  for (const size of sizes) {
    const each = Array.from({ length: size }, (_, i) => i);
    await send("RPUSH", `list:${size}`, ...each.flatMap((i) => [i, `item ${i}`, long.slice(0, i % 300)]));
    await send("SADD", `numbers:${size}`, ...each.map((i) => i * 40_000 - 7));
    await send("SADD", `big numbers:${size}`, ...each.map((i) => `${i + 1}00000000000`));
    await send("SADD", `words:${size}`, ...each.map((i) => `word ${i}`));
    await send("HSET", `hash:${size}`, ...each.flatMap((i) => [`field ${i}`, i]));
    await send("HSET", `wide:${size}`, ...each.flatMap((i) => [`field ${i}`, long.slice(0, 60 + i)]));
    await send("ZADD", `scores:${size}`, ...each.flatMap((i) => [i / 3, `member ${i}`]));
    await send("ZADD", `whole scores:${size}`, ...each.flatMap((i) => [i * 1e6, long.slice(0, 70) + i]));
    for (const i of each)
      await send("XADD", `stream:${size}`, `${i + 1}-${i}`, "f", i, ...(i % 3 ? [] : ["g", long]));
  }
  await send("ZADD", "extremes", "-inf", "a", "inf", "b", "1e300", "c", "-0", "d");
  await send("XGROUP", "CREATE", "stream:200", "group", "50-49", "ENTRIESREAD", 50);
  await send("XREADGROUP", "GROUP", "group", "ann", "COUNT", 10, "STREAMS", "stream:200", ">");
  await send("XREADGROUP", "GROUP", "group", "bob", "COUNT", 5, "STREAMS", "stream:200", ">");
  await send("XACK", "stream:200", "group", "52-51");
  await send("XDEL", "stream:200", "3-2", "200-199");
  await send("XTRIM", "stream:1000", "MAXLEN", 10);
  await send("XADD", "emptied", "5-5", "f", "v");
  await send("XTRIM", "emptied", "MAXLEN", 0);
  for (const db of [3, 15]) {
    await send("SET", "elsewhere", `in ${db}`, "PX", 5_000_000 * db);
    await send("MOVE", "elsewhere", db);
  }
  await send(
    "FUNCTION",
    "LOAD",
    "#!lua name=seven\nredis.register_function('seven', function() return 7 end)",
  );
}

/** What two servers must have in common. */
async function picture(redis: Redis): Promise<unknown> {
  const keys = [
    "list:1000",
    "numbers:1",
    "numbers:1000",
    "words:1",
    "hash:3",
    "hash:1000",
    "wide:1",
    "scores:200",
  ];
  return {
    digest: await redis.call("DEBUG", "DIGEST"),
    expiry: await redis.call("PEXPIRETIME", "mortal"),
    encodings: await Promise.all(keys.map((key) => redis.call("OBJECT", "ENCODING", key))),
    stream: await redis.call("XINFO", "STREAM", "stream:200"),
    emptied: await redis.call("XINFO", "STREAM", "emptied"),
    pending: await redis.call("XPENDING", "stream:200", "group"),
    seven: await redis.call("FCALL", "seven", 0),
  };
}

function check(file: string): string {
  return execFileSync("redis-check-rdb", [file]).toString();
}

describe.skipIf(!redisAvailable)(needsRedis("files that are exchanged with redis-server"), () => {
  it.each([
    ["as they are", []],
    ["without compression and checksum", ["--rdbcompression", "no", "--rdbchecksum", "no"]],
    ["with the time of the last use", ["--maxmemory-policy", "allkeys-lru"]],
    ["with the frequency of use", ["--maxmemory-policy", "allkeys-lfu"]],
    ["with small nodes", ["--list-max-listpack-size", "4", "--stream-node-max-entries", "3"]],
  ])("%s", async (_name, options) => {
    const folder = newFolder();
    const mini = await start(folder, "--dbfilename", "mini.rdb", ...options);
    const client = connect(mini.url);
    await fill(client);
    expect(await client.call("SAVE")).toBe("OK");
    expect(check(join(folder, "mini.rdb"))).toContain("RDB looks OK!");
    const { redis } = await redisOn(folder, "--dbfilename", "mini.rdb", ...options);
    expect(await picture(redis)).toEqual(await picture(client));
    await redis.call("APPEND", "text:a", "bc");
    expect(await redis.call("SAVE")).toBe("OK");
    const other = connect((await start(folder, "--dbfilename", "mini.rdb", ...options)).url);
    expect(await picture(other)).toEqual(await picture(redis));
    expect(readdirSync(folder)).toEqual(["mini.rdb"]);
  });

  it("are what tests load and give", async () => {
    const folder = newFolder();
    const { redis } = await redisOn(folder);
    await fill(redis);
    await redis.call("SAVE");
    await using server = await MiniServer.start();
    await server.load(readFileSync(join(folder, "dump.rdb")));
    const client = connect(server.url);
    expect(await picture(client)).toEqual(await picture(redis));
    const back = newFolder();
    writeFileSync(join(back, "dump.rdb"), server.toRdb());
    expect(check(join(back, "dump.rdb"))).toContain("RDB looks OK!");
    const { redis: again } = await redisOn(back);
    expect(await picture(again)).toEqual(await picture(redis));
  });
});

describe("a server process", () => {
  it("saves beside its clients, at the end, and loads at the start", async () => {
    const folder = newFolder();
    const server = await start(folder);
    const redis = connect(server.url);
    await redis.call("DEBUG", "POPULATE", 100);
    await redis.configSet({ "rdb-key-save-delay": "10000" });
    expect(await redis.call("BGSAVE")).toBe("Background saving started");
    await expect(redis.call("SAVE")).rejects.toThrow("Background save already in progress");
    await expect(redis.call("BGSAVE", "SCHEDULE")).rejects.toThrow("Background save already in progress");
    await redis.set("later", "x");
    await redis.del("key:99");
    expect(await redis.call("INFO", "persistence")).toMatch(
      /current_cow_size:[1-9][\s\S]*keys_total:100\r[\s\S]*rdb_bgsave_in_progress:1\r/,
    );
    await redis.configSet({ "rdb-key-save-delay": "0" });
    await expect.poll(() => redis.call("INFO", "persistence")).toContain("rdb_bgsave_in_progress:0");
    expect(await redis.call("INFO", "persistence")).toMatch(
      /rdb_changes_since_last_save:2\r[\s\S]*rdb_last_bgsave_status:ok\r/,
    );
    expect(await server.stop("SIGKILL")).toBe(null);

    const second = await start(folder);
    const other = connect(second.url);
    expect(second.output()).toMatch(
      /Done loading RDB, keys loaded: 100, keys expired: 0\.\n.*DB loaded from disk: /,
    );
    expect(await other.exists("later")).toBe(0);
    expect(await other.get("key:99")).toBe("value:99");
    await other.set("later", "y");
    await other.call("SHUTDOWN", "SAVE").catch(() => {});
    expect(await second.ended).toBe(0);

    const third = await start(folder);
    expect(await connect(third.url).get("later")).toBe("y");
    // Without save points, nothing is saved when it is told to go.
    await connect(third.url).set("later", "z");
    expect(await third.stop()).toBe(0);
    expect(await connect((await start(folder)).url).get("later")).toBe("y");
    expect(readdirSync(folder)).toEqual(["dump.rdb"]);
  });

  it("reloads an older file with the first libraries that it sees", async () => {
    const folder = newFolder();
    const redis = connect((await start(folder)).url);
    await using full = await MiniServer.start({ listen: false });
    await full.engine.scripting.load();
    full.engine.functions.load(
      "#!lua name=seven\nredis.register_function('seven', function() return 7 end)",
      false,
    );
    full.engine.databases[0].put("k", "v");
    await expect(redis.call("DEBUG", "RELOAD", "NOSAVE")).rejects.toThrow(
      "Error trying to load the RDB dump",
    );
    writeFileSync(join(folder, "dump.rdb"), full.toRdb());
    await redis.set("mine", "stays");
    expect(await redis.call("DEBUG", "RELOAD", "NOSAVE", "NOFLUSH", "MERGE")).toBe("OK");
    expect(await redis.fcall("seven")).toBe(7);
    expect(await redis.mget(["k", "mine"])).toEqual(["v", "stays"]);
    await expect(redis.call("DEBUG", "RELOAD", "NOSAVE", "NOFLUSH")).rejects.toThrow(
      "duplicated key 'k' in DB 0",
    );
    expect(await redis.call("DEBUG", "RELOAD", "NOSAVE")).toBe("OK");
    expect(await redis.exists("mine")).toBe(0);
  });

  it("saves after so many changes and seconds, and when it is told to go", async () => {
    const folder = newFolder();
    const server = await start(folder, "--save", "3600 100", "1 2");
    const redis = connect(server.url);
    expect(await redis.configGet(["save"])).toEqual({ save: "3600 100 1 2" });
    await redis.set("a", "1");
    await redis.set("b", "1");
    await expect
      .poll(() => server.output(), { timeout: 10_000 })
      .toContain("2 changes in 1 seconds. Saving...");
    await expect.poll(() => redis.call("INFO", "persistence")).toContain("rdb_changes_since_last_save:0");
    await redis.set("c", "1");
    expect(await server.stop()).toBe(0);
    const other = connect((await start(folder, "--save", "")).url);
    expect(await other.call("DBSIZE")).toBe(3);
  });

  it("refuses to write while it cannot save, and does not go then", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "dump.rdb"));
    const server = await start(folder, "--save", "3600 1").catch((error: Error) => error);
    // A directory is no file to load either.
    expect(String(server)).toContain("Fatal error loading the DB: Is a directory");
    rmdirSync(join(folder, "dump.rdb"));
    const second = await start(folder, "--save", "3600 1");
    mkdirSync(join(folder, "dump.rdb"));
    const redis = connect(second.url);
    await redis.set("k", "v");
    await expect(redis.call("SAVE")).rejects.toThrow("ERR");
    await redis.set("k", "w");
    await redis.call("BGSAVE");
    await expect.poll(() => redis.call("INFO", "persistence")).toContain("rdb_last_bgsave_status:err");
    expect(await redis.get("k")).toBe("w");
    await expect(redis.set("k", "x")).rejects.toThrow("MISCONF Redis is configured to save RDB snapshots");
    await expect(redis.ping()).rejects.toThrow("MISCONF");
    await expect(redis.eval("return redis.call('SET', 'k', 'x')")).rejects.toThrow("MISCONF");
    await expect(redis.eval("#!lua\nreturn 1")).rejects.toThrow("MISCONF Redis is configured");
    expect(
      await redis.eval("#!lua flags=no-writes\nreturn redis.call('GET', KEYS[1])", { keys: ["k"] }),
    ).toBe("w");
    await redis.configSet({ "stop-writes-on-bgsave-error": "no" });
    await redis.set("k", "x");
    await redis.configSet({ "stop-writes-on-bgsave-error": "yes" });
    await expect(redis.call("SHUTDOWN")).rejects.toThrow("Errors trying to SHUTDOWN. Check logs.");
    second.child.kill("SIGTERM");
    // Once for the command, and once for the signal.
    await expect
      .poll(() => second.output().match(/Errors trying to shut down the server\./g))
      .toHaveLength(2);
    expect(readdirSync(folder)).toEqual(["dump.rdb"]);
    rmdirSync(join(folder, "dump.rdb"));
    await redis.call("SAVE");
    await redis.set("k", "y");
    expect(await second.stop()).toBe(0);
    expect(existsSync(join(folder, "dump.rdb"))).toBe(true);
  });

  it("forgets a save that FLUSHALL has overtaken", async () => {
    const folder = newFolder();
    const redis = connect(
      (await start(folder, "--save", "3600 1000000", "--rdb-key-save-delay", "100000")).url,
    );
    await redis.call("DEBUG", "POPULATE", 100);
    await redis.call("BGSAVE");
    expect(await redis.flushall()).toBe("OK");
    const info = await redis.call("INFO", "persistence");
    expect(info).toMatch(/rdb_changes_since_last_save:0\r\nrdb_bgsave_in_progress:0\r/);
    expect(readdirSync(folder)).toEqual(["dump.rdb"]);
    await redis.set("k", "v");
    expect(await redis.multi().call("BGSAVE").exec()).toEqual(["Background saving scheduled"]);
    await expect.poll(() => redis.call("INFO", "persistence")).toContain("rdb_changes_since_last_save:0");
  });

  it("answers LOADING until its file is loaded", async () => {
    const folder = newFolder();
    await using full = await MiniServer.start({ listen: false });
    const { engine } = full;
    for (let i = 0; i < 400; i++) engine.databases[0].put(`k${i}`, "v");
    writeFileSync(join(folder, "dump.rdb"), full.toRdb());
    const port = await freePort();
    const starting = start(folder, "--port", String(port), "--key-load-delay", "5000", "--save", "3600 1");
    let client: RawClient | undefined;
    const connected = async (): Promise<boolean> => {
      client = await RawClient.connect(port).catch(() => undefined);
      return client !== undefined;
    };
    await expect.poll(connected, { timeout: 10_000 }).toBe(true);
    const ask = async (...words: string[]): Promise<unknown> => (await client?.call(...words))?.value;
    expect(await ask("GET", "k0")).toBe("LOADING Redis is loading the dataset in memory");
    const info = await ask("INFO", "persistence");
    expect(info).toContain("loading:1\r\n");
    expect(info).toMatch(
      /loading_total_bytes:[1-9]\d*\r\nloading_loaded_bytes:\d+\r\nloading_loaded_perc:\d/,
    );
    const refusal = "LOADING Redis is loading the dataset in memory";
    expect(await ask("CONFIG", "SET", "loglevel", "verbose")).toBe("OK");
    expect(await ask("CONFIG", "SET", "appendonly", "yes")).toBe(refusal);
    expect(await ask("CONFIG", "SET", "no-such", "1", "AppendOnly", "no")).toBe(refusal);
    // Who may not change it at all is told so.
    expect(await ask("CONFIG", "SET", "dir", "/")).toMatch(/protected/);
    const server = await starting;
    expect(await ask("DBSIZE")).toBe("400");
    expect(await ask("INFO", "persistence")).toMatch(/loading:0\r[\s\S]*last_load_keys_loaded:400\r/);
    expect(server.output()).toContain("DB loaded from disk");
    client?.close();
  });

  it("ends with 1 and a reason when its file is broken", async () => {
    const folder = newFolder();
    await using full = await MiniServer.start({ listen: false });
    full.engine.databases[0].put("k", "v");
    const file = full.toRdb();
    file[file.length - 1] ^= 1;
    writeFileSync(join(folder, "dump.rdb"), file);
    await expect(startProcess(["--port", "0", "--dir", folder, "--always-show-logo", "yes"])).rejects.toThrow(
      /PID: \d+[\s\S]*RDB CRC error \(at byte \d+\)/,
    );
    writeFileSync(join(folder, "dump.rdb"), file.subarray(0, 20));
    await expect(startProcess(["--port", "0", "--dir", folder])).rejects.toThrow("it ends too soon");
    expect(readFileSync(join(folder, "dump.rdb")).length).toBe(20);
  });

  it("goes to another directory when it may", async () => {
    const [folder, other] = [newFolder(), newFolder()];
    const locked = connect((await start(folder)).url);
    await expect(locked.configSet({ dir: other })).rejects.toThrow("can't set protected config");
    const redis = connect((await start(folder, "--enable-protected-configs", "local")).url);
    await redis.configSet({ dir: other, dbfilename: "mine.rdb" });
    await expect(redis.configSet({ maxclients: "99", dir: join(other, "no") })).rejects.toThrow(
      "CONFIG SET failed (possibly related to argument 'dir') - No such file or directory",
    );
    expect(await redis.configGet(["dir", "maxclients"])).toEqual({ dir: other, maxclients: "10000" });
    await expect(redis.configSet({ dbfilename: "a/b" })).rejects.toThrow("dbfilename can't be a path");
    await redis.call("SAVE");
    expect(existsSync(join(other, "mine.rdb"))).toBe(true);
  });
});
