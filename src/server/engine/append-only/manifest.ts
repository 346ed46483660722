/** The list of the files that an append-only file consists of, as Redis 7 keeps it beside them. */
import { splitWords } from "../split-words.js";

/** A snapshot, what came behind it, or what has been replaced by a later snapshot. */
export type PartType = "b" | "i" | "h";

/** One file. */
export interface Part {
  readonly name: string;
  readonly sequence: number;
  readonly type: PartType;
}

/** What is wrong with a manifest, in redis-server's words. */
export class ManifestProblem extends Error {
  /** Its line with its number, from 1 on; undefined when it is none in particular. */
  readonly line: { readonly number: number; readonly text: string } | undefined;

  constructor(reason: string, line?: ManifestProblem["line"]) {
    super(reason);
    this.name = "ManifestProblem";
    this.line = line;
  }
}

/** Longer lines are refused, bytes with the line end. */
const LONGEST_LINE = 1024;
const WRONG_FORMAT = "Invalid AOF manifest file format";

/** The files of one append-only file. */
export class Manifest {
  base: Part | undefined;
  /** In the order in which they are to be loaded. */
  increments: Part[] = [];
  /** Replaced ones that are to be deleted, the latest first. */
  history: Part[] = [];
  #lastBase = 0;
  #lastIncrement = 0;

  /** Read the file. @throws ManifestProblem */
  static parse(text: string): Manifest {
    const manifest = new Manifest();
    if (text === "") throw new ManifestProblem("Found an empty AOF manifest");
    const lines = text.split("\n");
    const last = lines.pop() as string;
    for (const [at, line] of lines.entries()) {
      if (line.startsWith("#")) continue;
      if (line.length >= LONGEST_LINE) {
        throw new ManifestProblem("The AOF manifest file contains too long line");
      }
      manifest.#take(line.trim(), at + 1);
    }
    if (last !== "" && !last.startsWith("#")) {
      throw new ManifestProblem("The AOF manifest file contains too long line");
    }
    return manifest;
  }

  #take(text: string, number: number): void {
    const line = { number, text };
    const words = splitWords(text);
    if (text === "") throw new ManifestProblem(WRONG_FORMAT);
    if (words === undefined || words.length < 6 || words.length % 2 !== 0) {
      throw new ManifestProblem(WRONG_FORMAT, line);
    }
    let name = "";
    let sequence = 0;
    let type = "";
    for (let i = 0; i < words.length; i += 2) {
      const value = words[i + 1];
      const key = words[i].toLowerCase();
      if (key === "file") name = value;
      else if (key === "seq") sequence = Number.parseInt(value, 10) || 0;
      else if (key === "type") type = value.slice(0, 1);
    }
    if (/[/\\]/.test(name)) throw new ManifestProblem("File can't be a path, just a filename", line);
    if (name === "" || sequence === 0 || type === "") throw new ManifestProblem(WRONG_FORMAT, line);
    if (type === "b") {
      if (this.base !== undefined) throw new ManifestProblem("Found duplicate base file information", line);
      this.base = { name, sequence, type };
      this.#lastBase = sequence;
    } else if (type === "h") {
      this.history.push({ name, sequence, type });
    } else if (type === "i") {
      const before = this.increments.at(-1)?.sequence ?? 0;
      if (sequence <= before) throw new ManifestProblem("Found a non-monotonic sequence number", line);
      this.increments.push({ name, sequence, type });
      this.#lastIncrement = sequence;
    } else {
      throw new ManifestProblem("Unknown AOF file type", line);
    }
  }

  /** The file. */
  format(): string {
    const parts = [...(this.base === undefined ? [] : [this.base]), ...this.history, ...this.increments];
    return parts
      .map(({ name, sequence, type }) => `file ${nameText(name)} seq ${sequence} type ${type}\n`)
      .join("");
  }

  /** The files that hold the data, in the order in which they are to be loaded. */
  get parts(): readonly Part[] {
    return this.base === undefined ? this.increments : [this.base, ...this.increments];
  }

  /** A copy that may be changed on its own. */
  copy(): Manifest {
    const twin = new Manifest();
    twin.base = this.base;
    twin.increments = [...this.increments];
    twin.history = [...this.history];
    twin.#lastBase = this.#lastBase;
    twin.#lastIncrement = this.#lastIncrement;
    return twin;
  }

  /** Begin with a file that was there before there were manifests. */
  adopt(name: string): void {
    this.base = { name, sequence: 1, type: "b" };
    this.#lastBase = 1;
  }

  /** A new base; the present one becomes history. @param file of the append-only file @returns its name */
  nextBase(file: string, format: "rdb" | "aof"): string {
    if (this.base !== undefined) this.history.unshift({ ...this.base, type: "h" });
    const sequence = ++this.#lastBase;
    this.base = { name: `${file}.${sequence}.base.${format}`, sequence, type: "b" };
    return this.base.name;
  }

  /** A new increment. @param file of the append-only file @returns its name */
  nextIncrement(file: string): string {
    const sequence = ++this.#lastIncrement;
    const name = `${file}.${sequence}.incr.aof`;
    this.increments.push({ name, sequence, type: "i" });
    return name;
  }

  /** What a new base holds becomes history. @param keepsLast is the last increment written to at the moment? */
  retireIncrements(keepsLast: boolean): void {
    const kept = keepsLast ? this.increments.slice(-1) : [];
    const gone = this.increments.slice(0, this.increments.length - kept.length);
    for (const part of gone.reverse()) this.history.unshift({ ...part, type: "h" });
    this.increments = kept;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\x07": "\\a",
  "\b": "\\b",
};

/** A name as the manifest has it: between quotes when it would not be one word otherwise. */
function nameText(name: string): string {
  if (/^[!#-[\]-~]+$/.test(name)) return name;
  let out = "";
  for (const char of name) {
    const code = char.charCodeAt(0);
    const printable = code >= 32 && code <= 126;
    out += ESCAPES[char] ?? (printable ? char : `\\x${code.toString(16).padStart(2, "0")}`);
  }
  return `"${out}"`;
}
