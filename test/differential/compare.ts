/** Runs a program on a server and makes the replies comparable. */
import { normalise, sorted, sortedPairs, withoutTimes } from "../conformance/normalise.js";
import { type Node, type RawClient, show } from "../tools/witness.js";
import { KEYS, LEX_KEYS } from "./arguments.js";
import { LIMITS, type Line, type Program, plain } from "./program.js";
import { SETTINGS } from "./server-commands.js";

/** A command and what was answered. */
export interface Outcome {
  readonly command: readonly string[];
  /** The bytes of the reply: where two are equal, there is no need to look any closer. */
  readonly raw: string;
  /** The reply, made comparable. */
  readonly reply: () => string;
}

const ALL_KEYS = [...KEYS, ...LEX_KEYS];
const UNORDERED = new Set(["SMEMBERS", "SUNION", "SINTER", "SDIFF", "SPOP", "KEYS", "HKEYS", "HVALS"]);
const SCANS = new Set(["SCAN", "SSCAN", "HSCAN", "ZSCAN"]);
const RANDOM = new Set(["SRANDMEMBER", "HRANDFIELD", "ZRANDMEMBER", "RANDOMKEY"]);
const TIMES = new Set(["TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"]);
/** Times within this many ms of a round number are the same. */
const COARSE = 100_000;

/** Commands that make a server as it is at the beginning of each program. */
export function beginning(program: Pick<Program, "limits">): string[][] {
  const settings = { ...SETTINGS, ...Object.fromEntries(LIMITS[program.limits]) };
  return [
    ["FLUSHALL"],
    ["FUNCTION", "FLUSH"],
    ["SCRIPT", "FLUSH"],
    ["CONFIG", "SET", ...Object.entries(settings).flat()],
  ];
}

/** Run a program on an empty server, and read afterwards what it has left behind. */
export async function outcomes(client: RawClient, program: Program): Promise<Outcome[]> {
  const before = [
    ["RESET"],
    ["CLIENT", "NO-EVICT", "OFF"],
    ["HELLO", String(program.protocol)],
    ...beginning(program),
  ];
  const replies = await client.callAll([...before, ...program.lines.map(({ words }) => words)], 5000);
  const found = replyOutcomes(program.lines, replies.slice(before.length));
  // A hash table that is dumped and restored may become a listpack, in whatever order the table was.
  const restored = program.lines.some(({ words }) => words[1]?.includes("RESTORE"));
  found.push(...(await stateOf(client, restored)));
  return found;
}

/** All that there is in the databases of a server, read by a client that may do so. */
export async function stateOf(client: RawClient, restored: boolean): Promise<Outcome[]> {
  await client.call("RESET");
  const found: Outcome[] = [];
  for (const db of ["0", "1"]) {
    const types = await client.callAll([["SELECT", db], ...ALL_KEYS.map((key) => ["TYPE", key])], 5000);
    const reads = ALL_KEYS.flatMap((key, at) => readsOf(key, String(types[1 + at].value)));
    const state = await client.callAll(reads, 5000);
    let encoding = "";
    reads.forEach((words, at) => {
      const node = state[at];
      if (words[0] === "OBJECT") encoding = String(node.value);
      // The listpack of a set (Redis 7.2) may have been made from a hash table, in whatever order that was.
      const isListpack = encoding === "listpack" && !restored && words[0] !== "SMEMBERS";
      const ordered = encoding === "intset" || isListpack;
      // For the same reason a set that was computed is the one or the other.
      if (words[0] === "OBJECT" && reads[at + 2]?.[0] === "SMEMBERS" && encoding === "listpack") {
        found.push({
          command: ["afterwards", db, ...words],
          raw: "$9\r\nhashtable\r\n",
          reply: () => '"hashtable"',
        });
        return;
      }
      const reply = () => (ordered && words[0] !== "TTL" ? show(node) : comparable(node, words));
      found.push({ command: ["afterwards", db, ...words], raw: node.raw, reply });
    });
  }
  return found;
}

/** The first difference between two runs as text, or `undefined`. */
export function firstDifference(names: readonly string[], runs: readonly Outcome[][]): string | undefined {
  const [left, right] = runs;
  const tell = (one: Outcome | undefined) =>
    one === undefined ? "nothing" : `${one.command.map(plain).join(" ")} -> ${one.reply()}`;
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [one, other] = [left[at], right[at]];
    if (one !== undefined && other !== undefined && one.raw === other.raw) continue;
    if (tell(one) !== tell(other)) return `\n${names[0]}: ${tell(one)}\n${names[1]}: ${tell(other)}`;
  }
  return undefined;
}

/** Commands that show all that there is to know of a key. */
function readsOf(key: string, type: string): string[][] {
  if (type === "none") return [];
  const reads: Record<string, string[]> = {
    string: ["GET", key],
    list: ["LRANGE", key, "0", "-1"],
    hash: ["HGETALL", key],
    set: ["SMEMBERS", key],
    zset: ["ZRANGE", key, "0", "-1", "WITHSCORES"],
    stream: ["XINFO", "STREAM", key, "FULL", "COUNT", "0"],
  };
  return [["OBJECT", "ENCODING", key], ["TTL", key], reads[type] ?? ["TYPE", key]];
}

/** The replies with their commands; those within an EXEC by the commands that were queued. */
export function replyOutcomes(lines: readonly Line[], replies: readonly Node[]): Outcome[] {
  let queue: Line[] = [];
  return lines.map((line, at) => {
    const node = replies[at];
    let reply = () => replyText(node, line);
    if (line.words[0] === "EXEC" && node.type === "*" && node.value !== null) {
      const [items, queued] = [node.value, queue];
      reply = () => items.map((item, index) => replyText(item, queued[index])).join(", ");
    }
    if (node.type === "+" && node.value === "QUEUED") queue.push(line);
    else if (line.words[0] === "MULTI" && node.type === "+") queue = [];
    return { command: line.words, raw: node.raw, reply };
  });
}

function replyText(node: Node, line: Line | undefined): string {
  const { scripted, inner = [] } = line ?? {};
  if (scripted === undefined || node.type !== "*" || node.value === null) return comparable(node, inner);
  return node.value.map((item, at) => comparable(item, ["in a table", ...(scripted[at] ?? [])])).join("; ");
}

function comparable(node: Node, words: readonly string[]): string {
  const name = (words[0] ?? "").toUpperCase();
  if (name === "IN A TABLE") {
    // A script's { type, reply }.
    if (node.type !== "*" || node.value === null) return show(node);
    return node.value.map((item) => comparable(item, words.slice(1))).join(", ");
  }
  if (UNORDERED.has(name)) return show(sorted(node));
  if (name === "XPENDING" || name === "XINFO") return show(withoutTimes(node));
  if (name === "CONFIG") return show(sortedPairs(node));
  if (name === "FUNCTION") return show(sortedThroughout(node));
  if (name === "ACL" && upper(words[1]) === "CAT") return show(sorted(node));
  // The rules about single commands are in the order of a hash table.
  if (name === "ACL") return normalise(node, [{ name: "words", value: "" }]);
  if (name === "CLIENT") return normalise(node, [{ name: "fields", value: "" }]);
  // A small number is shared by all who have it, but not a copy that COPY has made of it.
  const vague = name === "MEMORY" || (name === "OBJECT" && /^(IDLETIME|REFCOUNT)$/.test(upper(words[1])));
  if (vague && node.type === ":") return "a number";
  if (name === "HGETALL") return show(sortedPairs(node));
  if (name === "SORT_RO" || name === "SORT") return show(words.includes("nosort") ? sorted(node) : node);
  if (RANDOM.has(name)) return typeof node.value === "object" ? `${node.value?.length} elements` : node.type;
  if (TIMES.has(name) && node.type === ":") return time(node.value, name);
  if (SCANS.has(name) && node.type === "*" && node.value?.length === 2) {
    const [cursor, elements] = node.value;
    const even = name === "HSCAN" || name === "ZSCAN" ? sortedPairs(elements) : sorted(elements);
    return `${show(cursor)} ${show(even)}`;
  }
  return show(node);
}

/** Libraries, their functions and their flags have no order. */
function sortedThroughout(node: Node): Node {
  if (node.type === "%") {
    return sortedPairs({
      ...node,
      value: node.value.map(([key, value]) => [key, sortedThroughout(value)] as const),
    });
  }
  if (node.type !== "*" && node.type !== "~") return node;
  return sorted({ ...node, value: node.value === null ? [] : node.value.map(sortedThroughout) });
}

function upper(word: string | undefined): string {
  return (word ?? "").toUpperCase();
}

/** Moments and spans that depend on when the program ran, made coarse; fixed moments as they are. */
function time(text: string, name: string): string {
  const value = Number(text);
  if (value < 0) return text;
  const unit = name.startsWith("P") ? 1 : 1000;
  if (name.endsWith("EXPIRETIME")) {
    return Math.abs(value * unit - Date.now()) < 1e10 ? "soon" : text;
  }
  return value * unit > 1e12 ? "late" : String(Math.round((value * unit) / COARSE));
}
