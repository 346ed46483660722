/** What calls on time series take besides keys and values, and its words. */
import { type Arg, type Key, type OneOrMore, pushAll, type Value } from "./base.js";

/** Which of two samples of one time stays: none (an error), the first, last, least, greatest, or their sum. */
export type DuplicatePolicy = "block" | "first" | "last" | "min" | "max" | "sum";

/** How the samples of a bucket become one. `twa` is the average weighted by time. */
export type Aggregator =
  | "avg"
  | "sum"
  | "min"
  | "max"
  | "range"
  | "count"
  | "first"
  | "last"
  | "std.p"
  | "std.s"
  | "var.p"
  | "var.s"
  | "twa";

/** How series of a group become one. */
export type Reducer = Exclude<Aggregator, "first" | "last" | "twa">;

/** A time in Unix milliseconds, or `*`: the server's now. */
export type SampleTime = number | "*";

/** One end of a range: a time in Unix milliseconds, `-`: the first, `+`: the last. */
export type RangeEnd = number | "-" | "+";

/** What a series is like. Where it exists already, TS.ADD and its kin ignore this. */
export interface SeriesOptions {
  /** How many milliseconds before the newest sample others are kept; 0: for ever. */
  retention?: number;
  encoding?: "compressed" | "uncompressed";
  /** Bytes of a chunk. */
  chunkSize?: number;
  duplicatePolicy?: DuplicatePolicy;
  /** Ignore a sample that is no further than this from the last one. */
  ignore?: { maxTimeDiff: number; maxValDiff: number };
  /** To find the series by. */
  labels?: Readonly<Record<string, Value>>;
}

/** Options of TS.ADD. */
export interface TsAddOptions extends SeriesOptions {
  /** What happens to this sample where there is one of that time. */
  onDuplicate?: DuplicatePolicy;
}

/** Options of TS.INCRBY and TS.DECRBY. */
export interface TsIncrbyOptions extends SeriesOptions {
  /** Of the sample, the last one's or later (now unless you say so). */
  timestamp?: SampleTime;
}

/** One sample of TS.MADD. */
export interface SeriesEntry {
  key: Key;
  timestamp: SampleTime;
  value: number;
}

/** Samples of equal spans of time become one. */
export interface Aggregation {
  aggregator: Aggregator;
  /** Milliseconds. */
  bucketDuration: number;
  /** Where buckets begin: at a time, or at one end of the range (0 unless you say so). */
  align?: RangeEnd | "start" | "end";
  /** Which time a bucket is reported with (its start unless you say so). */
  bucketTimestamp?: "start" | "mid" | "end";
  /** Report buckets without samples too. */
  empty?: boolean;
}

/** Options of TS.RANGE and TS.REVRANGE. */
export interface TsRangeOptions {
  /** Of a compacted series, report the bucket that is not complete yet too. */
  latest?: boolean;
  /** Only samples of exactly these times. */
  filterByTimestamp?: readonly number[];
  /** Only samples with values from `min` to `max`. */
  filterByValue?: { min: number; max: number };
  /** At most this many samples or buckets. */
  count?: number;
  aggregation?: Aggregation;
}

/** Which labels come with each series; at most one of these. */
export interface LabelOptions {
  /** All. */
  withLabels?: boolean;
  /** These. */
  selectedLabels?: readonly string[];
}

/** Options of TS.MGET. */
export interface TsMgetOptions extends LabelOptions {
  /** Of compacted series, report the bucket that is not complete yet. */
  latest?: boolean;
}

/** Options of TS.MRANGE and TS.MREVRANGE. */
export interface TsMrangeOptions extends TsRangeOptions, LabelOptions {
  /** Join series that have the same value of a label. */
  groupBy?: { label: string; reduce: Reducer };
}

/** Append what a series is like, without its labels. */
export function pushSeries(args: Arg[], options: SeriesOptions): void {
  if (options.retention !== undefined) args.push("RETENTION", options.retention);
  if (options.encoding !== undefined) args.push("ENCODING", options.encoding);
  if (options.chunkSize !== undefined) args.push("CHUNK_SIZE", options.chunkSize);
  if (options.duplicatePolicy !== undefined) args.push("DUPLICATE_POLICY", options.duplicatePolicy);
  if (options.ignore !== undefined)
    args.push("IGNORE", options.ignore.maxTimeDiff, options.ignore.maxValDiff);
}

/** Append labels. They stand last, because the server takes all that follows for labels. */
export function pushLabels(args: Arg[], options: SeriesOptions): void {
  if (options.labels === undefined) return;
  args.push("LABELS");
  for (const [name, value] of Object.entries(options.labels)) args.push(name, value);
}

/** The words of TS.INCRBY and TS.DECRBY. */
export function incrbyArgs(key: Key, by: number, options: TsIncrbyOptions | undefined): Arg[] {
  const args: Arg[] = [key, by];
  if (options?.timestamp !== undefined) args.push("TIMESTAMP", options.timestamp);
  if (options) {
    pushSeries(args, options);
    pushLabels(args, options);
  }
  return args;
}

/** The words of TS.MRANGE and TS.MREVRANGE. */
export function mrangeArgs(
  from: RangeEnd,
  to: RangeEnd,
  filters: OneOrMore<string>,
  options: TsMrangeOptions | undefined,
): Arg[] {
  const args: Arg[] = [from, to];
  if (options) {
    pushSampleFilter(args, options);
    pushLabelChoice(args, options);
    pushAggregation(args, options);
  }
  args.push("FILTER");
  pushAll(args, filters);
  if (options?.groupBy) args.push("GROUPBY", options.groupBy.label, "REDUCE", options.groupBy.reduce);
  return args;
}

/** Append which samples are meant. */
export function pushSampleFilter(args: Arg[], options: TsRangeOptions): void {
  if (options.latest) args.push("LATEST");
  if (options.filterByTimestamp !== undefined) {
    args.push("FILTER_BY_TS");
    pushAll(args, options.filterByTimestamp);
  }
  if (options.filterByValue !== undefined) {
    args.push("FILTER_BY_VALUE", options.filterByValue.min, options.filterByValue.max);
  }
}

/** Append which labels are wanted. */
export function pushLabelChoice(args: Arg[], options: LabelOptions): void {
  if (options.withLabels) args.push("WITHLABELS");
  if (options.selectedLabels !== undefined) {
    args.push("SELECTED_LABELS");
    pushAll(args, options.selectedLabels);
  }
}

/** Append how many samples are wanted, and how they become fewer. */
export function pushAggregation(args: Arg[], { count, aggregation }: TsRangeOptions): void {
  if (count !== undefined) args.push("COUNT", count);
  if (aggregation === undefined) return;
  if (aggregation.align !== undefined) args.push("ALIGN", aggregation.align);
  args.push("AGGREGATION", aggregation.aggregator, aggregation.bucketDuration);
  if (aggregation.bucketTimestamp !== undefined) args.push("BUCKETTIMESTAMP", aggregation.bucketTimestamp);
  if (aggregation.empty) args.push("EMPTY");
}
