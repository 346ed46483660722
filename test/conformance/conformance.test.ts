/**
 * Runs every case on redis-server and on the mini server, in RESP2 and RESP3, and compares the replies.
 * Without redis-server the cases run on the mini server alone, which must not answer with an internal error.
 * A case of a command that the mini server does not have yet is skipped, and its name says so.
 * `CONFORMANCE_TARGETS=redis,redis` compares redis-server with itself: it proves the cases, not the mini server.
 * `CONFORMANCE_TARGETS=redis8,mini8` compares Redis 8.0 (`REDIS8_SERVER`) with the mini server that follows it.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handlers } from "../../src/server/engine/commands/index.js";
import { commandOf } from "../../src/spec/lookup.js";
import { redisAvailable, startTarget, targetKinds } from "../tools/redis-server.js";
import { commandsOfCase } from "./coverage.js";
import { differences } from "./differences.js";
import { families } from "./families.js";
import { notForLater } from "./later-deviations.js";
import { Bench } from "./run-case.js";

const kinds = targetKinds(process.env.CONFORMANCE_TARGETS ?? (redisAvailable ? "redis,mini" : "mini"));
const benches: Bench[] = [];

beforeAll(async () => {
  for (const kind of kinds) benches.push(await Bench.open(await startTarget(kind)));
});

afterAll(async () => {
  for (const bench of benches) {
    bench.close();
    await bench.target.stop();
  }
});

for (const family of families) {
  describe(family.name, () => {
    for (const [name, text] of Object.entries(family.cases)) {
      if (kinds.includes("redis8") && notForLater.has(`${family.name}: ${name}`)) continue;
      const missing = kinds.includes("mini") ? missingCommands(text) : [];
      const run = missing.length === 0 ? test : test.skip;
      const title = missing.length === 0 ? name : `${name} (the mini server has no ${missing.join(", ")})`;
      run.each([2, 3] as const)(`${title} (RESP%i)`, async (protocol) => {
        const [reference, other] = await Promise.all(benches.map((bench) => bench.run(text, protocol)));
        const broken = (other ?? reference).filter(({ raw }) => raw.join().includes("-ERR internal error"));
        expect(broken.map(({ line }) => line)).toEqual([]);
        if (other !== undefined) expect(differences(kinds, reference, other)).toBe("");
      });
    }
  });
}

/** Commands of redis-server that a case uses and that have no handler. A container's name has none either. */
function missingCommands(text: string): string[] {
  return [...commandsOfCase(text)].filter((name) => !(name in handlers) && !commandOf(name)!.container);
}
