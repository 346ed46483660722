/** Calls on data, and the replies they promise in terms of text (`t`) and integers (`i`). */
import type { Redis } from "../../src/client/redis.js";
import type { Commands } from "../../src/commands/index.js";
import type { Promised } from "../../src/commands/mode.js";

/** A view of which nothing is known. */
export type AnyView = Commands<Promised<unknown, unknown>>;
/** A call and its reply. */
export type Step = readonly [
  call: (c: AnyView) => unknown,
  reply: (t: (text: string) => unknown, i: (integer: number) => unknown) => unknown,
];
/** Calls one after the other, on a server that holds only what `given` made. */
export interface ViewCase {
  title: string;
  given?: (redis: Redis) => Promise<unknown>;
  steps: readonly Step[];
}

const INF = Number.POSITIVE_INFINITY;

/** Cases on data of all types. */
export const dataViewCases: readonly ViewCase[] = [
  {
    title: "strings",
    steps: [
      [(c) => c.set("k", "v"), () => "OK"],
      [(c) => c.get("k"), (t) => t("v")],
      [(c) => c.get("no"), () => null],
      [(c) => c.set("k", 1, { nx: true }), () => null],
      [(c) => c.set("k", 2, { get: true }), (t) => t("v")],
      [(c) => c.set("new", 1, { nx: true, get: true }), () => null],
      [(c) => c.mget("k", "no"), (t) => [t("2"), null]],
      [(c) => c.getset("k", 3), (t) => t("2")],
      [(c) => c.incr("k"), (_, i) => i(4)],
      [(c) => c.incrbyfloat("k", 0.5), () => 4.5],
      [(c) => c.setnx("k", 1), () => false],
      [(c) => c.msetnx({ a: "ohmytext", b: "mynewtext" }), () => true],
      [(c) => c.lcs("a", "b"), (t) => t("mytext")],
      [(c) => c.lcsLen("a", "b"), (_, i) => i(6)],
      [
        (c) => c.lcsIdx("a", "b", { minMatchLen: 4 }),
        () => ({ matches: [{ first: [4, 7], second: [5, 8], length: 4 }], length: 6 }),
      ],
      [(c) => c.getrange("a", 0, 1), (t) => t("oh")],
      [(c) => c.getdel("a"), (t) => t("ohmytext")],
    ],
  },
  {
    title: "bitmaps",
    steps: [
      [(c) => c.setbit("b", 7, 1), (_, i) => i(0)],
      [(c) => c.bitcount("b"), (_, i) => i(1)],
      [(c) => c.bitpos("b", 1), (_, i) => i(7)],
      [
        (c) =>
          c.bitfield("b", [
            { get: "u8", offset: 0 },
            { overflow: "fail" },
            { incrby: "u1", offset: 7, by: 1 },
          ]),
        (_, i) => [i(1), null],
      ],
      [(c) => c.bitfieldRo("b", [{ get: "i8", offset: "#0" }]), (_, i) => [i(1)]],
    ],
  },
  {
    title: "keys",
    given: (redis) => redis.set("k", "v"),
    steps: [
      [(c) => c.exists("k", "no"), (_, i) => i(1)],
      [(c) => c.expire("k", 9), () => true],
      [(c) => c.expire("no", 9), () => false],
      [(c) => c.ttl("k"), (_, i) => i(9)],
      [(c) => c.persist("k"), () => true],
      [(c) => c.type("k"), () => "string"],
      [(c) => c.type("no"), () => "none"],
      [(c) => c.objectEncoding("k"), () => "embstr"],
      [(c) => c.objectEncoding("no"), () => null],
      [(c) => c.objectRefcount("k"), (_, i) => i(1)],
      [(c) => c.objectIdletime("no"), () => null],
      [(c) => c.scan(0), (t) => ({ cursor: "0", keys: [t("k")] })],
      [(c) => c.keys("*"), (t) => [t("k")]],
      [(c) => c.randomkey(), (t) => t("k")],
      [(c) => c.dump("no"), () => null],
      [async (c) => c.restore("copy", 0, (await c.dump("k")) as Uint8Array), () => "OK"],
      [(c) => c.get("copy"), (t) => t("v")],
      [(c) => c.copy("k", "copy"), () => false],
      [(c) => c.renamenx("k", "copy"), () => false],
      [(c) => c.rename("k", "l"), () => "OK"],
      [(c) => c.move("l", 1), () => true],
      [(c) => c.del("copy"), (_, i) => i(1)],
      [(c) => c.randomkey(), () => null],
    ],
  },
  {
    title: "sort",
    given: (redis) => redis.rpush("l", 2, 1),
    steps: [
      [(c) => c.sort("l"), (t) => [t("1"), t("2")]],
      [(c) => c.sort("l", { by: "nosort", get: ["#", "no_*"] }), (t) => [t("2"), null, t("1"), null]],
      [(c) => c.sortRo("l", { order: "desc" }), (t) => [t("2"), t("1")]],
      [(c) => c.sort("l", { store: "d" }), (_, i) => i(2)],
    ],
  },
  {
    title: "lists",
    given: (redis) => redis.rpush("l", "a", "b", "a", "c"),
    steps: [
      [(c) => c.lrange("l", 0, 1), (t) => [t("a"), t("b")]],
      [(c) => c.lindex("l", 9), () => null],
      [(c) => c.lpos("l", "a"), (_, i) => i(0)],
      [(c) => c.lpos("l", "no"), () => null],
      [(c) => c.lpos("l", "a", { count: 0 }), (_, i) => [i(0), i(2)]],
      [(c) => c.lmove("l", "m", "right", "left"), (t) => t("c")],
      [(c) => c.lpop("l"), (t) => t("a")],
      [(c) => c.rpop("l", 5), (t) => [t("a"), t("b")]],
      [(c) => c.lpop("l"), () => null],
      [(c) => c.lpop("l", 1), () => null],
      [(c) => c.blpop(["l", "m"], 1), (t) => ({ key: t("m"), value: t("c") })],
      [(c) => c.rpush("l", "a", "b"), (_, i) => i(2)],
      [(c) => c.lmpop(["m", "l"], "right"), (t) => ({ key: t("l"), values: [t("b")] })],
      [(c) => c.blmpop(1, "l", "left", { count: 9 }), (t) => ({ key: t("l"), values: [t("a")] })],
      [(c) => c.lmpop("l", "left"), () => null],
    ],
  },
  {
    title: "blocking in vain",
    // The server looks at timeouts that often in a second.
    given: (redis) => redis.configSet("hz", 500),
    steps: [
      [(c) => c.blpop("no", 0.001), () => null],
      [(c) => c.blmpop(0.001, "no", "left"), () => null],
      [(c) => c.blmove("no", "l", "left", "left", 0.001), () => null],
      [(c) => c.bzpopmin("no", 0.001), () => null],
      [(c) => c.bzmpop(0.001, "no", "min"), () => null],
    ],
  },
  {
    title: "hashes",
    given: (redis) => redis.hset("h", { f: "v" }),
    steps: [
      [(c) => c.hget("h", "f"), (t) => t("v")],
      [(c) => c.hgetall("h"), (t) => ({ f: t("v") })],
      [(c) => c.hgetall("no"), () => ({})],
      [(c) => c.hmget("h", "f", "no"), (t) => [t("v"), null]],
      [(c) => c.hkeys("h"), (t) => [t("f")]],
      [(c) => c.hvals("h"), (t) => [t("v")]],
      [(c) => c.hscan("h", 0), (t) => ({ cursor: "0", fields: { f: t("v") } })],
      [(c) => c.hrandfield("h"), (t) => t("f")],
      [(c) => c.hrandfield("h", -2), (t) => [t("f"), t("f")]],
      [(c) => c.hrandfield("h", 2, { withValues: true }), (t) => [{ field: t("f"), value: t("v") }]],
      [(c) => c.hrandfield("no"), () => null],
      [(c) => c.hrandfield("no", 1, { withValues: true }), () => []],
      [(c) => c.hexists("h", "f"), () => true],
      [(c) => c.hsetnx("h", "f", 1), () => false],
      [(c) => c.hset("h", "f", 1), (_, i) => i(0)],
      [(c) => c.hincrbyfloat("h", "f", 0.5), () => 1.5],
    ],
  },
  {
    title: "sets",
    given: (redis) => redis.sadd("s", "m"),
    steps: [
      [(c) => c.smembers("s"), (t) => [t("m")]],
      [(c) => c.sismember("s", "m"), () => true],
      [(c) => c.smismember("s", "m", "no"), () => [true, false]],
      [(c) => c.sinter("s", "s"), (t) => [t("m")]],
      [(c) => c.sintercard(["s", "s"], { limit: 1 }), (_, i) => i(1)],
      [(c) => c.sscan("s", 0), (t) => ({ cursor: "0", members: [t("m")] })],
      [(c) => c.srandmember("s"), (t) => t("m")],
      [(c) => c.srandmember("s", -2), (t) => [t("m"), t("m")]],
      [(c) => c.smove("s", "r", "m"), () => true],
      [(c) => c.spop("r", 2), (t) => [t("m")]],
      [(c) => c.spop("r"), () => null],
      [(c) => c.spop("r", 2), () => []],
      [(c) => c.srandmember("r"), () => null],
    ],
  },
  {
    title: "sorted sets",
    given: (redis) => redis.zadd("z", { a: 1, b: 2.5, c: INF }),
    steps: [
      [(c) => c.zadd("z", { a: 1 }), (_, i) => i(0)],
      [(c) => c.zadd("z", { a: 1.5 }, { incr: true }), () => 2.5],
      [(c) => c.zadd("z", { a: 1 }, { incr: true, nx: true }), () => null],
      [(c) => c.zincrby("z", -1.5, "a"), () => 1],
      [(c) => c.zscore("z", "c"), () => INF],
      [(c) => c.zscore("z", "no"), () => null],
      [(c) => c.zmscore("z", "b", "no"), () => [2.5, null]],
      [(c) => c.zrank("z", "b"), (_, i) => i(1)],
      [(c) => c.zrevrank("z", "no"), () => null],
      [(c) => c.zrandmember("no"), () => null],
      [(c) => c.zpopmin("z"), (t) => ({ member: t("a"), score: 1 })],
      [(c) => c.zpopmax("z", 1), (t) => [{ member: t("c"), score: INF }]],
      [(c) => c.zrandmember("z", 1, { withScores: true }), (t) => [{ member: t("b"), score: 2.5 }]],
      [(c) => c.zrandmember("z"), (t) => t("b")],
      [(c) => c.zrandmember("z", -2), (t) => [t("b"), t("b")]],
      [(c) => c.zscan("z", 0), (t) => ({ cursor: "0", members: [{ member: t("b"), score: 2.5 }] })],
      [(c) => c.bzpopmin("z", 1), (t) => ({ key: t("z"), member: t("b"), score: 2.5 })],
      [(c) => c.zpopmin("z"), () => null],
      [(c) => c.zpopmin("z", 1), () => []],
      [(c) => c.zmpop("z", "max"), () => null],
      [(c) => c.zadd("z", { a: 1, b: 2 }), (_, i) => i(2)],
      [(c) => c.zmpop(["no", "z"], "min"), (t) => ({ key: t("z"), members: [{ member: t("a"), score: 1 }] })],
      [(c) => c.bzmpop(1, "z", "max"), (t) => ({ key: t("z"), members: [{ member: t("b"), score: 2 }] })],
    ],
  },
  {
    title: "ranges and algebra",
    given: async (redis) => [await redis.zadd("y", { p: 1, q: 2 }), await redis.zadd("x", { p: -INF })],
    steps: [
      [(c) => c.zrange("y", 0, 0), (t) => [t("p")]],
      [(c) => c.zrange("y", 1, 1, { withScores: true }), (t) => [{ member: t("q"), score: 2 }]],
      [(c) => c.zrange("no", 0, 1, { withScores: true }), () => []],
      [(c) => c.zrange("y", "(1", INF, { by: "score" }), (t) => [t("q")]],
      [
        (c) => c.zrangebyscore("y", "-inf", "(2", { withScores: true }),
        (t) => [{ member: t("p"), score: 1 }],
      ],
      [(c) => c.zrevrange("y", 1, 1, { withScores: true }), (t) => [{ member: t("p"), score: 1 }]],
      [
        (c) => c.zrevrangebyscore("x", INF, -INF, { withScores: true }),
        (t) => [{ member: t("p"), score: -INF }],
      ],
      [(c) => c.zunion(["y", "x"], { aggregate: "max", withScores: true }), (t) => scores(t, { p: 1, q: 2 })],
      [(c) => c.zinter(["y", "x"]), (t) => [t("p")]],
      [(c) => c.zinter(["y", "x"], { aggregate: "max", withScores: true }), (t) => scores(t, { p: 1 })],
      [(c) => c.zdiff(["y", "x"], { withScores: true }), (t) => scores(t, { q: 2 })],
      [(c) => c.zintercard(["y", "x"]), (_, i) => i(1)],
      [(c) => c.zunionstore("d", ["y", "x"], { weights: [2, 1] }), (_, i) => i(2)],
      [(c) => c.zrangestore("e", "d", 0, 0), (_, i) => i(1)],
    ],
  },
];

function scores(t: (text: string) => unknown, members: Record<string, number>): unknown {
  return Object.entries(members).map(([member, score]) => ({ member: t(member), score }));
}
