/**
 * `string.format` with 64-bit integers, as Lua has them on the machines that Redis runs on: in WebAssembly a C `long`
 * has 32 bits, so that `%d` of a time in milliseconds would come out wrong.
 */
import type { Lua, LuaFunction } from "./lua.js";
import type { LuaState } from "./lua-module.js";
import { toInt64, toUint64 } from "./number-format.js";

/** A conversion between `%` and its letter. */
interface Directive {
  readonly flags: string;
  readonly width: number;
  /** -1: none given. */
  readonly precision: number;
  /** What to convert to; empty when the pattern ends before it. */
  readonly letter: string;
  /** As written, `%` and letter included. */
  readonly text: string;
}

const FLAGS = "-+ #0";
/** `%s` without a precision keeps strings from this length on as they are, zero bytes included. */
const LONG_STRING = 100;

/** @param original reference of Lua's own `string.format`, which writes the floating point conversions */
export function stringFormat(lua: Lua, original: number): LuaFunction {
  const { api } = lua;

  return function format(L) {
    const top = api._lua_gettop(L);
    const pattern = lua.checkText(L, 1);
    let out = "";
    let argument = 1;
    let i = 0;
    for (;;) {
      const percent = pattern.indexOf("%", i);
      if (percent === -1) break;
      out += pattern.slice(i, percent);
      i = percent + 1;
      if (pattern[i] === "%") {
        out += "%";
        i++;
        continue;
      }
      argument++;
      if (argument > top) lua.badArgument(L, argument, "no value");
      const directive = parseDirective(L, pattern, percent);
      i = percent + directive.text.length;
      out += convert(L, directive, argument);
    }
    lua.pushString(L, out + pattern.slice(i));
    return 1;
  };

  function parseDirective(L: LuaState, pattern: string, start: number): Directive {
    let i = start + 1;
    while (i < pattern.length && FLAGS.includes(pattern[i])) i++;
    const flags = pattern.slice(start + 1, i);
    if (flags.length > FLAGS.length) lua.raise(L, "invalid format (repeated flags)");
    const widthStart = i;
    i = skipDigits(pattern, i);
    const width = Number(pattern.slice(widthStart, i));
    let precision = -1;
    if (pattern[i] === ".") {
      const precisionStart = i + 1;
      i = skipDigits(pattern, precisionStart);
      precision = Number(pattern.slice(precisionStart, i));
    }
    if (isDigit(pattern[i])) lua.raise(L, "invalid format (width or precision too long)");
    return { flags, width, precision, letter: pattern[i] ?? "", text: pattern.slice(start, i + 1) };
  }

  function convert(L: LuaState, directive: Directive, argument: number): string {
    switch (directive.letter) {
      case "d":
      case "i": {
        const value = toInt64(api._luaL_checknumber(L, argument));
        return integer(directive, value < 0n, (value < 0n ? -value : value).toString(), "");
      }
      case "u":
        return unsigned(directive, toUint64(api._luaL_checknumber(L, argument)).toString(), "");
      case "o":
        return unsigned(directive, toUint64(api._luaL_checknumber(L, argument)).toString(8), "0");
      case "x":
        return unsigned(directive, toUint64(api._luaL_checknumber(L, argument)).toString(16), "0x");
      case "X":
        return unsigned(
          directive,
          toUint64(api._luaL_checknumber(L, argument)).toString(16).toUpperCase(),
          "0X",
        );
      case "c": {
        const value = Math.trunc(api._luaL_checknumber(L, argument));
        const code = value === (value | 0) ? value & 0xff : 0;
        return untilZero(padded(directive, String.fromCharCode(code)));
      }
      case "e":
      case "E":
      case "f":
      case "g":
      case "G":
        return floating(L, directive, api._luaL_checknumber(L, argument));
      case "q":
        return quoted(lua.checkText(L, argument));
      case "s": {
        const text = lua.checkText(L, argument);
        if (directive.precision === -1 && text.length >= LONG_STRING) return text;
        const shown = untilZero(text);
        return padded(directive, directive.precision === -1 ? shown : shown.slice(0, directive.precision));
      }
      default:
        return lua.raise(L, `invalid option '%${directive.letter}' to 'format'`);
    }
  }

  function floating(L: LuaState, directive: Directive, value: number): string {
    lua.pushKept(L, original);
    lua.pushString(L, directive.text);
    api._lua_pushnumber(L, value);
    api._lua_call(L, 2, 1);
    const text = lua.text(L, -1);
    lua.pop(L, 1);
    return text;
  }
}

function unsigned(directive: Directive, digits: string, prefix: string): string {
  const zero = digits === "0";
  if (!directive.flags.includes("#") || (zero && prefix !== "0")) {
    return integer({ ...directive, flags: directive.flags.replace(/[+ ]/g, "") }, false, digits, "");
  }
  // The octal prefix is a digit: it counts for the precision, and a zero has it already.
  const octal = prefix === "0";
  const shown = octal && !zero ? `0${digits}` : digits;
  return integer(
    { ...directive, flags: directive.flags.replace(/[+ ]/g, "") },
    false,
    shown,
    octal ? "" : prefix,
  );
}

function integer(directive: Directive, negative: boolean, digits: string, prefix: string): string {
  const { flags, width, precision } = directive;
  let sign = prefix;
  if (negative) sign = "-";
  else if (flags.includes("+")) sign = "+";
  else if (flags.includes(" ")) sign = " ";
  let body = precision === 0 && digits === "0" ? "" : digits.padStart(precision, "0");
  if (flags.includes("0") && !flags.includes("-") && precision === -1) {
    body = body.padStart(width - sign.length, "0");
  }
  return padded(directive, sign + body);
}

function padded(directive: Directive, text: string): string {
  return directive.flags.includes("-") ? text.padEnd(directive.width) : text.padStart(directive.width);
}

/** A Lua string literal that reads back as `text`. */
function quoted(text: string): string {
  let out = '"';
  for (const char of text) {
    if (char === '"' || char === "\\" || char === "\n") out += `\\${char}`;
    else if (char === "\r") out += "\\r";
    else if (char === "\0") out += "\\000";
    else out += char;
  }
  return `${out}"`;
}

/** What C sees of a string. */
function untilZero(text: string): string {
  const end = text.indexOf("\0");
  return end === -1 ? text : text.slice(0, end);
}

/** At most two digits belong to a width or a precision. */
function skipDigits(text: string, start: number): number {
  let i = start;
  while (i < start + 2 && isDigit(text[i])) i++;
  return i;
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= "0" && char <= "9";
}
