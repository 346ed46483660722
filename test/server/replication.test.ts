/** The mini server as the master of a redis-server. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { MiniServer } from "../../src/server/mini-server.js";
import { dice, randomWrite } from "../tools/random-writes.js";
import { needsRedis, redisAvailable, startRedis } from "../tools/redis-server.js";
import { ReplicationTap } from "../tools/replication-tap.js";
import { RawClient } from "../tools/witness.js";

const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function startMaster(config: Record<string, string> = {}) {
  const server = await MiniServer.start({ config });
  closers.push(() => server.close());
  const client = await RawClient.connect(server.port);
  closers.push(() => client.close());
  return { server, client };
}

async function startReplica(port: number) {
  const replica = await startRedis({
    args: [
      "--replicaof",
      `127.0.0.1 ${port}`,
      "--enable-debug-command",
      "yes",
      "--repl-diskless-load",
      "swapdb",
    ],
  });
  closers.push(() => replica.stop());
  const client = await RawClient.connect(replica.port);
  closers.push(() => client.close());
  await until(async () => /master_link_status:up/.test(await text(client, "INFO", "replication")));
  return { replica, client };
}

async function text(client: RawClient, ...words: string[]): Promise<string> {
  return String((await client.call(...words)).value);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error("it does not come to be");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Both hold the same, once the replica has caught up. */
async function expectSame(master: RawClient, replica: RawClient): Promise<void> {
  await until(async () => Number(await text(master, "WAIT", "1", "2000")) === 1);
  expect(await text(replica, "DEBUG", "DIGEST")).toBe(await text(master, "DEBUG", "DIGEST"));
}

describe.skipIf(!redisAvailable)(needsRedis("a redis-server follows the mini server"), () => {
  test("it has the same data after random writes, and after it was away", async () => {
    const { client, server } = await startMaster();
    await client.call(
      "FUNCTION",
      "LOAD",
      "#!lua name=lib\nredis.register_function('f', function() return 1 end)",
    );
    const roll = dice(20261121);
    for (let i = 0; i < 300; i++) await client.call(...randomWrite(roll));
    const replica = await startReplica(server.port);
    expect(JSON.stringify(await replica.client.call("FUNCTION", "LIST"))).toContain("lib");
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 500; i++) {
        const words = randomWrite(roll);
        if (i % 50 === 0) {
          await client.callAll([
            ["MULTI"],
            words,
            randomWrite(roll).filter((word) => word !== "SELECT"),
            ["EXEC"],
          ]);
        } else await client.call(...words);
      }
      await expectSame(client, replica.client);
      if (round % 2 === 0) {
        expect(await text(client, "CLIENT", "KILL", "TYPE", "replica")).toBe("1");
      }
    }
    const stats = await text(client, "INFO", "stats");
    expect(stats).toMatch(/sync_full:1\r/);
    expect(stats).toMatch(/sync_partial_ok:2\r/);
  }, 60_000);

  test("it is listed, and WAIT waits for it", async () => {
    const { client, server } = await startMaster({ "min-replicas-to-write": "1" });
    expect(await text(client, "SET", "k", "v")).toBe("NOREPLICAS Not enough good replicas to write.");
    expect(await text(client, "EVAL", "return redis.call('set', 'k', 'v')", "0")).toContain("NOREPLICAS");
    const replica = await startReplica(server.port);
    const info = await text(client, "INFO", "replication");
    expect(info).toMatch(
      new RegExp(`slave0:ip=127.0.0.1,port=${replica.replica.port},state=online,offset=\\d+,lag=[01]\r`),
    );
    expect(info).toMatch(/min_slaves_good_slaves:1\r/);
    expect(await text(client, "SET", "k", "v")).toBe("OK");
    expect(await text(client, "WAIT", "1", "5000")).toBe("1");
    expect(await text(client, "WAIT", "2", "50")).toBe("1");
    expect(await text(client, "CLIENT", "LIST", "TYPE", "replica")).toMatch(/flags=S /);
    const role = await client.call("ROLE");
    expect(JSON.stringify(role)).toContain(String(replica.replica.port));
  });

  test("it hears messages and what expires", async () => {
    const { client, server } = await startMaster();
    const replica = await startReplica(server.port);
    const listener = await RawClient.connect(replica.replica.port);
    closers.push(() => listener.close());
    await listener.call("SUBSCRIBE", "news");
    await client.call("PUBLISH", "news", "hello");
    expect(JSON.stringify(await listener.next(5000))).toContain("hello");
    await client.call("SET", "k", "v", "PX", "1");
    await until(async () => (await text(replica.client, "DBSIZE")) === "0");
    expect(await text(client, "DBSIZE")).toBe("0");
  });

  test("redis-cli takes the data as a file, and shows the stream", async () => {
    const { client, server } = await startMaster();
    await client.call("RPUSH", "list", "a", "b");
    const folder = mkdtempSync(join(tmpdir(), "replica-"));
    closers.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "copy.rdb");
    const { execFile } = await import("node:child_process");
    await new Promise<void>((resolve, reject) =>
      execFile("redis-cli", ["-p", String(server.port), "--rdb", file], (error) =>
        error ? reject(error) : resolve(),
      ),
    );
    expect(execFileSync("redis-check-rdb", [file]).toString()).toContain("\\o/ RDB looks OK! \\o/");
    const child = execFile("redis-cli", ["-p", String(server.port), "--replica"]);
    closers.push(() => void child.kill());
    let shown = "";
    child.stdout?.on("data", (chunk) => {
      shown += String(chunk);
    });
    await until(async () => /connected_slaves:1/.test(await text(client, "INFO", "replication")));
    await client.call("SET", "seen", "yes");
    await until(async () => shown.includes('"SET","seen","yes"'));
  });

  test("others are served while its data is on the way, and what they write goes behind it", async () => {
    const { client, server } = await startMaster({ "min-replicas-to-write": "0" });
    for (let i = 0; i < 50; i++) await client.call("RPUSH", `list:${i}`, "x");
    // 10 ms for each key.
    await client.call("CONFIG", "SET", "rdb-key-save-delay", "10000");
    const followers = Promise.all([startReplica(server.port), startReplica(server.port)]);
    await until(async () => /slave1:.*state=wait_bgsave/.test(await text(client, "INFO", "replication")));
    const roll = dice(20261122);
    for (let i = 0; i < 200; i++) await client.call(...randomWrite(roll));
    await client.call("SELECT", "0");
    await client.call("DEL", "list:49");
    await client.call("RPUSH", "list:48", "y");
    expect(await text(client, "INFO", "replication")).toMatch(/slave0:.*state=wait_bgsave,offset=0,lag=0\r/);
    expect(JSON.stringify(await client.call("ROLE"))).not.toContain("127.0.0.1");
    expect(await text(client, "WAIT", "1", "10")).toBe("0");
    await client.call("CONFIG", "SET", "rdb-key-save-delay", "0");
    const replicas = await followers;
    await until(async () => (await text(client, "WAIT", "2", "1000")) === "2");
    for (const replica of replicas) await expectSame(client, replica.client);
    expect(await text(client, "INFO", "replication")).toMatch(/slave0:.*state=online/);
  }, 30_000);

  test("all data may be more than output may wait", async () => {
    const { client, server } = await startMaster({ "client-output-buffer-limit": "slave 100kb 100kb 1" });
    for (let i = 0; i < 40; i++) await client.call("SETRANGE", `k${i}`, "300000", "x");
    await client.call("CONFIG", "SET", "rdbcompression", "no");
    const replica = await startReplica(server.port);
    await client.call("SET", "k0", "v");
    await expectSame(client, replica.client);
    expect(await text(client, "INFO", "stats")).toMatch(/sync_full:1\r/);
  });

  test("after a snapshot is restored it comes again for all data", async () => {
    const { client, server } = await startMaster();
    await client.call("SET", "a", "1");
    const snapshot = server.snapshot();
    const replica = await startReplica(server.port);
    await client.call("SET", "a", "2");
    await expectSame(client, replica.client);
    server.restore(snapshot);
    await until(async () => (await text(replica.client, "GET", "a")) === "1");
    server.flush();
    await until(async () => (await text(replica.client, "DBSIZE")) === "0");
  });

  test("what a transaction has no memory for is evicted, and told, behind it", async () => {
    const { server, client } = await startMaster({ "maxmemory-policy": "allkeys-lru" });
    const tap = await ReplicationTap.attach(server.port);
    closers.push(() => tap.close());
    await client.call("MULTI");
    await client.call("INCR", "x");
    await client.call("CONFIG", "SET", "maxmemory", "1");
    await client.call("INCR", "x");
    await client.call("EXEC");
    await until(async () => server.keys().length === 0);
    await client.call("CONFIG", "SET", "maxmemory", "0");
    const told = await tap.upToNow((channel, message) => client.call("PUBLISH", channel, message));
    expect(told.map((words) => words.join(" "))).toEqual([
      "SELECT 0",
      "MULTI",
      "INCR x",
      "INCR x",
      "EXEC",
      "DEL x",
    ]);
  });

  test("INFO and MEMORY STATS tell what is kept for replicas", async () => {
    const { client, server } = await startMaster({ "repl-backlog-size": "100000" });
    const held = async (): Promise<number[]> => {
      const memory = await text(client, "INFO", "memory");
      return ["mem_replication_backlog", "mem_total_replication_buffers", "mem_clients_slaves"].map((name) =>
        Number(new RegExp(`${name}:(\\d+)`).exec(memory)?.[1]),
      );
    };
    expect(await held()).toEqual([0, 0, 0]);
    const replica = connect(server.port, "127.0.0.1");
    closers.push(() => void replica.destroy());
    replica.write("SYNC\r\n");
    replica.pause();
    await until(async () => /connected_slaves:1\r/.test(await text(client, "INFO", "replication")));
    expect(await text(client, "INFO", "clients")).toMatch(/connected_clients:1\r/);
    await client.call("SET", "k", "x".repeat(50_000));
    expect((await held())[0]).toBeGreaterThan(50_000);
    // More than sockets take.
    for (let i = 0; i < 100; i++) await client.call("SET", "k", "x".repeat(200_000));
    const [backlog, all, replicas] = await held();
    expect(backlog).toBe(100_000);
    expect(replicas).toBeGreaterThan(1_000_000);
    expect(all).toBe(backlog + replicas);
    expect(JSON.stringify(await client.call("MEMORY", "STATS"))).toMatch(/replication\.backlog[^0-9]*100000/);
  });

  test("fields that expire, and MSETEX, are told with moments", async () => {
    const server = await MiniServer.start({ compat: "8.4" });
    closers.push(() => server.close());
    server.clock.freeze(1_000_000);
    const tap = await ReplicationTap.attach(server.port);
    closers.push(() => tap.close());
    const client = await RawClient.connect(server.port);
    closers.push(() => client.close());
    await client.call("HSET", "h", "a", "1", "b", "2");
    await client.call("HEXPIRE", "h", "10", "FIELDS", "1", "a");
    await client.call("HGETEX", "h", "PX", "500", "FIELDS", "1", "b");
    await client.call("HSETEX", "h", "EX", "7", "FIELDS", "1", "c", "3");
    await client.call("MSETEX", "2", "x", "1", "y", "2", "EX", "3");
    server.clock.advance(600);
    const told = await tap.upToNow((channel, message) => client.call("PUBLISH", channel, message));
    expect(told.slice(2)).toEqual([
      ["HPEXPIREAT", "h", "1010000", "FIELDS", "1", "a"],
      ["HPEXPIREAT", "h", "1000500", "FIELDS", "1", "b"],
      ["HSETEX", "h", "PXAT", "1007000", "FIELDS", "1", "c", "3"],
      ["MSETEX", "2", "x", "1", "y", "2", "PXAT", "1003000"],
      ["HDEL", "h", "b"],
    ]);
  });
});
