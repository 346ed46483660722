/** `cmsgpack.unpack`: MessagePack as Lua values, with lua-cmsgpack's errors. */
import type { Lua } from "./lua.js";
import type { LuaState } from "./lua-module.js";

/** Thrown inside of this file alone, where the bytes end too early or mean nothing. */
class BadInput {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

const TOO_MANY = "too many return values at once; use unpack_one or unpack_limit instead.";
const MISSING = new BadInput("Missing bytes in input.");
const BAD_FORMAT = new BadInput("Bad data format in input.");
const scratch = new DataView(new ArrayBuffer(8));

/** Reads values one behind the other and pushes them. */
export class Unpacker {
  readonly #lua: Lua;
  readonly #L: LuaState;
  readonly #data: string;
  #at: number;

  constructor(lua: Lua, L: LuaState, data: string, offset: number) {
    this.#lua = lua;
    this.#L = L;
    this.#data = data;
    this.#at = offset;
  }

  /** How far it has read. */
  get position(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at >= this.#data.length;
  }

  /** Push the next value, or fail with Lua's error. */
  next(): void {
    try {
      this.#value();
    } catch (error) {
      if (error instanceof BadInput) this.#lua.raise(this.#L, error.message);
      throw error;
    }
  }

  #value(): void {
    const { api } = this.#lua;
    const L = this.#L;
    api._luaL_checkstack(L, 1, this.#lua.name(TOO_MANY));
    const code = this.#uint(1);
    if (code <= 0x7f) return api._lua_pushnumber(L, code);
    if (code >= 0xe0) return api._lua_pushnumber(L, code - 256);
    if (code <= 0x8f) return this.#map(code & 15);
    if (code <= 0x9f) return this.#array(code & 15);
    if (code <= 0xbf) return this.#string(code & 31);
    switch (code) {
      case 0xc0:
        return api._lua_pushnil(L);
      case 0xc2:
        return api._lua_pushboolean(L, 0);
      case 0xc3:
        return api._lua_pushboolean(L, 1);
      case 0xca:
        this.#fill(4);
        return api._lua_pushnumber(L, scratch.getFloat32(0));
      case 0xcb:
        this.#fill(8);
        return api._lua_pushnumber(L, scratch.getFloat64(0));
      case 0xcc:
        return api._lua_pushnumber(L, this.#uint(1));
      case 0xcd:
        return api._lua_pushnumber(L, this.#uint(2));
      case 0xce:
        return api._lua_pushnumber(L, this.#uint(4));
      // The original takes unsigned 64 bits as signed ones.
      case 0xcf:
      case 0xd3:
        this.#fill(8);
        return api._lua_pushnumber(L, Number(scratch.getBigInt64(0)));
      case 0xd0:
        return api._lua_pushnumber(L, (this.#uint(1) << 24) >> 24);
      case 0xd1:
        return api._lua_pushnumber(L, (this.#uint(2) << 16) >> 16);
      case 0xd2:
        return api._lua_pushnumber(L, this.#uint(4) | 0);
      case 0xd9:
        return this.#string(this.#uint(1));
      case 0xda:
        return this.#string(this.#uint(2));
      case 0xdb:
        return this.#string(this.#uint(4));
      case 0xdc:
        return this.#array(this.#uint(2));
      case 0xdd:
        return this.#array(this.#uint(4));
      case 0xde:
        return this.#map(this.#uint(2));
      case 0xdf:
        return this.#map(this.#uint(4));
    }
    throw BAD_FORMAT;
  }

  #string(length: number): void {
    this.#need(length);
    this.#lua.pushString(this.#L, this.#data.slice(this.#at, this.#at + length));
    this.#at += length;
  }

  #array(length: number): void {
    const { api } = this.#lua;
    const L = this.#L;
    api._lua_createtable(L, 0, 0);
    api._luaL_checkstack(L, 1, this.#lua.name("in function mp_decode_to_lua_array"));
    for (let i = 1; i <= length; i++) {
      api._lua_pushnumber(L, i);
      this.#value();
      api._lua_settable(L, -3);
    }
  }

  #map(length: number): void {
    const { api } = this.#lua;
    const L = this.#L;
    api._lua_createtable(L, 0, 0);
    for (let i = 0; i < length; i++) {
      this.#value();
      this.#value();
      api._lua_settable(L, -3);
    }
  }

  #need(count: number): void {
    if (this.#data.length - this.#at < count) throw MISSING;
  }

  #uint(size: 1 | 2 | 4): number {
    this.#need(size);
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.#data.charCodeAt(this.#at++);
    return value;
  }

  #fill(size: number): void {
    this.#need(size);
    for (let i = 0; i < size; i++) scratch.setUint8(i, this.#data.charCodeAt(this.#at++));
  }
}
