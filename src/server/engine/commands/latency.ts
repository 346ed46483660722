/** LATENCY: what has taken long, and how long commands take. */
import { ErrorReply, MapReply, type ReplyValue, Verbatim } from "../../../protocol/reply.js";
import { lowerCase } from "../arguments.js";
import type { Command } from "../command-table.js";
import type { Engine } from "../engine.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import type { LatencyEvent } from "../latency-monitor.js";
import type { Session } from "../session.js";
import { drawBars } from "../sparkline.js";
import { shown } from "../texts.js";

const GRAPH_WIDTH = 80;
const GRAPH_ROWS = 4;

function latest({ engine }: Session): ReplyValue {
  return [...engine.latency.all()].map(({ name, samples, worst }) => {
    const { at, latency } = samples[samples.length - 1];
    return [name, at, latency, worst];
  });
}

function history({ engine }: Session, args: Args): ReplyValue {
  const event = engine.latency.get(args[2]);
  return event === undefined ? [] : event.samples.map(({ at, latency }) => [at, latency]);
}

function reset({ engine }: Session, args: Args): number {
  if (args.length === 2) return engine.latency.clear();
  return args.slice(2).filter((name) => engine.latency.forget(name)).length;
}

// ---- for people -----------------------------------------------------------------------------------

function graph({ engine }: Session, args: Args): ReplyValue {
  const event = engine.latency.get(args[2]);
  if (event === undefined) {
    throw new ErrorReply(`ERR No samples available for event '${shown(args[2], args[2].length)}'`);
  }
  const { name, samples, worst } = event;
  const latencies = samples.map(({ latency }) => latency);
  const heading = `${name} - high ${Math.max(...latencies)} ms, low ${Math.min(...latencies)} ms (all time high ${worst} ms)`;
  const now = Math.floor(engine.now / 1000);
  const points = samples.map(({ at, latency }) => ({ value: latency, label: age(now - at) }));
  const bars = drawBars(points, GRAPH_WIDTH, GRAPH_ROWS);
  return new Verbatim("txt", `${heading}\n${"-".repeat(GRAPH_WIDTH)}\n${bars}`);
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/** A time in the greatest unit that fits; `seconds` whole. */
function age(seconds: number): string {
  if (seconds < MINUTE) return `${seconds}s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}m`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)}h`;
  return `${Math.floor(seconds / DAY)}d`;
}

const MONITOR_OFF =
  "The latency monitor is off. CONFIG SET latency-monitor-threshold <milliseconds> makes it watch for what takes longer.\n";
const NOTHING_SEEN = "Nothing has taken longer than latency-monitor-threshold.\n";
const ADVICE =
  "\nSLOWLOG GET shows which commands were slow. Commands that walk large values hold up everybody; so do large values when they are deleted, expire or are evicted.\n";

function doctor({ engine }: Session): ReplyValue {
  if (!engine.latency.active) return new Verbatim("txt", MONITOR_OFF);
  const reports = [...engine.latency.all()].map(report);
  if (reports.length === 0) return new Verbatim("txt", NOTHING_SEEN);
  return new Verbatim("txt", `Some things have taken long:\n\n${reports.join("")}${ADVICE}`);
}

function report({ name, samples, worst }: LatencyEvent, index: number): string {
  const count = samples.length;
  const average = samples.reduce((sum, { latency }) => sum + latency, 0) / count;
  const deviation = samples.reduce((sum, { latency }) => sum + Math.abs(latency - average), 0) / count;
  const seconds = Math.max(1, samples[count - 1].at - samples[0].at);
  return `${index + 1}. ${name}: ${count} times (average ${Math.round(average)} ms, mean deviation ${Math.round(deviation)} ms, once in ${(seconds / count).toFixed(2)} s), the worst ${worst} ms.\n`;
}

// ---- how long commands take -----------------------------------------------------------------------

function histogram({ engine }: Session, args: Args): ReplyValue {
  const flat: ReplyValue[] = [];
  for (const command of chosenCommands(engine, args.slice(2))) {
    const { durations } = command;
    // Of some calls the time was not taken: they are thought to be like the others. This one is not over.
    const calls = command.name === "LATENCY HISTOGRAM" ? command.calls - 1 : command.calls;
    if (durations.measured === 0 || calls === 0) continue;
    const buckets = durations
      .cumulative()
      .flatMap(({ micros, count }) => [micros, Math.round((count * calls) / durations.measured)]);
    flat.push(command.displayName, new MapReply(["calls", calls, "histogram_usec", new MapReply(buckets)]));
  }
  return new MapReply(flat);
}

/** The commands of these names, `config` for all of its subcommands and `config|get` for one; all when there are none. */
function* chosenCommands({ commands }: Engine, names: readonly string[]): IterableIterator<Command> {
  if (names.length === 0) yield* commands.runnable();
  for (const name of names) {
    const words = name.split("|");
    const command = words.length <= 2 ? commands.find(words) : undefined;
    if (command === undefined || (words.length === 2 && command.displayName !== lowerCase(name))) continue;
    if (command.subcommands === undefined) yield command;
    else yield* new Set(command.subcommands.values());
  }
}

const HELP = [
  "DOCTOR",
  "    A report for people.",
  "GRAPH <event>",
  "    A drawing of the latency of <event>.",
  "HISTOGRAM [<command> ...]",
  "    How many calls of each command took how long.",
  "HISTORY <event>",
  "    The samples of <event>.",
  "LATEST",
  "    The last sample of each event.",
  "RESET [<event> ...]",
  "    Forget the samples of some events, or of all.",
];

/** The subcommands of LATENCY. */
export const latencyHandlers: Handlers = {
  "LATENCY DOCTOR": doctor,
  "LATENCY GRAPH": graph,
  "LATENCY HISTOGRAM": histogram,
  "LATENCY HISTORY": history,
  "LATENCY LATEST": latest,
  "LATENCY RESET": reset,
  "LATENCY HELP": () => helpReply("LATENCY", HELP),
};
