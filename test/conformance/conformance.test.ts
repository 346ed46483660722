/**
 * Runs every case on redis-server and on the mini server, in RESP2 and RESP3, and compares the replies.
 * Without redis-server the cases run on the mini server alone, which must not answer with an internal error.
 * `CONFORMANCE_TARGETS=redis,redis` compares redis-server with itself: it proves the cases, not the mini server.
 * `CONFORMANCE_TARGETS=redis8,mini8` compares Redis 8.0 (`REDIS8_SERVER`) with the mini server that follows it.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { redisAvailable, startTarget, targetKinds } from "../tools/redis-server.js";
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
      test.each([2, 3] as const)(`${name} (RESP%i)`, async (protocol) => {
        const [reference, other] = await Promise.all(benches.map((bench) => bench.run(text, protocol)));
        const broken = (other ?? reference).filter(({ raw }) => raw.join().includes("-ERR internal error"));
        expect(broken.map(({ line }) => line)).toEqual([]);
        if (other !== undefined) expect(differences(kinds, reference, other)).toBe("");
      });
    }
  });
}
