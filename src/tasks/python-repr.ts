/**
 * Values as Python shows them. Celery puts such text into messages and events, and its tools show
 * it as it is. There are two forms: Python's own `repr`, and Celery's, which is cut, three levels
 * deep, and escapes only quotes.
 */

/** Length at which Celery cuts the texts of messages and events. */
const LONGEST = 1024;
/** Levels that Celery's form shows; deeper ones are `[...]` and `{...}`. */
const LEVELS = 3;

/**
 * Python's `repr` of the value that Python reads from the JSON of this one.
 * @example pythonRepr({ a: [1, null, "it's"] }) // {'a': [1, None, "it's"]}
 */
export function pythonRepr(value: unknown): string {
  return fullRepr(value, []);
}

/** Positional arguments as Celery shows them: `(2, 3)`, `('x',)`, cut at 1024 characters. */
export function argsRepr(args: readonly unknown[]): string {
  if (args.length === 0) return "()";
  let text = "(";
  for (let i = 0; i < args.length; i++) {
    const value = args[i];
    if (!isPlainScalar(value)) return cutRepr(args, true);
    if (i > 0) text += ", ";
    text += typeof value === "string" ? quoted(value) : scalarRepr(value);
    // Where nothing can be cut, there is no need to count.
    if (text.length > LONGEST / 2) return cutRepr(args, true);
  }
  return args.length === 1 ? `${text},)` : `${text})`;
}

function isPlainScalar(value: unknown): boolean {
  if (typeof value === "string") return value.length < LONGEST / 4;
  return value === null || typeof value === "number" || typeof value === "boolean";
}

/** Keyword arguments as Celery shows them: `{'k': None}`, cut at 1024 characters. */
export function kwargsRepr(kwargs: Record<string, unknown>): string {
  for (const _ in kwargs) return cutRepr(kwargs, false);
  return "{}";
}

/** Any value as Celery shows it in events and logs, cut at 1024 characters. */
export function shortRepr(value: unknown): string {
  return cutRepr(value, false);
}

/** Numbers, booleans, null and the like, which both forms show the same way. */
function scalarRepr(value: unknown): string {
  switch (typeof value) {
    case "number":
      return numberRepr(value);
    case "boolean":
      return value ? "True" : "False";
    case "bigint":
      return value.toString();
    default:
      return "None";
  }
}

function numberRepr(value: number): string {
  if (Number.isInteger(value)) return Object.is(value, -0) ? "0" : integerRepr(value);
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return floatRepr(value);
}

/** From 1e21 on JSON carries an integer with an exponent, which is a float to Python. */
function integerRepr(value: number): string {
  return Math.abs(value) < 1e21 ? value.toString() : floatRepr(value);
}

/** Python goes over to exponents below 1e-4 (JavaScript below 1e-6), and gives them two digits. */
function floatRepr(value: number): string {
  const text = Math.abs(value) < 1e-4 ? value.toExponential() : value.toString();
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}

function fullRepr(given: unknown, around: object[]): string {
  const value = asWritten(given);
  if (typeof value === "string") return stringRepr(value);
  if (typeof value !== "object" || value === null) return scalarRepr(value);
  if (value instanceof Date) return stringRepr(dateText(value));
  if (value instanceof Uint8Array) return bytesRepr(value);
  const list = listOf(value);
  // Python gives up here as well, with a RecursionError.
  if (around.length >= 500) return "...";
  if (around.includes(value)) return list === undefined ? "{...}" : "[...]";
  around.push(value);
  const text =
    list === undefined
      ? `{${entriesOf(value)
          .map(([key, item]) => `${stringRepr(key)}: ${fullRepr(item, around)}`)
          .join(", ")}}`
      : `[${list.map((item) => fullRepr(item, around)).join(", ")}]`;
  around.pop();
  return text;
}

/** Objects that say themselves what JSON has for them. */
function asWritten(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array)
    return value;
  return "toJSON" in value && typeof value.toJSON === "function" ? (value.toJSON as () => unknown)() : value;
}

function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? "Invalid Date" : date.toISOString();
}

/** The elements, where JSON has an array. */
function listOf(value: object): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (value instanceof Set) return [...value];
  return ArrayBuffer.isView(value) && Symbol.iterator in value
    ? [...(value as unknown as Iterable<unknown>)]
    : undefined;
}

/** The members, where JSON has an object. */
function entriesOf(value: object): [string, unknown][] {
  const entries: Iterable<[unknown, unknown]> = value instanceof Map ? value : Object.entries(value);
  const found: [string, unknown][] = [];
  for (const [key, item] of entries) if (item !== undefined) found.push([String(key), item]);
  return found;
}

/** What Python's `repr` escapes: controls, what has no shape, and every space but the plain one. */
const UNPRINTABLE = /[\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

const ESCAPES: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text.replace(UNPRINTABLE, escapeOf);
  return quote === "'" ? `'${inner.replaceAll("'", "\\'")}'` : `"${inner}"`;
}

function escapeOf(sign: string): string {
  const known = ESCAPES[sign];
  if (known !== undefined) return known;
  const code = sign.codePointAt(0) as number;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}

function bytesRepr(bytes: Uint8Array): string {
  let inner = "";
  for (const byte of bytes) {
    const sign = String.fromCharCode(byte);
    if (byte >= 0x20 && byte < 0x7f) inner += ESCAPES[sign] ?? sign;
    else inner += ESCAPES[sign] ?? `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return inner.includes("'") && !inner.includes('"') ? `b"${inner}"` : `b'${inner.replaceAll("'", "\\'")}'`;
}

/** Text as Celery's form has it: quotes are escaped, line ends are not. */
function quoted(text: string): string {
  return text.includes("'") ? `'${text.replaceAll("'", "\\'")}'` : `'${text}'`;
}

/** Celery's form: it stops where the room is used up, and closes what is open. */
function cutRepr(value: unknown, asTuple: boolean, room: number = LONGEST): string {
  return new CutWriter(room).write(value, asTuple);
}

/** Thrown to leave the walk; what is open by then is closed. */
const FULL = Symbol("full");

/**
 * Follows Celery's `saferepr` to the letter, its quirk included: the piece that finds no room is
 * dropped even where it is a bracket, so a text that is cut may have one too few or one too many.
 */
class CutWriter {
  #room: number;
  #text = "";
  readonly #open: string[] = [];
  readonly #around: object[] = [];

  constructor(room: number) {
    this.#room = room;
  }

  write(value: unknown, asTuple: boolean): string {
    try {
      this.#value(value, asTuple);
    } catch (reason) {
      if (reason !== FULL) throw reason;
      this.#text += ", ...";
      while (this.#open.length > 0) this.#text += this.#open.pop();
    }
    return this.#text;
  }

  #put(piece: string): void {
    this.#text += piece;
    this.#room -= lengthOf(piece);
  }

  #checkRoom(): void {
    if (this.#room <= 0) throw FULL;
  }

  #value(given: unknown, asTuple: boolean): void {
    const value = asWritten(given);
    if (typeof value === "object" && value !== null && !(value instanceof Date)) {
      if (value instanceof Uint8Array) return this.#bytes(value);
      return this.#container(value, asTuple);
    }
    this.#checkRoom();
    if (typeof value === "string") this.#put(quoted(cutText(value, this.#room)));
    else if (value instanceof Date) this.#put(quoted(cutText(dateText(value), this.#room)));
    else this.#put(cutText(scalarRepr(value), this.#room));
  }

  #bytes(bytes: Uint8Array): void {
    this.#checkRoom();
    const shown =
      bytes.length > this.#room ? `${safeBytes(bytes.subarray(0, this.#room))}...` : safeBytes(bytes);
    this.#put(`b'${shown}'`);
  }

  #container(value: object, asTuple: boolean): void {
    const list = listOf(value);
    const start = list === undefined ? "{" : asTuple ? "(" : "[";
    const end = list === undefined ? "}" : asTuple ? (list.length === 1 ? ",)" : ")") : "]";
    if (this.#open.length >= LEVELS) {
      this.#checkRoom();
      return this.#put(cutText(`${start}...${end}`, this.#room));
    }
    if (this.#around.includes(value)) {
      this.#checkRoom();
      return this.#put(`<Recursion on ${list === undefined ? "dict" : "list"}>`);
    }
    this.#open.push(end);
    this.#checkRoom();
    this.#put(start);
    this.#around.push(value);
    if (list === undefined) this.#members(value);
    else this.#elements(list);
    this.#around.pop();
    this.#open.pop();
    this.#checkRoom();
    this.#put(end);
  }

  #elements(list: readonly unknown[]): void {
    for (let i = 0; i < list.length; i++) {
      if (i > 0) this.#separator(", ");
      this.#value(list[i], false);
    }
  }

  #members(object: object): void {
    let first = true;
    for (const [key, value] of entriesOf(object)) {
      if (!first) this.#separator(", ");
      first = false;
      this.#checkRoom();
      this.#put(cutRepr(key, false, this.#room));
      this.#separator(": ");
      this.#value(value, false);
    }
  }

  #separator(sign: string): void {
    this.#checkRoom();
    this.#put(sign);
  }
}

/** Characters as Python counts them: code points. */
function lengthOf(text: string): number {
  // Code units suffice where there are no pairs, and a cheap search says so.
  return HAS_PAIRS.test(text) ? [...text].length : text.length;
}

const HAS_PAIRS = /[\ud800-\udbff]/;

/** At most this many characters, cut at the last space, as Celery does. */
function cutText(text: string, room: number): string {
  if (text.length < room) return text;
  const signs = HAS_PAIRS.test(text) ? [...text] : undefined;
  if ((signs?.length ?? text.length) < room) return text;
  const head = signs === undefined ? text.slice(0, room) : signs.slice(0, room).join("");
  const space = head.lastIndexOf(" ");
  return `${space < 0 ? head : head.slice(0, space)}...`;
}

/** Bytes as their text where they are UTF-8, else in hexadecimal digits. */
function safeBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
  }
}
