/** Looks into a script that has stopped: where it is, its variables, values as text. */
import { loadSource } from "./base-library.js";
import type { Lua } from "./lua.js";
import { GLOBALS, type LuaState, LuaType, REGISTRY } from "./lua-module.js";
import { formatGeneral } from "./number-format.js";

/** One function that is being called. */
export interface Frame {
  readonly source: string;
  readonly name: string;
  readonly line: number;
}

/** Tables nested deeper than this are not shown. */
const MAX_DEPTH = 10;

/**
 * What Lua's library `debug`, which scripts do not get, tells of the calls above: the functions are called by a
 * hook, so that level 2 is the function that it interrupts.
 */
const SOURCE = `
local getinfo, getlocal = (...).getinfo, (...).getlocal
local function frame(level)
  local info = getinfo(level + 2, 'nSl')
  if info then return info.short_src, info.name or 'top level', info.currentline end
end
local function variable(level, index)
  if getinfo(level + 2, 'l') then return getlocal(level + 2, index) end
  return false
end
return frame, variable`;

const OPAQUE: { readonly [type: number]: string } = {
  2: "light-userdata",
  6: "function",
  7: "userdata",
  8: "thread",
};

/** The inspector of one state. Its methods are for hooks: there the script stands still. */
export class LuaInspector {
  readonly #lua: Lua;
  /** References of the functions of {@link SOURCE}. */
  readonly #frame: number;
  readonly #variable: number;

  constructor(lua: Lua, L: LuaState) {
    this.#lua = lua;
    if (loadSource(lua, L, SOURCE, "=inspector") !== 0) throw new Error(lua.text(L, -1));
    lua.getField(L, REGISTRY, "_LOADED");
    lua.getField(L, -1, "debug");
    lua.api._lua_remove(L, -2);
    lua.api._lua_call(L, 1, 2);
    this.#variable = lua.keep(L);
    this.#frame = lua.keep(L);
  }

  /** A function that is being called; 0 is the one that has stopped. */
  frame(L: LuaState, level: number): Frame | undefined {
    const lua = this.#lua;
    lua.pushKept(L, this.#frame);
    lua.api._lua_pushnumber(L, level);
    lua.api._lua_call(L, 1, 3);
    const source = lua.toText(L, -3);
    const name = lua.toText(L, -2) ?? "";
    const line = lua.api._lua_tonumber(L, -1);
    lua.pop(L, 3);
    return source === undefined ? undefined : { source, name, line };
  }

  /** Names and values, as text, of the local variables of one function; undefined when there is no such level. */
  locals(L: LuaState, level: number): readonly (readonly [name: string, value: string])[] | undefined {
    const lua = this.#lua;
    const { api } = lua;
    const found: [string, string][] = [];
    for (let index = 1; ; index++) {
      lua.pushKept(L, this.#variable);
      api._lua_pushnumber(L, level);
      api._lua_pushnumber(L, index);
      api._lua_call(L, 2, 2);
      const type = api._lua_type(L, -2);
      if (type === LuaType.STRING) found.push([lua.text(L, -2), this.describe(L)]);
      lua.pop(L, 2);
      if (type === LuaType.BOOLEAN) return undefined;
      if (type !== LuaType.STRING) return found;
    }
  }

  /** The value of a global as text. */
  global(L: LuaState, name: string): string {
    this.#lua.getField(L, GLOBALS, name);
    const text = this.describe(L);
    this.#lua.pop(L, 1);
    return text;
  }

  /** Run code: an expression, or else statements. @returns its value or its error as text */
  evaluate(L: LuaState, code: string): { readonly value: string } | { readonly problem: string } {
    const lua = this.#lua;
    if (loadSource(lua, L, `return ${code}`, "@ldb_eval") !== 0) {
      lua.pop(L, 1);
      if (loadSource(lua, L, code, "@ldb_eval") !== 0) return { problem: this.#takeProblem(L) };
    }
    if (lua.api._lua_pcall(L, 0, 1, 0) !== 0) return { problem: this.#takeProblem(L) };
    const value = this.describe(L);
    lua.pop(L, 1);
    return { value };
  }

  /** Have the script's `redis.call` run a command; what comes of it is left to who listens there. */
  command(L: LuaState, words: readonly string[]): void {
    const lua = this.#lua;
    const { api } = lua;
    if (api._lua_checkstack(L, words.length + 2) === 0) return;
    lua.getField(L, GLOBALS, "redis");
    lua.getField(L, -1, "call");
    for (const word of words) lua.pushString(L, word);
    api._lua_pcall(L, words.length, 1, 0);
    lua.pop(L, 2);
  }

  /** The value on top of the stack as text. */
  describe(L: LuaState, depth = 0): string {
    const lua = this.#lua;
    const { api } = lua;
    if (depth === MAX_DEPTH || api._lua_checkstack(L, 4) === 0) {
      return "<max recursion level reached! Nested table?>";
    }
    const type = api._lua_type(L, -1);
    switch (type) {
      case LuaType.NIL:
        return "nil";
      case LuaType.BOOLEAN:
        return api._lua_toboolean(L, -1) === 0 ? "false" : "true";
      case LuaType.NUMBER:
        return formatGeneral(api._lua_tonumber(L, -1), 6);
      case LuaType.STRING:
        return quoted(lua.text(L, -1));
      case LuaType.TABLE:
        return this.#describeTable(L, depth + 1);
      default:
        return `"${OPAQUE[type] ?? "unknown"}@0x${api._lua_topointer(L, -1).toString(16)}"`;
    }
  }

  /** A table as the list that it is, or else with its keys. */
  #describeTable(L: LuaState, depth: number): string {
    const lua = this.#lua;
    const { api } = lua;
    const values: string[] = [];
    const pairs: string[] = [];
    let isList = true;
    api._lua_pushnil(L);
    while (api._lua_next(L, -2) !== 0) {
      const value = this.describe(L, depth);
      lua.pop(L, 1);
      isList &&= api._lua_type(L, -1) === LuaType.NUMBER && api._lua_tonumber(L, -1) === values.length + 1;
      values.push(value);
      pairs.push(`[${this.describe(L, depth)}]=${value}`);
    }
    return `{${(isList ? values : pairs).join("; ")}}`;
  }

  /** The error on top of the stack, which is popped. */
  #takeProblem(L: LuaState): string {
    const lua = this.#lua;
    if (lua.api._lua_type(L, -1) === LuaType.TABLE) {
      lua.getField(L, -1, "err");
      lua.api._lua_remove(L, -2);
    }
    const text = lua.toText(L, -1) ?? "";
    lua.pop(L, 1);
    return text;
  }
}

const ESCAPES: { readonly [char: string]: string } = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\x07": "\\a",
  "\b": "\\b",
};

/** Bytes between quotes, as redis-cli shows them. */
export function quoted(text: string): string {
  const shown = text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be escaped
    /[\x00-\x1f"\\\x7f-\xff]/g,
    (char) => ESCAPES[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `"${shown}"`;
}
