/** A worker of BullMQ in a process of its own, which keeps nothing of what has been done. */
import { Worker } from "bullmq";

const { hostname: host, port } = new URL(process.env.BENCH_URL);
const seen = { count: 0, at: 0 };
const keep = process.env.BENCH_RESULTS === "1";
const worker = new Worker(
  "bench",
  async () => {
    seen.count++;
    seen.at = performance.timeOrigin + performance.now();
    return null;
  },
  {
    connection: { host, port: Number(port), maxRetriesPerRequest: null },
    concurrency: 32,
    removeOnComplete: keep ? { count: 1_000_000 } : { count: 0 },
  },
);
await worker.waitUntilReady();
process.on("message", (message) => {
  if (message === "stop") process.exit(0);
  process.send(seen);
});
process.send("ready");
