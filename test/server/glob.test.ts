import { describe, expect, it } from "vitest";
import { globMatches, isPlainPattern } from "../../src/server/engine/glob.js";

describe("globMatches", () => {
  it.each([
    ["*", "anything", true],
    ["**", "anything", true],
    ["h?llo", "hello", true],
    ["h?llo", "hllo", false],
    ["h*llo", "heeeello", true],
    ["h[ae]llo", "hallo", true],
    ["h[ae]llo", "hillo", false],
    ["h[^e]llo", "hello", false],
    ["h[^e]llo", "hallo", true],
    ["h[a-c]llo", "hbllo", true],
    ["h[c-a]llo", "hbllo", true],
    ["h[a-c]llo", "hdllo", false],
    ["h\\*llo", "h*llo", true],
    ["h\\*llo", "hxllo", false],
    ["h[\\]]llo", "h]llo", true],
    ["h[abc", "hb", true],
    ["[", "[", false],
    ["\\", "\\", true],
    ["", "", true],
    ["*", "", false],
    ["a*", "a", true],
    ["*a*b*", "xxaxxbxx", true],
    ["*a*b*", "xxbxxaxx", false],
    ["news.*", "news.art.figurative", true],
    ["\xe9*", "\xe9t\xe9", true],
  ])("%j on %j: %s", (pattern, text, expected) => {
    expect(globMatches(pattern, text)).toBe(expected);
  });

  it("can ignore case", () => {
    expect(globMatches("MAX*", "maxmemory", true)).toBe(true);
    expect(globMatches("[M-N]AX", "max", true)).toBe(true);
    expect(globMatches("MAX*", "maxmemory")).toBe(false);
  });

  it("does not take for ever, whatever the pattern", () => {
    const pattern = `${"a*".repeat(50)}b`;
    const started = performance.now();
    expect(globMatches(pattern, "a".repeat(20_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

it("isPlainPattern tells what can only match itself", () => {
  expect(["key", "a.b", "^a"].map(isPlainPattern)).toEqual([true, true, true]);
  expect(["k*", "k?", "k[a]", "\\k"].map(isPlainPattern)).toEqual([false, false, false, false]);
});
