/** Which calls hold their connection until something happens, and for how long at the most. */
import { Flag } from "./command-spec.js";
import type { CallArgs } from "./keys.js";
import type { Command } from "./lookup.js";
import { isOption, numberIn } from "./words.js";

/**
 * May this call keep the connection waiting? BLPOP and its kind always (a timeout of 0 means
 * for ever), XREAD and XREADGROUP only with BLOCK. `WAIT` and `WAITAOF` are not among them, though later
 * servers flag them: they make sense only on the connection that sent the writes.
 * @param args the words after the command's name
 */
export function isBlockingCall(command: Command, args: CallArgs): boolean {
  if ((command.flags & Flag.BLOCKING) === 0) return false;
  if (command.group === "stream") return blockOption(args) !== -1;
  return command.name !== "WAITAOF";
}

/**
 * How long the call may block, in milliseconds; 0: for ever; `undefined`: it does not block, or its
 * timeout is no number (which the server refuses at once).
 * @param args the words after the command's name
 */
export function blockingTimeoutOf(command: Command, args: CallArgs): number | undefined {
  if (!isBlockingCall(command, args)) return undefined;
  if (command.group === "stream") {
    const milliseconds = numberIn(args[blockOption(args) + 1]);
    return milliseconds >= 0 ? milliseconds : undefined;
  }
  // BLMPOP and BZMPOP have their timeout in front, because what follows has any length.
  const first = command.name === "BLMPOP" || command.name === "BZMPOP";
  const seconds = numberIn(args[first ? 0 : args.length - 1]);
  return seconds >= 0 ? Math.ceil(seconds * 1000) : undefined;
}

/** Where BLOCK stands among the options of XREAD or XREADGROUP; names and numbers that follow an option are passed over. */
function blockOption(args: CallArgs): number {
  for (let at = 0; at < args.length; at++) {
    const word = args[at];
    if (isOption(word, "BLOCK")) return at;
    if (isOption(word, "STREAMS")) return -1;
    if (isOption(word, "COUNT")) at++;
    else if (isOption(word, "GROUP")) at += 2;
  }
  return -1;
}
