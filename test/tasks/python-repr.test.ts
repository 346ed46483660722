/** Values as Python shows them, checked against Python. */

import { describe, expect, it } from "vitest";
import { argsRepr, kwargsRepr, pythonRepr, shortRepr } from "../../src/tasks/python-repr.js";
import { celeryAvailable, needsCelery } from "../tools/celery.js";
import { fc } from "../tools/property.js";
import { askPython } from "../tools/python.js";

describe("pythonRepr", () => {
  it.each([
    [null, "None"],
    [undefined, "None"],
    [true, "True"],
    [-0, "0"],
    [1e21, "1e+21"],
    [1e-5, "1e-05"],
    [Number.NaN, "nan"],
    [12345678901234567890n, "12345678901234567890"],
    ["it's", `"it's"`],
    ["a\n\u00a0\\", "'a\\n\\xa0\\\\'"],
    [new Date(0), "'1970-01-01T00:00:00.000Z'"],
    [Buffer.from("it's\n\xff", "latin1"), `b"it's\\n\\xff"`],
    [new Map([["a", new Set([1])]]), "{'a': [1]}"],
    [{ a: undefined, b: 1 }, "{'b': 1}"],
    [[new URL("http://x/"), new Float32Array([1.5])], "['http://x/', [1.5]]"],
  ])("%#: %s", (value, text) => {
    expect(pythonRepr(value)).toBe(text);
  });

  it("ends at cycles", () => {
    const loop: unknown[] = [1];
    loop.push(loop, { loop });
    expect(pythonRepr(loop)).toBe("[1, [...], {'loop': [...]}]");
    expect(shortRepr(loop)).toBe("[1, <Recursion on list>, {'loop': <Recursion on list>}]");
  });
});

describe("argsRepr and kwargsRepr", () => {
  it.each([
    [[], "()"],
    [[2, 3], "(2, 3)"],
    [["x"], "('x',)"],
    [["it's", null, true], "('it\\'s', None, True)"],
    [[[1, [2, [3, [4]]]]], "([1, [2, [...]]],)"],
    [[new URL("http://x/"), new Int8Array([1])], "('http://x/', [1])"],
    [[undefined, new Date(0)], "(None, '1970-01-01T00:00:00.000Z')"],
  ])("%j is %s", (args, text) => {
    expect(argsRepr(args)).toBe(text);
  });

  it("show keyword arguments as a dict", () => {
    expect(kwargsRepr({})).toBe("{}");
    expect(kwargsRepr({ k: null, l: [1, "a"] })).toBe("{'k': None, 'l': [1, 'a']}");
  });

  it("cut at 1024 characters", () => {
    const text = argsRepr(["x".repeat(2000), 1]);
    expect(text).toBe(`('${"x".repeat(1023)}...', ...)`);
    expect(shortRepr("word ".repeat(500)).endsWith("word...'")).toBe(true);
  });
});

const scalars = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("'", '"', "\\", "\n", " ", "é", "\u00ad", "\u2028", "😀", "\ue000") }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.boolean(),
  fc.constant(null),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalars,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 5 }), tie("tree"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

describe.skipIf(!celeryAvailable)(needsCelery("Python's own repr"), () => {
  it("is the same for any value", () => {
    // Signs newer than Python's Unicode have no shape to it.
    const values = fc
      .sample(tree, { numRuns: 3000, seed: 5 })
      .filter(
        (value) => !/\p{Cn}/u.test(JSON.stringify(value)) && !JSON.stringify(value).includes("__proto__"),
      );
    const shown = askPython("answer = [repr(one) for one in value]", values);
    const newer = (text: string) => text.replace(/\\U000[0-9a-f]{5}|\\u[0-9a-f]{4}|[^\x20-\x7e]/gu, "?");
    expect(values.map((value) => newer(pythonRepr(value)))).toEqual((shown as string[]).map(newer));
    const differing = values.filter((value, i) => pythonRepr(value) !== (shown as string[])[i]);
    expect(differing.length).toBeLessThan(values.length / 50);
  });

  it("is the same as Celery's for arguments, cut or not", () => {
    const lists = [
      ...fc.sample(fc.array(tree, { maxLength: 6 }), { numRuns: 2000, seed: 6 }),
      ...fc.sample(
        fc.array(
          fc.oneof(
            tree,
            fc.string({ minLength: 50, maxLength: 400, unit: fc.constantFrom("a", " ", "é", "😀", "'") }),
          ),
          {
            minLength: 3,
            maxLength: 40,
          },
        ),
        { numRuns: 1500, seed: 7 },
      ),
      ...[1018, 1019, 1020, 1021, 1022, 1023, 1024, 1025, 1026].flatMap((length) => [
        ["x".repeat(length)],
        ["x".repeat(length), []],
        ["x".repeat(length - 4), [1, 2]],
        ["x".repeat(length - 4), { a: 1 }],
        [{ ["k".repeat(length - 3)]: [1] }],
        [{ ["k".repeat(length)]: 1, b: 2 }],
      ]),
    ].filter((list) => !JSON.stringify(list).includes("__proto__"));
    const shown = askPython(
      `
from celery.utils.saferepr import saferepr
answer = [[saferepr(tuple(one), 1024), saferepr(one, 1024), saferepr({"k": one}, 1024)] for one in value]`,
      lists,
    ) as string[][];
    for (const [i, list] of lists.entries())
      expect([argsRepr(list), shortRepr(list), kwargsRepr({ k: list })]).toEqual(shown[i]);
  });
});
