import { describe, expect, it } from "vitest";
import {
  addInt64,
  floatArg,
  integerArg,
  isWord,
  lowerCase,
  parseFloatStrict,
  parseInteger,
  timeoutArg,
  upperCase,
} from "../../src/server/engine/arguments.js";
import { longDoubleArg, sumText } from "../../src/server/engine/long-double.js";

describe("parseInteger", () => {
  it.each([
    ["0", 0],
    ["-1", -1],
    ["123456789012345", 123456789012345],
    ["9007199254740991", 9007199254740991],
    ["9007199254740993", 9007199254740993n],
    ["9223372036854775807", 9223372036854775807n],
    ["-9223372036854775808", -9223372036854775808n],
  ])("takes %j", (text, value) => {
    expect(parseInteger(text)).toBe(value);
  });

  it.each([
    "",
    "-",
    "+1",
    "01",
    "-0",
    "-01",
    " 1",
    "1 ",
    "1.0",
    "1e3",
    "0x1",
    "abc",
    "9223372036854775808",
    "-9223372036854775809",
    "123456789012345678901",
  ])("refuses %j", (text) => {
    expect(parseInteger(text)).toBeUndefined();
  });
});

it("addInt64 stays exact and within 64 bits", () => {
  expect(addInt64(1, 2)).toBe(3);
  expect(addInt64(9007199254740991, 1)).toBe(9007199254740992n);
  expect(addInt64(9223372036854775807n, 1)).toBeUndefined();
  expect(addInt64(-9223372036854775808n, -1)).toBeUndefined();
  expect(addInt64(9223372036854775807n, -9223372036854775808n)).toBe(-1);
});

it("integerArg and floatArg throw error replies", () => {
  expect(() => integerArg("x")).toThrow("ERR value is not an integer or out of range");
  expect(() => floatArg("x", "ERR min or max is not a float")).toThrow("ERR min or max is not a float");
});

describe("parseFloatStrict", () => {
  it.each([
    ["1", 1],
    ["-1.5", -1.5],
    ["+2", 2],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["1E-2", 0.01],
    ["inf", Number.POSITIVE_INFINITY],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    ["0x10", 16],
    ["0x1.8p1", 3],
    ["0", 0],
    ["5e-324", 5e-324],
  ])("takes %j", (text, value) => {
    expect(parseFloatStrict(text)).toBe(value);
  });

  it.each(["", " 1", "1 ", "nan", "1e", "e1", ".", "1_0", "--1", "1e400", "1e-400", "0x", "infin"])(
    "refuses %j",
    (text) => {
      expect(parseFloatStrict(text)).toBeUndefined();
    },
  );
});

it("timeoutArg gives milliseconds, and never turns a wait into an endless one", () => {
  expect([timeoutArg("0"), timeoutArg("1.5"), timeoutArg("0.0001")]).toEqual([0, 1500, 1]);
  expect(() => timeoutArg("-1")).toThrow("ERR timeout is negative");
  expect(() => timeoutArg("x")).toThrow("ERR timeout is not a float or out of range");
});

it("isWord compares letters in any case", () => {
  expect(["EX", "ex", "eX", "EXAT", "E", "E\x18", ""].map((text) => isWord(text, "EX"))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

it("upper and lower case concern ASCII alone", () => {
  expect([upperCase("get\xdf\xff"), lowerCase("GET\xc4")]).toEqual(["GET\xdf\xff", "get\xc4"]);
});

describe("80-bit sums", () => {
  it.each([
    ["0.1", "0.2", "0.3"],
    ["3.0e3", "200", "3200"],
    ["0x10", "1", "17"],
    ["10.5", "0.1", "10.6"],
    ["1", "-1", "0"],
    ["0", "-0", "0"],
    ["3e-10", "1e-18", "0.0000000003"],
    ["1e20", "0.3", "100000000000000000000"],
    ["123456789012345678", "3", "123456789012345681"],
  ])("%s + %s = %s", (a, b, sum) => {
    expect(sumText(longDoubleArg(a), longDoubleArg(b))).toBe(sum);
  });

  it("refuse what is no number or not finite", () => {
    for (const text of ["nan", "", " 1", "1e5000", "1e-5000", "x"])
      expect(() => longDoubleArg(text)).toThrow();
    expect(() => sumText(longDoubleArg("inf"), longDoubleArg("1"))).toThrow("would produce NaN or Infinity");
    expect(() => sumText(longDoubleArg("1e4932"), longDoubleArg("1e4932"))).toThrow();
  });
});
