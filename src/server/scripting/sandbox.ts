/** The world that scripts see: Lua's own libraries without the dangerous parts, those of Redis, all read-only. */
import { baseLibrary, loadSource } from "./base-library.js";
import { bitLibrary } from "./bit-library.js";
import { cjsonLibrary } from "./cjson.js";
import { cmsgpackLibrary } from "./cmsgpack.js";
import type { LibraryEntries, Lua, LuaFunction } from "./lua.js";
import { GLOBALS, type LuaState, LuaType } from "./lua-module.js";
import { randomLibrary } from "./random.js";
import { ReadOnlyTables } from "./read-only-tables.js";
import { stringFormat } from "./string-format.js";
import { structLibrary } from "./struct-library.js";

/** Where the main stack of a sandbox keeps the real table of globals. */
export const REAL_GLOBALS = 1;
/** Where it keeps the function that makes error tables. */
export const ERROR_HANDLER = 2;

/** Globals of Lua that scripts do not get. */
const REMOVED = [
  "io",
  "os",
  "package",
  "debug",
  "require",
  "module",
  "dofile",
  "loadfile",
  "print",
  "getfenv",
  "setfenv",
  "newproxy",
];

/** Every error becomes a table that says where it happened. `debug` comes as an argument, scripts never see it. */
const ERROR_HANDLER_SOURCE = `
local getinfo = (...).getinfo
return function(err)
  local place = getinfo(2, 'nSl')
  if place and place.what == 'C' then place = getinfo(3, 'nSl') end
  if type(err) ~= 'table' then err = {err = 'ERR ' .. tostring(err)} end
  if place then
    err.source = place.source
    err.line = place.currentline
  end
  return err
end`;

const MILLISECONDS = 1000;

/** `os.clock`: seconds that go on while a script runs; of the processor's time a browser knows nothing. */
function clockOf(lua: Lua): LuaFunction {
  return (L) => {
    lua.api._lua_pushnumber(L, performance.now() / MILLISECONDS);
    return 1;
  };
}

/** One state. */
export class Sandbox {
  readonly L: LuaState;
  readonly #lua: Lua;
  readonly #slots: number[] = [];
  readonly #tables: ReadOnlyTables;
  /** Slot of the function that complains about missing globals. */
  readonly #missing: number;

  /**
   * @param redis the entries of the table `redis`
   * @param showErrorHandler is it a global, as scripts of EVAL have it?
   * @param hasClock is there `os.clock`, as since Redis 7.4?
   */
  constructor(lua: Lua, redis: LibraryEntries, showErrorHandler: boolean, hasClock: boolean) {
    this.#lua = lua;
    this.#tables = new ReadOnlyTables(lua, this.#register);
    this.#missing = this.#register((L) =>
      lua.raise(L, `Script attempted to access nonexistent global variable '${lua.checkText(L, 2)}'`),
    );
    this.L = lua.newState();
    const { L } = this;
    const { api } = lua;
    api._lua_pushvalue(L, GLOBALS);
    this.#installErrorHandler(showErrorHandler);
    for (const name of REMOVED) {
      api._lua_pushnil(L);
      lua.setField(L, REAL_GLOBALS, name);
    }
    if (hasClock) this.#add("os", { clock: clockOf(lua) });
    this.#extend("string", { format: stringFormat(lua, this.#keptField("string", "format")) });
    this.#extend("math", randomLibrary(lua));
    this.#add("redis", redis);
    this.#add("bit", bitLibrary(lua));
    this.#add("struct", structLibrary(lua));
    this.#add("cmsgpack", cmsgpackLibrary(lua));
    this.#addJson();
    this.#protect();
  }

  /**
   * Make a table of globals that holds `redis` alone, with these entries; whatever else is asked of the one or the
   * other fails. It is what the code of a library sees while it is loaded.
   * @returns its reference, for {@link showGlobals}
   */
  makeGlobals(redis: LibraryEntries): number {
    const lua = this.#lua;
    const { L } = this;
    lua.api._lua_createtable(L, 0, 1);
    lua.api._lua_createtable(L, 0, 0);
    this.#fill(redis);
    this.#failOnMissing();
    this.#tables.guard(L);
    lua.setField(L, -2, "redis");
    this.#failOnMissing();
    return lua.keep(L);
  }

  /** From now on scripts see these globals, the usual ones when left out. */
  showGlobals(reference?: number): void {
    const lua = this.#lua;
    const { api } = lua;
    const { L } = this;
    api._lua_pushvalue(L, GLOBALS);
    api._lua_getmetatable(L, -1);
    if (reference === undefined) api._lua_pushvalue(L, REAL_GLOBALS);
    else lua.pushKept(L, reference);
    lua.setField(L, -2, "__index");
    lua.pop(L, 2);
  }

  /** Free the state and its functions. */
  close(): void {
    this.#lua.api._lua_close(this.L);
    for (const slot of this.#slots) this.#lua.release(slot);
    this.#slots.length = 0;
  }

  #register = (fn: LuaFunction): number => {
    const slot = this.#lua.register(fn);
    this.#slots.push(slot);
    return slot;
  };

  #installErrorHandler(visible: boolean): void {
    const lua = this.#lua;
    const { L } = this;
    if (loadSource(lua, L, ERROR_HANDLER_SOURCE, "=redis") !== 0) throw new Error(lua.text(L, -1));
    lua.getField(L, REAL_GLOBALS, "debug");
    lua.api._lua_call(L, 1, 1);
    if (!visible) return;
    lua.api._lua_pushvalue(L, ERROR_HANDLER);
    lua.setField(L, REAL_GLOBALS, "__redis__err__handler");
  }

  /** Store `globals[library][name]`. @returns its reference */
  #keptField(library: string, name: string): number {
    const lua = this.#lua;
    lua.getField(this.L, REAL_GLOBALS, library);
    lua.getField(this.L, -1, name);
    const reference = lua.keep(this.L);
    lua.pop(this.L, 1);
    return reference;
  }

  /** Put entries into the table on top of the stack. */
  #fill(entries: LibraryEntries): void {
    const lua = this.#lua;
    const { L } = this;
    for (const [name, entry] of Object.entries(entries)) {
      if (typeof entry === "string") lua.pushString(L, entry);
      else if (typeof entry === "number") lua.api._lua_pushnumber(L, entry);
      else lua.pushFunction(L, this.#register(entry));
      lua.setField(L, -2, name);
    }
  }

  #extend(library: string, entries: LibraryEntries): void {
    this.#lua.getField(this.L, REAL_GLOBALS, library);
    this.#fill(entries);
    this.#lua.pop(this.L, 1);
  }

  #add(name: string, entries: LibraryEntries): void {
    this.#lua.api._lua_createtable(this.L, 0, 0);
    this.#fill(entries);
    this.#lua.setField(this.L, REAL_GLOBALS, name);
  }

  #addJson(): void {
    const lua = this.#lua;
    const { L } = this;
    const pushInstance = (state: LuaState): void => {
      lua.api._lua_createtable(state, 0, 0);
      for (const [name, entry] of Object.entries(cjsonLibrary(lua))) {
        if (typeof entry === "function") lua.pushFunction(state, this.#register(entry));
        else lua.pushString(state, String(entry));
        lua.setField(state, -2, name);
      }
      lua.api._lua_pushlightuserdata(state, 0);
      lua.setField(state, -2, "null");
      lua.pushFunction(state, newInstance);
      lua.setField(state, -2, "new");
    };
    const newInstance = this.#register((state) => {
      pushInstance(state);
      return 1;
    });
    pushInstance(L);
    lua.setField(L, REAL_GLOBALS, "cjson");
  }

  /** Put guards before all tables, and a guard of the globals in the place of the globals. */
  #protect(): void {
    const lua = this.#lua;
    const { L } = this;
    const { api } = lua;
    const tables = this.#tables;
    for (const name of this.#tableNames()) {
      lua.getField(L, REAL_GLOBALS, name);
      tables.guard(L);
      lua.setField(L, REAL_GLOBALS, name);
    }
    const stringMetatable = this.#protectStrings();
    const next = this.#globalReference("next");
    api._lua_pushvalue(L, REAL_GLOBALS);
    this.#fill(baseLibrary(lua, this.#register, tables, next, stringMetatable));

    this.#failOnMissing();
    tables.guard(L);
    this.#pushTableWith("__index", () => lua.pushFunction(L, this.#missing));
    tables.guard(L);
    tables.showMetatable(L);
    api._lua_pushvalue(L, -1);
    lua.setField(L, REAL_GLOBALS, "_G");
    api._lua_replace(L, GLOBALS);
  }

  /** The methods of strings come from the guarded table. @returns reference of what `getmetatable("")` answers */
  #protectStrings(): number {
    const lua = this.#lua;
    const { L } = this;
    const { api } = lua;
    lua.pushString(L, "");
    api._lua_getmetatable(L, -1);
    lua.getField(L, REAL_GLOBALS, "string");
    lua.setField(L, -2, "__index");
    lua.pop(L, 2);
    this.#pushTableWith("__index", () => lua.getField(L, REAL_GLOBALS, "string"));
    this.#tables.guard(L);
    return lua.keep(L);
  }

  /** A read of a name that the table on top of the stack has not got becomes an error. */
  #failOnMissing(): void {
    this.#pushTableWith("__index", () => this.#lua.pushFunction(this.L, this.#missing));
    this.#lua.api._lua_setmetatable(this.L, -2);
  }

  #pushTableWith(name: string, push: () => void): void {
    this.#lua.api._lua_createtable(this.L, 0, 1);
    push();
    this.#lua.setField(this.L, -2, name);
  }

  #globalReference(name: string): number {
    this.#lua.getField(this.L, REAL_GLOBALS, name);
    return this.#lua.keep(this.L);
  }

  #tableNames(): string[] {
    const lua = this.#lua;
    const { L } = this;
    const { api } = lua;
    const names: string[] = [];
    api._lua_pushnil(L);
    while (api._lua_next(L, REAL_GLOBALS) !== 0) {
      const name = lua.text(L, -2);
      if (api._lua_type(L, -1) === LuaType.TABLE && name !== "_G") names.push(name);
      lua.pop(L, 1);
    }
    return names;
  }
}
