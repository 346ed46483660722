/** KEEPREF, DELREF and ACKED: what becomes of pending entries when their stream loses them (Redis 8.2). */
import { isWord } from "../arguments.js";
import type { StreamValue } from "../types/stream.js";
import type { StreamId } from "../types/stream-id.js";

const POLICIES = ["KEEPREF", "DELREF", "ACKED"] as const;

/**
 * KEEPREF: they stay pending. DELREF: no group waits for them any more. ACKED: an entry that a group waits for, or
 * has still to be given, is not deleted at all.
 */
export type ReferencePolicy = (typeof POLICIES)[number];

/** The policy that a word names; `undefined`: it names none. */
export function policyWord(word: string): ReferencePolicy | undefined {
  return POLICIES.find((policy) => isWord(word, policy));
}

/**
 * Delete an entry as the policy says.
 * @returns false when it stays, because it is waited for
 */
export function deleteByPolicy(stream: StreamValue, id: StreamId, policy: ReferencePolicy): boolean {
  if (policy === "ACKED" && stream.isReferenced(id)) return false;
  if (policy === "DELREF") stream.dropReferences(id);
  stream.delete(id);
  return true;
}
