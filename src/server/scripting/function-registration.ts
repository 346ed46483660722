/** `redis.register_function`: how the code of a library makes its functions known. */
import { isLibraryName, LIBRARY_NAME_RULE } from "../engine/library-name.js";
import type { RegisteredFunction } from "../engine/script-runner.js";
import { SCRIPT_FLAGS } from "../engine/shebang.js";
import type { Lua } from "./lua.js";
import { type LuaState, LuaType } from "./lua-module.js";
import { pushError } from "./push-reply.js";
import { loadTimeLibrary } from "./redis-library.js";
import type { Runtime } from "./runtime.js";
import { untilZero } from "./script-reply.js";

/** What a call of `redis.register_function` has given so far. */
interface Definition {
  name?: string;
  description?: string;
  flags?: string[];
  /** Reference of the callback. */
  handle?: number;
}

/** Collects what the library that is being loaded registers. */
export class FunctionRegistration {
  readonly #lua: Lua;
  readonly #runtime: Runtime;
  /** Reference of the globals that code sees while it is loaded. */
  readonly #globals: number;
  #functions: RegisteredFunction[] = [];
  #isLoading = false;

  constructor(lua: Lua, runtime: Runtime) {
    this.#lua = lua;
    this.#runtime = runtime;
    this.#globals = runtime.sandbox.makeGlobals({
      ...loadTimeLibrary(lua, runtime),
      register_function: (L) => this.#register(L),
    });
  }

  /**
   * Load a library.
   * @param execute runs its code and returns the text of its error
   * @returns the functions, or the text of the error
   */
  during(execute: () => string | undefined): RegisteredFunction[] | string {
    this.#functions = [];
    this.#runtime.sandbox.showGlobals(this.#globals);
    this.#isLoading = true;
    const problem = execute();
    this.#isLoading = false;
    this.#runtime.sandbox.showGlobals();
    const functions = this.#functions;
    this.#functions = [];
    if (problem === undefined) return functions;
    for (const { handle } of functions) this.#runtime.forget(handle);
    return problem;
  }

  #register(L: LuaState): number {
    const definition: Definition = {};
    const problem = this.#isLoading
      ? (this.#read(L, definition) ?? this.#problemOf(definition))
      : "redis.register_function can only be called on FUNCTION LOAD command";
    if (problem !== undefined) {
      if (definition.handle !== undefined) this.#lua.unref(L, definition.handle);
      pushError(this.#lua, L, problem);
      return this.#lua.fail(L);
    }
    const { name, description, flags, handle } = definition as Definition & { name: string; handle: number };
    this.#functions.push({ name, description: description ?? null, flags: flags ?? [], handle });
    return 0;
  }

  /** @returns what is wrong with the definition */
  #problemOf({ name = "" }: Definition): string | undefined {
    if (!isLibraryName(name)) return LIBRARY_NAME_RULE;
    const folded = name.toLowerCase();
    if (this.#functions.some((fn) => fn.name.toLowerCase() === folded)) {
      return "Function already exists in the library";
    }
    return undefined;
  }

  /** Read the arguments. @returns what is wrong with them */
  #read(L: LuaState, definition: Definition): string | undefined {
    const { api } = this.#lua;
    const count = api._lua_gettop(L);
    if (count < 1 || count > 2) return "wrong number of arguments to redis.register_function";
    if (count === 2) return this.#readPositional(L, definition);
    if (api._lua_type(L, 1) !== LuaType.TABLE) {
      return "calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments).";
    }
    return this.#readNamed(L, definition);
  }

  #readPositional(L: LuaState, definition: Definition): string | undefined {
    const name = this.#lua.toText(L, 1);
    if (name === undefined) return "first argument to redis.register_function must be a string";
    if (this.#lua.api._lua_type(L, 2) !== LuaType.FUNCTION) {
      return "second argument to redis.register_function must be a function";
    }
    definition.name = name;
    definition.handle = this.#lua.keep(L);
    return undefined;
  }

  #readNamed(L: LuaState, definition: Definition): string | undefined {
    const { api } = this.#lua;
    api._lua_pushnil(L);
    while (api._lua_next(L, 1) !== 0) {
      // A copy, because making a text of a number key would confuse lua_next.
      api._lua_pushvalue(L, -2);
      const key = this.#cText(L, -1);
      this.#lua.pop(L, 1);
      if (key === undefined) return "named argument key given to redis.register_function is not a string";
      const problem = this.#readArgument(L, key.toLowerCase(), definition);
      if (problem !== undefined) return problem;
      this.#lua.pop(L, 1);
    }
    if (definition.name === undefined) return "redis.register_function must get a function name argument";
    if (definition.handle === undefined) return "redis.register_function must get a callback argument";
    return undefined;
  }

  /** The named argument whose value is on top of the stack. */
  #readArgument(L: LuaState, key: string, definition: Definition): string | undefined {
    const { api } = this.#lua;
    const type = api._lua_type(L, -1);
    if (key === "function_name" || key === "description") {
      const text = this.#lua.toText(L, -1);
      if (text === undefined) return `${key} argument given to redis.register_function must be a string`;
      definition[key === "description" ? "description" : "name"] = text;
    } else if (key === "callback") {
      if (type !== LuaType.FUNCTION) {
        return "callback argument given to redis.register_function must be a function";
      }
      api._lua_pushvalue(L, -1);
      definition.handle = this.#lua.keep(L);
    } else if (key === "flags") {
      if (type !== LuaType.TABLE) {
        return "flags argument to redis.register_function must be a table representing function flags";
      }
      const flags = this.#readFlags(L);
      if (flags === undefined) return "unknown flag given";
      definition.flags = flags;
    } else {
      return "unknown argument given to redis.register_function";
    }
    return undefined;
  }

  #readFlags(L: LuaState): string[] | undefined {
    const { api } = this.#lua;
    const flags: string[] = [];
    for (let i = 1; ; i++) {
      api._lua_rawgeti(L, -1, i);
      if (api._lua_type(L, -1) === LuaType.NIL) {
        this.#lua.pop(L, 1);
        return flags;
      }
      const flag = this.#cText(L, -1);
      this.#lua.pop(L, 1);
      if (flag === undefined || !SCRIPT_FLAGS.has(flag)) return undefined;
      flags.push(flag);
    }
  }

  #cText(L: LuaState, index: number): string | undefined {
    const text = this.#lua.toText(L, index);
    return text === undefined ? undefined : untilZero(text);
  }
}
