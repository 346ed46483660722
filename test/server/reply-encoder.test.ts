import { describe, expect, it } from "vitest";
import { formatDouble } from "../../src/protocol/double.js";
import {
  BigNumber,
  Double,
  ErrorReply,
  MapReply,
  NULL_ARRAY,
  OK,
  PushReply,
  QUEUED,
  Replies,
  type ReplyValue,
  SetReply,
  SimpleString,
  Verbatim,
} from "../../src/protocol/reply.js";
import { encodeReply } from "../../src/protocol/reply-encoder.js";

const long = "x".repeat(2000);
const cases: [name: string, value: ReplyValue, resp2: string, resp3: string][] = [
  ["bulk", "a\r\n\xff", "$4\r\na\r\n\xff\r\n", "$4\r\na\r\n\xff\r\n"],
  ["long bulk", long, `$2000\r\n${long}\r\n`, `$2000\r\n${long}\r\n`],
  ["integer", 7, ":7\r\n", ":7\r\n"],
  ...[1023, 1024, 1999, 2000, 1005, 1000000, 2147483647, 2147483648, 2147483001, 9007199254740991].map(
    (n): (typeof cases)[number] => [`integer ${n}`, n, `:${n}\r\n`, `:${n}\r\n`],
  ),
  ["negative", -7, ":-7\r\n", ":-7\r\n"],
  ["large", 123456789, ":123456789\r\n", ":123456789\r\n"],
  ["bigint", 9223372036854775807n, ":9223372036854775807\r\n", ":9223372036854775807\r\n"],
  ["true", true, ":1\r\n", "#t\r\n"],
  ["false", false, ":0\r\n", "#f\r\n"],
  ["null", null, "$-1\r\n", "_\r\n"],
  ["null array", NULL_ARRAY, "*-1\r\n", "_\r\n"],
  ["OK", OK, "+OK\r\n", "+OK\r\n"],
  ["QUEUED", QUEUED, "+QUEUED\r\n", "+QUEUED\r\n"],
  ["status", new SimpleString("a\nb"), "+a b\r\n", "+a b\r\n"],
  ["error", new ErrorReply("ERR a\r\nb"), "-ERR a  b\r\n", "-ERR a  b\r\n"],
  ["double", new Double(0.1), "$19\r\n0.10000000000000001\r\n", ",0.10000000000000001\r\n"],
  ["big number", new BigNumber("123"), "$3\r\n123\r\n", "(123\r\n"],
  ["verbatim", new Verbatim("txt", "hi"), "$2\r\nhi\r\n", "=6\r\ntxt:hi\r\n"],
  ["array", ["a", 1, [null]], "*3\r\n$1\r\na\r\n:1\r\n*1\r\n$-1\r\n", "*3\r\n$1\r\na\r\n:1\r\n*1\r\n_\r\n"],
  ["map", new MapReply(["a", 1]), "*2\r\n$1\r\na\r\n:1\r\n", "%1\r\n$1\r\na\r\n:1\r\n"],
  ["set", new SetReply(["a"]), "*1\r\n$1\r\na\r\n", "~1\r\n$1\r\na\r\n"],
  ["push", new PushReply(["m", null]), "*2\r\n$1\r\nm\r\n$-1\r\n", ">2\r\n$1\r\nm\r\n_\r\n"],
  ["several", new Replies([OK, 1]), "+OK\r\n:1\r\n", "+OK\r\n:1\r\n"],
  ["none", new Replies([]), "", ""],
];

describe("encodeReply", () => {
  it.each(cases)("%s", (_name, value, resp2, resp3) => {
    expect(encodeReply(value, 2)).toBe(resp2);
    expect(encodeReply(value, 3)).toBe(resp3);
  });
});

describe("formatDouble", () => {
  it.each([
    [0, "0"],
    [1946, "1946"],
    [-1.5, "-1.5"],
    [0.1, "0.10000000000000001"],
    [3.14, "3.1400000000000001"],
    [1e16, "10000000000000000"],
    [1e17, "1e+17"],
    [2 ** 60, "1.152921504606847e+18"],
    [0.0001, "0.0001"],
    [0.00001, "1.0000000000000001e-05"],
    [1e300, "1.0000000000000001e+300"],
    [5e-324, "4.9406564584124654e-324"],
    [Number.POSITIVE_INFINITY, "inf"],
    [Number.NEGATIVE_INFINITY, "-inf"],
  ])("%d", (value, text) => {
    expect(formatDouble(value)).toBe(text);
  });
});
