/** HyperLogLogs apart from redis-server. */
import { describe, expect, it } from "vitest";
import { countMerged, HyperLogLog, isHyperLogLog } from "../../../src/server/engine/types/hyperloglog.js";
import { murmurHash64 } from "../../../src/server/engine/types/murmur-hash.js";
import { MutableString } from "../../../src/server/engine/types/string.js";

const SPARSE_BYTES = 3000;

function filled(count: number, maxSparseBytes = SPARSE_BYTES): HyperLogLog {
  const made = HyperLogLog.create();
  for (let i = 0; i < count; i++) made.add(`element ${i}`, maxSparseBytes);
  return made;
}

describe("HyperLogLog", () => {
  it.each([0, 1, 10, 100, 1000, 10_000, 100_000])("counts %i elements to a few percent", (count) => {
    const error = Math.abs(Number(filled(count).count()) - count);
    expect(error).toBeLessThanOrEqual(Math.ceil(count * 0.03));
  });

  it("counts the same in both encodings", () => {
    const sparse = filled(500);
    const dense = filled(500, 0);
    expect([sparse.encoding, dense.encoding]).toEqual(["sparse", "dense"]);
    expect(dense.count()).toBe(sparse.count());
    expect(sparse.toDense()).toBe(true);
    expect(sparse.registers()).toEqual(dense.registers());
    expect(sparse.string.length).toBe(12304);
  });

  it("merges into the union", () => {
    const registers = new Uint8Array(16384);
    expect(filled(500).mergeInto(registers)).toBe(true);
    expect(filled(300, 0).mergeInto(registers)).toBe(true);
    expect(countMerged(registers)).toBe(filled(500).count());
  });

  it("keeps its estimate until it changes", () => {
    const log = filled(20);
    log.estimate = 20;
    expect(log.estimate).toBe(20);
    log.estimate = 2 ** 40 + 1;
    expect(log.estimate).toBe(2 ** 40 + 1);
    log.add("something new", SPARSE_BYTES);
    expect(log.estimate).toBeUndefined();
  });

  it("is told from other strings by its head", () => {
    const text = filled(3).string.text();
    expect(isHyperLogLog(text)).toBe(true);
    expect(isHyperLogLog(new MutableString(text))).toBe(true);
    expect(isHyperLogLog(text.slice(0, 15))).toBe(false);
    expect(isHyperLogLog(text.replace("HYLL", "HYLX"))).toBe(false);
    expect(isHyperLogLog(text.replace("\x01", "\x02"))).toBe(false);
    expect(isHyperLogLog(text.replace("\x01", "\x00"))).toBe(false);
  });
});

describe("murmurHash64", () => {
  /** The same with 64-bit integers. */
  function reference(text: string, seed: number): bigint {
    const multiply = (x: bigint) => BigInt.asUintN(64, x * 0xc6a4a7935bd1e995n);
    const little = (part: string) =>
      [...part].reduceRight((sum, char) => (sum << 8n) | BigInt(char.charCodeAt(0)), 0n);
    let hash = BigInt(seed) ^ multiply(BigInt(text.length));
    let at = 0;
    for (; at + 8 <= text.length; at += 8) {
      let word = multiply(little(text.slice(at, at + 8)));
      word = multiply(word ^ (word >> 47n));
      hash = multiply(hash ^ word);
    }
    if (at < text.length) hash = multiply(hash ^ little(text.slice(at)));
    hash = multiply(hash ^ (hash >> 47n));
    return hash ^ (hash >> 47n);
  }

  it("is the same as with 64-bit integers", () => {
    for (let length = 0; length < 40; length++) {
      const text = Array.from({ length }, (_, i) => String.fromCharCode((i * 89 + length * 37) % 256)).join(
        "",
      );
      const { high, low } = murmurHash64(text, 0xadc83b19);
      const whole = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
      expect(whole).toBe(reference(text, 0xadc83b19));
    }
  });
});
