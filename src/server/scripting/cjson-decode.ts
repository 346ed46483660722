/** `cjson.decode`: JSON as Lua values, with the tolerance and the error texts of lua-cjson. */
import type { JsonSettings } from "./cjson-settings.js";
import type { Lua } from "./lua.js";
import type { LuaState } from "./lua-module.js";

/** What the next token is; the names stand in error texts. */
type TokenType =
  | "T_OBJ_BEGIN"
  | "T_OBJ_END"
  | "T_ARR_BEGIN"
  | "T_ARR_END"
  | "T_STRING"
  | "T_NUMBER"
  | "T_BOOLEAN"
  | "T_NULL"
  | "T_COLON"
  | "T_COMMA"
  | "T_END"
  | "T_ERROR";

const PUNCTUATION: Readonly<Record<string, TokenType>> = {
  "{": "T_OBJ_BEGIN",
  "}": "T_OBJ_END",
  "[": "T_ARR_BEGIN",
  "]": "T_ARR_END",
  ":": "T_COLON",
  ",": "T_COMMA",
};

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
};

/** A number as C's strtod reads it, at a position. */
const NUMBER =
  /[+-]?(?:inf(?:inity)?|nan(?:\([0-9a-z_]*\))?|0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(?:p[+-]?\d+)?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/iy;
/** Whether a number is one that JSON does not know: a plus sign, leading zeros, hexadecimal, infinite, none. */
const INVALID_NUMBER = /\+|-?(?:0[x\d]|inf|nan)/iy;
/** The bytes of a string up to its end, an escape or the end of the text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a zero byte ends the text
const PLAIN = /[^"\\\x00]*/y;
const HEX4 = /[0-9a-fA-F]{4}/y;

/** Reads one text and pushes its value. */
export class JsonDecoder {
  readonly #lua: Lua;
  readonly #L: LuaState;
  readonly #settings: JsonSettings;
  readonly #text: string;
  #at = 0;
  #depth = 0;
  /** The present token: where it starts, and its value or what is wrong with it. */
  #index = 0;
  #string = "";
  #number = 0;

  constructor(lua: Lua, L: LuaState, settings: JsonSettings, text: string) {
    this.#lua = lua;
    this.#L = L;
    this.#settings = settings;
    this.#text = text;
  }

  /** Push the value of the whole text. */
  decode(): void {
    const text = this.#text;
    if (text.length >= 2 && (text[0] === "\0" || text[1] === "\0")) {
      this.#lua.raise(this.#L, "JSON parser does not support UTF-16 or UTF-32");
    }
    this.#value(this.#next());
    const end = this.#next();
    if (end !== "T_END") this.#expected("the end", end);
  }

  #value(token: TokenType): void {
    const { api } = this.#lua;
    const L = this.#L;
    switch (token) {
      case "T_STRING":
        return this.#lua.pushString(L, this.#string);
      case "T_NUMBER":
        return api._lua_pushnumber(L, this.#number);
      case "T_BOOLEAN":
        return api._lua_pushboolean(L, this.#number);
      case "T_NULL":
        return api._lua_pushlightuserdata(L, 0);
      case "T_OBJ_BEGIN":
        return this.#object();
      case "T_ARR_BEGIN":
        return this.#array();
      default:
        return this.#expected("value", token);
    }
  }

  #object(): void {
    const { api } = this.#lua;
    const L = this.#L;
    this.#descend(3);
    api._lua_createtable(L, 0, 0);
    let token = this.#next();
    if (token !== "T_OBJ_END") {
      for (;;) {
        if (token !== "T_STRING") this.#expected("object key string", token);
        this.#lua.pushString(L, this.#string);
        token = this.#next();
        if (token !== "T_COLON") this.#expected("colon", token);
        this.#value(this.#next());
        api._lua_rawset(L, -3);
        token = this.#next();
        if (token === "T_OBJ_END") break;
        if (token !== "T_COMMA") this.#expected("comma or object end", token);
        token = this.#next();
      }
    }
    this.#depth--;
  }

  #array(): void {
    const { api } = this.#lua;
    const L = this.#L;
    this.#descend(2);
    api._lua_createtable(L, 0, 0);
    let token = this.#next();
    if (token !== "T_ARR_END") {
      for (let i = 1; ; i++) {
        this.#value(token);
        api._lua_rawseti(L, -2, i);
        token = this.#next();
        if (token === "T_ARR_END") break;
        if (token !== "T_COMMA") this.#expected("comma or array end", token);
        token = this.#next();
      }
    }
    this.#depth--;
  }

  #descend(slots: number): void {
    this.#depth++;
    if (this.#depth > this.#settings.decodeMaxDepth || this.#lua.api._lua_checkstack(this.#L, slots) === 0) {
      this.#lua.raise(
        this.#L,
        `Found too many nested data structures (${this.#depth}) at character ${this.#at}`,
      );
    }
  }

  #expected(what: string, token: TokenType): never {
    const found = token === "T_ERROR" ? this.#string : token;
    return this.#lua.raise(this.#L, `Expected ${what} but found ${found} at character ${this.#index + 1}`);
  }

  // ---- tokens ---------------------------------------------------------------------------------------

  #next(): TokenType {
    const text = this.#text;
    let char = text[this.#at];
    while (char === " " || char === "\n" || char === "\t" || char === "\r") char = text[++this.#at];
    this.#index = this.#at;
    if (char === undefined || char === "\0") return "T_END";
    const punctuation = PUNCTUATION[char];
    if (punctuation !== undefined) {
      this.#at++;
      return punctuation;
    }
    if (char === '"') return this.#stringToken();
    if (char === "-" || (char >= "0" && char <= "9")) {
      if (!this.#settings.decodeInvalidNumbers && this.#isInvalidNumber()) return this.#bad("invalid number");
      return this.#numberToken();
    }
    if (text.startsWith("true", this.#at)) return this.#word("T_BOOLEAN", 1, 4);
    if (text.startsWith("false", this.#at)) return this.#word("T_BOOLEAN", 0, 5);
    if (text.startsWith("null", this.#at)) return this.#word("T_NULL", 0, 4);
    if (this.#settings.decodeInvalidNumbers && /[fint+]/i.test(char) && this.#isInvalidNumber()) {
      return this.#numberToken();
    }
    return this.#bad("invalid token");
  }

  #word(token: TokenType, value: number, length: number): TokenType {
    this.#number = value;
    this.#at += length;
    return token;
  }

  #bad(problem: string): TokenType {
    this.#index = this.#at;
    this.#string = problem;
    return "T_ERROR";
  }

  #isInvalidNumber(): boolean {
    INVALID_NUMBER.lastIndex = this.#at;
    return INVALID_NUMBER.test(this.#text);
  }

  #numberToken(): TokenType {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) return this.#bad("invalid number");
    this.#number = numberOf(match[0]);
    this.#at += match[0].length;
    return "T_NUMBER";
  }

  #stringToken(): TokenType {
    const text = this.#text;
    this.#at++;
    let value = "";
    for (;;) {
      PLAIN.lastIndex = this.#at;
      const plain = PLAIN.exec(text)?.[0] ?? "";
      value += plain;
      this.#at += plain.length;
      const char = text[this.#at];
      if (char === '"') break;
      if (char !== "\\") return this.#bad("unexpected end of string");
      const escaped = text[this.#at + 1];
      if (escaped === "u") {
        const code = this.#unicodeEscape();
        if (code === undefined) return this.#bad("invalid unicode escape code");
        value += utf8(code);
        continue;
      }
      const meant = escaped === undefined ? undefined : ESCAPES[escaped];
      if (meant === undefined) return this.#bad("invalid escape code");
      value += meant;
      this.#at += 2;
    }
    this.#at++;
    this.#string = value;
    return "T_STRING";
  }

  /** The code point of `\uXXXX`, or of two of them that are a surrogate pair. */
  #unicodeEscape(): number | undefined {
    const code = this.#hex(this.#at + 2);
    if (code === undefined) return undefined;
    if ((code & 0xf800) !== 0xd800) {
      this.#at += 6;
      return code;
    }
    if ((code & 0x400) !== 0 || !this.#text.startsWith("\\u", this.#at + 6)) return undefined;
    const low = this.#hex(this.#at + 8);
    if (low === undefined || (low & 0xfc00) !== 0xdc00) return undefined;
    this.#at += 12;
    return (((code & 0x3ff) << 10) | (low & 0x3ff)) + 0x10000;
  }

  #hex(at: number): number | undefined {
    HEX4.lastIndex = at;
    const match = HEX4.exec(this.#text);
    return match === null ? undefined : Number.parseInt(match[0], 16);
  }
}

function numberOf(text: string): number {
  const negative = text[0] === "-";
  const body = text.replace(/^[+-]/, "").toLowerCase();
  let value: number;
  if (body.startsWith("inf")) value = Number.POSITIVE_INFINITY;
  else if (body.startsWith("nan")) value = Number.NaN;
  else if (body.startsWith("0x")) value = hexadecimal(body);
  else value = Number(body);
  return negative ? -value : value;
}

function hexadecimal(text: string): number {
  const [mantissa, exponent = "0"] = text.slice(2).split("p");
  const [whole, fraction = ""] = mantissa.split(".");
  return Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
}

/** The UTF-8 bytes of a code point, as a one-byte string. */
function utf8(code: number): string {
  const tail = (shift: number): number => 0x80 | ((code >> shift) & 0x3f);
  if (code < 0x80) return String.fromCharCode(code);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), tail(0));
  if (code < 0x10000) return String.fromCharCode(0xe0 | (code >> 12), tail(6), tail(0));
  return String.fromCharCode(0xf0 | (code >> 18), tail(12), tail(6), tail(0));
}
