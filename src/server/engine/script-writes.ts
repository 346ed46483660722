/** What a request to run a script will do, as far as the script says so itself. */
import type { Command } from "./command-table.js";
import type { Engine } from "./engine.js";
import type { Args } from "./handler.js";
import { scriptFlags } from "./shebang.js";

/**
 * Has the script or function that a request is to run the flag `no-writes`? A script that is not in the cache yet is
 * put there. False for what is no such request, and for one that will fail.
 */
export function saysItNeverWrites(engine: Engine, { name }: Command, args: Args): boolean {
  switch (name) {
    case "EVAL":
    case "EVAL_RO":
      return compiled(engine, args[1])?.flags.noWrites === true;
    case "EVALSHA":
    case "EVALSHA_RO":
      return engine.scripts.find(args[1])?.flags.noWrites === true;
    case "FCALL":
    case "FCALL_RO":
      return scriptFlags(engine.functions.find(args[1])?.flags ?? []).noWrites;
    default:
      return false;
  }
}

function compiled(engine: Engine, source: string) {
  try {
    return engine.scripts.add(source);
  } catch {
    // It is said to the client when the request runs.
    return undefined;
  }
}
