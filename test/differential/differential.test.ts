/**
 * Random programs, run on redis-server and on the mini server, must be answered alike. What differs is shrunk to
 * a minimal program, which is printed with the seed. One half of the programs speaks RESP2, the other RESP3.
 *
 * - `DIFF_COMMANDS` number of commands of programs that are sent in one piece, a million when left out
 * - `DIFF_TURNS` number of commands of programs in which several clients take turns, 100,000 when left out
 * - `DIFF_SEED` where to start; `random` tries others than the usual programs
 * - `DIFF_TARGETS=redis,redis` compares redis-server with itself: it proves this test
 *   `redis8,mini8` compares Redis 8.0 (`REDIS8_SERVER`) with the mini server that follows it
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { needsRedis, redisAvailable, startTarget, type Target, targetKinds } from "../tools/redis-server.js";
import { seedFrom } from "../tools/seed.js";
import { RawClient } from "../tools/witness.js";
import { firstDifference, type Outcome, outcomes } from "./compare.js";
import { hunt } from "./hunt.js";
import { Crew, interleavedPrograms } from "./interleaved.js";
import { programs } from "./program.js";

const commands = Number(process.env.DIFF_COMMANDS ?? 1_000_000);
const turns = Number(process.env.DIFF_TURNS ?? 100_000);
const seed = seedFrom("DIFF_SEED");
const kinds = targetKinds(process.env.DIFF_TARGETS ?? "redis,mini");

describe.skipIf(!redisAvailable)(needsRedis("random programs"), () => {
  const targets: Target[] = [];

  beforeAll(async () => {
    for (const kind of kinds) targets.push(await startTarget(kind));
  });

  afterAll(async () => {
    for (const target of targets) await target.stop();
  });

  test(`${commands} commands are answered alike`, { timeout: 3_600_000 }, async () => {
    const duel = new Duel(
      ({ port, host }) => RawClient.connect(port, host),
      (client) => client.close(),
      outcomes,
    );
    const found = await hunt({
      programs: programs(250),
      total: commands,
      seed,
      lengthOf: (program) => program.lines.length,
      differenceOf: (program) => duel.differenceOf(program, targets),
      smaller: (program) => program.smaller(),
    });
    duel.end();
    if (found !== undefined) expect.fail(found);
  });

  // Redis 8.0 does not answer a failed AUTH in a pipeline, so that such programs cannot be run there.
  const turnsTest = kinds.includes("redis8") ? test.skip : test;
  turnsTest(
    `${turns} commands of clients that take turns are answered alike`,
    {
      timeout: 3_600_000,
    },
    async () => {
      const duel = new Duel(
        (target) => Crew.gather(target),
        (crew) => crew.dismiss(),
        (crew: Crew, program: Parameters<Crew["run"]>[0]) => crew.run(program),
      );
      const found = await hunt({
        programs: interleavedPrograms(60),
        total: turns,
        seed,
        lengthOf: (program) => program.length,
        differenceOf: (program) => duel.differenceOf(program, targets),
        smaller: (program) => program.smaller(),
      });
      duel.end();
      if (found !== undefined) expect.fail(found);
    },
  );
});

/** The same program on both servers, over connections that are made anew when a run has failed. */
class Duel<C, P> {
  private readonly connect: (target: Target) => Promise<C>;
  private readonly close: (connected: C) => void;
  private readonly run: (connected: C, program: P) => Promise<Outcome[]>;
  private connected: C[] = [];

  constructor(
    connect: (target: Target) => Promise<C>,
    close: (connected: C) => void,
    run: (connected: C, program: P) => Promise<Outcome[]>,
  ) {
    this.connect = connect;
    this.close = close;
    this.run = run;
  }

  async differenceOf(program: P, targets: readonly Target[]): Promise<string | undefined> {
    if (this.connected.length === 0) this.connected = await Promise.all(targets.map(this.connect));
    try {
      const runs = await Promise.all(this.connected.map((connected) => this.run(connected, program)));
      return firstDifference(kinds, runs);
    } catch (error) {
      // They may be in the middle of a reply.
      this.end();
      return String(error);
    }
  }

  end(): void {
    for (const connected of this.connected.splice(0)) this.close(connected);
  }
}
