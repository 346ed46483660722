/** The frames of `events`' live view: texts of a terminal's size. */
import type { ClusterState, TaskView } from "../events/state.js";
import type { Colors } from "./colors.js";

/** What a frame is made of. */
export interface FrameFacts {
  readonly state: ClusterState;
  readonly columns: number;
  readonly rows: number;
  /** How many tasks from the newest the first one shown is. */
  readonly offset: number;
  /** Which of the shown tasks is picked out; its details are below. */
  readonly selected: number;
  /** Unix seconds. */
  readonly now: number;
  /** Events in the last second. */
  readonly rate: number;
  readonly paint: Colors;
}

/** Lines around the tables: title, two heads, blanks, the details and the keys. */
const AROUND = 10;
const LEAST_TASKS = 3;

/** How many tasks a frame has place for. */
export function taskRows({ state, rows }: Pick<FrameFacts, "state" | "rows">): number {
  return Math.max(LEAST_TASKS, rows - AROUND - workerRows(state, rows));
}

function workerRows(state: ClusterState, rows: number): number {
  return Math.max(1, Math.min(state.workers.size, Math.floor(rows / 3)));
}

/** The tasks, the newest event first. */
export function newestTasks(state: ClusterState): TaskView[] {
  return [...state.tasks.values()].sort((a, b) => b.timestamp - a.timestamp);
}

/** Draw a frame. No line is longer than the terminal is wide. */
export function drawFrame(facts: FrameFacts): string[] {
  const { state, columns, rows, now, paint, rate } = facts;
  const alive = state.aliveWorkers(now).length;
  const tasks = newestTasks(state);
  const count = (name: string): number => tasks.filter((task) => task.state === name).length;
  const lines = [
    paint.cyan(
      clip(
        `resplendent events  ${clock(now)}  workers ${alive}/${state.workers.size}  events ${state.eventCount} (${rate}/s)` +
          `  active ${count("STARTED")}  succeeded ${count("SUCCESS")}  failed ${count("FAILURE")}  retried ${count("RETRY")}`,
        columns,
      ),
    ),
    "",
    ...workerTable(facts),
    "",
    ...taskTable(facts, tasks),
    "",
    ...details(tasks[facts.offset + facts.selected], facts),
  ];
  const keys = "up/down: another task   page up/down: further   home: the newest   q: end";
  while (lines.length < rows - 1) lines.push("");
  return [...lines.slice(0, rows - 1), paint.white(clip(keys, columns))];
}

function workerTable({ state, columns, rows, now, paint }: FrameFacts): string[] {
  const widths = [0, 8, 8, 7, 10, 18, 20];
  const head = row(["WORKER", "STATE", "PID", "ACTIVE", "PROCESSED", "LOAD", "SOFTWARE"], widths, columns);
  const workers = [...state.workers.values()].sort((a, b) => (a.hostname < b.hostname ? -1 : 1));
  const shown = workers.slice(0, workerRows(state, rows)).map((worker) => {
    const alive = state.isAlive(worker, now);
    const { software } = worker;
    const cells = [
      worker.hostname,
      worker.offline ? "offline" : alive ? "online" : "lost",
      text(worker.pid),
      text(worker.active),
      text(worker.processed),
      worker.loadavg === null ? "-" : worker.loadavg.map((load) => load.toFixed(2)).join(" "),
      software === null ? "-" : `${software.ident} ${software.version}`,
    ];
    const line = row(cells, widths, columns);
    return alive ? line : paint.red(line);
  });
  if (shown.length === 0) shown.push(clip("  no worker has been heard of yet", columns));
  return [paint.white(head), ...shown];
}

function taskTable(facts: FrameFacts, tasks: readonly TaskView[]): string[] {
  const { columns, offset, selected, paint } = facts;
  const widths = [38, 0, 22, 10, 9];
  const line = (cells: readonly string[]): string => row(cells, widths, columns - 2);
  const lines = [paint.white(`  ${line(["UUID", "TASK", "WORKER", "TIME", "STATE"])}`)];
  const shown = tasks.slice(offset, offset + taskRows(facts));
  for (const [index, task] of shown.entries()) {
    const text = line([task.uuid, task.name ?? "-", task.hostname, clock(task.timestamp), task.state]);
    lines.push(index === selected ? paint.cyan(`> ${text}`) : `  ${stateColor(task, paint)(text)}`);
  }
  if (tasks.length === 0) {
    lines.push(clip("  no task has been heard of yet (worker -E, or control enable_events)", columns));
  }
  const more = tasks.length - offset - shown.length;
  if (more > 0) lines.push(clip(`  ... and ${more} more`, columns));
  return lines;
}

function stateColor(task: TaskView, paint: Colors): (line: string) => string {
  switch (task.state) {
    case "SUCCESS":
      return paint.green;
    case "FAILURE":
    case "REVOKED":
    case "REJECTED":
      return paint.red;
    case "RETRY":
      return paint.yellow;
    default:
      return (line) => line;
  }
}

function details(task: TaskView | undefined, { columns }: FrameFacts): string[] {
  if (task === undefined) return ["", ""];
  const call = `${task.name ?? task.uuid} args=${task.args ?? "-"} kwargs=${task.kwargs ?? "-"} retries=${task.retries}`;
  const end =
    task.exception !== null
      ? `exception=${task.exception}`
      : task.result !== null
        ? `result=${task.result} runtime=${task.runtime?.toFixed(4) ?? "-"}s`
        : task.eta !== null
          ? `eta=${task.eta}`
          : "";
  return [clip(call, columns), clip(end, columns)];
}

/** Cells side by side; the one of width 0 gets what is left. */
function row(cells: readonly string[], widths: readonly number[], columns: number): string {
  const taken = widths.reduce((sum, width) => sum + width + 1, 0);
  const left = Math.max(10, columns - taken);
  return clip(
    cells.map((cell, index) => clip(cell, widths[index] || left).padEnd(widths[index] || left)).join(" "),
    columns,
  );
}

/** One line, at most so long. Control characters, which could change the terminal, are shown as dots. */
function clip(line: string, width: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the terminal
  const plain = line.replace(/[\u0000-\u001f\u007f-\u009f]/g, "·");
  return plain.length <= width ? plain : `${plain.slice(0, Math.max(0, width - 1))}…`;
}

function clock(seconds: number): string {
  const date = new Date(seconds * 1000);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((value) => String(value).padStart(2, "0"))
    .join(":");
}

function text(value: number | null): string {
  return value === null ? "-" : String(value);
}
