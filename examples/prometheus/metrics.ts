/**
 * A pool's statistics and the durations of its commands in Prometheus's text format, without a package.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import { tracingChannel } from "node:diagnostics_channel";
import type { ConnectionPool, TraceContext } from "../../src/index.js";

/** Upper bounds of the histogram, in seconds. */
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Names of `pool.statistics()` that only grow; all others go up and down. */
const COUNTERS = new Set(
  "connects connectFailures losses acquired waits waitTimeouts retried timeouts lateReplies refused turnedAway bytesOut bytesIn".split(
    " ",
  ),
);

/** The durations of one kind of call: how many took at most so long, all of them, and their sum. */
interface Durations {
  readonly buckets: number[];
  count: number;
  sum: number;
}

/** Gathers while it is open. */
export class RedisMetrics {
  readonly #pool: ConnectionPool;
  readonly #durations = new Map<string, Durations>();
  readonly #started = new WeakMap<object, number>();
  readonly #channel = tracingChannel<unknown, TraceContext>("resplendent:command");
  readonly #handlers = {
    start: (context: TraceContext): void => void this.#started.set(context, performance.now()),
    end: (): void => {},
    asyncStart: (): void => {},
    asyncEnd: (context: TraceContext): void => this.#ended(context),
    error: (): void => {},
  };

  constructor(pool: ConnectionPool) {
    this.#pool = pool;
    this.#channel.subscribe(this.#handlers as never);
  }

  /** What a scrape gets. */
  text(): string {
    const lines: string[] = [];
    const pool = `{pool="${this.#pool.address}"}`;
    for (const [name, value] of Object.entries(this.#pool.statistics())) {
      const isCounter = COUNTERS.has(name);
      const metric = `redis_client_${snakeCase(name)}${isCounter ? "_total" : ""}`;
      lines.push(`# TYPE ${metric} ${isCounter ? "counter" : "gauge"}`, `${metric}${pool} ${value}`);
    }
    const metric = "db_client_operation_duration_seconds";
    lines.push(`# TYPE ${metric} histogram`);
    for (const [labels, { buckets, count, sum }] of this.#durations) {
      for (const [index, bound] of BOUNDS.entries()) {
        lines.push(`${metric}_bucket{${labels},le="${bound}"} ${buckets[index]}`);
      }
      lines.push(`${metric}_bucket{${labels},le="+Inf"} ${count}`);
      lines.push(`${metric}_sum{${labels}} ${sum}`, `${metric}_count{${labels}} ${count}`);
    }
    return `${lines.join("\n")}\n`;
  }

  close(): void {
    this.#channel.unsubscribe(this.#handlers as never);
  }

  #ended(context: TraceContext): void {
    const started = this.#started.get(context);
    if (started === undefined) return;
    const seconds = (performance.now() - started) / 1000;
    const { "db.operation.name": name, "error.type": error = "" } = context.attributes;
    const labels = `db_system_name="redis",db_operation_name="${name}",error_type="${error}"`;
    let durations = this.#durations.get(labels);
    if (durations === undefined) {
      durations = { buckets: BOUNDS.map(() => 0), count: 0, sum: 0 };
      this.#durations.set(labels, durations);
    }
    durations.count++;
    durations.sum += seconds;
    for (const [index, bound] of BOUNDS.entries()) if (seconds <= bound) durations.buckets[index]++;
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
