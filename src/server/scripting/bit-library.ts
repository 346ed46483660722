/**
 * The library `bit`: operations on 32-bit integers, as LuaBitOp defines them.
 * @see https://bitop.luajit.org/api.html
 */
import type { LibraryEntries, Lua } from "./lua.js";
import { type LuaState, LuaType } from "./lua-module.js";

/** 2^52 + 2^51: added to a number, it leaves the number's low 32 bits at the end of the mantissa. */
const ROUNDER = 6755399441055744;
const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/** A number as a signed 32-bit integer, modulo 2^32 and rounded half to even. */
function toBit(value: number): number {
  const integer = value | 0;
  if (integer === value) return integer;
  float[0] = value + ROUNDER;
  return words[0];
}

export function bitLibrary(lua: Lua): LibraryEntries {
  const { api } = lua;

  function argument(L: LuaState, index: number): number {
    return toBit(api._luaL_checknumber(L, index));
  }

  function push(L: LuaState, value: number): number {
    api._lua_pushnumber(L, value | 0);
    return 1;
  }

  /** An operation over all arguments. Lua's original takes the last ones first, which shows in errors. */
  function fold(operate: (a: number, b: number) => number) {
    return (L: LuaState): number => {
      let value = argument(L, 1);
      for (let i = api._lua_gettop(L); i > 1; i--) value = operate(value, argument(L, i));
      return push(L, value);
    };
  }

  function shift(operate: (value: number, by: number) => number) {
    return (L: LuaState): number => push(L, operate(argument(L, 1), argument(L, 2) & 31));
  }

  return {
    tobit: (L) => push(L, argument(L, 1)),
    bnot: (L) => push(L, ~argument(L, 1)),
    bswap(L) {
      const value = argument(L, 1);
      return push(L, (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24));
    },
    band: fold((a, b) => a & b),
    bor: fold((a, b) => a | b),
    bxor: fold((a, b) => a ^ b),
    lshift: shift((value, by) => value << by),
    rshift: shift((value, by) => value >>> by),
    arshift: shift((value, by) => value >> by),
    rol: shift((value, by) => (value << by) | (value >>> (32 - by))),
    ror: shift((value, by) => (value >>> by) | (value << (32 - by))),
    tohex(L) {
      const value = argument(L, 1);
      const wanted = api._lua_type(L, 2) === LuaType.NONE ? 8 : argument(L, 2);
      const digits = Math.min(Math.abs(wanted), 8);
      const hex = (value >>> 0)
        .toString(16)
        .padStart(8, "0")
        .slice(8 - digits);
      lua.pushString(L, wanted < 0 ? hex.toUpperCase() : hex);
      return 1;
    },
  };
}
