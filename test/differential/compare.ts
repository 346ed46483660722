/** Runs a program on a server and makes the replies comparable. */
import { sorted, sortedPairs, withoutTimes } from "../conformance/normalise.js";
import { type Node, type RawClient, show } from "../tools/witness.js";
import { KEYS, LEX_KEYS } from "./arguments.js";
import { LIMITS, type Line, type Program, plain } from "./program.js";

/** A command and its comparable reply. */
export interface Outcome {
  readonly command: string;
  readonly reply: string;
}

const ALL_KEYS = [...KEYS, ...LEX_KEYS];
const UNORDERED = new Set(["SMEMBERS", "SUNION", "SINTER", "SDIFF", "SPOP", "KEYS", "HKEYS", "HVALS"]);
const SCANS = new Set(["SCAN", "SSCAN", "HSCAN", "ZSCAN"]);
const RANDOM = new Set(["SRANDMEMBER", "HRANDFIELD", "ZRANDMEMBER", "RANDOMKEY"]);
const TIMES = new Set(["TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"]);
/** Times within this many ms of a round number are the same. */
const COARSE = 100_000;

/** Run a program on an empty server, and read afterwards what it has left behind. */
export async function outcomes(client: RawClient, program: Program): Promise<Outcome[]> {
  const settings = Object.values(LIMITS)
    .flat()
    .map(([name]) => name);
  const before = [["RESET"], ["HELLO", String(program.protocol)], ["FLUSHALL"]];
  for (const [name, value] of LIMITS[program.limits]) before.push(["CONFIG", "SET", name, value]);
  const after = [["SELECT", "0"], ...ALL_KEYS.map((key) => ["TYPE", key])];
  after.push(["SELECT", "1"], ...ALL_KEYS.map((key) => ["TYPE", key]), ["RESET"]);
  const replies = await client.callAll(
    [...before, ...program.lines.map(({ words }) => words), ...after],
    5000,
  );
  const found = replyTexts(program.lines, replies.slice(before.length, before.length + program.lines.length));
  const types = replies.slice(before.length + program.lines.length);
  const reads = [0, 1].flatMap((db) => [
    ["SELECT", String(db)],
    ...ALL_KEYS.flatMap((key, at) => readsOf(key, String(types[1 + at + db * (ALL_KEYS.length + 1)].value))),
  ]);
  const back =
    program.limits === "low" ? settings.flatMap((name) => [["CONFIG", "SET", name, usual(name)]]) : [];
  const state = await client.callAll([...reads, ...back], 5000);
  // A hash table that is dumped and restored may become a listpack, in whatever order the table was.
  const restored = program.lines.some(({ words }) => words[1]?.includes("RESTORE"));
  let encoding = "";
  reads.forEach((words, at) => {
    const node = state[at];
    if (words[0] === "OBJECT") encoding = String(node.value);
    const ordered = encoding === "intset" || (encoding === "listpack" && !restored);
    const reply = ordered && words[0] !== "TTL" ? show(node) : comparable(node, words);
    found.push({ command: `afterwards: ${words.map(plain).join(" ")}`, reply });
  });
  return found;
}

/** The first difference between two runs as text, or `undefined`. */
export function firstDifference(names: readonly string[], runs: readonly Outcome[][]): string | undefined {
  const [left, right] = runs;
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    if (left[at]?.command === right[at]?.command && left[at]?.reply === right[at]?.reply) continue;
    const tell = (run: Outcome[]) =>
      run[at] === undefined ? "nothing" : `${run[at].command} -> ${run[at].reply}`;
    return `\n${names[0]}: ${tell(left)}\n${names[1]}: ${tell(right)}`;
  }
  return undefined;
}

function usual(name: string): string {
  if (name.endsWith("value")) return "64";
  if (name.startsWith("hll")) return "3000";
  if (name.startsWith("stream")) return name.endsWith("bytes") ? "4096" : "100";
  return name.startsWith("zset") ? "128" : "512";
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

/** The replies as text; those within an EXEC by the commands that were queued. */
function replyTexts(lines: readonly Line[], replies: readonly Node[]): Outcome[] {
  let queue: Line[] = [];
  return lines.map((line, at) => {
    const node = replies[at];
    let reply: string;
    if (line.words[0] === "EXEC" && node.type === "*" && node.value !== null) {
      reply = node.value.map((item, index) => comparable(item, queue[index]?.inner ?? [])).join(", ");
    } else {
      reply = comparable(node, line.inner);
    }
    if (node.type === "+" && node.value === "QUEUED") queue.push(line);
    else if (line.words[0] === "MULTI") queue = [];
    return { command: line.words.map(plain).join(" "), reply };
  });
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
