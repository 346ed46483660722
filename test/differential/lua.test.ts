/** Small generated Lua scripts, run by redis-server and by the mini server: the replies must be equal to the byte. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MiniServer } from "../../src/server/index.js";
import { SeededRandom } from "../../src/server/testing.js";
import { needsRedis, redisAvailable, startRedis, type Target } from "../tools/redis-server.js";
import { RawClient, show } from "../tools/witness.js";
import { LuaSnippets } from "./lua-snippets.js";

/** More by hand: `LUA_SNIPPETS=200000 LUA_SEED=7 npx vitest run test/differential/lua`. */
const COUNT = Number(process.env.LUA_SNIPPETS ?? 10_000);
const SEED = Number(process.env.LUA_SEED ?? 1);
const BATCH = 200;

/** Tables and functions show where they lie in memory. */
function withoutAddresses(reply: string): string {
  return reply.replace(/\b(table|function|userdata|thread): (0x)?[0-9a-f]+/g, "$1: <address>");
}

describe.skipIf(!redisAvailable)(needsRedis("Lua"), () => {
  let redis: Target;
  let mini: MiniServer;
  let clients: RawClient[];
  beforeAll(async () => {
    redis = await startRedis();
    mini = await MiniServer.start();
    clients = [await RawClient.connect(redis.port), await RawClient.connect(mini.port)];
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await redis.stop();
    await mini.close();
  });

  const replies = async (client: RawClient, scripts: readonly string[]): Promise<string[]> => {
    client.send(
      ["FLUSHALL"],
      ["SCRIPT", "FLUSH"],
      ...scripts.map((script) => ["EVAL", script, "1", "k", "v"]),
    );
    const all: string[] = [];
    for (let i = 0; i < scripts.length + 2; i++) {
      const node = await client.next();
      all.push(node === undefined ? "(closed)" : withoutAddresses(show(node)));
    }
    return all.slice(2);
  };

  it(`answers ${COUNT} scripts as redis-server does`, async () => {
    const random = new SeededRandom(SEED);
    const snippets = new LuaSnippets(() => random.next());
    const differences: string[][] = [];
    for (let done = 0; done < COUNT && differences.length < 5; done += BATCH) {
      const scripts = Array.from({ length: BATCH }, () => snippets.next());
      const [theirs, ours] = await Promise.all(clients.map((client) => replies(client, scripts)));
      const at = scripts.findIndex((_, i) => ours[i] !== theirs[i]);
      if (at !== -1) {
        differences.push([scripts[at], `redis-server: ${theirs[at]}`, `mini server:  ${ours[at]}`]);
      }
    }
    expect(differences).toEqual([]);
  }, 60_000);
});
