/** What ZRANK and ZREVRANK answer, with or without the score. */
import type { RawReply } from "../protocol/parser.js";
import type { Arg, Key, Value } from "./base.js";
import { type Decode, double, plain } from "./replies.js";

/** Options of ZRANK and ZREVRANK; the type parameter records that `withScore` changes the reply. */
export interface RankOptions<WithScore extends boolean = boolean> {
  /** Reply with the member's score, too. From Redis 7.2 on. */
  withScore?: WithScore;
}

/** A rank; with `withScore` an object. `null` without such a member. */
export type RankReply<I, WithScore extends boolean> = WithScore extends true
  ? { rank: I; score: number } | null
  : I | null;

const rankAndScore: Decode<never> = (reply) => {
  if (reply === null) return null as never;
  const [rank, score] = reply as [RawReply, RawReply];
  return { rank, score: double(score) } as never;
};

/** What a call of ZRANK or ZREVRANK sends behind its name, and the decoder of its reply. */
export function rankCall(
  key: Key,
  member: Value,
  withScore: boolean | undefined,
): [args: Arg[], decode: Decode<never>] {
  return withScore ? [[key, member, "WITHSCORE"], rankAndScore] : [[key, member], plain];
}
