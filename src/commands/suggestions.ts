/** Commands on dictionaries of suggestions, for completing what somebody types. Need Redis 8.0 or the search module. */
import type { RawReply } from "../protocol/parser.js";
import { type Arg, CommandSet, type Key, type Value } from "./base.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { boolean, type Decode, double, plain } from "./replies.js";

/** Options of {@link SuggestionCommands.ftSugadd}. */
export interface FtSugaddOptions {
  /** Add to the score that it has. */
  incr?: boolean;
  /** Kept with it. */
  payload?: Value;
}

/** Options of {@link SuggestionCommands.ftSugget}. */
export interface FtSuggetOptions {
  /** Allow for one typing error. */
  fuzzy?: boolean;
  withScores?: boolean;
  withPayloads?: boolean;
  /** At most so many (5 unless you say so). */
  max?: number;
}

/** A suggestion. */
export interface Suggestion<T = string> {
  suggestion: T;
  /** Where `withScores` is set. */
  score?: number;
  /** Where `withPayloads` is set; `null` without one. */
  payload?: T | null;
}

/** Suggestions with scores and payloads, in turn; nothing at all when there is no such key. */
function suggestions({ withScores, withPayloads }: FtSuggetOptions): Decode<never> {
  return (reply) => {
    const flat = (reply ?? []) as RawReply[];
    const out: Suggestion<RawReply>[] = [];
    for (let at = 0; at < flat.length; ) {
      const one: Suggestion<RawReply> = { suggestion: flat[at++] };
      if (withScores) one.score = double(flat[at++]);
      if (withPayloads) one.payload = flat[at++];
      out.push(one);
    }
    return out as never;
  };
}

/** Commands on suggestions. */
export abstract class SuggestionCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Add a suggestion to the dictionary at `key`, which is created when missing.
   * @param score the higher, the earlier it comes
   * @returns how many there are now
   * @example
   * ```ts
   * await redis.ftSugadd("titles", "The Wizard", 1, { payload: "book:7" });
   * ```
   * @see https://redis.io/docs/latest/commands/ft.sugadd/
   */
  ftSugadd(key: Key, text: Value, score: number, options?: FtSugaddOptions): Reply<M, Integer<M>> {
    const args: Arg[] = [key, text, score];
    if (options?.incr) args.push("INCR");
    if (options?.payload !== undefined) args.push("PAYLOAD", options.payload);
    return this.run<Integer<M>>("FT.SUGADD", args, plain);
  }

  /**
   * Delete a suggestion of the dictionary at `key`.
   * @returns `false` when it was not in it
   * @see https://redis.io/docs/latest/commands/ft.sugdel/
   */
  ftSugdel(key: Key, text: Value): Reply<M, boolean> {
    return this.run("FT.SUGDEL", [key, text], boolean);
  }

  /**
   * Suggestions of the dictionary at `key` that begin with `prefix`, the best first.
   * @example
   * ```ts
   * await redis.ftSugget("titles", "the w", { withPayloads: true });
   * // [{ suggestion: "The Wizard", payload: "book:7" }]
   * ```
   * @see https://redis.io/docs/latest/commands/ft.sugget/
   */
  ftSugget(key: Key, prefix: Value, options: FtSuggetOptions = {}): Reply<M, Suggestion<Text<M>>[]> {
    const args: Arg[] = [key, prefix];
    if (options.fuzzy) args.push("FUZZY");
    if (options.withScores) args.push("WITHSCORES");
    if (options.withPayloads) args.push("WITHPAYLOADS");
    if (options.max !== undefined) args.push("MAX", options.max);
    return this.run<Suggestion<Text<M>>[]>("FT.SUGGET", args, suggestions(options));
  }

  /**
   * How many suggestions the dictionary at `key` has; 0 when there is none.
   * @see https://redis.io/docs/latest/commands/ft.suglen/
   */
  ftSuglen(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("FT.SUGLEN", [key], plain);
  }
}
