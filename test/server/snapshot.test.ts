/** Snapshots: whatever is written, the data comes back as it was, and nothing of it is copied before it is written to. */
import { afterEach, describe, expect, it } from "vitest";
import { MiniServer, type MiniServerOptions } from "../../src/server/index.js";
import { type InProcessClient, inProcessClient } from "../tools/in-process-client.js";

let server: MiniServer;
afterEach(() => server.close());

async function start(options: MiniServerOptions = {}): Promise<InProcessClient> {
  server = await MiniServer.start({ listen: false, ...options });
  return inProcessClient(server);
}

/** Everything that a client can see of the data: contents, order of keys, times to live. */
function picture(): unknown {
  return server.engine.databases.map(({ index }) => ({
    data: server.dump(index),
    order: [...server.engine.databases[index].entries()].map(({ key }) => key),
    expiring: server.engine.databases[index].expiringSize,
  }));
}

describe("a snapshot", () => {
  it("brings back values of all types that were changed in place", async () => {
    const { send } = await start();
    await send("SET", "text", "a");
    await send("SETBIT", "bits", "9", "1");
    await send("INCR", "count");
    await send("RPUSH", "list", "a", "b", "c");
    await send("HSET", "hash", "f", "v");
    await send("SADD", "set", "1", "2");
    await send("ZADD", "zset", "1", "a", "2", "b");
    await send("XADD", "stream", "1-1", "f", "v");
    await send("XGROUP", "CREATE", "stream", "group", "0");
    await send("PFADD", "hll", "a", "b");
    const before = picture();
    const snapshot = server.snapshot();
    for (let round = 0; round < 3; round++) {
      await send("APPEND", "text", "b");
      await send("SETBIT", "bits", "1", "1");
      await send("INCR", "count");
      await send("LPOP", "list");
      await send("LSET", "list", "0", "x");
      await send("HINCRBY", "hash", "n", "4");
      await send("HSET", "hash", "f", "w");
      await send("SADD", "set", "x");
      await send("ZINCRBY", "zset", "5", "a");
      await send("XADD", "stream", "2-1", "f", "v");
      expect(await send("XREADGROUP", "GROUP", "group", "me", "STREAMS", "stream", ">")).toContain("2-1");
      await send("PFADD", "hll", "c");
      expect(await send("PFCOUNT", "hll")).toBe(":3\r\n");
      expect(picture()).not.toEqual(before);
      server.restore(snapshot);
      expect(picture()).toEqual(before);
      expect(await send("PFCOUNT", "hll")).toBe(":2\r\n");
      expect(await send("XPENDING", "stream", "group")).toContain(":0\r\n");
      expect(await send("XINFO", "CONSUMERS", "stream", "group")).toBe("*0\r\n");
      expect(await send("OBJECT", "ENCODING", "set")).toBe("$6\r\nintset\r\n");
    }
  });

  it("brings back deleted keys, times to live, flushed and swapped databases", async () => {
    const { send } = await start();
    server.clock.freeze();
    await send("SET", "gone", "1", "PX", "500");
    await send("SET", "kept", "1", "PX", "9000");
    await send("SET", "plain", "1");
    await send("SELECT", "1");
    await send("SET", "other", "1");
    const before = picture();
    const snapshot = server.snapshot();
    server.clock.advance(1000);
    expect(server.keys()).toEqual(["kept", "plain"]);
    server.restore(snapshot);
    expect(picture()).toEqual(before);
    await send("SELECT", "0");
    expect(await send("PTTL", "gone")).toBe(":500\r\n");
    await send("PERSIST", "kept");
    await send("PEXPIRE", "plain", "5");
    await send("RENAME", "plain", "gone");
    await send("SWAPDB", "0", "1");
    await send("SET", "new", "1");
    server.restore(snapshot);
    expect(picture()).toEqual(before);
    await send("FLUSHALL");
    await send("SET", "new", "1");
    server.restore(snapshot);
    expect(picture()).toEqual(before);
    server.flush();
    expect(server.keys(1)).toEqual([]);
    server.restore(snapshot);
    expect(picture()).toEqual(before);
  });

  it("can be restored in any order with others, through any commands", async () => {
    const { send } = await start({ seed: 20260101 });
    server.clock.freeze();
    let state = 1;
    const draw = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >> 8) % below;
    };
    const key = (): string => `k${draw(12)}`;
    const commands: (() => string[])[] = [
      () => ["SET", key(), `${draw(100)}`],
      () => ["SET", key(), "x", "PX", `${1 + draw(500)}`],
      () => ["APPEND", key(), "y"],
      () => ["INCR", key()],
      () => ["SETRANGE", key(), `${draw(9)}`, "z"],
      () => ["RPUSH", key(), `${draw(9)}`, "b"],
      () => ["LPOP", key()],
      () => ["LMOVE", key(), key(), "LEFT", "RIGHT"],
      () => ["HSET", key(), `f${draw(4)}`, `${draw(9)}`],
      () => ["HDEL", key(), `f${draw(4)}`],
      () => ["SADD", key(), `${draw(9)}`],
      () => ["SPOP", key()],
      () => ["SMOVE", key(), key(), `${draw(9)}`],
      () => ["SUNIONSTORE", key(), key(), key()],
      () => ["ZADD", key(), `${draw(9)}`, `m${draw(9)}`],
      () => ["ZPOPMIN", key()],
      () => ["ZUNIONSTORE", key(), "2", key(), key()],
      () => ["XADD", key(), "*", "f", `${draw(9)}`],
      () => ["XTRIM", key(), "MAXLEN", "2"],
      () => ["XGROUP", "CREATE", key(), "g", "0"],
      () => ["XREADGROUP", "GROUP", "g", "c", "STREAMS", key(), ">"],
      () => ["DEL", key()],
      () => ["RENAME", key(), key()],
      () => ["COPY", key(), key(), "REPLACE"],
      () => ["PEXPIRE", key(), `${1 + draw(500)}`],
      () => ["PERSIST", key()],
      () => ["MOVE", key(), "1"],
      () => ["SELECT", `${draw(2)}`],
      () => [
        "EVAL",
        "redis.call('RPUSH', KEYS[1], 'lua') return redis.call('GET', KEYS[2])",
        "2",
        key(),
        key(),
      ],
      () => ["SORT", key(), "ALPHA", "STORE", key()],
      () => ["KEYS", "*"],
      () => ["FLUSHDB"],
      () => ["SWAPDB", "0", "1"],
    ];
    const taken: { snapshot: ReturnType<MiniServer["snapshot"]>; picture: unknown }[] = [];
    await send("EVAL", "return 1", "0");
    await server.waitForIdle();
    for (let step = 0; step < 1500; step++) {
      const chance = draw(40);
      if (chance === 0) taken.push({ snapshot: server.snapshot(), picture: picture() });
      else if (chance === 1 && taken.length > 0) {
        const { snapshot, picture: before } = taken[draw(taken.length)];
        server.restore(snapshot);
        expect(picture()).toEqual(before);
      } else if (chance === 2) server.clock.advance(draw(300));
      else {
        // Emptying everything is rare, or there would be nothing to compare.
        const at = draw(draw(5) === 0 ? commands.length : commands.length - 2);
        await send(...commands[at]());
      }
    }
    expect(taken.length).toBeGreaterThan(20);
    for (const { snapshot, picture: before } of [...taken, ...taken.reverse()]) {
      server.restore(snapshot);
      expect(picture()).toEqual(before);
    }
  });

  it("takes no time that depends on the amount of data", async () => {
    const { send } = await start();
    const fill = "for i = 1, ARGV[1] do redis.call('SET', 'key:' .. i, i) end";
    await send("EVAL", fill, "0", "1");
    await server.waitForIdle();
    await send("EVAL", fill, "0", "100000");
    const [database] = server.engine.databases;
    const snapshot = server.snapshot();
    // What stands in memory says it better than a clock: no key but the one written to has been copied.
    const values = [...database.entries()].map((entry) => entry);
    await send("SET", "key:7", "other");
    await send("DEL", "key:9");
    server.restore(snapshot);
    const now = [...database.entries()];
    expect(now).toHaveLength(100_000);
    expect(now.filter((entry, i) => entry !== values[i]).length).toBeLessThanOrEqual(3);
    expect(await send("GET", "key:7")).toBe("$1\r\n7\r\n");
    expect(await send("GET", "key:9")).toBe("$1\r\n9\r\n");
  });

  it("keeps connections, breaks watches, and lets blocked clients look again", async () => {
    const one = await start();
    const two = inProcessClient(server);
    await one.send("RPUSH", "list", "a");
    const snapshot = server.snapshot();
    await one.send("DEL", "list");
    await one.send("CONFIG", "SET", "maxclients", "77");
    await one.send("SELECT", "3");
    await one.send("WATCH", "x");
    await two.send("BLPOP", "list", "0");
    await one.send("GET", "x");
    server.restore(snapshot);
    expect(await two.send("PING")).toBe("*2\r\n$4\r\nlist\r\n$1\r\na\r\n+PONG\r\n");
    await one.send("MULTI");
    await one.send("GET", "x");
    expect(await one.send("EXEC")).toBe("*-1\r\n");
    expect(await one.send("CLIENT", "INFO")).toContain("db=3");
    expect(await one.send("CONFIG", "GET", "maxclients")).toContain("77");
    // What the blocked client took was its own.
    server.restore(snapshot);
    expect(server.dump().list.value).toEqual(["a"]);
  });

  it("brings back consumer groups, whoever reads first", async () => {
    const one = await start();
    const two = inProcessClient(server);
    await one.send("XGROUP", "CREATE", "stream", "group", "0", "MKSTREAM");
    await one.send("XADD", "stream", "1-1", "f", "v");
    const read = ["XREADGROUP", "GROUP", "group", "me", "BLOCK", "0", "STREAMS", "stream", ">"];
    const snapshot = server.snapshot();
    for (let round = 0; round < 2; round++) {
      expect(await one.send(...read)).toContain("1-1");
      expect(await two.send(...read)).toBe("");
      await one.send("GET", "x");
      // It has waited for what is there again, and takes it from a copy.
      server.restore(snapshot);
      expect(await one.send("XPENDING", "stream", "group")).toMatch(/^\*4\r\n:1\r\n/);
      expect(two.take()).toContain("1-1");
      server.restore(snapshot);
      expect(await one.send("XPENDING", "stream", "group")).toMatch(/^\*4\r\n:0\r\n/);
    }
  });

  it("sets clock and seeded random numbers back", async () => {
    const { send } = await start({ seed: 5 });
    await send("SADD", "set", ..."abcdefghijklmnop");
    await send("SET", "session", "1", "EX", "60");
    const snapshot = server.snapshot();
    const first = await send("SRANDMEMBER", "set", "-9");
    expect(await send("SRANDMEMBER", "set", "-9")).not.toBe(first);
    server.clock.advance(60_000);
    expect(await send("EXISTS", "session")).toBe(":0\r\n");
    server.restore(snapshot);
    expect(await send("EXISTS", "session")).toBe(":1\r\n");
    expect(await send("OBJECT", "IDLETIME", "session")).toBe(":0\r\n");
    expect(await send("SRANDMEMBER", "set", "-9")).toBe(first);
  });

  it("is of one server", async () => {
    await start();
    const other = await MiniServer.start({ listen: false });
    expect(() => other.restore(server.snapshot())).toThrow(TypeError);
    await other.close();
  });

  it("works with keys whose size is measured", async () => {
    const { send } = await start({ config: { maxmemory: "100mb" } });
    await send("SET", "a", "1".repeat(1000));
    await send("SET", "b", "1".repeat(1000));
    const [database] = server.engine.databases;
    const { bytes } = database;
    const snapshot = server.snapshot();
    await send("DEL", "a");
    await send("APPEND", "b", "x".repeat(5000));
    expect(database.bytes).not.toBe(bytes);
    server.restore(snapshot);
    expect(database.bytes).toBe(bytes);
  });
});

describe("keys and dump", () => {
  it("show the data as plain objects", async () => {
    const { send } = await start();
    server.clock.freeze();
    await send("SET", "text", Buffer.from("é").toString("latin1"), "PX", "5000");
    await send("SET", "bytes", "\xff\x00");
    await send("INCR", "n");
    await send("RPUSH", "list", "b", "a");
    await send("SADD", "set", "b", "a");
    await send("HSET", "hash", "f", "v", "__proto__", "w");
    await send("ZADD", "zset", "2", "b", "1.5", "a", "+inf", "c");
    await send("XADD", "stream", "1-2", "f", "v", "f", "w");
    expect(server.keys()).toEqual(["bytes", "hash", "list", "n", "set", "stream", "text", "zset"]);
    const dump = server.dump();
    expect(Object.keys(dump)).toEqual(server.keys());
    expect(dump).toEqual({
      bytes: { type: "string", value: Buffer.from([255, 0]) },
      hash: {
        type: "hash",
        value: Object.fromEntries([
          ["f", "v"],
          ["__proto__", "w"],
        ]),
      },
      list: { type: "list", value: ["b", "a"] },
      n: { type: "string", value: "1" },
      set: { type: "set", value: ["a", "b"] },
      stream: {
        type: "stream",
        value: [
          {
            id: "1-2",
            fields: [
              ["f", "v"],
              ["f", "w"],
            ],
          },
        ],
      },
      text: { type: "string", value: "é", ttl: 5000 },
      zset: {
        type: "zset",
        value: [
          { member: "a", score: 1.5 },
          { member: "b", score: 2 },
          { member: "c", score: Number.POSITIVE_INFINITY },
        ],
      },
    });
    server.clock.advance(5000);
    expect(server.keys()).not.toContain("text");
    expect(server.dump(1)).toEqual({});
    expect(() => server.dump(16)).toThrow(RangeError);
  });
});
