/** Commands on t-digests: quantiles of very many numbers in little memory. Need Redis 8.0 or the Bloom module. */
import type { RawReply } from "../protocol/parser.js";
import { type Arg, CommandSet, type Key, listOf, type Many, type OneOrMore, pushCounted } from "./base.js";
import { figures } from "./filter-replies.js";
import type { Integer, Mode, Reply } from "./mode.js";
import { type Decode, double, plain, status } from "./replies.js";

/** Options of {@link TDigestCommands.tdigestMerge}. */
export interface TdigestMergeOptions {
  /** Exactness of the result (the greatest of the sources' unless you say so). */
  compression?: number;
  /** What the destination holds is dropped first. */
  override?: boolean;
}

/** Reply of {@link TDigestCommands.tdigestInfo}. */
export interface TDigestInfo {
  /** The more, the more exact, and the more memory. */
  compression: number;
  capacity: number;
  mergedNodes: number;
  unmergedNodes: number;
  mergedWeight: number;
  unmergedWeight: number;
  /** How many numbers were added. */
  observations: number;
  totalCompressions: number;
  /** Bytes. */
  memoryUsage: number;
}

const doubles: Decode<number[]> = (reply) => (reply as RawReply[]).map(double);

/** Commands on t-digests. A digest without numbers gives `NaN`. */
export abstract class TDigestCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Add numbers to the digest at `key`.
   * @throws ReplyError `ERR` when there is no such digest
   * @example
   * ```ts
   * await redis.tdigestCreate("latency");
   * await redis.tdigestAdd("latency", 12.5, 17, 230);
   * ```
   * @see https://redis.io/docs/latest/commands/tdigest.add/
   */
  tdigestAdd(key: Key, ...values: Many<number>): Reply<M, "OK"> {
    return this.run<"OK">("TDIGEST.ADD", [key, ...listOf(values)], status);
  }

  /**
   * About which numbers have these ranks; 0 is the smallest number's, and beyond the last it is `Infinity`.
   * @see https://redis.io/docs/latest/commands/tdigest.byrank/
   */
  tdigestByrank(key: Key, ...ranks: Many<number>): Reply<M, number[]> {
    return this.run("TDIGEST.BYRANK", [key, ...listOf(ranks)], doubles);
  }

  /**
   * About which numbers have these ranks from the top; 0 is the greatest number's, and beyond the last it is
   * `-Infinity`.
   * @see https://redis.io/docs/latest/commands/tdigest.byrevrank/
   */
  tdigestByrevrank(key: Key, ...ranks: Many<number>): Reply<M, number[]> {
    return this.run("TDIGEST.BYREVRANK", [key, ...listOf(ranks)], doubles);
  }

  /**
   * About which share of the numbers is less than each of `values`; equal ones count half.
   * @see https://redis.io/docs/latest/commands/tdigest.cdf/
   */
  tdigestCdf(key: Key, ...values: Many<number>): Reply<M, number[]> {
    return this.run("TDIGEST.CDF", [key, ...listOf(values)], doubles);
  }

  /**
   * Create an empty digest at `key`.
   * @param options `compression`: the more, the more exact, and the more memory (100 unless you say so)
   * @throws ReplyError `ERR` when there is one already
   * @see https://redis.io/docs/latest/commands/tdigest.create/
   */
  tdigestCreate(key: Key, options?: { compression?: number }): Reply<M, "OK"> {
    const args: Arg[] = [key];
    if (options?.compression !== undefined) args.push("COMPRESSION", options.compression);
    return this.run<"OK">("TDIGEST.CREATE", args, status);
  }

  /**
   * What the digest at `key` is like.
   * @see https://redis.io/docs/latest/commands/tdigest.info/
   */
  tdigestInfo(key: Key): Reply<M, TDigestInfo> {
    return this.run<TDigestInfo>("TDIGEST.INFO", [key], figures);
  }

  /**
   * The greatest number of the digest at `key`.
   * @see https://redis.io/docs/latest/commands/tdigest.max/
   */
  tdigestMax(key: Key): Reply<M, number> {
    return this.run("TDIGEST.MAX", [key], double);
  }

  /**
   * Add digests to that at `destination`, which is created when missing.
   * @see https://redis.io/docs/latest/commands/tdigest.merge/
   */
  tdigestMerge(destination: Key, sources: OneOrMore<Key>, options?: TdigestMergeOptions): Reply<M, "OK"> {
    const args: Arg[] = [destination];
    pushCounted(args, sources);
    if (options?.compression !== undefined) args.push("COMPRESSION", options.compression);
    if (options?.override) args.push("OVERRIDE");
    return this.run<"OK">("TDIGEST.MERGE", args, status);
  }

  /**
   * The smallest number of the digest at `key`.
   * @see https://redis.io/docs/latest/commands/tdigest.min/
   */
  tdigestMin(key: Key): Reply<M, number> {
    return this.run("TDIGEST.MIN", [key], double);
  }

  /**
   * About which numbers are greater than these shares of all, between 0 and 1.
   * @example
   * ```ts
   * const [median, p99] = await redis.tdigestQuantile("latency", 0.5, 0.99);
   * ```
   * @see https://redis.io/docs/latest/commands/tdigest.quantile/
   */
  tdigestQuantile(key: Key, ...quantiles: Many<number>): Reply<M, number[]> {
    return this.run("TDIGEST.QUANTILE", [key, ...listOf(quantiles)], doubles);
  }

  /**
   * About how many numbers are less than each of `values`, half of the equal ones included.
   * @returns -1 for what is less than all, -2 where there are no numbers
   * @see https://redis.io/docs/latest/commands/tdigest.rank/
   */
  tdigestRank(key: Key, ...values: Many<number>): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("TDIGEST.RANK", [key, ...listOf(values)], plain);
  }

  /**
   * Drop all numbers of the digest at `key`.
   * @see https://redis.io/docs/latest/commands/tdigest.reset/
   */
  tdigestReset(key: Key): Reply<M, "OK"> {
    return this.run<"OK">("TDIGEST.RESET", [key], status);
  }

  /**
   * About how many numbers are greater than each of `values`, half of the equal ones included.
   * @returns -1 for what is greater than all, -2 where there are no numbers
   * @see https://redis.io/docs/latest/commands/tdigest.revrank/
   */
  tdigestRevrank(key: Key, ...values: Many<number>): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("TDIGEST.REVRANK", [key, ...listOf(values)], plain);
  }

  /**
   * Mean of the numbers between two quantiles.
   * @param low the share of the smallest numbers to leave out, between 0 and 1
   * @param high where the greatest numbers begin that are left out, between 0 and 1
   * @see https://redis.io/docs/latest/commands/tdigest.trimmed_mean/
   */
  tdigestTrimmedMean(key: Key, low: number, high: number): Reply<M, number> {
    return this.run("TDIGEST.TRIMMED_MEAN", [key, low, high], double);
  }
}
