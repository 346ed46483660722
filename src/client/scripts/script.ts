/** Scripts as typed values: defined once, called on clients, sessions and pipelines. */
import type { Value } from "../../commands/base.js";
import type { Program } from "../../commands/program.js";
import { latin1Slice, utf8Bytes } from "../../protocol/bytes.js";
import { sha1 } from "../../protocol/sha1.js";
import { checkKeys, refuse } from "../options/option-checks.js";
import {
  type CallableProgram,
  callableProgram,
  PROGRAM_OPTIONS,
  type ProgramKeys,
  type ProgramOptions,
} from "./program-definition.js";

/** What {@link defineScript} takes. */
export interface ScriptDefinition<K extends ProgramKeys, A extends readonly unknown[], T>
  extends ProgramOptions<K, A, T> {
  /** The source in Lua. */
  readonly lua: string;
}

/** A script of {@link defineScript}. */
export type Script<K extends ProgramKeys, A extends readonly unknown[], T> = CallableProgram<K, A, T> & {
  readonly lua: string;
  /** Its SHA-1 in 40 hexadecimal digits, by which servers know it. */
  readonly sha: string;
};

/** A script; its digest is computed at the first call, once. */
class ScriptProgram implements Program {
  readonly kind = "script";
  readonly source: string;
  readonly readOnly: boolean;
  readonly bytes: boolean;
  #sha: string | undefined;

  constructor(source: string, readOnly: boolean, bytes: boolean) {
    this.source = source;
    this.readOnly = readOnly;
    this.bytes = bytes;
  }

  get name(): string {
    if (this.#sha === undefined) {
      const bytes = utf8Bytes(this.source);
      this.#sha = sha1(latin1Slice(bytes, 0, bytes.length));
    }
    return this.#sha;
  }
}

/**
 * Define a Lua script. A call sends its SHA-1 alone; a server that does not know it gets the source. In a pipeline
 * or transaction its first call brings the source along, so that it cannot fail in the middle.
 * @throws OptionError for an unknown or wrong option
 * @example
 * ```ts
 * const transfer = defineScript({
 *   keys: ["from", "to"],
 *   args: (amount: number) => [amount],
 *   lua: `redis.call("DECRBY", KEYS[1], ARGV[1])
 *         return redis.call("INCRBY", KEYS[2], ARGV[1])`,
 *   decode: Number,
 * });
 * const balance: number = await transfer(redis, { from: "alice", to: "bob" }, 10);
 * ```
 * @see https://redis.io/docs/latest/develop/programmability/eval-intro/
 */
export function defineScript<
  const K extends ProgramKeys = undefined,
  A extends readonly unknown[] = readonly Value[],
  T = unknown,
>(definition: ScriptDefinition<K, A, T>): Script<K, A, T> {
  checkKeys("", definition, ["lua", ...PROGRAM_OPTIONS]);
  const { lua, readOnly = false, replies } = definition;
  if (typeof lua !== "string" || lua === "") refuse("lua", lua, "the source of a script");
  const program = new ScriptProgram(lua, readOnly, replies === "buffer");
  const call = callableProgram("the script", program, definition);
  return Object.defineProperties(call, {
    lua: { value: lua, enumerable: true },
    sha: { get: () => program.name, enumerable: true },
  }) as Script<K, A, T>;
}
