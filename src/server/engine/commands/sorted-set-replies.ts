/** How members with scores are sent: one after the other in RESP2, in pairs in RESP3. */
import { Double, type ReplyValue } from "../../../protocol/reply.js";
import type { Session } from "../session.js";
import type { ScoreVisitor } from "../types/score-tree.js";

/** A visitor that appends to `reply` what WITHSCORES (or its absence) asks for. */
export function memberCollector(session: Session, withScores: boolean, reply: ReplyValue[]): ScoreVisitor {
  if (!withScores) return (member) => reply.push(member);
  return session.protocol === 3 ? pairCollector(reply) : flatCollector(reply);
}

/** Appends `member` and `score` in turn. */
export function flatCollector(reply: ReplyValue[]): ScoreVisitor {
  return (member, score) => reply.push(member, new Double(score));
}

/** Appends `[member, score]`. */
export function pairCollector(reply: ReplyValue[]): ScoreVisitor {
  return (member, score) => reply.push([member, new Double(score)]);
}
