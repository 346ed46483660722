/** Replies on time series as objects. Timestamps are Unix times in milliseconds. */
import type { RawReply } from "../protocol/parser.js";
import { RespMap } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { type Decode, double, flatPairs, number } from "./replies.js";

/** A measured value and its time. */
export interface Sample {
  /** Unix time in milliseconds. */
  timestamp: number;
  value: number;
}

/** Labels by name; `null` for one that was asked for and that the series does not have. */
export type SeriesLabels<T = string> = Record<string, T | null>;

/** A series that a filter found, with its last sample. */
export interface SeriesSample<T = string> {
  key: T;
  /** Empty unless they were asked for. */
  labels: SeriesLabels<T>;
  /** `null` when the series is empty. */
  sample: Sample | null;
}

/** A series that a filter found, or a group of such series, with samples. */
export interface SeriesSamples<T = string> {
  /** Key of the series; of a group `label=value`. */
  key: T;
  /** Empty unless they were asked for. */
  labels: SeriesLabels<T>;
  samples: Sample[];
}

/** A rule by which samples are added up into another series. */
export interface CompactionRule<T = string> {
  /** Key of the other series. */
  key: T;
  /** Milliseconds. */
  bucketDuration: number;
  aggregator: string;
  /** Where buckets begin, in milliseconds from the epoch. */
  alignment: number;
}

/** A chunk of a series. */
export interface SeriesChunk {
  startTimestamp: number;
  endTimestamp: number;
  samples: number;
  /** Bytes. */
  size: number;
  bytesPerSample: number;
}

/** Reply of TS.INFO. Times are milliseconds. */
export interface TimeSeriesInfo<T = string> {
  totalSamples: number;
  /** Bytes. */
  memoryUsage: number;
  firstTimestamp: number;
  lastTimestamp: number;
  /** How long samples are kept; 0: for ever. */
  retentionTime: number;
  chunkCount: number;
  /** Bytes of a new chunk. */
  chunkSize: number;
  chunkType: string;
  duplicatePolicy: string | null;
  labels: Record<string, T>;
  /** Key of the series that this one is compacted from. */
  sourceKey: T | null;
  rules: CompactionRule<T>[];
  /** Of samples that are ignored as duplicates; missing in older versions. */
  ignoreMaxTimeDiff?: number;
  ignoreMaxValDiff?: number;
  /** Where `debug` was set. */
  chunks?: SeriesChunk[];
}

const sampleOf = ([timestamp, value]: RawReply[]): Sample => ({
  timestamp: number(timestamp),
  value: double(value),
});

/** Samples in their order. */
export const samples: Decode<Sample[]> = (reply) => (reply as RawReply[][]).map(sampleOf);

/** One sample, or `null` for an empty list. */
export const sampleOrNull: Decode<Sample | null> = (reply) =>
  (reply as RawReply[]).length === 0 ? null : sampleOf(reply as RawReply[]);

/** Names of the labels in which RESP2 hides how a group was made; RESP3 says it apart. */
const GROUP_LABELS = new Set(["__reducer__", "__source__"]);

/** A map in RESP3, a list of pairs in RESP2. */
function labelsOf(reply: RawReply): SeriesLabels<RawReply> {
  const pairs = reply instanceof RespMap ? inPairs(reply.flat) : (reply as RawReply[][]);
  const named = pairs.map(([name, value]) => [textOf(name), value] as const);
  return Object.fromEntries(named.filter(([name]) => !GROUP_LABELS.has(name)));
}

function inPairs(flat: readonly RawReply[]): RawReply[][] {
  const pairs: RawReply[][] = [];
  for (let i = 0; i < flat.length; i += 2) pairs.push([flat[i], flat[i + 1]]);
  return pairs;
}

/** For each series its key and what is said of it: lists in RESP2, entries of a map in RESP3. */
function seriesOf(reply: RawReply): [key: RawReply, parts: RawReply[]][] {
  if (reply instanceof RespMap) {
    return inPairs(reply.flat).map(([key, parts]) => [key, parts as RawReply[]]);
  }
  return (reply as RawReply[][]).map(([key, ...parts]) => [key, parts]);
}

/** The reply of TS.MGET. */
export const seriesSample: Decode<never> = (reply) =>
  seriesOf(reply).map(([key, [labels, sample]]) => ({
    key,
    labels: labelsOf(labels),
    sample: sampleOrNull(sample),
  })) as never;

/** The reply of TS.MRANGE and TS.MREVRANGE: labels first, samples last, between them what RESP3 says of the query. */
export const seriesSamples: Decode<never> = (reply) =>
  seriesOf(reply).map(([key, parts]) => ({
    key,
    labels: labelsOf(parts[0]),
    samples: samples(parts[parts.length - 1]),
  })) as never;

function rulesOf(reply: RawReply): CompactionRule<RawReply>[] {
  return seriesOf(reply).map(([key, [bucketDuration, aggregator, alignment]]) => ({
    key,
    bucketDuration: number(bucketDuration),
    aggregator: textOf(aggregator),
    alignment: number(alignment ?? 0),
  }));
}

function chunksOf(reply: RawReply): SeriesChunk[] {
  return (reply as RawReply[]).map((chunk) => {
    const named = inPairs(flatPairs(chunk)).map(([name, value]) => [textOf(name), double(value)] as const);
    return Object.fromEntries(named) as unknown as SeriesChunk;
  });
}

const INFO_FIELDS: Readonly<Record<string, (reply: RawReply) => unknown>> = {
  chunkType: textOf,
  duplicatePolicy: (reply) => (reply === null ? null : textOf(reply)),
  labels: (reply) => labelsOf(reply ?? []),
  sourceKey: (reply) => reply,
  keySelfName: (reply) => reply,
  rules: rulesOf,
  Chunks: chunksOf,
};

/** The reply of TS.INFO; all that is not named above is a number. */
export const timeSeriesInfo: Decode<never> = (reply) => {
  const info: Record<string, unknown> = {};
  for (const [raw, value] of inPairs(flatPairs(reply))) {
    const name = textOf(raw);
    info[name === "Chunks" ? "chunks" : name] = (INFO_FIELDS[name] ?? double)(value);
  }
  return info as never;
};
