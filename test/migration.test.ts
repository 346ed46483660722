/** The migration pages: every call that they tell to write is there, and those on one server are carried out. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as door from "../src/index.js";
import { MiniServer } from "../src/server/index.js";

const docs = resolve(import.meta.dirname, "../docs");
const pages = readdirSync(docs).filter((name) => name.startsWith("migration-from-"));

/** Right-hand cells of the tables, the code in them alone. */
function answers(page: string): string[] {
  return readFileSync(join(docs, page), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split(" | ").at(-1) as string)
    .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code));
}

/** Calls that end by themselves on an empty server; those that need values of the reader's, or modules, do not. */
const RUNS =
  /^(?:await )?redis\.(set|get|with|mset|mget|hset|zadd|zrange|zrangebyscore|xadd|xgroupCreate|configGet|del|pipeline|multi|batch|transaction|scanIterator|hscanIterator)\(/;
const OPEN = /\b(signal|keys, args|\.\.\.)\b|\.\.\.|"buffer" \}\)\s*$/;

describe.each(pages)("docs/%s", (page) => {
  let server: MiniServer;
  let redis: door.Redis;
  beforeAll(async () => {
    server = await MiniServer.start();
    redis = new door.Redis({ server });
  });
  afterAll(async () => {
    await redis.close();
    await server.close();
  });

  it("names methods and exports that are there", () => {
    const sub = redis.pubsub() as unknown as Record<string, unknown>;
    const client = redis as unknown as Record<string, unknown>;
    const missing = answers(page).flatMap((code) => [
      ...[...code.matchAll(/\bredis\.(\w+)\(/g)].filter(([, name]) => typeof client[name] !== "function"),
      ...[...code.matchAll(/\bsub\.(\w+)\(/g)].filter(([, name]) => typeof sub[name] !== "function"),
      ...[...code.matchAll(/^(?:new )?((?:[A-Z]\w+|define\w+|addCommands))\b/g)].filter(
        ([, name]) => !(name in door),
      ),
    ]);
    expect(missing.map(([text]) => text)).toEqual([]);
  });

  const calls = answers(page).filter((code) => RUNS.test(code) && !OPEN.test(code));
  it(`gives ${calls.length} calls that can be made as they stand`, async () => {
    expect(calls.length).toBeGreaterThan(8);
    await redis.rpush("list", "a", "b", "c", "d");
    const failed: string[] = [];
    for (const code of calls) {
      await redis.del("k", "a", "h", "z", "s");
      await redis.xadd("s", { first: "1" });
      try {
        const run = new Function(
          "redis",
          `return (async () => { await (${code.replace(/^await /, "")}); })()`,
        );
        await run(redis);
      } catch (error) {
        failed.push(`${code}: ${error}`);
      }
    }
    expect(failed).toEqual([]);
  });
});
