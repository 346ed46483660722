/** DUMP and RESTORE: the binary formats, part by part and as payloads that an engine takes and gives. */

import { describe, expect, it } from "vitest";
import { ErrorReply, OK, type ReplyValue } from "../../src/protocol/reply.js";
import { ByteWriter } from "../../src/server/engine/dump/byte-writer.js";
import { crc64 } from "../../src/server/engine/dump/crc64.js";
import { readIntset, writeIntset } from "../../src/server/engine/dump/intset.js";
import { ListpackWriter, readListpack } from "../../src/server/engine/dump/listpack.js";
import { lzfCompress, lzfDecompress } from "../../src/server/engine/dump/lzf.js";
import { openPayload, sealPayload } from "../../src/server/engine/dump/payload.js";
import { packNodes } from "../../src/server/engine/dump/quicklist.js";
import { readZiplist } from "../../src/server/engine/dump/ziplist.js";
import { readZipmap } from "../../src/server/engine/dump/zipmap.js";
import { Engine } from "../../src/server/engine/engine.js";
import { fc } from "../tools/property.js";

const NOW = 1_700_000_000_000;

/** A client of an engine of its own. */
function newClient(): (...args: string[]) => ReplyValue | undefined {
  const engine = new Engine({ clock: { now: () => NOW, micros: () => NOW * 1000 }, random: () => 0.5 });
  const session = engine.newSession(() => undefined);
  return (...args) => engine.execute(session, args);
}

/** The bytes of a one-byte string. */
function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "latin1"));
}

/** The bytes that stand in a text of hexadecimal digits. */
function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits.replaceAll(" ", ""), "hex"));
}

function text(data: Uint8Array | undefined): string | undefined {
  return data === undefined ? undefined : Buffer.from(data).toString("latin1");
}

/** A payload with a right footer, whatever its data is. */
function sealed(data: Uint8Array): string {
  const out = new ByteWriter();
  out.append(data);
  return sealPayload(out, 10);
}

const oneByte = fc.uint8Array({ maxLength: 100 }).map((data) => Buffer.from(data).toString("latin1"));
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
/** What a collection may hold: bytes, repetitions (they compress), integers of all sizes. */
const element = fc.oneof(
  oneByte,
  fc.tuple(oneByte, fc.nat(200)).map(([unit, times]) => unit.repeat(times)),
  fc.integer({ min: -5000, max: 5000 }).map(String),
  int64,
);

describe("crc64", () => {
  it("has the check value of CRC-64 by Jones", () => {
    expect(crc64(bytes("123456789"))).toBe(0xe9c6d914c4b8d9can);
    expect(crc64(bytes(""))).toBe(0n);
    expect(crc64(bytes("\xff".repeat(1000)))).toBe(crc64(new Uint8Array(1000).fill(255)));
  });

  it("is 8 bytes of a payload, the lowest first", () => {
    expect(sealed(bytes("\x00\x05hello"))).toBe("\x00\x05hello\x0a\x00cr\xdfve4 \x0a");
  });
});

describe("lzf", () => {
  it("brings back what it has compressed", () => {
    fc.assert(
      fc.property(fc.array(element, { maxLength: 30 }), (parts) => {
        const input = bytes(parts.join(""));
        const packed = lzfCompress(input, input.length - 4);
        if (packed === undefined) return;
        expect(packed.length).toBeLessThanOrEqual(input.length - 4);
        expect(lzfDecompress(packed, input.length)).toEqual(input);
      }),
    );
  });

  it("makes the bytes that redis-server makes", () => {
    expect(lzfCompress(bytes("ab".repeat(40)), 76)).toEqual(bytes("\x02aba\xe0B\x01\x01ab"));
    const far = `abc${"x".repeat(9000)}abc`;
    expect(text(lzfCompress(bytes(far), far.length))?.endsWith("\x02abc")).toBe(true);
  });

  it("gives up when it does not fit", () => {
    expect(lzfCompress(bytes("abcdefghijklmnopqrstuvwxyz"), 22)).toBeUndefined();
    expect(lzfCompress(bytes(""), 10)).toBeUndefined();
    expect(lzfCompress(bytes("abc"), 0)).toBeUndefined();
  });

  it("copies literals and repeats", () => {
    expect(text(lzfDecompress(bytes("\x02abc\x20\x02"), 6))).toBe("abcabc");
    expect(text(lzfDecompress(bytes("\x00a\xe0\x01\x00"), 11))).toBe("a".repeat(11));
  });

  it.each([
    ["a reference to before the start", "\x20\x05", 3],
    ["literals that are missing", "\x02ab", 3],
    ["too little", "\x02abc", 4],
    ["too much", "\x02abc", 2],
    ["a reference without its second byte", "\x00a\x20", 4],
    ["a long reference without its length", "\x00a\xe0", 10],
    ["a size that nothing compresses to", "\x02abc", 2 ** 40],
  ])("refuses %s", (_name, data, size) => {
    expect(lzfDecompress(bytes(data), size)).toBeUndefined();
  });
});

describe("listpack", () => {
  const pack = (entries: readonly string[]): Uint8Array => {
    const writer = new ListpackWriter();
    for (const entry of entries) writer.text(entry);
    return writer.finish();
  };

  it("writes each size of integers and strings", () => {
    expect(pack([])).toEqual(hex("07000000 0000 ff"));
    expect(pack(["0", "127", "128", "-1", "-4096"])).toEqual(
      hex("14000000 0500 0001 7f01 c08002 dfff02 d00002 ff"),
    );
    expect(pack(["32767", "-8388608", "2147483647"])).toEqual(
      hex("16000000 0300 f1ff7f03 f200008004 f3ffffff7f05 ff"),
    );
    expect(pack(["-9223372036854775808"])).toEqual(hex("11000000 0100 f4000000000000008009 ff"));
    expect(pack(["", "01"])).toEqual(hex("0d000000 0200 8001 82303103 ff"));
    expect(pack(["x".repeat(64)]).subarray(6, 8)).toEqual(hex("e040"));
    expect(pack(["x".repeat(4096)]).subarray(6, 11)).toEqual(hex("f000100000"));
  });

  it("brings back all entries", () => {
    fc.assert(
      fc.property(fc.array(element), (entries) => {
        expect(readListpack(pack(entries))).toEqual(entries);
      }),
    );
    const long = ["a".repeat(16382), "b".repeat(20_000), "c".repeat(2_097_151)];
    expect(readListpack(pack(long))).toEqual(long);
  });

  it("does not count more than 16 bits hold", () => {
    const many = Array.from({ length: 70_000 }, () => "1");
    const packed = pack(many);
    expect(packed.subarray(4, 6)).toEqual(hex("ffff"));
    expect(readListpack(packed)).toHaveLength(70_000);
  });
});

describe("intset", () => {
  it("takes as many bytes as the widest member needs", () => {
    expect(writeIntset(["-1", "2"])).toEqual(hex("02000000 02000000 ffff 0200"));
    expect(writeIntset(["-32769", "2"]).subarray(0, 4)).toEqual(hex("04000000"));
    expect(writeIntset(["1", "2147483648"]).subarray(0, 4)).toEqual(hex("08000000"));
  });

  it("brings back all members", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), (values) => {
        if (values.length === 0) return;
        const members = values.sort((a, b) => (a < b ? -1 : 1)).map(String);
        expect(readIntset(writeIntset(members))).toEqual(members);
      }),
    );
  });

  it.each([
    "02000000 02000000 0200 0100",
    "02000000 01000000",
    "03000000 01000000 010000",
    "02000000 00000000",
  ])("refuses %s", (digits) => {
    expect(() => readIntset(hex(digits))).toThrow();
  });
});

describe("older forms", () => {
  it("reads ziplists", () => {
    const list = "1b000000 16000000 0500 00 0161 03 fe80 03 c0e803 04 f3 02 02 6263 ff";
    expect(readZiplist(hex(list))).toEqual(["a", "-128", "1000", "2", "bc"]);
    expect(() => readZiplist(hex(list.replace("04 f3", "05 f3")))).toThrow();
    expect(() => readZiplist(hex(list.replace("0500", "0600")))).toThrow();
    expect(() => readZiplist(hex(list.replace("16000000", "15000000")))).toThrow();
  });

  it("reads zipmaps with unused bytes", () => {
    expect(readZipmap(hex("02 0161 0102 62 0000 0163 00 00 ff"))).toEqual(["a", "b", "c", ""]);
    expect(() => readZipmap(hex("03 0161 0100 62 ff"))).toThrow();
  });
});

describe("quicklist nodes", () => {
  const counts = (items: readonly string[], limit: number): number[] =>
    packNodes(items, limit).map((node) => readListpack(node).length);

  it("hold a number of elements or of bytes", () => {
    const items = Array.from({ length: 10 }, () => "x".repeat(1000));
    expect(counts(items, 4)).toEqual([4, 4, 2]);
    expect(counts(items, 0)).toEqual(Array.from({ length: 10 }, () => 1));
    expect(counts(items, -1)).toEqual([4, 4, 2]);
    expect(counts(items, -2)).toEqual([8, 2]);
    expect(counts(items, 128)).toEqual([8, 2]);
    expect(counts(["a", "y".repeat(10_000), "b"], -2)).toEqual([1, 1, 1]);
  });
});

describe("payloads", () => {
  it("have a version and a checksum", () => {
    const good = sealed(bytes("\x00\x01a"));
    expect(openPayload(good, 10)).toEqual(bytes(good));
    expect(openPayload(`${good.slice(0, -1)}?`, 10)).toBeUndefined();
    expect(openPayload(good.slice(3), 10)).toBeUndefined();
    expect(openPayload("", 10)).toBeUndefined();
    const newer = bytes(`\x00\x01a\x0b\x00${"\0".repeat(8)}`);
    const checksum = new DataView(newer.buffer);
    checksum.setBigUint64(5, crc64(newer.subarray(0, 5)), true);
    expect(openPayload(text(newer) as string, 10)).toBeUndefined();
  });

  const limits = fc.constantFrom("0", "5", "512");
  const score = fc.oneof(
    fc.constantFrom("inf", "-inf", "-0", "4611686018427387904", "1e19", "5e-324"),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.integer().map(String),
  );
  const filling = fc.oneof(
    element.map((value) => ["SET", "k", value]),
    fc.array(element, { minLength: 1, maxLength: 200 }).map((items) => ["RPUSH", "k", ...items]),
    fc.array(element, { minLength: 1 }).map((members) => ["SADD", "k", ...members]),
    fc.array(int64, { minLength: 1 }).map((members) => ["SADD", "k", ...members]),
    fc.array(fc.tuple(element, element), { minLength: 1 }).map((pairs) => ["HSET", "k", ...pairs.flat()]),
    fc.array(fc.tuple(score, element), { minLength: 1 }).map((pairs) => ["ZADD", "k", ...pairs.flat()]),
  );

  it("bring values of all types back, in every encoding", () => {
    fc.assert(
      fc.property(filling, limits, fc.constantFrom("yes", "no"), (command, limit, compression) => {
        const run = newClient();
        for (const name of [
          "hash-max-listpack-entries",
          "set-max-intset-entries",
          "zset-max-listpack-entries",
        ])
          run("CONFIG", "SET", name, limit);
        run("CONFIG", "SET", "rdbcompression", compression);
        run(...command);
        const payload = run("DUMP", "k") as string;
        expect(run("RESTORE", "copy", "0", payload)).toEqual(OK);
        expect(run("OBJECT", "ENCODING", "copy")).toBe(run("OBJECT", "ENCODING", "k"));
        const [one, other] = run("DEBUG", "DIGEST-VALUE", "k", "copy") as ReplyValue[];
        expect(one).toEqual(other);
      }),
    );
  });

  it("that are broken are refused and change nothing", () => {
    const run = newClient();
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom(0, 1, 2)), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(filling, damage, (command, hits) => {
        run("DEL", "k", "broken");
        run(...command);
        const data = [...bytes(run("DUMP", "k") as string).subarray(0, -10)];
        for (const [place, value, removed] of hits) data.splice(place % (data.length + 1), removed, value);
        const reply = run("RESTORE", "broken", "0", sealed(Uint8Array.from(data)));
        if (reply instanceof ErrorReply) {
          expect(reply.message).toBe("ERR Bad data format");
          expect(run("EXISTS", "broken")).toBe(0);
        } else {
          expect(reply).toEqual(OK);
          expect(typeof run("DUMP", "broken")).toBe("string");
        }
      }),
      { numRuns: 500 },
    );
  });

  it("of any bytes at all are refused or taken, never a bug", () => {
    const run = newClient();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.uint8Array({ maxLength: 40 }), (type, rest) => {
        const reply = run("RESTORE", "k", "0", sealed(Uint8Array.from([type, ...rest])), "REPLACE");
        if (reply instanceof ErrorReply) expect(reply.message).toBe("ERR Bad data format");
        else expect(reply).toEqual(OK);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["an empty list", "1200"],
    ["a list of empty nodes", "1201 02 07 07000000 0000 ff"],
    ["an empty set", "0200"],
    ["an empty hash", "1007 07000000 0000 ff"],
    ["half a pair", "1009 09000000 0100 0101 ff"],
    ["a member twice", "0202 0161 0161"],
    ["a field twice", "100f 0f000000 0400 0101 0201 0101 0201 ff"],
    ["a score that is none", "110d 0d000000 0200 816102 817802 ff"],
    ["a score that is NaN", "0501 0161 000000000000f87f"],
    ["half a stream", "1300"],
    ["an unknown type", "08"],
    ["nothing", ""],
    ["a huge length", "02 81 ffffffffffffffff"],
    ["a huge compressed string", "00 c3 01 81 0000ffffffffffff 00"],
  ])("with %s are refused", (_name, digits) => {
    expect(newClient()("RESTORE", "k", "0", sealed(hex(digits)))).toEqual(
      new ErrorReply("ERR Bad data format"),
    );
  });
});

describe("RESTORE", () => {
  const HELLO = "\x00\x05hello\x0a\x00cr\xdfve4 \x0a";

  it("keeps a listpack with long values a listpack", () => {
    const run = newClient();
    run("CONFIG", "SET", "hash-max-listpack-value", "1000", "zset-max-listpack-value", "1000");
    run("HSET", "h", "f", "v".repeat(100));
    run("ZADD", "z", "1", "m".repeat(100));
    run("CONFIG", "SET", "hash-max-listpack-value", "64", "zset-max-listpack-value", "64");
    for (const key of ["h", "z"]) {
      run("RESTORE", `${key}2`, "0", run("DUMP", key) as string);
      expect(run("OBJECT", "ENCODING", `${key}2`)).toBe("listpack");
    }
  });

  it("looks at its options, then at the key, the time to live and the payload", () => {
    const run = newClient();
    run("SET", "taken", "1");
    const attempts: [args: string[], error: string][] = [
      [["taken", "-1", "", "FREQ", "256"], "ERR Invalid FREQ value, must be >= 0 and <= 255"],
      [["taken", "-1", "", "IDLETIME", "-1"], "ERR Invalid IDLETIME value, must be >= 0"],
      [["taken", "-1", "", "IDLETIME", "1", "FREQ", "1"], "ERR syntax error"],
      [["taken", "-1", ""], "BUSYKEY Target key name already exists."],
      [["free", "-1", ""], "ERR Invalid TTL value, must be >= 0"],
      [["free", "x", ""], "ERR value is not an integer or out of range"],
      [["free", "0", ""], "ERR DUMP payload version or checksum are wrong"],
    ];
    for (const [args, error] of attempts) expect(run("RESTORE", ...args)).toEqual(new ErrorReply(error));
  });

  it("sets the time to live, how long the key was idle and how often it was used", () => {
    const run = newClient();
    run("RESTORE", "a", "5000", HELLO);
    run("RESTORE", "b", String(NOW + 1), HELLO, "ABSTTL", "IDLETIME", "100");
    expect([run("PTTL", "a"), run("PTTL", "b"), run("OBJECT", "IDLETIME", "b")]).toEqual([5000, 1, 100]);
    run("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu");
    run("RESTORE", "c", "0", HELLO, "FREQ", "99");
    expect([run("PTTL", "c"), run("OBJECT", "FREQ", "c")]).toEqual([-1, 99]);
  });

  it("of a time that has passed only deletes", () => {
    const run = newClient();
    expect(run("RESTORE", "k", "1", HELLO, "ABSTTL")).toEqual(OK);
    expect(run("EXISTS", "k")).toBe(0);
    run("SET", "k", "old");
    expect(run("RESTORE", "k", "1", HELLO, "ABSTTL", "REPLACE")).toEqual(OK);
    expect(run("EXISTS", "k")).toBe(0);
  });
});
