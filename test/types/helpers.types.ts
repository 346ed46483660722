/** What the compiler says of scans, scripts, libraries, batches, stream readers and codecs. Nothing here runs. */
import { json } from "../../src/client/codec.js";
import type { Pipeline, Settled } from "../../src/client/pipeline.js";
import type { Redis } from "../../src/client/redis.js";
import type { Scan } from "../../src/client/scan.js";
import { defineFunction, defineLibrary } from "../../src/client/scripts/function-library.js";
import type { MethodOf } from "../../src/client/scripts/program-definition.js";
import { defineScript } from "../../src/client/scripts/script.js";
import type { Session } from "../../src/client/session.js";
import type { ConsumedEntry, ReadEntry, StreamReader } from "../../src/client/streams/stream-reader.js";
import type { PoppedValue } from "../../src/client/values.js";
import type { Key } from "../../src/commands/base.js";
import type { Mode } from "../../src/commands/mode.js";
import type { Scored } from "../../src/commands/replies.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** `same<A>().as(b)` compiles only when the type of `b` is exactly `A`. */
declare function same<A>(): {
  as<B>(value: B, ...exactly: Equal<A, B> extends true ? [] : [expected: A]): void;
};

declare const redis: Redis;
declare const bytes: Redis<Buffer>;
declare const big: Redis<string, bigint>;
declare const session: Session;
declare const flag: boolean;

export function scans(): void {
  same<Scan<string>>().as(redis.scanIterator({ match: "a*", count: 10, type: "hash" }));
  same<Scan<Buffer>>().as(bytes.sscanIterator("s"));
  same<Scan<[field: string, value: string]>>().as(redis.hscanIterator("h"));
  same<Scan<Scored<Buffer>>>().as(bytes.zscanIterator("z"));
  same<AsyncGenerator<string[], void, undefined>>().as(redis.scanIterator().pages());
  // @ts-expect-error only keys have types
  redis.hscanIterator("h", { type: "hash" });
  // @ts-expect-error an unknown option
  redis.scanIterator({ pattern: "a*" });
}

const transfer = defineScript({
  keys: ["from", "to"],
  args: (amount: number, note?: string) => (note === undefined ? [amount] : [amount, note]),
  lua: "return 1",
  decode: Number,
});
const two = defineScript({ keys: 2, lua: "return KEYS", decode: (reply) => reply as string[] });
const any = defineScript({ lua: "return KEYS" });

export function scripts(): void {
  same<Promise<number>>().as(transfer(redis, { from: "a", to: "b" }, 10));
  same<Promise<number>>().as(transfer(session, { from: "a", to: "b" }, 10, "rent"));
  same<Promise<number>>().as(transfer(big, { from: "a", to: Buffer.from("b") }, 10));
  same<Pipeline<[number, number], string, number>>().as(
    transfer(redis.pipeline().incr("n"), { from: "a", to: "b" }, 10),
  );
  same<Promise<string[]>>().as(two(redis, ["a", "b"]));
  same<Promise<unknown>>().as(any(redis, ["a", "b", "c"], 1, "x"));
  // @ts-expect-error a key is missing
  transfer(redis, { from: "a" }, 10);
  // @ts-expect-error there is no such key
  transfer(redis, { from: "a", to: "b", by: "c" }, 10);
  // @ts-expect-error the amount is a number
  transfer(redis, { from: "a", to: "b" }, "10");
  // @ts-expect-error one key too few
  two(redis, ["a"]);
  // @ts-expect-error an unknown option
  defineScript({ lua: "return 1", key: 2 });
}

declare module "../../src/commands/index.js" {
  interface Commands<M extends Mode> {
    /** A script that users have made a method. */
    moveMoney: MethodOf<typeof transfer, M>;
  }
}

export function methods(): void {
  same<Promise<number>>().as(redis.moveMoney({ from: "a", to: "b" }, 10));
  same<Promise<[number, string | null, number]>>().as(
    redis.pipeline().incr("n").get("a").moveMoney({ from: "a", to: "b" }, 1, "x").exec(),
  );
}

const library = defineLibrary({
  name: "counters",
  code: "redis.register_function('bump', function(keys, args) return 1 end)",
  functions: {
    bump: defineFunction({ keys: ["counter"], args: (by: number) => [by], decode: Number }),
    names: defineFunction({ name: "all_names", readOnly: true, decode: (reply) => reply as string[] }),
  },
});

export function libraries(): void {
  same<Promise<number>>().as(library.functions.bump(redis, { counter: "c" }, 1));
  same<Promise<string[]>>().as(library.functions.names(redis, []));
  same<Promise<[number]>>().as(library.functions.bump(redis.multi(), { counter: "c" }, 1).exec());
  same<Promise<void>>().as(library.load(redis));
  // @ts-expect-error there is no such key
  library.functions.bump(redis, { c: "c" }, 1);
  // @ts-expect-error there is no such function
  library.functions.bumped;
}

export function batches(): void {
  same<Promise<{ a: string | null; n: number; s: "OK" | null }>>().as(
    redis.batch({ a: (c) => c.get("x"), n: (c) => c.incr("y"), s: (c) => c.set("k", 1, { nx: true }) }),
  );
  same<Promise<{ a: Buffer | null }>>().as(bytes.batch({ a: (c) => c.get("x") }, { atomic: true }));
  same<Promise<{ n: bigint }>>().as(big.batch({ n: (c) => c.incr("x") }));
  same<Promise<{ t: number }>>().as(session.batch({ t: (c) => transfer(c, { from: "a", to: "b" }, 1) }));
  same<Promise<{ a: Settled<string | null> }>>().as(redis.batchSettled({ a: (c) => c.get("x") }));
  // @ts-expect-error that is no call
  redis.batch({ a: () => "x" });
  // @ts-expect-error an unknown option
  redis.batch({ a: (c) => c.get("x") }, { atomar: true });
}

export function streams(): void {
  same<StreamReader<string, ReadEntry<string>>>().as(redis.streamReader("s", { from: "$", count: 5 }));
  same<StreamReader<Buffer, ReadEntry<Buffer>>>().as(bytes.streamReader(["s", "t"]));
  same<StreamReader<string, ReadEntry<string>>>().as(redis.streamReader({ s: "0", t: "$" }));
  same<StreamReader<string, ConsumedEntry<string>>>().as(
    redis.streamReader("s", { group: "g", consumer: "c", create: true, claimAfter: 1000, ack: "manual" }),
  );
  // @ts-expect-error no consumer
  redis.streamReader("s", { group: "g" });
  // @ts-expect-error an unknown way
  redis.streamReader("s", { group: "g", consumer: "c", ack: "never" });
}

interface User {
  name: string;
}

export function codecs(): void {
  const users = redis.values(json<User>());
  same<Promise<User | null>>().as(users.get("u"));
  same<Promise<"OK">>().as(users.set("u", { name: "Ada" }, { ex: 5 }));
  same<Promise<"OK" | null>>().as(users.set("u", { name: "Ada" }, { nx: true }));
  same<Promise<User | null>>().as(users.set("u", { name: "Ada" }, { get: true }));
  same<Promise<(User | null)[]>>().as(users.mget("a", "b"));
  same<Promise<Record<string, User>>>().as(users.hgetall("h"));
  same<Promise<User[] | null>>().as(users.lpop("l", 2));
  same<Promise<PoppedValue<User> | null>>().as(users.blpop("l" as Key, 1));
  same<Promise<User[]>>().as(users.zrange("z", 0, -1));
  same<Promise<Scored<User>[]>>().as(users.zrange("z", 0, -1, { withScores: true }));
  same<Promise<User[] | Scored<User>[]>>().as(users.zrange("z", 0, -1, { withScores: flag }));
  same<Promise<bigint>>().as(big.values(json<User>()).sadd("s", { name: "Ada" }));
  same<Promise<[User | null, number]>>().as(redis.pipeline().values(json<User>()).get("u").incr("n").exec());
  // @ts-expect-error not a user
  users.set("u", { nom: "Ada" });
  // @ts-expect-error an unknown option
  users.set("u", { name: "Ada" }, { exx: 5 });
}
