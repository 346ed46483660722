/** Signals by the names and numbers under which remote control tells them. */

/** Numbers on Linux. */
const NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
};

/** The number of a signal; 15 for one that is not known. */
export function signalNumber(name: string): number {
  return Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : NUMBERS.SIGTERM;
}

/** "TERM", "sigterm", "15" or 15 as "SIGTERM"; SIGTERM for what is none. */
export function signalName(signal: string | number | null | undefined): string {
  const text = String(signal ?? "").toUpperCase();
  for (const [name, number] of Object.entries(NUMBERS)) {
    if (text === name || `SIG${text}` === name || text === String(number)) return name;
  }
  return "SIGTERM";
}
