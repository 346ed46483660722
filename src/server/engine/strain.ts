/** What keeps commands from running that could run otherwise: memory, files or replicas that are missing. */
import { Flag } from "../../spec/command-spec.js";
import type { Command } from "./command-table.js";
import type { Engine } from "./engine.js";
import type { Args } from "./handler.js";
import { hasFlags } from "./request-flags.js";
import type { Session } from "./session.js";
import { LOADING, MISCONF, NO_REPLICAS, OUT_OF_MEMORY } from "./texts.js";

/** Commands that let a transaction go. */
const ENDS_TRANSACTION = new Set(["DISCARD", "QUIT", "RESET"]);

/** To be called when what {@link Engine.strained} tells may have become otherwise. */
export function checkStrain(engine: Engine): void {
  engine.strained =
    engine.measuresMemory ||
    engine.mustHaveReplicas ||
    engine.persistence.loading !== undefined ||
    engine.appendOnly.loading !== undefined ||
    engine.persistence.refusesWrites ||
    engine.appendOnly.writer.failure !== undefined;
}

/** Why a request must not run now; to be asked while {@link Engine.strained}. Makes room in memory, if that is short. */
export function refusalUnderStrain(session: Session, command: Command, args: Args): string | undefined {
  const { engine } = session;
  if (engine.measuresMemory && !hasRoom(engine) && needsMemory(session, command, args)) return OUT_OF_MEMORY;
  const loading = engine.persistence.loading ?? engine.appendOnly.loading;
  if (loading !== undefined && !worksWhileLoading(session, command)) return LOADING;
  const changes = hasFlags(session, command, args, Flag.WRITE);
  if (changes || command.name === "PING") {
    const unsaved = unsavedReason(engine);
    if (unsaved !== undefined) return unsaved;
  }
  return changes && engine.replication.lacksReplicas ? NO_REPLICAS : undefined;
}

/** Evict what is too much, in nobody's name: who tracks an evicted key is told before the command has run. */
function hasRoom(engine: Engine): boolean {
  const { current } = engine;
  engine.current = undefined;
  const has = engine.makeRoom();
  engine.current = current;
  return has;
}

/** Why what is written now could not be saved. */
export function unsavedReason({ persistence, appendOnly }: Engine): string | undefined {
  if (persistence.refusesWrites) return MISCONF;
  return appendOnly.writer.failure === undefined
    ? undefined
    : `MISCONF Errors writing to the AOF file: ${appendOnly.writer.failure}`;
}

/** Is it refused without memory? Queueing takes memory, too, whatever it is that is queued; 8.0 lets it. */
function needsMemory(session: Session, command: Command, args: Args): boolean {
  const { engine, transaction } = session;
  const isQueued =
    transaction !== undefined && command.name !== "EXEC" && !ENDS_TRANSACTION.has(command.name);
  if (isQueued && !engine.isAtLeast("8.0")) return true;
  return hasFlags(session, command, args, Flag.DENYOOM);
}

function worksWhileLoading({ transaction }: Session, command: Command): boolean {
  if (!command.is(Flag.LOADING)) return false;
  return command.name !== "EXEC" || transaction?.queue.some((one) => !one.command.is(Flag.LOADING)) !== true;
}
