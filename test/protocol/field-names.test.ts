/** Maps with the names of the map before: names are remembered, and never taken for others, however the bytes are cut. */
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS, type RawReply, RespMap } from "../../src/protocol/parser.js";
import { respParser } from "../../src/protocol/resp-parser.js";
import { fc } from "../tools/property.js";

const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${Buffer.from(text).toString("latin1")}\r\n`;

/** Parse one-byte text in pieces; the memory of each is written over afterwards. */
function parse(text: string, pieceLength: number): unknown[] {
  const heard: unknown[] = [];
  const plain = (reply: RawReply): unknown =>
    reply instanceof RespMap
      ? { map: reply.flat.map(plain) }
      : Array.isArray(reply)
        ? reply.map(plain)
        : reply;
  const parser = respParser.create(
    { wants: () => 0, reply: (reply) => void heard.push(plain(reply)), push: () => {} },
    DEFAULT_LIMITS,
  );
  const bytes = Buffer.from(text, "latin1");
  for (let at = 0; at < bytes.length; at += pieceLength) {
    const piece = Buffer.from(bytes.subarray(at, at + pieceLength));
    parser.feed(piece, piece.length);
    piece.fill(0x78);
  }
  return heard;
}

describe("names of fields", () => {
  const name = fc.oneof(
    fc.constantFrom("id", "name", "é", "Ã©", "Ã", "field-1", "field-2", "x".repeat(13), "x".repeat(300), ""),
    fc.string({ unit: "grapheme", maxLength: 4 }),
  );
  const record = fc.array(fc.tuple(name, fc.string({ unit: "grapheme", maxLength: 20 })), { maxLength: 6 });

  it("are those that came", () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 2, maxLength: 8 }),
        fc.integer({ min: 1, max: 300 }),
        (all, piece) => {
          const text = all
            .map((fields) => `%${fields.length}\r\n${fields.flat().map(bulk).join("")}`)
            .join("");
          expect(parse(text, piece)).toEqual(all.map((fields) => ({ map: fields.flat() })));
        },
      ),
    );
  });

  it("are found within other aggregates", () => {
    const one = (id: string) => `%1\r\n${bulk("id")}*2\r\n${bulk("id")}%1\r\n${bulk(id)}${bulk("v")}`;
    const text = one("a") + one("b") + one("a");
    const inner = (id: string) => ({ map: ["id", ["id", { map: [id, "v"] }]] });
    for (const piece of [1, 5, 1000])
      expect(parse(text, piece)).toEqual([inner("a"), inner("b"), inner("a")]);
  });
});
