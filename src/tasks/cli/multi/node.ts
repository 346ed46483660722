/** One node of `multi`: the command line of its worker, its files, and signals to it. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { splitNodeName } from "../../node-name.js";
import { percentFormat } from "../percent-format.js";
import { isAlive, readPid } from "../pidfile.js";
import type { OptionMap } from "./node-options.js";
import { quoteShellWord, splitShellWords } from "./shell-words.js";

/** Options that belong to the whole program, and stand before the word `worker`. */
const PROGRAM_OPTIONS = new Set([
  "-A",
  "--app",
  "-b",
  "--broker",
  "--result-backend",
  "--loader",
  "--config",
  "--workdir",
  "-C",
  "--no-color",
  "-q",
  "--quiet",
]);

/** The programs that make a worker, and what they are called with. */
export interface NodeProgram {
  /** The file that is executed: Node. */
  readonly executable: string;
  /** The words before the options: this command line's file, `worker`, `--detach`. */
  readonly command: readonly string[];
}

/** How a started program ended. */
export type StartOutcome =
  | { readonly kind: "ok" }
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals }
  | { readonly kind: "error"; readonly message: string };

/** A worker that `multi` starts and stops. */
export class Node {
  /** The whole name: `w1@host`. */
  readonly name: string;
  /** The file that is executed. */
  readonly executable: string;
  /** The words behind it. */
  readonly argv: readonly string[];
  /** Where the worker writes its process id. */
  readonly pidfile: string;
  /** Where the worker writes its log; may have `%i` and `%I`, which are for the worker. */
  readonly logfile: string;

  constructor(
    name: string,
    program: NodeProgram,
    given: OptionMap,
    more: { readonly append?: string | undefined; readonly passThrough?: readonly string[] } = {},
  ) {
    this.name = name;
    const options: OptionMap = new Map(given);
    options.set("-n", name);
    this.pidfile = this.#pathOption(options, "--pidfile", "-p", "/var/run/celery/%n.pid");
    this.logfile = this.#pathOption(options, "--logfile", "-f", "/var/log/celery/%n%I.log");
    if (!options.get("--executable")) options.set("--executable", program.executable);
    this.executable = options.get("--executable") ?? program.executable;
    this.argv = [
      ...this.#commandWords(program.command, options),
      ...[...options].flatMap(([option, value]) => this.#optionWords(option, value)),
      ...(more.passThrough ?? []),
      ...splitShellWords(more.append ?? "").map((word) => this.expand(word)),
    ];
  }

  /**
   * Put the node's name into `text`: `%n` and `%N` the name before the `@`, `%d` the host, `%h` and `%p` the
   * whole name; `%i` and `%I` stay, they are for the worker.
   *
   * @throws UnknownPercentError
   */
  expand(text: string): string {
    const { name, host } = splitNodeName(this.name);
    const keys = { n: name || "celery", N: name, d: host, h: this.name, p: this.name, i: "%i", I: "%I" };
    return percentFormat(text, keys);
  }

  /** The command line, as a shell would take it. */
  get commandLine(): string {
    return [this.executable, ...this.argv].map(quoteShellWord).join(" ");
  }

  /** The process id in the pid file; undefined when there is none. */
  get pid(): number | undefined {
    const pid = readPid(this.pidfile);
    return pid === "broken" ? undefined : pid;
  }

  /** Make the directories of the pid file and the log file. */
  makeDirectories(): void {
    for (const path of [this.pidfile, this.logfile]) mkdirSync(dirname(path), { recursive: true });
  }

  /** Start the worker, and wait until the program, which leaves the worker behind, has ended. */
  start(): Promise<StartOutcome> {
    return new Promise((resolve) => {
      const child = spawn(this.executable, this.argv, { stdio: "inherit" });
      child.once("error", (error) => resolve({ kind: "error", message: error.message }));
      child.once("exit", (code, signal) => {
        if (signal !== null) resolve({ kind: "signal", signal });
        else resolve(code === 0 ? { kind: "ok" } : { kind: "exit", code: code ?? 1 });
      });
    });
  }

  #pathOption(options: OptionMap, long: string, short: string, otherwise: string): string {
    if (!options.has(short) && !options.get(long)) options.set(long, otherwise);
    return this.expand(options.get(short) ?? options.get(long) ?? otherwise);
  }

  /** The words of the command with the program's own options in their place, which are taken out of `options`. */
  #commandWords(command: readonly string[], options: OptionMap): string[] {
    const words = command.map((word) => this.expand(word));
    // `python -m celery worker`: behind `celery`; `node cli.js worker`: before `worker`.
    const behind = words.indexOf("celery") + 1;
    const before = words.findIndex((word) => word === "worker" || word === "beat");
    const place = behind > 0 ? behind : before < 0 ? words.length : before;
    for (const [option, value] of [...options]) {
      if (!PROGRAM_OPTIONS.has(option)) continue;
      words.splice(place, 0, ...this.#optionWords(option, value));
      options.delete(option);
    }
    return words;
  }

  #optionWords(option: string, value: string | undefined): string[] {
    if (value === undefined || value === "") return [option];
    const expanded = this.expand(value);
    return option.startsWith("--") ? [`${option}=${expanded}`] : [option, expanded];
  }
}

/**
 * Send a signal to a process.
 *
 * @returns false when there is no such process
 * @throws Error when the process belongs to somebody else
 */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  if (!isAlive(pid)) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
