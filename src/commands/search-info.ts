/** The reply of FT.INFO as an object. */
import type { RawReply } from "../protocol/parser.js";
import { RespMap } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { camelCase, type Decode, double, flatPairs, record } from "./replies.js";

/** A field of an index. */
export interface IndexedField {
  /** Name of the hash field, or a JSONPath. */
  identifier: string;
  /** Name for queries. */
  attribute: string;
  /** `TEXT`, `TAG`, `NUMERIC`, `GEO`, `GEOSHAPE` or `VECTOR`. */
  type: string;
  /** Such as `SORTABLE`, `NOSTEM`, `NOINDEX`. */
  flags: string[];
  /** What else was said of it, by Redis's names: `{ WEIGHT: "1" }`, `{ SEPARATOR: "," }`. */
  options: Record<string, string>;
}

/** What an index is like. */
export interface IndexInfo {
  indexName: string;
  /** Such as `NOFREQS`. */
  indexOptions: string[];
  /** What it covers. */
  definition: {
    keyType: "HASH" | "JSON";
    /** Beginnings of the keys that it covers. */
    prefixes: string[];
    defaultScore: number;
  };
  fields: IndexedField[];
  numDocs: number;
  /** Is it still being built? */
  indexing: boolean;
  /** From 0 to 1. */
  percentIndexed: number;
  /** All other figures, by Redis's names in camel case, such as `numTerms` and `totalIndexingTime`. */
  statistics: Record<string, number>;
}

/** Words of RESP2 that stand for themselves; RESP3 lists them apart. */
const FIELD_FLAGS = new Set([
  "SORTABLE",
  "UNF",
  "NOSTEM",
  "NOINDEX",
  "CASESENSITIVE",
  "WITHSUFFIXTRIE",
  "INDEXEMPTY",
  "INDEXMISSING",
]);

function fieldOf(reply: RawReply): IndexedField {
  const flags = reply instanceof RespMap ? flagsOf(reply) : [];
  const rest: Record<string, string> = {};
  const flat = flatPairs(reply);
  for (let i = 0; i < flat.length; i++) {
    const name = textOf(flat[i]);
    if (FIELD_FLAGS.has(name)) flags.push(name);
    else if (name === "flags") i++;
    else rest[name] = textOf(flat[++i]);
  }
  const { identifier, attribute, type, ...options } = rest;
  return { identifier, attribute, type, flags, options };
}

function flagsOf(field: RespMap): string[] {
  const { flags } = record(field) as Record<string, RawReply>;
  return ((flags ?? []) as RawReply[]).map(textOf);
}

/** The reply of FT.INFO. Figures are integers, doubles or their text. */
export const indexInfo: Decode<IndexInfo> = (reply) => {
  const raw = record(reply) as Record<string, RawReply>;
  const definition = record(raw.index_definition) as Record<string, RawReply>;
  const statistics: Record<string, number> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (!TOLD_APART.has(name) && isScalar(value)) statistics[camelCase(name)] = double(value);
  }
  return {
    indexName: textOf(raw.index_name),
    indexOptions: (raw.index_options as RawReply[]).map(textOf),
    definition: {
      keyType: textOf(definition.key_type) as "HASH" | "JSON",
      prefixes: ((definition.prefixes ?? []) as RawReply[]).map(textOf),
      defaultScore: double(definition.default_score),
    },
    fields: ((raw.attributes ?? raw.fields) as RawReply[]).map(fieldOf),
    numDocs: double(raw.num_docs),
    indexing: double(raw.indexing) === 1,
    percentIndexed: double(raw.percent_indexed),
    statistics,
  };
};

const TOLD_APART = new Set(["index_name", "num_docs", "indexing", "percent_indexed"]);

function isScalar(value: RawReply): boolean {
  return value !== null && !Array.isArray(value) && !(value instanceof RespMap);
}
