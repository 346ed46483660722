/** Sends events: what happens to workers and tasks, for whoever listens. */
import type { LamportClock } from "../lamport.js";
import { SILENT, type TaskLog } from "../log.js";
import { encodeMessage } from "../message.js";
import { processId, utcOffset } from "../node-facts.js";

/** What the dispatcher needs of the broker. */
export interface EventPublisher {
  /** PUBLISH to `/<db>.<path>`. */
  publishFanout(path: string, text: string): Promise<void>;
}

/** Options of {@link EventDispatcher}. */
export interface EventDispatcherOptions {
  broker: EventPublisher;
  /** Name of the node that sends: `w1@host`, or `gen<pid>@host` of one that only sends tasks. */
  hostname: string;
  clock: LamportClock;
  /** Are task events sent (`-E`)? Default `false`; worker events are sent in any case. */
  enabled?: boolean | undefined;
  /** Are worker events sent? Default `true`. */
  workerEvents?: boolean | undefined;
  log?: TaskLog | undefined;
}

/** Most events in one message. */
const MOST_IN_ONE = 24;

/** Milliseconds for which the offset of local time is taken as known. */
const UTC_OFFSET_LIFE = 60_000;

/** Most messages on their way: with a broker out of reach, events beyond them are dropped. */
const MOST_IN_FLIGHT = 1000;

/**
 * Sends events. Worker events and `task-sent` leave at once and alone; other task events are gathered
 * and leave as one list at the end of the turn. Nothing here waits, and nothing throws.
 */
export class EventDispatcher {
  /** Are task events sent? May be changed at any time. */
  enabled: boolean;
  /** Are worker events sent? */
  workerEvents: boolean;
  readonly hostname: string;
  readonly clock: LamportClock;
  readonly #broker: EventPublisher;
  readonly #log: TaskLog;
  readonly #inFlight = new Set<Promise<void>>();
  #gathered: Record<string, unknown>[] = [];
  #scheduled = false;
  #dropped = 0;
  readonly #pid = processId();
  #utcOffset = 0;
  /** When the offset is to be looked up again, by `Date.now()`. */
  #utcOffsetUntil = 0;

  constructor(options: EventDispatcherOptions) {
    this.#broker = options.broker;
    this.hostname = options.hostname;
    this.clock = options.clock;
    this.enabled = options.enabled ?? false;
    this.workerEvents = options.workerEvents ?? true;
    this.#log = options.log ?? SILENT;
  }

  /** How many events were dropped because the broker did not take them. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Send an event, unless its kind is switched off.
   * @param type such as `task-received`
   * @param fields its further fields, by their names on the wire
   */
  send(type: string, fields: object): void {
    const isTask = type.startsWith("task-");
    if (isTask ? !this.enabled : !this.workerEvents) return;
    const now = Date.now();
    if (now >= this.#utcOffsetUntil) {
      this.#utcOffset = utcOffset();
      this.#utcOffsetUntil = now + UTC_OFFSET_LIFE;
    }
    const event: Record<string, unknown> = {
      hostname: this.hostname,
      utcoffset: this.#utcOffset,
      pid: this.#pid,
      clock: 0,
      ...fields,
      timestamp: now / 1000,
      type,
    };
    if (isTask && type !== "task-sent") {
      event.clock = this.clock.forward();
      this.#gathered.push(event);
      if (this.#gathered.length >= MOST_IN_ONE) this.#flushTasks();
      else if (!this.#scheduled) {
        this.#scheduled = true;
        setImmediate(() => {
          this.#scheduled = false;
          this.#flushTasks();
        });
      }
      return;
    }
    // What was gathered is older: clocks must grow in the order of the messages.
    this.#flushTasks();
    event.clock = this.clock.forward();
    this.#publish(type.replaceAll("-", "."), event, 1);
  }

  /** Send what is gathered; resolves when all that was sent has left, or was lost. Never rejects. */
  async flush(): Promise<void> {
    this.#flushTasks();
    await Promise.all(this.#inFlight);
  }

  #flushTasks(): void {
    const events = this.#gathered;
    if (events.length === 0) return;
    this.#gathered = [];
    this.#publish("task.multi", events, events.length);
  }

  #publish(routingKey: string, body: unknown, count: number): void {
    if (this.#inFlight.size >= MOST_IN_FLIGHT) {
      this.#lost(count, "the broker takes none");
      return;
    }
    let text: string;
    try {
      text = encodeMessage(body, {
        headers: { hostname: this.hostname },
        exchange: "celeryev",
        routingKey,
        deliveryMode: 1,
      });
    } catch (error) {
      this.#lost(count, error);
      return;
    }
    const sent: Promise<void> = this.#broker.publishFanout(`celeryev/${routingKey}`, text).then(
      () => {
        this.#inFlight.delete(sent);
      },
      (error: unknown) => {
        this.#inFlight.delete(sent);
        this.#lost(count, error);
      },
    );
    this.#inFlight.add(sent);
  }

  #lost(count: number, why: unknown): void {
    this.#dropped += count;
    this.#log.debug(`events: ${count} dropped: ${why instanceof Error ? why.message : String(why)}`);
  }
}
