/** Sends so many jobs in bulks, the fastest way that BullMQ has: `node bullmq-producer.mjs COUNT`. */
import { Queue } from "bullmq";

const { hostname: host, port } = new URL(process.env.BENCH_URL);
const queue = new Queue("bench", { connection: { host, port: Number(port) } });
for (let left = Number(process.argv[2]); left > 0; left -= 500) {
  await queue.addBulk(Array.from({ length: Math.min(500, left) }, () => ({ name: "nothing", data: {} })));
}
await queue.close();
