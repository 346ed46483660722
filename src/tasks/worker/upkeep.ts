/** What has to be done now and then: saying that messages are still held, and giving back those of dead workers. */
import type { Broker } from "../broker.js";
import type { TaskLog } from "../log.js";

/** Seconds between two sweeps, as Celery's workers have it; oftener with a short visibility timeout. */
const SWEEP_SECONDS = 100;
/** The shortest time between two runs, in milliseconds. */
const SHORTEST = 250;
/** The longest delay a timer takes, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** What upkeep needs. */
export interface UpkeepHost {
  readonly broker: Pick<Broker, "refresh" | "sweep" | "visibilityTimeout">;
  readonly log: TaskLog;
  /** The tags of all that is held. */
  held(): string[];
}

/** Refreshes and sweeps. */
export class Upkeep {
  readonly #host: UpkeepHost;
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  #refreshing = false;
  #sweeping = false;

  constructor(host: UpkeepHost) {
    this.#host = host;
  }

  /** Begin with a sweep. */
  start(): void {
    const half = (this.#host.broker.visibilityTimeout * 1000) / 2;
    this.#every(half, () => this.#refresh());
    this.#every(Math.min(half, SWEEP_SECONDS * 1000), () => this.#sweep());
    void this.#sweep();
  }

  stop(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
  }

  /** Now: the broker was away. First what is ours, so that the sweep does not take it for lost. */
  run(): void {
    void this.#refresh().then(() => this.#sweep());
  }

  #every(milliseconds: number, act: () => Promise<void>): void {
    const interval = Math.min(Math.max(milliseconds, SHORTEST), LONGEST_TIMER);
    this.#timers.push(setInterval(() => void act(), interval));
  }

  async #refresh(): Promise<void> {
    if (this.#refreshing) return;
    this.#refreshing = true;
    try {
      const tags = this.#host.held();
      if (tags.length > 0) await this.#host.broker.refresh(tags);
    } catch (error) {
      this.#host.log.warn(`Held messages could not be refreshed: ${String(error)}`);
    } finally {
      this.#refreshing = false;
    }
  }

  async #sweep(): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    try {
      const count = await this.#host.broker.sweep();
      if (count > 0) this.#host.log.info(`Restored ${count} message(s) of workers that are gone`);
    } catch (error) {
      this.#host.log.warn(`The sweep for lost messages failed: ${String(error)}`);
    } finally {
      this.#sweeping = false;
    }
  }
}
