/** What scripts and functions have in common when users define them: keys by name, arguments, a decoder. */
import { type Arg, type Key, type MODE, RUN_PROGRAM, type Value } from "../../commands/base.js";
import { Commands } from "../../commands/index.js";
import type { Mode, Reply } from "../../commands/mode.js";
import type { Program, ProgramWords } from "../../commands/program.js";
import type { Decode } from "../../commands/replies.js";
import { ArgumentError, DecodeError } from "../../errors.js";
import { type RawReply, RespMap } from "../../protocol/parser.js";
import { textOf } from "../../protocol/text.js";
import { checkBoolean, checkOneOf, refuse } from "../options/option-checks.js";

/** Which keys a program takes: their names, how many, or (`undefined`) any number. */
export type ProgramKeys = readonly string[] | number | undefined;

/** The keys of one call: an object by the names of the definition, or a list. */
export type KeysOf<K extends ProgramKeys> = K extends readonly string[]
  ? { readonly [N in K[number]]: Key }
  : K extends number
    ? number extends K
      ? readonly Key[]
      : ListOf<K>
    : readonly Key[];

type ListOf<N extends number, L extends readonly Key[] = readonly []> = L["length"] extends N
  ? L
  : ListOf<N, readonly [...L, Key]>;

/** How a program is called and what it gives. */
export interface ProgramOptions<K extends ProgramKeys, A extends readonly unknown[], T> {
  /** Names of its keys in the order of Lua's `KEYS`, or how many they are; any number unless you say so. */
  readonly keys?: K;
  /** Makes Lua's `ARGV` from the arguments of a call, and gives these their types. Without it they go as they are. */
  readonly args?: (...args: A) => readonly Value[];
  /**
   * Makes the value from the reply, which comes in the same form from every view: text, numbers (a bigint where a
   * number would round), arrays, `null`, and `Map`s. Without it the reply is that value, and `unknown`.
   */
  readonly decode?: (reply: unknown) => T;
  /** It does not write: it runs by the `_RO` command, on replicas too, and is sent again when a connection is lost. */
  readonly readOnly?: boolean;
  /** `"buffer"`: strings in the reply are `Buffer`s instead of text. */
  readonly replies?: "text" | "buffer";
}

/** All that a program needs of a client, a session or a pipeline. */
export interface ProgramHost<M extends Mode> {
  readonly [MODE]?: M;
  [RUN_PROGRAM]<T>(program: Program, words: ProgramWords, decode: Decode<T>): Reply<M, T>;
}

/** Names a property that no program has: it tells the compiler how the program is called. */
declare const SIGNATURE: unique symbol;

/** Any script or function. */
export interface AnyProgram {
  readonly [SIGNATURE]: {
    readonly keys: unknown;
    readonly args: readonly unknown[];
    readonly reply: unknown;
  };
}

/**
 * A script or a function: call it with a client, a session or a pipeline, then the keys, then the arguments.
 * @throws ArgumentError (as a rejection on a client) for wrong keys
 * @throws ReplyError what it threw
 * @throws DecodeError what its `decode` threw; it did run
 */
export interface CallableProgram<K extends ProgramKeys, A extends readonly unknown[], T> extends AnyProgram {
  readonly [SIGNATURE]: { readonly keys: KeysOf<K>; readonly args: A; readonly reply: T };
  <M extends Mode>(on: ProgramHost<M>, keys: KeysOf<K>, ...args: A): Reply<M, T>;
}

/** The method that {@link addCommands} makes of a script or a function, in mode `M`. */
export type MethodOf<P extends AnyProgram, M extends Mode> = (
  keys: P[typeof SIGNATURE]["keys"],
  ...args: P[typeof SIGNATURE]["args"]
) => Reply<M, P[typeof SIGNATURE]["reply"]>;

/** The names of the options, to check them. */
export const PROGRAM_OPTIONS: readonly string[] = ["keys", "args", "decode", "readOnly", "replies"];

/** Make a function that calls `program`. @throws OptionError */
export function callableProgram<K extends ProgramKeys, A extends readonly unknown[], T>(
  label: string,
  program: Program,
  options: ProgramOptions<K, A, T>,
): CallableProgram<K, A, T> {
  checkProgramOptions(options);
  const { keys: named, args: toArgs, decode } = options;
  const bytes = options.replies === "buffer";
  const decoded = (reply: RawReply): T => {
    const value = uniform(reply, bytes);
    if (decode === undefined) return value as T;
    try {
      return decode(value);
    } catch (cause) {
      throw new DecodeError(`The decoder of ${label} failed on the reply; see error.cause`, value, { cause });
    }
  };
  const call = <M extends Mode>(on: ProgramHost<M>, keys: KeysOf<K>, ...args: A): Reply<M, T> =>
    on[RUN_PROGRAM](
      program,
      () => {
        const words: Arg[] = keyWords(label, named, keys);
        const list =
          toArgs === undefined ? (args as readonly unknown[] as readonly Value[]) : toArgs(...args);
        for (const arg of list) words.push(arg);
        return words;
      },
      decoded,
    );
  return call as CallableProgram<K, A, T>;
}

/** Check what {@link callableProgram} takes. @throws OptionError */
function checkProgramOptions(options: ProgramOptions<ProgramKeys, never, unknown>): void {
  const { keys, args, decode } = options;
  const isCount = typeof keys === "number" && Number.isInteger(keys) && keys >= 0;
  const isNames =
    Array.isArray(keys) &&
    keys.every((name) => typeof name === "string") &&
    new Set(keys).size === keys.length;
  if (keys !== undefined && !isCount && !isNames) refuse("keys", keys, "a number, or names that all differ");
  if (args !== undefined && typeof args !== "function") refuse("args", args, "a function");
  if (decode !== undefined && typeof decode !== "function") refuse("decode", decode, "a function");
  checkBoolean("readOnly", options.readOnly);
  checkOneOf("replies", options.replies, ["text", "buffer"] as const, "text");
}

/** How many keys, and the keys. @throws ArgumentError */
function keyWords(label: string, named: ProgramKeys, given: unknown): Arg[] {
  if (typeof named === "object") {
    const keys = given as Readonly<Record<string, Key>>;
    const isRecord = typeof given === "object" && given !== null;
    const missing = named.find((name) => !isRecord || keys[name] === undefined);
    if (missing !== undefined) throw new ArgumentError(`${label} was called without its key ${missing}`);
    const other = Object.keys(keys).find((name) => !named.includes(name));
    if (other !== undefined)
      throw new ArgumentError(`${label} has no key ${other}; it has ${named.join(", ")}`);
    return [named.length, ...named.map((name) => keys[name])];
  }
  const list = given as readonly Key[];
  if (!Array.isArray(given)) throw new ArgumentError(`${label} takes its keys as an array`);
  if (named !== undefined && list.length !== named) {
    throw new ArgumentError(`${label} takes ${named} keys, but was called with ${list.length}`);
  }
  return [list.length, ...list];
}

/** A reply in the form that it has in a plain client, whatever the view wants. */
function uniform(reply: RawReply, bytes: boolean): unknown {
  if (Array.isArray(reply)) return reply.map((element) => uniform(element, bytes));
  if (reply instanceof Uint8Array) return bytes ? reply : textOf(reply);
  if (typeof reply === "bigint") return Number.isSafeInteger(Number(reply)) ? Number(reply) : reply;
  if (!(reply instanceof RespMap)) return reply;
  const map = new Map<unknown, unknown>();
  for (let i = 0; i < reply.flat.length; i += 2) {
    map.set(uniform(reply.flat[i], bytes), uniform(reply.flat[i + 1], bytes));
  }
  return map;
}

/**
 * Make scripts and functions methods of every client, session and pipeline. TypeScript learns of them by an
 * augmentation of `Commands`.
 * @throws ArgumentError for a name that there is already; nothing is added then
 * @example
 * ```ts
 * declare module "resplendent" {
 *   interface Commands<M extends Mode> {
 *     transfer: MethodOf<typeof transfer, M>;
 *   }
 * }
 * addCommands({ transfer });
 * await redis.transfer({ from: "alice", to: "bob" }, 10);
 * ```
 */
export function addCommands(programs: Readonly<Record<string, AnyProgram>>): void {
  const descriptors: PropertyDescriptorMap = {};
  for (const name of Object.keys(programs)) {
    if (name in Commands.prototype) throw new ArgumentError(`There is a command ${name} already`);
    const program = programs[name] as unknown as (on: unknown, ...rest: unknown[]) => unknown;
    descriptors[name] = {
      configurable: true,
      writable: true,
      value(this: unknown, ...rest: unknown[]) {
        return program(this, ...rest);
      },
    };
  }
  Object.defineProperties(Commands.prototype, descriptors);
}
