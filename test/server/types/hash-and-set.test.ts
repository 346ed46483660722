import { describe, expect, it } from "vitest";
import { DenseIndex } from "../../../src/server/engine/types/dense-index.js";
import { DEFAULT_LIMITS } from "../../../src/server/engine/types/encoding-limits.js";
import { HashValue } from "../../../src/server/engine/types/hash.js";
import { SetValue } from "../../../src/server/engine/types/set.js";
import { fc } from "../../tools/property.js";

const word = fc.constantFrom("a", "b", "c", "d", "1", "2", "-7", "007", "");
const limits = {
  ...DEFAULT_LIMITS,
  hashMaxListpackEntries: 4,
  hashMaxListpackValue: 3,
  setMaxIntsetEntries: 4,
};

describe("HashValue", () => {
  it("behaves as a map, random access and scan included", () => {
    const step = fc.record({ field: word, value: word, kind: fc.constantFrom("set", "delete", "draw") });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const hash = new HashValue(limits);
        const model = new Map<string, string>();
        for (const { field, value, kind } of steps) {
          if (kind === "set") expect(hash.set(field, value)).toBe(!model.has(field));
          else if (kind === "delete") expect(hash.delete(field)).toBe(model.has(field));
          else expect([...hash.randomAccess()].sort()).toEqual([...model.keys()].sort());
          if (kind === "set") model.set(field, value);
          if (kind === "delete") model.delete(field);
          expect(hash.flat()).toEqual([...model].flat());
          expect(hash.size).toBe(model.size);
          expect(hash.get(field)).toBe(model.get(field));
          const seen = new Map<string, string>();
          let cursor = 0;
          do {
            cursor = hash.scan(cursor, 2, (f, v) => seen.set(f, v));
          } while (cursor !== 0);
          expect([...seen].sort()).toEqual([...model].sort());
        }
      }),
    );
  });

  it("leaves listpack for good when it has too many fields or a long value", () => {
    const many = new HashValue(limits);
    for (const field of ["a", "b", "c", "d"]) many.set(field, "1");
    expect(many.encoding()).toBe("listpack");
    many.set("e", "1");
    expect(many.encoding()).toBe("hashtable");
    many.delete("e");
    expect(many.encoding()).toBe("hashtable");
    const long = new HashValue(limits);
    long.set("a", "123");
    expect(long.encoding()).toBe("listpack");
    long.set("a", "1234");
    expect(long.encoding()).toBe("hashtable");
    expect(long.copy().encoding()).toBe("hashtable");
  });
});

describe("SetValue", () => {
  it("behaves as a set", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, fc.boolean()), { maxLength: 40 }), (steps) => {
        const set = new SetValue(limits);
        const model = new Set<string>();
        for (const [member, adds] of steps) {
          if (adds) expect(set.add(member)).toBe(!model.has(member));
          else expect(set.delete(member)).toBe(model.has(member));
          if (adds) model.add(member);
          else model.delete(member);
          expect(set.size).toBe(model.size);
          expect([...set.members()].sort()).toEqual([...model].sort());
          expect([...set.copy().members()].sort()).toEqual([...model].sort());
        }
      }),
    );
  });

  it("keeps integers ascending while it is an intset", () => {
    const set = new SetValue();
    for (const member of ["10", "9", "-3", "9223372036854775807", "9007199254740993", "9007199254740992"]) {
      set.add(member);
    }
    expect(set.encoding()).toBe("intset");
    expect(set.members()).toEqual([
      "-3",
      "9",
      "10",
      "9007199254740992",
      "9007199254740993",
      "9223372036854775807",
    ]);
    set.add("01");
    expect(set.encoding()).toBe("hashtable");
    set.delete("01");
    expect(set.encoding()).toBe("hashtable");
  });

  it("is no intset any more when it has too many members", () => {
    const set = new SetValue(limits);
    for (const member of ["1", "2", "3", "4"]) set.add(member);
    expect(set.encoding()).toBe("intset");
    set.add("5");
    expect(set.encoding()).toBe("hashtable");
  });
});

describe("DenseIndex", () => {
  it("shows every string that stays during a scan, whatever is removed and added in between", () => {
    const change = fc.record({ item: fc.nat({ max: 30 }), adds: fc.boolean() });
    const program = fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.nat({ max: 30 }), fc.integer({ min: 1, max: 5 }), program, (size, count, changes) => {
        const index = new DenseIndex(Array.from({ length: size }, (_, i) => String(i)));
        const steady = new Set(index.items);
        const seen = new Set<string>();
        let cursor = 0;
        let round = 0;
        do {
          cursor = index.scan(cursor, count, (item) => seen.add(item));
          for (const { item, adds } of changes[round++] ?? []) {
            if (adds) index.add(String(item));
            else if (index.delete(String(item))) steady.delete(String(item));
          }
        } while (cursor !== 0);
        for (const item of steady) expect(seen.has(item)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
