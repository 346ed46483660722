/** Who is told how long a command took. */
import { Flag } from "../../spec/command-spec.js";
import type { Command } from "./command-table.js";
import type { Args } from "./handler.js";
import type { Session } from "./session.js";

/**
 * Of how many calls of a command the time is taken: of one in so many, beginning with the first, because to take
 * it costs about as much as a simple command; and of all for administrators. (More when the slow log, LATENCY or MONITOR want to know of all.)
 */
export const CALLS_A_MEASUREMENT = 128;

/** Is the time of the next call of a command to be taken in any case? */
export function isMeasured(command: Command): boolean {
  return command.calls % CALLS_A_MEASUREMENT === 0 || command.is(Flag.ADMIN);
}

/**
 * A command has taken `micros`.
 * @param event as what LATENCY counts it
 */
export function noteDuration(
  session: Session,
  command: Command,
  args: Args,
  micros: number,
  event = command.is(Flag.FAST) ? "fast-command" : "command",
): void {
  const { latency, slowlog, now } = session.engine;
  if (latency.tracksCommands) command.durations.record(micros);
  if (latency.active) latency.note(event, micros / 1000, now + micros / 1000);
  if (!command.is(Flag.SKIP_SLOWLOG)) slowlog.note(session, args, micros);
}
