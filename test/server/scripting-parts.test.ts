/** The small parts under scripting that can be tested alone. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sha1 } from "../../src/protocol/sha1.js";
import { splitWords } from "../../src/server/engine/split-words.js";
import { formatGeneral } from "../../src/server/scripting/number-format.js";
import { readBytes, writeBytes } from "../../src/server/scripting/one-byte-memory.js";
import { fc } from "../tools/property.js";

const byteString = fc.uint8Array({ maxLength: 300 }).map((bytes) => String.fromCharCode(...bytes));

describe("sha1", () => {
  it("agrees with Node", () => {
    fc.assert(
      fc.property(byteString, (text) => {
        expect(sha1(text)).toBe(createHash("sha1").update(Buffer.from(text, "latin1")).digest("hex"));
      }),
    );
  });
});

describe("splitWords", () => {
  it.each<[string, string[] | undefined]>([
    ["", []],
    ["  a  b\t", ["a", "b"]],
    [`set "a b" 'c d'`, ["set", "a b", "c d"]],
    [String.raw`"\x41\n\"" 'it\'s'`, ['A\n"', "it's"]],
    [`a"b"`, ["ab"]],
    [`"a"b`, undefined],
    [`"a`, undefined],
    ["'a", undefined],
  ])("%j", (line, words) => {
    expect(splitWords(line)).toEqual(words);
  });
});

describe("formatGeneral", () => {
  it.each([
    [0.1, 17, "0.10000000000000001"],
    [0.1, 14, "0.1"],
    [1e15, 14, "1e+15"],
    [123456789012345, 14, "1.2345678901234e+14"],
    [100000, 3, "1e+05"],
    [1e-5, 14, "1e-05"],
    [0.0001, 14, "0.0001"],
    [-0, 17, "-0"],
    [2 ** -21, 14, "4.7683715820312e-07"],
    [5e-324, 17, "4.9406564584124654e-324"],
    [Number.POSITIVE_INFINITY, 14, "inf"],
  ])("%s with %i digits", (value, precision, text) => {
    expect(formatGeneral(value, precision)).toBe(text);
  });

  it("keeps every double with 17 digits", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(formatGeneral(value, 17))).toBe(value);
      }),
    );
  });
});

describe("one-byte memory", () => {
  it("reads what it wrote", () => {
    const memory = new Uint8Array(1000);
    fc.assert(
      fc.property(byteString, fc.nat(600), (text, start) => {
        writeBytes(memory, start, text);
        expect(readBytes(memory, start, text.length)).toBe(text);
      }),
    );
  });
});
