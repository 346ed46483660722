/** The compiled Lua 5.1 interpreter (WebAssembly) and the part of its C API that the server uses. */

import type { LuaApi } from "wasmoon-lua5.1";

/** A `lua_State *`: the main thread of an interpreter or one of its coroutines. */
export type LuaState = number;

/** What `lua_type` answers. */
export const LuaType = {
  NONE: -1,
  NIL: 0,
  BOOLEAN: 1,
  LIGHT_USERDATA: 2,
  NUMBER: 3,
  STRING: 4,
  TABLE: 5,
  FUNCTION: 6,
} as const;

/** Pseudo-index of the registry. */
export const REGISTRY = -10000;
/** Pseudo-index of the table of globals. */
export const GLOBALS = -10002;
/** Pseudo-index of the running C function's first upvalue. */
export const FIRST_UPVALUE = GLOBALS - 1;
/** "All of its results", for calls. */
export const MULTIPLE_RESULTS = -1;
/** Hook events. */
export const HOOK_LINE = 4;
export const HOOK_COUNT = 8;

/**
 * The functions of Lua's C API as the WebAssembly module exports them. Pointers are byte offsets in `HEAPU8`;
 * the heap views are replaced when memory grows, so they are read afresh at each use.
 * @see https://www.lua.org/manual/5.1/manual.html#3
 */
export interface LuaModule {
  readonly HEAPU8: Uint8Array;
  readonly HEAPU32: Uint32Array;
  readonly HEAP32: Int32Array;
  /** Makes a JavaScript function callable from C. */
  addFunction(fn: (L: LuaState, argument: number) => number | undefined, signature: string): number;
  _malloc(size: number): number;
  _free(pointer: number): void;
  _luaL_newstate(): LuaState;
  _luaL_openlibs(L: LuaState): void;
  _lua_close(L: LuaState): void;
  _lua_atpanic(L: LuaState, fn: number): number;
  _lua_sethook(L: LuaState, fn: number, mask: number, count: number): number;
  _lua_checkstack(L: LuaState, slots: number): number;
  _lua_gettop(L: LuaState): number;
  _lua_settop(L: LuaState, index: number): void;
  _lua_pushvalue(L: LuaState, index: number): void;
  _lua_insert(L: LuaState, index: number): void;
  _lua_remove(L: LuaState, index: number): void;
  _lua_replace(L: LuaState, index: number): void;
  _lua_type(L: LuaState, index: number): number;
  _lua_isnumber(L: LuaState, index: number): number;
  _lua_isstring(L: LuaState, index: number): number;
  _lua_toboolean(L: LuaState, index: number): number;
  _lua_tonumber(L: LuaState, index: number): number;
  _lua_tolstring(L: LuaState, index: number, length: number): number;
  _lua_topointer(L: LuaState, index: number): number;
  _lua_touserdata(L: LuaState, index: number): number;
  _lua_objlen(L: LuaState, index: number): number;
  _lua_pushnil(L: LuaState): void;
  _lua_pushboolean(L: LuaState, value: number): void;
  _lua_pushnumber(L: LuaState, value: number): void;
  _lua_pushlstring(L: LuaState, pointer: number, length: number): void;
  _lua_pushlightuserdata(L: LuaState, pointer: number): void;
  _lua_pushcclosure(L: LuaState, fn: number, upvalues: number): void;
  _lua_createtable(L: LuaState, items: number, fields: number): void;
  _lua_gettable(L: LuaState, index: number): void;
  _lua_settable(L: LuaState, index: number): void;
  _lua_getfield(L: LuaState, index: number, name: number): void;
  _lua_setfield(L: LuaState, index: number, name: number): void;
  _lua_rawget(L: LuaState, index: number): void;
  _lua_rawset(L: LuaState, index: number): void;
  _lua_rawgeti(L: LuaState, index: number, key: number): void;
  _lua_rawseti(L: LuaState, index: number, key: number): void;
  _lua_next(L: LuaState, index: number): number;
  _lua_getmetatable(L: LuaState, index: number): number;
  _lua_setmetatable(L: LuaState, index: number): number;
  _lua_concat(L: LuaState, count: number): void;
  _lua_call(L: LuaState, args: number, results: number): void;
  _lua_pcall(L: LuaState, args: number, results: number, handler: number): number;
  _lua_error(L: LuaState): number;
  _luaL_where(L: LuaState, level: number): void;
  _luaL_argerror(L: LuaState, index: number, message: number): number;
  _luaL_typerror(L: LuaState, index: number, typeName: number): number;
  _luaL_checkany(L: LuaState, index: number): void;
  _luaL_checktype(L: LuaState, index: number, type: number): void;
  _luaL_checknumber(L: LuaState, index: number): number;
  _luaL_checklstring(L: LuaState, index: number, length: number): number;
  _luaL_checkstack(L: LuaState, slots: number, message: number): void;
  _luaL_getmetafield(L: LuaState, index: number, name: number): number;
  _luaL_loadbuffer(L: LuaState, pointer: number, length: number, name: number): number;
  _luaL_ref(L: LuaState, table: number): number;
  _luaL_unref(L: LuaState, table: number, reference: number): void;
}

interface LuaPackage {
  readonly LuaApi?: typeof LuaApi;
  readonly default?: { readonly LuaApi?: typeof LuaApi };
}

/** What is used of a WebAssembly instance. */
interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

/** The part of `WebAssembly` that the package loads Lua by. */
interface WasmLoader {
  instantiate(...args: readonly unknown[]): Promise<{ readonly instance?: WasmInstance }>;
}

let loading: Promise<LuaModule> | undefined;

/**
 * Load the interpreter, once a process (about 10 ms); all engines share its code and memory, each has its own state.
 * @throws Error when the package `wasmoon-lua5.1` cannot be loaded; the next call tries again
 */
export function loadLuaModule(): Promise<LuaModule> {
  loading ??= importModule().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function importModule(): Promise<LuaModule> {
  const lua: LuaPackage = await import("wasmoon-lua5.1");
  // It is CommonJS: Node finds its names, bundlers put them all into the default export.
  const { LuaApi } = lua.LuaApi === undefined ? (lua.default ?? {}) : lua;
  if (LuaApi === undefined) throw new Error("the package wasmoon-lua5.1 has no LuaApi");
  const { result, instance } = await watchInstantiation(() => LuaApi.initialize());
  return withOwnExports(result.module as unknown as LuaModule, instance);
}

/** Run `load`, and find out which WebAssembly module it instantiates; `undefined` when it does so otherwise. */
async function watchInstantiation<T>(
  load: () => Promise<T>,
): Promise<{ result: T; instance: WasmInstance | undefined }> {
  const { WebAssembly: loader } = globalThis as unknown as { readonly WebAssembly: WasmLoader };
  const { instantiate } = loader;
  let instance: WasmInstance | undefined;
  const watching: WasmLoader["instantiate"] = async (...args) => {
    const made = await instantiate(...args);
    // Somebody else's may come in between: only ours is Lua.
    if (made.instance !== undefined && "lua_gettop" in made.instance.exports) instance = made.instance;
    return made;
  };
  loader.instantiate = watching;
  try {
    return { result: await load(), instance };
  } finally {
    if (loader.instantiate === watching) loader.instantiate = instantiate;
  }
}

/**
 * The module with the functions of WebAssembly itself. The package wraps each in a check that builds an error text
 * at every call, which takes a tenth of a script's time, and more in garbage.
 */
function withOwnExports(module: LuaModule, instance: WasmInstance | undefined): LuaModule {
  if (instance === undefined) return module;
  const direct = Object.create(module) as Record<string, unknown>;
  for (const [name, fn] of Object.entries(instance.exports)) {
    if (typeof fn === "function" && `_${name}` in module) direct[`_${name}`] = fn;
  }
  // Functions by the hundred make an object slow to look into, unless it is the prototype of the one that is asked.
  return Object.create(direct) as LuaModule;
}
