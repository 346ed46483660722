/** What LATENCY tells of: the moments at which something took longer than `latency-monitor-threshold`. */
import type { Config } from "./config.js";

/** One such moment. */
export interface LatencySample {
  /** Seconds since 1970. */
  readonly at: number;
  /** Milliseconds. */
  readonly latency: number;
}

/** The samples of one kind of event. */
export interface LatencyEvent {
  readonly name: string;
  /** The oldest first, one a second at the most. */
  readonly samples: readonly LatencySample[];
  /** The greatest latency ever, milliseconds. */
  readonly worst: number;
}

interface Events {
  readonly name: string;
  readonly samples: LatencySample[];
  worst: number;
}

/** So many samples of an event are kept. */
const KEPT = 160;

/** The monitor of one engine. */
export class LatencyMonitor {
  readonly #events = new Map<string, Events>();
  /** Milliseconds; 0: off. */
  #threshold = 0;
  /** Are durations of commands counted (`latency-tracking`)? */
  tracksCommands = true;

  /** Take over the settings; to be called when they have changed. */
  configure(config: Config): void {
    this.#threshold = config.number("latency-monitor-threshold");
    this.tracksCommands = config.get("latency-tracking") === "yes";
  }

  /** Does it want to know? */
  get active(): boolean {
    return this.#threshold > 0;
  }

  /**
   * Something has taken so long.
   * @param now ms since 1970
   * @param latency milliseconds; a fraction does not count
   */
  note(name: string, latency: number, now: number): void {
    const whole = Math.floor(latency);
    if (!this.active || whole < this.#threshold) return;
    let event = this.#events.get(name);
    if (event === undefined) {
      event = { name, samples: [], worst: 0 };
      this.#events.set(name, event);
    }
    event.worst = Math.max(event.worst, whole);
    const at = Math.floor(now / 1000);
    const { samples } = event;
    const last = samples[samples.length - 1];
    if (last?.at === at) samples[samples.length - 1] = { at, latency: Math.max(last.latency, whole) };
    else samples.push({ at, latency: whole });
    if (samples.length > KEPT) samples.shift();
  }

  /** All events that have samples. */
  all(): IterableIterator<LatencyEvent> {
    return this.#events.values();
  }

  get(name: string): LatencyEvent | undefined {
    return this.#events.get(name);
  }

  /** Forget an event. @returns whether there was one */
  forget(name: string): boolean {
    return this.#events.delete(name);
  }

  /** Forget all events. @returns how many there were */
  clear(): number {
    const { size } = this.#events;
    this.#events.clear();
    return size;
  }
}
