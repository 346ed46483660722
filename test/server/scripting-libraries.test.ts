/** The libraries that scripts find, byte for byte as redis-server 7.0 answers. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ErrorReply } from "../../src/protocol/reply.js";
import { fc } from "../tools/property.js";
import { ScriptEngine } from "./script-engine.js";

let lua: ScriptEngine;

beforeAll(async () => {
  lua = await ScriptEngine.start();
});

afterAll(() => {
  expect(lua.bugs).toEqual([]);
  lua.engine.scripting.close();
});

/** What the script answers; of an error the part between the place in the script and the script's name. */
function answer(script: string, ...args: string[]): unknown {
  const reply = lua.eval(script, ...args);
  if (!(reply instanceof ErrorReply)) return reply;
  return `! ${reply.message.replace(/^ERR user_script:1: | script: .*$/g, "")}`;
}

describe("cjson", () => {
  it.each([
    ["cjson.encode({1, 2, 3})", "[1,2,3]"],
    ["cjson.encode({})", "{}"],
    ["cjson.encode({a = {b = {1, 'x', true, cjson.null}}})", '{"a":{"b":[1,"x",true,null]}}'],
    ["cjson.encode({[1] = 1, [4] = 4})", "[1,null,null,4]"],
    ["cjson.encode({[1.5] = 1})", '{"1.5":1}'],
    ["cjson.encode('a/b\"\\\\\\n\\0\\127\\200')", '"a\\/b\\"\\\\\\n\\u0000\\u007f\xc8"'],
    [
      "cjson.encode({0.1, 1e15, 1/3, 123456789012345, 2^-21})",
      "[0.1,1e+15,0.33333333333333,1.2345678901234e+14,4.7683715820312e-07]",
    ],
    ["cjson.encode({[1] = 1, [100] = 2})", "! Cannot serialise table: excessively sparse array"],
    ["cjson.encode(1/0)", "! Cannot serialise number: must not be NaN or Inf"],
    ["cjson.encode({[true] = 1})", "! Cannot serialise boolean: table key must be a number or string"],
    ["cjson.encode(tostring)", "! Cannot serialise function: type not supported"],
    ["cjson.encode()", "! bad argument #1 to 'encode' (expected 1 argument)"],
    ['cjson.decode(\'{"a":[1,2.5,"\\\\u20ac\\\\ud83d\\\\ude00"]}\').a[3]', "\xe2\x82\xac\xf0\x9f\x98\x80"],
    ["cjson.decode('null') == cjson.null", 1],
    ["cjson.decode('0x10') + cjson.decode('010')", 26],
    ["cjson.decode('[1,]')", "! Expected value but found T_ARR_END at character 4"],
    ["cjson.decode('{\"a\" 1}')", "! Expected colon but found T_NUMBER at character 6"],
    ["cjson.decode('nope')", "! Expected value but found invalid token at character 1"],
    ["cjson.decode('\"a')", "! Expected value but found unexpected end of string at character 3"],
    ["cjson.decode('1 2')", "! Expected the end but found T_NUMBER at character 3"],
    [
      "cjson.decode(string.rep('[', 1001))",
      "! Found too many nested data structures (1001) at character 1001",
    ],
  ])("%s", (expression, expected) => {
    expect(answer(`return ${expression}`)).toEqual(expected);
  });

  it("keeps its settings between scripts, until SCRIPT FLUSH", () => {
    expect(answer("return {cjson.encode_sparse_array(true)}")).toEqual([1, 2, 10]);
    expect(answer("return cjson.encode({[100] = 1})")).toBe('{"100":1}');
    lua.run("SCRIPT", "FLUSH");
    expect(answer("return cjson.encode({[100] = 1})")).toMatch(/sparse/);
    expect(answer("return cjson.encode_max_depth(0)")).toBe(
      "! bad argument #1 to 'encode_max_depth' (expected integer between 1 and 2147483647)",
    );
  });

  it("reads what JSON.stringify writes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer(), fc.string({ unit: "binary-ascii" }), fc.boolean()), { minLength: 1 }),
        (values) => {
          const text = JSON.stringify(values);
          const back = answer("return cjson.encode(cjson.decode(ARGV[1]))", text) as string;
          expect(JSON.parse(back)).toEqual(values);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("cmsgpack", () => {
  const hex = (value: unknown) =>
    [...(value as string)].map((char) => char.charCodeAt(0).toString(16).padStart(2, "0")).join("");

  it.each([
    ["1, 127, 128, 256, 65536", "017fcc80cd0100ce00010000"],
    ["-1, -32, -33, -129, -32769", "ffe0d0dfd1ff7fd2ffff7fff"],
    ["2^32, 2^53, -2^53", "cf0000000100000000cf0020000000000000d3ffe0000000000000"],
    ["0.5, 0.1", "ca3f000000cb3fb999999999999a"],
    ["nil, true, false", "c0c3c2"],
    ["{1, 2}, {}, {a = 1}", "9201029081a16101"],
    ["string.rep('a', 32)", `d920${"61".repeat(32)}`],
  ])("pack(%s)", (values, bytes) => {
    expect(hex(answer(`return cmsgpack.pack(${values})`))).toBe(bytes);
  });

  it("unpacks all, one, or some", () => {
    expect(answer("return {cmsgpack.unpack(cmsgpack.pack(1, 'x', {2, {a = 3}}))}")).toEqual([
      1,
      "x",
      [2, []],
    ]);
    expect(answer("return {cmsgpack.unpack_one(cmsgpack.pack(1, 2, 3), 1)}")).toEqual([2, 2]);
    expect(answer("return {cmsgpack.unpack_limit(cmsgpack.pack(1, 2, 3), 2)}")).toEqual([2, 1, 2]);
    expect(answer("return cmsgpack.unpack(ARGV[1])", "\xa5ab")).toBe("! Missing bytes in input.");
    expect(answer("return cmsgpack.unpack(ARGV[1])", "\xc1")).toBe("! Bad data format in input.");
    expect(answer("return cmsgpack.pack()")).toBe(
      "! bad argument #0 to 'pack' (MessagePack pack needs input.)",
    );
  });

  it("is its own inverse for any bytes", () => {
    const byteString = fc.uint8Array().map((bytes) => String.fromCharCode(...bytes));
    fc.assert(
      fc.property(byteString, (text) => {
        expect(answer("return cmsgpack.unpack(cmsgpack.pack(ARGV[1]))", text)).toBe(text);
      }),
      { numRuns: 100 },
    );
  });
});

describe("bit", () => {
  it.each([
    ["bit.tobit(2^40 + 3)", 3],
    ["bit.tobit(2^31)", -2147483648],
    ["bit.tobit(1.5)", 2],
    ["bit.band(0xff, 0x0f, 3)", 3],
    ["bit.bxor(5, 3)", 6],
    ["bit.bnot(0)", -1],
    ["bit.lshift(1, 33)", 2],
    ["bit.rshift(-1, 1)", 2147483647],
    ["bit.arshift(-2, 1)", -1],
    ["bit.rol(0x12345678, 12)", 0x45678123],
    ["bit.ror(0x12345678, 12)", 0x67812345],
    ["bit.bswap(0x12345678)", 0x78563412],
    ["bit.tohex(-1, 4)", "ffff"],
    ["bit.tohex(255, -8)", "000000FF"],
    ["bit.tobit({})", "! bad argument #1 to 'tobit' (number expected, got table)"],
  ])("%s", (expression, expected) => {
    expect(answer(`return ${expression}`)).toBe(expected);
  });
});

describe("struct", () => {
  it.each([
    ["struct.pack('>I2I4bh', 1, 2, -3, 4)", "\x00\x01\x00\x00\x00\x02\xfd\x00\x04"],
    ["struct.pack('<i3', -2)", "\xfe\xff\xff"],
    ["struct.pack('!4 b i', 1, 2)", "\x01\x00\x00\x00\x02\x00\x00\x00"],
    ["struct.pack('>d', 0.5)", "\x3f\xe0\x00\x00\x00\x00\x00\x00"],
    ["struct.pack('s c3 x', 'ab', 'cdef')", "ab\0cde\0"],
    ["{struct.unpack('>I2bs', '\\1\\2\\255ab\\0z')}", [258, -1, "ab", 7]],
    ["{struct.unpack('bc0', '\\3abcd')}", ["abc", 5]],
    ["struct.size('!bl c5')", 21],
    ["struct.size('s')", "! bad argument #1 to 'size' (option 's' has no fixed size)"],
    ["struct.pack('z', 1)", "! bad argument #1 to 'pack' (invalid format option 'z')"],
    ["struct.unpack('l', 'abc')", "! bad argument #2 to 'unpack' (data string too short)"],
    ["struct.pack('i33', 1)", "! integral size 33 is larger than limit of 32"],
  ])("%s", (expression, expected) => {
    expect(answer(`return ${expression}`)).toEqual(expected);
  });
});

describe("numbers have 64 bits", () => {
  it.each([
    ["string.format('%d', 1700000000000)", "1700000000000"],
    [
      "string.format('%d|%5d|%-5d|%05d|%+d|%.3d', -2^40, 42, 42, -42, 42, 42)",
      "-1099511627776|   42|42   |-0042|+42|042",
    ],
    ["string.format('%x %X %o %u', 2^40, 255, 8, -1)", "10000000000 FF 10 18446744073709551615"],
    ["string.format('%#x %#o', 255, 8)", "0xff 010"],
    ["string.format('%5s|%-5s|%.2s|%c', 'ab', 'ab', 'abc', 65)", "   ab|ab   |ab|A"],
    ["string.format('%.3f %g %5.1e', 1/3, 1e20, 12345)", "0.333 1e+20 1.2e+04"],
    ["string.format('%q', 'a\\nb\"\\0')", '"a\\\nb\\"\\000"'],
    ["string.format('%d')", "! bad argument #2 to 'format' (no value)"],
    ["string.format('%d', 'x')", "! bad argument #2 to 'format' (number expected, got string)"],
    ["string.format('%y', 1)", "! invalid option '%y' to 'format'"],
    ["tonumber('ffffffffff', 16) == 2^40 - 1", 1],
    ["tonumber('zz', 36)", 1295],
    ["tostring(tonumber('8', 8))", "nil"],
    ["tonumber('  12  ')", 12],
    ["tonumber()", "! bad argument #1 to 'tonumber' (value expected)"],
    ["redis.sha1hex('')", "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
    ["redis.sha1hex(string.rep('a', 119))", "ee971065aaa017e0632a8ca6c77bb3bf8b1dfc56"],
  ])("%s", (expression, expected) => {
    expect(answer(`return ${expression}`)).toBe(expected);
  });
});
