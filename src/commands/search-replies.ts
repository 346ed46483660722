/** What queries of the search module found, as objects: the same from RESP2's flat lists and RESP3's maps. */
import type { RawReply } from "../protocol/parser.js";
import { RespMap } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { anything, type Decode, double, number, record } from "./replies.js";

/** A document that a search found. */
export interface SearchDocument<T = string> {
  /** Its key. */
  id: T;
  /** Fields of a hash; of a JSON document `$` with its text, or what `return` asked for. Empty with `noContent`. */
  fields: Record<string, T>;
  /** How well it matches, where `withScores` is set. */
  score?: number;
  /** How that came about, where `explainScore` is set. */
  explanation?: unknown;
  /** Where `withPayloads` is set. */
  payload?: T | null;
  /** Where `withSortKeys` is set: `#` and a number, or `$` and text. */
  sortKey?: T | null;
}

/** Reply of FT.SEARCH. */
export interface SearchResult<T = string> {
  /** How many documents match, whatever the limit is. */
  total: number;
  documents: SearchDocument<T>[];
}

/** A row of an aggregation: values by name; lists come from `TOLIST` and its kin. */
export type AggregateRow<T = string> = Record<string, T | T[] | null>;

/** Reply of FT.AGGREGATE. */
export interface AggregateResult<T = string> {
  /** A rough figure that the server gives with the rows; no count of them. */
  total: number;
  rows: AggregateRow<T>[];
}

/** One page of an aggregation. */
export interface AggregatePage<T = string> extends AggregateResult<T> {
  /** Where the next page starts; `"0"` when this was the last one. */
  cursor: string;
}

/** What of a document follows its key in RESP2. */
export interface DocumentParts {
  withScores?: boolean | undefined;
  withPayloads?: boolean | undefined;
  withSortKeys?: boolean | undefined;
  fields: boolean;
}

const fieldsOf = (reply: RawReply | undefined): Record<string, RawReply> =>
  reply === null || reply === undefined ? {} : (record(reply) as Record<string, RawReply>);

/** A score, or a score and its explanation. */
function setScore(document: SearchDocument<RawReply>, reply: RawReply): void {
  if (!Array.isArray(reply)) document.score = double(reply);
  else {
    document.score = double(reply[0]);
    document.explanation = anything(reply[1]);
  }
}

function documentOf(reply: RawReply): SearchDocument<RawReply> {
  const raw = record(reply) as Record<string, RawReply>;
  const document: SearchDocument<RawReply> = { id: raw.id, fields: fieldsOf(raw.extra_attributes) };
  if (raw.score !== undefined) setScore(document, raw.score);
  if (raw.payload !== undefined) document.payload = raw.payload;
  if (raw.sortkey !== undefined) document.sortKey = raw.sortkey;
  return document;
}

/** Decodes the reply of FT.SEARCH; RESP2 does not say which parts it sends. */
export function searchResult(parts: DocumentParts): Decode<never> {
  return (reply) => {
    if (reply instanceof RespMap) {
      const raw = record(reply) as Record<string, RawReply>;
      const documents = ((raw.results ?? []) as RawReply[]).map(documentOf);
      return { total: number(raw.total_results), documents } as never;
    }
    const [total, ...list] = reply as RawReply[];
    const documents: SearchDocument<RawReply>[] = [];
    for (let at = 0; at < list.length; ) {
      const document: SearchDocument<RawReply> = { id: list[at++], fields: {} };
      if (parts.withScores) setScore(document, list[at++]);
      if (parts.withPayloads) document.payload = list[at++];
      if (parts.withSortKeys) document.sortKey = list[at++];
      if (parts.fields) document.fields = fieldsOf(list[at++]);
      documents.push(document);
    }
    return { total: number(total), documents } as never;
  };
}

/** Decodes the reply of FT.AGGREGATE. */
export const aggregateResult: Decode<never> = (reply) => {
  if (!(reply instanceof RespMap)) {
    const [total, ...rows] = reply as RawReply[];
    return { total: number(total), rows: rows.map(fieldsOf) } as never;
  }
  const raw = record(reply) as Record<string, RawReply>;
  const rows = ((raw.results ?? []) as RawReply[]).map((row) =>
    fieldsOf((record(row) as Record<string, RawReply>).extra_attributes),
  );
  return { total: number(raw.total_results), rows } as never;
};

/** Decodes a page: the rows and the cursor. */
export const aggregatePage: Decode<never> = (reply) => {
  const [rows, cursor] = reply as RawReply[];
  return { ...(aggregateResult(rows) as object), cursor: textOf(cursor) } as never;
};

/** Decodes the reply of FT.PROFILE: the result, as `decode` reads it, and the profile. */
export function profiled(decode: Decode<unknown>): Decode<never> {
  return (reply) => {
    if (!(reply instanceof RespMap)) {
      const [result, profile] = reply as RawReply[];
      return { result: decode(result), profile: anything(profile) } as never;
    }
    const raw = record(reply) as Record<string, RawReply>;
    return {
      result: decode(raw.Results ?? raw.results),
      profile: anything(raw.Profile ?? raw.profile),
    } as never;
  };
}
