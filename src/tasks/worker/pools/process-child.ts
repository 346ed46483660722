/** A child that is a process of its own. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ChildEvents, ChildLink } from "./child-link.js";
import { childLocation } from "./child-location.js";
import type { ChildStart, FromChild, ToChild } from "./child-protocol.js";
import { signalNumber } from "./exit-status.js";

/** Milliseconds that the last messages of a process may need after it has ended. */
const DRAIN_TIME = 1_000;

/** Starts a process. */
export function startProcess(start: ChildStart, events: ChildEvents): ChildLink {
  const child = fork(fileURLToPath(childLocation()), [JSON.stringify(start)], {
    execArgv: inheritedFlags(process.execArgv),
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  let status: number | null = null;
  let error: Error | null = null;
  let told = false;
  const ended = () => {
    if (told || status === null) return;
    told = true;
    events.onExit({ status, error });
  };
  child.on("message", (message) => events.onMessage(message as FromChild));
  // Also a message that could not be sent, to a process that is ending: its exit is what counts.
  child.on("error", (thrown) => {
    error = thrown;
    if (child.pid !== undefined) return;
    status = 1;
    ended();
  });
  child.on("exit", (code, signal) => {
    status = signal === null ? (code ?? 0) : -signalNumber(signal);
    error = null;
    // What the process said last may still be in the channel, whose end comes after it.
    if (child.channel === null || child.channel === undefined) ended();
    else setTimeout(ended, DRAIN_TIME).unref();
  });
  child.on("disconnect", () => {
    if (status !== null) return ended();
    // It is ending, or it cut its channel: then it can neither get jobs nor give outcomes.
    setTimeout(() => child.kill("SIGKILL"), DRAIN_TIME).unref();
  });
  return {
    pid: child.pid ?? 0,
    send(message: ToChild) {
      if (child.connected) child.send(message, ignoreError);
    },
    kill() {
      child.kill("SIGKILL");
    },
  };
}

function ignoreError(): void {}

/** This process's flags without those that are only for it: code to run, the debugger's port, watching. */
function inheritedFlags(flags: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i];
    if (/^(-e|-p|-pe|--eval|--print)$/.test(flag)) i++;
    else if (!/^--(inspect|debug|watch|eval=|print=|input-type|test)/.test(flag)) kept.push(flag);
  }
  return kept;
}
