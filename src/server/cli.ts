/** `resplendent server`: the mini server as a process of its own. */
import { type Command, InvalidArgumentError } from "commander";
import { MiniServer, type MiniServerOptions } from "./mini-server.js";

interface ServerFlags {
  readonly port: number;
  readonly host: string;
  readonly unixsocket?: string;
  readonly requirepass?: string;
  readonly databases?: number;
  readonly seed?: number;
  readonly set: Readonly<Record<string, string>>;
  readonly printUrl?: boolean;
}

/** A whole number between two limits, as an option's value. */
function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

function addParameter(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("It must look like maxmemory=100mb.");
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}

/** Add the command `server` to `program`. */
export function addServerCommand(program: Command): void {
  program
    .command("server")
    .description("run a Redis-compatible server, its data in memory alone")
    .option("--port <number>", "TCP port; 0: any free one", wholeNumber(0, 65535), 6379)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--unixsocket <path>", "listen on a Unix socket as well")
    .option("--requirepass <password>", "password of the default user")
    .option("--databases <number>", "number of databases", wholeNumber(1, 1_000_000))
    .option("--seed <number>", "choose at random in the same way every time", wholeNumber(0, 2 ** 32 - 1))
    .option(
      "--set <parameter=value>",
      "a parameter as CONFIG SET takes it; may be repeated",
      addParameter,
      {},
    )
    .option("--print-url", "print the URL, and nothing else, once the server listens")
    .allowExcessArguments(false)
    .action(run);
}

function optionsOf(flags: ServerFlags): MiniServerOptions {
  return {
    port: flags.port,
    host: flags.host,
    config: flags.set,
    onBug: (error) => console.error(error),
    ...(flags.unixsocket === undefined ? {} : { unixSocketPath: flags.unixsocket }),
    ...(flags.requirepass === undefined ? {} : { requirepass: flags.requirepass }),
    ...(flags.databases === undefined ? {} : { databases: flags.databases }),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
  };
}

async function run(flags: ServerFlags): Promise<void> {
  let server: MiniServer;
  try {
    server = await MiniServer.start(optionsOf(flags));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`The server could not start: ${reason}`);
    process.exitCode = 1;
    return;
  }
  const stop = (): void => {
    process.off("SIGTERM", stop);
    process.off("SIGINT", stop);
    void server.close();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  console.log(flags.printUrl ? server.url : `Listening on ${server.address}. Press Ctrl+C to stop.`);
}
