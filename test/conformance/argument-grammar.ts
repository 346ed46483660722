/**
 * The arguments of commands as servers themselves describe them (`COMMAND DOCS`), and which parts of that
 * description a request makes use of.
 * @see https://redis.io/docs/latest/commands/command-docs/
 */
import type { Node } from "../tools/witness.js";

/** One argument: a word, a choice, or several in a row. */
export interface Argument {
  /** Where it stands in the command's description, such as `trim.strategy.MAXLEN`. */
  readonly path: string;
  readonly name: string;
  readonly type: string;
  /** The word that announces it; of a pure token, the word itself. */
  readonly token: string | undefined;
  readonly optional: boolean;
  readonly multiple: boolean;
  /** The token is repeated with each of several. */
  readonly multipleToken: boolean;
  /** The branches of a choice, or the parts of a block. */
  readonly parts: readonly Argument[];
}

/** What of a description has been used: facts such as `order is absent` and `order.ASC is used`. */
export type Facts = ReadonlySet<string>;

/** The arguments of each command and subcommand, from the reply to `COMMAND DOCS` under RESP3. */
export function grammarsOf(docs: Node): Map<string, readonly Argument[]> {
  const found = new Map<string, readonly Argument[]>();
  const collect = (node: Node | undefined): void => {
    for (const [name, facts] of pairs(node)) {
      const fields = new Map(pairs(facts));
      if (fields.has("subcommands")) collect(fields.get("subcommands"));
      else
        found.set(
          name.replace("|", " ").toUpperCase(),
          items(fields.get("arguments")).map((one) => argument(one, "")),
        );
    }
  };
  collect(docs);
  return found;
}

function pairs(node: Node | undefined): [string, Node][] {
  return node?.type === "%" ? node.value.map(([key, value]) => [String(key.value), value]) : [];
}

function items(node: Node | undefined): readonly Node[] {
  return node?.type === "*" || node?.type === "~" ? (node.value ?? []) : [];
}

function argument(node: Node, before: string): Argument {
  const fields = new Map(pairs(node));
  const text = (field: string) => {
    const value = fields.get(field)?.value;
    return value === undefined ? undefined : String(value);
  };
  const flags = items(fields.get("flags")).map((flag) => String(flag.value));
  const type = text("type") ?? "";
  const token = text("token");
  const path = before + (type === "pure-token" ? (text("token") ?? "") : (text("name") ?? ""));
  return {
    path,
    name: text("name") ?? "",
    type,
    token,
    optional: flags.includes("optional"),
    multiple: flags.includes("multiple"),
    multipleToken: flags.includes("multiple_token"),
    parts: items(fields.get("arguments")).map((part) => argument(part, `${path}.`)),
  };
}

/** All that requests of a command should use at least once. */
export function factsOf(grammar: readonly Argument[]): Set<string> {
  const facts = new Set<string>();
  const collect = (one: Argument, isBranch: boolean): void => {
    if (one.optional || isBranch) facts.add(`${one.path} is used`);
    if (one.optional && !isBranch) facts.add(`${one.path} is absent`);
    if (one.multiple) facts.add(`${one.path} once`).add(`${one.path} several times`);
    for (const part of one.parts) collect(part, one.type === "oneof");
  };
  for (const one of grammar) collect(one, false);
  return facts;
}

/**
 * What a request makes use of.
 * @param words behind the command's name
 * @returns `undefined` when the words do not fit the description: a request that is meant to fail
 */
export function factsUsed(grammar: readonly Argument[], words: readonly string[]): Facts | undefined {
  for (const [end, facts] of inOrder(grammar, words, 0)) if (end === words.length) return facts;
  return undefined;
}

/** Where a reading ends, and the facts that it shows. */
type Reading = readonly [end: number, facts: Facts];
const NONE: Facts = new Set();

/** All readings of arguments in a row; optional ones next to each other may come in any order. */
function* inOrder(parts: readonly Argument[], words: readonly string[], at: number): Generator<Reading> {
  if (parts.length === 0) {
    yield [at, NONE];
    return;
  }
  let options = 0;
  while (options < parts.length && parts[options].optional) options++;
  if (options > 0) {
    for (let index = 0; index < options; index++) {
      const rest = parts.filter((_, other) => other !== index);
      for (const [end, facts] of several(parts[index], words, at)) {
        for (const [last, more] of inOrder(rest, words, end))
          yield [last, joined(facts, more, `${parts[index].path} is used`)];
      }
    }
    const absent = parts.slice(0, options).map(({ path }) => `${path} is absent`);
    for (const [end, facts] of inOrder(parts.slice(options), words, at))
      yield [end, joined(facts, NONE, ...absent)];
    return;
  }
  const [first, second] = parts;
  // A count tells how many keys follow it: without it, words behind the keys could be taken for keys.
  if (first.name === "numkeys" && second?.multiple) {
    const amount = Number(words[at]);
    const end = at + 1 + amount;
    if (!Number.isInteger(amount) || amount < 0 || end > words.length || (amount === 0 && !second.optional))
      return;
    const facts = amount === 0 ? [`${second.path} is absent`] : [times(second, amount)];
    if (amount > 0 && second.optional) facts.push(`${second.path} is used`);
    for (const [last, more] of inOrder(parts.slice(2), words, end))
      yield [last, joined(NONE, more, ...facts)];
    return;
  }
  // As many keys as there are ids: XREAD.
  if (parts.length === 2 && first.multiple && second.multiple && second.token === undefined) {
    const amount = (words.length - at) / 2;
    if (Number.isInteger(amount) && amount > 0)
      yield [words.length, new Set([times(first, amount), times(second, amount)])];
    return;
  }
  for (const [end, facts] of several(first, words, at)) {
    for (const [last, more] of inOrder(parts.slice(1), words, end)) yield [last, joined(facts, more)];
  }
}

/** All readings of an argument that may stand there more than once, the shortest first. */
function* several(one: Argument, words: readonly string[], at: number): Generator<Reading> {
  let start = at;
  if (one.token !== undefined && one.type !== "pure-token" && !one.multipleToken) {
    if (words[at]?.toUpperCase() !== one.token.toUpperCase()) return;
    start++;
  }
  if (!one.multiple) {
    yield* single(one, words, start);
    return;
  }
  let open: Reading[] = [[start, NONE]];
  for (let amount = 1; open.length > 0; amount++) {
    const next = new Map<number, Facts>();
    for (const [from, facts] of open) {
      for (const [end, more] of repeated(one, words, from))
        if (end > from && !next.has(end)) next.set(end, joined(facts, more));
    }
    open = [...next];
    for (const [end, facts] of open) yield [end, joined(facts, NONE, times(one, amount))];
  }
}

function* repeated(one: Argument, words: readonly string[], at: number): Generator<Reading> {
  if (!one.multipleToken) yield* single(one, words, at);
  else if (words[at]?.toUpperCase() === one.token?.toUpperCase()) yield* single(one, words, at + 1);
}

function* single(one: Argument, words: readonly string[], at: number): Generator<Reading> {
  if (one.type === "oneof") {
    // A word that is a token (`$`) is meant as one, and not as any text.
    const branches = [...one.parts].sort((a, b) => Number(isToken(b)) - Number(isToken(a)));
    for (const branch of branches) {
      for (const [end, facts] of several(branch, words, at))
        yield [end, joined(facts, NONE, `${branch.path} is used`)];
    }
  } else if (one.type === "block") {
    yield* inOrder(one.parts, words, at);
  } else if (at < words.length && fits(one, words[at])) {
    yield [at + 1, NONE];
  }
}

function isToken(one: Argument): boolean {
  return one.type === "pure-token";
}

function fits(one: Argument, word: string): boolean {
  if (isToken(one)) return word.toUpperCase() === (one.token ?? "").toUpperCase();
  // Weights are described as integers, and may be any number. `$id` stands for a number of an earlier reply.
  if (/^(integer|unix-time|double)$/.test(one.type)) return /^([-+]?(\d|\.\d|inf)|\$[a-z]+$)/i.test(word);
  return true;
}

function times(one: Argument, amount: number): string {
  return `${one.path} ${amount === 1 ? "once" : "several times"}`;
}

function joined(left: Facts, right: Facts, ...more: readonly string[]): Facts {
  return new Set([...left, ...right, ...more]);
}
