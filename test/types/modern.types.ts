/** What the compiler says of commands of Redis 7.2 and later and of the modules. Nothing here runs: `tsc` checks it. */
import type { Redis } from "../../src/client/redis.js";
import type { CommandlogEntry } from "../../src/commands/commandlog.js";
import type { FilterChunk } from "../../src/commands/filter-replies.js";
import type { FieldNamePage, FieldPage } from "../../src/commands/hashes.js";
import type { Commands } from "../../src/commands/index.js";
import type { Promised } from "../../src/commands/mode.js";
import type { Scored } from "../../src/commands/replies.js";
import type { AggregatePage, AggregateResult, SearchResult } from "../../src/commands/search-replies.js";
import type { SetOptions } from "../../src/commands/strings.js";
import type { Sample, SeriesSamples } from "../../src/commands/time-series-replies.js";
import type { CountedItem } from "../../src/commands/top-k.js";
import type { AttributedMember } from "../../src/commands/vector-sets.js";
import type { ReplyError } from "../../src/errors.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** `same<A>().as(b)` compiles only when the type of `b` is exactly `A`. */
declare function same<A>(): {
  as<B>(value: B, ...exactly: Equal<A, B> extends true ? [] : [expected: A]): void;
};

declare const redis: Redis;
declare const bytes: Redis<Buffer>;
declare const big: Redis<string, bigint>;
declare const flag: boolean;

/** Options that change the reply. */
export function options(): void {
  same<Promise<number | null>>().as(redis.zrank("z", "m"));
  same<Promise<{ rank: number; score: number } | null>>().as(redis.zrank("z", "m", { withScore: true }));
  same<Promise<{ rank: bigint; score: number } | null>>().as(big.zrevrank("z", "m", { withScore: true }));
  same<Promise<"OK" | null>>().as(redis.set("a", 1, { ifeq: "old" }));
  same<Promise<"OK" | null>>().as(redis.set("a", 1, { ifdne: "b6ac", ex: 5 }));
  same<Promise<string | null>>().as(redis.set("a", 1, { ifeq: "old", get: true }));
  same<Promise<"OK">>().as(redis.set("a", 1, { ex: 5 }));
  same<Promise<string | null>>().as(redis.set("a", 1, {} as SetOptions));

  same<Promise<FieldPage>>().as(redis.hscan("h", 0));
  same<Promise<FieldPage>>().as(redis.hscan("h", 0, { match: "*" }));
  same<Promise<FieldNamePage>>().as(redis.hscan("h", 0, { noValues: true }));
  same<Promise<FieldPage | FieldNamePage>>().as(redis.hscan("h", 0, { noValues: flag }));

  same<Promise<string[]>>().as(redis.vsim("v", { element: "e" }));
  same<Promise<Scored[]>>().as(redis.vsim("v", [1, 2], { withScores: true }));
  same<Promise<AttributedMember[]>>().as(redis.vsim("v", new Float32Array(2), { withAttributes: true }));
  same<Promise<(Scored & AttributedMember)[]>>().as(
    redis.vsim("v", new Uint8Array(8), { withScores: true, withAttributes: true }),
  );
  same<Promise<string[][] | null>>().as(redis.vlinks("v", "e"));
  same<Promise<Scored[][] | null>>().as(redis.vlinks("v", "e", { withScores: true }));
  same<Promise<string | null>>().as(redis.vrandmember("v"));
  same<Promise<string[]>>().as(redis.vrandmember("v", 2));
  same<Promise<CountedItem[]>>().as(redis.topkList("k", { withCount: true }));
  same<Promise<string[]>>().as(redis.topkList("k"));
  same<Promise<AggregateResult>>().as(redis.ftAggregate("i", "*", { load: "*" }));
  same<Promise<AggregatePage>>().as(redis.ftAggregate("i", "*", { cursor: { count: 5 } }));
}

/** Views, and types that only the caller knows. */
export function views(): void {
  same<Promise<(Buffer | null)[]>>().as(bytes.hgetex("h", "f"));
  same<Promise<bigint[]>>().as(big.hexpire("h", 1, ["f"]));
  same<Promise<FieldNamePage<Buffer>>>().as(bytes.hscan("h", 0, { noValues: true }));
  same<Promise<Scored<Buffer>[]>>().as(bytes.vsim("v", [1], { withScores: true }));
  same<Promise<string | null>>().as(bytes.digest("k"));
  same<Promise<FilterChunk>>().as(redis.bfScandump("b", 0));
  same<Promise<(boolean | ReplyError)[]>>().as(redis.bfMadd("b", "x"));
  same<Promise<(bigint | ReplyError)[]>>().as(big.tsMadd([{ key: "a", timestamp: "*", value: 1 }]));
  same<Promise<Sample[]>>().as(big.tsRange("t", "-", "+"));
  same<Promise<SeriesSamples<Buffer>[]>>().as(bytes.tsMrange("-", 5, "a=b"));
  same<Promise<SearchResult<Buffer>>>().as(bytes.ftSearch("i", "*"));
  same<Promise<CommandlogEntry<Buffer>[]>>().as(bytes.commandlogGet(1, "slow"));

  same<Promise<unknown>>().as(redis.jsonGet("d"));
  same<Promise<{ a: number } | null>>().as(redis.jsonGet<{ a: number }>("d"));
  same<Promise<(number[] | null)[]>>().as(redis.jsonMget<number[]>(["d"], "$.a"));
  same<Promise<(bigint | null)[]>>().as(big.jsonArrappend("d", "$.l", [1, "x", null, { a: 1 }]));
  same<Promise<(number | null)[]>>().as(big.jsonNumincrby("d", "$.n", 1));
  same<Promise<[boolean, { a: 1 } | null, string[]]>>().as(
    redis
      .pipeline()
      .hsetex("h", { f: 1 }, { ex: 5 })
      .jsonGet<{ a: 1 }>("d")
      .vsim("v", { element: "e" })
      .exec(),
  );
}

/** A value that is an interface goes in as JSON. */
interface User {
  name: string;
}
export const store = (json: Pick<Commands<Promised>, "jsonSet">, user: User): Promise<"OK" | null> =>
  json.jsonSet("user:1", "$", user);

/** What must not compile. */
export function mistakes(): void {
  // @ts-expect-error a typing error next to a known option
  redis.set("a", 1, { ifeq: "x", ifne2: "y" });
  // @ts-expect-error undefined is no JSON
  redis.jsonSet("d", "$", undefined);
  // @ts-expect-error no fields
  redis.hexpire("h", 10);
  // @ts-expect-error an unknown option
  redis.hsetex("h", { f: 1 }, { keepttl: true });
  // @ts-expect-error an unknown policy
  redis.xdelex("s", "1-0", { refs: "all" });
  // @ts-expect-error an unknown operation
  redis.bitop("nand", "d", "a");
  // @ts-expect-error neither a range nor an order
  redis.clusterSlotStats({ limit: 5 });
  // @ts-expect-error an unknown aggregator
  redis.tsCreaterule("a", "b", "median", 1000);
  // @ts-expect-error a vector without dimensions
  redis.ftCreate("i", { v: { type: "vector", algorithm: "flat", dataType: "float32", distance: "l2" } });
  // @ts-expect-error an option of another kind of field
  redis.ftCreate("i", { n: { type: "numeric", weight: 5 } });
  // @ts-expect-error an unknown kind
  redis.ftCreate("i", { n: "number" });
  // @ts-expect-error no step
  redis.ftAggregate("i", "*", { steps: [{ having: "@a > 1" }] });
  // @ts-expect-error no element
  redis.vsim("v", { elem: "e" });
}
