/** Words that searches, aggregations and hybrid queries share. */
import { type Arg, type Fields, pushFields } from "./base.js";

/** Part of a result. */
export interface SearchLimit {
  /** How many to leave out at the start. */
  offset: number;
  /** How many at the most. */
  count: number;
}

/** What all queries take. */
export interface QueryOptions {
  /** Values for `$name` in the query, vectors as bytes among them. */
  params?: Fields;
  /** Milliseconds. */
  timeout?: number;
  /** Version of the query language: 1, 2, 3 or 4. */
  dialect?: number;
}

/** A field to load, under another name where `as` says so. */
export type LoadedField = string | { field: string; as: string };

/** Append LIMIT. */
export function pushLimit(args: Arg[], limit: SearchLimit | undefined): void {
  if (limit !== undefined) args.push("LIMIT", limit.offset, limit.count);
}

/** Append what all queries take. */
export function pushQueryOptions(args: Arg[], options: QueryOptions): void {
  if (options.timeout !== undefined) args.push("TIMEOUT", options.timeout);
  if (options.params !== undefined) {
    pushWithLength(args, "PARAMS", (words) => pushFields(words, options.params as Fields));
  }
  if (options.dialect !== undefined) args.push("DIALECT", options.dialect);
}

/** Append `name`, how many words follow, and the words that `push` appends. */
export function pushWithLength(args: Arg[], name: string, push: (args: Arg[]) => void): void {
  args.push(name, 0);
  const first = args.length;
  push(args);
  args[first - 1] = args.length - first;
}

/** Append fields with AS where they have another name. */
export function pushLoaded(args: Arg[], fields: readonly LoadedField[]): void {
  for (const one of fields) {
    if (typeof one === "string") args.push(one);
    else args.push(one.field, "AS", one.as);
  }
}
