/** The worker's log: lines as Celery's workers write them, in a file or on standard error. */
import { closeSync, fstatSync, openSync, statSync, writeSync } from "node:fs";
import type { TaskLog } from "../log.js";
import { type Colors, colors } from "./colors.js";

/** The levels, each with its weight. `FATAL` is another word for `CRITICAL`. */
const WEIGHTS = { DEBUG: 10, INFO: 20, WARNING: 30, ERROR: 40, CRITICAL: 50 } as const;

/** How much is written. */
export type LogLevel = keyof typeof WEIGHTS;

/** The words for `--loglevel`. */
export const LOG_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "FATAL"] as const;

/** The level that a word names, in small letters or capitals; undefined when it names none. */
export function logLevel(word: string): LogLevel | undefined {
  const name = word.toUpperCase();
  if (name === "FATAL") return "CRITICAL";
  return Object.hasOwn(WEIGHTS, name) ? (name as LogLevel) : undefined;
}

/** Whether a log of `level` writes lines of `line`. */
export function logs(level: LogLevel, line: LogLevel): boolean {
  return WEIGHTS[line] >= WEIGHTS[level];
}

/** Where a log goes, and how much of it. */
export interface WorkerLogOptions {
  readonly level: LogLevel;
  /** The file, its `%n` and the like already replaced; standard error when there is none. */
  readonly path?: string | undefined;
  /** Color warnings and errors. */
  readonly color?: boolean | undefined;
}

const STANDARD_ERROR = 2;
/** After how many milliseconds to look whether the file was moved away, as logrotate does. */
const LOOK = 1000;

/**
 * A log that gathers the lines of one turn of the event loop into one write.
 *
 * @example
 * ```ts
 * const log = new WorkerLog({ level: "INFO", path: "w1.log" });
 * log.info("w1@box ready."); // [2026-11-21 02:00:50,209: INFO/MainProcess] w1@box ready.
 * ```
 */
export class WorkerLog implements TaskLog {
  readonly level: LogLevel;
  readonly #path: string | undefined;
  readonly #paint: Record<LogLevel, (text: string) => string>;
  readonly #weight: number;
  #file: number;
  #lines = "";
  #flushing = false;
  #lookAt = 0;
  #second = -1;
  #stamp = "";

  /** @throws Error when the file cannot be opened */
  constructor(options: WorkerLogOptions) {
    this.level = options.level;
    this.#weight = WEIGHTS[options.level];
    this.#path = options.path;
    this.#file = options.path === undefined ? STANDARD_ERROR : openSync(options.path, "a");
    this.#paint = paintOf(colors(options.color === true));
  }

  debug(text: string): void {
    this.#write("DEBUG", text);
  }

  info(text: string): void {
    this.#write("INFO", text);
  }

  warn(text: string): void {
    this.#write("WARNING", text);
  }

  error(text: string): void {
    this.#write("ERROR", text);
  }

  /** What ends the worker. */
  critical(text: string): void {
    this.#write("CRITICAL", text);
  }

  /** Write everything now. */
  flush(): void {
    this.#flushing = false;
    const text = this.#lines;
    this.#lines = "";
    if (text === "") return;
    this.#followPath();
    writeAll(this.#file, Buffer.from(text));
  }

  /** Write everything, and open the file by its name again. */
  reopen(): void {
    this.flush();
    if (this.#path === undefined) return;
    const next = openSync(this.#path, "a");
    closeSync(this.#file);
    this.#file = next;
  }

  #write(level: LogLevel, text: string): void {
    if (WEIGHTS[level] < this.#weight) return;
    this.#lines += `${this.#paint[level](`[${this.#time()}: ${level}/MainProcess] ${text}`)}\n`;
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => this.flush());
  }

  /** `2026-11-21 02:00:50,209` in local time. */
  #time(): string {
    const now = Date.now();
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      const date = new Date(now);
      const two = (value: number): string => String(value).padStart(2, "0");
      const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
      this.#stamp = `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
    }
    return `${this.#stamp},${String(now - second * 1000).padStart(3, "0")}`;
  }

  #followPath(): void {
    const now = Date.now();
    if (this.#path === undefined || now < this.#lookAt) return;
    this.#lookAt = now + LOOK;
    const open = fstatSync(this.#file);
    const named = statSync(this.#path, { throwIfNoEntry: false });
    if (named?.ino === open.ino && named.dev === open.dev) return;
    const next = openSync(this.#path, "a");
    closeSync(this.#file);
    this.#file = next;
  }
}

function paintOf(paint: Colors): Record<LogLevel, (text: string) => string> {
  const plain = (text: string): string => text;
  return { DEBUG: paint.blue, INFO: plain, WARNING: paint.yellow, ERROR: paint.red, CRITICAL: paint.magenta };
}

/** A pipe whose reader is slow takes less than all at once, or nothing for a moment. */
function writeAll(file: number, bytes: Buffer): void {
  for (let from = 0; from < bytes.length; ) {
    try {
      from += writeSync(file, bytes, from);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Nobody reads standard error any more: the worker goes on without it.
      if (code === "EPIPE") return;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
