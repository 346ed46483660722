/** One thread or process of a pool, as the pool sees it: it runs one job at a time, until it is told to leave. */
import { TaskQueueError } from "../../errors.js";
import { parseJson } from "../../json.js";
import type { TaskLog } from "../../log.js";
import type { ChildExit, ChildLauncher, ChildLink } from "./child-link.js";
import type { ChildStart, FromChild } from "./child-protocol.js";
import { exitStatusText } from "./exit-status.js";
import type { Job, JobOutcome } from "./pool.js";

/** Milliseconds that a child has for closing its app before it is killed. */
const LEAVE_TIME = 5_000;
/** Milliseconds after which a killed child is given up: a thread may be inside a system call. */
const KILL_TIME = 5_000;
/** The longest time that a timer can wait, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A job in a child. */
interface RunningJob {
  readonly job: Job;
  /** The task was called: it must not run elsewhere. */
  begun: boolean;
  /** What the child was killed for. */
  ending: JobOutcome | null;
  timer: NodeJS.Timeout | undefined;
  finish(outcome: JobOutcome | null): void;
}

/** One child of a pool. */
export class PoolChild {
  /** Resolves when the app is loaded there; rejects when it cannot be, or when the child dies before. */
  readonly ready: Promise<void>;
  /** Resolves when the child has ended, or cannot be made to end. */
  readonly exited: Promise<void>;
  /** How many jobs it was given. */
  jobs = 0;
  /** It takes no more jobs than the one that it has. */
  leaving = false;
  isReady = false;
  hasExited = false;
  readonly #log: TaskLog;
  readonly #link: ChildLink;
  #running: RunningJob | null = null;
  #toldToLeave = false;
  #resolveReady!: () => void;
  #rejectReady!: (error: Error) => void;
  #resolveExited!: () => void;
  #endTimer: NodeJS.Timeout | undefined;

  constructor(launch: ChildLauncher, start: ChildStart, log: TaskLog) {
    this.#log = log;
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    // Who started it looks at it later, or not at all when it is killed at once.
    this.ready.catch(() => {});
    this.exited = new Promise((resolve) => {
      this.#resolveExited = resolve;
    });
    this.#link = launch(start, {
      onMessage: (message) => this.#receive(message),
      onExit: (exit) => this.#ended(exit),
    });
  }

  get pid(): number {
    return this.#link.pid;
  }

  /** The key of its job. */
  get runningKey(): number | null {
    return this.#running === null ? null : this.#running.job.key;
  }

  get isFree(): boolean {
    return this.isReady && !this.leaving && !this.hasExited && this.#running === null;
  }

  /**
   * Runs a job. Gives null when the child died before the task was called: it may run in another child.
   *
   * @param first - whether no other child has had the job: its `onStart` is called
   */
  run(job: Job, first: boolean): Promise<JobOutcome | null> {
    this.jobs++;
    return new Promise((resolve) => {
      const running: RunningJob = {
        job,
        begun: false,
        ending: null,
        timer: undefined,
        finish: (outcome) => {
          clearTimeout(running.timer);
          this.#running = null;
          resolve(outcome);
        },
      };
      this.#running = running;
      if (first) job.onStart(this.pid);
      // In the next turn, when what `onStart` has written (the acknowledgement) has left this process.
      setImmediate(() => this.#post(running));
    });
  }

  #post(running: RunningJob): void {
    if (this.#running !== running || running.ending !== null) return;
    const { key, id, task, args, kwargs, request, softTimeLimit, timeLimit } = running.job;
    if (timeLimit !== null && timeLimit > 0) {
      const limit = Math.min(timeLimit * 1000, LONGEST_TIMER);
      running.timer = setTimeout(() => this.end({ kind: "timeLimit", seconds: timeLimit }), limit);
    }
    this.#link.send({ type: "job", job: { key, id, task, args, kwargs, request, softTimeLimit } });
  }

  /** Kills the child; its job, if it has one, ends with this outcome. */
  end(outcome: JobOutcome): void {
    if (this.#running !== null) this.#running.ending ??= outcome;
    this.kill();
  }

  /** Kills the child. */
  kill(): void {
    this.leaving = true;
    this.#toldToLeave = true;
    if (this.hasExited) return;
    this.#link.kill();
    clearTimeout(this.#endTimer);
    this.#endTimer = setTimeout(() => this.#ended({ status: 1, error: null }), KILL_TIME);
  }

  /** Lets the child close its app and exit; it has no job. */
  leave(): void {
    if (this.#toldToLeave || this.hasExited) return;
    this.leaving = true;
    this.#toldToLeave = true;
    this.#link.send({ type: "stop" });
    this.#endTimer = setTimeout(() => this.kill(), LEAVE_TIME);
  }

  #receive(message: FromChild): void {
    switch (message.type) {
      case "ready":
        this.isReady = true;
        this.#resolveReady();
        break;
      case "unready":
        this.#rejectReady(new TaskQueueError(message.error));
        break;
      case "begun":
        if (this.#running !== null) this.#running.begun = true;
        break;
      case "state":
        void this.#storeState(message);
        break;
      case "outcome":
        // A child that was killed a moment ago may have said this before.
        this.#running?.finish(this.#running.ending ?? (parseJson(message.outcome) as JobOutcome));
        break;
      case "log":
        this.#log[message.level](message.text);
    }
  }

  async #storeState({ key, number, state, meta }: FromChild & { type: "state" }): Promise<void> {
    let error: string | null = null;
    const running = this.#running;
    try {
      // A state of a job that has ended is late: nobody may see it over the result.
      if (running?.job.key === key) await running.job.onUpdateState(state, parseJson(meta));
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    }
    this.#link.send({ type: "stored", number, error });
  }

  #ended({ status, error }: ChildExit): void {
    if (this.hasExited) return;
    this.hasExited = true;
    clearTimeout(this.#endTimer);
    const how = exitStatusText(status);
    const detail = error === null ? "" : ` (${error.message})`;
    this.#rejectReady(error ?? new TaskQueueError(`It ended before the app was loaded: ${how}`));
    const running = this.#running;
    if (error !== null)
      this.#log.error(`A ${this.pid === process.pid ? "thread" : "process"} died: ${error.stack}`);
    if (running !== null) {
      const lost = `Worker exited prematurely: ${how}${detail} Job: ${running.job.key}.`;
      running.finish(running.ending ?? (running.begun ? { kind: "lost", reason: lost } : null));
    }
    this.#resolveExited();
  }
}
