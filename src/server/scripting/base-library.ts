/**
 * The functions of Lua's base library that differ in Redis: those that would go past read-only tables, `pcall`
 * (turns error tables into texts), the loaders (no byte code) and `tonumber` (64-bit results with a base).
 */
import type { LibraryEntries, Lua, LuaFunction } from "./lua.js";
import { type LuaState, LuaType, MULTIPLE_RESULTS } from "./lua-module.js";
import type { ReadOnlyTables } from "./read-only-tables.js";

/** First byte of byte code. */
const ESCAPE = 27;

/**
 * @param register makes a function known to Lua and returns its slot
 * @param next reference of Lua's own `next`
 * @param stringMetatable reference of what `getmetatable("")` answers
 */
export function baseLibrary(
  lua: Lua,
  register: (fn: LuaFunction) => number,
  tables: ReadOnlyTables,
  next: number,
  stringMetatable: number,
): LibraryEntries {
  const { api } = lua;
  const guardedNext = register(rawNext);

  function rawNext(L: LuaState): number {
    api._luaL_checktype(L, 1, LuaType.TABLE);
    api._lua_settop(L, 2);
    if (tables.pushReal(L, 1)) api._lua_replace(L, 1);
    if (api._lua_next(L, 1) !== 0) return 2;
    api._lua_pushnil(L);
    return 1;
  }

  return {
    next: rawNext,

    pairs(L) {
      api._luaL_checktype(L, 1, LuaType.TABLE);
      if (tables.has(L, 1)) lua.pushFunction(L, guardedNext);
      else lua.pushKept(L, next);
      api._lua_pushvalue(L, 1);
      api._lua_pushnil(L);
      return 3;
    },

    rawget(L) {
      api._luaL_checktype(L, 1, LuaType.TABLE);
      api._luaL_checkany(L, 2);
      api._lua_settop(L, 2);
      if (tables.pushReal(L, 1)) api._lua_replace(L, 1);
      api._lua_rawget(L, 1);
      return 1;
    },

    rawset(L) {
      api._luaL_checktype(L, 1, LuaType.TABLE);
      api._luaL_checkany(L, 2);
      api._luaL_checkany(L, 3);
      if (tables.has(L, 1)) return tables.refuseRaw(L);
      api._lua_settop(L, 3);
      api._lua_rawset(L, 1);
      return 1;
    },

    getmetatable(L) {
      api._luaL_checkany(L, 1);
      const type = api._lua_type(L, 1);
      if (type === LuaType.STRING) lua.pushKept(L, stringMetatable);
      else if (type === LuaType.TABLE && tables.has(L, 1)) tables.pushShown(L, 1);
      else if (api._lua_getmetatable(L, 1) === 0) api._lua_pushnil(L);
      else api._luaL_getmetafield(L, 1, lua.name("__metatable"));
      return 1;
    },

    setmetatable(L) {
      const type = api._lua_type(L, 2);
      api._luaL_checktype(L, 1, LuaType.TABLE);
      if (type !== LuaType.NIL && type !== LuaType.TABLE) lua.badArgument(L, 2, "nil or table expected");
      if (tables.has(L, 1)) return tables.refuseRaw(L);
      if (api._luaL_getmetafield(L, 1, lua.name("__metatable")) !== 0) {
        lua.raise(L, "cannot change a protected metatable");
      }
      api._lua_settop(L, 2);
      api._lua_setmetatable(L, 1);
      return 1;
    },

    pcall(L) {
      // Below the results stands `true`, as Redis does it: it shows in `pcall()` without arguments.
      api._lua_pushboolean(L, 1);
      api._lua_insert(L, 1);
      const args = Math.max(api._lua_gettop(L) - 2, 0);
      if (api._lua_pcall(L, args, MULTIPLE_RESULTS, 0) === 0) return api._lua_gettop(L);
      if (api._lua_type(L, -1) === LuaType.TABLE) {
        lua.getField(L, -1, "err");
        if (api._lua_isstring(L, -1) !== 0) api._lua_replace(L, -2);
        else lua.pop(L, 1);
      }
      api._lua_pushboolean(L, 0);
      api._lua_insert(L, -2);
      return 2;
    },

    tonumber(L) {
      if (api._lua_type(L, 2) > LuaType.NIL) {
        const base = lua.checkInteger(L, 2);
        if (base !== 10) return pushInBase(L, base);
      }
      const type = api._lua_type(L, 1);
      if (type === LuaType.NUMBER) {
        api._lua_settop(L, 1);
        return 1;
      }
      if (type === LuaType.NONE) api._luaL_checkany(L, 1);
      const value = api._lua_tonumber(L, 1);
      if (value !== 0 || api._lua_isnumber(L, 1) !== 0) api._lua_pushnumber(L, value);
      else api._lua_pushnil(L);
      return 1;
    },

    loadstring(L) {
      const source = lua.checkText(L, 1);
      const name = api._lua_type(L, 2) <= LuaType.NIL ? source : lua.checkText(L, 2);
      return compiled(L, source, name);
    },

    load(L) {
      api._luaL_checktype(L, 1, LuaType.FUNCTION);
      const name = api._lua_type(L, 2) <= LuaType.NIL ? "=(load)" : lua.checkText(L, 2);
      api._lua_settop(L, 1);
      let source = "";
      for (;;) {
        api._lua_pushvalue(L, 1);
        if (api._lua_pcall(L, 0, 1, 0) !== 0) return failed(L);
        const piece = lua.toText(L, -1);
        if (piece === undefined && api._lua_type(L, -1) !== LuaType.NIL) {
          lua.pushString(L, "reader function must return a string");
          return failed(L);
        }
        lua.pop(L, 1);
        if (piece === undefined || piece === "") return compiled(L, source, name);
        source += piece;
      }
    },
  };

  function pushInBase(L: LuaState, base: number): number {
    const text = lua.checkText(L, 1);
    if (base < 2 || base > 36) return lua.badArgument(L, 2, "base out of range");
    const value = parseInBase(text, base);
    if (value === undefined) api._lua_pushnil(L);
    else api._lua_pushnumber(L, value);
    return 1;
  }

  function compiled(L: LuaState, source: string, name: string): number {
    return loadSource(lua, L, source, name) === 0 ? 1 : failed(L);
  }

  function failed(L: LuaState): number {
    api._lua_pushnil(L);
    api._lua_insert(L, -2);
    return 2;
  }
}

/**
 * Compile `source` and push the function, or the error message.
 * @param name of the chunk: `@name` and `=name` stand in messages as they are, anything else as `[string "..."]`
 * @returns 0, or Lua's error code
 */
export function loadSource(lua: Lua, L: LuaState, source: string, name: string): number {
  // Byte code could break the interpreter. Behind a space it is read as source, and refused.
  const safe = source.charCodeAt(0) === ESCAPE ? ` ${source}` : source;
  lua.pushString(L, name);
  const namePointer = lua.api._lua_tolstring(L, -1, 0);
  const code = lua.withBytes(safe, (pointer, length) =>
    lua.api._luaL_loadbuffer(L, pointer, length, namePointer),
  );
  lua.api._lua_remove(L, -2);
  return code;
}

const SPACE = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;

/** An unsigned 64-bit integer in a base, by the rules of C's `strtoul`; `undefined` when it is none. */
function parseInBase(text: string, base: number): number | undefined {
  // C strings end at the first zero byte.
  const end = text.indexOf("\0");
  const trimmed = (end === -1 ? text : text.slice(0, end)).replace(SPACE, "");
  const match = /^([+-]?)(?:(0[xX])(?=[0-9a-fA-F]))?([0-9a-zA-Z]+)$/.exec(trimmed);
  if (match === null) return undefined;
  const [, sign, prefix, body] = match;
  const digits = prefix === undefined || base === 16 ? body : prefix + body;
  let value = 0n;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number.parseInt(digits[i], 36);
    if (!(digit < base)) return undefined;
    value = value * BigInt(base) + BigInt(digit);
  }
  if (value >= 2n ** 64n) return 2 ** 64;
  return Number(sign === "-" ? BigInt.asUintN(64, -value) : value);
}
