/** Commands on count-min sketches: about how often was each element counted? Need Redis 8.0 or the Bloom module. */
import {
  type Arg,
  CommandSet,
  type Fields,
  type Key,
  listOf,
  type Many,
  type OneOrMore,
  pushAll,
  pushCounted,
  pushFields,
  type Value,
} from "./base.js";
import { figures } from "./filter-replies.js";
import type { Integer, Mode, Reply } from "./mode.js";
import { plain, status } from "./replies.js";

/** Reply of {@link CountMinCommands.cmsInfo}. */
export interface CountMinInfo {
  /** Counters in a row. */
  width: number;
  /** Rows. */
  depth: number;
  /** The sum of all that was counted. */
  count: number;
}

/** Commands on count-min sketches. */
export abstract class CountMinCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Count elements in the sketch at `key`.
   * @param increments how often to count each
   * @returns the new estimate for each
   * @throws ReplyError `CMS:` when there is no such sketch
   * @example
   * ```ts
   * await redis.cmsIncrby("hits", { "/": 10, "/about": 3 }); // [10, 3]
   * ```
   * @see https://redis.io/docs/latest/commands/cms.incrby/
   */
  cmsIncrby(key: Key, increments: Fields): Reply<M, Integer<M>[]> {
    const args: Arg[] = [key];
    pushFields(args, increments);
    return this.run<Integer<M>[]>("CMS.INCRBY", args, plain);
  }

  /**
   * What the sketch at `key` is like.
   * @see https://redis.io/docs/latest/commands/cms.info/
   */
  cmsInfo(key: Key): Reply<M, CountMinInfo> {
    return this.run<CountMinInfo>("CMS.INFO", [key], figures);
  }

  /**
   * Create a sketch of that size.
   * @param width counters in a row: more make the error less
   * @param depth rows: more make an error less likely
   * @see https://redis.io/docs/latest/commands/cms.initbydim/
   */
  cmsInitbydim(key: Key, width: number, depth: number): Reply<M, "OK"> {
    return this.run<"OK">("CMS.INITBYDIM", [key, width, depth], status);
  }

  /**
   * Create a sketch of that quality.
   * @param error how far estimates may be too high, as a share of all that was counted, such as 0.001
   * @param probability of an estimate that is further off, such as 0.01
   * @see https://redis.io/docs/latest/commands/cms.initbyprob/
   */
  cmsInitbyprob(key: Key, error: number, probability: number): Reply<M, "OK"> {
    return this.run<"OK">("CMS.INITBYPROB", [key, error, probability], status);
  }

  /**
   * Add sketches of equal size up in `destination`, which must exist and loses what it held.
   * @param options `weights`: a factor for each source, 1 unless you say so
   * @example
   * ```ts
   * await redis.cmsMerge("week", ["monday", "tuesday"], { weights: [1, 2] });
   * ```
   * @see https://redis.io/docs/latest/commands/cms.merge/
   */
  cmsMerge(
    destination: Key,
    sources: OneOrMore<Key>,
    options?: { weights?: readonly number[] },
  ): Reply<M, "OK"> {
    const args: Arg[] = [destination];
    pushCounted(args, sources);
    if (options?.weights !== undefined) {
      args.push("WEIGHTS");
      pushAll(args, options.weights);
    }
    return this.run<"OK">("CMS.MERGE", args, status);
  }

  /**
   * About how often the elements were counted in the sketch at `key`; never less than they were.
   * @see https://redis.io/docs/latest/commands/cms.query/
   */
  cmsQuery(key: Key, ...items: Many<Value>): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("CMS.QUERY", [key, ...listOf(items)], plain);
  }
}
