/** The end of a server whose replicas have not all that was written: they are waited for, or it is called off. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { MiniServer } from "../../src/server/index.js";
import { type InProcessClient, inProcessClient, moment } from "../tools/in-process-client.js";
import { ReplicationTap } from "../tools/replication-tap.js";
import { type ServerProcess, startProcess } from "../tools/server-process.js";
import { RawClient } from "../tools/witness.js";

const FAILED = "-ERR Errors trying to SHUTDOWN. Check logs.\r\n";
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server with a replica that says what it has only when it is told to. */
async function master(config: Record<string, string> = {}) {
  const server = await MiniServer.start({ listen: false, config });
  closers.push(() => server.close());
  server.clock.freeze();
  const replica = inProcessClient(server);
  await replica.send("PSYNC", "?", "-1");
  const client = inProcessClient(server);
  // All data is sent little by little.
  while (!(await info(client, "replication")).includes("state=online")) await moment();
  await client.send("SET", "k", "v");
  return { server, replica, client };
}

/** Have the replica say that it has everything. */
function catchUp(server: MiniServer, replica: InProcessClient): void {
  replica.write("REPLCONF", "ACK", String(server.engine.replication.offset));
}

async function info(client: InProcessClient, section: string): Promise<string> {
  return client.send("INFO", section);
}

describe("SHUTDOWN with a replica that is behind", () => {
  it("ends when the replica has caught up, with writes held back", async () => {
    const { server, replica, client } = await master();
    replica.take();
    const other = inProcessClient(server);
    expect(await client.send("SHUTDOWN")).toBe("");
    expect(replica.take()).toContain("GETACK");
    expect(await info(other, "server")).toMatch(/\r\nshutdown_in_milliseconds:10000\r\n/);
    expect(await info(other, "clients")).toMatch(/\r\nblocked_clients:1\r\n/);
    // A replica is no client.
    expect(await info(other, "clients")).toMatch(/\r\nconnected_clients:2\r\n/);
    expect(await other.send("GET", "k")).toBe("$1\r\nv\r\n");
    expect(await other.send("SET", "k", "w")).toBe("");
    server.clock.advance(4000);
    expect(client.ended).toBe(false);
    replica.write("REPLCONF", "ACK", "1");
    expect(client.ended).toBe(false);
    catchUp(server, replica);
    expect(client.ended).toBe(true);
    expect(other.take()).toBe("");
  });

  it("ends when its time is over, or the replica has gone", async () => {
    const slow = await master({ "shutdown-timeout": "3" });
    slow.client.write("SHUTDOWN");
    slow.server.clock.advance(2999);
    expect(slow.client.ended).toBe(false);
    slow.server.clock.advance(1);
    expect(slow.client.ended).toBe(true);
    const gone = await master();
    gone.client.write("SHUTDOWN");
    expect(gone.client.ended).toBe(false);
    gone.replica.close();
    expect(gone.client.ended).toBe(true);
  });

  it("does not wait with NOW, without a timeout, and for those that have everything", async () => {
    const now = await master();
    await now.client.send("SHUTDOWN", "NOW");
    expect(now.client.ended).toBe(true);
    const never = await master({ "shutdown-timeout": "0" });
    await never.client.send("SHUTDOWN");
    expect(never.client.ended).toBe(true);
    const ready = await master();
    catchUp(ready.server, ready.replica);
    await ready.client.send("SHUTDOWN");
    expect(ready.client.ended).toBe(true);
  });

  it("is called off for all who have asked for it", async () => {
    const { server, replica, client } = await master();
    const [second, third] = [inProcessClient(server), inProcessClient(server)];
    expect(await third.send("SHUTDOWN", "ABORT")).toBe("-ERR No shutdown in progress.\r\n");
    client.write("SHUTDOWN");
    second.write("SHUTDOWN", "NOSAVE");
    expect(await third.send("SET", "k", "w")).toBe("");
    const fourth = inProcessClient(server);
    expect(await fourth.send("SHUTDOWN", "ABORT")).toBe("+OK\r\n");
    await moment();
    expect(client.take()).toBe(FAILED);
    expect(second.take()).toBe(FAILED);
    expect(third.take()).toBe("+OK\r\n");
    expect(await info(client, "server")).not.toContain("shutdown_in_milliseconds");
    catchUp(server, replica);
    server.clock.advance(20_000);
    expect(await client.send("GET", "k")).toBe("$1\r\nw\r\n");
    expect(await fourth.send("SHUTDOWN", "ABORT")).toBe("-ERR No shutdown in progress.\r\n");
  });

  it("leaves CLIENT PAUSE alone, and CLIENT UNPAUSE leaves it alone", async () => {
    const { server, client } = await master();
    const writer = inProcessClient(server);
    await client.send("CLIENT", "PAUSE", "5000", "WRITE");
    client.write("SHUTDOWN");
    expect(client.ended).toBe(false);
    expect(await writer.send("SET", "k", "w")).toBe("");
    const other = inProcessClient(server);
    expect(await other.send("CLIENT", "UNPAUSE")).toBe("+OK\r\n");
    expect(writer.take()).toBe("");
    await other.send("CLIENT", "PAUSE", "5000", "WRITE");
    expect(await other.send("SHUTDOWN", "ABORT")).toBe("+OK\r\n");
    expect(writer.take()).toBe("");
    server.clock.advance(5000);
    await moment();
    expect(writer.take()).toBe("+OK\r\n");
  });

  it("hears from its replicas while everybody is held back", async () => {
    const { server, replica, client } = await master();
    const other = inProcessClient(server);
    client.write("WAIT", "1", "0");
    await other.send("CLIENT", "PAUSE", "60000", "ALL");
    catchUp(server, replica);
    await moment();
    expect(client.take()).toBe(":1\r\n");
  });
});

describe("a signal", () => {
  async function start(...words: string[]): Promise<{ server: ServerProcess; client: RawClient }> {
    const server = await startProcess([
      "--port",
      "0",
      "--save",
      "",
      "--enable-debug-command",
      "yes",
      ...words,
    ]);
    const client = await RawClient.connect(Number(new URL(server.url).port));
    closers.push(
      () => client.close(),
      () => server.stop("SIGKILL"),
    );
    return { server, client };
  }

  /** A replica that never says what it has. */
  async function follow(client: RawClient, server: ServerProcess): Promise<void> {
    const tap = await ReplicationTap.attach(Number(new URL(server.url).port));
    closers.push(() => tap.close());
    await client.call("SET", "k", "v");
  }

  it("is called off before and after it is acted on", async () => {
    const { server, client } = await start();
    await client.call("DEBUG", "PAUSE-CRON", "1");
    server.child.kill("SIGTERM");
    await expect.poll(() => server.output()).toContain("Received SIGTERM scheduling shutdown...");
    expect((await client.call("SHUTDOWN", "ABORT")).value).toBe("OK");
    expect(server.output()).toContain("Shutdown manually aborted.");
    await client.call("DEBUG", "PAUSE-CRON", "0");
    await follow(client, server);
    server.child.kill("SIGTERM");
    await expect.poll(() => server.output()).toContain("Waiting for replicas before shutting down.");
    expect((await client.call("INFO", "server")).value).toMatch(/shutdown_in_milliseconds:\d+/);
    expect((await client.call("SHUTDOWN", "ABORT")).value).toBe("OK");
    expect((await client.call("SET", "k", "w")).value).toBe("OK");
    server.child.kill("SIGTERM");
    await expect.poll(() => server.output().match(/Waiting for replicas/g)).toHaveLength(2);
    // Not worth waiting for.
    server.child.kill("SIGINT");
    expect(await server.ended).toBe(1);
    expect(server.output()).toContain("You insist... exiting now.");
  });

  it("waits for replicas, and says who is behind", async () => {
    const { server, client } = await start("--shutdown-timeout", "1");
    await follow(client, server);
    expect(await server.stop()).toBe(0);
    expect(server.output()).toMatch(
      /Lagging replica 127\.0\.0\.1:<unknown-replica-port> reported offset \d+ behind master, lag=\d+, state=online\./,
    );
    expect(server.output()).toContain("0 of 1 replicas are in sync when shutting down.");
  });

  it("is heard while the last file is being written", async () => {
    const folder = mkdtempSync(join(tmpdir(), "resplendent-shutdown-"));
    closers.push(() => rmSync(folder, { recursive: true }));
    const { server, client } = await start("--dir", folder, "--rdb-key-save-delay", "100000");
    await client.call("CONFIG", "SET", "save", "3600 1");
    await client.call("DEBUG", "POPULATE", "100");
    server.child.kill("SIGINT");
    await expect.poll(() => readdirSync(folder)).toEqual([`temp-${server.child.pid}.rdb`]);
    client.send(["SET", "k", "v"]);
    server.child.kill("SIGINT");
    expect(await server.ended).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("ends no server whose append-only file has no base yet", async () => {
    const folder = mkdtempSync(join(tmpdir(), "resplendent-shutdown-"));
    closers.push(() => rmSync(folder, { recursive: true }));
    const { server, client } = await start("--dir", folder, "--rdb-key-save-delay", "10000000");
    await client.call("SET", "k", "v");
    await client.call("CONFIG", "SET", "appendonly", "yes");
    expect((await client.call("SHUTDOWN")).value).toContain("Errors trying to SHUTDOWN");
    expect(server.output()).toContain("Writing initial AOF, can't exit.");
    expect((await client.call("PING")).value).toBe("PONG");
    client.send(["SHUTDOWN", "FORCE"]);
    expect(await server.ended).toBe(0);
    expect(server.output()).toContain("Writing initial AOF. Exit anyway.");
  });
});
