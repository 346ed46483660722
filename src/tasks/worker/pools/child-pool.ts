/** A pool of threads or processes: gives jobs to those that are free, and replaces those that end. */
import { SettingsError } from "../../errors.js";
import type { PoolOptions } from "./async-pool.js";
import type { ChildLauncher } from "./child-link.js";
import type { ChildStart } from "./child-protocol.js";
import type { Job, JobOutcome, Pool, PoolKind } from "./pool.js";
import { PoolChild } from "./pool-child.js";

/** How often a job is given to a child that dies before it calls the task. */
const DELIVERIES = 5;
/** Milliseconds until a child that could not load the app is replaced: doubled each time, up to the longest. */
const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;

/** A job that no child has yet. */
interface WaitingJob {
  readonly job: Job;
  readonly resolve: (outcome: JobOutcome) => void;
  deliveries: number;
}

/** What `-P threads` and `-P processes` have in common. */
export class ChildPool implements Pool {
  readonly kind: PoolKind;
  readonly #options: PoolOptions;
  readonly #launch: ChildLauncher;
  #concurrency: number;
  #children: PoolChild[] = [];
  #waiting: WaitingJob[] = [];
  /** Jobs in children. */
  #running = 0;
  #started = false;
  #stopping = false;
  #pause = SHORTEST_PAUSE;
  readonly #pauses = new Set<NodeJS.Timeout>();
  /** Called when the last job has ended. */
  #whenIdle: (() => void)[] = [];

  constructor(kind: PoolKind, options: PoolOptions, launch: ChildLauncher) {
    this.kind = kind;
    this.#options = options;
    this.#launch = launch;
    this.#concurrency = options.concurrency;
  }

  get concurrency(): number {
    return this.#concurrency;
  }

  get processIds(): number[] {
    return [...new Set(this.#children.map((child) => child.pid))];
  }

  async start(): Promise<void> {
    this.#fill();
    try {
      await Promise.all(this.#children.map((child) => child.ready));
    } catch (error) {
      await this.stop("cold");
      throw error;
    }
    this.#started = true;
  }

  run(job: Job): Promise<JobOutcome> {
    return new Promise((resolve) => {
      this.#waiting.push({ job, resolve, deliveries: 0 });
      this.#deal();
    });
  }

  async terminate(key: number, signal: string): Promise<boolean> {
    const outcome: JobOutcome = { kind: "terminated", signal };
    const child = this.#children.find(({ runningKey }) => runningKey === key);
    if (child !== undefined) {
      child.end(outcome);
      return true;
    }
    const place = this.#waiting.findIndex(({ job }) => job.key === key);
    if (place === -1) return false;
    const [waiting] = this.#waiting.splice(place, 1);
    waiting.resolve(outcome);
    this.#idle();
    return true;
  }

  async grow(n: number): Promise<void> {
    this.#concurrency += n;
    this.#fill();
    await Promise.all(this.#children.map((child) => child.ready.catch(() => {})));
  }

  async shrink(n: number): Promise<void> {
    this.#concurrency = Math.max(1, this.#concurrency - n);
    this.#trim();
  }

  async stop(how: "warm" | "cold"): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#pauses) clearTimeout(timer);
    this.#pauses.clear();
    if (how === "warm") {
      if (this.#running + this.#waiting.length > 0)
        await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
      for (const child of this.#children) child.leave();
    } else {
      const reason = `Worker was shut down cold while the job ran or waited.`;
      for (const { resolve } of this.#waiting.splice(0)) resolve({ kind: "lost", reason });
      for (const child of this.#children) child.end({ kind: "lost", reason });
    }
    await Promise.all(this.#children.map((child) => child.exited));
  }

  /** Starts as many children as are missing. */
  #fill(): void {
    const staying = this.#children.filter((child) => !child.leaving).length + this.#pauses.size;
    for (let missing = this.#concurrency - staying; missing > 0; missing--) this.#startChild();
  }

  #startChild(): void {
    const child = new PoolChild(this.#launch, this.#childStart(), this.#options.log);
    this.#children.push(child);
    child.ready.then(
      () => {
        this.#pause = SHORTEST_PAUSE;
        this.#trim();
        this.#deal();
      },
      () => {},
    );
    void child.exited.then(() => this.#lose(child));
  }

  #childStart(): ChildStart {
    const { appModule, hostname } = this.#options;
    if (appModule === null)
      throw new SettingsError(
        "appModule",
        `A pool of ${this.kind} loads the app in each of them: say which module exports it, as the worker's ` +
          "option appModule (in the module itself: import.meta.url)",
      );
    return { appModule, hostname, parentPid: process.pid };
  }

  /** A child has ended: another takes its place. */
  #lose(child: PoolChild): void {
    this.#children.splice(this.#children.indexOf(child), 1);
    if (this.#stopping) {
      if (this.#children.length === 0) this.#giveUpWaiting();
      return;
    }
    if (child.isReady) this.#fill();
    else void this.#startLater(child);
    this.#deal();
  }

  /** After a child that could not load the app: not at once, lest a broken app keep the machine busy. */
  async #startLater(child: PoolChild): Promise<void> {
    const error = await child.ready.catch((thrown: unknown) => thrown);
    if (!this.#started || this.#stopping) return;
    if (child.leaving) return this.#fill();
    const pause = this.#pause;
    this.#pause = Math.min(2 * pause, LONGEST_PAUSE);
    this.#options.log.error(
      `A child of the pool could not start; the next try is in ${pause / 1000}s. ` +
        `${error instanceof Error ? error.message : String(error)}`,
    );
    const timer = setTimeout(() => {
      this.#pauses.delete(timer);
      this.#fill();
    }, pause);
    this.#pauses.add(timer);
  }

  /** Lets children go that are too many, those without a job first. */
  #trim(): void {
    if (this.#stopping) return;
    const staying = this.#children.filter((child) => !child.leaving);
    let surplus = staying.length - this.#concurrency;
    for (const child of staying) {
      if (surplus <= 0) return;
      if (!child.isFree) continue;
      child.leave();
      surplus--;
    }
  }

  /** Gives waiting jobs to free children. */
  #deal(): void {
    while (this.#waiting.length > 0 && this.#running < this.#concurrency) {
      const child = this.#children.find(({ isFree }) => isFree);
      if (child === undefined) return;
      void this.#give(child, this.#waiting.shift()!);
    }
  }

  async #give(child: PoolChild, waiting: WaitingJob): Promise<void> {
    this.#running++;
    const { maxTasksPerChild } = this.#options;
    const first = waiting.deliveries++ === 0;
    const running = child.run(waiting.job, first);
    const last = maxTasksPerChild !== null && child.jobs >= maxTasksPerChild;
    // Its successor loads the app while the last job runs.
    if (last) {
      child.leaving = true;
      if (!this.#stopping) this.#fill();
    }
    const outcome = await running;
    this.#running--;
    if (last) child.leave();
    this.#trim();
    if (outcome !== null) waiting.resolve(outcome);
    else if (waiting.deliveries < DELIVERIES) this.#waiting.unshift(waiting);
    else
      waiting.resolve({ kind: "lost", reason: `${DELIVERIES} children died before they could run the job.` });
    this.#deal();
    this.#idle();
  }

  #idle(): void {
    if (this.#running + this.#waiting.length > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** The pool is stopping and has no children left. */
  #giveUpWaiting(): void {
    for (const { resolve } of this.#waiting.splice(0))
      resolve({ kind: "lost", reason: "The pool stopped before the job could run." });
    this.#idle();
  }
}
