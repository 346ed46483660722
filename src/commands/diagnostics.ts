/** Commands for finding out where memory and time go. */
import { type RawReply, RespMap } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { CommandSet, type Key } from "./base.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { type Decode, double, number, plain, recordOf, status } from "./replies.js";

/** Figures by Redis's names, such as `peak.allocated`; for each database (`db.0`) an object of them. */
export type MemoryStats = Record<string, number | Record<string, number>>;

/** A command that took long. */
export interface SlowlogEntry<T = string> {
  /** Higher for later ones. */
  id: number;
  /** Unix time in seconds at which it started. */
  time: number;
  /** How long it took in microseconds. */
  duration: number;
  /** The command and its arguments, long ones cut. */
  args: T[];
  /** Address of the client. */
  client: string;
  /** Name of the client; `""` without one. */
  clientName: string;
}

const memoryStats: Decode<MemoryStats> = (reply) =>
  recordOf(reply, (value) =>
    value instanceof RespMap || Array.isArray(value) ? recordOf(value, double) : double(value),
  );

/** Decodes the entries of a log of commands. */
export const slowlogEntries: Decode<never> = (reply) =>
  (reply as RawReply[][]).map(([id, time, duration, args, client, clientName]) => ({
    id: number(id),
    time: number(time),
    duration: number(duration),
    args,
    client: textOf(client),
    clientName: textOf(clientName),
  })) as never;

/** Commands about memory and slow commands. */
export abstract class DiagnosticCommands<M extends Mode> extends CommandSet<M> {
  /**
   * What the server finds wrong with its use of memory, in sentences.
   * @see https://redis.io/docs/latest/commands/memory-doctor/
   */
  memoryDoctor(): Reply<M, string> {
    return this.run<string>("MEMORY DOCTOR", [], status);
  }

  /**
   * Statistics of the memory allocator, as it prints them.
   * @see https://redis.io/docs/latest/commands/memory-malloc-stats/
   */
  memoryMallocStats(): Reply<M, string> {
    return this.run<string>("MEMORY MALLOC-STATS", [], status);
  }

  /**
   * Have the allocator give unused memory back to the operating system.
   * @see https://redis.io/docs/latest/commands/memory-purge/
   */
  memoryPurge(): Reply<M, "OK"> {
    return this.run<"OK">("MEMORY PURGE", [], status);
  }

  /**
   * What memory is used for.
   * @example
   * ```ts
   * const stats = await redis.memoryStats();
   * stats["peak.allocated"]; // bytes
   * ```
   * @see https://redis.io/docs/latest/commands/memory-stats/
   */
  memoryStats(): Reply<M, MemoryStats> {
    return this.run("MEMORY STATS", [], memoryStats);
  }

  /**
   * Bytes that a key and its value take; `null` without key.
   * @param options `samples`: how many elements of a collection to look at (5 unless you say so; 0: all)
   * @see https://redis.io/docs/latest/commands/memory-usage/
   */
  memoryUsage(key: Key, options?: { samples?: number }): Reply<M, Integer<M> | null> {
    const args = options?.samples === undefined ? [key] : [key, "SAMPLES", options.samples];
    return this.run<Integer<M> | null>("MEMORY USAGE", args, plain);
  }

  /**
   * The latest commands that took longer than `slowlog-log-slower-than`, the newest first.
   * @param count at most this many (10 unless you say so; -1: all)
   * @see https://redis.io/docs/latest/commands/slowlog-get/
   */
  slowlogGet(count?: number): Reply<M, SlowlogEntry<Text<M>>[]> {
    return this.run<SlowlogEntry<Text<M>>[]>(
      "SLOWLOG GET",
      count === undefined ? [] : [count],
      slowlogEntries,
    );
  }

  /**
   * How many commands the log of slow ones holds.
   * @see https://redis.io/docs/latest/commands/slowlog-len/
   */
  slowlogLen(): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("SLOWLOG LEN", [], plain);
  }

  /**
   * Empty the log of slow commands.
   * @see https://redis.io/docs/latest/commands/slowlog-reset/
   */
  slowlogReset(): Reply<M, "OK"> {
    return this.run<"OK">("SLOWLOG RESET", [], status);
  }
}
