/** What methods make of raw replies: the same from RESP2 and RESP3, and in every view. No server takes part. */
import { describe, expect, test } from "vitest";
import { DecodeError } from "../../src/errors.js";
import { WANT_BIGINT, WANT_BYTES } from "../../src/protocol/parser.js";
import { respParser } from "../../src/protocol/resp-parser.js";
import { parse } from "../parser-suite.js";
import { type DecodingCase, decodingCases } from "./decoding-cases.js";
import { Recorder } from "./recorder.js";

const text = (value: string) => value;
const buffer = (value: string) => Buffer.from(value);

const views: readonly [name: string, wants: number, t: (value: string) => unknown][] = [
  ["text", 0, text],
  ["bytes", WANT_BYTES, buffer],
  ["bigint", WANT_BIGINT, text],
];

function decoded(wire: string, wants: number, call: DecodingCase["call"]): unknown {
  const [reply] = parse(respParser, wire.replaceAll("|", "\r\n"), { wants }).replies;
  const recorder = new Recorder();
  recorder.answer = reply;
  return call(recorder);
}

describe("raw replies", () => {
  test.each(decodingCases)("$title", ({ call, resp2, resp3, value }) => {
    for (const [name, wants, t] of views) {
      expect(decoded(resp2, wants, call), `RESP2 ${name}`).toStrictEqual(value(t));
      expect(decoded(resp3, wants, call), `RESP3 ${name}`).toStrictEqual(value(t));
    }
  });
});

describe("streams that are no text", () => {
  const entry = (field: string, value: string) => `*1|*2|$3|1-1|*2|$1|${field}|$1|${value}|`;

  test("values are bytes, names of fields must be text", () => {
    const range: DecodingCase["call"] = (c) => c.xrange("s", "-", "+");
    expect(decoded(entry("a", "\xff"), WANT_BYTES, range)).toEqual([
      { id: "1-1", fields: { a: Buffer.from([0xff]) } },
    ]);
    expect(() => decoded(entry("\xff", "a"), WANT_BYTES, range)).toThrow(DecodeError);
  });

  test("keys, groups and consumers are bytes", () => {
    const byte = Buffer.from([0xff]);
    expect(decoded(`*1|*2|$1|\xff|*0|`, WANT_BYTES, (c) => c.xread({ s: 0 }))).toEqual([
      { key: byte, entries: [] },
    ]);
    expect(
      decoded("*1|*4|$3|1-1|$1|\xff|:5|:1|", WANT_BYTES, (c) => c.xpending("s", "g", { count: 1 })),
    ).toEqual([{ id: "1-1", consumer: byte, idle: 5, deliveries: 1 }]);
    expect(decoded("*1|*2|$4|name|$1|\xff|", WANT_BYTES, (c) => c.xinfoGroups("s"))).toEqual([
      { name: byte },
    ]);
  });

  test("a field may be called __proto__", () => {
    const [{ fields }] = decoded("*1|*2|$3|1-1|*2|$9|__proto__|$1|v|", 0, (c) => c.xrange("s", "-", "+")) as [
      { fields: object },
    ];
    expect(Object.entries(fields)).toEqual([["__proto__", "v"]]);
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
  });
});
