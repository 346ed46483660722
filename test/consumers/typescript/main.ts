import { Redis } from "resplendent";
import { MiniServer } from "resplendent/server";

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
console.log(
  ok === "OK" && added + n === 2 && bytes?.length === 3 && big === 2n ? "it works" : [ok, added, n, bytes],
);
