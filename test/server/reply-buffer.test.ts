/** Replies that go together: the same bytes, in the same order, as if each had gone alone. */
import { describe, expect, it } from "vitest";
import { ErrorReply, MapReply, NULL_ARRAY, OK, QUEUED, type ReplyValue } from "../../src/protocol/reply.js";
import { encodeReply, type Protocol } from "../../src/protocol/reply-encoder.js";
import { ReplyBuffer } from "../../src/server/reply-buffer.js";
import { fc } from "../tools/property.js";

const text = fc
  .tuple(
    fc.constantFrom(0, 1, 9, 10, 39, 40, 41, 99, 100, 1024, 3000),
    fc.constantFrom("a", "\r\n", "\x00", "\xff"),
  )
  .map(([length, part]) => part.repeat(length).slice(0, length));
const integer = fc.oneof(
  fc.integer({ min: -3, max: 2 ** 40 }),
  fc.constantFrom(0, 9, 10, 99, 100, 1023, 1024, 999_999_999, 1_000_000_000, 2 ** 31 - 1, 2 ** 31),
);
const simple: fc.Arbitrary<ReplyValue> = fc.oneof(
  text,
  integer,
  fc.constantFrom<ReplyValue>(OK, QUEUED, NULL_ARRAY, null, true, 7n, new ErrorReply("ERR no")),
);
const list: fc.Arbitrary<ReplyValue> = fc.oneof(
  fc.array(text, { maxLength: 12 }),
  fc.array(simple, { maxLength: 12 }),
  fc.constant(new Array<string>(3000).fill("an element of thirty characters")),
);
const reply: fc.Arbitrary<ReplyValue> = fc.oneof(
  { weight: 4, arbitrary: simple },
  { weight: 2, arbitrary: list },
  { weight: 1, arbitrary: list.map((flat) => new MapReply([flat, flat])) },
);
const protocol = fc.constantFrom<Protocol>(2, 3);

describe("ReplyBuffer", () => {
  it("gathers what each reply is for itself", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(reply, fc.boolean()), { maxLength: 30 }),
        protocol,
        (replies, version) => {
          const buffer = new ReplyBuffer();
          let expected = "";
          for (const [value, isLast] of replies) {
            buffer.addReply(value, version, isLast);
            expected += encodeReply(value, version);
            expect(buffer.length).toBe(expected.length);
          }
          expect(buffer.take()).toBe(expected);
          expect(buffer.length).toBe(0);
        },
      ),
    );
  });

  it("keeps the replies of clients apart whose requests come in turn", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(reply, fc.nat(2)), { maxLength: 60 }), (replies) => {
        const clients = [0, 1, 2].map(() => ({ buffer: new ReplyBuffer(), expected: "" }));
        for (const [value, who] of replies) {
          clients[who].buffer.addReply(value, 3, false);
          clients[who].expected += encodeReply(value, 3);
        }
        for (const { buffer, expected } of clients) expect(buffer.take()).toBe(expected);
      }),
    );
  });

  it("has text and replies in the order in which they came", () => {
    const buffer = new ReplyBuffer();
    buffer.addReply(1, 3, false);
    buffer.add("+text\r\n");
    buffer.addReply("two", 3, false);
    buffer.addReply(OK, 3, true);
    expect(buffer.take()).toBe(":1\r\n+text\r\n$3\r\ntwo\r\n+OK\r\n");
  });

  it("takes more than its writer has room for", () => {
    const buffer = new ReplyBuffer();
    for (let i = 0; i < 30_000; i++) buffer.addReply(i, 2, false);
    expect(buffer.take()).toBe(Array.from({ length: 30_000 }, (_, i) => `:${i}\r\n`).join(""));
  });
});
