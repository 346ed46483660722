/** Makes a reply comparable: one line of text in which what is declared as not fixed has been evened out. */
import { type Node, show } from "../tools/witness.js";
import type { Mark } from "./notation.js";

/** Fields of CLIENT LIST whose values do not depend on time, buffers or addresses. */
const KNOWN_FIELDS = new Set([
  "name",
  "flags",
  "db",
  "sub",
  "psub",
  "ssub",
  "multi",
  "multi-mem",
  "cmd",
  "user",
  "redir",
  "resp",
]);

/** The reply as text, after its marks. Lines of MONITOR lose time and address whatever the marks. */
export function normalise(node: Node, marks: readonly Mark[]): string {
  if (node.type === "-" || node.type === "!") return show(node);
  let out: Node = node;
  for (const mark of marks) {
    if (out.type === ">" && node.type === ">") break;
    switch (mark.name) {
      case "kind":
        return out.value === null ? show(out) : `${out.type}...`;
      case "count":
        return out.value !== null && typeof out.value === "object"
          ? `${out.type}${out.value.length} elements`
          : out.value === null
            ? show(out)
            : `${out.type}...`;
      case "sorted":
        out = sorted(out);
        break;
      case "pairs":
        out = sortedPairs(out);
        break;
      case "of":
        out = leaves(out, (text) => (mark.value.split(",").includes(text) ? "one of them" : text));
        break;
      case "round":
        out = leaves(out, (text) => round(text, Number(mark.value)));
        break;
      case "fields":
        out = leaves(out, knownFields);
        break;
      case "sections":
        out = leaves(out, (text) => (text.match(/^# .*$/gm) ?? []).join(" "));
        break;
      case "words":
        out = leaves(out, (text) => text.split(" ").sort().join(" "));
        break;
      case "age":
        out = withoutAge(out);
        break;
      case "times":
        out = withoutTimes(out);
        break;
      case "hello":
        out = hello(out);
        break;
      case "first":
        out = firsts(out, Number(mark.value));
        break;
      case "save":
        break;
      default:
        throw new Error(`unknown mark @${mark.name}`);
    }
  }
  return show(
    leaves(out, (text) =>
      text.replace(
        /^\d{10}\.\d{6} \[(\d+) (lua|[^\]]*)\]/,
        (_, db, peer) => `<time> [${db} ${peer === "lua" ? "lua" : "peer"}]`,
      ),
    ),
  );
}

/** The elements in the order of their text. */
export function sorted(node: Node): Node {
  if ((node.type !== "*" && node.type !== "~") || node.value === null) return node;
  return { ...node, value: sortBy(node.value, show) };
}

/** Pairs in the order of their keys: entries of a map, elements two by two, or arrays of two. */
export function sortedPairs(node: Node): Node {
  if (node.type === "%") return { ...node, value: sortBy(node.value, ([key]) => show(key)) };
  if (node.type !== "*" || node.value === null) return node;
  if (node.value.every((item) => item.type === "*")) return sorted(node);
  const pairs: Node[][] = [];
  for (let at = 0; at < node.value.length; at += 2) pairs.push(node.value.slice(at, at + 2));
  return { ...node, value: sortBy(pairs, (pair) => show(pair[0])).flat() };
}

function sortBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, text: key(item) }));
  keyed.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return keyed.map(({ item }) => item);
}

/** Change every text and number in a reply. */
function leaves(node: Node, change: (text: string) => string): Node {
  switch (node.type) {
    case "+":
    case ":":
    case ",":
    case "(":
      return { ...node, value: change(node.value) };
    case "=":
      return { ...node, value: change(node.value) };
    case "$":
      return node.value === null ? node : { ...node, value: change(node.value) };
    case "*":
      return node.value === null ? node : { ...node, value: node.value.map((item) => leaves(item, change)) };
    case "~":
    case ">":
      return { ...node, value: node.value.map((item) => leaves(item, change)) };
    case "%":
    case "|":
      return {
        ...node,
        value: node.value.map(([key, value]) => [leaves(key, change), leaves(value, change)] as const),
      };
    default:
      return node;
  }
}

function round(text: string, unit: number): string {
  const value = Number(text);
  return Number.isNaN(value) || value < 0 ? text : String(Math.round(value / unit) * unit);
}

function knownFields(text: string): string {
  const mask = (word: string) => {
    const name = word.slice(0, word.indexOf("="));
    return KNOWN_FIELDS.has(name) ? word : name;
  };
  return text.replace(/[a-z-]+=[^ \n]*/g, mask);
}

/** Moments in ms since 1970 are greater than this, all else is smaller. */
const FIRST_MOMENT = 1.5e12;

/** What XPENDING and XINFO say of consumer groups, but for idle times and moments of now. */
export function withoutTimes(node: Node): Node {
  if (node.type === ":") {
    const isMoment = Number(node.value) > FIRST_MOMENT && Number(node.value) < 2 * FIRST_MOMENT;
    return isMoment ? { ...node, value: "a moment" } : node;
  }
  if (node.type === "%") {
    return { ...node, value: node.value.map(([key, value]) => [key, timeless(key, value)] as const) };
  }
  if (node.type !== "*" || node.value === null) return node;
  const items = node.value;
  // [id, consumer, idle time, deliveries]
  const isPending = items.length === 4 && items[1].type === "$" && items[2].type === ":";
  return {
    ...node,
    value: items.map((item, at) => {
      if (isPending && at === 2 && item.type === ":" && Number(item.value) < FIRST_MOMENT) {
        return idle(item);
      }
      return at > 0 ? timeless(items[at - 1], item) : withoutTimes(item);
    }),
  };
}

function timeless(name: Node, value: Node): Node {
  const isSpan = name.value === "idle" || (name.value === "inactive" && value.value !== "-1");
  return isSpan && value.type === ":" ? idle(value) : withoutTimes(value);
}

/** An idle time in hours, so that those which a test has chosen itself are still told apart. */
function idle(node: Node & { readonly type: ":" | "+" | "-" | "," | "(" | "!" }): Node {
  return { ...node, value: `${Math.round(Number(node.value) / 3_600_000)} hours` };
}

/** The values of `id` and `version` differ from server to server, and so may `modules`. */
function hello(node: Node): Node {
  const known = (name: Node) => name.value !== "id" && name.value !== "version" && name.value !== "modules";
  if (node.type === "%") {
    return { ...node, value: node.value.map(([name, value]) => [name, known(name) ? value : name] as const) };
  }
  if (node.type !== "*" || node.value === null) return node;
  const flat = node.value;
  return {
    ...node,
    value: flat.map((item, at) => (at % 2 === 0 || known(flat[at - 1]) ? item : flat[at - 1])),
  };
}

/** What differs in entries of ACL LOG from server to server. */
const OF_THE_SERVER = new Set(["age-seconds", "entry-id", "timestamp-created", "timestamp-last-updated"]);

/** Entries of ACL LOG without their age. */
function withoutAge(node: Node): Node {
  if (node.type === "%") {
    return { ...node, value: node.value.filter(([name]) => !OF_THE_SERVER.has(String(name.value))) };
  }
  if (node.type !== "*" || node.value === null) return node;
  const items = node.value;
  const kept = items.filter(
    (item, at) => !OF_THE_SERVER.has(String(item.value)) && !OF_THE_SERVER.has(String(items[at - 1]?.value)),
  );
  return { ...node, value: kept.map(withoutAge) };
}

function firsts(node: Node, amount: number): Node {
  if (node.type !== "*" || node.value === null) return node;
  const cut = (item: Node): Node =>
    item.type === "*" && item.value !== null ? { ...item, value: item.value.slice(0, amount) } : item;
  return { ...node, value: node.value.map(cut) };
}
