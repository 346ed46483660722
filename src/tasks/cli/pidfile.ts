/** The file that holds a worker's process id, and keeps a second worker from starting in its place. */
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { resolve } from "node:path";

/** The exit code of a program that finds its pid file taken (`EX_CANTCREAT`). */
export const PIDFILE_TAKEN = 73;

/** The pid file belongs to a process that runs. */
export class PidfileTakenError extends Error {
  override readonly name = "PidfileTakenError";
  readonly pid: number;

  constructor(path: string, pid: number) {
    super(`ERROR: Pidfile (${path}) already exists.\nSeems we're already running? (pid: ${pid})`);
    this.pid = pid;
  }
}

/** The process id in a file: undefined when there is no file, `"broken"` when it holds something else. */
export function readPid(path: string): number | undefined | "broken" {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  // Without the line's end it may be half written.
  const line = /^\s*(\d+)\s*\n/.exec(text);
  return line === null ? "broken" : Number(line[1]);
}

/** A pid file that this process holds. */
export class Pidfile {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Write this process's id into `path`. A file that a dead process left behind is taken over.
   *
   * @param path the file; its directory must be there
   * @param say hears of a file that was taken over
   * @throws PidfileTakenError when the process in the file runs
   */
  static acquire(path: string, say: (text: string) => void): Pidfile {
    const absolute = resolve(path);
    // Twice at the most: between the look and the removal another process may have come.
    for (let attempt = 0; ; attempt++) {
      try {
        write(absolute);
        return new Pidfile(absolute);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt === 2) throw error;
      }
      removeIfStale(path, absolute, say);
    }
  }

  /** Remove the file, unless another process has taken it over. */
  release(): void {
    if (readPid(this.#path) === process.pid) rmSync(this.#path, { force: true });
  }
}

function write(path: string): void {
  const file = openSync(path, "wx", 0o644);
  try {
    writeSync(file, `${process.pid}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function removeIfStale(given: string, path: string, say: (text: string) => void): void {
  const pid = readPid(path);
  if (pid === "broken") {
    say("Broken pidfile found - Removing it.");
  } else if (pid !== undefined && pid > 0 && pid !== process.pid) {
    if (isAlive(pid)) throw new PidfileTakenError(given, pid);
    say("Stale pidfile exists - Removing it.");
  }
  rmSync(path, { force: true });
}

/**
 * Whether a process runs, ours or not. One that has ended and that nobody has asked about (a zombie) does not: in a
 * container there may be nobody who asks.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return !hasEnded(pid);
}

/** Linux tells a process's state behind its name, which is in parentheses. */
function hasEnded(pid: number): boolean {
  try {
    const facts = readFileSync(`/proc/${pid}/stat`, "utf8");
    return /^[ZX]/.test(facts.slice(facts.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}
