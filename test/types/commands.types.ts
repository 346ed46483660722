/** What the compiler says of commands, in every mode and view. Nothing here runs: `tsc` checks it. */
import type { Pipeline, Settled } from "../../src/client/pipeline.js";
import type { Redis } from "../../src/client/redis.js";
import type { Key } from "../../src/commands/base.js";
import type { FieldValue } from "../../src/commands/hashes.js";
import type { Commands } from "../../src/commands/index.js";
import type { KeyPage, KeyType } from "../../src/commands/keys.js";
import type { Popped } from "../../src/commands/lists.js";
import type { Mode, Promised, Reply, Sync } from "../../src/commands/mode.js";
import type { Scored } from "../../src/commands/replies.js";
import type { PoppedScored, ZaddOptions } from "../../src/commands/sorted-sets.js";
import type { SetOptions } from "../../src/commands/strings.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** `same<A>().as(b)` compiles only when the type of `b` is exactly `A`. */
declare function same<A>(): {
  as<B>(value: B, ...exactly: Equal<A, B> extends true ? [] : [expected: A]): void;
};

declare const redis: Redis;
declare const bytes: Redis<Buffer>;
declare const big: Redis<string, bigint>;
declare const direct: Commands<Sync>;
declare const flag: boolean;
declare const key: Key;

/** Options that change the reply. */
export function options(): void {
  same<Promise<"OK">>().as(redis.set("a", 1));
  same<Promise<"OK">>().as(redis.set("a", 1, { ex: 5 }));
  same<Promise<string | null>>().as(redis.set("a", 1, { get: true }));
  same<Promise<string | null>>().as(redis.set("a", 1, { get: true, nx: true }));
  same<Promise<"OK" | null>>().as(redis.set("a", 1, { nx: true, px: 10 }));
  same<Promise<"OK">>().as(redis.set("a", 1, { xx: false }));
  same<Promise<string | null>>().as(redis.set("a", 1, { get: flag }));
  same<Promise<string | null>>().as(redis.set("a", 1, {} as SetOptions));

  same<Promise<number>>().as(redis.zadd("z", { a: 1 }));
  same<Promise<number>>().as(redis.zadd("z", { member: "a", score: 1 }, { ch: true }));
  same<Promise<number | null>>().as(redis.zadd("z", { a: 1 }, { incr: true }));
  same<Promise<bigint | number | null>>().as(big.zadd("z", { a: 1 }, {} as ZaddOptions));

  same<Promise<string[]>>().as(redis.zrange("z", 0, -1));
  same<Promise<Scored[]>>().as(redis.zrange("z", 0, -1, { withScores: true }));
  same<Promise<string[] | Scored[]>>().as(redis.zrange("z", 0, -1, { withScores: flag }));
  same<Promise<Scored[]>>().as(redis.zrangebyscore("z", "-inf", 5, { withScores: true }));
  same<Promise<Scored[]>>().as(redis.zunion(["a", "b"], { weights: [1, 2], withScores: true }));
  same<Promise<string | null>>().as(redis.zrandmember("z"));
  same<Promise<string[]>>().as(redis.zrandmember("z", 2));
  same<Promise<string[] | Scored[]>>().as(redis.zrandmember("z", 2, { withScores: flag }));
  same<Promise<FieldValue[]>>().as(redis.hrandfield("h", 2, { withValues: true }));

  same<Promise<(string | null)[]>>().as(redis.sort("l", { alpha: true }));
  same<Promise<number>>().as(redis.sort("l", { store: "d" }));
  same<Promise<number | null>>().as(redis.lpos("l", "v"));
  same<Promise<number[]>>().as(redis.lpos("l", "v", { count: 0 }));
  same<Promise<string | null>>().as(redis.lpop("l"));
  same<Promise<string[] | null>>().as(redis.lpop("l", 2));
  same<Promise<Scored | null>>().as(redis.zpopmin("z"));
  same<Promise<Scored[]>>().as(redis.zpopmin("z", 2));
  same<Promise<"PONG">>().as(redis.ping());
  same<Promise<string>>().as(redis.ping("hi"));
  same<Promise<unknown>>().as(redis.eval("return 1"));
  same<Promise<number>>().as(redis.eval<number>("return 1", { keys: ["a"] }));
}

/** Views and modes. */
export function views(): void {
  same<Promise<Buffer | null>>().as(bytes.get("a"));
  same<Promise<Record<string, Buffer>>>().as(bytes.hgetall("h"));
  same<Promise<Popped<Buffer> | null>>().as(bytes.blpop("l", 1));
  same<Promise<PoppedScored<Buffer> | null>>().as(bytes.bzpopmin(["a", "b"], 1));
  same<Promise<KeyPage<Buffer>>>().as(bytes.scan(0));
  same<Promise<"OK">>().as(bytes.set("a", 1));
  same<Promise<KeyType>>().as(bytes.type("a"));
  same<Promise<Uint8Array | null>>().as(redis.dump("a"));
  same<Promise<bigint>>().as(big.incr("n"));
  same<Promise<boolean>>().as(big.expire("n", 1));
  same<Promise<(bigint | null)[]>>().as(big.bitfield("b", [{ get: "u8", offset: 0 }]));
  same<string | null>().as(direct.get("a"));
  same<Scored[]>().as(direct.zrange("z", 0, 1, { withScores: true }));
  same<Promise<Record<string, Buffer>>>().as(redis.with({ replies: "buffer" }).hgetall("h"));
}

/** What must not compile. */
export function mistakes(): void {
  // @ts-expect-error an unknown option
  redis.set("a", 1, { gett: true });
  // @ts-expect-error a typing error next to a known option
  redis.set("a", 1, { ex: 1, pxx: 2 });
  // @ts-expect-error no value
  redis.set("a", { no: 1 });
  // @ts-expect-error undefined is no value
  redis.set("a", undefined);
  // @ts-expect-error no key
  redis.get(1);
  // @ts-expect-error an unknown option
  redis.zrange("z", 0, 1, { withscores: true });
  // @ts-expect-error an unknown option
  redis.sort("l", { store: "d", descending: true });
  // @ts-expect-error an unknown option
  redis.sort("l", { desc: true });
  // @ts-expect-error neither end
  redis.lmpop("l", "top");
  // @ts-expect-error no bit
  redis.setbit("b", 1, 2);
  // @ts-expect-error no width
  redis.bitfield("b", [{ get: "8", offset: 0 }]);
  // @ts-expect-error an operation with parts of two
  redis.bitfield("b", [{ set: "u8", offset: 0, by: 1 }]);
  // @ts-expect-error no score
  redis.zadd("z", [{ member: "a" }]);
  // @ts-expect-error a field without value
  redis.hset("h", "f");
  // @ts-expect-error an unknown operation
  redis.bitop("nand", "d", "a");
  // @ts-expect-error connection state is no method of a shared client
  redis.select(1);
  // @ts-expect-error nor is subscribing
  redis.subscribe("ch");
}

/** Lists and keys of all kinds go in. */
export function inputs(list: readonly string[], keys: Key[]): void {
  same<Promise<number>>().as(redis.del("a", "b"));
  same<Promise<number>>().as(redis.del(list));
  same<Promise<number>>().as(redis.del(...keys));
  same<Promise<number>>().as(redis.sadd(key, 1, 2n, "c", new Uint8Array(1)));
  same<Promise<number>>().as(redis.hset("h", new Map<string, number>([["f", 1]])));
  same<Promise<number>>().as(redis.hset("h", [[new Uint8Array(1), "v"]]));
  same<Promise<number>>().as(redis.zadd("z", new Map([["a", 1]])));
  same<Promise<number>>().as(
    redis.zadd(
      "z",
      list.map((member, score) => ({ member, score })),
    ),
  );
}

/** Pipelines as values. */
export function pipelines(): void {
  same<Promise<[]>>().as(redis.pipeline().exec());
  same<Promise<["OK", number, number]>>().as(
    redis.pipeline().set("a", 1).sadd("s", "x", "y").incr("n").exec(),
  );
  same<Promise<[Settled<number>, Settled<string | null>]>>().as(
    redis.multi().incr("a").get("b").execSettled(),
  );
  same<Promise<[Buffer | null, bigint]>>().as(
    redis.with({ replies: "buffer", integers: "bigint" }).pipeline().get("a").incr("n").exec(),
  );
  const both = <R extends readonly unknown[]>(pipe: Pipeline<R>) => pipe.incr("a").get("b");
  same<Pipeline<["OK", number, string | null]>>().as(both(redis.pipeline().set("x", 1)));
  let any: Pipeline<readonly unknown[]> = redis.pipeline().get("a");
  for (let i = 0; i < 3; i++) any = any.incr("a");
  same<Promise<readonly unknown[]>>().as(any.exec());
  // @ts-expect-error a pipeline of one reply is none of another
  const wrong: Pipeline<[number]> = redis.pipeline().get("a");
  void wrong;
}

/** A recipe asks for the commands that it needs, so that a test can hand it a stub. */
export async function lock(store: Pick<Commands<Promised>, "set" | "eval">, name: string): Promise<boolean> {
  const got: "OK" | null = await store.set(name, "token", { nx: true, px: 1000 });
  const gone: number = await store.eval<number>("return 1", { keys: [name] });
  return got !== null && gone > 0;
}
void lock(redis, "a");

declare module "../../src/commands/index.js" {
  interface Commands<M extends Mode> {
    /** A command that users have added. */
    readDocument<T = unknown>(key: Key): Reply<M, T | null>;
  }
}
same<Promise<{ a: number } | null>>().as(redis.readDocument<{ a: number }>("x"));
same<Promise<[number, unknown]>>().as(redis.pipeline().incr("a").readDocument("x").exec());
