/**
 * Commands on time series: samples in the order of their time, with labels to find series by.
 * They need Redis 8.0, or the TimeSeries module in an older server.
 */
import type { ReplyError } from "../errors.js";
import { type Arg, CommandSet, type Key, type OneOrMore, pushAll } from "./base.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { plain, status } from "./replies.js";
import {
  type Aggregator,
  incrbyArgs,
  mrangeArgs,
  pushAggregation,
  pushLabelChoice,
  pushLabels,
  pushSampleFilter,
  pushSeries,
  type RangeEnd,
  type SampleTime,
  type SeriesEntry,
  type SeriesOptions,
  type TsAddOptions,
  type TsIncrbyOptions,
  type TsMgetOptions,
  type TsMrangeOptions,
  type TsRangeOptions,
} from "./time-series-options.js";
import {
  type Sample,
  type SeriesSample,
  type SeriesSamples,
  sampleOrNull,
  samples,
  seriesSample,
  seriesSamples,
  type TimeSeriesInfo,
  timeSeriesInfo,
} from "./time-series-replies.js";

/** Commands on time series. */
export abstract class TimeSeriesCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Add a sample to the series at `key`, which is created as the options say when missing.
   * @returns the sample's timestamp
   * @example
   * ```ts
   * await redis.tsAdd("temperature:3", Date.now(), 27, { retention: 86_400_000, labels: { room: "study" } });
   * await redis.tsAdd("temperature:3", "*", 26.5);
   * ```
   * @see https://redis.io/docs/latest/commands/ts.add/
   */
  tsAdd(key: Key, timestamp: SampleTime, value: number, options?: TsAddOptions): Reply<M, Integer<M>> {
    const args: Arg[] = [key, timestamp, value];
    if (options) {
      pushSeries(args, options);
      if (options.onDuplicate !== undefined) args.push("ON_DUPLICATE", options.onDuplicate);
      pushLabels(args, options);
    }
    return this.run<Integer<M>>("TS.ADD", args, plain);
  }

  /**
   * Change what the series at `key` is like; labels are replaced as a whole. The encoding cannot change.
   * @see https://redis.io/docs/latest/commands/ts.alter/
   */
  tsAlter(key: Key, options: Omit<SeriesOptions, "encoding">): Reply<M, "OK"> {
    const args: Arg[] = [key];
    pushSeries(args, options);
    pushLabels(args, options);
    return this.run<"OK">("TS.ALTER", args, status);
  }

  /**
   * Create an empty series at `key`.
   * @throws ReplyError `ERR` when the key exists
   * @example
   * ```ts
   * await redis.tsCreate("temperature:3", { duplicatePolicy: "max", labels: { room: "study" } });
   * ```
   * @see https://redis.io/docs/latest/commands/ts.create/
   */
  tsCreate(key: Key, options?: SeriesOptions): Reply<M, "OK"> {
    const args: Arg[] = [key];
    if (options) {
      pushSeries(args, options);
      pushLabels(args, options);
    }
    return this.run<"OK">("TS.CREATE", args, status);
  }

  /**
   * Have the samples of `source` that come from now on added up into `destination`, which must exist.
   * @param bucketDuration milliseconds
   * @param align where buckets begin, in milliseconds from the epoch (0 unless you say so)
   * @example
   * ```ts
   * await redis.tsCreaterule("temperature:3", "temperature:3:hourly", "avg", 3_600_000);
   * ```
   * @see https://redis.io/docs/latest/commands/ts.createrule/
   */
  tsCreaterule(
    source: Key,
    destination: Key,
    aggregator: Aggregator,
    bucketDuration: number,
    align?: number,
  ): Reply<M, "OK"> {
    const args: Arg[] = [source, destination, "AGGREGATION", aggregator, bucketDuration];
    if (align !== undefined) args.push(align);
    return this.run<"OK">("TS.CREATERULE", args, status);
  }

  /**
   * Subtract `by` from the last value of the series at `key`, as a sample of now or of a time that you say.
   * @returns the sample's timestamp
   * @see https://redis.io/docs/latest/commands/ts.decrby/
   */
  tsDecrby(key: Key, by: number, options?: TsIncrbyOptions): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("TS.DECRBY", incrbyArgs(key, by, options), plain);
  }

  /**
   * Delete the samples of the series at `key` from one time to another, both included.
   * @returns how many
   * @see https://redis.io/docs/latest/commands/ts.del/
   */
  tsDel(key: Key, from: number, to: number): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("TS.DEL", [key, from, to], plain);
  }

  /**
   * End what {@link TimeSeriesCommands.tsCreaterule} began.
   * @see https://redis.io/docs/latest/commands/ts.deleterule/
   */
  tsDeleterule(source: Key, destination: Key): Reply<M, "OK"> {
    return this.run<"OK">("TS.DELETERULE", [source, destination], status);
  }

  /**
   * The last sample of the series at `key`; `null` when it is empty.
   * @param options `latest`: of a compacted series, the bucket that is not complete yet
   * @throws ReplyError `ERR` when there is no such series
   * @example
   * ```ts
   * await redis.tsGet("temperature:3"); // { timestamp: 1700000000000, value: 26.5 }
   * ```
   * @see https://redis.io/docs/latest/commands/ts.get/
   */
  tsGet(key: Key, options?: { latest?: boolean }): Reply<M, Sample | null> {
    return this.run("TS.GET", options?.latest ? [key, "LATEST"] : [key], sampleOrNull);
  }

  /**
   * Add `by` to the last value of the series at `key`, as a sample of now or of a time that you say.
   * @returns the sample's timestamp
   * @example
   * ```ts
   * await redis.tsIncrby("orders", 1, { labels: { shop: "north" } });
   * ```
   * @see https://redis.io/docs/latest/commands/ts.incrby/
   */
  tsIncrby(key: Key, by: number, options?: TsIncrbyOptions): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("TS.INCRBY", incrbyArgs(key, by, options), plain);
  }

  /**
   * What the series at `key` is like.
   * @param options `debug`: say of each chunk too
   * @see https://redis.io/docs/latest/commands/ts.info/
   */
  tsInfo(key: Key, options?: { debug?: boolean }): Reply<M, TimeSeriesInfo<Text<M>>> {
    const args = options?.debug ? [key, "DEBUG"] : [key];
    return this.run<TimeSeriesInfo<Text<M>>>("TS.INFO", args, timeSeriesInfo);
  }

  /**
   * Add samples to series that exist.
   * @returns for each its timestamp, or the error that kept it out
   * @example
   * ```ts
   * await redis.tsMadd([
   *   { key: "a", timestamp: 1000, value: 1 },
   *   { key: "b", timestamp: 1000, value: 2 },
   * ]); // [1000, 1000]
   * ```
   * @see https://redis.io/docs/latest/commands/ts.madd/
   */
  tsMadd(entries: readonly SeriesEntry[]): Reply<M, (Integer<M> | ReplyError)[]> {
    const args: Arg[] = [];
    for (const { key, timestamp, value } of entries) args.push(key, timestamp, value);
    return this.run<(Integer<M> | ReplyError)[]>("TS.MADD", args, plain);
  }

  /**
   * The last sample of each series that fulfils all filters.
   * @param filters such as `room=study`, `room!=study`, `room=(study,kitchen)`, `room=` (has no such label), `room!=`
   * @example
   * ```ts
   * await redis.tsMget("type=temperature", { withLabels: true });
   * // [{ key: "temp:3", labels: { type: "temperature" }, sample: { timestamp: 1700000000000, value: 27 } }]
   * ```
   * @see https://redis.io/docs/latest/commands/ts.mget/
   */
  tsMget(filters: OneOrMore<string>, options?: TsMgetOptions): Reply<M, SeriesSample<Text<M>>[]> {
    const args: Arg[] = [];
    if (options?.latest) args.push("LATEST");
    if (options) pushLabelChoice(args, options);
    args.push("FILTER");
    pushAll(args, filters);
    return this.run<SeriesSample<Text<M>>[]>("TS.MGET", args, seriesSample);
  }

  /**
   * The samples from one time to another, both included, of each series that fulfils all filters, the oldest first.
   * @param filters as {@link TimeSeriesCommands.tsMget} has them
   * @example
   * ```ts
   * await redis.tsMrange("-", "+", "type=stock", { groupBy: { label: "type", reduce: "max" } });
   * // [{ key: "type=stock", labels: {}, samples: [{ timestamp: 1000, value: 120 }, { timestamp: 1010, value: 110 }] }]
   * ```
   * @see https://redis.io/docs/latest/commands/ts.mrange/
   */
  tsMrange(
    from: RangeEnd,
    to: RangeEnd,
    filters: OneOrMore<string>,
    options?: TsMrangeOptions,
  ): Reply<M, SeriesSamples<Text<M>>[]> {
    return this.run<SeriesSamples<Text<M>>[]>(
      "TS.MRANGE",
      mrangeArgs(from, to, filters, options),
      seriesSamples,
    );
  }

  /**
   * The same as {@link TimeSeriesCommands.tsMrange}, the newest first.
   * @see https://redis.io/docs/latest/commands/ts.mrevrange/
   */
  tsMrevrange(
    from: RangeEnd,
    to: RangeEnd,
    filters: OneOrMore<string>,
    options?: TsMrangeOptions,
  ): Reply<M, SeriesSamples<Text<M>>[]> {
    return this.run<SeriesSamples<Text<M>>[]>(
      "TS.MREVRANGE",
      mrangeArgs(from, to, filters, options),
      seriesSamples,
    );
  }

  /**
   * Keys of the series that fulfil all filters.
   * @param filters as {@link TimeSeriesCommands.tsMget} has them
   * @see https://redis.io/docs/latest/commands/ts.queryindex/
   */
  tsQueryindex(filters: OneOrMore<string>): Reply<M, Text<M>[]> {
    const args: Arg[] = [];
    pushAll(args, filters);
    return this.run<Text<M>[]>("TS.QUERYINDEX", args, plain);
  }

  /**
   * The samples of the series at `key` from one time to another, both included, the oldest first.
   * @example
   * ```ts
   * await redis.tsRange("temperature:3", "-", "+", {
   *   aggregation: { aggregator: "avg", bucketDuration: 3_600_000 },
   * }); // [{ timestamp: 1699999200000, value: 26.75 }]
   * ```
   * @see https://redis.io/docs/latest/commands/ts.range/
   */
  tsRange(key: Key, from: RangeEnd, to: RangeEnd, options?: TsRangeOptions): Reply<M, Sample[]> {
    const args: Arg[] = [key, from, to];
    if (options) {
      pushSampleFilter(args, options);
      pushAggregation(args, options);
    }
    return this.run("TS.RANGE", args, samples);
  }

  /**
   * The same as {@link TimeSeriesCommands.tsRange}, the newest first.
   * @see https://redis.io/docs/latest/commands/ts.revrange/
   */
  tsRevrange(key: Key, from: RangeEnd, to: RangeEnd, options?: TsRangeOptions): Reply<M, Sample[]> {
    const args: Arg[] = [key, from, to];
    if (options) {
      pushSampleFilter(args, options);
      pushAggregation(args, options);
    }
    return this.run("TS.REVRANGE", args, samples);
  }
}
