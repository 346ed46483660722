/** The command table is redis-server 7.0's: each row is compared with what a live server reports. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { laterCommands } from "../src/spec/additions.js";
import { administration } from "../src/spec/administration.js";
import { blockingTimeoutOf, isBlockingCall } from "../src/spec/blocking.js";
import { ACL_CATEGORIES, categoriesOf } from "../src/spec/categories.js";
import { Flag } from "../src/spec/command-spec.js";
import { dataTypes } from "../src/spec/data-types.js";
import { deprecatedSince, docFlagsOf, flagWordsOf, reportedNameOf, tipsOf } from "../src/spec/details.js";
import { type KeyRule, type KeySpec, keySpecsOf, keyUsesOf } from "../src/spec/key-specs.js";
import { firstSlotKeyOf, keysOf, slotKeysOf, takesKeys } from "../src/spec/keys.js";
import { allCommands, type Command, commandOf } from "../src/spec/lookup.js";
import { moduleCommands } from "../src/spec/modules.js";
import { fc } from "./tools/property.js";
import { freePort, redisAvailable, startRedis, type Target } from "./tools/redis-server.js";
import { type Node, RawClient } from "./tools/witness.js";

const table = [...allCommands()];
const version = redisAvailable ? execFileSync("redis-server", ["--version"], { encoding: "utf8" }) : "";
const oracle = /\bv=7\.0\./.test(version);
if (!oracle && process.env.CI === "true")
  throw new Error("CI needs redis-server 7.0 to check the table against");
const live = (name: string) => (oracle ? name : `${name} (skipped: needs redis-server 7.0)`);

function named(name: string): Command {
  const command = commandOf(name);
  if (command === undefined) throw new Error(`no command ${name}`);
  return command;
}

/** A call as typed at a prompt; `""` is an empty word. */
function parseCall(line: string): { command: Command; words: string[]; args: string[] } {
  const words = line.split(" ").map((word) => (word === '""' ? "" : word));
  const upper = words.slice(0, 2).map((word) => word.toUpperCase());
  const command = commandOf(upper.join(" ")) ?? named(upper[0]);
  return { command, words, args: words.slice(command.words) };
}

describe("the table by itself", () => {
  it("finds commands by exact name alone", () => {
    expect(named("GET")).toMatchObject({ name: "GET", words: 1, container: false, arity: 2 });
    expect(named("CONFIG GET")).toMatchObject({ name: "CONFIG GET", words: 2, container: false, arity: -3 });
    expect(named("CONFIG")).toMatchObject({ words: 1, container: true });
    for (const name of ["get", "CONFIG|GET", "NOSUCH", "", "__proto__", "constructor"]) {
      expect(commandOf(name)).toBeUndefined();
    }
  });

  it("has rows of known words alone", () => {
    const known = new Set(["container", ...Object.keys(Flag).map((flag) => flag.toLowerCase())]);
    for (const rows of [dataTypes(), administration(), laterCommands(), moduleCommands()]) {
      for (const [name, row] of Object.entries(rows)) {
        expect(row).toMatch(
          /^-?\d+ (none|one|two|all|second|\d+:-?\d+:\d+)( [a-z_]+)*, [a-z-]+( [a-z]+)? \d+\.\d+\.\d+$/,
        );
        const words = row.slice(0, row.indexOf(",")).split(" ").slice(2);
        expect([name, words.filter((word) => !known.has(word))]).toEqual([name, []]);
      }
    }
  });

  it("has one object a row, all of one shape", () => {
    expect(table).toHaveLength(new Set(table.map(({ name }) => name)).size);
    for (const command of table) expect(commandOf(command.name)).toBe(command);
    expect(new Set(table.map((command) => Object.keys(command).join())).size).toBe(1);
  });

  it("has a container for each subcommand, and keys only behind the name", () => {
    for (const command of table) {
      expect(command.name).toMatch(/^[A-Z_-]+( [A-Z-]+)?$/);
      if (command.words === 2) expect(named(command.name.split(" ")[0]).container).toBe(true);
      const [first, last, step] = command.keys;
      if (first === 0) expect([last, step]).toEqual([0, 0]);
      else expect(first >= command.words && step > 0).toBe(true);
      expect(command.arity).not.toBe(0);
    }
  });

  it("finds keys within the call, whatever the arguments are", () => {
    const word = fc.oneof(
      fc.constantFrom(
        "STREAMS",
        "store",
        "StoreDist",
        "KEYS",
        "limit",
        "get",
        "GROUP",
        "BLOCK",
        "1",
        "2",
        "0",
        "",
      ),
      fc.string(),
      fc.integer(),
      fc.double(),
      fc.bigInt(),
      fc.uint8Array(),
    );
    const call = fc.tuple(fc.constantFrom(...table), fc.array(word, { maxLength: 12 }));
    fc.assert(
      fc.property(call, ([command, args]) => {
        const found = slotKeysOf(command, args);
        for (const at of found) expect(at >= 0 && at < args.length && Number.isInteger(at)).toBe(true);
        if (found.length > 0) expect(firstSlotKeyOf(command, args)).toBe(found[0]);
        isBlockingCall(command, args);
        keyUsesOf(command, args);
      }),
      { numRuns: 2000 },
    );
  });

  it("reads numbers and bytes as it reads text", () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    expect(keysOf(named("EVAL"), ["return 1", 2, "a", "b", 3])).toEqual([2, 3]);
    expect(keysOf(named("EVAL"), ["return 1", 2n, bytes("a"), bytes("b")])).toEqual([2, 3]);
    expect(keysOf(named("ZUNIONSTORE"), [bytes("d"), bytes("1"), bytes("a")])).toEqual([0, 2]);
    expect(keysOf(named("XREAD"), [bytes("Block"), 0, bytes("streams"), "s", "$"])).toEqual([3]);
    expect(keysOf(named("MIGRATE"), ["h", 6379, bytes(""), 0, 100, "KEYS", "a", "b"])).toEqual([6, 7]);
    expect(keysOf(named("MSET"), ["a", 1, "b", 2])).toEqual([0, 2]);
  });

  it("routes sharded channels like keys, though they are none", () => {
    expect(keysOf(named("SPUBLISH"), ["channel", "text"])).toEqual([]);
    expect(slotKeysOf(named("SPUBLISH"), ["channel", "text"])).toEqual([0]);
    expect(slotKeysOf(named("SSUBSCRIBE"), ["a", "b"])).toEqual([0, 1]);
    expect(firstSlotKeyOf(named("SSUBSCRIBE"), ["a", "b"])).toBe(0);
    expect(slotKeysOf(named("PUBLISH"), ["channel", "text"])).toEqual([]);
    expect(firstSlotKeyOf(named("PING"), [])).toBe(-1);
    expect(firstSlotKeyOf(named("EVAL"), ["return 1", 0, "x"])).toBe(-1);
    expect(firstSlotKeyOf(named("OBJECT ENCODING"), ["k"])).toBe(0);
  });

  it.each([
    ["BLPOP a b 0", true, 0],
    ["BRPOP a 1.5", true, 1500],
    ["BLMOVE a b LEFT RIGHT 0.0001", true, 1],
    ["BRPOPLPUSH a b 2", true, 2000],
    ["BZPOPMIN a 3", true, 3000],
    ["BZPOPMAX a x", true, undefined],
    ["BLMPOP 0.5 1 a LEFT", true, 500],
    ["BZMPOP 4 1 a MIN", true, 4000],
    ["XREAD COUNT 1 block 250 STREAMS s $", true, 250],
    ["XREAD STREAMS BLOCK 0", false, undefined],
    ["XREADGROUP GROUP BLOCK c STREAMS s >", false, undefined],
    ["XREADGROUP GROUP g BLOCK COUNT 1 NOACK BLOCK 0 STREAMS s >", true, 0],
    ["LPOP a", false, undefined],
    ["GET BLOCK", false, undefined],
  ])("knows whether and how long it blocks: %s", (line, blocks, timeout) => {
    const { command, args } = parseCall(line);
    expect(isBlockingCall(command, args)).toBe(blocks);
    expect(blockingTimeoutOf(command, args)).toBe(timeout);
  });
});

/** A value as text in which every RESP type shows. */
function show(node: Node): string {
  if (node.type === "%")
    return `%[${node.value.map((pair) => pair.map((half) => show(half)).join(" ")).join(" ")}]`;
  if (!Array.isArray(node.value)) return `${node.type}${node.value}`;
  const items = (node.value as readonly Node[]).map((item) => show(item));
  return `${node.type}[${items.join(" ")}]`;
}

/** The entry that the spec makes of a command, in the text of {@link show}. */
class ExpectedInfo {
  readonly setSign: string;
  readonly mapSign: string;
  constructor(protocol: 2 | 3) {
    this.setSign = protocol === 3 ? "~" : "*";
    this.mapSign = protocol === 3 ? "%" : "*";
  }

  /** The nine elements before the subcommands. */
  entry(command: Command): string[] {
    const [first, last, step] = command.keys;
    return [
      `$${reportedNameOf(command)}`,
      `:${command.arity}`,
      this.set(flagWordsOf(command).map((word) => `+${word}`)),
      `:${first}`,
      `:${last}`,
      `:${step}`,
      this.set(categoriesOf(command).map((category) => `+@${category}`)),
      this.set(tipsOf(command).map((tip) => `$${tip}`)),
      this.set(keySpecsOf(command).map((spec) => this.keySpec(spec))),
    ];
  }

  private keySpec(spec: KeySpec): string {
    const notes = spec.notes === undefined ? [] : ["$notes", `$${spec.notes}`];
    const flags = ["$flags", this.set(spec.flags.map((flag) => `+${flag}`))];
    const begin = ["$begin_search", this.rule(spec.beginSearch)];
    return this.map([...notes, ...flags, ...begin, "$find_keys", this.rule(spec.findKeys)]);
  }

  private rule({ type, spec }: KeyRule): string {
    const pairs = Object.entries(spec).map(([k, v]) => `$${k} ${typeof v === "number" ? ":" : "$"}${v}`);
    return this.map(["$type", `$${type}`, "$spec", this.map(pairs)]);
  }

  private set(items: string[]): string {
    return `${this.setSign}[${items.join(" ")}]`;
  }

  private map(items: string[]): string {
    return `${this.mapSign}[${items.join(" ")}]`;
  }
}

/** Every entry of COMMAND, subcommands included, by name as in the table. */
function entriesOf(node: Node, found = new Map<string, readonly Node[]>()): Map<string, readonly Node[]> {
  for (const entry of node.value as readonly Node[]) {
    const fields = entry.value as readonly Node[];
    found.set(String(fields[0].value).toUpperCase().replace("|", " "), fields);
    entriesOf(fields[9], found);
  }
  return found;
}

/** Group, version, and what is said of old commands in COMMAND DOCS, subcommands included, by name. */
function docsOf(node: Node, found = new Map<string, object>()): Map<string, object> {
  for (const [key, value] of node.value as readonly (readonly [Node, Node])[]) {
    const fields = new Map(
      (value.value as readonly (readonly [Node, Node])[]).map(([field, doc]) => [field.value, doc]),
    );
    const flags = fields.get("doc_flags")?.value as readonly Node[] | undefined;
    found.set(String(key.value).toUpperCase().replace("|", " "), {
      since: fields.get("since")?.value,
      group: fields.get("group")?.value,
      deprecated: fields.get("deprecated_since")?.value,
      flags: flags?.map((flag) => flag.value) ?? [],
    });
    const subcommands = fields.get("subcommands");
    if (subcommands !== undefined) docsOf(subcommands, found);
  }
  return found;
}

function expectedDocs(command: Command): object {
  const deprecated = deprecatedSince(command);
  return { since: command.since, group: command.group, deprecated, flags: docFlagsOf(command) };
}

const served = table.filter((command) => command.group !== "sentinel");
const sentinel = table.filter((command) => command.group === "sentinel");

/** Real calls, and some that only look like one: options as keys, counts that do not fit. */
const CALLS = `
get k|mget a b c|mset a 1 b 2|mset a 1 b|msetnx a 1 b 2|del a b|copy a b replace|smove a b m|rename a b
bitop not d a|bitop and d a b c|lcs a b len|object encoding k|memory usage k samples 5|xinfo stream s full
xgroup create s g $ mkstream|object help|pfcount a b|pfmerge d a b|pfdebug encoding k|debug object k
eval x 0|eval x 2 a b c|eval x 3 a|eval x -1 a|eval x 1|evalsha x 1 a b|eval_ro x 1 a
evalsha_ro x 2 a b|fcall f 1 a b|fcall_ro f 1 a|fcall f 0 a|eval x one a|eval x 99999999999999999999 a
zunion 2 a b weights 1 2|zunion 1 a|zinter 2 a b|zdiff 2 a b withscores|zdiff 3 a b|zintercard 2 a b limit 1
sintercard 2 a b limit 1|sintercard 0 a|zunionstore d 2 a b|zunionstore d 1 a|zinterstore d 1 a aggregate min
zdiffstore d 2 a b|zdiffstore d 5 a b|lmpop 2 a b left|lmpop 1 a left count 2|zmpop 1 a min|blmpop 0 2 a b left
bzmpop 1.5 1 a max|blpop a b c 0|bzpopmin a b 1|brpoplpush a b 0|blmove a b left right 0
xread streams a b 1 2|xread count 2 block 0 streams a 0|xread count 2 STREAMS a b c 1 2 3|xread streams a b 1
xread count 1 block 2|xreadgroup group g c streams a >|xreadgroup group streams c count 1 noack STREAMS a b > >
sort k|sort k by x_* limit 0 5 get # get y_* asc alpha store d|sort k store a store b|sort k store
sort k by store|sort k get store store d|sort k limit store a store b|sort_ro k by x get y
georadius k 1 2 3 m|georadius k 1 2 3 m count 3 asc store d|georadius k 1 2 3 m storedist d withdist
georadius k 1 2 3 m store d storedist e|georadius k 1 2 3 m storedist d store e|georadius k 1 2 3 m store
georadius k 1 2 3 m storedist store|georadiusbymember k m 3 km store d|georadiusbymember k m 3 km
georadius_ro k 1 2 3 m count 1|georadiusbymember_ro k m 3 km|geosearchstore d s fromlonlat 1 2 byradius 3 m
migrate h 1 k 0 5000|migrate h 1 "" 0 5000 keys a b|migrate h 1 "" 0 5000 copy replace auth keys KEYS a b c
migrate h 1 "" 0 5000 auth2 keys p KEYS a|migrate h 1 k 0 5000 copy auth KEYS
set a b|set a b get|set a get|set a b ex 10 nx get|bitfield a|bitfield a get u4 0|bitfield a set u4 0 1
bitfield a get u4 0 overflow fail incrby u4 0 1|bitfield_ro a get u4 0|getex a px 1|watch a b|touch a b
ping x|config get x|spublish c m|ssubscribe a b|publish c m|subscribe a|wait 1 0|restore-asking k 0 x|xadd s * f v
xautoclaim s g c 0 0 count 1|zrangestore d s 0 -1|sinterstore d a b|sunionstore d a|lmove a b left right`
  .trim()
  .split(/[|\n]/);

describe.skipIf(!oracle)(live("the table and a live redis-server"), () => {
  let server: Target;
  let client: RawClient;
  beforeAll(async () => {
    server = await startRedis();
    client = await RawClient.connect(server.port);
    await client.call("HELLO", "3");
  });
  afterAll(async () => {
    client?.close();
    await server?.stop();
  });

  it("have the same commands", async () => {
    const names = [...entriesOf(await client.call("COMMAND")).keys()];
    expect(served.map((command) => command.name).sort()).toEqual(names.sort());
    const top = served.filter((command) => command.words === 1).length;
    expect((await client.call("COMMAND", "COUNT")).value).toBe(String(top));
  });

  it("agree in every field of COMMAND INFO under RESP2 and RESP3", async () => {
    for (const protocol of [2, 3] as const) {
      await client.call("HELLO", String(protocol));
      const expected = new ExpectedInfo(protocol);
      const entries = entriesOf(await client.call("COMMAND"));
      for (const command of served) {
        const fields = entries.get(command.name) ?? [];
        expect(fields.slice(0, 9).map((field) => show(field))).toEqual(expected.entry(command));
        const subcommands = fields[9];
        const children = served.filter((other) => other.name.startsWith(`${command.name} `));
        expect(subcommands.type).toBe(children.length === 0 ? expected.setSign : "*");
        expect(subcommands.value).toHaveLength(children.length);
      }
    }
  });

  it("answer null for what is no command", async () => {
    for (const [protocol, sign] of [
      ["2", "$"],
      ["3", "_"],
    ]) {
      await client.call("HELLO", protocol);
      const reply = await client.call("COMMAND", "INFO", "nosuch");
      expect((reply.value as readonly Node[])[0]).toMatchObject({ type: sign, value: null });
    }
  });

  it("agree in group, version and doc flags of COMMAND DOCS", async () => {
    await client.call("HELLO", "3");
    const docs = docsOf(await client.call("COMMAND", "DOCS"));
    for (const command of served)
      expect([command.name, docs.get(command.name)]).toEqual([command.name, expectedDocs(command)]);
  });

  it("agree in the categories of ACL CAT and in what each holds", async () => {
    const reply = await client.call("ACL", "CAT");
    expect((reply.value as readonly Node[]).map((node) => node.value)).toEqual(ACL_CATEGORIES);
    for (const category of ACL_CATEGORIES) {
      const names = (await client.call("ACL", "CAT", category)).value as readonly Node[];
      // A container is listed only by its subcommands.
      const held = served.filter((command) => !command.container && categoriesOf(command).includes(category));
      const listed = names.map((node) => String(node.value)).filter((name) => !isContainer(name));
      expect(held.map(reportedNameOf).sort()).toEqual(listed.sort());
    }
  });

  it("agree that MAY_REPLICATE is what CLIENT PAUSE WRITE holds up besides writes", async () => {
    const other = await RawClient.connect(server.port);
    const calls = ["PUBLISH a b", "SPUBLISH a b", "PFCOUNT k", "EVAL x 0", "EVALSHA x 0", "FCALL x 0"];
    const flagged = table.filter((command) => command.flags & Flag.MAY_REPLICATE);
    expect(flagged.map((command) => command.name).sort()).toEqual(
      calls.map((call) => call.split(" ")[0]).sort(),
    );
    try {
      for (const call of [...calls, "GET a", "EVAL_RO x 0", "FCALL_RO x 0", "SORT_RO k"]) {
        await client.call("CLIENT", "PAUSE", "10000", "WRITE");
        const { command, words } = parseCall(call);
        let done = false;
        const reply = other.call(...words).then(() => {
          done = true;
        });
        if (command.flags & Flag.MAY_REPLICATE) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          expect([call, done]).toEqual([call, false]);
        } else await reply;
        await client.call("CLIENT", "UNPAUSE");
        await reply;
      }
    } finally {
      await client.call("CLIENT", "UNPAUSE");
      other.close();
    }
  });

  const movable = served.filter((command) => command.flags & Flag.MOVABLEKEYS);
  it("try each command with movable keys below", () => {
    const tried = new Set(CALLS.map((line) => parseCall(line).command.name));
    expect(movable.filter((command) => !tried.has(command.name))).toEqual([]);
  });

  it.each(CALLS)("find the same keys: %s", async (line) => {
    const { words } = parseCall(line);
    await compareKeys(words);
  });

  it.each(["eval x +1 a", "eval x 01 a"])("find the same keys behind a sloppy count: %s", async (line) => {
    // GETKEYS takes such a count, though EVAL itself does not. GETKEYSANDFLAGS has lost the flags by then.
    const { command, words, args } = parseCall(line);
    const reply = await client.call("COMMAND", "GETKEYS", ...words);
    expect(show(reply)).toBe(`*[${keysOf(command, args).map((at) => `$${args[at]}`)}]`);
  });

  it("differ at PFMERGE without sources, which has a key whatever GETKEYS says", async () => {
    const reply = await client.call("COMMAND", "GETKEYS", "PFMERGE", "d");
    expect(reply.value).toBe("ERR Invalid arguments specified for command");
    expect((await client.call("PFMERGE", "d")).value).toBe("OK");
    expect(keysOf(named("PFMERGE"), ["d"])).toEqual([0]);
  });

  it("find the same keys in calls of the fewest and of more words", async () => {
    for (const command of served) {
      if (command.flags & Flag.MOVABLEKEYS || command.container) continue;
      const fewest = Math.abs(command.arity) - command.words;
      for (const more of command.arity < 0 ? [0, 1, 2, 5] : [0]) {
        const args = Array.from({ length: fewest + more }, (_, i) => `w${i}`);
        if (command.name === "PFMERGE" && args.length === 1) continue;
        // GETKEYS itself wants at least one word behind the name.
        if (command.words + args.length > 1) await compareKeys([...command.name.split(" "), ...args]);
      }
    }
  });

  async function compareKeys(words: readonly string[]): Promise<void> {
    const { command, args } = parseCall(words.map((word) => word || '""').join(" "));
    const reply = await client.call("COMMAND", "GETKEYS", ...words);
    const keys = keysOf(command, args).map((at) => args[at]);
    const context = words.join(" ");
    if (reply.type === "*") {
      expect([context, keys]).toEqual([context, (reply.value as readonly Node[]).map((node) => node.value)]);
      const flagged = await client.call("COMMAND", "GETKEYSANDFLAGS", ...words);
      const uses = keyUsesOf(command, args).map(
        ({ at, flags }) => `*[$${args[at]} ~[${flags.map((flag) => `+${flag}`).join(" ")}]]`,
      );
      expect([context, `*[${uses.join(" ")}]`]).toEqual([context, show(flagged)]);
      return;
    }
    expect([context, keys]).toEqual([context, []]);
    expect([context, reply.value]).toEqual([
      context,
      takesKeys(command)
        ? "ERR Invalid arguments specified for command"
        : "ERR The command has no key arguments",
    ]);
  }

  function isContainer(name: string): boolean {
    return commandOf(name.toUpperCase())?.container ?? false;
  }
});

describe.skipIf(!oracle)(live("the table and a live server in sentinel mode"), () => {
  it("have the same subcommands of SENTINEL", async () => {
    const dir = mkdtempSync(join(tmpdir(), "sentinel-"));
    const config = join(dir, "sentinel.conf");
    const port = await freePort();
    writeFileSync(config, `port ${port}\nbind 127.0.0.1\ndir ${dir}\n`);
    const child = spawn("redis-server", [config, "--sentinel"], { stdio: "ignore" });
    const exited = once(child, "exit");
    try {
      const client = await connectWithin(port, 10_000);
      await client.call("HELLO", "3");
      const expected = new ExpectedInfo(3);
      const entries = entriesOf(await client.call("COMMAND", "INFO", "sentinel"));
      const docs = docsOf(await client.call("COMMAND", "DOCS", "sentinel"));
      client.close();
      expect([...entries.keys()].sort()).toEqual(sentinel.map((command) => command.name).sort());
      for (const command of sentinel) {
        const fields = entries.get(command.name)?.slice(0, 9) ?? [];
        expect(fields.map((field) => show(field))).toEqual(expected.entry(command));
        expect(docs.get(command.name)).toEqual(expectedDocs(command));
      }
    } finally {
      child.kill("SIGKILL");
      await exited;
      rmSync(dir, { recursive: true, force: true });
    }
  });

  async function connectWithin(port: number, milliseconds: number): Promise<RawClient> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      try {
        return await RawClient.connect(port);
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }
});
