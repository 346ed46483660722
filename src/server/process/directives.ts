/** The lines of redis.conf and of redis-server's command line. */
import { splitWords } from "../engine/split-words.js";

/** One line. */
export interface ConfigLine {
  /** As the file has it, without spaces around. */
  readonly text: string;
  /** Of its file, or of all that has been read when it came from elsewhere; from 1 on. */
  readonly number: number;
}

/** One setting: its name in lower case, and its values. */
export interface Directive {
  readonly name: string;
  readonly values: readonly string[];
}

/** What is said in redis-server's words about a line that it cannot use. */
export class ConfigFileError extends Error {
  readonly line: ConfigLine | undefined;

  constructor(reason: string, line?: ConfigLine) {
    super(reason);
    this.name = "ConfigFileError";
    this.line = line;
  }
}

/** The lines that say something: neither comments nor empty ones. */
export function configLines(text: string): ConfigLine[] {
  return text
    .split("\n")
    .map((line, at) => ({ text: line.trim(), number: at + 1 }))
    .filter(({ text }) => text !== "" && !text.startsWith("#"));
}

/** Read a line. @throws ConfigFileError when its quotes are unbalanced */
export function directiveOf(line: ConfigLine): Directive | undefined {
  const words = splitWords(line.text);
  if (words === undefined) throw new ConfigFileError("Unbalanced quotes in configuration line", line);
  if (words.length === 0) return undefined;
  return { name: words[0].toLowerCase(), values: words.slice(1) };
}

/** What the command line says. */
export interface CommandLine {
  /** The configuration file. */
  readonly file: string | undefined;
  /** `-`: more of it comes from standard input. */
  readonly stdin: boolean;
  /** The options as lines of a configuration file. */
  readonly lines: string;
}

/**
 * Read the words behind `resplendent server`: a file, and options such as `--port 7000`, `--save 900 1` or `"--port 7000"`.
 * The word behind a name is its value even when it begins with two dashes; `--save` alone stands for no saving.
 */
export function readCommandLine(words: readonly string[]): CommandLine {
  let rest = [...words];
  const file = rest.length > 0 && !rest[0].startsWith("-") ? rest.shift() : undefined;
  const stdin = rest.includes("-") && (rest[0] === "-" || rest.at(-1) === "-");
  if (stdin) rest = rest[0] === "-" ? rest.slice(1) : rest.slice(0, -1);
  const lines: string[] = [];
  let nameMayCome = true;
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i];
    if (!nameMayCome || !word.startsWith("--")) {
      lines[lines.length === 0 ? 0 : lines.length - 1] = `${lines.at(-1) ?? ""} ${quoted(word)}`;
      nameMayCome = true;
      continue;
    }
    lines.push(word.slice(2));
    const isNameAlone = splitWords(word)?.length === 1;
    const savesNothing = /^--save$/i.test(word.trim()) && (rest[i + 1]?.startsWith("--") ?? true);
    if (savesNothing) lines[lines.length - 1] += ' ""';
    nameMayCome = !isNameAlone || savesNothing;
  }
  return { file, stdin, lines: lines.join("\n") };
}

/** A value between quotes, from which {@link directiveOf} reads the same value. */
export function quoted(value: string): string {
  let out = '"';
  for (const char of value) {
    const code = char.charCodeAt(0);
    if (char === '"' || char === "\\") out += `\\${char}`;
    else if (char === "\n") out += "\\n";
    else if (char === "\r") out += "\\r";
    else if (char === "\t") out += "\\t";
    else if (code < 32 || code === 127) out += `\\x${code.toString(16).padStart(2, "0")}`;
    else out += char;
  }
  return `${out}"`;
}
