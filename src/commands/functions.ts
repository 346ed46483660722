/** Functions: libraries of Lua that the server keeps, also on disk and on replicas. */
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { type Arg, CommandSet } from "./base.js";
import type { Mode, Reply, Text } from "./mode.js";
import { anything, type Decode, number, plain, record, recordOf, status, texts } from "./replies.js";
import { type CallOptions, callArgs } from "./scripting.js";

/** Options of {@link FunctionCommands.functionList}; the type parameter records that `withCode` changes the reply. */
export interface FunctionListOptions<WithCode extends boolean = boolean> {
  /** Only libraries whose names match this glob pattern. */
  libraryName?: string;
  /** Reply with the source too. */
  withCode?: WithCode;
}

/** A function of a library. */
export interface LibraryFunction {
  name: string;
  description: string | null;
  /** Such as `no-writes`. */
  flags: string[];
}

/** A library of functions. */
export interface FunctionLibrary<WithCode extends boolean = boolean> {
  libraryName: string;
  /** The language: `LUA`. */
  engine: string;
  functions: LibraryFunction[];
  /** The source, where `withCode` was set. */
  libraryCode: WithCode extends true ? string : undefined;
}

/** Reply of {@link FunctionCommands.functionStats}. */
export interface FunctionStats<T = string> {
  /** The function that runs now, `null` when none does. */
  runningScript: { name: string; command: T[]; durationMs: number } | null;
  /** For each language how much there is. */
  engines: Record<string, { librariesCount: number; functionsCount: number }>;
}

const textOrNull = (reply: RawReply): string | null => (reply === null ? null : textOf(reply));

const libraries: Decode<never> = (reply) =>
  (reply as RawReply[]).map((library) => {
    const raw = record(library) as Record<string, RawReply>;
    return {
      libraryName: textOf(raw.library_name),
      engine: textOf(raw.engine),
      functions: (raw.functions as RawReply[]).map(libraryFunction),
      libraryCode: raw.library_code === undefined ? undefined : textOf(raw.library_code),
    };
  }) as never;

function libraryFunction(reply: RawReply): LibraryFunction {
  const raw = record(reply) as Record<string, RawReply>;
  return { name: textOf(raw.name), description: textOrNull(raw.description), flags: texts(raw.flags) };
}

const functionStats: Decode<never> = (reply) => {
  const raw = record(reply) as Record<string, RawReply>;
  return {
    runningScript: raw.running_script === null ? null : runningScript(raw.running_script),
    engines: recordOf(raw.engines, (engine) => {
      const counts = recordOf(engine, number);
      return { librariesCount: counts.libraries_count, functionsCount: counts.functions_count };
    }),
  } as never;
};

function runningScript(reply: RawReply): NonNullable<FunctionStats<RawReply>["runningScript"]> {
  const raw = record(reply) as Record<string, RawReply>;
  return {
    name: textOf(raw.name),
    command: raw.command as RawReply[],
    durationMs: number(raw.duration_ms),
  };
}

/** Commands on functions. */
export abstract class FunctionCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Call a function.
   * @typeParam T what it returns; `unknown` unless you say so
   * @throws ReplyError `ERR` when there is no such function; else what it threw
   * @example
   * ```ts
   * await redis.fcall<number>("add_member", { keys: ["team"], args: ["Ada"] });
   * ```
   * @see https://redis.io/docs/latest/commands/fcall/
   */
  fcall<T = unknown>(name: string, options?: CallOptions): Reply<M, T> {
    return this.run<T>("FCALL", callArgs(name, options), anything);
  }

  /**
   * Call a function that is flagged `no-writes`, so that a replica runs it too.
   * @typeParam T what it returns; `unknown` unless you say so
   * @throws ReplyError `ERR` when there is no such function, or it may write; else what it threw
   * @see https://redis.io/docs/latest/commands/fcall_ro/
   */
  fcallRo<T = unknown>(name: string, options?: CallOptions): Reply<M, T> {
    return this.run<T>("FCALL_RO", callArgs(name, options), anything);
  }

  /**
   * Delete a library with all its functions.
   * @throws ReplyError `ERR` when there is no such library
   * @see https://redis.io/docs/latest/commands/function-delete/
   */
  functionDelete(libraryName: string): Reply<M, "OK"> {
    return this.run<"OK">("FUNCTION DELETE", [libraryName], status);
  }

  /**
   * All libraries in Redis's own serialisation, for {@link FunctionCommands.functionRestore}; bytes in every view.
   * @see https://redis.io/docs/latest/commands/function-dump/
   */
  functionDump(): Reply<M, Uint8Array> {
    return this.runBytes<Uint8Array>("FUNCTION DUMP", [], plain);
  }

  /**
   * Delete all libraries, now (`sync`) or in the background (`async`); without a word as the server is configured.
   * @see https://redis.io/docs/latest/commands/function-flush/
   */
  functionFlush(mode?: "async" | "sync"): Reply<M, "OK"> {
    return this.run<"OK">("FUNCTION FLUSH", mode === undefined ? [] : [mode], status);
  }

  /**
   * Stop the function that runs now, unless it has written already.
   * @throws ReplyError `NOTBUSY` when none runs; `UNKILLABLE` when it has written
   * @see https://redis.io/docs/latest/commands/function-kill/
   */
  functionKill(): Reply<M, "OK"> {
    return this.run<"OK">("FUNCTION KILL", [], status);
  }

  /**
   * The libraries that the server has.
   * @example
   * ```ts
   * await redis.functionList({ libraryName: "my*", withCode: true });
   * ```
   * @see https://redis.io/docs/latest/commands/function-list/
   */
  functionList<WithCode extends boolean = false>(
    options?: FunctionListOptions<WithCode>,
  ): Reply<M, FunctionLibrary<WithCode>[]> {
    const args: Arg[] = [];
    if (options?.libraryName !== undefined) args.push("LIBRARYNAME", options.libraryName);
    if (options?.withCode) args.push("WITHCODE");
    return this.run<FunctionLibrary<WithCode>[]>("FUNCTION LIST", args, libraries);
  }

  /**
   * Load a library; its first line says language and name: `#!lua name=mylib`.
   * @param options `replace`: put it in the place of one with that name
   * @returns its name
   * @throws ReplyError `ERR` when it does not compile, or the name is taken
   * @example
   * ```ts
   * await redis.functionLoad("#!lua name=mylib\nredis.register_function('one', function() return 1 end)");
   * await redis.fcall<number>("one"); // 1
   * ```
   * @see https://redis.io/docs/latest/commands/function-load/
   */
  functionLoad(code: string, options?: { replace?: boolean }): Reply<M, string> {
    return this.run<string>("FUNCTION LOAD", options?.replace ? ["REPLACE", code] : [code], status);
  }

  /**
   * Load the libraries that {@link FunctionCommands.functionDump} gave.
   * @param policy `append` (fail where a name is taken, the default), `replace` those, or `flush` all others first
   * @see https://redis.io/docs/latest/commands/function-restore/
   */
  functionRestore(payload: Uint8Array, policy?: "append" | "replace" | "flush"): Reply<M, "OK"> {
    return this.run<"OK">("FUNCTION RESTORE", policy === undefined ? [payload] : [payload, policy], status);
  }

  /**
   * The function that runs now, and how many the server has.
   * @see https://redis.io/docs/latest/commands/function-stats/
   */
  functionStats(): Reply<M, FunctionStats<Text<M>>> {
    return this.run<FunctionStats<Text<M>>>("FUNCTION STATS", [], functionStats);
  }
}
