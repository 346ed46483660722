/** Lua values as replies: what a script answers. */
import {
  BigNumber,
  Double,
  ErrorReply,
  MapReply,
  type ReplyValue,
  SetReply,
  SimpleString,
  Verbatim,
} from "../../protocol/reply.js";
import type { ScriptContext } from "../engine/script-runner.js";
import type { Lua } from "./lua.js";
import { type LuaState, LuaType } from "./lua-module.js";
import { toInt64 } from "./number-format.js";
import { ERROR_IS_COUNTED } from "./push-reply.js";

/**
 * Tables that are nested deeper than this become an error in the place of the next one, as in Redis. There Lua's
 * stack sets the limit (about 8000); here it is JavaScript's, which who encodes the reply needs as well.
 */
const MAX_DEPTH = 1000;

/**
 * Take the value from the top of the stack as a reply.
 * @param context of the script: with its protocol 3 (`redis.setresp`) booleans stay booleans; told of errors
 * @see https://redis.io/docs/latest/develop/interact/programmability/lua-api/#lua-to-resp2-type-conversion
 */
export function takeReply(lua: Lua, L: LuaState, context: ScriptContext): ReplyValue {
  return take(lua, L, context, 0);
}

function take(lua: Lua, L: LuaState, context: ScriptContext, depth: number): ReplyValue {
  const reply = read(lua, L, context, depth);
  lua.pop(L, 1);
  return reply;
}

function read(lua: Lua, L: LuaState, context: ScriptContext, depth: number): ReplyValue {
  const { api } = lua;
  if (depth > MAX_DEPTH || api._lua_checkstack(L, 4) === 0)
    return failure("ERR reached lua stack limit", false, context);
  switch (api._lua_type(L, -1)) {
    case LuaType.STRING:
      return lua.text(L, -1);
    case LuaType.NUMBER:
      return integer(api._lua_tonumber(L, -1));
    case LuaType.BOOLEAN: {
      const value = api._lua_toboolean(L, -1) !== 0;
      if (context.protocol === 3) return value;
      return value ? 1 : null;
    }
    case LuaType.TABLE:
      return readTable(lua, L, context, depth + 1);
    default:
      return null;
  }
}

function integer(value: number): number | bigint {
  const truncated = Math.trunc(value);
  return Number.isSafeInteger(truncated) ? truncated + 0 : toInt64(value);
}

function readTable(lua: Lua, L: LuaState, context: ScriptContext, depth: number): ReplyValue {
  if (rawField(lua, L, "err") === LuaType.STRING) {
    const text = untilZero(lua.text(L, -1));
    lua.pop(L, 1);
    return failure(text, isCounted(lua, L), context);
  }
  lua.pop(L, 1);
  if (rawField(lua, L, "ok") === LuaType.STRING) {
    const text = oneLine(untilZero(lua.text(L, -1)));
    lua.pop(L, 1);
    return new SimpleString(text);
  }
  lua.pop(L, 1);
  return readTyped(lua, L, context, depth) ?? readArray(lua, L, context, depth);
}

function failure(text: string, counted: boolean, context: ScriptContext): ErrorReply {
  const reply = errorReply(text);
  context.failed(reply.message, counted);
  return reply;
}

/** Is the error on top of the stack that of a command, which was counted when it failed? */
export function isCounted(lua: Lua, L: LuaState): boolean {
  const { api } = lua;
  if (api._lua_type(L, -1) !== LuaType.TABLE) return false;
  lua.getField(L, -1, ERROR_IS_COUNTED);
  const counted = api._lua_toboolean(L, -1) !== 0;
  lua.pop(L, 1);
  return counted;
}

/** The items from index 1 on; the first nil ends them. */
function readArray(lua: Lua, L: LuaState, context: ScriptContext, depth: number): ReplyValue {
  const items: ReplyValue[] = [];
  for (let i = 1; ; i++) {
    lua.api._lua_rawgeti(L, -1, i);
    if (lua.api._lua_type(L, -1) === LuaType.NIL) {
      lua.pop(L, 1);
      return items;
    }
    items.push(take(lua, L, context, depth));
  }
}

/** A table that stands for a type of RESP3; `undefined` when it does not. */
function readTyped(lua: Lua, L: LuaState, context: ScriptContext, depth: number): ReplyValue | undefined {
  const { api } = lua;
  let reply: ReplyValue | undefined;
  if (rawField(lua, L, "double") === LuaType.NUMBER) reply = new Double(api._lua_tonumber(L, -1));
  lua.pop(L, 1);
  if (reply !== undefined) return reply;
  if (rawField(lua, L, "big_number") === LuaType.STRING) {
    reply = new BigNumber(oneLine(untilZero(lua.text(L, -1))));
  }
  lua.pop(L, 1);
  if (reply !== undefined) return reply;
  if (rawField(lua, L, "verbatim_string") === LuaType.TABLE) reply = readVerbatim(lua, L);
  lua.pop(L, 1);
  if (reply !== undefined) return reply;
  if (rawField(lua, L, "map") === LuaType.TABLE) reply = readMap(lua, L, context, depth);
  lua.pop(L, 1);
  if (reply !== undefined) return reply;
  if (rawField(lua, L, "set") === LuaType.TABLE) reply = readSet(lua, L, context, depth);
  lua.pop(L, 1);
  return reply;
}

function readVerbatim(lua: Lua, L: LuaState): Verbatim | undefined {
  let reply: Verbatim | undefined;
  if (rawField(lua, L, "format") === LuaType.STRING) {
    const format = untilZero(lua.text(L, -1)).slice(0, 3).padEnd(3);
    lua.pop(L, 1);
    if (rawField(lua, L, "string") === LuaType.STRING) reply = new Verbatim(format, lua.text(L, -1));
  }
  lua.pop(L, 1);
  return reply;
}

function readMap(lua: Lua, L: LuaState, context: ScriptContext, depth: number): MapReply {
  const flat: ReplyValue[] = [];
  lua.api._lua_pushnil(L);
  while (lua.api._lua_next(L, -2) !== 0) {
    lua.api._lua_pushvalue(L, -2);
    flat.push(take(lua, L, context, depth), take(lua, L, context, depth));
  }
  return new MapReply(flat);
}

function readSet(lua: Lua, L: LuaState, context: ScriptContext, depth: number): SetReply {
  const items: ReplyValue[] = [];
  lua.api._lua_pushnil(L);
  while (lua.api._lua_next(L, -2) !== 0) {
    lua.pop(L, 1);
    lua.api._lua_pushvalue(L, -1);
    items.push(take(lua, L, context, depth));
  }
  return new SetReply(items);
}

/** Push a field without metamethods. @returns its type */
function rawField(lua: Lua, L: LuaState, name: string): number {
  const { api } = lua;
  api._lua_pushlstring(L, lua.name(name), name.length);
  api._lua_rawget(L, -2);
  return api._lua_type(L, -1);
}

/** An error reply with this text (code first), on one line, without line ends behind it. */
export function errorReply(text: string): ErrorReply {
  return new ErrorReply(oneLine(text.replace(/[\r\n]+$/, "")));
}

/** What C sees of a string. */
export function untilZero(text: string): string {
  const end = text.indexOf("\0");
  return end === -1 ? text : text.slice(0, end);
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]/g, " ");
}
