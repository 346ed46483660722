/** Commands on redis-server that need more than one server, a file, or a wait: the same values under RESP2 and RESP3. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Commands } from "../../src/commands/index.js";
import type { Sync } from "../../src/commands/mode.js";
import { Redis, ReplyError } from "../../src/index.js";
import { placeCases } from "../commands/wire-place-cases.js";
import { streamCases } from "../commands/wire-stream-cases.js";
import { freePort, needsRedis, redisAvailable, startRedis, type Target } from "../tools/redis-server.js";

/** A server, and a client for each version of the protocol. */
interface Place {
  target: Target;
  clients: readonly [resp2: Redis, resp3: Redis];
}

async function open(args: readonly string[] = []): Promise<Place> {
  const target = await startRedis({ args });
  return {
    target,
    clients: [new Redis({ port: target.port, protocol: 2 }), new Redis({ port: target.port, protocol: 3 })],
  };
}

async function shut({ target, clients }: Place): Promise<void> {
  for (const client of clients) await client.close();
  await target.stop();
}

/** What both clients of a place are told; it must be the same. */
async function both<T>({ clients }: Place, call: (redis: Redis) => Promise<T>): Promise<T> {
  const [two, three] = [await call(clients[0]), await call(clients[1])];
  expect(two).toStrictEqual(three);
  return three;
}

/** Wait until `condition` holds. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries > 1000) throw new Error("it never came to pass");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe.runIf(redisAvailable)(needsRedis("every call on streams, places and HyperLogLogs"), () => {
  let place: Place;
  beforeAll(async () => {
    place = await open();
  });
  afterAll(() => shut(place));

  /** Something for every key that the calls name. */
  async function prepare(redis: Redis): Promise<void> {
    await redis.flushall();
    for (const id of ["1-1", "2-1", "3-1"]) await redis.xadd("s", { a: 1, b: "x" }, { id });
    await redis.xadd("t", { a: 1 }, { id: "1-1" });
    await redis.xgroupCreate("s", "g", 0);
    await redis.xgroupCreate("t", "g", 0);
    await redis.xreadgroup("g", "c", { s: ">" }, { count: 2 });
    await redis.geoadd("k", [
      { member: "a", longitude: 15, latitude: 37 },
      { member: "b", longitude: 15.5, latitude: 37.2 },
    ]);
    await redis.pfadd("a", 1, 2);
    await redis.pfadd("b", 2, 3);
  }

  /** What comes of a call, without what depends on the time of day. */
  async function outcome(redis: Redis, call: (c: Commands<Sync>) => unknown): Promise<unknown> {
    await prepare(redis);
    try {
      const value: unknown = await call(redis as unknown as Commands<Sync>);
      return JSON.parse(JSON.stringify(value ?? null), (key, part: unknown) => {
        if (["idle", "seenTime", "deliveryTime"].includes(key)) return typeof part;
        return typeof part === "string" ? part.replace(/^\d{13}-\d+$/, "an id of now") : part;
      });
    } catch (error) {
      expect(error).toBeInstanceOf(ReplyError);
      return (error as ReplyError).message;
    }
  }

  // PFSELFTEST takes seconds, and a wait without end takes longer.
  const calls = [...streamCases, ...placeCases].filter(([, line]) => !/^PFSELFTEST|BLOCK 0/.test(line));

  it.each(calls)("%s", async (call) => {
    const [two, three] = place.clients;
    expect(await outcome(two, call)).toStrictEqual(await outcome(three, call));
  });
});

describe.runIf(redisAvailable)(needsRedis("streams"), () => {
  let place: Place;
  beforeAll(async () => {
    place = await open();
  });
  afterAll(() => shut(place));

  it("are read as soon as there is something", async () => {
    for (const redis of place.clients) {
      await redis.flushall();
      await redis.xgroupCreate("s", "g", "$", { mkStream: true });
      const read = redis.xread({ s: "$" }, { block: 10_000 });
      const group = redis.xreadgroup("g", "c", { s: ">" }, { block: 10_000 });
      await until(async () => (await redis.info("clients")).includes("blocked_clients:2"));
      const id = await redis.xadd("s", { a: "b" });
      const entries = [{ id, fields: { a: "b" } }];
      expect(await read).toEqual([{ key: "s", entries }]);
      expect(await group).toEqual([{ key: "s", entries }]);
    }
  });

  it("work in pipelines, transactions, and as bytes", async () => {
    for (const redis of place.clients) {
      await redis.flushall();
      const byte = Buffer.from([0xff]);
      const bytes = redis.with({ replies: "buffer" });
      const [id] = await redis.pipeline().xadd(byte, { a: byte }, { id: "1-1" }).exec();
      expect(id).toBe("1-1");
      expect(await bytes.xread([[byte, 0]])).toEqual([
        { key: byte, entries: [{ id: "1-1", fields: { a: byte } }] },
      ]);
      expect(
        await bytes
          .multi()
          .xgroupCreate(byte, byte, 0)
          .xreadgroup(byte, byte, [[byte, ">"]])
          .xlen(byte)
          .exec(),
      ).toEqual(["OK", [{ key: byte, entries: [{ id: "1-1", fields: { a: byte } }] }], 1]);
      expect(await bytes.xpending(byte, byte)).toEqual({
        pending: 1,
        smallestId: "1-1",
        greatestId: "1-1",
        consumers: [{ name: byte, pending: 1 }],
      });
      expect((await bytes.xinfoGroups(byte))[0].name).toEqual(byte);
    }
  });
});

describe.runIf(redisAvailable)(needsRedis("users in a file, modules, the end"), () => {
  let dir: string;
  let place: Place;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "users-"));
    const file = join(dir, "users.acl");
    writeFileSync(file, "user default on nopass ~* &* +@all\n");
    place = await open(["--aclfile", file, "--enable-module-command", "yes"]);
  });
  afterAll(async () => {
    await shut(place);
    rmSync(dir, { recursive: true });
  });

  it("are saved and loaded", async () => {
    await both(place, (redis) => redis.aclSetuser("ada", "on", "~a*", "+get"));
    expect(await both(place, (redis) => redis.aclSave())).toBe("OK");
    await both(place, (redis) => redis.aclSetuser("ada", "off"));
    expect(await both(place, (redis) => redis.aclLoad())).toBe("OK");
    expect(await both(place, (redis) => redis.aclGetuser("ada"))).toMatchObject({
      flags: ["on"],
      keys: "~a*",
    });
  });

  it("are refused where they should be", async () => {
    const refused = (call: (redis: Redis) => Promise<unknown>) =>
      both(place, (redis) =>
        call(redis).then(
          () => "no error",
          (error: Error) => error.message,
        ),
      );
    expect(await refused((redis) => redis.moduleLoad("/no.so", "a"))).toMatch(/^ERR Error loading/);
    expect(await refused((redis) => redis.moduleLoadex("/no.so", { config: { a: 1 }, args: ["b"] }))).toMatch(
      /^ERR Error loading/,
    );
    expect(await refused((redis) => redis.moduleUnload("no"))).toMatch(/^ERR Error unloading/);
    expect(await refused((redis) => redis.shutdownAbort())).toBe("ERR No shutdown in progress.");
    expect(await refused((redis) => redis.failover({ abort: true }))).toBe("ERR No failover in progress.");
    expect(await refused((redis) => redis.clusterInfo())).toMatch(/cluster support disabled/);
    expect(await refused((redis) => redis.debugObject("a"))).toMatch(/^ERR DEBUG command not allowed/);
  });
});

describe.runIf(redisAvailable)(needsRedis("replication"), () => {
  let one: Place;
  let other: Place;
  beforeAll(async () => {
    [one, other] = await Promise.all([
      open(["--repl-diskless-sync-delay", "0"]),
      open(["--repl-diskless-sync-delay", "0"]),
    ]);
  });
  afterAll(() => Promise.all([shut(one), shut(other)]));

  it("begins, changes sides and ends", async () => {
    const [master] = one.clients;
    const [replica] = other.clients;
    const address = { host: "127.0.0.1", port: one.target.port };
    expect(await replica.replicaof(address)).toBe("OK");
    expect(await both(other, (redis) => redis.slaveof(address))).toMatch(/^OK Already connected/);
    await until(async () => {
      const role = await master.role();
      return role.role === "master" && role.replicas.length === 1;
    });
    await until(async () => {
      const role = await replica.role();
      return role.role === "slave" && role.state === "connected";
    });
    await master.set("k", "v");
    expect(await master.wait(1, 5000)).toBe(1);
    expect(await master.failover({ to: { host: "127.0.0.1", port: other.target.port }, timeout: 5000 })).toBe(
      "OK",
    );
    await until(async () => (await replica.role()).role === "master");
    await until(async () => (await master.role()).role === "slave");
    expect(await both(one, (redis) => redis.replicaof("no one"))).toBe("OK");
    expect(await both(one, async (redis) => (await redis.role()).role)).toBe("master");
  });
});

describe.runIf(redisAvailable)(needsRedis("clusters"), () => {
  let one: Place;
  let other: Place;
  const ports: number[] = [];
  beforeAll(async () => {
    const start = async () => {
      const port = await freePort();
      ports.push(port);
      return open(["--cluster-enabled", "yes", "--cluster-port", String(port)]);
    };
    one = await start();
    other = await start();
  });
  afterAll(() => Promise.all([shut(one), shut(other)]));

  it("are made, asked and taken apart", async () => {
    const [first] = one.clients;
    const [second] = other.clients;
    const id = await both(one, (redis) => redis.clusterMyid());
    const otherId = await second.clusterMyid();
    expect(await first.clusterSetConfigEpoch(1)).toBe("OK");
    expect(await first.clusterAddslots(0, 1)).toBe("OK");
    expect(await first.clusterDelslots([0, 1])).toBe("OK");
    expect(await first.clusterAddslotsrange([{ start: 0, end: 8191 }])).toBe("OK");
    expect(await second.clusterAddslotsrange({ start: 8192, end: 16383 })).toBe("OK");
    expect(await second.clusterDelslotsrange({ start: 16383, end: 16383 })).toBe("OK");
    expect(await second.clusterAddslots(16383)).toBe("OK");
    expect(await first.clusterMeet("127.0.0.1", other.target.port, ports[1])).toBe("OK");
    for (const client of [first, second]) {
      await until(async () => (await client.clusterInfo()).clusterState === "ok");
    }
    await until(async () => (await first.clusterLinks()).length === 2);

    expect(await both(one, (redis) => redis.clusterSetslot(5, "migrating", otherId))).toBe("OK");
    // Pings and pongs go on while the two ask.
    const nodes = await both(one, async (redis) =>
      (await redis.clusterNodes()).map((node) => ({ ...node, pingSent: 0, pongReceived: 0 })),
    );
    expect(nodes.find((node) => node.id === id)).toMatchObject({
      port: one.target.port,
      busPort: ports[0],
      flags: ["myself", "master"],
      master: null,
      linkState: "connected",
      slots: [{ start: 0, end: 8191 }],
      migrating: [{ slot: 5, node: otherId }],
      importing: [],
    });
    expect(await first.clusterSetslot(5, "stable")).toBe("OK");

    const slots = await both(one, (redis) => redis.clusterSlots());
    expect(slots.find(({ start }) => start === 8192)).toEqual({
      start: 8192,
      end: 16383,
      master: { host: "127.0.0.1", port: other.target.port, id: otherId, metadata: {} },
      replicas: [],
    });
    const shards = await both(one, (redis) => redis.clusterShards());
    expect(shards.find(({ nodes }) => nodes[0].id === otherId)).toMatchObject({
      slots: [{ start: 8192, end: 16383 }],
      nodes: [{ port: other.target.port, role: "master", health: "online", endpoint: "127.0.0.1" }],
    });
    const [link] = await both(one, async (redis) =>
      (await redis.clusterLinks()).map(({ direction, node }) => ({ direction, node })),
    );
    expect(link.node).toBe(otherId);

    // "b" belongs to slot 3300, of the first node.
    expect(await both(one, (redis) => redis.clusterKeyslot("b"))).toBe(3300);
    await first.set("b", 1);
    expect(await both(one, (redis) => redis.clusterCountkeysinslot(3300))).toBe(1);
    expect(await both(one, (redis) => redis.clusterGetkeysinslot(3300, 10))).toEqual(["b"]);
    expect(await both(one, (redis) => redis.clusterCountFailureReports(otherId))).toBe(0);
    expect(await both(one, (redis) => redis.clusterReplicas(id))).toEqual([]);
    expect(await both(one, (redis) => redis.clusterSlaves(id))).toEqual([]);
    expect(await first.clusterBumpepoch()).toMatch(/^(BUMPED|STILL) \d+$/);
    expect(await first.clusterSaveconfig()).toBe("OK");
    await expect(first.clusterFailover("force")).rejects.toThrow(/to a replica/);
    await expect(first.clusterReplicate("no")).rejects.toThrow(/Unknown node/);
    expect(await second.clusterFlushslots()).toBe("OK");
    expect(await second.clusterForget(id)).toBe("OK");
    expect(await second.clusterReset("hard")).toBe("OK");
    expect(await second.clusterMyid()).not.toBe(otherId);
  });
});
