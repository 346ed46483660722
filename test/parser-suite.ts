/**
 * One suite for every parser. A parser of your own passes it when
 * `describeParser("mine", factory)` is green.
 */

import { describe, expect, it } from "vitest";
import { DecodeError, ProtocolError, ReplyError } from "../src/errors.js";
import {
  DEFAULT_LIMITS,
  type ParserFactory,
  type ParserLimits,
  type RawReply,
  RespMap,
  WANT_BIGINT,
  WANT_BYTES,
} from "../src/protocol/parser.js";
import { fc } from "./tools/property.js";

interface Heard {
  replies: RawReply[];
  pushes: RawReply[][];
  attributes: RespMap[];
  flaws: (DecodeError | null)[];
}

/** Parse `wire` (one-byte text), cut before each of the offsets in `cuts`. */
export function parse(
  factory: ParserFactory,
  wire: string,
  { cuts = [] as readonly number[], wants = 0, limits = {} as Partial<ParserLimits> } = {},
): Heard {
  const heard: Heard = { replies: [], pushes: [], attributes: [], flaws: [] };
  const parser = factory.create(
    {
      wants: () => wants,
      reply: (value, flaw) => {
        heard.replies.push(value);
        heard.flaws.push(flaw);
      },
      push: (items) => heard.pushes.push(items),
      attribute: (attribute) => heard.attributes.push(attribute),
    },
    { ...DEFAULT_LIMITS, ...limits },
  );
  const bytes = Buffer.from(wire, "latin1");
  // One buffer for all chunks, as a connection has: what the parser keeps it must have copied.
  const shared = Buffer.alloc(Math.max(1, bytes.length));
  const ends = [...new Set([...cuts, bytes.length])].sort((a, b) => a - b);
  let from = 0;
  for (const to of ends) {
    shared.fill(0xff);
    bytes.copy(shared, 0, from, to);
    parser.feed(shared, to - from);
    from = to;
  }
  return heard;
}

/** UTF-8 text as one-byte text. */
const wireText = (text: string) => Buffer.from(text, "utf8").toString("latin1");
const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${wireText(text)}\r\n`;

const everyByte = (wire: string) => Array.from({ length: wire.length }, (_, i) => i + 1);

/** A RESP2 value with its wire form. */
const resp2: fc.Arbitrary<{ wire: string; value: RawReply }> = fc.letrec<{
  any: { wire: string; value: RawReply };
}>((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "grapheme", maxLength: 30 }).map((text) => ({ wire: bulk(text), value: text })),
    fc.string({ minLength: 10, maxLength: 100 }).map((text) => ({ wire: bulk(text), value: text })),
    fc.stringMatching(/^[ -~]{0,20}$/).map((text) => ({ wire: `+${text}\r\n`, value: text })),
    fc.maxSafeInteger().map((n) => ({ wire: `:${n}\r\n`, value: n })),
    fc.constant({ wire: "$-1\r\n", value: null }),
    fc.constant({ wire: "*-1\r\n", value: null }),
    fc.array(tie("any"), { maxLength: 5 }).map((elements) => ({
      wire: `*${elements.length}\r\n${elements.map(({ wire }) => wire).join("")}`,
      value: elements.map(({ value }) => value),
    })),
  ),
})).any;

/** A RESP3 value with its wire form. */
const resp3: fc.Arbitrary<{ wire: string; value: RawReply }> = fc.letrec<{
  any: { wire: string; value: RawReply };
}>((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    resp2,
    fc.boolean().map((value) => ({ wire: value ? "#t\r\n" : "#f\r\n", value })),
    fc.constant({ wire: "_\r\n", value: null }),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((value) => ({ wire: `,${value}\r\n`, value: value + 0 })),
    fc.constantFrom<{ wire: string; value: RawReply }>(
      { wire: ",inf\r\n", value: Number.POSITIVE_INFINITY },
      { wire: ",-inf\r\n", value: Number.NEGATIVE_INFINITY },
      { wire: ",nan\r\n", value: Number.NaN },
    ),
    fc.bigInt().map((value) => ({ wire: `(${value}\r\n`, value })),
    fc.string({ maxLength: 20 }).map((text) => ({
      wire: `=${Buffer.byteLength(text) + 4}\r\ntxt:${wireText(text)}\r\n`,
      value: text,
    })),
    fc.array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 4 }).map((chunks) => ({
      wire: `$?\r\n${chunks.map((c) => `;${Buffer.byteLength(c)}\r\n${wireText(c)}\r\n`).join("")};0\r\n\r\n`,
      value: chunks.join(""),
    })),
    fc.array(tie("any"), { maxLength: 4 }).map((elements) => ({
      wire: `~${elements.length}\r\n${elements.map(({ wire }) => wire).join("")}`,
      value: elements.map(({ value }) => value),
    })),
    fc.array(tie("any"), { maxLength: 4 }).map((elements) => ({
      wire: `*?\r\n${elements.map(({ wire }) => wire).join("")}.\r\n`,
      value: elements.map(({ value }) => value),
    })),
    fc.array(fc.tuple(tie("any"), tie("any")), { maxLength: 3 }).map((pairs) => ({
      wire: `%${pairs.length}\r\n${pairs
        .flat()
        .map(({ wire }) => wire)
        .join("")}`,
      value: new RespMap(pairs.flat().map(({ value }) => value)),
    })),
  ),
})).any;

/** Run the suite for the parser that `load` gives. */
export function describeParser(name: string, load: () => Promise<ParserFactory> | ParserFactory): void {
  describe(`parser ${name}`, async () => {
    const factory = await load();
    const full = factory.protocol === 3;

    it("reads every RESP2 type", () => {
      const wire = `+OK\r\n:-42\r\n$5\r\nhello\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n*2\r\n:1\r\n*1\r\n+x\r\n`;
      expect(parse(factory, wire).replies).toEqual(["OK", -42, "hello", "", null, null, [], [1, ["x"]]]);
    });

    it("gives errors as values, with Redis's code, also within an array", () => {
      const { replies } = parse(factory, "-WRONGTYPE Operation\r\n*2\r\n:1\r\n-ERR no\r\n");
      expect(replies[0]).toBeInstanceOf(ReplyError);
      expect(replies[0]).toMatchObject({ code: "WRONGTYPE", message: "WRONGTYPE Operation" });
      expect((replies[1] as RawReply[])[1]).toMatchObject({ code: "ERR", message: "ERR no" });
    });

    it("gives the same however the bytes are cut", () => {
      fc.assert(
        fc.property(fc.array(full ? resp3 : resp2, { minLength: 1, maxLength: 6 }), (messages) => {
          const wire = messages.map((message) => message.wire).join("");
          const values = messages.map(({ value }) => value);
          expect(parse(factory, wire).replies).toEqual(values);
          expect(parse(factory, wire, { cuts: everyByte(wire) }).replies).toEqual(values);
          for (let at = 1; at < wire.length; at++) {
            expect(parse(factory, wire, { cuts: [at] }).replies).toEqual(values);
          }
        }),
        { numRuns: 60 },
      );
    });

    it("keeps what it gave when the chunk's memory is used again", () => {
      const long = "x".repeat(100);
      const wire = `*3\r\n${bulk("short")}${bulk(long)}${bulk("")}`;
      expect(parse(factory, wire + wire, { cuts: everyByte(wire + wire) }).replies).toEqual([
        ["short", long, ""],
        ["short", long, ""],
      ]);
    });

    it("gives bytes where they are wanted, and never alters them", () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      const wire = `$256\r\n${bytes.toString("latin1")}\r\n`;
      for (const cuts of [[], [100], everyByte(wire)]) {
        const [value] = parse(factory, wire, { wants: WANT_BYTES, cuts }).replies;
        expect(Buffer.compare(value as Buffer, bytes)).toBe(0);
        expect(Buffer.isBuffer(value)).toBe(true);
      }
    });

    it("reads long strings in pieces, as text and as bytes", () => {
      const text = "häßlich 😀 ".repeat(20_000);
      const wire = bulk(text) + bulk("after");
      const cuts = Array.from({ length: Math.floor(wire.length / 1000) }, (_, i) => (i + 1) * 1000);
      expect(parse(factory, wire, { cuts }).replies).toEqual([text, "after"]);
      const [bytes] = parse(factory, wire, { cuts, wants: WANT_BYTES }).replies;
      expect((bytes as Buffer).toString()).toBe(text);
    });

    it("refuses text that is not UTF-8 with an error that holds the bytes", () => {
      for (const wire of ["$3\r\na\xffb\r\n", `$40\r\n${"\xc3".repeat(40)}\r\n`]) {
        const { replies, flaws } = parse(factory, wire);
        expect(flaws[0]).toBeInstanceOf(DecodeError);
        expect(replies[0]).toBe(flaws[0]);
        expect(flaws[0]?.message).toContain("replies");
        expect(Buffer.from(flaws[0]?.value as Uint8Array).toString("latin1")).toBe(wire.split("\r\n")[1]);
      }
      expect(parse(factory, bulk("\ufffd")).replies).toEqual(["\ufffd"]);
    });

    it("never rounds an integer", () => {
      const { replies, flaws } = parse(
        factory,
        ":9007199254740993\r\n:9007199254740991\r\n:-9223372036854775808\r\n",
      );
      expect(flaws[0]).toMatchObject({ value: 9007199254740993n });
      expect(replies[1]).toBe(Number.MAX_SAFE_INTEGER);
      expect(flaws[2]).toMatchObject({ value: -9223372036854775808n });
      const exact = parse(factory, ":9007199254740993\r\n:7\r\n", { wants: WANT_BIGINT });
      expect(exact.replies).toEqual([9007199254740993n, 7n]);
    });

    it("refuses what is no RESP", () => {
      for (const wire of ["?\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n"]) {
        expect(() => parse(factory, wire)).toThrow(ProtocolError);
      }
    });

    if (!full) return;

    it("reads every RESP3 type", () => {
      const wire =
        "_\r\n#t\r\n#f\r\n,1.5\r\n,inf\r\n,-inf\r\n(12345678901234567890\r\n=7\r\ntxt:abc\r\n~2\r\n:1\r\n:2\r\n%1\r\n+k\r\n+v\r\n!9\r\nERR worse\r\n";
      const { replies } = parse(factory, wire);
      expect(replies.slice(0, -1)).toEqual([
        null,
        true,
        false,
        1.5,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        12345678901234567890n,
        "abc",
        [1, 2],
        new RespMap(["k", "v"]),
      ]);
      expect(replies.at(-1)).toMatchObject({ code: "ERR", message: "ERR worse" });
    });

    it("keeps pushes and attributes apart from replies", () => {
      const wire =
        ">2\r\n+message\r\n+hi\r\n|1\r\n+ttl\r\n:3600\r\n*2\r\n|1\r\n+deep\r\n:1\r\n:1\r\n:2\r\n>1\r\n+again\r\n";
      const { replies, pushes, attributes } = parse(factory, wire, { cuts: everyByte(wire) });
      expect(replies).toEqual([[1, 2]]);
      expect(pushes).toEqual([["message", "hi"], ["again"]]);
      expect(attributes.map(({ flat }) => flat)).toEqual([
        ["ttl", 3600],
        ["deep", 1],
      ]);
    });

    it("bounds depth, lengths and counts, without recursion and without memory for what was only announced", () => {
      expect(() => parse(factory, "*1\r\n".repeat(100_000))).toThrow(/nested deeper/);
      expect(() => parse(factory, "$99999999999\r\n")).toThrow(ProtocolError);
      expect(() => parse(factory, "*4294967296\r\n")).toThrow(ProtocolError);
      expect(() => parse(factory, "$11\r\nhello world\r\n", { limits: { maxLength: 10 } })).toThrow(
        /limit 10/,
      );
      const before = process.memoryUsage().arrayBuffers;
      parse(factory, "*4294967295\r\n$536870912\r\nabc");
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
    });

    it.each([
      ["a negative length", "$-2\r\n"],
      ["letters in a length", "*1x\r\n"],
      ["no length", "$\r\n\r\n"],
      ["a lone LF", "$1\na\r\n"],
      ["a string longer than announced", "$1\r\nab\r\n"],
      ["an integer without digits", ":\r\n"],
      ["an integer of letters", ":abc\r\n"],
      ["a boolean that is none", "#x\r\n"],
      ["a double that is none", ",abc\r\n"],
      ["a big number that is none", "(1.5\r\n"],
      ["an end marker out of place", ".\r\n"],
      ["a chunk out of place", ";1\r\na\r\n"],
      ["a push within a reply", "*1\r\n>1\r\n:1\r\n"],
      ["something else than a chunk in a streamed string", "$?\r\n:1\r\n"],
      ["an end marker in a streamed string", "$?\r\n.\r\n"],
      ["a streamed map with a key alone", "%?\r\n+k\r\n.\r\n"],
      ["a verbatim string without format", "=2\r\nab\r\n"],
      ["an endless line", `+${"x".repeat(70_000)}`],
    ])("refuses %s, whole and cut at every byte", (_, wire) => {
      expect(() => parse(factory, wire)).toThrow(ProtocolError);
      if (wire.length < 1000)
        expect(() => parse(factory, wire, { cuts: everyByte(wire) })).toThrow(ProtocolError);
    });

    it("survives any bytes: values or a ProtocolError, nothing else", () => {
      const soup = fc.array(
        fc.oneof(
          fc.constantFrom(
            "*",
            "$",
            "%",
            "~",
            ">",
            "|",
            ":",
            "+",
            "-",
            "_\r\n",
            "#t\r\n",
            ".\r\n",
            ";",
            "\r\n",
            "?",
            "=",
            "!",
          ),
          fc.integer({ min: -3, max: 20 }).map((n) => `${n}\r\n`),
          fc.string({ maxLength: 6 }).map(wireText),
        ),
        { maxLength: 60 },
      );
      fc.assert(
        fc.property(soup, (parts) => {
          try {
            parse(factory, parts.join(""));
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
          }
        }),
        { numRuns: 3000 },
      );
    });
  });
}
