/** The mini server beside redis-server, under Redis's own load generator. */
import { existsSync } from "node:fs";
import { connect, wireOf } from "./contenders/floor.mjs";
import { run, startMiniServer, startRedisServer } from "./processes.mjs";

/** In this order: RPOP finds what LPUSH pushed, SPOP what SADD added. */
export const TESTS = [
  ...["SET", "GET", "INCR", "LPUSH", "RPOP", "SADD", "HSET", "SPOP", "ZADD", "LRANGE_100", "MSET"],
];
export const DEPTHS = [1, 16];
export const SERVERS = ["redis-server", "mini server"];
const CLIENTS = 50;
const STARTS = 15;

/** The scenario name of the tests with `depth` commands a write. */
export const scenarioOf = (depth, test) => `redis-benchmark -P ${depth} ${test}`;

/** Requests per second of each test, both servers in turn. */
export async function measureCommands({ rounds, quick, keyspace, dist, say }, measurements) {
  if (!existsSync(new URL("cli.js", dist))) {
    measurements.addFailure(
      "redis-benchmark",
      "mini server",
      new Error("There is no cli.js in the built package"),
    );
    return;
  }
  const servers = [
    ["redis-server", await startRedisServer()],
    ["mini server", await startMiniServer(dist)],
  ];
  const random = keyspace > 0 ? ["-r", String(keyspace)] : [];
  const rate = async (port, test, depth, requests) => {
    const { output } = await run("redis-benchmark", [
      ...["-h", "127.0.0.1", "-p", String(port), "-c", String(CLIENTS), "-n", String(requests)],
      ...["-P", String(depth), "-t", test.toLowerCase(), "-q", "--csv", ...random],
    ]);
    return rateIn(output, test);
  };
  try {
    for (const depth of DEPTHS) {
      // Half a second each: only many of them say which of two equals is ahead.
      const times = depth === 1 || quick ? rounds : 3 * rounds;
      for (let round = 0; round <= times; round++) {
        for (const [, { port }] of servers) await flush(port);
        for (const test of TESTS) {
          for (const [server, { port, cpuSeconds }] of servers) {
            // Round 0 warms up: compiled code is what a test suite meets after its first seconds.
            const requests = round === 0 ? 20_000 : requestsOf(test, depth, quick);
            const before = cpuSeconds();
            const perSecond = await rate(port, test, depth, requests);
            if (round === 0) continue;
            const figures = { perSecond };
            if (before !== undefined) figures.cpu = ((cpuSeconds() - before) * 1e6) / requests;
            measurements.add(scenarioOf(depth, test), server, figures);
            say(`-P ${depth} ${test} ${round}/${times} ${server}`, figures);
          }
        }
      }
    }
  } catch (error) {
    measurements.addFailure("redis-benchmark", "mini server", error);
  } finally {
    for (const [, server] of servers) await server.stop();
  }
}

function requestsOf(test, depth, quick) {
  const requests = depth === 1 || test === "LRANGE_100" ? 100_000 : 500_000;
  return quick ? requests / 10 : requests;
}

/** The rate in redis-benchmark's CSV: `"LRANGE_100 (first 100 elements)","51046.45","0.785",...`. */
function rateIn(csv, test) {
  for (const line of csv.split("\n")) {
    const [title = "", perSecond] = line.split('","');
    const [name] = title.replace('"', "").split(" ");
    if (name === test && !title.includes("needed to")) return Number.parseFloat(perSecond);
  }
  throw new Error(`redis-benchmark printed no ${test}:\n${csv}`);
}

async function flush(port) {
  const server = await connect({ port });
  await server.send(wireOf("FLUSHALL"));
  server.close();
}

/** What a test suite pays for `MiniServer.start()` and its end, and for the import: fresh processes. */
export async function measureStart({ quick, dist, say }, measurements) {
  const door = new URL("server.js", dist);
  if (!existsSync(door)) {
    measurements.addFailure(
      "mini-server-start",
      "mini server",
      new Error("There is no server.js in the built package"),
    );
    return;
  }
  const program = `
    const begin = performance.now();
    const { MiniServer } = await import(${JSON.stringify(door.href)});
    const imported = performance.now();
    const server = await MiniServer.start();
    const started = performance.now();
    await server[Symbol.asyncDispose]();
    const stopped = performance.now();
    console.log(JSON.stringify({ import: imported - begin, start: started - imported, stop: stopped - started }));`;
  try {
    for (let i = 0; i < (quick ? 3 : STARTS); i++) {
      const { output } = await run(process.execPath, ["--input-type=module", "-e", program]);
      measurements.add("mini-server-start", "mini server", JSON.parse(output));
    }
    const of = (metric) => measurements.median("mini-server-start", "mini server", metric);
    say("mini server", { import: of("import"), start: of("start"), stop: of("stop") });
  } catch (error) {
    measurements.addFailure("mini-server-start", "mini server", error);
  }
}
