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
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send({ ...seen, latencies, memory: heapUsed + external, cpu: process.cpuUsage() });
});
process.send("ready");
