/** Conditions on what a string holds. */
import type { Arg, Value } from "./base.js";

/** What a string must hold for a command to act; at most one of these. Needs Redis 8.4 (`ifeq` of SET: Valkey 8.1). */
export interface StringCondition<V extends Value = Value> {
  /** It is this value. */
  ifeq?: V;
  /** It is not this value; a missing key is not. */
  ifne?: V;
  /** Its digest, as `digest()` gives it, is this one. */
  ifdeq?: V;
  /** Its digest is not this one; a missing key's is not. */
  ifdne?: V;
}

/** Append the words of a condition. */
export function pushCondition(args: Arg[], condition: StringCondition): void {
  if (condition.ifeq !== undefined) args.push("IFEQ", condition.ifeq);
  if (condition.ifne !== undefined) args.push("IFNE", condition.ifne);
  if (condition.ifdeq !== undefined) args.push("IFDEQ", condition.ifdeq);
  if (condition.ifdne !== undefined) args.push("IFDNE", condition.ifdne);
}
