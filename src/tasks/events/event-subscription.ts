/** Subscribes to the events of a database and takes them apart. */
import type { PubSub, Redis } from "../../index.js";
import type { LamportClock } from "../lamport.js";
import type { TaskLog } from "../log.js";
import { decodeMessage } from "../message.js";
import { eventsIn, type TaskEvent } from "./task-event.js";

/** Options of {@link EventSubscription}. */
export interface EventSubscriptionOptions {
  redis: Redis;
  /** Number of the broker's database: it is in the channels' names. */
  db: number;
  /** Kept later than every event that comes. */
  clock: LamportClock;
  log: TaskLog;
  /** Which: `#` for all, `worker.#`, `task.#`. */
  topic: string;
  /** Takes the events, in order. */
  onEvent(event: TaskEvent): void;
  /** The connection was lost and is back: events in between are missing. */
  onGap?: (() => void) | undefined;
}

/** Events on a connection of its own. Messages that cannot be read are logged and left out. */
export class EventSubscription {
  readonly #options: EventSubscriptionOptions;
  #pubsub: PubSub | undefined;

  constructor(options: EventSubscriptionOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the broker has confirmed it.
   * @throws ConnectionError, ReplyError when the broker does not
   */
  async start(): Promise<void> {
    if (this.#pubsub !== undefined) return;
    const { redis, db, log, topic, onGap } = this.#options;
    const pubsub = redis.pubsub();
    this.#pubsub = pubsub;
    pubsub.on("error", ({ error }) => log.error(`events: ${error instanceof Error ? error.message : error}`));
    if (onGap !== undefined) pubsub.on("gap", onGap);
    try {
      await pubsub.psubscribe(`/${db}.celeryev/${topic.replaceAll("#", "*")}`, ({ data }) =>
        this.#take(data),
      );
    } catch (error) {
      this.#pubsub = undefined;
      await pubsub.close().catch(() => {});
      throw error;
    }
  }

  /** Ends it. Never rejects. */
  async stop(): Promise<void> {
    const pubsub = this.#pubsub;
    this.#pubsub = undefined;
    await pubsub?.close().catch(() => {});
  }

  #take(raw: string): void {
    const { clock, log, onEvent } = this.#options;
    let events: TaskEvent[];
    try {
      events = eventsIn(decodeMessage(raw).body);
    } catch (error) {
      log.error(
        `events: a message cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
      return;
    }
    for (const event of events) {
      // Those who only send tasks have a clock that nobody keeps in step.
      if (event.type === "task-sent") event.clock = Math.max(clock.value - 1, 0);
      clock.adjust(event.clock);
      onEvent(event);
    }
  }
}
