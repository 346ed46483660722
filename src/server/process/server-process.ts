/** The mini server as a process of its own: log, pid file, signals and exit codes as redis-server has them. */
import { appendFileSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import type { LogLevel } from "../engine/server-files.js";
import { type CompatVersion, reportedVersion, SERVER_VERSION } from "../engine/version.js";
import { MiniServer, type MiniServerOptions } from "../mini-server.js";
import { ConfigFileError, readCommandLine } from "./directives.js";
import { ProcessFiles, readIncluded, readText, reasonOf } from "./process-files.js";
import { isLogged, Log, logLine } from "./process-log.js";
import { readSettings, type Settings } from "./settings.js";
import { tlsFromFiles } from "./tls-files.js";

/** What `resplendent server` takes beside redis-server's options. */
export interface ProcessOptions {
  /** The version of Redis to follow; 7.0 when left out. */
  readonly compat?: CompatVersion;
  /** Choose at random in the same way every time. */
  readonly seed?: number;
  /** Print the URL, and nothing else, once the server listens. */
  readonly printUrl?: boolean;
}

const DEFAULT_PORT = 6379;
const STDIN = 0;

/**
 * Run a server until it is told to stop.
 * @param words what redis-server would be given: a configuration file and options
 */
export async function runServer(words: readonly string[], options: ProcessOptions = {}): Promise<void> {
  const { file, stdin, lines } = readCommandLine(words);
  let settings: Settings;
  try {
    const texts = [textOf(file), stdin ? readFileSync(STDIN, "latin1") : "", lines];
    settings = readSettings(texts, readIncluded, options.compat);
    applyDirectory(settings);
    checkLogFile(settings);
  } catch (error) {
    if (!(error instanceof ConfigFileError)) throw error;
    fail(messageOf(error));
    return;
  }
  await new ServerProcess(settings, file, options).run();
}

function fail(text: string): void {
  console.error(text);
  process.exitCode = 1;
}

function textOf(file: string | undefined): string {
  if (file === undefined) return "";
  try {
    return readText(file);
  } catch (error) {
    throw new ConfigFileError(`Fatal error, can't open config file '${file}': ${reasonOf(error)}`);
  }
}

function messageOf({ line, message }: ConfigFileError): string {
  if (line === undefined) return message;
  return [
    "",
    `*** FATAL CONFIG FILE ERROR (Redis ${SERVER_VERSION}) ***`,
    `Reading the configuration file, at line ${line.number}`,
    `>>> '${line.text}'`,
    message,
  ].join("\n");
}

/** Paths in the settings are seen from `dir`. */
function applyDirectory({ config, given }: Settings): void {
  if (given.has("dir")) {
    try {
      process.chdir(config.get("dir"));
    } catch (error) {
      throw new ConfigFileError(`Can't chdir to '${config.get("dir")}': ${reasonOf(error)}`);
    }
  }
  config.assign("dir", process.cwd());
}

function checkLogFile({ config }: Settings): void {
  const path = config.get("logfile");
  if (path === "") return;
  try {
    appendFileSync(path, "");
  } catch (error) {
    throw new ConfigFileError(`Can't open the log file: ${reasonOf(error)}`);
  }
}

class ServerProcess {
  readonly #settings: Settings;
  readonly #options: ProcessOptions;
  readonly #files: ProcessFiles;
  #server: MiniServer | undefined;
  #stopping = false;

  constructor(settings: Settings, configPath: string | undefined, options: ProcessOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#files = new ProcessFiles(configPath, settings.users.length > 0);
  }

  async run(): Promise<void> {
    const { config, users, warnings } = this.#settings;
    const version = reportedVersion(this.#options.compat ?? "7.0");
    this.#log(Log.NOTICE, `This server is resplendent, and answers as Redis ${version}`);
    for (const warning of warnings) this.#log(Log.WARNING, warning);
    if (users.length > 0 && config.get("aclfile") !== "") {
      return this.#giveUp(
        "Configuring Redis with users defined in redis.conf and at the same setting an ACL file path is invalid. This setup is very likely to lead to configuration errors and security holes, please define either an ACL file or declare users directly in your redis.conf, but not both.",
      );
    }
    let server: MiniServer;
    try {
      server = await this.#start();
    } catch (error) {
      return this.#giveUp(`The server could not start: ${startProblem(error)}`);
    }
    this.#server = server;
    this.#writePidFile();
    this.#heedSignals(true);
    if (this.#options.printUrl) console.log(server.url);
    else this.#log(Log.NOTICE, `Ready to accept connections: ${this.#addresses()}`);
  }

  async #start(): Promise<MiniServer> {
    const { config, given, users, renamedCommands } = this.#settings;
    const unixSocketPath = config.get("unixsocket");
    const tlsPort = config.number("tls-port");
    const tls = tlsPort === 0 ? undefined : tlsFromFiles(config);
    const { compat, seed } = this.#options;
    const options: MiniServerOptions = {
      port: this.#plainPort(unixSocketPath !== "" || tls !== undefined),
      host: config.get("bind").split(" "),
      ...(unixSocketPath === "" ? {} : { unixSocketPath }),
      ...(given.has("unixsocketperm") ? { unixSocketMode: config.number("unixsocketperm") } : {}),
      ...(tls === undefined ? {} : { tls, tlsPort }),
      ...(compat === undefined ? {} : { compat }),
      ...(seed === undefined ? {} : { seed }),
      config: Object.fromEntries([...given, "dir"].map((name) => [name, config.get(name)])),
      onBug: (error) => this.#log(Log.WARNING, error instanceof Error ? String(error.stack) : String(error)),
    };
    return MiniServer.startAs(options, {
      files: this.#files,
      log: (level, text) => this.#log(level, text),
      renamedCommands,
      onShutdown: () => this.#stop("User requested shutdown..."),
      // Nothing here is called while a script runs: then signals must end the process as they do by themselves.
      onSlowScript: (runs) => this.#heedSignals(!runs),
      prepare: (engine) => {
        this.#files.engine = engine;
        for (const user of users) engine.acl.replace(user);
        const problem = config.get("aclfile") === "" ? undefined : this.#files.readUsers();
        if (problem !== undefined) throw new Error(`ACL errors: ${problem}`);
      },
    });
  }

  /** Port 0 is any free port, but where there is another way in; there it means none, as for redis-server. */
  #plainPort(hasOtherWay: boolean): number | false {
    const { config, given } = this.#settings;
    const port = given.has("port") ? config.number("port") : DEFAULT_PORT;
    return port === 0 && hasOtherWay ? false : port;
  }

  #addresses(): string {
    const server = this.#server;
    const { config } = this.#settings;
    const addresses = server === undefined || server.port === 0 ? [] : [server.url.replace(/\/\/.*@/, "//")];
    if (config.get("unixsocket") !== "") addresses.push(config.get("unixsocket"));
    return addresses.join(", ");
  }

  #writePidFile(): void {
    const path = this.#settings.config.get("pidfile");
    if (path === "") return;
    try {
      writeFileSync(path, `${process.pid}\n`);
    } catch (error) {
      this.#log(Log.WARNING, `Failed to write PID file: ${reasonOf(error)}`);
    }
  }

  #removePidFile(): void {
    const path = this.#settings.config.get("pidfile");
    if (path === "") return;
    try {
      unlinkSync(path);
    } catch {
      // Somebody else has removed it.
    }
  }

  #heedSignals(heed: boolean): void {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      if (heed) process.on(signal, this.#onSignal);
      else process.off(signal, this.#onSignal);
    }
  }

  #onSignal = (signal: NodeJS.Signals): void => {
    if (this.#stopping) {
      this.#log(Log.WARNING, `Received ${signal} again, exiting at once...`);
      this.#removePidFile();
      process.exit(1);
    }
    this.#stop(`Received ${signal} scheduling shutdown...`);
  };

  #stop(why: string): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#log(Log.WARNING, why);
    void this.#server?.close().then(() => {
      this.#removePidFile();
      this.#log(Log.WARNING, "The server is now ready to exit, bye bye...");
      process.exit(0);
    });
  }

  #giveUp(why: string): void {
    this.#log(Log.WARNING, why);
    if (this.#settings.config.get("logfile") !== "" || this.#options.printUrl) console.error(why);
    process.exitCode = 1;
  }

  #log(level: LogLevel, text: string): void {
    const config = this.#server?.engine.config ?? this.#settings.config;
    if (!isLogged(level, config.get("loglevel"))) return;
    const line = logLine(process.pid, new Date(), level, text);
    const path = config.get("logfile");
    if (path !== "") appendFileSync(path, line, "latin1");
    // What is read by a program is the URL alone.
    else if (this.#options.printUrl) process.stderr.write(line);
    else process.stdout.write(line);
  }
}

function startProblem(error: unknown): string {
  const { code, address, port } = error as { code?: string; address?: string; port?: number };
  if (code === undefined || address === undefined) return reasonOf(error);
  return `could not listen on ${address}${port === undefined ? "" : `:${port}`}: ${reasonOf(error)}`;
}
