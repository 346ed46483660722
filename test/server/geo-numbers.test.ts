/** The arithmetic under the geo commands, apart from redis-server. */

import { describe, expect, it } from "vitest";
import { fixedPoint, shortFixedPoint } from "../../src/server/engine/fixed-point.js";
import { geohashText, positionOf, scoreOf, WORLD } from "../../src/server/engine/geohash.js";
import { sortFirst } from "../../src/server/engine/partial-sort.js";
import { arcSine, cosine, sine } from "../../src/server/engine/trigonometry.js";
import { fc } from "../tools/property.js";

// Within 2^-26 of the world's eastern edge a score has a bit more than a double keeps, in Redis too.
const EAST = WORLD.east - 360 / 2 ** 26;

const position = fc.record({
  longitude: fc.double({ min: WORLD.west, max: EAST, noNaN: true }),
  latitude: fc.double({ min: WORLD.south, max: WORLD.north, noNaN: true }),
});

/** How many doubles lie between two that are near each other. */
function unitsApart(a: number, b: number): number {
  const unit = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(a), Math.abs(b), 2 ** -1000))) - 52);
  return Math.abs(a - b) / unit;
}

describe("geohash", () => {
  it("keeps a position within a cell of 2^-26 of the world", () => {
    fc.assert(
      fc.property(position, (given) => {
        const back = positionOf(scoreOf(given));
        expect(Math.abs(back.longitude - given.longitude)).toBeLessThanOrEqual(360 / 2 ** 26);
        expect(Math.abs(back.latitude - given.latitude)).toBeLessThanOrEqual(171 / 2 ** 26);
      }),
    );
  });

  it("gives the middle of a cell the score of the cell", () => {
    fc.assert(fc.property(position, (given) => scoreOf(positionOf(scoreOf(given))) === scoreOf(given)));
  });

  it("writes the standard text", () => {
    expect(geohashText({ longitude: -5.6, latitude: 42.6 })).toMatch(/^ezs42/);
    expect(geohashText({ longitude: 10.40744, latitude: 57.64911 })).toMatch(/^u4pruydqqv/);
  });
});

describe("trigonometry", () => {
  it("is never far from what the engine has", () => {
    fc.assert(
      fc.property(fc.double({ min: -1.5, max: 1.5, noNaN: true }), (x) => {
        expect(unitsApart(sine(x), Math.sin(x))).toBeLessThanOrEqual(1);
        expect(unitsApart(cosine(x), Math.cos(x))).toBeLessThanOrEqual(2);
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (x) => {
        expect(unitsApart(arcSine(x), Math.asin(x))).toBeLessThanOrEqual(2);
      }),
    );
  });

  it("knows the sines of the other half of the circle", () => {
    expect(sine(Math.PI)).toBe(1.2246467991473532e-16);
    expect(sine(-Math.PI / 2)).toBe(-1);
    expect(sine(3)).toBe(0.1411200080598672);
    expect(sine(0)).toBe(0);
    expect(arcSine(1)).toBe(Math.PI / 2);
    expect(arcSine(0)).toBe(0);
    expect(arcSine(1.1)).toBeNaN();
  });
});

describe("sortFirst", () => {
  it("brings the first items where they belong", () => {
    const lists = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 });
    fc.assert(
      fc.property(lists, fc.nat(200), (given, wanted) => {
        const items = [...given];
        sortFirst(items, wanted, (a, b) => a - b);
        const expected = [...given].sort((a, b) => a - b);
        expect(items.slice(0, wanted)).toEqual(expected.slice(0, wanted));
        expect(items.sort((a, b) => a - b)).toEqual(expected);
      }),
    );
  });
});

describe("fixedPoint", () => {
  it("rounds a tie to the even digit", () => {
    expect(fixedPoint(0.03125, 4)).toBe("0.0312");
    expect(fixedPoint(0.09375, 4)).toBe("0.0938");
    expect(fixedPoint(-0.03125, 4)).toBe("-0.0312");
    expect(fixedPoint(2.5, 1)).toBe("2.5");
  });

  it("writes what has no usual text", () => {
    expect(fixedPoint(-0, 2)).toBe("-0.00");
    expect(fixedPoint(1e22, 2)).toBe("10000000000000000000000.00");
    expect(fixedPoint(Number.POSITIVE_INFINITY, 2)).toBe("inf");
    expect(fixedPoint(Number.NEGATIVE_INFINITY, 2)).toBe("-inf");
    expect(fixedPoint(Number.NaN, 2)).toBe("nan");
  });

  it("has a short form", () => {
    expect(shortFixedPoint(180, 17)).toBe("180");
    expect(shortFixedPoint(0.5, 17)).toBe("0.5");
    expect(shortFixedPoint(100, 1)).toBe("100");
    expect(shortFixedPoint(-0, 3)).toBe("0");
  });
});
