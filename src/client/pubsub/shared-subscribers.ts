/** The subscribers that PubSub objects share: for each pool one that reads text, and one that reads bytes. */
import { WANT_BYTES } from "../../protocol/parser.js";
import type { ConnectionPool } from "../pool/pool.js";
import { Subscriber } from "./subscriber.js";

const subscribers = new WeakMap<ConnectionPool, Map<number, Subscriber<never>>>();

/**
 * The subscriber that all members of a pool share who want the same; a new one when the last has lost its
 * last member.
 * @param wants `WANT_*` bits: text (`T` is `string`) or bytes (`Buffer`)
 */
export function sharedSubscriber<T>(pool: ConnectionPool, wants: number): Subscriber<T> {
  let known = subscribers.get(pool);
  if (known === undefined) {
    known = new Map();
    subscribers.set(pool, known);
  }
  const kind = wants & WANT_BYTES;
  let subscriber = known.get(kind);
  if (subscriber === undefined) {
    const ofPool = known;
    subscriber = new Subscriber<never>(pool, kind, () => ofPool.delete(kind));
    known.set(kind, subscriber);
  }
  // The bits say what T is.
  return subscriber as unknown as Subscriber<T>;
}
