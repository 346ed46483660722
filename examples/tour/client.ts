/** What the client adds: pools, pipelines, transactions, PubSub, views, types. */
import { ConnectionPool, Redis } from "../../src/index.js";
import { note, section, show } from "./print.js";
import type { TourServer } from "./server.js";

export async function clientSteps(server: TourServer): Promise<void> {
  await connections(server);
  await batches(server.redis);
  await publishSubscribe(server.redis);
  await collections(server.redis);
  await careful(server.redis);
}

async function connections({ redis, url, unixSocketPath }: TourServer): Promise<void> {
  section("A client and its connections");
  await show(() => redis.set("foo", "bar"));
  await show(() => redis.get("foo"));

  note("Every client makes a pool of its own, unless it is given one:");
  const pool = new ConnectionPool({ url, maxConnections: 20 });
  const first = new Redis(pool);
  const second = new Redis({ connectionPool: pool });
  await show(() => first.set("shared", "by two clients"));
  await show(() => second.get("shared"), "two clients, one pool");
  await pool.close();

  if (unixSocketPath !== undefined) {
    const local = new Redis({ unixSocketPath });
    await show(() => local.get("foo"), "new Redis({ unixSocketPath }): the same server over a Unix socket");
    await local.close();
  }
  for (const parser of ["resp", "redis-parser"] as const) {
    const parsed = new Redis({ url, parser });
    parsed.on("warning", ({ message }) => note(message));
    await show(() => parsed.get("foo"), `new Redis({ parser: "${parser}" })`);
    await parsed.close();
  }
}

async function batches(redis: Redis): Promise<void> {
  section("Pipelines and transactions: one round trip, a typed tuple");
  await redis.del("faz", "auto_number");
  await show(
    () => redis.pipeline().set("foo", "bar").sadd("faz", "baz").incr("auto_number").exec(),
    'the compiler knows ["OK", number, number]',
  );
  await show(
    () => redis.pipeline().get("foo").lpush("foo", "x").incr("auto_number").execSettled(),
    "errors in place",
  );
  await show(() => redis.multi().incr("auto_number").get("foo").exec(), "the same chain inside MULTI/EXEC");
  await redis.set("balance", 100);
  await show(
    () =>
      redis.transaction(["balance"], async (tx) =>
        tx
          .multi()
          .set("balance", Number(await tx.get("balance")) - 10)
          .exec(),
      ),
    "WATCH, tried again when somebody else was faster",
  );
  await show(() => redis.get("balance"));
}

async function publishSubscribe(redis: Redis): Promise<void> {
  section("PubSub: polled, iterated, handled");
  const sub = redis.pubsub();
  await show(() => sub.subscribe("my-first-channel", "my-second-channel"));
  await show(() => sub.psubscribe("my-*"));
  await show(() => sub.getMessage({ timeout: 1000 }), "a confirmation: what, and how many there are now");
  await show(() => sub.getMessage({ timeout: 1000 }));
  await show(() => sub.getMessage({ timeout: 1000 }));
  await show(() => redis.publish("my-channel", "Hello"), "how many got it");
  await show(() => sub.getMessage({ timeout: 1000 }), "by the pattern");
  await show(() => redis.publish("my-first-channel", "to both"));
  await show(() => sub.getMessage({ timeout: 1000 }), "by the channel");
  await show(() => sub.getMessage({ timeout: 1000 }), "and by the pattern");
  await show(() => sub.getMessage(), "null: there is none");
  await redis.publish("my-second-channel", "one");
  for await (const message of sub) {
    await show(() => message, "for await (const message of sub)");
    break;
  }
  await sub.close();
}

async function collections(redis: Redis): Promise<void> {
  section("Collections with their types");
  await redis.del("members", "stories:frontpage");
  await show(() => redis.rpush("members", "Alice", "Bob", "Carol"));
  await show(() => redis.lrange("members", 0, -1));
  await show(() => redis.llen("members"));
  await show(() => redis.lindex("members", 1));
  await show(() => redis.rpop("members"));
  await show(() => redis.lpop("members"));
  await redis.del("members");
  await show(() => redis.sadd("members", "Carol"), "1: new");
  await show(() => redis.sadd("members", "Carol"), "0: there already");
  await show(() => redis.smembers("members"));
  await show(() =>
    redis.zadd("stories:frontpage", [
      { member: "story:1", score: 10.5 },
      { member: "story:2", score: 99 },
    ]),
  );
  await show(
    () => redis.zrange("stories:frontpage", 0, -1, { rev: true, withScores: true }),
    "scores are numbers, under RESP2 and RESP3",
  );
}

async function careful(redis: Redis): Promise<void> {
  section("Nothing altered in silence");
  const bytes = redis.with({ replies: "buffer" });
  await redis.set("binary", Buffer.from([0, 255, 13, 10]));
  await show(() => bytes.get("binary"), 'a view: redis.with({ replies: "buffer" })');
  await show(
    () => redis.get("binary").catch((error) => error.message),
    "no replacement characters behind your back",
  );
  await redis.set("large", "9007199254740992");
  await show(() => redis.with({ integers: "bigint" }).incr("large"), "beyond 2^53, exactly");
  await show(
    () => redis.hgetall("foo").catch((error) => `${error.code} at ${error.command}`),
    "errors name the command",
  );
}
