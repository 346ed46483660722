/** What `compat` brings: the commands of Redis 7.2 to 8.4 on core types, through the public client. */
import { afterEach, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { type CompatVersion, MiniServer } from "../../src/server/index.js";
import { startProcess } from "../tools/server-process.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function start(compat?: CompatVersion): Promise<{ server: MiniServer; redis: Redis }> {
  const bugs: unknown[] = [];
  const server = await MiniServer.start({
    onBug: (error) => bugs.push(error),
    ...(compat === undefined ? {} : { compat }),
  });
  server.clock.freeze();
  const redis = new Redis({ server });
  cleanups.push(async () => {
    await redis.close();
    await server.close();
    expect(bugs).toEqual([]);
  });
  return { server, redis };
}

/** What the server says to a client that greets it. */
async function hello(server: MiniServer): Promise<string> {
  let got = "";
  const client = server.accept(
    (bytes) => {
      got += Buffer.from(bytes).toString("latin1");
    },
    () => {},
  );
  client.receive(Buffer.from("HELLO 3\r\n"));
  await server.waitForIdle();
  client.close();
  return got;
}

/** The error that a call ends with. */
async function errorOf(redis: Redis, words: string): Promise<string> {
  const [name, ...args] = words.split(" ");
  return redis.call(name, ...args).then(
    (reply) => `no error: ${JSON.stringify(reply)}`,
    (error: Error) => error.message,
  );
}

/** Each call of a list with the beginning of its error. */
async function expectErrors(redis: Redis, cases: readonly (readonly [words: string, text: string])[]) {
  for (const [words, text] of cases) expect(`${words}: ${await errorOf(redis, words)}`).toContain(text);
}

/** Keyspace events, one a line: `event key`. */
async function events(redis: Redis): Promise<() => Promise<string[]>> {
  await redis.configSet({ "notify-keyspace-events": "KEA" });
  const sub = redis.pubsub();
  cleanups.push(() => sub.close());
  await sub.psubscribe("__keyevent@0__:*");
  return async () => {
    const seen: string[] = [];
    for (;;) {
      const message = await sub.getMessage({ timeout: 20, ignoreSubscribe: true });
      if (message === null || message.type !== "pmessage") return seen;
      seen.push(`${message.channel.slice("__keyevent@0__:".length)} ${message.data}`);
    }
  };
}

describe("compat", () => {
  it("is what HELLO, INFO and scripts report", async () => {
    for (const [compat, version] of [
      [undefined, "7.0.15"],
      ["7.0", "7.0.15"],
      ["7.2", "7.2.0"],
      ["8.4", "8.4.0"],
    ] as const) {
      const { server, redis } = await start(compat);
      expect(await redis.call("INFO", "server")).toContain(`redis_version:${version}\r\n`);
      expect(await hello(server)).toContain(`$7\r\nversion\r\n$${version.length}\r\n${version}\r\n`);
      expect(await redis.eval("return redis.REDIS_VERSION")).toBe(version);
    }
  });

  it("is one of the versions", async () => {
    await expect(MiniServer.start({ compat: "6.2" as CompatVersion })).rejects.toThrow(
      "compat must be one of 7.0, 7.2, 7.4, 8.0, 8.2, 8.4, not 6.2",
    );
  });

  it("is an option of the command line as well", async () => {
    const server = await startProcess(["--compat", "7.4", "--port", "0"]);
    cleanups.push(() => server.stop("SIGKILL"));
    expect(server.output()).toContain("answers as Redis 7.4.0");
    const redis = new Redis(server.url);
    cleanups.push(() => redis.close());
    expect(await redis.call("INFO", "server")).toContain("redis_version:7.4.0\r\n");
    expect(await redis.httl("none", "f")).toEqual([-2]);
    await expect(startProcess(["--compat", "9"])).rejects.toThrow("It must be one of 7.0, 7.2");
  });

  it("faults and the command log know them", async () => {
    const { server, redis } = await start("8.4");
    server.commandLog.start({ only: { command: "HTTL", key: "h*" } });
    server.faults.add({ command: "DIGEST", error: "ERR not today" });
    await redis.httl("h", "f");
    await redis.httl("other", "f");
    await expect(redis.digest("k")).rejects.toThrow("not today");
    expect(server.commandLog.entries().length).toBe(1);
    const { server: older } = await start();
    expect(() => older.commandLog.start({ only: { command: "HTTL" } })).toThrow("There is no command HTTL");
  });

  it("without it, what came later is unknown", async () => {
    const { redis } = await start();
    for (const name of [
      "HEXPIRE HPEXPIRE HEXPIREAT HPEXPIREAT HTTL HPTTL HEXPIRETIME HPEXPIRETIME HPERSIST HGETDEL HGETEX",
      "HSETEX DELEX DIGEST MSETEX XDELEX XACKDEL WAITAOF",
    ].flatMap((names) => names.split(" "))) {
      expect(await errorOf(redis, `${name} k 1 FIELDS 1 f`)).toContain(
        `unknown command '${name}', with args beginning with: 'k' '1' 'FIELDS' '1' 'f' `,
      );
    }
    await expectErrors(redis, [
      ["CLIENT NO-TOUCH ON", "unknown subcommand 'NO-TOUCH'. Try CLIENT HELP."],
      ["CLUSTER MYSHARDID", "unknown subcommand 'MYSHARDID'. Try CLUSTER HELP."],
      ["CLIENT KILL ID 1 MAXAGE 5", "syntax error"],
      ["SET k v IFEQ w", "syntax error"],
      ["BITOP DIFF d a b", "syntax error"],
      ["XADD s KEEPREF MAXLEN 5 * f v", "Invalid stream ID"],
      ["XTRIM s MAXLEN 5 ACKED", "syntax error"],
      ["XREADGROUP GROUP g c CLAIM 5 STREAMS s >", "syntax error"],
    ]);
    await redis.hset("h", { f: 1 });
    await expectErrors(redis, [["HSCAN h 0 NOVALUES", "syntax error"]]);
    expect(await redis.call("COMMAND", "INFO", "HTTL")).toEqual([null]);
  });

  it("each version has what came up to it", async () => {
    const known = ["WAITAOF", "HTTL", "HGETEX", "XDELEX", "DIGEST"];
    for (const [compat, count] of [
      ["7.0", 0],
      ["7.2", 1],
      ["7.4", 2],
      ["8.0", 3],
      ["8.2", 4],
      ["8.4", 5],
    ] as const) {
      const { redis } = await start(compat);
      const infos = (await redis.call("COMMAND", "INFO", ...known)) as unknown[];
      expect([compat, infos.filter((info) => info !== null).length]).toEqual([compat, count]);
      expect(infos.slice(0, count).map((info) => (info as string[])[0])).toEqual(
        known.slice(0, count).map((name) => name.toLowerCase()),
      );
    }
  });

  it("the rules of users speak of them", async () => {
    const { redis } = await start("8.4");
    expect(await redis.call("ACL", "CAT", "hash")).toContain("hexpire");
    await redis.call("ACL", "SETUSER", "reader", "on", "nopass", "~h*", "+httl", "+@connection");
    expect(await redis.call("ACL", "DRYRUN", "reader", "HTTL", "h", "FIELDS", "1", "f")).toBe("OK");
    expect(await redis.call("ACL", "DRYRUN", "reader", "HTTL", "k", "FIELDS", "1", "f")).toContain(
      "no permissions",
    );
    expect(await redis.call("ACL", "DRYRUN", "reader", "HPERSIST", "h", "FIELDS", "1", "f")).toContain(
      "hpersist",
    );
    expect(await redis.call("COMMAND", "GETKEYS", "MSETEX", "2", "a", "1", "b", "2", "EX", "5")).toEqual([
      "a",
      "b",
    ]);
    const { redis: older } = await start();
    expect(await older.call("ACL", "CAT", "hash")).not.toContain("hexpire");
  });
});

describe("expiry of fields (7.4)", () => {
  it("is set, told and dropped", async () => {
    const { server, redis } = await start("7.4");
    await redis.hset("h", { a: 1, b: 2, c: 3 });
    expect(await redis.hexpire("h", 10, ["a", "no"])).toEqual([1, -2]);
    expect(await redis.httl("h", ["a", "b", "no"])).toEqual([10, -1, -2]);
    server.clock.advance(1500);
    expect(await redis.httl("h", "a")).toEqual([9]);
    expect(await redis.hpttl("h", "a")).toEqual([8500]);
    const at = Math.floor(server.clock.now() / 1000) + 100;
    expect(await redis.hexpireat("h", at, "b")).toEqual([1]);
    expect(await redis.hexpiretime("h", ["b", "c"])).toEqual([at, -1]);
    expect(await redis.hpexpireat("h", at * 1000 + 1, "b")).toEqual([1]);
    expect(await redis.hpexpiretime("h", "b")).toEqual([at * 1000 + 1]);
    expect(await redis.hexpiretime("h", "b")).toEqual([at + 1]);
    expect(await redis.hpexpire("h", 300, "c")).toEqual([1]);
    expect(await redis.hpersist("h", ["a", "a", "no"])).toEqual([1, -1, -2]);
    expect(await redis.httl("h", "a")).toEqual([-1]);
    expect(await redis.objectEncoding("h")).toBe("listpackex");
    expect(await redis.httl("none", ["a", "b"])).toEqual([-2, -2]);
    expect(await redis.hpersist("none", "a")).toEqual([-2]);
    expect(await redis.hexpire("none", 10, "a")).toEqual([-2]);
  });

  it("has conditions", async () => {
    const { redis } = await start("7.4");
    await redis.hset("h", { a: 1, b: 2 });
    expect(await redis.hexpire("h", 100, ["a", "b"], { xx: true })).toEqual([0, 0]);
    expect(await redis.hexpire("h", 100, "a", { gt: true })).toEqual([0]);
    expect(await redis.hexpire("h", 100, "b", { lt: true })).toEqual([1]);
    expect(await redis.hexpire("h", 100, ["a", "b"], { nx: true })).toEqual([1, 0]);
    expect(await redis.hexpire("h", 50, "a", { gt: true })).toEqual([0]);
    expect(await redis.hexpire("h", 200, "a", { gt: true })).toEqual([1]);
    expect(await redis.hexpire("h", 200, "a", { lt: true })).toEqual([0]);
    expect(await redis.hexpire("h", 20, "a", { lt: true })).toEqual([1]);
    expect(await redis.hexpire("h", 30, "a", { xx: true })).toEqual([1]);
  });

  it("removes fields in time: no command sees them, and an emptied hash goes", async () => {
    const { server, redis } = await start("7.4");
    await redis.hset("h", { a: 1, b: 2, c: 3 });
    await redis.hpexpire("h", 100, ["a", "b"]);
    server.clock.advance(99);
    expect(await redis.hlen("h")).toBe(3);
    server.clock.advance(1);
    expect(await redis.hgetall("h")).toEqual({ c: "3" });
    expect(await redis.hkeys("h")).toEqual(["c"]);
    expect(await redis.hmget("h", "a", "c")).toEqual([null, "3"]);
    expect(await redis.hexists("h", "b")).toBe(false);
    expect(await redis.hlen("h")).toBe(1);
    expect(await redis.httl("h", "a")).toEqual([-2]);
    await redis.hpexpire("h", 100, "c");
    server.clock.advance(100);
    expect(await redis.exists("h")).toBe(0);
    expect(server.keys()).toEqual([]);
  });

  it("0 seconds and moments that have passed delete at once", async () => {
    const { redis } = await start("7.4");
    const seen = await events(redis);
    await redis.hset("h", { a: 1, b: 2 });
    expect(await redis.hexpire("h", 0, "a")).toEqual([2]);
    expect(await redis.hpexpireat("h", 1, ["a", "b"])).toEqual([-2, 2]);
    expect(await redis.exists("h")).toBe(0);
    expect(await seen()).toEqual(["hset h", "hdel h", "hdel h", "del h"]);
  });

  it("tells by events", async () => {
    const { server, redis } = await start("7.4");
    await redis.hset("h", { a: 1, b: 2 });
    const seen = await events(redis);
    await redis.hpexpire("h", 10, ["a"]);
    await redis.hpexpire("h", 30, ["b"]);
    await redis.hpersist("h", "b");
    await redis.hpexpire("h", 20, ["b"]);
    server.clock.advance(10);
    expect(await seen()).toEqual(["hexpire h", "hexpire h", "hpersist h", "hexpire h", "hexpired h"]);
    server.clock.advance(10);
    expect(await seen()).toEqual(["hexpired h", "del h"]);
  });

  it("goes when the field is set anew, and stays when it is counted on", async () => {
    const { redis } = await start("7.4");
    await redis.hset("h", { a: 1, b: 2, c: 3, d: 4 });
    await redis.hexpire("h", 10, ["a", "b", "c", "d"]);
    await redis.hset("h", { a: 5 });
    await redis.hincrby("h", "b", 1);
    await redis.hincrbyfloat("h", "c", 0.5);
    await redis.hdel("h", "d");
    await redis.hset("h", { d: 1 });
    expect(await redis.httl("h", ["a", "b", "c", "d"])).toEqual([-1, 10, 10, -1]);
  });

  it("goes with the hash to other keys and databases, and comes back from snapshots", async () => {
    const { server, redis } = await start("7.4");
    await redis.hset("h", { a: 1, b: 2 });
    await redis.hpexpire("h", 100, "a");
    const before = server.snapshot();
    await redis.copy("h", "copy");
    await redis.rename("h", "renamed");
    await redis.copy("copy", "far", { db: 3 });
    server.clock.advance(100);
    expect(await redis.hgetall("copy")).toEqual({ b: "2" });
    expect(await redis.hgetall("renamed")).toEqual({ b: "2" });
    await redis.call("SWAPDB", "0", "3");
    expect(await redis.hgetall("far")).toEqual({ b: "2" });
    server.restore(before);
    expect(await redis.hgetall("h")).toEqual({ a: "1", b: "2" });
    server.clock.advance(100);
    expect(await redis.hgetall("h")).toEqual({ b: "2" });
    server.restore(before);
    expect(await redis.hpttl("h", "a")).toEqual([100]);
  });

  it("breaks WATCH when a field expires, and holds inside EXEC", async () => {
    const { server, redis } = await start("7.4");
    await redis.hset("h", { a: 1, b: 2 });
    await redis.hpexpire("h", 100, "a");
    const attempts: number[] = [];
    const reply = await redis.transaction(["h"], async (tx) => {
      attempts.push(await tx.hlen("h"));
      if (attempts.length === 1) server.clock.advance(100);
      return tx.multi().hexpire("h", 5, "b").httl("h", "b").exec();
    });
    expect(attempts).toEqual([2, 1]);
    expect(reply).toEqual([[1], [5]]);
  });

  it("fields that are given another time, one after the other, in a large hash", async () => {
    const { server, redis } = await start("7.4");
    const fields = Array.from({ length: 1000 }, (_, i) => `f${i}`);
    await redis.hset("h", Object.fromEntries(fields.map((field) => [field, "v"])));
    const pipeline = redis.pipeline();
    for (const [i, field] of fields.entries()) pipeline.hpexpire("h", 1000 - i, field);
    await pipeline.exec();
    await redis.hpexpire("h", 5000, fields.slice(0, 100));
    for (const [after, left] of [
      [100, 900],
      [400, 500],
      [500, 100],
      [3999, 100],
      [1, 0],
    ]) {
      server.clock.advance(after);
      expect(await redis.hlen("h")).toBe(left);
    }
    expect(server.engine.nextDeadline()).toBeUndefined();
  });

  it("refuses what redis-server refuses, in its words", async () => {
    const { redis } = await start("7.4");
    await redis.set("s", "x");
    await redis.hset("h", { f: 1 });
    await expectErrors(redis, [
      ["HEXPIRE h 10 FIELDS 1", "wrong number of arguments for 'hexpire' command"],
      ["HEXPIRE s x FIELDS 1 f", "WRONGTYPE"],
      ["HTTL s FIELDS 1 f", "WRONGTYPE"],
      ["HEXPIRE h x FIELDS 1 f", "value is not an integer or out of range"],
      ["HEXPIRE h -1 FIELDS 1 f", "invalid expire time, must be >= 0"],
      ["HEXPIRE h 70368744178 FIELDS 1 f", "invalid expire time in 'hexpire' command"],
      ["HPEXPIREAT h 70368744177664 FIELDS 1 f", "invalid expire time in 'hpexpireat' command"],
      ["HEXPIRE h 10 BAD FIELDS 1 f", "Mandatory argument FIELDS is missing or not at the right position"],
      ["HEXPIRE h 10 FIELDS 0 f", "Parameter `numFields` should be greater than 0"],
      ["HEXPIRE h 10 FIELDS x f", "Parameter `numFields` should be greater than 0"],
      ["HEXPIRE h 10 FIELDS 2 f", "The `numfields` parameter must match the number of arguments"],
      ["HTTL h FIELD 1 f", "Mandatory argument FIELDS is missing or not at the right position"],
      ["HTTL h FIELDS 0 f", "Number of fields must be a positive integer"],
      ["HPERSIST h FIELDS x f", "Number of fields must be a positive integer"],
      ["HTTL h FIELDS 1 f g", "The `numfields` parameter must match the number of arguments"],
    ]);
  });

  it("HSCAN NOVALUES leaves out the values", async () => {
    const { redis } = await start("7.4");
    await redis.hset("h", { a: 1, b: 2, ba: 3 });
    expect(await redis.call("HSCAN", "h", "0", "NOVALUES")).toEqual(["0", ["a", "b", "ba"]]);
    expect(await redis.call("HSCAN", "h", "0", "MATCH", "b*", "NOVALUES", "COUNT", "5")).toEqual([
      "0",
      ["b", "ba"],
    ]);
    expect(await redis.call("HSCAN", "h", "0")).toEqual(["0", ["a", "1", "b", "2", "ba", "3"]]);
    expect(await redis.call("HSCAN", "none", "0", "NOVALUES")).toEqual(["0", []]);
    await expectErrors(redis, [
      ["HSCAN h x NOVALUES", "invalid cursor"],
      ["HSCAN h 0 NOVALUES COUNT 0", "syntax error"],
    ]);
  });
});

describe("fields with their expiry (8.0)", () => {
  it("HGETDEL reads and removes", async () => {
    const { redis } = await start("8.0");
    const seen = await events(redis);
    await redis.hset("h", { a: 1, b: 2 });
    expect(await redis.hgetdel("h", ["a", "no"])).toEqual(["1", null]);
    expect(await redis.hgetdel("h", ["no"])).toEqual([null]);
    expect(await redis.hgetdel("h", ["b", "b"])).toEqual(["2", null]);
    expect(await redis.exists("h")).toBe(0);
    expect(await redis.hgetdel("h", "a")).toEqual([null]);
    expect(await seen()).toEqual(["hset h", "hdel h", "hdel h", "del h"]);
  });

  it("HGETEX reads and sets or drops the expiry", async () => {
    const { server, redis } = await start("8.0");
    await redis.hset("h", { a: 1, b: 2 });
    expect(await redis.hgetex("h", ["a", "no"])).toEqual(["1", null]);
    expect(await redis.hgetex("h", "a", { ex: 10 })).toEqual(["1"]);
    expect(await redis.httl("h", ["a", "b"])).toEqual([10, -1]);
    expect(await redis.hgetex("h", ["a", "b"], { persist: true })).toEqual(["1", "2"]);
    expect(await redis.httl("h", "a")).toEqual([-1]);
    expect(await redis.hgetex("h", "a", { px: 5 })).toEqual(["1"]);
    server.clock.advance(5);
    expect(await redis.hgetex("h", ["a", "b"], { exat: 1 })).toEqual([null, "2"]);
    expect(await redis.exists("h")).toBe(0);
    expect(await redis.hgetex("h", ["a", "b"])).toEqual([null, null]);
  });

  it("HSETEX sets all fields or none, with one expiry", async () => {
    const { redis } = await start("8.0");
    expect(await redis.hsetex("h", { a: 1 }, { fxx: true })).toBe(false);
    expect(await redis.exists("h")).toBe(0);
    expect(await redis.hsetex("h", { a: 1, b: 2 }, { ex: 60, fnx: true })).toBe(true);
    expect(await redis.httl("h", ["a", "b"])).toEqual([60, 60]);
    expect(await redis.hsetex("h", { b: 3, c: 3 }, { fnx: true })).toBe(false);
    expect(await redis.hsetex("h", { b: 3, c: 3 }, { fxx: true })).toBe(false);
    expect(await redis.hsetex("h", { a: 3 }, { keepTtl: true })).toBe(true);
    expect(await redis.hsetex("h", { b: 3 })).toBe(true);
    expect(await redis.httl("h", ["a", "b"])).toEqual([60, -1]);
    expect(await redis.hsetex("h", { a: 4, b: 4 }, { pxat: 1 })).toBe(true);
    expect(await redis.exists("h")).toBe(0);
  });

  it("refuses what redis-server refuses, in its words", async () => {
    const { redis } = await start("8.0");
    await redis.set("s", "x");
    await expectErrors(redis, [
      ["HGETDEL s FIELDS 1 f", "WRONGTYPE"],
      ["HGETDEL h FIELD 1 f", "Mandatory argument FIELDS is missing or not at the right position"],
      ["HGETDEL h FIELDS -1 f", "Number of fields must be a positive integer"],
      ["HGETDEL h FIELDS 2 f", "The `numfields` parameter must match the number of arguments"],
      ["HGETEX h EX -5 FIELDS 1 f", "invalid expire time, must be >= 0"],
      ["HGETEX h EX x FIELDS 1 f", "value is not an integer or out of range"],
      ["HGETEX h PERSIST EX 5 FIELDS 1 f", "Mandatory argument FIELDS is missing"],
      ["HSETEX h FIELDS 1 f", "wrong number of arguments for 'hsetex' command"],
      ["HSETEX h FIELDS 2 f v", "wrong number of arguments for 'hsetex' command"],
      ["HSETEX h FIELDS 0 f v", "invalid number of fields"],
      [
        "HSETEX h EX 5 PX 5 FIELDS 1 f v",
        "Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified",
      ],
      [
        "HSETEX h KEEPTTL EX 5 FIELDS 1 f v",
        "Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified",
      ],
      ["HSETEX h FNX FXX FIELDS 1 f v", "Only one of FXX or FNX arguments can be specified"],
      ["HSETEX h NOPE FIELDS 1 f v", "unknown argument: NOPE"],
      ["HSETEX s FIELDS 1 f v", "WRONGTYPE"],
    ]);
  });
});

describe("bits (8.2)", () => {
  it("BITOP DIFF, DIFF1, ANDOR and ONE", async () => {
    const { redis } = await start("8.2");
    const bytes = redis.with({ replies: "buffer" });
    await redis.set("x", Buffer.from([0b11110000, 0b10101010]));
    await redis.set("y", Buffer.from([0b00111100]));
    await redis.set("z", Buffer.from([0b00001111, 0b00000010, 1]));
    for (const [operation, ...expected] of [
      ["DIFF", 0b11000000, 0b10101000, 0],
      ["DIFF1", 0b00001111, 0, 1],
      ["ANDOR", 0b00110000, 0b00000010, 0],
      ["ONE", 0b11000011, 0b10101000, 1],
    ] as const) {
      expect(await redis.call("BITOP", operation, "d", "x", "y", "z")).toBe(3);
      expect([operation, ...((await bytes.get("d")) ?? [])]).toEqual([operation, ...expected]);
    }
    expect(await redis.call("BITOP", "ONE", "d", "y")).toBe(1);
    expect(await redis.call("BITOP", "DIFF", "d", "none", "nothing")).toBe(0);
    expect(await redis.exists("d")).toBe(0);
    expect(await redis.call("BITOP", "AND", "d", "x", "y")).toBe(2);
    await redis.rpush("l", "x");
    await expectErrors(redis, [
      ["BITOP DIFF d x", "BITOP DIFF must be called with at least two source keys."],
      ["BITOP ANDOR d x", "BITOP ANDOR must be called with at least two source keys."],
      ["BITOP ONE d x l", "WRONGTYPE"],
      ["BITOP NONE d x", "syntax error"],
    ]);
  });
});

describe("deleting entries of streams (8.2)", () => {
  /** Two entries that two groups have been given. */
  async function given(compat: CompatVersion = "8.2") {
    const started = await start(compat);
    const { redis } = started;
    await redis.xadd("s", { f: 1 }, { id: "1-0" });
    await redis.xadd("s", { f: 2 }, { id: "2-0" });
    for (const group of ["g1", "g2"]) {
      await redis.xgroupCreate("s", group, "0");
      await redis.xreadgroup(group, "c", { s: ">" });
    }
    return started;
  }
  const pending = async (redis: Redis, group: string) => (await redis.xpending("s", group)).pending;

  it("XDELEX keeps what groups wait for, drops it, or leaves the entries", async () => {
    const { redis } = await given();
    const seen = await events(redis);
    expect(await redis.xdelex("s", ["1-0", "9-0"], { refs: "acked" })).toEqual([2, -1]);
    await redis.xack("s", "g1", "1-0");
    await redis.xack("s", "g2", "1-0");
    expect(await redis.xdelex("s", "1-0", { refs: "acked" })).toEqual([1]);
    expect(await redis.xdelex("s", "2-0", { refs: "delref" })).toEqual([1]);
    expect([await pending(redis, "g1"), await pending(redis, "g2")]).toEqual([0, 0]);
    await redis.xadd("s", { f: 3 }, { id: "3-0" });
    await redis.xreadgroup("g1", "c", { s: ">" });
    // The other group has still to be given it.
    await redis.xack("s", "g1", "3-0");
    expect(await redis.xdelex("s", "3-0", { refs: "acked" })).toEqual([2]);
    await redis.xreadgroup("g2", "c", { s: ">" });
    expect(await redis.xdelex("s", "3-0")).toEqual([1]);
    expect(await pending(redis, "g2")).toBe(1);
    expect(await redis.xdelex("none", ["1-0", "2-0"])).toEqual([-1, -1]);
    expect(await seen()).toEqual(["xdel s", "xdel s", "xadd s", "xdel s"]);
  });

  it("XACKDEL does both in one step", async () => {
    const { redis } = await given();
    expect(await redis.xackdel("s", "g1", ["1-0", "2-0"], { refs: "acked" })).toEqual([2, 2]);
    expect([await redis.xlen("s"), await pending(redis, "g1"), await pending(redis, "g2")]).toEqual([
      2, 0, 2,
    ]);
    expect(await redis.xackdel("s", "g2", ["1-0", "2-0"], { refs: "acked" })).toEqual([1, 1]);
    expect(await redis.xlen("s")).toBe(0);
    const kept = (await given()).redis;
    expect(await kept.xackdel("s", "g1", ["1-0", "2-0"])).toEqual([1, 1]);
    expect([await kept.xlen("s"), await pending(kept, "g1"), await pending(kept, "g2")]).toEqual([0, 0, 2]);
    expect(await kept.xackdel("s", "g2", ["1-0", "2-0"])).toEqual([1, 1]);
    const dropped = (await given()).redis;
    expect(await dropped.xackdel("s", "g1", ["1-0", "2-0"], { refs: "delref" })).toEqual([1, 1]);
    expect([await pending(dropped, "g1"), await pending(dropped, "g2")]).toEqual([0, 0]);
    expect(await dropped.xackdel("s", "g2", ["1-0", "2-0"])).toEqual([-1, -1]);
    expect(await dropped.xackdel("s", "nobody", ["1-0"])).toEqual([-1]);
  });

  it("refuses what redis-server refuses, in its words", async () => {
    const { redis } = await start("8.2");
    await expectErrors(redis, [
      ["XACKDEL s g", "wrong number of arguments for 'xackdel' command"],
      ["XACKDEL s g IDS x 1-1", "Number of IDs must be a positive integer"],
      ["XDELEX s IDS 0 1-1", "Number of IDs must be a positive integer"],
      ["XDELEX s IDS 3 1-1", "The `numids` parameter must match the number of arguments"],
      ["XDELEX s IDS 1 1-1 2-2", "syntax error"],
      ["XDELEX s KEEPREF ACKED IDS 1 1-1", "syntax error"],
      ["XDELEX s BOGUS IDS 1 1-1", "syntax error"],
      ["XDELEX s IDS 1 not-an-id", "Invalid stream ID specified as stream command argument"],
    ]);
  });

  it("XADD and XTRIM cut by the same policies", async () => {
    const { redis } = await start("8.2");
    for (let i = 1; i <= 6; i++) await redis.xadd("s", { f: i }, { id: `${i}-0` });
    await redis.xgroupCreate("s", "g", "0");
    await redis.xreadgroup("g", "c", { s: ">" }, { count: 1 });
    await redis.xack("s", "g", "1-0");
    await redis.xadd("s", { f: 7 }, { id: "7-0", maxLen: 1, refs: "acked" });
    expect(await redis.xlen("s")).toBe(6);
    const read = await redis.xreadgroup("g", "c", { s: ">" });
    const ids = (read ?? []).flatMap(({ entries }) => entries.map(({ id }) => id));
    await redis.xack("s", "g", ...ids.filter((id) => id !== "4-0"));
    expect(await redis.xtrim("s", { maxLen: 1, refs: "acked" })).toBe(5);
    expect((await redis.xrange("s", "-", "+")).map(({ id }) => id)).toEqual(["4-0"]);
    await redis.xadd("s", { f: 8 }, { id: "8-0", maxLen: 1, refs: "keepref" });
    expect(await pending(redis, "g")).toBe(1);
    await redis.xreadgroup("g", "c", { s: ">" });
    expect(await redis.xtrim("s", { minId: "9-0", refs: "delref" })).toBe(1);
    expect((await redis.xpending("s", "g")).greatestId).toBe("4-0");
    await expectErrors(redis, [["XTRIM s MAXLEN 1 ACKED KEEPREF", "syntax error"]]);
  });

  it("cuts whole nodes by policy, and finds its way in long streams", async () => {
    const { redis } = await start("8.2");
    await redis.configSet({ "stream-node-max-entries": 10 });
    for (let i = 1; i <= 95; i++) await redis.xadd("s", { f: i }, { id: `${i}-0` });
    await redis.xgroupCreate("s", "g", "0");
    await redis.xreadgroup("g", "c", { s: ">" }, { count: 50 });
    const ids = Array.from({ length: 50 }, (_, i) => `${i + 1}-0`);
    await redis.xack("s", "g", ...ids.filter((id) => id !== "5-0" && id !== "25-0"));
    // Whole nodes only: 90 entries are 9 nodes; what is waited for stays, and so does what was not given yet.
    expect(await redis.xtrim("s", { maxLen: 5, approximate: true, refs: "acked" })).toBe(48);
    expect((await redis.xrange("s", "-", "+", { count: 3 })).map(({ id }) => id)).toEqual([
      "5-0",
      "25-0",
      "51-0",
    ]);
    expect(await redis.xtrim("s", { maxLen: 10, approximate: true, limit: 11, refs: "delref" })).toBe(2);
    expect((await redis.xpending("s", "g")).pending).toBe(0);
    expect(await redis.xtrim("s", { minId: "60-0", refs: "delref" })).toBe(9);
    expect(await redis.xlen("s")).toBe(36);
    expect((await redis.xinfoStream("s")).firstEntry?.id).toBe("60-0");
  });
});

describe("strings (8.4)", () => {
  it("SET with a condition on the value", async () => {
    const { redis } = await start("8.4");
    expect(await redis.set("k", "b", { ifeq: "a" })).toBeNull();
    expect(await redis.exists("k")).toBe(0);
    expect(await redis.set("k", "a", { ifne: "a" })).toBe("OK");
    expect(await redis.set("k", "b", { ifeq: "x" })).toBeNull();
    expect(await redis.set("k", "b", { ifeq: "a", ex: 10 })).toBe("OK");
    expect(await redis.ttl("k")).toBe(10);
    expect(await redis.set("k", "c", { ifne: "b" })).toBeNull();
    expect(await redis.set("k", "c", { ifeq: "b", get: true, keepTtl: true })).toBe("b");
    expect(await redis.ttl("k")).toBe(10);
    expect(await redis.set("k", "d", { ifeq: "b", get: true })).toBe("c");
    const digest = (await redis.digest("k")) as string;
    expect(await redis.set("k", "e", { ifdne: digest })).toBeNull();
    expect(await redis.set("k", "e", { ifdeq: digest.toUpperCase() })).toBe("OK");
    expect(await redis.set("k", "f", { ifdeq: digest })).toBeNull();
    expect(await redis.set("new", "f", { ifdne: digest, get: true })).toBeNull();
    expect(await redis.mget("k", "new")).toEqual(["e", "f"]);
    await redis.incr("n");
    expect(await redis.set("n", "x", { ifeq: "1" })).toBe("OK");
    await redis.rpush("l", "x");
    await expectErrors(redis, [
      ["SET k v IFEQ", "syntax error"],
      ["SET k v NX IFEQ e", "syntax error"],
      ["SET k v IFEQ e XX", "syntax error"],
      ["SET k v IFEQ e IFNE f", "syntax error"],
      ["SET k v IFEQ e EX 0", "invalid expire time in 'set' command"],
      ["SET k v IFDEQ 123", "must be exactly 16 hexadecimal characters"],
      ["SET l v IFEQ e", "WRONGTYPE"],
      ["SET l v IFDEQ 123", "WRONGTYPE"],
    ]);
    expect(await redis.call("SET", "none", "v", "IFDEQ", "123")).toBeNull();
  });

  it("DIGEST is XXH3", async () => {
    const { redis } = await start("8.4");
    // From the reference implementation.
    for (const [text, digest] of [
      ["", "2d06800538d394c2"],
      ["Hello world", "b6acb9d84a38ff74"],
    ]) {
      await redis.set("k", text);
      expect(await redis.digest("k")).toBe(digest);
    }
    expect(await redis.digest("none")).toBeNull();
    await redis.rpush("l", "x");
    await expectErrors(redis, [
      ["DIGEST l", "WRONGTYPE"],
      ["DIGEST", "wrong number of arguments for 'digest' command"],
    ]);
  });

  it("DELEX deletes what holds what one thinks", async () => {
    const { redis } = await start("8.4");
    await redis.set("k", "hello");
    const digest = (await redis.digest("k")) as string;
    expect(await redis.delex("k", { ifeq: "other" })).toBe(false);
    expect(await redis.delex("k", { ifne: "hello" })).toBe(false);
    expect(await redis.delex("k", { ifdne: digest })).toBe(false);
    expect(await redis.delex("k", { ifdeq: digest })).toBe(true);
    expect(await redis.delex("k", { ifne: "x" })).toBe(false);
    await redis.rpush("l", "x");
    await expectErrors(redis, [
      ["DELEX l IFEQ x", "Key should be of string type if conditions are specified"],
      ["DELEX k IFEQ", "wrong number of arguments for 'delex' command"],
    ]);
    await redis.set("k", "x");
    await expectErrors(redis, [
      ["DELEX k IF x", "Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE"],
      ["DELEX k IFDEQ 1", "must be exactly 16 hexadecimal characters"],
    ]);
    expect(await redis.delex("l")).toBe(true);
  });

  it("MSETEX sets all keys or none, with one expiry", async () => {
    const { redis } = await start("8.4");
    expect(await redis.msetex({ a: 1, b: 2 }, { ex: 60, nx: true })).toBe(true);
    expect([await redis.ttl("a"), await redis.ttl("b")]).toEqual([60, 60]);
    expect(await redis.msetex({ b: 3, c: 3 }, { nx: true })).toBe(false);
    expect(await redis.msetex({ b: 3, c: 3 }, { xx: true })).toBe(false);
    expect(await redis.msetex({ a: 4 }, { keepTtl: true })).toBe(true);
    expect(await redis.msetex({ b: 5 })).toBe(true);
    expect([await redis.ttl("a"), await redis.ttl("b")]).toEqual([60, -1]);
    expect(await redis.mget("a", "b", "c")).toEqual(["4", "5", null]);
    await expectErrors(redis, [
      ["MSETEX x a 1 EX 5", "invalid numkeys value"],
      ["MSETEX 2147483648 a 1 EX 5", "invalid numkeys value"],
      ["MSETEX 2 a 1 b", "wrong number of key-value pairs"],
      ["MSETEX 1 a 1 NOPE", "syntax error"],
      ["MSETEX 1 a 1 NX XX", "syntax error"],
      ["MSETEX 1 a 1 EX 0", "invalid expire time in 'msetex' command"],
    ]);
  });
});

describe("XREADGROUP CLAIM (8.4)", () => {
  async function withPending() {
    const started = await start("8.4");
    const { redis } = started;
    await redis.xadd("s", { f: 1 }, { id: "1-0" });
    await redis.xadd("s", { f: 2 }, { id: "2-0" });
    await redis.xgroupCreate("s", "g", "0");
    await redis.xreadgroup("g", "one", { s: ">" }, { count: 1 });
    return started;
  }

  it("gives idle entries first, then new ones, with idle time and number of deliveries", async () => {
    const { server, redis } = await withPending();
    server.clock.advance(100);
    const read = await redis.xreadgroup("g", "two", { s: ">" }, { claim: 50 });
    expect(read).toEqual([
      {
        key: "s",
        entries: [
          { id: "1-0", fields: { f: "1" }, idle: 100, deliveries: 1 },
          { id: "2-0", fields: { f: "2" }, idle: 0, deliveries: 0 },
        ],
      },
    ]);
    expect(await redis.xpending("s", "g", { count: 10 })).toEqual([
      { id: "1-0", consumer: "two", idle: 0, deliveries: 2 },
      { id: "2-0", consumer: "two", idle: 0, deliveries: 1 },
    ]);
    expect(await redis.xreadgroup("g", "two", { s: ">" }, { claim: 50 })).toBeNull();
  });

  it("shares COUNT, leaves the history alone, and NOACK concerns new entries only", async () => {
    const { server, redis } = await withPending();
    server.clock.advance(100);
    const [first] = (await redis.xreadgroup("g", "two", { s: ">" }, { claim: 0, count: 1 })) ?? [];
    expect(first.entries.map(({ id }) => id)).toEqual(["1-0"]);
    expect(await redis.xreadgroup("g", "two", { s: "0" }, { claim: 0 })).toEqual([
      { key: "s", entries: [{ id: "1-0", fields: { f: "1" } }] },
    ]);
    server.clock.advance(10);
    const [both] = (await redis.xreadgroup("g", "two", { s: ">" }, { claim: 5, noAck: true })) ?? [];
    expect(both.entries.map(({ id, deliveries }) => [id, deliveries])).toEqual([
      ["1-0", 3],
      ["2-0", 0],
    ]);
    expect((await redis.xpending("s", "g")).pending).toBe(1);
  });

  it("waits until an entry has been idle for long enough", async () => {
    const { server, redis } = await withPending();
    await redis.xreadgroup("g", "one", { s: ">" });
    const waiting = redis.xreadgroup("g", "two", { s: ">" }, { claim: 500, block: 5000 });
    while (((await redis.call("INFO", "clients")) as string).includes("blocked_clients:0"))
      await redis.ping();
    server.clock.advance(499);
    await redis.ping();
    server.clock.advance(1);
    expect((await waiting)?.[0].entries.map(({ id, idle }) => [id, idle])).toEqual([
      ["1-0", 500],
      ["2-0", 500],
    ]);
  });

  it("refuses what redis-server refuses, in its words", async () => {
    const { redis } = await withPending();
    await expectErrors(redis, [
      ["XREADGROUP GROUP g c CLAIM x STREAMS s >", "min-idle-time is not an integer or out of range"],
      ["XREADGROUP GROUP g c CLAIM -10 STREAMS s >", "min-idle-time must be a positive integer"],
      ["XREADGROUP CLAIM GROUP g c STREAMS s >", "min-idle-time is not an integer or out of range"],
      ["XREADGROUP GROUP none c CLAIM 5 STREAMS s >", "NOGROUP No such key 's' or consumer group 'none'"],
      ["XREADGROUP GROUP g CLAIM 5 c STREAMS s >", "syntax error"],
      [
        "XREAD CLAIM 5 STREAMS s 0",
        "The CLAIM option is only supported by XREADGROUP. You called XREAD instead.",
      ],
    ]);
  });
});

describe("connections (7.2, 7.4)", () => {
  it("CLIENT NO-TOUCH leaves the idle time of keys", async () => {
    const { server, redis } = await start("7.2");
    await redis.set("k", "v");
    await redis.call("CLIENT", "NO-TOUCH", "ON");
    server.clock.advance(10_000);
    await redis.get("k");
    await redis.eval("return redis.call('GET', KEYS[1])", { keys: ["k"] });
    expect(await redis.call("OBJECT", "IDLETIME", "k")).toBe(10);
    expect(await redis.call("CLIENT", "INFO")).toContain(" flags=T ");
    await redis.call("TOUCH", "k");
    expect(await redis.call("OBJECT", "IDLETIME", "k")).toBe(0);
    server.clock.advance(10_000);
    await redis.call("CLIENT", "NO-TOUCH", "OFF");
    await redis.get("k");
    expect(await redis.call("OBJECT", "IDLETIME", "k")).toBe(0);
    await expectErrors(redis, [["CLIENT NO-TOUCH MAYBE", "syntax error"]]);
  });

  it("CLIENT SETINFO is shown", async () => {
    const { redis } = await start("7.2");
    await redis.call("CLIENT", "SETINFO", "LIB-NAME", "mine");
    await redis.call("CLIENT", "SETINFO", "lib-ver", "1.2");
    expect(await redis.call("CLIENT", "INFO")).toContain(" lib-name=mine lib-ver=1.2");
    await expectErrors(redis, [["CLIENT SETINFO LIB-AGE 5", "Unrecognized option 'LIB-AGE'"]]);
    await expect(redis.call("CLIENT", "SETINFO", "lib-name", "a b")).rejects.toThrow(
      "lib-name cannot contain spaces, newlines or special characters.",
    );
  });

  it("CLIENT KILL MAXAGE ends old connections", async () => {
    const { server, redis } = await start("7.4");
    await redis.ping();
    server.clock.advance(100_000);
    const young = new Redis({ server });
    cleanups.push(() => young.close());
    expect(await young.call("CLIENT", "KILL", "MAXAGE", "101")).toBe(0);
    expect(await young.call("CLIENT", "KILL", "MAXAGE", "100")).toBe(1);
    await expectErrors(young, [
      ["CLIENT KILL MAXAGE x", "maxage is not an integer or out of range"],
      ["CLIENT KILL MAXAGE -1", "maxage should be greater than 0"],
    ]);
  });

  it("WAITAOF and CLUSTER MYSHARDID have little to say", async () => {
    const { redis } = await start("7.2");
    expect(await redis.call("WAITAOF", "0", "0", "0")).toEqual([0, 0]);
    await expectErrors(redis, [
      ["WAITAOF 1 0 0", "WAITAOF cannot be used when numlocal is set but appendonly is disabled."],
      ["WAITAOF 2 0 0", "value is out of range, value must between 0 and 1"],
      ["WAITAOF x 0 0", "value is not an integer or out of range"],
      ["WAITAOF 0 x 0", "value is out of range, must be positive"],
      ["WAITAOF 1 0 -5", "timeout is negative"],
      ["CLUSTER MYSHARDID", "This instance has cluster support disabled"],
    ]);
  });
});
