/** Which calls may change places, and which may not. */
import { expect, it } from "vitest";
import { KeyIndex, TouchedKeys } from "../../src/client/connection/touched-keys.js";
import { knownCommand } from "../../src/client/known-command.js";

function touched(line: string): TouchedKeys {
  const [name, ...args] = line.split(" ");
  const keys = new TouchedKeys();
  keys.add(knownCommand(name), args);
  return keys;
}

it.each([
  ["GET a", "GET a", false],
  ["GET a", "SET a 1", true],
  ["SET a 1", "GET b", false],
  ["SET a 1", "SET a 2", true],
  ["MSET a 1 b 2", "GET b", true],
  ["PING", "FLUSHALL", false],
  ["GET a", "FLUSHALL", true],
  ["KEYS *", "SET a 1", true],
  ["KEYS *", "GET a", false],
  ["KEYS *", "DBSIZE", false],
  ["EVAL x 0", "GET a", true],
  ["EVAL x 1 b", "GET a", false],
  ["EVAL x 1 a", "GET a", true],
  ["NO.SUCH a", "GET b", true],
  ["NO.SUCH a", "PING", false],
  ["FLUSHALL", "FLUSHALL", true],
  ["FLUSHALL", "KEYS *", true],
])("%s and %s: %s", (one, other, conflict) => {
  expect(touched(one).conflictsWith(touched(other))).toBe(conflict);
  expect(touched(other).conflictsWith(touched(one))).toBe(conflict);
  for (const [first, second] of [
    [one, other],
    [other, one],
  ]) {
    const index = new KeyIndex<string>();
    index.add(touched(first), first);
    expect(index.take(touched(second)).length > 0).toBe(conflict);
    // What was taken out is not found again.
    expect(index.take(touched(second))).toEqual([]);
  }
});

it("a key is the same as text, bytes or a number", () => {
  const text = new TouchedKeys();
  text.add(knownCommand("SET"), ["12", "x"]);
  for (const key of [12, 12n, Buffer.from("12")]) {
    const other = new TouchedKeys();
    other.add(knownCommand("GET"), [key]);
    expect(other.conflictsWith(text)).toBe(true);
  }
});
