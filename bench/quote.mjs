/** Writes the figures of `results/latest.json` that the README quotes between its two marks: `node bench/quote.mjs`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = import.meta.dirname;
const { machine, options, measurements } = JSON.parse(
  readFileSync(join(folder, "results", "latest.json"), "utf8"),
);
const PEERS = ["ioredis", "ioredis-auto", "iovalkey", "node-redis", "node-redis-no-timeout"];
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

const figure = (scenario, contender, metric) => measurements[scenario]?.[contender]?.[metric]?.median;
const rate = (perSecond) =>
  perSecond >= 10_000
    ? `${Math.round(perSecond / 1000).toLocaleString("en")} k/s`
    : `${Math.round(perSecond).toLocaleString("en")} /s`;

const lines = ROWS.filter(([, scenario]) => figure(scenario, "resplendent", "perSecond") !== undefined).map(
  ([title, scenario]) => {
    const fastest = Math.max(...PEERS.map((peer) => figure(scenario, peer, "perSecond") ?? 0));
    const leanest = Math.min(
      ...PEERS.map((peer) => figure(scenario, peer, "cpu") ?? Number.POSITIVE_INFINITY),
    );
    const ours = figure(scenario, "resplendent", "perSecond");
    const cpu = figure(scenario, "resplendent", "cpu");
    return `| ${title} | ${rate(ours)} | ${(ours / fastest).toFixed(1)}x | ${(cpu / leanest).toFixed(2)}x |`;
  },
);

const table = [
  `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, redis-server ${machine.redis}, ${machine.date.slice(0, 10)}; ` +
    `medians of ${options.rounds} rounds. "Best" is, row by row, the best of ioredis (with and without auto-pipelining), ` +
    "iovalkey and node-redis (with and without its command timeout).",
  "",
  "| | resplendent | throughput, of the best | CPU per operation, of the best |",
  "|---|---:|---:|---:|",
  ...lines,
].join("\n");

const readme = join(folder, "..", "README.md");
const text = readFileSync(readme, "utf8");
writeFileSync(readme, text.replace(/(<!-- bench:start -->)[\s\S]*(<!-- bench:end -->)/, `$1\n${table}\n$2`));
