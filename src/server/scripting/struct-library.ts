/**
 * The library `struct`: numbers and strings to and from bytes, by a format.
 * @see https://redis.io/docs/latest/develop/interact/programmability/lua-api/#struct-library
 */
import type { LibraryEntries, Lua } from "./lua.js";
import type { LuaState } from "./lua-module.js";
import { toInt64, toUint64 } from "./number-format.js";

const MAX_INTEGER_SIZE = 32;
const MAX_ALIGNMENT = 8;
const INT_MAX = 2147483647;

/** Where the reading of a format stands, and what it has set. */
interface Layout {
  readonly format: string;
  /** Index of the next character. */
  at: number;
  littleEndian: boolean;
  align: number;
}

/** Bytes of the options that have a fixed size. */
const SIZES: Readonly<Record<string, number>> = {
  b: 1,
  B: 1,
  h: 2,
  H: 2,
  l: 8,
  L: 8,
  T: 8,
  f: 4,
  d: 8,
  x: 1,
};

const INTEGERS = "bBhHlLTiI";
const scratch = new DataView(new ArrayBuffer(8));

export function structLibrary(lua: Lua): LibraryEntries {
  const { api } = lua;

  function layoutOf(L: LuaState): Layout {
    const text = lua.checkText(L, 1);
    const end = text.indexOf("\0");
    return { format: end === -1 ? text : text.slice(0, end), at: 0, littleEndian: true, align: 1 };
  }

  function numberOr(L: LuaState, layout: Layout, fallback: number): number {
    const { format } = layout;
    let value = -1;
    for (; layout.at < format.length; layout.at++) {
      const digit = format.charCodeAt(layout.at) - 48;
      if (digit < 0 || digit > 9) break;
      value = Math.max(value, 0) * 10 + digit;
      if (value > INT_MAX) lua.raise(L, "integral size overflow");
    }
    return value === -1 ? fallback : value;
  }

  function sizeOf(L: LuaState, layout: Layout, option: string): number {
    if (option === "c") return numberOr(L, layout, 1);
    if (option !== "i" && option !== "I") return SIZES[option] ?? 0;
    const size = numberOr(L, layout, 4);
    if (size > MAX_INTEGER_SIZE) {
      lua.raise(L, `integral size ${size} is larger than limit of ${MAX_INTEGER_SIZE}`);
    }
    return size;
  }

  /** Options that only change the layout. */
  function control(L: LuaState, layout: Layout, option: string): void {
    if (option === " ") return;
    if (option === ">") {
      layout.littleEndian = false;
    } else if (option === "<") {
      layout.littleEndian = true;
    } else if (option === "!") {
      const align = numberOr(L, layout, MAX_ALIGNMENT);
      if (align <= 0 || (align & (align - 1)) !== 0) lua.raise(L, `alignment ${align} is not a power of 2`);
      layout.align = align;
    } else {
      lua.badArgument(L, 1, `invalid format option '${option}'`);
    }
  }

  function checkRoom(L: LuaState, data: string, position: number, size: number): void {
    if (position < 0 || position > data.length - size) lua.badArgument(L, 2, "data string too short");
  }

  return {
    pack(L) {
      const layout = layoutOf(L);
      let argument = 2;
      let out = "";
      // What is missing counts as nil, which shows in errors.
      api._lua_pushnil(L);
      while (layout.at < layout.format.length) {
        const option = layout.format[layout.at++];
        const size = sizeOf(L, layout, option);
        out += "\0".repeat(padding(layout, out.length, option, size));
        if (INTEGERS.includes(option)) {
          out += integerBytes(api._luaL_checknumber(L, argument++), size, layout.littleEndian);
        } else if (option === "x") {
          out += "\0";
        } else if (option === "f" || option === "d") {
          out += floatBytes(api._luaL_checknumber(L, argument++), size, layout.littleEndian);
        } else if (option === "c" || option === "s") {
          const text = lua.checkText(L, argument++);
          if (size > text.length) lua.badArgument(L, argument, "string too short");
          out += size === 0 ? text : text.slice(0, size);
          if (option === "s") out += "\0";
        } else {
          control(L, layout, option);
        }
      }
      lua.pushString(L, out);
      return 1;
    },

    unpack(L) {
      const layout = layoutOf(L);
      const data = lua.checkText(L, 2);
      // A negative offset is a huge unsigned one in C.
      let position = lua.optionalInteger(L, 3, 1) - 1;
      if (position === -1) lua.badArgument(L, 3, "offset must be 1 or greater");
      // The results stand above the arguments; the format's errors name those by index.
      let results = 0;
      while (layout.at < layout.format.length) {
        const option = layout.format[layout.at++];
        let size = sizeOf(L, layout, option);
        position += padding(layout, position, option, size);
        checkRoom(L, data, position, size);
        api._luaL_checkstack(L, 2, lua.name("too many results"));
        if (INTEGERS.includes(option)) {
          const signed = option >= "a" && option <= "z";
          api._lua_pushnumber(L, readInteger(data, position, size, layout.littleEndian, signed));
          results++;
        } else if (option === "f" || option === "d") {
          api._lua_pushnumber(L, readFloat(data, position, size, layout.littleEndian));
          results++;
        } else if (option === "c") {
          if (size === 0) {
            if (results === 0 || api._lua_isnumber(L, -1) === 0) {
              lua.raise(L, "format 'c0' needs a previous size");
            }
            size = Number(toUint64(api._lua_tonumber(L, -1)));
            lua.pop(L, 1);
            results--;
            checkRoom(L, data, position, size);
          }
          lua.pushString(L, data.slice(position, position + size));
          results++;
        } else if (option === "s") {
          const end = data.indexOf("\0", position);
          if (end === -1) lua.raise(L, "unfinished string in data");
          lua.pushString(L, data.slice(position, end));
          size = end - position + 1;
          results++;
        } else if (option !== "x") {
          control(L, layout, option);
        }
        position += size;
      }
      api._lua_pushnumber(L, position + 1);
      return results + 1;
    },

    size(L) {
      const layout = layoutOf(L);
      let position = 0;
      while (layout.at < layout.format.length) {
        const option = layout.format[layout.at++];
        const size = sizeOf(L, layout, option);
        position += padding(layout, position, option, size);
        if (option === "s") lua.badArgument(L, 1, "option 's' has no fixed size");
        if (option === "c" && size === 0) lua.badArgument(L, 1, "option 'c0' has no fixed size");
        if (!/[0-9a-zA-Z]/.test(option)) control(L, layout, option);
        position += size;
      }
      api._lua_pushnumber(L, position);
      return 1;
    },
  };
}

/** Bytes to the next multiple of the option's size, or of the alignment when that is smaller. */
function padding(layout: Layout, position: number, option: string, size: number): number {
  if (size === 0 || option === "c") return 0;
  const unit = Math.min(size, layout.align);
  return (unit - (position & (unit - 1))) & (unit - 1);
}

/** The low `size` bytes of a number; a number of 64 bits ends there, so further bytes are zero. */
function integerBytes(value: number, size: number, littleEndian: boolean): string {
  let bits = value < 0 ? BigInt.asUintN(64, toInt64(value)) : toUint64(value);
  let bytes = "";
  for (let i = 0; i < size; i++) {
    const byte = String.fromCharCode(Number(bits & 255n));
    bytes = littleEndian ? bytes + byte : byte + bytes;
    bits >>= 8n;
  }
  return bytes;
}

function readInteger(
  data: string,
  position: number,
  size: number,
  littleEndian: boolean,
  signed: boolean,
): number {
  let bits = 0n;
  for (let i = 0; i < size; i++) {
    const byte = data.charCodeAt(littleEndian ? position + size - 1 - i : position + i);
    bits = BigInt.asUintN(64, (bits << 8n) | BigInt(byte));
  }
  return Number(signed ? BigInt.asIntN(Math.min(size * 8, 64), bits) : bits);
}

function floatBytes(value: number, size: number, littleEndian: boolean): string {
  if (size === 4) scratch.setFloat32(0, value, littleEndian);
  else scratch.setFloat64(0, value, littleEndian);
  let bytes = "";
  for (let i = 0; i < size; i++) bytes += String.fromCharCode(scratch.getUint8(i));
  return bytes;
}

function readFloat(data: string, position: number, size: number, littleEndian: boolean): number {
  for (let i = 0; i < size; i++) scratch.setUint8(i, data.charCodeAt(position + i));
  return size === 4 ? scratch.getFloat32(0, littleEndian) : scratch.getFloat64(0, littleEndian);
}
