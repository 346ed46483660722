/** Commands on JSON documents. They need Redis 8.0, or the JSON module in an older server. */
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { type Arg, CommandSet, type Key, type OneOrMore, pushAll } from "./base.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { anything, boolean, type Decode, plain, status, statusOrNull } from "./replies.js";

/** What is stored: anything that `JSON.stringify` turns into text. */
export type JsonInput = string | number | boolean | null | object;

/** What a place in a document can hold. */
export type JsonType = "null" | "boolean" | "integer" | "number" | "string" | "array" | "object";

/** Options of {@link JsonCommands.jsonSet}. */
export interface JsonSetOptions {
  /** Only if there is nothing at the path. */
  nx?: boolean;
  /** Only if there is something at the path. */
  xx?: boolean;
}

/** One document, or part of one, of {@link JsonCommands.jsonMset}. */
export interface JsonEntry {
  key: Key;
  /** The root (`$`) unless you say so. */
  path?: string;
  value: JsonInput;
}

/** Where {@link JsonCommands.jsonArrindex} searches; negative numbers count from the end. */
export interface JsonArrindexOptions {
  /** The first index. */
  start?: number;
  /** The index behind the last; 0, and nothing, mean the end. */
  stop?: number;
}

const parsed: Decode<never> = (reply) => (reply === null ? null : JSON.parse(textOf(reply))) as never;

const parsedList: Decode<never> = (reply) => (reply as RawReply[]).map(parsed) as never;

/** One value for each match of a path; one that is no list comes from a legacy path, which has one match. */
const perMatch: Decode<never> = (reply) =>
  (reply === null || Array.isArray(reply) ? reply : [reply]) as never;

/** The same for popped elements, each of them JSON. */
const parsedPerMatch: Decode<never> = (reply) => parsedList(Array.isArray(reply) ? reply : [reply]) as never;

/** Numbers: a list of them in RESP3, JSON in RESP2. */
const numbersPerMatch: Decode<(number | null)[]> = (reply) => {
  if (Array.isArray(reply)) return reply.map((value) => (value === null ? null : Number(value)));
  const value: number | null | (number | null)[] = JSON.parse(textOf(reply));
  return Array.isArray(value) ? value : [value];
};

const togglesPerMatch: Decode<(boolean | null)[]> = (reply) =>
  (Array.isArray(reply) ? reply : [reply]).map((value) => {
    if (value === null) return null;
    return typeof value === "string" || value instanceof Uint8Array
      ? textOf(value) === "true"
      : boolean(value);
  });

/** RESP3 puts one list more around it than RESP2. */
const typesPerMatch: Decode<JsonType[] | null> = (reply) => {
  const types =
    Array.isArray(reply) && reply.length === 1 && (reply[0] === null || Array.isArray(reply[0]))
      ? reply[0]
      : reply;
  if (types === null) return null;
  return (Array.isArray(types) ? types : [types]).map(textOf) as JsonType[];
};

/** A list of names for each match; a legacy path has one match. */
const keysPerMatch: Decode<never> = (reply) => {
  if (reply === null) return null as never;
  const list = reply as RawReply[];
  return (list.every((keys) => keys === null || Array.isArray(keys)) ? list : [list]) as never;
};

function pathArgs(key: Key, path: string | undefined): Arg[] {
  return path === undefined ? [key] : [key, path];
}

/**
 * Commands on JSON documents. A path is a JSONPath (`$.a.b`, `$..price`, `$.list[0]`) and may match several places,
 * so that most replies are lists with an entry for each match, `null` where it has the wrong type. A path of the old
 * syntax (`.a.b`) has one match.
 */
export abstract class JsonCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Append `values` to the arrays at `path`.
   * @returns the new length of each
   * @example
   * ```ts
   * await redis.jsonSet("doc", "$", { tags: ["a"] });
   * await redis.jsonArrappend("doc", "$.tags", ["b", "c"]); // [3]
   * ```
   * @see https://redis.io/docs/latest/commands/json.arrappend/
   */
  jsonArrappend(key: Key, path: string, values: readonly JsonInput[]): Reply<M, (Integer<M> | null)[]> {
    const args: Arg[] = [key, path];
    for (const value of values) args.push(JSON.stringify(value));
    return this.run<(Integer<M> | null)[]>("JSON.ARRAPPEND", args, perMatch);
  }

  /**
   * Where `value` first stands in the arrays at `path`.
   * @returns its index in each, -1 where it is not
   * @example
   * ```ts
   * await redis.jsonArrindex("doc", "$.tags", "b"); // [1]
   * ```
   * @see https://redis.io/docs/latest/commands/json.arrindex/
   */
  jsonArrindex(
    key: Key,
    path: string,
    value: JsonInput,
    options?: JsonArrindexOptions,
  ): Reply<M, (Integer<M> | null)[]> {
    const args: Arg[] = [key, path, JSON.stringify(value)];
    if (options?.start !== undefined || options?.stop !== undefined) args.push(options.start ?? 0);
    if (options?.stop !== undefined) args.push(options.stop);
    return this.run<(Integer<M> | null)[]>("JSON.ARRINDEX", args, perMatch);
  }

  /**
   * Insert `values` before `index` of the arrays at `path`; a negative index counts from the end.
   * @returns the new length of each
   * @see https://redis.io/docs/latest/commands/json.arrinsert/
   */
  jsonArrinsert(
    key: Key,
    path: string,
    index: number,
    values: readonly JsonInput[],
  ): Reply<M, (Integer<M> | null)[]> {
    const args: Arg[] = [key, path, index];
    for (const value of values) args.push(JSON.stringify(value));
    return this.run<(Integer<M> | null)[]>("JSON.ARRINSERT", args, perMatch);
  }

  /**
   * Length of the arrays at `path`.
   * @returns `null` when there is no such key
   * @see https://redis.io/docs/latest/commands/json.arrlen/
   */
  jsonArrlen(key: Key, path = "$"): Reply<M, (Integer<M> | null)[] | null> {
    return this.run<(Integer<M> | null)[] | null>("JSON.ARRLEN", [key, path], perMatch);
  }

  /**
   * Remove an element of the arrays at `path`, the last unless you say which; a negative index counts from the end.
   * @typeParam T what the elements are; `unknown` unless you say so
   * @returns the element of each, `null` where it was empty or no array
   * @example
   * ```ts
   * await redis.jsonArrpop<string>("doc", "$.tags", 0); // ["a"]
   * ```
   * @see https://redis.io/docs/latest/commands/json.arrpop/
   */
  jsonArrpop<T = unknown>(key: Key, path = "$", index?: number): Reply<M, (T | null)[]> {
    const args = index === undefined ? [key, path] : [key, path, index];
    return this.run<(T | null)[]>("JSON.ARRPOP", args, parsedPerMatch);
  }

  /**
   * Keep of the arrays at `path` only the elements from `start` to `stop`, both included.
   * @returns the new length of each
   * @see https://redis.io/docs/latest/commands/json.arrtrim/
   */
  jsonArrtrim(key: Key, path: string, start: number, stop: number): Reply<M, (Integer<M> | null)[]> {
    return this.run<(Integer<M> | null)[]>("JSON.ARRTRIM", [key, path, start, stop], perMatch);
  }

  /**
   * Empty the arrays and objects at `path`, and set the numbers there to 0.
   * @returns how many
   * @see https://redis.io/docs/latest/commands/json.clear/
   */
  jsonClear(key: Key, path?: string): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("JSON.CLEAR", pathArgs(key, path), plain);
  }

  /**
   * How many bytes the values at `path` take.
   * @see https://redis.io/docs/latest/commands/json.debug-memory/
   */
  jsonDebugMemory(key: Key, path = "$"): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("JSON.DEBUG MEMORY", [key, path], perMatch);
  }

  /**
   * Delete what is at `path`, the whole document without one.
   * @returns how many places were deleted
   * @example
   * ```ts
   * await redis.jsonDel("doc", "$..secret"); // 2
   * ```
   * @see https://redis.io/docs/latest/commands/json.del/
   */
  jsonDel(key: Key, path?: string): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("JSON.DEL", pathArgs(key, path), plain);
  }

  /**
   * Another name of {@link JsonCommands.jsonDel}.
   * @see https://redis.io/docs/latest/commands/json.forget/
   */
  jsonForget(key: Key, path?: string): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("JSON.FORGET", pathArgs(key, path), plain);
  }

  /**
   * Get a document, or parts of it. The text is parsed; numbers beyond 2^53 lose digits there.
   * @param paths none: the document itself; one JSONPath: a list of its matches; several: an object with such a
   * list for each path
   * @typeParam T what comes back; `unknown` unless you say so
   * @returns `null` when there is no such key
   * @example
   * ```ts
   * await redis.jsonSet("doc", "$", { a: 2, b: 3, nested: { a: 4, b: null } });
   * await redis.jsonGet<Doc>("doc");                  // { a: 2, b: 3, nested: { a: 4, b: null } }
   * await redis.jsonGet<(number | null)[]>("doc", "$..b"); // [3, null]
   * await redis.jsonGet("doc", ["$.a", "$..b"]);      // { "$.a": [2], "$..b": [3, null] }
   * ```
   * @see https://redis.io/docs/latest/commands/json.get/
   */
  jsonGet<T = unknown>(key: Key, paths?: OneOrMore<string>): Reply<M, T | null> {
    const args: Arg[] = [key];
    if (paths !== undefined) pushAll(args, paths);
    return this.run<T | null>("JSON.GET", args, parsed);
  }

  /**
   * Merge `value` into what is at `path`, as RFC 7396 has it: `null` deletes a field, objects are merged, all else
   * replaces what was there.
   * @example
   * ```ts
   * await redis.jsonMerge("doc", "$", { b: null, c: 1 }); // deletes b, adds c
   * ```
   * @see https://redis.io/docs/latest/commands/json.merge/
   */
  jsonMerge(key: Key, path: string, value: JsonInput): Reply<M, "OK"> {
    return this.run<"OK">("JSON.MERGE", [key, path, JSON.stringify(value)], status);
  }

  /**
   * Get what is at `path` in several documents.
   * @typeParam T what a path gives: a list of matches for a JSONPath
   * @returns `null` where there is no such key
   * @example
   * ```ts
   * await redis.jsonMget<number[]>(["doc1", "doc2"], "$.a"); // [[2], null]
   * ```
   * @see https://redis.io/docs/latest/commands/json.mget/
   */
  jsonMget<T = unknown>(keys: readonly Key[], path: string): Reply<M, (T | null)[]> {
    const args: Arg[] = [];
    pushAll(args, keys);
    args.push(path);
    return this.run<(T | null)[]>("JSON.MGET", args, parsedList);
  }

  /**
   * Set several documents, or parts of them, at once. Needs version 2.6 of the module.
   * @example
   * ```ts
   * await redis.jsonMset([{ key: "doc1", value: { a: 1 } }, { key: "doc2", path: "$.a", value: 2 }]);
   * ```
   * @see https://redis.io/docs/latest/commands/json.mset/
   */
  jsonMset(entries: readonly JsonEntry[]): Reply<M, "OK"> {
    const args: Arg[] = [];
    for (const { key, path = "$", value } of entries) args.push(key, path, JSON.stringify(value));
    return this.run<"OK">("JSON.MSET", args, status);
  }

  /**
   * Add `by` to the numbers at `path`.
   * @returns the sums, `null` where it is no number
   * @example
   * ```ts
   * await redis.jsonNumincrby("doc", "$.a", 10); // [12]
   * ```
   * @see https://redis.io/docs/latest/commands/json.numincrby/
   */
  jsonNumincrby(key: Key, path: string, by: number): Reply<M, (number | null)[]> {
    return this.run("JSON.NUMINCRBY", [key, path, by], numbersPerMatch);
  }

  /**
   * Multiply the numbers at `path` by `by`.
   * @returns the products, `null` where it is no number
   * @see https://redis.io/docs/latest/commands/json.nummultby/
   */
  jsonNummultby(key: Key, path: string, by: number): Reply<M, (number | null)[]> {
    return this.run("JSON.NUMMULTBY", [key, path, by], numbersPerMatch);
  }

  /**
   * Names of the fields of the objects at `path`.
   * @returns `null` when there is no such key
   * @example
   * ```ts
   * await redis.jsonObjkeys("doc", "$.nested"); // [["a", "b"]]
   * ```
   * @see https://redis.io/docs/latest/commands/json.objkeys/
   */
  jsonObjkeys(key: Key, path = "$"): Reply<M, (Text<M>[] | null)[] | null> {
    return this.run<(Text<M>[] | null)[] | null>("JSON.OBJKEYS", [key, path], keysPerMatch);
  }

  /**
   * How many fields the objects at `path` have.
   * @returns `null` when there is no such key
   * @see https://redis.io/docs/latest/commands/json.objlen/
   */
  jsonObjlen(key: Key, path = "$"): Reply<M, (Integer<M> | null)[] | null> {
    return this.run<(Integer<M> | null)[] | null>("JSON.OBJLEN", [key, path], perMatch);
  }

  /**
   * What is at `path` in Redis's own types: lists that begin with `{` or `[`. Out of use since version 2.6.
   * @see https://redis.io/docs/latest/commands/json.resp/
   */
  jsonResp(key: Key, path?: string): Reply<M, unknown> {
    return this.run<unknown>("JSON.RESP", pathArgs(key, path), anything);
  }

  /**
   * Set what is at `path` to `value`. A new document begins at the root, `$`.
   * @returns `null` when a condition was not met, or nothing is there that the path could be made in
   * @example
   * ```ts
   * await redis.jsonSet("user:1", "$", { name: "Ada", born: 1815 });
   * await redis.jsonSet("user:1", "$.email", "ada@example.org", { nx: true }); // "OK" | null
   * ```
   * @see https://redis.io/docs/latest/commands/json.set/
   */
  jsonSet(key: Key, path: string, value: JsonInput, options?: JsonSetOptions): Reply<M, "OK" | null> {
    const args: Arg[] = [key, path, JSON.stringify(value)];
    if (options?.nx) args.push("NX");
    if (options?.xx) args.push("XX");
    return this.run<"OK" | null>("JSON.SET", args, statusOrNull);
  }

  /**
   * Append `value` to the strings at `path`.
   * @returns the new length of each in bytes
   * @see https://redis.io/docs/latest/commands/json.strappend/
   */
  jsonStrappend(key: Key, path: string, value: string): Reply<M, (Integer<M> | null)[]> {
    return this.run<(Integer<M> | null)[]>("JSON.STRAPPEND", [key, path, JSON.stringify(value)], perMatch);
  }

  /**
   * Length in bytes of the strings at `path`.
   * @returns `null` when there is no such key
   * @see https://redis.io/docs/latest/commands/json.strlen/
   */
  jsonStrlen(key: Key, path = "$"): Reply<M, (Integer<M> | null)[] | null> {
    return this.run<(Integer<M> | null)[] | null>("JSON.STRLEN", [key, path], perMatch);
  }

  /**
   * Turn the booleans at `path` over.
   * @returns what they are now, `null` where it is no boolean
   * @see https://redis.io/docs/latest/commands/json.toggle/
   */
  jsonToggle(key: Key, path: string): Reply<M, (boolean | null)[]> {
    return this.run("JSON.TOGGLE", [key, path], togglesPerMatch);
  }

  /**
   * What the places at `path` hold.
   * @returns `null` when there is no such key
   * @example
   * ```ts
   * await redis.jsonType("doc", "$..a"); // ["integer", "integer"]
   * ```
   * @see https://redis.io/docs/latest/commands/json.type/
   */
  jsonType(key: Key, path = "$"): Reply<M, JsonType[] | null> {
    return this.run("JSON.TYPE", [key, path], typesPerMatch);
  }
}
