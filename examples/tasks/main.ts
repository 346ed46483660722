/**
 * Runs all three at once: the site that sends tasks, and a worker for them, in this process.
 *
 *   npx tsx examples/tasks/main.ts                                        on the mini server
 *   REDIS_URL=redis://localhost:6379/9 npx tsx examples/tasks/main.ts     on a Redis of yours
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { MiniServer } from "resplendent/server";
import { Worker } from "resplendent/tasks";

const server = process.env.REDIS_URL === undefined ? await MiniServer.start() : undefined;
if (server !== undefined) process.env.REDIS_URL = server.url;

// They read REDIS_URL when they are loaded.
const { app, redis } = await import("./app.js");
const { afterUpload } = await import("./assets.js");
const { notifyFollowers } = await import("./followers.js");
const { save, search } = await import("./search-index.js");

const worker = new Worker(app, { queues: ["site", "assets"], concurrency: 10, mingle: false });
await worker.start();
const folder = await mkdtemp(join(tmpdir(), "uploads-"));

try {
  const upload = join(folder, "poem.txt");
  await writeFile(upload, "Shall I compare thee to a summer's day?\n".repeat(100));
  const assets = await afterUpload(upload);
  for (const asset of assets) console.log("asset", basename(await asset.get({ timeout: 5000 })));

  for (let n = 1; n <= 250; n++) await redis.sadd("followers:ada", `reader${n}`);
  const batches = await notifyFollowers.delay("ada", "post:1");
  console.log("followers told in batches:", await batches.get({ timeout: 5000 }));
  await eventually("the last follower is told", async () => (await redis.scard("notified:post:1")) === 250);
  console.log("reader250 has", await redis.lrange("inbox:reader250", 0, -1));

  for (const words of ["a", "a draft", "the final text"]) await save("doc:1", words);
  await eventually("the document is found", async () => (await search("final", "text")).length === 1);
  console.log(
    "found by its last words:",
    await search("final", "text"),
    "by its first:",
    await search("draft"),
  );
} finally {
  await worker.stop();
  await app.close();
  await redis.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
}

async function eventually(what: string, happened: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 5000;
  while (!(await happened())) {
    if (Date.now() > end) throw new Error(`${what}: not within five seconds`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
