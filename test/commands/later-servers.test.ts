/**
 * What came after Redis 7.0, called through the client on real servers that have it: Redis 8.0 (`REDIS8_SERVER`) and
 * Valkey (`VALKEY_SERVER`), in RESP2 and RESP3. What neither has is checked against documented replies alone.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { type LaterServer, laterServer, needsLater, startRedis, type Target } from "../tools/redis-server.js";
import { until } from "../tools/waiting.js";

/** A moment far ahead, s since 1970. */
const LATE = 33_177_117_420;

const SERVERS: readonly LaterServer[] = ["redis8", "valkey"];

for (const kind of SERVERS) {
  for (const protocol of [2, 3] as const) {
    describe.skipIf(laterServer(kind) === undefined)(
      `${needsLater(kind, `the client on ${kind}`)}, RESP${protocol}`,
      () => suite(kind, protocol),
    );
  }
}

for (const kind of SERVERS) {
  describe.skipIf(laterServer(kind) === undefined)(needsLater(kind, `the client on a node of ${kind}`), () =>
    clusterSuite(kind),
  );
}

/** A cluster of one node. */
function clusterSuite(kind: LaterServer): void {
  const onValkey = it.runIf(kind === "valkey");
  let target: Target;
  let redis: Redis;

  beforeAll(async () => {
    target = await startRedis({ later: kind, args: ["--cluster-enabled", "yes"] });
    redis = new Redis({ port: target.port });
    await redis.clusterAddslotsrange({ start: 0, end: 16383 });
    await until(async () => (await redis.clusterInfo()).clusterState === "ok");
  });
  afterAll(async () => {
    await redis.close();
    await target.stop();
  });

  it("CLUSTER MYSHARDID", async () => {
    expect(await redis.clusterMyshardid()).toMatch(/^[0-9a-f]{40}$/);
  });

  onValkey("CLUSTERSCAN", async () => {
    await redis.set("a", 1);
    expect(await redis.clusterscan(0, { slot: 15495, match: "a*", count: 10, type: "string" })).toMatchObject(
      {
        cursor: expect.stringMatching(/^0-\{/),
        keys: [],
      },
    );
    const keys: string[] = [];
    let cursor = "0";
    do {
      const page = await redis.clusterscan(cursor, { slot: 15495 });
      keys.push(...page.keys);
      cursor = page.cursor;
    } while (cursor !== "0");
    expect(keys).toEqual(["a"]);
    const prefixed = redis.with({ keyPrefix: "{a}:" });
    await prefixed.set("x", 1);
    const { cursor: first } = await prefixed.clusterscan(0, { slot: 15495 });
    expect((await prefixed.clusterscan(first, { slot: 15495 })).keys).toEqual(["x"]);
  });

  onValkey("CLUSTER SLOT-STATS", async () => {
    await redis.set("a", 1);
    const [most] = await redis.clusterSlotStats({ orderBy: "key-count", limit: 1 });
    expect(most.slot).toBe(15495);
    expect(most.keyCount).toBeGreaterThan(0);
    const range = await redis.clusterSlotStats({ range: [0, 2] });
    expect(range.map(({ slot }) => slot)).toEqual([0, 1, 2]);
  });

  onValkey("slot migrations and CLUSTER FLUSHSLOT", async () => {
    await redis.set("a", 1);
    expect(await redis.clusterGetslotmigrations()).toEqual([]);
    await expect(redis.clusterCancelslotmigrations()).rejects.toThrow("ERR");
    const node = await redis.clusterMyid();
    await expect(redis.clusterMigrateslots({ ranges: [[0, 1]], node })).rejects.toThrow("ERR");
    expect(await redis.clusterFlushslot(15495)).toBe("OK");
    expect(await redis.exists("a")).toBe(0);
    expect(await redis.clusterFlushslot(15495, "async")).toBe("OK");
  });
}

function suite(kind: LaterServer, protocol: 2 | 3): void {
  const onRedis = it.runIf(kind === "redis8");
  const onValkey = it.runIf(kind === "valkey");
  let target: Target;
  let redis: Redis;

  beforeAll(async () => {
    target = await startRedis({ later: kind, args: ["--enable-debug-command", "yes"] });
    redis = new Redis({ port: target.port, protocol });
  });
  afterAll(async () => {
    await redis.close();
    await target.stop();
  });
  beforeEach(() => redis.flushall());

  it("HEXPIRE and its kind", async () => {
    await redis.hset("h", { a: 1, b: 2, c: 3, d: 4 });
    expect(await redis.hexpire("h", 1000, ["a", "missing"])).toEqual([1, -2]);
    expect(await redis.hpexpire("h", 1_000_000, "b", { nx: true })).toEqual([1]);
    expect(await redis.hpexpire("h", 1_000_000, "b", { nx: true })).toEqual([0]);
    expect(await redis.hexpireat("h", LATE, "c")).toEqual([1]);
    expect(await redis.hpexpireat("h", LATE * 1000, "d", { gt: true })).toEqual([0]);
    expect(await redis.hpexpireat("h", LATE * 1000, "d", { lt: true })).toEqual([1]);
    expect(await redis.hexpiretime("h", ["c", "d", "missing"])).toEqual([LATE, LATE, -2]);
    expect(await redis.hpexpiretime("h", ["c", "d"])).toEqual([LATE * 1000, LATE * 1000]);
    const [seconds] = await redis.httl("h", "a");
    expect(seconds).toBeGreaterThan(990);
    const [millis] = await redis.hpttl("h", "b");
    expect(millis).toBeGreaterThan(990_000);
    expect(await redis.hpersist("h", ["a", "missing"])).toEqual([1, -2]);
    expect(await redis.httl("h", ["a", "missing"])).toEqual([-1, -2]);
  });

  it("HGETEX, HSETEX and HGETDEL", async () => {
    expect(await redis.hsetex("h", { a: 1, b: "v" }, { ex: 1000 })).toBe(true);
    expect(await redis.hsetex("h", { a: 2, c: 3 }, { fnx: true })).toBe(false);
    expect(await redis.hsetex("h", new Map([["a", 2]]), { fxx: true, keepTtl: true })).toBe(true);
    expect(await redis.hgetex("h", ["a", "missing"])).toEqual(["2", null]);
    expect(await redis.hgetex("h", "a", { persist: true })).toEqual(["2"]);
    expect(await redis.httl("h", "a")).toEqual([-1]);
    expect(await redis.hgetex("h", "b", { exat: LATE })).toEqual(["v"]);
    expect(await redis.hexpiretime("h", "b")).toEqual([LATE]);
    expect(await redis.with({ replies: "buffer" }).hgetex("h", "b")).toEqual([Buffer.from("v")]);
    expect(await redis.hgetdel("h", ["a", "b", "missing"])).toEqual(["2", "v", null]);
    expect(await redis.exists("h")).toBe(0);
  });

  onValkey("HSETEX with conditions on the key", async () => {
    expect(await redis.hsetex("h", { a: 1 }, { xx: true })).toBe(false);
    expect(await redis.hsetex("h", { a: 1 }, { nx: true, px: 100_000 })).toBe(true);
    expect(await redis.hsetex("h", { a: 1 }, { nx: true })).toBe(false);
  });

  it("HSCAN without values", async () => {
    await redis.hset("h", { a: 1, b: 2 });
    const { cursor, fields } = await redis.hscan("h", 0, { noValues: true });
    expect([cursor, [...fields].sort()]).toEqual(["0", ["a", "b"]]);
    const page = await redis.hscan("h", 0, { noValues: true, match: "a*" });
    expect(page.fields).toEqual(["a"]);
  });

  it("ZRANK and ZREVRANK with scores", async () => {
    await redis.zadd("z", [
      { member: "a", score: 1.5 },
      { member: "b", score: Number.POSITIVE_INFINITY },
    ]);
    expect(await redis.zrank("z", "a", { withScore: true })).toEqual({ rank: 0, score: 1.5 });
    expect(await redis.zrevrank("z", "b", { withScore: true })).toEqual({
      rank: 0,
      score: Number.POSITIVE_INFINITY,
    });
    expect(await redis.zrank("z", "x", { withScore: true })).toBeNull();
  });

  it("scores and coordinates", async () => {
    await redis.zadd("z", [
      { member: "tiny", score: 1e-7 },
      { member: "large", score: 123456789012345680 },
      { member: "tenth", score: 0.1 },
    ]);
    expect(await redis.zmscore("z", ["tiny", "large", "tenth", "none"])).toEqual([
      1e-7,
      123456789012345680,
      0.1,
      null,
    ]);
    await redis.geoadd("g", { member: "p", longitude: 13.361389, latitude: 38.115556 });
    const [place] = await redis.geopos("g", ["p"]);
    expect(place?.longitude).toBeCloseTo(13.361389, 5);
  });

  it("WAITAOF", async () => {
    expect(await redis.waitaof(0, 0, 0)).toEqual({ local: 0, replicas: 0 });
    await expect(redis.waitaof(1, 0, 10)).rejects.toThrow("appendonly is disabled");
  });

  it("CLIENT NO-TOUCH, CLIENT LIST and CLIENT KILL", async () => {
    expect(await redis.clientNoTouch(false)).toBe("OK");
    const [info] = await redis.clientList();
    expect(info).toMatchObject({ user: "default", db: 0 });
    // Over RESP2 the client does not know whether the server would understand SETINFO.
    const library = protocol === 3 ? "resplendent" : "";
    expect(await redis.clientInfo()).toMatchObject({ libName: library });
  });

  it("XINFO tells when consumers last got something", async () => {
    await redis.xadd("s", { f: "v" }, { id: "1-0" });
    await redis.xgroupCreate("s", "g", "0");
    await redis.xgroupCreateconsumer("s", "g", "idle");
    await redis.xreadgroup("g", "busy", { s: ">" });
    const consumers = await redis.xinfoConsumers("s", "g");
    expect(consumers.map(({ name }) => name)).toEqual(["busy", "idle"]);
    expect(consumers[1]).toMatchObject({ pending: 0, inactive: -1 });
    const full = await redis.xinfoStream("s", { full: true });
    expect(full.groups[0].consumers[1]).toMatchObject({ name: "idle", activeTime: -1 });
  });

  it("ACL LOG and ACL GETUSER", async () => {
    await redis.aclSetuser("ada", ["on", ">pw", "~a*", "+get", "+ping"]);
    expect(await redis.aclGetuser("ada")).toMatchObject({ commands: "-@all +get +ping", keys: "~a*" });
    expect(await redis.aclDryrun("ada", "SET", "x", "1")).toContain("no permissions to run the 'set'");
    const other = new Redis({ port: target.port, protocol, username: "ada", password: "pw" });
    await expect(other.get("x")).rejects.toThrow("NOPERM");
    await other.close();
    const [entry] = await redis.aclLog();
    expect(entry).toMatchObject({ reason: "key", object: "x", username: "ada", entryId: expect.any(Number) });
    await redis.aclDeluser("ada");
  });

  it("COMMAND DOCS, COMMAND INFO and MEMORY STATS", async () => {
    expect(Object.keys(await redis.commandDocs("HSETEX"))).toEqual(["hsetex"]);
    const [known] = await redis.commandInfo("hgetex");
    expect(known).toMatchObject({ name: "hgetex", arity: -5 });
    expect((await redis.memoryStats())["keys.count"]).toBe(0);
  });

  it("CLUSTER commands are refused outside of a cluster", async () => {
    await expect(redis.clusterMyshardid()).rejects.toThrow("cluster support disabled");
  });

  onRedis("vector sets", async () => {
    expect(await redis.vadd("v", [1, 0], "a", { attributes: { len: 5 } })).toBe(true);
    expect(await redis.vadd("v", [0, 1], "b")).toBe(true);
    expect(await redis.vadd("v", [0, 1], "b")).toBe(false);
    expect(await redis.vcard("v")).toBe(2);
    expect(await redis.vdim("v")).toBe(2);
    expect(await redis.vemb("v", "a")).toEqual([expect.closeTo(1, 1), expect.closeTo(0, 1)]);
    expect(await redis.vemb("v", "none")).toBeNull();
    expect((await redis.vembRaw("v", "a"))?.quantization).toBe("int8");
    expect(await redis.vgetattr("v", "a")).toEqual({ len: 5 });
    expect(await redis.vgetattr("v", "b")).toBeNull();
    expect(await redis.vsetattr("v", "b", { len: 6 })).toBe(true);
    expect(await redis.vismember("v", "a")).toBe(true);
    expect(await redis.vismember("v", "x")).toBe(false);
    expect(await redis.vinfo("v")).toMatchObject({ quantType: "int8", vectorDim: 2, size: 2 });
    expect(await redis.vsim("v", { element: "a" }, { count: 2 })).toEqual(["a", "b"]);
    expect(await redis.vsim("v", [1, 0], { count: 1 })).toEqual(["a"]);
    expect(await redis.vsim("v", { element: "a" }, { withScores: true, count: 1 })).toEqual([
      { member: "a", score: expect.closeTo(1, 2) },
    ]);
    expect(await redis.vlinks("v", "a")).toBeInstanceOf(Array);
    expect(["a", "b"]).toContain(await redis.vrandmember("v"));
    expect([...(await redis.vrandmember("v", 2))].sort()).toEqual(["a", "b"]);
    expect(await redis.vrem("v", "a")).toBe(true);
    expect(await redis.vrem("v", "a")).toBe(false);
  });

  onValkey("SET IFEQ and DELIFEQ", async () => {
    await redis.set("k", "v");
    expect(await redis.set("k", "w", { ifeq: "x" })).toBeNull();
    expect(await redis.set("k", "w", { ifeq: "v" })).toBe("OK");
    expect(await redis.set("k", "x", { ifeq: "w", get: true })).toBe("w");
    expect(await redis.delifeq("k", "v")).toBe(false);
    expect(await redis.delifeq("k", "x")).toBe(true);
  });

  onValkey("COMMANDLOG", async () => {
    await redis.configSet({ "commandlog-execution-slower-than": 0 });
    await redis.set("k", "v");
    await redis.configSet({ "commandlog-execution-slower-than": -1 });
    const entries = await redis.commandlogGet(-1, "slow");
    expect(entries.some(({ args }) => args.join(" ") === "SET k v")).toBe(true);
    expect(await redis.commandlogLen("slow")).toBe(entries.length);
    expect(await redis.commandlogReset("slow")).toBe("OK");
    expect(await redis.commandlogGet(1, "large-reply")).toEqual([]);
  });

  onValkey("SCRIPT SHOW", async () => {
    const sha = await redis.scriptLoad("return 1");
    expect(await redis.scriptShow(sha)).toBe("return 1");
  });
}
