/** The first line of a script or a library: `#!lua name=mylib flags=no-writes`. */
import { ErrorReply } from "../../protocol/reply.js";
import { splitWords } from "./split-words.js";

/** What a script says about itself. */
export interface ScriptFlags {
  /** It has no shebang line: the rules of old scripts hold. */
  readonly compatible: boolean;
  readonly noWrites: boolean;
  readonly allowOom: boolean;
  readonly allowStale: boolean;
}

const OLD_SCRIPT: ScriptFlags = { compatible: true, noWrites: false, allowOom: false, allowStale: false };

/** The flags that a script or a function may have. */
export const SCRIPT_FLAGS: ReadonlySet<string> = new Set([
  "no-writes",
  "allow-oom",
  "allow-stale",
  "no-cluster",
  "allow-cross-slot-keys",
]);

/** A script's source, taken apart. */
export interface ParsedScript {
  /** The source behind the shebang; the line's end stays, so that line numbers are right. */
  readonly body: string;
  readonly flags: ScriptFlags;
}

/**
 * Read the shebang line of a script for EVAL.
 * @throws ErrorReply when the line is there and wrong
 */
export function parseScript(source: string): ParsedScript {
  if (!source.startsWith("#!")) return { body: source, flags: OLD_SCRIPT };
  const end = source.indexOf("\n");
  if (end === -1) throw new ErrorReply("ERR Invalid script shebang");
  const words = splitWords(source.slice(0, end));
  if (words === undefined) throw new ErrorReply("ERR Invalid engine in script shebang");
  if (words[0] !== "#!lua") throw new ErrorReply(`ERR Unexpected engine in script shebang: ${words[0]}`);
  const flags: string[] = [];
  for (const word of words.slice(1)) {
    if (!word.startsWith("flags=")) throw new ErrorReply(`ERR Unknown lua shebang option: ${word}`);
    if (word === "flags=") continue;
    for (const flag of word.slice("flags=".length).split(",")) {
      if (!SCRIPT_FLAGS.has(flag)) throw new ErrorReply(`ERR Unexpected flag in script shebang: ${flag}`);
      flags.push(flag);
    }
  }
  return { body: source.slice(end), flags: scriptFlags(flags) };
}

/** The flags by their names. */
export function scriptFlags(names: readonly string[]): ScriptFlags {
  const noWrites = names.includes("no-writes");
  // A script that never writes needs no memory.
  const allowOom = noWrites || names.includes("allow-oom");
  return { compatible: false, noWrites, allowOom, allowStale: names.includes("allow-stale") };
}
