/** Receives events: what happens to workers and tasks, of Python's workers too. */
import type { Redis } from "../../index.js";
import { LamportClock } from "../lamport.js";
import { SILENT, type TaskLog } from "../log.js";
import { EventSubscription } from "./event-subscription.js";
import type { TaskEvent } from "./task-event.js";

/** Options of {@link EventReceiver}. */
export interface EventReceiverOptions {
  /** A client of the broker (`(await app.broker()).redis`); a connection of its own is opened. */
  redis: Redis;
  /** Number of the broker's database: it is in the channels' names. */
  db: number;
  clock?: LamportClock | undefined;
  log?: TaskLog | undefined;
  /** Which events: `#` (the default) for all, `worker.#`, `task.#`. */
  topic?: string | undefined;
  /** Most events that wait to be taken; beyond it the oldest are dropped. Default 100,000. */
  maxBuffered?: number | undefined;
}

/**
 * Events as they come. Listening begins with {@link EventReceiver.start}, or with the first look for one.
 * @example
 * ```ts
 * const { redis, db } = await app.broker();
 * await using events = new EventReceiver({ redis, db });
 * await events.start();
 * await app.control.enableEvents();
 * for await (const event of events) console.log(event.type, event.hostname, event.uuid);
 * ```
 */
export class EventReceiver implements AsyncIterable<TaskEvent> {
  readonly #subscription: EventSubscription;
  readonly #maxBuffered: number;
  readonly #waiting: ((event: TaskEvent | undefined) => void)[] = [];
  readonly #handlers = new Set<(event: TaskEvent) => void>();
  readonly #log: TaskLog;
  #buffer: TaskEvent[] = [];
  /** Where the buffer begins: taken events stay in front of it until they are many. */
  #first = 0;
  #iterated = false;
  #dropped = 0;
  #gaps = 0;
  #closed = false;
  #started: Promise<void> | undefined;

  constructor(options: EventReceiverOptions) {
    this.#maxBuffered = options.maxBuffered ?? 100_000;
    this.#log = options.log ?? SILENT;
    this.#subscription = new EventSubscription({
      redis: options.redis,
      db: options.db,
      clock: options.clock ?? new LamportClock(),
      log: this.#log,
      topic: options.topic ?? "#",
      onEvent: (event) => this.#take(event),
      onGap: () => {
        this.#gaps++;
      },
    });
  }

  /** How many events were dropped because nobody took them in time. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How often the connection was lost: events may be missing. */
  get gaps(): number {
    return this.#gaps;
  }

  /** Listen; resolves when the broker has confirmed it. */
  start(): Promise<void> {
    this.#started ??= this.#subscription.start();
    return this.#started;
  }

  /**
   * Call `handler` with every event. What it throws is logged.
   * @returns a function that ends that
   */
  onEvent(handler: (event: TaskEvent) => void): () => void {
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }

  /** Events until the receiver is closed; leaving the loop does not close it. */
  async *[Symbol.asyncIterator](): AsyncIterator<TaskEvent> {
    this.#iterated = true;
    await this.start();
    for (;;) {
      const event = await this.#next();
      if (event === undefined) return;
      yield event;
    }
  }

  /** Listen no more; loops end after what has come. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter(undefined);
    await this.#subscription.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #next(): Promise<TaskEvent | undefined> | TaskEvent | undefined {
    if (this.#first < this.#buffer.length) {
      const event = this.#buffer[this.#first++];
      this.#compact();
      return event;
    }
    if (this.#closed) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #take(event: TaskEvent): void {
    if (this.#closed) return;
    for (const handler of this.#handlers) {
      try {
        handler(event);
      } catch (error) {
        this.#log.error(
          `events: a handler failed: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
    const waiter = this.#waiting.shift();
    if (waiter !== undefined) return waiter(event);
    // Who only handles events would fill the buffer.
    if (!this.#iterated && this.#handlers.size > 0) return;
    this.#buffer.push(event);
    if (this.#buffer.length - this.#first > this.#maxBuffered) {
      this.#first++;
      this.#dropped++;
    }
    this.#compact();
  }

  #compact(): void {
    if (this.#first < 1024 || this.#first * 2 < this.#buffer.length) return;
    this.#buffer = this.#buffer.slice(this.#first);
    this.#first = 0;
  }
}
