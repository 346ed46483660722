/** The app whose worker and producer are measured. */
import { TaskApp } from "../../dist/tasks.js";

const url = process.env.BENCH_URL;

/** Results are stored where BENCH_RESULTS is 1. */
export const app = new TaskApp("bench", {
  broker: url,
  backend: url,
  taskIgnoreResult: process.env.BENCH_RESULTS !== "1",
  workerPrefetchMultiplier: 16,
});

/** How many times the task has begun in this process, and when the last did. */
export const seen = { count: 0, at: 0 };

/** The task that does nothing. */
export const nothing = app.task("bench.nothing", () => {
  seen.count++;
  seen.at = performance.timeOrigin + performance.now();
  return null;
});

/** Milliseconds from the call of `delay` to the start of the task. */
export const latencies = [];

/** Takes the moment at which it was called. */
export const late = app.task("bench.late", (calledAt) => {
  latencies.push(performance.timeOrigin + performance.now() - calledAt);
});
