/** The notation in which the arguments of commands are written down for COMMAND DOCS. */
import { describe, expect, it } from "vitest";
import { type Argument, parseArguments } from "../../src/server/engine/command-docs/argument-notation.js";
import { documentationOf } from "../../src/server/engine/command-docs/documentation.js";
import { allCommands } from "../../src/spec/lookup.js";

/** An argument without what it does not have. */
function told(argument: Argument): object {
  const { flags, parts, ...rest } = argument;
  const known = Object.entries(rest).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(known),
    ...(flags.length === 0 ? {} : { flags }),
    ...(parts === undefined ? {} : { parts: parts.map(told) }),
  };
}

describe("the notation of arguments", () => {
  it.each([
    ["value", { name: "value", type: "string" }],
    ["unix-time-seconds:unix-time", { name: "unix-time-seconds", type: "unix-time" }],
    ["ip:port!2.8.12", { name: "ip:port", type: "string", deprecatedSince: "2.8.12" }],
    ["key", { name: "key", type: "key", keySpec: 0 }],
    ["destination:key#1", { name: "destination", type: "key", keySpec: 1 }],
    ["NX", { name: "nx", type: "pure-token", token: "NX" }],
    ["change'CH'", { name: "change", type: "pure-token", token: "CH" }],
    ["empty_string''", { name: "empty_string", type: "pure-token", token: "" }],
    ["COUNT=count:integer", { name: "count", type: "integer", token: "COUNT" }],
    ["[message]", { name: "message", type: "string", flags: ["optional"] }],
    ["member+", { name: "member", type: "string", flags: ["multiple"] }],
    [
      "[GET=pattern:pattern#1++@2.2.0]",
      {
        name: "pattern",
        type: "pattern",
        keySpec: 1,
        token: "GET",
        since: "2.2.0",
        flags: ["optional", "multiple", "multiple_token"],
      },
    ],
    [
      "mode(ON | after{ID=id})",
      {
        name: "mode",
        type: "oneof",
        parts: [
          { name: "on", type: "pure-token", token: "ON" },
          { name: "after", type: "block", parts: [{ name: "id", type: "string", token: "ID" }] },
        ],
      },
    ],
  ])("reads %s", (text, expected) => {
    expect(parseArguments(text).map(told)).toEqual([expected]);
  });

  it("reads none, and several", () => {
    expect(parseArguments("")).toEqual([]);
    expect(parseArguments("key value").map(({ name }) => name)).toEqual(["key", "value"]);
  });

  it.each(["[key", "key]", "a(b", "a{b)", "'x'", "key @7.0.0", "Key"])("refuses %s", (text) => {
    expect(() => parseArguments(text)).toThrow(/^no argument at \d+ of: /);
  });
});

describe("the records of COMMAND DOCS", () => {
  it("are there for each command of Redis 7.0 but those of sentinels", () => {
    const silent = [...allCommands()].filter(
      ({ name, group }) => (documentationOf(name) === undefined) !== (group === "sentinel"),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it("are read whole", () => {
    expect(documentationOf("GEORADIUS")).toMatchObject({
      complexity: expect.stringMatching(/^O\(N\+log\(M\)\) for /),
      replacedBy: "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument",
      history: [
        ["6.2.0", "ANY"],
        ["7.0.0", "units in capitals"],
      ],
    });
    expect(documentationOf("LOLWUT")?.complexity).toBeUndefined();
    expect(documentationOf("nosuch")).toBeUndefined();
  });
});
