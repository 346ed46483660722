/** How the end of a process is told, in the words of Celery's process pool. */
import { constants } from "node:os";

const SIGNAL_NAMES = new Map(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name]),
);

/** The number of a signal such as "SIGKILL"; 0 when there is none of that name here. */
export function signalNumber(name: string): number {
  return (constants.signals as Record<string, number | undefined>)[name] ?? 0;
}

/**
 * "exitcode 3", or "signal 9 (SIGKILL)" for a negative number.
 * @param status - exit code, or a signal's number with a minus
 */
export function exitStatusText(status: number): string {
  if (status >= 0) return `exitcode ${status}`;
  const name = SIGNAL_NAMES.get(-status);
  return name === undefined ? `signal ${-status}` : `signal ${-status} (${name})`;
}
