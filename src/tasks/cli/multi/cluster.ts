/** Starting, stopping and restarting the nodes of `multi`, with every step told to a listener. */
import { isAlive } from "../pidfile.js";
import { type Node, type StartOutcome, signalProcess } from "./node.js";

/** A node and the process that its pid file named when it was looked at. */
export interface RunningNode {
  readonly node: Node;
  readonly pid: number;
}

/** What happens to the nodes, in the words of the program that shows it. */
export interface ClusterListener {
  /** The worker of a node is about to be executed. */
  spawning(node: Node): void;
  /** The program that starts a worker has ended. */
  started(node: Node, outcome: StartOutcome): void;
  /** Nodes that run will be stopped. */
  stopping(): void;
  /** A signal is being sent. */
  signalling(running: RunningNode, signal: NodeJS.Signals): void;
  /** The process was not there. */
  notThere(running: RunningNode): void;
  /** These nodes are waited for now. */
  waitingFor(running: readonly RunningNode[]): void;
  /** They are still there. */
  stillWaiting(): void;
  /** A node that was waited for has ended. */
  ended(running: RunningNode): void;
  /** All have ended. */
  waitingOver(): void;
  /** A node is down: it did not run, or it has ended. */
  down(node: Node): void | Promise<void>;
}

/** How often a process is looked for while it ends, in milliseconds. */
const LOOK = 100;
/** After how many milliseconds the waiting shows a sign of life. */
const SIGN = 2000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Start one node. */
export async function startNode(node: Node, listener: ClusterListener): Promise<void> {
  listener.spawning(node);
  let outcome: StartOutcome;
  try {
    node.makeDirectories();
    outcome = await node.start();
  } catch (error) {
    outcome = { kind: "error", message: (error as Error).message };
  }
  listener.started(node, outcome);
}

/** Those of the nodes that have a pid file; the others are told to the listener as down. */
export async function runningNodes(
  nodes: readonly Node[],
  listener: ClusterListener,
): Promise<RunningNode[]> {
  const running: RunningNode[] = [];
  const down: Node[] = [];
  for (const node of nodes) {
    const { pid } = node;
    if (pid === undefined) down.push(node);
    else running.push({ node, pid });
  }
  for (const node of down) await listener.down(node);
  return running;
}

/** Send `signal` to every node, and, where `wait` says so, wait until all have ended. */
export async function stopNodes(
  nodes: readonly Node[],
  signal: NodeJS.Signals,
  listener: ClusterListener,
  wait: boolean,
): Promise<void> {
  const running = await runningNodes(nodes, listener);
  if (running.length === 0) return;
  listener.stopping();
  let left: RunningNode[] = [];
  const missing: RunningNode[] = [];
  for (const each of running) {
    listener.signalling(each, signal);
    if (signalProcess(each.pid, signal)) {
      left.push(each);
    } else {
      listener.notThere(each);
      missing.push(each);
    }
  }
  for (const { node } of missing) await listener.down(node);
  if (!wait || left.length === 0) return;
  listener.waitingFor(left);
  listener.stillWaiting();
  let signAt = Date.now() + SIGN;
  while (left.length > 0) {
    const ended = left.find(({ pid }) => !isAlive(pid));
    if (ended !== undefined) {
      left = left.filter((each) => each !== ended);
      listener.ended(ended);
      await listener.down(ended.node);
      if (left.length > 0) listener.waitingFor(left);
      continue;
    }
    await pause(LOOK);
    if (Date.now() < signAt) continue;
    signAt = Date.now() + SIGN;
    listener.stillWaiting();
  }
  listener.waitingOver();
}

/** Send KILL to every node that runs. Their pid files stay behind. */
export async function killNodes(nodes: readonly Node[], listener: ClusterListener): Promise<void> {
  for (const running of await runningNodes(nodes, listener)) {
    listener.signalling(running, "SIGKILL");
    if (!signalProcess(running.pid, "SIGKILL")) listener.notThere(running);
  }
}
