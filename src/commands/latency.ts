/** Where a server loses time: what its latency monitor has seen, and how long commands take. */
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { CommandSet, listOf, type Many } from "./base.js";
import type { Integer, Mode, Reply } from "./mode.js";
import { type Decode, number, plain, record, recordOf, status } from "./replies.js";

/** A moment at which an event took long. */
export interface LatencySample {
  /** Unix time in seconds. */
  time: number;
  /** Milliseconds. */
  latency: number;
}

/** When an event took long for the last time. */
export interface LatencyEvent extends LatencySample {
  /** Such as `command`, `fork`, `expire-cycle`. */
  event: string;
  /** The longest that it ever took, in milliseconds. */
  max: number;
}

/** How long a command takes. */
export interface LatencyHistogram {
  /** How often it was called. */
  calls: number;
  /** For each of some times in microseconds how many calls took so long at the most. */
  histogramUsec: Record<number, number>;
}

const samples: Decode<LatencySample[]> = (reply) =>
  (reply as RawReply[][]).map(([time, latency]) => ({ time: number(time), latency: number(latency) }));

const latest: Decode<LatencyEvent[]> = (reply) =>
  (reply as RawReply[][]).map(([event, time, latency, max]) => ({
    event: textOf(event),
    time: number(time),
    latency: number(latency),
    max: number(max),
  }));

const histograms: Decode<Record<string, LatencyHistogram>> = (reply) =>
  recordOf(reply, (histogram) => {
    const { calls, histogram_usec: buckets } = record(histogram) as Record<string, RawReply>;
    return { calls: number(calls), histogramUsec: recordOf(buckets, number) };
  });

/** Commands on latency. The monitor sees what takes at least `latency-monitor-threshold` milliseconds, if that is not 0. */
export abstract class LatencyCommands<M extends Mode> extends CommandSet<M> {
  /**
   * What the monitor has seen, and what to do about it, in sentences.
   * @see https://redis.io/docs/latest/commands/latency-doctor/
   */
  latencyDoctor(): Reply<M, string> {
    return this.run<string>("LATENCY DOCTOR", [], status);
  }

  /**
   * A picture of how long an event took over time.
   * @throws ReplyError `ERR` when the monitor has not seen it
   * @see https://redis.io/docs/latest/commands/latency-graph/
   */
  latencyGraph(event: string): Reply<M, string> {
    return this.run<string>("LATENCY GRAPH", [event], status);
  }

  /**
   * How long commands take, all or some; those that were never called are left out.
   * @example
   * ```ts
   * const { get } = await redis.latencyHistogram("get"); // { calls: 3, histogramUsec: { 1: 2, 4: 3 } }
   * ```
   * @see https://redis.io/docs/latest/commands/latency-histogram/
   */
  latencyHistogram(...commands: Many<string>): Reply<M, Record<string, LatencyHistogram>> {
    return this.run("LATENCY HISTOGRAM", listOf(commands), histograms);
  }

  /**
   * The moments at which an event took long, the oldest first, 160 at the most.
   * @see https://redis.io/docs/latest/commands/latency-history/
   */
  latencyHistory(event: string): Reply<M, LatencySample[]> {
    return this.run("LATENCY HISTORY", [event], samples);
  }

  /**
   * The events that took long, each with the last time that it did.
   * @example
   * ```ts
   * await redis.latencyLatest(); // [{ event: "command", time: 1700000000, latency: 251, max: 1001 }]
   * ```
   * @see https://redis.io/docs/latest/commands/latency-latest/
   */
  latencyLatest(): Reply<M, LatencyEvent[]> {
    return this.run("LATENCY LATEST", [], latest);
  }

  /**
   * Forget what the monitor has seen, of all events or of some.
   * @returns of how many events
   * @see https://redis.io/docs/latest/commands/latency-reset/
   */
  latencyReset(...events: Many<string>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("LATENCY RESET", listOf(events), plain);
  }
}
