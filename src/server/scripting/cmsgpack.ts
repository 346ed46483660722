/**
 * The library `cmsgpack`.
 * @see https://redis.io/docs/latest/develop/interact/programmability/lua-api/#cmsgpack-library
 */
import { packValue } from "./cmsgpack-pack.js";
import { Unpacker } from "./cmsgpack-unpack.js";
import type { LibraryEntries, Lua } from "./lua.js";
import type { LuaState } from "./lua-module.js";

export function cmsgpackLibrary(lua: Lua): LibraryEntries {
  const { api } = lua;

  /**
   * Push what the first argument holds.
   * @param limit how many values at the most; 0 with offset 0: all, and no offset in the answer
   */
  function unpack(L: LuaState, limit: number, offset: number): number {
    const data = lua.checkText(L, 1);
    if (offset < 0 || limit < 0) {
      lua.raise(L, `Invalid request to unpack with offset of ${offset} and limit of ${data.length}.`);
    }
    if (offset > data.length) {
      lua.raise(L, `Start offset ${offset} greater than input length ${data.length}.`);
    }
    const all = limit === 0 && offset === 0;
    const unpacker = new Unpacker(lua, L, data, offset);
    let count = 0;
    for (; !unpacker.atEnd && (all || count < limit); count++) unpacker.next();
    if (all) return count;
    api._luaL_checkstack(L, 1, lua.name("in function mp_unpack_full"));
    api._lua_pushnumber(L, unpacker.atEnd ? -1 : unpacker.position);
    api._lua_insert(L, 2);
    return count + 1;
  }

  return {
    _NAME: "cmsgpack",
    _VERSION: "lua-cmsgpack 0.4.0",
    _COPYRIGHT: "Copyright (C) 2012, Salvatore Sanfilippo",
    _DESCRIPTION: "MessagePack C implementation for Lua",
    pack(L) {
      const count = api._lua_gettop(L);
      if (count === 0) return lua.badArgument(L, 0, "MessagePack pack needs input.");
      let out = "";
      for (let i = 1; i <= count; i++) {
        api._luaL_checkstack(L, 1, lua.name("in function mp_check"));
        api._lua_pushvalue(L, i);
        out += packValue(lua, L, 0);
        lua.pop(L, 1);
      }
      lua.pushString(L, out);
      return 1;
    },
    unpack: (L) => unpack(L, 0, 0),
    unpack_one(L) {
      const offset = lua.optionalInteger(L, 2, 0);
      api._lua_settop(L, 1);
      return unpack(L, 1, offset);
    },
    unpack_limit(L) {
      const limit = lua.checkInteger(L, 2);
      const offset = lua.optionalInteger(L, 3, 0);
      api._lua_settop(L, 1);
      return unpack(L, limit, offset);
    },
  };
}
