/** Commands on vector sets: elements with vectors, found by the likeness of these. They need Redis 8.0. */
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { type Arg, CommandSet, type Key, type Value } from "./base.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { boolean, camelCase, type Decode, double, flatPairs, plain, type Scored, scored } from "./replies.js";

/** A vector: numbers, or, sent more compactly, 32-bit floats or their bytes in little-endian order. */
export type Vector = readonly number[] | Float32Array | Uint8Array;

/** What {@link VectorSetCommands.vsim} compares with: a vector, or that of an element. */
export type VectorQuery = Vector | { element: Value };

/** Options of {@link VectorSetCommands.vadd}. */
export interface VaddOptions {
  /** Project the vector to this many dimensions first. */
  reduce?: number;
  /** Look for neighbours in the background. */
  cas?: boolean;
  /** How a new set keeps vectors: as they are, in 8 bits for each number (the default), or in one. */
  quantization?: "noquant" | "q8" | "bin";
  /** How hard to look for good neighbours (200 unless you say so). */
  ef?: number;
  /** Attributes, kept as JSON. */
  attributes?: object;
  /** Most links of an element to others (16 unless you say so). */
  m?: number;
}

/** Options of {@link VectorSetCommands.vsim}; the type parameters record those that change the reply. */
export interface VsimOptions<WithScores extends boolean = boolean, WithAttributes extends boolean = boolean> {
  /** Reply with the likeness too: 1 is the same, 0 the opposite. */
  withScores?: WithScores;
  /** Reply with the attributes too. Needs Redis 8.2. */
  withAttributes?: WithAttributes;
  /** At most this many elements (10 unless you say so). */
  count?: number;
  /** Only elements no further away than this: 0 is the same, 1 the opposite. */
  epsilon?: number;
  /** How hard to look. */
  ef?: number;
  /** Only elements whose attributes fulfil this expression, such as `.year >= 1980 and .year < 1990`. */
  filter?: string;
  /** How many elements to try the filter on at the most. */
  filterEf?: number;
  /** Compare with every element: slow, but exact. */
  truth?: boolean;
  /** Run in the server's main thread. */
  noThread?: boolean;
}

/** An element that {@link VectorSetCommands.vsim} found, with its attributes. */
export interface AttributedMember<T = string> {
  member: T;
  /** As `JSON.parse` reads them; `null` without any. */
  attributes: unknown;
}

/** Reply of {@link VectorSetCommands.vsim}: elements, with scores or attributes where these were asked for. */
export type VsimReply<T, WithScores extends boolean, WithAttributes extends boolean> = WithScores extends true
  ? WithAttributes extends true
    ? (Scored<T> & AttributedMember<T>)[]
    : Scored<T>[]
  : WithAttributes extends true
    ? AttributedMember<T>[]
    : T[];

/** Reply of {@link VectorSetCommands.vlinks}: for each layer the neighbours, with scores where `withScores` is set. */
export type VlinksReply<T, WithScores extends boolean> = WithScores extends true ? Scored<T>[][] : T[][];

/** Reply of {@link VectorSetCommands.vembRaw}. */
export interface RawVector {
  /** `fp32` (`f32` in some versions), `q8` (`int8`) or `bin`. */
  quantization: string;
  /** The vector as the server keeps it: normalised and quantized. */
  data: Uint8Array;
  /** Length of the vector before it was normalised. */
  norm: number;
  /** What to multiply 8-bit numbers with; missing in other quantizations. */
  range?: number;
}

/** Reply of {@link VectorSetCommands.vinfo}; what a newer server adds is there at run time too. */
export interface VectorSetInfo {
  quantType: string;
  vectorDim: number;
  /** Number of elements. */
  size: number;
  /** Highest layer of the graph. */
  maxLevel: number;
  vsetUid: number;
  hnswMaxNodeUid: number;
  /** Most links of an element to others. */
  hnswM?: number;
  /** Dimensions of vectors before they are projected; 0 where they are not. */
  projectionInputDim?: number;
  /** How many elements have attributes. */
  attributesCount?: number;
}

const parsedOrNull = (reply: RawReply): unknown => (reply === null ? null : JSON.parse(textOf(reply)));

const attributesOrNull: Decode<never> = (reply) => parsedOrNull(reply) as never;

const vectorOrNull: Decode<number[] | null> = (reply) =>
  reply === null ? null : (reply as RawReply[]).map(double);

const rawVectorOrNull: Decode<RawVector | null> = (reply) => {
  if (reply === null) return null;
  const [quantization, data, norm, range] = reply as RawReply[];
  const raw: RawVector = {
    quantization: textOf(quantization),
    data: data as Uint8Array,
    norm: double(norm),
  };
  if (range !== undefined) raw.range = double(range);
  return raw;
};

/** Members and scores in turn; a map in RESP3. */
const scoredPairs: Decode<never> = (reply) => scored(flatPairs(reply));

const attributedMembers: Decode<never> = (reply) => {
  const flat = flatPairs(reply);
  const out: AttributedMember<RawReply>[] = [];
  for (let i = 0; i < flat.length; i += 2)
    out.push({ member: flat[i], attributes: parsedOrNull(flat[i + 1]) });
  return out as never;
};

/** Member, score and attributes in turn; in RESP3 a map from members to pairs of the others. */
const scoredAttributedMembers: Decode<never> = (reply) => {
  const flat = flatPairs(reply);
  const out: (Scored<RawReply> & AttributedMember<RawReply>)[] = [];
  const nested = Array.isArray(flat[1]);
  for (let i = 0; i < flat.length; i += nested ? 2 : 3) {
    const [score, attributes] = nested ? (flat[i + 1] as RawReply[]) : [flat[i + 1], flat[i + 2]];
    out.push({ member: flat[i], score: double(score), attributes: parsedOrNull(attributes) });
  }
  return out as never;
};

const scoredLayers: Decode<never> = (reply) =>
  (reply === null ? null : (reply as RawReply[]).map(scoredPairs)) as never;

const vectorSetInfo: Decode<never> = (reply) => {
  if (reply === null) return null as never;
  const flat = flatPairs(reply);
  const info: Record<string, string | number> = {};
  for (let i = 0; i < flat.length; i += 2) {
    const value = flat[i + 1];
    const isNumber = typeof value === "number" || typeof value === "bigint";
    info[camelCase(textOf(flat[i]))] = isNumber ? Number(value) : textOf(value);
  }
  return info as never;
};

/** Is the first byte of a number in memory its lowest, as the server wants it? */
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function pushVector(args: Arg[], vector: Vector): void {
  if (vector instanceof Uint8Array) args.push("FP32", vector);
  else if (vector instanceof Float32Array && littleEndian) {
    args.push("FP32", new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
  } else {
    args.push("VALUES", vector.length);
    for (const value of vector) args.push(value);
  }
}

/** Commands on vector sets. */
export abstract class VectorSetCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Add an element with its vector to the set at `key`, or give it another vector.
   * @returns `false` when it was there before
   * @example
   * ```ts
   * await redis.vadd("words", [0.1, 1.2, 0.5], "apple", { attributes: { len: 5 } }); // true
   * await redis.vadd("words", new Float32Array([0.2, 1.1, 0.4]), "pear");           // true
   * ```
   * @see https://redis.io/docs/latest/commands/vadd/
   */
  vadd(key: Key, vector: Vector, element: Value, options?: VaddOptions): Reply<M, boolean> {
    const args: Arg[] = [key];
    if (options?.reduce !== undefined) args.push("REDUCE", options.reduce);
    pushVector(args, vector);
    args.push(element);
    if (options) {
      if (options.cas) args.push("CAS");
      if (options.quantization !== undefined) args.push(options.quantization);
      if (options.ef !== undefined) args.push("EF", options.ef);
      if (options.attributes !== undefined) args.push("SETATTR", JSON.stringify(options.attributes));
      if (options.m !== undefined) args.push("M", options.m);
    }
    return this.run("VADD", args, boolean);
  }

  /**
   * How many elements the set at `key` has; 0 when there is none.
   * @see https://redis.io/docs/latest/commands/vcard/
   */
  vcard(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("VCARD", [key], plain);
  }

  /**
   * How many dimensions the vectors of the set at `key` have.
   * @throws ReplyError `ERR` when there is none
   * @see https://redis.io/docs/latest/commands/vdim/
   */
  vdim(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("VDIM", [key], plain);
  }

  /**
   * About the vector of an element, as quantization has left it; `null` without the element.
   * @see https://redis.io/docs/latest/commands/vemb/
   */
  vemb(key: Key, element: Value): Reply<M, number[] | null> {
    return this.run("VEMB", [key, element], vectorOrNull);
  }

  /**
   * The vector of an element as the server keeps it, in bytes; `null` without the element.
   * @see https://redis.io/docs/latest/commands/vemb/
   */
  vembRaw(key: Key, element: Value): Reply<M, RawVector | null> {
    return this.runBytes("VEMB", [key, element, "RAW"], rawVectorOrNull);
  }

  /**
   * The attributes of an element, as `JSON.parse` reads them; `null` without any.
   * @typeParam T what they are; `unknown` unless you say so
   * @example
   * ```ts
   * await redis.vgetattr<{ len: number }>("words", "apple"); // { len: 5 }
   * ```
   * @see https://redis.io/docs/latest/commands/vgetattr/
   */
  vgetattr<T = unknown>(key: Key, element: Value): Reply<M, T | null> {
    return this.run<T | null>("VGETATTR", [key, element], attributesOrNull);
  }

  /**
   * What the set at `key` is like; `null` when there is none.
   * @see https://redis.io/docs/latest/commands/vinfo/
   */
  vinfo(key: Key): Reply<M, VectorSetInfo | null> {
    return this.run<VectorSetInfo | null>("VINFO", [key], vectorSetInfo);
  }

  /**
   * Is the element in the set at `key`?
   * @see https://redis.io/docs/latest/commands/vismember/
   */
  vismember(key: Key, element: Value): Reply<M, boolean> {
    return this.run("VISMEMBER", [key, element], boolean);
  }

  /**
   * The neighbours of an element in each layer of the graph, the highest first; `null` without the element.
   * @see https://redis.io/docs/latest/commands/vlinks/
   */
  vlinks<WithScores extends boolean = false>(
    key: Key,
    element: Value,
    options?: { withScores?: WithScores },
  ): Reply<M, VlinksReply<Text<M>, WithScores> | null> {
    type Links = VlinksReply<Text<M>, WithScores> | null;
    if (!options?.withScores) return this.run<Links>("VLINKS", [key, element], plain);
    return this.run<Links>("VLINKS", [key, element, "WITHSCORES"], scoredLayers);
  }

  /**
   * Any element of the set at `key`; `null` when there is none.
   * @see https://redis.io/docs/latest/commands/vrandmember/
   */
  vrandmember(key: Key): Reply<M, Text<M> | null>;
  /**
   * Several elements of the set at `key`, chosen at random.
   * @param count this many different ones at most; negative: exactly so many, some perhaps twice
   * @see https://redis.io/docs/latest/commands/vrandmember/
   */
  vrandmember(key: Key, count: number): Reply<M, Text<M>[]>;
  vrandmember(key: Key, count?: number): unknown {
    if (count === undefined) return this.run<Text<M> | null>("VRANDMEMBER", [key], plain);
    return this.run<Text<M>[]>("VRANDMEMBER", [key, count], plain);
  }

  /**
   * Elements of the set at `key` in the order of their bytes. Needs Redis 8.4.
   * @param start `-`: from the first on; `[a` from `a` on; `(a` from behind `a`
   * @param end `+`: up to the last; `[b` up to `b`; `(b` up to before `b`
   * @param count at most this many; negative, and nothing: all
   * @example
   * ```ts
   * const page = await redis.vrange("words", "-", "+", 10);
   * const next = await redis.vrange("words", `(${page.at(-1)}`, "+", 10);
   * ```
   * @see https://redis.io/docs/latest/commands/vrange/
   */
  vrange(key: Key, start: Key, end: Key, count?: number): Reply<M, Text<M>[]> {
    const args = count === undefined ? [key, start, end] : [key, start, end, count];
    return this.run<Text<M>[]>("VRANGE", args, plain);
  }

  /**
   * Remove an element of the set at `key`.
   * @returns `false` when it was not in it
   * @see https://redis.io/docs/latest/commands/vrem/
   */
  vrem(key: Key, element: Value): Reply<M, boolean> {
    return this.run("VREM", [key, element], boolean);
  }

  /**
   * Give an element attributes, kept as JSON; `null` removes them.
   * @returns `false` when there is no such element
   * @see https://redis.io/docs/latest/commands/vsetattr/
   */
  vsetattr(key: Key, element: Value, attributes: object | null): Reply<M, boolean> {
    const text = attributes === null ? "" : JSON.stringify(attributes);
    return this.run("VSETATTR", [key, element, text], boolean);
  }

  /**
   * The elements of the set at `key` that are most like a vector or another element, the most similar first.
   * @throws ReplyError `ERR` when there is no such element to compare with
   * @example
   * ```ts
   * await redis.vsim("words", { element: "apple" }, { count: 3 }); // ["apple", "apples", "pear"]
   * await redis.vsim("words", [0.1, 1.2, 0.5], { withScores: true, filter: ".len < 6" });
   * // [{ member: "apple", score: 0.9998867657923256 }, { member: "pear", score: 0.8226882070302963 }]
   * ```
   * @see https://redis.io/docs/latest/commands/vsim/
   */
  vsim<WithScores extends boolean = false, WithAttributes extends boolean = false>(
    key: Key,
    query: VectorQuery,
    options?: VsimOptions<WithScores, WithAttributes>,
  ): Reply<M, VsimReply<Text<M>, WithScores, WithAttributes>> {
    const args: Arg[] = [key];
    if ("element" in query) args.push("ELE", query.element);
    else pushVector(args, query);
    if (options) pushVsim(args, options);
    return this.run<VsimReply<Text<M>, WithScores, WithAttributes>>("VSIM", args, vsimDecoder(options));
  }
}

function pushVsim(args: Arg[], options: VsimOptions): void {
  if (options.withScores) args.push("WITHSCORES");
  if (options.withAttributes) args.push("WITHATTRIBS");
  if (options.count !== undefined) args.push("COUNT", options.count);
  if (options.epsilon !== undefined) args.push("EPSILON", options.epsilon);
  if (options.ef !== undefined) args.push("EF", options.ef);
  if (options.filter !== undefined) args.push("FILTER", options.filter);
  if (options.filterEf !== undefined) args.push("FILTER-EF", options.filterEf);
  if (options.truth) args.push("TRUTH");
  if (options.noThread) args.push("NOTHREAD");
}

function vsimDecoder(options: VsimOptions | undefined): Decode<never> {
  if (options?.withScores) return options.withAttributes ? scoredAttributedMembers : scoredPairs;
  return options?.withAttributes ? attributedMembers : plain;
}
