/** The flags of a request: a script that declares its own is judged by these, not by those of EVAL. */
import { Flag } from "../../spec/command-spec.js";
import type { Command } from "./command-table.js";
import type { Engine } from "./engine.js";
import type { Args } from "./handler.js";
import type { Session } from "./session.js";
import { parseScript, type ScriptFlags, scriptFlags } from "./shebang.js";

/** What a script with flags decides itself. */
const DECIDED = Flag.STALE | Flag.DENYOOM | Flag.WRITE | Flag.MAY_REPLICATE;

/** The flags by which a request is refused or held back, as far as its command and its words tell. */
function flagsOf(engine: Engine, command: Command, args: Args): number {
  if (command.group !== "scripting") return command.flags;
  const declared = declaredFlags(engine, command, args);
  if (declared === undefined || declared.compatible) return command.flags;
  let flags = command.flags & ~DECIDED;
  if (!declared.allowOom) flags |= Flag.DENYOOM;
  if (!declared.noWrites) flags |= Flag.WRITE;
  if (declared.allowStale) flags |= Flag.STALE;
  return flags;
}

/** The flags of the script that a request would run; undefined when it runs none, or an unknown one. */
function declaredFlags(
  { scripts, functions }: Engine,
  { name }: Command,
  args: Args,
): ScriptFlags | undefined {
  switch (name) {
    case "EVAL":
    case "EVAL_RO":
      return scripts.withSource(args[1])?.flags ?? flagsOfSource(args[1]);
    case "EVALSHA":
    case "EVALSHA_RO":
      return scripts.find(args[1])?.flags;
    case "FCALL":
    case "FCALL_RO": {
      const fn = functions.find(args[1]);
      return fn === undefined ? undefined : scriptFlags(fn.flags);
    }
    default:
      return undefined;
  }
}

/** A wrong shebang line is complained of by EVAL itself. */
function flagsOfSource(source: string): ScriptFlags | undefined {
  if (!source.startsWith("#!")) return undefined;
  try {
    return parseScript(source).flags;
  } catch {
    return undefined;
  }
}

/** Has a request one of these flags, or one that it would have run (EXEC)? */
export function hasFlags(
  { engine, transaction }: Session,
  command: Command,
  args: Args,
  flags: number,
): boolean {
  if ((flagsOf(engine, command, args) & flags) !== 0) return true;
  if (transaction === undefined || command.name !== "EXEC") return false;
  return transaction.queue.some((one) => (flagsOf(engine, one.command, one.args) & flags) !== 0);
}
