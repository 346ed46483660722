/** A worker: takes messages from queues, runs their tasks, and tells how they ended. */
import type { TaskApp } from "../app.js";
import type { Backend } from "../backend.js";
import type { Broker } from "../broker.js";
import { parseBrokerUrl } from "../broker-url.js";
import { Mailbox } from "../control/mailbox.js";
import { EventDispatcher } from "../events/dispatcher.js";
import type { LamportClock } from "../lamport.js";
import type { TaskLog } from "../log.js";
import { cpuCount } from "../node-facts.js";
import { nodeName } from "../node-name.js";
import type { Settings } from "../settings.js";
import { readSignature } from "../signature-json.js";
import { controlHandlers } from "./control-handlers.js";
import type {
  ControlledPool,
  ControlledRequest,
  ControlledTask,
  ControlledWorker,
} from "./controlled-worker.js";
import { Gossip } from "./gossip.js";
import { Heartbeat } from "./heartbeat.js";
import { mingle } from "./mingle.js";
import { applySignature } from "./next-steps.js";
import { Persistence } from "./persistence.js";
import { Policies } from "./policy.js";
import { AsyncPool, type PoolOptions } from "./pools/async-pool.js";
import type { Pool, PoolKind } from "./pools/pool.js";
import { parseRateLimit, RateLimits } from "./rate-limit.js";
import type { HeldTask } from "./request.js";
import { RevokedTasks } from "./revoked.js";
import { taskAttributes } from "./task-attributes.js";
import { chosenQueues, type WorkerOptions, workerNumbers } from "./worker-options.js";
import { WorkerParts } from "./worker-parts.js";

export type { WorkerOptions } from "./worker-options.js";

/** Milliseconds that the end of a worker waits for a broker that does not answer. */
const PATIENCE = 5000;
/** The same while messages are given back: there may be hundreds of thousands. */
const RESTORE_PATIENCE = 60_000;
/** Milliseconds after which a broker that has not answered at the start is told of, and tried again. */
const FIRST_ANSWER = 1500;

/**
 * A worker.
 *
 * @example
 * ```ts
 * const worker = new Worker(app, { queues: ["video"], concurrency: 4 });
 * await worker.start();
 * // ... later: what runs ends, what was not begun goes back into its queue
 * await worker.stop("warm");
 * ```
 */
export class Worker implements ControlledWorker {
  readonly app: TaskApp;
  readonly hostname: string;
  readonly settings: Settings;
  readonly appName: string;
  readonly clock: LamportClock;
  readonly log: TaskLog;
  readonly poolKind: PoolKind;
  readonly revoked: RevokedTasks;
  /** Resolves when the worker has stopped, by {@link Worker.stop} or remote control. */
  readonly finished: Promise<void>;
  startedAt = 0;
  heartbeat: Heartbeat | undefined;
  gossip: Gossip | undefined;

  readonly #options: WorkerOptions;
  readonly #numbers: ReturnType<typeof workerNumbers>;
  readonly #persistence: Persistence;
  readonly #policies: Policies;
  readonly #rates: RateLimits<HeldTask>;
  #queues: string[];
  #parts: WorkerParts | undefined;
  #mailbox: Mailbox | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #cold = false;
  readonly #ended = new AbortController();
  #finish!: () => void;

  /** @throws SettingsError for options that are wrong */
  constructor(app: TaskApp, options: WorkerOptions = {}) {
    const { settings } = app;
    this.app = app;
    this.settings = settings;
    this.appName = app.name;
    this.clock = app.clock;
    this.log = options.log ?? app.log;
    this.hostname = nodeName(options.hostname);
    this.#options = options;
    this.#numbers = workerNumbers(options, settings, cpuCount());
    this.#queues = chosenQueues(options, settings);
    this.poolKind =
      typeof options.pool === "object" ? options.pool.kind : (options.pool ?? settings.workerPool);
    this.revoked = new RevokedTasks({
      most: settings.workerRevokesMax,
      keptFor: settings.workerRevokeExpires,
    });
    this.#persistence = new Persistence(this.log);
    this.#policies = new Policies(settings, this.#numbers);
    this.#rates = new RateLimits((held) => {
      this.#parts?.runner.add(held);
      this.#parts?.runner.pump();
    });
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  // --- what others see

  /** Tasks that run at once. */
  get concurrency(): number {
    return this.#parts?.pool.concurrency ?? this.#numbers.concurrency;
  }

  get queues(): readonly string[] {
    return this.#queues;
  }

  /** Are task events sent? */
  get taskEvents(): boolean {
    return this.#parts?.events.enabled ?? this.#options.taskEvents ?? this.settings.workerSendTaskEvents;
  }

  get events(): EventDispatcher {
    return this.#started().events;
  }

  get totals(): ReadonlyMap<string, number> {
    return this.#parts?.runner.totals ?? new Map();
  }

  get pool(): ControlledPool {
    const { pool } = this.#started();
    const { timeLimit, softTimeLimit, maxTasksPerChild } = this.#numbers;
    return {
      kind: pool.kind,
      concurrency: pool.concurrency,
      processIds: pool.processIds,
      maxTasksPerChild,
      timeLimits: [softTimeLimit ?? 0, timeLimit ?? 0],
    };
  }

  get prefetchCount(): number {
    const limit = this.#numbers.prefetchMultiplier * this.concurrency;
    return limit === 0 ? 0 : limit + (this.#parts?.intake.schedule.size ?? 0);
  }

  #started(): WorkerParts {
    if (this.#parts === undefined) throw new Error("The worker is not started");
    return this.#parts;
  }

  // --- its life

  /**
   * Connects and begins to consume.
   *
   * @returns when the worker is ready; it waits for a broker that cannot be reached yet
   * @throws what the pool throws when it cannot load the app; SettingsError
   */
  start(): Promise<void> {
    this.#starting ??= this.#start().catch((error: unknown) => {
      this.#finish();
      throw error;
    });
    return this.#starting;
  }

  async #start(): Promise<void> {
    this.startedAt = Date.now();
    const broker = await this.app.broker();
    const backend = this.settings.resultBackend === null ? null : await this.app.backend();
    if (!(await this.#connect(broker))) return;
    const pool = await this.#makePool();
    const parts = this.#assemble(broker, backend, pool);
    try {
      await pool.start();
    } catch (error) {
      await pool.stop("cold");
      throw error;
    }
    this.#parts = parts;
    for (const queue of this.#queues) broker.declare(queue);
    this.#setRates();
    await this.#meetOthers(parts);
    if (this.#stopping !== undefined) return;
    this.heartbeat?.start();
    parts.upkeep.start();
    parts.consumer.start();
    this.log.info(`${this.hostname} ready.`);
  }

  /** Waits for the broker. @returns false when the worker was stopped meanwhile */
  async #connect({ redis }: Broker): Promise<boolean> {
    const address = parseBrokerUrl(this.settings.brokerUrl);
    const shown =
      address.kind === "memory" ? "memory://" : `redis://${address.host}:${address.port}/${address.db}`;
    // A command only says that no answer came; the connection says why.
    let reason: unknown;
    const forget = redis.on("reconnecting", ({ error }) => {
      reason = error;
    });
    try {
      for (let seconds = 2; ; seconds = Math.min(seconds + 2, 32)) {
        if (this.#stopping !== undefined) return false;
        try {
          await redis.with({ timeout: FIRST_ANSWER }).ping();
          this.log.info(`Connected to ${shown}`);
          return true;
        } catch (error) {
          if (this.#stopping !== undefined) return false;
          const why = textOf(reason ?? error).replace(/[.?]?$/, (end) => end || ".");
          const when = `Trying again in ${seconds.toFixed(2)} seconds...`;
          this.log.error(`consumer: Cannot connect to ${shown}: ${why} ${when}`);
          await this.#persistence.pause(seconds * 1000);
        }
      }
    } finally {
      forget();
    }
  }

  async #makePool(): Promise<Pool> {
    const { pool, appModule } = this.#options;
    if (typeof pool === "object") return pool;
    const options: PoolOptions = {
      app: this.app,
      concurrency: this.#numbers.concurrency,
      maxTasksPerChild: this.#numbers.maxTasksPerChild,
      appModule: appModule ?? null,
      hostname: this.hostname,
      log: this.log,
    };
    // Threads and processes are loaded by those who want them.
    if (this.poolKind === "threads")
      return new (await import("./pools/threads-pool.js")).ThreadsPool(options);
    if (this.poolKind === "processes") {
      return new (await import("./pools/processes-pool.js")).ProcessesPool(options);
    }
    return new AsyncPool(options);
  }

  #assemble(broker: Broker, backend: Backend | null, pool: Pool): WorkerParts {
    const { app, log, hostname, clock, revoked } = this;
    const enabled = this.#options.taskEvents ?? this.settings.workerSendTaskEvents;
    return new WorkerParts({
      app,
      hostname,
      log,
      broker,
      backend,
      pool,
      events: new EventDispatcher({ broker, hostname, clock, enabled, log }),
      persistence: this.#persistence,
      policies: this.#policies,
      rates: this.#rates,
      revoked,
      prefetchMultiplier: this.#numbers.prefetchMultiplier,
      queues: () => this.#queues,
    });
  }

  #setRates(): void {
    const { settings } = this;
    if (settings.workerDisableRateLimits) return;
    for (const [name, task] of this.app.tasks) {
      const { rateLimit } = task.options;
      const limit = parseRateLimit(rateLimit === undefined ? settings.taskDefaultRateLimit : rateLimit);
      if (limit > 0) this.#rates.set(name, limit);
    }
  }

  /** Remote control, the other workers, the heartbeat. */
  async #meetOthers({ broker, events, sender }: WorkerParts): Promise<void> {
    const { app, log, hostname, clock } = this;
    const { redis, db } = broker;
    if (this.settings.workerEnableRemoteControl) {
      this.#mailbox = new Mailbox({ redis, db, hostname, clock, handlers: controlHandlers(this), log });
      await this.#mailbox.start();
    }
    if (this.#options.mingle ?? true) {
      const { signal } = this.#ended;
      await mingle({ control: app.control, hostname, clock, revoked: this.revoked, log, signal });
    }
    const gossips = this.#options.gossip ?? true;
    if (gossips && this.#stopping === undefined) {
      this.gossip = new Gossip({
        redis,
        db,
        events,
        log,
        callTask: (signature) =>
          applySignature(sender, readSignature(signature), [], { rootId: undefined, parentId: undefined }),
      });
      await this.gossip.start();
    }
    const beats = this.#options.heartbeat ?? true;
    if (!beats && !gossips) events.workerEvents = false;
    if (beats) {
      this.heartbeat = new Heartbeat({
        events,
        interval: this.#options.heartbeatInterval,
        active: () => this.#parts?.runner.active.size ?? 0,
        processed: () => this.#parts?.runner.started ?? 0,
      });
    }
  }

  /**
   * Stops. Warm: running tasks end first. Cold: at once; late acknowledged tasks go back into their queue, others
   * are lost. A cold stop may follow a warm one that takes too long. What was not begun goes back in both cases.
   *
   * @returns when the worker has stopped; never rejects
   */
  stop(how: "warm" | "cold" = "warm"): Promise<void> {
    if (how === "cold" && !this.#cold) {
      this.#cold = true;
      this.#persistence.abandon();
      this.#parts?.runner.abandon();
    }
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#ended.abort();
    if (this.#parts === undefined) this.#persistence.abandon();
    await this.#starting?.catch(() => {});
    const parts = this.#parts;
    if (parts !== undefined) {
      const { runner, events, acknowledger, pool, consumer, upkeep, held } = parts;
      await this.#within(this.#mailbox?.stop());
      await this.#within(consumer.stop());
      await this.#within(held.restoreWaiting(), RESTORE_PATIENCE);
      if (!this.#cold) await runner.whenIdle();
      if (this.#cold) {
        runner.abandon();
        await this.#within(pool.stop("cold"));
        await this.#within(held.restoreRunning());
      } else await pool.stop("warm");
      upkeep.stop();
      await this.#within(acknowledger.flush());
      this.heartbeat?.stop();
      await this.#within(this.gossip?.stop());
      await this.#within(events.flush());
    }
    this.#finish();
  }

  /** The end of a worker does not hang on a broker that is gone. */
  async #within(work: Promise<unknown> | undefined, milliseconds = PATIENCE): Promise<void> {
    if (work === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    await Promise.race([
      work.catch((error: unknown) => this.log.error(`While the worker stopped: ${textOf(error)}`)),
      late,
    ]);
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("warm");
  }

  // --- remote control

  activeRequests(): Iterable<ControlledRequest> {
    return this.#started().runner.active;
  }

  reservedRequests(): Iterable<ControlledRequest> {
    return this.#started().held.reserved();
  }

  scheduledRequests(): Promise<readonly ControlledRequest[]> {
    return this.#started().held.scheduled();
  }

  findRequest(
    id: string,
  ): Promise<{ request: ControlledRequest; state: "active" | "reserved" | "ready" } | undefined> {
    return this.#started().held.find(id);
  }

  *registeredTasks(): Iterable<ControlledTask> {
    for (const task of this.app.tasks.values()) {
      yield { name: task.name, attributes: taskAttributes(task.options, this.settings) };
    }
  }

  onRevoked(ids: readonly string[]): void {
    this.#started().held.revoke(ids);
  }

  terminateTask(id: string, signal: string): boolean {
    return this.#started().held.terminate(id, signal);
  }

  setRateLimit(task: string, rateLimit: string | number | null): boolean {
    if (!this.app.tasks.has(task)) return false;
    this.#rates.set(task, parseRateLimit(rateLimit));
    return true;
  }

  setTimeLimits(task: string, soft: number | null, hard: number | null): boolean {
    const known = this.app.tasks.get(task);
    if (known === undefined) return false;
    this.#policies.setLimits(task, known.options, soft, hard);
    return true;
  }

  async growPool(count: number): Promise<void> {
    const parts = this.#started();
    await parts.pool.grow(count);
    parts.runner.pump();
    parts.advanced();
  }

  async shrinkPool(count: number): Promise<void> {
    const { pool } = this.#started();
    if (pool.concurrency - count < 1) {
      throw new RangeError(`A pool of ${pool.concurrency} cannot be made smaller by ${count}`);
    }
    await pool.shrink(count);
  }

  addQueue(queue: string): void {
    if (this.#queues.includes(queue)) return;
    this.#queues.push(queue);
    const { broker, consumer } = this.#started();
    broker.declare(queue);
    consumer.setQueues(this.#queues);
  }

  cancelQueue(queue: string): void {
    this.#queues = this.#queues.filter((name) => name !== queue);
    this.#started().consumer.setQueues(this.#queues);
  }

  requestShutdown(why: string): void {
    this.log.warn(why);
    void this.stop("warm");
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
