/**
 * JSON as Python writes and reads it: `NaN`, `Infinity`, integers of any size, and Kombu's typed
 * values. What plain JSON holds goes through the engine's own parser.
 */
import { DEEPEST, LenientParser } from "./json-parser.js";
import { isPlainJson, writeJson } from "./json-writer.js";

/** An integer of sixteen digits or more: the engine's parser may round it. */
const LONG_INTEGER = /[[,:\s]-?\d{16,}\s*(?:[,\]}]|$)|^\s*-?\d{16,}\s*$/;

/**
 * The value that a JSON text stands for. Integers beyond 2^53 are bigints; `NaN` and the infinities
 * are read; Kombu's `{"__type__", "__value__"}` become a `Date` (datetime), a `Buffer` (bytes,
 * base64) or text (date, time, decimal, uuid).
 * @throws SyntaxError when it is no JSON
 */
export function parseJson(text: string): unknown {
  const value = LONG_INTEGER.test(text) ? new LenientParser(text).parse() : parsePlain(text);
  return text.includes('"__type__"') ? readTyped(value, 0) : value;
}

function parsePlain(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return new LenientParser(text).parse();
  }
}

/**
 * JSON text of a value. Bigints are written as digits, `NaN` and infinities as Python writes them,
 * `undefined` as null (as a property: left out), a `Date` as ISO text, a `Map` as object, a `Set` as array, bytes as
 * Kombu's typed base64 value.
 * @throws TypeError that names what cannot be written: functions, symbols, promises, errors, cycles
 */
export function stringifyJson(value: unknown): string {
  return isPlainJson(value) ? JSON.stringify(value) : writeJson(value);
}

function readTyped(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) throw new SyntaxError(`JSON is nested deeper than ${DEEPEST} levels`);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = readTyped(value[i], depth + 1);
    return value;
  }
  const object = value as Record<string, unknown>;
  const keys = Object.keys(object);
  if (keys.length === 2 && typeof object.__type__ === "string" && "__value__" in object)
    return typedValue(object.__type__, object.__value__) ?? object;
  for (const key of keys) object[key] = readTyped(object[key], depth + 1);
  return object;
}

/** Undefined for a type that is not known: the object stays as it came. */
function typedValue(type: string, value: unknown): unknown {
  if (type === "uuid") {
    const hex = typeof value === "object" && value !== null ? (value as { hex?: unknown }).hex : value;
    return typeof hex === "string" ? uuidText(hex) : undefined;
  }
  if (typeof value !== "string") return undefined;
  switch (type) {
    case "datetime": {
      const date = new Date(/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`);
      return Number.isNaN(date.getTime()) ? value : date;
    }
    case "date":
      return value.slice(0, 10);
    case "time":
    case "decimal":
      return value;
    case "bytes":
      return Buffer.from(value, "utf8");
    case "base64":
      return Buffer.from(value, "base64");
    default:
      return undefined;
  }
}

function uuidText(hex: string): string {
  return /^[0-9a-f]{32}$/i.test(hex)
    ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-").toLowerCase()
    : hex;
}
