/** `resplendent server`: the mini server as a process of its own. */
import { type Command, InvalidArgumentError } from "commander";
import { COMPAT_VERSIONS, type CompatVersion, isCompatVersion } from "./engine/version.js";

interface ServerFlags {
  readonly host?: string;
  readonly compat?: CompatVersion;
  readonly seed?: number;
  readonly set: readonly string[];
  readonly printUrl?: boolean;
}

const GREATEST_SEED = 2 ** 32 - 1;

function seed(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= GREATEST_SEED) return value;
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${GREATEST_SEED}.`);
}

function compat(text: string): CompatVersion {
  if (isCompatVersion(text)) return text;
  throw new InvalidArgumentError(`It must be one of ${COMPAT_VERSIONS.join(", ")}.`);
}

function addParameter(text: string, before: readonly string[]): string[] {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("It must look like maxmemory=100mb.");
  return [...before, `--${text.slice(0, equals)}`, text.slice(equals + 1)];
}

/** Add the command `server` to `program`. */
export function addServerCommand(program: Command): void {
  program
    .command("server")
    .description("run a Redis-compatible server")
    .usage("[redis.conf] [-] [--port 6379] [--maxmemory 100mb] [--save ''] ...")
    .argument(
      "[words...]",
      "as redis-server takes them: a file, - for standard input, options by their names",
    )
    .allowUnknownOption()
    .option("--host <address>", "the same as --bind with one address; 127.0.0.1 when neither is given")
    .option("--compat <version>", "the version of Redis to follow; 7.0 when left out", compat)
    .option("--seed <number>", "choose at random in the same way every time", seed)
    .option("--set <parameter=value>", "the same as --parameter value; may be repeated", addParameter, [])
    .option("--print-url", "print the URL, and nothing else, once the server listens")
    .addHelpText(
      "after",
      "\nPort 0 is any free one. docs/server-options.md lists what the options of redis.conf do here.",
    )
    .action(async (words: string[], flags: ServerFlags) => {
      const own = [...flags.set, ...(flags.host === undefined ? [] : ["--bind", flags.host])];
      // Before a last `-`, which stands for standard input.
      const all = words.at(-1) === "-" ? [...words.slice(0, -1), ...own, "-"] : [...words, ...own];
      // Loaded here, so that the other commands of the package do not wait for a server that they do not run.
      const { runServer } = await import("./process/server-process.js");
      return runServer(all, {
        ...(flags.compat === undefined ? {} : { compat: flags.compat }),
        ...(flags.seed === undefined ? {} : { seed: flags.seed }),
        ...(flags.printUrl === undefined ? {} : { printUrl: flags.printUrl }),
      });
    });
}
