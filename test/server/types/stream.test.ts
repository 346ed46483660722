import { describe, expect, it } from "vitest";
import { IdMap } from "../../../src/server/engine/types/id-map.js";
import { radixNodeCount } from "../../../src/server/engine/types/radix-size.js";
import { StreamValue } from "../../../src/server/engine/types/stream.js";
import {
  compareIds,
  formatId,
  MAX_ID,
  MIN_ID,
  nextId,
  parseId,
  previousId,
  type StreamId,
} from "../../../src/server/engine/types/stream-id.js";
import { parseUint64, wrappingDifference, wrappingSum } from "../../../src/server/engine/types/uint64.js";
import { fc } from "../../tools/property.js";

const part = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }),
  fc.bigInt({ min: 0n, max: 5n }),
);

describe("ids", () => {
  it("are exact in all 64 bits", () => {
    fc.assert(
      fc.property(part, part, part, part, (a, b, c, d) => {
        const one = parseId(`${a}-${b}`, 0) as StreamId;
        const other = parseId(`${c}-${d}`, 0) as StreamId;
        expect(formatId(one)).toBe(`${a}-${b}`);
        const [left, right] = [(a << 64n) + b, (c << 64n) + d];
        expect(Math.sign(compareIds(one, other))).toBe(left < right ? -1 : left > right ? 1 : 0);
        const next = nextId(one);
        expect(next === undefined).toBe(left === 2n ** 128n - 1n);
        if (next !== undefined) {
          expect((BigInt(next.ms) << 64n) + BigInt(next.seq)).toBe(left + 1n);
          expect(previousId(next)).toEqual(one);
        }
        expect(wrappingSum(one.ms, one.seq)).toEqual(parseSigned(a + b));
        expect(wrappingDifference(one.ms, one.seq)).toEqual(parseSigned(a - b));
      }),
    );
    expect(previousId(MIN_ID)).toBeUndefined();
    expect(nextId(MAX_ID)).toBeUndefined();
  });

  it("are read as strtoull reads numbers", () => {
    expect(parseUint64("007")).toBe(7);
    expect(parseUint64(" +7")).toBe(7);
    expect(parseUint64("-1")).toBeUndefined();
    expect(parseUint64(" -1")).toBe(2n ** 64n - 1n);
    expect(parseUint64("18446744073709551616")).toBeUndefined();
    expect(parseUint64("7 ")).toBeUndefined();
  });
});

/** As the engine keeps a signed integer of 64 bits. */
function parseSigned(value: bigint): number | bigint {
  const wrapped = BigInt.asIntN(64, value);
  const number = Number(wrapped);
  return Number.isSafeInteger(number) ? number : wrapped;
}

describe("IdMap", () => {
  it("behaves as a sorted array, across many chunks", () => {
    const map = new IdMap<StreamId>();
    const model = new Map<number, StreamId>();
    let state = 1;
    const random = (below: number) => {
      state = (state * 48271) % 2147483647;
      return state % below;
    };
    for (let i = 0; i < 20_000; i++) {
      const seq = random(3000);
      const id = { ms: seq >> 6, seq: seq & 63 };
      // It grows first and shrinks then.
      if (random(10) < (i < 10_000 ? 7 : 3)) {
        expect(map.add(id)).toBe(!model.has(seq));
        if (!model.has(seq)) model.set(seq, id);
      } else {
        expect(map.delete(id)).toBe(model.get(seq));
        model.delete(seq);
      }
      if (i % 500 !== 0) continue;
      const sorted = [...model.keys()].sort((a, b) => a - b);
      expect([...map.items()]).toEqual(sorted.map((key) => model.get(key)));
      expect([...map.items(id)]).toEqual(sorted.filter((key) => key >= seq).map((key) => model.get(key)));
      expect(map.first).toBe(model.get(sorted[0]));
      expect(map.last).toBe(model.get(sorted[sorted.length - 1]));
      expect(map.size).toBe(model.size);
      expect(map.get(id)).toBe(model.get(seq));
    }
  });
});

describe("radixNodeCount", () => {
  it("counts chains, forks and leaves", () => {
    expect(radixNodeCount([])).toBe(1);
    expect(radixNodeCount(["abcd"])).toBe(2);
    // A chain "ab", a fork, two chains of one byte, two leaves.
    expect(radixNodeCount(["abcd", "abef"])).toBe(6);
    expect(radixNodeCount(["a", "b"])).toBe(3);
  });
});

describe("StreamValue", () => {
  it("finds, adds and trims in a large stream, where linear searches would never end", () => {
    const stream = new StreamValue();
    const count = 300_000;
    for (let i = 1; i <= count; i++) stream.append({ ms: i, seq: 0 }, ["f", "v"]);
    for (let i = 1; i <= count; i += 7) expect(stream.get({ ms: i, seq: 0 })?.ms).toBe(i);
    for (let i = 1; i <= count; i++) {
      stream.append({ ms: count + i, seq: 0 }, ["f", "v"]);
      stream.trim({ maxLength: count }, true, 10_000);
    }
    expect(stream.size).toBeGreaterThanOrEqual(count);
    expect(stream.size).toBeLessThan(count + 100);
  });

  it("copies everything", () => {
    const stream = new StreamValue();
    for (let i = 1; i <= 250; i++) stream.append({ ms: i, seq: 0 }, ["f", String(i)]);
    stream.delete({ ms: 3, seq: 0 });
    const group = stream.addGroup("g", MIN_ID, 0);
    const consumer = group?.addConsumer("c", 5);
    if (group === undefined || consumer === undefined) throw new Error("no group");
    group.deliver({ ms: 4, seq: 0 }, consumer, 7);
    const twin = stream.copy();
    expect(twin).toEqual(stream);
    group.acknowledge({ ms: 4, seq: 0 });
    stream.trim({ maxLength: 0 }, false, 0);
    expect(twin.size).toBe(249);
    expect(twin.group("g")?.consumer("c")?.pending.size).toBe(1);
    expect(twin.group("g")?.pending.first?.consumer).toBe(twin.group("g")?.consumer("c"));
  });
});
