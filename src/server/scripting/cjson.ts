/**
 * The library `cjson`.
 * @see https://redis.io/docs/latest/develop/interact/programmability/lua-api/#cjson-library
 */
import { JsonDecoder } from "./cjson-decode.js";
import { JsonEncoder } from "./cjson-encode.js";
import { defaultJsonSettings, type JsonSettings } from "./cjson-settings.js";
import type { LibraryEntries, Lua } from "./lua.js";
import { type LuaState, LuaType } from "./lua-module.js";

const INT_MAX = 2147483647;
const OFF_ON = ["off", "on"];
const OFF_ON_NULL = ["off", "on", "null"];

/**
 * The entries of the table; `null` and `new` are left to who installs it, because they need the stack.
 * @param settings of this instance; each `cjson.new()` has its own
 */
export function cjsonLibrary(lua: Lua, settings: JsonSettings = defaultJsonSettings()): LibraryEntries {
  const { api } = lua;

  /** At most `count` arguments; missing ones become nil. */
  function takeArguments(L: LuaState, count: number): void {
    if (api._lua_gettop(L) > count) lua.badArgument(L, count + 1, "found too many arguments");
    api._lua_settop(L, count);
  }

  /** The integer at `index`, when there is one, replaces `present`; the result is pushed. */
  function integerOption(L: LuaState, index: number, present: number, min: number, max: number): number {
    let value = present;
    if (api._lua_type(L, index) !== LuaType.NIL) {
      value = lua.checkInteger(L, index);
      if (value < min || value > max) lua.badArgument(L, 1, `expected integer between ${min} and ${max}`);
    }
    api._lua_pushnumber(L, value);
    return value;
  }

  /** A boolean or one of the words at `index`, when there is one, replaces `present`; the result is pushed. */
  function wordOption(L: LuaState, index: number, present: string, words: readonly string[]): string {
    let value = present;
    const type = api._lua_type(L, index);
    if (type === LuaType.BOOLEAN) {
      value = words[api._lua_toboolean(L, index)];
    } else if (type !== LuaType.NIL) {
      value = lua.checkText(L, index);
      if (!words.includes(value)) lua.badArgument(L, index, `invalid option '${value}'`);
    }
    if (value === "on" || value === "off") api._lua_pushboolean(L, value === "on" ? 1 : 0);
    else lua.pushString(L, value);
    return value;
  }

  function switchOption(L: LuaState, index: number, present: boolean): boolean {
    return wordOption(L, index, present ? "on" : "off", OFF_ON) === "on";
  }

  return {
    _NAME: "cjson",
    _VERSION: "2.1.0",
    encode(L) {
      if (api._lua_gettop(L) !== 1) lua.badArgument(L, 1, "expected 1 argument");
      lua.pushString(L, new JsonEncoder(lua, L, settings).encode(0));
      return 1;
    },
    decode(L) {
      if (api._lua_gettop(L) !== 1) lua.badArgument(L, 1, "expected 1 argument");
      new JsonDecoder(lua, L, settings, lua.checkText(L, 1)).decode();
      return 1;
    },
    encode_sparse_array(L) {
      takeArguments(L, 3);
      settings.sparseConvert = switchOption(L, 1, settings.sparseConvert);
      settings.sparseRatio = integerOption(L, 2, settings.sparseRatio, 0, INT_MAX);
      settings.sparseSafe = integerOption(L, 3, settings.sparseSafe, 0, INT_MAX);
      return 3;
    },
    encode_max_depth(L) {
      takeArguments(L, 1);
      settings.encodeMaxDepth = integerOption(L, 1, settings.encodeMaxDepth, 1, INT_MAX);
      return 1;
    },
    decode_max_depth(L) {
      takeArguments(L, 1);
      settings.decodeMaxDepth = integerOption(L, 1, settings.decodeMaxDepth, 1, INT_MAX);
      return 1;
    },
    encode_number_precision(L) {
      takeArguments(L, 1);
      settings.precision = integerOption(L, 1, settings.precision, 1, 14);
      return 1;
    },
    encode_keep_buffer(L) {
      takeArguments(L, 1);
      settings.keepBuffer = switchOption(L, 1, settings.keepBuffer);
      return 1;
    },
    encode_invalid_numbers(L) {
      takeArguments(L, 1);
      const mode = wordOption(L, 1, settings.encodeInvalidNumbers, OFF_ON_NULL);
      settings.encodeInvalidNumbers = mode as JsonSettings["encodeInvalidNumbers"];
      return 1;
    },
    decode_invalid_numbers(L) {
      takeArguments(L, 1);
      settings.decodeInvalidNumbers = switchOption(L, 1, settings.decodeInvalidNumbers);
      return 1;
    },
  };
}
