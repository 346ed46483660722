/**
 * Random programs, run on redis-server and on the mini server, must be answered alike. What differs is shrunk to
 * a minimal program, which is printed with the seed.
 *
 * - `DIFF_COMMANDS` number of commands, 100,000 when left out
 * - `DIFF_SEED` where to start: repeats a run
 * - `DIFF_TARGETS=redis,redis` compares redis-server with itself: it proves this test
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { needsRedis, redisAvailable, startTarget, type Target } from "../tools/redis-server.js";
import { RawClient } from "../tools/witness.js";
import { firstDifference, outcomes } from "./compare.js";
import { Program, programs } from "./program.js";

const total = Number(process.env.DIFF_COMMANDS ?? 100_000);
const firstSeed = Number(process.env.DIFF_SEED ?? Math.floor(Math.random() * 2 ** 31));
const kinds = (process.env.DIFF_TARGETS ?? "redis,mini").split(",");
const RUNS_A_ROUND = 50;

describe.skipIf(!redisAvailable)(needsRedis("random programs"), () => {
  const targets: Target[] = [];
  const clients: RawClient[] = [];

  beforeAll(async () => {
    for (const kind of kinds) targets.push(await startTarget(kind === "redis" ? "redis" : "mini"));
  });

  afterAll(async () => {
    for (const client of clients) client.close();
    for (const target of targets) await target.stop();
  });

  /** Fresh connections: those of a failed run may be in the middle of a reply. */
  async function connect(): Promise<void> {
    for (const client of clients.splice(0)) client.close();
    for (const target of targets) clients.push(await RawClient.connect(target.port, target.host));
  }

  /** What two runs of a program differ in, or `undefined`. */
  async function differenceOf(program: Program): Promise<string | undefined> {
    if (clients.length === 0) await connect();
    try {
      return firstDifference(kinds, await Promise.all(clients.map((client) => outcomes(client, program))));
    } catch (error) {
      await connect();
      return String(error);
    }
  }

  /**
   * Leave out lines one by one for as long as there is a difference: what fast-check's shrinking has left over.
   * MULTI and EXEC stay, because commands that wait stand between them.
   */
  async function reduced(program: Program): Promise<Program> {
    let smallest = program;
    for (let at = smallest.lines.length - 1; at >= 0; at--) {
      if (/^(MULTI|EXEC|DISCARD)$/.test(smallest.lines[at].words[0])) continue;
      const lines = smallest.lines.filter((_, index) => index !== at);
      const fewer = new Program(lines, smallest.protocol, smallest.limits);
      if ((await differenceOf(fewer)) !== undefined) smallest = fewer;
    }
    return smallest;
  }

  test(`${total} commands are answered alike`, { timeout: 3_600_000 }, async () => {
    let sent = 0;
    let seen = "";
    const alike = fc.asyncProperty(programs(150), async (program) => {
      sent += program.lines.length;
      const difference = await differenceOf(program);
      seen = difference ?? seen;
      return difference === undefined;
    });
    for (let round = 0; sent < total; round++) {
      const seed = (firstSeed + round) | 0;
      const outcome = await fc.check(alike, { numRuns: RUNS_A_ROUND, seed });
      if (!outcome.failed || outcome.counterexample === null) continue;
      const program = await reduced(outcome.counterexample[0]);
      const difference = (await differenceOf(program)) ?? `${seen}\n(once, and not again)`;
      expect.fail(`DIFF_SEED=${seed}${fc.stringify(program)}${difference}`);
    }
  });
});
