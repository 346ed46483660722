/** The scripts and the functions of one engine; each kind has a state of its own, made when the first one comes. */
import { ErrorReply, type ReplyValue } from "../../protocol/reply.js";
import type { Args } from "../engine/handler.js";
import type { RegisteredFunction, Script, ScriptContext, ScriptRunner } from "../engine/script-runner.js";
import { FunctionRegistration } from "./function-registration.js";
import type { Lua } from "./lua.js";
import { redisLibrary, redisLibraryForFunctions } from "./redis-library.js";
import { Runtime } from "./runtime.js";

/** How long the code of a library may run, ms. */
const LOAD_TIME_LIMIT = 500;

export class Interpreter implements ScriptRunner {
  readonly #lua: Lua;
  readonly #version: string;
  #scripts: Runtime | undefined;
  /** References of compiled scripts by SHA-1. */
  readonly #compiled = new Map<string, number>();
  #functions: Runtime | undefined;
  #registration: FunctionRegistration | undefined;

  /** @param version the server's, as `redis.REDIS_VERSION` */
  constructor(lua: Lua, version: string) {
    this.#lua = lua;
    this.#version = version;
  }

  compile(script: Script): void {
    this.#reference(this.#scriptRuntime(), script);
  }

  run(script: Script, keys: Args, args: Args, context: ScriptContext): ReplyValue {
    const runtime = this.#scriptRuntime();
    return runtime.runScript(this.#reference(runtime, script), script.sha, keys, args, context);
  }

  reset(): void {
    this.#compiled.clear();
    this.#scripts?.close();
    this.#scripts = undefined;
  }

  loadLibrary(code: string): RegisteredFunction[] {
    const { runtime, registration } = this.#functionRuntime();
    const main = runtime.compile(code, "@user_function", "ERR Error compiling function: ");
    const functions = registration.during(() =>
      runtime.execute(main, LOAD_TIME_LIMIT, "FUNCTION LOAD timeout"),
    );
    runtime.forget(main);
    if (typeof functions !== "string") return functions;
    throw new ErrorReply(`ERR Error registering functions: ${functions.replace(/[\r\n]+/g, " ")}`);
  }

  callFunction(fn: RegisteredFunction, keys: Args, args: Args, context: ScriptContext): ReplyValue {
    const runtime = this.#functions;
    if (runtime === undefined || runtime.broken) {
      return new ErrorReply("ERR the function was lost when Lua ran out of memory, load its library again");
    }
    return runtime.runFunction(fn.handle, fn.name, keys, args, context);
  }

  releaseFunctions(functions: Iterable<RegisteredFunction>): void {
    for (const { handle } of functions) this.#functions?.forget(handle);
  }

  /** Free all memory. */
  close(): void {
    this.reset();
    this.#functions?.close();
    this.#functions = undefined;
    this.#registration = undefined;
  }

  #scriptRuntime(): Runtime {
    if (this.#scripts?.broken) this.reset();
    this.#scripts ??= new Runtime(this.#lua, this.#version, (host) => redisLibrary(this.#lua, host), true);
    return this.#scripts;
  }

  #reference(runtime: Runtime, script: Script): number {
    let reference = this.#compiled.get(script.sha);
    if (reference === undefined) {
      const problem = "ERR Error compiling script (new function): ";
      reference = runtime.compile(script.body, "@user_script", problem);
      this.#compiled.set(script.sha, reference);
    }
    return reference;
  }

  #functionRuntime(): { runtime: Runtime; registration: FunctionRegistration } {
    if (this.#functions === undefined || this.#functions.broken) {
      this.#functions = new Runtime(
        this.#lua,
        this.#version,
        (host) => redisLibraryForFunctions(this.#lua, host),
        false,
      );
      this.#registration = undefined;
    }
    this.#registration ??= new FunctionRegistration(this.#lua, this.#functions);
    return { runtime: this.#functions, registration: this.#registration };
  }
}
