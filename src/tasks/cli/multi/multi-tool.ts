/** The program `multi`: start, stop and show many workers of one machine. */
import { constants } from "node:os";
import { VERSION } from "../../../index.js";
import { type Colors, colors, wantsColors } from "../colors.js";
import { UnknownPercentError } from "../percent-format.js";
import { type ClusterListener, killNodes, type RunningNode, startNode, stopNodes } from "./cluster.js";
import type { Node, NodeProgram, StartOutcome } from "./node.js";
import { MultiUsageError, parseNodeOptions } from "./node-options.js";
import { nodesOf } from "./nodes.js";
import { quoteShellWord } from "./shell-words.js";

const USAGE = `\
usage: resplendent multi start <node1 node2 nodeN|range> [worker options]
       resplendent multi stop <n1 n2 nN|range> [-SIG (default: -TERM)]
       resplendent multi stopwait <n1 n2 nN|range> [-SIG]
       resplendent multi restart <n1 n2 nN|range> [-SIG] [worker options]
       resplendent multi kill <n1 n2 nN|range>

       resplendent multi show <n1 n2 nN|range> [worker options]
       resplendent multi get nodename <n1 n2 nN|range> [worker options]
       resplendent multi names <n1 n2 nN|range>
       resplendent multi expand template <n1 n2 nN|range>
       resplendent multi help

additional options:

    * --nosplash:   Don't show the program's name and version.
    * --quiet, -q:  Show less.
    * --verbose:    Show more: the command line of every worker.
    * --no-color:   No colors.
`;

const HELP = `\
Start, stop and watch over many workers of this machine.

Nodes are named one by one, or by a number: 3 is celery1, celery2 and celery3.
Every option that is not multi's own goes to the workers, to all of them or to some:

    -c 3              all nodes
    -c:w1 3           the node w1
    -c:2 3            the second node
    -Q:1-3 images     the nodes 1 to 3 (where a number of nodes was given)
    -Q:4,5 data       the fourth and the fifth

Options of multi:

    --pidfile=/var/run/celery/%n.pid      where the process ids are; stop and restart need the same
    --logfile=/var/log/celery/%n%I.log
    --hostname, -n    the host in the nodes' names
    --prefix          what comes before every name
    --suffix          what comes behind the @, in the place of the host
    --range-prefix=celery                 what comes before the numbers
    --append          words for the end of the command line
    --cmd, --executable                   another program to start
    --                what follows goes to the workers as it is

In options and in the template of expand, %n is the name, %d the host, %h and %p the whole name.

Examples:

    $ resplendent multi start 3 -A ./proj.js -c 3 --pidfile=run/%n.pid --logfile=log/%n.log
    $ resplendent multi restart 3 -A ./proj.js -c 3 --pidfile=run/%n.pid --logfile=log/%n.log
    $ resplendent multi stopwait 3 --pidfile=run/%n.pid
    $ resplendent multi show 10 -A ./proj.js -l INFO -Q:1-3 images,video -Q:4,5 data -Q default

As with Celery's own, a node that does not start is told in words; the exit code is 0.
`;

/** Where the program writes. */
export interface MultiStreams {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
}

/** The program, for one command line. */
export class MultiTool implements ClusterListener {
  readonly #program: NodeProgram;
  readonly #streams: MultiStreams;
  #colors: Colors;
  #quiet = false;
  #verbose = false;
  #splash = true;
  /** What a node's fall means: that it is down, or, in a restart, that it is started again. */
  #onDown: (node: Node) => void | Promise<void> = (node) =>
    this.#note(`> ${node.name}: ${this.#colors.magenta("DOWN")}`);

  constructor(program: NodeProgram, streams: MultiStreams = process) {
    this.#program = program;
    this.#streams = streams;
    this.#colors = colors(wantsColors(streams.stdout));
  }

  /**
   * Do what a command line says.
   *
   * @param words the words behind `multi`, and the program's options before it
   * @returns the exit code: 0, as Celery's, unless something failed that is no business of the nodes
   */
  async run(words: readonly string[]): Promise<number> {
    const [command, ...rest] = this.#ownOptions(words);
    try {
      await this.#command(command, rest);
      return 0;
    } catch (error) {
      if (error instanceof MultiUsageError) {
        this.#streams.stderr.write(`Error: ${error.message}\n`);
        this.#showSplash();
        this.#streams.stdout.write(`${USAGE}\n`);
        return 0;
      }
      if (!(error instanceof UnknownPercentError || "code" in (error as Error))) throw error;
      this.#streams.stderr.write(`Error: ${(error as Error).message}\n`);
      return 1;
    }
  }

  /** Take out the options that are the program's own, wherever they stand before a `--`. */
  #ownOptions(words: readonly string[]): string[] {
    const end = words.indexOf("--");
    const own = end < 0 ? words : words.slice(0, end);
    const left = own.filter((word) => {
      if (word === "--nosplash") this.#splash = false;
      else if (word === "--quiet" || word === "-q") this.#quiet = true;
      else if (word === "--verbose") this.#verbose = true;
      else if (word === "--no-color") this.#colors = colors(false);
      else return true;
      return false;
    });
    return end < 0 ? left : [...left, ...words.slice(end)];
  }

  async #command(command: string | undefined, words: readonly string[]): Promise<void> {
    switch (command) {
      case "start": {
        const { nodes } = this.#nodes(words);
        this.#showSplash();
        this.#note("> Starting nodes...");
        for (const node of nodes) await this.#startInLine(node);
        return;
      }
      case "stop":
      case "stopwait":
      case "stop_verify": {
        const { nodes, signal } = this.#nodes(words, signalOf);
        this.#showSplash();
        return stopNodes(nodes, signal, this, command !== "stop");
      }
      case "restart": {
        const { nodes, signal } = this.#nodes(words, signalOf);
        this.#showSplash();
        this.#onDown = (node) => {
          this.#note(this.#colors.blue(`> Restarting node ${node.name}: `), "");
          return startNode(node, this);
        };
        return stopNodes(nodes, signal, this, true);
      }
      case "kill": {
        const { nodes } = this.#nodes(words);
        this.#showSplash();
        return killNodes(nodes, { ...this.#listener(), signalling: (running) => this.#killing(running) });
      }
      case "show": {
        const { nodes } = this.#nodes(words);
        for (const node of nodes) {
          try {
            node.makeDirectories();
          } catch (error) {
            this.#warn((error as Error).message);
          }
        }
        return this.#say(nodes.map(({ commandLine }) => commandLine).join("\n"));
      }
      case "names":
        return this.#say(
          this.#nodes(words)
            .nodes.map(({ name }) => name)
            .join("\n"),
        );
      case "expand": {
        const [template, ...rest] = words;
        if (template === undefined) throw new MultiUsageError("expand needs a template and nodes");
        return this.#say(
          this.#nodes(rest)
            .nodes.map((node) => node.expand(template))
            .join("\n"),
        );
      }
      case "get": {
        const [wanted, ...rest] = words;
        if (wanted === undefined) throw new MultiUsageError("get needs the name of a node, and the nodes");
        const node = this.#nodes(rest).nodes.find(({ name }) => name === wanted);
        if (node !== undefined) this.#say(node.argv.map(quoteShellWord).join(" "));
        else this.#warn(`none of the nodes is ${wanted}`);
        return;
      }
      case "help":
      case "--help":
      case "-h":
        return this.#say(HELP);
      default:
        if (command !== undefined && !command.startsWith("-")) {
          throw new MultiUsageError(`there is no command '${command}'`);
        }
        throw new MultiUsageError("the first word must be a command");
    }
  }

  #nodes(
    words: readonly string[],
    signals?: (word: string) => string | undefined,
  ): { nodes: Node[]; signal: NodeJS.Signals } {
    const parsed = parseNodeOptions(words, signals);
    return {
      nodes: nodesOf(parsed, this.#program, (text) => this.#warn(text)),
      signal: (parsed.signal ?? "SIGTERM") as NodeJS.Signals,
    };
  }

  #startInLine(node: Node): Promise<void> {
    this.#note(`\t> ${node.name}: `, "");
    return startNode(node, this);
  }

  /** This object's methods, to replace some of them. */
  #listener(): ClusterListener {
    return {
      spawning: (node) => this.spawning(node),
      started: (node, outcome) => this.started(node, outcome),
      stopping: () => this.stopping(),
      signalling: (running, signal) => this.signalling(running, signal),
      notThere: (running) => this.notThere(running),
      waitingFor: (running) => this.waitingFor(running),
      stillWaiting: () => this.stillWaiting(),
      ended: (running) => this.ended(running),
      waitingOver: () => this.waitingOver(),
      down: (node) => this.down(node),
    };
  }

  spawning(node: Node): void {
    if (this.#verbose) this.#note(`  ${node.commandLine}`);
  }

  started(_: Node, outcome: StartOutcome): void {
    if (outcome.kind === "signal") this.#note(`* Child was terminated by signal ${outcome.signal}`);
    if (outcome.kind === "exit") this.#note(`* Child terminated with exit code ${outcome.code}`);
    if (outcome.kind === "error") this.#note(`* ${outcome.message}`);
    this.#note(outcome.kind === "ok" ? this.#colors.green("OK") : this.#colors.red("FAILED"));
  }

  stopping(): void {
    this.#note(this.#colors.blue("> Stopping nodes..."));
  }

  signalling({ node, pid }: RunningNode, signal: NodeJS.Signals): void {
    this.#note(`\t> ${node.name}: ${signal.slice(3)} -> ${pid}`);
  }

  #killing({ node, pid }: RunningNode): void {
    this.#note(`Sending KILL to node ${node.name} (${pid})`);
  }

  notThere({ node, pid }: RunningNode): void {
    this.#note(`Could not signal ${node.name} (${pid}): No such process`);
  }

  waitingFor(running: readonly RunningNode[]): void {
    const count = `${running.length} ${running.length === 1 ? "node" : "nodes"}`;
    const pids = running.map(({ pid }) => pid).join(", ");
    this.#note(this.#colors.blue(`> Waiting for ${count} -> ${pids}...`), "");
  }

  stillWaiting(): void {
    this.#note(".", "");
  }

  ended({ node }: RunningNode): void {
    this.#note(`\n\t> ${node.name}: ${this.#colors.green("OK")}`);
  }

  waitingOver(): void {
    this.#note("");
  }

  down(node: Node): void | Promise<void> {
    return this.#onDown(node);
  }

  #showSplash(): void {
    if (this.#splash) this.#note(this.#colors.cyan(`resplendent multi v${VERSION}`));
  }

  #note(text: string, end = "\n"): void {
    if (!this.#quiet) this.#say(text, end);
  }

  #say(text: string, end = "\n"): void {
    this.#streams.stdout.write(`${text}${end}`);
  }

  #warn(text: string): void {
    this.#streams.stderr.write(`Warning: ${text}\n`);
  }
}

/** `SIGKILL` for `-KILL`, `-SIGKILL` and `-9`; undefined for a word that names no signal. */
export function signalOf(word: string): string | undefined {
  if (!/^-[A-Z0-9]+$/.test(word)) return undefined;
  const name = word.slice(1);
  const numbers: Readonly<Record<string, number>> = constants.signals;
  if (/^\d+$/.test(name)) return Object.keys(numbers).find((key) => numbers[key] === Number(name));
  return [name, `SIG${name}`].find((key) => key.startsWith("SIG") && key in numbers);
}
