/** Replies of Redis 7.2 and later, and of the modules: methods make the same of RESP2 and RESP3, in every view. */
import { describe, expect, test } from "vitest";
import { WANT_BIGINT, WANT_BYTES } from "../../src/protocol/parser.js";
import { respParser } from "../../src/protocol/resp-parser.js";
import { parse } from "../parser-suite.js";
import { Recorder } from "./recorder.js";
import type { ReplyCase } from "./reply-cases.js";
import { filterReplyCases, modernReplyCases } from "./reply-modern-cases.js";
import { jsonReplyCases, timeSeriesReplyCases } from "./reply-module-cases.js";
import { searchReplyCases } from "./reply-search-cases.js";

const views: readonly [
  name: string,
  wants: number,
  t: (text: string) => unknown,
  i: (integer: number) => unknown,
][] = [
  ["text", 0, (text) => text, (integer) => integer],
  ["bytes", WANT_BYTES, (text) => Buffer.from(text), (integer) => integer],
  ["bigint", WANT_BIGINT, (text) => text, (integer) => BigInt(integer)],
];

/** What the method makes of raw bytes; methods with `runBytes` always see bytes. */
function decoded(wire: string, wants: number, call: ReplyCase["call"]): unknown {
  const recorder = new Recorder();
  call(recorder);
  const [reply] = parse(respParser, wire, { wants: recorder.bytes ? wants | WANT_BYTES : wants }).replies;
  recorder.answer = reply;
  return call(recorder);
}

describe.each([
  ["Redis 7.2 and later", modernReplyCases],
  ["filters and sketches", filterReplyCases],
  ["JSON", jsonReplyCases],
  ["time series", timeSeriesReplyCases],
  ["search", searchReplyCases],
] as const)("%s", (_, cases) => {
  test.each(cases)("$title", ({ call, resp2, resp3 = resp2, value }) => {
    for (const [name, wants, t, i] of views) {
      expect(decoded(resp2, wants, call), `RESP2 ${name}`).toStrictEqual(value(t, i));
      expect(decoded(resp3, wants, call), `RESP3 ${name}`).toStrictEqual(value(t, i));
    }
  });
});
