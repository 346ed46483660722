/** What stream commands read alike: ids, intervals of ids, trimming. */
import { ErrorReply } from "../../../protocol/reply.js";
import { int64Arg, integerArg, isWord } from "../arguments.js";
import type { Config } from "../config.js";
import type { Args } from "../handler.js";
import { SYNTAX_ERROR } from "../texts.js";
import type { TrimRule } from "../types/stream.js";
import {
  MAX_ID,
  MIN_ID,
  nextId,
  parseAutoSequence,
  parseId,
  previousId,
  type StreamId,
} from "../types/stream-id.js";
import { type Int64, UINT64_MAX } from "../types/uint64.js";

const INVALID_ID = "ERR Invalid stream ID specified as stream command argument";
const TWO_STRATEGIES = "ERR syntax error, MAXLEN and MINID options at the same time are not compatible";
const NEGATIVE_MAXLEN = "ERR The MAXLEN argument must be >= 0.";
const NEGATIVE_LIMIT = "ERR The LIMIT argument must be >= 0.";
const LIMIT_ALONE = "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy";
const LIMIT_EXACT = "ERR syntax error, LIMIT cannot be used without the special ~ option";
const NO_STRATEGY = "ERR syntax error, XTRIM must be called with a trimming strategy";

/** An approximate trimming without LIMIT removes so many nodes' worth of entries at the most. */
const USUAL_NODES = 100;
const USUAL_LIMIT = 10_000;
const LARGEST_USUAL_LIMIT = 1_000_000;

/**
 * An id: `ms-seq`, or `ms` alone.
 * @param missingSeq the sequence number of `ms` alone
 * @throws ErrorReply when it is none
 */
export function idArg(text: string, missingSeq: Int64 = 0): StreamId {
  const id = parseId(text, missingSeq);
  if (id === undefined) throw new ErrorReply(INVALID_ID);
  return id;
}

/** An id, or `-` for the least and `+` for the greatest. @throws ErrorReply when it is none */
export function looseIdArg(text: string, missingSeq: Int64 = 0): StreamId {
  if (text === "-") return MIN_ID;
  if (text === "+") return MAX_ID;
  return idArg(text, missingSeq);
}

/** Ids from the word at `from` on. @throws ErrorReply when one is none */
export function idArgs(args: Args, from: number): StreamId[] {
  const ids: StreamId[] = [];
  for (let i = from; i < args.length; i++) ids.push(idArg(args[i]));
  return ids;
}

/** The first id of an interval; `(` in front leaves the id itself out. @throws ErrorReply when it is none */
export function startArg(text: string): StreamId {
  if (text.length < 2 || text[0] !== "(") return looseIdArg(text);
  const start = nextId(idArg(text.slice(1)));
  if (start === undefined) throw new ErrorReply("ERR invalid start ID for the interval");
  return start;
}

/** The last id of an interval; `(` in front leaves the id itself out. @throws ErrorReply when it is none */
export function endArg(text: string): StreamId {
  if (text.length < 2 || text[0] !== "(") return looseIdArg(text, UINT64_MAX);
  const end = previousId(idArg(text.slice(1), UINT64_MAX));
  if (end === undefined) throw new ErrorReply("ERR invalid end ID for the interval");
  return end;
}

/** How to trim. */
export interface Trimming {
  readonly rule: TrimRule;
  /** Whole nodes only? */
  readonly approximate: boolean;
  /** Most entries to remove; 0: no limit. */
  readonly limit: number;
  /** The place of the threshold among the words. */
  readonly at: number;
}

/** What stands before the fields of XADD. */
export interface AddOptions {
  /** NOMKSTREAM: a stream that is not there is not made. */
  readonly mustExist: boolean;
  readonly trimming: Trimming | undefined;
  /** `undefined` for `*`: all of it is left to the stream. */
  readonly id: StreamId | undefined;
  /** Is the sequence number left to the stream? */
  readonly autoSequence: boolean;
  /** Where the fields begin. */
  readonly fieldsAt: number;
}

/** Gathers MAXLEN, MINID and LIMIT, which XADD and XTRIM share. */
class TrimmingWords {
  #rule: TrimRule | undefined;
  #approximate = false;
  #ruleAt = 0;
  #limit: number | undefined;

  /** Take the option at `at`. @returns the place of its last word; -1: it is none of these */
  take(args: Args, at: number): number {
    if (at + 1 >= args.length) return -1;
    const word = args[at];
    if (isWord(word, "MAXLEN")) return this.#takeRule(args, at, maxLengthRule);
    if (isWord(word, "MINID")) return this.#takeRule(args, at, minIdRule);
    if (!isWord(word, "LIMIT")) return -1;
    this.#limit = integerArg(args[at + 1]);
    if (this.#limit < 0) throw new ErrorReply(NEGATIVE_LIMIT);
    return at + 1;
  }

  #takeRule(args: Args, at: number, read: (text: string) => TrimRule): number {
    if (this.#rule !== undefined) throw new ErrorReply(TWO_STRATEGIES);
    const sign = args[at + 1];
    const signed = (sign === "~" || sign === "=") && at + 2 < args.length;
    this.#approximate = signed && sign === "~";
    const last = signed ? at + 2 : at + 1;
    this.#rule = read(args[last]);
    this.#ruleAt = last;
    return last;
  }

  /** What has been gathered. @throws ErrorReply when it does not fit together */
  finish(required: boolean, config: Config): Trimming | undefined {
    if (this.#limit && this.#rule === undefined) throw new ErrorReply(LIMIT_ALONE);
    if (required && this.#rule === undefined) throw new ErrorReply(NO_STRATEGY);
    if (this.#limit !== undefined && !this.#approximate) throw new ErrorReply(LIMIT_EXACT);
    if (this.#rule === undefined) return undefined;
    const usual = this.#approximate ? usualLimit(config) : 0;
    return {
      rule: this.#rule,
      approximate: this.#approximate,
      limit: this.#limit ?? usual,
      at: this.#ruleAt,
    };
  }
}

function maxLengthRule(text: string): TrimRule {
  const maxLength = integerArg(text);
  if (maxLength < 0) throw new ErrorReply(NEGATIVE_MAXLEN);
  return { maxLength };
}

function minIdRule(text: string): TrimRule {
  return { minId: idArg(text) };
}

function usualLimit({ streamNodeMaxEntries }: Config): number {
  if (streamNodeMaxEntries === 0) return USUAL_LIMIT;
  return Math.min(streamNodeMaxEntries * USUAL_NODES, LARGEST_USUAL_LIMIT);
}

/** The options of XTRIM. @throws ErrorReply */
export function trimArgs(args: Args, config: Config): Trimming {
  const words = new TrimmingWords();
  for (let i = 2; i < args.length; i++) {
    i = words.take(args, i);
    if (i === -1) throw new ErrorReply(SYNTAX_ERROR);
  }
  return words.finish(true, config) as Trimming;
}

/** The options of XADD and its id; the fields are not looked at. @throws ErrorReply */
export function addArgs(args: Args, config: Config): AddOptions {
  // By far the most frequent form.
  if (args[2] === "*") return PLAIN_ADD;
  const words = new TrimmingWords();
  let mustExist = false;
  let id: StreamId | undefined;
  let autoSequence = true;
  let at = 2;
  for (; at < args.length && args[at] !== "*"; at++) {
    const last = words.take(args, at);
    if (last !== -1) at = last;
    else if (isWord(args[at], "NOMKSTREAM")) mustExist = true;
    else {
      const ms = parseAutoSequence(args[at]);
      autoSequence = ms !== undefined;
      id = ms === undefined ? idArg(args[at]) : { ms, seq: 0 };
      break;
    }
  }
  return { mustExist, trimming: words.finish(false, config), id, autoSequence, fieldsAt: at + 1 };
}

const PLAIN_ADD: AddOptions = {
  mustExist: false,
  trimming: undefined,
  id: undefined,
  autoSequence: true,
  fieldsAt: 3,
};

/**
 * A number of entries for replies; negative ones count as 0.
 * @throws ErrorReply when it is no integer
 */
export function entryCountArg(text: string): number {
  return Math.max(0, integerArg(text));
}

/** A span of time in ms that is compared with others; negative ones count as 0. @throws ErrorReply with `error` */
export function idleArg(text: string, error: string): number {
  return Math.max(0, Number(int64Arg(text, error)));
}
