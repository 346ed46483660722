/**
 * Refusals that pass: the server says that it has not run a command, and will run it in a while (or that
 * another server will). Such a command may be sent again, a write too.
 */
import type { ReplyError } from "../../errors.js";
import type { KnownCommand } from "../known-command.js";

/** Codes of such refusals. `READONLY` is among them because a master that was replaced says so. */
const PASSING: ReadonlySet<string> = new Set([
  "LOADING",
  "MASTERDOWN",
  "TRYAGAIN",
  "CLUSTERDOWN",
  "READONLY",
]);

/**
 * A script may answer with any error after it has written, so the code alone proves nothing there: only
 * the texts do that servers use before they start one.
 */
const BEFORE_A_SCRIPT =
  /^(LOADING \w+ is loading the dataset in memory|MASTERDOWN Link with (MASTER|PRIMARY) is down and replica-serve-stale-data is set to 'no'\.|TRYAGAIN Multiple keys request during rehashing of slot|CLUSTERDOWN (The cluster is down|Hash slot not served).*|READONLY You can't write against a read only replica\.)$/;

/** Did the server refuse to run `command`, for a reason that passes? */
export function isPassing(error: ReplyError, command: KnownCommand): boolean {
  if (!PASSING.has(error.code)) return false;
  // A command that is not in the table may be one that runs scripts under another name.
  const mayBeScript = command.row === undefined || command.row.group === "scripting";
  return !mayBeScript || command.readOnly || BEFORE_A_SCRIPT.test(error.message);
}

/** Does another server have to be asked? The address is resolved anew then, because names move with the master. */
export function isElsewhere(error: ReplyError): boolean {
  return error.code === "READONLY" || error.code === "UNBLOCKED";
}

/**
 * Did a blocked command end because its server became a replica? It has not run then. (CLIENT UNBLOCK,
 * which has the same code, is somebody's decision.)
 */
export function wasDemoted(error: ReplyError): boolean {
  return error.code === "UNBLOCKED" && error.message.includes("instance state changed");
}
