/** Scripts and function libraries as typed values. */
import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  ArgumentError,
  addCommands,
  type CallableProgram,
  Commands,
  DecodeError,
  defineFunction,
  defineLibrary,
  defineScript,
  OptionError,
  PipelineError,
  type Redis,
  ReplyError,
} from "../../src/index.js";
import { onEveryServer, type Place } from "../tools/clients.js";

const transfer = defineScript({
  keys: ["from", "to"],
  args: (amount: number) => [amount],
  lua: `redis.call("DECRBY", KEYS[1], ARGV[1])
        return redis.call("INCRBY", KEYS[2], ARGV[1])`,
  decode: Number,
});
const echo = defineScript({ lua: "return {KEYS, ARGV}" });
const getBytes = defineScript({
  keys: 1,
  lua: `return redis.call("GET", KEYS[1])`,
  replies: "buffer",
  readOnly: true,
  decode: (reply) => reply as Buffer,
});

const counters = defineLibrary({
  name: "counters",
  code: `
    redis.register_function("bump", function(keys, args) return redis.call("INCRBY", keys[1], args[1]) end)
    redis.register_function{
      function_name = "look_at",
      callback = function(keys) return redis.call("GET", keys[1]) end,
      flags = { "no-writes" },
    }`,
  functions: {
    bump: defineFunction({ keys: ["counter"], args: (by: number) => [by], decode: Number }),
    lookAt: defineFunction({
      name: "look_at",
      keys: 1,
      readOnly: true,
      decode: (reply) => reply as string | null,
    }),
    missing: defineFunction({}),
  },
});

onEveryServer("scripts", (start) => {
  let place: Place;
  let redis: Redis;
  beforeAll(async () => {
    place = await start();
  });
  afterAll(() => place.stop());
  beforeEach(async () => {
    redis = place.client();
    await redis.pipeline().flushall().scriptFlush().functionFlush().exec();
  });
  afterEach(() => redis.close());

  /** How often the server was asked to run this command. */
  async function callsOf(command: string): Promise<number> {
    const line = (await redis.info("commandstats"))
      .split("\r\n")
      .find((one) => one.startsWith(`cmdstat_${command}:`));
    return Number(/calls=(\d+)/.exec(line ?? "")?.[1] ?? 0);
  }

  it("runs by keys with names and typed arguments", async () => {
    await redis.mset({ alice: 100, bob: 1 });
    expect(await transfer(redis, { to: "bob", from: "alice" }, 10)).toBe(11);
    expect(await redis.mget("alice", "bob")).toEqual(["90", "11"]);
  });

  it("has the digest that the server computes", async () => {
    expect(transfer.sha).toBe(createHash("sha1").update(transfer.lua).digest("hex"));
    const umlaut = defineScript({ lua: "return 'ü€😀'" });
    expect(await redis.scriptLoad(umlaut.lua)).toBe(umlaut.sha);
  });

  it("sends the source once, then the digest alone", async () => {
    const before = [await callsOf("eval"), await callsOf("evalsha")];
    for (let i = 0; i < 5; i++) await transfer(redis, { from: "a", to: "b" }, 1);
    expect([(await callsOf("eval")) - before[0], (await callsOf("evalsha")) - before[1]]).toEqual([1, 5]);
  });

  it("goes on when the server forgot it", async () => {
    await transfer(redis, { from: "a", to: "b" }, 1);
    await redis.scriptFlush();
    expect(await transfer(redis, { from: "a", to: "b" }, 1)).toBe(2);
    await using session = await redis.dedicated();
    await redis.scriptFlush();
    expect(await transfer(session, { from: "a", to: "b" }, 1)).toBe(3);
  });

  it("takes any number of keys, and gives the reply as it is without a decoder", async () => {
    expect(await echo(redis, ["k1", "k2"], "x", 2)).toEqual([
      ["k1", "k2"],
      ["x", "2"],
    ]);
    expect(await echo(redis, [])).toEqual([[], []]);
  });

  it("runs in its place in pipelines and transactions that the server does not know it from", async () => {
    const replies = await transfer(
      transfer(redis.pipeline().set("a", 10), { from: "a", to: "b" }, 1).get("a"),
      { from: "a", to: "b" },
      2,
    )
      .get("a")
      .exec();
    expect(replies).toEqual(["OK", 1, "9", 3, "7"]);
    await redis.scriptFlush();
    const before = await callsOf("evalsha");
    const [first, second] = await transfer(
      transfer(redis.multi(), { from: "a", to: "b" }, 1),
      { from: "a", to: "b" },
      1,
    ).exec();
    expect([first, second]).toEqual([4, 5]);
    expect((await callsOf("evalsha")) - before).toBe(1);
    const { moved } = await redis.batch({ moved: (c) => transfer(c, { from: "a", to: "b" }, 1) });
    expect(moved).toBe(6);
  });

  it("fails with what the script threw, and is not run twice", async () => {
    const fails = defineScript({
      keys: 1,
      lua: `redis.call("INCR", KEYS[1]) return redis.error_reply("MINE no")`,
    });
    await expect(fails(redis, ["n"])).rejects.toMatchObject({ code: "MINE" });
    expect(await redis.get("n")).toBe("1");
    await expect(fails(redis.pipeline(), ["n"]).exec()).rejects.toBeInstanceOf(PipelineError);
  });

  it("gives the same value in every view", async () => {
    const mixed = defineScript({ lua: `return {1, "two", {3}}` });
    const view = redis.with({ replies: "buffer", integers: "bigint" });
    expect(await mixed(view, [])).toEqual([1, "two", [3]]);
    await redis.set("k", Buffer.from([0xff, 0]));
    expect(await getBytes(redis, ["k"])).toEqual(Buffer.from([0xff, 0]));
    const [text, bytes] = await getBytes(redis.multi().ping(), ["k"]).exec();
    expect([text, bytes]).toEqual(["PONG", Buffer.from([0xff, 0])]);
  });

  it("works behind a key prefix", async () => {
    const mine = redis.with({ keyPrefix: "mine:" });
    await redis.scriptFlush();
    expect(await transfer(mine, { from: "a", to: "b" }, 5)).toBe(5);
    expect(await transfer(mine.pipeline(), { from: "a", to: "b" }, 5).exec()).toEqual([10]);
    expect(await counters.functions.bump(mine, { counter: "n" }, 1)).toBe(1);
    expect(await redis.mget("mine:a", "mine:b", "mine:n")).toEqual(["-10", "10", "1"]);
  });

  it("may not write when it is read-only", async () => {
    const writes = defineScript({ keys: 1, lua: `return redis.call("INCR", KEYS[1])`, readOnly: true });
    await expect(writes(redis, ["n"])).rejects.toThrow(
      /Write commands are not allowed from read-only scripts/,
    );
  });

  it("names the script when its decoder fails", async () => {
    const fails = defineScript({
      lua: "return 1",
      decode: () => {
        throw new Error("no");
      },
    });
    const error = await fails(redis, []).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DecodeError);
    expect(error).toMatchObject({ command: "EVAL", value: 1, cause: new Error("no") });
  });

  it("refuses wrong keys: as a rejection on a client, at once in a pipeline", async () => {
    await expect(transfer(redis, { from: "a" } as never, 1)).rejects.toBeInstanceOf(ArgumentError);
    await expect(transfer(redis, { from: "a", to: "b", by: "c" } as never, 1)).rejects.toThrow(/no key by/);
    await expect(getBytes(redis, ["a", "b"] as never)).rejects.toThrow(/takes 1 keys, but was called with 2/);
    expect(() => transfer(redis.pipeline(), {} as never, 1)).toThrow(/without its key from/);
  });

  it("can be a method of every client, session and pipeline", async () => {
    const added = defineScript({
      keys: ["counter"],
      lua: `return redis.call("INCR", KEYS[1])`,
      decode: Number,
    });
    addCommands({ countUp: added });
    try {
      type Counting = { countUp(keys: { counter: string }): Promise<number> };
      expect(await (redis as unknown as Counting).countUp({ counter: "n" })).toBe(1);
      const chain = redis.pipeline() as unknown as { countUp(keys: object): { exec(): Promise<unknown> } };
      expect(await chain.countUp({ counter: "n" }).exec()).toEqual([2]);
      expect(() => addCommands({ get: added })).toThrow(/a command get already/);
    } finally {
      delete (Commands.prototype as unknown as Record<string, unknown>).countUp;
    }
  });

  describe("libraries", () => {
    it("are loaded when a function is missing", async () => {
      const { bump, lookAt } = counters.functions;
      expect(await lookAt(redis, ["hits"])).toBeNull();
      expect(await bump(redis, { counter: "hits" }, 5)).toBe(5);
      expect(await lookAt(redis, ["hits"])).toBe("5");
      expect((await redis.functionList()).map(({ libraryName }) => libraryName)).toEqual(["counters"]);
    });

    it("can be loaded ahead, also over an older version", async () => {
      await counters.load(redis);
      await counters.load(redis);
      const { bump } = counters.functions;
      expect(await bump(redis.pipeline().set("n", 1), { counter: "n" }, 2).exec()).toEqual(["OK", 3]);
      expect(await bump(redis.multi(), { counter: "n" }, 2).exec()).toEqual([5]);
    });

    it("fail when the function is missing even so", async () => {
      await expect(counters.functions.missing(redis, [])).rejects.toThrow("ERR Function not found");
      await expect(
        defineLibrary({ name: "bad", code: "x(", functions: {} }).load(redis),
      ).rejects.toBeInstanceOf(ReplyError);
    });

    it("refuse wrong definitions", () => {
      expect(counters.code.startsWith("#!lua name=counters\n")).toBe(true);
      const code = "#!lua name=other\nreturn 1";
      expect(() => defineLibrary({ name: "mine", code, functions: {} })).toThrow(/another library/);
      expect(() => defineLibrary({ name: "a b", code: "x", functions: {} })).toThrow(OptionError);
      expect(() => defineFunction({ names: "x" } as never)).toThrow(OptionError);
    });
  });

  it("refuse wrong definitions", () => {
    expect(() => defineScript({ lua: "" })).toThrow(OptionError);
    expect(() => defineScript({ lua: "return 1", keys: ["a", "a"] })).toThrow(/names that all differ/);
    expect(() => defineScript({ lua: "return 1", keys: -1 })).toThrow(OptionError);
    expect(() => defineScript({ lua: "return 1", replies: "bytes" as never })).toThrow(OptionError);
    const typed: CallableProgram<readonly ["from", "to"], [amount: number], number> = transfer;
    expect(typed).toBe(transfer);
  });
});
