/** A child that is a thread of this process. */
import { serialize } from "node:v8";
import { Worker } from "node:worker_threads";
import type { ChildEvents, ChildLink } from "./child-link.js";
import { childLocation } from "./child-location.js";
import type { ChildStart, FromChild, ToChild } from "./child-protocol.js";

/** Starts a thread. */
export function startThread(start: ChildStart, events: ChildEvents): ChildLink {
  const { code, isScript } = entryOf(childLocation());
  const thread = new Worker(code, { workerData: start, name: `task of ${start.hostname}`, eval: isScript });
  let error: Error | null = null;
  thread.on("message", (message: FromChild) => events.onMessage(message));
  thread.on("error", (thrown: unknown) => {
    error = thrown instanceof Error ? thrown : new Error(String(thrown));
  });
  thread.on("exit", (code) => events.onExit({ status: code, error }));
  return {
    pid: process.pid,
    send(message: ToChild) {
      // By hand, because the clone between threads turns a Buffer into a bare Uint8Array.
      const bytes = serialize(message);
      thread.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
    },
    kill() {
      void thread.terminate();
    },
  };
}

/** What the thread begins with. From this package's sources, it has to learn TypeScript first: threads do not inherit that. */
function entryOf(file: URL): { code: URL | string; isScript: boolean } {
  const { typescript } = process.features as { typescript?: unknown };
  if (typescript || !file.pathname.endsWith(".ts")) return { code: file, isScript: false };
  const [loader, entry] = ["tsx/esm/api", file.href].map((name) => JSON.stringify(name));
  const code = `import(${loader}).then((tsx) => { tsx.register(); return import(${entry}); });`;
  return { code, isScript: true };
}
