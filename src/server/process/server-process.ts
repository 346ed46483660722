/** The mini server as a process of its own: log, pid file, signals and exit codes as redis-server has them. */
import { appendFileSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { VERSION } from "../../version.js";
import { LoadingFailed } from "../engine/append-only/loading.js";
import type { Config } from "../engine/config.js";
import { endingOf } from "../engine/ending.js";
import type { Engine } from "../engine/engine.js";
import { FileProblem, type LogLevel } from "../engine/server-files.js";
import { type CompatVersion, reportedVersion, SERVER_VERSION } from "../engine/version.js";
import { MiniServer } from "../mini-server.js";
import type { MiniServerOptions } from "../mini-server-options.js";
import { type CrashSignal, crashedBy, crashReport } from "./crash-report.js";
import { ConfigFileError, readCommandLine } from "./directives.js";
import { reasonOf } from "./file-reasons.js";
import { ProcessFiles, readIncluded, readText } from "./process-files.js";
import { banner, isLogged, Log, logLine } from "./process-log.js";
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
/** How often it is looked whether it is time to save. */
const SAVING_CHECK_MS = 100;

/**
 * Run a server until it is told to stop.
 * @param words what redis-server would be given: a configuration file and options
 */
export async function runServer(words: readonly string[], options: ProcessOptions = {}): Promise<void> {
  const { file, stdin, lines } = readCommandLine(words);
  // Seen from where the server was started, and not from `dir`.
  const configPath = file === undefined ? undefined : resolve(file);
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
  await new ServerProcess(settings, configPath, options).run();
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
  #engine: Engine | undefined;
  #saving: ReturnType<typeof setInterval> | undefined;
  #stopping = false;

  constructor(settings: Settings, configPath: string | undefined, options: ProcessOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#files = new ProcessFiles(() => this.#config, configPath, settings.users.length > 0);
  }

  async run(): Promise<void> {
    const { config, users, warnings } = this.#settings;
    const version = reportedVersion(this.#options.compat ?? "7.0");
    this.#log(Log.WARNING, `This server is resplendent ${VERSION}, and answers as Redis ${version}`);
    this.#log(Log.WARNING, `Redis version=${version}, bits=64, pid=${process.pid}, just started`);
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
    // Before the data is loaded: scripts that start a server look for its process id in the log.
    this.#introduce(server.port);
    if (config.get("oom-score-adj") !== "no") this.#files.adjustOomScore();
    try {
      await this.#load(server.engine);
    } catch (error) {
      // The log has been told, and its last line says why.
      const isTold = error instanceof LoadingFailed;
      const isUnreadable = error instanceof FileProblem;
      if (!isTold && !isUnreadable) this.#log(Log.WARNING, reasonOf(error));
      await server.close();
      this.#removePidFile();
      this.#heedSignals(false);
      if (isTold) {
        process.exitCode = 1;
        return;
      }
      return this.#giveUp(
        isUnreadable ? `${error.message}. Exiting.` : "Terminating server after rdb file reading failure.",
      );
    }
    if (this.#stopping) return;
    this.#saving = setInterval(() => this.#saveInTime(), SAVING_CHECK_MS);
    process.on("uncaughtExceptionMonitor", (error) => this.#report(`failed: ${error.message}`, error.stack));
    if (this.#options.printUrl) console.log(server.url);
    else this.#log(Log.NOTICE, `Ready to accept connections: ${this.#addresses()}`);
  }

  /** The settings as they are now. */
  get #config(): Config {
    return this.#engine?.config ?? this.#settings.config;
  }

  async #start(): Promise<MiniServer> {
    const { config, given, users, renamedCommands } = this.#settings;
    const unixSocketPath = config.get("unixsocket");
    const tlsPort = config.number("tls-port");
    const tls = tlsPort === 0 ? undefined : tlsFromFiles(config);
    const { compat, seed } = this.#options;
    const options: MiniServerOptions = {
      port: this.#plainPort(unixSocketPath !== "" || tls !== undefined),
      host: config
        .get("bind")
        .split(" ")
        .filter((address) => address !== ""),
      ...(unixSocketPath === "" ? {} : { unixSocketPath }),
      ...(config.number("unixsocketperm") !== 0 ? { unixSocketMode: config.number("unixsocketperm") } : {}),
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
      readTls: tlsFromFiles,
      onCrash: () => this.#crash("SIGSEGV"),
      onShutdown: () => this.#stop(),
      // Nothing here is called while a script runs: then signals must end the process as they do by themselves.
      onSlowScript: (runs) => this.#heedSignals(!runs),
      prepare: (engine) => {
        this.#engine = engine;
        this.#files.engine = engine;
        for (const user of users) engine.acl.replace(user);
        const problem = config.get("aclfile") === "" ? undefined : this.#files.readUsers();
        if (problem !== undefined) throw new Error(`ACL errors: ${problem}`);
        // Who comes before the files have been looked at must not see a server without data.
        engine.holding.pauseClients("work", true, Number.POSITIVE_INFINITY);
      },
    });
  }

  /** Load the data set, if there is one. @throws Error when it cannot be loaded */
  async #load(engine: Engine): Promise<void> {
    const { holding, persistence } = engine;
    if (engine.config.get("appendonly") === "yes") return this.#loadAppendOnly(engine);
    const bytes = this.#files.data.read();
    if (bytes !== undefined) persistence.beginLoading(bytes);
    holding.unpause("work");
    if (bytes === undefined) return;
    const before = performance.now();
    await persistence.finishLoading();
    const seconds = (performance.now() - before) / 1000;
    this.#log(Log.NOTICE, `DB loaded from disk: ${seconds.toFixed(3)} seconds`);
  }

  /** Load the append-only file, and go on writing it. @throws LoadingFailed FileProblem */
  async #loadAppendOnly({ appendOnly, holding }: Engine): Promise<void> {
    const before = performance.now();
    const loading = appendOnly.prepareLoading(this.#files.appendOnly);
    if (loading !== undefined) {
      loading.begin();
      holding.unpause("work");
      await loading.runInSteps();
      const seconds = (performance.now() - before) / 1000;
      this.#log(Log.NOTICE, `DB loaded from append only file: ${seconds.toFixed(3)} seconds`);
    }
    appendOnly.openAtStart(this.#files.appendOnly);
    holding.unpause("work");
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

  /** Somebody who looks at it sees the banner; a file has one line instead. */
  #introduce(port: number): void {
    const { config } = this.#settings;
    const isSeen = config.get("logfile") === "" && !this.#options.printUrl && process.stdout.isTTY;
    if (!isSeen && config.get("always-show-logo") === "no") {
      this.#log(Log.NOTICE, `Running mode=standalone, port=${port}.`);
      return;
    }
    const version = reportedVersion(this.#options.compat ?? "7.0");
    const text = banner({ version, port, processId: process.pid });
    if (isLogged(Log.NOTICE, config.get("loglevel"))) this.#write(text);
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

  #saveInTime(): void {
    const engine = this.#engine;
    engine?.refreshTime();
    engine?.shutdown.runScheduled();
    engine?.persistence.checkPoints();
    engine?.appendOnly.tick();
  }

  #heedSignals(heed: boolean): void {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      if (heed) process.on(signal, this.#onSignal);
      else process.off(signal, this.#onSignal);
    }
    if (heed) process.on("SIGABRT", this.#onAbort);
    else process.off("SIGABRT", this.#onAbort);
  }

  #onAbort = (): void => {
    // The second time it is the operating system that acts.
    process.off("SIGABRT", this.#onAbort);
    this.#crash("SIGABRT");
  };

  #onSignal = (signal: NodeJS.Signals): void => {
    const engine = this.#engine;
    if (engine === undefined) return this.#stop();
    // Who presses Ctrl-C again does not want to wait for replicas.
    if (this.#stopping || (engine.shutdown.isComing && signal === "SIGINT")) {
      this.#log(Log.WARNING, "You insist... exiting now.");
      engine.persistence.cancelBackground();
      this.#removePidFile();
      process.exit(1);
    }
    this.#log(
      Log.WARNING,
      (engine.persistence.loading ?? engine.appendOnly.loading) === undefined
        ? `Received ${signal} scheduling shutdown...`
        : "Received shutdown signal during loading, scheduling shutdown.",
    );
    const words = this.#config.get(signal === "SIGINT" ? "shutdown-on-sigint" : "shutdown-on-sigterm");
    engine.refreshTime();
    engine.shutdown.schedule(endingOf(words.split(" ")));
    engine.shutdown.runScheduled();
    // Replicas may have been asked how far they are, and there may be a time to wake up at.
    this.#server?.batchDone();
  };

  /** End as a process does that the operating system has stopped. */
  #crash(signal: CrashSignal): void {
    this.#report(crashedBy(signal), new Error("the server ends here").stack);
    process.kill(process.pid, signal);
  }

  #report(why: string, stack: string | undefined): void {
    if (this.#config.get("crash-log-enabled") === "no") return;
    const version = reportedVersion(this.#options.compat ?? "7.0");
    for (const line of crashReport(this.#engine, version, why, stack)) this.#log(Log.WARNING, line);
  }

  #stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    clearInterval(this.#saving);
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
    const config = this.#config;
    if (!isLogged(level, config.get("loglevel"))) return;
    this.#write(logLine(process.pid, new Date(), level, text));
  }

  #write(text: string): void {
    const path = this.#settings.config.get("logfile");
    if (path !== "") appendFileSync(path, text, "latin1");
    // What is read by a program is the URL alone.
    else if (this.#options.printUrl) process.stderr.write(text);
    else process.stdout.write(text);
  }
}

function startProblem(error: unknown): string {
  const { code, address, port } = error as { code?: string; address?: string; port?: number };
  if (code === undefined || address === undefined) return reasonOf(error);
  return `could not listen on ${address}${port === undefined ? "" : `:${port}`}: ${reasonOf(error)}`;
}
