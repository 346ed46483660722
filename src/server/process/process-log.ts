/** The log of a server process, in the form of redis-server's. */
import type { LogLevel } from "../engine/server-files.js";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MARKS = [".", "-", "*", "#"];
/** `loglevel` in the order of {@link LogLevel}. */
const LEVELS = ["debug", "verbose", "notice", "warning"];

/** Names of the levels for code that writes to the log. */
export const Log: { readonly [name in "DEBUG" | "VERBOSE" | "NOTICE" | "WARNING"]: LogLevel } = {
  DEBUG: 0,
  VERBOSE: 1,
  NOTICE: 2,
  WARNING: 3,
};

/** Is a line of that level wanted with this `loglevel`? */
export function isLogged(level: LogLevel, loglevel: string): boolean {
  return level >= LEVELS.indexOf(loglevel);
}

/** A line, with its end. @example "123:M 21 Nov 2026 08:50:00.007 * Ready to accept connections" */
export function logLine(processId: number, time: Date, level: LogLevel, text: string): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${two(time.getDate())} ${MONTHS[time.getMonth()]} ${time.getFullYear()}`;
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":");
  const millis = String(time.getMilliseconds()).padStart(3, "0");
  return `${processId}:M ${day} ${clock}.${millis} ${MARKS[level]} ${text}\n`;
}

/** What the banner tells. */
export interface BannerFacts {
  /** The version of Redis that is followed. */
  readonly version: string;
  /** The TCP port; 0: none. */
  readonly port: number;
  readonly processId: number;
}

/** What `always-show-logo` shows, with its end: port and process id, in the words that scripts look for. */
export function banner({ version, port, processId }: BannerFacts): string {
  const lines = [
    "   ___",
    `  (o> \\        resplendent, as Redis ${version}`,
    "  /|  |        Running in standalone mode",
    ` /_|__|        Port: ${port}`,
    `   | |         PID: ${processId}`,
    "   \\ \\___",
    "    \\____)",
  ];
  return `\n${lines.join("\n")}\n\n`;
}
