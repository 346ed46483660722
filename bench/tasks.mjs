/**
 * The task queue beside Celery's own worker and BullMQ's: how many tasks that do nothing go through one worker a
 * second, the producer included; how soon an idle worker begins; what 100,000 tasks with a countdown take; whether
 * memory stays flat. All on redis-server, each contender on an empty one.
 *
 *   node bench/tasks.mjs [--count 50000] [--rounds 3] [--long]
 *
 * `--long` sends a million tasks for the last question. Celery is Debian's python3-celery; it is left out where
 * /usr/bin/python3 has none.
 */
import { fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { run, startRedisServer } from "./processes.mjs";
import { builtPackage, installPeers } from "./setup.mjs";
import { median } from "./statistics.mjs";

const FOLDER = fileURLToPath(new URL("tasks/", import.meta.url));
const PYTHON = "/usr/bin/python3";
/** Celery's own worker is slower by so much that fewer tasks tell as much. */
const CELERY_SHARE = 10;
const ETA_TASKS = 100_000;
const LATENCY_CALLS = 300;
const PATIENCE_MS = 300_000;

const { values } = parseArgs({
  options: { count: { type: "string" }, rounds: { type: "string" }, long: { type: "boolean" } },
});
const count = Number(values.count ?? 50_000);
const rounds = Number(values.rounds ?? 3);

installPeers();
const { Redis } = await import(new URL("index.js", builtPackage()).href);
const celeryInstalled = spawnSync(PYTHON, ["-c", "import celery, redis"]).status === 0;

for (const results of [false, true]) {
  const rates = { resplendent: [], BullMQ: [], Celery: [] };
  for (let round = 0; round < rounds; round++) {
    rates.resplendent.push(await rateOf(nodeWorker("ours-worker.mjs"), "ours-producer.mjs", results));
    rates.BullMQ.push(await rateOf(nodeWorker("bullmq-worker.mjs"), "bullmq-producer.mjs", results));
    if (celeryInstalled) rates.Celery.push(await celeryRate(results));
  }
  console.log(`\nNo-op tasks a second, results ${results ? "stored" : "ignored"}:`);
  const ours = median(rates.resplendent);
  for (const [name, all] of Object.entries(rates)) {
    if (all.length === 0) continue;
    const rate = median(all);
    console.log(`  ${name.padEnd(12)} ${Math.round(rate)}  (resplendent: ${(ours / rate).toFixed(1)}x)`);
  }
}
await latency();
await etaMemory();
await flatMemory();

/** Run `work` with an empty redis-server. */
async function withRedis(results, work) {
  const server = await startRedisServer();
  const url = `redis://127.0.0.1:${server.port}/0`;
  const env = { ...process.env, BENCH_URL: url, BENCH_RESULTS: results ? "1" : "0" };
  const redis = new Redis(url);
  try {
    return await work({ env, redis });
  } finally {
    await redis.close();
    await server.stop();
  }
}

/** Starts a worker that answers messages with what it has done. */
function nodeWorker(file) {
  return async (env) => {
    const child = fork(`${FOLDER}${file}`, {
      env,
      execArgv: ["--expose-gc"],
      stdio: ["ignore", 2, 2, "ipc"],
    });
    await once(child, "message");
    const ask = async (question) => {
      child.send(question);
      const [answer] = await once(child, "message");
      return answer;
    };
    return {
      seen: () => ask("seen"),
      memory: () => ask("memory"),
      async stop() {
        const closed = once(child, "close");
        child.send("stop");
        await closed;
      },
    };
  };
}

/** Wait until the worker has begun `wanted` tasks. */
async function done(worker, wanted) {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await worker.seen();
    if (seen.count >= wanted) return seen;
    if (performance.now() > deadline) throw new Error(`only ${seen.count} of ${wanted} tasks were run`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Tasks a second, from the start of the producer's process to the last task. */
function rateOf(start, producer, results) {
  return withRedis(results, async ({ env }) => {
    const worker = await start(env);
    try {
      const begin = performance.timeOrigin + performance.now();
      await run(process.execPath, [`${FOLDER}${producer}`, String(count)], { env, timeout: PATIENCE_MS });
      const { at } = await done(worker, count);
      return count / ((at - begin) / 1000);
    } finally {
      await worker.stop();
    }
  });
}

/** The same for Celery, which is done when the queue is empty and nothing is reserved. */
function celeryRate(results) {
  return withRedis(results, async ({ env, redis }) => {
    const options = ["--without-gossip", "--without-mingle", "-c", "2", "-l", "ERROR"];
    const worker = spawn(PYTHON, ["-m", "celery", "-A", "celery_app", "worker", ...options], {
      cwd: FOLDER,
      env,
      stdio: "ignore",
    });
    try {
      while ((await redis.pubsubNumpat()) === 0) await new Promise((resolve) => setTimeout(resolve, 100));
      const tasks = Math.ceil(count / CELERY_SHARE);
      const begin = performance.now();
      await run(PYTHON, [`${FOLDER}celery_app.py`, String(tasks)], { env, timeout: PATIENCE_MS });
      while ((await redis.llen("celery")) + (await redis.hlen("unacked")) > 0) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return tasks / ((performance.now() - begin) / 1000);
    } finally {
      const closed = once(worker, "close");
      worker.kill("SIGTERM");
      const late = setTimeout(() => worker.kill("SIGKILL"), 5000);
      await closed;
      clearTimeout(late);
    }
  });
}

function latency() {
  return withRedis(false, async ({ env }) => {
    const worker = await nodeWorker("ours-worker.mjs")(env);
    await run(process.execPath, [`${FOLDER}latency-producer.mjs`, String(LATENCY_CALLS)], { env });
    const { latencies } = await worker.seen();
    const sorted = latencies.sort((a, b) => a - b);
    console.log(
      `\nFrom delay() to the start, idle worker: median ${median(sorted).toFixed(2)} ms, ` +
        `p99 ${sorted[Math.floor(sorted.length * 0.99)].toFixed(2)} ms`,
    );
    await worker.stop();
  });
}

function etaMemory() {
  return withRedis(false, async ({ env, redis }) => {
    const worker = await nodeWorker("ours-worker.mjs")(env);
    const before = await worker.memory();
    const args = [`${FOLDER}ours-producer.mjs`, String(ETA_TASKS), "3600"];
    await run(process.execPath, args, { env, timeout: PATIENCE_MS });
    while ((await redis.hlen("unacked")) < ETA_TASKS)
      await new Promise((resolve) => setTimeout(resolve, 100));
    const after = await worker.memory();
    console.log(`\n${ETA_TASKS} tasks with a countdown held: ${megabytes(after - before)}`);
    await worker.stop();
  });
}

function flatMemory() {
  return withRedis(false, async ({ env }) => {
    const worker = await nodeWorker("ours-worker.mjs")(env);
    const total = values.long ? 1_000_000 : 200_000;
    const figures = [];
    for (let sent = 0; sent < total; ) {
      sent += total / 5;
      await run(process.execPath, [`${FOLDER}ours-producer.mjs`, String(total / 5)], {
        env,
        timeout: PATIENCE_MS,
      });
      await done(worker, sent);
      figures.push(megabytes(await worker.memory()));
    }
    console.log(`\nMemory in use after each fifth of ${total} tasks: ${figures.join(", ")}`);
    await worker.stop();
  });
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
