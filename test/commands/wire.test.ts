/** Every method sends the words that Redis wants, whatever its options. */
import { describe, expect, test } from "vitest";
import { Commands } from "../../src/commands/index.js";
import { knownCommandOf } from "../../src/spec/known-commands.js";
import { wireCases as cases } from "./all-wire-cases.js";
import { methodNames, Recorder } from "./recorder.js";

/** The table has the arities of Redis 7.0; from 7.2 on these take more. */
const LATER_ARITY: Readonly<Record<string, number>> = { ZRANK: -3, ZREVRANK: -3 };

describe("what methods send", () => {
  test.each(cases)("%s", (call, line) => {
    const recorder = new Recorder();
    call(recorder);
    expect(recorder.line).toBe(line);
  });

  test("fits the arity that the table of commands knows", () => {
    for (const [call, line] of cases) {
      const recorder = new Recorder();
      call(recorder);
      const { arity: ofTable, words } = knownCommandOf(recorder.name)!;
      const arity = LATER_ARITY[recorder.name] ?? ofTable;
      const count = words + recorder.args.length;
      expect(arity < 0 ? count >= -arity : count === arity, line).toBe(true);
    }
  });

  test("all methods have cases here", () => {
    const called = new Set<string | symbol>();
    const recorder = new Recorder();
    const listening = new Proxy(recorder, {
      get: (target, name) => {
        called.add(name);
        return Reflect.get(target, name, target);
      },
    });
    for (const [call] of cases) call(listening);
    expect(methodNames.filter((name) => !called.has(name))).toEqual([]);
  });

  test("values that are bytes are asked for as bytes in every view", () => {
    const asBytes = cases.filter(([call]) => {
      const recorder = new Recorder();
      call(recorder);
      return recorder.bytes;
    });
    expect(asBytes.map(([, line]) => line)).toEqual([
      "DUMP k",
      "FUNCTION DUMP",
      "VEMB v e RAW",
      "BF.SCANDUMP b 0",
      "CF.SCANDUMP f 9",
    ]);
  });

  test("long lists do not overflow the stack", () => {
    const list = Array.from({ length: 300_000 }, (_, i) => `k${i}`);
    const scores = list.map((member, score) => ({ member, score }));
    const fields = Object.fromEntries(list.map((key) => [key, 1]));
    const places = list.map((member) => ({ member, longitude: 1, latitude: 2 }));
    const recorder = new Recorder();
    const calls: [() => unknown, number][] = [
      [() => recorder.del(list), 300_000],
      [() => recorder.mget(list), 300_000],
      [() => recorder.rpush("k", list), 300_001],
      [() => recorder.sadd("k", list), 300_001],
      [() => recorder.hmget("k", list), 300_001],
      [() => recorder.zrem("k", list), 300_001],
      [() => recorder.mset(fields), 600_000],
      [() => recorder.hset("k", fields), 600_001],
      [() => recorder.zadd("k", scores), 600_001],
      [() => recorder.blpop(list, 1), 300_001],
      [() => recorder.sintercard(list), 300_001],
      [() => recorder.zunionstore("d", list), 300_002],
      [() => recorder.bitop("or", "d", list), 300_002],
      [() => recorder.xack("k", "g", list), 300_002],
      [() => recorder.xclaim("k", "g", "c", 0, list), 300_004],
      [() => recorder.xread(Object.fromEntries(list.map((key) => [key, 0]))), 600_001],
      [() => recorder.geoadd("k", places), 900_001],
      [() => recorder.eval("s", { keys: list, args: list }), 600_002],
      [() => recorder.hexpire("k", 1, list), 300_004],
      [() => recorder.hsetex("k", fields), 600_003],
      [() => recorder.msetex(fields), 600_001],
      [() => recorder.vadd("k", new Array(300_000).fill(1), "e"), 300_004],
      [() => recorder.jsonArrappend("k", "$", list), 300_002],
      [() => recorder.jsonMget(list, "$"), 300_001],
      [() => recorder.bfMadd("k", list), 300_001],
      [() => recorder.tdigestAdd("k", list.map(Number)), 300_001],
      [() => recorder.cmsMerge("d", list, { weights: new Array(300_000).fill(1) }), 600_003],
      [() => recorder.tsMadd(list.map((key) => ({ key, timestamp: 1, value: 1 }))), 900_000],
      [() => recorder.ftSearch("i", "*", { inKeys: list }), 300_004],
    ];
    for (const [call, count] of calls) {
      call();
      expect(recorder.args.length).toBe(count);
    }
  });

  test("methods sit on one prototype, none of them enumerable", () => {
    expect(Object.keys(Commands.prototype)).toEqual([]);
    for (const name of methodNames) expect(Object.hasOwn(Commands.prototype, name), name).toBe(true);
  });
});
