/** What keeps commands from running that could run otherwise: memory, files or replicas that are missing. */
import { Flag } from "../../spec/command-spec.js";
import type { Command } from "./command-table.js";
import type { Session } from "./session.js";
import { LOADING, MISCONF, NO_REPLICAS, OUT_OF_MEMORY } from "./texts.js";

/** Commands that let a transaction go. */
const ENDS_TRANSACTION = new Set(["DISCARD", "QUIT", "RESET"]);

/** Why the command must not run now; to be asked while {@link Engine.strained}. */
export function refusalUnderStrain(session: Session, command: Command): string | undefined {
  const { engine } = session;
  if (engine.measuresMemory && !engine.makeRoom() && needsMemory(session, command)) return OUT_OF_MEMORY;
  if (engine.persistence.loading !== undefined && !worksWhileLoading(session, command)) return LOADING;
  const changes = changesData(session, command);
  if ((changes || command.name === "PING") && engine.persistence.refusesWrites) return MISCONF;
  if ((changes || command.name === "PING") && engine.appendOnly.failure !== undefined) {
    return `MISCONF Errors writing to the AOF file: ${engine.appendOnly.failure}`;
  }
  return changes && engine.mustHaveReplicas && engine.lacksReplicas ? NO_REPLICAS : undefined;
}

/** Is it refused without memory? Queueing takes memory, too, whatever it is that is queued. */
function needsMemory({ transaction }: Session, command: Command): boolean {
  if (command.is(Flag.DENYOOM)) return true;
  if (transaction === undefined) return false;
  if (command.name === "EXEC") return transaction.queue.some((one) => one.command.is(Flag.DENYOOM));
  return !ENDS_TRANSACTION.has(command.name);
}

function worksWhileLoading({ transaction }: Session, command: Command): boolean {
  if (!command.is(Flag.LOADING)) return false;
  return command.name !== "EXEC" || transaction?.queue.some((one) => !one.command.is(Flag.LOADING)) !== true;
}

function changesData({ transaction }: Session, command: Command): boolean {
  if (command.is(Flag.WRITE)) return true;
  return command.name === "EXEC" && transaction?.queue.some((one) => one.command.is(Flag.WRITE)) === true;
}
