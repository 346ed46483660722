/** Sixty different commands in one chain, and the exact tuple of their replies. Nothing here runs: `tsc` checks it. */
import type { Redis } from "../../src/client/redis.js";
import type { KeyPage, KeyType } from "../../src/commands/keys.js";
import type { PoppedMany } from "../../src/commands/lists.js";
import type { Scored } from "../../src/commands/replies.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** `same<A>().as(b)` compiles only when the type of `b` is exactly `A`. */
declare function same<A>(): {
  as<B>(value: B, ...exactly: Equal<A, B> extends true ? [] : [expected: A]): void;
};
type Text = string | null;

/** The chain. */
export async function sixty(redis: Redis): Promise<void> {
  const replies = await redis
    .pipeline()
    .append("k", "v")
    .bitcount("k")
    .bitop("and", "d", "a", "b")
    .copy("a", "b")
    .dbsize()
    .decr("n")
    .del("a")
    .echo("x")
    .eval<[number, string]>("return {1, 'a'}")
    .exists("a")
    .expire("a", 1)
    .get("a")
    .getdel("a")
    .getrange("a", 0, 1)
    .hdel("h", "f")
    .hexists("h", "f")
    .hget("h", "f")
    .hgetall("h")
    .hincrbyfloat("h", "f", 1)
    .hkeys("h")
    .hmget("h", "f", "g")
    .hset("h", { f: 1 })
    .incr("n")
    .incrbyfloat("n", 0.5)
    .keys("*")
    .lindex("l", 0)
    .llen("l")
    .lmpop("l", "left")
    .lpop("l")
    .lpop("l", 2)
    .lpush("l", 1)
    .lrange("l", 0, -1)
    .mget("a", "b")
    .mset({ a: 1 })
    .objectEncoding("a")
    .persist("a")
    .ping()
    .publish("c", "m")
    .rename("a", "b")
    .rpush("l", "x")
    .sadd("s", 1)
    .scan(0)
    .scard("s")
    .set("a", 1)
    .set("a", 1, { nx: true })
    .set("a", 1, { get: true })
    .setnx("a", 1)
    .sismember("s", 1)
    .smembers("s")
    .smismember("s", 1, 2)
    .spop("s")
    .strlen("a")
    .ttl("a")
    .type("a")
    .zadd("z", { a: 1 })
    .zincrby("z", 1, "a")
    .zmscore("z", "a")
    .zpopmin("z")
    .zrange("z", 0, -1, { withScores: true })
    .zscore("z", "a")
    .exec();
  same<
    [
      ...[append: number, bitcount: number, bitop: number, copy: boolean, dbsize: number],
      ...[decr: number, del: number, echo: string, eval: [number, string], exists: number],
      ...[expire: boolean, get: Text, getdel: Text, getrange: string, hdel: number],
      ...[
        hexists: boolean,
        hget: Text,
        hgetall: Record<string, string>,
        hincrbyfloat: number,
        hkeys: string[],
      ],
      ...[hmget: Text[], hset: number, incr: number, incrbyfloat: number, keys: string[]],
      ...[lindex: Text, llen: number, lmpop: PoppedMany | null, lpop: Text, lpopMany: string[] | null],
      ...[lpush: number, lrange: string[], mget: Text[], mset: "OK", objectEncoding: Text],
      ...[persist: boolean, ping: "PONG", publish: number, rename: "OK", rpush: number],
      ...[sadd: number, scan: KeyPage, scard: number, set: "OK", setIf: "OK" | null],
      ...[setGet: Text, setnx: boolean, sismember: boolean, smembers: string[], smismember: boolean[]],
      ...[spop: Text, strlen: number, ttl: number, type: KeyType, zadd: number],
      ...[
        zincrby: number,
        zmscore: (number | null)[],
        zpopmin: Scored | null,
        zrange: Scored[],
        zscore: number | null,
      ],
    ]
  >().as(replies);
  same<60>().as(replies.length);
  // @ts-expect-error there is no more
  void replies[60];
}
