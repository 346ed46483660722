/** A worker as a process: its files, its banner, its exit code. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { TaskApp } from "../app.js";
import { expandNodePath, nodeName } from "../node-name.js";
import type { Worker } from "../worker/worker.js";
import { workerBanner } from "./banner.js";
import { colors, wantsColors } from "./colors.js";
import { detach, isDetached } from "./detach.js";
import type { GlobalFlags } from "./global-options.js";
import { type LogLevel, logs, WorkerLog } from "./logging.js";
import { PIDFILE_TAKEN, Pidfile, PidfileTakenError } from "./pidfile.js";
import { counted } from "./python-text.js";
import { queuesOf } from "./queues.js";
import { applyEnvironment, CommandFailure, exitAfterOutput, openApp, UsageFailure } from "./run-command.js";
import { handleFaults, handleSignals } from "./worker-signals.js";

/** What the options say. */
export interface WorkerFlags extends GlobalFlags {
  readonly hostname?: string;
  readonly queues?: readonly string[];
  readonly excludeQueues?: readonly string[];
  readonly include?: readonly string[];
  readonly purge?: boolean;
  /** The same. */
  readonly discard?: boolean;
  readonly concurrency?: number;
  readonly pool?: PoolChoice;
  readonly taskEvents?: boolean;
  /** The same. */
  readonly events?: boolean;
  readonly timeLimit?: number;
  readonly softTimeLimit?: number;
  readonly maxTasksPerChild?: number;
  readonly prefetchMultiplier?: number;
  readonly loglevel: LogLevel;
  readonly logfile?: string;
  readonly pidfile?: string;
  readonly detach?: boolean;
  readonly executable?: string;
  readonly uid?: string;
  readonly gid?: string;
  readonly umask?: number;
  readonly withoutGossip?: boolean;
  readonly withoutMingle?: boolean;
  readonly withoutHeartbeat?: boolean;
  readonly heartbeatInterval?: number;
}

/** Where tasks run. */
export interface PoolChoice {
  readonly kind: "async" | "threads" | "processes";
  /** The only concurrency that it can have. */
  readonly concurrency?: number;
}

/**
 * Run a worker until it is told to end, or leave it in the background. Ends the process.
 *
 * @throws CommandFailure when it cannot start
 */
export async function runWorker(flags: WorkerFlags): Promise<never> {
  const inBackground = isDetached();
  // Who read the banner may go; the worker stays.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  if (flags.app === undefined)
    throw new UsageFailure("Missing option '-A' / '--app': a worker needs an app's tasks.");
  if (flags.workdir !== undefined) applyEnvironment({ workdir: flags.workdir, color: true });
  const hostname = nodeName(flags.hostname);
  const logfile = flags.logfile && expandNodePath(flags.logfile, hostname);
  const pidfile = flags.pidfile && expandNodePath(flags.pidfile, hostname);
  const rest = { ...flags } as WorkerFlags & { workdir?: string };
  // The working directory has been changed; a relative one would be changed twice.
  delete rest.workdir;

  becomeUser(flags);
  if (flags.detach === true && !inBackground) {
    // A wrong module is told here, where somebody reads it.
    await openApp(rest);
    await openFile(logfile, () => detach({ executable: flags.executable, logfile, pidfile }));
    return exitAfterOutput(0);
  }
  if (pidfile !== undefined) holdPidfile(pidfile);
  const app = await openApp(rest);
  await includeModules(rest);
  if (flags.purge === true || flags.discard === true) await purge(app, flags);

  const log = await openFile(logfile, () => {
    const color = logfile === undefined && wantsColors(process.stderr, !flags.color);
    return new WorkerLog({ level: flags.loglevel, path: logfile, color });
  });
  process.once("exit", () => log.flush());
  app.log = log;
  const { Worker } = await import("../worker/worker.js");
  const worker = new Worker(app, { ...workerOptions(flags), hostname, log });
  if (flags.quiet !== true && !inBackground) printBanner(app, worker, flags);
  const signals = handleSignals(worker, log);
  const faults = handleFaults(worker, log);
  let failed = false;
  try {
    await worker.start();
    await worker.finished;
  } catch (error) {
    failed = true;
    log.critical(
      `The worker cannot go on: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
  await app.close().catch(() => {});
  log.flush();
  return exitAfterOutput(failed || faults.failed ? 1 : signals.exitCode);
}

function workerOptions(flags: WorkerFlags): ConstructorParameters<typeof Worker>[1] {
  const { queues, excludeQueues, pool, timeLimit, softTimeLimit, maxTasksPerChild, prefetchMultiplier } =
    flags;
  return {
    queues,
    excludeQueues,
    concurrency: pool?.concurrency ?? flags.concurrency,
    pool: pool?.kind,
    prefetchMultiplier,
    timeLimit,
    softTimeLimit,
    maxTasksPerChild,
    taskEvents: flags.taskEvents === true || flags.events === true ? true : undefined,
    gossip: flags.withoutGossip !== true,
    mingle: flags.withoutMingle !== true,
    heartbeat: flags.withoutHeartbeat !== true,
    heartbeatInterval: flags.heartbeatInterval,
    appModule: flags.app,
  };
}

/** Write the pid file, and remove it when the process ends, however it ends. */
function holdPidfile(path: string): void {
  try {
    const held = Pidfile.acquire(path, (text) => process.stderr.write(`${text}\n`));
    process.once("exit", () => held.release());
  } catch (error) {
    if (error instanceof PidfileTakenError) {
      process.stderr.write(`${error.message}\n`);
      process.exit(PIDFILE_TAKEN);
    }
    throw new CommandFailure(`The pid file cannot be written: ${(error as Error).message}`, PIDFILE_TAKEN);
  }
}

async function openFile<T>(path: string | undefined, open: () => T | Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (path === undefined || (error as NodeJS.ErrnoException).path !== path) throw error;
    throw new CommandFailure(`The log file cannot be opened: ${(error as Error).message}`);
  }
}

/** Load the modules of `-I`. The threads and processes of a pool load only what the app names itself. */
async function includeModules(flags: WorkerFlags): Promise<void> {
  if (flags.include === undefined) return;
  if (flags.pool !== undefined && flags.pool.kind !== "async") {
    throw new UsageFailure(
      `-I goes with the pool async; for ${flags.pool.kind}, name the modules in the app's include.`,
    );
  }
  for (const module of flags.include) {
    try {
      await import(/[./\\]/.test(module[0]) ? pathToFileURL(resolve(module)).href : module);
    } catch (error) {
      throw new UsageFailure(`Invalid value for '-I' / '--include': ${(error as Error).message}`);
    }
  }
}

async function purge(app: TaskApp, flags: WorkerFlags): Promise<void> {
  const broker = await app.broker();
  const count = await broker.purge(queuesOf(app, flags));
  if (count > 0) process.stdout.write(`purge: Erased ${counted(count, "message")} from the queue.\n\n`);
}

function printBanner(app: TaskApp, worker: Worker, flags: WorkerFlags): void {
  const banner = workerBanner({
    hostname: worker.hostname,
    appName: app.name,
    brokerUrl: app.settings.brokerUrl,
    resultBackend: app.settings.resultBackend,
    concurrency: worker.concurrency,
    pool: worker.poolKind,
    taskEvents: worker.taskEvents,
    queues: worker.queues,
    tasks: logs(flags.loglevel, "INFO") ? [...app.tasks.keys()] : undefined,
  });
  process.stdout.write(`${colors(wantsColors(process.stdout, !flags.color)).cyan(banner)}\n`);
}

/** Give up the rights of root for those of another user, as `--uid` and `--gid` say. */
function becomeUser({ uid, gid, umask }: WorkerFlags): void {
  if (umask !== undefined) process.umask(umask);
  // Node has it, its types do not.
  const groups = process as NodeJS.Process & {
    initgroups?: (user: string | number, group: string | number) => void;
  };
  const idOf = (word: string): string | number => (/^\d+$/.test(word) ? Number(word) : word);
  try {
    // The groups first: without root's rights they cannot be changed.
    if (gid !== undefined) process.setgid?.(idOf(gid));
    if (uid === undefined) return;
    if (gid !== undefined) groups.initgroups?.(idOf(uid), idOf(gid));
    process.setuid?.(idOf(uid));
  } catch (error) {
    throw new CommandFailure(`The worker cannot become ${uid ?? gid}: ${(error as Error).message}`);
  }
}
