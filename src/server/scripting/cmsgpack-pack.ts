/** `cmsgpack.pack`: Lua values as MessagePack, byte for byte as lua-cmsgpack writes them. */
import type { Lua } from "./lua.js";
import { type LuaState, LuaType } from "./lua-module.js";

/** Tables inside of so many others are written as nil. */
const MAX_NESTING = 16;
const chr = String.fromCharCode;
const scratch = new DataView(new ArrayBuffer(8));

/** Write the value on top of the stack. @param level how many tables it stands in */
export function packValue(lua: Lua, L: LuaState, level: number): string {
  const { api } = lua;
  switch (api._lua_type(L, -1)) {
    case LuaType.STRING:
      return packString(lua.text(L, -1));
    case LuaType.BOOLEAN:
      return api._lua_toboolean(L, -1) !== 0 ? "\xc3" : "\xc2";
    case LuaType.NUMBER:
      return packNumber(api._lua_tonumber(L, -1));
    case LuaType.TABLE:
      return level === MAX_NESTING ? "\xc0" : packTable(lua, L, level);
    default:
      return "\xc0";
  }
}

function packTable(lua: Lua, L: LuaState, level: number): string {
  const { api } = lua;
  api._luaL_checkstack(L, 4, lua.name("in function mp_encode_lua_table"));
  const count = countIfArray(lua, L);
  let out = "";
  if (count !== -1) {
    const length = api._lua_objlen(L, -1);
    for (let i = 1; i <= length; i++) {
      api._lua_pushnumber(L, i);
      api._lua_gettable(L, -2);
      out += packValue(lua, L, level + 1);
      lua.pop(L, 1);
    }
    return header(length, 0x90, 15, 0xdc) + out;
  }
  let pairs = 0;
  api._lua_pushnil(L);
  while (api._lua_next(L, -2) !== 0) {
    api._lua_pushvalue(L, -2);
    out += packValue(lua, L, level + 1);
    lua.pop(L, 1);
    out += packValue(lua, L, level + 1);
    lua.pop(L, 1);
    pairs++;
  }
  return header(pairs, 0x80, 15, 0xde) + out;
}

/** The number of items when the keys are exactly 1 to that number, else -1. */
function countIfArray(lua: Lua, L: LuaState): number {
  const { api } = lua;
  let last = 0;
  let count = 0;
  api._lua_pushnil(L);
  while (api._lua_next(L, -2) !== 0) {
    lua.pop(L, 1);
    const key = api._lua_type(L, -1) === LuaType.NUMBER ? api._lua_tonumber(L, -1) : 0;
    if (key <= 0 || (key | 0) !== key) {
      lua.pop(L, 1);
      return -1;
    }
    if (key > last) last = key;
    count++;
  }
  return last === count ? count : -1;
}

function packString(text: string): string {
  const { length } = text;
  if (length < 32) return chr(0xa0 | length) + text;
  if (length <= 0xff) return `\xd9${chr(length)}${text}`;
  if (length <= 0xffff) return `\xda${big16(length)}${text}`;
  return `\xdb${big32(length)}${text}`;
}

/** The head of an array or a map: a short form, then 16 and 32 bits. */
function header(count: number, short: number, shortMax: number, code16: number): string {
  if (count <= shortMax) return chr(short | count);
  return count <= 0xffff ? chr(code16) + big16(count) : chr(code16 + 1) + big32(count);
}

function packNumber(value: number): string {
  if (!Number.isInteger(value) || value >= 2 ** 63 || value < -(2 ** 63)) return packFloat(value);
  if (value >= 0) {
    if (value <= 127) return chr(value);
    if (value <= 0xff) return `\xcc${chr(value)}`;
    if (value <= 0xffff) return `\xcd${big16(value)}`;
    if (value <= 0xffffffff) return `\xce${big32(value)}`;
    return `\xcf${big64(value)}`;
  }
  if (value >= -32) return chr(value & 0xff);
  if (value >= -128) return `\xd0${chr(value & 0xff)}`;
  if (value >= -32768) return `\xd1${big16(value)}`;
  if (value >= -2147483648) return `\xd2${big32(value)}`;
  return `\xd3${big64(value)}`;
}

/** Four bytes when those are exact. */
function packFloat(value: number): string {
  if (Math.fround(value) === value) {
    scratch.setFloat32(0, value);
    return `\xca${scratchBytes(4)}`;
  }
  scratch.setFloat64(0, value);
  // NaN as x86 makes it has its sign bit set.
  if (Number.isNaN(value)) scratch.setUint8(0, 0xff);
  return `\xcb${scratchBytes(8)}`;
}

function big16(value: number): string {
  return chr((value >> 8) & 0xff, value & 0xff);
}

function big32(value: number): string {
  return chr((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

function big64(value: number): string {
  scratch.setBigInt64(0, BigInt(value));
  return scratchBytes(8);
}

function scratchBytes(count: number): string {
  let out = "";
  for (let i = 0; i < count; i++) out += chr(scratch.getUint8(i));
  return out;
}
