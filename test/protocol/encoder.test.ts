import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { Encoder, RequestHead, type Word } from "../../src/protocol/encoder.js";
import { fc } from "../tools/property.js";

/** The bytes of one command; with a single argument by way of `addOne`, which must write the same. */
function encode(name: string, args: readonly Word[]): Buffer {
  const encoder = new Encoder();
  const head = new RequestHead(name);
  encoder.add(head, args);
  const bytes = Buffer.concat(encoder.take());
  if (args.length === 1) {
    encoder.addOne(head, args[0]);
    expect(Buffer.concat(encoder.take()).equals(bytes)).toBe(true);
  }
  return bytes;
}

/** The same by the book. */
function plainly(name: string, args: readonly (string | Buffer)[]): Buffer {
  const words = [...name.split(" "), ...args].map((word) => Buffer.from(word as string));
  const parts = words.flatMap((word) => [Buffer.from(`$${word.length}\r\n`), word, Buffer.from("\r\n")]);
  return Buffer.concat([Buffer.from(`*${words.length}\r\n`), ...parts]);
}

describe("encode", () => {
  it("writes any text and any bytes as they are", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 100 }),
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.string({ minLength: 400, maxLength: 700 }),
      fc.constantFrom("", "\0", "\r\n", "häß 😀", "x".repeat(5000), "é".repeat(3000)),
    );
    const bytes = fc
      .oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 2000, maxLength: 2100 }))
      .map((array) => Buffer.from(array));
    fc.assert(
      fc.property(
        fc.constantFrom("SET", "CONFIG GET", "X"),
        fc.array(fc.oneof(text, bytes), { maxLength: 8 }),
        (name, args) => {
          expect(encode(name, args).equals(plainly(name, args))).toBe(true);
        },
      ),
    );
  });

  it("writes numbers in decimal, and infinities as Redis spells them", () => {
    const numbers: Word[] = [1, -1.5, 1e21, 2 ** 53, 12345678901234567890n, Infinity, -Infinity];
    const words = ["1", "-1.5", "1e+21", "9007199254740992", "12345678901234567890", "inf", "-inf"];
    expect(encode("X", numbers).toString()).toBe(plainly("X", words).toString());
  });

  it.each([
    ["undefined", undefined],
    ["null", null],
    ["a boolean", true],
    ["an object", {}],
    ["an array", ["a"]],
    ["NaN", Number.NaN],
    ["a lone surrogate", "a\ud800b"],
    ["a lone surrogate", `${"x".repeat(100)}\udc00`],
  ])("refuses %s, and says which argument of which command", (what, value) => {
    const call = () => encode("SET", ["key", value as Word]);
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(`Argument 2 of SET`);
    expect(call).toThrow(what);
  });

  it("never shows a value in its errors", () => {
    expect(() => encode("AUTH", ["secret\ud800"])).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("secret") }),
    );
  });
});
