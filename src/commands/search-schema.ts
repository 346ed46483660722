/** What an index of the search module covers: its fields and how each is indexed. */
import type { Arg, Value } from "./base.js";

/** What all kinds of fields have. */
interface CommonField {
  /** Name for queries, where it is not that of the field or the JSONPath. */
  as?: string;
  /** Keep the value at hand for sorting; `"unf"`: without making letters small and dropping accents. */
  sortable?: boolean | "unf";
  /** Do not index it: for sorting and returning only. */
  noIndex?: boolean;
  /** Let queries ask for documents without it. */
  indexMissing?: boolean;
}

/** Words, searched in any form. */
export interface TextField extends CommonField {
  type: "text";
  /** How much a match counts (1 unless you say so). */
  weight?: number;
  /** Take words as they are, without their stems. */
  noStem?: boolean;
  /** Match what sounds alike, such as `dm:en` for English. */
  phonetic?: string;
  /** Make searches for the middles and ends of words fast. */
  withSuffixTrie?: boolean;
  /** Index empty text too. */
  indexEmpty?: boolean;
}

/** Words that match as a whole, several in one field. */
export interface TagField extends CommonField {
  type: "tag";
  /** The character between tags (a comma unless you say so). */
  separator?: string;
  /** Tell capital letters from small ones. */
  caseSensitive?: boolean;
  /** Make searches for the middles and ends of tags fast. */
  withSuffixTrie?: boolean;
  /** Index empty text too. */
  indexEmpty?: boolean;
}

/** Numbers, searched by ranges. */
export interface NumericField extends CommonField {
  type: "numeric";
}

/** A point, as text `longitude,latitude`. */
export interface GeoField extends CommonField {
  type: "geo";
}

/** A shape in WKT, such as `POLYGON((x1 y1, x2 y2, ...))`. */
export interface GeoshapeField extends CommonField {
  type: "geoshape";
  /** On the globe (the default) or on a plane. */
  coordinates?: "spherical" | "flat";
}

/** A vector, searched by likeness. */
export interface VectorField extends CommonField {
  type: "vector";
  /** Compare with all (`flat`), or by a graph (`hnsw`, `svs-vamana`). */
  algorithm: "flat" | "hnsw" | "svs-vamana";
  /** Of each number. */
  dataType: "float16" | "bfloat16" | "float32" | "float64" | "int8" | "uint8";
  /** How many numbers. */
  dimensions: number;
  /** What is near: by distance, inner product or angle. */
  distance: "l2" | "ip" | "cosine";
  /** More attributes of the algorithm by Redis's names, such as `{ M: 40, EF_CONSTRUCTION: 250 }`. */
  attributes?: Readonly<Record<string, Value>>;
}

/** How a field is indexed; its kind alone where that is enough. */
export type SchemaField =
  | "text"
  | "tag"
  | "numeric"
  | "geo"
  | "geoshape"
  | TextField
  | TagField
  | NumericField
  | GeoField
  | GeoshapeField
  | VectorField;

/** The fields of an index by the names of hash fields or by JSONPaths. */
export type SearchSchema = Readonly<Record<string, SchemaField>>;

/** Append the words of a schema. */
export function pushSchema(args: Arg[], schema: SearchSchema): void {
  for (const [name, field] of Object.entries(schema)) {
    args.push(name);
    if (typeof field === "string") args.push(field.toUpperCase());
    else pushField(args, field);
  }
}

function pushField(args: Arg[], field: Exclude<SchemaField, string>): void {
  if (field.as !== undefined) args.push("AS", field.as);
  args.push(field.type.toUpperCase());
  if (field.type === "vector") pushVectorAttributes(args, field);
  if (field.type === "geoshape" && field.coordinates !== undefined) {
    args.push(field.coordinates.toUpperCase());
  }
  if (field.type === "text") pushTextOptions(args, field);
  if (field.type === "tag") {
    if (field.separator !== undefined) args.push("SEPARATOR", field.separator);
    if (field.caseSensitive) args.push("CASESENSITIVE");
  }
  if (field.type === "text" || field.type === "tag") {
    if (field.withSuffixTrie) args.push("WITHSUFFIXTRIE");
    if (field.indexEmpty) args.push("INDEXEMPTY");
  }
  if (field.indexMissing) args.push("INDEXMISSING");
  if (field.sortable) args.push("SORTABLE");
  if (field.sortable === "unf") args.push("UNF");
  if (field.noIndex) args.push("NOINDEX");
}

function pushTextOptions(args: Arg[], field: TextField): void {
  if (field.noStem) args.push("NOSTEM");
  if (field.weight !== undefined) args.push("WEIGHT", field.weight);
  if (field.phonetic !== undefined) args.push("PHONETIC", field.phonetic);
}

/** Algorithm, number of words, and as many words. */
function pushVectorAttributes(args: Arg[], field: VectorField): void {
  const attributes = Object.entries(field.attributes ?? {});
  args.push(field.algorithm.toUpperCase(), 6 + 2 * attributes.length);
  args.push("TYPE", field.dataType.toUpperCase(), "DIM", field.dimensions);
  args.push("DISTANCE_METRIC", field.distance.toUpperCase());
  for (const [name, value] of attributes) args.push(name, value);
}
