/** redis-cli and redis-benchmark at the mini server. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";
import { hasProgram, needsProgram, run } from "./programs.js";

const hasCli = hasProgram("redis-cli", "--version");
const hasBenchmark = hasProgram("redis-benchmark", "--version");
let server: MiniServer;
let redis: Redis;
beforeAll(async () => {
  server = await MiniServer.start();
  redis = new Redis({ server });
});
afterAll(async () => {
  await redis.close();
  await server.close();
});

const cli = async (args: readonly string[], input = "", timeout = 10_000): Promise<string> =>
  (await run("redis-cli", ["-p", String(server.port), ...args], { input, timeout })).stdout;

describe.skipIf(!hasCli)(needsProgram("redis-cli", hasCli), () => {
  beforeAll(async () => {
    const lines = Array.from({ length: 1000 }, (_, i) => `SET key:${i} ${i}\r\n`).join("");
    expect(await cli(["--pipe"], lines)).toContain("errors: 0, replies: 1000");
    await redis.rpush("list", "a", "b", "c");
    await redis.zadd("zset", [
      { member: "a", score: 1 },
      { member: "b", score: 2 },
    ]);
    await redis.hset("hash", { f: "v" });
    await redis.xadd("stream", { f: "v" });
    await redis.sadd("set", "a", "b");
  });

  it("sends commands, in both protocols, with quotes, files and repeats", async () => {
    expect(await cli(["HGETALL", "hash"])).toBe("f\nv\n");
    expect(await cli(["-3", "--no-raw", "HGETALL", "hash"])).toBe('1# "f" => "v"\n');
    expect(await cli(["--no-raw", "ZRANGE", "zset", "0", "-1", "WITHSCORES"])).toBe(
      '1) "a"\n2) "1"\n3) "b"\n4) "2"\n',
    );
    expect(await cli(["-x", "SET", "from-stdin"], "two\nlines")).toBe("OK\n");
    expect(await redis.get("from-stdin")).toBe("two\nlines");
    expect(await cli(["-r", "3", "INCR", "n"])).toBe("1\n2\n3\n");
    expect(await cli(["-n", "3", "DBSIZE"])).toBe("0\n");
    expect(await cli([], 'MULTI\nINCR n\nEXEC\nGET "no\\x41"\nNOSUCH\n')).toBe(
      "OK\nQUEUED\n4\n\nERR unknown command 'NOSUCH', with args beginning with: \n\n",
    );
    expect(await cli(["--json", "-3", "HGETALL", "hash"])).toBe('{"f":"v"}\n');
  });

  it("helps with what COMMAND DOCS tells", async () => {
    const help = await cli(["help", "zinter"]);
    expect(help).toContain(
      "numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]",
    );
    expect(help).toContain("List what all sorted sets have, with their scores joined.");
    expect(await cli(["help", "@transactions"])).toContain("Stop watching all keys.");
  });

  it("looks through the keys: --scan, --bigkeys, --memkeys, --hotkeys", async () => {
    expect((await cli(["--scan", "--pattern", "key:9*"])).trim().split("\n")).toHaveLength(111);
    const big = await cli(["--bigkeys"]);
    expect(big).toMatch(/Biggest +list found '"?list"?' has 3 items/);
    expect(big).toMatch(/Biggest +zset found '"?zset"?' has 2 members/);
    expect(big).toMatch(/1 streams with 1 entries/);
    expect(await cli(["--memkeys"])).toMatch(/Biggest +string found .* has \d+ bytes/);
    expect(await cli(["--hotkeys"])).toContain("An LFU maxmemory policy is not selected");
    await redis.configSet({ "maxmemory-policy": "allkeys-lfu" });
    for (let i = 0; i < 2000; i++) await redis.get("hot");
    await redis.set("hot", "x");
    for (let i = 0; i < 2000; i++) await redis.get("hot");
    expect(await cli(["--hotkeys"])).toMatch(/hot key found with counter: \d+\s+keyname: "?hot"?/);
    await redis.configSet({ "maxmemory-policy": "noeviction" });
  });

  it("runs scripts from files and loads them", async () => {
    const { mkdtempSync, rmSync, writeFileSync } = await import("node:fs");
    const folder = mkdtempSync("/tmp/resplendent-cli-");
    writeFileSync(`${folder}/s.lua`, "return {KEYS[1], ARGV[1], redis.call('GET', 'key:7')}");
    expect(await cli(["--eval", `${folder}/s.lua`, "k", ",", "v"])).toBe("k\nv\n7\n");
    rmSync(folder, { recursive: true });
    expect(await cli(["SCRIPT", "LOAD", "return 1"])).toBe("e0e1f9fabfc9d4800c877a703b823ac0578ff8db\n");
  });

  it("watches: --stat, --latency, MONITOR, SUBSCRIBE", async () => {
    // Into a pipe it writes whole blocks, unless it is told otherwise.
    const stat = run("stdbuf", ["-oL", "redis-cli", "-p", String(server.port), "--stat", "-i", "0.1"], {
      timeout: 700,
    });
    const latency = cli(["--latency", "--raw", "-i", "1"], "", 3000);
    const monitor = cli(["MONITOR"], "", 1500);
    const subscribed = cli(["SUBSCRIBE", "news"], "", 1500);
    await expect.poll(() => redis.publish("news", "hello")).toBe(1);
    await expect.poll(() => server.engine.monitors.size).toBe(1);
    await redis.get("seen");
    expect((await stat).stdout).toMatch(/keys +mem +clients +blocked +requests[\s\S]*\n10\d\d /);
    expect(await latency).toMatch(/^\d+ \d+ [\d.]+ \d+\n$/);
    expect(await monitor).toMatch(/\[0 127\.0\.0\.1:\d+\] "GET" "seen"/);
    expect(await subscribed).toContain("subscribe\nnews\n1\nmessage\nnews\nhello\n");
  });
});

describe.skipIf(!hasBenchmark)(needsProgram("redis-benchmark", hasBenchmark), () => {
  it("runs all its default tests", async () => {
    const { stdout, code } = await run("redis-benchmark", [
      "-p",
      String(server.port),
      "-q",
      "-n",
      "500",
      "-c",
      "10",
    ]);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/Error from server|WARNING/);
    const finished = stdout.match(/[^\r\n]+: [\d.]+ requests per second, p50=[\d.]+ msec/g);
    expect(finished?.length).toBe(20);
  });

  it("runs pipelined, in a cluster-free way, with random keys", async () => {
    const options = ["-P", "16", "-r", "1000", "-t", "set,get,incr,lpush,spop", "-q", "-n", "1600"];
    const { stdout, code } = await run("redis-benchmark", ["-p", String(server.port), ...options]);
    expect([code, stdout.match(/requests per second/g)?.length]).toEqual([0, 5]);
  });
});
