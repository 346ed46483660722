/** Union, intersection and difference of sorted sets (and of sets, whose members count as scored 1). */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { floatArg, integerArg, isWord, rangeArg } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import type { Session } from "../session.js";
import { LIMIT_NEGATIVE, SYNTAX_ERROR, WRONG_TYPE } from "../texts.js";
import { DEFAULT_LIMITS } from "../types/encoding-limits.js";
import { SetValue } from "../types/set.js";
import { SortedSetValue } from "../types/sorted-set.js";
import { storeSortedSet } from "./sorted-set-ranges.js";
import { memberCollector } from "./sorted-set-replies.js";

/** What is only sent is never a listpack, so that a negative zero stays one. */
const NEVER_COMPACT = { ...DEFAULT_LIMITS, zsetMaxListpackEntries: 0 };

/** What stands at one of the keys. */
interface Source {
  readonly value: SortedSetValue | SetValue | undefined;
  weight: number;
}

type Operation = "union" | "intersection" | "difference";
/** Joins the scores of one member. */
type Aggregate = (a: number, b: number) => number;

/** Opposite infinities make 0. */
const sum: Aggregate = (a, b) => {
  const total = a + b;
  return Number.isNaN(total) ? 0 : total;
};

/** Not `Math.min`: a `b` that is no number (an infinite score weighted 0) leaves `a`. */
const least: Aggregate = (a, b) => {
  if (b < a) return b;
  return a;
};

/** Not `Math.max`, for the same reason. */
const greatest: Aggregate = (a, b) => {
  if (b > a) return b;
  return a;
};

/** A whole command, arguments read. */
interface Combination {
  readonly sources: readonly Source[];
  readonly aggregate: Aggregate;
  readonly withScores: boolean;
  /** ZINTERCARD; 0: none. */
  readonly limit: number;
}

/** Which options a command of the family takes. */
interface Form {
  /** For the error text. */
  readonly name: string;
  readonly operation: Operation;
  readonly result: "reply" | "store" | "count";
}

/** Read `numkeys key [key ...] [options]` from place `at` on. @throws ErrorReply */
function combination(session: Session, args: Args, at: number, form: Form): Combination {
  const numkeys = integerArg(args[at]);
  if (numkeys < 1) throw new ErrorReply(`ERR at least 1 input key is needed for '${form.name}' command`);
  const behind = at + 1 + numkeys;
  if (behind > args.length) throw new ErrorReply(SYNTAX_ERROR);
  const sources: Source[] = [];
  for (let i = at + 1; i < behind; i++) sources.push({ value: sourceAt(session, args[i]), weight: 1 });
  const weighs = form.operation !== "difference" && form.result !== "count";
  let aggregate = sum;
  let withScores = false;
  let limit = 0;
  let i = behind;
  while (i < args.length) {
    const option = args[i];
    const left = args.length - i;
    if (weighs && left > numkeys && isWord(option, "WEIGHTS")) {
      for (const source of sources) source.weight = floatArg(args[++i], "ERR weight value is not a float");
      i++;
    } else if (weighs && left >= 2 && isWord(option, "AGGREGATE")) {
      aggregate = aggregateArg(args[i + 1]);
      i += 2;
    } else if (form.result === "reply" && isWord(option, "WITHSCORES")) {
      withScores = true;
      i++;
    } else if (form.result === "count" && left >= 2 && isWord(option, "LIMIT")) {
      limit = rangeArg(args[i + 1], 0, Number.POSITIVE_INFINITY, LIMIT_NEGATIVE);
      i += 2;
    } else {
      throw new ErrorReply(SYNTAX_ERROR);
    }
  }
  return { sources, aggregate, withScores, limit };
}

function aggregateArg(text: string): Aggregate {
  if (isWord(text, "SUM")) return sum;
  if (isWord(text, "MIN")) return least;
  if (isWord(text, "MAX")) return greatest;
  throw new ErrorReply(SYNTAX_ERROR);
}

function sourceAt(session: Session, key: string): SortedSetValue | SetValue | undefined {
  const value = session.db.get(key);
  if (value === undefined || value instanceof SortedSetValue || value instanceof SetValue) return value;
  throw new ErrorReply(WRONG_TYPE);
}

/** Visit members with weighted scores. */
function visitSource({ value, weight }: Source, visit: (member: string, score: number) => void): void {
  if (value instanceof SortedSetValue) {
    value.walk(0, value.size, (member, score) => visit(member, weighted(score, weight)));
  } else {
    for (const member of value?.members() ?? []) visit(member, weight);
  }
}

function weighted(score: number, weight: number): number {
  const product = score * weight;
  return Number.isNaN(product) ? 0 : product;
}

/** The weighted score of a member, not yet freed of NaN; `undefined` when it is not there. */
function scoreIn({ value, weight }: Source, member: string): number | undefined {
  if (value === undefined) return undefined;
  if (value instanceof SetValue) return value.has(member) ? weight : undefined;
  const score = value.score(member);
  return score === undefined ? undefined : score * weight;
}

/** Smallest first: the order in which redis-server adds up, which shows in the last digit of sums. */
function bySize(sources: readonly Source[]): Source[] {
  return [...sources].sort((a, b) => (a.value?.size ?? 0) - (b.value?.size ?? 0));
}

function union({ sources, aggregate }: Combination): Map<string, number> {
  const scores = new Map<string, number>();
  for (const source of bySize(sources)) {
    visitSource(source, (member, score) => {
      const before = scores.get(member);
      scores.set(member, before === undefined ? score : aggregate(before, score));
    });
  }
  return scores;
}

function intersection({ sources, aggregate, limit }: Combination): Map<string, number> {
  const scores = new Map<string, number>();
  const [smallest, ...others] = bySize(sources);
  visitSource(smallest, (member, first) => {
    if (limit !== 0 && scores.size >= limit) return;
    let score = first;
    for (const other of others) {
      const next = scoreIn(other, member);
      if (next === undefined) return;
      score = aggregate(score, next);
    }
    scores.set(member, score);
  });
  return scores;
}

function difference({ sources }: Combination): Map<string, number> {
  const scores = new Map<string, number>();
  const [first, ...others] = sources;
  visitSource(first, (member, score) => {
    if (!others.some(({ value }) => value?.has(member))) scores.set(member, score);
  });
  return scores;
}

function compute(combined: Combination, operation: Operation): Map<string, number> {
  if (operation === "union") return union(combined);
  return operation === "intersection" ? intersection(combined) : difference(combined);
}

function answer(session: Session, args: Args, form: Form): ReplyValue {
  const combined = combination(session, args, 1, form);
  const scores = compute(combined, form.operation);
  if (form.result === "count") return scores.size;
  const result = SortedSetValue.from(scores, NEVER_COMPACT);
  const reply: ReplyValue[] = [];
  result.walk(0, result.size, memberCollector(session, combined.withScores, reply));
  return reply;
}

function store(session: Session, args: Args, form: Form): number {
  const scores = compute(combination(session, args, 2, form), form.operation);
  return storeSortedSet(session, args[1], SortedSetValue.from(scores, session.engine.config), form.name);
}

const ZUNION: Form = { name: "zunion", operation: "union", result: "reply" };
const ZINTER: Form = { name: "zinter", operation: "intersection", result: "reply" };
const ZDIFF: Form = { name: "zdiff", operation: "difference", result: "reply" };
const ZINTERCARD: Form = { name: "zintercard", operation: "intersection", result: "count" };
const ZUNIONSTORE: Form = { name: "zunionstore", operation: "union", result: "store" };
const ZINTERSTORE: Form = { name: "zinterstore", operation: "intersection", result: "store" };
const ZDIFFSTORE: Form = { name: "zdiffstore", operation: "difference", result: "store" };

/** The commands that combine sorted sets. */
export const sortedSetAlgebraHandlers: Handlers = {
  ZUNION: (session, args) => answer(session, args, ZUNION),
  ZINTER: (session, args) => answer(session, args, ZINTER),
  ZDIFF: (session, args) => answer(session, args, ZDIFF),
  ZINTERCARD: (session, args) => answer(session, args, ZINTERCARD),
  ZUNIONSTORE: (session, args) => store(session, args, ZUNIONSTORE),
  ZINTERSTORE: (session, args) => store(session, args, ZINTERSTORE),
  ZDIFFSTORE: (session, args) => store(session, args, ZDIFFSTORE),
};
