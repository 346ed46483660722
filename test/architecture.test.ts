/** The structure that the documentation promises: imports, files, and the four places of every command. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { handlers } from "../src/server/engine/commands/index.js";
import { releaseOf } from "../src/server/engine/compat/release.js";
import { knownCommandOf, laterKnownCommands } from "../src/spec/known-commands.js";
import { allCommands, commandOf } from "../src/spec/lookup.js";
import { wireCases } from "./commands/all-wire-cases.js";
import { Recorder } from "./commands/recorder.js";
import { coveredCommands } from "./conformance/coverage.js";

const root = resolve(import.meta.dirname, "..");
const src = join(root, "src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.replaceAll("\\", "/"));

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

/** Every relative import of a file; `node:` and package imports are listed with their name. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(src, file), "utf8");
  const found: Import[] = [];
  for (const [, , type, clause, name] of text.matchAll(
    /(^|\n)\s*(?:import|export)\s+(type\s+)?([^'";]*?)\s*from\s*"([^"]+)"/g,
  )) {
    const typeOnly =
      type !== undefined || (/^\{[^}]*\}$/.test(clause) && !/(\{|,)\s*(?!type\b)\w/.test(clause));
    found.push({ from: file, to: targetOf(file, name), typeOnly });
  }
  for (const [, name] of text.matchAll(/\bimport\("([^"]+)"\)/g)) {
    found.push({ from: file, to: targetOf(file, name), typeOnly: false });
  }
  return found;
}

function targetOf(file: string, name: string): string {
  if (!name.startsWith(".")) return name;
  return relative(src, resolve(src, dirname(file), name))
    .replaceAll("\\", "/")
    .replace(/\.js$/, ".ts");
}

const imports = files.flatMap(importsOf);

/** Which layer a file is in, the most special first. */
const LAYERS: [layer: string, pattern: RegExp][] = [
  ["errors", /^(errors|version)\.ts$/],
  ["spec", /^spec\//],
  ["protocol", /^protocol\//],
  ["transport", /^transport\//],
  ["commands", /^commands\//],
  ["client", /^client\//],
  ["engine", /^server\/engine\//],
  ["scripting", /^server\/scripting\//],
  ["server", /^server\//],
  ["tasks", /^tasks\//],
  ["recipes", /^recipes\//],
  ["door", /^(index|cli)\.ts$/],
];
const layerOf = (file: string) => LAYERS.find(([, pattern]) => pattern.test(file))?.[0];

const ALLOWED: Record<string, string[]> = {
  errors: ["errors"],
  spec: ["spec"],
  protocol: ["protocol", "errors"],
  transport: ["transport", "protocol", "errors"],
  commands: ["commands", "protocol", "spec", "errors"],
  client: ["client", "commands", "transport", "protocol", "spec", "errors"],
  engine: ["engine", "protocol", "spec", "errors"],
  scripting: ["scripting", "engine", "protocol", "spec", "errors"],
  server: ["server", "scripting", "engine", "transport", "protocol", "spec", "errors"],
  tasks: ["tasks", "door", "server"],
  recipes: ["recipes", "door"],
  door: ["client", "commands", "transport", "protocol", "spec", "server", "tasks", "errors", "door"],
};

describe("imports", () => {
  it("every file belongs to a layer", () => {
    expect(files.filter((file) => layerOf(file) === undefined)).toEqual([]);
  });

  it("run downward only", () => {
    const upward = imports
      .filter(({ to }) => to.endsWith(".ts"))
      .filter(({ from, to }) => !ALLOWED[layerOf(from) ?? ""]?.includes(layerOf(to) ?? ""))
      .map(({ from, to }) => `${from} -> ${to}`);
    expect(upward).toEqual([]);
  });

  it("the task queue enters by the doors: that of the client, and for `memory://` that of the server", () => {
    const others = imports
      .filter(({ from, to }) => from.startsWith("tasks/") && to.endsWith(".ts") && !to.startsWith("tasks/"))
      .filter(({ to }) => to !== "index.ts" && to !== "server/index.ts")
      .map(({ from, to }) => `${from} -> ${to}`);
    expect(others).toEqual([]);
  });

  it("the engine knows of the protocol only what replies are, how doubles are written, and the names of scripts", () => {
    const others = imports
      .filter(({ from, to }) => from.startsWith("server/engine/") && to.startsWith("protocol/"))
      .filter(({ to }) => !/^protocol\/(reply|double|sha1)\.ts$/.test(to))
      .map(({ from, to }) => `${from} -> ${to}`);
    expect(others).toEqual([]);
  });

  it("no class that a user meets is in the client's file of the package and in the server's", () => {
    const loaded = imports.filter(({ typeOnly }) => !typeOnly);
    const reachableFrom = (door: string) => {
      const reached = new Set([door]);
      // A set gives what is added while it is walked, too.
      for (const file of reached) {
        for (const { from, to } of loaded)
          if (from === file && layerOf(to) !== "tasks" && to !== "index.ts") reached.add(to);
      }
      return reached;
    };
    const server = new Set([...reachableFrom("server/index.ts"), ...reachableFrom("cli.ts")]);
    const both = [...reachableFrom("index.ts")].filter((file) => file.endsWith(".ts") && server.has(file));
    expect(both).toContain("protocol/bytes.ts");
    // The tables of commands do not leave the file that they are in.
    const withClasses = both.filter((file) =>
      /^export .*\bclass\b/m.test(readFileSync(join(src, file), "utf8")),
    );
    expect(withClasses).toEqual(["spec/lookup.ts"]);
  });

  it("name Node's own modules only where sockets, files and the command line are", () => {
    const homes =
      /^(transport\/tcp|server\/(listen|ports|node-net|attendance|outgoing|process\/.+|redis-process|cli)|cli|tasks\/(cli\/.+|worker\/pools\/.+|node-facts|compression|task-context))\.ts$/;
    const elsewhere = imports
      .filter(({ from, to, typeOnly }) => to.startsWith("node:") && !typeOnly && !homes.test(from))
      .map(({ from, to }) => `${from} -> ${to}`);
    expect(elsewhere).toEqual([]);
  });

  it("name only the packages that their layer may need", () => {
    const packages: Record<string, RegExp> = {
      "redis-parser": /^protocol\/redis-parser\.ts$/,
      "wasmoon-lua5.1": /^server\/scripting\//,
      commander: /^((server\/)?cli|tasks\/cli\/.+)\.ts$/,
    };
    const wrong = imports
      .filter(({ to }) => !to.endsWith(".ts") && !to.startsWith("node:"))
      .filter(({ from, to }) => !packages[to]?.test(from))
      .map(({ from, to }) => `${from} -> ${to}`);
    expect(wrong).toEqual([]);
  });

  it("have no cycle", () => {
    expect(cyclesIn(imports.filter(({ typeOnly }) => !typeOnly))).toEqual([]);
  });

  it("have no cycle of types either, but for the engine, whose parts know each other", () => {
    expect(cyclesIn(imports.filter(({ from }) => layerOf(from) !== "engine"))).toEqual([]);
  });
});

function cyclesIn(edges: readonly Import[]): string[] {
  const graph = new Map(
    files.map((file) => [file, edges.filter(({ from }) => from === file).map(({ to }) => to)]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) {
      cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return cycles;
}

describe("files", () => {
  it("have names that say something", () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|misc)\.ts$/.test(file))).toEqual([]);
  });

  it("are read in one go", () => {
    const long = files
      .map((file) => [file, readFileSync(join(src, file), "utf8").split("\n").length] as const)
      .filter(([, lines]) => lines > 560)
      .map(([file, lines]) => `${file}: ${lines}`);
    expect(long).toEqual([]);
  });

  it("say at the top what they are", () => {
    const silent = files.filter((file) => !/^(#!.*\n)?\/\*\*/.test(readFileSync(join(src, file), "utf8")));
    expect(silent).toEqual([]);
  });

  it("have no default export", () => {
    expect(files.filter((file) => /^export default/m.test(readFileSync(join(src, file), "utf8")))).toEqual(
      [],
    );
  });
});

describe("every command has its four places", () => {
  /** Groups that are complete: each row of the table has a method, a handler and a case. */
  const COMPLETE = new Set([
    "bitmap",
    "generic",
    "geo",
    "hash",
    "hyperloglog",
    "list",
    "pubsub",
    "set",
    "sorted-set",
    "stream",
    "string",
    "transactions",
  ]);
  /** What a connection keeps for itself: no method on `Commands`, for `Redis`, `Session` and `PubSub` do it. */
  const CONNECTION_STATE = new Set(
    "SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE PUNSUBSCRIBE SSUBSCRIBE SUNSUBSCRIBE MULTI EXEC DISCARD WATCH UNWATCH".split(
      " ",
    ),
  );
  /** The commands that the methods send; that every method is among the calls, `commands/wire.test.ts` checks. */
  const sent = new Set<string>();
  const recorder = new Recorder();
  for (const [call] of wireCases) {
    call(recorder);
    sent.add(recorder.name);
  }

  const complete = [...allCommands()].filter(({ group, container }) => COMPLETE.has(group) && !container);

  it("every method sends a command of the table", () => {
    expect([...sent].filter((name) => knownCommandOf(name) === undefined)).toEqual([]);
  });

  it("every command of later versions and of the modules has a method", () => {
    const state = new Set(["CLIENT CAPA", "CLIENT IMPORT-SOURCE", "CLIENT SETINFO"]);
    const missing = [...laterKnownCommands()].filter(
      ({ name, container }) => !container && !sent.has(name) && !state.has(name) && !name.endsWith(" HELP"),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it("the mini server knows Redis 7.0 alone", () => {
    const later = [...laterKnownCommands()].map(({ name }) => name);
    expect(later.length).toBeGreaterThan(150);
    expect(later.filter((name) => commandOf(name) !== undefined || name in handlers)).toEqual([]);
  });

  it("the later versions that the mini server can follow have all of their core commands", () => {
    const core = [...laterKnownCommands()].filter(
      ({ group, since, container }) => group !== "module" && /^\d/.test(since) && !container,
    );
    const { handlers: later, specOf } = releaseOf("8.4");
    expect(core.map(({ name }) => name).filter((name) => !(name in later))).toEqual([]);
    expect(Object.keys(later).filter((name) => specOf(name) === undefined)).toEqual([]);
  });

  it("every row of a complete family has a method", () => {
    const helps = (name: string) => name.endsWith(" HELP");
    const missing = complete.filter(
      ({ name }) => !sent.has(name) && !CONNECTION_STATE.has(name) && !helps(name),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it("every row of a complete family has a handler", () => {
    expect(complete.map(({ name }) => name).filter((name) => !(name in handlers))).toEqual([]);
  });

  it("every handler has a row", () => {
    expect(Object.keys(handlers).filter((name) => commandOf(name) === undefined)).toEqual([]);
  });

  it("every handler has a conformance case", () => {
    const untestable = new Set(["PSYNC", "SHUTDOWN", "SYNC"]);
    const missing = Object.keys(handlers).filter(
      (name) => !coveredCommands.has(name) && !untestable.has(name),
    );
    expect(missing).toEqual([]);
  });
});
