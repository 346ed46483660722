/** The wire facts of commands that Redis 7.0 does not have, as the client looks them up. */
import { describe, expect, it } from "vitest";
import { checkCall } from "../src/client/call.js";
import { laterCommands } from "../src/spec/additions.js";
import { blockingTimeoutOf, isBlockingCall } from "../src/spec/blocking.js";
import { Flag } from "../src/spec/command-spec.js";
import { keysOf, slotKeysOf, takesKeys } from "../src/spec/keys.js";
import { knownCommandOf, laterKnownCommands } from "../src/spec/known-commands.js";
import { allCommands, type Command, commandOf } from "../src/spec/lookup.js";
import { moduleCommands } from "../src/spec/modules.js";

function named(name: string): Command {
  const command = knownCommandOf(name);
  if (command === undefined) throw new Error(`no command ${name}`);
  return command;
}

const later = [...laterKnownCommands()];

describe("commands after Redis 7.0", () => {
  it("are found beside those of 7.0, by exact name alone", () => {
    expect(knownCommandOf("GET")).toBe(commandOf("GET"));
    expect(named("HTTL")).toMatchObject({ name: "HTTL", words: 1, container: false, since: "7.4.0" });
    expect(named("CLUSTER MIGRATION")).toMatchObject({ words: 2, container: false });
    expect(named("COMMANDLOG")).toMatchObject({ words: 1, container: true, since: "valkey 8.1.0" });
    expect(named("JSON.SET")).toMatchObject({ group: "module", since: "json 1.0.0" });
    for (const name of ["httl", "JSON.GET|x", "NOSUCH", "", "__proto__", "constructor"]) {
      expect(knownCommandOf(name)).toBeUndefined();
    }
  });

  it("are unknown to what serves the mini server", () => {
    expect(later.map(({ name }) => name).sort()).toEqual(
      [...Object.keys(laterCommands()), ...Object.keys(moduleCommands())].sort(),
    );
    expect(later.filter(({ name }) => commandOf(name) !== undefined)).toEqual([]);
    const served = new Set([...allCommands()].map(({ name }) => name));
    expect(later.filter(({ name }) => served.has(name))).toEqual([]);
  });

  it("have rows of the same shape, a container for each subcommand, and keys only behind the name", () => {
    expect(new Set(later.map((command) => Object.keys(command).join())).size).toBe(1);
    for (const command of later) {
      expect(command.name).toMatch(/^[A-Z_.-]+( [A-Z-]+)?$/);
      if (command.words === 2) expect(named(command.name.split(" ")[0]).container).toBe(true);
      const [first, last, step] = command.keys;
      if (first === 0) expect([last, step]).toEqual([0, 0]);
      else expect(first >= command.words && step > 0).toBe(true);
      expect(command.since).toMatch(/^((valkey|json|search|timeseries|bloom) )?\d+\.\d+\.\d+$/);
      const both = Flag.WRITE | Flag.READONLY;
      expect([command.name, command.flags & both]).not.toEqual([command.name, both]);
    }
  });

  it.each([
    ["HEXPIRE", ["h", 10, "FIELDS", 1, "f"], [0]],
    ["MSETEX", [2, "a", 1, "b", 2, "EX", 5], [1, 3]],
    ["MSETEX", ["2", "a", 1, "b"], []],
    ["MSETEX", [0, "a", 1], []],
    ["JSON.MGET", ["a", "b", "$"], [0, 1]],
    ["JSON.MSET", ["a", "$", 1, "b", "$", 2], [0, 3]],
    ["JSON.DEBUG MEMORY", ["a", "$"], [0]],
    ["CMS.MERGE", ["d", 2, "a", "b", "WEIGHTS", 1, 2], [0, 2, 3]],
    ["TDIGEST.MERGE", ["d", 1, "a", "OVERRIDE"], [0, 2]],
    ["TS.MADD", ["a", 1, 2, "b", 1, 2], [0, 3]],
    ["TS.CREATERULE", ["a", "b", "AGGREGATION", "avg", 5], [0, 1]],
    ["TS.MRANGE", ["-", "+", "FILTER", "a=b"], []],
    ["FT.SEARCH", ["i", "*"], []],
    ["FT.SUGADD", ["s", "text", 1], [0]],
    ["VSIM", ["v", "ELE", "e"], [0]],
    ["CLUSTER SLOT-STATS", ["SLOTSRANGE", 0, 1], []],
  ])("have keys at the right places: %s %j", (name, args, keys) => {
    expect(keysOf(named(name), args)).toEqual(keys);
    expect(slotKeysOf(named(name), args)).toEqual(keys);
    if (keys.length > 0) expect(takesKeys(named(name))).toBe(true);
  });

  it("are repeated after a lost connection only where that changes nothing", () => {
    const reads = (name: string) => (named(name).flags & Flag.READONLY) !== 0;
    expect(
      ["HTTL", "VSIM", "JSON.GET", "FT.SEARCH", "TS.RANGE", "BF.EXISTS"].filter((name) => !reads(name)),
    ).toEqual([]);
    expect(["HGETEX", "HGETDEL", "JSON.ARRPOP", "FT.CURSOR READ", "TOPK.ADD"].filter(reads)).toEqual([]);
  });

  it("wait on the connection that wrote", () => {
    expect(isBlockingCall(named("WAITAOF"), [1, 0, 100])).toBe(false);
    expect(blockingTimeoutOf(named("WAITAOF"), [1, 0, 100])).toBeUndefined();
  });

  it("are understood by call() with their subcommands", () => {
    expect(checkCall("commandlog", ["get", 1, "slow"])).toEqual({
      command: "COMMANDLOG GET",
      rest: [1, "slow"],
    });
    expect(checkCall("cluster", ["slot-stats", "SLOTSRANGE", 0, 1]).command).toBe("CLUSTER SLOT-STATS");
    expect(checkCall("json.debug", ["memory", "k"]).command).toBe("JSON.DEBUG MEMORY");
    expect(checkCall("json.get", ["k"])).toEqual({ command: "JSON.GET", rest: ["k"] });
  });
});
