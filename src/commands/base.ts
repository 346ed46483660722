/** The one thing a client, a pipeline, a cluster or an engine must provide: `run`. */
import type { CommandName } from "../spec/commands.js";
import type { Mode, Reply } from "./mode.js";
import { callByName, callBySource, type Program, type ProgramWords } from "./program.js";
import type { Decode } from "./replies.js";

/** A key: text is sent as UTF-8, bytes as they are. */
export type Key = string | Uint8Array;
/** A value, field or member: numbers are sent in decimal, bytes as they are. */
export type Value = string | number | bigint | Uint8Array;
/** One word of a command on its way to the server. */
export type Arg = string | number | bigint | Uint8Array;

/** Fields with their values: an object, a `Map`, or pairs (for fields that are bytes). */
export type Fields =
  | Readonly<Record<string, Value>>
  | ReadonlyMap<Value, Value>
  | readonly (readonly [Value, Value])[];

/** Names the method by which scripts and functions run: a symbol, so that it is no command and no editor offers it. */
export const RUN_PROGRAM: unique symbol = Symbol("run program");
/** Names a property that no object has: it tells the compiler the mode of a set of commands. */
export declare const MODE: unique symbol;

/** Base of every family: the narrow waist between the commands and whatever carries them. */
export abstract class CommandSet<M extends Mode> {
  declare readonly [MODE]?: M;

  /**
   * Send the command `name` with `args`; `decode` turns the reply into the value promised.
   * @throws ArgumentError (as a rejection on a client) for an argument that is no {@link Arg}
   */
  protected abstract run<T>(name: CommandName, args: readonly Arg[], decode: Decode<T>): Reply<M, T>;

  /**
   * The same for replies that are never text, such as DUMP's: bulk strings are bytes in every view.
   * @throws ArgumentError (as a rejection on a client) for an argument that is no {@link Arg}
   */
  protected abstract runBytes<T>(name: CommandName, args: readonly Arg[], decode: Decode<T>): Reply<M, T>;

  /**
   * Run a script or a function. Here a script goes with its source, which is always right; who hears replies may
   * send its name first.
   * @param words made when they are needed; what that throws is an error of the call
   * @internal
   */
  [RUN_PROGRAM]<T>(program: Program, words: ProgramWords, decode: Decode<T>): Reply<M, T> {
    const [name, what] =
      program.kind === "script"
        ? ([callBySource(program), program.source] as const)
        : ([callByName(program), program.name] as const);
    const args = [what, ...words()];
    return program.bytes ? this.runBytes(name, args, decode) : this.run(name, args, decode);
  }
}

/** The rest parameter of a method that takes many: `del("a", "b")` or, for long lists, `del(["a", "b"])`. */
export type Many<T> = readonly T[] | readonly [readonly T[]];

/** What a {@link Many} parameter holds, as one list. */
export function listOf<T extends Value>(many: Many<T>): readonly T[] {
  return many.length === 1 && Array.isArray(many[0]) ? many[0] : (many as readonly T[]);
}

/** One or several: `blpop("a", 1)` or `blpop(["a", "b"], 1)`. */
export type OneOrMore<T> = T | readonly T[];

/** Append one word or all words of a list. A loop, because spreading a long list into a call overflows the stack. */
export function pushAll(args: Arg[], words: OneOrMore<Arg>): void {
  if (typeof words !== "object" || words instanceof Uint8Array) args.push(words);
  else for (const word of words) args.push(word);
}

/** Append how many words there are and then the words, as commands with `numkeys` want it. */
export function pushCounted(args: Arg[], words: OneOrMore<Arg>): void {
  if (typeof words !== "object" || words instanceof Uint8Array) args.push(1, words);
  else {
    args.push(words.length);
    for (const word of words) args.push(word);
  }
}

/** Append the pairs of `fields` to `args`. */
export function pushFields(args: Arg[], fields: Fields): void {
  if (fields instanceof Map || Array.isArray(fields)) {
    for (const [field, value] of fields) args.push(field, value);
    return;
  }
  const record = fields as Readonly<Record<string, Value>>;
  for (const field of Object.keys(record)) args.push(field, record[field]);
}
