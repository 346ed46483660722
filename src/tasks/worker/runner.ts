/** Starts tasks as places in the pool become free, and settles them when they have ended. */
import type { Outcomes } from "./outcome.js";
import type { Job, JobOutcome, Pool } from "./pools/pool.js";
import type { HeldTask } from "./request.js";

/** Outcomes that are still being stored; beyond them no task is started, or memory would fill while a backend hangs. */
const MOST_SETTLING = 500;
/** How many quick tasks are accepted at once, beyond the places of the pool. */
const MOST_AHEAD = 64;
/** Seconds within which a task must return to be called quick. */
const QUICK_SECONDS = 0.001;

/** What the runner needs of the worker. */
export interface RunnerHost {
  readonly hostname: string;
  readonly pool: Pool;
  readonly outcomes: Outcomes;
  /** Why a task must not start any more. */
  refused(held: HeldTask): "revoked" | "expired" | undefined;
  /** A place became free, or the line shorter. */
  advanced(): void;
}

/** A held task as the pool sees it. */
class RunningJob implements Job {
  readonly held: HeldTask;
  readonly request: Job["request"];
  readonly #outcomes: Outcomes;
  readonly #tellsStart: boolean;

  constructor(held: HeldTask, hostname: string, outcomes: Outcomes, tellsStart: boolean) {
    this.#tellsStart = tellsStart;
    this.held = held;
    this.request = held.toRequest(hostname);
    this.#outcomes = outcomes;
  }

  get id() {
    return this.held.message.id;
  }
  get key() {
    return this.held.key;
  }
  get task() {
    return this.held.message.task;
  }
  get args() {
    return this.held.message.args;
  }
  get kwargs() {
    return this.held.message.kwargs;
  }
  get softTimeLimit() {
    return this.held.policy.softTimeLimit;
  }
  get timeLimit() {
    return this.held.policy.timeLimit;
  }

  onStart(pid: number): void {
    this.held.workerPid = pid;
    if (this.#tellsStart) this.#outcomes.started(this.held);
    this.#outcomes.storeStarted(this.held, pid);
  }

  onUpdateState(state: string, meta: unknown): Promise<void> {
    return this.#outcomes.storeState(this.held, state, meta);
  }
}

/** Runs held tasks in a pool. */
export class Runner {
  /** How many tasks were started, by name. */
  readonly totals = new Map<string, number>();
  /** How many tasks were started. */
  started = 0;
  readonly #host: RunnerHost;
  #ready: HeldTask[] = [];
  readonly #active = new Set<HeldTask>();
  /** Accepted, and to be run as soon as there is a place: quick tasks that were followed by slower ones. */
  #accepted: HeldTask[] = [];
  /** How many are accepted and do not run yet. */
  #accepting = 0;
  /** Places of the pool that are taken. */
  #occupied = 0;
  /**
   * Names of tasks that last returned at once, in the event loop. As many as are in the line are accepted and run in
   * one turn: else each turn of the event loop, with its acknowledgement, would run but one for each place.
   */
  readonly #quick = new Set<string>();
  /** Did the last task that ended return at once? */
  #lastWasQuick = false;
  #settling = 0;
  /** Held tasks that are being revoked. */
  #refusing = 0;
  #scheduled = false;
  #abandoned = false;
  #idle: (() => void)[] = [];

  constructor(host: RunnerHost) {
    this.#host = host;
  }

  /** Tasks that were started and are not settled. */
  get active(): ReadonlySet<HeldTask> {
    return this.#active;
  }

  /** Tasks that wait for a place. */
  get ready(): readonly HeldTask[] {
    return this.#ready;
  }

  /** Do the tasks at present return at once? */
  get isQuick(): boolean {
    return this.#lastWasQuick;
  }

  /** Put a task in the line; {@link Runner.pump} starts it. */
  add(held: HeldTask): void {
    this.#ready.push(held);
  }

  /** Take tasks out of the line. */
  remove(fits: (held: HeldTask) => boolean): HeldTask[] {
    const removed: HeldTask[] = [];
    const kept: HeldTask[] = [];
    for (const held of this.#ready) (fits(held) ? removed : kept).push(held);
    if (removed.length > 0) this.#ready = kept;
    return removed;
  }

  /** Start what can be started. Their early acknowledgements leave before their functions begin. */
  pump(): void {
    const { pool, outcomes } = this.#host;
    let starting: HeldTask[] | undefined;
    let from = 0;
    const ready = this.#ready;
    while (from < ready.length && this.#settling < MOST_SETTLING) {
      const held = ready[from];
      const taken = this.#occupied + this.#accepting;
      if (taken >= pool.concurrency) {
        if (this.#accepting >= MOST_AHEAD || !this.#quick.has(held.message.task)) break;
      }
      from++;
      const refused = this.#host.refused(held);
      if (refused !== undefined) {
        this.refuse(held, refused);
        continue;
      }
      this.#accepting++;
      this.#active.add(held);
      held.timeStart = Date.now() / 1000;
      const { task } = held.message;
      this.totals.set(task, (this.totals.get(task) ?? 0) + 1);
      this.started++;
      // Other pools tell when a thread or process has taken it: it may have to be replaced first.
      if (pool.kind === "async") outcomes.started(held);
      starting ??= [];
      starting.push(held);
    }
    if (from > 0) {
      if (from === ready.length) this.#ready = [];
      else ready.splice(0, from);
      this.#host.advanced();
    }
    if (starting === undefined) return;
    const batch = starting;
    setImmediate(() => this.#runAll(batch));
  }

  /** Settle a task that must not run. */
  refuse(held: HeldTask, reason: "revoked" | "expired"): void {
    this.track(this.#host.outcomes.revoked(held, reason));
  }

  /** Something about a task that does not run is being stored; `done` never rejects. */
  track(done: Promise<void>): void {
    this.#refusing++;
    void done.then(() => {
      this.#refusing--;
      this.#checkIdle();
    });
  }

  /** End a running task. @returns false when it does not run */
  terminate(id: string, signal: string): boolean {
    let found = false;
    for (const held of this.#active) {
      if (held.id !== id) continue;
      found = true;
      held.terminatedBy = signal;
      void this.#host.pool.terminate(held.key, signal);
    }
    return found;
  }

  /** Resolves when nothing runs and nothing is being settled. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#checkIdle();
    });
  }

  /** Heed no outcome any more: the worker stops at once. */
  abandon(): void {
    this.#abandoned = true;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #runAll(batch: readonly HeldTask[]): void {
    const { hostname, pool, outcomes } = this.#host;
    for (const held of batch) {
      if (this.#abandoned) return;
      if (this.#occupied >= pool.concurrency) {
        this.#accepted.push(held);
        continue;
      }
      this.#accepting--;
      this.#occupied++;
      if (held.terminatedBy !== undefined) {
        this.#ended(held, { kind: "terminated", signal: held.terminatedBy });
        continue;
      }
      const outcome = pool.run(new RunningJob(held, hostname, outcomes, pool.kind !== "async"));
      if (outcome instanceof Promise) {
        this.#judge(held, false);
        outcome.then((ended) => {
          this.#ended(held, ended);
          this.#pumpSoon();
        });
      } else {
        this.#judge(held, "runtime" in outcome && outcome.runtime < QUICK_SECONDS);
        this.#ended(held, outcome);
      }
    }
    this.pump();
  }

  #judge({ message }: HeldTask, wasQuick: boolean): void {
    this.#lastWasQuick = wasQuick;
    if (wasQuick) this.#quick.add(message.task);
    else this.#quick.delete(message.task);
  }

  /** Places that become free in one turn are filled together. */
  #pumpSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      if (this.#accepted.length > 0) this.#runAll(this.#accepted.splice(0));
      else this.pump();
    });
  }

  #ended(held: HeldTask, outcome: JobOutcome): void {
    if (this.#abandoned) return;
    this.#occupied--;
    const settled = this.#host.outcomes.settle(held, outcome);
    if (settled === undefined) {
      this.#active.delete(held);
      if (this.#idle.length > 0) this.#checkIdle();
      return;
    }
    this.#settling++;
    settled.then(() => {
      this.#settling--;
      this.#active.delete(held);
      if (this.#idle.length > 0) this.#checkIdle();
      this.#host.advanced();
      if (this.#ready.length > 0) this.#pumpSoon();
    });
  }

  #checkIdle(): void {
    if (this.#active.size > 0 || this.#refusing > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
