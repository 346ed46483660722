/**
 * Runs every case on redis-server and on the mini server, in RESP2 and RESP3, and compares the replies.
 * Without redis-server the cases run on the mini server alone, which must not answer with an internal error.
 * A case of a command that the mini server does not have yet is skipped, and its name says so.
 * `CONFORMANCE_TARGETS=redis,redis` compares redis-server with itself: it proves the cases, not the mini server.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handlers } from "../../src/server/engine/commands/index.js";
import { commandOf } from "../../src/spec/lookup.js";
import { redisAvailable, startTarget } from "../tools/redis-server.js";
import { commandsOfCase } from "./coverage.js";
import { deviations } from "./deviations.js";
import { families } from "./families.js";
import { type Answer, Bench } from "./run-case.js";

const kinds = (process.env.CONFORMANCE_TARGETS ?? (redisAvailable ? "redis,mini" : "mini")).split(",");
const benches: Bench[] = [];

beforeAll(async () => {
  for (const kind of kinds)
    benches.push(await Bench.open(await startTarget(kind === "redis" ? "redis" : "mini")));
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
      const missing = kinds.includes("mini") ? missingCommands(text) : [];
      const run = missing.length === 0 ? test : test.skip;
      const title = missing.length === 0 ? name : `${name} (the mini server has no ${missing.join(", ")})`;
      run.each([2, 3] as const)(`${title} (RESP%i)`, async (protocol) => {
        const [reference, other] = await Promise.all(benches.map((bench) => bench.run(text, protocol)));
        const broken = (other ?? reference).filter(({ raw }) => raw.join().includes("-ERR internal error"));
        expect(broken.map(({ line }) => line)).toEqual([]);
        if (other !== undefined) expect(differences(reference, other)).toBe("");
      });
    }
  });
}

/** Commands of redis-server that a case uses and that have no handler. A container's name has none either. */
function missingCommands(text: string): string[] {
  return [...commandsOfCase(text)].filter((name) => !(name in handlers) && !commandOf(name)!.container);
}

/** Each line with unequal replies, as first server and second server answered it. */
function differences(first: readonly Answer[], second: readonly Answer[]): string {
  const out: string[] = [];
  first.forEach((answer, index) => {
    const left = answer.replies.join("\n    ");
    const right = second[index]?.replies.join("\n    ");
    const declared = kinds[0] !== kinds[1] && deviations.has(answer.line);
    if (declared && left === right) out.push(`${answer.line}\n  no longer deviates`);
    if (left !== right && !declared)
      out.push(`${answer.line}\n  ${kinds[0]}:\n    ${left}\n  ${kinds[1]}:\n    ${right}`);
  });
  return out.join("\n");
}
