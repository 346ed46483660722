/**
 * Tests with vitest: one server a file, its data put back before each test. In a project of yours the imports are
 * `resplendent` and `resplendent/server`, and the file is called `accounts.test.ts`.
 *
 *   npx vitest run                                       on the mini server, in this process
 *   RESPLENDENT_TARGET=redis-server npx vitest run       on a redis-server of this machine
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { type ServerSnapshot, startTestServer, type TestServer } from "../../src/server/index.js";
import { Accounts, SESSION_SECONDS } from "./accounts.js";

let server: TestServer;
let redis: Redis;
let accounts: Accounts;
let seeded: ServerSnapshot | undefined;

beforeAll(async () => {
  server = await startTestServer({ mini: { seed: 1 } });
  redis = new Redis(server.redisOptions);
  accounts = new Accounts(redis);
});

afterAll(async () => {
  await redis.close();
  await server.stop();
});

beforeEach(async () => {
  if (seeded !== undefined && server.mini !== undefined) return server.mini.restore(seeded);
  await redis.flushall();
  await accounts.create("ada");
  // The next tests begin from here without sending anything.
  seeded = server.mini?.snapshot();
});

describe("accounts", () => {
  it("have names of their own", async () => {
    expect(await accounts.create("grace")).toBe(true);
    expect(await accounts.create("ada")).toBe(false);
  });

  it("are as they were for each test", async () => {
    expect(await accounts.signIn("grace")).toBe(null);
    expect(await accounts.signIn("ada")).toBe("token-1");
  });

  it("sign in", async () => {
    expect(await accounts.signIn("ada")).toBe("token-1");
    expect(await accounts.who("token-1")).toBe("ada");
  });
});

// What only the mini server can do: let time pass, fail on demand, tell what it was sent.
describe("sessions", () => {
  it("expire", async ({ skip }) => {
    const { mini } = server;
    if (mini === undefined) return skip("needs the mini server's clock");
    const token = (await accounts.signIn("ada")) ?? "";
    mini.clock.advance(SESSION_SECONDS * 1000 - 1000);
    expect(await accounts.who(token)).toBe("ada");
    mini.clock.advance(1000);
    expect(await accounts.who(token)).toBe(null);
  });

  it("survive a connection that is cut", async ({ skip }) => {
    const { mini } = server;
    if (mini === undefined) return skip("needs the mini server's faults");
    const token = (await accounts.signIn("ada")) ?? "";
    const fault = mini.faults.add({ command: "GET", close: "before", times: 1 });
    expect(await accounts.who(token)).toBe("ada");
    expect(fault.hits).toBe(1);
  });

  it("take three commands", async ({ skip }) => {
    const { mini } = server;
    if (mini === undefined) return skip("needs the mini server's log");
    mini.commandLog.start();
    await accounts.signIn("ada");
    mini.commandLog.stop();
    expect(mini.commandLog.entries().map(({ command }) => command)).toEqual(["EXISTS", "INCR", "SET"]);
    expect(mini.dump()["session:token-1"]).toMatchObject({ type: "string", value: "ada" });
  });
});
