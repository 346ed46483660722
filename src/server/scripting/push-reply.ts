/** Replies of commands as Lua values: what `redis.call` returns. */
import {
  AttributeReply,
  BigNumber,
  Double,
  ErrorReply,
  MapReply,
  NullArray,
  PushReply,
  Replies,
  type ReplyValue,
  type SetReply,
  SimpleString,
  Verbatim,
} from "../../protocol/reply.js";
import type { Lua } from "./lua.js";
import type { LuaState } from "./lua-module.js";
import { formatGeneral } from "./number-format.js";

/**
 * Push a reply as Redis converts it.
 * @param protocol of the script (`redis.setresp`), not of the client
 * @see https://redis.io/docs/latest/develop/interact/programmability/lua-api/#resp-to-lua-type-conversion
 */
export function pushReply(lua: Lua, L: LuaState, value: ReplyValue, protocol: 2 | 3): void {
  const { api } = lua;
  switch (typeof value) {
    case "string":
      return lua.pushString(L, value);
    case "number":
      return api._lua_pushnumber(L, value);
    case "bigint":
      return api._lua_pushnumber(L, Number(value));
    case "boolean":
      return protocol === 3 ? api._lua_pushboolean(L, value ? 1 : 0) : api._lua_pushnumber(L, value ? 1 : 0);
  }
  if (value === null || value instanceof NullArray) return pushNull(lua, L, protocol);
  if (value instanceof SimpleString) return pushField(lua, L, "ok", value.text);
  if (isArray(value)) return pushArray(lua, L, value, protocol);
  if (value instanceof ErrorReply) return pushErrorReply(lua, L, value);
  if (value instanceof AttributeReply) return pushNull(lua, L, protocol);
  if (value instanceof Replies && value.items[0] instanceof AttributeReply) {
    // Scripts do not see attributes, only what they belong to.
    return pushReply(lua, L, value.items[1], protocol);
  }
  if (protocol === 2) return pushPlain(lua, L, value);
  pushTyped(lua, L, value);
}

/** The mark of an error that INFO has counted already. */
export const ERROR_IS_COUNTED = "ignore_error_stats_update";

/** Push the table of a failed command. It is marked, because the failure has been counted already. */
export function pushErrorReply(lua: Lua, L: LuaState, reply: ErrorReply): void {
  pushError(lua, L, `-${reply.message}`);
  lua.api._lua_pushboolean(L, 1);
  lua.setField(L, -2, ERROR_IS_COUNTED);
}

/**
 * Push an error table `{err = "CODE text"}`.
 * @param text `-CODE text`, or a text alone, which gets the code ERR
 */
export function pushError(lua: Lua, L: LuaState, text: string): void {
  pushField(lua, L, "err", withCode(text));
}

function withCode(text: string): string {
  if (text[0] !== "-") return `ERR ${text}`;
  // The line ends around the message go, and not those of the code before it.
  const space = text.indexOf(" ");
  const code = space === -1 ? "ERR" : text.slice(1, space);
  return `${code} ${text.slice(space === -1 ? 1 : space + 1).replace(/^[\r\n]+|[\r\n]+$/g, "")}`;
}

/** Push a table with one field. */
export function pushField(lua: Lua, L: LuaState, name: string, text: string): void {
  lua.api._lua_createtable(L, 0, 0);
  lua.pushString(L, text);
  lua.setField(L, -2, name);
}

function pushNull(lua: Lua, L: LuaState, protocol: 2 | 3): void {
  if (protocol === 3) lua.api._lua_pushnil(L);
  else lua.api._lua_pushboolean(L, 0);
}

function pushArray(lua: Lua, L: LuaState, items: readonly ReplyValue[], protocol: 2 | 3): void {
  const { api } = lua;
  if (api._lua_checkstack(L, 3) === 0) lua.raise(L, "lua stack limit reach when parsing redis.call reply");
  api._lua_createtable(L, items.length, 0);
  for (let i = 0; i < items.length; i++) {
    pushReply(lua, L, items[i], protocol);
    api._lua_rawseti(L, -2, i + 1);
  }
}

type TypedReply = Double | BigNumber | Verbatim | MapReply | SetReply | PushReply | Replies;

/** The types of RESP3 as RESP2 sends them. */
function pushPlain(lua: Lua, L: LuaState, value: TypedReply): void {
  if (value instanceof Double) return lua.pushString(L, value.text ?? formatGeneral(value.value, 17));
  if (value instanceof MapReply) return pushArray(lua, L, value.flat, 2);
  if (value instanceof BigNumber) return lua.pushString(L, value.digits);
  if (value instanceof Verbatim) return lua.pushString(L, value.text);
  pushArray(lua, L, value.items, 2);
}

function pushTyped(lua: Lua, L: LuaState, value: TypedReply): void {
  const { api } = lua;
  if (value instanceof PushReply || value instanceof Replies) return pushArray(lua, L, value.items, 3);
  api._lua_createtable(L, 0, 0);
  if (value instanceof Double) {
    api._lua_pushnumber(L, value.value);
    lua.setField(L, -2, "double");
  } else if (value instanceof BigNumber) {
    lua.pushString(L, value.digits);
    lua.setField(L, -2, "big_number");
  } else if (value instanceof Verbatim) {
    api._lua_createtable(L, 0, 0);
    lua.pushString(L, value.text);
    lua.setField(L, -2, "string");
    lua.pushString(L, value.format);
    lua.setField(L, -2, "format");
    lua.setField(L, -2, "verbatim_string");
  } else if (value instanceof MapReply) {
    const { flat } = value;
    api._lua_createtable(L, 0, flat.length / 2);
    for (let i = 0; i < flat.length; i += 2) {
      pushReply(lua, L, flat[i], 3);
      pushReply(lua, L, flat[i + 1], 3);
      api._lua_settable(L, -3);
    }
    lua.setField(L, -2, "map");
  } else {
    api._lua_createtable(L, 0, value.items.length);
    for (const item of value.items) {
      pushReply(lua, L, item, 3);
      api._lua_pushboolean(L, 1);
      api._lua_settable(L, -3);
    }
    lua.setField(L, -2, "set");
  }
}

function isArray(value: object): value is readonly ReplyValue[] {
  return Array.isArray(value);
}
