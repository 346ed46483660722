/** Values as Python's programs print them. */
import { pythonRepr } from "../python-repr.js";

/** `str(value)`: texts as they are, everything else as its repr. */
export function pythonStr(value: unknown): string {
  return typeof value === "string" ? value : pythonRepr(value);
}

/**
 * `json.dumps(value)`: ASCII, a blank behind commas and colons.
 *
 * @param value a JSON value
 * @param indent blanks of each level, its keys sorted; without it one line, keys as they come
 */
export function pythonJson(value: unknown, indent?: number): string {
  return write(value, indent, "");
}

function write(value: unknown, indent: number | undefined, margin: string): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return writeNumber(value);
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) {
    return enclosed(
      "[",
      "]",
      value.map((item) => (inner: string) => write(item, indent, inner)),
      indent,
      margin,
    );
  }
  if (typeof value === "object" && !(value instanceof Date)) {
    const entries = Object.entries(value);
    if (indent !== undefined) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const items = entries.map(
      ([key, item]) =>
        (inner: string) =>
          `${writeText(key)}: ${write(item, indent, inner)}`,
    );
    return enclosed("{", "}", items, indent, margin);
  }
  return writeText(value instanceof Date ? value.toISOString() : String(value));
}

function writeNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  return pythonRepr(value);
}

function writeText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function enclosed(
  open: string,
  close: string,
  items: readonly ((margin: string) => string)[],
  indent: number | undefined,
  margin: string,
): string {
  if (items.length === 0) return open + close;
  if (indent === undefined) return `${open}${items.map((item) => item("")).join(", ")}${close}`;
  const inner = margin + " ".repeat(indent);
  const lines = items.map((item) => inner + item(inner));
  return `${open}\n${lines.join(",\n")}\n${margin}${close}`;
}

/** `text` with `width` blanks before every line. */
export function indented(text: string, width: number): string {
  const margin = " ".repeat(width);
  return text
    .split("\n")
    .map((line) => margin + line)
    .join("\n");
}

/** `1 node`, `2 nodes`. */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}
