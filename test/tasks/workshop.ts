/** An app with workers in this process, and all that a test wants to see of them. */
import { describe } from "vitest";
import { Redis } from "../../src/index.js";
import { TaskApp } from "../../src/tasks/app.js";
import type { ResultMeta } from "../../src/tasks/backend.js";
import type { TaskLog } from "../../src/tasks/log.js";
import { decodeMessage } from "../../src/tasks/message.js";
import type { TaskAppOptions } from "../../src/tasks/settings.js";
import { Worker, type WorkerOptions } from "../../src/tasks/worker/worker.js";
import { redisAvailable, startTarget, type Target } from "../tools/redis-server.js";

/** Servers that every suite runs on. */
export function onBothServers(name: string, suite: (kind: "redis" | "mini") => void): void {
  describe.skipIf(!redisAvailable)(`${name} on redis-server`, () => suite("redis"));
  describe(`${name} on the mini server`, () => suite("mini"));
}

/** An event as it was published. */
export type Event = Record<string, unknown> & { type: string };

/** One server, and what was opened on it. */
export class Workshop {
  readonly target: Target;
  readonly url: string;
  readonly redis: Redis;
  /** All lines of the logs of apps and workers. */
  readonly lines: string[] = [];
  readonly #open: { close(): Promise<unknown> }[] = [];
  #workers: Worker[] = [];

  private constructor(target: Target) {
    this.target = target;
    this.url = `redis://127.0.0.1:${target.port}/0`;
    this.redis = new Redis(this.url);
  }

  static async open(kind: "redis" | "mini"): Promise<Workshop> {
    return new Workshop(await startTarget(kind));
  }

  get log(): TaskLog {
    const add = (text: string) => void this.lines.push(text);
    return { debug: add, info: add, warn: add, error: add };
  }

  /** An app on this server; queue `q`. */
  app(options: TaskAppOptions = {}): TaskApp {
    const app = new TaskApp("shop", { broker: this.url, taskDefaultQueue: "q", ...options });
    app.log = this.log;
    this.#open.push({ close: () => app.close() });
    return app;
  }

  /** A worker that is ready. It keeps to itself unless `options` say otherwise. */
  async work(app: TaskApp, options: WorkerOptions = {}): Promise<Worker> {
    const worker = new Worker(app, {
      mingle: false,
      gossip: false,
      heartbeat: false,
      concurrency: 2,
      log: this.log,
      ...options,
    });
    this.#workers.push(worker);
    await worker.start();
    return worker;
  }

  /** Another client. */
  client(): Redis {
    const redis = new Redis(this.url);
    this.#open.push({ close: () => redis.close() });
    return redis;
  }

  /** What is stored of a task. */
  async meta(id: string): Promise<ResultMeta | null> {
    const text = await this.redis.get(`celery-task-meta-${id}`);
    return text === null ? null : JSON.parse(text);
  }

  /** Tags of the messages that are not acknowledged. */
  unacked(): Promise<string[]> {
    return this.redis.hkeys("unacked");
  }

  /** Collects what is published from now on: events of tasks, and results by their ids. */
  async listen(): Promise<{ events: Event[]; metas: Record<string, unknown>[] }> {
    const subscriber = this.client().pubsub();
    this.#open.push({ close: () => subscriber.close() });
    const heard = { events: [] as Event[], metas: [] as Record<string, unknown>[] };
    await subscriber.psubscribe("/0.celeryev/*", ({ data }) => {
      const { body } = decodeMessage(String(data));
      heard.events.push(...((Array.isArray(body) ? body : [body]) as Event[]));
    });
    await subscriber.psubscribe("celery-task-meta-*", ({ data }) => {
      heard.metas.push(JSON.parse(String(data)));
    });
    return heard;
  }

  /** End all workers and apps of a test, and empty the server. */
  async clear(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.stop("cold")));
    await Promise.all(this.#open.splice(0).map((one) => one.close()));
    this.lines.length = 0;
    await this.redis.flushall();
  }

  async close(): Promise<void> {
    await this.clear();
    await this.redis.close();
    await this.target.stop();
  }
}

/** A promise that is resolved from outside. */
export function gate<T = void>(): { opened: Promise<T>; open(value: T): void } {
  let open!: (value: T) => void;
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
