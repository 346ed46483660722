/** What the engine needs of an interpreter for scripts. The host gives it one, so that the engine stays free of Lua. */
import type { ReplyValue } from "../../protocol/reply.js";
import type { Args } from "./handler.js";
import type { LogLevel } from "./server-files.js";

/** A script of the cache. */
export interface Script {
  /** SHA-1 of its source in lower case. */
  readonly sha: string;
  /** What is compiled: the source without the words of its shebang line. */
  readonly body: string;
}

/** The client that debugs a script; nobody else is served meanwhile. */
export interface DebugConsole {
  /** The whole source of the script. */
  readonly source: string;
  /** Wait for what the client says next. @returns undefined when it has gone */
  read(): Args | undefined;
  /** Show lines, which contain no line ends. */
  write(lines: readonly string[]): void;
}

/** What a running script may do to the server. */
export interface ScriptContext {
  /** `redis.setresp`: the protocol of the replies that the script sees. */
  protocol: 2 | 3;
  /** The script is to be run step by step: by whom. */
  readonly console?: DebugConsole | undefined;
  /** Was the last command that has failed refused before it ran? */
  readonly wasRefused: boolean;
  /** Milliseconds after which {@link ScriptContext.overran} is asked; 0: never. */
  readonly timeLimit: number;
  /** Asked again and again once the time limit has passed. @returns whether the script is to be stopped */
  overran(): boolean;
  /** Run a command. @returns its reply, an `ErrorReply` when it was refused or failed */
  call(args: Args): ReplyValue;
  /**
   * The script answers an error, or one among other values.
   * @param isCounted it is that of a command, and has been counted when that failed
   */
  failed(text: string, isCounted: boolean): void;
  /** `redis.acl_check_cmd`: may the user run it? `undefined`: there is no such command. */
  mayCall(args: Args): boolean | undefined;
  /** `redis.log`. */
  log(level: LogLevel, text: string): void;
}

/** A function that a library has registered. */
export interface RegisteredFunction {
  readonly name: string;
  readonly description: string | null;
  /** Names such as `no-writes`. */
  readonly flags: readonly string[];
  /** Names the callback to the runner. */
  readonly handle: number;
}

/** Compiles and runs scripts. */
export interface ScriptRunner {
  /** @throws ErrorReply with the compiler's message */
  compile(script: Script): void;
  /** Run a script that has been compiled. @returns what it answers, an `ErrorReply` when it failed */
  run(script: Script, keys: Args, args: Args, context: ScriptContext): ReplyValue;
  /** Forget all scripts and everything that they have left behind; functions stay. */
  reset(): void;
  /**
   * Run the code of a library, which registers its functions.
   * @param code the library's source without the words of its shebang line
   * @throws ErrorReply when it does not compile or fails
   */
  loadLibrary(code: string): RegisteredFunction[];
  /** Run a function. @returns what it answers, an `ErrorReply` when it failed */
  callFunction(fn: RegisteredFunction, keys: Args, args: Args, context: ScriptContext): ReplyValue;
  /** Forget functions of a library. */
  releaseFunctions(functions: Iterable<RegisteredFunction>): void;
}

/** The interpreter of one engine, which is loaded on first use. */
export interface Scripting {
  readonly ready: boolean;
  /** @throws Error when there is no interpreter to load */
  load(): Promise<void>;
  /** To be used when `ready`. */
  readonly runner: ScriptRunner;
  /** Free its memory. */
  close(): void;
}

const MISSING = "this server has no scripting engine";

/** For hosts without an interpreter. */
export const NO_SCRIPTING: Scripting = {
  ready: false,
  load: () => Promise.reject(new Error(MISSING)),
  get runner(): ScriptRunner {
    throw new Error(MISSING);
  },
  close() {},
};
