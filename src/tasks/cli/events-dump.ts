/** `events --dump`: a line for every event, as Celery's dumper writes it. */
import { EventReceiver } from "../events/receiver.js";
import type { TaskEvent } from "../events/task-event.js";
import { utcOffset } from "../node-facts.js";
import { pythonStr } from "./python-text.js";
import { type CommandRun, print } from "./run-command.js";

/** What worker events are called in a dump. */
const WORKER_TYPES: Readonly<Record<string, string>> = {
  "worker-offline": "shutdown",
  "worker-online": "started",
  "worker-heartbeat": "heartbeat",
};

/** Fields that are numbers with a fraction in Python, where `2.0` is not `2`. */
const FRACTIONAL = new Set(["freq", "runtime", "loadavg", "local_received"]);

/** How many tasks' names are remembered. */
const NAMES = 4095;

/** Turns events into lines; remembers the tasks, for their later events do not name them. */
export class EventLines {
  readonly #names = new Map<string, string>();

  /**
   * @param event as it was received
   * @param received when, in unix seconds
   * @returns the line
   */
  line(event: TaskEvent, received: number): string {
    const { timestamp, type: given, hostname, ...rest } = event;
    const fields: Record<string, unknown> = { ...rest, local_received: received };
    const type = given.toLowerCase();
    const time = pythonTime(adjusted(timestamp, event.utcoffset));
    const head = `${hostname} [${time}] ${WORKER_TYPES[type] ?? type.replaceAll("-", " ")}`;
    if (!type.startsWith("task-")) return withFields(head, "", fields);
    const { uuid = "" } = event;
    delete fields.uuid;
    if (type === "task-received" || type === "task-sent") {
      const { name, args, kwargs } = event;
      this.#remember(
        uuid,
        `${pythonStr(name)}(${uuid}) args=${pythonStr(args ?? null)} kwargs=${pythonStr(kwargs ?? null)}`,
      );
      for (const told of ["name", "args", "kwargs"]) delete fields[told];
    }
    return withFields(head, `${this.#names.get(uuid) ?? ""} `, fields);
  }

  #remember(uuid: string, text: string): void {
    this.#names.delete(uuid);
    this.#names.set(uuid, text);
    if (this.#names.size <= NAMES) return;
    for (const oldest of this.#names.keys()) {
      this.#names.delete(oldest);
      return;
    }
  }
}

function withFields(head: string, task: string, fields: Record<string, unknown>): string {
  const texts = Object.keys(fields)
    .sort()
    .map((key) => `${key}=${fieldText(key, fields[key])}`);
  return `${head}${texts.length > 0 ? ":" : ""} ${task}${texts.join(", ")}`;
}

function fieldText(key: string, value: unknown): string {
  if (!FRACTIONAL.has(key)) return pythonStr(value);
  // An answer to a request for a heartbeat has the whole number 5.
  if (key === "freq" && value === 5) return "5";
  if (Array.isArray(value)) return `[${value.map(fraction).join(", ")}]`;
  return fraction(value);
}

function fraction(value: unknown): string {
  const text = pythonStr(value);
  return typeof value === "number" && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** A sender's time of day in this machine's time zone, as far as both are told by their offsets from UTC. */
function adjusted(timestamp: number, offset: unknown): number {
  return typeof offset === "number" ? timestamp - (offset - utcOffset()) * 3600 : timestamp;
}

/** `2026-11-21 02:00:50.209895`, without the fraction where it is zero. */
function pythonTime(timestamp: number): string {
  let second = Math.floor(timestamp);
  let micros = Math.round((timestamp - second) * 1e6);
  if (micros === 1e6) {
    second++;
    micros = 0;
  }
  const text = new Date(second * 1000).toISOString().slice(0, 19).replace("T", " ");
  return micros === 0 ? text : `${text}.${String(micros).padStart(6, "0")}`;
}

/** Print every event until the process is told to end. */
export async function dumpEvents({ app }: CommandRun): Promise<number> {
  print("-> evdump: starting capture...");
  const { redis, db } = await app.broker();
  const receiver = new EventReceiver({ redis, db, log: app.log });
  const lines = new EventLines();
  receiver.onEvent((event) => print(lines.line(event, Date.now() / 1000)));
  await receiver.start();
  // So that the workers show themselves at once.
  await app.control.heartbeat();
  await toldToEnd();
  await receiver.close();
  return 0;
}

/** Resolves with the first SIGINT or SIGTERM. */
export function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}
