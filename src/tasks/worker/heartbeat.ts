/** Tells everyone, every few seconds, that the worker lives. */
import type { EventDispatcher } from "../events/dispatcher.js";
import { loadAverage, softwareInfo } from "../node-facts.js";

/** Options of {@link Heartbeat}. */
export interface HeartbeatOptions {
  events: EventDispatcher;
  /** Seconds between two beats. Default 2. */
  interval?: number | undefined;
  /** How many tasks run now. */
  active(): number;
  /** How many tasks were accepted up to now. */
  processed(): number;
}

/** Sends `worker-online`, then `worker-heartbeat` every few seconds, and `worker-offline` in the end. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #interval: number;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#interval = options.interval ?? 2;
  }

  /** Send `worker-online` and begin to beat. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#send("worker-online");
    this.#timer = setInterval(() => this.beat(), this.#interval * 1000);
  }

  /** Send `worker-heartbeat` now. */
  beat(): void {
    this.#send("worker-heartbeat");
  }

  /** Stop beating and send `worker-offline`; `events.flush()` tells when it has left. */
  stop(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#send("worker-offline");
  }

  #send(type: string): void {
    const { events, active, processed } = this.#options;
    events.send(type, {
      freq: this.#interval,
      active: active(),
      processed: processed(),
      loadavg: loadAverage(),
      ...softwareInfo(),
    });
  }
}
