/** `cjson.encode`: a Lua value as JSON, byte for byte as lua-cjson writes it. */
import type { JsonSettings } from "./cjson-settings.js";
import type { Lua } from "./lua.js";
import { type LuaState, LuaType } from "./lua-module.js";
import { formatGeneral } from "./number-format.js";

const TYPE_NAMES = [
  "nil",
  "boolean",
  "userdata",
  "number",
  "string",
  "table",
  "function",
  "userdata",
  "thread",
];
const INT_MAX = 2147483647;
const INT_MIN = -2147483648;
/** The characters that are written otherwise than they are. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be escaped
const SPECIAL = /["\\/\x00-\x1f\x7f]/g;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
};

/** Writes values of one call. */
export class JsonEncoder {
  readonly #lua: Lua;
  readonly #L: LuaState;
  readonly #settings: JsonSettings;

  constructor(lua: Lua, L: LuaState, settings: JsonSettings) {
    this.#lua = lua;
    this.#L = L;
    this.#settings = settings;
  }

  /** The value on top of the stack. @param depth how many tables it stands in */
  encode(depth: number): string {
    const { api } = this.#lua;
    const L = this.#L;
    const type = api._lua_type(L, -1);
    switch (type) {
      case LuaType.STRING:
        return quotedJson(this.#lua.text(L, -1));
      case LuaType.NUMBER:
        return this.#number(-1);
      case LuaType.BOOLEAN:
        return api._lua_toboolean(L, -1) !== 0 ? "true" : "false";
      case LuaType.TABLE:
        return this.#table(depth + 1);
      case LuaType.NIL:
        return "null";
      case LuaType.LIGHT_USERDATA:
        if (api._lua_touserdata(L, -1) === 0) return "null";
    }
    return this.#refuse(type, "type not supported");
  }

  #table(depth: number): string {
    const { api } = this.#lua;
    const L = this.#L;
    if (depth > this.#settings.encodeMaxDepth || api._lua_checkstack(L, 3) === 0) {
      this.#lua.raise(L, `Cannot serialise, excessive nesting (${depth})`);
    }
    const length = this.#arrayLength();
    if (length <= 0) return this.#object(depth);
    let out = "[";
    for (let i = 1; i <= length; i++) {
      if (i > 1) out += ",";
      api._lua_rawgeti(L, -1, i);
      out += this.encode(depth);
      this.#lua.pop(L, 1);
    }
    return `${out}]`;
  }

  #object(depth: number): string {
    const { api } = this.#lua;
    const L = this.#L;
    let out = "{";
    api._lua_pushnil(L);
    while (api._lua_next(L, -2) !== 0) {
      if (out.length > 1) out += ",";
      const type = api._lua_type(L, -2);
      if (type === LuaType.STRING) out += `${quotedJson(this.#lua.text(L, -2))}:`;
      else if (type === LuaType.NUMBER) out += `"${this.#number(-2)}":`;
      else this.#refuse(type, "table key must be a number or string");
      out += this.encode(depth);
      this.#lua.pop(L, 1);
    }
    return `${out}}`;
  }

  /** The last index when all keys are positive integers; -1 when the table is an object. */
  #arrayLength(): number {
    const { api } = this.#lua;
    const L = this.#L;
    let last = 0;
    let items = 0;
    api._lua_pushnil(L);
    while (api._lua_next(L, -2) !== 0) {
      const key = api._lua_type(L, -2) === LuaType.NUMBER ? api._lua_tonumber(L, -2) : 0;
      if (!(key >= 1 && Math.floor(key) === key)) {
        this.#lua.pop(L, 2);
        return -1;
      }
      // lua-cjson keeps it in a C int: what does not fit makes the table an object.
      if (key > last) last = key > INT_MAX ? INT_MIN : key;
      items++;
      this.#lua.pop(L, 1);
    }
    const { sparseRatio, sparseSafe, sparseConvert } = this.#settings;
    if (sparseRatio > 0 && last > items * sparseRatio && last > sparseSafe) {
      if (!sparseConvert) this.#refuse(LuaType.TABLE, "excessively sparse array");
      return -1;
    }
    return last;
  }

  #number(index: number): string {
    const value = this.#lua.api._lua_tonumber(this.#L, index);
    if (!Number.isFinite(value)) {
      const mode = this.#settings.encodeInvalidNumbers;
      if (mode === "off") this.#refuse(LuaType.NUMBER, "must not be NaN or Inf");
      if (mode === "null") return "null";
      if (Number.isNaN(value)) return "nan";
    }
    return formatGeneral(value, this.#settings.precision);
  }

  #refuse(type: number, reason: string): never {
    return this.#lua.raise(this.#L, `Cannot serialise ${TYPE_NAMES[type]}: ${reason}`);
  }
}

function quotedJson(text: string): string {
  return `"${text.replace(SPECIAL, escapeOf)}"`;
}

function escapeOf(char: string): string {
  return SHORT_ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
