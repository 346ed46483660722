/** A worker of `worker-project.ts` in a process of its own: `tsx worker-process.ts POOL`. */
import { join } from "node:path";
import type { PoolKind } from "../../src/tasks/worker/pools/pool.js";
import { Worker } from "../../src/tasks/worker/worker.js";
import { app } from "./worker-project.js";

const worker = new Worker(app, {
  pool: process.argv[2] as PoolKind,
  appModule: join(import.meta.dirname, "worker-project.ts"),
  concurrency: 2,
  taskEvents: true,
  mingle: false,
  hostname: "w1@here",
});
void worker.start().then(() => console.log("ready"));
