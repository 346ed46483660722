import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/server/engine/types/encoding-limits.js";
import { ScoreTree } from "../../../src/server/engine/types/score-tree.js";
import { SortedSetValue } from "../../../src/server/engine/types/sorted-set.js";
import { fc } from "../../tools/property.js";

type Pair = readonly [score: number, member: string];

function inOrder(model: ReadonlyMap<string, number>): Pair[] {
  const pairs = [...model].map(([member, score]): Pair => [score, member]);
  return pairs.sort((a, b) => (a[0] !== b[0] ? (a[0] < b[0] ? -1 : 1) : a[1] < b[1] ? -1 : 1));
}

function walked(set: SortedSetValue | ScoreTree, from: number, count: number): Pair[] {
  const pairs: Pair[] = [];
  set.walk(from, count, (member, score) => pairs.push([score, member]));
  return pairs;
}

const score = fc.constantFrom(Number.NEGATIVE_INFINITY, -1.5, 0, 1, 2, 3, 1e100, Number.POSITIVE_INFINITY);

describe("SortedSetValue", () => {
  it("behaves as a sorted array", () => {
    const step = fc.record({
      kind: fc.constantFrom("set", "set", "set", "delete", "range"),
      member: fc.nat({ max: 40 }).map(String),
      score,
      from: fc.nat({ max: 20 }),
      count: fc.nat({ max: 4 }),
    });
    const limits = { ...DEFAULT_LIMITS, zsetMaxListpackEntries: 10 };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), score, fc.boolean(), (steps, limit, inclusive) => {
        const set = new SortedSetValue(limits);
        const model = new Map<string, number>();
        for (const { kind, member, score: s, from, count } of steps) {
          if (kind === "set") {
            expect(set.set(member, s)).toBe(!model.has(member));
            model.set(member, s);
          } else if (kind === "delete") {
            expect(set.delete(member)).toBe(model.delete(member));
          } else {
            const gone = inOrder(model).slice(from, from + count);
            const seen: Pair[] = [];
            set.removeRange(from, gone.length, (m, sc) => seen.push([sc, m]));
            expect(seen).toEqual(gone);
            for (const [, m] of gone) model.delete(m);
          }
        }
        const pairs = inOrder(model);
        expect(walked(set, 0, set.size)).toEqual(pairs);
        expect(walked(set.copy(), 0, set.size)).toEqual(pairs);
        pairs.forEach(([s, m], rank) => {
          expect(set.rank(m)).toBe(rank);
          expect(set.score(m)).toBe(s);
          expect(set.at(rank)).toEqual({ member: m, score: s });
        });
        const below = pairs.filter(([s]) => s < limit || (inclusive && s === limit)).length;
        expect(set.countBelowScore(limit, inclusive)).toBe(below);
        const scanned = new Map<string, number>();
        let cursor = 0;
        do {
          cursor = set.scan(cursor, 3, (m, s) => scanned.set(m, s));
        } while (cursor !== 0);
        expect(inOrder(scanned)).toEqual(pairs);
      }),
      { numRuns: 300 },
    );
  });

  it("orders members of one score by their bytes", () => {
    const set = new SortedSetValue();
    for (const member of ["b", "\xff", "B", "", "ab", "a"]) set.set(member, 0);
    expect(walked(set, 0, 6).map(([, m]) => m)).toEqual(["", "B", "a", "ab", "b", "\xff"]);
    expect(set.countBelowMember("ab", false)).toBe(3);
    expect(set.countBelowMember("ab", true)).toBe(4);
  });

  it("knows no negative zero while it is a listpack, as redis-server", () => {
    const small = new SortedSetValue();
    small.set("a", -0);
    expect(Object.is(small.score("a"), 0)).toBe(true);
    const large = new SortedSetValue({ ...DEFAULT_LIMITS, zsetMaxListpackEntries: 0 });
    large.set("a", -0);
    expect(Object.is(large.score("a"), -0)).toBe(true);
  });

  it("leaves listpack for good with the 129th member or a member of 65 bytes", () => {
    const set = new SortedSetValue();
    for (let i = 0; i < 128; i++) set.set(String(i), i);
    expect(set.encoding()).toBe("listpack");
    set.set("128", 1);
    expect(set.encoding()).toBe("skiplist");
    set.delete("128");
    expect(set.encoding()).toBe("skiplist");
    const long = new SortedSetValue();
    long.set("x".repeat(64), 1);
    expect(long.encoding()).toBe("listpack");
    long.set("x".repeat(65), 1);
    expect(long.encoding()).toBe("skiplist");
  });
});

describe("ScoreTree with many entries", () => {
  /** A small generator of its own, so that a failure can be repeated. */
  function randomOf(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  it.each([1, 2, 3])("stays in order through inserts, removals and range removals (seed %i)", (seed) => {
    const random = randomOf(seed);
    const tree = new ScoreTree();
    const model = new Map<string, number>();
    for (let round = 0; round < 60; round++) {
      // Rounds that grow, and rounds that shrink to almost nothing.
      const grows = round % 6 < 4;
      for (let n = 0; n < 500; n++) {
        const member = String(random(4000));
        const old = model.get(member);
        if (old !== undefined) {
          expect(tree.remove(old, member)).toBe(true);
          model.delete(member);
        }
        if (grows) {
          const fresh = random(50);
          tree.insert(fresh, member);
          model.set(member, fresh);
        }
      }
      if (!grows && model.size > 0) {
        const from = random(model.size);
        const count = random(model.size - from + 1);
        const seen: Pair[] = [];
        const gone = inOrder(model).slice(from, from + count);
        tree.removeRange(from, count, (member, s) => seen.push([s, member]));
        expect(seen).toEqual(gone);
        for (const [, member] of gone) model.delete(member);
      }
      const pairs = inOrder(model);
      expect(tree.size).toBe(pairs.length);
      expect(walked(tree, 0, pairs.length)).toEqual(pairs);
      if (pairs.length === 0) continue;
      const at = random(pairs.length);
      const [s, m] = pairs[at];
      expect(tree.countBefore((other, name) => other < s || (other === s && name < m))).toBe(at);
      const count = random(at + 2);
      const back: Pair[] = [];
      tree.walkBack(at, Math.min(count, at + 1), (member, sc) => back.push([sc, member]));
      expect(back).toEqual(pairs.slice(at + 1 - Math.min(count, at + 1), at + 1).reverse());
    }
  });

  it("takes ascending and descending input, and can be emptied", () => {
    const tree = new ScoreTree();
    for (let i = 0; i < 20_000; i++) tree.insert(i, "a");
    for (let i = 20_000; i > 0; i--) tree.insert(-i, "a");
    expect(walked(tree, 19_999, 2)).toEqual([
      [-1, "a"],
      [0, "a"],
    ]);
    expect(tree.countBefore((score) => score < 5000)).toBe(25_000);
    tree.removeRange(0, 40_000, () => {});
    expect(tree.size).toBe(0);
    tree.insert(1, "b");
    expect(walked(tree, 0, 1)).toEqual([[1, "b"]]);
  });
});
