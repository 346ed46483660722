/** Writes values as JSON that the engine's own writer would lose, change or refuse. */

import { DEEPEST } from "./json-parser.js";

/**
 * Whether `JSON.stringify` writes the value without loss: only plain objects, arrays, text, finite
 * numbers, booleans and null.
 */
export function isPlainJson(value: unknown, depth = 0): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      if (value === null) return true;
      // Cycles end here; the writer says where they are.
      if (depth > 200) return false;
      return Array.isArray(value) ? isPlainArray(value, depth + 1) : isPlainObject(value, depth + 1);
    default:
      return false;
  }
}

function isPlainArray(array: readonly unknown[], depth: number): boolean {
  for (let i = 0; i < array.length; i++) if (!isPlainJson(array[i], depth)) return false;
  return true;
}

function isPlainObject(object: object, depth: number): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  if ((prototype !== Object.prototype && prototype !== null) || "toJSON" in object) return false;
  for (const key of Object.keys(object)) {
    const value = (object as Record<string, unknown>)[key];
    if (value !== undefined && !isPlainJson(value, depth)) return false;
  }
  return true;
}

/**
 * JSON text of any value that has one.
 * @throws TypeError with the place of what has none
 */
export function writeJson(value: unknown): string {
  return write(value, [], "");
}

function write(value: unknown, around: object[], place: string): string {
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "number":
      return Number.isFinite(value) ? JSON.stringify(value) : pythonName(value);
    case "bigint":
      return value.toString();
    case "undefined":
      return "null";
    case "object":
      return value === null ? "null" : writeObject(value, around, place);
    default:
      return refuse(`a ${typeof value}`, place);
  }
}

function pythonName(value: number): string {
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

function writeObject(value: object, around: object[], place: string): string {
  if (around.includes(value)) return refuse("an object that contains itself", place);
  if (around.length >= DEEPEST) throw new TypeError(`The value is nested deeper than ${DEEPEST} levels`);
  if (value instanceof Uint8Array || value instanceof ArrayBuffer) return base64Value(value);
  around.push(value);
  const text = writeParts(value, around, place);
  around.pop();
  return text;
}

function base64Value(bytes: Uint8Array | ArrayBuffer): string {
  const buffer =
    bytes instanceof Uint8Array
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : Buffer.from(bytes);
  return `{"__type__":"base64","__value__":"${buffer.toString("base64")}"}`;
}

function writeParts(value: object, around: object[], place: string): string {
  if (Array.isArray(value)) return writeArray(value, around, place);
  if (value instanceof Map) return writeEntries(value, around, place);
  if (value instanceof Set) return writeArray([...value], around, place);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return writeArray([...(value as unknown as Iterable<unknown>)], around, place);
  if (value instanceof Date && Number.isNaN(value.getTime())) return refuse("an invalid Date", place);
  if ("toJSON" in value && typeof value.toJSON === "function")
    return write((value.toJSON as () => unknown)(), around, place);
  for (const [type, name] of REFUSED) if (value instanceof type) return refuse(name, place);
  if (value instanceof String || value instanceof Number || value instanceof Boolean)
    return write(value.valueOf(), around, place);
  return writeEntries(Object.entries(value), around, place);
}

/** Objects that would become `{}` without a word. */
const REFUSED: [new (...args: never[]) => object, string][] = [
  [Promise, "a promise (is an await missing?)"],
  [Error, "an Error"],
  [RegExp, "a regular expression"],
  [WeakMap, "a WeakMap"],
  [WeakSet, "a WeakSet"],
  [DataView, "a DataView"],
];

function writeArray(array: readonly unknown[], around: object[], place: string): string {
  let text = "[";
  for (let i = 0; i < array.length; i++) {
    if (i > 0) text += ",";
    text += write(array[i], around, `${place}[${i}]`);
  }
  return `${text}]`;
}

function writeEntries(entries: Iterable<[unknown, unknown]>, around: object[], place: string): string {
  let text = "{";
  for (const [key, value] of entries) {
    if (value === undefined) continue;
    if (typeof key === "object" || typeof key === "symbol" || typeof key === "function")
      return refuse(`a Map with ${key === null ? "null" : `a ${typeof key}`} as key`, place);
    const name = String(key);
    text += `${text === "{" ? "" : ","}${JSON.stringify(name)}:${write(value, around, `${place}.${name}`)}`;
  }
  return `${text}}`;
}

function refuse(what: string, place: string): never {
  const where = place === "" ? "The value" : `The value at ${place.replace(/^\./, "")}`;
  throw new TypeError(`${where} is ${what}, which JSON cannot hold`);
}
