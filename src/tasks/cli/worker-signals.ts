/** What signals, and errors that nobody caught, do to a worker's process. */
import type { WorkerLog } from "./logging.js";

/** What is stopped: the worker. */
export interface Stoppable {
  stop(how: "warm" | "cold"): Promise<void>;
}

/** After how many milliseconds a cold shutdown is over, whatever still runs. */
const COLD_PATIENCE = 10_000;

/**
 * Handle the signals of a worker: TERM, and INT once, end it after the tasks that run; QUIT, and INT twice, at once; HUP
 * opens the log file again, or, on a terminal, ends it like TERM.
 *
 * @returns the exit code, once the worker has ended
 */
export function handleSignals(worker: Stoppable, log: WorkerLog): { readonly exitCode: number } {
  const state = { exitCode: 0 };
  let how: "warm" | "cold" | undefined;
  let interrupted = false;
  const stop = (next: "warm" | "cold"): void => {
    // Never from cold to warm.
    if (how !== "cold") how = next;
    say(`worker: ${how === "warm" ? "Warm" : "Cold"} shutdown (MainProcess)`);
    worker.stop(how).catch((error: unknown) => log.error(`The shutdown failed: ${String(error)}`));
    if (how === "cold") exitAnyway(log);
  };
  process.on("SIGTERM", () => stop("warm"));
  process.on("SIGQUIT", () => stop("cold"));
  process.on("SIGINT", () => {
    if (interrupted) {
      state.exitCode = 1;
      return stop("cold");
    }
    interrupted = true;
    say("worker: Hitting Ctrl+C again will terminate all running tasks!");
    stop("warm");
  });
  // The terminal was closed; where there is none, it is said by hand.
  const onTerminal = process.stdout.isTTY === true;
  process.on("SIGHUP", () => {
    if (onTerminal) return stop("warm");
    log.reopen();
    log.info("The log file was opened again (SIGHUP).");
  });
  return state;
}

/**
 * Keep a worker alive when a task leaves a rejection behind, and end it in order when an exception escapes: what the
 * worker holds goes back into the queues.
 */
export function handleFaults(worker: Stoppable, log: WorkerLog): { readonly failed: boolean } {
  const state = { failed: false };
  process.on("unhandledRejection", (reason) => {
    log.error(`A promise was rejected, and nobody handled it: ${stackOf(reason)}`);
  });
  process.on("uncaughtException", (error) => {
    log.critical(`An exception was not caught: ${stackOf(error)}`);
    if (state.failed) return;
    state.failed = true;
    worker.stop("cold").catch(() => {});
    exitAnyway(log);
  });
  return state;
}

function exitAnyway(log: WorkerLog): void {
  setTimeout(() => {
    log.flush();
    process.exit(1);
  }, COLD_PATIENCE).unref();
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function say(text: string): void {
  process.stderr.write(`\n${text}\n`);
}
