/** Lua's C API in the terms of JavaScript: one-byte strings instead of pointers, functions instead of table slots. */
import { FIRST_UPVALUE, type LuaModule, type LuaState, LuaType, REGISTRY } from "./lua-module.js";
import { readBytes, writeBytes } from "./one-byte-memory.js";

/**
 * A function that Lua can call. It finds its arguments on the stack of `L` from index 1 on, pushes its results
 * and returns their number. It may fail by {@link Lua.raise}; an exception of JavaScript becomes a Lua error.
 */
export type LuaFunction = (L: LuaState) => number;

/** What a table of a library holds. */
export type LibraryEntries = Readonly<Record<string, LuaFunction | string | number>>;

/** Memory for Lua is used up, and no script was running that could be told. */
export class OutOfMemory extends Error {
  constructor() {
    super("Lua has run out of memory");
    this.name = "OutOfMemory";
  }
}

/** Strings up to this size are copied through one buffer that is kept. */
const SCRATCH_SIZE = 64 * 1024;

/** The interpreter's code and memory, shared by all states of the process. */
export class Lua {
  /** The raw C API, for calls that need no translation. */
  readonly api: LuaModule;
  readonly #scratch: number;
  /** Where the API writes the length of a string. */
  readonly #length: number;
  /** C strings that live for ever: names of fields and fixed texts of errors. */
  readonly #names = new Map<string, number>();
  readonly #functions: (LuaFunction | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  readonly #trampoline: number;
  readonly #hookTrampoline: number;
  readonly #panic: number;
  #hook: (L: LuaState) => void = () => {};

  constructor(api: LuaModule) {
    this.api = api;
    this.#scratch = api._malloc(SCRATCH_SIZE);
    this.#length = api._malloc(8);
    this.#trampoline = api.addFunction((L) => this.#invoke(L), "ii");
    this.#hookTrampoline = api.addFunction((L) => {
      this.#hook(L);
      return undefined;
    }, "vii");
    this.#panic = api.addFunction(() => {
      throw new OutOfMemory();
    }, "ii");
  }

  // ---- states ---------------------------------------------------------------------------------------

  /** A new state with Lua's own libraries. */
  newState(): LuaState {
    const L = this.api._luaL_newstate();
    if (L === 0) throw new OutOfMemory();
    this.api._lua_atpanic(L, this.#panic);
    this.api._luaL_openlibs(L);
    return L;
  }

  /**
   * Have `hook` called by events of a state. Only one script runs at a time, so that there is only one hook.
   * @param count instructions between two calls, for `HOOK_COUNT`
   */
  setHook(L: LuaState, hook: (L: LuaState) => void, mask: number, count: number): void {
    this.#hook = hook;
    this.api._lua_sethook(L, this.#hookTrampoline, mask, count);
  }

  // ---- functions ----------------------------------------------------------------------------------

  /** Make `fn` known to Lua. @returns its slot, to be given back by {@link release} */
  register(fn: LuaFunction): number {
    const slot = this.#freeSlots.pop() ?? this.#functions.length;
    this.#functions[slot] = fn;
    return slot;
  }

  /** Forget a function that no state can call any more. */
  release(slot: number): void {
    this.#functions[slot] = undefined;
    this.#freeSlots.push(slot);
  }

  /** Push the function of a slot. One C function serves all: adding a function to the module's table is slow. */
  pushFunction(L: LuaState, slot: number): void {
    this.api._lua_pushnumber(L, slot);
    this.api._lua_pushcclosure(L, this.#trampoline, 1);
  }

  #invoke(L: LuaState): number {
    const fn = this.#functions[this.api._lua_tonumber(L, FIRST_UPVALUE)];
    try {
      return fn === undefined ? this.raise(L, "the function is gone") : fn(L);
    } catch (error) {
      // A number is Lua's own longjmp on its way to the pcall that waits for it.
      if (typeof error === "number") throw error;
      return this.raise(L, error instanceof RangeError ? "stack overflow" : `internal error: ${error}`);
    }
  }

  // ---- strings --------------------------------------------------------------------------------------

  /** A C string with these characters, kept for ever: for the fixed names and texts of this program alone. */
  name(text: string): number {
    let pointer = this.#names.get(text);
    if (pointer === undefined) {
      pointer = this.api._malloc(text.length + 1);
      writeBytes(this.api.HEAPU8, pointer, text);
      this.api.HEAPU8[pointer + text.length] = 0;
      this.#names.set(text, pointer);
    }
    return pointer;
  }

  /** Give `use` the address of the string's bytes. */
  withBytes<T>(text: string, use: (pointer: number, length: number) => T): T {
    const { api } = this;
    const { length } = text;
    if (length <= SCRATCH_SIZE) {
      writeBytes(api.HEAPU8, this.#scratch, text);
      return use(this.#scratch, length);
    }
    const pointer = api._malloc(length);
    if (pointer === 0) throw new OutOfMemory();
    try {
      writeBytes(api.HEAPU8, pointer, text);
      return use(pointer, length);
    } finally {
      api._free(pointer);
    }
  }

  pushString(L: LuaState, text: string): void {
    const { api } = this;
    const { length } = text;
    if (length <= SCRATCH_SIZE) {
      writeBytes(api.HEAPU8, this.#scratch, text);
      api._lua_pushlstring(L, this.#scratch, length);
    } else {
      this.withBytes(text, (pointer) => api._lua_pushlstring(L, pointer, length));
    }
  }

  /** The string at `index`; a number there becomes a string, anything else is `undefined`. */
  toText(L: LuaState, index: number): string | undefined {
    const pointer = this.api._lua_tolstring(L, index, this.#length);
    return pointer === 0 ? undefined : this.#read(pointer);
  }

  /** The string at `index`, which is known to be one. */
  text(L: LuaState, index: number): string {
    return this.#read(this.api._lua_tolstring(L, index, this.#length));
  }

  /** The string argument at `index`, or Lua's usual error. */
  checkText(L: LuaState, index: number): string {
    return this.#read(this.api._luaL_checklstring(L, index, this.#length));
  }

  #read(pointer: number): string {
    const { api } = this;
    return readBytes(api.HEAPU8, pointer, api.HEAPU32[this.#length >> 2]);
  }

  // ---- tables ---------------------------------------------------------------------------------------

  /** `table[name] = value on top`, which is popped. */
  setField(L: LuaState, table: number, name: string): void {
    this.api._lua_setfield(L, table, this.name(name));
  }

  /** Push `table[name]`. @returns its type */
  getField(L: LuaState, table: number, name: string): number {
    this.api._lua_getfield(L, table, this.name(name));
    return this.api._lua_type(L, -1);
  }

  pop(L: LuaState, count: number): void {
    this.api._lua_settop(L, -count - 1);
  }

  /** Push a value of the registry that {@link keep} has stored. */
  pushKept(L: LuaState, reference: number): void {
    this.api._lua_rawgeti(L, REGISTRY, reference);
  }

  /** Pop a value and store it in the registry. */
  keep(L: LuaState): number {
    return this.api._luaL_ref(L, REGISTRY);
  }

  /** Forget what {@link keep} has stored. */
  unref(L: LuaState, reference: number): void {
    this.api._luaL_unref(L, REGISTRY, reference);
  }

  // ---- errors ---------------------------------------------------------------------------------------

  /** Fail with the value on top of the stack. */
  fail(L: LuaState): never {
    this.api._lua_error(L);
    throw new Error("lua_error has returned");
  }

  /** Fail with `text` behind the place in the script (`user_script:1: `), as `luaL_error`. */
  raise(L: LuaState, text: string): never {
    this.api._luaL_where(L, 1);
    this.pushString(L, text);
    this.api._lua_concat(L, 2);
    return this.fail(L);
  }

  /** Fail because of the argument at `index`: "bad argument #1 to 'f' (problem)". */
  badArgument(L: LuaState, index: number, problem: string): never {
    this.withBytes(`${problem}\0`, (pointer) => this.api._luaL_argerror(L, index, pointer));
    throw new Error("luaL_argerror has returned");
  }

  /** The number argument at `index` without its fraction, or Lua's usual error. */
  checkInteger(L: LuaState, index: number): number {
    return Math.trunc(this.api._luaL_checknumber(L, index)) || 0;
  }

  /** As {@link checkInteger}; `fallback` when there is none. */
  optionalInteger(L: LuaState, index: number, fallback: number): number {
    return this.api._lua_type(L, index) <= LuaType.NIL ? fallback : this.checkInteger(L, index);
  }
}
