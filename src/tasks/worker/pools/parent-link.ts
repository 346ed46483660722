/** A child's way to its pool, be the child a thread or a process; and its end when the worker has ended. */
import { deserialize } from "node:v8";
import { type MessagePort, parentPort, Worker, workerData } from "node:worker_threads";
import { TaskQueueError } from "../../errors.js";
import type { ChildStart, FromChild, ToChild } from "./child-protocol.js";

/** What a child needs of its pool. */
export interface ParentLink {
  readonly start: ChildStart;
  send(message: FromChild): void;
  listen(handler: (message: ToChild) => void): void;
  /** Ends the child, after what was sent has left. */
  exit(code: number): void;
}

/** The link of the thread or process in which this is called. */
export function parentLink(): ParentLink {
  if (parentPort !== null) return threadLink(parentPort);
  if (process.send !== undefined) return processLink(JSON.parse(process.argv[2]) as ChildStart);
  throw new TaskQueueError("This file is started by the pools of a worker, not by hand");
}

function threadLink(port: MessagePort): ParentLink {
  return {
    start: workerData as ChildStart,
    send: (message) => port.postMessage(message),
    listen: (handler) => {
      port.on("message", (bytes: Uint8Array) => handler(deserialize(bytes) as ToChild));
    },
    exit: (code) => process.exit(code),
  };
}

/** Signals that a terminal or a service manager sends to the worker's whole group: the worker decides, not its child. */
const SIGNALS_OF_GROUP = ["SIGINT", "SIGTERM", "SIGQUIT", "SIGHUP"] as const;

function processLink(start: ChildStart): ParentLink {
  for (const signal of SIGNALS_OF_GROUP) process.on(signal, () => {});
  process.on("disconnect", () => process.exit(1));
  watchParent(start.parentPid);
  const send = (message: FromChild, then?: () => void) => {
    // A channel that closes meanwhile ends this process by "disconnect".
    if (process.connected) process.send!(message, undefined, undefined, () => then?.());
  };
  // It ends this process all the same; the worker's log shows why, also where nobody reads the standard error.
  process.on("uncaughtExceptionMonitor", (error) => {
    const text = `A process died: ${error instanceof Error ? error.stack : String(error)}`;
    send({ type: "log", level: "error", text });
  });
  return {
    start,
    send: (message) => send(message),
    listen: (handler) => {
      process.on("message", (message) => handler(message as ToChild));
    },
    // Messages leave in order: when the last one has left, so have all.
    exit: (code) => send({ type: "gone" }, () => process.exit(code)),
  };
}

/**
 * Ends this process when the worker has died, also while a task computes and the event loop stands still: a thread
 * looks at it. The system gives an orphan another parent.
 */
function watchParent(pid: number): void {
  const code = `setInterval(() => { if (process.ppid !== ${pid}) process.kill(process.pid, "SIGKILL"); }, 250);`;
  const watcher = new Worker(code, {
    eval: true,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  // Without it, "disconnect" still ends this process, only later.
  watcher.on("error", () => {});
  watcher.unref();
}
