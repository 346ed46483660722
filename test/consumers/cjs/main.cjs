const { Redis, ReplyError } = require("resplendent");
const { Lock, LockTimeoutError } = require("resplendent/recipes");
const { MiniServer } = require("resplendent/server");
const { Worker } = require("resplendent/tasks");

async function main() {
  const server = await MiniServer.start();
  const redis = new Redis({ server });
  await redis.set("foo", "bar");
  const error = await redis.lpush("foo", "x").catch((reason) => reason);
  const ok = error instanceof ReplyError && error.code === "WRONGTYPE" && (await redis.get("foo")) === "bar";
  const held = await new Lock(redis, "lock").acquire();
  const refusal = await new Lock(redis, "lock").acquire({ timeout: 0 }).catch((reason) => reason);
  const locks = held.fence > 0 && refusal instanceof LockTimeoutError && (await held.release());
  await redis.close();
  // The children of the pool load the same module, and find the broker by the same variable.
  process.env.CELERY_BROKER_URL = server.url;
  const { app, add } = require("./tasks.cjs");
  const worker = new Worker(app, { pool: "processes", concurrency: 1, appModule: "./tasks.cjs" });
  await worker.start();
  const sum = await (await add.delay(2, 2)).get({ timeout: 10_000 });
  await worker.stop();
  await app.close();
  await server.close();
  const names = [redis, server, worker].map((one) => one.constructor.name).join();
  console.log(
    ok && locks && sum === 4 && names === "Redis,MiniServer,Worker"
      ? "it works"
      : [error, refusal, sum, names],
  );
}

main();
