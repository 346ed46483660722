/** TLS, Unix sockets and passwords, against the mini server. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";

const openssl = spawnSync("openssl", ["version"]).status === 0;
if (!openssl && process.env.CI === "true") throw new Error("openssl is missing on CI");

const folder = mkdtempSync(join(tmpdir(), "resplendent-tls-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!openssl)(`TLS${openssl ? "" : " (skipped: openssl is not installed)"}`, () => {
  let server: MiniServer;
  let cert: string;
  beforeAll(async () => {
    const files = { key: join(folder, "key.pem"), cert: join(folder, "cert.pem") };
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    const options = [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "2",
    ];
    execFileSync("openssl", [...options, ...subject, "-keyout", files.key, "-out", files.cert], {
      stdio: "ignore",
    });
    cert = readFileSync(files.cert, "utf8");
    server = await MiniServer.start({ tls: { key: readFileSync(files.key), cert }, requirepass: "s3cret" });
  });
  afterAll(() => server.close());

  it("carries commands, large values and PubSub, with the certificate checked", async () => {
    expect(server.url).toMatch(/^rediss:\/\/:s3cret@/);
    const redis = new Redis({ url: server.url, tls: { ca: cert } });
    const value = "x".repeat(3_000_000);
    expect(await redis.set("large", value)).toBe("OK");
    expect((await redis.get("large")) === value).toBe(true);
    expect(await Promise.all(Array.from({ length: 500 }, () => redis.incr("n")))).toHaveLength(500);
    const sub = redis.pubsub();
    await sub.subscribe("c");
    await redis.publish("c", "hello");
    expect(await sub.getMessage({ timeout: 2000, ignoreSubscribe: true })).toMatchObject({ data: "hello" });
    await sub.close();
    await redis.close();
  });

  it("refuses a certificate that nobody vouches for", async () => {
    const redis = new Redis({ url: server.url, retry: { attempts: 0 } });
    await expect(redis.get("a")).rejects.toMatchObject({ name: "ConnectionError", sent: "no" });
    await redis.close();
  });

  it("says what is wrong when one side speaks plain text", async () => {
    const redis = new Redis({
      host: "127.0.0.1",
      port: server.port,
      connectTimeout: 500,
      retry: { attempts: 0 },
    });
    await expect(redis.get("a")).rejects.toMatchObject({ name: "ConnectionError", sent: "no" });
    await redis.close();
  });
});

it("a Unix socket carries the same", async () => {
  const unixSocketPath = join(folder, "redis.sock");
  await using server = await MiniServer.start({ unixSocketPath });
  expect(server.port).toBeGreaterThan(0);
  const redis = new Redis(`unix://${unixSocketPath}?db=2`);
  expect(await redis.pipeline().set("a", "b").get("a").exec()).toEqual(["OK", "b"]);
  expect(redis.pool.address).toBe(unixSocketPath);
  await redis.close();
});

it("a wrong password is said at once, not after all attempts", async () => {
  await using server = await MiniServer.start({ requirepass: "s3cret" });
  const redis = new Redis({ host: "127.0.0.1", port: server.port, password: "wrong" });
  const error = await redis.get("a").catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: "ReplyError", code: "WRONGPASS" });
  expect((error as Error).message).not.toContain("wrong (");
  await redis.close();
  const asked: number[] = [];
  const credentials = () => {
    asked.push(1);
    return { password: "s3cret" };
  };
  const refreshed = new Redis({ host: "127.0.0.1", port: server.port, credentials });
  expect(await refreshed.set("a", 1)).toBe("OK");
  expect(asked).toEqual([1]);
  await refreshed.close();
});
