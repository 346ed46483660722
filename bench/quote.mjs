/** Writes the figures of `results/latest.json` that the README quotes between its two marks: `node bench/quote.mjs`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Measurements } from "./measurements.mjs";
import { cpu, throughput } from "./targets.mjs";

const folder = import.meta.dirname;
const latest = JSON.parse(readFileSync(join(folder, "results", "latest.json"), "utf8"));
const { machine, options } = latest;
const measurements = Measurements.fromJSON(latest.measurements);
const ROWS = [
  ["one GET after the other", "sequential"],
  ["100 GETs in flight", "in-flight-100"],
  ["1000 GETs in flight", "in-flight-1000"],
  ["pipelines of 100", "pipeline-100"],
  ["pipelines of 1000", "pipeline-1000"],
  ["LRANGE of 10,000 elements", "lrange-10000"],
  ["HGETALL of 1,000 fields", "hgetall-1000"],
  ["GET of 1 MB", "get-1mb"],
  ["pub/sub messages", "pubsub"],
];

const rate = (perSecond) =>
  perSecond >= 10_000
    ? `${Math.round(perSecond / 1000).toLocaleString("en")} k/s`
    : `${Math.round(perSecond).toLocaleString("en")} /s`;

const lines = ROWS.flatMap(([title, scenario]) => {
  const ours = measurements.median(scenario, "resplendent", "perSecond");
  if (ours === undefined) return [];
  const [fast, lean] = [throughput(scenario)(measurements), cpu(scenario)(measurements)];
  return `| ${title} | ${rate(ours)} | ${fast.toFixed(1)}x | ${lean.toFixed(2)}x |`;
});

const table = [
  `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, redis-server ${machine.redis}, ${machine.date.slice(0, 10)}; ` +
    `medians of ${options.rounds} rounds, also of their ratios. "Best" is, row by row, the best of ioredis (with and without auto-pipelining), ` +
    "iovalkey and node-redis (with and without its command timeout).",
  "",
  "| | resplendent | throughput, of the best | CPU per operation, of the best |",
  "|---|---:|---:|---:|",
  ...lines,
].join("\n");

const readme = join(folder, "..", "README.md");
const text = readFileSync(readme, "utf8");
writeFileSync(readme, text.replace(/(<!-- bench:start -->)[\s\S]*(<!-- bench:end -->)/, `$1\n${table}\n$2`));
