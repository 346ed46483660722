/** Replies that begin like the one before: the short cut gives what the long way gives, however the bytes are cut. */

import { describe, expect, it } from "vitest";
import { DecodeError } from "../../src/errors.js";
import { DEFAULT_LIMITS, type RawReply, WANT_REPEATS } from "../../src/protocol/parser.js";
import { respParser } from "../../src/protocol/resp-parser.js";
import { fc } from "../tools/property.js";

const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${Buffer.from(text).toString("latin1")}\r\n`;

/** Something that a subscribed connection gets, as one-byte text. */
const wire = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({
        sign: fc.constantFrom(">3", "*3"),
        channel: fc.constantFrom("a", "b", "channel-1", "channel-2", "é", "x".repeat(300)),
        data: fc.oneof(
          fc.string({ maxLength: 40 }),
          fc.string({ unit: "grapheme", maxLength: 10 }),
          fc.integer({ min: 4000, max: 9000 }).map((length) => "yz".repeat(length / 2)),
        ),
        times: fc.integer({ min: 1, max: 4 }),
      })
      .map(({ sign, channel, data, times }) =>
        `${sign}\r\n${bulk("message")}${bulk(channel)}${bulk(data)}`.repeat(times),
      ),
  },
  fc.constantFrom(
    "+PONG\r\n",
    "$5\r\nhello\r\n",
    "$5\r\nhello\r\n$5\r\nother\r\n",
    ">3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n",
    ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$-1\r\n",
    ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\n\xff\xfe\r\n",
    ">3\r\n$7\r\nmessage\r\n$1\r\n\xff\r\n$1\r\nx\r\n",
    "*2\r\n*1\r\n$1\r\na\r\n$3\r\nend\r\n",
    "*2\r\n*1\r\n$1\r\na\r\n$5\r\nother\r\n",
    "*2\r\n$1\r\na\r\n*1\r\n$1\r\nb\r\n*2\r\n$1\r\na\r\n*1\r\n$1\r\nc\r\n",
    "|1\r\n+k\r\n+v\r\n>2\r\n$1\r\na\r\n$1\r\nb\r\n",
    "$?\r\n;1\r\na\r\n;0\r\n\r\n",
    "=7\r\ntxt:abc\r\n",
  ),
);

/** What comes out, errors by their bytes; how often the short cut was taken. */
function parse(text: string, cuts: readonly number[], wants: number) {
  const heard: unknown[] = [];
  let repeats = 0;
  let last: RawReply[] = [];
  const plain = (reply: RawReply): unknown =>
    reply instanceof DecodeError ? { bytes: reply.value } : Array.isArray(reply) ? reply.map(plain) : reply;
  const take = (value: RawReply, flaw: unknown) => {
    if (Array.isArray(value)) last = value;
    heard.push([plain(value), flaw instanceof DecodeError]);
  };
  const parser = respParser.create(
    {
      wants: () => wants,
      reply: take,
      push: take,
      repeated: (data, flaw) => {
        repeats++;
        take([...last.slice(0, -1), data], flaw);
      },
      attribute: (attribute) => heard.push(attribute.flat),
    },
    DEFAULT_LIMITS,
  );
  const bytes = Buffer.from(text, "latin1");
  const buffer = Buffer.alloc(bytes.length + 1);
  let from = 0;
  for (const to of [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  )) {
    buffer.fill(0xff);
    bytes.copy(buffer, 0, from, to);
    parser.feed(buffer, to - from);
    from = to;
  }
  return { heard, repeats };
}

describe("repeated replies", () => {
  it("are the same as read in full", () => {
    fc.assert(
      fc.property(
        fc.array(wire, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(20_000), { maxLength: 6 }),
        (pieces, cuts) => {
          const text = pieces.join("");
          expect(parse(text, cuts, WANT_REPEATS).heard).toEqual(parse(text, cuts, 0).heard);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("are the same at every cut, and are known again", () => {
    const message = (channel: string, data: string) =>
      `>3\r\n${bulk("message")}${bulk(channel)}${bulk(data)}`;
    const text = [..."abcabc", "long ".repeat(20), "d"].map((data) => message("news", data)).join("");
    const { heard, repeats } = parse(text, [], WANT_REPEATS);
    expect(repeats).toBe(7);
    for (let cut = 1; cut < text.length; cut++) {
      const one = parse(text, [cut], WANT_REPEATS);
      expect(one.heard).toEqual(heard);
      expect(one.repeats).toBeGreaterThanOrEqual(5);
    }
    const bytewise = parse(
      text,
      [...text].map((_, at) => at),
      WANT_REPEATS,
    );
    expect(bytewise.heard).toEqual(heard);
  });

  it("broken ones are refused", () => {
    const good = `>3\r\n${bulk("message")}${bulk("c")}${bulk("x")}`;
    const bad = `>3\r\n${bulk("message")}${bulk("c")}$1\r\nxyz\r\n`;
    expect(() => parse(good + bad, [], WANT_REPEATS)).toThrow(/without CRLF/);
    expect(() => parse(`${good}>3\r\n${bulk("message")}${bulk("c")}$1x\r\n`, [], WANT_REPEATS)).toThrow(
      /malformed/,
    );
  });
});
