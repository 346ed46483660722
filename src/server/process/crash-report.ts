/** What a server process leaves in its log when it ends by a bug or a signal. */
import { constants } from "node:os";
import { clientInfo } from "../engine/client-info.js";
import type { Engine } from "../engine/engine.js";

/** Signals that tell of a crash, as far as JavaScript can take notice of them. */
export type CrashSignal = "SIGABRT" | "SIGSEGV";

/** `crashed by signal: 11`. */
export function crashedBy(signal: CrashSignal): string {
  return `crashed by signal: ${constants.signals[signal]}`;
}

/**
 * The report, a line of the log each. It names commands, and shows neither arguments nor data.
 * @param why what has happened, in a few words
 * @param stack where, as JavaScript tells it
 */
export function crashReport(
  engine: Engine | undefined,
  version: string,
  why: string,
  stack: string | undefined,
): string[] {
  const lines = [`=== CRASH REPORT: Redis ${version} ${why}`, "------ STACK TRACE ------"];
  lines.push(...(stack ?? "unknown").split("\n").map((line) => line.trim()));
  if (engine !== undefined) {
    lines.push("------ CLIENTS ------");
    for (const session of engine.sessions.values()) lines.push(clientInfo(session));
    const { current } = engine;
    if (current !== undefined) lines.push(`running: ${current.lastCommand} of client ${current.id}`);
  }
  lines.push("=== END OF CRASH REPORT");
  return lines;
}
