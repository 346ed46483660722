/** A worker in the background: a process of its own session, without this terminal. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import { readPid } from "./pidfile.js";

/** Set in the environment of a worker that is in the background already. */
const DETACHED = "RESPLENDENT_DETACHED";

/** Whether this process is such a worker. Its own children are not told. */
export function isDetached(): boolean {
  const detached = process.env[DETACHED] === "1";
  delete process.env[DETACHED];
  return detached;
}

/** How to go into the background. */
export interface DetachOptions {
  /** The program to execute; this one's Node by default. */
  readonly executable?: string | undefined;
  /** Where standard output and standard error go; nowhere when there is none. */
  readonly logfile?: string | undefined;
  /** The worker's pid file: the process in front ends when it is there. */
  readonly pidfile?: string | undefined;
}

/** Where this process began: `--workdir`, which the worker is given too, must not be applied twice. */
const START_DIRECTORY = process.cwd();

/** How long the process in front waits for the pid file, in milliseconds. */
const PATIENCE = 5000;
const LOOK = 20;

/**
 * Run this process's command line again in the background.
 *
 * Resolves when the worker has written its pid file (it can be stopped then), or has ended, which is told on standard
 * error, or, without a pid file, at once.
 *
 * @throws Error when the log file cannot be opened, or the program cannot be executed
 */
export async function detach(options: DetachOptions): Promise<void> {
  const [script, ...words] = process.argv.slice(1);
  const rest = words.filter((word) => word !== "--detach" && word !== "-D");
  const output = options.logfile === undefined ? "ignore" : openSync(options.logfile, "a");
  try {
    const child = spawn(
      options.executable ?? process.execPath,
      [...process.execArgv, resolve(script), ...rest],
      {
        cwd: START_DIRECTORY,
        detached: true,
        stdio: ["ignore", output, output],
        env: { ...process.env, [DETACHED]: "1" },
      },
    );
    await started(child);
    if (options.pidfile !== undefined) await holdsPidfile(child, options.pidfile);
    child.unref();
  } finally {
    if (output !== "ignore") closeSync(output);
  }
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((done, failed) => {
    child.once("spawn", done);
    child.once("error", failed);
  });
}

async function holdsPidfile(child: ChildProcess, path: string): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (child.exitCode === null && child.signalCode === null && Date.now() < end) {
    if (readPid(path) === child.pid) return;
    await new Promise((done) => setTimeout(done, LOOK));
  }
  if (child.exitCode === null && child.signalCode === null) return;
  const how = child.signalCode === null ? `exit code ${child.exitCode}` : `signal ${child.signalCode}`;
  process.stderr.write(`Warning: the worker in the background has ended already (${how}).\n`);
}
