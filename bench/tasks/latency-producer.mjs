/** Calls so many tasks one by one, each when the worker has long been idle again: `node latency-producer.mjs COUNT`. */
import { setTimeout as sleep } from "node:timers/promises";
import { app, late } from "./task-app.mjs";

for (let left = Number(process.argv[2]); left > 0; left--) {
  await late.delay(performance.timeOrigin + performance.now());
  await sleep(10);
}
await app.close();
