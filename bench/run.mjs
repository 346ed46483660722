/** `npm run bench`: measures everything side by side in one run, prints it and writes `results/`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureClients, measureImports } from "./client-side.mjs";
import { CONTENDERS } from "./contenders/index.mjs";
import { Measurements } from "./measurements.mjs";
import { tablesOf, toMarkdown, toTerminal } from "./report.mjs";
import { SCENARIOS } from "./scenarios.mjs";
import { measureCommands, measureStart } from "./server-side.mjs";
import { builtPackage, folderUrl, installPeers, machineFacts, versionOf } from "./setup.mjs";
import { judge } from "./targets.mjs";

const CLIENT = Object.keys(SCENARIOS);
const ALL = [...CLIENT, "import", "server-commands", "server-start"];
const NAMES = CONTENDERS.map(({ name }) => name);

const HELP = `npm run bench -- [options]

  --quick            1 round of 0.3 s: does it work? The figures mean nothing
  --only <name>      only this; may be given again. "client" and "server" stand for all of a side.
                     ${ALL.slice(0, 7).join(", ")},
                     ${ALL.slice(7).join(", ")}
  --contender <name> only these clients, and resplendent; may be given again.
                     ${NAMES.join(", ")}
  --rounds <n>       default 5
  --seconds <s>      of each measurement, default 2
  --keyspace <n>     redis-benchmark with random keys and members out of n
  --dist <folder>    measure this build of the package, and build nothing

All of it takes about half an hour, and wants the machine for itself. A whole run goes to
bench/results/latest.md and latest.json, any other to partial.md and partial.json.
`;

const options = readOptions();
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const { only, contenders, quick, rounds, seconds, warmup, keyspace } = options;
const facts = machineFacts();
installPeers();
const dist = options.dist ?? builtPackage();
facts.versions = Object.fromEntries(
  ["ioredis", "iovalkey", "redis", "bun"].map((name) => [name, versionOf(name)]),
);

const measurements = new Measurements();
const given = { contenders, quick, rounds, seconds, warmup, keyspace, dist, say };
const scenarios = CLIENT.filter((name) => only.includes(name));
if (scenarios.length > 0) await measureClients({ ...given, scenarios }, measurements);
if (only.includes("import")) await measureImports(given, measurements);
if (only.includes("server-start")) await measureStart(given, measurements);
if (only.includes("server-commands")) await measureCommands(given, measurements);

const tables = tablesOf(measurements);
process.stdout.write(`\n${toTerminal(tables, facts)}`);
for (const { scenario, subject, message } of measurements.failures) {
  process.stderr.write(`\nFAILED: ${scenario}, ${subject}: ${message}\n`);
}
writeResults();
process.exit(measurements.failures.length > 0 ? 1 : 0);

function writeResults() {
  const folder = new URL("results/", import.meta.url);
  const whole = !quick && only.length === ALL.length && contenders.length === NAMES.length;
  const name = whole ? "latest" : "partial";
  const { failures } = measurements;
  const described = { rounds, seconds, warmup, keyspace };
  const json = { machine: facts, options: described, targets: judge(measurements), failures, measurements };
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(json, null, 1)}\n`);
  writeFileSync(new URL(`${name}.md`, folder), toMarkdown(tables, facts, described, failures));
  process.stdout.write(`\nWritten: ${fileURLToPath(new URL(`${name}.md`, folder))}\n`);
}

function say(what, figures) {
  const text = Object.entries(figures).map(
    ([metric, figure]) => `${metric} ${Number(figure.toPrecision(4))}`,
  );
  process.stderr.write(`${what}: ${text.join(", ")}\n`);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: "boolean" },
        quick: { type: "boolean", default: false },
        only: { type: "string", multiple: true, default: ["client", "import", "server"] },
        contender: { type: "string", multiple: true, default: NAMES },
        rounds: { type: "string" },
        seconds: { type: "string" },
        keyspace: { type: "string" },
        dist: { type: "string" },
      },
    });
    const groups = { client: CLIENT, server: ALL.filter((name) => name.startsWith("server-")) };
    const only = new Set(values.only.flatMap((name) => groups[name] ?? checked("only", name, ALL)));
    const wanted = values.contender.map((name) => checked("contender", name, NAMES));
    const seconds = number("seconds", values.seconds, values.quick ? 0.3 : 2);
    return {
      help: values.help,
      quick: values.quick,
      only: ALL.filter((name) => only.has(name)),
      contenders: NAMES.filter((name) => name === "resplendent" || wanted.includes(name)),
      rounds: Math.ceil(number("rounds", values.rounds, values.quick ? 1 : 5)),
      seconds,
      warmup: Math.min(0.5, seconds),
      keyspace: Math.ceil(number("keyspace", values.keyspace, 0)),
      dist: values.dist && folderUrl(values.dist),
    };
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

function checked(option, value, allowed) {
  if (!allowed.includes(value)) throw new Error(`--${option} ${value}: there is no such thing`);
  return value;
}

function number(option, text, otherwise) {
  const value = text === undefined ? otherwise : Number(text);
  if (!(value > 0) && value !== otherwise) throw new Error(`--${option} ${text}: a number above 0 is wanted`);
  return value;
}
