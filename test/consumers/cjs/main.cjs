const { Redis, ReplyError } = require("resplendent");
const { MiniServer } = require("resplendent/server");

async function main() {
  const server = await MiniServer.start();
  const redis = new Redis({ server });
  await redis.set("foo", "bar");
  const error = await redis.lpush("foo", "x").catch((reason) => reason);
  const ok = error instanceof ReplyError && error.code === "WRONGTYPE" && (await redis.get("foo")) === "bar";
  await redis.close();
  await server.close();
  console.log(ok ? "it works" : error);
}

main();
