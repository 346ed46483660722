/** Which nodes a command line of `multi` names, and which options each of them has. */
import { hostName } from "../../node-facts.js";
import { splitNodeName } from "../../node-name.js";
import { hostKeys, percentFormat } from "../percent-format.js";
import { Node, type NodeProgram } from "./node.js";
import { MultiUsageError, type NodeOptions, type OptionMap, optionsOf } from "./node-options.js";
import { splitShellWords } from "./shell-words.js";

/** A node's name and the words by which options may mean it. */
interface NodeName {
  /** As it was given, or the number in the range. */
  readonly given: string;
  /** `w1@host` */
  readonly full: string;
}

/**
 * Make the nodes that a command line names.
 *
 * @param parsed the command line
 * @param program what starts a worker
 * @param warn hears of options that are for no node
 * @throws MultiUsageError
 */
export function nodesOf(
  parsed: NodeOptions,
  program: NodeProgram,
  warn: (text: string) => void = () => {},
): Node[] {
  const options: OptionMap = new Map(parsed.options);
  const take = (name: string): string | undefined => {
    const value = options.get(name);
    options.delete(name);
    return value;
  };
  const short = take("-n");
  const host = take("--hostname") ?? short ?? hostName();
  const prefix = take("--prefix") ?? "";
  const rangePrefix = take("--range-prefix") || "celery";
  const suffix = unquoted(take("--suffix") || host);
  const command = take("--cmd");
  const append = take("--append");

  const range = rangeOf(parsed.names);
  const names = (range ?? parsed.names).map((given) =>
    nodeName(given, range === undefined ? prefix : rangePrefix, suffix),
  );
  if (names.length === 0) throw new MultiUsageError("no node is named");
  const twice = names.find(({ full }, index) => names.findIndex((other) => other.full === full) < index);
  if (twice !== undefined) throw new MultiUsageError(`the node ${twice.full} is named twice`);

  const own = ownOptions(parsed, names, range !== undefined, warn);
  const started: NodeProgram =
    command === undefined ? program : { ...program, command: splitShellWords(command) };
  return names.map(({ full }) => {
    const merged = new Map([...options, ...(own.get(full) ?? [])]);
    return new Node(full, started, merged, { append, passThrough: parsed.passThrough });
  });
}

/** `["1", "2", "3"]` for the one name `3`. */
function rangeOf(names: readonly string[]): string[] | undefined {
  if (names.length !== 1 || !/^\d+$/.test(names[0])) return undefined;
  const count = Number(names[0]);
  if (count < 1 || count > 100_000) throw new MultiUsageError(`${names[0]} is no number of nodes`);
  return Array.from({ length: count }, (_, index) => String(index + 1));
}

function unquoted(text: string): string {
  return text === '""' || text === "''" ? "" : text;
}

function nodeName(given: string, prefix: string, suffix: string): NodeName {
  if (given.includes("@")) return { given, full: percentFormat(given, hostKeys()) };
  return { given, full: percentFormat(`${prefix}${given}@${suffix}`, hostKeys()) };
}

/** The options of each node: those for its place in the list, then those for ranges and lists, as they came. */
function ownOptions(
  parsed: NodeOptions,
  names: readonly NodeName[],
  isRange: boolean,
  warn: (text: string) => void,
): Map<string, OptionMap> {
  const own = new Map<string, OptionMap>();
  const add = (node: NodeName, options: OptionMap): void => {
    const mine = optionsOf(own, node.full);
    for (const [option, value] of options) mine.set(option, value);
  };
  // Names first, places next, lists and ranges last: the later ones win.
  for (const [key, options] of parsed.byNode) {
    if (isPlace(key) || isList(key, isRange)) continue;
    const node = nodeNamed(key, names);
    if (node === undefined) warn(unusedOptions(key, options));
    else add(node, options);
  }
  for (const [key, options] of parsed.byNode) {
    if (isPlace(key)) add(nodeAt(key, names), options);
  }
  for (const [key, options] of parsed.byNode) {
    if (isPlace(key) || !isList(key, isRange)) continue;
    for (const part of key.split(",").flatMap((piece) => partsOf(piece, isRange))) {
      const node = nodeNamed(part, names) ?? (isPlace(part) ? names[Number(part) - 1] : undefined);
      if (node === undefined) warn(unusedOptions(part, options));
      else add(node, options);
    }
  }
  return own;
}

const isPlace = (key: string): boolean => /^\d+$/.test(key);
const isList = (key: string, isRange: boolean): boolean =>
  key.includes(",") || (isRange && /^\d+-/.test(key));

function unusedOptions(key: string, options: OptionMap): string {
  return `no node is '${key}': ${[...options.keys()].map((name) => `${name}:${key}`).join(", ")} not used`;
}

function nodeAt(key: string, names: readonly NodeName[]): NodeName {
  const place = Number(key);
  if (place < 1) throw new MultiUsageError("the places of nodes are counted from 1");
  const node = names[place - 1];
  if (node !== undefined) return node;
  const count = names.length === 1 ? "there is 1 node" : `there are ${names.length} nodes`;
  throw new MultiUsageError(`there is no node ${place}: ${count}`);
}

/** By the whole name, by what was given, or by what is before the `@`. */
function nodeNamed(key: string, names: readonly NodeName[]): NodeName | undefined {
  return (
    names.find(({ full }) => full === key) ??
    names.find(({ given }) => given === key) ??
    names.find(({ full }) => splitNodeName(full).name === key)
  );
}

function partsOf(piece: string, isRange: boolean): string[] {
  if (!isRange || !piece.includes("-")) return [piece];
  const [, first, last] = /^(\d+)-(\d+)$/.exec(piece) ?? [];
  if (first === undefined || Number(first) < 1 || Number(first) > Number(last)) {
    throw new MultiUsageError(`'${piece}' is no range of nodes, such as 1-3`);
  }
  const length = Number(last) - Number(first) + 1;
  if (length > 100_000) throw new MultiUsageError(`'${piece}' is too many nodes`);
  return Array.from({ length }, (_, index) => String(Number(first) + index));
}
