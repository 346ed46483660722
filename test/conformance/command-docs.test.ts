/**
 * COMMAND DOCS of redis-server and of the mini server side by side, for every command and subcommand. All must be the
 * same, and in the same order, but for prose: of a summary that there is one, of a complexity its classes, of a
 * change its version.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { needsRedis, redisAvailable, startTarget, type Target } from "../tools/redis-server.js";
import { type Node, RawClient, show } from "../tools/witness.js";

/** Names that are asked for alone, or together. */
const NAMES = [
  ["get"],
  ["GET", "config|get", "Config|Set", "config"],
  ["get", "get"],
  ["nosuch"],
  ["nosuch", "get", "config|nosuch"],
  ["get|set"],
  ["config|get|x"],
  ["config|"],
  ["|get"],
  ["config get"],
  [""],
];

describe("COMMAND DOCS of the mini server", () => {
  let mini: Target;
  let client: RawClient;

  beforeAll(async () => {
    mini = await startTarget("mini");
    client = await RawClient.connect(mini.port);
  });

  afterAll(async () => {
    client.close();
    await mini.stop();
  });

  test("says in a sentence what each command is for", async () => {
    const docs = docsIn(await client.call("COMMAND", "DOCS"));
    expect(docs.size).toBeGreaterThan(360);
    const silent = [...docs].filter(([, fields]) => !/^[A-Z].*\.$/.test(textOf(fields.get("summary"))));
    expect(silent.map(([name]) => name)).toEqual([]);
  });
});

describe.skipIf(!redisAvailable)(needsRedis("COMMAND DOCS of both servers"), () => {
  let targets: Target[];
  let clients: RawClient[];

  beforeAll(async () => {
    targets = await Promise.all([startTarget("redis"), startTarget("mini")]);
    clients = await Promise.all(targets.map(({ port }) => RawClient.connect(port)));
  });

  afterAll(async () => {
    for (const client of clients) client.close();
    await Promise.all(targets.map((target) => target.stop()));
  });

  /** The replies of redis-server and of the mini server to the same request. */
  function both(...words: string[]): Promise<Node[]> {
    return Promise.all(clients.map((client) => client.call(...words)));
  }

  test.each(["2", "3"])("all commands, RESP%s", async (protocol) => {
    await both("HELLO", protocol);
    const [theirs, ours] = (await both("COMMAND", "DOCS")).map((reply) => docsIn(reply));
    expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
    for (const [name, fields] of theirs) {
      expect([name, ...factsIn(ours.get(name))]).toEqual([name, ...factsIn(fields)]);
    }
  });

  test.each(["2", "3"])("some commands, and what is none, RESP%s", async (protocol) => {
    await both("HELLO", protocol);
    for (const names of NAMES) {
      const [theirs, ours] = await both("COMMAND", "DOCS", ...names);
      expect([names, ours.type]).toEqual([names, theirs.type]);
      const told = (node: Node) =>
        pairs(node).map(([name, docs]) => [show(name), ...factsIn(fieldsOf(docs))]);
      expect([names, told(ours)]).toEqual([names, told(theirs)]);
    }
  });
});

/** The fields of each command and subcommand, by the name that the reply gives it. */
function docsIn(reply: Node, found = new Map<string, Map<string, Node>>()): Map<string, Map<string, Node>> {
  for (const [name, docs] of pairs(reply)) {
    const fields = fieldsOf(docs);
    found.set(textOf(name), fields);
    const subcommands = fields.get("subcommands");
    if (subcommands !== undefined) docsIn(subcommands, found);
  }
  return found;
}

function fieldsOf(docs: Node): Map<string, Node> {
  return new Map(pairs(docs).map(([name, value]) => [textOf(name), value]));
}

/** A map under RESP3, and what stands for one under RESP2. */
function pairs(node: Node): [Node, Node][] {
  if (node.type === "%") return [...node.value] as [Node, Node][];
  const flat = itemsOf(node);
  return flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]]] : []));
}

function itemsOf(node: Node): readonly Node[] {
  return node.type === "*" || node.type === "~" ? (node.value ?? []) : [];
}

function textOf(node: Node | undefined): string {
  return node?.type === "$" ? (node.value ?? "") : "";
}

/** The fields in their order, without the prose. */
function factsIn(fields: ReadonlyMap<string, Node> | undefined): unknown[] {
  return [...(fields ?? [])].map(([name, value]) => [name, value.type, factIn(name, value)]);
}

function factIn(name: string, value: Node): unknown {
  if (name === "summary") return textOf(value) !== "";
  if (name === "complexity") return classesIn(textOf(value));
  if (name === "history") {
    return itemsOf(value).map((entry) => {
      const [version, change, ...more] = itemsOf(entry);
      return [entry.type, show(version), change.type, textOf(change) !== "", more];
    });
  }
  // These come in any order, and are compared one by one.
  if (name === "subcommands")
    return pairs(value)
      .map(([sub, docs]) => [show(sub), docs.type])
      .sort();
  return show(value);
}

/** The different classes that a complexity names, such as `O(N)` and `O(log(N))`. */
function classesIn(complexity: string): string[] {
  const found = complexity.matchAll(/\bO\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g);
  return [...new Set([...found].map(([whole]) => whole))].sort();
}
