import type { Redis } from "resplendent";

declare const redis: Redis;
redis./*? Get the string at `key` & @example & @see */ get("a");
redis./*? Set `key` to `value` & @example */ set("a", 1, { get: true });
redis.with({ replies: "buffer" })./*? Get the string at `key` */ get("a");
redis.pipeline()./*? Get the string at `key` & @example */ get("a");
redis.pipeline().set("a", 1).sadd("s", "x")./*? incr & ["OK", number, number] & @see */ incr("n");
redis.multi()./*? hgetall & @see */ hgetall("h");
redis./*? PubSub with a connection of its own */ pubsub();
