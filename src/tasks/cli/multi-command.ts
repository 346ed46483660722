/** `multi`: many workers of one machine. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { addTaskCommand } from "./global-options.js";
import { exitAfterOutput } from "./run-command.js";

/** Add the command to `program`. */
export function addMultiCommand(program: Command): void {
  addTaskCommand(program, "multi", "start, stop and show many workers of one machine")
    .usage("start|stop|stopwait|restart|kill|show|names|expand|get|help <nodes...> [worker options]")
    .argument("[words...]", "`resplendent multi help` says more")
    .allowUnknownOption()
    .helpOption(false)
    .action(async () => {
      const { MultiTool } = await import("./multi/multi-tool.js");
      const tool = new MultiTool({ executable: process.execPath, command: workerCommand() });
      return exitAfterOutput(await tool.run(wordsOf(process.argv.slice(2))));
    });
}

/** Options whose value, the next word, could be `multi` too. */
const WITH_VALUES = new Set(["-A", "--app", "-b", "--broker", "--result-backend", "--workdir"]);

/**
 * The words behind `multi`, and behind them those before it: as they were typed, for to this program most of them
 * are options of another.
 */
function wordsOf(words: readonly string[]): string[] {
  const place = words.findIndex((word, index) => word === "multi" && !WITH_VALUES.has(words[index - 1]));
  return [...words.slice(place + 1), ...words.slice(0, place)];
}

/** What Node is called with to run a worker in the background: with the options that this process was given. */
function workerCommand(): string[] {
  return [...process.execArgv, resolve(process.argv[1]), "worker", "--detach"];
}
