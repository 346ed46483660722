/** Refusals that come of the server's state, not of the request: no memory, not enough replicas. */
import { Flag } from "../../spec/command-spec.js";
import type { Command } from "./command-table.js";
import type { Engine } from "./engine.js";
import type { Args } from "./handler.js";
import { flagsOf } from "./request-flags.js";
import type { Session } from "./session.js";
import { NO_REPLICAS, OUT_OF_MEMORY } from "./texts.js";

/** Commands that let a transaction go. */
const ENDS_TRANSACTION = new Set(["DISCARD", "QUIT", "RESET"]);

/** Are there fewer replicas than `min-replicas-to-write` asks for? This server has none. */
export function lacksReplicas({ config }: Engine): boolean {
  return config.replicasToWrite !== 0;
}

/**
 * Make room in memory, if there is a limit, and say why a request cannot be run now.
 * @returns the text of the error; undefined when it can
 */
export function refusalByState(
  engine: Engine,
  session: Session,
  command: Command,
  args: Args,
): string | undefined {
  const { maxmemory } = engine.config;
  if (maxmemory !== 0 && !engine.makeRoom() && needsMemory(session, command, args)) return OUT_OF_MEMORY;
  if (lacksReplicas(engine) && hasFlags(session, command, args, Flag.WRITE)) return NO_REPLICAS;
  return undefined;
}

/** Is it refused without memory? Queueing takes memory, too, whatever it is that is queued. */
function needsMemory(session: Session, command: Command, args: Args): boolean {
  if (session.transaction !== undefined && command.name !== "EXEC" && !ENDS_TRANSACTION.has(command.name)) {
    return true;
  }
  return hasFlags(session, command, args, Flag.DENYOOM);
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
