/**
 * Runs the cases of what came after Redis 7.0 on Redis 8.0 and on the mini server that follows it, in RESP2 and
 * RESP3, and compares the replies. `REDIS8_SERVER` is the path of a redis-server 8.0; without it the cases run on the
 * mini server alone, which must not answer with an internal error.
 * The other families are compared with Redis 8.0 by `CONFORMANCE_TARGETS=redis8,mini8` and `conformance.test.ts`.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { laterServer, needsLater, startTarget, type TargetKind } from "../tools/redis-server.js";
import { differences } from "./differences.js";
import { laterFamilies } from "./later-families.js";
import { Bench } from "./run-case.js";

const kinds: readonly TargetKind[] = laterServer("redis8") === undefined ? ["mini8"] : ["redis8", "mini8"];
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

for (const family of laterFamilies) {
  describe(needsLater("redis8", family.name), () => {
    for (const [name, text] of Object.entries(family.cases)) {
      test.each([2, 3] as const)(`${name} (RESP%i)`, async (protocol) => {
        const [reference, other] = await Promise.all(benches.map((bench) => bench.run(text, protocol)));
        const broken = (other ?? reference).filter(({ raw }) => raw.join().includes("-ERR internal error"));
        expect(broken.map(({ line }) => line)).toEqual([]);
        if (other !== undefined) expect(differences(kinds, reference, other)).toBe("");
      });
    }
  });
}
