/** Runs tasks in the worker's own event loop: for tasks that mostly wait for something else. */
import type { TaskApp } from "../../app.js";
import { SoftTimeLimitExceeded, TimeLimitExceeded, WorkerLostError } from "../../errors.js";
import type { TaskLog } from "../../log.js";
import { processId } from "../../node-facts.js";
import { type ExecutionHost, execute } from "./execute.js";
import type { Job, JobOutcome, Pool } from "./pool.js";

/** What every pool is made from. */
export interface PoolOptions {
  readonly app: TaskApp;
  readonly concurrency: number;
  /** Jobs after which a thread or process is replaced; null: never. */
  readonly maxTasksPerChild: number | null;
  /** The module that threads and processes import to get the app; null: none was told. */
  readonly appModule: string | null;
  readonly hostname: string;
  readonly log: TaskLog;
}

/** A job whose function has returned a promise. */
interface Running {
  readonly host: JobHost;
  end(outcome: JobOutcome): void;
}

/** What a task reaches; its signal is made when it is asked for. */
class JobHost implements ExecutionHost {
  readonly log: TaskLog;
  readonly #job: Job;
  #controller: AbortController | undefined;

  constructor(job: Job, log: TaskLog) {
    this.#job = job;
    this.log = log;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }

  updateState(state: string, meta: unknown): Promise<void> {
    return this.#job.onUpdateState(state, meta);
  }
}

/**
 * The pool `-P async`. Functions share the event loop: one that computes for long holds up all others, control and
 * heartbeats too. The hard limit and terminate abort the task's signal and no longer wait for it; a function that
 * does not heed its signal goes on in the background.
 */
export class AsyncPool implements Pool {
  readonly kind = "async";
  concurrency: number;
  readonly #app: TaskApp;
  readonly #log: TaskLog;
  readonly #running = new Map<number, Running>();

  constructor(options: PoolOptions) {
    this.#app = options.app;
    this.#log = options.log;
    this.concurrency = options.concurrency;
  }

  get processIds(): number[] {
    return [processId()];
  }

  async start(): Promise<void> {}

  run(job: Job): JobOutcome | Promise<JobOutcome> {
    const host = new JobHost(job, this.#log);
    const begun = performance.now();
    job.onStart(processId());
    const outcome = execute(this.#app, job, host);
    if (!(outcome instanceof Promise)) return outcome;
    return new Promise<JobOutcome>((resolve) => {
      const timers: ReturnType<typeof setTimeout>[] = [];
      const after = (seconds: number | null, act: (seconds: number) => void) => {
        if (seconds === null || !(seconds > 0)) return;
        const left = Math.min(seconds * 1000 - (performance.now() - begun), LONGEST_TIMER);
        timers.push(setTimeout(() => act(seconds), Math.max(0, left)));
      };
      const end = (ended: JobOutcome) => {
        for (const timer of timers) clearTimeout(timer);
        // Whoever ended it first is right; later outcomes are those of a function that was given up.
        if (this.#running.delete(job.key)) resolve(ended);
      };
      this.#running.set(job.key, { host, end });
      after(job.softTimeLimit, (seconds) => {
        this.#log.warn(`Soft time limit (${seconds}s) exceeded for ${job.task}[${job.id}]`);
        host.abort(new SoftTimeLimitExceeded(seconds));
      });
      after(job.timeLimit, (seconds) => {
        end({ kind: "timeLimit", seconds });
        host.abort(new TimeLimitExceeded(seconds));
      });
      outcome.then(end);
    });
  }

  async terminate(key: number, signal: string): Promise<boolean> {
    const running = this.#running.get(key);
    if (running === undefined) return false;
    running.end({ kind: "terminated", signal });
    running.host.abort(new WorkerLostError(`The task was terminated (${signal})`));
    return true;
  }

  async grow(n: number): Promise<void> {
    this.concurrency += n;
  }

  async shrink(n: number): Promise<void> {
    this.concurrency = Math.max(1, this.concurrency - n);
  }

  async stop(_how: "warm" | "cold"): Promise<void> {
    for (const { host, end } of [...this.#running.values()]) {
      end({ kind: "lost", reason: "The worker was stopped" });
      host.abort(new WorkerLostError("The worker was stopped"));
    }
  }
}

/** The longest delay a timer takes, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;
