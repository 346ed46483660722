/** Libraries of functions as typed values: the code and its calls in one place. */

import type { Value } from "../../commands/base.js";
import type { Commands } from "../../commands/index.js";
import type { Promised } from "../../commands/mode.js";
import type { Program } from "../../commands/program.js";
import { OptionError } from "../../errors.js";
import { checkKeys, checkText, refuse } from "../options/option-checks.js";
import {
  type CallableProgram,
  callableProgram,
  PROGRAM_OPTIONS,
  type ProgramKeys,
  type ProgramOptions,
} from "./program-definition.js";

/** A function of a library, for {@link defineLibrary}. */
export interface FunctionDefinition<K extends ProgramKeys, A extends readonly unknown[], T>
  extends ProgramOptions<K, A, T> {
  /** The name under which the code registers it; that of the property unless you say so. */
  readonly name?: string;
}

/** What {@link defineLibrary} takes. */
export interface LibraryDefinition<F> {
  readonly name: string;
  /** The source in Lua. Its first line may say `#!lua name=...`; without that line it is put in front. */
  readonly code: string;
  /** Its functions, each made by {@link defineFunction}. */
  readonly functions: F;
}

/** A function of any keys, arguments and reply. */
type AnyDefinition = FunctionDefinition<ProgramKeys, never, unknown>;

/** A function before it belongs to a library; `C` is how it will be called. */
export interface DefinedFunction<C> {
  readonly definition: AnyDefinition;
  /** Only for the compiler: no object has it. */
  readonly callable?: C;
}

/** The functions of a library by name, to be called like scripts. */
export type LibraryCalls<F> = {
  readonly [N in keyof F]: F[N] extends DefinedFunction<infer C> ? C : never;
};

/** A library of {@link defineLibrary}. */
export interface Library<F> {
  readonly name: string;
  /** The source with its first line. */
  readonly code: string;
  readonly functions: LibraryCalls<F>;
  /**
   * Load it, in place of one with that name. Calls on a client do so when the server does not have the function;
   * pipelines and transactions need it loaded before.
   * @throws ReplyError `ERR` when it does not compile
   */
  load(redis: Pick<Commands<Promised>, "functionLoad">): Promise<void>;
}

/**
 * Describe a function of a library: its keys, arguments and reply.
 * @example
 * ```ts
 * defineFunction({ keys: ["counter"], args: (by: number) => [by], decode: Number });
 * ```
 */
export function defineFunction<
  const K extends ProgramKeys = undefined,
  A extends readonly unknown[] = readonly Value[],
  T = unknown,
>(definition: FunctionDefinition<K, A, T>): DefinedFunction<CallableProgram<K, A, T>> {
  checkKeys("", definition, ["name", ...PROGRAM_OPTIONS]);
  checkText("name", definition.name);
  return { definition: definition as AnyDefinition };
}

/**
 * Define a library of functions, which a server keeps with its data. A call on a client that finds the function
 * missing loads the library and is sent again.
 * @throws OptionError for an unknown or wrong option
 * @example
 * ```ts
 * const counters = defineLibrary({
 *   name: "counters",
 *   code: `redis.register_function("bump", function(keys, args)
 *            return redis.call("INCRBY", keys[1], args[1])
 *          end)`,
 *   functions: { bump: defineFunction({ keys: ["counter"], args: (by: number) => [by], decode: Number }) },
 * });
 * const n: number = await counters.functions.bump(redis, { counter: "hits" }, 5);
 * ```
 * @see https://redis.io/docs/latest/develop/programmability/functions-intro/
 */
export function defineLibrary<
  const F extends Readonly<Record<string, Pick<DefinedFunction<unknown>, "definition">>>,
>(definition: LibraryDefinition<F>): Library<F> {
  checkKeys("", definition, ["name", "code", "functions"]);
  const { name } = definition;
  if (typeof name !== "string" || !/^\w+$/.test(name))
    refuse("name", name, "letters, digits and underscores");
  const code = codeOf(name, definition.code);
  const functions: Record<string, unknown> = {};
  for (const property of Object.keys(definition.functions)) {
    const options = definition.functions[property].definition;
    const { readOnly = false, replies } = options;
    const wireName = options.name ?? property;
    const program: Program = {
      kind: "function",
      name: wireName,
      source: code,
      readOnly,
      bytes: replies === "buffer",
    };
    functions[property] = callableProgram(`the function ${wireName}`, program, options);
  }
  return {
    name,
    code,
    functions: functions as LibraryCalls<F>,
    async load(redis) {
      await redis.functionLoad(code, { replace: true });
    },
  };
}

/** The code with its first line. */
function codeOf(name: string, code: unknown): string {
  if (typeof code !== "string" || code === "") refuse("code", code, "the source of a library");
  if (!code.startsWith("#!")) return `#!lua name=${name}\n${code}`;
  const [first] = code.split("\n", 1);
  if (first.split(/\s+/).includes(`name=${name}`)) return code;
  throw new OptionError("code", `The first line of the code names another library than ${name}`);
}
