import { describe, expect, it } from "vitest";
import { RequestParser } from "../../src/protocol/request-parser.js";

function bytes(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

function request(...words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

/** All requests of `chunks`, and the fault if there is one. */
function parse(chunks: readonly string[], set: Partial<RequestParser> = {}) {
  const parser = Object.assign(new RequestParser(), set);
  const requests: string[][] = [];
  for (const chunk of chunks) {
    parser.push(bytes(chunk));
    for (let next = parser.next(); next !== undefined; next = parser.next()) requests.push(next);
  }
  return { requests, fault: parser.fault };
}

const long = "x".repeat(5000);
const mixed = [
  request("PING"),
  request("SET", "a key of more than twelve bytes", "\x00\r\n\xff$*"),
  "\r\n*0\r\n*-1\r\n",
  'set a "b c\\n\\x41"\n',
  request("SET", "k", long, ""),
  request("GET", ""),
].join("");
const expected = [
  ["PING"],
  ["SET", "a key of more than twelve bytes", "\x00\r\n\xff$*"],
  ["set", "a", "b c\nA"],
  ["SET", "k", long, ""],
  ["GET", ""],
];

describe("RequestParser", () => {
  it("reads requests and inline lines", () => {
    expect(parse([mixed])).toEqual({ requests: expected, fault: undefined });
  });

  it("gives the same requests wherever the stream is cut", () => {
    for (let cut = 1; cut < mixed.length; cut++) {
      const { requests, fault } = parse([mixed.slice(0, cut), mixed.slice(cut)]);
      expect(fault).toBeUndefined();
      if (requests.length !== expected.length || requests[3][2] !== long) throw new Error(`cut at ${cut}`);
    }
  });

  it("gives the same requests byte by byte", () => {
    expect(parse([...mixed])).toEqual({ requests: expected, fault: undefined });
  });

  it("reads words and requests of any length, cut anywhere", () => {
    const lengths = [0, 1, 3, 4, 5, 9, 10, 63, 64, 65, 99, 100, 999, 1000];
    const requests = [
      ...lengths.map((length) => ["ECHO", "y".repeat(length)]),
      ...[1, 2, 3, 4, 8, 9, 10, 11].map((count) => Array.from({ length: count }, (_, i) => `word-${i}`)),
    ];
    // Twice: what has come before is recalled.
    const all = [...requests, ...requests];
    const text = all.map((words) => request(...words)).join("");
    for (let cut = 0; cut < text.length; cut += 7) {
      expect(parse([text.slice(0, cut), text.slice(cut)])).toEqual({ requests: all, fault: undefined });
    }
  });

  it("tells words apart that have almost the same bytes", () => {
    const words: string[] = [];
    for (const base of ["a", "ab", "abc", "abcd", "abcdefgh", "key:000000000001", "x".repeat(64)]) {
      for (let at = 0; at < base.length; at++) {
        for (const code of [0, 65, 255]) {
          words.push(base.slice(0, at) + String.fromCharCode(code) + base.slice(at + 1), base);
        }
      }
    }
    const { requests } = parse([words.map((word) => request("GET", word)).join("")]);
    expect(requests.map(([, word]) => word)).toEqual(words);
  });

  it.each(["*2\r\n$04\r\nECHO\r\n$1\r\nx\r\n", "*1\r\n$+4\r\nPING\r\n", "*1\r\n$4x\r\nPING\r\n"])(
    "refuses the length in %j",
    (text) => {
      expect(parse([text])).toEqual({ requests: [], fault: "invalid bulk length" });
    },
  );

  it("reads a request with a wrong byte alike, whole and byte by byte", () => {
    const lengths = [1, 9, 10, 99, 100, 1000];
    const good = lengths.map((length) => request("ECHO", "y".repeat(length))).join("") + request("PING");
    for (let at = 0; at < good.length; at++) {
      // Within a word any byte will do.
      if (good[at] === "y") continue;
      for (const wrong of ["\r", "\n", "0", "9", "x", "$", "*", "\xff"]) {
        const text = good.slice(0, at) + wrong + good.slice(at + 1);
        const whole = parse([text]);
        const pieces = parse([...text]);
        if (JSON.stringify(whole) !== JSON.stringify(pieces)) {
          expect(whole, `${JSON.stringify(wrong)} at ${at}`).toEqual(pieces);
        }
      }
    }
  });

  it("keeps requests that nobody takes", () => {
    const parser = new RequestParser();
    for (const word of ["A", "B", "C"]) parser.push(bytes(request(word)));
    expect([parser.next(), parser.next(), parser.next(), parser.next()]).toEqual([
      ["A"],
      ["B"],
      ["C"],
      undefined,
    ]);
  });

  it("does not allocate what is only announced", () => {
    const before = process.memoryUsage().arrayBuffers;
    const parsers = Array.from({ length: 50 }, () => {
      const parser = new RequestParser();
      parser.push(bytes("*2\r\n$3\r\nSET\r\n$536870912\r\nabc"));
      parser.next();
      return parser;
    });
    expect(parsers).toHaveLength(50);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });

  it.each([
    ["*x\r\n", "invalid multibulk length"],
    ["*+1\r\n", "invalid multibulk length"],
    ["*01\r\n", "invalid multibulk length"],
    ["*2147483648\r\n", "invalid multibulk length"],
    ["*1\n$4\r\nPING\r\n", "invalid multibulk length"],
    [`*${"1".repeat(70000)}`, "too big mbulk count string"],
    ["*1\r\nx4\r\n", "expected '$', got 'x'"],
    ["*1\r\n$x\r\n", "invalid bulk length"],
    ["*1\r\n$-1\r\n", "invalid bulk length"],
    ["*1\r\n$04\r\n", "invalid bulk length"],
    ["*1\r\n$536870913\r\n", "invalid bulk length"],
    ["*1\r\n$999999999999999999999\r\n", "invalid bulk length"],
    [`*1\r\n$${"1".repeat(70000)}`, "too big bulk count string"],
    ["x".repeat(70000), "too big inline request"],
    ['ECHO "abc\r\n', "unbalanced quotes in request"],
    ['ECHO "abc"d\r\n', "unbalanced quotes in request"],
    ["ECHO 'abc\r\n", "unbalanced quotes in request"],
  ])("refuses %j", (stream, fault) => {
    expect(parse([stream]).fault).toBe(fault);
  });

  it("limits what strangers may send", () => {
    expect(parse(["*11\r\n"], { authenticated: false }).fault).toBe("unauthenticated multibulk length");
    expect(parse(["*1\r\n$16385\r\n"], { authenticated: false }).fault).toBe("unauthenticated bulk length");
    expect(parse([request("AUTH", "x")], { authenticated: false }).requests).toEqual([["AUTH", "x"]]);
  });
});
