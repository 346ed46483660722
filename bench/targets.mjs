/**
 * What is to be reached. A target's `of` gives the figure out of the measurements, or `undefined`
 * when it was not measured. `foundation` is what the first version must reach, `goal` what the
 * project is after; both are bounds, lower ones with `atLeast`, upper ones with `atMost`.
 */
import { namesOf } from "./contenders/index.mjs";
import { DEPTHS, scenarioOf, TESTS } from "./server-side.mjs";

const SELF = "resplendent";
const PEERS = namesOf("peer");
/** Two figures of which neither is better: runs of the same program differ by as much. */
const LEVEL = 0.95;
/** The commands of the first version's target for the mini server. */
const FOUNDATION = ["SET", "GET", "INCR", "LPUSH", "RPOP", "SADD", "HSET", "ZADD"];

const atLeast = (text, of, foundation, goal) => ({ text, of, foundation, goal, bound: "at least" });
const atMost = (text, of, foundation, goal) => ({ text, of, foundation, goal, bound: "at most" });

/** All targets, in the order of the report. */
export const TARGETS = [
  atLeast("100 in flight: throughput, of the best Node peer", throughput("in-flight-100"), 2.2, 2.2),
  atMost("100 in flight: CPU, of the best Node peer", cpu("in-flight-100"), 0.33, 0.33),
  atLeast("1000 in flight: throughput, of the best Node peer", throughput("in-flight-1000"), 2.2, 2.5),
  atMost("1000 in flight: CPU, of the best Node peer", cpu("in-flight-1000"), 0.33, 0.33),
  atLeast("100 in flight: throughput, of Bun", throughput("in-flight-100", ["bun"]), LEVEL, LEVEL),
  atLeast("1000 in flight: throughput, of Bun", throughput("in-flight-1000", ["bun"]), undefined, LEVEL),
  atLeast("batches of 100: throughput, of Bun", throughput("batch-100", ["bun"]), LEVEL, LEVEL),
  atLeast("batches of 1000: throughput, of Bun", throughput("batch-1000", ["bun"]), undefined, LEVEL),
  atLeast("pipelines of 100: throughput, of the best Node peer", throughput("pipeline-100"), 2, 2),
  atLeast("pipelines of 1000: throughput, of the best Node peer", throughput("pipeline-1000"), 2, 2.2),
  atLeast("sequential: throughput, of the best Node peer", throughput("sequential"), LEVEL, 1),
  atMost("sequential: CPU, of the floor", cpu("sequential", ["floor"]), undefined, 1.15),
  atMost("LRANGE of 10,000: CPU, of the best Node peer", cpu("lrange-10000"), 0.5, 0.4),
  atMost("LRANGE of 10,000: CPU, of Bun", cpu("lrange-10000", ["bun"]), undefined, 1 / LEVEL),
  atMost("HGETALL of 1,000: CPU, of the best Node peer", cpu("hgetall-1000"), 0.5, 0.4),
  atMost("HGETALL of 1,000: CPU, of Bun", cpu("hgetall-1000", ["bun"]), undefined, 1 / LEVEL),
  atMost("GET of 1 MB: CPU, of the best Node peer", cpu("get-1mb"), undefined, 0.4),
  atMost("GET of 1 MB: CPU, of Bun", cpu("get-1mb", ["bun"]), undefined, 1 / LEVEL),
  atLeast("pub/sub: messages, of the best Node peer", throughput("pubsub"), undefined, 3),
  atMost("import, ms", (all) => all.median("import", SELF, "milliseconds"), 20, 15),
  // The same on a machine of any speed: ioredis took 64 ms where these bounds were set.
  atMost(
    "import, of ioredis",
    (all) => all.ratio("import", SELF, "ioredis", "milliseconds"),
    20 / 64,
    15 / 64,
  ),
  atMost("a pending command, bytes", (all) => all.median("pending-heap", SELF, "bytes"), undefined, 250),
  atMost("an idle client, KB more than a bare socket", idleBesideFloor, undefined, 200),
  ...DEPTHS.flatMap((depth) =>
    TESTS.map((test) => {
      const first = depth === 1 ? 0.7 : 1;
      return atLeast(
        `mini server, -P ${depth} ${test}: of redis-server`,
        serverRatio(depth, test),
        FOUNDATION.includes(test) ? first : undefined,
        depth === 1 ? 0.75 : 1,
      );
    }),
  ),
  atMost("mini server: start, ms", (all) => all.median("mini-server-start", "mini server", "start"), 5, 5),
  atMost(
    "mini server: stop, ms",
    (all) => all.median("mini-server-start", "mini server", "stop"),
    undefined,
    5,
  ),
];

/** Every target with its figure and whether it is met: `true`, `false`, or `undefined` for what was not measured or asked. */
export function judge(measurements) {
  return TARGETS.map(({ text, of, foundation, goal, bound }) => {
    const figure = of(measurements);
    const met = (limit) => {
      if (figure === undefined || limit === undefined) return undefined;
      return bound === "at least" ? figure >= limit : figure <= limit;
    };
    return { text, bound, figure, foundation, foundationMet: met(foundation), goal, goalMet: met(goal) };
  });
}

/** Throughput of resplendent divided by that of the best of `others`. */
export function throughput(scenario, others = PEERS) {
  return (all) => beside(all, scenario, all.best(scenario, others, "perSecond"), "perSecond");
}

/** CPU per operation of resplendent divided by that of the best of `others`. */
export function cpu(scenario, others = PEERS) {
  return (all) => beside(all, scenario, all.best(scenario, others, "cpu", "lower"), "cpu");
}

function beside(all, scenario, best, metric) {
  return best === undefined ? undefined : all.ratio(scenario, SELF, best.subject, metric);
}

/** A figure of the mini server, by default its requests per second, divided by that of redis-server. */
export function serverRatio(depth, test, metric = "perSecond") {
  return (all) => all.ratio(scenarioOf(depth, test), "mini server", "redis-server", metric);
}

function idleBesideFloor(all) {
  const self = all.median("idle-memory", SELF, "bytes");
  const floor = all.median("idle-memory", "floor", "bytes");
  return self === undefined || floor === undefined ? undefined : (self - floor) / 1000;
}
