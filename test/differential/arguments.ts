/** Random words for random programs: mostly sensible, now and then at or over an edge. One-byte strings. */
import fc from "fast-check";

/** A word or a run of words of a command. */
export type Words = fc.Arbitrary<readonly string[]>;

/** All keys that programs use. The letter tells which type a key mostly holds. */
export const KEYS = [
  ...["s1", "s2", "l1", "l2", "h1", "h2", "t1", "t2", "z1", "z2"],
  ...["g1", "g2", "p1", "p2", "r1", "r2", "w_a", "w_1"],
];

/**
 * Sorted sets whose scores are all 0. Only these are read by member (BYLEX): with other scores redis-server's
 * answer depends on how its skip list happens to have grown.
 */
export const LEX_KEYS = ["x1", "x2"];
export const lexKey = fc.constantFrom(...LEX_KEYS);

const LONG = "x".repeat(65);
const ANY_KEY = fc.constantFrom(...KEYS);

/** The first letter of the keys of a type; `g` are positions, `p` HyperLogLogs, `r` streams. */
type Letter = "s" | "l" | "h" | "t" | "z" | "g" | "p" | "r";

/** A key that mostly holds the type that `letter` stands for. */
export function key(letter: Letter): fc.Arbitrary<string> {
  const own = fc.constantFrom(...KEYS.filter((name) => name.startsWith(letter)));
  return fc.oneof({ weight: 12, arbitrary: own }, { weight: 1, arbitrary: ANY_KEY });
}

/** A key of any type. */
export const anyKey = ANY_KEY;

/** Members, fields, values. */
export const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "c", "d", "e", "f") },
  { weight: 5, arbitrary: fc.integer({ min: -3, max: 12 }).map(String) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "",
      "\xff\x00",
      "\r\n",
      "1.5",
      "007",
      "-0",
      "9223372036854775807",
      "70000",
      LONG,
    ),
  },
);

/** Whole numbers, now and then none at all. */
export const integer = fc.oneof(
  { weight: 14, arbitrary: fc.integer({ min: -4, max: 9 }).map(String) },
  {
    weight: 2,
    arbitrary: fc.constantFrom("100", "-100", "65536", "9223372036854775807", "-9223372036854775808"),
  },
  { weight: 1, arbitrary: fc.constantFrom("", "abc", "1.5", " 1", "+1", "-0", "01", "9223372036854775808") },
);

/** Small counts and lengths. */
export const count = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 5 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("-1", "-2", "100", "abc", "", "1.5", "9223372036854775808") },
);

/**
 * Scores and increments. None is too large or too small for a double: redis-server's SORT fails on good numbers
 * when a number of an earlier command was out of range.
 */
export const float = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -5, max: 5 }).map(String) },
  {
    weight: 5,
    arbitrary: fc.constantFrom("0.1", "0.2", "-1.5", "3.14159", "2.50", "1e3", "1e-5", "1e17", "-0"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom("inf", "-inf", "+inf", "1e308", "-1e308", "0x10", ".5", "5."),
  },
  { weight: 1, arbitrary: fc.constantFrom("nan", "abc", "", " 1", "1 ", "1,5") },
);

/** A bound of a range of scores. */
export const scoreBound = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("-inf", "+inf", "inf") },
  { weight: 8, arbitrary: fc.tuple(fc.constantFrom("", "("), float).map(([sign, number]) => sign + number) },
);

/** A bound of a range of members. */
export const lexBound = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("-", "+") },
  { weight: 8, arbitrary: fc.tuple(fc.constantFrom("[", "("), value).map(([sign, member]) => sign + member) },
  { weight: 1, arbitrary: fc.constantFrom("", "a", "-x") },
);

/** Times to live that no run outlives, and some that are over at once or wrong. */
export const seconds = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom("1000", "2000", "5000", "100000") },
  {
    weight: 2,
    arbitrary: fc.constantFrom("0", "-1", "abc", "", "1.5", "9223372036854775807", "9223372036854775"),
  },
);

/** One of some words, now and then in lower case. */
export function word(...words: string[]): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...words), fc.integer({ min: 0, max: 9 })).map(([one, roll]) => {
    return roll === 0 ? one.toLowerCase() : one;
  });
}

/** Words behind one another; strings stand for themselves. */
export function words(...parts: (string | fc.Arbitrary<string> | Words)[]): Words {
  const arbitraries = parts.map(
    (part): fc.Arbitrary<string | readonly string[]> => (typeof part === "string" ? fc.constant(part) : part),
  );
  return fc.tuple(...arbitraries).map((found) => found.flat());
}

/** Words that are there or not. */
export function maybe(...parts: (string | fc.Arbitrary<string> | Words)[]): Words {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant<readonly string[]>([]) },
    { weight: 1, arbitrary: words(...parts) },
  );
}

/** The same several times. */
export function many(part: fc.Arbitrary<string> | Words, least = 1, most = 4): Words {
  return fc
    .array<string | readonly string[]>(part, { minLength: least, maxLength: most, size: "max" })
    .map((found) => found.flat());
}

/** `numkeys` and as many keys; now and then the number is wrong. */
export function countedKeys(letter: Letter): Words {
  return fc
    .tuple(many(key(letter), 1, 3), fc.integer({ min: 0, max: 19 }), count)
    .map(([keys, roll, wrong]) => [roll === 0 ? wrong : String(keys.length), ...keys]);
}
