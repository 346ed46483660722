/** TLS, Unix sockets and passwords, against the mini server. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";
import { socketConnector } from "../../src/transport/tcp.js";

const openssl = spawnSync("openssl", ["version"]).status === 0;
if (!openssl && process.env.CI === "true") throw new Error("openssl is missing on CI");

const folder = mkdtempSync(join(tmpdir(), "resplendent-tls-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!openssl)(`TLS${openssl ? "" : " (skipped: openssl is not installed)"}`, () => {
  let server: MiniServer;
  let key: Buffer;
  let cert: string;
  let other: { key: string; cert: string };
  beforeAll(async () => {
    const own = certificate("localhost", "DNS:localhost,IP:127.0.0.1");
    other = certificate("other.example", "DNS:other.example");
    key = Buffer.from(own.key);
    cert = own.cert;
    server = await MiniServer.start({ tls: own, requirepass: "s3cret" });
  });
  afterAll(() => server.close());

  /** A key and a certificate that vouches for itself. */
  function certificate(name: string, altName: string): { key: string; cert: string } {
    const files = { key: join(folder, `${name}-key.pem`), cert: join(folder, `${name}-cert.pem`) };
    const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=${altName}`];
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
    return { key: readFileSync(files.key, "utf8"), cert: readFileSync(files.cert, "utf8") };
  }

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

  it("carries values as streams, both ways and at the reader's pace", async () => {
    await using redis = new Redis({ url: server.url, tls: { ca: cert } });
    const value = randomBytes(5_000_000);
    const source = Readable.from([value.subarray(0, 1_000_003), value.subarray(1_000_003)]);
    expect(await redis.setStream("streamed", source, { length: value.length })).toBe("OK");
    const chunks: Uint8Array[] = [];
    for await (const chunk of redis.getStream("streamed")) {
      chunks.push(chunk);
      // Nobody reads for a moment: what comes meanwhile waits in the socket.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(Buffer.concat(chunks).equals(value)).toBe(true);
  });

  it("refuses a certificate that nobody vouches for, at once, and says what to do", async () => {
    const redis = new Redis({ url: server.url, retry: { attempts: 1000, backoff: () => 1000 } });
    await expect(redis.get("a")).rejects.toMatchObject({
      name: "ConnectionError",
      code: "DEPTH_ZERO_SELF_SIGNED_CERT",
      sent: "no",
      message: expect.stringMatching(/give its authority in tls\.ca/),
    });
    await redis.close();
  });

  it("refuses a certificate for another name, unless tls.servername is that name", async () => {
    await using elsewhere = await MiniServer.start({ tls: other });
    const { port } = elsewhere;
    const wrong = new Redis({ host: "localhost", port, tls: { ca: other.cert }, retry: { attempts: 0 } });
    await expect(wrong.get("a")).rejects.toMatchObject({
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
      message: expect.stringMatching(/set tls\.servername/),
    });
    await wrong.close();
    const right = new Redis({
      host: "localhost",
      port,
      tls: { ca: other.cert, servername: "other.example" },
    });
    expect(await right.ping()).toBe("PONG");
    await right.close();
  });

  it("sends the name of the host, or tls.servername, so that the server can choose (SNI)", async () => {
    const named: string[] = [];
    const SNICallback = (name: string, done: (error: Error | null) => void) => {
      named.push(name);
      done(null);
    };
    await using choosing = await MiniServer.start({ tls: { key, cert, SNICallback } });
    for (const [host, servername] of [
      ["localhost", undefined],
      ["127.0.0.1", "localhost"],
      ["127.0.0.1", undefined],
    ]) {
      const tls = { ca: cert, ...(servername === undefined ? {} : { servername }) };
      const redis = new Redis({ host: host as string, port: choosing.port, tls });
      expect(await redis.ping()).toBe("PONG");
      await redis.close();
    }
    expect(named).toEqual(["localhost", "localhost"]);
  });

  it("is checked for the configured name when the server has moved to an address, else for the new name", async () => {
    const named: string[] = [];
    const SNICallback = (name: string, done: (error: Error | null) => void) => {
      named.push(name);
      done(null);
    };
    const byAddress = certificate("address", "IP:10.1.2.3");
    /** Move from `host` to `to`, where the server shows `shown`. @returns `null`, or the code of the error */
    const moved = async (host: string, to: string, shown: { key: string; cert: string }) => {
      await using moving = await MiniServer.start({ tls: { ...shown, SNICallback } });
      const connector = socketConnector({ host, port: 1, tls: { ca: shown.cert }, keepAlive: 0 });
      const handler = { data() {}, drained() {}, closed() {} };
      return await connector
        .elsewhere?.(to, moving.port)
        .open(handler, 2000)
        .then(
          (transport) => {
            transport.destroy();
            return null;
          },
          (error: { code: string }) => error.code,
        );
    };
    const own = { key: String(key), cert };
    expect(await moved("other.example", "127.0.0.1", other)).toBe(null);
    expect(await moved("other.example", "127.0.0.1", own)).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await moved("other.example", "localhost", own)).toBe(null);
    expect(await moved("other.example", "localhost", other)).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(named).toEqual(["other.example", "other.example", "localhost", "localhost"]);
    expect(await moved("10.1.2.3", "127.0.0.1", byAddress)).toBe(null);
    expect(await moved("10.1.2.3", "127.0.0.1", own)).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(named).toHaveLength(4);
  });

  it("shows a certificate of its own where the server wants one", async () => {
    const tls = { key, cert, ca: other.cert, requestCert: true, rejectUnauthorized: true };
    await using strict = await MiniServer.start({ tls });
    const address = { host: "localhost", port: strict.port, retry: { attempts: 0 } };
    const known = new Redis({ ...address, tls: { ca: cert, ...other } });
    expect(await known.ping()).toBe("PONG");
    await known.close();
    const unknown = new Redis({ ...address, tls: { ca: cert } });
    await expect(unknown.ping()).rejects.toMatchObject({
      name: "ConnectionError",
      sent: "no",
      message: expect.stringMatching(/wants one: set tls\.cert and tls\.key/),
    });
    await unknown.close();
  });

  it("asks a function at each connect, so that a renewed certificate is used", async () => {
    let asked = 0;
    const tls = async () => {
      asked++;
      return { ca: asked === 1 ? other.cert : cert };
    };
    const redis = new Redis({ url: server.url, tls, retry: { attempts: 0 } });
    await expect(redis.ping()).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(await redis.ping()).toBe("PONG");
    const session = await redis.dedicated();
    expect(await session.ping()).toBe("PONG");
    expect(asked).toBe(3);
    await redis.close();
  });

  it("checks the name that was asked for, wherever addressResolver leads", async () => {
    await using elsewhere = await MiniServer.start({ tls: other });
    const { port } = elsewhere;
    const addressResolver = () => ({ host: "127.0.0.1", port });
    const options = { addressResolver, tls: { ca: other.cert }, retry: { attempts: 0 } };
    await using right = new Redis({ host: "other.example", ...options });
    expect(await right.ping()).toBe("PONG");
    await using wrong = new Redis({ host: "another.example", ...options });
    await expect(wrong.ping()).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  });

  it("says so when that function fails, or says nothing", async () => {
    const silent = new Redis({
      url: server.url,
      tls: () => new Promise<never>(() => {}),
      connectTimeout: 30,
      retry: { attempts: 0 },
    });
    await expect(silent.ping()).rejects.toMatchObject({ code: "ETLS", sent: "no" });
    await silent.close();
    const tls = () => {
      throw new Error("no such file");
    };
    const redis = new Redis({ url: server.url, tls, retry: { attempts: 0 } });
    await expect(redis.ping()).rejects.toMatchObject({
      code: "ETLS",
      sent: "no",
      message: expect.stringMatching(/the option tls failed: no such file/),
    });
    await redis.close();
  });

  it("asks whether the server expects TLS at all, when it answers something else", async () => {
    await using plain = await MiniServer.start();
    const redis = new Redis({
      host: "127.0.0.1",
      port: plain.port,
      tls: { ca: cert },
      retry: { attempts: 0 },
    });
    await expect(redis.ping()).rejects.toThrow(/Does the server expect TLS on this port\?/);
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
