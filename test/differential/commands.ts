/** Random commands, family by family. */
import fc from "fast-check";
import {
  anyKey,
  count,
  countedKeys,
  float,
  integer,
  key,
  lexBound,
  lexKey,
  many,
  maybe,
  scoreBound,
  seconds,
  value,
  type Words,
  word,
  words,
} from "./arguments.js";
import { serverCommands } from "./server-commands.js";
import { streamBuilders, streamCommands, waitingReads } from "./stream-commands.js";

const s = key("s");
const l = key("l");
const h = key("h");
const t = key("t");
const z = key("z");
const g = key("g");
const p = key("p");
const side = word("LEFT", "RIGHT");
const limit = maybe("LIMIT", integer, integer);
const withScores = maybe("WITHSCORES");

const strings: Words[] = [
  words("GET", s),
  words("SET", s, value),
  words(
    "SET",
    s,
    value,
    many(
      fc.oneof(
        word("NX", "XX", "GET", "KEEPTTL").map((one) => [one]),
        words("EX", seconds),
      ),
      0,
      2,
    ),
  ),
  words("SETNX", s, value),
  words("SETEX", s, seconds, value),
  words("GETSET", s, value),
  words("GETDEL", s),
  words("GETEX", s, maybe(fc.oneof(words("EX", seconds), words("PERSIST")))),
  words("MSET", many(words(s, value), 1, 3)),
  words("MSETNX", many(words(s, value), 1, 3)),
  words("MGET", many(s)),
  words(word("INCR", "DECR"), s),
  words(word("INCRBY", "DECRBY"), s, integer),
  words("INCRBYFLOAT", s, float),
  words("APPEND", s, value),
  words("STRLEN", s),
  words(word("GETRANGE", "SUBSTR"), s, integer, integer),
  words("SETRANGE", s, count, value),
  words("LCS", s, s, maybe(word("LEN", "IDX")), maybe("MINMATCHLEN", count), maybe("WITHMATCHLEN")),
];

const fieldType = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.tuple(fc.constantFrom("u", "i"), fc.integer({ min: 1, max: 64 })).map(([a, b]) => a + b),
  },
  { weight: 1, arbitrary: fc.constantFrom("u0", "x8", "i65", "u") },
);
const offset = fc.oneof(count, fc.constantFrom("#0", "#1", "#2", "63", "100"));

const bitmaps: Words[] = [
  words(
    "SETBIT",
    s,
    fc.oneof(count, fc.constantFrom("20", "63", "100")),
    fc.constantFrom("0", "1", "1", "2"),
  ),
  words("GETBIT", s, fc.oneof(count, fc.constantFrom("20", "63", "100"))),
  words("BITCOUNT", s, maybe(integer, integer, maybe(word("BYTE", "BIT")))),
  words("BITPOS", s, fc.constantFrom("0", "1"), maybe(integer, maybe(integer, maybe(word("BYTE", "BIT"))))),
  words("BITOP", word("AND", "OR", "XOR", "NOT"), s, many(s, 1, 3)),
  words(
    "BITFIELD",
    s,
    many(
      fc.oneof(
        words("GET", fieldType, offset),
        words("SET", fieldType, offset, integer),
        words("INCRBY", fieldType, offset, integer),
        words("OVERFLOW", word("WRAP", "SAT", "FAIL")),
      ),
    ),
  ),
  words("BITFIELD_RO", s, many(words("GET", fieldType, offset), 0, 2)),
];

// Negating the least integer is undefined in C.
const rank = integer.filter((text) => text !== "-9223372036854775808");

const lists: Words[] = [
  words(word("LPUSH", "RPUSH", "LPUSHX", "RPUSHX"), l, many(value)),
  words("RPUSH", l, many(value, 1, 8)),
  words(word("LPOP", "RPOP"), l, maybe(count)),
  words("LLEN", l),
  words("LRANGE", l, integer, integer),
  words("LINDEX", l, integer),
  words("LSET", l, integer, value),
  words("LINSERT", l, word("BEFORE", "AFTER"), value, value),
  words("LREM", l, integer, value),
  words("LTRIM", l, integer, integer),
  words("LPOS", l, value, maybe("RANK", rank), maybe("COUNT", count), maybe("MAXLEN", count)),
  words("RPOPLPUSH", l, l),
  words("LMOVE", l, l, side, side),
  words("LMPOP", countedKeys("l"), side, maybe("COUNT", count)),
];

const hashes: Words[] = [
  words(word("HSET", "HMSET"), h, many(words(value, value))),
  words("HSETNX", h, value, value),
  words("HGET", h, value),
  words("HMGET", h, many(value)),
  words("HDEL", h, many(value)),
  words(word("HLEN", "HKEYS", "HVALS", "HGETALL"), h),
  words(word("HEXISTS", "HSTRLEN"), h, value),
  words("HINCRBY", h, value, integer),
  words("HINCRBYFLOAT", h, value, float),
  words("HRANDFIELD", h, maybe(integer, maybe("WITHVALUES"))),
  words("HSCAN", h, "0", "COUNT", "1000", maybe("MATCH", fc.constantFrom("*", "a*", "[a-c]", "?"))),
];

const sets: Words[] = [
  words("SADD", t, many(value)),
  words("SADD", t, many(fc.integer({ min: -5, max: 50 }).map(String), 1, 6)),
  words("SREM", t, many(value)),
  words(word("SMEMBERS", "SCARD"), t),
  words("SISMEMBER", t, value),
  words("SMISMEMBER", t, many(value)),
  words("SMOVE", t, t, value),
  words("SRANDMEMBER", t, maybe(integer)),
  words(word("SINTER", "SUNION", "SDIFF"), many(t, 1, 3)),
  words(word("SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE"), t, many(t, 1, 3)),
  words("SINTERCARD", countedKeys("t"), maybe("LIMIT", count)),
  words("SSCAN", t, "0", "COUNT", "1000", maybe("MATCH", fc.constantFrom("*", "a*", "[a-c]", "?"))),
];

const aggregate = maybe("AGGREGATE", word("SUM", "MIN", "MAX"));
const weights = maybe("WEIGHTS", many(float, 1, 3));

const sortedSets: Words[] = [
  words("ZADD", z, many(words(float, value))),
  words("ZADD", z, many(word("NX", "XX", "GT", "LT", "CH", "INCR"), 0, 2), many(words(float, value), 1, 2)),
  words("ZINCRBY", z, float, value),
  words("ZREM", z, many(value)),
  words("ZCARD", z),
  words(word("ZSCORE", "ZRANK", "ZREVRANK"), z, value),
  words("ZMSCORE", z, many(value)),
  words("ZCOUNT", z, scoreBound, scoreBound),
  words("ZLEXCOUNT", lexKey, lexBound, lexBound),
  words(word("ZPOPMIN", "ZPOPMAX"), z, maybe(count)),
  words("ZMPOP", countedKeys("z"), word("MIN", "MAX"), maybe("COUNT", count)),
  words("ZRANDMEMBER", z, maybe(integer, withScores)),
  words("ZRANGE", z, integer, integer, maybe("REV"), withScores),
  words("ZRANGE", z, scoreBound, scoreBound, "BYSCORE", maybe("REV"), limit, withScores),
  words("ZRANGE", lexKey, lexBound, lexBound, "BYLEX", maybe("REV"), limit),
  words("ZREVRANGE", z, integer, integer, withScores),
  words(word("ZRANGEBYSCORE", "ZREVRANGEBYSCORE"), z, scoreBound, scoreBound, withScores, limit),
  words(word("ZRANGEBYLEX", "ZREVRANGEBYLEX"), lexKey, lexBound, lexBound, limit),
  words("ZRANGESTORE", z, z, integer, integer, maybe("REV")),
  words("ZRANGESTORE", z, z, scoreBound, scoreBound, "BYSCORE", maybe("REV"), limit),
  words("ZREMRANGEBYRANK", z, integer, integer),
  words("ZREMRANGEBYSCORE", z, scoreBound, scoreBound),
  words("ZREMRANGEBYLEX", lexKey, lexBound, lexBound),
  words(word("ZUNION", "ZINTER"), countedKeys("z"), weights, aggregate, withScores),
  words("ZDIFF", countedKeys("z"), withScores),
  words(word("ZUNIONSTORE", "ZINTERSTORE"), z, countedKeys("z"), weights, aggregate),
  words("ZDIFFSTORE", z, countedKeys("z")),
  words("ZRANGESTORE", z, lexKey, lexBound, lexBound, "BYLEX", maybe("REV"), limit),
  words(word("ZUNIONSTORE", "ZINTERSTORE"), z, "2", z, t, aggregate),
  words("ZINTERCARD", countedKeys("z"), maybe("LIMIT", count)),
  words("ZSCAN", z, "0", "COUNT", "1000", maybe("MATCH", fc.constantFrom("*", "a*", "[a-c]", "?"))),
];

/**
 * Positions as the commands take them. The distances between these come out the same in every digit, which those
 * of any two do not: the C library's own last digit is wrong now and then.
 */
const position = fc
  .constantFrom(
    "13.361389 38.115556",
    "15.087269 37.502669",
    "13.361389 38.2",
    "13.3614 38.115",
    "-122.27652 37.805186",
    "0 0",
    "180 85.05112878",
    "-180 -85.05112878",
    "179.9 -80",
    "-179.9 -80",
    "10 70",
  )
  .map((text) => text.split(" "));
const anyPosition: Words = fc.oneof(
  { weight: 19, arbitrary: position },
  { weight: 1, arbitrary: fc.constantFrom(["181", "0"], ["0", "86"], ["abc", "0"], ["1", ""]) },
);
const unit = fc.oneof(
  { weight: 19, arbitrary: word("M", "KM", "FT", "MI") },
  { weight: 1, arbitrary: fc.constantFrom("yard", "") },
);
const size = fc.oneof(
  { weight: 19, arbitrary: fc.constantFrom("0", "1", "15", "100", "150.5", "500", "3000", "20000", "1e9") },
  { weight: 1, arbitrary: fc.constantFrom("-1", "abc", "inf", "") },
);
const circle = words("BYRADIUS", size, unit);
const box = words("BYBOX", size, size, unit);
const found = maybe("COUNT", fc.oneof(count, fc.constantFrom("1", "2", "3")), maybe("ANY"));
const sorting = maybe(word("ASC", "DESC"));
const shown = many(word("WITHDIST", "WITHHASH", "WITHCOORD"), 0, 2);
const from = fc.oneof(words("FROMMEMBER", value), words("FROMLONLAT", anyPosition));
const storing = maybe(word("STORE", "STOREDIST"), g);

const geo: Words[] = [
  words("GEOADD", g, many(word("NX", "XX", "CH"), 0, 2), many(words(anyPosition, value), 1, 3)),
  words("GEOADD", g, many(words(position, value), 2, 6)),
  words(word("GEOPOS", "GEOHASH"), g, many(value, 0, 3)),
  words("GEODIST", g, value, value, maybe(unit)),
  words("GEOSEARCH", g, from, fc.oneof(circle, box), found, sorting, shown),
  words("GEOSEARCH", g, many(fc.oneof(from, circle, box, sorting, found), 2, 4)),
  words("GEOSEARCHSTORE", g, g, from, fc.oneof(circle, box), found, sorting, maybe("STOREDIST")),
  words(word("GEORADIUS", "GEORADIUS_RO"), g, anyPosition, size, unit, found, sorting, shown, storing),
  words(
    word("GEORADIUSBYMEMBER", "GEORADIUSBYMEMBER_RO"),
    g,
    value,
    size,
    unit,
    found,
    sorting,
    shown,
    storing,
  ),
  words("ZADD", g, fc.constantFrom("-1", "0", "1.5", "1e300", "-inf", "4503599627370495.5"), value),
  words("ZREM", g, value),
  words("ZRANGE", g, "0", "-1", withScores),
];

const element = fc.oneof(value, fc.integer({ min: 0, max: 5000 }).map(String));

const hyperLogLogs: Words[] = [
  words("PFADD", p, many(element, 0, 4)),
  words("PFADD", p, many(element, 5, 40)),
  words("PFCOUNT", many(p, 1, 3)),
  words("PFMERGE", p, many(p, 0, 3)),
  words("PFDEBUG", word("GETREG", "DECODE", "ENCODING", "TODENSE", "BAD"), p),
  words("GET", p),
  words("STRLEN", p),
  // Damage, now and then; but none that lets a run of two bytes begin at the very end, where redis-server reads on.
  words(
    "SETRANGE",
    p,
    fc.constantFrom("0", "4", "8", "14", "15"),
    fc.constantFrom("\0", "\x01", "\x02", "\x80", "x"),
  ),
  words("SETBIT", p, fc.constantFrom("127", "130", "140", "150"), fc.constantFrom("0", "1")),
  words("APPEND", p, fc.constantFrom("\0", "\x3f", "\x84", "\xff")),
  words("DEL", p),
];

const moment = fc.constantFrom("33177117420000", "33177117421001", "1", "-1");

const DUMP_AND_RESTORE =
  "return redis.call('RESTORE', KEYS[2], 0, redis.call('DUMP', KEYS[1]), unpack(ARGV))";

const keys: Words[] = [
  words("EVAL", DUMP_AND_RESTORE, "2", anyKey, anyKey, maybe("REPLACE")),
  words(word("EXISTS", "TOUCH"), many(anyKey, 1, 2)),
  words("TYPE", anyKey),
  words("OBJECT", word("ENCODING"), anyKey),
  words("EXPIRE", anyKey, seconds, maybe(word("NX", "XX"))),
  // GT and LT with fixed moments only: two spans of the same length end at the same moment or not.
  words("PEXPIREAT", anyKey, moment, maybe(word("NX", "XX", "GT", "LT"))),
  words(word("TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME", "PERSIST"), anyKey),
  words("COPY", anyKey, anyKey, maybe("DB", fc.constantFrom("0", "1", "1", "99")), maybe("REPLACE")),
  words("KEYS", fc.constantFrom("*", "s*", "?1", "[hz]?", "nothing")),
  words("SCAN", "0", "COUNT", "1000", maybe("TYPE", word("string", "list", "hash", "set", "zset", "stream"))),
  words(word("DBSIZE", "RANDOMKEY")),
  words("SORT", fc.oneof(l, t, z), limit, maybe(word("ASC", "DESC")), maybe("ALPHA"), maybe("STORE", l)),
  words("SORT", fc.oneof(l, t, z), "BY", "w_*", maybe("GET", "#"), maybe("GET", "w_*"), maybe("DESC")),
  words("SORT_RO", fc.oneof(l, z), maybe("BY", "nosort"), maybe("GET", "h1->*")),
  words("WATCH", many(anyKey, 1, 2)),
  words("UNWATCH"),
  words("ECHO", value),
  words("PUBLISH", value, value),
  words("SET", fc.constantFrom("w_a", "w_1"), value),
];

/** They make the values that the others read. */
const builders: Words[] = [
  words("SET", s, value),
  words("RPUSH", l, many(value, 1, 8)),
  words("HSET", h, many(words(value, value), 1, 6)),
  words("SADD", t, many(value, 1, 8)),
  words("SADD", t, many(fc.integer({ min: -5, max: 50 }).map(String), 1, 6)),
  words("ZADD", z, many(words(float, value), 1, 6)),
  words("ZADD", lexKey, many(words("0", value), 1, 6)),
  words("GEOADD", g, many(words(position, value), 1, 6)),
  words("PFADD", p, many(element, 1, 20)),
];

/** They empty or exchange much at once, so they come seldom. */
const upheavals: Words[] = [
  words(word("DEL", "UNLINK"), many(anyKey, 1, 2)),
  words("SPOP", t, fc.constantFrom("1000", "0", "-1", "abc")),
  words(word("RENAME", "RENAMENX"), anyKey, anyKey),
  words("MOVE", anyKey, fc.constantFrom("0", "1", "1", "99")),
  words("SELECT", fc.constantFrom("0", "0", "1", "99", "abc")),
  words("SWAPDB", fc.constantFrom("0", "1"), fc.constantFrom("0", "1", "abc")),
];

const weighted: (readonly [number, Words[]])[] = [
  [5, strings],
  [2, bitmaps],
  [5, lists],
  [4, hashes],
  [5, sets],
  [7, sortedSets],
  [4, geo],
  [3, hyperLogLogs],
  [6, streamCommands],
  [3, streamBuilders],
  [6, keys],
  [8, builders],
  [2, upheavals],
  ...serverCommands,
];

const wellFormed: Words = fc.oneof(
  ...weighted.map(([weight, family]) => ({ weight, arbitrary: fc.oneof(...family) })),
);

/** A command of any family; one in fifteen has a word too many or too few. */
export const command: Words = fc
  .tuple(wellFormed, fc.integer({ min: 0, max: 29 }), value)
  .map(([found, roll, extra]) => {
    if (roll === 29) return [...found, extra];
    // SPOP without a count would take a random member, and the two servers would go separate ways.
    if (roll === 28 && found.length > 1 && found[0] !== "SPOP") return found.slice(0, -1);
    return found;
  });

const blocking: Words = fc.oneof(
  words(word("BLPOP", "BRPOP"), many(l, 1, 2), "0"),
  words("BLMOVE", l, l, side, side, "0"),
  words(word("BZPOPMIN", "BZPOPMAX"), many(z, 1, 2), "0"),
  words("BLMPOP", "0", countedKeys("l"), side),
  words("BZMPOP", "0", countedKeys("z"), word("MIN", "MAX")),
  waitingReads,
);

/** What may stand in a transaction: commands that would wait as well. */
export const queued: Words = fc.oneof({ weight: 9, arbitrary: command }, { weight: 1, arbitrary: blocking });
