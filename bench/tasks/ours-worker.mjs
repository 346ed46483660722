/** A worker of ours in a process of its own; every message of the parent is answered with what it has done. */
import { Worker } from "../../dist/tasks.js";
import { app, latencies, seen } from "./task-app.mjs";

const worker = new Worker(app, { concurrency: 2, mingle: false });
await worker.start();
process.on("message", (message) => {
  if (message === "stop") {
    void worker.stop("warm").then(() => process.exit(0));
    return;
  }
  if (message === "memory") {
    // Only here: a collection throws away what was compiled for objects that are gone for the moment.
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    process.send(heapUsed + external);
    return;
  }
  process.send({ ...seen, latencies });
});
process.send("ready");
