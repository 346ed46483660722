/** JSON as Python has it: what JavaScript's own parser and writer refuse or change. */

import { describe, expect, it } from "vitest";
import { parseJson, stringifyJson } from "../../src/tasks/json.js";
import { setInJson } from "../../src/tasks/json-edit.js";
import { LenientParser } from "../../src/tasks/json-parser.js";
import { celeryAvailable, needsCelery } from "../tools/celery.js";
import { fc } from "../tools/property.js";
import { askPython } from "../tools/python.js";

/** Integers that become bigints, which JSON.parse does not know. */
const LONG = /\d{16}/;

describe("parseJson", () => {
  it("reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!LONG.test(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("reads it with its own parser as well", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, spaces) => {
        fc.pre(!LONG.test(JSON.stringify(value)));
        expect(new LenientParser(JSON.stringify(value, null, spaces)).parse()).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  it("reads NaN and the infinities", () => {
    expect(parseJson('[NaN, Infinity, -Infinity, {"NaN": NaN}]')).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      { NaN: Number.NaN },
    ]);
  });

  it("reads large integers as bigints, and others as numbers", () => {
    expect(
      parseJson('[9007199254740991, 9007199254740992, -12345678901234567890, {"n":98765432109876543210}]'),
    ).toEqual([9007199254740991, 9007199254740992n, -12345678901234567890n, { n: 98765432109876543210n }]);
    expect(parseJson("12345678901234567890")).toBe(12345678901234567890n);
    expect(parseJson("[0.12345678901234568, 1e300, 1234567890123456789012.5]")).toEqual([
      0.12345678901234568, 1e300, 1.2345678901234568e21,
    ]);
    expect(parseJson('["12345678901234567890", 1]')).toEqual(["12345678901234567890", 1]);
  });

  it("reads Kombu's typed values wherever they stand", () => {
    const text = `{"a": [{"__type__": "datetime", "__value__": "2026-01-02T03:04:05.678901"},
      {"__type__": "datetime", "__value__": "2026-01-02T03:04:05+02:00"},
      {"__type__": "date", "__value__": "2026-01-02"}, {"__type__": "time", "__value__": "03:04:05"},
      {"__type__": "decimal", "__value__": "1.10"},
      {"__type__": "uuid", "__value__": {"hex": "00112233445566778899aabbccddeeff", "version": 4}},
      {"__type__": "bytes", "__value__": "h\u00e9"}, {"__type__": "base64", "__value__": "/wA="},
      {"__type__": "new", "__value__": 1}, {"__type__": "uuid", "__value__": 1, "more": 2}]}`;
    expect(parseJson(text)).toEqual({
      a: [
        new Date("2026-01-02T03:04:05.678Z"),
        new Date("2026-01-02T01:04:05.000Z"),
        "2026-01-02",
        "03:04:05",
        "1.10",
        "00112233-4455-6677-8899-aabbccddeeff",
        Buffer.from("hé"),
        Buffer.from([255, 0]),
        { __type__: "new", __value__: 1 },
        { __type__: "uuid", __value__: 1, more: 2 },
      ],
    });
  });

  it("keeps __proto__ a plain member", () => {
    const read = parseJson('{"__proto__": {"x": NaN}, "y": 1}') as Record<string, unknown>;
    expect(Object.keys(read)).toEqual(["__proto__", "y"]);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    const typed = parseJson('{"__proto__": {"z": 1}, "y": {"__type__": "time", "__value__": "1"}}') as object;
    expect(Object.keys(typed)).toEqual(["__proto__", "y"]);
    expect(Object.getPrototypeOf(typed)).toBe(Object.prototype);
    expect((typed as { z?: unknown }).z).toBeUndefined();
  });

  it.each([
    "",
    "{",
    "[1,]",
    '{"a":1,}',
    "nan",
    "NaNs",
    "[NaN",
    '"abc',
    '["a\nb", NaN]',
    "01",
    "+1",
    "[1 2]",
    '{"a" 1}',
    "{1:2}",
    '"\\x"',
    "1 1",
    "--Infinity",
    "'a'",
    '"\\',
  ])("refuses %j", (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it("refuses endless nesting as an error like others", () => {
    expect(() => parseJson(`[NaN,${"[".repeat(100_000)}`)).toThrow(SyntaxError);
    const typed = `{"x":{"__type__":"time","__value__":"1"},"y":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
    expect(() => parseJson(typed)).toThrow(SyntaxError);
  });

  it("reads a text of many megabytes with its own parser", () => {
    const text = `[NaN, ${JSON.stringify('x"\\'.repeat(3_000_000))}]`;
    expect((parseJson(text) as string[])[1]).toHaveLength(9_000_000);
  });
});

describe("stringifyJson", () => {
  it("writes what JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(stringifyJson(value)).toBe(JSON.stringify(value));
      }),
    );
  });

  it("writes what JSON.stringify loses or refuses", () => {
    const value = {
      big: 12345678901234567890n,
      numbers: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0],
      nothing: undefined,
      list: [undefined, null],
      date: new Date("2026-01-02T03:04:05.678Z"),
      map: new Map<unknown, unknown>([
        ["a", 1n],
        [2, new Set([1, 2])],
      ]),
      bytes: Buffer.from([255, 0]),
      floats: new Float64Array([1.5, Number.NaN]),
      own: { toJSON: () => ({ inside: 1n }) },
      url: new URL("http://x/"),
      boxed: new String("s"),
    };
    expect(stringifyJson(value)).toBe(
      '{"big":12345678901234567890,"numbers":[NaN,Infinity,-Infinity,0],"list":[null,null],' +
        '"date":"2026-01-02T03:04:05.678Z","map":{"a":1,"2":[1,2]},"bytes":{"__type__":"base64","__value__":"/wA="},' +
        '"floats":[1.5,NaN],"own":{"inside":1},"url":"http://x/","boxed":"s"}',
    );
    expect(stringifyJson(undefined)).toBe("null");
  });

  it("writes instances of classes by their own members, and shared parts twice", () => {
    class Point {
      x = 1;
      #hidden = 2;
      y = () => this.#hidden;
    }
    expect(() => stringifyJson(new Point())).toThrow("The value at y is a function, which JSON cannot hold");
    const shared = { n: 1n };
    expect(stringifyJson([shared, shared])).toBe('[{"n":1},{"n":1}]');
  });

  it.each([
    [() => Promise.resolve(1), "The value is a promise (is an await missing?), which JSON cannot hold"],
    [() => ({ a: [1, { b: Symbol("s") }] }), "The value at a[1].b is a symbol, which JSON cannot hold"],
    [() => ({ e: new Error("x") }), "The value at e is an Error, which JSON cannot hold"],
    [() => [/x/], "The value at [0] is a regular expression, which JSON cannot hold"],
    [() => new Map([[{}, 1]]), "The value is a Map with a object as key, which JSON cannot hold"],
    [() => new Date(Number.NaN), "The value is an invalid Date, which JSON cannot hold"],
    [
      () => {
        const loop: Record<string, unknown> = { a: { b: [] } };
        (loop.a as { b: unknown[] }).b.push(loop);
        return loop;
      },
      "The value at a.b[0] is an object that contains itself, which JSON cannot hold",
    ],
  ])("refuses what has no JSON: %#", (make, message) => {
    expect(() => stringifyJson(make())).toThrow(new TypeError(message));
  });

  it("writes deep nesting and refuses it where it does not end", () => {
    let deep: unknown = 1;
    for (let i = 0; i < 1000; i++) deep = [deep];
    expect(stringifyJson(deep)).toBe(`${"[".repeat(1000)}1${"]".repeat(1000)}`);
    for (let i = 0; i < 10_000; i++) deep = [deep];
    expect(() => stringifyJson(deep)).toThrow(TypeError);
  });
});

describe("setInJson", () => {
  it("changes one member and nothing else", () => {
    const text = '{"a": {"b" :  12345678901234567890 , "c": [1.0, "}\\"{"], "d": {}}, "e": NaN}';
    expect(setInJson(text, ["a", "b"], "true")).toBe(text.replace("12345678901234567890", "true"));
    expect(setInJson(text, ["a", "x"], "1")).toBe(text.replace('{"b"', '{"x": 1, "b"'));
    expect(setInJson(text, ["a", "d", "y"], "1")).toBe(text.replace("{}", '{"y": 1}'));
    expect(setInJson(text, ["a", "c"], "[]")).toBe(text.replace('[1.0, "}\\"{"]', "[]"));
    expect(setInJson(text, ["e"], "0")).toBe(text.replace("NaN", "0"));
  });

  it("does to any object what an assignment does", () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(object, fc.string(), fc.constantFrom(0, 1), (value, name, spaces) => {
        fc.pre(name !== "__proto__" && !Object.hasOwn(value, "__proto__"));
        const edited = setInJson(JSON.stringify(value, null, spaces), [name], '{"new":[1]}');
        expect(JSON.parse(edited)).toEqual({ ...JSON.parse(JSON.stringify(value)), [name]: { new: [1] } });
      }),
    );
  });

  it.each(["", "[]", '{"a"', '{"a":1', '{"a":"x', '{"a" 1}', "{a:1}", '{"b":1}'])("refuses %j", (text) => {
    expect(() => setInJson(text, ["a", "b"], "1")).toThrow(SyntaxError);
  });
});

describe.skipIf(!celeryAvailable)(needsCelery("Kombu's JSON"), () => {
  it("reads what is written, and writes what is read", () => {
    const value = {
      big: 12345678901234567890n,
      odd: [Number.NaN, Number.POSITIVE_INFINITY, 1e-7],
      text: "é😀\ud800",
    };
    const [shown, text] = askPython(
      `
from kombu.utils.json import loads, dumps
read = loads(value)
answer = [repr(read), dumps(read)]`,
      stringifyJson(value),
    ) as [string, string];
    expect(shown).toBe("{'big': 12345678901234567890, 'odd': [nan, inf, 1e-07], 'text': 'é😀\\ud800'}");
    expect(parseJson(text)).toEqual(value);
  });
});
