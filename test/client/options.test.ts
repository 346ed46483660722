/** A wrong option is an error that names it and what is allowed, before anything is opened. */
import { describe, expect, it } from "vitest";
import { parseUrl } from "../../src/client/options/url.js";
import { ConnectionPool, OptionError, Redis, type RedisOptions } from "../../src/index.js";

describe("URLs", () => {
  it.each([
    ["redis://localhost", { host: "localhost" }],
    [
      "redis://user:p%40ss@host:7000/3",
      { host: "host", port: 7000, db: 3, username: "user", password: "p@ss" },
    ],
    ["redis://:secret@[::1]:6380", { host: "::1", port: 6380, password: "secret" }],
    ["rediss://h", { host: "h", tls: true }],
    ["valkey://h:1", { host: "h", port: 1 }],
    ["valkeys://h", { host: "h", tls: true }],
    ["unix:///tmp/redis.sock?db=1", { unixSocketPath: "/tmp/redis.sock", db: 1 }],
    ["/tmp/redis.sock", { unixSocketPath: "/tmp/redis.sock" }],
    ["localhost", { host: "localhost" }],
    ["10.0.0.1:7000", { host: "10.0.0.1", port: 7000 }],
    [
      "redis://h?commandTimeout=50&connectionName=me",
      { host: "h", commandTimeout: 50, connectionName: "me" },
    ],
    ["redis://h?pingInterval=0", { host: "h", pingInterval: 0 }],
    ["redis://h?maintenance=disabled", { host: "h", maintenance: "disabled" }],
  ])("%s", (url, options) => {
    expect(parseUrl(url)).toEqual(options);
  });

  it.each([
    ["http://localhost", "url", /scheme http/],
    ["", "url", /empty/],
    ["redis://localhost/abc", "db", /number of a database/],
    ["redis://localhost:99999", "url", /is no URL/],
    ["redis://h?colour=red", "colour", /known: db/],
    ["redis://h?db=x", "db", /an integer/],
    ["redis://:a#b@h", "url", /is no URL|%23/],
    ["redis://:%zz@h", "url", /%25/],
  ])("refuses %s", (url, option, message) => {
    const open = () => new Redis(url);
    expect(open).toThrow(OptionError);
    expect(open).toThrow(message);
    expect(open).toThrow(expect.objectContaining({ option }));
  });

  it("does not show the password of a URL that is none", () => {
    expect(() => new Redis("redis://user:secret@h:port")).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("secret") }),
    );
  });
});

describe("options", () => {
  it.each<[string, unknown, RegExp]>([
    ["port", { port: 0 }, /from 1 to 65535/],
    ["port", { port: "6379" }, /"6379".*integer/],
    ["prot", { prot: 1 }, /Did you mean port/],
    ["maxconnections", { maxconnections: 1 }, /Did you mean maxConnections/],
    ["colour", { colour: 1 }, /Known: url, host/],
    ["host", { host: 1 }, /a string/],
    ["db", { db: -1 }, /integer from 0/],
    ["protocol", { protocol: 4 }, /2, 3/],
    ["parser", { parser: "hiredis" }, /"redis-parser"/],
    ["tls", { tls: "yes" }, /true, false/],
    ["server", { server: {} }, /MiniServer/],
    ["connectionName", { connectionName: "a b" }, /without blanks/],
    ["password", { username: "u" }, /needs a password/],
    ["credentials", { credentials: "x" }, /a function/],
    ["pingInterval", { pingInterval: -1 }, /integer from 0/],
    ["maintenance", { maintenance: "on" }, /"auto", "enabled", "disabled"/],
    ["maintenance", { maintenance: "enabled", protocol: 2 }, /under RESP2/],
    ["maintenance", { maintenance: { mode: "enabled" }, parser: "redis-parser" }, /under RESP2/],
    ["maintenance.mode", { maintenance: { mode: true } }, /"auto", "enabled", "disabled"/],
    ["maintenance.endpointType", { maintenance: { endpointType: "ip" } }, /"external-ip"/],
    ["maintenance.relaxedTimeout", { maintenance: { relaxedTimeout: -1 } }, /integer from 0/],
    ["maintenance.timeout", { maintenance: { timeout: 1 } }, /Known: mode, endpointType, relaxedTimeout/],
    ["retry.attempts", { retry: { attempts: 1.5 } }, /an integer/],
    ["retry.tries", { retry: { tries: 1 } }, /Known: attempts, backoff/],
    ["retry.backoff.base", { retry: { backoff: { base: -1 } } }, /an integer/],
    ["offlineQueue.policy", { offlineQueue: { policy: "drop" } }, /"fail-fast"/],
    ["limits.maxDepth", { limits: { maxDepth: 0 } }, /an integer/],
    ["maxConnections", { maxConnections: 2, shared: 3 }, /at least the 3/],
    ["options", 42, /a URL or an object/],
    ["connectionPool", { connectionPool: {} }, /takes a ConnectionPool/],
  ])("refuses %s", (option, options, message) => {
    const open = () => new Redis(options as RedisOptions);
    expect(open).toThrow(OptionError);
    expect(open).toThrow(message);
    expect(open).toThrow(expect.objectContaining({ option, code: "EOPTION" }));
  });

  it("belong to the pool where one is shared", () => {
    const connectionPool = new ConnectionPool();
    expect(() => new Redis({ connectionPool, port: 1 })).toThrow(/port has no effect/);
    expect(new Redis({ connectionPool }).pool).toBe(connectionPool);
    expect(new Redis(connectionPool).pool).toBe(connectionPool);
  });

  it("beside a URL win over it", () => {
    expect(new Redis({ url: "redis://a:1", port: 2 }).pool.address).toBe("a:2");
  });

  it("of a view are checked too", () => {
    const redis = new Redis();
    expect(() => redis.with({ replies: "bytes" as "buffer" })).toThrow(/"text", "buffer"/);
    expect(() => redis.with({ timout: 1 } as object)).toThrow(/Did you mean timeout/);
    expect(() => redis.with({ signal: {} as AbortSignal })).toThrow(/AbortSignal/);
    expect(() => redis.with({ noRetry: 1 as never })).toThrow(/true or false/);
    expect(() => redis.with({ keyPrefix: "\ud800" })).toThrow(/keyPrefix is .*allowed: a string/);
  });
});

describe("arguments", () => {
  it("that cannot be sent reject the call, or throw where a pipeline is built", async () => {
    const redis = new Redis();
    await expect(redis.set("k", undefined as never)).rejects.toMatchObject({
      name: "ArgumentError",
      message: expect.stringContaining("Argument 2 of SET is undefined; allowed are string"),
    });
    expect(() => redis.pipeline().set("k", null as never)).toThrow("Argument 2 of SET is null");
    expect(redis.status).toBe("idle");
  });

  it.each(["SELECT", "multi", "SUBSCRIBE", "CLIENT REPLY", "monitor"])(
    "call(%s) says what to use instead",
    async (name) => {
      const redis = new Redis();
      await expect(redis.call(name, "x")).rejects.toThrow(
        /changes the state of a connection that others share; use /,
      );
      expect(() => redis.pipeline().call(name, "x")).toThrow(/use /);
    },
  );
});
