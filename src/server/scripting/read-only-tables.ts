/**
 * Read-only tables. Redis has patched them into its Lua; here such a table is an empty one (the guard) in front of
 * the real one: reads pass through `__index`, writes meet `__newindex`, and the few functions of the base library
 * that go past metatables ask this class.
 *
 * One hole is left: `table.insert(guard, x)` writes to the empty table instead of failing. It changes nothing that
 * anybody reads by name, and guarding it would make every `table.insert` of every script slower.
 */
import type { Lua } from "./lua.js";
import type { LuaState } from "./lua-module.js";

const READ_ONLY = "Attempt to modify a readonly table";

/** The read-only tables of one state. */
export class ReadOnlyTables {
  readonly #lua: Lua;
  /** The slot of the function that refuses writes. */
  readonly #refuse: number;
  /** Address of a guard -> reference of the real table. */
  readonly #real = new Map<number, number>();
  /** Address of a guard -> reference of what `getmetatable` shows for it. */
  readonly #shown = new Map<number, number>();

  /** @param register makes a function known to Lua and returns its slot */
  constructor(lua: Lua, register: (fn: (L: LuaState) => number) => number) {
    this.#lua = lua;
    this.#refuse = register((L) => lua.raise(L, READ_ONLY));
  }

  /** Replace the table on top of the stack by its guard. */
  guard(L: LuaState): void {
    const { api } = this.#lua;
    api._lua_createtable(L, 0, 0);
    api._lua_createtable(L, 0, 2);
    api._lua_pushvalue(L, -3);
    this.#lua.setField(L, -2, "__index");
    this.#lua.pushFunction(L, this.#refuse);
    this.#lua.setField(L, -2, "__newindex");
    api._lua_setmetatable(L, -2);
    // Stack: real, guard.
    const address = api._lua_topointer(L, -1);
    api._lua_insert(L, -2);
    this.#real.set(address, this.#lua.keep(L));
    // The guard must outlive the scripts, or its address would be given to another table.
    api._lua_pushvalue(L, -1);
    this.#lua.keep(L);
  }

  /** From now on `getmetatable(guard)` answers the table on top of the stack, which is popped. Stack: guard, table. */
  showMetatable(L: LuaState): void {
    this.#shown.set(this.#lua.api._lua_topointer(L, -2), this.#lua.keep(L));
  }

  /** Is the value at `index` a guard? */
  has(L: LuaState, index: number): boolean {
    return this.#real.has(this.#lua.api._lua_topointer(L, index));
  }

  /** Push the real table of the guard at `index`. @returns false, and pushes nothing, when it is no guard */
  pushReal(L: LuaState, index: number): boolean {
    const reference = this.#real.get(this.#lua.api._lua_topointer(L, index));
    if (reference === undefined) return false;
    this.#lua.pushKept(L, reference);
    return true;
  }

  /** Push what `getmetatable` shows for the guard at `index`. */
  pushShown(L: LuaState, index: number): void {
    const reference = this.#shown.get(this.#lua.api._lua_topointer(L, index));
    if (reference === undefined) this.#lua.api._lua_pushnil(L);
    else this.#lua.pushKept(L, reference);
  }

  /** Fail as Redis's own `lua_rawset` does: without the place in the script. */
  refuseRaw(L: LuaState): never {
    this.#lua.pushString(L, READ_ONLY);
    return this.#lua.fail(L);
  }
}
