/** The clients side by side: every scenario, round by round, the contenders in turn. */
import { CONTENDERS } from "./contenders/index.mjs";
import { seed } from "./data.mjs";
import { run, startProxy, startRedisServer } from "./processes.mjs";
import { SCENARIOS } from "./scenarios.mjs";
import { BUN } from "./setup.mjs";

/** Fresh processes for each import time; it is a difference of two, and small. */
const IMPORTS = 15;

/** Measure `scenarios` with `contenders`, by name, into `measurements`. */
export async function measureClients(
  { scenarios, contenders, rounds, seconds, warmup, dist, say },
  measurements,
) {
  const server = await startRedisServer();
  const proxy = await startProxy(server.port);
  try {
    await seed(server.port);
    const given = JSON.stringify({ port: server.port, proxyPort: proxy.port, seconds, warmup });
    const env = { ...process.env, BENCH_DIST: dist.href };
    const timeout = 30_000 + (seconds + warmup) * 5000;
    for (const scenario of scenarios) {
      for (let round = 1; round <= rounds; round++) {
        for (const { name, runtime } of CONTENDERS) {
          // Bun counts its heap in another way than Node does.
          if (!contenders.includes(name) || (SCENARIOS[scenario].heap && runtime === "bun")) continue;
          const flags = SCENARIOS[scenario].heap ? ["--expose-gc"] : [];
          const program = runtime === "bun" ? BUN : process.execPath;
          try {
            const { output } = await run(program, [...flags, "worker.mjs", name, scenario, given], {
              timeout,
              env,
            });
            const figures = JSON.parse(output);
            if (figures === null) continue;
            measurements.add(scenario, name, figures);
            say(`${scenario} ${round}/${rounds} ${name}`, figures);
          } catch (error) {
            measurements.addFailure(scenario, name, error);
            say(`${scenario} ${round}/${rounds} ${name} FAILED`, {});
          }
        }
      }
    }
  } finally {
    await proxy.stop();
    await server.stop();
  }
}

/** What `import` of each package costs a fresh process: the whole process, less one that imports nothing. */
export async function measureImports({ contenders, quick, dist, say }, measurements) {
  const packages = CONTENDERS.filter(
    ({ name, runtime }) => contenders.includes(name) && runtime === undefined,
  );
  const programs = packages
    .map(({ name, kind, package: specifier }) => [
      name,
      kind === "self" ? new URL("index.js", dist).href : specifier,
    ])
    .filter(([, specifier]) => specifier !== undefined)
    .map(([name, specifier]) => [name, `import ${JSON.stringify(specifier)};`]);
  // To read a machine's own certificates takes Node longer than any of these imports.
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined };
  const time = async (program) => {
    const { milliseconds } = await run(process.execPath, ["--input-type=module", "-e", program], { env });
    return milliseconds;
  };
  // The first one reads the files from the disk.
  for (const [, program] of programs) await time(program);
  for (let i = 0; i < (quick ? 3 : IMPORTS); i++) {
    measurements.add("import", "nothing", { process: await time("") });
    for (const [name, program] of programs)
      measurements.add("import", name, { process: await time(program) });
  }
  const empty = measurements.median("import", "nothing", "process");
  for (const [name] of programs) {
    for (const whole of measurements.rounds("import", name, "process")) {
      measurements.add("import", name, { milliseconds: whole - empty });
    }
    say(`import ${name}`, { milliseconds: measurements.median("import", name, "milliseconds") });
  }
}
