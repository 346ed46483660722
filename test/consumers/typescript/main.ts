import { Redis } from "resplendent";
import { MiniServer } from "resplendent/server";
import { type AsyncResult, TaskApp, Worker } from "resplendent/tasks";

const server = await MiniServer.start();
const redis = new Redis({ server });
const [ok, added, n]: ["OK", number, number] = await redis
  .pipeline()
  .set("foo", "bar")
  .sadd("faz", "baz")
  .incr("auto_number")
  .exec();
const bytes: Buffer | null = await redis.with({ replies: "buffer" }).get("foo");
const big: bigint = await redis.with({ integers: "bigint" }).incr("auto_number");
await redis.close();
await server.close();

const app = new TaskApp("consumer", { broker: "memory://" });
const add = app.task("consumer.add", (x: number, y: number) => x + y);
const worker = new Worker(app, { concurrency: 1 });
await worker.start();
const result: AsyncResult<number> = await add.delay(2, 2);
// @ts-expect-error the arguments are typed
const wrong = () => add.delay("2", 2);
const sum: number = await result.get({ timeout: 10_000 });
await worker.stop();
await app.close();
console.log(
  typeof wrong === "function" &&
    sum === 4 &&
    ok === "OK" &&
    added + n === 2 &&
    bytes?.length === 3 &&
    big === 2n
    ? "it works"
    : [ok, added, n, bytes],
);
