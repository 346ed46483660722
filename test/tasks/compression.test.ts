/** Compressed bodies: what Python packs is unpacked. */
import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bunzip2 } from "../../src/tasks/bzip2.js";
import { compress, decompress, GZIP } from "../../src/tasks/compression.js";
import { MessageError } from "../../src/tasks/errors.js";
import { celeryAvailable, needsCelery } from "../tools/celery.js";
import { askPython } from "../tools/python.js";

const BZIP2 = "application/x-bz2";
/** `bz2.compress(b"[[1, 2], {}]")` */
const PACKED = Buffer.from(
  "425a6839314159265359e75d3b780000039a8040043000000a000a2000310c0821826830c8c195df177245385090e75d3b78",
  "hex",
);

describe("decompress", () => {
  it("unpacks zlib streams, gzip files and Brotli", () => {
    const text = "x".repeat(1000);
    expect(decompress(compress(Buffer.from(text)), GZIP).toString()).toBe(text);
    expect(decompress(gzipSync(text), GZIP).toString()).toBe(text);
    expect(decompress(brotliCompressSync(text), "application/x-brotli").toString()).toBe(text);
    expect(decompress(PACKED, BZIP2).toString()).toBe("[[1, 2], {}]");
  });

  it.each([
    [GZIP, Buffer.from("no")],
    [BZIP2, Buffer.from("no")],
    [BZIP2, Buffer.from("BZh0abcdefghijk")],
    [BZIP2, Buffer.alloc(0)],
    ["application/zstd", Buffer.from("x")],
    ["constructor", Buffer.from("x")],
  ])("refuses what it cannot read: %s", (type, bytes) => {
    expect(() => decompress(bytes, type)).toThrow(MessageError);
  });
});

describe.skipIf(!celeryAvailable)(needsCelery("Python's compressions"), () => {
  /** Texts as Python expressions. */
  const TEXTS = [
    'b""',
    'b"a"',
    'b"[[1, 2], {}]"',
    'b"a" * 3',
    'b"a" * 4',
    'b"a" * 5',
    'b"a" * 259',
    'b"a" * 260',
    'b"aaaab" * 1000',
    'b"a" * 1000000',
    "bytes(range(256)) * 50",
    'b"".join(b"%d," % (i * i) for i in range(200000))',
    "bytes((i * i * 7 + i // 3) % 251 for i in range(1000000))",
  ];
  const bytesOf = (hex: unknown) => (hex as string[]).map((text) => Buffer.from(text, "hex"));

  it("are undone", () => {
    const answer = askPython(
      `
from kombu.compression import compress
texts = [eval(t) for t in value]
answer = [[t.hex() for t in texts], [compress(t, "gzip")[0].hex() for t in texts],
  [compress(t, "bzip2")[0].hex() for t in texts]]`,
      TEXTS,
    ) as string[][];
    const [texts, zipped, bzipped] = answer.map(bytesOf);
    for (const [i, text] of texts.entries()) {
      expect(decompress(zipped[i], GZIP).equals(text)).toBe(true);
      expect(decompress(bzipped[i], BZIP2).equals(text)).toBe(true);
    }
    expect(Buffer.from(bunzip2(Buffer.concat([bzipped[2], bzipped[1]]), 100)).toString()).toBe(
      "[[1, 2], {}]a",
    );
    expect(() => bunzip2(bzipped[9], 999_999)).toThrow("more than 999999 bytes");
    expect(Buffer.from(bunzip2(bzipped[9], 1_000_000)).length).toBe(1_000_000);
  });

  it("never harm when they are damaged", () => {
    const [packed] = bytesOf(
      askPython(
        `import bz2; answer = [bz2.compress(bytes(value)).hex()]`,
        [..."hello hello"].map((c) => c.charCodeAt(0)),
      ),
    );
    for (let byte = 0; byte < packed.length; byte++)
      for (const bit of [1, 16, 128]) {
        const damaged = Buffer.from(packed);
        damaged[byte] ^= bit;
        // Some bits have no meaning; the checksum says that all others are noticed.
        try {
          expect(Buffer.from(bunzip2(damaged, 1000)).toString()).toBe("hello hello");
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }
    for (let length = 0; length < packed.length; length++)
      expect(() => bunzip2(packed.subarray(0, length), 1000)).toThrow(RangeError);
  });
});
