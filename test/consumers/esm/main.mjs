import { Redis } from "resplendent";
import { Lock } from "resplendent/recipes";
import { MiniServer } from "resplendent/server";
import { Worker } from "resplendent/tasks";

const server = await MiniServer.start();
const redis = new Redis(server.url);
const replies = await redis.pipeline().set("foo", "bar").sadd("faz", "baz").incr("n").get("foo").exec();
await redis.close();
await server.close();
const inProcess = await MiniServer.start();
const near = new Redis({ server: inProcess });
const script = await near.eval("return redis.call('INCR', KEYS[1])", { keys: ["n"] });
const held = await new Lock(near, "lock").acquire();
const released = await held.release();
await near.close();
// The children of the pool load the same module, and find the broker by the same variable.
process.env.CELERY_BROKER_URL = inProcess.url;
const { app, add } = await import("./tasks.mjs");
const worker = new Worker(app, { pool: "threads", concurrency: 1, appModule: "./tasks.mjs" });
await worker.start();
const sum = await (await add.delay(2, 2)).get({ timeout: 10_000 });
await worker.stop();
await app.close();
await inProcess.close();
const names = [redis, server, worker, held].map((one) => one.constructor.name);
const seen = [replies, script, released, sum, names];
const expected = '[["OK",1,1,"bar"],1,true,4,["Redis","MiniServer","Worker","HeldLock"]]';
console.log(JSON.stringify(seen) === expected ? "it works" : seen);
