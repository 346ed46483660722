/**
 * The conformance cases use every option of every command: each token, each branch of a choice, optional
 * arguments present and absent, and those that may be repeated once and several times. What there is to use is
 * what the mini server says of its commands, which is what redis-server says (`command-docs.test.ts`).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTarget, type Target } from "../tools/redis-server.js";
import { RawClient } from "../tools/witness.js";
import { type Argument, factsOf, factsUsed, grammarsOf } from "./argument-grammar.js";
import { coveredCommands } from "./coverage.js";
import { families } from "./families.js";
import { parseCase, type Step } from "./notation.js";
import { notToCover } from "./uncovered-options.js";

describe("options of commands in the conformance cases", () => {
  let target: Target;
  let grammars: Map<string, readonly Argument[]>;

  beforeAll(async () => {
    target = await startTarget("mini");
    const client = await RawClient.connect(target.port);
    await client.call("HELLO", "3");
    grammars = grammarsOf(await client.call("COMMAND", "DOCS"));
    client.close();
  });

  afterAll(() => target.stop());

  test("every option of every command is used", () => {
    const used = usedFacts(grammars);
    const missing: string[] = [];
    for (const [name, grammar] of grammars) {
      if (!coveredCommands.has(name)) continue;
      for (const fact of factsOf(grammar)) {
        const known = used.get(name)?.has(fact) === true;
        const excused = notToCover.has(`${name}: ${fact}`);
        if (!known && !excused) missing.push(`${name}: ${fact}`);
        if (known && excused) missing.push(`${name}: ${fact} (is covered: no exception any more)`);
      }
    }
    expect(missing.sort()).toEqual([]);
  });

  test("the exceptions are about options that exist", () => {
    const all = new Set<string>();
    for (const [name, grammar] of grammars) for (const fact of factsOf(grammar)) all.add(`${name}: ${fact}`);
    expect([...notToCover.keys()].filter((fact) => !all.has(fact))).toEqual([]);
  });
});

/** What the requests of all cases make use of, by command. */
function usedFacts(grammars: ReadonlyMap<string, readonly Argument[]>): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>();
  for (const step of families.flatMap(({ cases }) => Object.values(cases).flatMap(parseCase))) {
    const words = requestOf(step);
    const length = words.length > 1 && grammars.has(words.slice(0, 2).join(" ").toUpperCase()) ? 2 : 1;
    const name = words.slice(0, length).join(" ").toUpperCase();
    const grammar = grammars.get(name);
    const facts = grammar && factsUsed(grammar, words.slice(length));
    if (facts === undefined) continue;
    const known = used.get(name) ?? new Set();
    used.set(name, known);
    for (const fact of facts) known.add(fact);
  }
  return used;
}

/** The words that a step sends. */
function requestOf({ action, words }: Step): readonly string[] {
  if (action === "bytes") return [];
  if (action !== "scan") return words;
  const place = words[0].toUpperCase() === "SCAN" ? 1 : 2;
  return [...words.slice(0, place), "0", ...words.slice(place)];
}
