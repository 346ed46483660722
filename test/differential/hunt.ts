/** Looks for a random program that two servers answer differently, and makes it as small as it can. */
import fc from "fast-check";

/** How many programs of one seed are tried before the next one. */
const RUNS_A_ROUND = 50;

/** What is hunted. */
export interface Hunt<T> {
  readonly programs: fc.Arbitrary<T>;
  /** Stop behind this many commands. */
  readonly total: number;
  readonly seed: number;
  readonly lengthOf: (program: T) => number;
  /** What two runs of a program differ in, or `undefined`. Must not be rejected. */
  readonly differenceOf: (program: T) => Promise<string | undefined>;
  /** The programs with one part less, the last part first. */
  readonly smaller: (program: T) => Iterable<T>;
}

/** The smallest program found that differs, its difference and its seed; or `undefined`. */
export async function hunt<T>(hunt: Hunt<T>): Promise<string | undefined> {
  let sent = 0;
  let seen = "";
  const alike = fc.asyncProperty(hunt.programs, async (program) => {
    sent += hunt.lengthOf(program);
    const difference = await hunt.differenceOf(program);
    seen = difference ?? seen;
    return difference === undefined;
  });
  for (let round = 0; sent < hunt.total; round++) {
    const seed = (hunt.seed + round) | 0;
    const outcome = await fc.check(alike, { numRuns: RUNS_A_ROUND, seed });
    if (!outcome.failed || outcome.counterexample === null) continue;
    const program = await reduced(outcome.counterexample[0], hunt);
    const difference = (await hunt.differenceOf(program)) ?? `${seen}\n(once, and not again)`;
    return `DIFF_SEED=${seed}${fc.stringify(program)}${difference}`;
  }
  return undefined;
}

/** Leave out parts one by one for as long as there is a difference: what fast-check's shrinking has left over. */
async function reduced<T>(program: T, { differenceOf, smaller }: Hunt<T>): Promise<T> {
  for (let smallest = program; ; ) {
    let found: T | undefined;
    for (const fewer of smaller(smallest)) {
      if ((await differenceOf(fewer)) === undefined) continue;
      found = fewer;
      break;
    }
    if (found === undefined) return smallest;
    smallest = found;
  }
}
