/**
 * The same with Node's own test runner. In a project of yours the imports are `resplendent` and `resplendent/server`.
 *
 *   node --import tsx --test examples/testing/node-test.example.ts
 */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Redis } from "../../src/index.js";
import { startTestServer, type TestServer } from "../../src/server/index.js";
import { Accounts, SESSION_SECONDS } from "./accounts.js";

let server: TestServer;
let redis: Redis;
let accounts: Accounts;

before(async () => {
  server = await startTestServer();
  redis = new Redis(server.redisOptions);
  accounts = new Accounts(redis);
});

after(async () => {
  await redis.close();
  await server.stop();
});

beforeEach(async () => {
  await redis.flushall();
  await accounts.create("ada");
});

test("accounts have names of their own", async () => {
  assert.equal(await accounts.create("grace"), true);
  assert.equal(await accounts.create("ada"), false);
});

test("sign-ins expire", async (context) => {
  const token = (await accounts.signIn("ada")) ?? "";
  assert.equal(await accounts.who(token), "ada");
  if (server.mini === undefined) return context.skip("needs the mini server's clock");
  server.mini.clock.advance(SESSION_SECONDS * 1000);
  assert.equal(await accounts.who(token), null);
});
