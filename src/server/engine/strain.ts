/** What keeps commands from running that could run otherwise: memory that is short, a file that cannot be written. */
import { Flag } from "../../spec/command-spec.js";
import type { Command } from "./command-table.js";
import type { Session } from "./session.js";
import { LOADING, MISCONF, OUT_OF_MEMORY } from "./texts.js";

/** Commands that let a transaction go. */
const ENDS_TRANSACTION = new Set(["DISCARD", "QUIT", "RESET"]);

/** Why the command must not run now; to be asked while {@link Engine.strained}. */
export function refusalUnderStrain(session: Session, command: Command): string | undefined {
  const { engine } = session;
  if (engine.measuresMemory && !engine.makeRoom() && needsMemory(session, command)) return OUT_OF_MEMORY;
  if (engine.persistence.loading !== undefined && !worksWhileLoading(session, command)) return LOADING;
  const asks = command.name === "PING" || changesData(session, command);
  return asks && engine.persistence.refusesWrites ? MISCONF : undefined;
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
