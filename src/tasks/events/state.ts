/** The workers and tasks of a cluster as their events tell them. */
import type { TaskEvent } from "./task-event.js";

/** What is known of a worker. */
export interface WorkerView {
  hostname: string;
  /** Unix seconds of its last event, by its own clock. */
  timestamp: number;
  /** Unix seconds when that came, by ours: clocks may be apart. */
  seen: number;
  /** Seconds between its heartbeats. */
  freq: number;
  /** Has it said that it ends? */
  offline: boolean;
  pid: number | null;
  /** Tasks that run. */
  active: number | null;
  /** Tasks that it has accepted. */
  processed: number | null;
  loadavg: readonly number[] | null;
  software: { ident: string; version: string; system: string } | null;
}

/** The states of a task that events tell. */
export type SeenState =
  | "PENDING"
  | "RECEIVED"
  | "STARTED"
  | "SUCCESS"
  | "FAILURE"
  | "RETRY"
  | "REVOKED"
  | "REJECTED";

/** What is known of a task. */
export interface TaskView {
  uuid: string;
  name: string | null;
  state: SeenState;
  /** The worker of its last event. */
  hostname: string;
  /** Unix seconds of its last event. */
  timestamp: number;
  clock: number;
  /** Arguments as Python writes them. */
  args: string | null;
  kwargs: string | null;
  retries: number;
  eta: string | null;
  expires: string | null;
  rootId: string | null;
  parentId: string | null;
  /** Unix seconds of each step that was seen. */
  sent: number | null;
  received: number | null;
  started: number | null;
  succeeded: number | null;
  failed: number | null;
  retried: number | null;
  revoked: number | null;
  rejected: number | null;
  /** As Python writes it. */
  result: string | null;
  /** Seconds. */
  runtime: number | null;
  exception: string | null;
  traceback: string | null;
}

/** What an event's type makes of a task. */
const STEPS: Readonly<Record<string, [state: SeenState, time: keyof TaskView & StepTime]>> = {
  "task-sent": ["PENDING", "sent"],
  "task-received": ["RECEIVED", "received"],
  "task-started": ["STARTED", "started"],
  "task-succeeded": ["SUCCESS", "succeeded"],
  "task-failed": ["FAILURE", "failed"],
  "task-retried": ["RETRY", "retried"],
  "task-revoked": ["REVOKED", "revoked"],
  "task-rejected": ["REJECTED", "rejected"],
};
type StepTime = "sent" | "received" | "started" | "succeeded" | "failed" | "retried" | "revoked" | "rejected";

/** States that tell more stand above those that tell less; a retry begins anew. */
const RANK: Readonly<Record<SeenState, number>> = {
  PENDING: 0,
  RECEIVED: 1,
  STARTED: 2,
  RETRY: 3,
  REJECTED: 3,
  REVOKED: 4,
  FAILURE: 4,
  SUCCESS: 5,
};

/** A worker is lost after so many heartbeats that did not come. */
const MISSED_BEATS = 2;

/** Options of {@link ClusterState}. */
export interface ClusterStateOptions {
  /** Most tasks that are kept; the oldest are forgotten. Default 10,000. */
  maxTasks?: number | undefined;
}

/**
 * Workers and tasks as events tell them. Events may come in any order: an older one fills in what is
 * missing and does not take a task back.
 */
export class ClusterState {
  readonly #workers = new Map<string, WorkerView>();
  readonly #tasks = new Map<string, TaskView>();
  readonly #maxTasks: number;
  #events = 0;
  #taskEvents = 0;

  constructor(options: ClusterStateOptions = {}) {
    this.#maxTasks = options.maxTasks ?? 10_000;
  }

  /** Workers by name. */
  get workers(): ReadonlyMap<string, WorkerView> {
    return this.#workers;
  }

  /** Tasks by id, those that came first in front. */
  get tasks(): ReadonlyMap<string, TaskView> {
    return this.#tasks;
  }

  /** How many events were taken in. */
  get eventCount(): number {
    return this.#events;
  }

  /** How many of them were of tasks. */
  get taskEventCount(): number {
    return this.#taskEvents;
  }

  /**
   * Take in an event.
   * @param now unix seconds when it came
   * @returns whether it told of a worker that was not there before
   */
  apply(event: TaskEvent, now: number = Date.now() / 1000): boolean {
    this.#events++;
    if (event.type.startsWith("task-")) {
      this.#taskEvents++;
      this.#applyTask(event);
      // Who only sends tasks is no worker.
      if (event.type === "task-sent") return false;
      return this.#applyWorker(event, now);
    }
    return event.type.startsWith("worker-") ? this.#applyWorker(event, now) : false;
  }

  /** @param now unix seconds */
  isAlive(worker: WorkerView, now: number = Date.now() / 1000): boolean {
    return !worker.offline && now <= worker.seen + worker.freq * MISSED_BEATS;
  }

  /** Workers whose last event is not too old, and that have not said that they end. */
  aliveWorkers(now: number = Date.now() / 1000): WorkerView[] {
    return [...this.#workers.values()].filter((worker) => this.isAlive(worker, now));
  }

  /** Forget a worker. */
  forgetWorker(hostname: string): void {
    this.#workers.delete(hostname);
  }

  /** Forget everything. */
  clear(): void {
    this.#workers.clear();
    this.#tasks.clear();
    this.#events = 0;
    this.#taskEvents = 0;
  }

  #applyWorker(event: TaskEvent, now: number): boolean {
    const { hostname, timestamp } = event;
    let worker = this.#workers.get(hostname);
    // The last events of its tasks may come after its farewell.
    if (worker?.offline === true && event.type.startsWith("task-")) return false;
    const isNew = worker === undefined || worker.offline;
    if (worker === undefined) {
      worker = {
        hostname,
        timestamp,
        seen: now,
        freq: 60,
        offline: false,
        pid: null,
        active: null,
        processed: null,
        loadavg: null,
        software: null,
      };
      this.#workers.set(hostname, worker);
    }
    worker.timestamp = timestamp;
    worker.seen = now;
    worker.offline = event.type === "worker-offline";
    worker.pid = numberOr(event.pid, worker.pid);
    if (event.type.startsWith("worker-")) {
      worker.freq = numberOr(event.freq, worker.freq);
      worker.active = numberOr(event.active, worker.active);
      worker.processed = numberOr(event.processed, worker.processed);
      if (Array.isArray(event.loadavg)) worker.loadavg = event.loadavg.map(Number);
      if (typeof event.sw_ident === "string") {
        worker.software = {
          ident: event.sw_ident,
          version: String(event.sw_ver ?? ""),
          system: String(event.sw_sys ?? ""),
        };
      }
    }
    return isNew && !worker.offline;
  }

  #applyTask(event: TaskEvent): void {
    const { uuid } = event;
    const step = STEPS[event.type];
    if (typeof uuid !== "string" || step === undefined) return;
    const [state, time] = step;
    const task = this.#tasks.get(uuid) ?? this.#newTask(uuid, event);
    task[time] = event.timestamp;
    // The next try may be another worker's, whose clock is behind: its number tells more than its time.
    const isLater =
      state === "RECEIVED" && task.state === "RETRY"
        ? (numberOr(event.retries, 0) ?? 0) > task.retries || event.timestamp >= task.timestamp
        : RANK[state] >= RANK[task.state];
    if (isLater) {
      task.state = state;
      task.hostname = event.type === "task-sent" ? task.hostname || event.hostname : event.hostname;
      task.timestamp = event.timestamp;
      task.clock = event.clock;
    }
    task.name = textOr(event.name, task.name);
    task.args = textOr(event.args, task.args);
    task.kwargs = textOr(event.kwargs, task.kwargs);
    task.eta = textOr(event.eta, task.eta);
    task.expires = textOr(event.expires, task.expires);
    task.rootId = textOr(event.root_id, task.rootId);
    task.parentId = textOr(event.parent_id, task.parentId);
    task.retries = Math.max(numberOr(event.retries, 0) ?? 0, task.retries);
    task.result = textOr(event.result, task.result);
    task.runtime = numberOr(event.runtime, task.runtime);
    task.exception = textOr(event.exception, task.exception);
    task.traceback = textOr(event.traceback, task.traceback);
  }

  #newTask(uuid: string, event: TaskEvent): TaskView {
    const task: TaskView = {
      uuid,
      name: null,
      state: "PENDING",
      hostname: event.hostname,
      timestamp: event.timestamp,
      clock: event.clock,
      args: null,
      kwargs: null,
      retries: 0,
      eta: null,
      expires: null,
      rootId: null,
      parentId: null,
      sent: null,
      received: null,
      started: null,
      succeeded: null,
      failed: null,
      retried: null,
      revoked: null,
      rejected: null,
      result: null,
      runtime: null,
      exception: null,
      traceback: null,
    };
    this.#tasks.set(uuid, task);
    if (this.#tasks.size > this.#maxTasks) {
      for (const oldest of this.#tasks.keys()) {
        this.#tasks.delete(oldest);
        break;
      }
    }
    return task;
  }
}

function textOr(value: unknown, otherwise: string | null): string | null {
  return typeof value === "string" ? value : otherwise;
}

function numberOr<T>(value: unknown, otherwise: T): number | T {
  return typeof value === "number" ? value : otherwise;
}
