/** `worker`: the options of a worker's process. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { addTaskCommand, commaSeparated } from "./global-options.js";
import { LOG_LEVELS, type LogLevel, logLevel } from "./logging.js";
import { reportFailure } from "./run-command.js";
import type { PoolChoice, WorkerFlags } from "./worker-process.js";

/** Celery's names for pools, and what comes nearest. */
const POOLS: Readonly<Record<string, PoolChoice>> = {
  async: { kind: "async" },
  threads: { kind: "threads" },
  processes: { kind: "processes" },
  prefork: { kind: "processes" },
  solo: { kind: "async", concurrency: 1 },
  eventlet: { kind: "async" },
  gevent: { kind: "async" },
};

function pool(word: string): PoolChoice {
  if (Object.hasOwn(POOLS, word)) return POOLS[word];
  throw new InvalidArgumentError(`It must be one of ${Object.keys(POOLS).join(", ")}.`);
}

function level(word: string): LogLevel {
  const found = logLevel(word);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`It must be one of ${LOG_LEVELS.join(", ")}.`);
}

function wholeNumber(least: number): (word: string) => number {
  return (word) => {
    if (/^\d+$/.test(word) && Number(word) >= least && Number.isSafeInteger(Number(word)))
      return Number(word);
    throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
  };
}

function seconds(word: string): number {
  const value = Number(word);
  if (word.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a number of seconds above 0.");
}

function octal(word: string): number {
  if (/^[0-7]{1,4}$/.test(word)) return Number.parseInt(word, 8);
  throw new InvalidArgumentError("It must be an octal number, such as 022.");
}

/** What Celery's worker has and this one has not, and why. */
const REFUSED: readonly (readonly [flags: string, why: string])[] = [
  ["-B, --beat", "beat is not part of the worker: run `celery beat` beside it"],
  ["-s, --schedule-filename <path>", "beat is not part of the worker"],
  ["--scheduler <name>", "beat is not part of the worker"],
  ["-S, --statedb <path>", "revoked tasks are kept in memory, and asked of the other workers at start"],
  ["--autoscale <max,min>", "the pool does not scale itself; use -c, or control pool_grow and pool_shrink"],
  ["--max-memory-per-child <KiB>", "memory of tasks is not watched; use --max-tasks-per-child"],
];

const GROUPS = {
  worker: "Worker options:",
  pool: "Pool options:",
  queues: "Queue options:",
  features: "Features:",
  daemon: "Daemon options:",
};

/** Add the command to `program`. */
export function addWorkerCommand(program: Command): void {
  const command = addTaskCommand(program, "worker", "run tasks").addHelpText(
    "after",
    `
In the paths of --logfile and --pidfile, %n is the node's name, %h its host, %d the host's domain, %p the whole
name@host, %i the index of the process in the pool and %I the same behind a hyphen (nothing in the main process).

Examples:
  $ resplendent -A ./proj.js worker -l INFO
  $ resplendent -A ./proj.js worker -l INFO -Q hipri,lopri -n w1@%h
  $ resplendent -A ./proj.js worker -c 4 -P threads --detach --pidfile=run/%n.pid --logfile=log/%n.log`,
  );
  const add = (group: string, option: Option): void => {
    command.addOption(option.helpGroup(group));
  };
  const { worker, pool: pools, queues, features, daemon } = GROUPS;
  add(
    worker,
    new Option(
      "-n, --hostname <name>",
      "the node's name, such as w1@%h (%h host, %n its first part, %d the rest)",
    ),
  );
  add(worker, new Option("-l, --loglevel <level>", LOG_LEVELS.join("|")).argParser(level).default("WARNING"));
  add(worker, new Option("-O <profile>", "accepted for Celery's sake").choices(["default", "fair"]));
  add(
    worker,
    new Option(
      "--prefetch-multiplier <count>",
      "messages taken ahead for each task that may run; 0: no limit",
    ).argParser(wholeNumber(0)),
  );
  add(
    pools,
    new Option(
      "-c, --concurrency <count>",
      "tasks that run at once; as many as there are CPUs when left out",
    ).argParser(wholeNumber(1)),
  );
  add(pools, new Option("-P, --pool <kind>", "async|threads|processes").argParser(pool));
  add(pools, new Option("-E, --task-events", "send events of tasks"));
  add(pools, new Option("--events", "the same").hideHelp());
  add(pools, new Option("--time-limit <seconds>", "end a task that takes longer").argParser(seconds));
  add(
    pools,
    new Option("--soft-time-limit <seconds>", "tell a task that it takes too long").argParser(seconds),
  );
  add(
    pools,
    new Option("--max-tasks-per-child <count>", "replace a thread or process after so many tasks").argParser(
      wholeNumber(1),
    ),
  );
  add(
    queues,
    new Option("-Q, --queues <names>", "consume from these, with commas between them").argParser(
      commaSeparated,
    ),
  );
  add(
    queues,
    new Option("-X, --exclude-queues <names>", "consume from all but these").argParser(commaSeparated),
  );
  add(queues, new Option("-I, --include <modules>", "more modules with tasks").argParser(commaSeparated));
  add(queues, new Option("--purge", "remove all that waits in the queues first"));
  add(queues, new Option("--discard", "the same").hideHelp());
  add(features, new Option("--without-gossip", "do not listen to other workers"));
  add(features, new Option("--without-mingle", "do not ask other workers at start"));
  add(features, new Option("--without-heartbeat", "send no heartbeats"));
  add(features, new Option("--heartbeat-interval <seconds>", "between heartbeats").argParser(seconds));
  add(daemon, new Option("-D, --detach", "run in the background"));
  add(daemon, new Option("-f, --logfile <path>", "write the log there"));
  add(daemon, new Option("--pidfile <path>", "write the process's id there, and do not start twice"));
  add(daemon, new Option("--uid <user>", "become this user"));
  add(daemon, new Option("--gid <group>", "become this group"));
  add(daemon, new Option("--umask <octal>", "the mode that new files do not get").argParser(octal));
  add(daemon, new Option("--executable <path>", "what executes a worker in the background; this Node"));
  for (const [flags, why] of REFUSED) {
    const refuse = (): never => {
      throw new InvalidArgumentError(`It is not there: ${why}.`);
    };
    const option = new Option(flags).hideHelp();
    if (option.required) command.addOption(option.argParser(refuse));
    else
      command
        .addOption(option)
        .on(`option:${option.name()}`, () => command.error(`error: option '${flags}' is not there: ${why}.`));
  }
  command.action(async () => {
    try {
      const { runWorker } = await import("./worker-process.js");
      return await runWorker(command.optsWithGlobals<WorkerFlags>());
    } catch (error) {
      process.exit(reportFailure(error));
    }
  });
}
