/** Random stream commands. All ids are given, so that two servers agree; no time counts but what is hours ago. */
import fc from "fast-check";
import { count, integer, key, many, maybe, value, type Words, word, words } from "./arguments.js";

const r = key("r");

const GREATEST = "18446744073709551615";

const ms = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 9 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("9007199254740991", "9007199254740993", GREATEST) },
);
const sequence = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 5 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("9007199254740993", GREATEST, "007", " 1", "+1") },
);
const wrongId = fc.constantFrom(
  "abc",
  "",
  "-",
  "+",
  "$",
  ">",
  "1-",
  "-1",
  "1-2-3",
  "1.5",
  "18446744073709551616",
);

/** An id as most commands take it. */
const id = fc.oneof(
  { weight: 6, arbitrary: ms },
  { weight: 12, arbitrary: fc.tuple(ms, sequence).map(([left, right]) => `${left}-${right}`) },
  { weight: 1, arbitrary: wrongId },
);
/** An id to add: mostly the next one of its millisecond. */
const newId = fc.oneof({ weight: 8, arbitrary: ms.map((text) => `${text}-*`) }, { weight: 4, arbitrary: id });
const bound = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("-", "+") },
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom("", "", "("), id).map(([sign, text]) => sign + text) },
);

const group = fc.constantFrom("g", "g", "g", "h", "none");
const consumer = fc.constantFrom("a", "b", "c");
/** Nothing is ever idle for an hour but what XCLAIM has declared so. */
const idle = fc.constantFrom("0", "0", "3600000", "-1");
const declared = fc.constantFrom("7200000", "18000000", "abc");

const length = fc.oneof(count, fc.constantFrom("10", "50", "100", "130", "200"));
const sign = fc.constantFrom([], ["~"], ["~"], ["="]);
const trimLimit = maybe("LIMIT", fc.oneof(count, fc.constantFrom("100", "150")));
const trimming = fc.oneof(words("MAXLEN", sign, length, trimLimit), words("MINID", sign, id, trimLimit));
const fields = fc.oneof(
  { weight: 3, arbitrary: words("f", value) },
  { weight: 2, arbitrary: many(words(value, value), 1, 3) },
);

/** Adds entries behind the last one; the millisecond stays. */
const ADD_MANY = `
local info = redis.pcall('XINFO', 'STREAM', KEYS[1])
local last = info.err and '0-0' or info[8]
for i = 1, tonumber(ARGV[1]) do
  redis.pcall('XADD', KEYS[1], string.match(last, '%d+') .. '-*', 'f', ARGV[2] .. i)
end
return redis.pcall('XLEN', KEYS[1])`;

/** They make streams and groups. */
export const streamBuilders: Words[] = [
  words("XADD", r, newId, fields),
  words("XADD", r, newId, fields),
  words("EVAL", ADD_MANY, "1", r, fc.constantFrom("3", "10", "60", "150"), value),
  words("XGROUP", "CREATE", r, fc.constantFrom("g", "h"), fc.constantFrom("0", "$", "1"), "MKSTREAM"),
  words("XREADGROUP", "GROUP", "g", consumer, "COUNT", fc.constantFrom("1", "3", "20"), "STREAMS", r, ">"),
];

const claimed = many(id, 1, 4);
const claimOptions = many(
  fc.oneof(
    word("FORCE", "JUSTID").map((one) => [one]),
    words("IDLE", declared),
    words("TIME", fc.constantFrom("1000", "-1", "abc")),
    words("RETRYCOUNT", integer),
    words("LASTID", id),
  ),
  0,
  2,
);

export const streamCommands: Words[] = [
  words("XADD", r, maybe("NOMKSTREAM"), maybe(trimming), newId, fields),
  words("XADD", r, many(fc.oneof(trimming, words("NOMKSTREAM")), 0, 2), newId, fields),
  words("XLEN", r),
  words(word("XRANGE", "XREVRANGE"), r, bound, bound, maybe("COUNT", count)),
  words("XRANGE", r, "-", "+"),
  words("XREVRANGE", r, "+", "-", maybe("COUNT", count)),
  words("XDEL", r, many(id, 1, 3)),
  words("XTRIM", r, trimming),
  words("XREAD", maybe("COUNT", count), "STREAMS", r, id),
  words("XREAD", "STREAMS", r, r, id, id),
  words("XSETID", r, id, maybe("ENTRIESADDED", count), maybe("MAXDELETEDID", id)),
  words("XINFO", "STREAM", r, maybe("FULL", maybe("COUNT", count))),
  words("XINFO", "GROUPS", r),
  words("XINFO", "CONSUMERS", r, group),
  words("XGROUP", "CREATE", r, group, id, maybe("MKSTREAM"), maybe("ENTRIESREAD", integer)),
  words("XGROUP", "SETID", r, group, id, maybe("ENTRIESREAD", integer)),
  words("XGROUP", word("CREATECONSUMER", "DELCONSUMER"), r, group, consumer),
  words("XGROUP", "DESTROY", r, group),
  words("XREADGROUP", "GROUP", group, consumer, maybe("COUNT", count), maybe("NOACK"), "STREAMS", r, ">"),
  words("XREADGROUP", "GROUP", group, consumer, maybe("COUNT", count), "STREAMS", r, id),
  words("XREADGROUP", "GROUP", group, consumer, "STREAMS", r, r, fc.constantFrom(">", "0"), ">"),
  words("XACK", r, group, many(id, 1, 4)),
  words("XPENDING", r, group),
  words("XPENDING", r, group, maybe("IDLE", idle), bound, bound, count, maybe(consumer)),
  words("XPENDING", r, group, "-", "+", "100"),
  words("XCLAIM", r, group, consumer, idle, claimed, claimOptions),
  words("XAUTOCLAIM", r, group, consumer, idle, bound, maybe("COUNT", count), maybe("JUSTID")),
];

/** They would wait outside of a transaction. */
export const waitingReads: Words = fc.oneof(
  words("XREAD", "BLOCK", "0", "STREAMS", r, fc.constantFrom("0", "$", "5")),
  words("XREADGROUP", "GROUP", group, consumer, "BLOCK", "0", "STREAMS", r, ">"),
);
