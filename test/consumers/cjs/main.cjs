const { Redis, ReplyError } = require("resplendent");
const { MiniServer } = require("resplendent/server");
const { Worker } = require("resplendent/tasks");
const { app, add } = require("./tasks.cjs");

async function main() {
  const server = await MiniServer.start();
  const redis = new Redis({ server });
  await redis.set("foo", "bar");
  const error = await redis.lpush("foo", "x").catch((reason) => reason);
  const ok = error instanceof ReplyError && error.code === "WRONGTYPE" && (await redis.get("foo")) === "bar";
  await redis.close();
  await server.close();
  const worker = new Worker(app, { pool: "processes", concurrency: 1, appModule: "./tasks.cjs" });
  await worker.start();
  const sum = await (await add.delay(2, 2)).get({ timeout: 10_000 });
  await worker.stop();
  await app.close();
  console.log(ok && sum === 4 ? "it works" : [error, sum]);
}

main();
