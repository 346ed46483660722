/** A worker that runs nothing: what remote control shows of it and does to it is kept in plain fields. */
import type { Redis } from "../../src/index.js";
import { Mailbox } from "../../src/tasks/control/mailbox.js";
import { EventDispatcher } from "../../src/tasks/events/dispatcher.js";
import { LamportClock } from "../../src/tasks/lamport.js";
import type { TaskLog } from "../../src/tasks/log.js";
import { readSettings } from "../../src/tasks/settings.js";
import { controlHandlers } from "../../src/tasks/worker/control-handlers.js";
import type { ControlledRequest, ControlledWorker } from "../../src/tasks/worker/controlled-worker.js";
import { Gossip } from "../../src/tasks/worker/gossip.js";
import { Heartbeat } from "../../src/tasks/worker/heartbeat.js";
import { RevokedTasks } from "../../src/tasks/worker/revoked.js";

/** A log that can be read. */
export class TestLog implements TaskLog {
  readonly lines: string[] = [];
  debug = (text: string) => void this.lines.push(`debug ${text}`);
  info = (text: string) => void this.lines.push(`info ${text}`);
  warn = (text: string) => void this.lines.push(`warn ${text}`);
  error = (text: string) => void this.lines.push(`error ${text}`);
  has = (text: string) => this.lines.some((line) => line.includes(text));
}

/** A task that a worker holds. */
export function heldTask(id: string, more: Partial<ControlledRequest["message"]> = {}): ControlledRequest {
  return {
    message: {
      id,
      task: "ts.add",
      args: [1, 2],
      kwargs: { k: null },
      argsrepr: "(1, 2)",
      kwargsrepr: "{'k': None}",
      eta: null,
      priority: 0,
      exchange: "",
      routingKey: "ts",
      redelivered: null,
      shadow: null,
      ...more,
    },
    timeStart: null,
    acknowledged: false,
    workerPid: null,
  };
}

/** What remote control meets: a mailbox, heartbeats and gossip over a worker of plain fields. */
export class FakeWorker implements ControlledWorker {
  readonly clock = new LamportClock();
  readonly log = new TestLog();
  readonly settings = readSettings({
    broker: "redis://user:hidden@127.0.0.1:6390/0",
    taskTrackStarted: true,
  });
  readonly appName = "fake";
  readonly revoked = new RevokedTasks();
  readonly pool = {
    kind: "async",
    concurrency: 4,
    processIds: [process.pid],
    maxTasksPerChild: null,
    timeLimits: [0, 0] as const,
  };
  queues: readonly string[] = ["ts", "video"];
  readonly startedAt = Date.now();
  readonly totals = new Map([["ts.add", 3]]);
  readonly prefetchCount = 16;
  readonly events: EventDispatcher;
  readonly heartbeat: Heartbeat;
  readonly gossip: Gossip;
  readonly mailbox: Mailbox;
  readonly hostname: string;

  active: ControlledRequest[] = [];
  reserved: ControlledRequest[] = [];
  scheduled: ControlledRequest[] = [];
  /** What was asked of it, in order. */
  readonly done: string[] = [];
  /** Tasks that an election made it call. */
  readonly called: unknown[] = [];

  constructor(redis: Redis, hostname: string, taskEvents = false) {
    const { clock, log } = this;
    this.hostname = hostname;
    const broker = {
      publishFanout: async (path: string, text: string) => void (await redis.publish(`/0.${path}`, text)),
    };
    this.events = new EventDispatcher({ broker, hostname, clock, enabled: taskEvents, log });
    this.heartbeat = new Heartbeat({
      events: this.events,
      interval: 1,
      active: () => this.active.length,
      processed: () => 7,
    });
    const callTask = (signature: unknown) => this.called.push(signature);
    this.gossip = new Gossip({ redis, db: 0, events: this.events, log, callTask, interval: 0.05 });
    this.mailbox = new Mailbox({ redis, db: 0, hostname, clock, handlers: controlHandlers(this), log });
  }

  async start(): Promise<void> {
    this.heartbeat.start();
    await this.gossip.start();
    await this.mailbox.start();
  }

  async stop(): Promise<void> {
    this.heartbeat.stop();
    await this.events.flush();
    await this.gossip.stop();
    await this.mailbox.stop();
  }

  activeRequests = () => this.active;
  reservedRequests = () => this.reserved;
  scheduledRequests = async () => this.scheduled;

  async findRequest(id: string) {
    for (const [state, list] of [
      ["active", this.active],
      ["reserved", [...this.reserved, ...this.scheduled]],
    ] as const) {
      const request = list.find(({ message }) => message.id === id);
      if (request !== undefined) return { request, state };
    }
    return undefined;
  }

  registeredTasks = () => [
    { name: "ts.mul", attributes: { rate_limit: "10/m", max_retries: 3 } },
    { name: "celery.ping", attributes: {} },
    { name: "ts.add", attributes: { max_retries: 3, acks_late: true } },
  ];

  onRevoked = (ids: readonly string[]) => void this.done.push(`revoked ${ids.join(" ")}`);

  terminateTask(id: string, signal: string): boolean {
    this.done.push(`terminate ${id} ${signal}`);
    return this.active.some(({ message }) => message.id === id);
  }

  setRateLimit(task: string, limit: string | number | null): boolean {
    this.done.push(`rate ${task} ${limit}`);
    return task.startsWith("ts.");
  }

  setTimeLimits(task: string, soft: number | null, hard: number | null): boolean {
    this.done.push(`time ${task} ${soft} ${hard}`);
    return task.startsWith("ts.");
  }

  growPool = (count: number) => void this.done.push(`grow ${count}`);

  shrinkPool(count: number): void {
    if (count >= this.pool.concurrency) throw new RangeError("Can't shrink pool. All processes busy!");
    this.done.push(`shrink ${count}`);
  }

  addQueue(queue: string, options: { exchange?: string | undefined; routingKey?: string | undefined }): void {
    this.done.push(`add ${queue} ${options.exchange} ${options.routingKey}`);
    this.queues = [...this.queues, queue];
  }

  cancelQueue(queue: string): void {
    this.queues = this.queues.filter((one) => one !== queue);
  }

  requestShutdown = (why: string) => void this.done.push(`shutdown: ${why}`);
}
