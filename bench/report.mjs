/** The tables of a run: for the terminal and, in Markdown, for `results/`. */
import { CONTENDERS, namesOf, titleOf } from "./contenders/index.mjs";
import { SCENARIOS } from "./scenarios.mjs";
import { DEPTHS, SERVERS, scenarioOf, TESTS } from "./server-side.mjs";
import { median } from "./statistics.mjs";
import { cpu, judge, serverRatio, throughput } from "./targets.mjs";

const NONE = "-";
const FLOW = Object.keys(SCENARIOS).filter((name) => !SCENARIOS[name].heap);
const COMMANDS = FLOW.filter((name) => SCENARIOS[name].unit === "command");
const REPLIES = FLOW.filter((name) => SCENARIOS[name].unit !== "command");

/** The tables that `measurements` give something for: `{ title, note, head, rows }`, all cells text. */
export function tablesOf(measurements) {
  const per = (scenarios, metric, format) => clientTable(measurements, scenarios, metric, format);
  return [
    {
      title: "Commands: thousands a second",
      note: "Median of the rounds, and the lowest and highest of them.",
      ...per(COMMANDS, "perSecond", thousands),
    },
    { title: "Commands: CPU of the client, us each", ...per(COMMANDS, "cpu", digits) },
    { title: "Big replies and messages: thousands a second", ...per(REPLIES, "perSecond", thousands) },
    { title: "Big replies and messages: CPU of the client, us each", ...per(REPLIES, "cpu", digits) },
    latencyTable(measurements),
    costTable(measurements),
    serverTable(measurements, "Mini server: thousands of requests a second", "perSecond", thousands),
    serverTable(measurements, "Mini server: CPU of the server, us a request", "cpu", digits),
    startTable(measurements),
    targetTable(measurements),
  ].filter(({ rows }) => rows.length > 0);
}

/** Plain text, aligned. */
export function toTerminal(tables, facts) {
  const blocks = tables.map(({ title, head, rows }) => {
    const lines = [head, ...rows].map((cells) => cells.map((cell) => cell.replace(/ \(.*\)/, "")));
    const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
    const text = lines.map((cells) =>
      cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[i]))).join("  "),
    );
    return [title, "=".repeat(title.length), ...text].join("\n");
  });
  return `${[...blocks, factsLine(facts)].join("\n\n")}\n`;
}

/** The same in Markdown, with the ranges. */
export function toMarkdown(tables, facts, options, failures) {
  const blocks = tables.map(({ title, note, head, rows }) => {
    const line = (cells) => `| ${cells.join(" | ")} |`;
    const rule = line(head.map((_, i) => (i === 0 ? "---" : "---:")));
    return [`## ${title}`, ...(note ? [note] : []), [line(head), rule, ...rows.map(line)].join("\n")].join(
      "\n\n",
    );
  });
  const what = `${options.rounds} rounds of ${options.seconds} s each after ${options.warmup} s of warm-up.`;
  const failed = failures.map(({ scenario, subject, message }) => `- ${scenario}, ${subject}: ${message}`);
  return `${[
    "# Measured",
    "Written by `npm run bench`; what it means is in [the README of the benchmark](../README.md).",
    `${factsLine(facts)} ${what}`,
    ...blocks,
    ...(failed.length > 0 ? ["## Failed", failed.join("\n")] : []),
  ].join("\n\n")}\n`;
}

function factsLine(facts) {
  const peers = Object.entries(facts.versions).map(([name, version]) => `${name} ${version}`);
  return (
    `${facts.date.slice(0, 10)}, ${facts.cpu}, ${facts.cores} cores, ${facts.platform}, Node ${facts.node}, ` +
    `redis-server ${facts.redis}, load before ${facts.loadBefore}. ${peers.join(", ")}.`
  );
}

function clientTable(measurements, scenarios, metric, format) {
  const measured = scenarios.filter((scenario) => measurements.subjects(scenario).length > 0);
  const rows = CONTENDERS.map(({ name }) => [
    titleOf(name),
    ...measured.map((scenario) => ranged(measurements.rounds(scenario, name, metric), format)),
  ]).filter((cells) => cells.slice(1).some((cell) => cell !== NONE));
  const ratioOf = metric === "cpu" ? cpu : throughput;
  const beside = (title, others) => {
    const ratios = measured.map((scenario) => times(ratioOf(scenario, others)(measurements)));
    if (ratios.some((cell) => cell !== NONE)) rows.push([title, ...ratios]);
  };
  beside("resplendent / best Node peer", namesOf("peer"));
  beside("resplendent / Bun", ["bun"]);
  beside("resplendent / floor", ["floor"]);
  return { head: ["", ...measured.map((scenario) => SCENARIOS[scenario].title)], rows };
}

function latencyTable(measurements) {
  const cell = (name, metric) => ranged(measurements.rounds("sequential", name, metric), digits);
  const rows = measurements
    .subjects("sequential")
    .map((name) => [titleOf(name), cell(name, "p50"), cell(name, "p99")]);
  return { title: "GET, one by one: latency, us", head: ["", "p50", "p99"], rows };
}

function costTable(measurements) {
  const columns = [
    ["import, ms", "import", "milliseconds", digits],
    ["heap of a pending command, bytes", "pending-heap", "bytes", whole],
    ["memory of an idle client, KB", "idle-memory", "bytes", kilobytes],
    ["its buffers, KB", "idle-memory", "buffers", kilobytes],
  ];
  const rows = CONTENDERS.map(({ name }) => [
    titleOf(name),
    ...columns.map(([, scenario, metric, format]) =>
      ranged(measurements.rounds(scenario, name, metric), format),
    ),
  ]).filter((cells) => cells.slice(1).some((cell) => cell !== NONE));
  return { title: "What a client costs", head: ["", ...columns.map(([title]) => title)], rows };
}

function serverTable(measurements, title, metric, format) {
  const cells = (depth, test) =>
    SERVERS.map((server) => ranged(measurements.rounds(scenarioOf(depth, test), server, metric), format));
  const rows = TESTS.map((test) => [
    test,
    ...DEPTHS.flatMap((depth) => [
      ...cells(depth, test),
      times(serverRatio(depth, test, metric)(measurements)),
    ]),
  ]).filter((row) => row.slice(1).some((cell) => cell !== NONE));
  const head = [
    "",
    ...DEPTHS.flatMap((depth) => [...SERVERS.map((server) => `${server} -P ${depth}`), "ratio"]),
  ];
  return { title, head, rows };
}

function startTable(measurements) {
  const rows = measurements
    .subjects("mini-server-start")
    .map((server) => [
      server,
      ...["import", "start", "stop"].map((metric) =>
        ranged(measurements.rounds("mini-server-start", server, metric), digits),
      ),
    ]);
  return { title: "Mini server in process: ms", head: ["", "import", "start", "stop"], rows };
}

function targetTable(measurements) {
  const limit = (value, bound, met) =>
    value === undefined ? NONE : `${bound} ${digits(value)}: ${met ? "met" : "NOT MET"}`;
  const rows = judge(measurements)
    .filter(({ figure }) => figure !== undefined)
    .map(({ text, bound, figure, foundation, foundationMet, goal, goalMet }) => [
      text,
      digits(figure),
      limit(foundation, bound, foundationMet),
      limit(goal, bound, goalMet),
    ]);
  return { title: "Targets", head: ["", "measured", "first version", "goal"], rows };
}

function ranged(rounds, format) {
  if (rounds.length === 0) return NONE;
  if (rounds.length === 1) return format(rounds[0]);
  return `${format(median(rounds))} (${format(Math.min(...rounds))}-${format(Math.max(...rounds))})`;
}

function times(ratio) {
  return ratio === undefined ? NONE : `${ratio.toFixed(2)}x`;
}

function thousands(figure) {
  return figure >= 10_000 ? String(Math.round(figure / 1000)) : (figure / 1000).toFixed(2);
}

function whole(figure) {
  return String(Math.round(figure));
}

function kilobytes(figure) {
  return (figure / 1000).toFixed(1);
}

function digits(figure) {
  return figure >= 100 ? String(Math.round(figure)) : figure.toFixed(figure >= 10 ? 1 : 2);
}
