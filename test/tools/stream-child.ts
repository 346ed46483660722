/**
 * A process that sends 200 MB to Redis and reads them back, by streams, and says how much memory that took.
 * Run by `test/client/stream-value.test.ts`; its argument is the port.
 */
import { createHash } from "node:crypto";
import { Redis } from "../../src/index.js";

const SIZE = 200 * 1024 * 1024;
const redis = new Redis({ host: "127.0.0.1", port: Number(process.argv[2]) });

const block = Buffer.alloc(100_000);
for (let i = 0; i < block.length; i++) block[i] = (i * 31) % 251;

/** Chunks as a file would give them. */
async function* source(hash: ReturnType<typeof createHash>): AsyncGenerator<Uint8Array> {
  for (let left = SIZE; left > 0; left -= block.length) {
    const chunk = block.subarray(0, Math.min(block.length, left));
    block.writeUInt32LE(left, 0);
    hash.update(chunk);
    yield chunk;
  }
}

await redis.ping();
let peak = 0;
const before = process.memoryUsage().rss;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 5);

const hashes: string[] = [];
for (const options of [{ length: SIZE }, {}]) {
  const written = createHash("sha1");
  await redis.setStream("huge", source(written), options);
  hashes.push(written.digest("hex"));
  const read = createHash("sha1");
  for await (const chunk of redis.getStream("huge")) read.update(chunk);
  hashes.push(read.digest("hex"));
}
clearInterval(watch);
await redis.close();
console.log(JSON.stringify({ grown: peak - before, same: new Set(hashes).size === 1 }));
